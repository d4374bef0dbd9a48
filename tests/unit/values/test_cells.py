"""Marks on cells: nothing is lost, nothing can be forged, people see no mark."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lumbung.values import cells


@pytest.mark.parametrize(
    ("cell", "kind", "shown"),
    [
        ("Rp 12.500", "text", "Rp 12.500"),
        ("", "text", ""),
        (cells.mark_number(12500), "number", "12500"),
        (cells.mark_number(12.75), "number", "12.75"),
        (cells.mark_date(datetime.date(2026, 7, 28)), "date", "28/07/2026"),
        (cells.mark_date(datetime.datetime(2026, 7, 28, tzinfo=datetime.UTC)), "date", "28/07/2026"),
        (
            cells.mark_date(datetime.datetime(2026, 7, 28, 8, 5, tzinfo=datetime.UTC)),
            "date",
            "28/07/2026 08:05:00",
        ),
        (cells.mark_boolean(True), "boolean", "BENAR"),
        (cells.mark_boolean(False), "boolean", "SALAH"),
        (cells.mark_error("#DIV/0!"), "error", "#DIV/0!"),
    ],
)
def test_marked_cells_show_as_a_person_saw_them(cell: str, kind: str, shown: str) -> None:
    assert cells.kind_of(cell) == kind
    assert cells.plain_text(cell) == shown


@given(st.floats(allow_nan=False))
def test_marked_numbers_come_back_exactly(value: float) -> None:
    assert float(cells.mark_number(value)[2:]) == value
