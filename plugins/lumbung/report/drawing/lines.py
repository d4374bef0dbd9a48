"""Small lines in tables: the last days at a glance, drawn while the page is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from markupsafe import Markup

from lumbung import labels

WIDTH, HEIGHT = 112, 28
_MARGIN = 3


@dataclass(frozen=True)
class Trend:
    """A series with one place per period, None where there is no figure.

    Attributes:
        values: The figures.
        span: What the places are, in words: ``30 hari terakhir``.
        unit: ``idr`` writes bounds as rupiah, ``number`` with one decimal.
    """

    values: Sequence[Decimal | int | None]
    span: str
    unit: str = "idr"


def daily(days: Sequence[date], values: Sequence[Decimal | int | None], first: date, last: date) -> Trend:
    """A trend over the days from first to last; days without a figure are gaps."""
    known = dict(zip(days, values, strict=True))
    count = (last - first).days + 1
    return Trend([known.get(first + timedelta(days=n)) for n in range(count)], f"{count} hari terakhir")


def spark(trend: Trend | None) -> Markup:
    """The line with a dot on the last figure; a dash with fewer than two figures."""
    known = [value for value in trend.values if value is not None] if trend else []
    if trend is None or len(known) < 2:
        return Markup('<span class="none">–</span>')
    low, high = min(known), max(known)
    across = (WIDTH - 2 * _MARGIN) / (len(trend.values) - 1)
    height = HEIGHT - 2 * _MARGIN
    runs: list[list[str]] = [[]]
    x = y = 0.0
    for place, value in enumerate(trend.values):
        if value is None:
            runs.append([])
            continue
        share = float(value - low) / float(high - low) if high > low else 0.5
        x, y = round(_MARGIN + place * across, 1), round(_MARGIN + (1 - share) * height, 1)
        runs[-1].append(f"{x:g} {y:g}")
    path = "".join(f"M{'L'.join(run)}" for run in runs if len(run) > 1)
    title = f"{trend.span}: {_bound(trend, low)} hingga {_bound(trend, high)}"
    return Markup(
        '<svg class="line" width="{}" height="{}" viewBox="0 0 {} {}" role="img" aria-label="{}">'
        '<title>{}</title><path d="{}"/><circle cx="{}" cy="{}" r="2.5"/></svg>'
    ).format(WIDTH, HEIGHT, WIDTH, HEIGHT, title, title, path, f"{x:g}", f"{y:g}")


def _bound(trend: Trend, value: Decimal | int) -> str:
    return labels.format_rupiah(value) if trend.unit == "idr" else labels.format_number(value, 1)
