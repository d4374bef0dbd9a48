"""Where to look and what to type: the commands work from the project's folder as they stand."""

import shlex
from collections.abc import Mapping

from rich.console import Console

from lumbung.settings import Settings


def command(settings: Settings, words: str) -> str:
    """A command that reaches this installation; one that is not in the usual place is named in front."""
    if settings.home == settings.root / ".lumbung":
        return words
    return f"LUMBUNG_HOME={shlex.quote(str(settings.home))} {words}"


def say_where(console: Console, addresses: Mapping[str, str]) -> None:
    """Print names with their addresses or commands; these end the line and are never broken, for copying."""
    for name, place in addresses.items():
        console.print(f"  {name:<20} {place}", markup=False, highlight=False, soft_wrap=True)
