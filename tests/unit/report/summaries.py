"""Summaries of imagined releases, for the tests of what people see."""

from dataclasses import replace
from datetime import UTC, date, datetime

from lumbung.report.model import CommodityPrice, Finding, OfficeReport, Release, Submission, Summary

BUSINESS_DATE = date(2026, 7, 28)
RELEASE = Release(41, datetime(2026, 7, 28, 13, 41, tzinfo=UTC), BUSINESS_DATE)

SHALLOT = CommodityPrice(
    commodity_code="bawang_merah",
    commodity_name="Bawang Merah",
    unit="kg",
    price_level="consumer",
    observed_on=BUSINESS_DATE,
    price_idr=31082,
    change_1d_pct=-0.52,
    change_7d_pct=-5.53,
    above=9,
    within=20,
    below=9,
    trend=[33000 + 40 * day if day not in (11, 12) else None for day in range(30)],
)
CHILLI = replace(
    SHALLOT,
    commodity_code="cabai_rawit_merah",
    commodity_name="Cabai Rawit Merah",
    price_idr=52300,
    change_1d_pct=2.04,
    change_7d_pct=8.2,
    above=14,
    within=12,
    below=12,
)
RICE = replace(
    SHALLOT,
    commodity_code="beras_medium",
    commodity_name="Beras Medium",
    price_idr=13129,
    change_1d_pct=None,
    change_7d_pct=0.04,
    above=0,
    within=38,
    below=0,
)

HELD = Finding("galat", 1, 12, "Harga Bawang Merah Rp 2.700 diduga kurang satu nol.")
HOSTILE = Finding(
    "galat",
    2,
    3,
    'Pasar "<script>alert(1)</script> & <img src=x>" tidak dikenal.',
)

ACCEPTED = Submission("3510-SP-9f2c41d07a", "harga_2026-07-28.xlsx", 1, "accepted", 60, 60, 0, 0, 0)
PARTIAL = Submission(
    "3509-SP-0a0a0a0a0a", "rekap.csv", 2, "partially_accepted", 60, 56, 4, 4, 1, findings=[HELD, HOSTILE]
)
REJECTED = Submission(
    "3574-SP-1b1b1b1b1b", "<b>harga</b>.xlsx", 1, "rejected", 24, 0, 24, 1, 0, findings=[HOSTILE]
)

OFFICES = [
    OfficeReport("3509", "Kabupaten Jember", True, True, True, [PARTIAL]),
    OfficeReport("3510", "Kabupaten Banyuwangi", True, True, True, [ACCEPTED]),
    OfficeReport("3526", "Kabupaten Bangkalan", True, True, False, [ACCEPTED]),
    OfficeReport("3529", "Kabupaten Sumenep", True, False, False, []),
    OfficeReport("3574", "Kota Probolinggo", True, True, True, [REJECTED]),
]

SUMMARY = Summary(RELEASE, [SHALLOT, RICE, CHILLI], OFFICES)
EMPTY = Summary(None, [], [])
WITHOUT_PRICES = Summary(
    RELEASE, [], [OfficeReport("3574", "Kota Probolinggo", True, True, True, [REJECTED])]
)
