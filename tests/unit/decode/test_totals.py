"""Rows that sum up others, in sheets that are read in many pieces."""

from pathlib import Path

import pytest

from lumbung.contracts.load import load_contracts
from lumbung.decode.job import DecodeJob
from lumbung.decode.limits import Limits
from lumbung.decode.shapes.totals import _figures
from lumbung.decode.single import decode_file
from lumbung.decode.spec import DecodeSpec
from lumbung.reference import Reference
from lumbung.settings import Settings
from lumbung.values.numerals import Evidence, Numeral, take_apart

HEADER = "tahun_data;nama_perusahaan;desa;kbli;tenaga_kerja_l;nilai_produksi"
ROWS = 9_000
"""More than one piece of a sheet."""


@pytest.mark.parametrize(("total", "expected"), [("9000", None), ("9010", "9.000"), ("18000", "9.000")])
def test_a_total_below_many_pieces_is_compared_with_all_of_them(
    tmp_path: Path, total: str, expected: str | None
) -> None:
    settings = Settings.load()
    spec = DecodeSpec.of(load_contracts(settings.expectations)["industry_units"], Reference.load(settings))
    lines = [f"2025;UD Maju {number};Sukomulyo;10391;1;5000000" for number in range(ROWS)]
    path = tmp_path / "direktori.csv"
    path.write_text("\n".join([HEADER, *lines, f"JUMLAH;;;;{total};45.000.000.000"]) + "\n")
    outcome = decode_file(DecodeJob("x", path, path.name), spec, tmp_path, Limits())
    assert outcome.rows_total == ROWS
    told = [(fault.code, fault.row_number, fault.context["expected"]) for fault in outcome.faults]
    assert told == ([] if expected is None else [("total_mismatch", ROWS + 2, expected)])


CELLS = ("12500", "0", "007", "12.500", "1.250.000,5", "", "-", "Rp 7", "1" * 15, "1" * 16, "\x1fn12.5", "١٢")


@pytest.mark.parametrize("cells", [CELLS, CELLS[:4], ("1", "22", "333"), ("12.5", "12,5")])
def test_figures_are_those_of_the_column_read_cell_by_cell(cells: tuple[str, ...]) -> None:
    evidence = Evidence()
    taken = [take_apart(cell, evidence) if cell.strip() else None for cell in cells]
    decimal = None if evidence.contradicts() else evidence.decimal_separator()
    slowly = [
        item if isinstance(item, float) else item.value(decimal) if isinstance(item, Numeral) else None
        for item in taken
    ]
    assert _figures(cells) == slowly
