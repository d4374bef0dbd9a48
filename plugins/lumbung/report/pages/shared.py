"""Rows that several kinds of pages show, prepared once."""

from functools import cached_property

from lumbung import labels
from lumbung.report.alerts import sentence
from lumbung.report.drawing.lines import Trend, daily
from lumbung.report.figures.read import Figures, Row, grouped, scope_of
from lumbung.report.pages.making import commodity_path, with_links
from lumbung.report.site.columns import columns
from lumbung.report.site.tables import Column

SeriesKey = tuple[str, str]
"""Commodity and price level."""


class Shared:
    """Figures in the shapes that pages want, each worked out at most once."""

    def __init__(self, figures: Figures) -> None:
        self.figures = figures
        self._scope = scope_of(figures.release.business_date)

    @cached_property
    def province(self) -> list[Row]:
        """Today's provincial prices, each with the line of its last days."""
        trends = {(r["commodity_code"], r["price_level"]): self._daily(r) for r in self.figures.of("history")}
        rows = self.figures.of("province_prices")
        for row in rows:
            row["trend"] = trends.get((row["commodity_code"], row["price_level"]))
            row["province_price_idr"] = row["price_idr"]
            row["code"] = row["commodity_code"]
            if row["observed_on"] != self.figures.release.business_date:
                row["commodity_name_aside"] = "harga " + _day(row)
        return with_links(rows, commodity=True)

    @cached_property
    def regency_prices(self) -> list[Row]:
        """Today's prices of every regency, each with its line."""
        trends = {
            (r["regency_code"], r["commodity_code"], r["price_level"]): self._daily(r)
            for r in self.figures.of("regency_trend")
        }
        rows = self.figures.of("regency_prices")
        for row in rows:
            row["trend"] = trends.get((row["regency_code"], row["commodity_code"], row["price_level"]))
        return with_links(rows, commodity=True, regency=True)

    @cached_property
    def alerts(self) -> list[Row]:
        """Alerts that go on, each with its sentence."""
        rows = self.figures.of("alerts")
        for row in rows:
            row["message"] = sentence(row)
        return with_links(rows, commodity=True, regency=True)

    @cached_property
    def stocks(self) -> list[Row]:
        """Stocks last reported, short ones first."""
        priced = {row["commodity_code"] for row in self.province}
        rows = self.figures.of("stocks")
        for row in rows:
            if row["commodity_code"] in priced:
                row["commodity_name_href"] = commodity_path(row["commodity_code"])
            row["price_level"] = "none"
            row["stock_status"] = {True: "short", False: "enough", None: None}[row["is_short"]]
            row["stock_status_reason"] = row["is_short_reason"]
        return with_links(rows, regency=True)

    @cached_property
    def indices(self) -> dict[str, Trend]:
        """The staple price index of the last months, by regency."""
        return {
            row["regency_code"]: Trend(row["indices"], f"{len(row['indices'])} bulan terakhir", "number")
            for row in self.figures.of("index")
        }

    @cached_property
    def submissions(self) -> dict[str, list[Row]]:
        """Submissions by office, newest first."""
        rows = self.figures.of("submissions")
        for row in rows:
            row["dataset_name"] = labels.label("dataset", row["dataset"])
        return grouped(rows, "regency_code")  # type: ignore[return-value]

    def _daily(self, row: Row) -> Trend:
        return daily(row["days"], row["prices"], self._scope["trend_from"], self._scope["on"])


def alert_columns(*, with_place: bool) -> list[Column]:
    """The columns of a table of alerts."""
    place = ("regency_name",) if with_place else ()
    return columns(
        "commodity_name",
        *place,
        "rule_name",
        "message",
        "first_seen_on",
        "days_running",
        head="commodity_name",
    )


def _day(row: Row) -> str:
    return labels.format_date(row["observed_on"], short=True)
