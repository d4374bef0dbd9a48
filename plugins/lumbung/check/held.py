"""Rows for quarantine: as written, as understood, and the rules that hold them.

A file may have all its rows held, and they hold more text than anything else the check makes: they are made
column by column and given out piece by piece, so that they are never in memory as a whole.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lumbung.check.decoded import DecodedFile, Words
from lumbung.check.derivations import Derived
from lumbung.check.frame import NO_DAY
from lumbung.check.narration import shown
from lumbung.contracts.model import Field

if TYPE_CHECKING:
    import pyarrow as pa

Positions = NDArray[np.int64]

_PIECE = 8192
_PLACE = ("sheet", "row_number", "column_number")


@dataclass(frozen=True)
class HeldRow:
    """A row for quarantine: as written, as understood, and the galat rules that hold it."""

    sheet: str
    row_number: int
    column_number: int
    cells: dict[str, str]
    typed: dict[str, object]
    rule_ids: list[str]


class HeldRows:
    """The held rows of one file, read from its decoded table whenever they are gone through.

    Args:
        file: The submission.
        derived: The night's typed rows.
        positions: The file's held rows, as positions in the night, ascending.
        reasons: By position the ids of the rules that hold the row.
        otherwise: The rules that hold the rows without a reason of their own.
    """

    def __init__(
        self,
        file: DecodedFile,
        derived: Derived,
        positions: Positions,
        reasons: Mapping[int, list[str]],
        otherwise: list[str],
    ) -> None:
        self._file, self._derived, self._positions = file, derived, positions
        self._reasons, self._otherwise = reasons, otherwise

    def __len__(self) -> int:
        return len(self._positions)

    def __iter__(self) -> Iterator[HeldRow]:
        if not len(self):
            return
        table, rows = self._file.table(), self._derived.rows
        for begin in range(0, len(self), _PIECE):
            at = self._positions[begin : begin + _PIECE]
            yield from self._piece(table.take(rows.at[at]), at)

    def _piece(self, table: "pa.Table", at: Positions) -> Iterator[HeldRow]:
        names = [name for name in table.column_names if name not in _PLACE]
        written = {name: _written(table, name) for name in names}
        typed = self._typed(written, at)
        rows = self._derived.rows
        for position, sheet, row_number, column_number, cells, values in zip(
            at.tolist(),
            table["sheet"].to_pylist(),
            rows.row_number[at].tolist(),
            rows.column_number[at].tolist(),
            zip(*written.values(), strict=True),
            zip(*typed.values(), strict=True),
            strict=True,
        ):
            yield HeldRow(
                sheet=sheet or "",
                row_number=row_number,
                column_number=column_number,
                cells={name: cell for name, cell in zip(names, cells, strict=True) if cell is not None},
                typed=dict(zip(typed, values, strict=True)),
                rule_ids=self._reasons.get(position, self._otherwise),
            )

    def _typed(self, written: Mapping[str, Sequence[str | None]], at: Positions) -> dict[str, list[Any]]:
        """The rows as understood, by the columns of the raw table; null where they were not."""
        contract = self._derived.context.contract
        typed = {field.column: self._understood(field, at) for field in contract.fields}
        if "unit" in typed:
            units = written.get("unit") or [None] * len(at)
            typed["unit"] = [
                own if unit is None and text is None else unit
                for unit, text, own in zip(typed["unit"], units, self._own_units(at), strict=True)
            ]
        if "regency_code" in typed:
            typed["regency_code"] = [code or self._file.regency_code for code in typed["regency_code"]]
        if contract.period_column == "period_on":
            typed["period_on"] = _days(self._derived.common.period_first[at])
        return typed

    def _understood(self, field: Field, at: Positions) -> list[Any]:
        rows = self._derived.rows
        if field.reference:
            codes = [*(as_column(code, field) for code in rows.lists.named(field.name)), None]
            return [codes[code] for code in rows.codes[field.name][at].tolist()]
        if field.name in rows.days:
            return _days(rows.days[field.name][at])
        if field.name in rows.numbers:
            return [
                None if amount != amount else int(amount) if amount.is_integer() else amount
                for amount in rows.numbers[field.name][at].tolist()
            ]
        text = rows.texts[field.name]
        return [text.cells[code] if code >= 0 else None for code in text.codes[at].tolist()]

    def _own_units(self, at: Positions) -> list[str | None]:
        """The units of the rows' commodities, for rows that name none."""
        rows, commodities = self._derived.rows, self._derived.context.reference.commodities
        units = [*(commodities[code].unit for code in rows.lists.commodities), None]
        return [units[code] for code in rows.codes["commodity"][at].tolist()]


def as_column(code: str, field: Field) -> Any:
    """A code in the type of the field's column in the raw table."""
    if field.physical_type == "text":
        return code
    return code == "true" if field.physical_type == "boolean" else int(code)


def _written(table: "pa.Table", name: str) -> list[str | None]:
    """A column as a person saw it."""
    words = Words.of(table, name)
    cells = [*map(shown, words.cells), None]
    return [cells[code] for code in words.codes.tolist()]


def _days(days: NDArray[np.int32]) -> list[str | None]:
    """Days since 1970 as text; a day that is not known is null."""
    texts = np.datetime_as_string(np.where(days == NO_DAY, 0, days).astype("datetime64[D]")).tolist()
    return [None if day == NO_DAY else text for day, text in zip(days.tolist(), texts, strict=True)]
