"""Files that break the check itself, told apart from those that are judged with them.

All files of a dataset are judged together, so one that meets an error in our code would keep the others from
being judged, night after night. It is found by halving, and the rest are judged together without it.
"""

import logging
import traceback
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from lumbung.check.decoded import DecodedFile

_LOG = logging.getLogger(__name__)

Result = TypeVar("Result")

MOST_BREAKERS = 5
"""An error that more files meet than this is no peculiarity of a file: it is raised."""


def judge_but_breakers(
    files: "Sequence[DecodedFile]", judge: "Callable[[Sequence[DecodedFile]], Result]"
) -> "tuple[Result, dict[str, str]]":
    """Judge files together, without those few that the check cannot bear.

    Args:
        files: Of one dataset.
        judge: Judges some of them together; called again and again where it raises.

    Returns:
        What ``judge`` gives for all files but the breakers, and of each of these, by receipt number, where
        the code broke off: type and place of the error, without anything that the file says.

    Raises:
        Exception: What ``judge`` raised for all files, where it is not due to a few of them, or is the
            machine's (`OSError`, `MemoryError`, the database's).
    """
    try:
        return judge(files), {}
    except Exception as error:
        if _is_the_machines(error):
            raise
        broken = _breakers(files, judge)
        if not 0 < len(broken) <= MOST_BREAKERS:
            raise
        for submission_id, where in broken.items():
            _LOG.error("%s: the check broke off: %s", submission_id, where)
        return judge([file for file in files if file.submission_id not in broken]), broken


def _breakers(
    files: "Sequence[DecodedFile]", judge: "Callable[[Sequence[DecodedFile]], Result]"
) -> dict[str, str]:
    """The files that break the check on their own; the search ends when there are too many of them."""
    found: dict[str, str] = {}
    groups = [list(files)]
    while groups and len(found) <= MOST_BREAKERS:
        group = groups.pop(0)
        try:
            judge(group)
        except Exception as error:
            if _is_the_machines(error):
                raise
            if len(group) == 1:
                found[group[0].submission_id] = _where(error)
            else:
                middle = len(group) // 2
                groups[:0] = [group[:middle], group[middle:]]
    return found


def _is_the_machines(error: Exception) -> bool:
    import psycopg

    return isinstance(error, OSError | MemoryError | psycopg.Error)


def _where(error: Exception) -> str:
    """Type and innermost places of an error; its message may quote the file and is left out."""
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    return f"{type(error).__name__} in " + " < ".join(f"{f.name}:{f.lineno}" for f in reversed(frames))
