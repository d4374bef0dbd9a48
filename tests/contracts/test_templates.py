"""Round trip: a template made for an office, filled in as the office would, is accepted without a finding."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import range_boundaries

from lumbung.contracts.load import load_contracts
from lumbung.contracts.model import Contract
from lumbung.offices.template import Template, write_template
from lumbung.offline import Tried, try_file
from lumbung.reference import Reference
from lumbung.settings import Settings
from lumbung.vocabularies import vocabularies_of
from tests.contracts.judging import Submitted, accepted_rows, judge_all

TODAY = date(2026, 7, 28)
KABUPATEN, KOTA = "3510", "3578"
SETTINGS = Settings.load()
CONTRACTS = load_contracts(SETTINGS.expectations)
REFERENCE = Reference.load(SETTINGS)

Filled = list[dict[str, Any]]
"""What an office wrote or found written, by label, of the rows that have a figure."""


@dataclass(frozen=True)
class Case:
    """A dataset and how an office fills its template."""

    dataset: str
    regency_code: str
    fill: Callable[[Any, dict[str, int]], Filled]


def headers_of(sheet: Any) -> dict[str, int]:
    return {cell.value: cell.column for cell in sheet[1] if cell.value}


def _keys_of(sheet: Any, columns: dict[str, int], row: int) -> dict[str, Any]:
    return {name: value for name, at in columns.items() if (value := sheet.cell(row, at).value) is not None}


def _write(sheet: Any, columns: dict[str, int], row: int, values: dict[str, Any]) -> dict[str, Any]:
    """Write cells that are still empty, as an office does; returns the whole row."""
    for name, value in values.items():
        cell = sheet.cell(row, columns[name])
        assert cell.value is None, f"{cell.coordinate} was filled in by the template"
        cell.value = value
    return _keys_of(sheet, columns, row)


def fill_prices(sheet: Any, columns: dict[str, int]) -> Filled:
    """Every second price, in the middle of what is plausible; the other cells stay empty."""
    goods = {commodity.name: commodity for commodity in REFERENCE.commodities.values()}
    filled = []
    for row in range(2, sheet.max_row + 1, 2):
        good = goods[sheet.cell(row, columns["Komoditas"]).value]
        price = int((good.plausible_min_idr * good.plausible_max_idr) ** 0.5) + row % 7
        filled.append(_write(sheet, columns, row, {"Harga": price}))
    return filled


def fill_stocks(sheet: Any, columns: dict[str, int]) -> Filled:
    filled: Filled = []
    stock = 125.5
    for row in range(2, sheet.max_row + 1):
        name = sheet.cell(row, columns["Komoditas"]).value
        if name != sheet.cell(row - 1, columns["Komoditas"]).value:
            stock = 125.5
        closing = round(stock + 4.25 - 3.5, 3)
        values: dict[str, Any] = {
            "Stok Awal": stock,
            "Pemasukan": 4.25,
            "Pengeluaran": 3.5,
            "Stok Akhir": closing,
        }
        filled.append(_write(sheet, columns, row, values | {"Kebutuhan Harian": 41.7}))
        stock = closing
    return filled


def fill_indicators(sheet: Any, columns: dict[str, int]) -> Filled:
    """Shares with numerator and denominator, the others as they are; the last row has no data and goes."""
    sheet.delete_rows(sheet.max_row)
    ratios = {one.name for one in REFERENCE.indicators.values() if one.kind == "ratio"}
    filled = []
    for row in range(2, sheet.max_row + 1):
        if sheet.cell(row, columns["Kode Indikator"]).value in ratios:
            values: dict[str, Any] = {"Pembilang": 45, "Penyebut": 60, "Realisasi": 75}
        else:
            values = {"Realisasi": 100.25 + row}
        filled.append(_write(sheet, columns, row, values))
    return filled


def fill_programmes(sheet: Any, columns: dict[str, int]) -> Filled:
    choices = choices_of(sheet)
    return [
        _write(
            sheet,
            columns,
            row,
            {
                "Tahun": 2026,
                "Bulan": choices["Bulan"][5],
                "Kode Program": "3.31.02",
                "Program": "Perencanaan dan Pembangunan Industri",
                "Kode Kegiatan": f"3.31.02.{row:02d}",
                "Kegiatan": f"Pelatihan IKM angkatan {row}",
                "Prioritas": choices["Prioritas"][row % 2],
                "Kode Program Provinsi": choices["Kode Program Provinsi"][row % 5],
                "Pagu": 250_000_000,
                "Realisasi Keuangan": 125_000_000,
                "Realisasi Fisik Persen": 50.5,
            },
        )
        for row in range(2, 12)
    ]


def fill_ovop(sheet: Any, columns: dict[str, int]) -> Filled:
    return [
        _write(
            sheet,
            columns,
            row,
            {
                "Tahun": 2025,
                "Kabupaten/Kota": choices_of(sheet)["Kabupaten/Kota"][0],
                "Produk": f"Batik {row}",
                "Kelompok": "Sentra Sekar Arum",
                "Desa": "Temenggungan",
                "Kecamatan": "Banyuwangi",
                "Bintang": row % 5 + 1,
                "Jumlah IKM": 12,
                "Tenaga Kerja": 48,
                "Omzet": 350_000_000,
            },
        )
        for row in range(2, 8)
    ]


def fill_units(sheet: Any, columns: dict[str, int]) -> Filled:
    choices = choices_of(sheet)
    return [
        _write(
            sheet,
            columns,
            row,
            {
                "Tahun Data": 2025,
                "NIB": f"91200012345{row:02d}",
                "Nama Perusahaan": f"UD Sumber Rejeki {row}",
                "Nama Pemilik": "Siti Rahayu",
                "Alamat": "Jalan Melati 5",
                "Desa": "Sukomulyo",
                "KBLI": "10391",
                "Versi KBLI": "2020",
                "Tenaga Kerja L": 4,
                "Tenaga Kerja P": 3,
                "Nilai Investasi": 25_000_000,
                "Kapasitas Produksi": 1200.5,
                "Satuan Kapasitas": "kg",
                "Nilai Produksi": 90_000_000,
                "Nilai Bahan Baku": 50_000_000,
                "Ekspor Persen": 10,
                "Subsektor Kreatif": choices["Subsektor Kreatif"][0],
                "Halal": choices["Halal"][0],
                "SNI": choices["SNI"][1],
                "Status": choices["Status"][0],
                "Skala Usaha": choices["Skala Usaha"][0],
            },
        )
        for row in range(2, 8)
    ]


CASES = (
    Case("staple_prices", KABUPATEN, fill_prices),
    Case("staple_prices", KOTA, fill_prices),
    Case("staple_stocks", KABUPATEN, fill_stocks),
    Case("indicator_realisations", KOTA, fill_indicators),
    Case("programme_activities", KABUPATEN, fill_programmes),
    Case("ovop_products", KOTA, fill_ovop),
    Case("industry_units", KABUPATEN, fill_units),
)


def choices_of(sheet: Any) -> dict[str, list[Any]]:
    """What each drop-down of the sheet offers, by the column's label, read from where its formula points."""
    offered = {}
    for check in sheet.data_validations.dataValidation:
        if check.type == "list":
            name, _, range_ = check.formula1.partition("!")
            (at,) = {cells.min_col for cells in check.sqref.ranges}
            min_column, first, _, last = range_boundaries(range_.replace("$", ""))
            lists = sheet.parent[name]
            offered[sheet.cell(1, at).value] = [
                lists.cell(row, min_column).value for row in range(first, last + 1)
            ]
    return offered


def made(case: Case, folder: Path) -> Path:
    path = folder / f"{case.dataset}-{case.regency_code}.xlsx"
    template = Template.of(CONTRACTS[case.dataset], REFERENCE, case.regency_code, TODAY)
    write_template(path, template, "Bidang Data, telepon 031-000000")
    return path


@dataclass(frozen=True)
class Sent:
    """A filled template and what became of it."""

    filled: Filled
    tried: Tried
    rows: list[dict[str, str]]


def send(case: Case, folder: Path, change: Callable[[Any], None] = lambda _: None) -> Sent:
    path = made(case, folder)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    filled = case.fill(sheet, headers_of(sheet))
    change(sheet)
    book.save(path)
    contract = CONTRACTS[case.dataset]
    tried = try_file(path, contract, REFERENCE, case.regency_code, TODAY)
    (judgement,) = judge_all(
        [Submitted(path, case.regency_code)], contract, REFERENCE, TODAY, folder / "judged"
    )
    return Sent(filled, tried, accepted_rows(judgement))


def as_loaded(contract: Contract, regency_code: str, row: dict[str, Any]) -> dict[str, str]:
    """What the raw table must hold for a row as the office sees it."""
    vocabularies = vocabularies_of(contract, REFERENCE)
    labels = {field.label: field for field in contract.fields}
    expected = {}
    for name, value in row.items():
        field = labels[name]
        if field.name in vocabularies:
            code = vocabularies[field.name].resolve(regency_code, str(value))
            assert code is not None, f"{name}: {value}"
            expected[field.column] = code
        elif isinstance(value, datetime):
            expected[field.column] = value.date().isoformat()
        else:
            expected[field.column] = str(value)
    return expected


def same(loaded: str, expected: str) -> bool:
    try:
        return Decimal(loaded) == Decimal(expected)
    except InvalidOperation:
        return loaded == expected


def assert_accepted(case: Case, sent: Sent) -> None:
    answer = sent.tried.answer
    assert [(one.rule_id, one.cell, one.message) for one in answer.findings] == []
    assert (str(answer.verdict), answer.counts) == ("accepted", [])
    assert answer.rows_accepted == len(sent.filled) == len(sent.rows) > 5
    contract = CONTRACTS[case.dataset]
    for loaded, row in zip(sent.rows, sent.filled, strict=True):
        expected = as_loaded(contract, case.regency_code, row)
        wrong = {c: (loaded[c], value) for c, value in expected.items() if not same(loaded[c], value)}
        assert not wrong


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.dataset}-{case.regency_code}")
def test_a_filled_template_is_accepted_without_a_finding_and_with_its_exact_values(
    case: Case, tmp_path: Path
) -> None:
    assert_accepted(case, send(case, tmp_path))


def test_dates_and_prices_typed_as_text_are_read_the_same(tmp_path: Path) -> None:
    def as_text(sheet: Any) -> None:
        columns = headers_of(sheet)
        for row in range(2, sheet.max_row + 1):
            day, price = sheet.cell(row, columns["Tanggal"]), sheet.cell(row, columns["Harga"])
            day.value = day.value.strftime("%d/%m/%Y")
            if price.value is not None:
                price.value = f"{price.value:,}".replace(",", ".")

    assert_accepted(CASES[0], send(CASES[0], tmp_path, as_text))


def test_an_untouched_template_of_prices_says_that_nothing_was_filled_in(tmp_path: Path) -> None:
    path = made(CASES[0], tmp_path)
    tried = try_file(path, CONTRACTS["staple_prices"], REFERENCE, KABUPATEN, TODAY)
    assert tried.answer.rows_accepted == 0
    assert tried.answer.rows_blank == 990


@pytest.mark.parametrize("dataset", sorted(CONTRACTS))
def test_every_closed_list_is_offered_in_full_and_understood(dataset: str, tmp_path: Path) -> None:
    contract = CONTRACTS[dataset]
    sheet = openpyxl.load_workbook(made(Case(dataset, KABUPATEN, fill_prices), tmp_path)).worksheets[0]
    offered = choices_of(sheet)
    vocabularies = vocabularies_of(contract, REFERENCE)
    assert set(offered) == {contract.field(name).label for name in vocabularies}
    for name, vocabulary in vocabularies.items():
        shown = offered[contract.field(name).label]
        codes = [vocabulary.resolve(KABUPATEN, text) for text in shown]
        own = {
            "regency": [KABUPATEN],
            "market": [m.market_id for m in REFERENCE.markets.values() if m.regency_code == KABUPATEN],
        }
        reference = contract.field(name).reference or ""
        assert sorted(map(str, codes)) == sorted(own.get(reference, vocabulary.codes)), name


@pytest.mark.parametrize("regency_code", sorted(REFERENCE.offices))
def test_every_office_gets_a_template_of_its_own_markets(regency_code: str) -> None:
    template = Template.of(CONTRACTS["staple_prices"], REFERENCE, regency_code, TODAY)
    markets = {row["market"] for row in template.rows}
    assert markets == set(REFERENCE.market_candidates(regency_code)) != set()
    assert len(template.rows) == len(markets) * len(REFERENCE.commodities) * 3
