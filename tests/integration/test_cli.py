"""The command line on an installation of its own: set-up, addresses, history, rollback, stop, deletion."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import psycopg
import pytest

from lumbung.local.airflow import LocalAirflow
from lumbung.settings import Settings
from lumbung.warehouse.embedded import EmbeddedServer
from tests.nights import office_rows, write_csv

pytestmark = pytest.mark.database

ROOT = Path(__file__).resolve().parents[2]
DAY = date(2026, 7, 27)


@dataclass
class Installation:
    settings: Settings

    def run(self, *arguments: str, fails: bool = False) -> str:
        """Run one command as a user does; returns what it printed, both streams."""
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("LUMBUNG_")}
        result = subprocess.run(
            [sys.executable, "-m", "lumbung.cli", *arguments],
            env=inherited | {"LUMBUNG_HOME": str(self.settings.home), "PYTHONPATH": str(ROOT / "plugins")},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, timeout=120, check=False,
        )  # fmt: skip
        assert result.returncode == int(fails), result.stdout
        assert "Traceback" not in result.stdout
        return result.stdout

    def query(self, statement: str, *url_options: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.run("url", *url_options).strip()) as connection:
            return connection.execute(statement).fetchall()


@pytest.fixture(scope="module")
def home() -> Iterator[Installation]:
    folder = Path(tempfile.mkdtemp(prefix="lumbung-cli-"))
    folder.chmod(0o755)
    made = Installation(Settings(root=ROOT, home=folder / "home"))
    try:
        yield made
    finally:
        LocalAirflow(made.settings).stop()
        EmbeddedServer(made.settings).delete()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def set_up(home: Installation) -> Installation:
    said = home.run("setup")
    assert [line.split()[0] for line in said.splitlines()] == [
        "postgresql", "warehouse", "marts", "airflow", "Set"
    ]  # fmt: skip
    return home


@pytest.fixture(scope="module")
def with_history(set_up: Installation, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Release 1, from two offices' files; what was said is in ``history.txt``."""
    inbox = tmp_path_factory.mktemp("inbox")
    for code in ("3510", "3578"):
        write_csv(inbox, code, office_rows(set_up.settings, code, 5, DAY))
    (inbox / "9999").mkdir()
    said = set_up.run("load-history", str(inbox), "--date", DAY.isoformat())
    (set_up.settings.home / "history.txt").write_text(said)
    return set_up


def test_a_second_set_up_only_says_that_the_server_runs(set_up: Installation) -> None:
    said = set_up.run("setup").splitlines()
    assert len(said) == 2
    assert "already running" in said[0]
    seconds = re.search(r"([\d.]+) s$", said[0])
    assert seconds
    assert float(seconds[1]) < 5


@pytest.mark.parametrize("role", ["reader", "planner", "engineer"])
def test_the_url_lets_its_role_in_and_a_wrong_password_out(set_up: Installation, role: str) -> None:
    url = set_up.run("url", "--role", role)
    assert url.count("\n") == 1
    with psycopg.connect(url.strip()) as connection:
        assert connection.execute("select current_user, current_database()").fetchone() == (
            f"lumbung_{role}",
            "lumbung",
        )
        assert connection.execute("select count(*) from marts.fct_price_daily").fetchone()
    password = set_up.settings.secrets()[f"lumbung_{role}"]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(url.strip().replace(password, "lumbung"))


def test_status_before_the_first_night(set_up: Installation) -> None:
    said = set_up.run("status")
    assert "running on 127.0.0.1:" in said
    assert said.count("stopped") == 2
    assert "none yet" in said


def test_history_is_loaded_with_a_line_per_stage_and_published(with_history: Installation) -> None:
    said = (with_history.settings.home / "history.txt").read_text()
    stages = [line.split()[0] for line in said.splitlines() if line.endswith(" s")][-7:]
    assert stages == ["collect", "decode", "check", "load", "build", "publish", "report"]
    assert "2 new files" in said
    assert "2 accepted" in said
    assert re.search(r"release 1, [\d,]+ rows changed", said)
    assert "Note: " in said
    assert "9999" in said, "a folder of no office is named"
    assert not re.search(r"INFO|DEBUG|great_expectations", said)
    assert with_history.query("select release_id, is_current from marts.release") == [(1, True)]
    assert with_history.query("select count(distinct regency_code) from marts.fct_price_daily"
                              " where price_idr is not null") == [(2,)]  # fmt: skip
    status = with_history.run("status")
    assert "Release      1, figures to 2026-07-27" in status
    assert "published (history)" in status


def test_rollback_pauses_until_resume(with_history: Installation, tmp_path: Path) -> None:
    refused = with_history.run("rollback", "99", "--reason", "x", "--by", "test", fails=True)
    assert refused.startswith("Failed: ")
    assert len(refused.splitlines()) <= 3
    figure = "select sum(price_idr)::text from marts.fct_price_daily"
    first = with_history.query(figure)
    write_csv(
        tmp_path, "3510", office_rows(with_history.settings, "3510", 5, DAY, base=12500), name="lagi.csv"
    )
    assert "release 2, " in with_history.run("load-history", str(tmp_path), "--date", DAY.isoformat())
    assert with_history.query(figure) != first

    said = with_history.run("rollback", "1", "--reason", "a wrong list of markets", "--by", "test")
    assert "Release 3 equals release 1" in said
    assert with_history.query(figure) == first
    paused = with_history.run("status")
    assert "paused" in paused
    assert "a wrong list of markets" in paused
    assert "current one already" in with_history.run("rollback", "3", "--reason", "again", "--by", "test")

    assert "Nights publish again" in with_history.run("resume", "--by", "test")
    assert "paused" not in with_history.run("status")
    asof = figure.replace("marts.", "asof.")
    assert "There is no release 99." in with_history.run("url", "--release", "99", fails=True)
    assert with_history.query(asof, "--release", "1") == first != with_history.query(asof, "--release", "2")


def test_down_stops_and_url_starts_again(with_history: Installation) -> None:
    current = with_history.query("select max(release_id) from marts.release")
    assert "PostgreSQL" in with_history.run("down")
    assert with_history.run("down") == "Stopped: nothing was running.\n"
    assert with_history.run("status").count("stopped") == 3
    assert with_history.query("select max(release_id) from marts.release") == current


def test_the_airflow_password_is_told(set_up: Installation) -> None:
    assert set_up.run("password").strip() == set_up.settings.secrets()["airflow_ui"]


def test_clean_deletes_all_but_what_is_not_lumbungs(with_history: Installation) -> None:
    said = with_history.run("clean", "--yes")
    assert "history.txt" in said
    assert [path.name for path in with_history.settings.home.iterdir()] == ["history.txt"]
    assert "does not look like" in with_history.run("clean", "--yes", fails=True)
    assert "not finished" in with_history.run("status")
