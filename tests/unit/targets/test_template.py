"""The workbook of targets to fill in: who has rows, what may be chosen, and that it is read back."""

from datetime import date
from pathlib import Path

from openpyxl import load_workbook

from lumbung.reference import Reference
from lumbung.settings import Settings
from lumbung.targets.layout import COLUMNS, title_of
from lumbung.targets.model import Subject
from lumbung.targets.template import EMPTY_ROWS, obliged_in, write_template
from lumbung.targets.workbook import kept_copy, read_workbook

SETTINGS = Settings.load()
REFERENCE = Reference.load(SETTINGS)
AT = {name: number for number, name in enumerate(COLUMNS, start=1)}


def made(path: Path, place: str | None = None) -> int:
    return write_template(path, REFERENCE, obliged_in(SETTINGS, 2026), 2026, place)


def test_every_obligation_and_the_province_have_a_row(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    rows = made(path)
    sheet = load_workbook(path)["Target"]
    assert [cell.value for cell in sheet[1]] == [title_of(name) for name in COLUMNS]
    found = {
        (sheet.cell(row, AT["indicator"]).value, sheet.cell(row, AT["regency"]).value)
        for row in range(2, sheet.max_row + 1)
    }
    # 18 indicators of 38 regencies and the province; price variation between regions is the province's alone.
    assert len(found) == rows == 18 * 39 + 1
    assert ("stabilitas_wilayah", "Provinsi Jawa Timur") in found
    assert ("stabilitas_wilayah", "Kota Malang") not in found
    assert sheet.cell(2, AT["value"]).value is None


def test_one_place_has_its_own_rows_only(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    assert made(path, "3573") == 18
    sheet = load_workbook(path)["Target"]
    assert {sheet.cell(row, AT["regency"]).value for row in range(2, 20)} == {"Kota Malang"}


def test_an_indicator_nobody_is_obliged_to_any_more_has_no_row(tmp_path: Path) -> None:
    obliged = frozenset(pair for pair in obliged_in(SETTINGS, 2026) if pair[0] != "agro_unit")
    rows = write_template(tmp_path / "t.xlsx", REFERENCE, obliged, 2026, "3573")
    assert rows == 17


def test_lists_and_checks_reach_the_empty_rows(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    rows = made(path, "3573")
    checks = {
        min(one.min_col for one in check.sqref.ranges): check
        for check in load_workbook(path)["Target"].data_validations.dataValidation
    }
    assert checks[AT["regency"]].type == "list"
    assert checks[AT["value"]].type == "decimal"
    assert checks[AT["decided_on"]].type == "date"
    assert {one.max_row for check in checks.values() for one in check.sqref.ranges} == {rows + EMPTY_ROWS + 1}
    lists = load_workbook(path)["Daftar"]
    regencies = next(column for column in lists.iter_cols(values_only=True) if "Kota Batu" in column)
    assert len([cell for cell in regencies if cell]) == 1 + 39


def test_the_same_lists_give_the_same_bytes(tmp_path: Path) -> None:
    made(tmp_path / "a.xlsx")
    made(tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_what_is_filled_in_is_read_back_and_the_rest_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    made(path)
    book = load_workbook(path)
    sheet = book["Target"]
    filled = 0
    for row in range(2, sheet.max_row + 1):
        if sheet.cell(row, AT["indicator"]).value not in ("tenaga_kerja", "ketahanan_stok"):
            continue
        is_range = sheet.cell(row, AT["indicator"]).value == "ketahanan_stok"
        for name, cell in (("lower", 7), ("upper", 14)) if is_range else (("value", 1000 + row),):
            sheet.cell(row, AT[name], cell)
        sheet.cell(row, AT["decree"], "SK 3.31.02")
        sheet.cell(row, AT["decided_on"], date(2026, 1, 5))
        sheet.cell(row, AT["effective_from_on"], date(2026, 1, 10))
        filled += 1
    book.save(path)
    with kept_copy(path) as copy:
        read = read_workbook(SETTINGS, copy, path.name, REFERENCE)
    assert read.problems == []
    assert filled == len(read.targets) == 78
    assert {one.decree for one in read.targets} == {"SK 3.31.02"}
    assert Subject("ketahanan_stok", "35", 2026, 0) in {one.subject for one in read.targets}
