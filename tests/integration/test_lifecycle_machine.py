"""The lifecycle as a state machine: whatever people and nights do, in any order, the right value counts.

A small model in Python says what should count. The warehouse is acted on by the library's own functions, and
asked after every step by the dbt project's own SQL (compiled once). Touched keys only are computed anew, as a
build does, so a change that a build would overlook shows here. The check is a stand-in that holds the rows
the example says.
"""

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from lumbung.check.locks import LATE_FILL, LOCKED_CHANGE, lock_columns
from lumbung.clock import night_instant
from lumbung.contracts.model import Contract
from lumbung.errors import LumbungError
from lumbung.intake import ledger, quarantine, replays, unlocks, withdrawals
from lumbung.intake.changes import Who
from lumbung.intake.channels.base import Arrival
from lumbung.intake.landing import Stored
from lumbung.intake.states import State, transition
from lumbung.load import stage
from lumbung.settings import Role, Settings
from lumbung.warehouse.connection import connect
from lumbung.warehouse.roles import SUPERUSER
from tests.dbt.dbt_warehouse import Warehouse
from tests.integration.lifecycle_world import prices_contract

pytestmark = pytest.mark.database

TONIGHT = date(2026, 7, 28)
CLOSED = TONIGHT - timedelta(days=90)
KEYS = [("a", TONIGHT), ("b", TONIGHT), ("a", CLOSED), ("b", CLOSED)]
WHO = Who("Ratna", "uji")
EXAMPLES, STEPS = 25, 24

Key = tuple[str, date]
BUILT = ("build_range", "touched_submission", "touched_load", "touched_price_observation")


@dataclass(frozen=True)
class Line:
    """A line of a file: its key, its price (None = blank), and what rules find in it."""

    key: Key
    price: int | None
    is_held: bool
    is_understood: bool


LINES = st.builds(
    Line,
    key=st.sampled_from(KEYS),
    price=st.sampled_from([1, 2, 3, None]),
    is_held=st.sampled_from([False, False, True]),
    is_understood=st.sampled_from([True, True, True, False]),
)


@dataclass
class File:
    """What the model knows of a submission."""

    submission_id: str
    lines: dict[int, Line]
    is_history: bool
    accepted: dict[int, Line] = field(default_factory=dict)
    held: dict[int, Line] = field(default_factory=dict)
    locked: set[int] = field(default_factory=set)
    released: dict[int, int] = field(default_factory=dict)
    withdrawn: set[int] = field(default_factory=set)
    is_wholly_withdrawn: bool = False
    restored: set[int] = field(default_factory=set)
    load_seq: int = 0
    is_marked: bool = False

    def counts(self, row: int) -> bool:
        """Whether nobody withdrew a row."""
        return row in self.restored if self.is_wholly_withdrawn else row not in self.withdrawn

    def candidates(self, key: Key) -> Iterator[tuple[int, int, int]]:
        """What the file says of a key: (load_seq, row, price)."""
        for row, line in self.accepted.items():
            if line.key == key and self.counts(row):
                yield self.load_seq, row, int(line.price or 0)
        for row, seq in self.released.items():
            if self.lines[row].key == key and self.counts(row):
                yield seq, row, int(self.lines[row].price or 0)


@dataclass
class Around:
    """What all examples share: the installation, dbt's SQL, a number for each example's office."""

    settings: Settings
    sql: dict[str, str]
    contract: Contract
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1000))


class Lifecycle(RuleBasedStateMachine):
    """Office, staff and nights, in any order."""

    around: Around

    def __init__(self) -> None:
        super().__init__()
        self.number = next(self.around.numbers)
        self.office = str(self.number)
        self.conn = connect(Role.INGEST, self.around.settings)
        self.builder = connect(SUPERUSER, self.around.settings)
        self.night_id = ledger.begin_night(self.conn, TONIGHT, None, f"machine-{self.number}", False)
        self.conn.commit()
        self.files: list[File] = []
        self.unlocked: list[int] = []
        self.built: dict[Key, int] = {}
        self.is_published = True

    def teardown(self) -> None:
        self.conn.close()
        self.builder.close()

    # ------------------------------------------------------------------------------------ the model

    def value(self, key: Key, before: File | None = None) -> int | None:
        """What counts for a key; of the files that came before one, if one is named."""
        files = self.files[: self.files.index(before)] if before in self.files else self.files
        for file in reversed(files):
            found = max(file.candidates(key), default=None)
            if found is not None:
                return found[2]
        return None

    def judge(self, file: File) -> tuple[dict[int, Line], dict[int, Line], set[int], set[int]]:
        """Accepted, held, locked and late rows of a file as the model has them."""
        accepted, held, locked, late = {}, {}, set(), set()
        for row, line in file.lines.items():
            if line.price is None:
                continue
            if line.key[1] == CLOSED and not file.is_history and line.is_understood:
                known = self.value(line.key, before=file)
                if known is None:
                    late.add(row)
                elif known != line.price and not self.unlocked:
                    locked.add(row)
            if line.is_held or not line.is_understood or row in locked:
                held[row] = line
            else:
                accepted[row] = line
        return accepted, held, locked, late

    # ----------------------------------------------------------------------------------- the office

    @initialize(is_history=st.booleans())
    def begin(self, is_history: bool) -> None:
        """Every key has been reported once."""
        self.submit([Line(key, 1, False, True) for key in KEYS], is_history, crashes=False)

    @rule(
        lines=st.lists(LINES, min_size=1, max_size=4, unique_by=lambda line: line.key),
        is_history=st.sampled_from([False, False, False, True]),
        crashes=st.sampled_from([False, False, True]),
    )
    def submit(self, lines: list[Line], is_history: bool, crashes: bool) -> None:
        """A file comes in and is judged and loaded, perhaps at the second attempt."""
        sha256 = f"{self.number:x}{len(self.files):04x}".rjust(10, "0").ljust(64, "0")
        arrival = Arrival("staple_prices", "harga.csv", Path("/nowhere"), night_instant(TONIGHT))
        receipt = ledger.register(
            self.conn, self.night_id, self.office, Stored(sha256, 1, Path("/nowhere")), arrival, TONIGHT,
            is_history, "SP",
        )  # fmt: skip
        again = ledger.register(
            self.conn, self.night_id, self.office, Stored(sha256, 1, Path("/nowhere")), arrival, TONIGHT,
            is_history, "SP",
        )  # fmt: skip
        assert again == receipt, "the same bytes again change nothing"
        file = File(receipt.submission_id, dict(enumerate(lines, start=2)), is_history)
        self.files.append(file)
        self.process(file, crashes)

    def process(self, file: File, crashes: bool) -> None:
        """Decode, check and load a received file; a crash while it loads is followed by a second run."""
        accepted, held, locked, late = self.judge(file)
        self.compare_locks(file, locked, late)
        transition(self.conn, file.submission_id, State.DECODED)
        self.write_findings(file, held)
        transition(self.conn, file.submission_id, State.CHECKED, rows_accepted=len(accepted))
        self.conn.commit()
        self.write_work(file, accepted, held, locked)
        if crashes:
            with crash_while_loading(), pytest.raises(KeyboardInterrupt):
                self.load()
            self.conn.rollback()
        self.load()
        transition(self.conn, file.submission_id, State.REPORTED)
        row = self.conn.execute(
            "select load_seq from intake.submissions where submission_id = %s", [file.submission_id]
        ).fetchone()
        self.conn.commit()
        assert row is not None
        file.accepted, file.held, file.locked, file.load_seq = accepted, held, locked, row[0]
        file.released = {row: seq for row, seq in file.released.items() if row in held}
        file.is_marked = False

    def load(self) -> None:
        stage.load_checked(self.conn, self.around.settings, {"staple_prices": self.around.contract})

    def compare_locks(self, file: File, locked: set[int], late: set[int]) -> None:
        """The library sees the same locked and late rows as the model."""
        import pyarrow as pa

        rows = [row for row, line in file.lines.items() if line.price is not None]
        lines = [file.lines[row] for row in rows]
        days = np.array([(line.key[1] - date(1970, 1, 1)).days for line in lines], dtype=np.int32)

        def table_of(at: Any) -> pa.Table:
            chosen = [lines[n] for n in at.tolist()]
            return pa.table(
                {
                    "observed_on": pa.array([line.key[1] for line in chosen], pa.date32()),
                    "market_id": pa.array([self.market(line.key) for line in chosen], pa.string()),
                    "commodity_code": pa.array(["x"] * len(chosen), pa.string()),
                    "price_level": pa.array(["consumer"] * len(chosen), pa.string()),
                    "unit": pa.array(["kg"] * len(chosen), pa.string()),
                    "price_idr": pa.array([line.price for line in chosen], pa.int64()),
                }
            )

        with self.conn.transaction():
            found = lock_columns(
                self.conn,
                self.around.contract,
                [file.submission_id],
                np.zeros(len(rows), dtype=np.int32),
                days,
                days,
                np.array([line.is_understood for line in lines], dtype=bool),
                table_of,
            )
        assert {rows[n] for n in np.flatnonzero(found[LOCKED_CHANGE] == 1)} == locked
        assert {rows[n] for n in np.flatnonzero(found[LATE_FILL] == 1)} == late

    # ------------------------------------------------------------------------------------- the staff

    @precondition(lambda self: any(file.held and not file.is_marked for file in self.files))
    @rule(data=st.data())
    def release_held(self, data: st.DataObject) -> None:
        file = data.draw(st.sampled_from([f for f in self.files if f.held and not f.is_marked]))
        row = data.draw(st.sampled_from(sorted(file.held)))
        finding = f"{file.submission_id}/{row}"
        if not file.held[row].is_understood or row in file.locked:
            with pytest.raises(LumbungError, match=r"not fully understood|locked period"):
                quarantine.release(self.conn, self.around.contract, finding, WHO)
            self.conn.rollback()
            return
        released = quarantine.release(self.conn, self.around.contract, finding, WHO)
        self.conn.commit()
        assert (released.load_seq is None) == (row in file.released)
        if released.load_seq is not None:
            file.released[row] = released.load_seq

    @precondition(lambda self: self.files)
    @rule(data=st.data(), is_dry=st.sampled_from([False, False, True]))
    def withdraw(self, data: st.DataObject, is_dry: bool) -> None:
        file = data.draw(st.sampled_from(self.files))
        there = sorted(file.accepted.keys() | file.released.keys())
        row = data.draw(st.sampled_from([None, *there]))
        text = None if row is None else str(row)
        if not there:
            with pytest.raises(LumbungError, match="no accepted row"):
                withdrawals.withdraw(self.conn, self.around.contract, file.submission_id, WHO, text)
            self.conn.rollback()
            return
        withdrawals.withdraw(self.conn, self.around.contract, file.submission_id, WHO, text, dry_run=is_dry)
        self.conn.commit()
        if is_dry:
            return
        if row is None:
            file.is_wholly_withdrawn, file.restored = True, set()
        elif file.is_wholly_withdrawn:
            file.restored.discard(row)
        else:
            file.withdrawn.add(row)

    @precondition(lambda self: any(f.withdrawn or f.is_wholly_withdrawn for f in self.files))
    @rule(data=st.data())
    def restore(self, data: st.DataObject) -> None:
        file = data.draw(st.sampled_from([f for f in self.files if f.withdrawn or f.is_wholly_withdrawn]))
        away = sorted(row for row in file.lines if not file.counts(row))
        row = data.draw(st.sampled_from([None, *away]))
        text = None if row is None else str(row)
        withdrawals.restore(self.conn, self.around.contract, file.submission_id, WHO, text)
        self.conn.commit()
        if row is None:
            file.is_wholly_withdrawn, file.withdrawn, file.restored = False, set(), set()
        elif file.is_wholly_withdrawn:
            file.restored.add(row)
        else:
            file.withdrawn.discard(row)

    @rule()
    def unlock(self) -> None:
        made = unlocks.unlock(self.conn, self.office, "staple_prices", CLOSED, CLOSED, TONIGHT, WHO)
        self.conn.commit()
        self.unlocked.append(made.unlock_id)

    @precondition(lambda self: self.unlocked)
    @rule()
    def revoke(self) -> None:
        unlocks.revoke(self.conn, self.unlocked.pop(), WHO)
        self.conn.commit()

    @precondition(lambda self: any(not file.is_marked for file in self.files))
    @rule(data=st.data(), flips=st.sets(st.integers(2, 5), min_size=1), is_at_once=st.booleans())
    def order_replay(self, data: st.DataObject, flips: set[int], is_at_once: bool) -> None:
        """Rules changed: some rows that were held are accepted now, and the other way round."""
        file = data.draw(st.sampled_from([f for f in self.files if not f.is_marked]))
        replays.order(self.conn, [file.submission_id], WHO)
        self.conn.commit()
        file.is_marked = True
        for row in flips & file.lines.keys():
            line = file.lines[row]
            file.lines[row] = Line(line.key, line.price, not line.is_held, line.is_understood)
        if is_at_once:
            self.process(file, crashes=False)

    # -------------------------------------------------------------------------------------- the nights

    @rule(crashes=st.sampled_from([False, False, True]))
    def night(self, crashes: bool) -> None:
        """What is marked is loaded again; until then its old rows count."""
        for file in self.files:
            if file.is_marked:
                self.process(file, crashes)

    @rule()
    def pause(self) -> None:
        """Publication stops or goes on: builds go on, and cover again what was not published."""
        self.is_published = not self.is_published

    @invariant()
    def build(self) -> None:
        """A build that computes touched keys only leaves every key as the model has it."""
        with self.builder.transaction():
            for name in BUILT:
                self.builder.execute(f"delete from build.{name}")
                self.builder.execute(f"insert into build.{name} {self.around.sql[name]}")
            touched = self.builder.execute(
                "select market_id, observed_on from build.touched_price_observation where market_id like %s",
                [f"{self.office}-%"],
            ).fetchall()
            values = self.builder.execute(
                "select market_id, observed_on, price_idr"
                f" from ({self.around.sql['fct_price_observation']}) as f where regency_code = %s",
                [self.office],
            ).fetchall()
            if self.is_published:
                self.builder.execute(
                    "update audit.publication set load_seq_watermark ="
                    " (select to_load_seq from build.build_range)"
                )
        now = {(market.rpartition("-")[2], on): price for market, on, price in values}
        for market, on in touched:
            key = (market.rpartition("-")[2], on)
            self.built.pop(key, None)
            if key in now:
                self.built[key] = now[key]
        expected = {key: value for key in KEYS if (value := self.value(key)) is not None}
        assert now == expected
        assert self.built == expected, "a key changed and the build did not touch it"

    # ---------------------------------------------------------------------------------------- plumbing

    def market(self, key: Key) -> str:
        return f"{self.office}-{key[0]}"

    def typed(self, line: Line) -> dict[str, Any]:
        return {
            "observed_on": line.key[1].isoformat(),
            "regency_code": self.office,
            "market_id": self.market(line.key) if line.is_understood else None,
            "commodity_code": "x",
            "price_level": "consumer",
            "unit": "kg",
            "price_idr": line.price,
        }

    def write_findings(self, file: File, held: dict[int, Line]) -> None:
        with self.conn.transaction(), self.conn.cursor() as cursor:
            cursor.execute("delete from intake.findings where submission_id = %s", [file.submission_id])
            cursor.executemany(
                "insert into intake.findings (submission_id, finding_no, rule_id, severity, sheet,"
                " row_number, message) values (%s, %s, 'SP-401', 'galat', null, %s, 'ditahan')",
                [(file.submission_id, row, row) for row in held],
            )

    def write_work(
        self, file: File, accepted: dict[int, Line], held: dict[int, Line], locked: set[int]
    ) -> None:
        """The work files that the check leaves for loading."""
        folder = self.around.settings.work / "checked"
        folder.mkdir(parents=True, exist_ok=True)
        columns = self.typed(Line(KEYS[0], 1, False, True))
        names = ["submission_id", "sheet", "row_number", "column_number", *columns]
        lines = [",".join([*names, "is_suspect"])]
        for row, line in accepted.items():
            cells = [file.submission_id, '""', row, 0, *self.typed(line).values(), "false"]
            lines.append(",".join(map(str, cells)))
        (folder / f"{file.submission_id}.rows.csv").write_text("\n".join(lines) + "\n")
        locks = [r.rule_id for r in self.around.contract.rules if r.subject == LOCKED_CHANGE]
        held_lines = [
            json.dumps(
                {
                    "sheet": "",
                    "row_number": row,
                    "column_number": 0,
                    "cells": {},
                    "typed": self.typed(line),
                    "rule_ids": ["SP-401", *(locks if row in locked else [])],
                }
            )
            for row, line in held.items()
        ]
        (folder / f"{file.submission_id}.held.jsonl").write_text("".join(f"{line}\n" for line in held_lines))


@contextmanager
def crash_while_loading() -> Iterator[None]:
    """Let the load die after its rows are in and before its state is changed."""

    def die(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    real = stage.transition
    stage.transition = die  # type: ignore[assignment]
    try:
        yield
    finally:
        stage.transition = real


def compiled(settings_: Settings) -> dict[str, str]:
    """The dbt project's own SQL of what a build covers and what counts; its views and tables are in place."""
    warehouse = Warehouse(settings_)
    warehouse.dbt("seed", "--select", "markets")
    staged = ("submissions", "changes", "loads", "withdrawals", "staple_price_rows", "staple_prices")
    views = [f"stg_{name}" for name in staged]
    nodes = [
        result.node for result in warehouse.dbt("run", "--select", *views, *BUILT, "fct_price_observation")
    ]
    return {node.name: node.compiled_code for node in nodes}


def test_the_right_value_counts_whatever_happens(warehouse: Settings) -> None:
    with psycopg.connect(**warehouse.database(SUPERUSER, "lumbung")) as connection:
        connection.execute("alter database lumbung set synchronous_commit = off")
    Lifecycle.around = Around(warehouse, compiled(warehouse), prices_contract(warehouse.expectations))
    run_state_machine_as_test(
        Lifecycle,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
