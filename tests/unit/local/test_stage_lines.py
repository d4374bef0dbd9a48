"""Progress lines of a night from what its stages recorded."""

from decimal import Decimal
from typing import Any

import pytest

from lumbung.errors import LumbungError
from lumbung.local import nightly
from lumbung.settings import Settings


@pytest.fixture
def lines(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The lines for recorded stages given as (stage, counts, start, seconds, failure, item)."""

    class Recorded:
        def __init__(self, rows: list[tuple[Any, ...]]) -> None:
            self.rows = rows

        def __enter__(self) -> "Recorded":
            return self

        def __exit__(self, *_: object) -> None:
            return None

        def execute(self, *_: Any) -> "Recorded":
            return self

        def fetchall(self) -> list[tuple[Any, ...]]:
            return self.rows

    def of(*rows: tuple[Any, ...]) -> list[tuple[str, str, float]]:
        timed = [(s, c, Decimal(str(t)), Decimal(str(d)), f, i) for s, c, t, d, f, i in rows]
        monkeypatch.setattr("lumbung.warehouse.connection.connect", lambda *_: Recorded(timed))
        return nightly._stage_lines(settings, "run")

    return of


def counts(received: int, repeated: int = 0) -> dict[str, Any]:
    return {"received": received, "repeated": repeated, "warnings": []}


def test_offices_make_one_line_from_the_first_start_to_the_last_end(lines: Any) -> None:
    made = lines(
        ("collect", counts(1), 100, 0.5, None, "3501"),
        ("collect", counts(2, 1), 103, 1.0, None, "3502"),
    )
    assert made == [("collect", "2 offices, 3 new files, 1 here already", 4.0)]


def test_an_office_that_succeeded_the_second_time_is_no_failure(lines: Any) -> None:
    tries = [
        ("collect", {}, 100, 1, "OSError: away", "3501"),
        ("collect", counts(1), 120, 1, None, "3501"),
    ]
    assert lines(*tries) == [("collect", "1 office, 1 new file", 21.0)]
    assert lines(tries[0])[0][1].startswith("1 office out of reach")


def test_a_stage_that_failed_has_no_line_until_it_succeeds(lines: Any) -> None:
    failed = ("load", {}, 10, 1, "OSError: disk full", "")
    done = ("load", {"files": 1, "rows_loaded": 7, "rows_held": 0, "failed": 0}, 31, 2.5, None, "")
    assert lines(failed) == []
    assert lines(failed, done) == [("load", "7 rows loaded", 2.5)]


def test_while_the_warehouse_is_away_there_are_no_lines(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise LumbungError("The warehouse does not answer.")

    monkeypatch.setattr("lumbung.warehouse.connection.connect", refuse)
    assert nightly._stage_lines(settings, "run") == []
