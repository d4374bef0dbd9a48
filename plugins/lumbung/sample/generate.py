"""The whole sample: 13 months of prices, five years of the rest, one night's submissions of 38 offices."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from lumbung.clock import JAKARTA
from lumbung.settings import Settings

SEED = 2012
BUSINESS_DATE = date(2026, 7, 28)
HISTORY_FIRST_ON = date(2025, 6, 28)
HISTORY_FILE = "riwayat_harga.csv"
MISSING_SHARE = 0.006


@dataclass(frozen=True)
class SampleSummary:
    """What was written.

    Attributes:
        history: Folder of the history, laid out as an inbox.
        inbox: Folder of tonight's submissions.
        history_rows: Rows of all history files together.
        inbox_rows: Rows of all of tonight's files together.
        inbox_files: Number of tonight's files, one per office and dataset.
        expected_verdicts: What tonight's prices of each regency code should be judged.
        late: Regency codes whose file came after noon.
    """

    history: Path
    inbox: Path
    history_rows: int
    inbox_rows: int
    inbox_files: int
    expected_verdicts: dict[str, str]
    late: list[str]


def generate(
    settings: Settings, out: Path, seed: int = SEED, business_date: date = BUSINESS_DATE
) -> SampleSummary:
    """Write ``history/`` and ``inbox/`` under ``out``, both laid out ``<BPS code>/<dataset>/<file>``.

    The same seed, business date and reference lists always give the same bytes, names and modification times.
    The history holds prices to the day before the business date, registers of industry and OVOP products of
    the years before the last and programme activities to the month before the last; no rule holds any of it.
    Of tonight's prices, in several formats and layouts, a few have one fault each
    (``lumbung.sample.tonight``); the other datasets come with their last period (``lumbung.sample.others``).
    A few activities spend without physical progress, which their offices are asked to explain.

    Raises:
        LumbungError: when the reference lists lack a commodity of the sample.
    """
    from lumbung.reference import Reference
    from lumbung.sample.files import set_modified
    from lumbung.sample.history import write_history
    from lumbung.sample.others import make_registers, write_older, write_others
    from lumbung.sample.panel import build_panel
    from lumbung.sample.places import load_goods, load_places
    from lumbung.sample.tonight import write_tonight

    reference = Reference.load(settings)
    first_on = HISTORY_FIRST_ON + (business_date - BUSINESS_DATE)
    goods = load_goods(reference)
    panel = build_panel(load_places(reference), goods, first_on, business_date, seed)

    history = out / "history"
    rows = write_history(
        panel.until(business_date - timedelta(days=1)), history, HISTORY_FILE, MISSING_SHARE, seed
    )
    handed_in = datetime.combine(business_date, time(6, 0), tzinfo=JAKARTA)
    for code in rows:
        set_modified(history / code / "staple_prices" / HISTORY_FILE, handed_in)

    registers = make_registers(reference, business_date, seed)
    older = write_older(reference, registers, history, business_date, seed)

    inbox = out / "inbox"
    files = write_tonight(panel, inbox, business_date, seed)
    others = write_others(reference, goods, registers, inbox, business_date, seed)
    noon = datetime.combine(business_date, time(12, 0), tzinfo=JAKARTA)
    return SampleSummary(
        history=history,
        inbox=inbox,
        history_rows=sum(rows.values()) + sum(sum(of.values()) for of in older.values()),
        inbox_rows=sum(file.rows for file in files.values())
        + sum(sum(rows.values()) for rows in others.values()),
        inbox_files=len(files) + sum(map(len, others.values())),
        expected_verdicts={code: file.expected_verdict for code, file in files.items()},
        late=[code for code, file in files.items() if file.arrived_at > noon],
    )
