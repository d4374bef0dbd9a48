"""Answers for tests, as small as they can be."""

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from lumbung.contracts.load import load_contract
from lumbung.contracts.model import Contract, Severity
from lumbung.decode.rendering import ShownSheet
from lumbung.feedback.model import Answer, Count, Finding
from lumbung.values.cells import mark_date, mark_number

ROOT = Path(__file__).parents[3]
DAY = date(2026, 7, 28)


@cache
def contract() -> Contract:
    """The contract of staple prices."""
    return load_contract(ROOT / "expectations" / "staple_prices.odcs.yaml")


def finding(cell: str | None, row: int | None, severity: Severity = Severity.GALAT, **other: Any) -> Finding:
    """A finding on the sheet Harga."""
    plain: dict[str, Any] = {
        "name": "3510-SP-0123456789/1",
        "rule_id": "SP-105" if severity == Severity.GALAT else "SP-402",
        "severity": severity,
        "sheet": "Harga",
        "row_number": row,
        "column_name": "harga",
        "cell": cell,
        "value": "12,5OO",
        "message": "Harga tidak terbaca.",
        "remedy": "Tulis angkanya saja.",
    }
    return Finding(**(plain | other))


def answer(**other: Any) -> Answer:
    """Two of three rows accepted, one of them to be confirmed; the third held."""
    plain: dict[str, Any] = {
        "contract": contract(),
        "submission_id": "3510-SP-0123456789",
        "regency_code": "3510",
        "office": "Disperindag Kabupaten Banyuwangi",
        "file_name": "harga.xlsx",
        "business_date": DAY,
        "verdict": "partially_accepted",
        "received_at": datetime(2026, 7, 28, 13, 5, tzinfo=UTC),
        "rows_total": 3,
        "rows_accepted": 2,
        "rows_held": 1,
        "period_first_on": DAY,
        "period_last_on": DAY,
        "findings": [
            finding("D7", 7, Severity.KONFIRMASI, name="3510-SP-0123456789/2", message="Harga naik tajam."),
            finding("D5", 5),
        ],
        "counts": [Count("SP-402", Severity.KONFIRMASI, 1, 1), Count("SP-105", Severity.GALAT, 1, 1)],
        "accepted": {"Harga": frozenset({(6, 0), (7, 0)})},
        "held": {"Harga": {(5, 0): ["SP-105"]}},
    }
    return replace(Answer(**plain), **other)


def sheet(**other: Any) -> ShownSheet:
    """A title, a header in row 4, three rows of prices, a total and a note."""
    rows = [
        (1, False, ["HARGA BAHAN POKOK"]),
        (4, False, ["tanggal", "pasar", "komoditas", "harga"]),
        (5, True, [mark_date(DAY), "Pasar Rogojampi", "Beras Medium", "12,5OO"]),
        (6, True, [mark_date(DAY), "Pasar Jajag", "Beras Medium", mark_number(13000)]),
        (7, True, [mark_date(DAY), "Pasar Genteng", "Beras Medium", mark_number(19000.5)]),
        (8, False, ["", "JUMLAH", "", mark_number(32000.5)]),
        (9, False, ["Sumber: pantauan"]),
    ]
    columns = {"price": {"header": "harga", "position": 4}}
    entry = {"name": "Harga", "header_row": 4, "columns": columns, "summing_row_numbers": [8]}
    plain = ShownSheet("Harga", 1, rows, len(rows), False, False, [entry])
    return replace(plain, **other)
