"""Indonesian words from the one catalogue (`labels.yaml`), and the forms of numbers, money and dates."""

import math
from collections.abc import Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path

from lumbung.clock import JAKARTA
from lumbung.errors import LumbungError

CATALOGUE = Path(__file__).with_name("labels.yaml")

NO_VALUE = "–"
"""Shown where there is no figure."""

MINUS = "−"


class UnknownLabelError(LumbungError, KeyError):
    """A label was asked for that the catalogue does not hold."""


@cache
def _catalogue() -> dict[str, str]:
    from ruamel.yaml import YAML

    words: dict[str, str] = {}
    _flatten(YAML(typ="safe", pure=True).load(CATALOGUE), "", words)
    return words


def _flatten(node: Mapping[str, object], prefix: str, words: dict[str, str]) -> None:
    for key, value in node.items():
        if isinstance(value, Mapping):
            _flatten(value, f"{prefix}{key}.", words)
        else:
            words[f"{prefix}{key}"] = str(value)


def label(*key: str) -> str:
    """The Indonesian words for a key: `label("verdict.accepted")`, or `label("verdict", code)`.

    Raises:
        UnknownLabelError: The catalogue has no such key.
    """
    name = ".".join(key)
    try:
        return _catalogue()[name]
    except KeyError:
        raise UnknownLabelError(
            f"There is no label {name!r}.",
            "A text for people cannot be written.",
            "Add it to plugins/lumbung/labels.yaml or correct the key.",
        ) from None


def format_number(value: float | Decimal | None, decimals: int = 0) -> str:
    """A number as Indonesians write it: 12.508 or, with two decimals, 5,53; halves round away from 0."""
    if value is None or math.isnan(value):
        return NO_VALUE
    if math.isinf(value):
        return f"{MINUS if value < 0 else ''}∞"
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    text = f"{abs(rounded):,.{decimals}f}".translate(str.maketrans(",.", ".,"))
    return f"{MINUS}{text}" if rounded < 0 else text


def format_percent(value: float | Decimal | None, decimals: int = 2, *, signed: bool = False) -> str:
    """A share or change in percent: 5,53 %; with `signed` a rise carries a plus: +5,53 %."""
    text = format_number(value, decimals)
    if text == NO_VALUE:
        return text
    shows_nonzero = text.strip(f"{MINUS}0,") != ""
    plus = "+" if signed and shows_nonzero and not text.startswith(MINUS) else ""
    return f"{plus}{text} %"


def format_rupiah(value: float | Decimal | None, unit: str | None = None) -> str:
    """An amount in whole rupiah, per unit where one is given: Rp 34.630/kg."""
    text = format_number(value)
    if text == NO_VALUE:
        return text
    sign, digits = (MINUS, text[1:]) if text.startswith(MINUS) else ("", text)
    return f"{sign}Rp {digits}" + (f"/{unit}" if unit else "")


def format_date(day: date | None, *, short: bool = False, weekday: bool = False) -> str:
    """A date: 23 November 2026; short: 23 Nov 2026; with its weekday: Senin, 23 November 2026."""
    if day is None:
        return NO_VALUE
    month = label("month_short" if short else "month", str(day.month))
    text = f"{day.day} {month} {day.year}"
    return f"{label('weekday', str(day.weekday()))}, {text}" if weekday else text


def format_instant(instant: datetime | None) -> str:
    """An instant in East Java's time: 23 November 2026 pukul 20.05 WIB.

    Raises:
        ValueError: The instant has no time zone.
    """
    if instant is None:
        return NO_VALUE
    if instant.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    local = instant.astimezone(JAKARTA)
    return f"{format_date(local.date())} pukul {local:%H.%M} WIB"
