"""The manners in which offices write dates and prices."""

from datetime import date

import pytest

from lumbung.sample.forms import DATES, PRICES
from lumbung.sample.manners import MANNERS


@pytest.mark.parametrize(
    ("form", "written"),
    [
        ("iso", "2026-07-05"),
        ("slashes", "05/07/2026"),
        ("dashes", "05-07-26"),
        ("long", "5 Juli 2026"),
        ("short", "5 Jul 2026"),
        ("weekday", "Minggu, 5 Juli 2026"),
        ("real", date(2026, 7, 5)),
    ],
)
def test_dates(form: str, written: object) -> None:
    assert DATES[form](date(2026, 7, 5)) == written


@pytest.mark.parametrize(
    ("form", "written"),
    [
        ("number", 112500),
        ("plain", "112500"),
        ("points", "112.500"),
        ("commas", "112,500"),
        ("rupiah", "Rp 112.500"),
        ("rupiah_dash", "Rp 112.500,-"),
    ],
)
def test_prices(form: str, written: object) -> None:
    assert PRICES[form](112500) == written


def test_every_form_is_used_by_some_manner() -> None:
    assert {manner.date_form for manner in MANNERS} == set(DATES)
    assert {manner.price_form for manner in MANNERS} == set(PRICES)
