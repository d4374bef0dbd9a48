"""Publication on a real PostgreSQL: what readers see, release by release."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lumbung.build.mart import Column, MartModel
from lumbung.errors import LumbungError
from lumbung.publish.rollback import resume, rollback
from lumbung.publish.schema import sync
from lumbung.settings import Role, Settings
from lumbung.warehouse.connection import connect
from tests.integration.publish_world import FIGURE, MARTS, NIGHT, PLACE, State, World, read_state

pytestmark = pytest.mark.database

FIRST = State({"a": "Alas", "b": "Batu"}, {("a", 1): (10, None), ("a", 2): (20, "x"), ("b", 1): (5, None)})


@pytest.fixture
def world(warehouse: Settings) -> World:
    return World(warehouse)


def as_mart(world: World, query: str) -> Any:
    with world.reader() as connection:
        return connection.execute(query).fetchall()


# ------------------------------------------------------------------------------------------ releases


def test_first_release_holds_everything(world: World) -> None:
    release = world.release(FIRST)
    assert release is not None
    assert (release.release_id, release.changed_rows, release.kind) == (1, 5, "night")
    assert world.read() == FIRST
    assert as_mart(world, "select distinct release_from from marts.fct_figure") == [(1,)]
    assert as_mart(
        world, "select release_id, business_date, is_current, changed_rows from marts.release"
    ) == [(1, NIGHT, True, 5)]
    assert world.one("select load_seq_watermark from audit.publication") == world.load_seq


def test_only_differing_rows_change(world: World) -> None:
    world.release(FIRST)
    second = State(
        {"a": "Alas Baru", "b": "Batu", "c": "Cepu"},
        {("a", 1): (10, None), ("a", 2): (20, None), ("c", 9): (None, "new")},
    )
    release = world.release(second, touched={("a", 1), ("a", 2), ("b", 1), ("c", 9)})
    assert release is not None
    figures, places = release.tables["fct_figure"], release.tables["dim_place"]
    assert (figures.inserted, figures.changed, figures.removed) == (1, 1, 1)
    assert (places.inserted, places.changed, places.removed) == (1, 1, 0)
    assert release.changed_rows == 5
    assert world.read() == second
    assert as_mart(
        world, "select release_from from marts.fct_figure where place_code = 'a' and day_no = 1"
    ) == [(1,)]
    assert world.one("select count(*) from history.fct_figure where release_from = 1 and release_to = 2") == 2
    assert world.read("asof", 1) == FIRST
    assert world.read("asof", 2) == second


def test_keys_not_touched_are_not_compared(world: World) -> None:
    world.release(FIRST)
    changed = State(FIRST.places, {("a", 1): (99, None), ("b", 1): (77, None)})
    world.release(changed, touched={("a", 1)})
    assert world.read().figures == FIRST.figures | {("a", 1): (99, None)}


def test_touched_keys_may_name_fewer_columns_than_the_key(world: World) -> None:
    world.release(FIRST)
    world.run(
        Role.TRANSFORM,
        "truncate build.touched_figure, build.fct_figure;"
        "alter table build.touched_figure drop column day_no;"
        "insert into build.touched_figure values ('a'), ('a')",
    )
    world.publish()
    assert set(world.read().figures) == {("b", 1)}


def test_a_touched_model_without_key_columns_is_refused(world: World) -> None:
    world.release(FIRST)
    world.run(Role.TRANSFORM, "drop table build.touched_figure")
    with pytest.raises(LumbungError, match=r"build\.touched_figure is not there"):
        world.publish()
    assert world.read() == FIRST


def test_nothing_new_writes_no_release_but_moves_the_watermark(world: World) -> None:
    world.release(FIRST)
    assert world.release(FIRST) is None
    assert as_mart(world, "select count(*) from marts.release") == [(1,)]
    assert world.one("select load_seq_watermark from audit.publication") == world.load_seq == 2


def test_publishing_the_same_build_twice_changes_nothing(world: World) -> None:
    world.release(FIRST)
    assert world.publish() is None
    assert world.read() == FIRST


def test_nulls_are_equal_and_numbers_compare_by_value(world: World) -> None:
    world.release(FIRST)
    world.run(
        Role.TRANSFORM, "update build.fct_figure set figure = figure * 1.00, note = nullif(note, 'none')"
    )
    assert world.publish() is None


def test_a_fact_without_its_dimension_is_not_published(world: World) -> None:
    world.release(FIRST)
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        world.release(State(FIRST.places, FIRST.figures | {("z", 1): (1, None)}))
    assert world.read() == FIRST
    assert world.one("select load_seq_watermark from audit.publication") == 1


@pytest.mark.parametrize(("is_success", "words"), [(False, "failed"), (None, "did not end")])
def test_an_unsuccessful_build_is_not_published(world: World, is_success: bool | None, words: str) -> None:
    world.release(FIRST)
    world.build(State(), FIRST.figures, is_success)
    with pytest.raises(LumbungError, match=words):
        world.publish()
    assert world.read() == FIRST


def test_a_build_of_other_loads_is_not_published(world: World) -> None:
    with pytest.raises(LumbungError, match="no build yet"):
        world.publish(7)
    world.build(FIRST, FIRST.figures)
    with pytest.raises(LumbungError, match="covers loads up to 1, not 7"):
        world.publish(7)


def test_after_a_full_build_whole_tables_are_compared(world: World) -> None:
    world.release(FIRST)
    world.run(
        Role.TRANSFORM,
        "insert into build.work_state (project_hash, intake_hash, business_date, to_load_seq, build_id, "
        "compare_everything, is_published) values ('x', 'y', '2026-07-28', 1, 1, true, false)",
    )
    second = State(FIRST.places, {("a", 1): (11, None)})
    world.release(second, touched=())
    assert world.read() == second
    assert world.one("select compare_everything from build.work_state") is False
    assert world.one("select is_published from build.work_state") is True


# -------------------------------------------------------------------------------- as of and rollback


def test_asof_release_tells_the_chosen_one(world: World) -> None:
    world.release(FIRST)
    world.release(State(FIRST.places, {}), touched=FIRST.figures)
    query = "select release_id, is_current from asof.release order by 1"
    with world.reader() as connection:
        assert connection.execute(query).fetchall() == [(1, False), (2, True)]
    with world.reader(release_id=1) as connection:
        assert connection.execute(query).fetchall() == [(1, True)]


def test_an_unset_release_reads_the_current_one(world: World) -> None:
    world.release(FIRST)
    world.release(State(FIRST.places, {}), touched=FIRST.figures)
    with world.reader(release_id=1) as connection:
        assert read_state(connection, "asof") == FIRST
        connection.execute("set lumbung.release = ''")
        assert read_state(connection, "asof") == State(FIRST.places, {})
    with connect(Role.READER, world.settings, options="-c lumbung.release=1") as connection:
        assert read_state(connection, "asof") == FIRST


def test_rollback_is_a_new_release_that_pauses_publication(world: World) -> None:
    second = State({"a": "Alas", "c": "Cepu"}, {("c", 1): (1, None)})
    world.release(FIRST)
    world.release(second, touched={*FIRST.figures, *second.figures})
    release = rollback(world.settings, 1, "angka Cepu keliru", "sari", MARTS)
    assert (release.release_id, release.kind, release.equals_release_id) == (3, "rollback", 1)
    assert world.read() == world.read("asof", 1) == world.read("asof", 3) == FIRST
    assert world.read("asof", 2) == second
    assert as_mart(world, "select reason, made_by from marts.release where is_current") == [
        ("angka Cepu keliru", "sari")
    ]

    world.build(second, touched=())
    with pytest.raises(LumbungError, match=r"angka Cepu keliru \(sari, ") as refused:
        world.publish()
    assert "lumbung resume" in refused.value.remedy
    assert world.read() == FIRST

    resume(world.settings, "budi")
    assert world.publish() is not None, "what the build held meanwhile, though no key was touched"
    assert world.read() == second
    assert [world.read("asof", n) for n in (1, 2, 3, 4)] == [FIRST, second, FIRST, second]


def test_rollback_twice_makes_one_release(world: World) -> None:
    world.release(FIRST)
    world.release(State(FIRST.places, {}), touched=FIRST.figures)
    first = rollback(world.settings, 1, "uji", "sari", MARTS)
    again = rollback(world.settings, 1, "uji", "sari", MARTS)
    assert again.release_id == first.release_id == 3


@pytest.mark.parametrize(
    ("release_id", "reason", "made_by", "words"),
    [
        (9, "x", "y", "no release 9"),
        (1, " ", "y", "needs a reason"),
        (1, "x", "", "needs a reason and a name"),
    ],
)
def test_rollback_refuses(world: World, release_id: int, reason: str, made_by: str, words: str) -> None:
    world.release(FIRST)
    with pytest.raises(LumbungError, match=words):
        rollback(world.settings, release_id, reason, made_by, MARTS)
    assert world.one("select is_paused from audit.publication") is False


def test_resume_says_when_nothing_is_paused(world: World) -> None:
    with pytest.raises(LumbungError, match="not paused"):
        resume(world.settings, "budi")


_codes = st.sampled_from("abc")
_figures = st.dictionaries(
    st.tuples(_codes, st.integers(1, 3)),
    st.tuples(st.one_of(st.none(), st.integers(0, 2)), st.sampled_from([None, "x"])),
    max_size=6,
)
_places = st.fixed_dictionaries({code: st.sampled_from(["P", "Q"]) for code in "abc"})
_steps = st.lists(
    st.one_of(
        st.tuples(st.just("publish"), _places, _figures),
        st.tuples(st.just("rollback"), st.integers(0, 20), st.none()),
    ),
    min_size=2,
    max_size=9,
)


def test_every_release_stays_readable_whatever_happens(world: World) -> None:
    """Model-based: after any run of publications and rollbacks, each release reads as it was published."""

    @settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(_steps)
    def check(steps: list[Any]) -> None:
        world.forget_everything()
        published: dict[int, State] = {}
        current = built = State()
        for kind, first, figures in steps:
            if kind == "publish":
                kept = {code for code, _ in figures} | set(sorted(first)[:1])
                built = State({code: first[code] for code in kept}, figures)
                before = current
                touched = {k for k in {*built.figures, *before.figures} if _differs(built, before, k)}
                release = world.release(built, touched)
                current = built
                changes = built.changes_since(before)
                assert (release.changed_rows if release else 0) == changes
                assert (release is None) == (changes == 0)
            elif published:
                target = sorted(published)[first % len(published)]
                changes = published[target].changes_since(current)
                release = rollback(world.settings, target, "uji", "sari", MARTS)
                current = published[target]
                resume(world.settings, "sari")
                if not changes:
                    release = None
            else:
                release = None
            if release:
                assert release.release_id == len(published) + 1
                published[release.release_id] = current
            assert world.read() == current
        with world.reader() as connection:
            for release_id, state in published.items():
                connection.execute(f"set lumbung.release = {release_id}")
                assert read_state(connection, "asof") == state

    check()


def _differs(built: State, before: State, key: tuple[str, int]) -> bool:
    return built.figures.get(key, ...) != before.figures.get(key, ...)


# ---------------------------------------------------------------------------------- whole or not at all


def _version(number: int) -> State:
    places = {f"p{i}": str(number) for i in range(20 + number % 3)}
    return State(places, {(code, day): (number, str(number)) for code in places for day in range(10)})


@pytest.fixture
def failures() -> Iterator[list[str]]:
    found: list[str] = []
    yield found
    assert not found, found[:3]


def test_no_reader_ever_sees_two_releases(world: World, failures: list[str]) -> None:
    world.release(_version(0))
    stop = threading.Event()
    looks = {"one query": 0, "repeatable read": 0, "as of": 0}
    joined = """
        select count(distinct f.figure), count(distinct p.place_name), min(f.figure), min(p.place_name)::int,
               count(*), 10 * count(distinct p.place_code)
        from marts.fct_figure as f full join marts.dim_place as p using (place_code)
    """

    def one_query() -> None:
        with world.reader() as connection:
            while not stop.is_set():
                figures, names, figure, name, rows, expected = connection.execute(joined).fetchone() or ()
                if (figures, names) != (1, 1) or figure != name or rows != expected:
                    failures.append(f"one query saw {figures} figures, {names} names, {rows} rows")
                looks["one query"] += 1

    def repeatable_read() -> None:
        with connect(Role.READER, world.settings) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            while not stop.is_set():
                places = connection.execute("select distinct place_name::int from marts.dim_place").fetchall()
                time.sleep(0.002)
                figures = connection.execute("select distinct figure::int from marts.fct_figure").fetchall()
                releases = connection.execute("select max(release_id) - 1 from marts.release").fetchall()
                connection.commit()
                if not places == figures == releases:
                    failures.append(
                        f"a transaction saw places {places}, figures {figures}, release {releases}"
                    )
                looks["repeatable read"] += 1

    def as_of() -> None:
        with world.reader(release_id=1) as connection:
            while not stop.is_set():
                found = connection.execute(joined.replace("marts.", "asof.")).fetchone()
                if found != (1, 1, 0, 0, 200, 200):
                    failures.append(f"as of release 1: {found}")
                looks["as of"] += 1

    threads = [threading.Thread(target=target) for target in (one_query, repeatable_read, as_of)]
    for thread in threads:
        thread.start()
    try:
        for number in range(1, 21):
            world.release(
                _version(number), touched={*_version(number).figures, *_version(number - 1).figures}
            )
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=30)
    assert as_mart(world, "select max(release_id) from marts.release") == [(21,)]
    assert min(looks.values()) > 20, looks


def test_a_connection_killed_midway_leaves_the_old_release(world: World) -> None:
    world.release(FIRST)
    second = State({"a": "Alas"}, {("a", 7): (1, None)})
    world.build(second, {*FIRST.figures, *second.figures})
    caught: list[BaseException] = []

    def run() -> None:
        try:
            world.publish()
        except psycopg.Error as error:
            caught.append(error)

    with connect(Role.OWNER, world.settings) as blocker:
        blocker.execute(
            "lock table marts.release in share mode"
        )  # publication gets as far as its last statement
        thread = threading.Thread(target=run)
        thread.start()
        pid = _waiting_publisher(world)
        with connect("postgres", world.settings, autocommit=True) as superuser:
            superuser.execute("select pg_terminate_backend(%s)", [pid])
        thread.join(timeout=30)
    assert caught
    assert isinstance(caught[0], psycopg.OperationalError)
    assert world.read() == FIRST
    assert world.one("select count(*) from history.fct_figure") == 0
    assert world.one("select load_seq_watermark from audit.publication") == 1

    release = world.publish()
    assert release is not None
    assert release.release_id == 2, "no number is lost"
    assert world.read() == second


def _waiting_publisher(world: World) -> int:
    with connect("postgres", world.settings, autocommit=True) as superuser:
        for _ in range(200):
            row = superuser.execute(
                "select pid from pg_stat_activity where usename = 'lumbung_publish' "
                "and wait_event_type = 'Lock' and query like 'update marts.release%'"
            ).fetchone()
            if row:
                return int(row[0])
            time.sleep(0.05)
    raise AssertionError("the publication never reached its last statement")


def test_two_publications_at_once_make_one_release(world: World) -> None:
    world.build(FIRST, FIRST.figures)
    results: list[Any] = []
    threads = [threading.Thread(target=lambda: results.append(world.publish())) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(release is None for release in results) == [False, True]
    assert world.read() == FIRST


# ---------------------------------------------------------------------------------------------- rights


def test_readers_read_what_is_published_and_no_more(world: World) -> None:
    world.release(FIRST)
    for statement in (
        "insert into marts.dim_place values ('x', 'X', 1)",
        "delete from marts.fct_figure",
        "update marts.release set is_current = false",
        "truncate marts.dim_place",
        "select * from history.fct_figure",
        "select * from build.fct_figure",
        "select * from raw.staple_prices",
        "select * from intake.submissions",
        "select * from audit.publication",
        "create table marts.mine (n int)",
    ):
        with connect(Role.READER, world.settings) as connection:
            connection.execute(
                "set transaction read write"
            )  # a default a session may lift; rights it may not
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


def test_the_publisher_cannot_rewrite_the_past(world: World) -> None:
    world.release(FIRST)
    for statement in (
        "delete from history.fct_figure",
        "update history.fct_figure set figure = 0",
        "update marts.fct_figure set figure = 0",
        "truncate marts.fct_figure",
        "delete from marts.release",
        "alter table marts.fct_figure add column x int",
    ):
        with (
            connect(Role.PUBLISH, world.settings) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute(statement)


# ---------------------------------------------------------------------------------------------- tables


def test_a_table_in_use_is_not_waited_for_all_night(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lumbung.publish.schema._LOCK_TIMEOUT", "200ms")
    wider = replace(PLACE, columns=(*PLACE.columns, Column("island", "text", "Pulau.")))
    with connect(Role.READER, world.settings) as reader:
        reader.execute("select * from marts.dim_place")  # a report left open
        with pytest.raises(LumbungError, match="in use"):
            _sync(world, [wider, FIGURE])
        assert world.read() == State()
    assert _sync(world, [wider, FIGURE]) == ["marts.dim_place: column island added"]


@pytest.mark.parametrize("name", ["lumbung.publish", "lumbung.build"])
def test_a_publication_that_hangs_is_named(world: World, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr("lumbung.publish.ledger.LOCK_TIMEOUT", "200ms")
    world.build(FIRST, FIRST.figures)
    with connect(Role.OWNER, world.settings, autocommit=True) as other:
        other.execute("select pg_advisory_lock(hashtext(%s))", [name])
        with pytest.raises(LumbungError, match="has been running for more than 200ms"):
            world.publish()
    assert world.publish() is not None


def test_publishing_before_set_up_says_what_to_run(world: World) -> None:
    wider = replace(PLACE, columns=(*PLACE.columns, Column("island", "text", "Pulau.")))
    world.build(FIRST, FIRST.figures)
    world.run(Role.TRANSFORM, "alter table build.dim_place add column island text")
    with pytest.raises(LumbungError, match="do not fit the contracts") as refused:
        world.publish(marts=[wider, FIGURE])
    assert "lumbung setup" in refused.value.remedy
    assert _sync(world, [wider, FIGURE]) == ["marts.dim_place: column island added"]
    assert world.publish(marts=[wider, FIGURE]) is not None


def _sync(world: World, marts: list[MartModel]) -> list[str]:
    with connect(Role.OWNER, world.settings) as owner:
        return sync(owner, marts)


def test_sync_is_done_once(world: World) -> None:
    assert _sync(world, MARTS) == []


def test_sync_makes_what_is_missing_again(world: World) -> None:
    world.run(Role.OWNER, "drop view asof.fct_figure; drop table build.work_state")
    assert _sync(world, MARTS) != []
    world.release(FIRST)
    assert world.read("asof") == FIRST


def test_everything_published_carries_a_comment(world: World) -> None:
    missing = world.one(
        """
        select coalesce(string_agg(c.oid::regclass || '.' || coalesce(a.attname, '(itself)'), ', '), 'none')
        from pg_class as c
        cross join lateral (
            select 0 as attnum, null as attname
            union all
            select attnum, attname from pg_attribute
            where attrelid = c.oid and attnum > 0 and not attisdropped
        ) as a
        where c.relnamespace::regnamespace::text in ('marts', 'asof', 'history') and c.relkind in ('r', 'v')
          and coalesce(col_description(c.oid, nullif(a.attnum, 0)), '') = ''
          and (a.attnum > 0 or coalesce(obj_description(c.oid, 'pg_class'), '') = '')
        """
    )
    assert missing == "none"


def test_a_mart_that_becomes_restricted_is_refused(world: World) -> None:
    """What was public stays in history and in copies: taking it back needs a person's thought."""
    with pytest.raises(LumbungError, match="was published in marts, is in restricted"):
        _sync(world, [PLACE, replace(FIGURE, schema="restricted")])


def test_a_restricted_mart_is_released_as_the_others_are(world: World) -> None:
    """Added column, index, corrections and rollback; no reader reads it, planners as of any release."""
    secret = replace(FIGURE, name="figure_detail", schema="restricted", touched=None, indexes=(("day_no",),))
    made = _sync(world, [PLACE, FIGURE, secret])
    assert "restricted.figure_detail: created" in made
    assert _sync(world, [PLACE, FIGURE, secret]) == []
    world.run(Role.TRANSFORM, "create table build.figure_detail as table build.fct_figure")

    def night(figure: int) -> int:
        world.build(FIRST, FIRST.figures)
        world.run(
            Role.TRANSFORM,
            f"truncate build.figure_detail; insert into build.figure_detail values ('a', 1, {figure}, null)",
        )
        release = world.publish(marts=[PLACE, FIGURE, secret])
        assert release is not None
        return release.release_id

    first, _ = night(5), night(6)
    rollback(world.settings, first, "keliru", "sari", [PLACE, FIGURE, secret])
    with connect(Role.PLANNER, world.settings, autocommit=True) as planner:
        assert planner.execute("select figure from restricted.figure_detail").fetchall() == [(5,)]
        planner.execute("set lumbung.release = 2")
        assert planner.execute("select figure from asof.figure_detail").fetchall() == [(6,)]
    with world.reader() as reader:
        for table in ("restricted.figure_detail", "asof.figure_detail", "history.figure_detail"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                reader.execute(f"select * from {table}")


def test_a_new_column_is_added_and_published_for_every_row(world: World) -> None:
    world.release(FIRST)
    wider = replace(FIGURE, columns=(Column("unit", "text", "Satuan — the unit."), *FIGURE.columns))
    assert _sync(world, [PLACE, wider]) == ["marts.fct_figure: column unit added"]
    assert world.one("select compare_everything from audit.publication") is True
    assert world.read("asof") == FIRST

    world.build(FIRST, touched=())
    world.run(Role.TRANSFORM, "alter table build.fct_figure add column unit text default 'kg'")
    release = world.publish(marts=[PLACE, wider])
    assert release is not None
    assert release.changed_rows == 3
    assert as_mart(world, "select distinct unit from marts.fct_figure") == [("kg",)]
    assert world.read("asof", 1) == FIRST
    with world.reader(release_id=1) as connection:
        assert connection.execute("select distinct unit from asof.fct_figure").fetchall() == [(None,)]


def test_a_new_table_and_a_new_reference_are_made(world: World) -> None:
    world.release(FIRST)
    day = MartModel("dim_day", "Hari. Grain: hari.", (Column("day_no", "int", "Hari."),), ("day_no",))
    assert _sync(world, [day, *MARTS]) == [
        "marts.dim_day: created",
        "marts.dim_day: index dim_day_release_from_idx added",
    ]
    assert world.one("select compare_everything from audit.publication") is True


def test_new_descriptions_are_written(world: World) -> None:
    reworded = replace(PLACE, description="Tempat dan namanya. Grain: place.")
    assert _sync(world, [reworded, FIGURE]) == ["descriptions, views and rights renewed"]
    assert (
        world.one("select obj_description('marts.dim_place'::regclass)")
        == "Tempat dan namanya. Grain: place."
    )
    assert world.one("select compare_everything from audit.publication") is True, "set by the first set-up"


def test_a_change_that_would_lose_something_needs_a_migration(world: World) -> None:
    world.release(FIRST)
    code, day, figure, note = FIGURE.columns
    other_type = replace(figure, data_type="numeric")
    strange = Column("x", "texxt", "?")
    for marts, words in (
        ([PLACE], "fct_figure: the table is no longer in the contracts"),
        ([PLACE, replace(FIGURE, columns=(code, day, figure))], "fct_figure.note: the column is no longer"),
        (
            [PLACE, replace(FIGURE, columns=(code, day, other_type, note))],
            r"figure: the type was numeric\(18,2\), is numeric",
        ),
        ([PLACE, replace(FIGURE, key=("day_no", "place_code"))], r"the key was \(place_code, day_no\)"),
        ([replace(PLACE, columns=(*PLACE.columns, strange)), FIGURE], "knows no type texxt"),
    ):
        with pytest.raises(LumbungError, match=words) as refused:
            _sync(world, marts)
        assert "migration" in refused.value.remedy
        assert world.read() == FIRST


def test_dropped_reference_goes(world: World) -> None:
    changes = _sync(world, [PLACE, replace(FIGURE, foreign_keys=())])
    assert changes == [
        "marts.fct_figure: reference fct_figure_place_code_to_dim_place_place_code_fkey dropped"
    ]
    world.release(State({}, {("z", 1): (1, None)}))
    assert world.read().figures == {("z", 1): (1, None)}
