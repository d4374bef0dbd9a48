"""Delivering answers through the offices' own channels, where these can receive. It never fails a night."""

import contextlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from lumbung import clock
from lumbung.errors import LumbungError
from lumbung.settings import Settings

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[Any]

_LOG = logging.getLogger(__name__)
_SECONDS = 300.0
"""How long a night delivers; what is left then waits for the next one."""


@dataclass(frozen=True)
class Parcel:
    """What is handed to a channel for one file that came, or for a list of receipts.

    Attributes:
        submission_id: The receipt number, None for a list of receipts.
        regency_code: The office.
        subject: Of an e-mail.
        letter: The text.
        attachments: Files to send along; their names are fit for the office.
    """

    submission_id: str | None
    regency_code: str
    subject: str
    letter: str
    attachments: tuple[Path, ...]


class Receiver(Protocol):
    """A channel that can take answers to an office."""

    name: str

    def deliver(self, regency_code: str, parcel: Parcel) -> None:
        """Hand over one answer; raises when it was not taken."""

    def close(self) -> None:
        """Let go of what delivering kept open for the next answer."""


class _TimeIsUpError(LumbungError):
    """The night delivers no more."""

    def __init__(self) -> None:
        super().__init__(
            f"The time for deliveries ({_SECONDS:.0f} s a night) was used up before its turn.",
            "The answer waits in the outbox.",
            "The next night goes on with it.",
        )


ReceiverOf = Callable[[str], Receiver | None]
"""The receiving channel of an office, None where it has none: its answers wait in the outbox folder."""


def deliver(conn: "Connection", settings: Settings, receiver_of: ReceiverOf) -> dict[str, int]:
    """Deliver every answer that waits, office by office; what fails is noted and tried again next night.

    An office whose channel failed once is left for the night: one that is out of reach costs one attempt.
    Each answer is noted as soon as it is taken, so that no later attempt sends it again.

    Args:
        conn: A connection of the ingest role, outside a transaction.
        settings: The installation.
        receiver_of: Gives the channel of an office.

    Returns:
        Counts for the night's record: delivered, not_delivered.
    """
    with conn.transaction():
        rows = conn.execute(
            "select regency_code, submission_id, subject,"
            " array_agg(path order by kind) filter (where kind = 'workbook') as books,"
            " array_agg(path order by kind) filter (where kind <> 'workbook') as letters"
            " from intake.outbox where delivered_at is null"
            " group by regency_code, submission_id, subject order by regency_code, min(outbox_id)"
        ).fetchall()
    counts = {"delivered": 0, "not_delivered": 0}
    receivers: dict[str, Receiver | None] = {}
    failed: dict[str, str] = {}
    ends_at = time.monotonic() + _SECONDS
    before: str | None = None
    for regency_code, submission_id, subject, books, letters in rows:
        if before != regency_code:
            _close(receivers.get(before or ""))
            before = regency_code
        paths = [*(books or []), *(letters or [])]
        name, failure = None, failed.get(regency_code)
        if failure is None:
            try:
                if regency_code not in receivers:
                    receivers[regency_code] = receiver_of(regency_code)
                receiver = receivers[regency_code]
                if receiver is None:
                    continue
                if time.monotonic() > ends_at:
                    raise _TimeIsUpError
                parcel = _parcel(settings, regency_code, submission_id, subject, books or [], letters or [])
                receiver.deliver(regency_code, parcel)
                name = receiver.name
            except (
                _TimeIsUpError
            ) as error:  # this answer waits; one that is told to have failed, failed before
                failure = error.what
            except Exception as error:  # a channel may fail in any way of its own; the night goes on
                failure = failed[regency_code] = _in_words(error)
                _LOG.warning("%s: answers could not be delivered: %s", regency_code, failure)
        _record(conn, paths, name, failure)
        counts["delivered" if name else "not_delivered"] += 1
    _close(receivers.get(before or ""))
    return counts


def _close(receiver: Receiver | None) -> None:
    """Close an office's channel; one that fails in this has taken its answers all the same."""
    if receiver is not None:
        with contextlib.suppress(Exception):
            receiver.close()


def _parcel(
    settings: Settings,
    regency_code: str,
    submission_id: str | None,
    subject: str,
    books: list[str],
    letters: list[str],
) -> Parcel:
    texts = [(settings.outbox / path).read_text(encoding="utf-8") for path in letters]
    attachments = tuple(settings.outbox / path for path in books)
    return Parcel(submission_id, regency_code, subject, "\n".join(texts), attachments)


def _record(conn: "Connection", paths: list[str], name: str | None, failure: str | None) -> None:
    with conn.transaction():
        conn.execute(
            "update intake.outbox set delivered_at = %s, delivered_by = %s, failure = %s"
            " where path = any(%s)",
            [clock.now() if name else None, name, None if name else failure, paths],
        )


def _in_words(error: Exception) -> str:
    """What went wrong, for the engineer; the words of strangers' errors may hold secrets and stay out."""
    return error.what if isinstance(error, LumbungError) else type(error).__name__
