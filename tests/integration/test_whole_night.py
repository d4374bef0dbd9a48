"""The whole flow on a real warehouse, without the scheduler: what is published, held, corrected, refused."""

import math
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from lumbung.settings import Role, Settings
from lumbung.warehouse.connection import connect
from tests.installation import prepare_marts
from tests.nights import (
    fingerprint,
    office_rows,
    rows,
    run_night,
    set_arrival,
    shallot_inbox,
    write_csv,
)

pytestmark = pytest.mark.database
DAY = date(2026, 7, 28)


@pytest.fixture
def installation(warehouse: Settings) -> Settings:
    prepare_marts(warehouse)
    return warehouse


def floor_rule(by_regency: dict[str, list[dict[str, str]]], day: str, held: set[tuple[str, str]]) -> int:
    """floor(mean over regencies of mean over markets), in exact fractions, without the held rows."""
    means = []
    for regency_rows in by_regency.values():
        prices = [
            int(r["harga"]) for r in regency_rows if r["tanggal"] == day and (r["pasar"], day) not in held
        ]
        if prices:
            means.append(Fraction(sum(prices), len(prices)))
    return math.floor(sum(means, Fraction(0)) / len(means))


HELD = {("Pasar Lawang", "2026-07-14"), ("Pasar Wirolegi", "2026-07-27")}


def test_real_shallot_figures_from_files_to_corrected_release(installation: Settings, tmp_path: Path) -> None:
    by_regency = shallot_inbox(tmp_path)
    first = run_night(installation, tmp_path, DAY)
    assert first["release_id"] == 1

    published = dict(
        rows(installation, "select observed_on::text, price_idr from marts.fct_price_province_daily")
    )
    days = sorted({r["tanggal"] for regency in by_regency.values() for r in regency})
    assert published == {day: floor_rule(by_regency, day, HELD) for day in days}

    suspects = rows(
        installation,
        "select regency_code, value from marts.fct_finding"
        " inner join marts.fct_submission using (submission_id)"
        " where rule_id = 'SP-401' order by 1",
    )
    assert suspects == [("3507", "3200"), ("3509", "2700")]

    corrected = [
        [
            r["tanggal"],
            r["pasar"],
            "Bawang Merah",
            "kg",
            "32000" if (r["pasar"], r["tanggal"]) in HELD else r["harga"],
        ]
        for r in by_regency["3507"]
    ]
    write_csv(tmp_path, "3507", corrected)
    second = run_night(installation, tmp_path, DAY)
    assert second["release_id"] == 2
    now = dict(rows(installation, "select observed_on::text, price_idr from marts.fct_price_province_daily"))
    assert now["2026-07-14"] != published["2026-07-14"]
    assert {day: p for day, p in now.items() if day > "2026-07-14"} == {
        day: p for day, p in published.items() if day > "2026-07-14"
    }
    before = dict(
        rows(
            installation, "select observed_on::text, price_idr from asof.fct_price_province_daily", release=1
        )
    )
    assert before == published
    versions = rows(installation, "select version, supersedes_id is not null from marts.fct_submission"
                    " where regency_code = '3507' order by 1")  # fmt: skip
    assert versions == [(1, False), (2, True)]


def test_a_second_run_publishes_nothing(installation: Settings, tmp_path: Path) -> None:
    shallot_inbox(tmp_path)
    run_night(installation, tmp_path, DAY)
    before = fingerprint(installation)
    again = run_night(installation, tmp_path, DAY)
    assert again == {"release_id": None, "changed_rows": 0}
    assert fingerprint(installation) == before
    with connect(Role.ENGINEER, installation) as connection:
        assert connection.execute("select count(*) from intake.receipts").fetchone() == (6,)
        assert connection.execute("select count(*) from intake.submissions").fetchone() == (3,)


def test_four_bad_files_do_not_stop_the_others(installation: Settings, tmp_path: Path) -> None:
    offices = [row[0] for row in _offices(installation)]
    good = [code for code in offices if code not in {"3501", "3502", "3503", "3504"}]
    for code in good:
        write_csv(tmp_path, code, office_rows(installation, code, 1, DAY))
    unreadable = write_csv(tmp_path, "3501", [], name="harga.xlsx")
    unreadable.write_bytes(b"PK\x03\x04 this is no workbook")
    write_csv(tmp_path, "3502", []).write_bytes(b"")
    write_csv(tmp_path, "3503", office_rows(installation, "3505", 1, DAY))
    write_csv(
        tmp_path, "3504", [["2026-07-28", "x", "Beras Medium", "1", "2"]],
        header=["tanggal", "pasar", "komoditas", "harga", "harga"],
    )  # fmt: skip

    result = run_night(installation, tmp_path, DAY)

    assert result["release_id"] == 1
    verdicts = dict(rows(installation, "select regency_code, verdict from marts.fct_submission"))
    assert {verdicts[code] for code in ("3501", "3502", "3503", "3504")} == {"rejected"}
    assert {verdicts[code] for code in good} <= {"accepted", "accepted_with_notes"}
    priced = "select distinct regency_code from marts.fct_price_daily where price_idr is not null"
    assert {row[0] for row in rows(installation, priced)} == set(good)
    findings = rows(
        installation,
        "select regency_code, count(*), count(row_number), count(column_name), min(length(message))"
        " from marts.fct_finding inner join marts.fct_submission using (submission_id)"
        " where severity = 'galat' group by 1 order by 1",
    )
    by_code = {
        code: (count, with_row, with_column, shortest)
        for code, count, with_row, with_column, shortest in findings
    }
    assert set(by_code) == {"3501", "3502", "3503", "3504"}
    assert all(shortest > 20 for *_, shortest in by_code.values())
    assert by_code["3503"][1] > 0, "rows of another regency are named by row"
    assert by_code["3503"][2] > 0
    assert by_code["3504"][2] > 0, "the doubled header is named by column"


def test_publishing_step_by_step_equals_a_full_rebuild(installation: Settings, tmp_path: Path) -> None:
    from lumbung import night as stages

    shallot_inbox(tmp_path)
    write_csv(tmp_path, "3578", office_rows(installation, "3578", 20, DAY))
    run_night(installation, tmp_path, DAY)
    write_csv(tmp_path, "3578", office_rows(installation, "3578", 8, DAY, base=12600), name="koreksi.csv")
    run_night(installation, tmp_path, DAY)
    step_by_step = fingerprint(installation, "build")

    night, _ = stages.open_night(installation, DAY, str(tmp_path), "full-rebuild")
    stages.build(installation, night, full=True)

    rebuilt = fingerprint(installation, "build")
    marts = fingerprint(installation)
    assert {t: rebuilt[t] for t in marts} == {t: step_by_step[t] for t in marts}


def test_on_time_is_judged_by_arrival_at_noon_of_the_day(installation: Settings, tmp_path: Path) -> None:
    early = write_csv(tmp_path, "3578", office_rows(installation, "3578", 1, DAY))
    late = write_csv(tmp_path, "3577", office_rows(installation, "3577", 1, DAY))
    set_arrival(early, DAY, 11)
    set_arrival(late, DAY, 15)
    run_night(installation, tmp_path, DAY)
    grid = rows(
        installation,
        "select regency_code, status, on_time from marts.rpt_reporting_rate"
        " where dataset = 'staple_prices' and period_on = %s",
        [DAY],
    )  # fmt: skip
    cells = {code: (status, on_time) for code, status, on_time in grid}
    assert len(cells) == 38
    assert cells["3578"] == ("received", 1)
    assert cells["3577"] == ("received", 0)
    assert cells["3510"][0] == "late"


def _offices(settings: Settings) -> list[tuple[str]]:
    from lumbung.reference import Reference

    return sorted((code,) for code in Reference.load(settings).offices)
