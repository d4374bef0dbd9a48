"""The table in the terminal."""

import io

from rich.console import Console

from lumbung.report.model import Summary
from lumbung.report.terminal import print_summary
from tests.unit.report.summaries import EMPTY, SUMMARY, WITHOUT_PRICES


def _printed(summary: Summary, width: int = 200) -> str:
    stream = io.StringIO()
    print_summary(summary, Console(file=stream, width=width))
    return stream.getvalue()


def test_it_fits_eighty_columns_and_is_plain_without_a_terminal() -> None:
    text = _printed(SUMMARY)
    assert max(len(line) for line in text.splitlines()) <= 80
    assert "\x1b" not in text


def test_it_tells_prices_changes_bands_and_offices() -> None:
    text = _printed(SUMMARY)
    assert "Harga rata-rata provinsi, 28 Juli 2026 (rilis 41)" in text
    row = next(line for line in text.splitlines() if line.startswith("Bawang Merah"))
    assert row.split() == ["Bawang", "Merah", "kg", "31.082", "−0,5", "−5,5", "9", "20", "9"]
    assert "4 dari 5 kantor (80 %) sudah mengirim" in text
    assert "5 wajib diperbaiki, 1 perlu konfirmasi" in text


def test_without_a_release_it_says_so() -> None:
    assert _printed(EMPTY) == "Belum ada rilis: belum ada malam yang selesai diterbitkan.\n"


def test_without_prices_it_says_so() -> None:
    assert "Belum ada harga yang diterima" in _printed(WITHOUT_PRICES)
