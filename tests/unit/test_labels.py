"""The catalogue of words, and the forms of numbers, money and dates."""

import math
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lumbung.errors import LumbungError
from lumbung.labels import (
    format_date,
    format_instant,
    format_number,
    format_percent,
    format_rupiah,
    label,
)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("severity.galat", "wajib diperbaiki"),
        ("severity.konfirmasi", "perlu konfirmasi"),
        ("verdict.accepted", "diterima"),
        ("verdict.accepted_with_notes", "diterima dengan catatan"),
        ("verdict.partially_accepted", "diterima sebagian"),
        ("verdict.rejected", "ditolak"),
        ("band.above", "di atas"),
        ("band.no_data", "tidak ada data"),
        ("price_level.consumer", "konsumen"),
        ("month.8", "Agustus"),
        ("weekday.0", "Senin"),
    ],
)
def test_words(key: str, words: str) -> None:
    assert label(key) == words
    assert label(*key.split(".")) == words


@pytest.mark.parametrize(
    ("group", "codes"),
    [
        ("severity", ["galat", "konfirmasi"]),
        ("verdict", ["accepted", "accepted_with_notes", "partially_accepted", "rejected"]),
        ("state", ["received", "decoded", "checked", "loaded", "reported", "failed"]),
        ("standing", ["received", "late", "awaited", "not_obliged"]),
        ("reporting_status", ["received", "awaited", "late", "not_obliged"]),
        ("band", ["above", "within", "below", "no_data"]),
        ("price_level", ["consumer", "producer", "wholesale"]),
        ("month", [str(month) for month in range(1, 13)]),
        ("month_short", [str(month) for month in range(1, 13)]),
        ("weekday", [str(day) for day in range(7)]),
    ],
)
def test_groups_hold_every_code_of_the_design(group: str, codes: list[str]) -> None:
    assert all(label(group, code) for code in codes)


def test_an_unknown_key_is_an_error_that_says_where_to_add_it() -> None:
    with pytest.raises(LumbungError, match=r"(?s)'verdict\.perhaps'.*labels\.yaml"):
        label("verdict.perhaps")
    with pytest.raises(KeyError):
        label("verdict.perhaps")


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (12508, 0, "12.508"),
        (5.53, 2, "5,53"),
        (1234567.891, 1, "1.234.567,9"),
        (0, 0, "0"),
        (-0.4, 0, "0"),
        (-12508, 0, "−12.508"),
        (0.5, 0, "1"),
        (2.5, 0, "3"),
        (-2.5, 0, "−3"),
        (1.005, 2, "1,01"),
        (Decimal("34474.96"), 0, "34.475"),
        (1e15, 0, "1.000.000.000.000.000"),
        (None, 0, "–"),
        (math.nan, 2, "–"),
        (math.inf, 0, "∞"),
        (-math.inf, 0, "−∞"),
    ],
)
def test_numbers(value: float | Decimal | None, decimals: int, text: str) -> None:
    assert format_number(value, decimals) == text


@given(st.integers(-(10**15), 10**15))
def test_whole_numbers_keep_every_digit(value: int) -> None:
    assert int(format_number(value).replace(".", "").replace("−", "-")) == value


@pytest.mark.parametrize(
    ("value", "signed", "text"),
    [
        (5.53, False, "5,53 %"),
        (5.53, True, "+5,53 %"),
        (-3, True, "−3,00 %"),
        (0, True, "0,00 %"),
        (0.001, True, "0,00 %"),
        (None, True, "–"),
    ],
)
def test_percentages(value: float | None, signed: bool, text: str) -> None:
    assert format_percent(value, signed=signed) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (34630, "kg", "Rp 34.630/kg"),
        (34630, None, "Rp 34.630"),
        (-1500, "kg", "−Rp 1.500/kg"),
        (None, "kg", "–"),
    ],
)
def test_amounts(value: float | None, unit: str | None, text: str) -> None:
    assert format_rupiah(value, unit) == text


def test_dates() -> None:
    day = date(2026, 11, 23)
    assert format_date(day) == "23 November 2026"
    assert format_date(day, short=True) == "23 Nov 2026"
    assert format_date(day, weekday=True) == "Senin, 23 November 2026"
    assert format_date(None) == format_instant(None) == "–"


def test_instants_are_told_in_the_time_of_east_java() -> None:
    assert format_instant(datetime(2026, 11, 23, 17, 5, tzinfo=UTC)) == "24 November 2026 pukul 00.05 WIB"
    with pytest.raises(ValueError, match="time zone"):
        format_instant(datetime(2026, 11, 23))  # noqa: DTZ001
