"""The manners in which offices hand in the same quotes: file format, layout, headers, dates, amounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from lumbung.sample import files
from lumbung.sample.files import Cell, Sheets
from lumbung.sample.forms import DATES, PRICES
from lumbung.sample.layouts import LAYOUTS, Hand, Quote, nested

Format = Literal["xlsx", "ods", "html", "csv", "json", "nested_json", "zip"]


@dataclass(frozen=True)
class Manner:
    """How one office writes its table.

    Attributes:
        format: How the bytes are made; a ``zip`` holds one CSV per sheet.
        file_name: With ``{day:…}`` for the business date.
        columns: Header texts in file order, each with the part of a quote it heads, or ``regency``.
        date_form: A key of ``DATES``.
        price_form: A key of ``PRICES``.
        layout: A key of ``LAYOUTS``.
        span: Days that a file covers.
        titles: Lines above the table; ``{regency}`` and ``{day}`` are filled in.
        notes: Lines below it.
        delimiter: Of a CSV.
        encoding: Of a CSV.
        is_colloquial: Commodities are called as people call them.
        is_loud: Markets are written in capitals.
    """

    format: Format
    file_name: str
    columns: tuple[tuple[str, str], ...]
    date_form: str
    price_form: str
    layout: str = "long"
    span: int = 1
    titles: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    delimiter: str = ","
    encoding: str = "utf-8"
    is_colloquial: bool = False
    is_loud: bool = False

    def write(self, folder: Path, regency: str, day: date, quotes: list[Quote], twice: str = "") -> Path:
        """Write the office's file and return its path; the column headed for ``twice`` appears twice."""
        path = folder / self.file_name.format(day=day)
        columns = self.columns + tuple(column for column in self.columns if column[1] == twice)
        hand = Hand(columns, DATES[self.date_form], PRICES[self.price_form], regency)
        if self.format == "nested_json":
            files.write_json(path, nested(hand, quotes))
            return path
        sheets = LAYOUTS[self.layout](hand, quotes)
        if self.format == "json":
            header, *body = next(iter(sheets.values()))
            files.write_json(path, [dict(zip(map(str, header), row, strict=True)) for row in body])
            return path
        self._write_tables(path, {name: self._framed(rows, regency, day) for name, rows in sheets.items()})
        return path

    def _framed(self, rows: Sequence[Sequence[Cell]], regency: str, day: date) -> list[Sequence[Cell]]:
        spoken = DATES["long"](day)
        titles = [[title.format(regency=regency.upper(), day=spoken)] for title in self.titles]
        return [*titles, *rows, *([note] for note in self.notes)]

    def _write_tables(self, path: Path, sheets: Sheets) -> None:
        if self.format == "xlsx":
            files.write_xlsx(path, sheets)
        elif self.format == "ods":
            files.write_ods(path, sheets)
        elif self.format == "html":
            files.write_html(path, sheets)
        elif self.format == "zip":
            members = {
                f"{name}.csv": files.csv_bytes(rows, self.delimiter, self.encoding)
                for name, rows in sheets.items()
            }
            files.write_zip(path, members)
        else:
            (rows,) = sheets.values()
            files.write_csv(path, rows, self.delimiter, self.encoding)


PLAIN = (
    ("tanggal", "day"), ("pasar", "market"), ("komoditas", "commodity"), ("satuan", "unit"),
    ("harga", "price"),
)  # fmt: skip
WITH_REGENCY = (
    ("Tanggal", "day"), ("Kab/Kota", "regency"), ("Nama Pasar", "market"), ("Komoditas", "commodity"),
    ("Satuan", "unit"), ("Harga (Rp)", "price"),
)  # fmt: skip
SHORT = (("Tgl", "day"), ("Pasar", "market"), ("Nama Bahan Pokok", "commodity"), ("Harga Sekarang", "price"))
TITLED = (
    ("Tanggal", "day"), ("Nama Pasar", "market"), ("Nama Bahan Pokok", "commodity"), ("Satuan", "unit"),
    ("Harga", "price"),
)  # fmt: skip

MANNERS = (
    Manner("xlsx", "harga_{day:%Y-%m-%d}.xlsx", PLAIN, "real", "number"),
    Manner(
        "xlsx", "Laporan Harga Bapok {day:%d-%m-%Y}.xlsx", WITH_REGENCY, "long", "rupiah",
        titles=("DAFTAR HARGA KEBUTUHAN POKOK MASYARAKAT", "{regency}, {day}", ""),
    ),
    Manner("csv", "harga_{day:%Y%m%d}.csv", PLAIN, "iso", "plain"),
    Manner(
        "csv", "harga_pasar_{day:%Y%m%d}.csv", WITH_REGENCY, "slashes", "points",
        delimiter=";", encoding="utf-8-sig",
    ),
    Manner(
        "csv", "siskaperbapo_{day:%d%m%Y}.csv", SHORT, "dashes", "commas",
        titles=("Harga bahan pokok – {regency}",), delimiter="\t", encoding="cp1252", is_colloquial=True,
    ),
    Manner("json", "harga_{day:%Y-%m-%d}.json", PLAIN, "iso", "number"),
    Manner(
        "csv", "rekap_harga_{day:%d_%m_%Y}.csv", WITH_REGENCY, "weekday", "rupiah_dash",
        titles=("Rekap harga harian {regency}", ""), delimiter=";", is_loud=True,
    ),
    Manner(
        "xlsx", "Harga {day:%d %m %Y}.xlsx", SHORT, "short", "points",
        titles=("Harga bahan pokok {regency}",),
    ),
    Manner(
        "xlsx", "Perkembangan harga minggu ini.xlsx", TITLED, "spaced", "commas",
        layout="wide_by_date", span=5,
        titles=("PERKEMBANGAN HARGA BAHAN POKOK", "{regency}"), notes=("Sumber: petugas pasar",),
    ),
    Manner(
        "csv", "harga komoditas.csv", TITLED, "slashes", "plain", layout="wide_by_commodity", delimiter=";"
    ),
    Manner(
        "ods", "Harga antarpasar.ods", TITLED, "real", "number", layout="wide_by_market",
        titles=("Harga bahan pokok menurut pasar, {regency}",),
    ),
    Manner("xlsx", "harga per pasar.xlsx", TITLED, "real", "number", layout="sheet_per_market"),
    Manner("xlsx", "Daftar harga {day:%d-%m}.xlsx", TITLED, "long", "points", layout="named_above"),
    Manner("nested_json", "harga_{day:%Y%m%d}.json", PLAIN, "iso", "number"),
    Manner("html", "harga_{day:%Y%m%d}.xls", WITH_REGENCY, "slashes", "points"),
    Manner(
        "csv", "harga unicode {day:%d%m%y}.txt", PLAIN, "slashes", "points", delimiter="\t", encoding="utf-16"
    ),
    Manner("zip", "harga_{day:%d%m%Y}.zip", PLAIN, "iso", "plain", layout="sheet_per_market"),
    Manner(
        "html", "rekap mingguan.xls", TITLED, "dashes", "points", layout="wide_by_date", span=7,
        titles=("Rekapitulasi harga {regency}",),
    ),
)  # fmt: skip
