"""The 38 kabupaten/kota as outlines for SVG: equirectangular, true in proportion at the province's middle."""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

BOUNDARIES = Path(__file__).parents[1] / "boundaries" / "jatim_kabkota.geojson"
WIDTH = 1000
"""Units of the map's width; coordinates are whole units."""

_Point = tuple[int, int]


@dataclass(frozen=True)
class Region:
    """A regency's outline: an SVG path, a point inside its largest part, and that part's size in units."""

    regency_code: str
    path: str
    x: int
    y: int
    size: float


@dataclass(frozen=True)
class Atlas:
    """All regions; smaller ones come last, so that a kota lies on the kabupaten around it."""

    width: int
    height: int
    regions: tuple[Region, ...]


@cache
def atlas() -> Atlas:
    """The map of East Java."""
    features = json.loads(BOUNDARIES.read_text(encoding="utf-8"))["features"]
    shapes = {feature["properties"]["kode_bps"]: list(_rings(feature["geometry"])) for feature in features}
    corners = [point for rings in shapes.values() for ring in rings for point in ring]
    west, east = min(p[0] for p in corners), max(p[0] for p in corners)
    south, north = min(p[1] for p in corners), max(p[1] for p in corners)
    narrowing = math.cos(math.radians((south + north) / 2))
    scale = WIDTH / ((east - west) * narrowing)

    def place(point: list[float]) -> _Point:
        return round((point[0] - west) * narrowing * scale), round((north - point[1]) * scale)

    regions = [
        _region(code, [[place(point) for point in ring] for ring in rings]) for code, rings in shapes.items()
    ]
    ordered = sorted(regions, key=lambda region: -region.size)
    return Atlas(WIDTH, math.ceil((north - south) * scale), tuple(ordered))


def _rings(geometry: dict[str, object]) -> Iterator[list[list[float]]]:
    """Outer and inner rings of a polygon or of several."""
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    for polygon in polygons:  # type: ignore[attr-defined]
        yield from polygon


def _region(code: str, rings: list[list[_Point]]) -> Region:
    largest = max(rings, key=lambda ring: abs(_area(ring)))
    x, y = _middle(largest)
    outlines = (_outline(ring) for ring in rings)
    path = "".join(outline for outline in outlines if outline)
    return Region(code, path, x, y, abs(_area(largest)))


def _area(ring: list[_Point]) -> float:
    pairs = zip(ring, ring[1:], strict=False)
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs) / 2


def _middle(ring: list[_Point]) -> _Point:
    """The centre of gravity."""
    area = _area(ring)
    if area == 0:
        return ring[0]
    x = y = 0.0
    for a, b in zip(ring, ring[1:], strict=False):
        cross = a[0] * b[1] - b[0] * a[1]
        x += (a[0] + b[0]) * cross
        y += (a[1] + b[1]) * cross
    return round(x / (6 * area)), round(y / (6 * area))


def _outline(ring: list[_Point]) -> str:
    """A closed path of relative steps; points that rounding put on top of each other are one."""
    points = [point for n, point in enumerate(ring[:-1]) if n == 0 or point != ring[n - 1]]
    if len(points) < 3:
        return ""
    start, *rest = points
    steps = [f"M{start[0]} {start[1]}l"]
    at = start
    for point in rest:
        steps.append(f"{point[0] - at[0]} {point[1] - at[1]} ")
        at = point
    return "".join(steps).rstrip() + "z"
