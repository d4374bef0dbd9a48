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

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lumbung.values.cells import ESCAPE
from lumbung.values.days import Order, read_day
from lumbung.values.missing import MISSING_WORDS, tidy

_LISTED_EXAMPLES = 4


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
        day, order = read_day(tidied)
        could_be_either[at], month_first[at], day_first[at] = (order == kind for kind in Order)
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
