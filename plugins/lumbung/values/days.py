"""One date as an office writes it: a strict table of forms, with the day always first."""

import re
from datetime import date, timedelta
from enum import Enum

from lumbung.values.cells import DATE, ESCAPE, NUMBER
from lumbung.values.missing import tidy

FIRST_SERIAL = 36526
"""2000-01-01 as a spreadsheet counts days."""

LAST_SERIAL = 73050
"""2099-12-31 as a spreadsheet counts days."""

_SERIAL_ZERO = date(1899, 12, 30)

_MONTH_WORDS: dict[int, str] = {
    1: "januari january jan",
    2: "februari pebruari february feb peb",
    3: "maret march mar mrt",
    4: "april apr",
    5: "mei may",
    6: "juni june jun",
    7: "juli july jul",
    8: "agustus august agu agt ags agst agust aug",
    9: "september sept sep",
    10: "oktober october okt oct",
    11: "november nopember nov nop",
    12: "desember december des dec",
}
_MONTHS = {word: month for month, words in _MONTH_WORDS.items() for word in words.split()}

_WEEKDAY = re.compile(
    r"(?:senin|selasa|rabu|kamis|jum'?at|sabtu|minggu|ahad"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\s?,?\s?"
    r"|(?:sen|sel|rab|kam|jum|sab|min|mgg|ahd|mon|tue|wed|thu|fri|sat|sun)(?:\.\s?,?|\s?,|\s)\s?"
)
_MIDNIGHT = re.compile(r"(?:t|\s)\s?00[:.]00(?:[:.]00(?:\.0+)?)?\s?(?:z|\+00:?00|\+07:?00)?")
_DAY_FIRST = re.compile(r"([0-9]{1,2})\s?([-/.])\s?([0-9]{1,2})\s?\2\s?([0-9]{4}|[0-9]{2})")
_YEAR_FIRST = re.compile(r"([0-9]{4})([-/])([0-9]{1,2})\2([0-9]{1,2})")
_NAMED = re.compile(r"([0-9]{1,2})(\s|\s?[-/]\s?)([a-z]+)\.?(?:\s|\s?[-/]\s?)([0-9]{4}|[0-9]{2})")


class Order(Enum):
    """What the digits of a written date say about the order of day and month."""

    EITHER = 1
    MONTH_FIRST = 2
    DAY_FIRST = 3


def read_day(text: str) -> tuple[date | None, Order | None]:
    """The date, and what it says about the order of day and month; None where it says nothing.

    Args:
        text: A marked cell, or text that `tidy` and `casefold` have been applied to.
    """
    if text.startswith(ESCAPE):
        return _native(text), None
    weekday = _WEEKDAY.match(text)
    if weekday:
        text = text[weekday.end() :]
    midnight = _MIDNIGHT.search(text)
    if midnight and midnight.end() == len(text):
        text = text[: midnight.start()]
    match = _DAY_FIRST.fullmatch(text)
    if match:
        return _numeric(int(match[1]), int(match[3]), _year(match[4]))
    match = _YEAR_FIRST.fullmatch(text)
    if match:
        return _date(int(match[1]), int(match[3]), int(match[4])), None
    match = _NAMED.fullmatch(text)
    if match and match[3] in _MONTHS:
        return _date(_year(match[4]), _MONTHS[match[3]], int(match[1])), None
    return None, None


def _numeric(first: int, second: int, year: int) -> tuple[date | None, Order | None]:
    swapped = _date(year, first, second)
    day = _date(year, second, first)
    if day is None:
        return None, Order.MONTH_FIRST if swapped else None
    if swapped is None:
        return day, Order.DAY_FIRST
    return day, Order.EITHER if first != second else None


def _native(cell: str) -> date | None:
    body = cell[2:]
    if cell.startswith(DATE):
        day, _, clock_time = body.partition("T")
        try:
            return date.fromisoformat(day) if not clock_time.strip("0:.") else None
        except ValueError:
            return None
    if cell.startswith(NUMBER):
        try:
            serial = float(body)
        except ValueError:
            return None
        if serial.is_integer() and FIRST_SERIAL <= serial <= LAST_SERIAL:
            return _SERIAL_ZERO + timedelta(days=int(serial))
    return None


def _year(written: str) -> int:
    return int(written) if len(written) == 4 else 2000 + int(written)


def _date(year: int, month: int, day: int) -> date | None:
    if not 1900 <= year <= 2999:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def day_of(cell: str) -> date | None:
    """The date that a cell holds by itself; None where it holds none.

    A date such as 05/06/2026 counts as day first, as everywhere.
    """
    return read_day(cell if cell.startswith(ESCAPE) else tidy(cell).casefold())[0]


_MONTH_WORD = "|".join(sorted(_MONTHS, key=len, reverse=True))
_YEAR_BEHIND = r"(?:tahun|thn|th)?\.?\s?:?\s?(20[0-9]{2})"
_ONE_MONTH = re.compile(
    rf"(?:(?:untuk|periode|per)\s)?(?:(?:bulan|bln)\s?\.?\s?:?\s?)?({_MONTH_WORD})\.?[\s,'/-]\s?{_YEAR_BEHIND}"
)
_NAMED_MONTH = re.compile(rf"\b(?:bulan|bln|periode)\b[\s.:]*({_MONTH_WORD})\b")
_ANY_MONTH = re.compile(rf"(?<![a-z])({_MONTH_WORD})(?![a-z])")
_ANY_YEAR = re.compile(r"(?<![0-9.,/-])(20[0-9]{2})(?![0-9])")


def is_weekday(text: str) -> bool:
    """Whether a text is a day of the week and nothing else."""
    return bool(_WEEKDAY.fullmatch(tidy(text).casefold().rstrip(".,") + " "))


def month_of(text: str) -> date | None:
    """The first day of the month that a text is, such as `Bulan Januari 2026`; None where it says more."""
    match = _ONE_MONTH.fullmatch(tidy(text).casefold())
    return _date(int(match[2]), _MONTHS[match[1]], 1) if match else None


def month_in(text: str) -> date | None:
    """The first day of the one month that a text names, after the word month where there are several.

    None where it names no month or no year, or several: a table of June and July is of neither.
    """
    text = tidy(text).casefold()
    named = {_MONTHS[word] for word in _NAMED_MONTH.findall(text)}
    months = named or {_MONTHS[word] for word in _ANY_MONTH.findall(text)}
    years = set(_ANY_YEAR.findall(text))
    return _date(int(years.pop()), months.pop(), 1) if len(months) == len(years) == 1 else None
