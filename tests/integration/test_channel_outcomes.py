"""How collecting from an office ended is noted: whose side must act, and what came before a failure."""

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from rich.console import Console

from lumbung.intake import ledger
from lumbung.intake.channels.base import Arrival, ChannelError, Errand, Notice, Whose
from lumbung.intake.collect import CollectResult, collect_office
from lumbung.local.unreached import offices_unreached
from lumbung.reference import Office
from lumbung.settings import Role, Settings
from lumbung.warehouse.connection import connect

DAY = date(2026, 7, 28)
AT = datetime(2026, 7, 28, 3, tzinfo=UTC)


class Scripted:
    """A channel that gives what it is told, into the errand's folder, and raises what it is told."""

    name = "scripted"

    def __init__(self, *script: Any) -> None:
        self._script = script
        self.errand: Errand | None = None

    def fetch(self, errand: Errand) -> Iterator[Arrival | Notice]:
        self.errand = errand
        for number, step in enumerate(self._script):
            if isinstance(step, Exception):
                raise step
            if isinstance(step, Notice):
                yield step
                continue
            name, content, mark = step
            if mark is not None and errand.remembered.get(name) == mark:
                continue
            path = errand.folder / str(number)
            path.write_text(content)
            yield Arrival("staple_prices", name, path, AT, item=name, mark=mark)


@pytest.fixture
def conn(warehouse: Settings) -> Iterator[psycopg.Connection[Any]]:
    with connect(Role.INGEST, warehouse, autocommit=True) as connection:
        ledger.sync_offices(connection, [Office("3510", "Kantor Banyuwangi", "sftp", "office_3510", True)])
        yield connection


@pytest.fixture
def night_id(conn: psycopg.Connection[Any]) -> int:
    return ledger.begin_night(conn, DAY, None, "outcomes", False)


def collect(
    conn: psycopg.Connection[Any], settings: Settings, night_id: int, channel: Scripted
) -> CollectResult:
    return collect_office(conn, settings, night_id, "3510", channel, DAY, False, {"staple_prices": "SP"})


def outcome(conn: psycopg.Connection[Any], night_id: int) -> Any:
    return conn.execute(
        "select channel, outcome, received, repeated, notices, problem, remedy"
        " from intake.channel_outcomes where night_id = %s",
        [night_id],
    ).fetchone()


def test_what_came_is_counted_and_what_is_unchanged_is_not_fetched_again(
    conn: psycopg.Connection[Any], warehouse: Settings, night_id: int
) -> None:
    channel = Scripted(("a.csv", "satu", "1"), Notice("b.csv is still being written"))
    collect(conn, warehouse, night_id, channel)
    assert outcome(conn, night_id) == ("scripted", "ok", 1, 0, ["b.csv is still being written"], None, None)
    assert channel.errand is not None
    assert not channel.errand.folder.exists()

    again = collect(conn, warehouse, night_id, channel)
    assert (again.received, again.repeated) == (0, 0)
    assert channel.errand.remembered == {"a.csv": "1"}

    changed = collect(conn, warehouse, night_id, Scripted(("a.csv", "dua", "2")))
    assert changed.received == 1


@pytest.mark.parametrize("whose", list(Whose))
def test_a_failure_says_whose_it_is_and_keeps_what_came_before(
    conn: psycopg.Connection[Any], warehouse: Settings, night_id: int, whose: Whose
) -> None:
    failure = ChannelError(whose, "It did not work.", remedy="Do this.")
    with pytest.raises(ChannelError):
        collect(conn, warehouse, night_id, Scripted(("a.csv", "satu", "1"), failure))
    assert outcome(conn, night_id) == (
        "scripted", str(whose), 1, 0, [], "It did not work.", "Do this.",
    )  # fmt: skip
    assert conn.execute("select count(*) from intake.submissions").fetchone() == (1,)


def test_what_nobody_foresaw_is_ours_and_its_words_stay_away(
    conn: psycopg.Connection[Any], warehouse: Settings, night_id: int
) -> None:
    with pytest.raises(ZeroDivisionError):
        collect(conn, warehouse, night_id, Scripted(("a.csv", "satu", "1"), ZeroDivisionError("rahasia")))
    name, whose, received, *_, problem, remedy = outcome(conn, night_id)
    assert (name, whose, received) == ("scripted", "ours", 1)
    assert "ZeroDivisionError" in problem
    assert "rahasia" not in problem + remedy


def test_names_that_are_no_text_are_kept_readable(
    conn: psycopg.Connection[Any], warehouse: Settings, night_id: int
) -> None:
    names = ["harga\n../../x.csv", "harga\u202exslx.csv", "harga\udcff.csv", "a/b\\c.csv"]
    script = [(name, name.encode(errors="replace").decode(), None) for name in names]
    result = collect(conn, warehouse, night_id, Scripted(*script))
    assert result.received == len(names)
    stored = [row[0] for row in conn.execute("select source_name from intake.receipts").fetchall()]
    assert len(set(stored)) == len(names)


def test_a_second_attempt_that_succeeds_takes_the_line_over(
    conn: psycopg.Connection[Any], warehouse: Settings, night_id: int
) -> None:
    failure = ChannelError(Whose.LINE, "Nobody answers.")
    with pytest.raises(ChannelError):
        collect(conn, warehouse, night_id, Scripted(("a.csv", "satu", "1"), failure))
    collect(conn, warehouse, night_id, Scripted(("a.csv", "satu", "1"), ("b.csv", "dua", "1")))
    assert outcome(conn, night_id)[1:4] == ("ok", 2, 0)


def test_the_terminal_lists_offices_not_collected_with_whose_side_must_act(
    conn: psycopg.Connection[Any], warehouse: Settings, night_id: int
) -> None:
    with connect(Role.ENGINEER, warehouse) as engineer:
        assert offices_unreached(engineer, night_id) is None
    failure = ChannelError(Whose.THEIRS, "Their server answers [500].", remedy="Call them.")
    with pytest.raises(ChannelError):
        collect(conn, warehouse, night_id, Scripted(failure))
    out = io.StringIO()
    with connect(Role.ENGINEER, warehouse) as engineer:
        Console(file=out, width=120).print(offices_unreached(engineer, night_id))
    lines = out.getvalue().splitlines()
    words = "3510 Kantor Banyuwangi scripted theirs to mend Their server answers [500]. Call them."
    assert lines[-1].split() == words.split()


def test_a_used_up_errand_is_the_lines_fault(tmp_path: Path) -> None:
    errand = Errand("3510", DAY, frozenset(), tmp_path, ends_at=0.0)
    with pytest.raises(ChannelError) as raised:
        errand.seconds_left()
    assert raised.value.whose is Whose.LINE
