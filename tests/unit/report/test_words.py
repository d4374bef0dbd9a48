"""The sentences of the summary."""

from dataclasses import replace

import pytest

from lumbung.report.words import change, completeness, headline, unbroken
from tests.unit.report.summaries import EMPTY, RICE, SHALLOT, SUMMARY


@pytest.mark.parametrize(
    ("value", "written"),
    [(1.25, "+1,3"), (-1.24, "−1,2"), (0.0, "0,0"), (0.04, "0,0"), (-0.04, "0,0"), (None, "–")],
)
def test_change(value: float | None, written: str) -> None:
    assert change(value) == written


def test_headline_names_the_greatest_movers() -> None:
    assert headline(SUMMARY) == (
        "Dalam sepekan 1 dari 3 komoditas naik lebih dari 1 % (Cabai Rawit Merah, +8,2 %) dan 1 turun "
        "(Bawang Merah, −5,5 %); 1 lainnya stabil."
    )


def test_headline_of_several_falls_names_the_deepest() -> None:
    deeper = replace(SHALLOT, commodity_name="Tomat Merah", change_7d_pct=-12.0)
    assert headline(replace(SUMMARY, commodities=[SHALLOT, deeper])) == (
        "Dalam sepekan 2 dari 2 komoditas turun lebih dari 1 % (terbesar Tomat Merah, −12,0 %)."
    )


def test_headline_of_a_restless_week_names_no_calm_ones() -> None:
    moving = [item for item in SUMMARY.commodities if item is not RICE]
    assert headline(replace(SUMMARY, commodities=moving)).endswith("1 turun (Bawang Merah, −5,5 %).")


def test_amounts_and_shares_stay_on_one_line() -> None:
    assert unbroken("Rp 2.700 naik 5,5 %") == "Rp\u00a02.700 naik 5,5\u00a0%"


def test_headline_of_a_calm_week() -> None:
    assert "1 komoditas stabil" in headline(replace(SUMMARY, commodities=[RICE]))


def test_headline_without_a_week_of_data() -> None:
    young = replace(SUMMARY, commodities=[replace(RICE, change_7d_pct=None)])
    assert headline(young) == (
        "Harga 1 komoditas tersedia; perubahannya dapat dihitung setelah ada data sepekan."
    )


def test_completeness_tells_who_came_and_what_was_held() -> None:
    assert completeness(SUMMARY) == (
        "4 dari 5 kantor (80 %) sudah mengirim: 3 tepat waktu, 1 terlambat; 1 belum mengirim. "
        "Berkas 1 kantor ditolak dan perlu dikirim ulang. 28 baris tertahan sampai diperbaiki."
    )


def test_completeness_of_a_full_night_names_nobody_awaited() -> None:
    came = [office for office in SUMMARY.offices if office.is_received]
    assert completeness(replace(SUMMARY, offices=came)).startswith(
        "4 dari 4 kantor (100 %) sudah mengirim: 3 tepat waktu, 1 terlambat. "
    )


def test_files_with_prices_of_other_days_only_are_told_apart() -> None:
    others = [replace(office, is_received=False) for office in SUMMARY.offices]
    sentence = completeness(replace(SUMMARY, offices=others))
    assert sentence.startswith("0 dari 5 kantor (0 %) sudah mengirim")
    assert "Berkas 3 kantor masuk, tetapi hanya memuat harga hari lain." in sentence


def test_completeness_without_obliged_offices() -> None:
    assert completeness(EMPTY) == "Tidak ada kantor yang wajib mengirim pada hari ini."
