"""A night of any size, for measuring: one plain CSV per office."""

from datetime import date, timedelta
from pathlib import Path

from lumbung.sample.generate import BUSINESS_DATE, SEED
from lumbung.settings import Settings


def generate_scale(
    settings: Settings, out: Path, rows: int = 1_000_000, last_on: date = BUSINESS_DATE, seed: int = SEED
) -> int:
    """Write at least ``rows`` price rows as ``<out>/<BPS code>/staple_prices/harga.csv``.

    As many days up to ``last_on`` as it takes, over all markets and the sample's commodities.

    Returns:
        The rows written, less than one day's rows more than asked for.
    """
    from lumbung.reference import Reference
    from lumbung.sample.history import write_history
    from lumbung.sample.panel import build_panel
    from lumbung.sample.places import load_goods, load_places

    reference = Reference.load(settings)
    places, goods = load_places(reference), load_goods(reference)
    days = -(-rows // (len(places) * len(goods)))
    panel = build_panel(places, goods, last_on - timedelta(days=days - 1), last_on, seed)
    return sum(write_history(panel, out, "harga.csv", 0.0, seed).values())
