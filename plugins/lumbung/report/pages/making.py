"""What all kinds of pages use: tables with their words, and the words that recur."""

from collections.abc import Mapping, Sequence
from typing import Any

from lumbung import labels
from lumbung.reference import PROVINCE
from lumbung.report.figures.read import GRID_PERIODS, MONTHS, SUBMISSIONS, TREND_DAYS, Figures, Row
from lumbung.report.site.tables import Column, Table


class Maker:
    """Makes tables whose words are in the labels; what recurs in them (day, limit) is filled in."""

    def __init__(self, figures: Figures, band_pct: float) -> None:
        self.figures = figures
        self.day = labels.format_date(figures.release.business_date)
        self.limit = labels.format_number(band_pct)
        self._recurring = {
            "day": self.day,
            "limit": self.limit,
            "days": str(TREND_DAYS),
            "months": str(MONTHS),
            "periods": str(GRID_PERIODS),
            "count": str(SUBMISSIONS),
        }

    def table(
        self,
        words: str,
        columns: Sequence[Column],
        rows: Sequence[Row],
        name: str | None = None,
        *,
        sort: str | None = None,
        is_searchable: bool = False,
        **filled: str,
    ) -> Table:
        """A table.

        Args:
            words: Its group in the labels (``table.<words>``).
            columns: Its columns.
            rows: Its rows.
            name: Its name on the page; the group's without one.
            sort: The column by which the rows come sorted.
            is_searchable: Whether to offer a search for rows.
            filled: What its words leave open.
        """
        title, about, empty = (
            labels.label("table", words, part).format(**(self._recurring | filled))
            for part in ("title", "about", "empty")
        )
        return Table(name or words, title, columns, rows, about, sort, empty, is_searchable)


def series_name(row: Mapping[str, Any]) -> str:
    """A commodity, with its price level where that is not the consumer's."""
    if row["price_level"] in ("consumer", "none"):
        return str(row["commodity_name"])
    return f"{row['commodity_name']} ({labels.label('price_level', row['price_level'])})"


def commodity_path(commodity_code: str) -> str:
    """The page of a commodity."""
    return f"harga/{commodity_code}.html"


def regency_path(regency_code: str) -> str:
    """The page of a regency."""
    return f"daerah/{regency_code}.html"


def with_links(rows: Sequence[Row], *, commodity: bool = False, regency: bool = False) -> list[Row]:
    """Rows whose commodity or regency leads to its page; the province leads nowhere."""
    for row in rows:
        if commodity:
            row["commodity_name"] = series_name(row)
            row["commodity_name_href"] = commodity_path(row["commodity_code"])
        if regency and row["regency_code"] != PROVINCE:
            row["regency_name_href"] = regency_path(row["regency_code"])
    return list(rows)
