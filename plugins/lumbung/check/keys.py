"""The key of a row as one number, and how many rows of a file share it."""

import numpy as np
from numpy.typing import NDArray

from lumbung.check.frame import NO_DAY, NightRows
from lumbung.contracts.model import Contract

Ints = NDArray[np.int64]
_ROOM = 1 << 62


def row_keys(rows: NightRows, contract: Contract) -> tuple[Ints, NDArray[np.bool_]]:
    """Every row's key within its file.

    Returns:
        A number that rows of one file share exactly when all key fields are the same, without meaning for
        rows without a key; and which rows have one: every key field is understood and the row is the
        office's own.
    """
    count = len(rows.file)
    has_key = rows.flags["regency_matches"] != 0 if "regency_matches" in rows.flags else np.ones(count, bool)
    key, room = np.zeros(count, dtype=np.int64), 1
    for field in contract.key_fields():
        part, understood = _part(rows, field.name)
        has_key = has_key & understood
        part = np.where(understood, part, 0)
        width = int(part.max(initial=0)) + 1
        if room * width >= _ROOM:
            key, room = _numbered(key)
        if room * width >= _ROOM:
            part, width = _numbered(part)
        key, room = key * width + part, room * width
    return key, has_key


def key_count(file: NDArray[np.int32], key: Ints, has_key: NDArray[np.bool_]) -> NDArray[np.float32]:
    """How many rows of the same file share the row's key; NaN without a key."""
    count = np.full(len(file), np.nan, dtype=np.float32)
    at = np.flatnonzero(has_key)
    if not len(at):
        return count
    order = at[np.lexsort((key[at], file[at]))]
    same = (np.diff(file[order]) == 0) & (np.diff(key[order]) == 0)
    starts = np.flatnonzero(np.concatenate([[True], ~same]))
    sizes = np.diff(np.append(starts, len(order)))
    count[order] = np.repeat(sizes, sizes)
    return count


def _part(rows: NightRows, name: str) -> tuple[Ints, NDArray[np.bool_]]:
    """A key field as whole numbers from 0 on, and which rows have it."""
    if name in rows.days:
        days = rows.days[name].astype(np.int64)
        understood = days != NO_DAY
        return days - int(days[understood].min(initial=0)), understood
    if name in rows.codes:
        codes = rows.codes[name].astype(np.int64)
        return codes, codes >= 0
    if name in rows.texts:
        text = rows.texts[name]
        distinct: dict[str, int] = {}
        numbers = np.array(
            [distinct.setdefault(cell.casefold(), len(distinct)) for cell in text.cells] + [0], dtype=np.int64
        )
        return numbers[text.codes], text.codes >= 0
    values = rows.numbers[name]
    understood = np.isfinite(values)
    numbers, _ = _numbered(np.where(understood, values, 0))
    return numbers, understood


def _numbered(values: NDArray[np.int64] | NDArray[np.float64]) -> tuple[Ints, int]:
    """Values as positions among their distinct ones, and how many these are."""
    distinct, numbers = np.unique(values, return_inverse=True)
    return numbers.astype(np.int64), max(len(distinct), 1)
