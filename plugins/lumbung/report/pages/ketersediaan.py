"""Availability: how long the stock lasts, by commodity and by regency."""

from lumbung import labels
from lumbung.report.figures.read import Row, grouped
from lumbung.report.pages.layers import stock_layer
from lumbung.report.pages.making import Maker, commodity_path
from lumbung.report.pages.shared import Shared
from lumbung.report.site.columns import all_columns, columns
from lumbung.report.site.page import Page
from lumbung.report.site.tables import Column

PATH = "ketersediaan.html"


def pages(make: Maker, shared: Shared) -> list[Page]:
    """The page."""
    title = labels.label("menu", "ketersediaan")
    commodities = make.figures.of("stock_commodities")
    short = [row for row in shared.stocks if row["is_short"]]
    first = max(commodities, key=lambda row: (row["short"], row["regency_count"]), default=None)
    layer = None
    if first:
        stocks = grouped(shared.stocks, "commodity_code")[first["commodity_code"]]
        layer = stock_layer(first["commodity_name"], stocks)
    priced = {row["commodity_code"] for row in shared.province}
    for row in commodities:
        if row["commodity_code"] in priced:
            row["commodity_name_href"] = commodity_path(row["commodity_code"])
    known = all_columns()
    reporting = Column("regency_count", "count", known["regency_count"].title, "fct_stock_daily.regency_code")
    stock = [
        column if column.key != "submissions" else Column("submissions", "receipts", column.title,
                                                           "fct_stock_daily.submission_id")
        for column in columns(
            "regency_name", "commodity_name", "stock_status", "days_of_cover", "short_below_days",
            "closing_t",
            "daily_need_t", "observed_on", "submissions",
        )
    ]  # fmt: skip
    stock[1] = Column("commodity_name", title=known["commodity_name"].title, is_filter=True)
    tables = (
        make.table(
            "stock_commodities",
            [
                *columns("commodity_name", "short"),
                reporting,
                *columns("lowest_days", "highest_days", head="none"),
            ],
            commodities,
            sort="short",
        ),
        make.table("cover", *_matrix(shared.stocks)),
        make.table("stocks", stock, shared.stocks, is_searchable=True),
    )
    context = {
        "lead": _lead(len(short), len({row["regency_code"] for row in short}), len(shared.stocks), make.day),
        "layer": layer,
        "map_key": first["commodity_code"] if first else None,
    }
    return [Page(PATH, "ketersediaan.html.j2", title, "ketersediaan", context, tables)]


def _matrix(stocks: list[Row]) -> tuple[list[Column], list[Row]]:
    """Regencies down, commodities across: days of cover, short ones marked."""
    named = sorted({(row["commodity_name"], row["commodity_code"]) for row in stocks})
    across = [Column(code, "number", name, "fct_stock_daily.days_of_cover") for name, code in named]
    rows = []
    for code, own in sorted(grouped(stocks, "regency_code").items(), key=lambda item: str(item[0])):
        row: Row = {
            "regency_code": code,
            "regency_name": own[0]["regency_name"],
            "regency_name_href": own[0]["regency_name_href"],
        } | {f"{commodity}_reason": "not_reported" for _, commodity in named}
        for stock in own:
            row[stock["commodity_code"]] = stock["days_of_cover"]
            row[f"{stock['commodity_code']}_reason"] = stock["days_of_cover_reason"]
            if stock["is_short"]:
                row[f"{stock['commodity_code']}_mark"] = "short"
        rows.append(row)
    return [*columns("regency_name"), *across], rows


def _lead(short: int, regencies: int, reported: int, day: str) -> str:
    if not reported:
        return f"Belum ada laporan stok sampai {day}, sehingga ketahanan stok belum dapat dihitung."
    if not short:
        return f"Semua {reported} stok yang dilaporkan sampai {day} berada di atas batasnya."
    return (
        f"{short} dari {reported} stok yang dilaporkan sampai {day} berada di bawah batasnya, di {regencies} "
        "kabupaten/kota."
    )
