"""What every channel offers, and what it is given."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from lumbung.errors import LumbungError

FILE_BYTES = 256 << 20
"""Largest file that a channel takes; what is larger would not be decoded either."""
SECONDS = 90.0
"""How long one office may take in all."""


class Whose(StrEnum):
    """Whose side must act when a channel fails."""

    OURS = "ours"
    THEIRS = "theirs"
    LINE = "line"


class ChannelError(LumbungError):
    """A channel could not be used, or not to its end; what it gave before that has been taken.

    Args:
        whose: *ours* (a connection, password or host key that we keep is missing or wrong), *theirs* (their
            server answers, with something it should not), or *line* (nobody answers, or too slowly).
        what: What happened, one sentence; no secret, no content of a file.
        meaning: What it means.
        remedy: What to do next.
    """

    def __init__(self, whose: Whose, what: str, meaning: str = "", remedy: str = "") -> None:
        super().__init__(what, meaning or "Their newest files are not here; other offices go on.", remedy)
        self.whose = whose


@dataclass(frozen=True)
class Errand:
    """One office's collection in one night.

    Attributes:
        regency_code: The office's BPS code.
        business_date: The night's business date.
        datasets: Datasets that have a contract.
        folder: An empty folder of this errand's own, for what is fetched; removed afterwards.
        remembered: Mark of every item of the channel that was taken before, by the item's name.
        ends_at: `time.monotonic` by which all must be done.
        most_bytes: Largest file to take.
    """

    regency_code: str
    business_date: date
    datasets: frozenset[str]
    folder: Path
    remembered: Mapping[str, str] = field(default_factory=dict)
    ends_at: float = field(default_factory=lambda: time.monotonic() + SECONDS)
    most_bytes: int = FILE_BYTES

    def seconds_left(self, most: float = SECONDS) -> float:
        """Time that a next step may take, at most `most` seconds.

        Raises:
            ChannelError: The office's time is used up (the line's fault: it was too slow).
        """
        left = self.ends_at - time.monotonic()
        if left <= 0:
            raise ChannelError(
                Whose.LINE,
                f"Collecting from {self.regency_code} took longer than it may.",
                "What came in time has been taken; the rest waits for the next night.",
                "See whether their server or the line is slow; raise `seconds` in the connection's extra.",
            )
        return min(left, most)


@dataclass(frozen=True)
class Arrival:
    """One file that an office handed in.

    Attributes:
        dataset: The dataset it was handed in for, as named by the channel; not yet known to exist.
        source_name: The office's name for the file.
        path: A regular file on this machine.
        arrived_at: When it came to the channel.
        item: Name of the thing at the channel, where the channel wants it remembered.
        mark: What tells that the thing is unchanged (an ETag, size and time, a message's UID), remembered
            once the file is registered; a later errand finds it in `Errand.remembered`.
    """

    dataset: str
    source_name: str
    path: Path
    arrived_at: datetime
    item: str | None = None
    mark: str | None = None


@dataclass(frozen=True)
class Notice:
    """Something found that cannot be taken, in words for the engineer; never what a file contains."""

    text: str


class Channel(Protocol):
    """A way by which files come."""

    name: str

    def fetch(self, errand: Errand) -> Iterator[Arrival | Notice]:
        """What the office has handed in, oldest first; changes nothing at the office's side.

        A file that is still being written, too large, or not to be told apart is a `Notice`, and the others
        come all the same.

        Raises:
            ChannelError: The channel cannot be used (any further); arrivals given before stand.
        """
