"""Tables of the datasets other than prices, and the formats in which offices hand them in."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lumbung.sample import files
from lumbung.sample.files import Cell


@dataclass(frozen=True)
class Table:
    """One file's content: header, rows, and the lines that stand above them."""

    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    titles: Sequence[str] = ()

    def lines(self, titles: bool = True) -> list[Sequence[Cell]]:
        """Everything from the first line on."""
        above = [[title] for title in self.titles] if titles else []
        return [*above, list(self.header), *self.rows]

    def texts(self) -> list[Sequence[Cell]]:
        """The same with numbers as Indonesian text, for formats in which nothing has a type."""
        return [
            [str(cell).replace(".", ",") if isinstance(cell, float) else cell for cell in row]
            for row in self.lines(titles=False)
        ]


def _xlsx(path: Path, table: Table) -> None:
    files.write_xlsx(path, {"Data": table.lines()})


def _ods(path: Path, table: Table) -> None:
    files.write_ods(path, {"Data": table.lines()})


def _html(path: Path, table: Table) -> None:
    files.write_html(path, {"Data": table.texts()})


def _csv(path: Path, table: Table) -> None:
    files.write_csv(path, table.texts(), delimiter=";", encoding="utf-8-sig")


def _unicode_text(path: Path, table: Table) -> None:
    files.write_csv(path, table.texts(), delimiter="\t", encoding="utf-16")


def _json(path: Path, table: Table) -> None:
    files.write_json(path, [dict(zip(table.header, row, strict=True)) for row in table.rows])


def _zip(path: Path, table: Table) -> None:
    files.write_zip(path, {f"{path.stem}.csv": files.csv_bytes(table.texts(), delimiter=";")})


FORMATS: dict[str, tuple[str, Callable[[Path, Table], None]]] = {
    "xlsx": (".xlsx", _xlsx),
    "csv": (".csv", _csv),
    "ods": (".ods", _ods),
    "html": (".xls", _html),
    "json": (".json", _json),
    "unicode_text": (".txt", _unicode_text),
    "zip": (".zip", _zip),
}
"""Formats by name: the extension that offices give them, and the writer."""

_TURNS = tuple(itertools.islice(itertools.cycle(FORMATS), 38))


def write_table(folder: Path, stem: str, table: Table, turn: int) -> Path:
    """Write a table in the format of the office whose turn it is; the path of the file."""
    extension, write = FORMATS[_TURNS[turn % len(_TURNS)]]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{stem}{extension}"
    write(path, table)
    return path
