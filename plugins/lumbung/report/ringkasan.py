"""The planner page ``ringkasan``: one self-contained HTML file per release, ``current`` pointing at it."""

import os
import tempfile
from pathlib import Path
from typing import Any

from lumbung.report.model import OfficeReport, Summary

PAGE = "ringkasan.html"
NO_RELEASE = "0"
"""Folder of the page that says that nothing is published yet."""

_ATTENTION = ("rejected", None, "partially_accepted", "accepted_with_notes", "accepted")


def write_page(summary: Summary, pages: Path, band_pct: float) -> Path:
    """Write the page of the summary's release and let ``current`` point at its folder.

    Args:
        summary: The figures.
        pages: The folder of all releases' pages.
        band_pct: Half width of the map's middle band, per cent of the provincial average.

    Returns:
        The page. Writing the same summary again gives the same bytes.
    """
    release = summary.release
    name = str(release.release_id) if release else NO_RELEASE
    page = pages / "releases" / name / PAGE
    page.parent.mkdir(parents=True, exist_ok=True)
    _replace(page, render(summary, band_pct))
    _point(pages / "current", Path("releases") / name)
    return page


def render(summary: Summary, band_pct: float) -> str:
    """The page as HTML; every text from outside is escaped, no script and no address outside the page."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    from lumbung import labels
    from lumbung.report import shapes, words
    from lumbung.report.summary import TREND_DAYS

    loader = PackageLoader("lumbung.report", "templates")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    filters: dict[str, Any] = {
        "number": labels.format_number,
        "change": words.change,
        "unbroken": words.unbroken,
        "day": labels.format_date,
        "instant": labels.format_instant,
        "label": lambda code, group: labels.label(group, code),
        "sparkline": shapes.sparkline,
        "spread": shapes.spread,
    }
    environment.filters.update(filters)
    return environment.get_template("ringkasan.html.j2").render(
        summary=summary,
        release=summary.release,
        offices=sorted(summary.offices, key=_attention),
        headline=words.headline(summary),
        completeness=words.completeness(summary),
        band_pct=labels.format_number(band_pct),
        trend_days=TREND_DAYS,
    )


def _attention(office: OfficeReport) -> tuple[int, bool, str]:
    """Offices that have something to mend come first, then those that were late."""
    return (_ATTENTION.index(office.verdict), office.standing != "late", office.regency_code)


def _replace(path: Path, content: str) -> None:
    """Write a file so that a reader finds the old one or the new one, never half of it."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(content)
    Path(temporary).chmod(0o644)
    Path(temporary).replace(path)


def _point(link: Path, target: Path) -> None:
    """Let a symbolic link point at ``target`` in one step."""
    temporary = link.with_name(f".{link.name}.{os.getpid()}")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(target, target_is_directory=True)
    temporary.replace(link)
