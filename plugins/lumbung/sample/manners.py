"""The manners in which offices write the same table: formats, headers, dates, prices."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from lumbung.sample.files import Cell, write_csv, write_json, write_xlsx

MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")

DATES: dict[str, Callable[[date], Cell]] = {
    "real": lambda day: day,
    "iso": lambda day: f"{day:%Y-%m-%d}",
    "slashes": lambda day: f"{day:%d/%m/%Y}",
    "dashes": lambda day: f"{day:%d-%m-%y}",
    "long": lambda day: f"{day.day} {MONTHS[day.month - 1]} {day.year}",
    "short": lambda day: f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}",
    "weekday": lambda day: f"{DAYS[day.weekday()]}, {day.day} {MONTHS[day.month - 1]} {day.year}",
}

PRICES: dict[str, Callable[[int], Cell]] = {
    "number": lambda price: price,
    "plain": str,
    "points": lambda price: f"{price:,}".replace(",", "."),
    "commas": lambda price: f"{price:,}",
    "rupiah": lambda price: f"Rp {price:,}".replace(",", "."),
    "rupiah_dash": lambda price: f"Rp {price:,}".replace(",", ".") + ",-",
}


@dataclass(frozen=True)
class Quote:
    """One line of an office's table; ``price`` is a text (``-``, ``0``, blank) where the office has none."""

    day: date
    market: str
    commodity: str
    unit: str
    price: int | str


@dataclass(frozen=True)
class Manner:
    """How one office writes its table.

    Attributes:
        format: ``xlsx``, ``csv`` or ``json``.
        file_name: With ``{day:…}`` for the business date.
        columns: Header texts in file order, each with the part of a quote it heads, or ``regency``.
        date_form: A key of ``DATES``.
        price_form: A key of ``PRICES``.
        titles: Lines above the header; ``{regency}`` and ``{day}`` are filled in.
        delimiter: Of a CSV.
        encoding: Of a CSV.
        is_colloquial: Commodities are called as people call them.
        is_loud: Markets are written in capitals.
    """

    format: Literal["xlsx", "csv", "json"]
    file_name: str
    columns: tuple[tuple[str, str], ...]
    date_form: str
    price_form: str
    titles: tuple[str, ...] = ()
    delimiter: str = ","
    encoding: str = "utf-8"
    is_colloquial: bool = False
    is_loud: bool = False

    def write(self, folder: Path, regency: str, day: date, quotes: list[Quote], twice: str = "") -> Path:
        """Write the office's file and return its path; the column headed for ``twice`` appears twice."""
        path = folder / self.file_name.format(day=day)
        columns = self.columns + tuple(column for column in self.columns if column[1] == twice)
        body = [[self._cell(quote, regency, part) for _, part in columns] for quote in quotes]
        header = [text for text, _ in columns]
        if self.format == "json":
            write_json(path, [dict(zip(header, row, strict=True)) for row in body])
            return path
        spoken = DATES["long"](day)
        rows: list[Sequence[Cell]] = [
            *([title.format(regency=regency.upper(), day=spoken)] for title in self.titles),
            [*header],
            *body,
        ]
        if self.format == "xlsx":
            write_xlsx(path, rows)
        else:
            write_csv(path, rows, self.delimiter, self.encoding)
        return path

    def _cell(self, quote: Quote, regency: str, part: str) -> Cell:
        if part == "day":
            return DATES[self.date_form](quote.day)
        if part == "regency":
            return regency
        if part == "price":
            return PRICES[self.price_form](quote.price) if isinstance(quote.price, int) else quote.price
        value: str = getattr(quote, part)
        return value


PLAIN = (
    ("tanggal", "day"), ("pasar", "market"), ("komoditas", "commodity"), ("satuan", "unit"),
    ("harga", "price"),
)  # fmt: skip
WITH_REGENCY = (
    ("Tanggal", "day"), ("Kab/Kota", "regency"), ("Nama Pasar", "market"), ("Komoditas", "commodity"),
    ("Satuan", "unit"), ("Harga (Rp)", "price"),
)  # fmt: skip
SHORT = (("Tgl", "day"), ("Pasar", "market"), ("Nama Bahan Pokok", "commodity"), ("Harga Sekarang", "price"))

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
)  # fmt: skip
