"""Workbooks of 100,000 observations: decoded beside reading them raw, then checked, loaded and answered.

The floor of decoding is calamine alone: the same reader, with no recognition, no limits, no process of its
own and nothing written. Check and load have as floor the server-side COPY of the rows they accept; where all
rows are held it is that of the same rows accepted. Peaks of memory are told per stage.
"""

import resource
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from lumbung import night as stages
from lumbung.reference import Reference
from lumbung.settings import Settings
from tests.benchmarks import floor_sql
from tests.benchmarks.measure import Measure, in_own_process, median_of, say
from tests.installation import empty_warehouse

ROWS = 100_000
OFFICE = "3578"
HEADER = ("Tanggal", "Pasar", "Komoditas", "Satuan", "Harga")
KINDS = ("one workbook", "one workbook, a column per day", "one workbook, all rows held")
"""What is measured; the last one names a market that nobody knows in every row."""


def run(settings: Settings, last_on: date, rows: int = ROWS, kinds: Sequence[str] = KINDS) -> list[Measure]:
    """Measure a night of one workbook of each kind, each on an empty warehouse."""
    reference = Reference.load(settings)
    measures: list[Measure] = []
    floor = 0.0
    for kind in kinds:
        inbox = settings.home / "inboxes" / kind
        path = inbox / OFFICE / "staple_prices" / "harga.xlsx"
        in_own_process(write_workbook, path, reference, rows, last_on, kind)
        say(f"{kind}: {rows:,} observations, {path.stat().st_size / 2**20:.1f} MiB")
        raw = median_of(lambda path=path: _read_raw(path))  # type: ignore[misc]
        empty_warehouse(settings)
        floor_sql.prepare(settings)
        took: dict[str, float] = {}
        night: dict[str, Any] | None = None
        for stage in ("decode", "check", "load", "answer"):
            night, took[stage], peak = in_own_process(one_stage, settings, stage, inbox, last_on, night)
            say(f"{kind}: {stage} {took[stage]:.2f} s, at most {peak} MiB")
            if stage == "check" and kind != KINDS[-1]:
                floor = floor_sql.copy_accepted(settings)["indexed"]
        measures += [
            Measure(f"decode, {kind}", took["decode"], "calamine alone", raw),
            Measure(f"check + load, {kind}", took["check"] + took["load"], "COPY, indexed table", floor),
        ]
    return measures


def one_stage(
    settings: Settings, name: str, inbox: Path, day: date, opened: dict[str, Any] | None
) -> tuple[dict[str, Any], float, int]:
    """Run one stage of a night; without one opened before, open it and collect first.

    Returns:
        The night, seconds without importing Great Expectations, and the peak memory in MiB of the largest of
        its processes.
    """
    import time

    from lumbung.contracts.load import load_contracts
    from lumbung.report.stage import answer

    if opened is None:
        night, _ = stages.open_night(settings, day, str(inbox), inbox.name)
        stages.collect(settings, night, OFFICE)
    else:
        night = stages.Night.from_dict(opened)
    if name == "check":
        import great_expectations.expectations  # noqa: F401
    began = time.perf_counter()
    if name == "answer":
        counts = answer(settings, night.night_id, load_contracts(settings.expectations))
    else:
        counts = getattr(stages, name)(settings, night)
    took = time.perf_counter() - began
    say(f"{name}: {counts}")
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return night.as_dict(), took, max(resource.getrusage(one).ru_maxrss for one in whose) // 1024


def write_workbook(path: Path, reference: Reference, rows: int, last_on: date, kind: str) -> None:
    """Write days of one office's markets as a workbook with real dates and numbers."""
    import xlsxwriter

    path.parent.mkdir(parents=True)
    options = {"constant_memory": True, "default_date_format": "dd/mm/yyyy"}
    with xlsxwriter.Workbook(str(path), options) as book:
        page = book.add_worksheet("Harga")
        lines = _by_day if kind == KINDS[1] else _long
        for number, line in enumerate(lines(reference, rows, last_on)):
            for column, cell in enumerate(line):
                is_market = column == 1 and number > 0
                page.write(number, column, "Pasar Entah" if is_market and kind == KINDS[2] else cell)


def _long(reference: Reference, rows: int, last_on: date) -> Iterator[list[Any]]:
    """One observation per line."""
    yield list(HEADER)
    for at, (on, market, good, price) in enumerate(_observations(reference, rows, last_on)):
        if at == rows:
            return
        yield [on, market, good.name, good.unit, price]


def _by_day(reference: Reference, rows: int, last_on: date) -> Iterator[list[Any]]:
    """One line per market and commodity, one column per day."""
    lines: dict[tuple[str, str], list[Any]] = {}
    days = dict[datetime, None]()
    for on, market, good, price in _observations(reference, rows, last_on):
        days[on] = None
        lines.setdefault((market, good.name), [market, good.name, good.unit]).append(price)
    yield [*HEADER[1:4], *days]
    yield from lines.values()


def _observations(reference: Reference, rows: int, last_on: date) -> Iterator[tuple[datetime, str, Any, int]]:
    """Whole days, as many as it takes."""
    import numpy as np

    markets = [m.name for m in reference.markets.values() if m.regency_code == OFFICE]
    goods = list(reference.commodities.values())[:30]
    rng = np.random.default_rng(7)
    for back in range(-(-rows // (len(markets) * len(goods))) - 1, -1, -1):
        on = datetime.combine(last_on - timedelta(days=back), datetime.min.time())
        for market in markets:
            for good in goods:
                level = (good.plausible_min_idr * good.plausible_max_idr) ** 0.5
                yield on, market, good, round(level * (1 + 0.02 * float(rng.random())) / 100) * 100


def _read_raw(path: Path) -> None:
    from python_calamine import CalamineWorkbook

    CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
