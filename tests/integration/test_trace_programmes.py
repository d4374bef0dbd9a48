"""`lumbung trace` of programme figures: every one leads to the rows of the file that it rests on."""

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from lumbung.cli.main import cli
from lumbung.sample.programmes import ACTIVITY_HEADER
from lumbung.settings import Settings
from tests.installation import built_warehouse
from tests.nights import rows, run_night

pytestmark = pytest.mark.database

DAY = date(2026, 7, 28)


def traced(mart: str, *arguments: str) -> list[dict[str, Any]]:
    asked = ["trace", mart, "--regency", "3510", "--on", "2026-06-15", *arguments]
    said = CliRunner().invoke(cli, [*asked, "--json"])
    assert said.exit_code == 0, said.output or said.exception
    told = CliRunner().invoke(cli, asked)
    assert "Rests on" in told.output, told.output
    return list(json.loads(said.output))


def hand_in(inbox: Path) -> Path:
    """One file of 3510: an activity standing still since March, one for another programme in March."""
    path = inbox / "3510" / "programme_activities" / "realisasi.csv"
    path.parent.mkdir(parents=True)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(ACTIVITY_HEADER)
        for month, code, programme, realised, physical in (
            (3, "K.1", "JTM-IND-01", 30_000_000, 40),
            (3, "K.2", "JTM-IND-02", 10_000_000, 10),
            (6, "K.1", "JTM-IND-01", 90_000_000, 40),
            (6, "K.3", "", 0, 0),
        ):
            writer.writerow(
                [2026, month, "P.1", "Program", code, f"Kegiatan {code}", "ya", programme, 100_000_000,
                 realised, physical]
            )  # fmt: skip
    return path


def test_programme_figures_lead_to_their_rows(warehouse: Settings, tmp_path: Path) -> None:
    built_warehouse(warehouse)
    lines = hand_in(tmp_path / "in").read_text().splitlines()
    assert run_night(warehouse, tmp_path / "in", DAY, is_history=True)["release_id"] == 1
    assert rows(
        warehouse,
        "select finding_code, subject_code from marts.rpt_programme_sync where regency_code = '3510'"
        " order by 1, 2",
    ) == [
        ("activity_without_programme", "K.3"),
        *(("programme_without_activity", f"JTM-{c}") for c in ("DAG-01", "DAG-02", "IND-02", "IND-03")),
        ("progress_stalled", "K.1"),
    ]

    def found(part: list[dict[str, Any]]) -> list[tuple[str, str]]:
        """Month and activity of each row, which stands in the file where it is said to stand."""
        for row in part:
            cells = lines[row["row_number"] - 1].split(",")
            assert (row["file_name"], row["realised_idr"]) == ("realisasi.csv", int(cells[9]))
            assert (int(cells[1]), cells[4]) == (int(row["month_on"][5:7]), row["activity_code"])
        return [(row["month_on"][5:7], row["activity_code"]) for row in part]

    assert [one["figure"]["activity_code"] for one in traced("fct_programme_activity")] == ["K.1", "K.3"]
    (one,) = traced("fct_programme_activity", "--activity", "K.1")
    assert found(one["parts"]["the month"]) == [("06", "K.1")]
    (monthly,) = traced("fct_programme_monthly")
    assert monthly["figure"]["absorption_pct"] == "45"
    assert found(monthly["parts"]["the month"]) == [("06", "K.1"), ("06", "K.3")]
    (stalled,) = traced("rpt_programme_sync", "--rule", "progress_stalled")
    assert [found(part) for part in stalled["parts"].values()] == [[("06", "K.1")], [("03", "K.1")]]
    missing = traced("rpt_programme_sync", "--rule", "programme_without_activity")
    given_up = next(one for one in missing if one["figure"]["subject_code"] == "JTM-IND-02")
    assert [found(part) for part in given_up["parts"].values()] == [
        [("06", "K.1"), ("06", "K.3")],
        [("03", "K.2")],
    ]
