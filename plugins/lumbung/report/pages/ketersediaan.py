"""Availability: how long the stock lasts, by commodity and by regency."""

from lumbung import labels
from lumbung.report.figures.read import grouped
from lumbung.report.pages.layers import stock_layer
from lumbung.report.pages.making import Maker
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
    known = all_columns()
    reporting = Column("regency_count", "count", known["regency_count"].title, "fct_stock_daily.regency_code")
    stock = [
        column if column.key != "submissions" else Column("submissions", "receipts", column.title,
                                                           "fct_stock_daily.submission_id")
        for column in columns(
            "regency_name", "commodity_name", "stock_status", "days_of_cover", "short_below_days", "closing_t",
            "daily_need_t", "observed_on", "submissions",
        )
    ]  # fmt: skip
    stock[1] = Column("commodity_name", title=known["commodity_name"].title, is_filter=True)
    tables = (
        make.table(
            "stock_commodities",
            [
                *columns("commodity_name", "short_below_days", "short"),
                reporting,
                *columns("lowest_days", "median_days", "highest_days", head="none"),
            ],
            commodities,
            sort="short",
        ),
        make.table("stocks", stock, shared.stocks, is_searchable=True),
    )
    context = {
        "lead": _lead(len(short), len({row["regency_code"] for row in short}), len(shared.stocks), make.day),
        "layer": layer,
        "map_key": first["commodity_code"] if first else None,
    }
    return [Page(PATH, "ketersediaan.html.j2", title, "ketersediaan", context, tables)]


def _lead(short: int, regencies: int, reported: int, day: str) -> str:
    if not reported:
        return f"Belum ada laporan stok sampai {day}, sehingga ketahanan stok belum dapat dihitung."
    if not short:
        return f"Semua {reported} stok yang dilaporkan sampai {day} berada di atas batasnya."
    return (
        f"{short} dari {reported} stok yang dilaporkan sampai {day} berada di bawah batasnya, di {regencies} "
        "kabupaten/kota."
    )
