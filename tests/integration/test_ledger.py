"""The ledger on a real database: receipts, versions, states, and what is not done twice."""

import os
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest

from lumbung import clock
from lumbung.errors import LumbungError
from lumbung.intake import ledger
from lumbung.intake.channels.base import Arrival
from lumbung.intake.channels.folder import FolderChannel
from lumbung.intake.collect import CollectResult, collect_office
from lumbung.intake.landing import Stored
from lumbung.intake.states import ALLOWED, State, Verdict, transition
from lumbung.settings import Role, Settings
from lumbung.warehouse.connection import connect

pytestmark = pytest.mark.database

DAY = date(2026, 7, 28)
NOON = datetime(2026, 7, 28, 5, tzinfo=UTC)
SHORT_CODES = {"staple_prices": "SP"}


@pytest.fixture
def conn(warehouse: Settings) -> Iterator[psycopg.Connection[Any]]:
    with connect(Role.INGEST, warehouse) as connection:
        yield connection


@pytest.fixture
def night_id(conn: psycopg.Connection[Any]) -> int:
    return ledger.begin_night(conn, DAY, "/inbox", "run-1", is_history=False)


def stored(digit: str) -> Stored:
    return Stored(digit * 64, 3, Path("/nowhere"))


def arrived(name: str = "harga.csv", at: datetime = NOON) -> Arrival:
    return Arrival("staple_prices", name, Path("/nowhere"), at)


def register(
    conn: psycopg.Connection[Any], night_id: int, digit: str, name: str = "harga.csv", office: str = "3510"
):
    return ledger.register(conn, night_id, office, stored(digit), arrived(name), DAY, False, "SP")


def one(conn: psycopg.Connection[Any], query: str, *values: Any) -> tuple[Any, ...]:
    row = conn.execute(query, values).fetchone()
    assert row is not None
    return row


# ------------------------------------------------------------------------------------------ receipts


def test_a_new_file_has_a_receipt_and_a_submission(conn: psycopg.Connection[Any], night_id: int) -> None:
    assert register(conn, night_id, "a") == ledger.Receipt("3510-SP-aaaaaaaaaa", False, 1)

    (row,) = ledger.pending(conn, [State.RECEIVED])
    assert (row.submission_id, row.file_name, row.version, row.state) == (
        "3510-SP-aaaaaaaaaa",
        "harga.csv",
        1,
        "received",
    )
    assert row.landing_path == f"staple_prices/3510/{'a' * 64}"
    assert one(conn, "select source_name, is_repeat, night_id from intake.receipts") == (
        "harga.csv",
        False,
        night_id,
    )
    assert one(conn, "select submission_id, state from intake.submission_states") == (
        "3510-SP-aaaaaaaaaa",
        "received",
    )


def test_the_same_bytes_again_add_a_line_and_nothing_else(
    conn: psycopg.Connection[Any], night_id: int
) -> None:
    register(conn, night_id, "a")
    before = one(conn, "select s::text from intake.submissions as s")
    other_night = ledger.begin_night(conn, DAY + timedelta(days=1), "/inbox", "run-2", is_history=False)
    again = register(conn, other_night, "a", name="salinan.csv")

    assert again == ledger.Receipt("3510-SP-aaaaaaaaaa", True, 1)
    assert one(conn, "select s::text from intake.submissions as s") == before
    assert one(conn, "select count(*), count(*) filter (where is_repeat) from intake.receipts") == (2, 1)


def test_a_repeated_task_changes_nothing_and_answers_as_before(
    conn: psycopg.Connection[Any], night_id: int
) -> None:
    first = register(conn, night_id, "a"), register(conn, night_id, "a", name="salinan.csv")
    again = register(conn, night_id, "a"), register(conn, night_id, "a", name="salinan.csv")

    assert first == again
    assert [receipt.is_repeat for receipt in first] == [False, True]
    assert one(conn, "select count(*) from intake.receipts") == (2,)


def test_a_corrected_file_is_the_next_version_of_its_stem(
    conn: psycopg.Connection[Any], night_id: int
) -> None:
    register(conn, night_id, "a", "Harga  Juli.csv")
    second = register(conn, night_id, "b", "HARGA juli.xlsx")
    other_stem = register(conn, night_id, "c", "harga agustus.csv")
    other_office = register(conn, night_id, "d", "harga juli.csv", office="3511")

    assert [receipt.version for receipt in (second, other_stem, other_office)] == [2, 1, 1]
    query = "select supersedes_id from intake.submissions where submission_id = %s"
    assert one(conn, query, second.submission_id) == ("3510-SP-aaaaaaaaaa",)
    assert one(conn, query, other_stem.submission_id) == (None,)
    assert [row.submission_id[8] for row in ledger.pending(conn, [State.RECEIVED])] == ["a", "b", "c", "d"]


def test_a_night_run_late_makes_no_file_late(conn: psycopg.Connection[Any], night_id: int) -> None:
    late = clock.night_instant(DAY) + timedelta(days=3)
    for digit, at in (("a", NOON), ("b", late)):
        ledger.register(conn, night_id, "3510", stored(digit), arrived(f"{digit}.csv", at), DAY, False, "SP")

    assert [row.arrived_at for row in ledger.pending(conn, [State.RECEIVED])] == [
        NOON,
        clock.night_instant(DAY),
    ]


def test_two_contents_with_one_receipt_number_are_an_error(
    conn: psycopg.Connection[Any], night_id: int
) -> None:
    register(conn, night_id, "a")
    twin = Stored("a" * 63 + "b", 3, Path("/nowhere"))

    with pytest.raises(LumbungError, match="already has the receipt number"):
        ledger.register(conn, night_id, "3510", twin, arrived("lain.csv"), DAY, False, "SP")
    assert one(conn, "select count(*) from intake.submissions") == (1,)


@pytest.mark.parametrize("name", ["a\x00b\n.csv", os.fsdecode(b"harga\xff.csv"), "n" * 400 + ".csv"])
def test_any_file_name_can_be_written(conn: psycopg.Connection[Any], night_id: int, name: str) -> None:
    register(conn, night_id, "a", name)
    (row,) = ledger.pending(conn, [State.RECEIVED])

    assert row.file_name.isprintable()
    assert len(row.file_name) <= 255


def test_two_collections_of_one_office_count_its_versions_one_after_the_other(
    conn: psycopg.Connection[Any], night_id: int, warehouse: Settings
) -> None:
    start = threading.Barrier(8)
    failures: list[BaseException] = []

    def hand_in(digit: str) -> None:
        with connect(Role.INGEST, warehouse) as own:
            start.wait()
            try:
                register(own, night_id, digit)
            except BaseException as error:
                failures.append(error)

    threads = [threading.Thread(target=hand_in, args=(digit,)) for digit in "abcdaabb"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    rows = conn.execute(
        "select s.version, p.version from intake.submissions as s"
        " left join intake.submissions as p on s.supersedes_id = p.submission_id order by 1"
    ).fetchall()
    assert rows == [(1, None), (2, 1), (3, 2), (4, 3)]
    assert one(conn, "select count(*) from intake.receipts") == (4,)


# -------------------------------------------------------------------------------------------- states


def test_the_database_obeys_the_table(conn: psycopg.Connection[Any], night_id: int) -> None:
    submission_id = register(conn, night_id, "a").submission_id
    for from_state, to in product(State, State):
        conn.execute("update intake.submissions set state = %s", [str(from_state)])
        conn.commit()
        if from_state is State.REPORTED and to is State.RECEIVED:
            with pytest.raises(LumbungError, match="may become received only from failed"):
                transition(conn, submission_id, to)
            transition(conn, submission_id, to, note="reported, received", replay_reason="aturan baru")
            assert one(conn, "select state from intake.submissions") == ("received",)
        elif to in ALLOWED[from_state]:
            if to is State.RECEIVED:
                with pytest.raises(LumbungError, match="only from reported"):
                    transition(conn, submission_id, to, replay_reason="aturan baru")
            transition(conn, submission_id, to, note=f"{from_state}, {to}")
            query = "select s.state, h.state, note from intake.submissions as s"
            query += (
                " inner join intake.submission_states as h using (submission_id) order by since desc limit 1"
            )
            assert one(conn, query) == (to, to, f"{from_state}, {to}")
        else:
            with pytest.raises(LumbungError, match=f"{submission_id} \\({from_state}\\)"):
                transition(conn, submission_id, to)
            assert one(conn, "select state from intake.submissions") == (from_state,)
    changes = sum(map(len, ALLOWED.values()))
    assert one(conn, "select count(*) from intake.submission_states") == (1 + changes,)


def test_many_change_in_one_statement_or_none_does(conn: psycopg.Connection[Any], night_id: int) -> None:
    ids = [register(conn, night_id, digit, f"{digit}.csv").submission_id for digit in "abc"]
    transition(conn, ids[:1], State.DECODED)

    with pytest.raises(LumbungError, match=r"3510-SP-aaaaaaaaaa \(decoded\), nobody \(not in the ledger\)\."):
        transition(conn, [*ids, "nobody"], State.DECODED)
    conn.commit()
    assert [row.submission_id for row in ledger.pending(conn, [State.RECEIVED])] == ids[1:]

    transition(conn, [*ids[1:], *ids[1:]], State.DECODED)
    assert ledger.pending(conn, [State.RECEIVED]) == []
    assert one(conn, "select count(*) from intake.submission_states where state = 'decoded'") == (3,)


def test_columns_are_written_with_the_state(conn: psycopg.Connection[Any], night_id: int) -> None:
    submission_id = register(conn, night_id, "a").submission_id
    transition(conn, submission_id, State.DECODED)
    transition(conn, submission_id, State.CHECKED, verdict=Verdict.ACCEPTED, rows_total=5, galat_count=0)

    query = "select state, verdict, rows_total, galat_count from intake.submissions"
    assert one(conn, query) == ("checked", "accepted", 5, 0)


def test_a_failure_is_kept_until_the_submission_is_tried_again(
    conn: psycopg.Connection[Any], night_id: int
) -> None:
    submission_id = register(conn, night_id, "a").submission_id
    transition(conn, submission_id, State.FAILED, note="disk full")
    assert one(conn, "select failure from intake.submissions") == ("disk full",)

    transition(conn, submission_id, State.RECEIVED, note="tried again")
    assert one(conn, "select failure from intake.submissions") == (None,)


def test_the_publishing_role_may_close_what_is_loaded(
    conn: psycopg.Connection[Any], night_id: int, warehouse: Settings
) -> None:
    submission_id = register(conn, night_id, "a").submission_id
    for state in (State.DECODED, State.CHECKED, State.LOADED):
        transition(conn, submission_id, state)
    conn.commit()
    with connect(Role.PUBLISH, warehouse) as publisher:
        transition(publisher, submission_id, State.REPORTED)

    assert one(conn, "select state from intake.submissions") == ("reported",)


def test_pending_keeps_to_a_dataset(conn: psycopg.Connection[Any], night_id: int) -> None:
    register(conn, night_id, "a")

    assert len(ledger.pending(conn, [State.RECEIVED, State.FAILED], "staple_prices")) == 1
    assert ledger.pending(conn, [State.RECEIVED], "staple_stocks") == []
    assert ledger.pending(conn, [State.FAILED]) == []


# -------------------------------------------------------------------------------------------- nights


def test_a_run_has_one_night(conn: psycopg.Connection[Any], night_id: int) -> None:
    ledger.finish_night(conn, night_id, "failed")
    assert one(conn, "select outcome, finished_at is not null from audit.nights") == ("failed", True)

    assert ledger.begin_night(conn, DAY, "/inbox", "run-1", is_history=False) == night_id
    assert one(conn, "select count(*), max(outcome) from audit.nights") == (1, None)
    assert ledger.begin_night(conn, DAY, None, "run-2", is_history=True) != night_id


def test_offices_follow_the_seed_and_rest_when_nothing_changed(conn: psycopg.Connection[Any]) -> None:
    def office(code: str, name: str) -> Any:
        return SimpleNamespace(
            regency_code=code, name=name, channel="folder", connection_id=None, is_obliged=True
        )

    ledger.sync_offices(conn, [office("3510", "Banyuwangi"), office("3511", "Bondowoso")])
    untouched = one(conn, "select xmin from intake.offices where regency_code = '3510'")
    ledger.sync_offices(conn, [office("3510", "Banyuwangi"), office("3511", "Kab. Bondowoso")])

    assert one(conn, "select xmin from intake.offices where regency_code = '3510'") == untouched
    assert one(conn, "select office_name from intake.offices where regency_code = '3511'") == (
        "Kab. Bondowoso",
    )
    ledger.sync_offices(conn, [])


def test_a_stage_is_recorded_with_its_failure(conn: psycopg.Connection[Any], night_id: int) -> None:
    ledger.record_stage(conn, night_id, "collect", "3510", NOON, 1.25, {"received": 2}, "disk full")

    query = "select stage, item, seconds::float, counts, failure from audit.stage_timings"
    assert one(conn, query) == ("collect", "3510", 1.25, {"received": 2}, "disk full")


# ------------------------------------------------------------------------------------------- collect


def put(inbox: Path, name: str, content: str, at: int = 1_785_000_000) -> Path:
    path = inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    os.utime(path, (at, at))
    return path


def collect(conn: psycopg.Connection[Any], warehouse: Settings, night_id: int, inbox: Path) -> CollectResult:
    channel = FolderChannel(inbox)
    return collect_office(conn, warehouse, night_id, "3510", channel, DAY, False, SHORT_CODES)


def test_collecting_stores_and_registers_and_doing_it_again_changes_nothing(
    conn: psycopg.Connection[Any], night_id: int, warehouse: Settings, tmp_path: Path
) -> None:
    put(tmp_path, "3510/staple_prices/harga.csv", "dua", at=2)
    put(tmp_path, "3510/staple_prices/Harga.xlsx", "satu", at=1)
    put(tmp_path, "3510/staple_prices/kosong.csv", "", at=3)
    put(tmp_path, "3510/staple_price/harga.csv", "x")
    put(tmp_path, "3511/staple_prices/harga.csv", "lain")
    result = collect(conn, warehouse, night_id, tmp_path)

    assert (result.received, result.repeated) == (3, 0)
    assert result.warnings == ["3510/staple_price/harga.csv: there is no dataset 'staple_price'"]
    rows = ledger.pending(conn, [State.RECEIVED])
    conn.commit()
    assert [(row.file_name, row.version, row.size_bytes) for row in rows] == [
        ("Harga.xlsx", 1, 4),
        ("harga.csv", 2, 3),
        ("kosong.csv", 1, 0),
    ]
    assert [(warehouse.landing / row.landing_path).read_text() for row in rows] == ["satu", "dua", ""]

    assert collect(conn, warehouse, night_id, tmp_path) == result
    assert one(conn, "select count(*) from intake.receipts") == (3,)
    conn.commit()
    next_night = ledger.begin_night(conn, DAY, str(tmp_path), "run-2", is_history=False)
    again = collect(conn, warehouse, next_night, tmp_path)
    assert (again.received, again.repeated) == (0, 3)
    assert one(conn, "select count(*) from intake.submissions") == (3,)


def test_every_receipt_is_committed_on_its_own(
    conn: psycopg.Connection[Any],
    night_id: int,
    warehouse: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number in range(3):
        put(tmp_path, f"3510/staple_prices/{number}.csv", str(number), at=number)
    register_as_always = ledger.register

    def interrupted(*arguments: Any) -> ledger.Receipt:
        if arguments[4].source_name == "2.csv":
            raise KeyboardInterrupt
        return register_as_always(*arguments)

    monkeypatch.setattr(ledger, "register", interrupted)
    with pytest.raises(KeyboardInterrupt):
        collect(conn, warehouse, night_id, tmp_path)
    conn.rollback()
    with connect(Role.INGEST, warehouse) as other:
        assert one(other, "select count(*) from intake.submissions") == (2,)

    monkeypatch.undo()
    assert collect(conn, warehouse, night_id, tmp_path).received == 3
    assert one(conn, "select count(*), count(*) filter (where is_repeat) from intake.receipts") == (3, 0)


def test_a_file_that_cannot_be_read_fails_the_office_after_the_others_were_taken(
    conn: psycopg.Connection[Any],
    night_id: int,
    warehouse: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put(tmp_path, "3510/staple_prices/a.csv", "a", at=1)
    put(tmp_path, "3510/staple_prices/b.csv", "b", at=2)
    open_as_always = os.open

    def refusing(path: Any, *arguments: Any, **options: Any) -> int:
        if str(path).endswith("a.csv"):
            raise PermissionError(13, "Permission denied")
        return open_as_always(path, *arguments, **options)

    monkeypatch.setattr(os, "open", refusing)
    with pytest.raises(LumbungError, match=r"3510/staple_prices/a.csv \(Permission denied\)"):
        collect(conn, warehouse, night_id, tmp_path)
    assert [row.file_name for row in ledger.pending(conn, [State.RECEIVED])] == ["b.csv"]


def test_a_file_that_keeps_growing_is_left_for_the_next_night(
    conn: psycopg.Connection[Any],
    night_id: int,
    warehouse: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = put(tmp_path, "3510/staple_prices/a.csv", "a")
    monkeypatch.setattr("lumbung.intake.collect._PAUSE_SECONDS", 0)
    fstat = os.fstat

    def growing(handle: int) -> os.stat_result:
        found = fstat(handle)
        with path.open("a") as file:
            file.write("x")
        return found

    monkeypatch.setattr(os, "fstat", growing)
    result = collect(conn, warehouse, night_id, tmp_path)
    monkeypatch.undo()

    assert result.warnings == ["3510/staple_prices/a.csv is still being written; the next night takes it"]
    assert collect(conn, warehouse, night_id, tmp_path).received == 1
