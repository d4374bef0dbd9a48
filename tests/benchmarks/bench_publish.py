"""Publication beside its floor: the same rows inserted by hand into a table of the same shape.

The floor inserts what publication inserts, into a table with the same key, indexes and foreign keys, and
copies the rows it supersedes; it compares nothing. What publication takes beyond that is the comparison, the
ledger and the planner's statistics.
"""

import time
from datetime import date
from typing import Any

from psycopg import sql

from lumbung import night as stages
from lumbung.build.manifest import mart_models
from lumbung.build.mart import Column, ForeignKey, MartModel
from lumbung.publish.release import publish
from lumbung.publish.schema import sync
from lumbung.settings import Role, Settings
from lumbung.warehouse.connection import connect
from lumbung.warehouse.roles import SUPERUSER
from tests.benchmarks.measure import Measure, say, timed

NIGHT = date(2026, 7, 28)
PLACES = 121
COMMODITIES = 12

PLACE = MartModel("dim_place", "Bench. Grain: place.", (Column("place_no", "int", "x"),), ("place_no",))
PRICE = MartModel(
    "fct_price",
    "Bench. Grain: place x commodity x day.",
    (
        Column("place_no", "int", "x"),
        Column("commodity_no", "int", "x"),
        Column("day_on", "date", "x"),
        Column("price_idr", "bigint", "x"),
        Column("note", "text", "x"),
    ),
    ("place_no", "commodity_no", "day_on"),
    touched="touched_price",
    foreign_keys=(ForeignKey(("place_no",), "dim_place", ("place_no",)),),
)

_BUILD = """
create table build.dim_place as select generate_series(1, {places}) as place_no;
create table build.fct_price as
select place_no, commodity_no, date '2025-06-24' + day_no as day_on,
       (10000 + hashint4(place_no * 97 + commodity_no) % 2000)::bigint as price_idr, null::text as note
from build.dim_place, generate_series(1, {commodities}) as commodity_no, generate_series(1, {days}) as day_no;
create table build.touched_price as select place_no, commodity_no, day_on from build.fct_price;
"""

_CHANGE = """
truncate build.touched_price;
insert into build.touched_price
select place_no, commodity_no, day_on from build.fct_price order by day_on desc, place_no limit {rows};
update build.fct_price as f set price_idr = price_idr + 100
from build.touched_price as t
where (f.place_no, f.commodity_no, f.day_on) = (t.place_no, t.commodity_no, t.day_on);
analyze build.fct_price;
analyze build.touched_price;
"""


def run(settings: Settings, days: int = 400, changed: tuple[int, ...] = (1_500, 50_000)) -> list[Measure]:
    """Measure a first release and later ones on an empty, migrated warehouse.

    Args:
        settings: The installation.
        days: Days of history; 400 make about 580,000 rows.
        changed: Sizes of the later releases, in rows.
    """
    with connect(Role.OWNER, settings) as owner:
        sync(owner, [PLACE, PRICE])
        owner.execute("create schema bench")
        for schema in ("marts", "history"):
            owner.execute(f"create table bench.{schema}_price (like {schema}.fct_price including all)")
        owner.execute(
            "alter table bench.marts_price add foreign key (place_no) references marts.dim_place "
            "deferrable initially deferred"
        )
    _as_transform(settings, _BUILD, places=PLACES, commodities=COMMODITIES, days=days)
    rows = PLACES * COMMODITIES * days
    measures = [_first(settings, rows)]
    measures += [_later(settings, count, release_id) for release_id, count in enumerate(changed, start=2)]
    with connect(Role.OWNER, settings) as owner:
        owner.execute("drop schema bench cascade")
    return measures


def first_release(settings: Settings, night: stages.Night, built: dict[str, Any]) -> Measure:
    """Measure the first release of all marts, beside inserting their rows into tables of the same shape.

    Args:
        settings: An installation with a schema ``bench`` and a build that nothing was published of.
        night: The night that publishes.
        built: What its build returned.
    """
    took: dict[str, float] = {}
    with timed(took, "publish the first release"):
        stages.publish(settings, night, built)
    statements = []
    with connect(SUPERUSER, settings) as connection:
        for mart in mart_models(settings):
            source = sql.Identifier(mart.schema, mart.name)
            copied = sql.Identifier("bench", f"marts_{mart.name}")
            connection.execute(sql.SQL("create table {} (like {} including all)").format(copied, source))
            for (key,) in connection.execute(
                "select pg_get_constraintdef(oid) from pg_constraint"
                " where contype = 'f' and conrelid = to_regclass(%s)",
                [f"{mart.schema}.{mart.name}"],
            ).fetchall():
                connection.execute(sql.SQL("alter table {} add {}").format(copied, sql.SQL(key)))
            statements.append(sql.SQL("insert into {} select * from {}").format(copied, source))
        connection.commit()
        with timed(took, "floor: its rows by hand"):
            for statement in statements:
                connection.execute(statement)
            connection.commit()
    return Measure(
        "publish all marts anew",
        took["publish the first release"],
        "insert by hand",
        took["floor: its rows by hand"],
    )


def _first(settings: Settings, rows: int) -> Measure:
    seconds = _publish(settings, 1)
    floor = _by_hand(settings, ["insert into bench.marts_price select * from marts.fct_price"])
    return _measure(f"publish {rows:,} rows anew", seconds, floor)


def _later(settings: Settings, rows: int, release_id: int) -> Measure:
    _as_transform(settings, _CHANGE, rows=rows)
    floor = _by_hand(
        settings,
        [
            "create temporary table t on commit drop as select f.* from build.fct_price as f "
            "join build.touched_price using (place_no, commodity_no, day_on)",
            f"insert into bench.history_price select m.*, {release_id} from bench.marts_price as m "
            "join t using (place_no, commodity_no, day_on)",
            "delete from bench.marts_price as m using t "
            "where (m.place_no, m.commodity_no, m.day_on) = (t.place_no, t.commodity_no, t.day_on)",
            f"insert into bench.marts_price select t.*, {release_id} from t",
        ],
    )
    return _measure(f"publish {rows:,} changed rows", _publish(settings, release_id), floor)


def _measure(stage: str, seconds: float, floor_seconds: float) -> Measure:
    say(f"{stage}: {seconds:.2f} s, by hand {floor_seconds:.2f} s")
    return Measure(stage, seconds, "insert by hand", floor_seconds)


def _publish(settings: Settings, load_seq: int) -> float:
    with connect(Role.INGEST, settings) as connection:
        night = connection.execute(
            "insert into audit.nights (business_date, run_id) values (%s, gen_random_uuid()) "
            "returning night_id",
            [NIGHT],
        ).fetchone()
    assert night is not None
    with connect(Role.TRANSFORM, settings) as connection:
        connection.execute(
            "insert into audit.builds (night_id, from_load_seq, to_load_seq, is_success) "
            "values (%s, 0, %s, true)",
            [night[0], load_seq],
        )
    started = time.monotonic()
    release = publish(settings, night[0], NIGHT, "bench", [PLACE, PRICE], load_seq)
    assert release is not None
    return time.monotonic() - started


def _by_hand(settings: Settings, statements: list[str]) -> float:
    with connect(Role.OWNER, settings) as owner:
        owner.execute("analyze bench.marts_price")
        owner.commit()
        started = time.monotonic()
        for statement in statements:
            owner.execute(sql.SQL(statement))
        owner.commit()
        return time.monotonic() - started


def _as_transform(settings: Settings, statements: str, **values: int) -> None:
    with connect(Role.TRANSFORM, settings, autocommit=True) as connection:
        connection.execute(
            sql.SQL(statements).format(**{name: sql.Literal(value) for name, value in values.items()})
        )
