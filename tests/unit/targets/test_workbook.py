"""What an uploaded workbook of targets says, and everything that is wrong with one, at once."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lumbung.reference import Reference
from lumbung.settings import Settings
from lumbung.targets.layout import COLUMNS, title_of
from lumbung.targets.model import Amount, Note, Subject, Workbook
from lumbung.targets.workbook import kept_copy, read_workbook
from tests.unit.targets.sheets import ROW, write_rows

SETTINGS = Settings.load()
REFERENCE = Reference.load(SETTINGS)


def read(path: Path) -> Workbook:
    with kept_copy(path) as copy:
        return read_workbook(SETTINGS, copy, path.name, REFERENCE)


def told(tmp_path: Path, *rows: dict[str, Any]) -> list[tuple[int | None, str | None, str]]:
    """Row, column and message of every problem with these rows."""
    book = read(write_rows(tmp_path / "target.xlsx", rows))
    assert all(one.sheet in ("Target", None) and one.remedy for one in book.problems)
    return [(one.row_number, one.column, one.message) for one in book.problems]


def test_rows_become_targets_and_notes(tmp_path: Path) -> None:
    rows = [
        ROW,
        ROW | {"regency": "Kota Malang", "period": "TW2", "version": "perubahan 1", "value": "1.250,5"},
        ROW | {"indicator": "Ketahanan stok", "regency": "Provinsi Jawa Timur", "value": None,
               "lower": 7, "upper": "14,5", "cause": "Musim kering", "follow_up": "Menambah stok"},
        ROW | {"regency": "3510", "value": None, "decree": None, "cause": "Terlambat"},
        ROW | {"regency": "3578", "value": None},
        ROW | {"regency": "Kab. Tuban", "version": None, "period": None, "value": "2.000",
               "decided_on": "5 Januari 2026", "effective_from_on": "10/01/2026"},
    ]  # fmt: skip
    book = read(write_rows(tmp_path / "target.xlsx", rows))
    assert book.problems == []
    assert [(t.subject, t.version, t.amount, t.row_number) for t in book.targets] == [
        (Subject("ikm_jumlah", "3501", 2026, 0), "original", Amount(Decimal("1500")), 2),
        (Subject("ikm_jumlah", "3573", 2026, 2), "adjusted_1", Amount(Decimal("1250.5")), 3),
        (Subject("ketahanan_stok", "35", 2026, 0), "original", Amount(None, Decimal(7), Decimal("14.5")), 4),
        (Subject("ikm_jumlah", "3523", 2026, 0), "original", Amount(Decimal("2000")), 7),
    ]
    last = book.targets[-1]
    assert (last.decree, last.decided_on, last.effective_from_on) == (
        "SK 188/1/2026", date(2026, 1, 5), date(2026, 1, 10),
    )  # fmt: skip
    assert book.notes == [
        Note(Subject("ketahanan_stok", "35", 2026, 0), "Musim kering", "Menambah stok", "Target", 4),
        Note(Subject("ikm_jumlah", "3510", 2026, 0), "Terlambat", "", "Target", 5),
    ]


FAULTS = {
    "unknown indicator": ({"indicator": "ikm_jumlh"}, "Kode Indikator", '"ikm_jumlh" tidak ada dalam daftar'),
    "no indicator": ({"indicator": None}, "Kode Indikator", "Kode Indikator belum diisi."),
    "ambiguous regency": ({"regency": "Malang"}, "Kabupaten/Kota", '"Malang" dipakai oleh kabupaten'),
    "unknown regency": ({"regency": "Kota Bandung"}, "Kabupaten/Kota", '"Kota Bandung" tidak dikenal'),
    "word for a number": ({"value": "seribu"}, "Target", 'Target "seribu" tidak dapat dibaca'),
    "error for a number": ({"value": "1.2.3.4"}, "Target", 'Target "1.2.3.4" tidak dapat dibaca'),
    "year too early": ({"year": 2011}, "Tahun", 'Tahun "2011" bukan tahun dari 2012'),
    "half a year": ({"year": 2026.5}, "Tahun", 'Tahun "2026.5" bukan tahun'),
    "month for a quarter": ({"period": "07"}, "Periode", 'Periode "07" bukan periode target'),
    "fifth quarter": ({"period": "TW5"}, "Periode", 'Periode "TW5" bukan periode target'),
    "unknown version": ({"version": "final"}, "Versi", 'Versi "final" tidak dikenal'),
    "version zero": ({"version": "perubahan 0"}, "Versi", 'Versi "perubahan 0" tidak dikenal'),
    "no decree": ({"decree": None}, "Dasar Penetapan", "Dasar Penetapan belum diisi."),
    "no date": ({"decided_on": None}, "Tanggal Penetapan", "Tanggal Penetapan belum diisi."),
    "month first": ({"decided_on": "12/31/2025"}, "Tanggal Penetapan", '"12/31/2025" tidak dapat dibaca'),
    "in force before decided": (
        {"effective_from_on": date(2026, 1, 4)}, "Berlaku Mulai", "daripada tanggal penetapan 5 Januari 2026",
    ),
    "range for a value": ({"lower": 1, "upper": 2}, "Target", "memakai satu angka target"),
    "value for a range": ({"indicator": "ketahanan_stok"}, "Batas Bawah", "berbentuk rentang"),
    "range reversed": (
        {"indicator": "ketahanan_stok", "value": None, "lower": 9, "upper": 7}, "Batas Atas", "lebih kecil",
    ),
    "long note": ({"cause": "x" * 1001}, "Penyebab", "terlalu panjang: 1001"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_told_with_row_and_column(tmp_path: Path, fault: str) -> None:
    change, column, message = FAULTS[fault]
    (found,) = told(tmp_path, ROW | {"regency": "3578"}, ROW | change)
    assert found[:2] == (3, column)
    assert message in found[2]


def test_all_faults_of_all_rows_are_told_at_once(tmp_path: Path) -> None:
    rows = [ROW | change for change, _, _ in FAULTS.values()]
    found = told(tmp_path, *rows)
    assert {row for row, _, _ in found} >= set(range(2, 2 + len(FAULTS)))


def test_the_same_target_twice_is_refused_whatever_the_values(tmp_path: Path) -> None:
    found = told(tmp_path, ROW, ROW | {"value": 1501}, ROW | {"regency": "Kabupaten Pacitan"})
    twice = "Target yang sama sudah ditulis pada lembar Target baris 2."
    assert found == [(3, None, twice), (4, None, twice)]


def test_numbers_that_contradict_each_other_are_not_guessed(tmp_path: Path) -> None:
    rows = [ROW | {"value": text, "regency": code} for text, code in
            (("1.250", "3501"), ("1.250,5", "3502"), ("1,250.5", "3503"))]  # fmt: skip
    assert {row for row, _, message in told(tmp_path, *rows) if "meragukan" in message} == {2, 3, 4}


def test_a_workbook_without_anything_filled_in_is_refused(tmp_path: Path) -> None:
    assert told(tmp_path, ROW | {"value": None, "decree": "SK"}) == [
        (None, None, "Tidak ada target dan tidak ada catatan yang diisi.")
    ]


def test_a_file_that_is_no_workbook_is_told_in_the_words_of_all_datasets(tmp_path: Path) -> None:
    for content in (b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0" * 200, b"just text", b""):
        path = tmp_path / "target.xlsx"
        path.write_bytes(content)
        problems = read(path).problems
        assert problems
        assert all(one.message and one.remedy and "{" not in one.message for one in problems)


def test_a_missing_column_is_told(tmp_path: Path) -> None:
    columns = [name for name in COLUMNS if name != "value"]
    path = write_rows(tmp_path / "target.xlsx", [ROW], columns)
    (problem,) = read(path).problems
    assert title_of("value") in problem.message


def test_a_hidden_sheet_with_rows_is_not_overlooked(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "target.xlsx", [ROW], hidden=[ROW | {"regency": "3578"}])
    assert [one.sheet for one in read(path).problems] == ["Tersembunyi"]
