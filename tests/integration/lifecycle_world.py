"""An office that sends price files, and what counts of them: nights without dbt, to test the lifecycle."""

import csv
import itertools
import re
import shutil
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import psycopg

from lumbung import night as stages
from lumbung.contracts.load import load_contract
from lumbung.contracts.model import Contract
from lumbung.intake import counted
from lumbung.intake.changes import Who
from lumbung.intake.states import State, transition
from lumbung.report.stage import answer
from lumbung.settings import Role, Settings
from lumbung.warehouse.connection import connect
from tests.nights import set_arrival

OFFICE = "3507"
TONIGHT = date(2026, 7, 28)
WHO = Who("Ratna", "dikonfirmasi lewat telepon")
LAWANG, TUREN = "3507-pasar-lawang", "3507-pasar-turen"


@cache
def prices_contract(expectations: Path) -> Contract:
    """The contract of the prices in a folder, read once."""
    return load_contract(expectations / "staple_prices.odcs.yaml")


class World:
    """A warehouse, an inbox, and short ways to act and look.

    Args:
        settings: An installation with an empty warehouse.
        folder: Where the inbox goes.
    """

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.settings = settings
        self.inbox = folder / "inbox"
        self.conn: psycopg.Connection[Any] = connect(Role.INGEST, settings)
        self._runs = itertools.count(1)

    @property
    def contract(self) -> Contract:
        """Of the prices, as the installation has it today."""
        return prices_contract(self.settings.expectations)

    def submit(
        self,
        rows: list[tuple[str, str, int | str]],
        name: str = "harga.csv",
        on: date = TONIGHT,
        hour: int | None = None,
    ) -> str:
        """Hand in a file of (day, market, price), run a night up to its report; its receipt number.

        The first row stands in row 2 of the file; it arrived at an hour of the day, else in the night.
        """
        shutil.rmtree(self.inbox, ignore_errors=True)
        path = self.inbox / OFFICE / "staple_prices" / name
        path.parent.mkdir(parents=True)
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, delimiter=";")
            writer.writerow(["Tanggal", "Pasar", "Komoditas", "Harga"])
            writer.writerows([day, market, "Bawang Merah", price] for day, market, price in rows)
        if hour is not None:
            set_arrival(path, on, hour)
        self.night(on)
        row = self.one("select submission_id from intake.submissions order by received_at desc limit 1")
        return str(row[0])

    def night(self, on: date = TONIGHT) -> None:
        """Collect, decode, check, load; what is loaded is reported."""
        self.conn.commit()
        tonight, _ = stages.open_night(self.settings, on, str(self.inbox), f"run-{next(self._runs)}")
        stages.collect(self.settings, tonight, OFFICE)
        self.stages(tonight)

    def stages(self, tonight: stages.Night) -> None:
        """Decode, check and load what is pending; what is loaded is reported."""
        stages.decode(self.settings, tonight)
        stages.check(self.settings, tonight)
        stages.load(self.settings, tonight)
        loaded = self.conn.execute(
            "select submission_id from intake.submissions where state = 'loaded'"
        ).fetchall()
        transition(self.conn, [row[0] for row in loaded], State.REPORTED)
        self.conn.commit()

    def one(self, query: str, *values: Any) -> tuple[Any, ...]:
        """The only row of a query; the transaction ends."""
        rows = self.conn.execute(query, values).fetchall()
        self.conn.commit()
        assert len(rows) == 1, rows
        return tuple(rows[0])

    def all(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """The rows of a query; the transaction ends."""
        rows = self.conn.execute(query, values).fetchall()
        self.conn.commit()
        return rows

    def prices(self, submission_id: str) -> dict[tuple[date, str], int]:
        """What counts now, by day and market, for every key the submission has or had."""
        found = counted.values_of(self.conn, self.contract, submission_id)
        self.conn.commit()
        return {(key[0], key[1]): value.values["price_idr"] for key, value in found.items()}

    def finding(self, submission_id: str, rule_id: str) -> str:
        """The name of the first finding of a rule."""
        row = self.one(
            "select submission_id || '/' || min(finding_no) from intake.findings"
            " where submission_id = %s and rule_id = %s group by submission_id",
            submission_id,
            rule_id,
        )
        return str(row[0])

    def receipts(self) -> str:
        """The list of receipts as the office would get it now."""
        (night_id,) = self.one("select max(night_id) from audit.nights")
        answer(self.settings, night_id, {"staple_prices": self.contract})
        return (self.settings.outbox / OFFICE / f"tanda-terima_{TONIGHT}.txt").read_text(encoding="utf-8")

    def contents(self) -> dict[str, list[str]]:
        """All rows of raw and of the tables that people's changes write."""
        tables = (
            "raw.staple_prices",
            "intake.changes",
            "intake.loads",
            "intake.withdrawals",
            "intake.releases",
        )
        tables += ("intake.explanations", "intake.findings", "intake.unlocks", "intake.submissions")
        return {
            table: sorted(row[0] for row in self.all(f"select t::text from {table} as t")) for table in tables
        }


def with_rules(settings: Settings, folder: Path, **severities: str) -> Settings:
    """The same installation, its contracts copied with other severities of rules (SP_401="konfirmasi")."""
    expectations = folder / "expectations"
    if not expectations.exists():
        expectations.mkdir(parents=True)
        for name in ("shared_rules.yaml", "staple_prices.odcs.yaml"):
            shutil.copy(settings.expectations / name, expectations)
        for name in ("dbt_project", "plugins"):
            (folder / name).symlink_to(settings.root / name)
    for path in expectations.glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        for rule, severity in severities.items():
            pattern = rf"(- id: {rule.replace('_', '-')}\n(?:(?!- id:).)*?severity: )\w+"
            text = re.sub(pattern, rf"\g<1>{severity}", text, flags=re.DOTALL)
        path.write_text(text, encoding="utf-8")
    return Settings(root=folder, home=settings.home)
