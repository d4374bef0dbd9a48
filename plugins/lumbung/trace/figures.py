"""What each mart's figures are made of, and the rows of files behind one of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from psycopg import sql
from psycopg.rows import dict_row

from lumbung.errors import LumbungError
from lumbung.reference import PROVINCE

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[Any]

Row = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """Which figure is asked for; ``regency`` 35 is the province."""

    mart: str
    commodity: str | None
    on: date
    regency: str | None = None
    level: str = "consumer"
    rule: str | None = None
    activity: str | None = None
    unit: str | None = None
    product: str | None = None


@dataclass(frozen=True)
class Part:
    """Rows of files that a figure rests on, and what they are to it."""

    what: str
    sources: list[Row]


@dataclass(frozen=True)
class Trace:
    """One published row, with the rows of files behind it, part by part."""

    figure: Row
    parts: list[Part]


@dataclass(frozen=True)
class Mart:
    """How rows of a mart are found and what they rest on.

    Args:
        parts: Names the parts of one published row and reads them.
        day: Its column of days, of months for monthly marts, of years for yearly ones.
        columns: Which of regency, commodity and level tell its rows apart.
        narrowed_by: What more may be asked (rule, activity, unit, product), and the column that it is about.
        needs: What of it must be asked, because there are too many rows without.
    """

    parts: Callable[["Connection", Asked, Row], Iterator[Part]]
    day: str = "observed_on"
    columns: tuple[str, ...] = ("regency_code", "commodity_code", "price_level")
    narrowed_by: dict[str, str] = field(default_factory=dict)
    needs: str | None = None


def trace_figures(connection: "Connection", asked: Asked) -> list[Trace]:
    """Read the published rows asked for and what they rest on, as of the connection's release.

    Raises:
        LumbungError: when the question lacks a name, or no such figure is published.
    """
    mart = MARTS[asked.mart]
    if "regency_code" in mart.columns and asked.regency is None:
        raise LumbungError(
            f"{asked.mart} has a row for each place.",
            "Nothing was read.",
            "Name one with --regency (35 is the province).",
        )
    if "commodity_code" in mart.columns and asked.commodity is None:
        raise LumbungError(
            f"{asked.mart} has a row for each commodity.", "Nothing was read.", "Name one with --commodity."
        )
    if mart.needs and getattr(asked, mart.needs) is None:
        raise LumbungError(
            f"{asked.mart} has a row for each {mart.needs}.",
            "Nothing was read.",
            f"Name one with --{mart.needs}.",
        )
    figures = _read(connection, sql.SQL("{} and {}").format(_of(mart, asked), _covers(mart)), asked)
    if not figures:
        raise LumbungError(_missing(connection, mart, asked), "Nothing was read.", "Try a day named above.")
    return [Trace(figure, list(mart.parts(connection, asked, figure))) for figure in figures]


def _of(mart: Mart, asked: Asked) -> sql.Composed:
    values = {"regency_code": "%(regency)s", "commodity_code": "%(commodity)s", "price_level": "%(level)s"}
    wanted = [sql.SQL("{} = " + values[column]).format(sql.Identifier(column)) for column in mart.columns]
    wanted += [
        sql.SQL("({0}::text is null or {1} = {0})").format(sql.Placeholder(name), sql.Identifier(column))
        for name, column in mart.narrowed_by.items()
    ]
    return sql.SQL("select * from asof.{} where {}").format(
        sql.Identifier(asked.mart), sql.SQL(" and ").join(wanted)
    )


def _covers(mart: Mart) -> sql.Composed:
    """Whether a row is about the day asked for: a month or week holds it."""
    if mart.day == "data_year":
        return sql.SQL("data_year = extract(year from %(on)s::date)").format()
    length = {"month_on": "interval '1 month'", "week_starts_on": "interval '7 days'"}.get(mart.day)
    if length is None:
        return sql.SQL("{} = %(on)s").format(sql.Identifier(mart.day))
    return sql.SQL("{0} <= %(on)s::date and %(on)s::date < {0} + " + length).format(sql.Identifier(mart.day))


def _missing(connection: "Connection", mart: Mart, asked: Asked) -> str:
    nearest = sql.SQL(
        "select day from (select distinct {} as day from ({}) as known) as days"
        " order by abs(day - %(on)s::date) limit 3"
    ).format(_first_day(mart), _of(mart, asked))
    days = sorted(str(row["day"]) for row in _read(connection, nearest, asked))
    if days:
        return f"{asked.mart} has no such row on {asked.on}; the nearest days with one: {', '.join(days)}."
    return f"{asked.mart} has no such row on any day."


def _first_day(mart: Mart) -> sql.Composed:
    pattern = "make_date({}, 1, 1)" if mart.day == "data_year" else "{}"
    return sql.SQL(pattern).format(sql.Identifier(mart.day))


# ---------------------------------------------------------------------------------- what figures rest on


def _day_alone(connection: "Connection", asked: Asked, figure: Row) -> Iterator[Part]:
    yield _prices(connection, asked, "the day", asked.on, asked.on)


def _day_and_changes(connection: "Connection", asked: Asked, figure: Row) -> Iterator[Part]:
    yield from _day_alone(connection, asked, figure)
    for days in (1, 7, 30, 365):
        if figure[f"change_{days}d_pct"] is not None:
            yield from _compared(connection, asked, days)


def _compared(connection: "Connection", asked: Asked, days: int) -> Iterator[Part]:
    """The day that a change is measured against: the last one with prices, so many days back or more."""
    place = "" if asked.regency in (None, PROVINCE) else " and regency_code = %(regency)s"
    found = _read(
        connection,
        sql.SQL(
            "select max(observed_on) as day from asof.fct_price_observation"
            " where commodity_code = %(commodity)s and price_level = %(level)s and observed_on <= %(on)s{}"
        ).format(sql.SQL(place)),
        replace(asked, on=asked.on - timedelta(days=days)),
    )
    if day := found[0]["day"]:
        yield _prices(
            connection, asked, f"the day that the change over {days} d is measured against", day, day
        )


def _month(connection: "Connection", asked: Asked, figure: Row) -> Iterator[Part]:
    month = figure["month_on"]
    yield _prices(connection, asked, "the month", month, _last_of(month))
    if figure["ifpa"] is not None:
        yield from _months_of_ifpa(connection, asked, month)
    if figure["alps"] is not None:
        yield _prices(connection, asked, "alps: all months before", date.min, month - timedelta(days=1))


def _months_of_ifpa(connection: "Connection", asked: Asked, month: date) -> Iterator[Part]:
    """The growth rates compare with 3 and 12 months before, in this year and in every earlier one."""
    first = _read(
        connection,
        sql.SQL(
            "select min(month_on) as month from asof.fct_price_monthly where commodity_code = %(commodity)s"
            " and regency_code = %(regency)s and price_level = %(level)s"
        ),
        asked,
    )[0]["month"]
    for back in (12 * year + distance for year in range(50) for distance in (0, 3, 12)):
        earlier = _months_before(month, back)
        if back and first <= earlier:
            yield _prices(connection, asked, f"ifpa: {earlier:%Y-%m}", earlier, _last_of(earlier))


def _index(connection: "Connection", asked: Asked, figure: Row) -> Iterator[Part]:
    month = figure["month_on"]
    everything = replace(asked, commodity=None)
    yield _prices(
        connection, everything, "the month, of the basket's commodities", month, _last_of(month), True
    )
    base = _read(
        connection,
        sql.SQL(
            "select max(month_on) as month from asof.fct_price_monthly where price_index = 100"
            " and price_level = %(level)s and regency_code = %(regency)s"
            " and month_on in (select month_on from asof.fct_price_index_monthly where price_index = 100)"
        ),
        asked,
    )[0]["month"]
    if base and base != month:
        yield _prices(connection, everything, "the base month, of the basket", base, _last_of(base), True)


def _margin(connection: "Connection", asked: Asked, figure: Row) -> Iterator[Part]:
    for level in ("producer", "consumer"):
        yield _prices(connection, replace(asked, level=level), f"{level} prices", asked.on, asked.on)


def _season(connection: "Connection", asked: Asked, figure: Row) -> Iterator[Part]:
    name = f"{figure['season_code']} {figure['season_year']}"
    begins = figure["week_starts_on"]
    yield _prices(
        connection, asked, f"{name}, week {figure['week_offset']}", begins, begins + timedelta(days=6)
    )
    if figure["change_from_first_week_pct"] is not None and figure["week_offset"] != -4:
        first = begins - timedelta(days=7 * (figure["week_offset"] + 4))
        yield _prices(connection, asked, f"{name}, week -4", first, first + timedelta(days=6))


def _stock(connection: "Connection", asked: Asked, figure: Row) -> Iterator[Part]:
    query = sql.SQL(
        "select source.*, s.file_name, s.sha256, s.received_at, s.dataset from asof.fct_stock_daily as source"
        " left join asof.fct_submission as s using (submission_id)"
        " where source.regency_code = %(regency)s and source.commodity_code = %(commodity)s"
        " and source.observed_on = %(on)s"
    )
    yield Part("the day", _read(connection, query, asked))


def _alert(connection: "Connection", asked: Asked, figure: Row) -> Iterator[Part]:
    rule = figure["rule_code"]
    if rule == "shortage":
        yield from _stock(connection, asked, figure)
        return
    if rule in ("ifpa", "alps"):
        yield _prices(connection, asked, "the month", asked.on, _last_of(asked.on))
        if rule == "ifpa":
            yield from _months_of_ifpa(connection, asked, asked.on)
        else:
            yield _prices(connection, asked, "all months before", date.min, asked.on - timedelta(days=1))
        return
    yield from _day_alone(connection, asked, figure)
    if rule in ("jump_1d", "jump_7d"):
        yield from _compared(connection, asked, int(rule[5:-1]))
    elif rule == "stale":
        since = asked.on - timedelta(days=int(figure["threshold_value"]))
        yield _prices(connection, asked, "the days before, unchanged", since, asked.on - timedelta(days=1))
    elif rule == "above_ceiling":
        ceiling = sql.SQL(
            "select c.* from asof.fct_price_daily as d"
            " inner join asof.dim_price_ceiling as c using (ceiling_id)"
            " where d.regency_code = %(regency)s and d.commodity_code = %(commodity)s"
            " and d.price_level = %(level)s and d.observed_on = %(on)s"
        )
        yield Part("the ceiling", _read(connection, ceiling, asked))


def _activity(connection: "Connection", asked: Asked, figure: Row) -> Iterator[Part]:
    yield _activities(connection, asked, "the month", figure, figure["month_on"], "activity_code")


def _programmes(connection: "Connection", asked: Asked, figure: Row) -> Iterator[Part]:
    yield _activities(connection, asked, "the month", figure, figure["month_on"])


def _not_synchronised(connection: "Connection", asked: Asked, figure: Row) -> Iterator[Part]:
    if figure["activity_code"] is None:
        yield _activities(connection, asked, "all activities of the month", figure, figure["month_on"])
    else:
        yield from _activity(connection, asked, figure)
    if last := figure["last_tied_on"]:
        what = "the last month with an activity for it"
        yield _activities(connection, asked, what, figure, last, "provincial_programme_code")
    if earlier := figure["compared_on"]:
        what = "the month that progress is compared with"
        yield _activities(connection, asked, what, figure, earlier, "activity_code")


def _own_row(connection: "Connection", asked: Asked, figure: Row) -> Iterator[Part]:
    yield _rows_of(connection, asked, "the row", figure, figure["data_year"], asked.mart)


def _unit_in_both_years(connection: "Connection", asked: Asked, figure: Row) -> Iterator[Part]:
    yield _rows_of(connection, asked, "the year", figure, figure["data_year"])
    yield _rows_of(connection, asked, "the year before", figure, figure["previous_year"])


MARTS = {
    "fct_price_observation": Mart(_day_alone),
    "fct_price_daily": Mart(_day_and_changes),
    "fct_price_province_daily": Mart(_day_and_changes, columns=("commodity_code", "price_level")),
    "fct_price_monthly": Mart(_month, day="month_on"),
    "fct_price_index_monthly": Mart(_index, day="month_on", columns=("regency_code", "price_level")),
    "fct_price_margin_daily": Mart(_margin, columns=("regency_code", "commodity_code")),
    "fct_price_season": Mart(_season, day="week_starts_on"),
    "fct_stock_daily": Mart(_stock, columns=("regency_code", "commodity_code")),
    "fct_price_alert": Mart(_alert, narrowed_by={"rule": "rule_code"}),
    "fct_programme_activity": Mart(
        _activity, day="month_on", columns=("regency_code",), narrowed_by={"activity": "activity_code"}
    ),
    "fct_programme_monthly": Mart(_programmes, day="month_on", columns=("regency_code",)),
    "rpt_programme_sync": Mart(
        _not_synchronised,
        day="month_on",
        columns=("regency_code",),
        narrowed_by={"rule": "finding_code", "activity": "activity_code"},
    ),
    "fct_industry_unit": Mart(
        _own_row, day="data_year", columns=("regency_code",), narrowed_by={"unit": "unit_key"}, needs="unit"
    ),
    "fct_industry_change": Mart(
        _unit_in_both_years,
        day="data_year",
        columns=("regency_code",),
        narrowed_by={"rule": "change_reason", "unit": "unit_key"},
        needs="unit",
    ),
    "fct_ovop_product": Mart(
        _own_row, day="data_year", columns=("regency_code",), narrowed_by={"product": "ovop_product_code"}
    ),
}
"""Every mart whose figures can be traced."""


def _prices(
    connection: "Connection", asked: Asked, what: str, first: date, last: date, of_basket: bool = False
) -> Part:
    """Observations of the place, the commodity and the level from one day to another, with their files."""
    wanted = ["o.observed_on between %(first)s and %(last)s", "o.price_level = %(level)s"]
    if asked.commodity is not None:
        wanted.append("o.commodity_code = %(commodity)s")
    if asked.regency not in (None, PROVINCE):
        wanted.append("o.regency_code = %(regency)s")
    if of_basket:
        wanted.append("o.commodity_code in (select commodity_code from asof.dim_commodity where is_basket)")
    query = sql.SQL(
        "select o.*, s.file_name, s.sha256, s.received_at, s.dataset from asof.fct_price_observation as o"
        " left join asof.fct_submission as s using (submission_id) where {}"
        " order by o.observed_on, o.commodity_code, o.market_id"
    ).format(sql.SQL(" and ").join(map(sql.SQL, wanted)))
    return Part(what, _read(connection, query, asked, first=first, last=last))


def _activities(
    connection: "Connection", asked: Asked, what: str, figure: Row, month: date, alike: str | None = None
) -> Part:
    """Rows of a month's activities in the figure's place, or those alike in one column, with their files."""
    query = sql.SQL(
        "select source.*, s.file_name, s.sha256, s.received_at, s.dataset"
        " from asof.fct_programme_activity as source left join asof.fct_submission as s using (submission_id)"
        " where source.month_on = %(month)s and %(place)s in (source.regency_code, %(province)s) and {}"
        " order by source.regency_code, source.activity_code"
    ).format(sql.SQL("source.{} = %(value)s").format(sql.Identifier(alike)) if alike else sql.SQL("true"))
    value = figure[alike] if alike else None
    place = figure["regency_code"]
    found = _read(connection, query, asked, month=month, place=place, value=value, province=PROVINCE)
    return Part(what, found)


def _rows_of(
    connection: "Connection",
    asked: Asked,
    what: str,
    figure: Row,
    year: int,
    mart: str = "fct_industry_unit",
) -> Part:
    """The row of a unit or a product in a year, with its file; what it is about stands in `about`."""
    column = "unit_key" if "unit_key" in figure else "ovop_product_code"
    query = sql.SQL(
        "select source.*, source.{column} as about, s.file_name, s.sha256, s.received_at, s.dataset"
        " from asof.{mart} as source left join asof.fct_submission as s using (submission_id)"
        " where source.regency_code = %(place)s and source.{column} = %(key)s and source.data_year = %(year)s"
    ).format(column=sql.Identifier(column), mart=sql.Identifier(mart))
    place, key = figure["regency_code"], figure[column]
    return Part(what, _read(connection, query, asked, place=place, key=key, year=year))


def _read(connection: "Connection", query: sql.SQL | sql.Composed, asked: Asked, **more: Any) -> list[Row]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(
            query,
            {
                "commodity": asked.commodity,
                "regency": asked.regency,
                "level": asked.level,
                "on": asked.on,
                "rule": asked.rule,
                "activity": asked.activity,
                "unit": asked.unit,
                "product": asked.product,
                **more,
            },
        ).fetchall()


def _months_before(month: date, count: int) -> date:
    number = month.year * 12 + month.month - 1 - count
    return date(number // 12, number % 12 + 1, 1)


def _last_of(month: date) -> date:
    return _months_before(month, -1) - timedelta(days=1)
