"""The one catalogue of Indonesian words for codes, and numbers and dates as they are written in Indonesia."""

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from lumbung.clock import JAKARTA


def label(group: str, code: str) -> str:
    """The words for a code of a group, such as ``label("verdict", "rejected")``.

    Raises:
        KeyError: when the catalogue lacks the group or the code.
    """
    words: str = _catalogue()[group][code]
    return words


def number(value: float | Decimal, decimals: int = 0) -> str:
    """A number with points between thousands and a decimal comma: ``12.508``, ``5,53``, ``-1,2``."""
    return f"{value:,.{decimals}f}".translate(str.maketrans(",.", ".,"))


def percent(value: float | Decimal, decimals: int = 2) -> str:
    """A share in per cent: ``5,53 %``."""
    return f"{number(value, decimals)} %"


def rupiah(value: float | Decimal) -> str:
    """An amount in whole rupiah: ``Rp 34.630``."""
    return f"Rp {number(value)}"


def day(value: date) -> str:
    """A date in full: ``28 Juli 2026``."""
    return f"{value.day} {_catalogue()['month'][value.month - 1]} {value.year}"


def weekday(value: date) -> str:
    """The name of a date's weekday: ``Selasa``."""
    name: str = _catalogue()["weekday"][value.weekday()]
    return name


def instant(value: datetime) -> str:
    """An instant by the clock of Jakarta: ``28 Juli 2026 pukul 20.41 WIB``."""
    local = value.astimezone(JAKARTA)
    return f"{day(local)} pukul {local:%H.%M} WIB"


@cache
def _catalogue() -> dict[str, Any]:
    from ruamel.yaml import YAML

    content: dict[str, Any] = YAML(typ="safe").load(Path(__file__).with_name("labels.yaml"))
    return content
