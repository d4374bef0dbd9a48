"""Collecting what one office has handed in; offices are collected apart, so that none holds up another."""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lumbung.errors import LumbungError
from lumbung.intake import ledger
from lumbung.intake.channels.base import Arrival, Channel, Notice
from lumbung.intake.channels.folder import FolderChannel
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
    inbox: Path,
    business_date: date,
    is_history: bool,
    short_codes: Mapping[str, str],
) -> CollectResult:
    """Store and register every file that an office has handed in.

    Each file is stored first and registered then, in a transaction of its own: whatever interrupts this,
    doing it again comes to the same.

    Args:
        conn: A connection of the ingest role, outside a transaction.
        settings: The installation.
        night_id: The night.
        regency_code: The office's BPS code.
        inbox: Folder with one folder per office.
        business_date: The night's business date.
        is_history: Whether the night loads history.
        short_codes: Short code of every dataset that has a contract, by the dataset's name.

    Raises:
        LumbungError: A file could not be read or stored; the others have been taken.
    """
    discard_unfinished(settings, regency_code)
    channel: Channel = FolderChannel(inbox)
    result = CollectResult()
    failed: list[str] = []
    for item in channel.fetch(regency_code):
        if isinstance(item, Notice):
            result.warnings.append(item.text)
            continue
        if item.dataset not in short_codes:
            result.warnings.append(f"{_shown(regency_code, item)}: there is no dataset {item.dataset!r}")
            continue
        try:
            stored = _stored(settings, regency_code, item)
        except OSError as error:
            failed.append(f"{_shown(regency_code, item)} ({error.strerror})")
            continue
        if stored is None:
            result.warnings.append(
                f"{_shown(regency_code, item)} is still being written; the next night takes it"
            )
            continue
        receipt = ledger.register(
            conn,
            night_id,
            regency_code,
            stored,
            item,
            business_date,
            is_history,
            short_codes[item.dataset],
            channel.name,
        )
        result.received += not receipt.is_repeat
        result.repeated += receipt.is_repeat
    for warning in result.warnings:
        _LOG.warning("%s", warning)
    if failed:
        raise LumbungError(
            f"{len(failed)} files of {regency_code} could not be taken: {', '.join(failed)}.",
            "Their office has no receipt for them; the office's other files have been taken.",
            f"Make the files readable and see that the disk under {settings.landing} has room; run again.",
        )
    return result


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


def _shown(regency_code: str, arrival: Arrival) -> str:
    return ascii(f"{regency_code}/{arrival.dataset}/{arrival.source_name}")[1:-1]
