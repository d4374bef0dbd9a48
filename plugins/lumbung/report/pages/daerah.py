"""Kabupaten/Kota: all on one page, and a page for each with its prices, stock, alerts and submissions."""

from collections.abc import Sequence

from lumbung import labels
from lumbung.report.drawing.choropleth import Layer, Shade, sequential
from lumbung.report.figures.read import Row, grouped
from lumbung.report.pages.kiriman import grid_table
from lumbung.report.pages.making import Maker, regency_path, with_links
from lumbung.report.pages.shared import Shared, alert_columns
from lumbung.report.site.columns import all_columns, columns
from lumbung.report.site.page import Page
from lumbung.report.site.tables import Column

PATH = "daerah.html"


def pages(make: Maker, shared: Shared) -> list[Page]:
    """The page of all 38, then one page each."""
    return [_overview(make), *_Regencies(make, shared).pages()]


def _overview(make: Maker) -> Page:
    standing = {row["regency_code"]: row for row in make.figures.of("standing")}
    rows = []
    for spot in sorted(make.figures.of("hot_spots"), key=lambda row: row["regency_code"]):
        reports = standing.get(spot["regency_code"])
        spot["on_time_pct"] = reports["on_time_pct"] if reports else None
        spot["on_time_pct_reason"] = reports["on_time_pct_reason"] if reports else "not_obliged"
        rows.append(spot)
    kind = Column("regency_kind", title="Jenis", is_filter=True)
    table = make.table(
        "regencies",
        [
            *columns("regency_name"),
            kind,
            *columns("price_index", "above", "over_ceiling", "short", "alerts", "on_time_pct", head="none"),
        ],
        with_links(rows, regency=True),
        is_searchable=True,
    )
    title = labels.label("menu", "daerah")
    layer = sequential(
        "alerts",
        "Banyaknya peringatan yang masih berlangsung",
        {row["regency_code"]: int(row["alerts"]) for row in rows},
        lambda value: f"{labels.format_number(value)} peringatan",
        whole=True,
    )
    context = {
        "layer": layer,
        "ends": [
            ("Peringatan terbanyak", _most(rows, "alerts"), "alerts"),
            ("Harga tinggi terbanyak", _most(rows, "above"), "above"),
        ],
    }
    return Page(PATH, "daerah.html.j2", title, "daerah", context, [table])


_MOST = 5
"""How many of the regencies with the most alerts, and high prices, stand beside the map."""


def _most(rows: Sequence[Row], key: str) -> list[Row]:
    return sorted((row for row in rows if row[key]), key=lambda row: (-row[key], row["regency_code"]))[:_MOST]


class _Regencies:
    """Makes the pages of regencies from rows that are grouped once."""

    def __init__(self, make: Maker, shared: Shared) -> None:
        self._make, self._shared = make, shared
        self._prices = grouped(shared.regency_prices, "regency_code")
        self._alerts = grouped(shared.alerts, "regency_code")
        self._stocks = grouped(shared.stocks, "regency_code")
        self._months = make.figures.by("reporting_months", "regency_code")
        self._grid = make.figures.by("grid", "regency_code")
        self._elsewhere = {row["regency_code"]: Shade("bare", "") for row in make.figures.of("regencies")}
        self._spots = {row["regency_code"]: row for row in make.figures.of("hot_spots")}

    def pages(self) -> list[Page]:
        """All pages, in the order of the codes."""
        return [self._page(row) for row in self._make.figures.of("regencies")]

    def _page(self, regency: Row) -> Page:
        code, name = regency["regency_code"], regency["regency_name"]
        months = self._months.get(code, [])
        for row in months:
            row["dataset_name"] = labels.label("dataset", row["dataset"])
        submissions = self._shared.submissions.get(code, [])
        commodity = Column("commodity_name", title=all_columns()["commodity_name"].title, is_head=True)
        month = Column("month_on", "month", all_columns()["month_on"].title, "rpt_reporting_rate.period_on",
                       is_head=True)  # fmt: skip
        tables = [
            self._make.table(
                "own_prices",
                columns(
                    "commodity_name", "unit", "price_idr", "province_deviation_pct", "band", "change_1d_pct",
                    "change_7d_pct", "change_30d_pct", "change_365d_pct", "trend", "ceiling_deviation_pct",
                    "submissions",
                ),
                self._prices.get(code, []),
                "harga",
                is_searchable=True,
                regency=name,
            ),
            self._make.table(
                "own_alerts",
                alert_columns(with_place=False),
                self._alerts.get(code, []),
                "peringatan",
                regency=name,
            ),
            self._make.table(
                "own_stocks",
                [
                    commodity,
                    *columns(
                        "stock_status", "days_of_cover", "short_below_days", "closing_t", "daily_need_t",
                        "observed_on", "submissions", head="none",
                    ),
                ],
                self._stocks.get(code, []),
                "stok",
                regency=name,
            ),
            grid_table(self._make, self._grid.get(code, []), "petak"),
            self._make.table(
                "own_months",
                [
                    month,
                    *columns(
                        "dataset_name", "expected", "received", "on_time", "on_time_pct", "completeness_pct",
                        head="none",
                    ),
                ],
                sorted(months, key=lambda row: row["month_on"], reverse=True),
                "kepatuhan",
                regency=name,
            ),
            self._make.table(
                "own_submissions",
                columns(
                    "submission_id", "dataset_name", "received_at", "file_name", "verdict", "rows_accepted",
                    "rows_held", "galat_count", "konfirmasi_count", "period_last_on",
                ),
                submissions,
                "kiriman",
                regency=name,
            ),
        ]  # fmt: skip
        spot = self._spots[code]
        context = {
            "regency": regency,
            "spot": spot,
            "index": self._shared.indices.get(code),
            "lead": _lead(name, spot),
            "layer": Layer("here", f"Letak {name}", self._elsewhere | {code: Shade("here", "di sini")}, ()),
        }
        return Page(regency_path(code), "kabkota.html.j2", name, "daerah", context, tables)


def _lead(name: str, spot: Row) -> str:
    if not spot["with_price"]:
        return f"{name} belum mempunyai harga yang diterima untuk hari ini."
    parts = [
        f"{spot['above']} dari {spot['with_price']} harga jauh di atas rata-rata provinsi"
        if spot["above"]
        else f"tidak satu pun dari {spot['with_price']} harga jauh di atas rata-rata provinsi"
    ]
    if spot["over_ceiling"] is not None:
        parts.append(f"{spot['over_ceiling'] or 'tidak ada yang'} di atas harga acuan")
    if spot["short"] is not None:
        parts.append(f"{spot['short']} stok kurang" if spot["short"] else "tidak ada stok yang kurang")
    parts.append(f"{spot['alerts']} peringatan berlangsung" if spot["alerts"] else "tidak ada peringatan")
    text = ", ".join(parts[:-1]) + ", dan " + parts[-1]
    return text[0].upper() + text[1:] + "."
