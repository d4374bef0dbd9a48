"""`lumbung trace`: a published alert and its prices lead to file, sheet and row, and recompute."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from lumbung.cli.main import cli
from lumbung.settings import Settings
from tests.nights import prepare_marts, rows, run_night, write_csv

pytestmark = pytest.mark.database

DAY = date(2026, 7, 28)


def trace(*arguments: str) -> dict[str, Any]:
    result = CliRunner().invoke(cli, ["trace", *arguments, "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.output)
    return found


def test_every_alert_leads_to_its_rows(warehouse: Settings, tmp_path: Path) -> None:
    prepare_marts(warehouse)
    for office, markets, risen in (("3507", ("Lawang", "Turen"), 1.5), ("3578", ("Genteng",), 1.0)):
        cells = [
            [(DAY - timedelta(days=n)).isoformat(), market, "Bawang Merah", "kg", int(20_000 * price)]
            for n, price in ((8, 1.0), (2, 1.0), (1, risen))
            for market in markets
        ]
        write_csv(tmp_path / "in", office, cells, name="harga.csv")
    assert run_night(warehouse, tmp_path / "in", DAY, is_history=True)["release_id"] == 1

    alerts = rows(
        warehouse,
        "select observed_on, regency_code, commodity_code, price_level, rule_code from marts.fct_price_alert",
        [],
    )
    assert {"jump_1d", "jump_7d"} <= {alert[4] for alert in alerts}
    for on, regency, commodity, level, rule in alerts:
        asked = ["--on", str(on), "--regency", regency, "--commodity", commodity, "--level", level]
        found = trace("fct_price_alert", *asked, "--rule", rule)
        (alert,) = found["figures"]
        assert all(row["file_name"] == "harga.csv" and row["row_number"] for row in found["sources"])
        assert str(on) in {row["observed_on"] for row in found["sources"]}
        if rule.startswith("jump") and regency != "35":
            days: dict[str, list[float]] = {}
            for row in found["sources"]:
                days.setdefault(row["observed_on"], []).append(float(row["price_idr"]))
            before, after = (sum(days[day]) / len(days[day]) for day in sorted(days))
            assert (after / before - 1) * 100 == pytest.approx(float(alert["measured_value"]), abs=1e-6)
