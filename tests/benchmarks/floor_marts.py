"""The floor of the build: the price marts as hand-written SQL, in full and for one more day.

Plain tables without key, index, contract or test, made by one session.
"""

from datetime import date

from psycopg import sql

from lumbung.settings import Settings
from lumbung.warehouse.connection import connect
from lumbung.warehouse.roles import SUPERUSER
from tests.benchmarks.measure import timed

HORIZONS = ((1, 2), (7, 3), (30, 7), (365, 15))
"""Days of each change, and how many days more its base may be old."""

MARTS = {
    "observation": "fct_price_observation",
    "regency": "int_price_regency_daily",
    "province": "fct_price_province_daily",
    "daily": "fct_price_daily",
}
"""Our tables and the tables of the project that have to hold the same rows."""

_NEEDED = " or ".join(
    ["observed_on between {first} and {last}"]
    + [
        f"observed_on between {{first}} - {days + tolerance} and {{last}} - {days}"
        for days, tolerance in HORIZONS
    ]
)
"""The days asked for, and those that their changes are measured against."""


def _percent(value: str, base: str) -> str:
    return f"trim_scale(round(({value} - {base}) * 100.0 / {base}, 10))"


def _before(series: str) -> str:
    return ", ".join(
        f"last_value(price_idr) over (partition by {series} order by observed_on - date '2000-01-01'"
        f" range between {days + tolerance} preceding and {days} preceding) as before_{days}d"
        for days, tolerance in HORIZONS
    )


_CHANGES = ", ".join(f"{_percent('price_idr', f'before_{d}d')} as change_{d}d_pct" for d, _ in HORIZONS)

_SELECTS = {
    "observation": """
        select distinct on (r.commodity_code, r.market_id, r.price_level, r.observed_on)
            r.observed_on, r.market_id, m.market_name, r.regency_code, r.commodity_code, r.price_level,
            r.unit, r.price_idr, r.is_suspect, r.submission_id, r.sheet, r.row_number
        from raw.staple_prices as r
        join intake.submissions as s using (submission_id)
        left join build.markets as m using (market_id)
        where r.observed_on between {first} and {last}
        order by r.commodity_code, r.market_id, r.price_level, r.observed_on,
            s.received_at desc, r.submission_id desc, r.sheet desc, r.row_number desc
    """,
    "regency": """
        select
            observed_on, regency_code, commodity_code, price_level, unit,
            trim_scale(avg(price_idr)) as price_idr, count(*)::int as market_count
        from bench.observation
        where observed_on between {first} and {last}
        group by 1, 2, 3, 4, 5
    """,
    "province": f"""
        select
            observed_on, commodity_code, price_level, unit, price_idr, {_CHANGES},
            regency_count, market_count, cv_between_regions_pct
        from (
            select *, {_before("commodity_code, price_level, unit")}
            from (
                select
                    observed_on, commodity_code, price_level, unit,
                    floor(round(avg(price_idr), 10))::bigint as price_idr,
                    count(*)::int as regency_count, sum(market_count)::int as market_count,
                    trim_scale(round(stddev_samp(price_idr) * 100.0 / avg(price_idr), 10))
                        as cv_between_regions_pct
                from bench.regency
                where {_NEEDED}
                group by 1, 2, 3, 4
            ) as means
        ) as moved
        where observed_on between {{first}} and {{last}}
    """,
    "daily": f"""
        with days as (
            select distinct on (p.commodity_code, p.price_level, p.observed_on)
                p.observed_on, p.commodity_code, p.price_level, p.unit, p.price_idr as province_idr,
                c.upper_idr as ceiling_idr
            from bench.province as p
            left join build.price_ceilings as c
                on c.ceiling_kind in ('HET', 'HAP') and c.unit = p.unit
                and c.commodity_code = p.commodity_code and c.price_level = p.price_level
                and p.observed_on between c.valid_from and coalesce(c.valid_to, 'infinity')
            where p.observed_on between {{first}} and {{last}}
            order by 2, 3, 1, c.valid_from desc
        ), prices as (
            select *, {_before("regency_code, commodity_code, price_level, unit")}
            from bench.regency
            where {_NEEDED}
        ), grid as (
            select d.*, r.regency_code from days as d cross join build.regencies as r
        )
        select
            observed_on, regency_code, commodity_code, price_level, unit, price_idr,
            coalesce(market_count, 0) as market_count, {_CHANGES},
            ceiling_idr, {_percent("price_idr", "ceiling_idr")} as ceiling_deviation_pct,
            {_percent("price_idr", "province_idr")} as province_deviation_pct,
            case
                when price_idr is null then 'no_data'
                when price_idr * 100 > province_idr * (100 + 10) then 'above'
                when price_idr * 100 < province_idr * (100 - 10) then 'below'
                else 'within'
            end as band
        from grid
        left join prices using (observed_on, regency_code, commodity_code, price_level, unit)
    """,
}


def make(settings: Settings) -> dict[str, float]:
    """Make every mart from all of ``raw``; seconds by mart."""
    return _each(settings, "create table bench.{name} as {select}", date(2012, 1, 1), date(2045, 12, 31))


def make_days(settings: Settings, first: date, last: date) -> dict[str, float]:
    """Make some last days of every mart anew; seconds by mart."""
    return _each(
        settings,
        "delete from bench.{name} where observed_on between {first} and {last};"
        " insert into bench.{name} {select}",
        first,
        last,
    )


def compare(settings: Settings) -> dict[str, int]:
    """Rows of each mart, after making sure that the project's tables hold exactly the same.

    Raises:
        RuntimeError: when a mart differs.
    """
    counts = {}
    with connect(SUPERUSER, settings) as connection:
        for name, model in MARTS.items():
            found = connection.execute(
                "select string_agg(quote_ident(column_name), ', ' order by ordinal_position)"
                " from information_schema.columns where table_schema = 'bench' and table_name = %s",
                [name],
            ).fetchone()
            assert found is not None
            statement = sql.SQL(
                "select (select count(*) from {mart}), (select count(*) from {model}),"
                " (select count(*) from (select {columns} from {mart} except all"
                " select {columns} from {model}) as d)"
            ).format(
                mart=sql.Identifier("bench", name),
                model=sql.Identifier("build", model),
                columns=sql.SQL(found[0]),
            )
            ours, theirs, different = connection.execute(statement).fetchone() or (0, 0, 0)
            if ours != theirs or different:
                raise RuntimeError(
                    f"{model} has {theirs} rows, by hand {ours}, of which {different} are in the one alone"
                )
            counts[model] = ours
    return counts


def _each(settings: Settings, statement: str, first: date, last: date) -> dict[str, float]:
    took: dict[str, float] = {}
    days = {"first": sql.Literal(first), "last": sql.Literal(last)}
    with connect(SUPERUSER, settings, autocommit=True) as connection:
        connection.execute("set work_mem = '256MB'")
        for name, select in _SELECTS.items():
            composed = sql.SQL(statement).format(
                name=sql.Identifier(name), select=sql.SQL(select).format(**days), **days
            )
            with timed(took, f"floor: {name} by hand"):
                connection.execute(composed)
                connection.execute(sql.SQL("analyze bench.{}").format(sql.Identifier(name)))
    return took
