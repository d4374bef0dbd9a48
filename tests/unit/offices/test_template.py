"""The template, opened as the office would."""

import re
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from lumbung.contracts.load import load_contracts
from lumbung.offices.template import Template, write_template
from lumbung.reference import Reference
from lumbung.settings import Settings
from tests.unit.feedback.fitting import cut_texts

SETTINGS = Settings.load()
CONTRACTS = load_contracts(SETTINGS.expectations)
REFERENCE = Reference.load(SETTINGS)
DAY = date(2026, 7, 28)


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("templates")
    paths = {dataset: folder / f"{dataset}.xlsx" for dataset in CONTRACTS}
    for dataset, path in paths.items():
        write_template(path, Template.of(CONTRACTS[dataset], REFERENCE, "3510", DAY), "Bidang Data 031-1")
    return paths


def texts(sheet: Any) -> str:
    return "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None)


@pytest.mark.parametrize("dataset", sorted(CONTRACTS))
def test_the_table_comes_first_with_the_contracts_own_headers(dataset: str, books: dict[str, Path]) -> None:
    contract = CONTRACTS[dataset]
    book = openpyxl.load_workbook(books[dataset])
    assert book.sheetnames == [contract.title, "Petunjuk", "Daftar"]
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]] == [field.label for field in contract.fields]
    for cell, field in zip(sheet[1], contract.fields, strict=True):
        assert cell.comment.text.startswith("Wajib diisi." if field.required else "Boleh kosong.")
        assert field.description in cell.comment.text
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref.startswith("A1:")
    assert (sheet.print_title_rows, sheet.page_setup.orientation) == ("$1:$1", "landscape")


@pytest.mark.parametrize("dataset", sorted(CONTRACTS))
def test_every_column_has_one_check_in_indonesian_over_all_rows(dataset: str, books: dict[str, Path]) -> None:
    sheet = openpyxl.load_workbook(books[dataset]).worksheets[0]
    checks = sheet.data_validations.dataValidation
    columns = [cells.min_col for check in checks for cells in check.sqref.ranges]
    assert sorted(columns) == list(range(1, len(CONTRACTS[dataset].fields) + 1))
    for check in checks:
        (cells,) = check.sqref.ranges
        assert (cells.min_row, cells.max_row) == (2, sheet.max_row + 1000)
        assert check.prompt
        assert check.errorStyle in (None, "stop")
        for formula in filter(None, (check.formula1, check.formula2)):
            assert re.fullmatch(
                r"-?\d+(\.\d+)?|TODAY\(\)|YEAR\(TODAY\(\)\)|Daftar!\$[A-Z]+\$2(:\$[A-Z]+\$\d+)?", formula
            )


@pytest.mark.parametrize("dataset", sorted(CONTRACTS))
def test_no_cell_holds_a_formula_and_nothing_points_outside(dataset: str, books: dict[str, Path]) -> None:
    with zipfile.ZipFile(books[dataset]) as parts:
        names = parts.namelist()
        assert not [name for name in names if "externalLink" in name or "vba" in name.lower()]
        for name in names:
            if name.startswith("xl/worksheets/sheet"):
                assert not re.search(rb"<f[ >]", parts.read(name))


def test_what_is_known_is_filled_in_and_figures_are_not(books: dict[str, Path]) -> None:
    sheet = openpyxl.load_workbook(books["staple_prices"]).worksheets[0]
    first = [cell.value for cell in sheet[2]]
    assert first == [
        datetime(2026, 7, 28),  # noqa: DTZ001 - a cell has no zone
        "Kabupaten Banyuwangi",
        REFERENCE.market_candidates("3510")[0],
        "Beras Premium",
        "konsumen",
        "kg",
        None,
    ]
    assert {row[6].value for row in sheet.iter_rows(min_row=2)} == {None}
    assert sheet["A2"].number_format == "dd/mm/yyyy"


def test_codes_are_text_so_that_they_do_not_become_dates(books: dict[str, Path]) -> None:
    sheet = openpyxl.load_workbook(books["programme_activities"]).worksheets[0]
    at = next(cell.column_letter for cell in sheet[1] if cell.value == "Kode Kegiatan")
    assert sheet.column_dimensions[at].number_format == "@"


def test_the_guide_says_what_when_how_and_whom_to_call(books: dict[str, Path]) -> None:
    said = texts(openpyxl.load_workbook(books["indicator_realisations"])["Petunjuk"])
    for part in (
        "Petunjuk pengisian: Realisasi Indikator",
        "Disperindag Kabupaten Banyuwangi (3510)",
        "triwulan II 2026",
        "15 Juli 2026 pukul 16.00 WIB",
        "29 September 2026",
        "Satu baris yang keliru mengembalikan seluruh berkas",
        "IR-205 Realisasi sesuai pembilang dan penyebut",
        "Bidang Data 031-1.",
    ):
        assert part in said
    assert "{" not in said


def test_the_heads_of_long_tables_are_printed_on_every_page(books: dict[str, Path]) -> None:
    for book in map(openpyxl.load_workbook, books.values()):
        data, guide, lists = book.worksheets
        assert data.print_title_rows == lists.print_title_rows == "$1:$1"
        head = int(guide.print_title_rows.rpartition("$")[2])
        assert [cell.value for cell in guide[head]] == ["Nama", "Tingkat", "Temuan", "Yang perlu dilakukan"]


def test_an_empty_table_is_printed_as_a_form(books: dict[str, Path]) -> None:
    sheet = openpyxl.load_workbook(books["ovop_products"]).worksheets[0]
    assert sheet.print_area.endswith("$31")
    assert openpyxl.load_workbook(books["indicator_realisations"]).worksheets[0].print_area.endswith("$17")


def test_no_text_of_a_template_is_cut(books: dict[str, Path]) -> None:
    for name, path in books.items():
        for sheet in openpyxl.load_workbook(path):
            assert "\n".join(cut_texts(sheet)) == "", name


def test_a_contact_is_named_even_where_no_help_desk_is_set(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_template(path, Template.of(CONTRACTS["ovop_products"], REFERENCE, "3578", DAY), "")
    assert "Petugas data Disperindag" in texts(openpyxl.load_workbook(path)["Petunjuk"])


def test_lists_show_what_helps_to_choose(books: dict[str, Path]) -> None:
    sheet = openpyxl.load_workbook(books["staple_prices"])["Daftar"]
    heads = {cell.value: cell.column for cell in sheet[1] if cell.value}
    rows = {row[heads["Komoditas"] - 1].value: row for row in sheet.iter_rows(min_row=2)}
    good = REFERENCE.commodities["bawang_merah"]
    row = rows[good.name]
    assert row[heads["Komoditas"]].value == good.unit
    assert row[heads["Harga wajar tertinggi (Rp)"] - 1].value == "150.000"
    assert good.plausible_max_idr == 150_000


def test_units_and_prices_stand_beside_commodities_only_where_prices_are_reported(
    books: dict[str, Path],
) -> None:
    sheet = openpyxl.load_workbook(books["staple_stocks"])["Daftar"]
    assert [cell.value for cell in sheet[1] if cell.value] == ["Kabupaten/Kota", "Komoditas"]


def test_the_same_template_gives_the_same_bytes(books: dict[str, Path], tmp_path: Path) -> None:
    again = tmp_path / "again.xlsx"
    made = Template.of(CONTRACTS["staple_stocks"], REFERENCE, "3510", DAY)
    write_template(again, made, "Bidang Data 031-1")
    assert again.read_bytes() == books["staple_stocks"].read_bytes()
    assert not list(tmp_path.glob("*.part"))
