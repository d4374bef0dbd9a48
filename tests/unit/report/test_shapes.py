"""The small drawings."""

from dataclasses import replace

import pytest
from lumbung.report.shapes import SPREAD_WIDTH, sparkline, spread

from tests.unit.report.summaries import RICE, SHALLOT


def test_a_gap_in_the_data_is_a_gap_in_the_line() -> None:
    drawn = sparkline(SHALLOT)
    assert drawn is not None
    assert [len(line.split()) for line in drawn.lines] == [11, 17]
    assert drawn.title == "30 hari terakhir: Rp 33.000 hingga Rp 34.160"


def test_the_dot_is_on_the_last_known_day() -> None:
    drawn = sparkline(replace(SHALLOT, trend=[1000, 2000, None]))
    assert drawn is not None
    assert (drawn.last_x, drawn.last_y) == (56.0, 3.0)


def test_a_flat_line_runs_through_the_middle() -> None:
    drawn = sparkline(replace(SHALLOT, trend=[1000, 1000]))
    assert drawn is not None
    assert drawn.lines == ["3.0,14.0 109.0,14.0"]


def test_one_figure_is_no_line() -> None:
    assert sparkline(replace(SHALLOT, trend=[None, 1000])) is None


def test_parts_of_the_bar_add_up() -> None:
    parts = spread(SHALLOT)
    assert [part.band for part in parts] == ["above", "within", "below"]
    assert sum(part.width + 1.5 for part in parts) == pytest.approx(SPREAD_WIDTH, abs=0.2)
    assert parts[0].mark_x is not None
    assert parts[1].mark_x is None


def test_a_band_without_regencies_has_no_part() -> None:
    assert [part.band for part in spread(RICE)] == ["within"]
    assert spread(replace(RICE, within=0)) == []


def test_a_narrow_part_has_no_room_for_a_mark() -> None:
    assert spread(replace(SHALLOT, above=1, within=36, below=1))[0].mark_x is None
