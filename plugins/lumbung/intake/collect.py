"""Collecting what one office has handed in; offices are collected apart, so that none holds up another."""

import logging
import shutil
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lumbung import clock
from lumbung.errors import LumbungError
from lumbung.intake import ledger, outcomes
from lumbung.intake.channels.base import Arrival, Channel, ChannelError, Errand, Notice, Whose
from lumbung.intake.landing import StillBeingWrittenError, Stored, discard_unfinished, store
from lumbung.settings import Settings

if TYPE_CHECKING:
    import psycopg

_LOG = logging.getLogger(__name__)
_LOOKS = 3
_PAUSE_SECONDS = 0.5


@dataclass
class CollectResult:
    """What collecting from one office came to.

    Attributes:
        received: Files whose bytes were new.
        repeated: Files whose bytes were there already.
        warnings: What could not be taken, in words for the engineer.
    """

    received: int = 0
    repeated: int = 0
    warnings: list[str] = field(default_factory=list)


def collect_office(
    conn: "psycopg.Connection[Any]",
    settings: Settings,
    night_id: int,
    regency_code: str,
    channel: Channel,
    business_date: date,
    is_history: bool,
    short_codes: Mapping[str, str],
    result: CollectResult | None = None,
) -> CollectResult:
    """Store and register every file that an office has handed in, and note how its channel did.

    Each file is stored first and registered then, in a transaction of its own: whatever interrupts this,
    doing it again comes to the same.

    Args:
        conn: A connection of the ingest role, outside a transaction.
        settings: The installation.
        night_id: The night.
        regency_code: The office's BPS code.
        channel: The way by which its files come.
        business_date: The night's business date.
        is_history: Whether the night loads history.
        short_codes: Short code of every dataset that has a contract, by the dataset's name.
        result: Filled in as files are taken, so that it tells what came before a failure.

    Raises:
        ChannelError: The channel failed; what it gave before has been taken.
        LumbungError: A file could not be read or stored; the others have been taken.
        Exception: What nobody foresaw; noted as ours, without its words.
    """
    discard_unfinished(settings, regency_code)
    result = result or CollectResult()
    started_at = clock.now()
    problem: LumbungError | None = None
    settings.work.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f"fetch-{regency_code}-", dir=settings.work))
    try:
        errand = Errand(
            regency_code,
            business_date,
            frozenset(short_codes),
            folder,
            outcomes.remembered(conn, regency_code, channel.name),
        )
        _take(conn, settings, night_id, channel, errand, is_history, short_codes, result)
    except LumbungError as error:
        problem = error
        raise
    except Exception as error:
        problem = ChannelError(
            Whose.OURS,
            f"Collecting by {channel.name} ended in an error that was not foreseen ({type(error).__name__}).",
            remedy="Read the log of the office's task in Airflow, and report it.",
        )
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        for warning in result.warnings:
            _LOG.warning("%s", warning)
        seconds = (clock.now() - started_at).total_seconds()
        outcomes.record(conn, night_id, regency_code, channel.name, result, problem, seconds)
    return result


def _take(
    conn: "psycopg.Connection[Any]",
    settings: Settings,
    night_id: int,
    channel: Channel,
    errand: Errand,
    is_history: bool,
    short_codes: Mapping[str, str],
    result: CollectResult,
) -> None:
    failed: list[str] = []
    for item in channel.fetch(errand):
        if isinstance(item, Notice):
            result.warnings.append(item.text)
            continue
        if item.dataset not in short_codes:
            result.warnings.append(f"{_shown(errand, item)}: there is no dataset {item.dataset!r}")
            continue
        try:
            stored = _stored(settings, errand.regency_code, item)
        except OSError as error:
            failed.append(f"{_shown(errand, item)} ({error.strerror})")
            continue
        if stored is None:
            result.warnings.append(f"{_shown(errand, item)} is still being written; the next night takes it")
            continue
        receipt = ledger.register(
            conn,
            night_id,
            errand.regency_code,
            stored,
            item,
            errand.business_date,
            is_history,
            short_codes[item.dataset],
            channel.name,
        )
        if item.item is not None and item.mark is not None:
            outcomes.remember(conn, errand.regency_code, channel.name, item.item, item.mark)
        result.received += not receipt.is_repeat
        result.repeated += receipt.is_repeat
    if failed:
        raise ChannelError(
            Whose.OURS,
            f"{len(failed)} files of {errand.regency_code} could not be taken: {', '.join(failed)}.",
            "Their office has no receipt for them; the office's other files have been taken.",
            f"Make the files readable and see that the disk under {settings.landing} has room; run again.",
        )


def _stored(settings: Settings, regency_code: str, arrival: Arrival) -> Stored | None:
    """Store a file, looking again where it is being written; None when it still is, or is gone."""
    for look in range(_LOOKS):
        try:
            return store(settings, arrival.dataset, regency_code, arrival.path)
        except StillBeingWrittenError:
            if look + 1 < _LOOKS:
                time.sleep(_PAUSE_SECONDS)
        except FileNotFoundError:
            if arrival.path.exists():
                raise
            return None
    return None


def _shown(errand: Errand, arrival: Arrival) -> str:
    return ascii(f"{errand.regency_code}/{arrival.dataset}/{arrival.source_name}")[1:-1]
