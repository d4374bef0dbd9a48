"""The sentences of the summary."""

from dataclasses import replace

import pytest

from lumbung.report.words import change, completeness, headline, unbroken
from tests.unit.report.summaries import EMPTY, RICE, SUMMARY


@pytest.mark.parametrize(
    ("value", "written"),
    [(1.25, "+1,3"), (-1.24, "−1,2"), (0.0, "0,0"), (0.04, "0,0"), (-0.04, "0,0"), (None, "–")],
)
def test_change(value: float | None, written: str) -> None:
    assert change(value) == written


def test_headline_names_the_greatest_movers() -> None:
    assert headline(SUMMARY) == (
        "Dibanding sepekan lalu, dari 3 komoditas 1 naik (terbesar Cabai Rawit Merah, +8,2 %) dan 1 turun "
        "(terbesar Bawang Merah, −5,5 %) lebih dari 1 %; 1 lainnya stabil."
    )


def test_headline_of_a_restless_week_names_no_calm_ones() -> None:
    moving = [item for item in SUMMARY.commodities if item is not RICE]
    assert headline(replace(SUMMARY, commodities=moving)).endswith("−5,5 %) lebih dari 1 %.")


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


def test_completeness_without_obliged_offices() -> None:
    assert completeness(EMPTY) == "Tidak ada kantor yang wajib mengirim pada hari ini."
