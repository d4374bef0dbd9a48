"""Registers handed in as files, night by night: what is published, who reads it, and where it came from."""

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from lumbung.cli.main import cli
from lumbung.settings import Role, Settings
from lumbung.warehouse.connection import connect
from tests.installation import prepare_marts
from tests.nights import rows, run_night
from tests.privacy import everything_readable

pytestmark = pytest.mark.database

DAY = date(2026, 7, 28)
REGENCY = "3510"
HEADER = [
    "tahun_data", "nib", "nama_perusahaan", "nama_pemilik", "alamat", "desa", "kbli", "produk",
    "tenaga_kerja_l", "tenaga_kerja_p", "nilai_investasi", "nilai_produksi", "nilai_bahan_baku", "status",
]  # fmt: skip
NIB, SPOILT_NIB = "9120001234567", "91200076543"
OWNER, ADDRESS = "Siti Rahasiawati", "Jalan Tersembunyi 5"
SECRETS = [
    NIB,
    SPOILT_NIB,
    "Rahasiawati",
    "Tersembunyi",
    "123456789",
    "123.456.789",
    "864197532",
    "864.197.532",
]


def hand_in(inbox: Path, name: str, year: int, units: list[list[Any]]) -> None:
    path = inbox / REGENCY / "industry_units" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([HEADER, *([year, *unit] for unit in units)])


def unit(
    name: str, nib: str = "", status: str = "aktif", workers: int = 5, production: int = 90_000_000
) -> Any:
    return [
        nib, name, OWNER, ADDRESS, "Sukomulyo", "10794", "Keripik Singkong", workers, 0,
        123_456_789, production, 987_654_321 if production == 123_456_789 else 40_000_000, status,
    ]  # fmt: skip


def traced(*arguments: str) -> Any:
    said = CliRunner().invoke(cli, ["trace", *arguments, "--regency", REGENCY, "--json"])
    assert said.exit_code == 0, said.output or said.exception
    return json.loads(said.output)


def test_registers_are_published_without_what_is_restricted(warehouse: Settings, tmp_path: Path) -> None:
    """Two years, a part, findings with restricted values in them, and a night of nothing new."""
    prepare_marts(warehouse)
    inbox = tmp_path / "in"
    hand_in(
        inbox,
        "direktori_2024.csv",
        2024,
        [
            unit("UD Satu", NIB),
            unit("UD Dua"),
            unit("UD Tiga", production=123_456_789),
            unit("UD Empat", SPOILT_NIB),
        ],
    )
    hand_in(
        inbox, "direktori_2025.csv", 2025, [unit("UD Satu", NIB, workers=25), unit("UD Dua", status="tutup")]
    )
    assert run_night(warehouse, inbox, DAY, is_history=True)["release_id"] == 1
    assert rows(
        warehouse, "select data_year, size_class, is_active from marts.fct_industry_unit order by 1, 2, 3"
    ) == [(2024, "small", True)] * 3 + [(2025, "medium", True), (2025, "small", False)]
    changes = (
        "select change_type, change_reason, from_value, to_value from marts.fct_industry_change order by 1, 2"
    )
    assert rows(warehouse, changes) == [
        ("closed", "stated", None, None),
        ("missing", "part_register", None, None),
        ("reclassified", "size_class", "small", "medium"),
    ]
    hand_in(inbox, "tambahan_2025.csv", 2025, [unit("UD Tiga")])
    assert run_night(warehouse, inbox, DAY, is_history=True)["release_id"] == 2
    assert rows(warehouse, changes) == [
        ("closed", "stated", None, None),
        ("reclassified", "size_class", "small", "medium"),
    ]
    assert run_night(warehouse, inbox, DAY)["release_id"] is None

    with connect(Role.READER, warehouse, autocommit=True) as reader:
        for release in ("", "1"):
            reader.execute("select set_config('lumbung.release', %s, false)", [release])
            text = everything_readable(reader)
            assert "IU-126" in text
            assert "IU-213" in text
            assert [secret for secret in SECRETS if secret in text] == []
    with connect(Role.PLANNER, warehouse, autocommit=True) as planner:
        assert planner.execute(
            "select company_name, nib, owner_name from restricted.industry_unit_detail"
            " where data_year = 2025 and is_active order by 1"
        ).fetchall() == [("UD Satu", NIB, OWNER), ("UD Tiga", None, OWNER)]

    ((key,),) = rows(warehouse, "select unit_key from marts.fct_industry_unit where size_class = 'medium'")
    (one,) = traced("fct_industry_unit", "--on", "2025-12-31", "--unit", key)
    (source,) = one["parts"]["the row"]
    assert (source["file_name"], source["row_number"]) == ("direktori_2025.csv", 2)
    (one,) = traced("fct_industry_change", "--on", "2025-01-01", "--unit", key)
    assert [one["parts"][part][0]["file_name"] for part in ("the year", "the year before")] == [
        "direktori_2025.csv", "direktori_2024.csv",
    ]  # fmt: skip
    said = CliRunner().invoke(
        cli, ["trace", "fct_industry_unit", "--regency", REGENCY, "--on", "2025-01-01", "--unit", key]
    )
    assert f"2025 {REGENCY}, {key} <- {REGENCY}-IU-" in said.output
    said = CliRunner().invoke(cli, ["trace", "fct_industry_unit", "--regency", REGENCY, "--on", "2025-01-01"])
    assert "Name one with --unit" in str(said.exception) + said.output
