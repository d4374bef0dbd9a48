"""The 38 kabupaten/kota as outlines for SVG: equirectangular, true in proportion at the province's middle.

Islands far from the rest are moved nearer, each group into a frame of its own, so that the rest can be
larger.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

BOUNDARIES = Path(__file__).parents[1] / "boundaries" / "jatim_kabkota.geojson"
WIDTH = 1000
"""Units of the map's width; coordinates are whole units."""

_Point = tuple[int, int]


@dataclass(frozen=True)
class Inset:
    """A group of islands: what lies beyond these bounds (degrees), and how far it is moved."""

    name: str
    west: float
    east: float
    north_of: float
    moved_east: float
    moved_north: float

    def holds(self, ring: list[list[float]]) -> bool:
        """Whether a ring belongs to the group."""
        return all(self.west < x < self.east and y > self.north_of for x, y in ring)


INSETS = (
    Inset("Bawean", 112, 113, -6.2, 0, -0.74),
    Inset("Masalembu", 114, 115, -6.2, -1.32, -1.12),
    Inset("Kangean", 115, 117, -7.5, -1.68, 0.53),
)
_FRAME_ROOM = 12


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
    frames: tuple[tuple[int, int, int, int], ...]
    """Around the moved islands: x, y, width, height."""


@cache
def atlas() -> Atlas:
    """The map of East Java."""
    features = json.loads(BOUNDARIES.read_text(encoding="utf-8"))["features"]
    moved: dict[str, list[list[float]]] = {inset.name: [] for inset in INSETS}
    shapes = {
        feature["properties"]["kode_bps"]: [
            _brought_near(ring, moved) for ring in _rings(feature["geometry"])
        ]
        for feature in features
    }
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
    frames = tuple(_frame([place(point) for point in points]) for points in moved.values())
    return Atlas(WIDTH, math.ceil((north - south) * scale), tuple(ordered), frames)


def _brought_near(ring: list[list[float]], moved: dict[str, list[list[float]]]) -> list[list[float]]:
    """The ring, moved if it belongs to a group of far islands; its points are then noted there."""
    for inset in INSETS:
        if inset.holds(ring):
            near = [[x + inset.moved_east, y + inset.moved_north] for x, y in ring]
            moved[inset.name] += near
            return near
    return ring


def _frame(points: list[_Point]) -> tuple[int, int, int, int]:
    left, top = min(p[0] for p in points) - _FRAME_ROOM, min(p[1] for p in points) - _FRAME_ROOM
    right, bottom = max(p[0] for p in points) + _FRAME_ROOM, max(p[1] for p in points) + _FRAME_ROOM
    return left, top, right - left, bottom - top


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
    pairs = pairwise(ring)
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs) / 2


def _middle(ring: list[_Point]) -> _Point:
    """The centre of gravity."""
    area = _area(ring)
    if area == 0:
        return ring[0]
    x = y = 0.0
    for a, b in pairwise(ring):
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
