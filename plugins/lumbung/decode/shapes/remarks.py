"""Rows below a header that are no observations: remarks, signatures, rows that head a numbered group."""

import re
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from lumbung.decode.headers import Header
from lumbung.decode.spec import DecodeSpec
from lumbung.decode.table import filled_cells, looks_like_number, text_column
from lumbung.values.cells import plain_text
from lumbung.values.text import normalise_header

_NUMBERING = frozenset({"no", "nomor", "no urut", "nr"})
_ROMAN = re.compile(r"\s*[IVXLC]+\s*[.)]?\s*", re.IGNORECASE)
_BLOCKS = 3
"""Cells of a row of signatures at most: people sign side by side."""


def lone_words(cells: list[tuple[str, ...]], blank: pa.Array) -> pa.Array:
    """Rows with a single cell of words: sources, remarks, signatures; never an observation."""
    count, text = filled_cells(cells)
    alone = pc.equal(count, 1)
    if not pc.any(alone).as_py():
        return pa.repeat(pa.scalar(False), len(blank))
    return pc.and_not(pc.and_(alone, pc.invert(looks_like_number(text))), blank)


def signatures(
    cells: list[tuple[str, ...]],
    columns: dict[str, pa.Array],
    across: dict[int, pa.Array],
    spec: DecodeSpec,
) -> pa.Array:
    """Rows of a few words below the last observation of a table: place and day, titles, names of who signs.

    None of the words begins like an amount, and cells that every observation has are empty; above the last
    row that has them all such a row is an observation with holes.
    """
    length = len(cells[0])
    whole = pa.repeat(pa.scalar(True), length)
    wanted = [columns[item.name] for item in spec.required if item.name in columns]
    for column in wanted:
        whole = pc.and_(whole, pc.is_valid(column))
    figures = [looks_like_number(column) for column in across.values()]
    if figures:
        some = figures[0]
        for own in figures[1:]:
            some = pc.or_(some, own)
        whole = pc.and_(whole, some)
    last = max((at for at, is_whole in enumerate(whole.to_pylist()) if is_whole), default=-1)
    tail = pa.array([at > last for at in range(length)])
    if last < 0 or last == length - 1:
        return pa.repeat(pa.scalar(False), length)
    count, _ = filled_cells(cells)
    numbers = pa.repeat(pa.scalar(False), length)
    for column in cells:
        numbers = pc.or_(numbers, looks_like_number(text_column(column)))
    few = pc.less_equal(count, min(_BLOCKS, max(len(wanted) + bool(across) - 1, 1)))
    return pc.and_(pc.and_not(pc.and_(tail, few), numbers), pc.invert(whole))


def heads_of_groups(cells: list[tuple[str, ...]], header: Header) -> pa.Array:
    """Rows numbered I, II, III above rows numbered 1, 2, 3: they name a group, and may sum it up.

    A table that numbers its rows with nothing but roman numerals has no such rows.
    """
    length = len(cells[0])
    index = next(
        (at for at, text in header.unread.items() if normalise_header(plain_text(text)) in _NUMBERING), None
    )
    nothing = pa.repeat(pa.scalar(False), length)
    if index is None or index >= len(cells):
        return nothing
    marks = [plain_text(cell).strip() for cell in cells[index]]
    roman = [bool(_ROMAN.fullmatch(mark)) for mark in marks]
    if not any(roman):
        return nothing
    heads = [False] * length
    for at, (is_roman, follower) in enumerate(zip(roman, _followers(marks), strict=True)):
        heads[at] = is_roman and follower[:1].isdigit()
    return pa.array(heads)


def _followers(marks: Sequence[str]) -> list[str]:
    """Per row the next numbering below it, '' where there is none."""
    found, following = "", []
    for mark in reversed(marks):
        following.append(found)
        found = mark or found
    return following[::-1]
