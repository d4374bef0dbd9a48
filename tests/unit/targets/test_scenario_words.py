"""What `lumbung whatif` prints: each kind of target in words of its own, nothing that says nothing."""

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from rich.console import Console

from lumbung.targets.scenario import Standing, Step
from lumbung.targets.words import print_scenario

STANDING = Standing(
    indicator_code="ikm_jumlah", indicator_name="Jumlah unit IKM", unit="unit", direction="higher",
    over_time="last", regency_code="3501", target_year=2026, target_version="adjusted_1",
    target_value=Decimal(1200), lower_value=None, upper_value=None, realised_value=Decimal(900),
    realised_to_on=date(2026, 10, 31), status="measured", attainment_pct=Decimal(75),
    attainment_pct_reason=None, band="medium", pace_pct=Decimal(75), pace_band="medium",
    forecast_value=Decimal(900), forecast_method="latest_value", rank_among_regencies=4, reporting_count=1,
    obliged_count=1, cause=None, follow_up=None, decree="SK 9",
)  # fmt: skip
STEP = Step(
    month_on=date(2026, 11, 1), needed_value=Decimal(150), needed_by_month_end=Decimal(1050),
    monthly_so_far=None, remaining_months=2, province_target_value=Decimal(40000),
    province_value_if_missed=Decimal(38000), province_attainment_if_missed_pct=Decimal(95),
    province_value_if_met=Decimal(38300), province_attainment_if_met_pct=Decimal("95.75"),
    province_value_if_met_reason=None,
)  # fmt: skip


def printed(standing: Standing = STANDING, steps: list[Step] | None = None, **changes: Any) -> str:
    """One line of what is printed, spaces evened out."""
    target = io.StringIO()
    left = [replace(STEP, **changes)] if steps is None else steps
    print_scenario(standing, left, "Kabupaten Pacitan", Console(file=target, width=80, highlight=False))
    lines = target.getvalue().splitlines()
    assert max(map(len, lines)) <= 80
    return " ".join(target.getvalue().replace("\u00a0", " ").split())


def test_a_target_with_its_version_its_needs_and_the_province() -> None:
    said = printed()
    for words in (
        "Jumlah unit IKM, Kabupaten Pacitan, 2026",
        "Target 1.200 unit (perubahan 1, SK 9)",
        "Realisasi 900 unit sampai 31 Oktober 2026",
        "Capaian setahun 75,00 %, sedang",
        "Perkiraan akhir tahun 900 unit (angka terakhir)",
        "Peringkat 4",
        "perlu menambah 150 unit pada setiap bulan dari 2 bulan yang tersisa.",
        "November 2026 150 unit 1.050 unit",
        "Provinsi (target 40.000 unit): bila Kabupaten Pacitan tidak mencapai targetnya, diperkirakan 38.000"
        " unit (capaian 95,00 %); bila tercapai, 38.300 unit (capaian 95,75 %).",
    ):
        assert words in said, words


KINDS = {
    "a sum beside its pace": (
        {"over_time": "sum"}, {"monthly_so_far": Decimal(90)}, "Selama ini rata-ratanya 90 unit per bulan.",
    ),
    "a rate needs a level": (
        {"over_time": "mean", "unit": "percent"}, {}, "perlu mencapai 150,00 % pada setiap bulan",
    ),
    "a rate to stay below": (
        {"over_time": "mean", "unit": "percent", "direction": "lower"}, {}, "paling tinggi mencapai 150,00 %",
    ),
    "a state to fall": (
        {"direction": "lower"}, {"needed_value": Decimal(-20)}, "perlu menurunkannya 20 unit",
    ),
    "a sum to stay below": (
        {"over_time": "sum", "direction": "lower"}, {}, "paling banyak menambah 150 unit",
    ),
    "a growth in points": (
        {"unit": "percent"}, {"needed_value": Decimal("0.5")}, "menambah 0,50 poin persen",
    ),
    "money": ({"unit": "idr"}, {}, "menambah Rp 150 pada"),
    "a target that is reached": (
        {"attainment_pct": Decimal(100)}, {"needed_value": Decimal(0)}, "sudah tercapai. Bila keadaan ini",
    ),
    "no target of the province": (
        {}, {"province_value_if_met": None, "province_value_if_met_reason": "no_province_target"},
        "provinsi tidak mempunyai target untuk indikator ini",
    ),
    "the same with and without": (
        {}, {"province_value_if_met": Decimal(38000)}, "sudah sesuai dengan targetnya.",
    ),
    "a range": (
        {"target_value": None, "lower_value": Decimal(7), "upper_value": Decimal(14), "unit": "day"}, {},
        "Target 7,0 hari sampai 14,0 hari",
    ),
    "not measured": (
        {"realised_value": None, "status": "belum_terukur", "attainment_pct": None}, {"needed_value": None},
        "belum terukur, sehingga kebutuhan per bulan belum dapat dihitung",
    ),
    "no figure": (
        {"attainment_pct": None, "band": None, "attainment_pct_reason": "target_not_positive"}, {},
        "Capaian setahun tidak dihitung, karena target tidak lebih dari nol",
    ),
    "a note": (
        {"cause": "Bahan baku", "follow_up": "Promosi"}, {}, "Penyebab Bahan baku Tindak lanjut Promosi",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_words_of_its_own(kind: str) -> None:
    standing, step, words = KINDS[kind]
    assert words in printed(replace(STANDING, **standing), **step)


def test_a_reached_target_has_no_months_and_a_year_that_is_over_none_left() -> None:
    reached = replace(STANDING, attainment_pct=Decimal(120))
    assert "November" not in printed(reached, needed_value=Decimal(0))
    assert "Tidak ada bulan yang tersisa" in printed(steps=[])


def test_the_province_says_how_many_reported() -> None:
    said = printed(replace(STANDING, regency_code="35", reporting_count=37, obliged_count=38))
    assert "37 dari 38 kabupaten/kota; angka ini hanya dari yang melapor" in said
    assert "Provinsi (" not in said
