"""How much one file may cost."""

from dataclasses import asdict, dataclass
from typing import Any

from lumbung.labels import label

MIB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """Bounds on one file and on the process that decodes it.

    Attributes:
        memory_bytes: Address space the process may add to what it had when it was forked.
        seconds: Wall-clock time, and processor time, of the process.
        file_bytes: Size of the file as it came.
        inflated_bytes: Size of all parts of a zipped file together, inflated.
        inflation_ratio: Inflated size of one part divided by its size in the file, once a part is beyond
            10 MiB. Real sheets stay below 50; deflate cannot exceed 1,032.
        zip_entries: Parts in a zipped file.
        archive_members: Files in an archive of an office's files.
        sheets: Sheets in one workbook, tables in one page.
        line_bytes: Length of one line of a text file, and of one field.
        columns: Cells in one row.
        cells: Rows times columns of one sheet, empty ones included: a reader of spreadsheets holds them all.
        rows: Rows of one file.
        tables: Tables one below another in one sheet, each with a header of its own.
        listed_faults: Faults listed per code; more are only counted.
    """

    memory_bytes: int = 1024 * MIB
    seconds: float = 60.0
    file_bytes: int = 256 * MIB
    inflated_bytes: int = 640 * MIB
    inflation_ratio: int = 400
    zip_entries: int = 5_000
    archive_members: int = 200
    sheets: int = 500
    line_bytes: int = MIB
    columns: int = 16_384
    cells: int = 20_000_000
    rows: int = 2_000_000
    tables: int = 10_000
    listed_faults: int = 1_000

    def to_json(self) -> dict[str, Any]:
        """The limits as plain values."""
        return asdict(self)


def bound(key: str, amount: str) -> str:
    """A limit for an Indonesian sentence, with what it is a limit of."""
    return label("bound", key).format(amount)


def in_bytes(count: int) -> str:
    """A size for an Indonesian sentence, such as `256 MB`."""
    if count >= 1024 * MIB:
        return f"{count / (1024 * MIB):.3g} GB".replace(".", ",")
    return f"{count / MIB:.3g} MB".replace(".", ",") if count >= MIB else in_numbers(count) + " byte"


def in_numbers(count: int) -> str:
    """A whole number for an Indonesian sentence, such as `20.000.000`."""
    return f"{count:,}".replace(",", ".")


def in_seconds(seconds: float) -> str:
    """A duration for an Indonesian sentence, such as `60 detik`."""
    return f"{seconds:g} detik".replace(".", ",")
