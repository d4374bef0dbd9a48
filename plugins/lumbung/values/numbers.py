"""Numbers as offices write them. What a dot or a comma means is decided by the whole column.

One cell alone cannot tell: `12.500` is twelve and a half thousand to one office and twelve and a half to
another. So every distinct text is first taken apart, each dot and comma is noted with what it must mean where
only one meaning is possible, and the column as a whole then says what the doubtful ones mean:

- a separator that occurs twice in a number, or before another one, separates thousands;
- one that is followed by other than three digits, or comes last after another one, is the decimal sign;
- one before exactly three digits separates thousands, unless the column showed that it is the decimal sign;
- when these disagree, no number with a dot or comma in that column is read. Nothing is ever guessed.

The commonest forms (`12500`, `12.500`, `Rp 12.500,-`, real numbers) are read for the whole column at once;
`numerals.py` takes the others apart one distinct text at a time.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from lumbung.values.cells import NUMBER
from lumbung.values.numerals import MISSING, Evidence, Numeral, take_apart

_WHOLE = r"^(?:0|[1-9][0-9]{0,14})$"
_ONE_GROUP = {".": r"^[1-9][0-9]{0,2}\.[0-9]{3}$", ",": r"^[1-9][0-9]{0,2},[0-9]{3}$"}
_REAL = rf"^{NUMBER}-?[0-9]{{1,15}}\.[0-9]+$"


@dataclass(frozen=True)
class NumberStyle:
    """How the numbers of a field are meant.

    Attributes:
        zero_is_missing: 0 says "no figure", as a dash does (prices).
    """

    zero_is_missing: bool = False


PLAIN = NumberStyle()


@dataclass(frozen=True)
class NumberReading:
    """A column of cells read as numbers; every series has the index of the cells.

    Attributes:
        values: float64, NaN where missing or not readable.
        readable: 1.0 read without doubt, 0.0 not, NaN where missing.
        present: 1.0 where the cell holds something, 0.0 where empty, a word for missing, or a missing zero.
        decimal_separator: `.` or `,` where the column shows one, else None.
        ambiguous: The column's dots and commas contradict each other.
        doubtful: True for the cells that are unreadable only because of that.
        examples: Cells that contradict each other, as written; empty unless ambiguous.
        units: What stood after a slash (`12.500/kg`) as text, null elsewhere; None when no cell has it.
    """

    values: pd.Series
    readable: pd.Series
    present: pd.Series
    decimal_separator: str | None
    ambiguous: bool
    doubtful: pd.Series
    examples: tuple[str, ...]
    units: pd.Series | None


class _Uniques:
    """What is known of each distinct text; the last place stands for an empty cell."""

    def __init__(self, count: int) -> None:
        self.values = np.full(count + 1, np.nan)
        self.readable = np.full(count + 1, np.nan)
        self.present = np.zeros(count + 1)
        self.doubtful = np.zeros(count + 1, dtype=bool)
        self.units: dict[int, str] = {}

    def read(self, where: np.ndarray | int, values: np.ndarray | float) -> None:
        self.present[where] = self.readable[where] = 1.0
        self.values[where] = values

    def refuse(self, where: np.ndarray | int) -> None:
        self.present[where] = 1.0
        self.readable[where] = 0.0

    def doubt(self, where: np.ndarray | int) -> None:
        self.refuse(where)
        self.doubtful[where] = True


def read_numbers(cells: pd.Series, style: NumberStyle = PLAIN) -> NumberReading:
    """Read one column of one sheet as numbers.

    Args:
        cells: Text cells, null when empty; marked as in `values/cells.py` where the file had real numbers.
        style: What the field's numbers mean.

    Returns:
        Values with what could be read; cells whose meaning is in doubt are not readable.
    """
    codes, distinct = pd.factorize(cells, use_na_sentinel=True)
    texts = _text_array(distinct)
    bare = pc.replace_substring_regex(texts, r"^(?i:rp)\.? ?", "")
    bare = pc.replace_substring_regex(bare, r",-$", "")
    whole = _matches(bare, _WHOLE)
    grouped = {mark: _matches(bare, pattern) for mark, pattern in _ONE_GROUP.items()}
    real = _matches(texts, _REAL)
    others = np.flatnonzero(~(whole | real | grouped["."] | grouped[","]))

    evidence = Evidence()
    for mark, which in grouped.items():
        if which.any():
            evidence.open[mark] = texts[int(which.argmax())].as_py()
    taken = [take_apart(text, evidence) for text in texts.take(pa.array(others)).to_pylist()]
    ambiguous = evidence.contradicts()
    decimal = evidence.decimal_separator()

    uniques = _Uniques(len(texts))
    uniques.read(_places(whole), _floats(bare, whole))
    uniques.read(_places(real), _floats(pc.utf8_slice_codeunits(texts, 2), real))
    for mark, which in grouped.items():
        if ambiguous:
            uniques.doubt(_places(which))
        else:
            written = pc.replace_substring(bare, mark, "." if mark == decimal else "")
            uniques.read(_places(which), _floats(written, which))
    for at, numeral in zip(others.tolist(), taken, strict=True):
        if isinstance(numeral, float):
            uniques.read(at, numeral)
        elif isinstance(numeral, Numeral):
            if ambiguous and numeral.marked:
                uniques.doubt(at)
            else:
                uniques.read(at, numeral.value(decimal))
            if numeral.unit is not None:
                uniques.units[at] = numeral.unit
        elif numeral is not MISSING:
            uniques.refuse(at)
    if style.zero_is_missing:
        zero = uniques.values == 0
        uniques.values[zero] = uniques.readable[zero] = np.nan
        uniques.present[zero] = 0.0

    def spread(by_unique: np.ndarray) -> pd.Series:
        return pd.Series(by_unique[codes], index=cells.index)

    return NumberReading(
        values=spread(uniques.values),
        readable=spread(uniques.readable),
        present=spread(uniques.present),
        decimal_separator=None if ambiguous else decimal,
        ambiguous=ambiguous,
        doubtful=spread(uniques.doubtful),
        examples=evidence.examples() if ambiguous else (),
        units=spread(_unit_array(uniques.units, len(texts))) if uniques.units else None,
    )


def _text_array(distinct: object) -> pa.Array:
    array = pa.array(distinct, from_pandas=True)
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    return array.cast(pa.large_string())


def _matches(texts: pa.Array, pattern: str) -> np.ndarray:
    return pc.match_substring_regex(texts, pattern).to_numpy(zero_copy_only=False)


def _places(which: np.ndarray) -> np.ndarray:
    return np.flatnonzero(which)


def _floats(texts: pa.Array, which: np.ndarray) -> np.ndarray:
    return pc.cast(texts.filter(pa.array(which)), pa.float64()).to_numpy(zero_copy_only=False)


def _unit_array(units: dict[int, str], count: int) -> np.ndarray:
    array = np.full(count + 1, None, dtype=object)
    for at, unit in units.items():
        array[at] = unit
    return array
