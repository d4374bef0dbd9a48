"""`lumbung trace`: a published alert and its prices lead to file, sheet and row, and recompute."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from lumbung.cli.main import cli
from lumbung.settings import Settings
from tests.installation import built_warehouse
from tests.nights import rows, run_night, write_csv

pytestmark = pytest.mark.database

DAY = date(2026, 7, 28)
RULES = {"above_ceiling", "jump_1d", "jump_7d", "wide_spread", "stale", "ifpa", "alps", "shortage"}
Parts = dict[str, list[dict[str, Any]]]


def said(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(cli, ["trace", *arguments])
    assert result.exit_code == code, result.output
    return result.output or str(result.exception)  # an error's words are printed by the program around it


def traced(*arguments: str) -> dict[str, Any]:
    """The one figure asked for: its row, and the rows of files by part."""
    (found,) = json.loads(said(*arguments, "--json"))
    return dict(found)


def hand_in(inbox: Path) -> None:
    """Four years of every fifth day of two regencies, calm but for a jump at the end, and a short stock."""
    days = [DAY - timedelta(days=n) for n in range(5, 1465, 5)]
    for number, (office, markets) in enumerate({"3507": ("Lawang", "Turen"), "3578": ("Genteng",)}.items()):
        price = [20_000 + 2_000 * number + 37 * (day.month * day.year % 31) for day in days]
        cells = [
            [day.isoformat(), market, "Bawang Merah", "kg", amount]
            for day, amount in zip(days, price, strict=True)
            for market in markets
        ]
        still = [
            [(DAY - timedelta(days=n)).isoformat(), markets[0], "Cabai Rawit Merah", "kg", 90_000]
            for n in range(40)
        ]
        last = [
            [(DAY - timedelta(days=n)).isoformat(), market, "Bawang Merah", "kg", amount]
            for n, amount in ((2, 46_000 - 26_000 * number), (1, 65_000 - 26_000 * number))
            for market in markets
        ]
        write_csv(inbox, office, [*cells, *still, *last], name="harga.csv")
    stocks = inbox / "3507" / "staple_stocks" / "stok.csv"
    stocks.parent.mkdir(parents=True)
    stocks.write_text(
        f"tanggal,komoditas,stok_akhir,kebutuhan_harian\n{DAY - timedelta(days=2)},Beras Medium,20,10\n"
    )


def test_every_alert_leads_to_its_rows(warehouse: Settings, tmp_path: Path) -> None:
    built_warehouse(warehouse)
    hand_in(tmp_path / "in")
    assert run_night(warehouse, tmp_path / "in", DAY, is_history=True)["release_id"] == 1
    alerts = rows(
        warehouse,
        "select distinct on (rule_code, regency_code = '35', price_level) observed_on, regency_code,"
        " commodity_code, price_level, rule_code from marts.fct_price_alert"
        " order by rule_code, regency_code = '35', price_level, observed_on desc",
    )
    rules = {alert[4] for alert in alerts}
    assert rules >= {
        "above_ceiling",
        "jump_1d",
        "jump_7d",
        "wide_spread",
        "stale",
        "ifpa",
        "alps",
        "shortage",
    }
    for on, regency, commodity, level, rule in alerts:
        asked = ["--on", str(on), "--regency", regency, "--commodity", commodity, "--level", level]
        found = traced("fct_price_alert", *asked, "--rule", rule)
        assert found["figure"]["rule_code"] == rule
        parts = found["parts"]
        for what, sources in parts.items():
            assert sources, (rule, what)
            if what != "the ceiling":
                _lead_to_the_file(tmp_path / "in", sources)
        _explains(rule, regency, found["figure"], parts)
        text = said("fct_price_alert", *asked, "--rule", rule)
        assert "Rests on the" in text
        assert str(warehouse.landing) in text.replace("\n", "")


def _lead_to_the_file(inbox: Path, sources: list[dict[str, Any]]) -> None:
    """What is traced stands in the file handed in, in that very row."""
    for row in (sources[0], sources[-1]):
        dataset = "staple_stocks" if "closing_t" in row else "staple_prices"
        lines = (inbox / row["regency_code"] / dataset / row["file_name"]).read_text().splitlines()
        cells = lines[row["row_number"] - 1].split(",")
        assert cells[0] == row["observed_on"]
        assert str(row.get("price_idr") or float(row["closing_t"]).__trunc__()) in cells


def _explains(
    rule: str, regency: str, figure: dict[str, Any], parts: dict[str, list[dict[str, Any]]]
) -> None:
    if rule.startswith("jump") and regency != "35":
        now, before = (
            sum(row["price_idr"] for row in sources) / len(sources)
            for sources in (parts["the day"], next(v for k, v in parts.items() if "change over" in k))
        )
        assert abs(now / before - 1) * 100 == pytest.approx(float(figure["measured_value"]), abs=1e-6)
    elif rule == "above_ceiling":
        (ceiling,) = parts["the ceiling"]
        assert ceiling["upper_idr"] == float(figure["baseline_value"])
        assert ceiling["legal_basis"]
    elif rule == "stale":
        unchanged = parts["the days before, unchanged"]
        assert {row["price_idr"] for row in unchanged} == {float(figure["figure_value"])}
    elif rule == "ifpa":
        assert len([what for what in parts if what.startswith("ifpa: ")]) >= 5


def test_other_figures_and_words_for_what_is_not_there(warehouse: Settings, tmp_path: Path) -> None:
    built_warehouse(warehouse)
    hand_in(tmp_path / "in")
    run_night(warehouse, tmp_path / "in", DAY, is_history=True)
    day = str(DAY - timedelta(days=1))
    asked = ["--on", day, "--commodity", "Bawang Merah"]
    daily = traced("fct_price_daily", *asked, "--regency", "3507")
    assert [row["market_name"] for row in daily["parts"]["the day"]] == ["Pasar Lawang", "Pasar Turen"]
    assert len(traced("fct_price_province_daily", *asked)["parts"]["the day"]) == 3
    month = traced("fct_price_monthly", *asked, "--regency", "3507")
    assert {row["observed_on"][:7] for row in month["parts"]["the month"]} == {day[:7]}
    index = traced("fct_price_index_monthly", "--on", day, "--regency", "3507")
    assert {row["commodity_code"] for row in index["parts"]["the month, of the basket's commodities"]} == {
        "bawang_merah",
        "cabai_rawit_merah",
    }
    week = traced(
        "fct_price_season", "--on", "2026-02-10", "--commodity", "bawang_merah", "--regency", "3507"
    )
    assert next(iter(week["parts"])) == "ramadan 2026, week -2"

    assert "nearest days with one: 2026-07-23, 2026-07-26, 2026-07-27" in said(
        "fct_price_daily", "--on", "2026-07-29", "--commodity", "bawang_merah", "--regency", "3507", code=1
    ).replace("\n", " ")
    assert "--regency" in said("fct_price_daily", *asked, code=1)
    assert "Nearest:" in said("fct_price_daily", "--on", day, "--commodity", "Bawang Mera", code=1)
    assert "cannot be traced" in said("fct_price", *asked, code=2)

    ((submission_id,),) = rows(
        warehouse, "select submission_id from marts.fct_submission where file_name = 'stok.csv'"
    )
    life = json.loads(said(submission_id, "--json"))
    assert life["submission"][0]["state"] == "reported"
    assert (len(life["handed in"]), len(life["versions"]), life["published"][0]["release_id"]) == (1, 1, 1)
    assert "There is no submission 3507-SS-nothing" in said("3507-SS-nothing", code=1)
