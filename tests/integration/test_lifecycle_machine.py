"""The lifecycle as a state machine: whatever people and nights do, in any order, the right value counts.

A small model in Python says what should count. The warehouse is acted on by the library's own functions, and
asked after every step by the dbt project's own SQL (compiled once). Touched keys only are computed anew, as a
build does, so a change that a build would overlook shows here. The check is a stand-in that holds the rows
the example says. Nights may end between any two of their steps; people act on what they left. What the
offices are told is compared as well.

    LIFECYCLE_EXAMPLES=300 python -m pytest tests/integration/test_lifecycle_machine.py     a long run
"""

import itertools
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from lumbung.check import outputs
from lumbung.check.held import HeldRow
from lumbung.check.locks import LATE_FILL, LOCKED_CHANGE, lock_columns
from lumbung.clock import night_instant
from lumbung.contracts.model import Contract
from lumbung.errors import LumbungError
from lumbung.feedback import recorded
from lumbung.intake import explanations, ledger, quarantine, replays, unlocks, withdrawals
from lumbung.intake.changes import Who
from lumbung.intake.channels.base import Arrival
from lumbung.intake.landing import Stored
from lumbung.intake.states import State, transition
from lumbung.load import stage
from lumbung.reference import Office
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
EXAMPLES, STEPS = int(os.environ.get("LIFECYCLE_EXAMPLES", "15")), 24
ENDS = (None, None, None, None, "decoded", "checked", "loading", "lost", "loaded")
"""After what a night dies; `lost` are work files that are gone when it loads."""
ASKED = 100
"""Added to a row's number, the number of its finding that is to be confirmed."""

Key = tuple[str, date]
BUILT = ("build_range", "touched_submission", "touched_load", "touched_price_observation")


@dataclass(frozen=True)
class Line:
    """A line of a file: its key, its price (None = blank), and what rules find in it."""

    key: Key
    price: int | None
    is_held: bool = False
    is_understood: bool = True
    is_asked: bool = False

    @property
    def subject(self) -> tuple[str | None, date, int | None]:
        """What an explanation is tied to."""
        return self.key[0] if self.is_understood else None, self.key[1], self.price


LINES = st.builds(
    Line,
    key=st.sampled_from(KEYS),
    price=st.sampled_from([1, 2, 3, None]),
    is_held=st.sampled_from([False, False, True]),
    is_understood=st.sampled_from([True, True, True, False]),
    is_asked=st.booleans(),
)
FILES = st.lists(LINES, min_size=1, max_size=4, unique_by=lambda line: line.key)


@dataclass
class Judged:
    """Rows of a file as a check judges them."""

    accepted: dict[int, Line] = field(default_factory=dict)
    held: dict[int, Line] = field(default_factory=dict)
    locked: set[int] = field(default_factory=set)
    late: set[int] = field(default_factory=set)


@dataclass
class File:
    """What the model knows of a submission."""

    submission_id: str
    lines: dict[int, Line]
    is_history: bool
    night: int
    state: State = State.RECEIVED
    judged: Judged = field(default_factory=Judged)
    accepted: dict[int, Line] = field(default_factory=dict)
    held: dict[int, Line] = field(default_factory=dict)
    locked: set[int] = field(default_factory=set)
    released: dict[int, int] = field(default_factory=dict)
    withdrawn: set[int] = field(default_factory=set)
    is_wholly_withdrawn: bool = False
    restored: set[int] = field(default_factory=set)
    load_seq: int = 0

    @property
    def is_settled(self) -> bool:
        """Whether no stage has anything to do with it."""
        return self.state in (State.LOADED, State.REPORTED)

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
        ledger.sync_offices(self.conn, [Office(self.office, "Kantor", "folder", None, is_obliged=True)])
        self.nights = itertools.count(1)
        self.night_id = 0
        self.files: list[File] = []
        self.unlocked: list[int] = []
        self.explained: set[tuple[str | None, date, int | None]] = set()
        self.told: dict[tuple[str, str], object] = {}
        self.built: dict[Key, int] = {}
        self.is_published = True

    def teardown(self) -> None:
        self.conn.close()
        self.builder.close()

    # ------------------------------------------------------------------------------------ the model

    def value(self, key: Key, before_night: int | None = None) -> int | None:
        """What counts for a key; of the files that earlier nights received, if one is named."""
        for file in reversed(self.files):
            if before_night is not None and file.night >= before_night:
                continue
            found = max(file.candidates(key), default=None)
            if found is not None:
                return found[2]
        return None

    def judge(self, file: File) -> Judged:
        """Accepted, held, locked and late rows of a file as the model has them."""
        judged = Judged()
        for row, line in file.lines.items():
            if line.price is None:
                continue
            if line.key[1] == CLOSED and not file.is_history and line.is_understood:
                known = self.value(line.key, before_night=file.night)
                if known is None:
                    judged.late.add(row)
                elif known != line.price and not self.unlocked:
                    judged.locked.add(row)
            is_held = line.is_held or not line.is_understood or row in judged.locked
            (judged.held if is_held else judged.accepted)[row] = line
        return judged

    # ----------------------------------------------------------------------------------- the office

    @initialize(is_history=st.booleans())
    def begin(self, is_history: bool) -> None:
        """Every key has been reported once."""
        self.submit([[Line(key, 1) for key in KEYS]], is_history, ends_after=None)

    @rule(
        files=st.lists(FILES, min_size=1, max_size=2),
        is_history=st.sampled_from([False, False, False, True]),
        ends_after=st.sampled_from(ENDS),
    )
    def submit(self, files: list[list[Line]], is_history: bool, ends_after: str | None) -> None:
        """Files come in, perhaps two versions of one, and a night takes them as far as it comes."""
        self.night_id = ledger.begin_night(
            self.conn, TONIGHT, None, f"machine-{self.number}-{next(self.nights)}", is_history
        )
        for lines in files:
            self.receive(lines, is_history)
        self.conn.commit()
        self.stages(ends_after)

    def receive(self, lines: list[Line], is_history: bool) -> None:
        sha256 = f"{self.number:x}{len(self.files):04x}".rjust(10, "0").ljust(64, "0")
        arrival = Arrival("staple_prices", "harga.csv", Path("/nowhere"), night_instant(TONIGHT))
        given = [
            ledger.register(
                self.conn, self.night_id, self.office, Stored(sha256, 1, Path("/nowhere")), arrival, TONIGHT,
                is_history, "SP",
            )
            for _ in range(2)
        ]  # fmt: skip
        assert given[0] == given[1], "the same bytes again change nothing"
        file = File(given[0].submission_id, dict(enumerate(lines, start=2)), is_history, self.night_id)
        self.files.append(file)

    # -------------------------------------------------------------------------------------- the nights

    @rule(ends_after=st.sampled_from(ENDS))
    def night(self, ends_after: str | None) -> None:
        """A night without new files: what is marked or was left is taken up; until then old rows count."""
        self.stages(ends_after)

    def stages(self, ends_after: str | None) -> None:
        """The steps of a night, up to its end."""
        self.load(None)  # what an interrupted night had judged
        for file in self.of(State.FAILED):
            self.bring(file, State.RECEIVED)
        for file in self.of(State.RECEIVED):
            self.bring(file, State.DECODED)
        self.conn.commit()
        if ends_after == "decoded":
            return
        self.check(self.of(State.DECODED))
        if ends_after == "checked" or not self.load(ends_after) or ends_after == "loaded":
            return
        for file in self.of(State.LOADED):
            self.bring(file, State.REPORTED)
        self.conn.commit()

    def of(self, state: State) -> list[File]:
        return [file for file in self.files if file.state == state]

    def bring(self, file: File, state: State, **columns: Any) -> None:
        transition(self.conn, file.submission_id, state, **columns)
        file.state = state

    def check(self, files: list[File]) -> None:
        """All files together, before any of them is loaded."""
        for file in files:
            file.judged = self.judge(file)
        self.compare_locks(files)
        for file in files:
            judged = file.judged
            self.write_findings(file)
            lines = judged.accepted or judged.held
            days = sorted(line.key[1] for line in lines.values() if line.is_understood)
            self.bring(
                file,
                State.CHECKED,
                verdict="partially_accepted",
                rows_accepted=len(judged.accepted),
                period_first_on=days[0] if days else None,
                period_last_on=days[-1] if days else None,
            )
            self.write_work(file)
        self.conn.commit()

    def load(self, ends_after: str | None) -> bool:
        """Load what is judged; whether the night survives it."""
        files = self.of(State.CHECKED)
        lost = files[:1] if ends_after == "lost" else []
        for file in lost:
            (self.around.settings.work / "checked" / f"{file.submission_id}.rows.csv").unlink()
        if ends_after == "loading" and files:
            with crash_while_loading(), pytest.raises(KeyboardInterrupt):
                self.load_checked()
            self.conn.rollback()
            return False
        self.load_checked()
        for file in files:
            file.state = State.FAILED if file in lost else State.LOADED
            if file not in lost:
                self.loaded(file)
        return True

    def load_checked(self) -> None:
        stage.load_checked(self.conn, self.around.settings, {"staple_prices": self.around.contract})

    def loaded(self, file: File) -> None:
        row = self.conn.execute(
            "select load_seq from intake.submissions where submission_id = %s", [file.submission_id]
        ).fetchone()
        self.conn.commit()
        assert row is not None
        judged = file.judged
        file.accepted, file.held, file.locked, file.load_seq = (
            judged.accepted, judged.held, judged.locked, row[0],
        )  # fmt: skip
        file.released = {row: seq for row, seq in file.released.items() if row in judged.held}

    def compare_locks(self, files: list[File]) -> None:
        """The library sees the same locked and late rows as the model."""
        import pyarrow as pa

        at = [
            (n, row)
            for n, file in enumerate(files)
            for row, line in file.lines.items()
            if line.price is not None
        ]
        lines = [files[n].lines[row] for n, row in at]
        days = np.array([(line.key[1] - date(1970, 1, 1)).days for line in lines], dtype=np.int32)

        def table_of(wanted: Any) -> pa.Table:
            chosen = [lines[n] for n in wanted.tolist()]
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
                [file.submission_id for file in files],
                np.array([n for n, _ in at], dtype=np.int32),
                days,
                days,
                np.array([line.is_understood for line in lines], dtype=bool),
                table_of,
            )
        for name, kind in ((LOCKED_CHANGE, "locked"), (LATE_FILL, "late")):
            seen = {at[n] for n in np.flatnonzero(found[name] == 1)}
            assert seen == {(n, row) for n, file in enumerate(files) for row in getattr(file.judged, kind)}

    # ------------------------------------------------------------------------------------- the staff

    @precondition(lambda self: any(file.held for file in self.files))
    @rule(data=st.data())
    def release_held(self, data: st.DataObject) -> None:
        file = data.draw(st.sampled_from([f for f in self.files if f.held]))
        row = data.draw(st.sampled_from(sorted(file.held)))
        finding = f"{file.submission_id}/{row}"
        refusal = None
        if not file.is_settled:
            refusal = "is being processed"
        elif not file.held[row].is_understood or row in file.locked:
            refusal = r"not fully understood|locked period"
        elif not file.counts(row):
            refusal = "is withdrawn"
        if refusal is not None:
            with pytest.raises(LumbungError, match=refusal):
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
            refusal = "no accepted row" if file.load_seq else "is not loaded yet"
            with pytest.raises(LumbungError, match=refusal):
                withdrawals.withdraw(self.conn, self.around.contract, file.submission_id, WHO, text)
            self.conn.rollback()
            return
        before = {key: self.value(key) for key in KEYS}
        done = withdrawals.withdraw(
            self.conn, self.around.contract, file.submission_id, WHO, text, dry_run=is_dry
        )
        self.conn.commit()
        if is_dry:
            return
        if row is None:
            file.is_wholly_withdrawn, file.restored = True, set()
        elif file.is_wholly_withdrawn:
            file.restored.discard(row)
        else:
            file.withdrawn.add(row)
        changed = {key for key in KEYS if self.value(key) != before[key]}
        said = {(one.key["market_id"].rpartition("-")[2], one.key["observed_on"]) for one in done.keys}
        assert changed <= said, "the command says every figure that it changes"

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

    @precondition(lambda self: self.of(State.REPORTED))
    @rule(
        data=st.data(), flips=st.sets(st.integers(2, 5), min_size=1), is_at_once=st.booleans(),
        ends_after=st.sampled_from(ENDS),
    )  # fmt: skip
    def order_replay(
        self, data: st.DataObject, flips: set[int], is_at_once: bool, ends_after: str | None
    ) -> None:
        """Rules changed: some rows that were held are accepted now, and the other way round."""
        file = data.draw(st.sampled_from(self.of(State.REPORTED)))
        replays.order(self.conn, [file.submission_id], WHO)
        self.conn.commit()
        file.state = State.RECEIVED
        for row in flips & file.lines.keys():
            file.lines[row] = replace(file.lines[row], is_held=not file.lines[row].is_held)
        if is_at_once:
            self.stages(ends_after)

    def asked(self) -> list[tuple[File, int]]:
        """Rows of settled files that are to be confirmed."""
        return [
            (file, row)
            for file in self.files
            if file.is_settled
            for row, line in (file.accepted | file.held).items()
            if line.is_asked
        ]

    @precondition(lambda self: self.asked())
    @rule(data=st.data())
    def explain(self, data: st.DataObject) -> None:
        file, row = data.draw(st.sampled_from(self.asked()))
        name, subject = f"{file.submission_id}/{ASKED + row}", file.lines[row].subject
        done = explanations.explain(self.conn, self.around.contract, name, "Panen gagal.", "Ratna")
        self.conn.commit()
        assert done.is_new == (subject not in self.explained)
        self.explained.add(subject)

    @precondition(lambda self: any(f.lines[row].subject in self.explained for f, row in self.asked()))
    @rule(data=st.data())
    def take_back(self, data: st.DataObject) -> None:
        answered = [(f, row) for f, row in self.asked() if f.lines[row].subject in self.explained]
        file, row = data.draw(st.sampled_from(answered))
        explanations.take_back(self.conn, f"{file.submission_id}/{ASKED + row}", WHO)
        self.conn.commit()
        self.explained.discard(file.lines[row].subject)

    # ----------------------------------------------------------------------------------- the answers

    @rule()
    def answers_say_what_counts(self) -> None:
        """What offices are told fits the model, and an answer that would say something new is made anew."""
        pending = {row.submission_id: row for row in recorded.pending(self.conn, self.night_id)}
        for file in self.files:
            if not file.is_settled or file.is_history:
                continue
            row = pending[file.submission_id]
            answer = recorded.answer_of(self.conn, row, self.around.contract)
            known = self.told.setdefault((file.submission_id, row.fingerprint), answer)
            assert known == answer, "an answer changed and would not be made anew"
            assert _places(answer.accepted) == {n for n in file.accepted if file.counts(n)}
            assert _places(answer.withdrawn) == {n for n in file.accepted if not file.counts(n)}
            assert _places(answer.released) == {n for n in file.released if file.counts(n)}
            assert {place for at in answer.held.values() for place, _ in at} == set(file.held)
            explained = {one.row_number for one in answer.findings if one.explanation}
            lines = file.accepted | file.held
            assert explained == {
                n for n, line in lines.items() if line.is_asked and line.subject in self.explained
            }
        self.conn.rollback()

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

    def write_findings(self, file: File) -> None:
        lines = file.judged.accepted | file.judged.held
        found = [(row, "SP-401", "galat", row) for row in file.judged.held]
        found += [(ASKED + row, "SP-402", "konfirmasi", row) for row, line in lines.items() if line.is_asked]
        with self.conn.transaction(), self.conn.cursor() as cursor:
            for table in ("findings", "finding_counts"):
                cursor.execute(f"delete from intake.{table} where submission_id = %s", [file.submission_id])
            cursor.executemany(
                "insert into intake.findings (submission_id, finding_no, rule_id, severity, sheet,"
                " row_number, message) values (%s, %s, %s, %s, null, %s, 'temuan')",
                [(file.submission_id, *one) for one in found],
            )
            cursor.execute(
                "insert into intake.finding_counts (submission_id, rule_id, severity, total, listed)"
                " select submission_id, rule_id, severity, count(*), count(*) from intake.findings"
                " where submission_id = %s group by 1, 2, 3",
                [file.submission_id],
            )

    def write_work(self, file: File) -> None:
        """The work files that the check leaves for loading."""
        accepted, held, locked = file.judged.accepted, file.judged.held, file.judged.locked
        folder = self.around.settings.work / "checked"
        folder.mkdir(parents=True, exist_ok=True)
        columns = self.typed(Line(KEYS[0], 1))
        names = ["submission_id", "sheet", "row_number", "column_number", *columns]
        lines = [",".join([*names, "is_suspect"])]
        for row, line in accepted.items():
            cells = [file.submission_id, '""', row, 0, *self.typed(line).values(), "false"]
            lines.append(",".join(map(str, cells)))
        (folder / f"{file.submission_id}.rows.csv").write_text("\n".join(lines) + "\n")
        locks = [r.rule_id for r in self.around.contract.rules if r.subject == LOCKED_CHANGE]
        rows = [
            HeldRow("", row, 0, {}, self.typed(line), ["SP-401", *(locks if row in locked else [])])
            for row, line in held.items()
        ]
        outputs.write_held(
            outputs.held_path(self.around.settings.work, file.submission_id), file.submission_id, rows
        )


def _places(by_sheet: Mapping[str, Iterable[tuple[int, int]]]) -> set[int]:
    return {row for places in by_sheet.values() for row, _ in places}


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
            phases=[
                phase for phase in Phase if phase is not Phase.shrink or "LIFECYCLE_SHRINK" in os.environ
            ],
            report_multiple_bugs=False,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
