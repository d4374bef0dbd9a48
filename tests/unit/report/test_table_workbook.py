"""A table as a workbook: exact figures, real dates, text that stays text."""

import zipfile
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from lumbung.report.site.tables import Column, Table
from lumbung.report.workbook.sheets import HEADER_ROW, table_workbook
from tests.unit.report.summaries import RELEASE

COLUMNS = [
    Column("name", title="Nama", is_head=True),
    Column("price", "idr", "Harga (Rp)", "fct_price_daily.price_idr"),
    Column("day", "date", "Tanggal"),
    Column("band", "status", "Pita", group="band"),
    Column("line", "spark", "30 hari"),
    Column("from", "receipts", "Kiriman asal"),
]
HOSTILE = ['=HYPERLINK("http://x")', "+1+1", "-2", "@SUM(A1)", "http://example.invalid", "{=1}"]
ROWS: list[dict[str, Any]] = [
    {
        "name": "A",
        "price": Decimal("33666.666666666667"),
        "day": date(2026, 7, 28),
        "band": "above",
        "from": ["s1", "s2"],
    },
    {"name": "B", "price": None, "price_reason": "not_reported", "day": None, "band": "no_data", "from": []},
    *({"name": text, "price": 1, "day": None, "band": "within", "from": []} for text in HOSTILE),
]
DEFINITIONS = [
    {"table_name": "fct_price_daily", "column_name": "price_idr", "column_comment": "Rata-rata. — Mean."}
]


def _made() -> bytes:
    return table_workbook(Table("t", "Judul", COLUMNS, ROWS, about="Tentang."), RELEASE, DEFINITIONS)


def test_every_figure_is_there_unrounded_and_every_reason_in_words() -> None:
    sheet = load_workbook(BytesIO(_made()))["Data"]
    rows = list(sheet.iter_rows(min_row=HEADER_ROW + 1, values_only=True))
    assert rows[0] == ("Nama", "Harga (Rp)", "Tanggal", "Pita", "Kiriman asal")
    assert rows[1][0] == "A"
    assert rows[1][1] == pytest.approx(33666.666666666667, rel=1e-15)
    assert rows[1][2].date() == date(2026, 7, 28)
    assert rows[1][3:] == ("di atas", "s1, s2")
    assert rows[2] == ("B", "belum ada laporan", None, "tidak ada data", None)
    assert sheet["A1"].value == "Judul"
    assert sheet["A2"].value == "Tentang. Isi sejak rilis 41."


def test_nothing_in_it_is_a_formula_or_a_link() -> None:
    content = _made()
    sheet = load_workbook(BytesIO(content))["Data"]
    first = HEADER_ROW + 4
    cells = [sheet.cell(first + place, 1) for place in range(len(HOSTILE))]
    assert [(cell.value, cell.data_type) for cell in cells] == [(text, "s") for text in HOSTILE]
    with zipfile.ZipFile(BytesIO(content)) as parts:
        xml = b"".join(parts.read(name) for name in parts.namelist() if name.startswith("xl/worksheets/"))
    assert b"<f>" not in xml
    assert b"hyperlink" not in xml


def test_columns_are_explained_on_their_own_sheet() -> None:
    sheet = load_workbook(BytesIO(_made()))["Arti kolom"]
    assert [cell.value for cell in sheet[2]] == ["Harga (Rp)", "Rata-rata."]


def test_the_same_table_gives_the_same_bytes() -> None:
    assert _made() == _made()
