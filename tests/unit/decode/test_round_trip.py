"""What is written in any format, with headers as people write them, is read with the very same cells."""

import csv
import io
import json
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from html import escape
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from lumbung.decode.job import DecodeJob
from lumbung.decode.limits import Limits
from lumbung.decode.outcome import DecodeOutcome
from lumbung.decode.single import decode_file
from lumbung.values.text import normalise_header
from tests.unit.decode.builders import SPEC, codes, rows_of, workbook

ALL = replace(SPEC, formats=("xlsx", "xls", "xlsb", "ods", "csv", "json", "html", "zip"))
FIELDS = ("observed_on", "market", "commodity", "price")
HEADERS = {
    "observed_on": ("Tanggal", "Tgl"),
    "market": ("Pasar", "Nama Pasar"),
    "commodity": ("Komoditas", "Nama Bahan Pokok"),
    "price": ("Harga", "Harga (Rp)"),
}
Row = tuple[str, str, str, str | float]

# Letters that cp1252 has too, and everything that means something to one of the formats.
_LETTERS = "abzÀéÿß€ 0189.,;:'\"=+-@<>&|/\\{}[]()#%*?!_~^$"
NAMES = st.text(_LETTERS, max_size=12).map(lambda text: " ".join(f"P{text}".split()))
ROWS = st.lists(
    st.tuples(
        st.dates(date(2020, 1, 1), date(2030, 1, 1)).map(date.isoformat),
        NAMES,
        NAMES,
        st.one_of(
            st.integers(1, 10**9).map(str),
            st.integers(1, 10**9).map(float),
            st.integers(1, 10**8).map(lambda number: number / 100),  # writers write 16 digits
        ),
    ),
    min_size=1,
    max_size=6,
)


def _decoded(content: bytes) -> tuple[DecodeOutcome, list[dict[str, Any]]]:
    """The outcome and its rows."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "upload"
        path.write_bytes(content)
        outcome = decode_file(DecodeJob("3510-SP-0000000000", path, "upload"), ALL, Path(name), Limits())
        return outcome, rows_of(outcome) if outcome.table_path is not None else []


def _read(content: bytes) -> list[tuple[object, ...]]:
    outcome, rows = _decoded(content)
    assert codes(outcome) == []
    return [tuple(row[name] for name in ("row_number", *FIELDS)) for row in rows]


def _expected(rows: list[Row], first: int, *, numbers_are_text: bool) -> list[tuple[object, ...]]:
    def cell(value: str | float) -> str:
        if isinstance(value, str):
            return value
        return repr(value) if numbers_are_text else f"\x1fn{value!r}"

    return [(number, *map(cell, row)) for number, row in enumerate(rows, start=first)]


def _table(rows: list[Row]) -> list[list[str | float]]:
    return [[HEADERS[name][0] for name in FIELDS], *map(list, rows)]


def _delimited(rows: list[Row], delimiter: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(_table(rows))
    return text.getvalue()


def _page(rows: list[Row]) -> bytes:
    cells = "".join(
        f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in row)}</tr>" for row in _table(rows)
    )
    return f'<html><meta charset="utf-8"><table>{cells}</table></html>'.encode()


def _before_2007(rows: list[Row]) -> bytes:
    import xlwt

    book, buffer = xlwt.Workbook(), io.BytesIO()
    sheet = book.add_sheet("Harga")
    for number, row in enumerate(_table(rows)):
        for column, cell in enumerate(row):
            sheet.write(number, column, cell)
    book.save(buffer)
    return buffer.getvalue()


def _binary_parts(rows: list[Row]) -> bytes:
    from pyxlsbwriter import XlsbWriter

    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "harga.xlsb"
        with XlsbWriter(str(path)) as book:
            book.add_sheet("Harga")
            book.write_sheet(_table(rows))
        return path.read_bytes()


def _opendocument(rows: list[Row]) -> bytes:
    names = "urn:oasis:names:tc:opendocument:xmlns:"

    def cell(value: str | float) -> str:
        if isinstance(value, float):
            return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
        text = f"<text:p>{escape(value)}</text:p>"
        return f'<table:table-cell office:value-type="string">{text}</table:table-cell>'

    lines = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in _table(rows))
    content = (
        f'<office:document-content xmlns:office="{names}office:1.0" xmlns:table="{names}table:1.0"'
        f' xmlns:text="{names}text:1.0"><office:body><office:spreadsheet><table:table table:name="Harga">'
        f"{lines}</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return buffer.getvalue()


def _zipped(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("harga", content)
    return buffer.getvalue()


def _text_of_excel(rows: list[Row]) -> bytes:
    return _delimited(rows, "\t").encode("utf-16")


# ------------------------------------------------------------------------------------------- formats


@settings(deadline=None, max_examples=25)
@given(ROWS)
def test_delimited_text(rows: list[Row]) -> None:
    expected = _expected(rows, 2, numbers_are_text=True)
    for delimiter in ",;\t":
        for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16"):
            assert _read(_delimited(rows, delimiter).encode(encoding)) == expected, (delimiter, encoding)


@settings(deadline=None, max_examples=25)
@given(ROWS)
def test_workbooks(rows: list[Row]) -> None:
    writers: tuple[Callable[[list[Row]], bytes], ...] = (_before_2007, _opendocument, _binary_parts)
    expected = _expected(rows, 2, numbers_are_text=False)
    for write in writers:
        assert _read(write(rows)) == expected, write.__name__
    assert _read(workbook({"Harga": _table(rows)})) == expected


@settings(deadline=None, max_examples=25)
@given(ROWS)
def test_pages_and_records(rows: list[Row]) -> None:
    assert _read(_page(rows)) == _expected(rows, 2, numbers_are_text=True)
    records = [dict(zip((HEADERS[name][0] for name in FIELDS), row, strict=True)) for row in rows]
    for content in (records, {"data": records}):
        written = json.dumps(content, ensure_ascii=False).encode()
        assert _read(written) == _expected(rows, 1, numbers_are_text=False)


@settings(deadline=None, max_examples=15)
@given(ROWS)
def test_archives(rows: list[Row]) -> None:
    as_text, as_cells = (_expected(rows, 2, numbers_are_text=is_text) for is_text in (True, False))
    assert _read(_zipped(_text_of_excel(rows))) == as_text
    assert _read(_zipped(_page(rows))) == as_text
    assert _read(_zipped(_before_2007(rows))) == as_cells
    assert _read(_zipped(_opendocument(rows))) == as_cells


# ------------------------------------------------------------------------------------------- headers


@st.composite
def _written(draw: st.DrawFn, name: str) -> str:
    """A header as somebody may write it: capitals, spaces, underscores, line breaks, punctuation."""
    words = draw(st.sampled_from(HEADERS[name])).split()
    case = draw(st.sampled_from([str.lower, str.upper, str.title, str]))
    text = draw(st.sampled_from([" ", "_", "\n", "  ", " - ", "\u00a0", ". "])).join(words)
    return (
        draw(st.sampled_from(["", " ", "*"]))
        + case(text)
        + draw(st.sampled_from(["", " ", ":", " *", "\u200b"]))
    )


@st.composite
def _tables(draw: st.DrawFn) -> tuple[list[list[str]], dict[str, int], int]:
    """Rows, the column of each field, and the header's row number."""
    order = draw(st.permutations([*FIELDS, "", "Catatan Petugas"]))
    headers = [draw(_written(name)) if name in FIELDS else name for name in order]
    titles = draw(st.lists(st.sampled_from([[], ["LAPORAN"], ["Dinas", "", "2026"]]), max_size=5))
    values = {"observed_on": "2026-07-28", "market": "P", "commodity": "B", "price": "12500"}
    body = [[values.get(name, "") for name in order] for _ in range(3)]
    columns = {name: at for at, name in enumerate(order, start=1) if name in FIELDS}
    return [*titles, headers, *body], columns, len(titles) + 1


@settings(deadline=None, max_examples=150)
@given(_tables())
def test_headers_in_any_order_and_spelling_below_titles(
    table: tuple[list[list[str]], dict[str, int], int],
) -> None:
    rows, columns, header_row = table
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(rows)
    outcome, _ = _decoded(text.getvalue().encode())

    assert codes(outcome) == []
    (entry,) = outcome.sheets
    assert {name: column["position"] for name, column in entry["columns"].items()} == columns
    assert (entry["header_row"], outcome.rows_total) == (header_row, 3)


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(FIELDS), st.text(st.characters(exclude_characters="\0"), max_size=30))
def test_a_header_that_nobody_understands_is_never_passed_over_in_silence(field: str, header: str) -> None:
    if normalise_header(header) in ALL.aliases:
        return
    headers = [header if name == field else HEADERS[name][0] for name in FIELDS]
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows([headers, ["2026-07-28", "P", "B", "12500"]])
    outcome, _ = _decoded(text.getvalue().encode("utf-8", "replace"))

    assert outcome.table_path is None
    told = {"missing_column", "no_commodity", "header_not_found", "unreadable_file"}
    # A file that begins with "<" is taken for markup.
    assert set(codes(outcome)) & (told | {"unknown_format"})
