"""Registers of the sample: the published totals, the same units year after year, repeatable by seed."""

import csv
import itertools
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from lumbung.reference import Reference
from lumbung.sample.population import YearOfUnits, apportion, quotas, units_of_year
from lumbung.sample.registers import (
    OVOP_HEADER,
    SMALL,
    UNIT_HEADER,
    ovop_table,
    register_table,
    registers_of_regency,
    write_registers,
)
from lumbung.sample.trades import LEADING, RECLASSIFIED, TRADES
from lumbung.settings import Settings

SEED = 2012
YEARS = range(2021, 2026)
NIB, NAME, VILLAGE, KBLI, STATUS = (
    UNIT_HEADER.index(name) for name in ("nib", "nama_perusahaan", "desa", "kbli", "status")
)


@pytest.fixture(scope="module")
def reference() -> Reference:
    return Reference.load(Settings.load())


@pytest.fixture(scope="module")
def whole(reference: Reference) -> list[YearOfUnits]:
    """All units of one regency over the five years."""
    return registers_of_regency(reference, "3504", YEARS, SEED, None)


def _sums(reference: Reference, years: list[int]) -> dict[int, Counter[str]]:
    """Sums over the regencies' whole registers; workers and investment decide the size, by 2016's rule."""
    sums = {year: Counter[str]() for year in years}
    for code in sorted(reference.regencies):
        for register in registers_of_regency(reference, code, years, SEED, None):
            is_open = register.is_open
            workers, invested = register.workers[is_open], register.investment_idr[is_open]
            small = (workers <= 19) & (invested < 1_000_000_000)
            large = (workers >= 20) & (invested > 15_000_000_000)
            sums[register.year].update(
                units=len(workers),
                small=int(small.sum()),
                medium=int((~small & ~large).sum()),
                large=int(large.sum()),
                workers=int(workers.sum()),
                production=int(register.production_idr.sum()),
            )
    return sums


def test_the_province_adds_up_to_what_was_published_for_2011(reference: Reference) -> None:
    sums = _sums(reference, [2010, 2011])
    assert sums[2010]["units"] == 742_688
    assert {name: sums[2011][name] for name in ("units", "small", "medium", "large", "workers")} == {
        "units": 783_758,
        "small": 766_783,
        "medium": 16_182,
        "large": 793,
        "workers": 2_910_368,
    }
    assert sums[2011]["production"] == pytest.approx(196_987e9, rel=0.01)


def test_years_between_and_after_the_published_totals_follow_them() -> None:
    assert units_of_year(2022) == 833_726
    totals = [units_of_year(year) for year in range(2010, 2026)]
    assert totals == sorted(totals)
    assert units_of_year(2025) == pytest.approx(833_726 * (833_726 / 783_758) ** (3 / 11), abs=1)


def test_quotas_are_whole_and_add_up(reference: Reference) -> None:
    due = quotas(2022, sorted(reference.regencies), SEED)
    assert len(due) == 38
    assert sum(sum(quota.units) for quota in due.values()) == 833_726
    assert min(min(quota.units) for quota in due.values()) > 0


def test_apportioning_gives_the_largest_remainders_one_more() -> None:
    # 10 x (1, 2, 3) / 6 = 1.67, 3.33, 5.00: the one that is missing goes to the first.
    assert apportion(10, np.array([1.0, 2.0, 3.0])).tolist() == [2, 3, 5]


def test_every_line_of_business_is_in_the_list_and_leads_somewhere_known(reference: Reference) -> None:
    codes = {trade.kbli for trade in TRADES}
    assert codes <= set(reference.kbli["2020"])
    assert set(LEADING) == set(reference.regencies)
    assert set(LEADING.values()) | set(RECLASSIFIED) | set(RECLASSIFIED.values()) <= codes
    assert len({trade.product for trade in TRADES}) == len(TRADES)


def test_units_keep_what_they_are_known_by(reference: Reference, whole: list[YearOfUnits]) -> None:
    known: dict[int, tuple[object, ...]] = {}
    moved = Counter[int]()
    for register in whole:
        for slot, row in zip(
            register.slot.tolist(), register_table(reference, "3504", register).rows, strict=True
        ):
            who = (row[NIB], row[NAME], row[VILLAGE], row[KBLI])
            before = known.setdefault(slot, who)
            assert who[:3] == before[:3]
            if who[3] != before[3]:
                assert who[0], "who has no licence number would not be found again"
                assert who[3] == RECLASSIFIED[str(before[3])] or before[3] == RECLASSIFIED[str(who[3])]
                moved[register.year] += 1
            known[slot] = who
    assert set(moved) == set(YEARS[1:])
    names = [who[1] for who in known.values()]
    assert len(set(names)) == len(names)
    numbers = [who[0] for who in known.values() if who[0]]
    assert len(set(numbers)) == len(numbers)
    assert all(re.fullmatch(r"913504\d{7}", str(number)) for number in numbers)
    assert 0.3 < 1 - len(numbers) / len(names) < 0.45


def test_units_open_close_grow_and_never_come_back(whole: list[YearOfUnits]) -> None:
    closed: set[int] = set()
    sizes: dict[int, int] = {}
    promoted = 0
    for before, after in itertools.pairwise(whole):
        first, second = (set(r.slot[r.is_open].tolist()) for r in (before, after))
        assert second - first, "somebody opens"
        gone = first - second
        assert 0.02 < len(gone) / len(first) < 0.05
        told = set(after.slot[~after.is_open].tolist())
        assert told < gone, "some are reported as closed, some are just missing"
        assert not second & closed
        closed |= gone
        sizes |= dict(zip(before.slot.tolist(), before.size.tolist(), strict=True))
        promoted += sum(
            size > sizes.get(slot, size)
            for slot, size in zip(after.slot.tolist(), after.size.tolist(), strict=True)
        )
    assert promoted > 0


def test_figures_of_a_unit_change_little_by_little(whole: list[YearOfUnits]) -> None:
    before, after = whole[:2]
    _, mine, theirs = np.intersect1d(
        before.slot[before.is_open], after.slot[after.is_open], return_indices=True
    )
    was, now = (r.workers[r.is_open][at].astype(float) for r, at in ((before, mine), (after, theirs)))
    assert np.corrcoef(was, now)[0, 1] > 0.95
    grown = after.production_idr[after.is_open].sum() / before.production_idr[before.is_open].sum()
    assert 1.0 < grown < 1.15
    assert (after.material_idr <= after.production_idr).all()
    assert (after.women <= after.workers).all()


def test_the_small_profile_is_the_same_population_sampled(
    reference: Reference, whole: list[YearOfUnits]
) -> None:
    sample = registers_of_regency(reference, "3504", YEARS, SEED)
    for few, many in zip(sample, whole, strict=True):
        at = np.searchsorted(many.slot, few.slot)
        for name in ("slot", "trade", "village", "workers", "investment_idr", "production_idr", "is_open"):
            assert (getattr(few, name) == getattr(many, name)[at]).all(), name
    wanted = SMALL / units_of_year(2025)
    assert len(sample[-1].slot) / len(whole[-1].slot) == pytest.approx(wanted, rel=0.05)


def test_files_of_the_small_profile(reference: Reference, tmp_path: Path) -> None:
    written = dict(write_registers(reference, tmp_path, YEARS, SEED))
    assert len(written) == 38 * 5
    by_year = Counter[str]()
    for path, rows in written.items():
        with path.open(encoding="utf-8", newline="") as file:
            lines = list(csv.reader(file))
        assert tuple(lines[0]) == UNIT_HEADER
        assert len(lines) - 1 == rows
        assert {line[0] for line in lines[1:]} == {path.stem[-4:]}
        for line in lines[1:]:
            assert (line[12] == "") == (line[STATUS] == "tutup")
        by_year[path.stem[-4:]] += rows
    assert all(7_700 < rows < 8_300 for rows in by_year.values()), by_year
    assert min(written.values()) > 20, "no regency is left out"


def test_the_same_seed_gives_the_same_rows(reference: Reference, tmp_path: Path) -> None:
    def rows(seed: int) -> list[object]:
        register = registers_of_regency(reference, "3576", YEARS, seed)[-1]
        return list(register_table(reference, "3576", register).rows)

    assert rows(SEED) == rows(SEED)
    assert rows(SEED) != rows(1)


def test_ovop_products_are_what_the_units_of_their_village_make(
    reference: Reference, whole: list[YearOfUnits]
) -> None:
    rows = [
        dict(zip(OVOP_HEADER, row, strict=True)) for row in ovop_table(reference, "3504", whole, SEED).rows
    ]
    assert len(rows) == 5 * 5
    stars: dict[object, int] = {}
    for row in rows:
        register = whole[int(str(row["tahun"])) - YEARS[0]]
        makers = [
            dict(zip(UNIT_HEADER, unit, strict=True))
            for unit in register_table(reference, "3504", register).rows
        ]
        makers = [
            unit
            for unit in makers
            if (unit["produk"], unit["desa"], unit["status"]) == (row["produk"], row["desa"], "aktif")
        ]
        assert row["jumlah_ikm"] == len(makers) > 5
        assert row["tenaga_kerja"] == sum(
            int(str(u[s])) for u in makers for s in ("tenaga_kerja_l", "tenaga_kerja_p")
        )
        assert row["omzet"] == sum(int(str(unit["nilai_produksi"])) for unit in makers)
        assert 1 <= int(str(row["bintang"])) <= 5
        assert int(str(row["bintang"])) >= stars.get(row["produk"], 1)
        stars[row["produk"]] = int(str(row["bintang"]))
