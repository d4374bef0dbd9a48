"""Style sheet and scripts of a release: one of each, made of the parts beside this package."""

import json
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from lumbung import labels
from lumbung.report.model import Release

REPORT = Path(__file__).parents[1]
ASSETS = REPORT / "assets"
_PARTS = {
    "aset/lumbung.css": ("css/base.css", "css/tables.css", "css/map.css", "css/chart.css", "css/print.css"),
    "aset/lumbung.js": ("js/state.js", "js/tables.js", "js/map.js", "js/release.js"),
    "aset/grafik.css": ("vendor/uplot-uPlot.min.css",),
    "aset/grafik.js": ("vendor/uplot-uPlot.iife.min.js", "js/chart.js"),
    "aset/uplot-LICENSE.txt": ("vendor/uplot-LICENSE",),
}


def assets() -> dict[str, bytes]:
    """Files by their path in the release's folder."""
    return {
        path: b"\n".join((ASSETS / part).read_bytes() for part in parts) for path, parts in _PARTS.items()
    }


def release_script(release: Release) -> bytes:
    """What a page that is older than its release is told when it opens: which release it belongs to."""
    words = {
        "release": release.release_id,
        "words": labels.label("site", "checked_again").format(
            release=release.release_id, day=labels.format_date(release.business_date)
        ),
    }
    return f"window.lumbungRelease={json.dumps(words, ensure_ascii=False)};\n".encode()


@cache
def template_version() -> str:
    """A hash of all that decides how a page looks beside its figures."""
    found = sha256()
    catalogue = (labels.CATALOGUE, Path(labels.__file__))
    for path in (
        *sorted(p for p in REPORT.rglob("*") if p.is_file() and "__pycache__" not in p.parts),
        *catalogue,
    ):
        found.update(path.name.encode() + path.read_bytes())
    for library in ("jinja2", "xlsxwriter"):
        found.update(version(library).encode())
    return found.hexdigest()
