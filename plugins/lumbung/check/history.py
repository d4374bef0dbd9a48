"""What the warehouse knew about prices before the night's first row was loaded.

Per key the latest row that counts is the price (`intake/counted.py`); a row that a person released
although it was suspected is left out. Everything is asked for in sets: temporary tables hold tonight's series
and days.
"""

import io
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd
import psycopg
from psycopg import sql

from lumbung.check.references import Floats, Ints, Known
from lumbung.intake import counted

_COUNTED = {
    "rows": sql.SQL(counted.ROWS),
    "not_withdrawn": sql.SQL(counted.NOT_WITHDRAWN),
    "newest_first": sql.SQL(counted.NEWEST_FIRST),
}


@dataclass(frozen=True)
class DayPrices:
    """Prices of many markets on the same days; ``day_no`` is the position of the day asked for."""

    day_no: Ints
    market_id: "np.ndarray[Any, np.dtype[np.object_]]"
    price: Floats


class PriceSource(Protocol):
    """Where prices of the past come from."""

    def known(self, series: pd.DataFrame) -> Known:
        """The unsuspected observations that tonight's series can touch; see `PriceHistory.known`."""

    def on_days(self, days: pd.DataFrame) -> DayPrices:
        """The unsuspected prices of all markets on given days; see `PriceHistory.on_days`."""


class _NoPrices:
    """A past of which nothing is known."""

    def known(self, series: pd.DataFrame) -> Known:
        return _known(pd.DataFrame({"series_no": [], "day": [], "price_idr": []}))

    def on_days(self, days: pd.DataFrame) -> DayPrices:
        return DayPrices(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=object), np.zeros(0))


NO_PRICES: PriceSource = _NoPrices()
"""For judging a file away from the warehouse."""


class PriceHistory:
    """Accepted prices of the raw table, asked for by series and by day.

    Args:
        conn: A connection inside a transaction; its temporary tables vanish at the end of it.
        window: Observations before a series' first day that a reference may need.
    """

    def __init__(self, conn: psycopg.Connection[Any], window: int) -> None:
        self._conn = conn
        self._window = window
        self._is_empty = conn.execute("select 1 from raw.staple_prices limit 1").fetchone() is None

    def known(self, series: pd.DataFrame) -> Known:
        """The unsuspected observations that tonight's series can touch.

        That is: those between a series' first and last day, those of ``look_back_days`` before, and older
        ones where these are fewer than the window.

        Args:
            series: One row per series: commodity_code, market_id, price_level, first_day, last_day (days
                since 1970), look_back_days. Its position is the series' number.

        Returns:
            At most one observation per series and day, in order of both.
        """
        if self._is_empty or not len(series):
            return _known(pd.DataFrame({"series_no": [], "day": [], "price_idr": []}))
        keys = series[["commodity_code", "market_id", "price_level"]].copy()
        keys.insert(0, "series_no", np.arange(len(series)))
        keys["from_on"] = _dates(series["first_day"] - series["look_back_days"])
        keys["first_on"] = _dates(series["first_day"])
        keys["last_on"] = _dates(series["last_day"])
        self._temporary(
            "check_series",
            "series_no integer, commodity_code text, market_id text, price_level text, "
            "from_on date, first_on date, last_on date",
            keys,
        )
        recent = self._read(
            sql.SQL(
                """
                select series_no, observed_on - date '1970-01-01' as day, price_idr
                from (
                    select distinct on (k.series_no, r.observed_on)
                        k.series_no, r.observed_on, r.price_idr, r.is_suspect
                    from check_series as k
                    inner join raw.staple_prices as r
                        on k.commodity_code = r.commodity_code and k.market_id = r.market_id
                        and k.price_level = r.price_level and r.observed_on between k.from_on and k.last_on
                    {rows}
                    where r.observed_on between {first} and {last} and {not_withdrawn}
                    order by k.series_no, r.observed_on, {newest_first}
                ) as latest
                where not is_suspect
                """
            ).format(
                first=sql.Literal(keys["from_on"].min()),
                last=sql.Literal(keys["last_on"].max()),
                **_COUNTED,
            )
        )
        first_day = series["first_day"].to_numpy()
        before = recent["series_no"][recent["day"] < first_day[recent["series_no"]]]
        missing = self._window - np.bincount(before, minlength=len(series))
        older = self._older(keys, missing)
        return _known(pd.concat([older, recent], ignore_index=True))

    def _older(self, keys: pd.DataFrame, missing: Ints) -> pd.DataFrame:
        """The last ``missing`` observations of each series dated before what has been read already."""
        asked = keys.assign(missing=missing)[missing > 0][
            ["series_no", "commodity_code", "market_id", "price_level", "from_on", "missing"]
        ]
        if not len(asked):
            return pd.DataFrame({"series_no": [], "day": [], "price_idr": []})
        self._temporary(
            "check_short_series",
            "series_no integer, commodity_code text, market_id text, price_level text, "
            "from_on date, missing integer",
            asked,
        )
        return self._read(
            sql.SQL(
                """
                select k.series_no, h.observed_on - date '1970-01-01' as day, h.price_idr
                from check_short_series as k
                cross join lateral (
                    select observed_on, price_idr
                    from (
                        select distinct on (r.observed_on) r.observed_on, r.price_idr, r.is_suspect
                        from raw.staple_prices as r
                        {rows}
                        where
                            r.commodity_code = k.commodity_code and r.market_id = k.market_id
                            and r.price_level = k.price_level and r.observed_on < k.from_on
                            and {not_withdrawn}
                        order by r.observed_on desc, {newest_first}
                    ) as latest
                    where not is_suspect
                    order by observed_on desc
                    limit k.missing
                ) as h
                """
            ).format(**_COUNTED)
        )

    def on_days(self, days: pd.DataFrame) -> DayPrices:
        """The unsuspected prices of all markets on given days.

        Args:
            days: commodity_code, price_level, day (days since 1970). Its position is the day's number.
        """
        if self._is_empty or not len(days):
            return DayPrices(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=object), np.zeros(0))
        asked = days[["commodity_code", "price_level"]].copy()
        asked.insert(0, "day_no", np.arange(len(days)))
        asked["observed_on"] = _dates(days["day"])
        self._temporary(
            "check_days", "day_no integer, commodity_code text, price_level text, observed_on date", asked
        )
        found = self._read(
            sql.SQL(
                """
                select day_no, market_id, price_idr
                from (
                    select distinct on (d.day_no, r.market_id)
                        d.day_no, r.market_id, r.price_idr, r.is_suspect
                    from check_days as d
                    inner join raw.staple_prices as r
                        on d.commodity_code = r.commodity_code and d.price_level = r.price_level
                        and d.observed_on = r.observed_on
                    {rows}
                    where r.observed_on between {first} and {last} and {not_withdrawn}
                    order by d.day_no, r.market_id, {newest_first}
                ) as latest
                where not is_suspect
                """
            ).format(
                first=sql.Literal(asked["observed_on"].min()),
                last=sql.Literal(asked["observed_on"].max()),
                **_COUNTED,
            )
        )
        return DayPrices(
            found["day_no"].to_numpy(np.int64),
            found["market_id"].to_numpy(object),
            found["price_idr"].to_numpy(np.float64),
        )

    def _temporary(self, name: str, columns: str, rows: pd.DataFrame) -> None:
        """A temporary table with these rows, gone at the end of the transaction."""
        table = sql.Identifier(name)
        with self._conn.cursor() as cursor:
            cursor.execute(sql.SQL("drop table if exists pg_temp.{}").format(table))
            cursor.execute(
                sql.SQL("create temporary table {} ({}) on commit drop").format(table, sql.SQL(columns))
            )
            with cursor.copy(sql.SQL("copy {} from stdin with (format csv)").format(table)) as copy:
                copy.write(rows.to_csv(index=False, header=False))
            cursor.execute(sql.SQL("analyze {}").format(table))

    def _read(self, query: sql.Composed) -> pd.DataFrame:
        """The rows of a query by COPY: several times faster than fetching them one by one."""
        content = io.BytesIO()
        with (
            self._conn.cursor() as cursor,
            cursor.copy(sql.SQL("copy ({}) to stdout with (format csv, header)").format(query)) as copy,
        ):
            for block in copy:
                content.write(block)
        content.seek(0)
        return pd.read_csv(content, keep_default_na=False)


def _dates(days: "pd.Series[Any]") -> "pd.Series[Any]":
    return pd.Series(np.asarray(days).astype("datetime64[D]").astype(object), index=days.index, dtype=object)


def _known(found: pd.DataFrame) -> Known:
    found = found.sort_values(["series_no", "day"], kind="stable")
    return Known(
        found["series_no"].to_numpy(np.int64),
        found["day"].to_numpy(np.int64),
        found["price_idr"].to_numpy(np.float64),
    )
