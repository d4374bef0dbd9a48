"""Which period a template is for, and the rows it brings along."""

from datetime import date

import pytest

from lumbung.contracts.load import load_contract
from lumbung.offices.prefill import Period, in_words, not_applicable, period_to_report, rows_to_fill
from lumbung.reference import Reference
from lumbung.settings import Settings

SETTINGS = Settings.load()
REFERENCE = Reference.load(SETTINGS)


@pytest.mark.parametrize(
    ("kind", "day", "first", "last", "words"),
    [
        ("daily", (2026, 7, 28), (2026, 7, 28), (2026, 7, 28), "Selasa, 28 Juli 2026"),
        ("weekly", (2026, 7, 28), (2026, 7, 20), (2026, 7, 26), "20 Juli 2026 – 26 Juli 2026"),
        ("weekly", (2026, 7, 26), (2026, 7, 20), (2026, 7, 26), "20 Juli 2026 – 26 Juli 2026"),
        ("weekly", (2026, 7, 25), (2026, 7, 13), (2026, 7, 19), "13 Juli 2026 – 19 Juli 2026"),
        ("monthly", (2026, 7, 28), (2026, 6, 1), (2026, 6, 30), "Juni 2026"),
        ("monthly", (2026, 7, 31), (2026, 7, 1), (2026, 7, 31), "Juli 2026"),
        ("monthly", (2026, 1, 2), (2025, 12, 1), (2025, 12, 31), "Desember 2025"),
        ("quarterly", (2026, 7, 28), (2026, 4, 1), (2026, 6, 30), "triwulan II 2026"),
        ("quarterly", (2026, 3, 30), (2025, 10, 1), (2025, 12, 31), "triwulan IV 2025"),
        ("quarterly", (2026, 12, 31), (2026, 10, 1), (2026, 12, 31), "triwulan IV 2026"),
        ("yearly", (2026, 7, 28), (2025, 1, 1), (2025, 12, 31), "tahun 2025"),
        ("yearly", (2026, 12, 31), (2026, 1, 1), (2026, 12, 31), "tahun 2026"),
    ],
)
def test_the_period_is_the_last_that_is_over(
    kind: str, day: tuple[int, int, int], first: tuple[int, int, int], last: tuple[int, int, int], words: str
) -> None:
    period = period_to_report(kind, date(*day))
    assert period == Period(date(*first), date(*last))
    assert in_words(kind, period) == words


def test_stocks_are_asked_for_each_day_of_the_week_and_only_what_is_weighed() -> None:
    contract = load_contract(SETTINGS.expectations / "staple_stocks.odcs.yaml")
    week = Period(date(2026, 7, 20), date(2026, 7, 26))
    rows = rows_to_fill(contract, REFERENCE, "3578", week)
    names = {row["commodity"] for row in rows}
    assert len(rows) == 7 * len(names)
    assert [row["observed_on"] for row in rows[:7]] == [date(2026, 7, day) for day in range(20, 27)]
    assert "Beras Medium" in names
    assert "Semen Gresik" not in names


def test_indicators_that_the_warehouse_computes_are_not_asked_for() -> None:
    contract = load_contract(SETTINGS.expectations / "indicator_realisations.odcs.yaml")
    rows = rows_to_fill(contract, REFERENCE, "3578", Period(date(2026, 4, 1), date(2026, 6, 30)))
    names = {row["indicator"] for row in rows}
    assert "Ketahanan stok" not in names
    assert {row["period"] for row in rows} == {"Triwulan II"}
    needless = {row["indicator"]: not_applicable(contract, REFERENCE, row) for row in rows}
    assert needless["Unit bersertifikat"] == ()
    assert needless["Jumlah unit IKM"] == ("numerator", "denominator")


def test_rows_that_only_the_office_knows_are_left_to_it() -> None:
    contract = load_contract(SETTINGS.expectations / "ovop_products.odcs.yaml")
    assert rows_to_fill(contract, REFERENCE, "3578", Period(date(2025, 1, 1), date(2025, 12, 31))) == []
