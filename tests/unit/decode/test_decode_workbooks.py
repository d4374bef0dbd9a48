"""Error cells and hidden rows of workbooks that are not .xlsx."""

import zipfile
from pathlib import Path

import pytest

from lumbung.decode.formats import biff, ods, ooxml, xlsb
from lumbung.decode.formats.ooxml import SheetFacts
from lumbung.decode.limits import Limits
from lumbung.decode.outcome import DecodeError

_SAMPLES = Path(__file__).parents[3] / "expectations" / "samples" / "staple_prices"


def _facts(extension: str) -> SheetFacts:
    path = _SAMPLES / f"bad_error_cell.{extension}"
    if extension == "xls":
        return biff.sheet_facts(path.read_bytes())["Harga"]
    with zipfile.ZipFile(path) as archive:
        if extension == "ods":
            return ods._sheet_facts(archive)["Harga"]
        part = xlsb._sheet_parts(archive)["Harga"]
        return xlsb._facts(archive.read(part), Limits())


@pytest.mark.parametrize("extension", ["xls", "xlsb", "ods"])
def test_the_error_of_a_cell_is_found_with_its_place(extension: str) -> None:
    facts = _facts(extension)
    assert facts.errors == {3: {5: "#DIV/0!"}}
    assert not facts.hidden_rows


def test_hidden_rows_before_2007_are_found(tmp_path: Path) -> None:
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("Harga")
    for row in range(5):
        sheet.write(row, 0, row)
    sheet.row(3).hidden = True
    book.save(str(tmp_path / "harga.xls"))
    facts = biff.sheet_facts((tmp_path / "harga.xls").read_bytes())["Harga"]
    assert (facts.errors, facts.hidden_rows) == ({}, frozenset({4}))


def test_hidden_rows_of_binary_parts_are_found() -> None:
    def row(number: int, flags: int) -> bytes:
        header = number.to_bytes(4, "little") + bytes(6) + bytes([0, flags]) + bytes(5)
        cell = bytes(8) + bytes(8)  # a number in the first column
        return bytes([0, len(header)]) + header + bytes([5, len(cell)]) + cell

    facts = xlsb._facts(row(0, 0) + row(1, 0x10) + row(2, 0), Limits())
    assert facts.hidden_rows == frozenset({2})


@pytest.mark.parametrize("visibility", ["collapse", "filter"])
def test_hidden_rows_of_opendocument_are_found(tmp_path: Path, visibility: str) -> None:
    names = "urn:oasis:names:tc:opendocument:xmlns:"
    cell = '<t:table-cell o:value-type="float" o:value="1"/>'
    rows = f"<t:table-row>{cell}</t:table-row><t:table-row t:visibility='{visibility}'>{cell}</t:table-row>"
    content = (
        f'<o:document-content xmlns:o="{names}office:1.0" xmlns:t="{names}table:1.0">'
        f'<t:table t:name="Harga">{rows}</t:table></o:document-content>'
    )
    path = tmp_path / "harga.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", content)
    with zipfile.ZipFile(path) as archive:
        assert ods._sheet_facts(archive)["Harga"].hidden_rows == frozenset({2})


def test_relations_in_an_encoding_nobody_knows_are_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "harga.xlsb"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("rels", '<?xml version="1.0" encoding="UTF1e999-8"?><a/>')
    with zipfile.ZipFile(path) as archive, pytest.raises(DecodeError) as raised:
        ooxml.part_targets(archive, "rels")
    assert raised.value.fault.code == "unreadable_file"


@pytest.mark.parametrize("part", [bytes(1_000_000), bytes([7, 0]) * 1_000_000])
def test_records_of_binary_parts_without_content_are_unreadable_at_once(part: bytes) -> None:
    """Thirty megabytes of zeros are fifteen million rows of nothing, in a file of thirty kilobytes."""
    with pytest.raises(DecodeError) as raised:
        xlsb._facts(part, Limits())
    assert raised.value.fault.code == "unreadable_file"
