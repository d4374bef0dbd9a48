"""Names of files as offices give them: what is passed over, and how to show them in a log."""

ANSWERS = "umpan_balik"
"""The folder beside the datasets' in which an office finds our answers; never read."""

_UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart", ".partial", ".download")
_NOT_OURS = ("thumbs.db", "desktop.ini")


def is_passed_over(name: str) -> bool:
    """Whether a name says that nobody meant to hand this in, or has not finished doing so."""
    lowered = name.lower()
    return name.startswith((".", "~$")) or lowered.endswith(_UNFINISHED) or lowered in _NOT_OURS


def printable(name: str) -> str:
    """A name for a log line; one with control characters is quoted."""
    return name if name.isprintable() else repr(name)
