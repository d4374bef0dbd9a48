"""Files in folders of this machine: ``INBOX/<BPS code>/<dataset>/<file>``."""

import os
import stat
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from lumbung import clock
from lumbung.intake.channels.base import FILE_BYTES, Arrival, Errand, Notice
from lumbung.intake.channels.names import is_passed_over, printable

MOST_BYTES = 4 * FILE_BYTES
"""Largest file that is taken at all. From `FILE_BYTES` on decoding refuses it, with an answer to the office;
what is far larger would only fill the landing area."""
SETTLE_SECONDS = 3.0
"""How long a file that was changed just now is watched in a night before it is taken."""


class FolderChannel:
    """Reads an inbox; changes nothing in it."""

    name = "folder"

    def __init__(self, inbox: Path, settle_seconds: float = 0.0) -> None:
        """``inbox`` holds one folder per office; a file changed less than `settle_seconds` ago is watched."""
        self._inbox = inbox
        self._settle = settle_seconds

    def fetch(self, errand: Errand) -> Iterator[Arrival | Notice]:
        """The office's files, ordered by when they came and then by name; what cannot be taken as notices.

        A copy that is still going on shows by its size and time only if it moves while it is read: one that
        has just moved is given time to move again.

        Hidden files, lock files of spreadsheet programs and unfinished downloads are passed over in silence.
        A link is followed only within the office's own folder: an office speaks only for itself.
        """
        office = self._inbox / errand.regency_code
        if not office.is_dir():
            return
        home = office.resolve()
        arrivals: list[Arrival] = []
        for entry in sorted(office.iterdir()):
            if is_passed_over(entry.name):
                continue
            folder = _within(entry, home)
            if folder is None:
                yield Notice(f"{_shown(entry, self._inbox)} leads out of the office's folder")
            elif not folder.is_dir():
                yield Notice(f"{_shown(entry, self._inbox)} is in no dataset's folder")
            else:
                for item in self._files(entry.name, folder, home):
                    if isinstance(item, Notice):
                        yield item
                    else:
                        arrivals.append(item)
        moving = self._moving(errand, arrivals)
        for arrival in sorted(arrivals, key=lambda one: (one.arrived_at, one.dataset, one.source_name)):
            if arrival.path in moving:
                shown = printable(f"{errand.regency_code}/{arrival.dataset}/{arrival.source_name}")
                yield Notice(f"{shown} is still being written; the next night takes it")
            else:
                yield arrival

    def _moving(self, errand: Errand, arrivals: list[Arrival]) -> set[Path]:
        """Files that were changed just now and change while one waits."""
        now = clock.now()
        fresh = [one for one in arrivals if abs((now - one.arrived_at).total_seconds()) < self._settle]
        if not fresh:
            return set()
        before = {one.path: _state(one.path) for one in fresh}
        time.sleep(errand.seconds_left(self._settle))
        return {path for path, state in before.items() if _state(path) != state}

    def _files(self, dataset: str, folder: Path, home: Path) -> Iterator[Arrival | Notice]:
        for entry in sorted(folder.iterdir()):
            if is_passed_over(entry.name):
                continue
            path = _within(entry, home)
            if path is None:
                yield Notice(f"{_shown(entry, self._inbox)} leads out of the office's folder")
                continue
            try:
                found = path.stat()
            except FileNotFoundError:
                continue
            if not stat.S_ISREG(found.st_mode):
                yield Notice(f"{_shown(entry, self._inbox)} is not a file")
                continue
            if found.st_size > MOST_BYTES:
                yield Notice(
                    f"{_shown(entry, self._inbox)} is not taken: larger than {MOST_BYTES >> 20} MiB;"
                    " tell its office, which gets no receipt for it"
                )
                continue
            yield Arrival(dataset, entry.name, path, datetime.fromtimestamp(found.st_mtime, UTC))


def _state(path: Path) -> tuple[int, int] | None:
    """Size and time of a file, None when it is gone."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_size, found.st_mtime_ns


def folders_of_nobody(inbox: Path, regency_codes: Iterable[str]) -> list[str]:
    """Names in an inbox that are no office's folder, so that nobody would ever collect from them."""
    known = set(regency_codes)
    if not inbox.is_dir():
        return []
    return sorted(
        printable(entry.name)
        for entry in inbox.iterdir()
        if entry.name not in known and not is_passed_over(entry.name)
    )


def _within(entry: Path, home: Path) -> Path | None:
    """The entry with links followed, None when that leads out of the office's folder."""
    path = Path(os.path.realpath(entry))
    return path if path.is_relative_to(home) else None


def _shown(entry: Path, inbox: Path) -> str:
    return printable(str(entry.relative_to(inbox) if entry.is_relative_to(inbox) else entry))
