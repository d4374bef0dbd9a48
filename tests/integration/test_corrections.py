"""A correction of long ago, sent again after an unlock: it changes what depends on it, and nothing else."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from lumbung import night as stages
from lumbung.cli.main import cli
from lumbung.settings import Settings
from tests.installation import built_warehouse
from tests.nights import fingerprint, rows, run_night, set_arrival, write_csv

pytestmark = pytest.mark.database

DAY = date(2026, 7, 28)
WRONG_ON = date(2024, 7, 26)
OFFICES = {"3507": ("Lawang", "Turen"), "3518": ("Wage",), "3578": ("Genteng", "Keputran")}
COMMODITIES = ("Bawang Merah", "Beras Medium")


def _history(regency_code: str) -> list[list[Any]]:
    """Three years of every fourth day; the price moves a little every month."""
    days = [DAY - timedelta(days=n) for n in range(1096, 0, -4)]
    return [
        [day.isoformat(), market, commodity, "kg", 20_000 + 500 * number + 150 * (day.month + day.year % 3)]
        for day in days
        for number, market in enumerate(OFFICES[regency_code])
        for commodity in COMMODITIES
    ]


def test_a_correction_of_two_years_ago(warehouse: Settings, tmp_path: Path) -> None:
    built_warehouse(warehouse)
    history, tonight = tmp_path / "riwayat", tmp_path / "malam"
    for office in OFFICES:
        write_csv(history, office, _history(office), name="riwayat.csv")
    assert run_night(warehouse, history, DAY - timedelta(days=1), is_history=True)["release_id"] == 1
    before = fingerprint(warehouse)

    correction = [WRONG_ON.isoformat(), "Lawang", "Bawang Merah", "kg", 27_500]
    assert correction[:4] in [row[:4] for row in _history("3507")], "the day is in the history"
    set_arrival(write_csv(tonight, "3507", [correction], name="koreksi.csv"), DAY, 9)
    run_night(warehouse, tonight, DAY)
    assert fingerprint(warehouse)["fct_price_observation"] == before["fct_price_observation"], "locked"

    unlocked = CliRunner().invoke(
        cli,
        [
            "unlock", "--office", "3507", "--dataset", "staple_prices",
            "--from", WRONG_ON.isoformat(), "--to", WRONG_ON.isoformat(),
            "--valid-until", (DAY + timedelta(days=7)).isoformat(),
            "--reason", "salah ketik", "--by", "Ratna",
        ],
        catch_exceptions=False,
    )  # fmt: skip
    assert unlocked.exit_code == 0, unlocked.output
    again = [*correction[:4], 27_600]
    set_arrival(write_csv(tonight, "3507", [again], name="koreksi.csv"), DAY, 10)
    release = run_night(warehouse, tonight, DAY + timedelta(days=1))["release_id"]
    assert release is not None

    _only_what_depends_on_it_changed(warehouse, release)
    published = fingerprint(warehouse)
    night, _ = stages.open_night(warehouse, DAY + timedelta(days=1), str(tonight), "in full")
    rebuilt = stages.publish(warehouse, night, stages.build(warehouse, night, full=True))
    assert rebuilt["release_id"] is None, "a full rebuild differs in nothing"
    assert fingerprint(warehouse) == published


def _only_what_depends_on_it_changed(settings: Settings, release: int) -> None:
    def changed(table: str, columns: str) -> set[tuple[Any, ...]]:
        return set(
            rows(settings, f"select distinct {columns} from marts.{table} where release_from = %s", [release])
        )

    assert changed("fct_price_observation", "observed_on, market_id, commodity_code") == {
        (WRONG_ON, "3507-pasar-lawang", "bawang_merah")
    }
    back = [timedelta(days=n) for n in (0, 4, 8, 32, 36, 368, 372, 376, 380)]
    for table in ("fct_price_daily", "fct_price_province_daily"):
        days = {day for (day,) in changed(table, "observed_on")}
        assert WRONG_ON in days
        assert days <= {WRONG_ON + distance for distance in back}, table
        assert changed(table, "commodity_code") == {("bawang_merah",)}
    months = changed("fct_price_monthly", "regency_code, commodity_code, month_on")
    assert {month for *_, month in months} >= {WRONG_ON.replace(day=1)}
    assert min(month for *_, month in months) == WRONG_ON.replace(day=1), "no month before it"
    assert {(regency, commodity) for regency, commodity, _ in months} == {
        ("3507", "bawang_merah"),
        ("35", "bawang_merah"),
    }
    alerts = changed("fct_price_alert", "commodity_code")
    assert alerts <= {("bawang_merah",)}
    seasons = changed("fct_price_season", "season_code, commodity_code")
    assert seasons == set(), "late July is in no season's weeks"
