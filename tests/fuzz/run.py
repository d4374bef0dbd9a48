"""One round after another: mutate, decode in limited processes, hold every outcome to one rule."""

import itertools
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pyarrow import feather

from lumbung.contracts.load import load_contracts
from lumbung.contracts.vocabulary import FAULTS
from lumbung.decode.job import DecodeJob
from lumbung.decode.limits import Limits
from lumbung.decode.outcome import DecodeOutcome
from lumbung.decode.stage import decode_files
from lumbung.errors import LumbungError
from lumbung.reference import Reference
from lumbung.settings import Settings
from tests.fuzz.corpus import Seed, seeds
from tests.fuzz.mutate import mutated

LIMITS = Limits(memory_bytes=512 << 20, seconds=30)
"""Generous for files of a few kilobytes: one that needs more has found something."""
OFFICE = "3510"
_LIMITS_BROKEN = ("time_limit", "memory_limit")


@dataclass(frozen=True)
class Broken:
    """A file that broke the rule, and how."""

    name: str
    content: bytes
    why: str


@dataclass
class Tally:
    """What a run has seen.

    Attributes:
        files: Files decoded.
        faults: How many outcomes carried each fault; `none` where there was none.
        broken: What broke the rule.
    """

    files: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    broken: list[Broken] = field(default_factory=list)


def wrong(outcome: DecodeOutcome) -> str | None:
    """What an outcome breaks of the rule, None where nothing.

    Always an outcome, only faults that contracts know, never a crash, rows that add up, and no limit of the
    process reached by a small file.
    """
    codes = set(outcome.fault_counts)
    if not codes <= FAULTS.keys() or codes != {fault.code for fault in outcome.faults}:
        return f"faults {sorted(codes)}"
    if any(fault.context.get("reason") == "crashed" for fault in outcome.faults):
        return "crashed"
    if reached := codes.intersection(_LIMITS_BROKEN):
        return sorted(reached)[0]
    in_table = 0
    if outcome.table_path is not None:
        in_table = feather.read_table(outcome.table_path, columns=["row_number"]).num_rows
    own = outcome.fault_counts.get("ragged_row", 0) if outcome.rows_total else 0
    if outcome.rows_total != in_table + own:
        return f"rows_total {outcome.rows_total}, in the table {in_table}, with a fault of their own {own}"
    return None if in_table or outcome.faults else "neither rows nor a fault"


def fuzz(folder: Path, seed: int, rounds: int | None, seconds: float, files: int = 60) -> Tally:
    """Fuzz until the rounds or the time are over; a round is one call of the decoder per dataset.

    Args:
        folder: Where files are written.
        seed: Decides all mutations: the same seed and number of rounds meet the same files.
        rounds: How many rounds, None for as many as the time allows.
        seconds: No round begins after them.
        files: Files per round.
    """
    settings = Settings.load()
    contracts, reference = load_contracts(settings.expectations), Reference.load(settings)
    corpus, tally, end = list(seeds()), Tally(), time.monotonic() + seconds
    for number in itertools.count() if rounds is None else range(rounds):
        if time.monotonic() >= end:
            break
        by_dataset: dict[str, dict[str, bytes]] = {}
        for name, one, content in _round(corpus, random.Random(f"{seed}/{number}"), files):  # noqa: S311
            by_dataset.setdefault(one.dataset, {})[f"{number}-{name}"] = content
        for dataset, contents in by_dataset.items():
            jobs = []
            for name, content in contents.items():
                path = folder / "upload" / name
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(content)
                jobs.append(DecodeJob(name, path, name, OFFICE))
            out = folder / "out"
            try:
                for outcome in decode_files(jobs, contracts[dataset], out, LIMITS, reference=reference):
                    _note(tally, outcome, contents[outcome.submission_id])
            except LumbungError as error:
                tally.broken.append(Broken(f"round {number}", b"", str(error)))
            for path in (*out.iterdir(), *(job.path for job in jobs)):
                path.unlink()
    return tally


def _note(tally: Tally, outcome: DecodeOutcome, content: bytes) -> None:
    tally.files += 1
    tally.faults.update(outcome.fault_counts.keys() or ["none"])
    why = wrong(outcome)
    if why:
        tally.broken.append(Broken(outcome.submission_id, content, why))


def _round(corpus: list[Seed], chance: random.Random, files: int) -> Iterator[tuple[str, Seed, bytes]]:
    for number in range(files):
        one, other = chance.choice(corpus), chance.choice(corpus)
        yield f"{number}-{one.name}", one, mutated(one.content, other.content, chance)
