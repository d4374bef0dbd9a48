"""Words, numbers and dates as Indonesian readers expect them."""

from datetime import UTC, date, datetime

import pytest

from lumbung import labels


@pytest.mark.parametrize(
    ("value", "decimals", "written"),
    [
        (12508, 0, "12.508"),
        (5.534, 2, "5,53"),
        (-1234.5, 1, "-1.234,5"),
        (1_200_000, 0, "1.200.000"),
        (0, 1, "0,0"),
    ],
)
def test_numbers(value: float, decimals: int, written: str) -> None:
    assert labels.number(value, decimals) == written


def test_amounts_and_shares() -> None:
    assert labels.rupiah(34630) == "Rp 34.630"
    assert labels.percent(5.53) == "5,53 %"


def test_dates_and_instants_are_those_of_jakarta() -> None:
    assert labels.day(date(2026, 7, 5)) == "5 Juli 2026"
    assert labels.weekday(date(2026, 7, 28)) == "Selasa"
    assert labels.instant(datetime(2026, 7, 28, 17, 5, tzinfo=UTC)) == "29 Juli 2026 pukul 00.05 WIB"


def test_the_words_of_the_screens() -> None:
    assert labels.label("severity", "galat") == "wajib diperbaiki"
    assert labels.label("verdict", "partially_accepted") == "diterima sebagian"


def test_an_unknown_code_has_no_words() -> None:
    with pytest.raises(KeyError):
        labels.label("verdict", "perhaps")
