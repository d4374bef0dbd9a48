"""Files for the decoder's tests, the hostile ones made by hand."""

import io
import zipfile
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow.feather

from lumbung.decode.job import DecodeJob
from lumbung.decode.limits import Limits
from lumbung.decode.outcome import DecodeOutcome
from lumbung.decode.single import decode_file
from lumbung.decode.spec import DecodeSpec, FieldSpec

SPEC = DecodeSpec(
    dataset="staple_prices",
    fields=(
        FieldSpec("observed_on", "Tanggal", True),
        FieldSpec("regency", "Kabupaten/Kota", False),
        FieldSpec("market", "Pasar", True),
        FieldSpec("commodity", "Komoditas", True),
        FieldSpec("price_level", "Tingkat Harga", False),
        FieldSpec("unit", "Satuan", False),
        FieldSpec("price", "Harga", True, is_figure=True),
    ),
    aliases={
        "tanggal": "observed_on",
        "tgl": "observed_on",
        "kabupaten kota": "regency",
        "kabkota": "regency",
        "pasar": "market",
        "nama pasar": "market",
        "komoditas": "commodity",
        "nama bahan pokok": "commodity",
        "tingkat harga": "price_level",
        "satuan": "unit",
        "harga": "price",
        "harga rp": "price",
    },
    shapes=("long",),
    formats=("xlsx", "csv", "json"),
)
HEADER = "tanggal;pasar;komoditas;harga"
ROW = "2026-07-28;Pasar Besar;Bawang Merah;12.500"

_TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>
</Types>"""
_RELS = """<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship
 Id="rId1"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"
 Target="{target}"/></Relationships>"""
_WORKBOOK = """<?xml version="1.0" encoding="UTF-8"?>
<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">
<sheets><sheet name="Harga" sheetId="1" r:id="rId1"/></sheets></workbook>"""
_SHEET = """<?xml version="1.0" encoding="UTF-8"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData>
</worksheet>"""


def package(rows: str, **parts: bytes | str) -> bytes:
    """A workbook of one sheet, its rows in XML as given; `parts` adds or replaces parts (`/` as `__`)."""
    content: dict[str, bytes | str] = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELS.format(kind="officeDocument", target="xl/workbook.xml"),
        "xl/workbook.xml": _WORKBOOK,
        "xl/_rels/workbook.xml.rels": _RELS.format(kind="worksheet", target="worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": _SHEET.format(rows=rows),
    }
    content |= {name.replace("__", "/"): part for name, part in parts.items()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in content.items():
            archive.writestr(name, part)
    return buffer.getvalue()


def workbook(sheets: dict[str, Iterable[Iterable[Any]]], hidden: Iterable[str] = ()) -> bytes:
    """A workbook with real numbers, dates and booleans; `=…` is a formula that came to `#DIV/0!`."""
    import xlsxwriter

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for index, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, date | datetime):
                        sheet.write_datetime(index, column, value, day)  # type: ignore[arg-type]
                    elif isinstance(value, str) and value.startswith("="):
                        sheet.write_formula(index, column, value, None, "#DIV/0!")
                    elif value is not None:
                        sheet.write(index, column, value)
            if name in hidden:
                sheet.hide()
    return buffer.getvalue()


def decode(
    folder: Path,
    content: bytes | str,
    limits: Limits | None = None,
    submission_id: str = "3510-SP-0000000000",
) -> DecodeOutcome:
    """Decode bytes in this process."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "upload"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return decode_file(DecodeJob(submission_id, path, "upload"), SPEC, folder, limits or Limits())


def rows_of(outcome: DecodeOutcome) -> list[dict[str, Any]]:
    """The rows of an outcome's table, each an observation; `cells_of` has those of wide tables."""
    rows = cells_of(outcome)
    assert {row.pop("column_number") for row in rows} <= {0}
    return rows


def cells_of(outcome: DecodeOutcome) -> list[dict[str, Any]]:
    """The rows of an outcome's table with the column of the observation's cell."""
    assert outcome.table_path is not None, outcome.faults
    rows: list[dict[str, Any]] = pyarrow.feather.read_table(outcome.table_path).to_pylist()
    return rows


def codes(outcome: DecodeOutcome) -> list[str]:
    """The codes of an outcome's faults."""
    return [fault.code for fault in outcome.faults]
