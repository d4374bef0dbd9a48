"""The words on the terminal: counts of every stage, never cut in a word, never too wide."""

from typing import Any

import pytest

from lumbung.local.words import WIDTH, fit, stage_words
from lumbung.night import HISTORY_STAGES

CASES: list[tuple[str, dict[str, Any], str]] = [
    ("collect", {"offices": 38, "received": 38, "repeated": 0, "failed": 0}, "38 offices, 38 new files"),
    ("collect", {"offices": 38, "received": 1, "repeated": 37}, "38 offices, 1 new file, 37 here already"),
    (
        "collect",
        {"offices": 38, "received": 36, "repeated": 0, "failed": 1},
        "1 office out of reach, 38 offices, 36 new files",
    ),
    ("decode", {"files": 38, "rows": 1776, "files_with_faults": 1}, "38 files, 1,776 rows, 1 with faults"),
    ("decode", {"files": 1, "rows": 1, "files_with_faults": 0}, "1 file, 1 row"),
    ("decode", {"files": 0, "rows": 0, "files_with_faults": 0}, "nothing new"),
    (
        "check",
        {"rows": 9, "rejected": 1, "accepted": 34, "partially_accepted": 3, "gx_seconds": 1.2},
        "34 accepted, 3 in part, 1 rejected",
    ),
    ("check", {"files": 1, "failed": 1, "accepted": 1}, "1 to try again, 1 accepted"),
    ("check", {"files": 0, "failed": 0, "gx_seconds": 0.0}, "nothing new"),
    ("load", {"files": 38, "rows_loaded": 1753, "rows_held": 13, "failed": 0}, "1,753 rows loaded, 13 held"),
    ("load", {"files": 1, "rows_loaded": 5, "failed": 2}, "2 files to try again, 5 rows loaded"),
    ("load", {"files": 0, "rows_loaded": 0, "rows_held": 0, "failed": 0}, "nothing new"),
    (
        "build",
        {"build_id": 2, "is_needed": True, "from_load_seq": 38, "to_load_seq": 76},
        "dbt build 2, loads 39-76",
    ),
    (
        "build",
        {"build_id": 3, "is_needed": True, "from_load_seq": 8, "to_load_seq": 9},
        "dbt build 3, load 9",
    ),
    (
        "build",
        {"build_id": 4, "is_needed": True, "from_load_seq": 77, "to_load_seq": 77},
        "dbt build 4, no new load",
    ),
    ("build", {"build_id": 4, "is_needed": False, "from_load_seq": 77, "to_load_seq": 77}, "nothing new"),
    ("publish", {"release_id": 2, "changed_rows": 2316}, "release 2, 2,316 rows changed"),
    ("publish", {"release_id": None, "changed_rows": 0}, "nothing new"),
    ("report", {"page": "/a very long/home/pages/releases/2/ringkasan.html"}, "ringkasan.html of release 2"),
]  # fmt: skip


@pytest.mark.parametrize(("stage", "counts", "words"), CASES)
def test_counts_become_words(stage: str, counts: dict[str, Any], words: str) -> None:
    assert stage_words(stage, counts) == words


def test_every_stage_of_the_flow_has_words() -> None:
    assert {stage for stage, _, _ in CASES} == set(HISTORY_STAGES)


def test_large_nights_still_fit_without_a_cut_word() -> None:
    many = dict.fromkeys(
        ("accepted", "accepted_with_notes", "partially_accepted", "rejected", "failed"), 10**6
    )
    words = stage_words("check", many)
    assert words == "1,000,000 to try again, 1,000,000 accepted"
    assert len(words) <= WIDTH


def test_the_last_parts_give_way() -> None:
    assert fit(["one", "two", "three"], 8) == "one, two"
    assert fit(["one", "two"], 3) == "one"
    assert fit([]) == ""
