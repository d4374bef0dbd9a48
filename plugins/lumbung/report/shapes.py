"""Geometry of the page's small drawings: the last 30 days, and the spread over regencies."""

from dataclasses import dataclass

from lumbung import labels
from lumbung.report.model import CommodityPrice

SPARK_WIDTH, SPARK_HEIGHT = 112, 28
SPREAD_WIDTH = 180
_MARGIN = 3
_ROOM_FOR_MARK = 14


@dataclass(frozen=True)
class Sparkline:
    """Polylines (one per stretch without gaps) and the dot on the last known day, in pixels."""

    lines: list[str]
    last_x: float
    last_y: float
    title: str


@dataclass(frozen=True)
class Part:
    """One part of the bar of regencies: its band, where it lies, and where its mark goes (None: no room)."""

    band: str
    x: float
    width: float
    mark_x: float | None


def sparkline(item: CommodityPrice) -> Sparkline | None:
    """The provincial price day by day; days without a figure are gaps. None with fewer than two figures."""
    known = [price for price in item.trend if price is not None]
    if len(known) < 2:
        return None
    low, high = min(known), max(known)
    across = (SPARK_WIDTH - 2 * _MARGIN) / (len(item.trend) - 1)
    height = SPARK_HEIGHT - 2 * _MARGIN
    bounds = f"{labels.format_rupiah(low)} hingga {labels.format_rupiah(high)}"
    runs: list[list[str]] = [[]]
    last = (0.0, 0.0)
    for day, price in enumerate(item.trend):
        if price is None:
            runs.append([])
            continue
        share = (price - low) / (high - low) if high > low else 0.5
        last = (_MARGIN + day * across, _MARGIN + (1 - share) * height)
        runs[-1].append(f"{last[0]:.1f},{last[1]:.1f}")
    return Sparkline(
        lines=[" ".join(run) for run in runs if len(run) > 1],
        last_x=round(last[0], 1),
        last_y=round(last[1], 1),
        title=f"{len(item.trend)} hari terakhir: {bounds}",
    )


def spread(item: CommodityPrice) -> list[Part]:
    """Regencies above, within and below the middle band as parts of one bar; empty without regencies."""
    total = item.above + item.within + item.below
    parts = []
    x = 0.0
    for band, count in (("above", item.above), ("within", item.within), ("below", item.below)):
        if count:
            width = SPREAD_WIDTH * count / total
            has_mark = width >= _ROOM_FOR_MARK and band != "within"
            middle = round(x + width / 2 - 0.75, 1) if has_mark else None
            parts.append(Part(band, round(x, 1), round(width - 1.5, 1), middle))
            x += width
    return parts
