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
        return biff.sheet_facts(path.read_bytes(), Limits())["Harga"]
    with zipfile.ZipFile(path) as archive:
        if extension == "ods":
            return ods._sheet_facts(archive, Limits())["Harga"]
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
    facts = biff.sheet_facts((tmp_path / "harga.xls").read_bytes(), Limits())["Harga"]
    assert (facts.errors, facts.hidden_rows) == ({}, frozenset({4}))


def test_hidden_rows_of_binary_parts_are_found() -> None:
    def row(number: int, flags: int) -> bytes:
        header = number.to_bytes(4, "little") + bytes(6) + bytes([0, flags]) + bytes(5)
        cell = bytes(8) + bytes(8)  # a number in the first column
        return bytes([0, len(header)]) + header + bytes([5, len(cell)]) + cell

    facts = xlsb._facts(row(0, 0) + row(1, 0x10) + row(2, 0), Limits())
    assert facts.hidden_rows == frozenset({2})


def _opendocument(rows: str) -> str:
    names = "urn:oasis:names:tc:opendocument:xmlns:"
    return (
        f'<o:document-content xmlns:o="{names}office:1.0" xmlns:t="{names}table:1.0">'
        f'<t:table t:name="Harga">{rows}</t:table></o:document-content>'
    )


@pytest.mark.parametrize("visibility", ["collapse", "filter"])
def test_hidden_rows_of_opendocument_are_found(tmp_path: Path, visibility: str) -> None:
    cell = '<t:table-cell o:value-type="float" o:value="1"/>'
    rows = f"<t:table-row>{cell}</t:table-row><t:table-row t:visibility='{visibility}'>{cell}</t:table-row>"
    content = _opendocument(rows)
    path = tmp_path / "harga.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", content)
    with zipfile.ZipFile(path) as archive:
        assert ods._sheet_facts(archive, Limits())["Harga"].hidden_rows == frozenset({2})


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


_FAR = {
    "a_cell_beyond_empty_ones": (
        "<t:table-row>{cell}</t:table-row><t:table-row t:number-rows-repeated='99998'/>"
        "<t:table-row><t:table-cell t:number-columns-repeated='999'/>{cell}</t:table-row>"
    ),
    "a_row_repeated": "<t:table-row t:number-rows-repeated='100000'>" + "{cell}" * 1000 + "</t:table-row>",
    "a_cell_repeated": "<t:table-row t:number-rows-repeated='100000'>{wide}</t:table-row>",
}


@pytest.mark.parametrize("name", _FAR)
def test_far_apart_cells_of_opendocument_are_refused_unread(tmp_path: Path, name: str) -> None:
    cell = '<t:table-cell o:value-type="float" o:value="1"/>'
    wide = cell.replace(" o:value-type", ' t:number-columns-repeated="1000" o:value-type')
    path = tmp_path / "harga.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", _opendocument(_FAR[name].format(cell=cell, wide=wide)))
    with zipfile.ZipFile(path) as archive, pytest.raises(DecodeError) as raised:
        ods._sheet_facts(archive, Limits())
    assert (raised.value.fault.code, raised.value.fault.sheet) == ("too_large", "Harga")


def test_far_apart_cells_of_binary_parts_are_refused_unread() -> None:
    def row(number: int, column: int) -> bytes:
        header, cell = number.to_bytes(4, "little") + bytes(13), column.to_bytes(4, "little") + bytes(12)
        return bytes([0, len(header)]) + header + bytes([5, len(cell)]) + cell

    with pytest.raises(DecodeError) as raised:
        xlsb._facts(row(0, 0) + row(1_048_575, 16_383), Limits())
    assert raised.value.fault.code == "too_large"


def _before_2007(path: Path, cells: list[tuple[int, int]]) -> bytes:
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("Harga")
    for row, column in cells:
        sheet.write(row, column, 1)
    book.save(str(path))
    return path.read_bytes()


def test_far_apart_cells_before_2007_are_refused_unread(tmp_path: Path) -> None:
    content = _before_2007(tmp_path / "harga.xls", [(0, 0), (9_999, 200)])
    assert biff.sheet_facts(content, Limits()).keys() == {"Harga"}
    with pytest.raises(DecodeError) as raised:
        biff.sheet_facts(content, Limits(cells=2_000_000))
    assert (raised.value.fault.code, raised.value.fault.sheet) == ("too_large", "Harga")


def test_a_size_declared_beyond_all_bounds_before_2007_is_refused_unread(tmp_path: Path) -> None:
    """The reader makes room for it before it has seen a cell."""
    content = _before_2007(tmp_path / "harga.xls", [(0, 0)])
    size = bytes([0x00, 0x02, 14, 0]) + bytes([0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0])
    assert content.count(size) == 1
    large = size[:4] + bytes([0, 0, 0, 0, 255, 255, 255, 255, 0, 0, 255, 255])
    with pytest.raises(DecodeError) as raised:
        biff.sheet_facts(content.replace(size, large), Limits())
    assert raised.value.fault.code == "too_large"


def test_a_container_before_2007_without_its_workbook_is_unreadable_unread(tmp_path: Path) -> None:
    content = _before_2007(tmp_path / "harga.xls", [(0, 0)])
    name = "Workbook".encode("utf-16-le")
    with pytest.raises(DecodeError) as raised:
        biff.sheet_facts(content.replace(name, name[::-1]), Limits())
    assert raised.value.fault.code == "unreadable_file"
