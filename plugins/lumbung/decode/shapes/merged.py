"""Merged cells below a header: what they say of keys holds for all their rows; of values it is unclear."""

from lumbung.decode.headers import Header
from lumbung.decode.outcome import Fault, FaultList, shortened
from lumbung.decode.places import cell_name
from lumbung.decode.source import Row, SheetRows
from lumbung.decode.spec import DecodeSpec
from lumbung.values.cells import plain_text

_FILLED_AT_MOST = 1_000_000
"""Cells filled in from merged ones; what is beyond stays as the file has it."""


class MergedCells:
    """The merged cells of one sheet that reach over several rows of its table."""

    def __init__(self, sheet: SheetRows, header: Header, spec: DecodeSpec) -> None:
        self._sheet = sheet
        figures = {one.name for one in spec.fields if one.is_figure}
        self._headers = header.across | {
            index: header.texts[name] for name, index in header.positions.items() if name in figures
        }
        self._texts: dict[tuple[int, int], str] = {}
        self._by_row: dict[int, list[tuple[int, tuple[int, int, int, int]]]] = {}
        count = 0
        for area in sheet.merged:
            top, left, bottom, right = area
            if bottom <= header.row_number or bottom < top or right < left or (top, left) == (bottom, right):
                continue
            count += (bottom - top + 1) * (right - left + 1)
            if count > _FILLED_AT_MOST:
                break
            for row in range(max(top, header.row_number + 1), bottom + 1):
                for column in range(left, right + 1):
                    self._by_row.setdefault(row, []).append((column - sheet.first_column, area))

    def __bool__(self) -> bool:
        return bool(self._by_row)

    def fill(self, number: int, piece: list[Row], faults: FaultList) -> None:
        """Put what a merged cell says into its other cells; values of observations are told as a fault."""
        for offset, row in enumerate(piece):
            for index, area in self._by_row.get(number + offset, ()):
                if index < 0 or index >= len(row):
                    continue
                top, left, bottom, _ = area
                is_first = number + offset == top and index == left - self._sheet.first_column
                if is_first:
                    self._texts[top, left] = row[index]
                if index in self._headers:
                    if bottom > top and self._texts.get((top, left), "").strip():
                        self._tell(number + offset, index, area, faults)
                elif not row[index].strip():
                    row[index] = self._texts.get((top, left), "")

    def _tell(self, number: int, index: int, area: tuple[int, int, int, int], faults: FaultList) -> None:
        top, left, bottom, right = area
        column = index + self._sheet.first_column
        faults.add(
            Fault(
                "merged_value",
                sheet=self._sheet.label,
                row_number=number,
                column_name=shortened(plain_text(self._headers[index])) or None,
                value=shortened(plain_text(self._texts[top, left])),
                context={
                    "cells": f"{cell_name(top, left)}:{cell_name(bottom, right)}",
                    "column_number": column,
                },
            )
        )
