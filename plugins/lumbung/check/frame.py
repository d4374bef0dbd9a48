"""Typing and resolution: the text of all submissions of one dataset as numbers, days and codes.

Numbers and dates are read per column of a file, names per distinct text; rows only ever handle codes. A row
whose value is blank (the field with ``blankSkipsRow``) is no observation: it is counted and left out here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lumbung.check.decoded import DecodedFile, Words
from lumbung.contracts.model import Contract, Field
from lumbung.decode.outcome import Fault
from lumbung.reference import PRICE_LEVELS, Reference
from lumbung.values.cells import ERROR_KIND, kind_of, plain_text
from lumbung.values.missing import is_missing

if TYPE_CHECKING:
    import pyarrow as pa

NO_DAY = int(np.iinfo(np.int32).min)
"""Stands for a date that is absent or not readable."""

Flags = NDArray[np.float32]


@dataclass(frozen=True)
class Lists:
    """The reference lists by position; a code in the frame is a position in one of them, -1 = unresolved."""

    regencies: list[str]
    markets: list[str]
    commodities: list[str]
    price_levels: list[str]
    units: list[str]

    @classmethod
    def of(cls, reference: Reference) -> "Lists":
        """The lists of the seeds, commodities in the seeds' order."""
        return cls(
            regencies=list(reference.regencies),
            markets=list(reference.markets),
            commodities=list(reference.commodities),
            price_levels=list(PRICE_LEVELS),
            units=reference.unit_candidates(),
        )

    def named(self, kind: str) -> list[str]:
        """The list behind a field's ``reference``."""
        return {
            "regency": self.regencies,
            "market": self.markets,
            "commodity": self.commodities,
            "price_level": self.price_levels,
            "unit": self.units,
        }[kind]


@dataclass(frozen=True)
class NightRows:
    """The typed rows of tonight's files of one dataset, one array element per row that is not blank.

    Attributes:
        lists: What the codes point into.
        business_day: The night's business date, days since 1970.
        file: Number of the row's file.
        at: The row's position in its file's decoded table.
        row_number: As a person counts.
        days: Per date field, days since 1970, ``NO_DAY`` when absent or not readable.
        numbers: Per number field, NaN when absent or not readable.
        codes: Per field with a list, -1 when absent or not resolved; defaults are filled in.
        flags: The derived columns that say what was found (present, readable, known, matches).
    """

    lists: Lists
    business_day: int
    file: NDArray[np.int32]
    at: NDArray[np.int32]
    row_number: NDArray[np.int32]
    days: dict[str, NDArray[np.int32]]
    numbers: dict[str, NDArray[np.float64]]
    codes: dict[str, NDArray[np.int32]]
    flags: dict[str, Flags]


@dataclass(frozen=True)
class TypedFile:
    """One file's part of the frame.

    Attributes:
        rows_blank: Rows left out because their value is missing.
        faults: Contradictions within a column and cells with a spreadsheet error, to be told beside what
            decoding found.
        arrays: The arrays of ``NightRows`` by (attribute, name).
    """

    rows_blank: int
    faults: list[Fault]
    arrays: dict[tuple[str, str], NDArray[Any]]


def concatenate(parts: Sequence[TypedFile], lists: Lists, business_date: date) -> NightRows:
    """The frame of a whole night; empties the parts, so that a night is in memory once."""
    joined: dict[str, dict[str, NDArray[Any]]] = {
        "row": {},
        "days": {},
        "numbers": {},
        "codes": {},
        "flags": {},
    }
    for attribute, name in list(parts[0].arrays) if parts else []:
        joined[attribute][name] = np.concatenate([part.arrays.pop((attribute, name)) for part in parts])
    return NightRows(
        lists=lists,
        business_day=(business_date - date(1970, 1, 1)).days,
        file=joined["row"]["file"],
        at=joined["row"]["at"],
        row_number=joined["row"]["row_number"],
        days=joined["days"],
        numbers=joined["numbers"],
        codes=joined["codes"],
        flags=joined["flags"],
    )


def type_file(file: DecodedFile, contract: Contract, reference: Reference, lists: Lists) -> TypedFile:
    """Read and resolve every field of one submission.

    Args:
        file: A submission that has rows.
        contract: Says what each field is.
        reference: Resolves names; markets only within the submitting office's regency.
        lists: Positions of the resolved names.
    """
    return _FileTyping(file, contract, reference, lists).typed()


class _FileTyping:
    """The typing of one file, field by field."""

    def __init__(self, file: DecodedFile, contract: Contract, reference: Reference, lists: Lists) -> None:
        self._file = file
        self._contract = contract
        self._reference = reference
        self._lists = lists
        self._table = file.table()
        self._count = self._table.num_rows
        self._sheets = Words.of(self._table, "sheet")
        self._faults: list[Fault] = []
        self._arrays: dict[tuple[str, str], NDArray[Any]] = {}
        self._blank = np.zeros(self._count, dtype=bool)
        self._written_unit: NDArray[np.int32] | None = None

    def typed(self) -> TypedFile:
        row_number = self._table.column("row_number").to_numpy().astype(np.int32, copy=False)
        self._arrays["row", "file"] = np.full(self._count, self._file.number, dtype=np.int32)
        self._arrays["row", "at"] = np.arange(self._count, dtype=np.int32)
        self._arrays["row", "row_number"] = row_number
        for field in self._contract.fields:
            if field.reference is not None:
                self._resolve(field)
            else:
                self._read(field)
        self._apply_defaults()
        self._tell_spreadsheet_errors(row_number)
        if self._blank.any():
            self._arrays = {key: values[~self._blank] for key, values in self._arrays.items()}
        return TypedFile(int(self._blank.sum()), self._faults, self._arrays)

    # --------------------------------------------------------------------------- numbers and dates

    def _read(self, field: Field) -> None:
        is_date = field.logical_type == "date"
        values = np.full(self._count, NO_DAY, np.int32) if is_date else np.full(self._count, np.nan)
        readable = np.full(self._count, np.nan, dtype=np.float32)
        present = np.zeros(self._count, dtype=np.float32)
        for sheet, part, within in self._columns(field):
            reading = _read_dates(part.cells) if is_date else _read_numbers(part.cells, field)
            rows = slice(None) if within is None else within
            values[rows] = part.spread(reading.values, NO_DAY if is_date else np.nan)
            readable[rows] = part.spread(reading.readable, np.nan)
            present[rows] = part.spread(reading.present, 0)
            if reading.units is not None:
                self._note_units(part, reading.units, rows)
            if reading.examples:
                self._note_contradiction(field, sheet, part, reading)
        self._arrays["days" if is_date else "numbers", field.name] = values
        self._arrays["flags", f"{field.name}_present"] = present
        self._arrays["flags", f"{field.name}_readable"] = readable
        if field.blank_skips_row:
            self._blank |= present == 0

    def _columns(self, field: Field) -> "list[tuple[str, Words, NDArray[np.bool_] | None]]":
        """The field's column of each sheet: separators are decided per column, so sheets stay apart."""
        if field.name not in self._table.column_names:
            return []
        if len(self._sheets.cells) <= 1:
            return [(self._sheet_name(0), Words.of(self._table, field.name), None)]
        columns = []
        for code in range(len(self._sheets.cells)):
            within = self._sheets.codes == code
            columns.append(
                (self._sheet_name(code), Words.of(self._table.filter(_mask(within)), field.name), within)
            )
        return columns

    def _sheet_name(self, code: int) -> str:
        return self._sheets.cells[code] if self._sheets.cells else ""

    def _note_contradiction(self, field: Field, sheet: str, part: Words, reading: "_Reading") -> None:
        doubtful = int(part.spread(reading.doubtful, False).sum())
        self._faults.append(
            Fault(
                "ambiguous_dates" if field.logical_type == "date" else "ambiguous_numbers",
                sheet=sheet or None,
                column_name=self._file.header(sheet, field.name),
                context={
                    "examples": "; ".join(plain_text(cell) for cell in reading.examples),
                    "count": doubtful,
                },
            )
        )

    def _note_units(self, part: Words, units: NDArray[np.object_], rows: Any) -> None:
        """Units written behind the number (12.500/kg) stand in for the unit column."""
        number = {unit: position for position, unit in enumerate(self._lists.units)}
        resolved = [self._reference.resolve_unit(unit) if isinstance(unit, str) else None for unit in units]
        codes = np.array([-1 if unit is None else number[unit] for unit in resolved], dtype=np.int32)
        if self._written_unit is None:
            self._written_unit = np.full(self._count, -1, dtype=np.int32)
        self._written_unit[rows] = part.spread(codes, -1)

    # --------------------------------------------------------------------------------------- names

    def _resolve(self, field: Field) -> None:
        words = Words.of(self._table, field.name)
        position = {name: number for number, name in enumerate(self._lists.named(str(field.reference)))}
        resolve = self._resolver(field)
        texts = [plain_text(cell) for cell in words.cells]
        absent = np.array([is_missing(text) for text in texts], dtype=bool)
        found = [None if gone else resolve(text) for text, gone in zip(texts, absent, strict=True)]
        codes = np.array([position.get(name, -1) if name else -1 for name in found], dtype=np.int32)
        known = np.where(absent, np.nan, codes >= 0).astype(np.float32)
        self._arrays["codes", field.name] = words.spread(codes, -1)
        self._arrays["flags", f"{field.name}_present"] = words.spread((~absent).astype(np.float32), 0)
        self._arrays["flags", f"{field.name}_known"] = words.spread(known, np.nan)

    def _resolver(self, field: Field) -> Callable[[str], str | None]:
        if field.reference == "market":
            return lambda text: self._reference.resolve_market(self._file.regency_code, text)
        resolvers: dict[str, Callable[[str], str | None]] = {
            "regency": self._reference.resolve_regency,
            "commodity": self._reference.resolve_commodity,
            "price_level": self._reference.resolve_price_level,
            "unit": self._reference.resolve_unit,
        }
        return resolvers[str(field.reference)]

    # ------------------------------------------------------------------------ across the row's cells

    def _apply_defaults(self) -> None:
        codes = {name: values for (kind, name), values in self._arrays.items() if kind == "codes"}
        flags = {name: values for (kind, name), values in self._arrays.items() if kind == "flags"}
        for field in self._contract.fields:
            if field.reference and field.default in self._lists.named(field.reference):
                default = self._lists.named(field.reference).index(str(field.default))
                codes[field.name][flags[f"{field.name}_present"] == 0] = default
        if "regency" in codes:
            own = self._lists.regencies.index(self._file.regency_code)
            matches = np.where(codes["regency"] == own, 1, 0).astype(np.float32)
            matches[flags["regency_present"] == 0] = np.nan
            # Of another regency's row nothing is asked but that it leaves the file.
            flags["market_known"][matches == 0] = np.nan
            self._arrays["flags", "regency_matches"] = matches
            del self._arrays["flags", "regency_known"]
        if self._written_unit is not None and "unit" in codes:
            written, column = self._written_unit, codes["unit"]
            stands_in = (flags["unit_present"] == 0) & (written >= 0)
            column[stands_in] = written[stands_in]
            contradicts = (column >= 0) & (written >= 0) & (column != written)
            flags["price_readable"][contradicts] = 0

    def _tell_spreadsheet_errors(self, row_number: NDArray[np.int32]) -> None:
        """A cell that holds #DIV/0! or the like is told as that, not as unreadable or unknown as well."""
        for field in self._contract.fields:
            words = Words.of(self._table, field.name)
            broken = np.array([kind_of(cell) == ERROR_KIND for cell in words.cells], dtype=bool)
            if not broken.any():
                continue
            at = np.flatnonzero(words.spread(broken, False) & ~self._blank)
            for flag in (f"{field.name}_readable", f"{field.name}_known", f"{field.name}_matches"):
                if ("flags", flag) in self._arrays:
                    self._arrays["flags", flag][at] = np.nan
            for row in at.tolist():
                sheet = self._sheet_name(int(self._sheets.codes[row]))
                self._faults.append(
                    Fault(
                        "error_cell",
                        sheet=sheet or None,
                        row_number=int(row_number[row]),
                        column_name=self._file.header(sheet, field.name),
                        value=plain_text(words.cells[words.codes[row]]),
                    )
                )


@dataclass(frozen=True)
class _Reading:
    """A column of distinct cells, read."""

    values: NDArray[Any]
    readable: NDArray[np.float32]
    present: NDArray[np.float32]
    doubtful: NDArray[np.bool_]
    examples: tuple[str, ...]
    units: NDArray[np.object_] | None


def _read_numbers(cells: list[str], field: Field) -> _Reading:
    from lumbung.values.numbers import NumberStyle, read_numbers

    reading = read_numbers(pd.Series(cells, dtype=object), NumberStyle(field.zero_is_missing))
    return _Reading(
        values=reading.values.to_numpy(np.float64),
        readable=reading.readable.to_numpy(np.float32),
        present=reading.present.to_numpy(np.float32),
        doubtful=reading.doubtful.to_numpy(bool),
        examples=reading.examples,
        units=None if reading.units is None else reading.units.to_numpy(object),
    )


def _read_dates(cells: list[str]) -> _Reading:
    from lumbung.values.dates import read_dates

    reading = read_dates(pd.Series(cells, dtype=object))
    days = reading.values.to_numpy("datetime64[D]")
    values = np.full(len(cells), NO_DAY, dtype=np.int32)
    dated = ~np.isnat(days)
    values[dated] = days[dated].astype(np.int64)
    return _Reading(
        values=values,
        readable=reading.readable.to_numpy(np.float32),
        present=reading.present.to_numpy(np.float32),
        doubtful=reading.doubtful.to_numpy(bool),
        examples=reading.examples,
        units=None,
    )


def _mask(within: NDArray[np.bool_]) -> "pa.Array":
    import pyarrow as pa

    return pa.array(within)
