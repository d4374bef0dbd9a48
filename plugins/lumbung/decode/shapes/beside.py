"""Columns beside the figures that say whose they are: in another unit or of one market they mean else."""

import pyarrow as pa

from lumbung.decode.columns import MARKET, TONNES, UNIT, ColumnReader
from lumbung.decode.headers import Header, other_unit
from lumbung.decode.outcome import Fault, shortened
from lumbung.decode.places import cell_name
from lumbung.decode.shapes.reading import Reading
from lumbung.decode.source import SheetRows
from lumbung.reference import name_key
from lumbung.values.cells import plain_text
from lumbung.values.text import normalise_header

_PLACE_TITLES = frozenset({"pasar", "nama pasar", "gudang", "nama gudang", "lokasi pasar"})
UNIT_TITLES = frozenset({"satuan", "sat", "unit"})


class UnitColumn:
    """Tells the first unit of a sheet that is not the contract's."""

    def __init__(self, sheet: SheetRows, header: Header, reading: Reading, reader: ColumnReader) -> None:
        self._sheet, self._reading, self._reader = sheet, reading, reader
        spec = reading.spec
        titles = header.unread.items() if spec.is_in_tonnes and not spec.has_field(UNIT) else ()
        self._index = next(
            (index for index, text in titles if normalise_header(plain_text(text)) in UNIT_TITLES), None
        )

    def look(self, row_numbers: pa.Array, keep: pa.Array, cells: list[tuple[str, ...]]) -> None:
        """Look at the units of a piece's observations."""
        if self._index is None or self._index >= len(cells):
            return
        for number, is_kept, cell in zip(
            row_numbers.to_pylist(), keep.to_pylist(), cells[self._index], strict=True
        ):
            if is_kept and self._is_other(cell):
                place = cell_name(number, self._index + self._sheet.first_column)
                fault = other_unit(plain_text(cell).strip(), self._sheet.label, number, place)
                self._reading.faults.add(fault)
                self._reading.is_rejected = True
                self._index = None
                return

    def _is_other(self, cell: str) -> bool:
        return bool(self._reader.unit_of(cell)) and name_key(plain_text(cell)) not in TONNES


class PlaceColumn:
    """Tells a column of markets or warehouses beside figures that are those of the whole regency."""

    def __init__(self, sheet: SheetRows, header: Header, reading: Reading, reader: ColumnReader) -> None:
        self._sheet, self._reading, self._reader = sheet, reading, reader
        spec = reading.spec
        titles = header.unread.items() if spec.measures and not spec.has_field(MARKET) else ()
        self._index = next(
            (index for index, text in titles if normalise_header(plain_text(text)) in _PLACE_TITLES), None
        )
        self._first: str | None = None

    def look(self, keep: pa.Array, cells: list[tuple[str, ...]]) -> None:
        """Look at the places of a piece's observations: a market, or more than one of any kind."""
        if self._index is None or self._index >= len(cells):
            return
        for is_kept, cell in zip(keep.to_pylist(), cells[self._index], strict=True):
            text = plain_text(cell).strip()
            if not is_kept or not text:
                continue
            self._first = self._first or text
            if self._reader.is_market(text) or normalise_header(text) != normalise_header(self._first):
                context = {"found": shortened(text)}
                self._reading.faults.add(Fault("figures_by_place", sheet=self._sheet.label, context=context))
                self._reading.is_rejected = True
                self._index = None
                return
