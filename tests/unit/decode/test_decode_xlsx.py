"""Workbooks, honest and hostile."""

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path

import pytest

from lumbung.decode.limits import Limits
from tests.unit.decode.builders import codes, decode, package, rows_of, workbook

HEADER = ["Tanggal", "Pasar", "Komoditas", "Harga"]


def inline(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


def sheet_xml(rows: str) -> str:
    with zipfile.ZipFile(io.BytesIO(package(rows))) as archive:
        return archive.read("xl/worksheets/sheet1.xml").decode()


HEADER_XML = (
    '<row r="1">' + "".join(inline(f"{c}1", h) for c, h in zip("ABCD", HEADER, strict=True)) + "</row>"
)
ROW_XML = (
    '<row r="2">'
    + inline("A2", "2026-07-28")
    + inline("B2", "P")
    + inline("C2", "B")
    + '<c r="D2"><v>1</v></c></row>'
)


def test_numbers_dates_booleans_and_errors_are_marked(tmp_path: Path) -> None:
    rows = [
        ["Laporan Harga"],
        [],
        [None, *HEADER],
        [None, date(2026, 7, 28), "Pasar Besar", "Bawang", 12500],
        [None, datetime(2026, 7, 28, 9, 30), "Pasar Besar", True, 0.1],  # noqa: DTZ001
        [None, "28 Juli 2026", "Pasar Besar", "0078", "=1/0"],
        [None, "28 Juli 2026", "Pasar Besar", "Bawang", None, "catatan"],
    ]
    outcome = decode(tmp_path, workbook({"Harga": rows}))

    assert outcome.faults == []
    assert outcome.sheets[0]["columns"]["price"] == {"header": "Harga", "position": 5}
    assert outcome.sheets[0]["cells_beyond_header"] == 1
    read = [
        (r["sheet"], r["row_number"], r["observed_on"], r["commodity"], r["price"]) for r in rows_of(outcome)
    ]
    assert read == [
        ("Harga", 4, "\x1fd2026-07-28", "Bawang", "\x1fn12500.0"),
        ("Harga", 5, "\x1fd2026-07-28T09:30:00", "\x1fb1", "\x1fn0.1"),
        ("Harga", 6, "28 Juli 2026", "0078", "\x1fe#DIV/0!"),
        ("Harga", 7, "28 Juli 2026", "Bawang", None),
    ]


def test_row_numbers_count_from_the_sheets_first_row(tmp_path: Path) -> None:
    rows = [[]] * 4 + [[None, None, *HEADER], [None, None, "2026-07-28", "P", "B", "=1/0"]]
    outcome = decode(tmp_path, workbook({"Harga": rows}))

    assert outcome.sheets[0]["header_row"] == 5
    assert outcome.sheets[0]["columns"]["observed_on"]["position"] == 3
    assert (rows_of(outcome)[0]["row_number"], rows_of(outcome)[0]["price"]) == (6, "\x1fe#DIV/0!")


def test_an_error_in_the_last_column_alone_is_not_lost(tmp_path: Path) -> None:
    error = '<row r="3">' + inline("A3", "2026-07-28") + '<c t="e" r="D3"><f>1/0</f><v>#N/A</v></c></row>'
    outcome = decode(tmp_path, package(HEADER_XML + ROW_XML + error))

    assert rows_of(outcome)[1]["price"] == "\x1fe#N/A"


def test_sheets_are_read_together_and_hidden_ones_are_named(tmp_path: Path) -> None:
    sheets = {
        "Petunjuk": [["Isi lembar berikut."]],
        "Juli": [HEADER, ["2026-07-28", "P", "B", 1]],
        "Agustus": [["Judul"], [*HEADER, "Satuan"], ["2026-08-01", "P", "B", 2, "kg"]],
        "Lama": [HEADER, ["2012-01-01", "P", "B", 3]],
        "Kosong": [],
    }
    outcome = decode(tmp_path, workbook(sheets, hidden=["Lama"]))

    assert [(fault.code, fault.sheet) for fault in outcome.faults] == [("hidden_sheet", "Lama")]
    assert {sheet["name"]: sheet.get("skipped") for sheet in outcome.sheets} == {
        "Petunjuk": "template",
        "Juli": None,
        "Agustus": None,
        "Lama": "hidden",
        "Kosong": "blank",
    }
    assert [(r["sheet"], r["row_number"], r["unit"]) for r in rows_of(outcome)] == [
        ("Juli", 2, None),
        ("Agustus", 3, "kg"),
    ]


def test_a_fault_in_one_sheet_leaves_the_file_without_rows(tmp_path: Path) -> None:
    good, bad = [HEADER, ["2026-07-28", "P", "B", 1]], [HEADER[:3], ["2026-07-28", "P", "B"]]
    outcome = decode(tmp_path, workbook({"Juli": good, "Agustus": bad}))

    assert [(fault.code, fault.sheet) for fault in outcome.faults] == [("missing_column", "Agustus")]
    assert outcome.table_path is None


def test_a_workbook_of_hidden_sheets_is_empty(tmp_path: Path) -> None:
    sheets = {"Kosong": [], "Lama": [HEADER, ["2012-01-01", "P", "B", 3]]}

    assert codes(decode(tmp_path, workbook(sheets, hidden=["Lama"]))) == ["hidden_sheet", "empty_file"]


def test_times_are_text(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    import xlsxwriter

    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ["2026-07-28", "P", "B"])
        sheet.write_datetime(1, 3, time(12, 30), book.add_format({"num_format": "hh:mm"}))
    assert rows_of(decode(tmp_path, buffer.getvalue()))[0]["price"] == "12:30:00"


def test_merged_cells_of_keys_hold_for_all_their_rows(tmp_path: Path) -> None:
    sheet = sheet_xml(HEADER_XML + ROW_XML + '<row r="3">' + inline("A3", "2026-07-29") + "</row>")
    sheet = sheet.replace(
        "</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="B2:B3"/></mergeCells>'
    )
    outcome = decode(tmp_path, package("", **{"xl__worksheets__sheet1.xml": sheet}))

    first, second = rows_of(outcome)
    assert second["market"] == first["market"]


def test_a_merged_price_holds_for_no_other_row_and_is_told_in_each(tmp_path: Path) -> None:
    other = '<row r="3">' + inline("A3", "2026-07-29") + inline("B3", "Pasar B") + inline("C3", "Beras")
    sheet = sheet_xml(HEADER_XML + ROW_XML + other + "</row>").replace(
        "</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="D2:D3"/></mergeCells>'
    )
    outcome = decode(tmp_path, package("", **{"xl__worksheets__sheet1.xml": sheet}))

    first, second = rows_of(outcome)
    assert first["price"] is not None
    assert second["price"] is None
    told = [(fault.code, fault.row_number, fault.context["cells"]) for fault in outcome.faults]
    assert told == [("merged_value", 2, "D2:D3"), ("merged_value", 3, "D2:D3")]
    assert {fault.column_name for fault in outcome.faults} == {HEADER[3]}


# ------------------------------------------------------------------------------------------ hostile


@pytest.mark.parametrize(
    "far",
    [
        '<row r="1048576">' + inline("XFD1048576", "x") + "</row>",
        '<row r="3"><c t="n" r = \'XFD1048576\'><v>1</v></c></row>',
        '<row r="3"><c r="xfd1048576"><v>1</v></c></row>',
        '<x:row r="3"><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row>',
    ],
)
def test_far_apart_cells_are_refused_unread(tmp_path: Path, far: str) -> None:
    outcome = decode(tmp_path, package(HEADER_XML + far))

    assert codes(outcome) == ["too_large"]
    assert outcome.faults[0].sheet == "Harga"
    assert outcome.faults[0].context["limit"] == "20.000.000 sel"


def test_far_apart_cells_that_are_only_formatted_do_no_harm(tmp_path: Path) -> None:
    far = '<row r="1048576"><c r="XFD1048576" s="0"/></row>'

    assert decode(tmp_path, package(HEADER_XML + ROW_XML + far)).rows_total == 1


def test_a_declared_size_beyond_the_data_does_no_harm(tmp_path: Path) -> None:
    sheet = sheet_xml(HEADER_XML + ROW_XML).replace(
        "<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>'
    )

    assert decode(tmp_path, package("", **{"xl__worksheets__sheet1.xml": sheet})).rows_total == 1


def test_a_zip_bomb_is_refused_while_it_inflates(tmp_path: Path) -> None:
    path = tmp_path / "bomb"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        with zipfile.ZipFile(io.BytesIO(package(HEADER_XML + ROW_XML))) as honest:
            for name in honest.namelist():
                archive.writestr(name, honest.read(name))
        with archive.open("xl/sharedStrings.xml", "w") as part:
            for _ in range(24):
                part.write(bytes(8 << 20))
    assert path.stat().st_size < 400_000
    outcome = decode(tmp_path, path.read_bytes())

    assert codes(outcome) == ["too_large"]
    assert outcome.faults[0].context["limit"] == "640 MB setelah dibuka"


def test_inflated_bytes_are_counted_over_all_parts(tmp_path: Path) -> None:
    parts = {f"xl__extra{n}.xml": bytes(range(256)) * 4096 for n in range(4)}
    outcome = decode(tmp_path, package(HEADER_XML + ROW_XML, **parts), Limits(inflated_bytes=3 << 20))

    assert codes(outcome) == ["too_large"]


def test_too_many_parts(tmp_path: Path) -> None:
    parts = {f"xl__p{n}.xml": "" for n in range(30)}

    assert codes(decode(tmp_path, package(HEADER_XML, **parts), Limits(zip_entries=20))) == ["too_large"]


@pytest.mark.parametrize("name", ["xl__workbook.xml", "docProps__core.xml", "xl___rels__workbook.xml.rels"])
def test_a_doctype_in_any_part_is_refused(tmp_path: Path, name: str) -> None:
    doctype = f'<?xml version="1.0"?><!--{"x" * (1 << 20)}--><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    outcome = decode(tmp_path, package(HEADER_XML + ROW_XML, **{name: doctype}))

    assert codes(outcome) == ["doctype_in_part"]
    assert outcome.faults[0].sheet is None  # a part of the file is no sheet that an office knows


def test_a_part_in_another_encoding_cannot_hide_a_doctype(tmp_path: Path) -> None:
    hidden = "<?xml version='1.0' encoding='utf-16'?><!DOCTYPE a><a/>".encode("utf-16")

    assert codes(decode(tmp_path, package(HEADER_XML, **{"xl__styles.xml": hidden}))) == ["doctype_in_part"]


def test_two_parts_of_one_name_are_damage(tmp_path: Path) -> None:
    parts = {"docProps__app.xml": b"<a/>", "docProps__App.xml": b"<a/>"}

    assert rows_of(decode(tmp_path, package(HEADER_XML + ROW_XML, **{"docProps__app.xml": b"<a/>"})))
    assert codes(decode(tmp_path, package(HEADER_XML + ROW_XML, **parts))) == ["unreadable_file"]


def test_macros_are_refused_by_content(tmp_path: Path) -> None:
    assert codes(decode(tmp_path, package(HEADER_XML, **{"xl__vbaProject.bin": b"x"}))) == ["macro_file"]


@pytest.mark.parametrize("cut", [0.3, 0.9, 0.999])
def test_a_truncated_workbook_is_unreadable(tmp_path: Path, cut: float) -> None:
    content = workbook({"Harga": [HEADER, *[["2026-07-28", "P", "B", n] for n in range(50)]]})

    assert codes(decode(tmp_path, content[: int(len(content) * cut)])) == ["unreadable_file"]


def test_a_damaged_part_is_unreadable(tmp_path: Path) -> None:
    content = bytearray(workbook({"Harga": [HEADER, *[["2026-07-28", "P", "B", n] for n in range(500)]]}))
    at = content.index(b"xl/worksheets/sheet1.xml") + 300
    content[at : at + 40] = bytes(40)

    assert codes(decode(tmp_path, bytes(content))) == ["unreadable_file"]


@pytest.mark.parametrize("cut", ["</row></sheetData>", "</v></c></row></sheetData>", "</sheetData>"])
def test_broken_xml_is_unreadable(tmp_path: Path, cut: str) -> None:
    broken = sheet_xml(HEADER_XML + ROW_XML).partition(cut)[0]

    assert codes(decode(tmp_path, package("", **{"xl__worksheets__sheet1.xml": broken}))) == [
        "unreadable_file"
    ]


def test_a_broken_list_of_sheets_is_unreadable(tmp_path: Path) -> None:
    outcome = decode(tmp_path, package(HEADER_XML, **{"xl__workbook.xml": "<workbook><sheets>"}))

    assert codes(outcome) == ["unreadable_file"]


def test_a_sheet_whose_part_is_not_there_is_unreadable(tmp_path: Path) -> None:
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="x/worksheet" Target="../../../etc/passwd"/></Relationships>'
    )
    outcome = decode(tmp_path, package(HEADER_XML, **{"xl___rels__workbook.xml.rels": rels}))

    assert codes(outcome) == ["unreadable_file"]


def test_two_parts_of_one_name_are_unreadable(tmp_path: Path) -> None:
    buffer = io.BytesIO(package(HEADER_XML + ROW_XML))
    with zipfile.ZipFile(buffer, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("xl/workbook.xml", "<other/>")

    assert codes(decode(tmp_path, buffer.getvalue())) == ["unreadable_file"]


def _sheets(names: Sequence[str], parts: Sequence[str]) -> bytes:
    """A workbook of sheets with these names; each part holds the same rows."""
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    listed = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(names, 1))
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{office}/worksheet" Target="worksheets/{part}.xml"/>'
        for n, part in enumerate(parts, 1)
    )
    content = {
        "xl__workbook.xml": (
            '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
            f' xmlns:r="{office}"><sheets>{listed}</sheets></workbook>'
        ),
        "xl___rels__workbook.xml.rels": (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f"{related}</Relationships>"
        ),
    }
    content |= {f"xl__worksheets__{part}.xml": sheet_xml(HEADER_XML + ROW_XML) for part in parts}
    return package("", **content)


def test_names_of_sheets_are_bounded_and_each_is_there_once(tmp_path: Path) -> None:
    names = ("x" * 6_000, "x" * 6_001, "Harga", "Harga\u200e\x7f", "Harga\x80\u200e")
    outcome = decode(tmp_path, _sheets(names, [f"sheet{n}" for n in range(5)]))

    found = [row["sheet"] for row in rows_of(outcome)]
    assert len(set(found)) == len(names)
    assert max(map(len, found)) < 310
    assert found[2:] == ["Harga", "Harga\u200e", "Harga\u200e (2)"]


@pytest.mark.parametrize(
    ("names", "parts"),
    [(("Juli", "Agustus"), ("sheet1", "sheet1")), (("Juli", "Juli"), ("sheet1", "sheet2"))],
)
def test_sheets_that_share_a_part_or_a_name_are_unreadable(
    tmp_path: Path, names: tuple[str, ...], parts: tuple[str, ...]
) -> None:
    """A small part named by hundreds of sheets would be read hundreds of times."""
    assert codes(decode(tmp_path, _sheets(names, parts))) == ["unreadable_file"]
    assert decode(tmp_path, _sheets(("Juli", "Agustus"), ("sheet1", "sheet2"))).rows_total == 2
