"""Taking what a remote place lists: oldest first, only what changed, each file for itself."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from lumbung.intake.channels.base import Arrival, Errand, Notice
from lumbung.intake.channels.download import TooLargeError
from lumbung.intake.channels.names import printable

_KEY_BYTES = 1_500
"""Longest name that is remembered; S3 allows 1,024 bytes, file systems 255 a part."""
_SHOWN = 200


class NotTakenError(Exception):
    """A listed file cannot be taken tonight, and why; the others can."""


@dataclass(frozen=True)
class Listed:
    """A file that a remote place lists.

    Attributes:
        dataset: The dataset in whose folder it lies.
        name: Its name there.
        key: By what the place finds it: a path, an object's key.
        size: Bytes.
        changed_at: When it was last changed there.
        mark: What tells that it is unchanged.
    """

    dataset: str
    name: str
    key: str
    size: int
    changed_at: datetime
    mark: str


def take(
    errand: Errand, entries: Iterable[Listed], download: Callable[[Listed], Path]
) -> Iterator[Arrival | Notice]:
    """Download what was not taken before in the state that is listed.

    Args:
        errand: The errand.
        entries: What the place lists.
        download: Fetches one into the errand's folder; raises `NotTakenError` or `TooLargeError` for what
            concerns that file alone.

    Raises:
        ChannelError: As `download` raises it; what was given before stands.
    """
    for entry in sorted(entries, key=lambda entry: (entry.changed_at, entry.dataset, entry.name)):
        if errand.remembered.get(entry.key) == entry.mark:
            continue
        shown = printable(f"{errand.regency_code}/{entry.dataset}/{entry.name}"[:_SHOWN])
        if entry.dataset not in errand.datasets:
            yield Notice(f"{shown}: there is no dataset {entry.dataset[:_SHOWN]!r}")
            continue
        if "\0" in entry.key or len(entry.key.encode(errors="replace")) > _KEY_BYTES:
            yield Notice(f"{shown} is not taken: its name is too long or holds a NUL character")
            continue
        try:
            path = download(entry)
        except (NotTakenError, TooLargeError) as error:
            yield Notice(f"{shown} is not taken: {error}")
            continue
        yield Arrival(entry.dataset, entry.name, path, entry.changed_at, item=entry.key, mark=entry.mark)
