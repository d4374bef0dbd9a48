"""A decoded submission on disk: its outcome, and its rows of text read when they are needed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lumbung.decode.outcome import DecodeOutcome
from lumbung.decode.places import cell_name, entry_of, place

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class DecodedFile:
    """One submission as decoding left it.

    Attributes:
        number: Its position among tonight's files of the dataset, in order of receipt.
        submission_id: The receipt number.
        regency_code: The office that sent it.
        office: The office's name, for messages.
        file_name: As sent, for messages.
        outcome: What decoding came to.
    """

    number: int
    submission_id: str
    regency_code: str
    office: str
    file_name: str
    outcome: DecodeOutcome

    def table(self, columns: Sequence[str] | None = None) -> "pa.Table":
        """The rows of text; read anew each time, so that a night's text is never in memory as a whole.

        Raises:
            FileNotFoundError: when the work file is gone.
        """
        from pyarrow import feather

        if self.outcome.table_path is None:
            raise FileNotFoundError(f"{self.submission_id} has no rows")
        return feather.read_table(
            self.outcome.table_path, columns=None if columns is None else list(columns), memory_map=True
        )

    def header(
        self, sheet: str | None, field: str, row_number: int | None = None, column_number: int = 0
    ) -> str | None:
        """The column's header as the office wrote it, None where the file has no such column."""
        entry = entry_of(self.outcome.sheets, sheet, row_number, column_number)
        column = (entry.get("columns") or {}).get(field) if entry else None
        return str(column["header"]) if column else None

    def cell(
        self, sheet: str | None, field: str | None, row_number: int | None, column_number: int = 0
    ) -> str | None:
        """The cell in which a field of an observation stands, as a spreadsheet names it; None where nowhere.

        Without a field the cell of the observation itself, where it is one cell.
        """
        if row_number is None:
            return None
        if field is None:
            return cell_name(row_number, column_number) if column_number else None
        entry = entry_of(self.outcome.sheets, sheet, row_number, column_number)
        found = place(entry, field, row_number, column_number) if entry else None
        return cell_name(*found) if found else None


@dataclass(frozen=True)
class Words:
    """A column of text by its distinct cells.

    Attributes:
        codes: Per row the position in ``cells``, -1 where the cell is empty.
        cells: The distinct cells as decoded, marks included.
    """

    codes: NDArray[np.int32]
    cells: list[str]

    @classmethod
    def of(cls, table: "pa.Table", column: str) -> "Words":
        """The column of a table; all empty when the file has no such column."""
        import pyarrow as pa

        if column not in table.column_names:
            return cls(np.full(table.num_rows, -1, dtype=np.int32), [])
        encoded = table.column(column).cast(pa.string()).combine_chunks().dictionary_encode()
        codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
        return cls(codes, encoded.dictionary.to_pylist())

    def spread(self, values: NDArray[Any], empty: Any) -> NDArray[Any]:
        """Per-cell values as per-row values."""
        padded = np.append(values, np.asarray([empty], dtype=values.dtype))
        return padded[self.codes]
