"""Writing down what a channel sends, within an errand's limits and under our own names."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from lumbung.intake.channels.base import ChannelError, Errand, Whose

_MIB = 1 << 20


class TooLargeError(Exception):
    """More bytes than the errand takes; nothing was kept."""

    def __init__(self, most_bytes: int) -> None:
        super().__init__(f"larger than {most_bytes // _MIB} MiB")


def save(errand: Errand, chunks: Iterable[bytes], expected_bytes: int | None = None) -> Path:
    """Write chunks to a file of the errand's folder, under a name of ours.

    Args:
        errand: The errand; its time is watched between chunks.
        chunks: The content, in pieces small enough for memory.
        expected_bytes: Size that the sender has announced, None where it has not.

    Raises:
        TooLargeError: The content is larger than the errand takes (announced or met).
        ChannelError: The time is used up, or fewer or more bytes came than announced: the line's fault.
        OSError: The file could not be written here.
    """
    if expected_bytes is not None and expected_bytes > errand.most_bytes:
        raise TooLargeError(errand.most_bytes)
    handle, name = tempfile.mkstemp(prefix="fetched-", dir=errand.folder)
    path, size = Path(name), 0
    is_whole = False
    try:
        with os.fdopen(handle, "wb") as copy:
            for chunk in chunks:
                errand.seconds_left()
                size += len(chunk)
                if size > errand.most_bytes:
                    raise TooLargeError(errand.most_bytes)
                copy.write(chunk)
        if expected_bytes is not None and size != expected_bytes:
            raise ChannelError(
                Whose.LINE,
                f"A download from {errand.regency_code} ended after {size} of {expected_bytes} bytes.",
                remedy="Run again; if it stays, see whether the line or their server cuts connections.",
            )
        is_whole = True
    finally:
        if not is_whole:
            path.unlink(missing_ok=True)
    return path
