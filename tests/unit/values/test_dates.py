"""Dates as offices write them: a strict table, the day always first, nothing guessed."""

import datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lumbung.values.cells import mark_boolean, mark_date, mark_error, mark_number
from lumbung.values.dates import DateReading, read_dates

MONTHS = [
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober",
    "November", "Desember",
]  # fmt: skip


def read(*cells: str | None) -> DateReading:
    return read_dates(pd.Series(list(cells), dtype="str"))


def days(reading: DateReading) -> list[str | None]:
    return [None if pd.isna(value) else f"{value:%Y-%m-%d}" for value in reading.values]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("31/12/2025", "2025-12-31"),
        ("31-12-2025", "2025-12-31"),
        ("31.12.2025", "2025-12-31"),
        ("31-12-25", "2025-12-31"),
        ("1/2/2026", "2026-02-01"),
        ("01/ 02/ 2026", "2026-02-01"),
        ("\u00a05/5/2025 ", "2025-05-05"),
        ("31 Des 2025", "2025-12-31"),
        ("31 Desember 2025", "2025-12-31"),
        ("31 DESEMBER 2025", "2025-12-31"),
        ("31-Des-25", "2025-12-31"),
        ("31/Dec/2025", "2025-12-31"),
        ("1 Agt 2026", "2026-08-01"),
        ("1 Ags 2026", "2026-08-01"),
        ("1 Agu 2026", "2026-08-01"),
        ("1 Agust. 2026", "2026-08-01"),
        ("1 Okt. 2026", "2026-10-01"),
        ("1 Peb 2026", "2026-02-01"),
        ("1 Pebruari 2026", "2026-02-01"),
        ("1 Nopember 2026", "2026-11-01"),
        ("1 May 2026", "2026-05-01"),
        ("1 Mei 2026", "2026-05-01"),
        ("2025-12-31", "2025-12-31"),
        ("2025/12/31", "2025-12-31"),
        ("2025-12-31T00:00:00", "2025-12-31"),
        ("2025-12-31 00:00:00", "2025-12-31"),
        ("2025-12-31T00:00:00.000Z", "2025-12-31"),
        ("2025-12-31T00:00:00+07:00", "2025-12-31"),
        ("31/12/2025 00:00", "2025-12-31"),
        ("Senin, 5 Mei 2025", "2025-05-05"),
        ("Jum'at 2 Januari 2026", "2026-01-02"),
        ("Jum’at, 02/01/2026", "2026-01-02"),
        ("29/02/2024", "2024-02-29"),
        (mark_date(datetime.date(2025, 12, 31)), "2025-12-31"),
        (mark_date(datetime.datetime(2025, 12, 31, tzinfo=datetime.UTC)), "2025-12-31"),
        (mark_number(45292), "2024-01-01"),
        (mark_number(36526), "2000-01-01"),
        (mark_number(73050), "2099-12-31"),
    ],
)
def test_the_strict_table(cell: str, day: str) -> None:
    reading = read(cell)
    assert days(reading) == [day]
    assert reading.readable.tolist() == [1.0]
    assert reading.present.tolist() == [1.0]


@pytest.mark.parametrize(
    "cell",
    [
        "31/02/2025", "29/02/2025", "0/1/2025", "1/0/2025", "32/1/2025", "13/13/2025", "31/12-2025", "31/12",
        "12/2025", "31 12 2025", "31122025", "20251231", "45292", "2025-13-01", "2025.12.31", "Desember 2025",
        "Des 31, 2025", "31 Foo 2025", "kemarin", "hari ini", "Senin", "31/12/025", "31/12/20255", "1/1/1899",
        "2025-12-31T08:30:00", "31/12/2025 08:15", "2025-12-31T17:00:00Z", "2025-12-31T00:00:00+09:00",
        "31/12/2025-02/01/2026", "１/１/2025",
        mark_date(datetime.datetime(2025, 12, 31, 8, 30, tzinfo=datetime.UTC)),
        mark_number(45292.5), mark_number(36525), mark_number(73051), mark_number(20251231),
        mark_number(31.12), mark_boolean(True), mark_error("#N/A"), "\x1fdkapan", "\x1fnx",
    ],
)  # fmt: skip
def test_what_the_table_lacks_is_refused_and_not_lost(cell: str) -> None:
    reading = read(cell)
    assert days(reading) == [None]
    assert reading.readable.tolist() == [0.0]
    assert reading.present.tolist() == [1.0]
    assert not reading.ambiguous


@pytest.mark.parametrize("cell", [None, "", "  ", "-", "n/a", "tidak ada"])
def test_words_for_nothing_are_missing(cell: str | None) -> None:
    reading = read(cell)
    assert reading.present.tolist() == [0.0]
    assert reading.readable.isna().all()


def test_one_month_first_date_puts_every_swappable_date_of_the_column_in_doubt() -> None:
    cells = [
        "12/31/2025",
        "05/06/2025",
        "5-6-25",
        "5/5/2025",
        "31/12/2025",
        "2025-06-05",
        "5 Juni 2025",
        "x",
        None,
    ]
    reading = read(*cells)
    assert reading.ambiguous
    assert days(reading) == [
        None,
        None,
        None,
        "2025-05-05",
        "2025-12-31",
        "2025-06-05",
        "2025-06-05",
        None,
        None,
    ]
    assert reading.readable.tolist()[:8] == [0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 0.0]
    assert reading.doubtful.tolist() == [True, True, True] + [False] * 6
    assert reading.examples == ("12/31/2025", "31/12/2025", "05/06/2025")


def test_without_a_month_first_date_the_day_comes_first() -> None:
    reading = read("05/06/2025", "07/08/2025")
    assert days(reading) == ["2025-06-05", "2025-08-07"]
    assert not reading.ambiguous
    assert reading.examples == ()


def test_an_impossible_date_is_no_sign_of_month_first() -> None:
    reading = read("2/30/2025", "05/06/2025")
    assert not reading.ambiguous
    assert days(reading) == [None, "2025-06-05"]


@pytest.mark.parametrize("dtype", ["str", "object", "float64"])
def test_an_empty_column_reads_as_missing(dtype: str) -> None:
    reading = read_dates(pd.Series([None, None], dtype=dtype))
    assert reading.values.dtype == np.dtype("datetime64[s]")
    assert reading.present.tolist() == [0.0, 0.0]


def test_readings_keep_the_index_of_the_cells() -> None:
    reading = read_dates(pd.Series(["1/2/2026", None], index=[4, 2], dtype="str"))
    for series in (reading.values, reading.readable, reading.present, reading.doubtful):
        assert series.index.tolist() == [4, 2]


# ------------------------------------------------------------------------------------------ properties
WRITERS = {
    "slashes": lambda day: f"{day:%d/%m/%Y}",
    "hyphens": lambda day: f"{day:%d-%m-%Y}",
    "dots": lambda day: f"{day:%d.%m.%Y}",
    "spaced": lambda day: f"{day.day}/ {day.month}/ {day.year}",
    "short year": lambda day: f"{day:%d/%m/%y}",
    "month name": lambda day: f"{day.day} {MONTHS[day.month - 1]} {day.year}",
    "month upper": lambda day: f"{day.day} {MONTHS[day.month - 1].upper()} {day.year}",
    "month short": lambda day: f"{day.day}-{MONTHS[day.month - 1][:3]}-{day.year}",
    "iso": lambda day: day.isoformat(),
    "midnight": lambda day: f"{day.isoformat()}T00:00:00",
    "real date": mark_date,
    "serial": lambda day: mark_number((day - datetime.date(1899, 12, 30)).days),
}
DAYS = st.dates(datetime.date(2000, 1, 1), datetime.date(2099, 12, 31))


@given(st.lists(st.tuples(DAYS, st.sampled_from(sorted(WRITERS))), min_size=1, max_size=20))
@settings(max_examples=150, deadline=None)
def test_every_form_of_a_date_reads_back(written: list[tuple[datetime.date, str]]) -> None:
    reading = read(*(WRITERS[form](day) for day, form in written))
    assert days(reading) == [day.isoformat() for day, _ in written]
    assert not reading.ambiguous


@given(st.lists(DAYS, min_size=1, max_size=20))
@settings(max_examples=150, deadline=None)
def test_a_column_of_month_first_dates_never_yields_a_wrong_day(written: list[datetime.date]) -> None:
    """With one unmistakable month-first date in the column, whatever is read is the day that was meant."""
    reading = read("12/31/2025", *(f"{day:%m/%d/%Y}" for day in written))
    assert reading.ambiguous
    for day, value in zip(written, days(reading)[1:], strict=True):
        assert value in (None, day.isoformat())


@given(
    st.lists(
        st.one_of(st.none(), st.text(max_size=12), st.from_regex(r"\d{1,2}/\d{1,2}/\d{2,4}")), max_size=10
    )
)
@settings(max_examples=200, deadline=None)
def test_any_text_gives_a_consistent_reading(cells: list[str | None]) -> None:
    reading = read_dates(pd.Series(cells, dtype=object))
    assert (reading.values.notna() == reading.readable.eq(1.0)).all()
    assert (reading.readable.isna() == reading.present.eq(0.0)).all()
