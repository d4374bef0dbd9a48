"""What each mart's figures are made of, and the published rows behind one figure."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from psycopg import sql
from psycopg.rows import dict_row

from lumbung.errors import LumbungError

if TYPE_CHECKING:
    import psycopg


@dataclass(frozen=True)
class Figure:
    """How a mart's rows are found, and which observations its price is made of."""

    day: str = "observed_on"
    by_regency: bool = True
    by_level: bool = True
    monthly: bool = False
    rows_of: str = "fct_price_observation"


FIGURES = {
    "fct_price_observation": Figure(),
    "fct_price_daily": Figure(),
    "fct_price_province_daily": Figure(by_regency=False),
    "fct_price_monthly": Figure(day="month_on", monthly=True),
    "fct_price_margin_daily": Figure(by_level=False),
    "fct_stock_daily": Figure(by_level=False, rows_of="fct_stock_daily"),
    "fct_price_alert": Figure(),
}
PROVINCE = "35"

# The days an alert's numbers come from, by rule: besides the day itself, the compared day so many days back.
COMPARED_DAYS = {"jump_1d": 1, "jump_7d": 7}
MONTHLY_RULES = ("ifpa", "alps")


@dataclass(frozen=True)
class Asked:
    """Which figure is asked for."""

    mart: str
    commodity: str
    on: date
    regency: str | None = None
    level: str = "consumer"
    rule: str | None = None


@dataclass(frozen=True)
class Trace:
    """The figure's rows, and the rows of files of the same day or month with their submissions."""

    figures: list[dict[str, Any]]
    sources: list[dict[str, Any]]


def trace_figure(connection: "psycopg.Connection[Any]", asked: Asked) -> Trace:
    """Read a figure and its source rows as of the connection's release.

    Raises:
        LumbungError: when no such figure is published.
    """
    figure = FIGURES[asked.mart]
    if figure.by_regency and asked.regency is None:
        raise LumbungError(
            f"{asked.mart} has a row for each regency.", "Nothing was read.", "Name one with --regency."
        )
    figures = _rows(connection, _select(asked.mart, figure, asked, monthly=False), asked)
    if not figures:
        raise LumbungError(
            _missing(connection, figure, asked), "Nothing was changed.", "Try a day named above."
        )
    if asked.mart == "fct_price_alert":
        return Trace(figures, [row for alert in figures for row in _behind(connection, alert, asked)])
    return Trace(figures, _sources(connection, figure, asked))


def _behind(
    connection: "psycopg.Connection[Any]", alert: dict[str, Any], asked: Asked
) -> list[dict[str, Any]]:
    """Source rows of an alert: of its day or month, and of the day it is compared with."""
    rule = alert["rule_code"]
    figure = Figure(
        by_regency=asked.regency != PROVINCE,
        by_level=rule != "shortage",
        monthly=rule in MONTHLY_RULES,
        rows_of="fct_stock_daily" if rule == "shortage" else "fct_price_observation",
    )
    on = asked.on.replace(day=1) if figure.monthly else asked.on
    found = _sources(connection, figure, replace(asked, on=on))
    if rule in COMPARED_DAYS:
        back = replace(asked, on=asked.on - timedelta(days=COMPARED_DAYS[rule]))
        last = sql.SQL(
            "select max(observed_on) as day from ({}) as known where observed_on <= %(on)s"
        ).format(_any_day("fct_price_observation", figure))
        day = _rows(connection, last, back)[0]["day"]
        if day is not None:
            found = [*_sources(connection, figure, replace(asked, on=day)), *found]
    return found


def _sources(connection: "psycopg.Connection[Any]", figure: Figure, asked: Asked) -> list[dict[str, Any]]:
    source = FIGURES[figure.rows_of]
    rows = sql.SQL(
        "select source.*, submission.file_name, submission.sha256, submission.received_at, submission.version"
        " from ({}) as source left join asof.fct_submission as submission using (submission_id)"
        " order by source.observed_on, source.submission_id, source.sheet, source.row_number"
    ).format(
        _select(
            figure.rows_of,
            Figure(by_regency=figure.by_regency, by_level=figure.by_level and source.by_level),
            asked,
            monthly=figure.monthly,
        )
    )
    return _rows(connection, rows, asked)


def _select(mart: str, figure: Figure, asked: Asked, monthly: bool) -> sql.Composed:
    day = sql.Identifier(figure.day)
    if monthly:
        span = sql.SQL("{0} >= %(on)s::date and {0} < (%(on)s::date + interval '1 month')::date").format(day)
    else:
        span = sql.SQL("{} = %(on)s").format(day)
    return sql.SQL("{} and {}").format(_any_day(mart, figure), span)


def _any_day(mart: str, figure: Figure) -> sql.Composed:
    wanted = [sql.SQL("commodity_code = %(commodity)s")]
    if figure.by_regency:
        wanted.append(sql.SQL("regency_code = %(regency)s"))
    if figure.by_level:
        wanted.append(sql.SQL("price_level = %(level)s"))
    if mart == "fct_price_alert":
        wanted.append(sql.SQL("(%(rule)s::text is null or rule_code = %(rule)s)"))
    return sql.SQL("select * from asof.{} where {}").format(
        sql.Identifier(mart), sql.SQL(" and ").join(wanted)
    )


def _missing(connection: "psycopg.Connection[Any]", figure: Figure, asked: Asked) -> str:
    """Why there is no row, with the nearest days that have one."""
    nearest = sql.SQL(
        "select day from (select distinct {} as day from ({}) as known) as days"
        " order by abs(day - %(on)s::date) limit 3"
    ).format(sql.Identifier(figure.day), _any_day(asked.mart, figure))
    days = sorted(str(row["day"]) for row in _rows(connection, nearest, asked))
    if days:
        return f"{asked.mart} has no such row on {asked.on}; the nearest days with one: {', '.join(days)}."
    return f"{asked.mart} has no row of {asked.commodity} for this place and level on any day."


def _rows(connection: "psycopg.Connection[Any]", query: sql.Composed, asked: Asked) -> list[dict[str, Any]]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(
            query,
            {
                "commodity": asked.commodity,
                "regency": asked.regency,
                "level": asked.level,
                "on": asked.on,
                "rule": asked.rule,
            },
        ).fetchall()
