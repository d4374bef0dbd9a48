"""One line per step on the terminal: what, the result in counts, seconds."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

from lumbung.local.words import WIDTH, fit


class Steps:
    """Prints a line for each step as it ends; on a terminal a spinner shows the one that is running."""

    def __init__(self, console: Console) -> None:
        self.console = console

    @contextmanager
    def step(self, doing: str) -> Iterator[list[str]]:
        """Run one step; the caller may append words about the result to the list it is given."""
        words: list[str] = []
        started = time.monotonic()
        with self.console.status(f"{doing} …"):
            yield words
        self.done(doing, fit(words), time.monotonic() - started)

    def heading(self, text: str) -> None:
        """Say what the lines that follow belong to."""
        self.console.print(text, highlight=False, markup=False)

    def done(self, what: str, result: str, seconds: float) -> None:
        """Print the line of a step that has ended."""
        self.console.print(
            f"  {what:<12} {result:<{WIDTH}} {seconds:7.1f} s", highlight=False, markup=False, soft_wrap=True
        )
