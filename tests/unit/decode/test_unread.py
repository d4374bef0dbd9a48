"""Rows, columns and sheets that are no observations: left out, and told where it matters."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lumbung.decode.job import DecodeJob
from lumbung.decode.known import KnownNames
from lumbung.decode.limits import Limits
from lumbung.decode.outcome import DecodeOutcome
from lumbung.decode.single import decode_file
from lumbung.decode.spec import DecodeSpec, FieldSpec
from tests.unit.decode.builders import SPEC, cells_of, codes, rows_of, workbook

KNOWN = KnownNames(
    commodities=frozenset({"beras medium", "bawang merah"}),
    markets={"3510": frozenset({"rogojampi", "genteng"})},
    commodity_names=("Beras Medium", "Bawang Merah"),
    market_names={"3510": ("Rogojampi", "Genteng")},
)
PRICES = replace(
    SPEC,
    value_field="price",
    known=KNOWN,
    fields=(*SPEC.fields[:-1], FieldSpec("price", "Harga", True, is_figure=True, sums_up=True)),
)
STOCKS = DecodeSpec(
    dataset="staple_stocks",
    fields=(
        FieldSpec("observed_on", "Tanggal", True),
        FieldSpec("commodity", "Komoditas", True),
        FieldSpec("opening", "Stok Awal", False, is_figure=True, sums_up=True),
        FieldSpec("closing", "Stok Akhir", True, is_figure=True, sums_up=True),
        FieldSpec("share", "Persen", False, is_figure=True),
    ),
    aliases={
        "tanggal": "observed_on",
        "komoditas": "commodity",
        "stok awal": "opening",
        "stok akhir": "closing",
        "persen": "share",
    },
    shapes=("long",),
    formats=("xlsx",),
)
HEADER = ["Tanggal", "Pasar", "Komoditas", "Harga"]
DAY = "27/07/2026"
LONG = [
    HEADER,
    [DAY, "Genteng", "Beras Medium", 13000],
    [DAY, "Rogojampi", "Beras Medium", 13400],
    [DAY, "Genteng", "Bawang Merah", 31000],
]


def _decode(folder: Path, sheets: dict[str, list[list[Any]]], spec: DecodeSpec = PRICES) -> DecodeOutcome:
    path = folder / "upload.xlsx"
    path.write_bytes(workbook(sheets))
    return decode_file(DecodeJob("3510-SP-0000000000", path, "upload.xlsx", "3510"), spec, folder, Limits())


def _told(outcome: DecodeOutcome) -> list[tuple[Any, ...]]:
    return [
        (fault.code, fault.sheet, fault.row_number, fault.context.get("column_number"), fault.column_name)
        for fault in outcome.faults
    ]


# ------------------------------------------------------------------------------------------- sheets


@pytest.mark.parametrize(
    ("rows", "is_told"),
    [
        ([["Tgl pantau", "Psr", "Brg", "Hrga"], [DAY, "Genteng", "Beras Medium", 13000]], True),
        ([["Harga dicatat pukul 08.00"], ["1", "Isi tanggal"], ["2", "Isi harga"]], False),
    ],
)
def test_a_sheet_without_a_header_is_told_where_it_may_hold_observations(
    tmp_path: Path, rows: list[list[Any]], is_told: bool
) -> None:
    outcome = _decode(tmp_path, {"A": LONG, "B": rows})

    assert _told(outcome) == [("sheet_not_read", "B", None, None, None)] * is_told
    assert len(rows_of(outcome)) == 3


# ------------------------------------------------------------------------------------------ columns


@pytest.mark.parametrize(
    ("header", "suggestion"),
    [("Pasar Gentheng", "Genteng"), ("32/07/2026", None), ("=1/0", None)],
)
def test_a_column_of_figures_that_no_list_knows_is_told(
    tmp_path: Path, header: str, suggestion: str | None
) -> None:
    rows = [["Tanggal", "Komoditas", "Rogojampi", header], [DAY, "Beras Medium", 13000, 13100]]
    outcome = _decode(tmp_path, {"A": rows})

    name = "#DIV/0!" if header.startswith("=") else header
    assert _told(outcome) == [("column_not_read", "A", 1, 4, name)]
    assert outcome.faults[0].context.get("suggestion") == suggestion
    assert [cell["price"] for cell in cells_of(outcome)] == ["\x1fn13000.0"]


@pytest.mark.parametrize("header", ["Rata-rata", "Perubahan (%)", "Ket.", "HET"])
def test_a_column_that_says_something_else_is_passed_over(tmp_path: Path, header: str) -> None:
    rows = [["Tanggal", "Komoditas", "Rogojampi", header], [DAY, "Beras Medium", 13000, 13000]]

    assert codes(_decode(tmp_path, {"A": rows})) == []


@pytest.mark.parametrize(
    ("header", "suggestion"), [("Satuaan", "Satuan"), ("Tingkat", "Tingkat Harga"), ("Keterangan", None)]
)
def test_a_header_spelt_like_an_absent_one_is_told(
    tmp_path: Path, header: str, suggestion: str | None
) -> None:
    outcome = _decode(tmp_path, {"A": [[*HEADER, header], [DAY, "Genteng", "Beras Medium", 13000, "kg"]]})

    assert [fault.context.get("suggestion") for fault in outcome.faults] == [suggestion] * bool(suggestion)


# --------------------------------------------------------------------------------------------- rows


def test_signatures_below_a_table_are_no_observations(tmp_path: Path) -> None:
    signed = [
        [],
        ["Sumber: petugas pasar", None, None, "Banyuwangi, 28 Juli 2026"],
        ["Mengetahui,", None, None, "Petugas"],
        ["Kepala Dinas"],
        ["Drs. Budi", None, None, "Siti"],
        ["NIP. 19700101 199003 1 001", None, None, "NIP. 1980"],
    ]
    outcome = _decode(tmp_path, {"A": [*LONG, *signed]})

    assert (codes(outcome), outcome.rows_total) == ([], 3)
    assert outcome.sheets[0]["note_rows"] == 5


def test_a_row_with_holes_between_observations_stays_one(tmp_path: Path) -> None:
    outcome = _decode(tmp_path, {"A": [*LONG, ["Senin", "Genteng", None, "dua ribu"], LONG[1]]})

    assert outcome.rows_total == 5


@pytest.mark.parametrize("last", [[DAY, "Genteng", None, None], [None, "Genteng", "Bawang Merah", 31000]])
def test_a_last_row_with_a_figure_or_a_day_stays_one(tmp_path: Path, last: list[Any]) -> None:
    assert _decode(tmp_path, {"A": [*LONG, last]}).rows_total == 4


WIDE = [["Pasar: Genteng"], ["No", "Komoditas", "26/ 07/ 2026", "27/ 07/ 2026"]]


def test_rows_that_head_a_group_are_checked_and_not_loaded(tmp_path: Path) -> None:
    rows = [
        *WIDE,
        ["I", "Beras", "14,300", "14,400"],
        ["1", "Beras Medium", "13,300", "13,400"],
        ["2", "Beras Premium", "15,300", "15,400"],
        ["II", "Bawang", "41,000", "31,000"],
        ["1", "Bawang Merah", "31,000", "31,000"],
    ]
    outcome = _decode(tmp_path, {"A": rows})

    assert _told(outcome) == [("total_mismatch", "A", 6, 3, "26/ 07/ 2026")]
    assert outcome.sheets[0]["summing_row_numbers"] == [3, 6]
    assert sorted(cell["price"] for cell in cells_of(outcome)) == [
        "13,300", "13,400", "15,300", "15,400", "31,000", "31,000",
    ]  # fmt: skip


def test_a_table_numbered_in_roman_has_no_groups(tmp_path: Path) -> None:
    rows = [*WIDE, ["I", "Beras Medium", "13,300", "13,400"], ["II", "Bawang Merah", "31,000", "31,000"]]

    assert _decode(tmp_path, {"A": rows}).rows_total == 4


# ------------------------------------------------------------------------------------------- totals


@pytest.mark.parametrize(("mean", "is_told"), [(13200, False), (22000, True)])
def test_a_mean_of_one_day_and_commodity_is_compared_with_these(
    tmp_path: Path, mean: int, is_told: bool
) -> None:
    outcome = _decode(tmp_path, {"A": [*LONG, [DAY, "Rata-rata", "Beras Medium", mean]]})

    assert _told(outcome) == [("total_mismatch", "A", 5, 4, "Harga")] * is_told
    assert [fault.context["expected"] for fault in outcome.faults] == ["13.200"] * is_told
    assert outcome.rows_total == 3


def test_totals_are_compared_in_every_column_that_can_be_summed_up(tmp_path: Path) -> None:
    rows = [
        ["Tanggal", "Komoditas", "Stok Awal", "Stok Akhir", "Persen"],
        [DAY, "Beras Medium", 100, 105, 50],
        [DAY, "Bawang Merah", 20, 19, 70],
        ["JUMLAH", None, 120, 999, 61],
    ]
    outcome = _decode(tmp_path, {"A": rows}, STOCKS)

    assert _told(outcome) == [("total_mismatch", "A", 4, 4, "Stok Akhir")]
    assert outcome.faults[0].context["expected"] == "124"
    assert outcome.rows_total == 2


@pytest.mark.parametrize(("sheet", "above"), [("Beras Medium", []), ("Stok", [["BERAS MEDIUM"], []])])
def test_a_table_of_stocks_may_be_of_one_commodity(
    tmp_path: Path, sheet: str, above: list[list[Any]]
) -> None:
    spec = replace(STOCKS, known=replace(KNOWN, commodities=KNOWN.commodities | {"berasmedium"}))
    rows = [*above, ["Tanggal", "Stok Awal", "Stok Akhir"], [DAY, 100, 105]]
    outcome = _decode(tmp_path, {sheet: rows}, spec)

    assert codes(outcome) == []
    assert [row["commodity"].casefold() for row in rows_of(outcome)] == ["beras medium"]
