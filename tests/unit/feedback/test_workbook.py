"""The feedback workbook, opened as the office would."""

import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from lumbung.contracts.load import load_contracts
from lumbung.contracts.model import Severity
from lumbung.decode.rendering import ShownSheet
from lumbung.feedback.model import Answer, Count
from lumbung.feedback.workbook import write_workbook
from lumbung.values.cells import mark_boolean, mark_error, mark_number
from tests.unit.feedback.answers import ROOT, answer, finding, sheet
from tests.unit.feedback.fitting import cut_texts

CONTRACTS = load_contracts(ROOT / "expectations")


def opened(folder: Path, said: Answer, sheets: list[ShownSheet], help_desk: str = "") -> Any:
    path = folder / "jawaban.xlsx"
    write_workbook(path, said, sheets, help_desk)
    return openpyxl.load_workbook(path)


def column_of(ws: Any, name: str) -> dict[int, Any]:
    """The cells below a header of the office's sheet, by row."""
    (head,) = [cell for row in ws.iter_rows() for cell in row if cell.value == name]
    return {
        row: ws.cell(row, head.column).value
        for row in range(head.row + 1, ws.max_row + 1)
        if ws.cell(row, head.column).value is not None
    }


def test_the_mark_is_at_the_very_cell_with_the_finding_as_its_comment(tmp_path: Path) -> None:
    book = opened(tmp_path, answer(), [sheet()])
    assert book.sheetnames == ["Ringkasan", "Temuan", "Harga"]
    ws = book["Harga"]
    commented = {cell.coordinate: cell.comment.text for row in ws.iter_rows() for cell in row if cell.comment}
    assert set(commented) == {"D5", "D7"}
    assert commented["D5"].splitlines()[:2] == [
        "Wajib diperbaiki", "SP-105: Harga tidak terbaca. Tulis angkanya saja."
    ]  # fmt: skip
    assert (ws["D5"].fill.fgColor.rgb, ws["D5"].border.left.style) == ("FFF7DEDE", "medium")
    assert (ws["D7"].fill.fgColor.rgb, ws["D7"].border.left.style) == ("FFFCE9D9", "dashed")
    assert ws["D6"].fill.fill_type is None


def test_the_offices_cells_keep_their_addresses_and_kinds(tmp_path: Path) -> None:
    ws = opened(tmp_path, answer(), [sheet()])["Harga"]
    assert (ws["A1"].value, ws["B4"].value, ws["D5"].value) == ("HARGA BAHAN POKOK", "pasar", "12,5OO")
    assert (ws["D6"].value, ws["D7"].value) == (13000, 19000.5)
    assert ws["A5"].is_date
    assert ws["A5"].number_format == "dd/mm/yyyy"


def test_every_row_says_what_became_of_it(tmp_path: Path) -> None:
    ws = opened(tmp_path, answer(), [sheet()])["Harga"]
    assert column_of(ws, "Status") == {
        5: "wajib diperbaiki",
        6: "diterima",
        7: "diterima, perlu konfirmasi",
        8: "baris jumlah, tidak dimuat",
        9: "bukan baris data",
    }
    notes = column_of(ws, "Catatan")
    # Apart from the figures beside it: LibreOffice takes an indent only with an alignment.
    assert (ws["E6"].alignment.horizontal, ws["E6"].alignment.indent) == ("left", 1)
    assert set(notes) == {5, 7}
    assert "Harga naik tajam." in notes[7]


@pytest.mark.parametrize(
    ("places", "status"),
    [
        ({"accepted": {(6, 3), (6, 4)}, "held": {}}, "diterima"),
        ({"accepted": {(6, 3)}, "held": {(6, 4): ["SP-101"]}}, "1 diterima, 1 wajib diperbaiki"),
        ({"accepted": set(), "held": {(6, 3): ["SP-021"]}}, "belum diterima, berkas dikembalikan"),
        ({"accepted": set(), "held": {(6, 3): ["SP-101"]}}, "wajib diperbaiki"),
        ({"accepted": set(), "held": {}}, "kosong, tidak dimuat"),
    ],
)
def test_a_row_of_several_observations(tmp_path: Path, places: dict[str, Any], status: str) -> None:
    said = answer(
        findings=[], accepted={"Harga": frozenset(places["accepted"])}, held={"Harga": places["held"]}
    )
    assert column_of(opened(tmp_path, said, [sheet()])["Harga"], "Status")[6] == status


def test_a_cell_to_mend_beside_accepted_ones_is_told_although_it_is_no_observation(tmp_path: Path) -> None:
    said = answer(findings=[finding("D6", 6)], accepted={"Harga": frozenset({(6, 3)})}, held={})
    assert column_of(opened(tmp_path, said, [sheet()])["Harga"], "Status")[6] == (
        "1 diterima, 1 wajib diperbaiki"
    )


def test_wrapped_text_has_room_and_prints_without_a_grid_of_its_own(tmp_path: Path) -> None:
    long = finding("D5", 5, message="Harga tidak terbaca. " * 12)
    book = opened(tmp_path, answer(findings=[long]), [sheet()])
    assert book["Temuan"].row_dimensions[2].height > 5 * 13
    assert book["Harga"].row_dimensions[5].height > 3 * 13
    assert [bool(ws.print_options.gridLines) for ws in book] == [False, False, True]


def test_findings_can_be_read_on_paper(tmp_path: Path) -> None:
    ws = opened(tmp_path, answer(), [sheet()])["Temuan"]
    wide = sum(column.width for column in ws.column_dimensions.values())
    assert (ws.page_setup.orientation, ws.page_setup.fitToHeight) == ("landscape", 0)
    assert wide < 180  # A4 across takes 145 letters of 10 points: no smaller than 8


def test_every_printed_page_has_the_receipt_number_and_whom_to_call(tmp_path: Path) -> None:
    book = opened(tmp_path, answer(), [sheet()], "Bidang Perdagangan & Data, 031-000000")
    for ws in book:
        foot = ws.oddFooter
        assert foot.left.text == (
            "Tanda terima 3510-SP-0123456789 · Hubungi: Bidang Perdagangan && Data, 031-000000"
        )
        assert foot.right.text == "&A  &P/&N"
    long = opened(tmp_path, answer(), [sheet()], "x" * 300)
    assert len(long["Ringkasan"].oddFooter.left.text) < 120


def test_figures_side_by_side_are_counted_as_values_and_not_as_rows(tmp_path: Path) -> None:
    places = frozenset({(5, 3), (5, 4), (6, 3)})
    said = answer(rows_total=4, rows_accepted=3, accepted={"Harga": places}, held={"Harga": {(6, 4): []}})
    ws = opened(tmp_path, said, [sheet()])["Ringkasan"]
    assert ws["A1"].value.startswith("Diterima sebagian: 3 dari 4 nilai diterima, 1 ditahan;")
    facts = {row[0].value: row[1].value for row in ws.iter_rows() if row[1].value is not None}
    assert (facts["Nilai"], facts["Nilai diterima"], facts["Nilai ditahan"]) == ("4", "3", "1")


def test_figures_are_written_as_in_indonesia_wherever_the_workbook_is_opened(tmp_path: Path) -> None:
    counts = [Count("SP-105", Severity.GALAT, 3601, 1)]
    ws = opened(tmp_path, answer(rows_total=13_000, counts=counts), [sheet()])["Ringkasan"]
    said = [cell.value for row in ws.iter_rows() for cell in row if cell.value is not None]
    assert said.count("3.601") == 2  # of all rules, and of its own
    assert "13.000" in said
    assert not any(isinstance(value, (int, float)) for value in said)


def test_rows_in_order_of_a_file_sent_back_say_that_nothing_is_wrong_with_them(tmp_path: Path) -> None:
    held = {"Harga": {(5, 0): ["SP-105"], (6, 0): ["SP-021"]}}
    said = answer(findings=[finding("D5", 5)], accepted={}, held=held, verdict="rejected")
    notes = column_of(opened(tmp_path, said, [sheet()])["Harga"], "Catatan")
    assert (
        notes[6]
        == "Tidak ada temuan pada baris ini; mohon kirim kembali bersama baris yang sudah diperbaiki."
    )
    assert notes[5].startswith("SP-105: ")


def test_a_wide_sheet_is_printed_on_several_pages_with_the_names_of_cells(tmp_path: Path) -> None:
    wide = sheet(rows=[(4, False, ["tanggal"]), (5, True, ["28/07/2026", *["isi sel yang panjang"] * 25])])
    narrow, broad = (opened(tmp_path, answer(), [one])["Harga"] for one in (sheet(), wide))
    assert (narrow.page_setup.fitToWidth or 1, broad.page_setup.fitToWidth) == (1, 4)
    assert narrow.print_options.headings
    assert broad.print_options.headings


def test_a_sheet_without_anything_to_say_has_no_column_for_it(tmp_path: Path) -> None:
    said = answer(findings=[finding(None, None, sheet=None)], accepted={}, held={}, verdict="rejected")
    rows = [(1, False, ["Pasar Jajag", "13000"])]
    ws = opened(tmp_path, said, [sheet(rows=rows, entries=[])])["Harga"]
    assert [cell.value for cell in ws[1]] == ["Pasar Jajag", "13000"]


def test_a_held_row_whose_finding_is_not_listed_names_its_rule_in_words(tmp_path: Path) -> None:
    said = answer(findings=[], held={"Harga": {(5, 0): ["SP-105"]}})
    notes = column_of(opened(tmp_path, said, [sheet()])["Harga"], "Catatan")
    assert notes[5] == "Aturan SP-105 tidak terpenuhi: Harga terbaca"


def test_a_file_that_was_only_tried_speaks_of_sending_and_of_no_receipt(tmp_path: Path) -> None:
    ws = opened(tmp_path, answer(is_trial=True, received_at=None), [sheet()])["Ringkasan"]
    texts = [str(cell.value) for row in ws.iter_rows() for cell in row if cell.value]
    assert texts[1].startswith("Perbaiki dahulu 1 temuan yang wajib diperbaiki, lalu kirim berkas Anda ")
    assert "Cara memperbaiki" in texts
    assert not any("kirim ulang" in text or "Sebutkan nomor" in text for text in texts)
    assert ws.oddFooter.left.text.startswith("Pemeriksaan sebelum dikirim · Hubungi: ")


def test_rows_that_people_released_or_took_back_say_so(tmp_path: Path) -> None:
    said = answer(
        findings=[finding("D5", 5, is_released=True)],
        released={"Harga": frozenset({(5, 0)})},
        accepted={"Harga": frozenset({(6, 0)})},
        withdrawn={"Harga": frozenset({(7, 0)})},
    )
    book = opened(tmp_path, said, [sheet()])
    ws = book["Harga"]
    status = column_of(ws, "Status")
    assert (status[5], status[6], status[7]) == (
        "diterima setelah dikonfirmasi", "diterima", "ditarik, tidak dihitung lagi"
    )  # fmt: skip
    assert ws["D5"].comment is None
    assert book["Temuan"]["J2"].value == "Diterima setelah dikonfirmasi."


def test_the_rows_of_a_refused_file_are_not_yet_accepted(tmp_path: Path) -> None:
    said = answer(
        verdict="rejected", accepted={}, held={}, findings=[finding(None, None, column_name="harga")]
    )
    ws = opened(tmp_path, said, [sheet()])["Harga"]
    assert column_of(ws, "Status")[6] == "belum diterima, berkas dikembalikan"
    assert ws["D4"].comment is not None  # a finding on a whole column stands at its header


def test_nothing_an_office_wrote_becomes_a_formula_or_a_link(tmp_path: Path) -> None:
    wicked = [
        '=HYPERLINK("http://example.org","x")', "+1+1", "-1+1", "@SUM(A1)", "http://example.org",
        "mailto:a@example.org", "internal:Temuan!A1", "{=A1}", "\x01\x02bel\x07", "x" * 40_000, "\ud800",
        mark_error("#REF!"), mark_boolean(True), mark_number(float("inf")), mark_number(1e300),
    ]  # fmt: skip
    rows = [(number, False, [text]) for number, text in enumerate(wicked, start=1)]
    own = sheet(name="=1+1", rows=rows, entries=[])
    said = answer(
        file_name="=1+1", office="http://example.org",
        findings=[
            finding("A1", 1, sheet="=1+1", value=text, message=text, column_name=text) for text in wicked
        ],
    )  # fmt: skip
    book = opened(tmp_path, said, [own])
    for ws in book:
        for row in ws.iter_rows():
            for cell in row:
                assert cell.data_type != "f", cell.coordinate
                assert cell.hyperlink is None, cell.coordinate
    ws = book["=1+1"]
    assert ws["A1"].value == wicked[0]
    assert (ws["A12"].value, ws["A13"].value, ws["A14"].value, ws["A15"].value) == (
        "#REF!",
        True,
        "inf",
        1e300,
    )
    with zipfile.ZipFile(tmp_path / "jawaban.xlsx") as parts:
        for name in parts.namelist():
            text = parts.read(name).decode("utf-8", "replace")
            assert "<f>" not in text, name
            assert "<hyperlink" not in text, name


def test_findings_are_listed_must_fix_first_with_a_place_for_explanations(tmp_path: Path) -> None:
    counts = [Count("SP-402", Severity.KONFIRMASI, 1, 1), Count("SP-105", Severity.GALAT, 1500, 1)]
    ws = opened(tmp_path, answer(counts=counts), [sheet()])["Temuan"]
    rows = [[cell.value for cell in row] for row in ws.iter_rows()]
    assert rows[0] == [
        "Nomor Temuan", "Tingkat", "Lembar", "Sel", "Kolom", "Isi sel", "Aturan", "Temuan",
        "Yang perlu dilakukan", "Penjelasan",
    ]  # fmt: skip
    assert rows[1][:7] == [
        "3510-SP-0123456789/1", "wajib diperbaiki", "Harga", "D5", "harga", "12,5OO", "SP-105"
    ]  # fmt: skip
    assert rows[2][7] == "dan 1.499 temuan lain dari aturan SP-105 yang tidak didaftar satu per satu"
    assert rows[3][:4] == ["3510-SP-0123456789/2", "perlu konfirmasi", "Harga", "D7"]
    assert (ws.freeze_panes, ws.auto_filter.ref, ws.page_setup.paperSize) == ("A2", "A1:J4", 9)


def test_what_the_office_types_is_read_back(tmp_path: Path) -> None:
    from lumbung.check.explained import read_explanations

    path = tmp_path / "jawaban.xlsx"
    write_workbook(path, answer(), [sheet()], "")
    book = openpyxl.load_workbook(path)
    book["Temuan"]["J3"] = "Panen raya."
    book.save(path)
    (typed,) = read_explanations(path)
    assert (typed.finding, typed.text) == ("3510-SP-0123456789/2", "Panen raya.")


def test_an_answer_without_findings_holds_no_explanations(tmp_path: Path) -> None:
    from lumbung.check.explained import read_explanations

    path = tmp_path / "jawaban.xlsx"
    write_workbook(path, answer(verdict="accepted", findings=[], counts=[], held={}), [sheet()], "")
    assert read_explanations(path) == []


def test_the_summary_begins_with_the_verdict_and_what_to_do(tmp_path: Path) -> None:
    ws = opened(tmp_path, answer(), [sheet()], "Bidang Perdagangan, lantai 2.")["Ringkasan"]
    assert ws["A1"].value == (
        "Diterima sebagian: 2 dari 3 baris data diterima, 1 ditahan; 1 temuan wajib diperbaiki."
    )
    assert ws["A2"].value.startswith("Perbaiki 1 temuan yang wajib diperbaiki, lalu kirim ulang berkas Anda ")
    facts = {row[0].value: row[1].value for row in ws.iter_rows() if row[1].value is not None}
    assert facts["Nomor tanda terima"] == "3510-SP-0123456789"
    assert facts["Masuk pada"] == "28 Juli 2026 pukul 20.05 WIB"
    assert (facts["Baris diterima"], facts["Baris ditahan"]) == ("2", "1")
    assert facts["Baris data"] == "3"
    last = [row[0].value for row in ws.iter_rows() if row[0].value][-1]
    assert last.startswith("Bidang Perdagangan, lantai 2.")
    assert ws.page_setup.paperSize == 9


def test_a_file_that_could_not_be_opened_has_its_receipt_and_findings_only(tmp_path: Path) -> None:
    said = answer(
        verdict="rejected", rows_total=0, rows_accepted=0, rows_held=0, accepted={}, held={},
        findings=[finding(None, None, sheet=None, column_name=None, rule_id="SP-004")],
        counts=[Count("SP-004", Severity.GALAT, 1, 1)], period_first_on=None, period_last_on=None,
    )  # fmt: skip
    book = opened(tmp_path, said, [])
    assert book.sheetnames == ["Ringkasan", "Temuan"]
    texts = [cell.value for row in book["Ringkasan"].iter_rows() for cell in row]
    assert "lembar Temuan menunjukkan apa yang perlu dilakukan" in " ".join(str(text) for text in texts)
    assert "Tanda pada lembar data" not in texts
    assert texts[0] == "Ditolak: berkas tidak dapat dibaca sebagai data; 1 temuan wajib diperbaiki."
    assert "3510-SP-0123456789" in texts


def test_a_failure_of_ours_asks_nothing_of_the_office(tmp_path: Path) -> None:
    said = answer(verdict=None, findings=[], counts=[], accepted={}, held={})
    book = opened(tmp_path, said, [])
    texts = [cell.value for row in book["Ringkasan"].iter_rows() for cell in row if cell.value]
    assert texts[0] == "Belum diperiksa: kesalahan ada pada kami, bukan pada berkas Anda."
    assert texts[1].startswith("Tidak ada yang perlu Anda lakukan")
    assert not any("Perbaiki" in str(text) for text in texts)


def test_names_of_sheets_that_a_workbook_does_not_take(tmp_path: Path) -> None:
    names = ["Temuan", "a/b", "x" * 40, "x" * 40, "'", "", "History"]
    sheets = [sheet(name=name, entries=[]) for name in names]
    book = opened(tmp_path, answer(), sheets)
    assert book.sheetnames[2:] == [
        "Temuan (2)", "a_b", "x" * 31, "x" * 27 + " (2)", "Data", "Data (2)", "History (2)"
    ]  # fmt: skip
    texts = [cell.value for row in book["Ringkasan"].iter_rows() for cell in row if cell.value]
    assert "Lembar a/b bernama a_b di sini." in texts


def test_records_without_a_header_row_get_one_and_places_move_along(tmp_path: Path) -> None:
    columns = {"pasar": {"header": "pasar", "position": 1}, "price": {"header": "harga", "position": 2}}
    rows = [(1, True, ["Pasar Jajag", mark_number(1)]), (2, True, ["Pasar Genteng", mark_number(2)])]
    own = sheet(name="", rows=rows, entries=[{"name": "", "header_row": 0, "columns": columns}])
    said = answer(findings=[finding("B2", 2, sheet=None)], accepted={"": frozenset({(1, 0)})}, held={})
    book = opened(tmp_path, said, [own])
    ws = book["Data"]
    assert [cell.value for cell in ws[1]] == ["pasar", "harga", "Status", "Catatan"]
    assert [cell.value for cell in ws[2]][:3] == ["Pasar Jajag", 1, "diterima"]
    assert ws["B3"].comment is not None
    assert book["Temuan"]["D2"].value == "B3"


def test_a_large_sheet_says_what_is_left_out(tmp_path: Path) -> None:
    own = replace(sheet(), is_partial=True, is_cut=True, total_rows=120_000)
    book = opened(tmp_path, answer(), [own])
    texts = " ".join(str(cell.value) for row in book["Ringkasan"].iter_rows() for cell in row)
    assert "Lembar Harga berisi 120.000 baris." in texts
    assert "lebih lebar" in texts
    assert book["Harga"].sheet_format.zeroHeight


def test_equal_answers_are_equal_bytes(tmp_path: Path) -> None:
    one, other = tmp_path / "1.xlsx", tmp_path / "2.xlsx"
    for path in (one, other):
        write_workbook(path, answer(), [sheet()], "")
    assert one.read_bytes() == other.read_bytes()
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize("dataset", sorted(CONTRACTS))
def test_no_text_of_an_answer_is_cut(tmp_path: Path, dataset: str) -> None:
    """With a finding of every rule of the contract, in the rule's own words."""
    rules = CONTRACTS[dataset].rules
    every = [
        finding(
            f"D{row}", row, rule.severity, rule_id=rule.rule_id, name=f"3510-SP-0123456789/{row + 1000}",
            message=rule.message, remedy=rule.remedy, column_name="Realisasi Keuangan (Rp)",
        )
        for row, rule in enumerate(rules, start=5)
    ]  # fmt: skip
    counts = [Count(rule.rule_id, rule.severity, 12_345, 1) for rule in rules]
    rows = [(row, True, ["1", "2", "3", "4"]) for row in range(5, 5 + len(rules))]
    said = answer(contract=CONTRACTS[dataset], findings=every, counts=counts, supersedes="3510-SP-9876543210")
    book = opened(tmp_path, said, [sheet(rows=[(4, False, ["a", "b", "c", "d"]), *rows])], "Bidang " * 20)
    assert "\n".join(cut for ws in book for cut in cut_texts(ws)) == ""
