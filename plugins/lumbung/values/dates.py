"""Dates as offices write them, by a small strict table. The day always comes before the month.

| written | read |
|---|---|
| `31/12/2025`, `31-12-25`, `31.12.2025`, `31/ 12/ 2025` | day, month, year; two digits of a year mean 20xx |
| `31 Des 2025`, `31 Desember 2025`, `31-Dec-25` | month by its Indonesian or English name |
| `2025-12-31`, `2025/12/31`, `2025-12-31T00:00:00` | year first; a time only where it is midnight |
| `Senin, 5 Mei 2025` | the weekday is passed over |
| a real date of the spreadsheet, a number cell from 36526 to 73050 | the date; days since 1899-12-30 |

A column in which some date can only be month first (`12/31/2025`) is mixed: that date is not read, and
neither are those of the column that could be either (`05/06/2025`).
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

import numpy as np
import pandas as pd

from lumbung.values.cells import DATE, ESCAPE, NUMBER
from lumbung.values.missing import MISSING_WORDS, tidy

FIRST_SERIAL = 36526
"""2000-01-01 as a spreadsheet counts days."""

LAST_SERIAL = 73050
"""2099-12-31 as a spreadsheet counts days."""

_SERIAL_ZERO = date(1899, 12, 30)
_LISTED_EXAMPLES = 4

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
)
_MIDNIGHT = re.compile(r"(?:t|\s)\s?00[:.]00(?:[:.]00(?:\.0+)?)?\s?(?:z|\+00:?00|\+07:?00)?")
_DAY_FIRST = re.compile(r"([0-9]{1,2})\s?([-/.])\s?([0-9]{1,2})\s?\2\s?([0-9]{4}|[0-9]{2})")
_YEAR_FIRST = re.compile(r"([0-9]{4})([-/])([0-9]{1,2})\2([0-9]{1,2})")
_NAMED = re.compile(r"([0-9]{1,2})(\s|\s?[-/]\s?)([a-z]+)\.?(?:\s|\s?[-/]\s?)([0-9]{4}|[0-9]{2})")


@dataclass(frozen=True)
class DateReading:
    """A column of cells read as dates; every series has the index of the cells.

    Attributes:
        values: datetime64[s], NaT where missing or not readable.
        readable: 1.0 read without doubt, 0.0 not, NaN where missing.
        present: 1.0 where the cell holds something, 0.0 where empty or a word for missing.
        ambiguous: The column mixes day-first and month-first dates.
        doubtful: True for the cells that are unreadable only because of that.
        examples: Cells that contradict each other, as written; empty unless ambiguous.
    """

    values: pd.Series
    readable: pd.Series
    present: pd.Series
    ambiguous: bool
    doubtful: pd.Series
    examples: tuple[str, ...]


def read_dates(cells: pd.Series) -> DateReading:
    """Read one column of one sheet as dates.

    Args:
        cells: Text cells, null when empty; marked as in `values/cells.py` where the file had real dates or
            numbers.

    Returns:
        Dates with what could be read; cells whose day and month are in doubt are not readable.
    """
    codes, uniques = pd.factorize(cells, use_na_sentinel=True)
    texts = uniques.tolist()
    count = len(texts)
    values = np.full(count + 1, np.datetime64("NaT", "s"))
    readable = np.full(count + 1, np.nan)
    present = np.zeros(count + 1)
    could_be_either = np.zeros(count + 1, dtype=bool)
    month_first = np.zeros(count + 1, dtype=bool)
    day_first = np.zeros(count + 1, dtype=bool)
    for at, text in enumerate(texts):
        tidied = text if text.startswith(ESCAPE) else tidy(text).casefold()
        if tidied in MISSING_WORDS:
            continue
        present[at] = 1.0
        day, order = _read(tidied)
        could_be_either[at], month_first[at], day_first[at] = (order == kind for kind in _Order)
        readable[at] = 0.0 if day is None else 1.0
        if day is not None:
            values[at] = np.datetime64(day, "s")

    ambiguous = bool(month_first.any())
    doubtful = could_be_either | month_first if ambiguous else np.zeros(count + 1, dtype=bool)
    values[doubtful] = np.datetime64("NaT", "s")
    readable[doubtful] = 0.0

    def spread(by_unique: np.ndarray) -> pd.Series:
        return pd.Series(by_unique[codes], index=cells.index)

    return DateReading(
        values=spread(values),
        readable=spread(readable),
        present=spread(present),
        ambiguous=ambiguous,
        doubtful=spread(doubtful),
        examples=_examples(texts, month_first, day_first, could_be_either) if ambiguous else (),
    )


def _examples(
    texts: list[str], month_first: np.ndarray, day_first: np.ndarray, either: np.ndarray
) -> tuple[str, ...]:
    """A date that can only be month first, one that was read, one that could be either."""
    chosen = [texts[int(kind.argmax())] for kind in (month_first, day_first, either) if kind.any()]
    return tuple(text for text in chosen if not text.startswith(ESCAPE))[:_LISTED_EXAMPLES]


class _Order(Enum):
    """What the digits of a written date say about the order of day and month."""

    EITHER = 1
    MONTH_FIRST = 2
    DAY_FIRST = 3


def _read(text: str) -> tuple[date | None, _Order | None]:
    """The date, and what it says about the order of day and month; None where it says nothing."""
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


def _numeric(first: int, second: int, year: int) -> tuple[date | None, _Order | None]:
    swapped = _date(year, first, second)
    day = _date(year, second, first)
    if day is None:
        return None, _Order.MONTH_FIRST if swapped else None
    if swapped is None:
        return day, _Order.DAY_FIRST
    return day, _Order.EITHER if first != second else None


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
