"""Figures of regencies as shades of a map: which class each falls in, and what the legend says.

Classes are a matter of drawing: the figures come as they are published, and stand in the map's words.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import floor

from lumbung import labels
from lumbung.report.words import unbroken

Figure = Decimal | int | float
NO_DATA = "no"
SIDES = 3
"""Shades on each side of zero."""
SHADES = 5


@dataclass(frozen=True)
class Shade:
    """One regency: the class of its colour and pattern, and its figure in words."""

    shade: str
    words: str


@dataclass(frozen=True)
class Layer:
    """One choice of the map.

    Attributes:
        name: In the address.
        title: What is shown, with the unit.
        shades: By regency code; a regency that is absent has no data.
        legend: Shades with their words, in the order of the legend.
    """

    name: str
    title: str
    shades: Mapping[str, Shade]
    legend: tuple[tuple[str, str], ...]

    def of(self, regency_code: str) -> Shade:
        """The regency's shade."""
        return self.shades.get(regency_code) or Shade(NO_DATA, labels.label("band", "no_data"))


def banded(name: str, title: str, bands: Mapping[str, tuple[str, str]], band_pct: str) -> Layer:
    """A layer of the bands that are published with the prices.

    Args:
        name: In the address.
        title: What is shown.
        bands: By regency code its band and its words.
        band_pct: Half width of the middle band, as it is read.
    """
    shades = {
        code: Shade(NO_DATA if band == "no_data" else band, words) for code, (band, words) in bands.items()
    }
    legend = (
        ("above", unbroken(labels.label("map", "above").format(limit=band_pct))),
        ("within", unbroken(labels.label("map", "within").format(limit=band_pct))),
        ("below", unbroken(labels.label("map", "below").format(limit=band_pct))),
        (NO_DATA, labels.label("band", "no_data")),
    )
    return Layer(name, title, shades, legend)


def diverging(
    name: str,
    title: str,
    figures: Mapping[str, Figure],
    ends: tuple[Figure, Figure],
    words: Callable[[Figure], str],
) -> Layer:
    """A layer that is neutral at zero; beyond ``ends`` (2nd and 98th percentile) shades stay the same."""
    reach = max(abs(float(end)) for end in ends) or 1.0
    step = reach / (SIDES + 0.5)

    def shade(value: Figure) -> str:
        place = min(SIDES, int(abs(float(value)) / step + 0.5))
        side = "p" if value > 0 else "m"
        return f"{side}{place}" if place else "zero"

    edges = [step * (n + 0.5) for n in range(SIDES)]
    legend = [
        *((f"p{n + 1}", f"> {words(edges[n])}") for n in reversed(range(SIDES))),
        ("zero", f"{words(-edges[0])} – {words(edges[0])}"),
        *((f"m{n + 1}", f"< {words(-edges[n])}") for n in range(SIDES)),
        (NO_DATA, labels.label("band", "no_data")),
    ]
    return Layer(name, title, {c: Shade(shade(v), words(v)) for c, v in figures.items()}, tuple(legend))


def sequential(
    name: str, title: str, figures: Mapping[str, Figure], words: Callable[[Figure], str], whole: bool = False
) -> Layer:
    """A layer of amounts in five equal steps from lowest to highest; ``whole``: steps are integers."""
    if not figures:
        return Layer(name, title, {}, ((NO_DATA, labels.label("band", "no_data")),))
    low, high = float(min(figures.values())), float(max(figures.values()))
    step = (high - low) / SHADES or 1.0
    if whole:
        step = max(1.0, float(-(-(high - low + 1) // SHADES)))

    def place(value: Figure) -> int:
        return min(SHADES - 1, floor((float(value) - low) / step))

    used = {place(value) for value in figures.values()}
    legend = [(f"s{n}", _range(low + n * step, low + (n + 1) * step, words, whole)) for n in sorted(used)]
    shades = {code: Shade(f"s{place(value)}", words(value)) for code, value in figures.items()}
    return Layer(name, title, shades, (*legend, (NO_DATA, labels.label("band", "no_data"))))


def _range(start: float, end: float, words: Callable[[Figure], str], whole: bool) -> str:
    """``0 – 2 komoditas``: what follows the figure is said once."""
    last = end - 1 if whole else end
    if last == start:
        return words(start)
    first, _, unit = words(start).partition(" ")
    alone = first if unit and words(last).endswith(f" {unit}") else words(start)
    return f"{alone} – {words(last)}"
