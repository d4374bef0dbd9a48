"""One workbook of 100,000 rows: decoded beside reading it raw, then checked and loaded.

The floor of decoding is calamine alone: the same reader, with no recognition, no limits, no process of its
own and nothing written. Check and load have as floor the server-side COPY of the rows they accept.
"""

import resource
from datetime import date
from pathlib import Path

from lumbung import night as stages
from lumbung.reference import Reference
from lumbung.settings import Settings
from tests.benchmarks import floor_sql
from tests.benchmarks.measure import Measure, in_own_process, median_of, say

ROWS = 100_000
OFFICE = "3578"
HEADER = ("Tanggal", "Pasar", "Komoditas", "Satuan", "Harga")


def run(settings: Settings, last_on: date, rows: int = ROWS) -> list[Measure]:
    """Measure a night of one workbook, on an empty warehouse; decode, check and load it."""
    inbox = settings.home / "inboxes" / "workbook"
    path = inbox / OFFICE / "staple_prices" / "harga.xlsx"
    written = in_own_process(write_workbook, path, Reference.load(settings), rows, last_on)
    say(f"workbook of {written:,} rows, {path.stat().st_size / 2**20:.1f} MiB")
    raw = median_of(lambda: _read_raw(path))
    floor_sql.prepare(settings)
    seconds, copied, peak = in_own_process(one_workbook, settings, inbox, last_on)
    say(f"workbook: {', '.join(f'{n} {s:.2f} s' for n, s in seconds.items())}; check's peak {peak} MiB")
    return [
        Measure("decode, one workbook", seconds["decode"], "calamine alone", raw),
        Measure(
            "check + load, one workbook",
            seconds["check"] + seconds["load"],
            "COPY, indexed table",
            copied,
        ),
    ]


def one_workbook(settings: Settings, inbox: Path, day: date) -> tuple[dict[str, float], float, int]:
    """Run a night as far as the load.

    Returns:
        Seconds per stage without importing Great Expectations, seconds of a COPY of the accepted rows, and
        the process's peak memory in MiB.
    """
    import time

    import great_expectations.expectations  # noqa: F401

    night, _ = stages.open_night(settings, day, str(inbox), "bench-workbook")
    stages.collect(settings, night, OFFICE)
    took = {}
    for stage in (stages.decode, stages.check, stages.load):
        began = time.perf_counter()
        counts = stage(settings, night)
        took[stage.__name__] = time.perf_counter() - began
        say(f"{stage.__name__}: {counts}")
        if stage is stages.check:
            copied = floor_sql.copy_accepted(settings)["indexed"]
    return took, copied, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def write_workbook(path: Path, reference: Reference, rows: int, last_on: date) -> int:
    """Write whole days of one office's markets as a workbook with real dates and numbers."""
    from datetime import datetime, timedelta

    import numpy as np
    import xlsxwriter

    markets = [m.name for m in reference.markets.values() if m.regency_code == OFFICE]
    goods = list(reference.commodities.values())[:30]
    days = -(-rows // (len(markets) * len(goods)))
    rng = np.random.default_rng(7)
    path.parent.mkdir(parents=True)
    count = 0
    with xlsxwriter.Workbook(
        str(path), {"constant_memory": True, "default_date_format": "dd/mm/yyyy"}
    ) as book:
        page = book.add_worksheet("Harga")
        page.write_row(0, 0, HEADER)
        level = [(good.plausible_min_idr * good.plausible_max_idr) ** 0.5 for good in goods]
        for back in range(days - 1, -1, -1):
            on = last_on - timedelta(days=back)
            cell = datetime(on.year, on.month, on.day)  # noqa: DTZ001 - a spreadsheet's date has no zone
            for market in markets:
                for number, good in enumerate(goods):
                    count += 1
                    page.write_datetime(count, 0, cell)
                    page.write_string(count, 1, market)
                    page.write_string(count, 2, good.name)
                    page.write_string(count, 3, good.unit)
                    step = 1 + 0.02 * float(rng.random())
                    page.write_number(count, 4, round(level[number] * step / 100) * 100)
    return count


def _read_raw(path: Path) -> None:
    from python_calamine import CalamineWorkbook

    CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
