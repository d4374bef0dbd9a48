"""One command at a time changes an installation."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from lumbung.errors import LumbungError
from lumbung.settings import Settings


@contextmanager
def turn(settings: Settings) -> Iterator[None]:
    """Hold the installation for a command that starts services or runs a night.

    The operating system lets go of it when the process ends, however it ends.

    Raises:
        LumbungError: when another command holds it.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    with (settings.home / ".turn.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LumbungError(
                f"Another command is at work on {settings.home}.",
                "Nothing was begun, so that the two do not stop each other's services.",
                "Wait until it has ended (`make status` shows what runs), then run this command again.",
            ) from None
        yield
