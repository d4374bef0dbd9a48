"""What a benchmark measures: seconds beside the seconds of a floor, and the one table of all of them."""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

RUNS = 3
"""Repeats of what is cheap and leaves nothing behind; the median counts."""

_BEGAN = time.monotonic()


@dataclass(frozen=True)
class Measure:
    """Seconds of a stage and of the fastest it could be.

    Args:
        stage: What was measured.
        seconds: How long it took.
        floor: How the same would be done by hand with nothing else in mind.
        floor_seconds: How long that took.
    """

    stage: str
    seconds: float
    floor: str
    floor_seconds: float

    @property
    def ratio(self) -> float:
        """How many times the floor."""
        return self.seconds / self.floor_seconds


def table(measures: Sequence[Measure]) -> str:
    """The measures as a Markdown table that also reads well in a terminal."""
    head = ("stage", "seconds", "floor", "floor seconds", "ratio")
    cells = [
        (m.stage, f"{m.seconds:.2f}", m.floor, f"{m.floor_seconds:.2f}", f"{m.ratio:.2f}") for m in measures
    ]
    widths = [max(map(len, column)) for column in zip(head, *cells, strict=True)]
    is_text = (True, False, True, False, False)

    def line(row: Sequence[str]) -> str:
        padded = (
            cell.ljust(width) if left else cell.rjust(width)
            for cell, width, left in zip(row, widths, is_text, strict=True)
        )
        return f"| {' | '.join(padded)} |"

    rule = [
        "-" * width if left else "-" * (width - 1) + ":" for width, left in zip(widths, is_text, strict=True)
    ]
    return "\n".join([line(head), line(rule), *map(line, cells)])


def say(text: str) -> None:
    """A line of progress, with the seconds since the beginning."""
    print(f"{time.monotonic() - _BEGAN:6.1f} s  {text}", flush=True)


@contextmanager
def timed(took: dict[str, float], name: str) -> Iterator[None]:
    """Note and tell how long a block takes."""
    began = time.perf_counter()
    yield
    took[name] = time.perf_counter() - began
    say(f"{name}: {took[name]:.2f} s")


def median_of(work: Callable[[], object], runs: int = RUNS) -> float:
    """The median of the seconds that some runs of the same work take."""
    seconds = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def in_own_process(work: Callable[..., Any], *arguments: Any) -> Any:
    """What a function of a module returns when a fresh process runs it: nothing is imported or cached yet."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()
