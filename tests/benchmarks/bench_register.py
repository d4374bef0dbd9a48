"""Registers of 800,000 rows: from the offices' files to published KPIs, beside COPY and SQL by hand.

Two successive data years of the sample's large profile, one CSV per office and year, go through every stage,
each in a process of its own, on an empty warehouse. The published KPIs have to equal the floor's.
"""

import resource
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from lumbung import night as stages
from lumbung.settings import Settings
from lumbung.warehouse.embedded import EmbeddedServer
from tests.benchmarks import floor_register
from tests.benchmarks.bench_build import tell_nodes
from tests.benchmarks.measure import Measure, in_own_process, say
from tests.installation import empty_warehouse, prepare_marts

ROWS = 800_000
YEARS = (2024, 2025)
FACTOR, FIXED_SECONDS, LIMIT_MIB = 5, 60, 2_048
"""What is aimed at: so many times the floor and so many seconds, in so much memory."""


def run(settings: Settings, last_on: date, rows: int = ROWS) -> list[Measure]:
    """Measure a night of registers on an empty warehouse.

    Args:
        settings: An installation whose warehouse may be emptied.
        last_on: The business date.
        rows: Rows of both years' registers together, nearly.

    Returns:
        The whole way beside the floor, and each stage beside the same.
    """
    empty_warehouse(settings)
    prepare_marts(settings)
    inbox = settings.home / "inboxes" / "registers"
    written, peak = in_own_process(write_files, settings, inbox, rows)
    say(f"{written:,} rows of registers written, at most {peak} MiB")
    took: dict[str, float] = {}
    peaks: dict[str, int] = {}
    passed: dict[str, Any] | None = None
    with _watch_server(settings) as of_server:
        for stage in ("collect", "decode", "check", "load", "build", "publish"):
            passed, took[stage], peaks[stage] = in_own_process(
                one_stage, settings, stage, inbox, last_on, passed
            )
            say(f"registers: {stage} {took[stage]:.2f} s, at most {peaks[stage]} MiB")
            if stage == "build":
                tell_nodes(settings)
    floor = floor_register.make(settings, inbox)
    floor_register.compare(settings)
    total, allowed = sum(took.values()), FACTOR * floor + FIXED_SECONDS
    say(
        f"registers: {total:.1f} s, aimed at {allowed:.1f} s ({FACTOR} x {floor:.2f} s + {FIXED_SECONDS} s);"
        f" at most {max(peaks.values())} MiB in a process of ours, {max(of_server, default=0)} MiB in one of"
        f" the server's, aimed at {LIMIT_MIB} MiB"
    )
    by_hand = "COPY + KPIs in SQL"
    return [
        Measure(f"registers, {written:,} rows", total, by_hand, floor),
        *(Measure(f"registers: {stage}", seconds, by_hand, floor) for stage, seconds in took.items()),
    ]


def write_files(settings: Settings, inbox: Path, rows: int) -> tuple[int, int]:
    """Write the registers and the OVOP products of both years; rows of registers, and peak memory in MiB."""
    from lumbung.reference import Reference
    from lumbung.sample.files import write_csv
    from lumbung.sample.registers import ovop_table, registers_of_regency, write_registers

    reference = Reference.load(settings)
    seed, units = 1, rows // len(YEARS)
    written = sum(count for _, count in write_registers(reference, inbox, YEARS, seed, units))
    for code in sorted(reference.regencies):
        products = ovop_table(
            reference, code, registers_of_regency(reference, code, YEARS, seed, units), seed
        )
        path = inbox / code / "ovop_products" / "ovop.csv"
        path.parent.mkdir()
        write_csv(path, [products.header, *products.rows])
    return written, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def one_stage(
    settings: Settings, name: str, inbox: Path, day: date, passed: dict[str, Any] | None
) -> tuple[dict[str, Any], float, int]:
    """Run one stage with all that it imports.

    Returns:
        What the next stage needs, the seconds, and the peak memory in MiB of the largest of its processes.
    """
    began = time.perf_counter()
    if passed is None:
        # As history: registers of closed years come without an unlocking.
        night, offices = stages.open_night(settings, day, str(inbox), "registers", is_history=True)
        for office in offices:
            stages.collect(settings, night, str(office["regency_code"]))
        passed = {"night": night.as_dict()}
    else:
        night = stages.Night.from_dict(passed["night"])
        if name == "publish":
            counts = stages.publish(settings, night, passed["built"])
        else:
            counts = getattr(stages, name)(settings, night)
        say(f"{name}: {counts}")
        passed = passed | ({"built": counts} if name == "build" else {})
    took = time.perf_counter() - began
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return passed, took, max(resource.getrusage(one).ru_maxrss for one in whose) // 1024


@contextmanager
def _watch_server(settings: Settings) -> Iterator[list[int]]:
    """Memory in MiB of the server's largest process, without what all share, looked at now and then."""
    postmaster = int((EmbeddedServer(settings).data / "postmaster.pid").read_text().split()[0])
    seen: list[int] = []
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(0.2):
            children = Path(f"/proc/{postmaster}/task/{postmaster}/children")
            if children.exists():
                own = [_private_memory(int(pid)) for pid in children.read_text().split()]
                seen.append(max(own, default=0))

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield seen
    finally:
        ended.set()
        watcher.join()


def _private_memory(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:  # it has ended
        return 0
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("RssAnon:")), 0)
