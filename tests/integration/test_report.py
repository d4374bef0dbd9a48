"""The page and the summary of a real release: three offices, one late, one rejected, one with a held row."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from lumbung.report.model import Summary
from lumbung.report.stage import report
from lumbung.report.summary import load_summary
from lumbung.settings import Role, Settings
from lumbung.warehouse.connection import connect
from tests.installation import built_warehouse
from tests.nights import run_night, set_arrival, write_csv

pytestmark = pytest.mark.database
DAY = date(2026, 7, 28)


def _prices(market: str, prices: list[int]) -> list[list[Any]]:
    """Rice in one market on the days up to ``DAY``."""
    first = DAY - timedelta(days=len(prices) - 1)
    return [
        [(first + timedelta(days=number)).isoformat(), market, "Beras Medium", "kg", price]
        for number, price in enumerate(prices)
    ]


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """Surabaya on time, Jember with a dropped zero, Sumenep late, Kota Probolinggo with a doubled header,
    Banyuwangi with more faults of one kind than are listed."""
    set_arrival(write_csv(tmp_path, "3578", _prices("Pasar Genteng", [13000] * 8 + [13260])), DAY, 9)
    jember = _prices("Pasar Mangli", [12000] * 9) + _prices("Pasar Tanjung", [12000] * 8 + [1200])
    set_arrival(write_csv(tmp_path, "3509", jember), DAY, 9)
    set_arrival(write_csv(tmp_path, "3529", _prices("Pasar Anom Baru", [16000])), DAY, 15)
    unknown = [[DAY.isoformat(), f"Pasar Tak Ada {n}", "Beras Medium", "kg", 13000] for n in range(210)]
    set_arrival(write_csv(tmp_path, "3510", unknown), DAY, 9)
    doubled = write_csv(tmp_path, "3574", [], header=["tanggal", "pasar", "komoditas", "harga", "harga"])
    set_arrival(doubled, DAY, 9)
    return tmp_path


@pytest.fixture
def installation(warehouse: Settings) -> Settings:
    built_warehouse(warehouse)
    return warehouse


def _summary(settings: Settings) -> Summary:
    with connect(Role.READER, settings) as connection:
        return load_summary(connection)


def test_a_nights_figures_offices_findings_and_states(installation: Settings, inbox: Path) -> None:
    assert _summary(installation) == Summary(None, [], [])
    empty = report(installation, night_id=0)
    assert "Belum ada rilis" in empty.read_text()

    run_night(installation, inbox, DAY)
    summary = _summary(installation)

    assert summary.release is not None
    assert (summary.release.release_id, summary.release.business_date) == (1, DAY)
    (rice,) = summary.commodities
    assert (rice.commodity_name, rice.unit, rice.observed_on) == ("Beras Medium", "kg", DAY)
    assert rice.price_idr == (13260 + 12000 + 16000) // 3
    assert (rice.above, rice.within, rice.below) == (1, 1, 1)
    before = (13000 + 12000) // 2
    assert rice.change_7d_pct == pytest.approx((rice.price_idr / before - 1) * 100)
    assert rice.trend[-9:] == [before] * 8 + [rice.price_idr]
    assert rice.trend[:-9] == [None] * 21

    assert (summary.expected, summary.received, summary.on_time, summary.late) == (38, 5, 4, 1)
    assert (summary.awaited, summary.rejected) == (33, 2)
    offices = {office.regency_code: office for office in summary.offices}
    assert len(offices) == 38
    (jember,) = offices["3509"].submissions
    assert (jember.verdict, jember.rows_accepted, jember.rows_held) == ("partially_accepted", 17, 1)
    assert {(finding.severity, finding.row_number) for finding in jember.findings} == {("galat", 19)}
    assert not any(finding.is_cut for finding in jember.findings)
    (banyuwangi,) = offices["3510"].submissions
    assert [(finding.total, finding.is_cut) for finding in banyuwangi.findings] == [(1, False), (200, True)]
    assert offices["3574"].verdict == "rejected"
    assert offices["3529"].standing == "late"

    page = installation.pages / "current" / "ringkasan.html"
    text = page.read_text()
    assert "13.753" in text
    text = (page.parent / "kiriman.html").read_text()
    assert "wajib diperbaiki, lebih dari 200 kali mulai baris 2;" in text
    assert jember.findings[0].message.split(";")[0].replace("Rp ", "Rp\N{NO-BREAK SPACE}") in text

    book = load_workbook(page.parent / "unduh" / "lumbung-rilis.xlsx")
    assert book.sheetnames == [
        "Sampul", "Harga provinsi", "Harga kabupaten-kota", "Peringatan", "Kabupaten-kota", "Kiriman harga",
        "Kelengkapan bulanan", "Grafik", "Kamus",
    ]  # fmt: skip
    assert "Selasa, 28 Juli 2026" in {cell.value for cell in book["Sampul"]["C"]}
    assert [cell.value for cell in book["Harga provinsi"]["C"]][4:] == [rice.price_idr]
    assert len(book["Grafik"]._charts) == 1, "without an index of the base month there are changes alone"

    states = rows_of_states(installation)
    assert states == {"reported": 5}
    written, history = page.read_bytes(), state_changes(installation)
    assert report(installation, night_id=1).read_bytes() == written
    assert state_changes(installation) == history

    run_night(installation, inbox, DAY)
    assert page.resolve() == installation.pages / "releases" / "1" / "ringkasan.html"
    assert page.read_bytes() == written


def rows_of_states(settings: Settings) -> dict[str, int]:
    with connect(Role.ENGINEER, settings) as connection:
        found = connection.execute("select state, count(*) from intake.submissions group by 1").fetchall()
        return dict(found)


def state_changes(settings: Settings) -> int:
    with connect(Role.ENGINEER, settings) as connection:
        row = connection.execute("select count(*) from intake.submission_states").fetchone()
        assert row is not None
        return int(row[0])
