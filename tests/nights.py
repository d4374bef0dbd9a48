"""Nights for tests: an inbox in a folder, the stages run in a row without the scheduler, marts to look at."""

import csv
import hashlib
import itertools
import os
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from lumbung import night as stages
from lumbung.clock import JAKARTA
from lumbung.settings import Role, Settings
from lumbung.warehouse.connection import connect

FIXTURES = Path(__file__).parent / "fixtures"
SHALLOT = FIXTURES / "shallot_2026-07_slice.csv"
"""Shallot prices of three regencies, 14-27 July 2026, published by Siskaperbapo (Disperindag Jatim)."""

_RUNS = itertools.count(1)
HEADER = ["tanggal", "pasar", "komoditas", "satuan", "harga"]


def run_night(
    settings: Settings, inbox: Path, business_date: date, is_history: bool = False
) -> dict[str, Any]:
    """Run all stages once; returns what publish reported."""
    night, offices = stages.open_night(
        settings, business_date, str(inbox), f"test-{next(_RUNS)}", is_history=is_history
    )
    for office in offices:
        stages.collect(settings, night, office["regency_code"])
    stages.decode(settings, night)
    stages.check(settings, night)
    stages.load(settings, night)
    built = stages.build(settings, night)
    published = stages.publish(settings, night, built)
    stages.report(settings, night)
    return published


def write_csv(
    inbox: Path,
    regency_code: str,
    rows: Iterable[list[Any]],
    name: str = "harga.csv",
    header: list[str] | None = None,
) -> Path:
    """Write one office's price file; returns its path."""
    path = inbox / regency_code / "staple_prices" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER if header is None else header)
        writer.writerows(rows)
    return path


def set_arrival(path: Path, day: date, hour: int) -> None:
    """Let a file have arrived at an hour of a day in Asia/Jakarta."""
    instant = datetime(day.year, day.month, day.day, hour, tzinfo=JAKARTA).timestamp()
    os.utime(path, (instant, instant))


def shallot_inbox(folder: Path) -> dict[str, list[dict[str, str]]]:
    """The fixture's rows as one file per office; returns the rows per regency code."""
    from lumbung.reference import Reference

    by_regency: dict[str, list[dict[str, str]]] = defaultdict(list)
    reference = Reference.load(Settings.load())
    with SHALLOT.open(newline="") as file:
        lines = (line for line in file if not line.startswith("#"))
        for row in csv.DictReader(lines):
            by_regency[str(reference.resolve_regency(row["kabkota"]))].append(row)
    for code, rows in by_regency.items():
        write_csv(folder, code, [[r["tanggal"], r["pasar"], "Bawang Merah", "kg", r["harga"]] for r in rows])
    return dict(by_regency)


def office_rows(
    settings: Settings, regency_code: str, days: int, last: date, base: int = 12000
) -> list[list[Any]]:
    """Plausible rice prices of every market of an office for some days, the same at every call."""
    from lumbung.reference import Reference

    markets = [m for m in Reference.load(settings).markets.values() if m.regency_code == regency_code]
    return [
        [
            (last - timedelta(days=back)).isoformat(),
            m.name,
            "Beras Medium",
            "kg",
            base + 100 * i + 50 * (back % 3),
        ]
        for i, m in enumerate(sorted(markets, key=lambda m: m.market_id))
        for back in reversed(range(days))
    ]


def rows(
    settings: Settings, statement: str, parameters: list[Any] | None = None, release: int | None = None
) -> list[Any]:
    """Rows of a query as the reader, as of a release if one is named."""
    with connect(Role.READER, settings) as connection:
        if release is not None:
            connection.execute("select set_config('lumbung.release', %s, true)", [str(release)])
        return connection.execute(statement, parameters).fetchall()


def fingerprint(settings: Settings, schema: str = "marts") -> dict[str, str]:
    """A hash of every published table's rows, without the columns that may differ between equal nights.

    Left out are release numbers and instants (receipt, arrival stays: it belongs to the file).
    """
    volatile = {"release_from", "release_to", "received_at", "published_at"}
    result = {}
    with connect(Role.ENGINEER, settings) as connection:
        tables = connection.execute(
            "select table_name, array_agg(column_name::text order by ordinal_position)"
            " from information_schema.columns where table_schema = %s and table_name <> 'release'"
            " group by 1 order by 1",
            [schema],
        ).fetchall()
        for table, columns in tables:
            kept = ", ".join(f'"{c}"' for c in columns if c not in volatile)
            found = connection.execute(f"select {kept} from {schema}.{table}").fetchall()
            text = "\n".join(sorted(repr(row) for row in found))
            result[table] = f"{len(found)} {hashlib.sha256(text.encode()).hexdigest()[:16]}"
    return result
