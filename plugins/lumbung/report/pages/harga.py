"""Prices: all series on one page, and a page for each commodity."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from lumbung import labels
from lumbung.report.drawing.choropleth import Layer
from lumbung.report.figures.read import Row, grouped
from lumbung.report.pages.layers import band_layer
from lumbung.report.pages.making import Maker, commodity_path, regency_path
from lumbung.report.pages.peta import choice_key
from lumbung.report.pages.shared import Shared, alert_columns
from lumbung.report.site.columns import all_columns, columns
from lumbung.report.site.page import Page
from lumbung.report.site.tables import Column, Table

PATH = "harga.html"


def pages(make: Maker, shared: Shared) -> list[Page]:
    """The page of all series, then one page per commodity."""
    tables = (
        make.table(
            "all_prices",
            columns(
                "commodity_name", "unit", "province_price_idr", "change_1d_pct", "change_7d_pct",
                "change_30d_pct", "change_365d_pct", "trend", "cv_between_regions_pct", "ifpa", "alps",
                "regency_count", "commodity_group", "price_level",
            ),
            shared.province,
            "province",
            is_searchable=True,
        ),
        make.table("alerts", alert_columns(with_place=True), shared.alerts, is_searchable=True),
    )  # fmt: skip
    shown = [_without_the_only(table, "price_level") for table in tables]
    overview = Page(PATH, "harga.html.j2", labels.label("menu", "harga"), "harga", {}, shown)
    by_commodity = grouped(shared.province, "commodity_code")
    maker = _Series(make, shared)
    return [overview, *(maker.page(str(code), rows) for code, rows in by_commodity.items())]


@dataclass(frozen=True)
class Fact:
    """A figure at the head of a series, with what stands beside it and where it is explained."""

    title: str
    figure: str
    beside: str
    source: str


@dataclass(frozen=True)
class Series:
    """One price level of a commodity on its page."""

    level: str
    province: Row
    facts: Sequence[Fact]
    layer: Layer
    ends: Sequence[tuple[str, Sequence[Row]]]
    map_key: str
    chart: dict[str, Any]
    chart_words: str
    source_words: str
    tables: dict[str, str]


class _Series:
    """Makes the pages of commodities from rows that are grouped once."""

    def __init__(self, make: Maker, shared: Shared) -> None:
        figures = make.figures
        keys = ("commodity_code", "price_level")
        self._make = make
        self._prices = grouped(shared.regency_prices, *keys)
        self._months = figures.by("province_months", *keys)
        self._history = figures.by("history", *keys)
        self._seasons = figures.by("season_weeks", *keys)
        self._ceilings = figures.by("ceilings", *keys)
        self._markets = figures.by("markets", *keys)
        self._alerts = grouped(shared.alerts, "commodity_code")
        self._season_bands = figures.of("seasons")

    def page(self, code: str, levels: Sequence[Row]) -> Page:
        """The page of a commodity with all its price levels."""
        name = levels[0]["commodity_name"] if levels[0]["price_level"] == "consumer" else ""
        name = name or levels[0]["commodity_name"].split(" (")[0]
        tables: list[Table] = []
        series = []
        for province in levels:
            made = self._tables(name, province)
            tables += made.values()
            series.append(self._series(province, {key: table.name for key, table in made.items()}))
        alerts = self._alerts.get(code, [])
        tables.append(self._make.table("alerts", alert_columns(with_place=True)[1:], _by_place(alerts)))
        facts = [fact for one in series for fact in one.facts]
        context = {"name": name, "series": series, "facts": facts}
        return Page(commodity_path(code), "komoditas.html.j2", name, "harga", context, tables)

    def _tables(self, name: str, province: Row) -> dict[str, Table]:
        key = province["commodity_code"], province["price_level"]
        level = "" if province["price_level"] == "consumer" else f"-{province['price_level']}"
        words = {"commodity": province["commodity_name"], "unit": province["unit"],
                 "day": labels.format_date(province["observed_on"])}  # fmt: skip
        known = all_columns()
        seasons = self._seasons.get(key, [])
        for row in seasons:
            row["week"] = row["week_offset"]
            row["season_name"] = f"{row['season_name']} {row['season_year']}"
            row["week_price_idr"], row["week_price_idr_reason"] = row["price_idr"], row["price_idr_reason"]
        months = self._months.get(key, [])
        for row in months:
            row["month_price_idr"], row["month_price_idr_reason"] = row["price_idr"], row["price_idr_reason"]
        markets = self._markets.get(key, [])
        for row in markets:
            row["market_price_idr"] = row["price_idr"]
            row["regency_name_href"] = regency_path(row["regency_code"])
            if row["is_suspect"]:
                row["market_name_aside"] = "diduga keliru, dipastikan benar oleh petugas"
        week = Column("week", "count", known["week"].title, known["week"].source, is_head=True)
        return {
            "regency_prices": self._make.table(
                "regency_prices",
                columns(
                    "regency_name", "price_idr", "province_deviation_pct", "band", "change_1d_pct",
                    "change_7d_pct",
                    "change_30d_pct", "change_365d_pct", "trend", "ceiling_deviation_pct", "market_count",
                    "submissions",
                ),
                self._prices.get(key, []),
                f"kabkota{level}",
                is_searchable=True,
                **words,
            ),
            "months": self._make.table(
                "months",
                columns(
                    "month_on", "month_price_idr", "day_count", "cv_between_time_pct", "ifpa", "ifpa_status",
                    "ifpa_years", "alps", "alps_status",
                ),
                months,
                f"bulanan{level}",
                sort="month_on",
                **words,
            ),
            "seasons": self._make.table(
                "seasons",
                [
                    week,
                    *columns(
                        "season_name", "week_starts_on", "week_price_idr", "change_from_first_week_pct",
                        "earlier_change_pct", "difference_from_earlier_pct", "change_from_last_season_pct",
                        head="week",
                    ),
                ],
                seasons,
                f"musim{level}",
                **words,
            ),
            "ceilings": self._make.table(
                "ceilings",
                columns(
                    "ceiling_kind", "zone", "lower_idr", "upper_idr", "valid_from_on", "legal_basis",
                    "regency_count",
                ),
                self._ceilings.get(key, []),
                f"acuan{level}",
                **words,
            ),
            "markets": self._make.table(
                "markets",
                columns("market_name", "regency_name", "market_price_idr", "submissions"),
                markets,
                f"pasar{level}",
                is_searchable=True,
                **words,
            ),
        }  # fmt: skip

    def _series(self, province: Row, tables: dict[str, str]) -> Series:
        key = province["commodity_code"], province["price_level"]
        (history,) = self._history[key]
        ceilings = self._ceilings.get(key, [])
        rows = self._prices.get(key, [])
        receipts = {name for row in rows for name in row["submissions"]}
        return Series(
            level=province["price_level"],
            province=province,
            facts=_facts(province, ceilings),
            layer=band_layer(province["commodity_name"], rows, self._make.limit),
            ends=_ends(rows),
            map_key=choice_key(province),
            chart=self._chart(province, history, ceilings),
            chart_words=_chart_words(history, province["unit"]),
            source_words=(
                f"Dihitung dari {province['market_count']} pasar di {province['regency_count']} "
                f"kabupaten/kota, dari {len(receipts)} kiriman."
            ),
            tables=tables,
        )

    def _chart(self, province: Row, history: Row, ceilings: Sequence[Row]) -> dict[str, Any]:
        first, last = history["days"][0], history["days"][-1]
        known = dict(zip(history["days"], history["prices"], strict=True))
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        return {
            "title": province["commodity_name"],
            "unit": province["unit"],
            "first": _epoch_day(first),
            "prices": [known.get(day) for day in days],
            "seasons": [
                [season["season_name"], season["season_year"], _epoch_day(season["starts_on"]),
                 _epoch_day(season["ends_on"])]
                for season in self._season_bands
                if season["ends_on"] >= first and season["starts_on"] <= last
            ],
            "ceilings": [
                {
                    "words": f"{row['ceiling_kind']} {labels.format_rupiah(row['upper_idr'])}",
                    "price": row["upper_idr"],
                    "from": _epoch_day(max(row["valid_from_on"] or first, first)),
                    "to": _epoch_day(min(row["valid_to_on"] or last, last)),
                }
                for row in ceilings
                if row["upper_idr"] is not None
            ],
        }  # fmt: skip


_ENDS = 5
"""How many of the dearest and of the cheapest regencies stand beside the map."""


def _ends(rows: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    known = sorted((row for row in rows if row["price_idr"] is not None), key=lambda row: -row["price_idr"])
    if len(known) < 2 * _ENDS:
        return [("Dari yang termahal", known)]
    return [("Termahal", known[:_ENDS]), ("Termurah", known[: -_ENDS - 1 : -1])]


def _without_the_only(table: Table, key: str) -> Table:
    """The table without a column that says the same in every row."""
    if len({row.get(key) for row in table.rows}) > 1:
        return table
    return replace(table, columns=[column for column in table.columns if column.key != key])


def _by_place(alerts: Sequence[Row]) -> list[Row]:
    """Alerts of one commodity: the place names the row, a level beside it where it is not the consumer's."""
    found = []
    for alert in alerts:
        row = dict(alert)
        if row["price_level"] not in ("consumer", "none"):
            row["regency_name_aside"] = labels.label("price_level", row["price_level"])
        found.append(row)
    return found


def _facts(row: Row, ceilings: Sequence[Row]) -> list[Fact]:
    facts = [
        Fact(
            "Harga provinsi",
            labels.format_rupiah(row["price_idr"], row["unit"]),
            labels.format_date(row["observed_on"], short=True),
            "fct_price_province_daily.price_idr",
        )
    ]
    for span, title in (("1d", "Dari kemarin"), ("7d", "Sepekan"), ("30d", "Sebulan"), ("365d", "Setahun")):
        value = row[f"change_{span}_pct"]
        facts.append(
            Fact(
                title,
                labels.format_percent(value, 1, signed=True),
                "" if value is not None else labels.label("reason", row[f"change_{span}_pct_reason"]),
                f"fct_price_province_daily.change_{span}_pct",
            )
        )
    facts.append(
        Fact(
            "Terendah – tertinggi",
            f"{labels.format_rupiah(row['lowest_idr'])} – {labels.format_number(row['highest_idr'])}",
            f"sebaran {labels.format_percent(row['cv_between_regions_pct'], 1)}",
            "fct_price_province_daily.cv_between_regions_pct",
        )
    )
    if ceilings:
        facts.append(
            Fact(
                "Di atas harga acuan",
                f"{row['over_ceiling']}",
                f"dari {row['with_ceiling']} kab/kota",
                "fct_price_daily.ceiling_deviation_pct",
            )
        )
    for key, title in (("ifpa", "IFPA"), ("alps", "ALPS")):
        facts.append(
            Fact(
                title,
                labels.format_number(row[key], 2),
                labels.label(f"{key}_status", row[f"{key}_status"])
                if row[f"{key}_status"]
                else labels.label("reason", row[f"{key}_reason"] or "not_reported"),
                f"fct_price_monthly.{key}",
            )
        )
    return facts


def _chart_words(history: Row, unit: str) -> str:
    """What the chart shows, in a sentence for those who do not see it."""
    known: list[tuple[date, Decimal | int]] = list(zip(history["days"], history["prices"], strict=True))
    low, high = min(known, key=lambda item: item[1]), max(known, key=lambda item: item[1])
    span = f"{labels.format_date(known[0][0])} sampai {labels.format_date(known[-1][0])}"
    return (
        f"Harga harian {span}: terendah {labels.format_rupiah(low[1], unit)} pada "
        f"{labels.format_date(low[0])}, tertinggi {labels.format_rupiah(high[1], unit)} pada "
        f"{labels.format_date(high[0])}, terakhir {labels.format_rupiah(known[-1][1], unit)}."
    )


def _epoch_day(day: date) -> int:
    return (day - date(1970, 1, 1)).days
