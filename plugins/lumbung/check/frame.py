"""Typing and resolution: the text of all submissions of one dataset as numbers, days and codes.

Numbers and dates are read per column of a file, names per distinct text; rows only ever handle codes. A row
whose values are all blank (the fields with ``blankSkipsRow``) is no observation: it is counted and left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lumbung.check.decoded import DecodedFile, Words
from lumbung.contracts.model import Contract, Field
from lumbung.decode.outcome import Fault, shortened
from lumbung.labels import format_number
from lumbung.reference import Reference
from lumbung.values.cells import ERROR, ERROR_KIND, kind_of, plain_text
from lumbung.values.foreign import without_direction
from lumbung.values.missing import MISSING_WORDS, is_missing, tidy
from lumbung.vocabularies import Vocabulary, vocabularies_of

if TYPE_CHECKING:
    import pyarrow as pa

NO_DAY = int(np.iinfo(np.int32).min)
"""Stands for a date that is absent or not readable."""

YEARS = (1900, 2199)
"""Years that anybody reports of; others are slips of the pen and have no period."""
_LARGEST_COUNT = 1_000_000_000
"""A count beyond it is a slip as well; two such counts still fit into an integer column together."""
LONGEST_KEY, LONGEST_TEXT = 300, 2_000
"""Letters of a text: an index takes 2,704 bytes for all texts of a key, of up to four bytes a letter."""

_TIDY = r"^[!-~]+( [!-~]+)*$"
"""Text of which `tidy` changes nothing: printable ASCII with single spaces, so that it has no mark either."""

Flags = NDArray[np.float32]


@dataclass(frozen=True)
class Lists:
    """The lists behind a contract's fields; a code in the frame is a position in one, -1 = unresolved."""

    vocabularies: Mapping[str, Vocabulary]

    @classmethod
    def of(cls, contract: Contract, reference: Reference) -> "Lists":
        """The lists of a contract's fields, each in the order of the seeds."""
        return cls(vocabularies_of(contract, reference))

    def named(self, field: str) -> tuple[str, ...]:
        """The codes behind a field."""
        return self.vocabularies[field].codes

    def position(self, field: str, code: str) -> int:
        """The position of a code in a field's list."""
        return self.vocabularies[field].codes.index(code)

    @property
    def markets(self) -> tuple[str, ...]:
        """Codes behind the field ``market``."""
        return self.named("market")

    @property
    def commodities(self) -> tuple[str, ...]:
        """Codes behind the field ``commodity``."""
        return self.named("commodity")

    @property
    def price_levels(self) -> tuple[str, ...]:
        """Codes behind the field ``price_level``."""
        return self.named("price_level")

    @property
    def units(self) -> tuple[str, ...]:
        """Codes behind the field ``unit``."""
        return self.named("unit")


@dataclass(frozen=True)
class Texts:
    """Free text by its distinct cells: per row the position in ``cells``, -1 where there is none.

    Cells of different files are different entries, also where they hold the same text.
    """

    codes: NDArray[np.int32]
    cells: list[str]


@dataclass(frozen=True)
class NightRows:
    """The typed rows of tonight's files of one dataset, one array element per row that is not blank.

    Attributes:
        lists: What the codes point into.
        business_day: The night's business date, days since 1970.
        file: Number of the row's file.
        at: The row's position in its file's decoded table.
        row_number: As a person counts.
        column_number: The column of the cell that holds the observation, 0 where the whole row is one.
        days: Per date field, days since 1970, ``NO_DAY`` when absent or not readable.
        numbers: Per number field, NaN when absent or not readable.
        codes: Per field with a list, -1 when absent or not resolved; defaults are filled in.
        texts: Per field of free text.
        flags: The derived columns that say what was found (present, readable, known, matches, length).
    """

    lists: Lists
    business_day: int
    file: NDArray[np.int32]
    at: NDArray[np.int32]
    row_number: NDArray[np.int32]
    column_number: NDArray[np.int32]
    days: dict[str, NDArray[np.int32]]
    numbers: dict[str, NDArray[np.float64]]
    codes: dict[str, NDArray[np.int32]]
    texts: dict[str, Texts]
    flags: dict[str, Flags]


@dataclass(frozen=True)
class TypedFile:
    """One file's part of the frame.

    Attributes:
        rows_blank: Rows left out because their value is missing.
        faults: Contradictions within a column and cells with a spreadsheet error, to be told beside what
            decoding found.
        arrays: The arrays of ``NightRows`` by (attribute, name).
        cells: Per field of free text its distinct cells.
    """

    rows_blank: int
    faults: list[Fault]
    arrays: dict[tuple[str, str], NDArray[Any]]
    cells: dict[str, list[str]]


def concatenate(parts: Sequence[TypedFile], lists: Lists, business_date: date) -> NightRows:
    """The frame of a whole night; empties the parts, so that a night is in memory once."""
    joined: dict[str, dict[str, NDArray[Any]]] = {
        "row": {},
        "days": {},
        "numbers": {},
        "codes": {},
        "texts": {},
        "flags": {},
    }
    cells: dict[str, list[str]] = {}
    for part in parts:
        for name, own in part.cells.items():
            known = cells.setdefault(name, [])
            codes = part.arrays["texts", name]
            codes[codes >= 0] += len(known)
            known.extend(own)
    for attribute, name in list(parts[0].arrays) if parts else []:
        joined[attribute][name] = np.concatenate([part.arrays.pop((attribute, name)) for part in parts])
    return NightRows(
        lists=lists,
        business_day=(business_date - date(1970, 1, 1)).days,
        file=joined["row"]["file"],
        at=joined["row"]["at"],
        row_number=joined["row"]["row_number"],
        column_number=joined["row"]["column_number"],
        days=joined["days"],
        numbers=joined["numbers"],
        codes=joined["codes"],
        texts={name: Texts(codes, cells[name]) for name, codes in joined["texts"].items()},
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
        self._cells: dict[str, list[str]] = {}
        self._filled = np.zeros(self._count, dtype=bool)
        self._blank = self._filled
        self._written_unit: NDArray[np.int32] | None = None

    def typed(self) -> TypedFile:
        row_number = self._table.column("row_number").to_numpy().astype(np.int32, copy=False)
        self._arrays["row", "file"] = np.full(self._count, self._file.number, dtype=np.int32)
        self._arrays["row", "at"] = np.arange(self._count, dtype=np.int32)
        self._arrays["row", "row_number"] = row_number
        self._arrays["row", "column_number"] = self._column_numbers()
        for field in self._contract.fields:
            if field.reference is not None:
                self._resolve(field)
            elif field.logical_type == "string":
                self._take_text(field)
            else:
                self._read(field)
        if any(field.blank_skips_row for field in self._contract.fields):
            self._blank = ~self._filled
        self._apply_defaults()
        self._tell_spreadsheet_errors(row_number)
        self._tell_long_texts(row_number)
        if self._blank.any():
            self._arrays = {key: values[~self._blank] for key, values in self._arrays.items()}
        return TypedFile(int(self._blank.sum()), self._faults, self._arrays, self._cells)

    def _column_numbers(self) -> NDArray[np.int32]:
        if "column_number" not in self._table.column_names:
            return np.zeros(self._count, dtype=np.int32)
        numbers: NDArray[np.int32] = self._table.column("column_number").to_numpy()
        return numbers.astype(np.int32, copy=False)

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
            if reading.units is not None and self._contract.has_field("unit"):
                self._note_units(part, reading.units, rows)
            elif reading.units is not None:
                # A unit that nothing can be compared with leaves open what the number means.
                readable[rows] = np.where(part.spread(reading.units != None, False), 0, readable[rows])  # noqa: E711
            if reading.examples:
                self._note_contradiction(field, sheet, part, reading)
        self._arrays["days" if is_date else "numbers", field.name] = values
        self._arrays["flags", f"{field.name}_present"] = present
        self._arrays["flags", f"{field.name}_readable"] = readable
        if field.blank_skips_row:
            self._filled |= present > 0

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

    # ------------------------------------------------------------------------------ names and text

    def _take_text(self, field: Field) -> None:
        words = Words.of(self._table, field.name)
        texts, lengths = _tidied(words.cells)
        codes = np.where(lengths > 0, np.arange(len(texts)), -1).astype(np.int32)
        spread = words.spread(lengths, 0)
        self._arrays["texts", field.name] = words.spread(codes, -1)
        self._arrays["flags", f"{field.name}_present"] = (spread > 0).astype(np.float32)
        self._arrays["flags", f"{field.name}_length"] = np.where(spread > 0, spread, np.nan).astype(
            np.float32
        )
        self._cells[field.name] = texts
        if field.blank_skips_row:
            self._filled |= spread > 0

    def _resolve(self, field: Field) -> None:
        words = Words.of(self._table, field.name)
        vocabulary = self._lists.vocabularies[field.name]
        position = {code: number for number, code in enumerate(vocabulary.codes)}
        texts = [plain_text(cell) for cell in words.cells]
        absent = np.array([is_missing(text) for text in texts], dtype=bool)
        office = self._file.regency_code
        found = [
            None if gone else vocabulary.resolve(office, text)
            for text, gone in zip(texts, absent, strict=True)
        ]
        codes = np.array([position.get(name, -1) if name else -1 for name in found], dtype=np.int32)
        known = np.where(absent, np.nan, codes >= 0).astype(np.float32)
        self._arrays["codes", field.name] = words.spread(codes, -1)
        self._arrays["flags", f"{field.name}_present"] = words.spread((~absent).astype(np.float32), 0)
        self._arrays["flags", f"{field.name}_known"] = words.spread(known, np.nan)

    # ------------------------------------------------------------------------ across the row's cells

    def _apply_defaults(self) -> None:
        codes = {name: values for (kind, name), values in self._arrays.items() if kind == "codes"}
        flags = {name: values for (kind, name), values in self._arrays.items() if kind == "flags"}
        for field in self._contract.fields:
            if field.reference and field.default in self._lists.named(field.name):
                default = self._lists.position(field.name, str(field.default))
                codes[field.name][flags[f"{field.name}_present"] == 0] = default
        if "regency" in codes:
            own = self._lists.position("regency", self._file.regency_code)
            matches = np.where(codes["regency"] == own, 1, 0).astype(np.float32)
            matches[flags["regency_present"] == 0] = np.nan
            # Of another regency's row nothing is asked but that it leaves the file.
            if "market_known" in flags:
                flags["market_known"][matches == 0] = np.nan
            self._arrays["flags", "regency_matches"] = matches
            del self._arrays["flags", "regency_known"]
        if self._written_unit is not None:
            written, column = self._written_unit, codes["unit"]
            stands_in = (flags["unit_present"] == 0) & (written >= 0)
            column[stands_in] = written[stands_in]
            contradicts = (column >= 0) & (written >= 0) & (column != written)
            flags["price_readable"][contradicts] = 0

    def _tell_spreadsheet_errors(self, row_number: NDArray[np.int32]) -> None:
        """A cell that holds #DIV/0! or the like is told as that, not as unreadable or unknown as well."""
        import pyarrow as pa
        import pyarrow.compute as pc

        for field in self._contract.fields:
            if field.name not in self._table.column_names:
                continue
            if not pc.any(pc.starts_with(self._table.column(field.name).cast(pa.string()), ERROR)).as_py():
                continue
            words = Words.of(self._table, field.name)
            broken = np.array([kind_of(cell) == ERROR_KIND for cell in words.cells], dtype=bool)
            at = np.flatnonzero(words.spread(broken, False) & ~self._blank)
            for flag in (f"{field.name}_readable", f"{field.name}_known", f"{field.name}_matches"):
                if ("flags", flag) in self._arrays:
                    self._arrays["flags", flag][at] = np.nan
            self._tell_cells("error_cell", field, words, at, row_number)

    def _tell_long_texts(self, row_number: NDArray[np.int32]) -> None:
        """Texts that are no names any more, and too long for the warehouse's indexes, are held."""
        for field in self._contract.fields:
            if field.reference is not None or field.logical_type != "string":
                continue
            most = LONGEST_KEY if field.primary_key else LONGEST_TEXT
            long = self._arrays["flags", f"{field.name}_length"] > most
            if long.any():
                words, at = Words.of(self._table, field.name), np.flatnonzero(long & ~self._blank)
                self._tell_cells("text_too_long", field, words, at, row_number, limit=format_number(most))

    def _tell_cells(
        self,
        code: str,
        field: Field,
        words: Words,
        at: NDArray[np.intp],
        row_number: NDArray[np.int32],
        **context: str,
    ) -> None:
        for row in at.tolist():
            sheet = self._sheet_name(int(self._sheets.codes[row]))
            self._faults.append(
                Fault(
                    code,
                    sheet=sheet or None,
                    row_number=int(row_number[row]),
                    column_name=self._file.header(sheet, field.name),
                    value=shortened(plain_text(words.cells[words.codes[row]])),
                    context=dict(context),
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

    if field.column.endswith("_pct"):
        cells = [cell.rstrip().removesuffix("%").rstrip() for cell in cells]
    reading = read_numbers(pd.Series(cells, dtype=object), NumberStyle(field.zero_is_missing))
    values, readable = (
        reading.values.to_numpy(np.float64).copy(),
        reading.readable.to_numpy(np.float32).copy(),
    )
    if bounds := _bounds(field):
        beyond = (values < bounds[0]) | (values > bounds[1])
        values[beyond], readable[beyond] = np.nan, 0
    return _Reading(
        values=values,
        readable=readable,
        present=reading.present.to_numpy(np.float32),
        doubtful=reading.doubtful.to_numpy(bool),
        examples=reading.examples,
        units=None if reading.units is None else reading.units.to_numpy(object),
    )


def _bounds(field: Field) -> tuple[int, int] | None:
    """Beyond which a number is no year, or no count that a column of the warehouse takes."""
    if field.column.endswith("_year"):
        return YEARS
    return (-_LARGEST_COUNT, _LARGEST_COUNT) if field.physical_type == "integer" else None


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


def _tidied(cells: list[str]) -> tuple[list[str], NDArray[np.float32]]:
    """Cells as text without marks and needless signs, and their lengths; 0 where they say there is nothing.

    Most cells are tidy already: Arrow finds those at once; a register has a million names.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    column = pa.array(cells, pa.string())
    is_tidy = pc.match_substring_regex(column, _TIDY)
    is_word = pc.is_in(pc.ascii_lower(column), pa.array(sorted(MISSING_WORDS), pa.string()))
    lengths = pc.if_else(is_word, 0, pc.utf8_length(column)).to_numpy(zero_copy_only=False)
    lengths = lengths.astype(np.float32)
    texts = cells
    if untidy := np.flatnonzero(~is_tidy.to_numpy(zero_copy_only=False)).tolist():
        texts = list(cells)
        for at in untidy:
            text = tidy(without_direction(plain_text(cells[at])))
            texts[at], lengths[at] = text, 0 if is_missing(text) else len(text)
    return texts, lengths


def _mask(within: NDArray[np.bool_]) -> "pa.Array":
    import pyarrow as pa

    return pa.array(within)
