"""Commands that people are told to type: they work from the project's folder as they stand."""

import shlex

from lumbung.settings import Settings


def command(settings: Settings, words: str) -> str:
    """A command that reaches this installation; one that is not in the usual place is named in front."""
    if settings.home == settings.root / ".lumbung":
        return words
    return f"LUMBUNG_HOME={shlex.quote(str(settings.home))} {words}"
