"""The landing area: bytes as they came, written once, found again by what they are."""

import contextlib
import hashlib
import os
import re
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from lumbung.errors import LumbungError
from lumbung.settings import Settings

_BLOCK = 1 << 20
_DATASET = re.compile(r"[a-z][a-z0-9_]{0,62}")
_REGENCY = re.compile(r"[0-9]{2,4}")
_INCOMING = ".incoming"


class StillBeingWrittenError(Exception):
    """The file changed while it was copied."""


@dataclass(frozen=True)
class Stored:
    """Bytes in the landing area: their sha256 in hexadecimal, their number, their place."""

    sha256: str
    size: int
    path: Path


def landing_path(dataset: str, regency_code: str, sha256: str) -> str:
    """The place of bytes below the landing area. Every part of it is ours, none an office's words."""
    if not _DATASET.fullmatch(dataset) or not _REGENCY.fullmatch(regency_code):
        raise LumbungError(
            f"{dataset!r} of {regency_code!r} has no place in the landing area.",
            "Datasets are named as their contracts, offices by their BPS code.",
            "Correct the name of the folder.",
        )
    return f"{dataset}/{regency_code}/{sha256}"


def store(settings: Settings, dataset: str, regency_code: str, source: Path) -> Stored:
    """Copy a file into the landing area, unless its bytes are there already.

    The copy appears at once and complete, is on disk when this returns, and is never written again.

    Args:
        settings: The installation.
        dataset: The dataset's name.
        regency_code: The office's BPS code.
        source: The file as it arrived.

    Raises:
        StillBeingWrittenError: The file changed meanwhile; nothing was kept.
        LumbungError: The bytes in the landing area are not what their name says.
        OSError: The file cannot be read, or the landing area not written.
    """
    incoming = settings.landing / _INCOMING
    incoming.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f"{regency_code}-", dir=incoming)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as copy:
            sha256, size = _copy(source, copy.fileno())
        target = settings.landing / landing_path(dataset, regency_code, sha256)
        target.parent.mkdir(parents=True, exist_ok=True)
        _place(temporary, target, size)
    finally:
        temporary.unlink(missing_ok=True)
    return Stored(sha256, size, target)


def discard_unfinished(settings: Settings, regency_code: str) -> None:
    """Remove copies that an interrupted run of the same office left unfinished."""
    for left in (settings.landing / _INCOMING).glob(f"{regency_code}-*"):
        left.unlink(missing_ok=True)


def _copy(source: Path, copy: int) -> tuple[str, int]:
    """Copy, hash, flush to disk. A file whose size or time moves meanwhile is still being written."""
    digest, size = hashlib.sha256(), 0
    # Without O_NONBLOCK a named pipe put in place of the file would hold the night up for ever.
    opened = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        before = os.fstat(opened)
        if not stat.S_ISREG(before.st_mode):
            raise StillBeingWrittenError(source)
        while block := os.read(opened, _BLOCK):
            digest.update(block)
            size += len(block)
            _write_all(copy, block)
        after = os.fstat(opened)
    finally:
        os.close(opened)
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or size != after.st_size:
        raise StillBeingWrittenError(source)
    os.fchmod(copy, 0o444)
    os.fsync(copy)
    return digest.hexdigest(), size


def _write_all(handle: int, block: bytes) -> None:
    rest = memoryview(block)
    while rest:
        rest = rest[os.write(handle, rest) :]


def _place(temporary: Path, target: Path, size: int) -> None:
    """Give the copy its name; what already has that name stays."""
    with contextlib.suppress(FileExistsError):
        os.link(temporary, target)
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    if target.stat().st_size != size:
        raise LumbungError(
            f"{target} has {target.stat().st_size} bytes and should have {size}.",
            "Somebody or something changed a file in the landing area; what it held is in doubt.",
            "Restore it from a backup, or delete it and run again while the office's file is still there.",
        )
