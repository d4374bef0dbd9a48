"""How offices write a day and an amount."""

from collections.abc import Callable
from datetime import date

from lumbung.sample.files import Cell

MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")

DATES: dict[str, Callable[[date], Cell]] = {
    "real": lambda day: day,
    "iso": lambda day: f"{day:%Y-%m-%d}",
    "slashes": lambda day: f"{day:%d/%m/%Y}",
    "spaced": lambda day: f"{day:%d/ %m/ %Y}",
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
