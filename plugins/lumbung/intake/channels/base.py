"""What every channel offers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class Arrival:
    """One file that an office handed in.

    Attributes:
        dataset: The dataset it was handed in for, as named by the channel; not yet known to exist.
        source_name: The office's name for the file.
        path: A regular file on this machine.
        arrived_at: When it came to the channel.
    """

    dataset: str
    source_name: str
    path: Path
    arrived_at: datetime


@dataclass(frozen=True)
class Notice:
    """Something found that cannot be taken, in words for the engineer; never what a file contains."""

    text: str


class Channel(Protocol):
    """A way by which files come."""

    name: str

    def fetch(self, regency_code: str) -> Iterator[Arrival | Notice]:
        """What an office has handed in, oldest first."""
