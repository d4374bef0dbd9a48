"""All pages, workbooks and assets of the current release, in its folder."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from lumbung import labels
from lumbung.report.figures.read import Figures
from lumbung.report.model import Release
from lumbung.report.pages import cara_hitung, daerah, harga, ketersediaan, kiriman, peta, ringkasan
from lumbung.report.pages.making import Maker
from lumbung.report.pages.shared import Shared
from lumbung.report.site.assets import assets, release_script, template_version
from lumbung.report.site.files import Folder, point
from lumbung.report.site.layout import render
from lumbung.report.site.page import Page, fingerprint_of
from lumbung.report.workbook.release import RELEASE_WORKBOOK, release_workbook
from lumbung.report.workbook.sheets import table_workbook

KINDS = (ringkasan, peta, harga, ketersediaan, daerah, kiriman)
"""In the order of the menu. A new kind has ``pages(make, shared)``, an entry in the menu and a template."""

FIRST = ringkasan.PATH
NO_RELEASE = "0"
"""Folder of the page that says that nothing is published yet."""


@dataclass(frozen=True)
class Site:
    """What was made: the first page, and how many files were written anew and taken over."""

    first: Path
    written: int
    kept: int


def all_pages(figures: Figures, band_pct: float) -> list[Page]:
    """Every page of a release, not yet written."""
    make, shared = Maker(figures, band_pct), Shared(figures)
    pages = [page for kind in KINDS for page in kind.pages(make, shared)]
    return [*pages, *cara_hitung.pages(make, pages)]


def write_site(figures: Figures | None, folder: Path, band_pct: float) -> Site:
    """Write the pages of the figures' release and let ``current`` point at its folder.

    A file whose figures and templates are as they were is taken over from the release before.

    Args:
        figures: The figures; None while nothing is published.
        folder: The folder of all releases' pages.
        band_pct: Half width of the map's middle band, per cent of the provincial average.
    """
    name = str(figures.release.release_id) if figures else NO_RELEASE
    place = folder / "releases" / name
    current = folder / "current"
    earlier = place if place.is_dir() else current.resolve() if current.exists() else None
    out = Folder(place, earlier)
    version = template_version()
    for path, content in assets().items():
        out.put(path, fingerprint_of(content), partial(bytes, content))
    if figures is None:
        empty = Page(FIRST, "kosong.html.j2", labels.label("menu", "ringkasan"), "ringkasan")
        out.put(FIRST, fingerprint_of(version, "empty"), lambda: render(empty, None, {}).encode())
    else:
        _write_release(out, figures, all_pages(figures, band_pct), version)
    out.close()
    point(current, Path("releases") / name)
    return Site(place / FIRST, out.written, out.kept)


def _write_release(out: Folder, figures: Figures, pages: list[Page], version: str) -> None:
    release = figures.release
    script = release_script(release)
    out.put("aset/rilis.js", fingerprint_of(script), lambda: script)
    definitions = figures.of("definitions")
    names = {row["regency_code"]: row["regency_name"] for row in figures.of("regencies")}
    whole = [version]
    for page in pages:
        tables = [fingerprint_of(version, table) for table in page.tables]
        fingerprint = page.fingerprint([version, *tables])
        whole.append(fingerprint)
        out.put(page.path, fingerprint, partial(_html, page, release, names))
        for table, of_table in zip(page.tables, tables, strict=True):
            if table.rows:
                make = partial(table_workbook, table, release, definitions)
                out.put(page.workbook(table), of_table, make)
    out.put(RELEASE_WORKBOOK, fingerprint_of(release, whole), lambda: release_workbook(figures, pages))


def _html(page: Page, release: Release, names: Mapping[str, str]) -> bytes:
    return render(page, release, names).encode()
