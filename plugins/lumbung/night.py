"""The stages of one night, in the order of the flow; each writes what it did before it may raise.

The tasks of ``dags/nightly.py`` call these functions one by one; ``load_history`` runs them in a row. Every
stage may be run again at any time: it takes up what is pending and leaves what is done.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lumbung import clock
from lumbung.errors import LumbungError
from lumbung.settings import Role, Settings

if TYPE_CHECKING:
    from lumbung.contracts.model import Contract
    from lumbung.feedback.delivery import ReceiverOf
    from lumbung.intake.channels.base import Channel
    from lumbung.reference import Office

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Night:
    """One night's run.

    Attributes:
        night_id: Its number in ``audit.nights``.
        business_date: The day it is run for.
        inbox: Folder of the local channel, laid out ``<BPS code>/<dataset>/<file>``.
        short_codes: Short code of each dataset, so that collect need not read the contracts.
        is_history: Whether what it loads is exempt from due dates and counts in no rate.
    """

    night_id: int
    business_date: date
    inbox: str
    short_codes: dict[str, str]
    is_history: bool = False

    def as_dict(self) -> dict[str, Any]:
        """The night as JSON-ready values, for passing between tasks."""
        return asdict(self) | {"business_date": self.business_date.isoformat()}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Night:
        """The night that ``as_dict`` wrote down."""
        return cls(**(values | {"business_date": date.fromisoformat(values["business_date"])}))


@dataclass
class Stage:
    """What a running stage has to say for itself: ``counts`` go to ``audit.stage_timings`` and the log."""

    counts: dict[str, Any] = field(default_factory=dict)


@contextmanager
def _stage(settings: Settings, night_id: int, name: str, item: str = "") -> Iterator[Stage]:
    """Time a stage, keep a second one of its kind out, write its outcome before any error leaves it."""
    from lumbung.intake import ledger
    from lumbung.warehouse.connection import connect

    stage = Stage()
    started_at = clock.now()
    failure: str | None = None
    with connect(Role.INGEST, settings, autocommit=True) as guard:
        guard.execute("select pg_advisory_lock(hashtext('lumbung.stage'), hashtext(%s))", [name + item])
        try:
            yield stage
        except BaseException as error:
            failure = f"{type(error).__name__}: {error}"[:4000]
            raise
        finally:
            seconds = (clock.now() - started_at).total_seconds()
            ledger.record_stage(guard, night_id, name, item, started_at, seconds, stage.counts, failure)
            if failure is not None and not item:
                ledger.finish_night(guard, night_id, "failed")
            log.info("%s %s: %.1f s, %s", name, item, seconds, failure or stage.counts)


def open_night(
    settings: Settings, business_date: date, inbox: str, run_id: str, is_history: bool = False
) -> tuple[Night, list[dict[str, str | None]]]:
    """Begin a night: finish the loads an interrupted one left, and list the offices to collect from.

    What an earlier night had judged already is loaded first, so that tonight's references rest on the same
    rows as if that night had not been interrupted.

    Returns:
        The night, and per office its ``regency_code``, ``office_name``, ``channel`` and ``connection_id``.
    """
    from lumbung.intake import ledger
    from lumbung.intake.assignments import offices_here
    from lumbung.intake.channels.folder import folders_of_nobody
    from lumbung.load.stage import load_checked
    from lumbung.reference import Reference
    from lumbung.warehouse.connection import connect

    reference = Reference.load(settings)
    contracts = _contracts(settings)
    if strangers := folders_of_nobody(Path(inbox), reference.offices):
        log.warning("the inbox has folders of no office, nobody collects them: %s", strangers)
    offices = offices_here(settings, reference.offices)
    with connect(Role.INGEST, settings) as connection:
        night_id = ledger.begin_night(connection, business_date, inbox, run_id, is_history)
        ledger.sync_offices(connection, offices)
        connection.commit()
        left_over = load_checked(connection, settings, contracts)
    log.info("night %s of %s, inbox %s; left over: %s", night_id, business_date, inbox, left_over)
    short_codes = {dataset: contract.short_code for dataset, contract in contracts.items()}
    night = Night(night_id, business_date, inbox, short_codes, is_history)
    return night, _listed(offices)


def registry(settings: Settings) -> list[dict[str, str | None]]:
    """The offices as ``open_night`` lists them, without beginning a night."""
    from lumbung.intake.assignments import offices_here
    from lumbung.reference import Reference

    return _listed(offices_here(settings, Reference.load(settings).offices))


def _listed(offices: Iterable[Office]) -> list[dict[str, str | None]]:
    return [
        {
            "regency_code": office.regency_code,
            "office_name": office.name,
            "channel": office.channel,
            "connection_id": office.connection_id,
        }
        for office in offices
    ]


def collect(
    settings: Settings, night: Night, regency_code: str, channel: Channel | None = None
) -> dict[str, Any]:
    """Fetch what one office handed in: bytes to the landing area, a receipt for each file.

    ``channel`` is the way by which its files come; without it they lie in the night's inbox.
    """
    from lumbung.intake.channels.folder import FolderChannel
    from lumbung.intake.collect import CollectResult, collect_office
    from lumbung.warehouse.connection import connect

    with (
        _stage(settings, night.night_id, "collect", regency_code) as stage,
        connect(Role.INGEST, settings) as connection,
    ):
        result = CollectResult()
        try:
            collect_office(
                connection,
                settings,
                night.night_id,
                regency_code,
                channel or FolderChannel(Path(night.inbox)),
                night.business_date,
                night.is_history,
                night.short_codes,
                result,
            )
        finally:  # what came before a failure counts
            stage.counts = {
                "received": result.received,
                "repeated": result.repeated,
                "warnings": result.warnings,
            }
    return stage.counts


def decode(settings: Settings, night: Night) -> dict[str, Any]:
    """Turn the bytes of every received submission into rows of text."""
    from lumbung.decode.job import DecodeJob
    from lumbung.decode.stage import decode_files
    from lumbung.intake import ledger
    from lumbung.intake.states import State, transition
    from lumbung.reference import Reference
    from lumbung.warehouse.connection import connect

    with (
        _stage(settings, night.night_id, "decode") as stage,
        connect(Role.INGEST, settings) as connection,
    ):
        retried = [row.submission_id for row in ledger.pending(connection, [State.FAILED])]
        transition(connection, retried, State.RECEIVED, note="tried again")
        connection.commit()
        reference = Reference.load(settings)
        rows = with_fault = 0
        decoded: list[str] = []
        try:
            for dataset, contract in _contracts(settings).items():
                jobs = [
                    DecodeJob(
                        row.submission_id,
                        settings.landing / row.landing_path,
                        row.file_name,
                        row.regency_code,
                    )
                    for row in ledger.pending(connection, [State.RECEIVED], dataset)
                ]
                outcomes = decode_files(
                    jobs,
                    contract,
                    settings.work / "decoded",
                    reference=reference,
                    keeps_rows=not night.is_history,  # for the answers, which history does not get
                )
                for outcome in outcomes:
                    decoded.append(outcome.submission_id)
                    rows += outcome.rows_total
                    with_fault += bool(outcome.faults)
        finally:  # what was decoded stays so, also when the machine failed another file
            transition(connection, decoded, State.DECODED)
            connection.commit()
            stage.counts = {"files": len(decoded), "rows": rows, "files_with_faults": with_fault}
    return stage.counts


def check(settings: Settings, night: Night) -> dict[str, Any]:
    """Judge every decoded submission against its contract: findings and a verdict each."""
    from lumbung.check.stage import check_pending
    from lumbung.reference import Reference
    from lumbung.warehouse.connection import connect

    with (
        _stage(settings, night.night_id, "check") as stage,
        connect(Role.INGEST, settings) as connection,
    ):
        stage.counts = check_pending(
            connection,
            settings,
            _contracts(settings),
            Reference.load(settings),
            night.night_id,
            night.business_date,
        )
    return stage.counts


def load(settings: Settings, night: Night) -> dict[str, Any]:
    """Bring accepted rows into ``raw`` and held rows into quarantine, one transaction per submission."""
    from lumbung.load.stage import load_checked
    from lumbung.warehouse.connection import connect

    with (
        _stage(settings, night.night_id, "load") as stage,
        connect(Role.INGEST, settings) as connection,
    ):
        stage.counts = load_checked(connection, settings, _contracts(settings))
    return stage.counts


def build(settings: Settings, night: Night, full: bool = False) -> dict[str, Any]:
    """Build and test the warehouse with dbt, in its own schema.

    Raises:
        LumbungError: when a test of severity error failed: it names the test and rows; nothing is published.
    """
    from lumbung.build.dbt import run_build

    with _stage(settings, night.night_id, "build") as stage:
        result = run_build(settings, night.night_id, night.business_date, full=full)
        stage.counts = {
            "build_id": result.build_id,
            "from_load_seq": result.from_load_seq,
            "to_load_seq": result.to_load_seq,
            "is_needed": result.is_needed,
        }
    return stage.counts


def publish(settings: Settings, night: Night, build_counts: dict[str, Any]) -> dict[str, Any]:
    """Publish what the build changed as one release, or nothing when nothing changed."""
    from lumbung.build.manifest import mart_models
    from lumbung.intake import ledger
    from lumbung.publish.release import publish as publish_release
    from lumbung.version import code_version
    from lumbung.warehouse.connection import connect

    with _stage(settings, night.night_id, "publish") as stage:
        release = None
        if build_counts["is_needed"]:
            release = publish_release(
                settings,
                night.night_id,
                night.business_date,
                code_version(settings),
                mart_models(settings),
                build_counts["to_load_seq"],
            )
        stage.counts = {
            "release_id": release.release_id if release else None,
            "changed_rows": release.changed_rows if release else 0,
        }
        with connect(Role.INGEST, settings) as connection:
            ledger.finish_night(connection, night.night_id, "published" if release else "nothing_new")
    return stage.counts


def report(settings: Settings, night: Night, receiver_of: ReceiverOf | None = None) -> dict[str, Any]:
    """Write the planner pages of the current release, close the night's submissions and answer them.

    ``receiver_of`` gives the channel of an office that takes answers; without it they stay in the outbox.
    """
    from lumbung.report.stage import answer
    from lumbung.report.stage import report as write_report

    with _stage(settings, night.night_id, "report") as stage:
        stage.counts = {"page": str(write_report(settings, night.night_id))}
        stage.counts |= answer(settings, night.night_id, _contracts(settings), receiver_of)
    return stage.counts


HISTORY_STAGES = ("collect", "decode", "check", "load", "build", "publish", "report")
"""Stages in the order in which ``load_history`` runs and reports them."""


def load_history(
    settings: Settings, inbox: Path, business_date: date, run_id: str
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Run a whole night over a folder of history, without the scheduler.

    Yields:
        Each stage of ``HISTORY_STAGES`` as it has ended, with its counts; for collect the sums over offices.

    Raises:
        LumbungError: when a stage fails; running it again goes on where it stopped.
    """
    if not inbox.is_dir():
        raise LumbungError(
            f"There is no folder {inbox}.",
            "No history was loaded.",
            "Name a folder laid out as <BPS code>/<dataset>/<file>.",
        )
    night, offices = open_night(settings, business_date, str(inbox.resolve()), run_id, is_history=True)
    collected = [collect(settings, night, str(office["regency_code"])) for office in offices]
    yield (
        "collect",
        {
            "offices": len(offices),
            "received": sum(counts["received"] for counts in collected),
            "repeated": sum(counts["repeated"] for counts in collected),
        },
    )
    yield "decode", decode(settings, night)
    yield "check", check(settings, night)
    yield "load", load(settings, night)
    built = build(settings, night)
    yield "build", built
    yield "publish", publish(settings, night, built)
    yield "report", report(settings, night)


def _contracts(settings: Settings) -> dict[str, Contract]:
    return _contracts_in(settings.expectations)


@cache
def _contracts_in(folder: Path) -> dict[str, Contract]:
    """Contracts of a folder, read once per process: no stage expects them to change while it runs."""
    from lumbung.contracts.load import load_contracts

    return load_contracts(folder)
