"""Pages as HTML: the templates, and what they may call."""

import json
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from lumbung import labels
from lumbung.report.drawing.lines import spark
from lumbung.report.drawing.regions import atlas
from lumbung.report.model import Release
from lumbung.report.site import cells
from lumbung.report.site.menu import MENU
from lumbung.report.site.page import Page
from lumbung.report.words import unbroken

if TYPE_CHECKING:
    from jinja2 import Environment


def render(page: Page, release: Release | None, names: Mapping[str, str]) -> str:
    """The page as HTML; every text from outside is escaped, nothing is asked of another place.

    Args:
        page: The page.
        release: The release that it was made for; None while there is none.
        names: Of the regencies, by code, for the map.
    """
    return (
        _environment()
        .get_template(page.template)
        .render(
            page=page,
            root=page.root,
            release=release,
            menu=MENU,
            names=names,
            tables={table.name: table for table in page.tables},
            **page.context,
        )
    )


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("lumbung.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Any] = {
        "number": labels.format_number,
        "percent": labels.format_percent,
        "rupiah": labels.format_rupiah,
        "unbroken": unbroken,
        "day": labels.format_date,
        "month": cells.month,
        "instant": labels.format_instant,
        "label": lambda code, group: labels.label(group, str(code)),
        "spark": spark,
        "data": data,
    }
    environment.filters.update(filters)
    environment.globals.update(
        cell=cells.cell, mark=cells.mark, receipts=cells.receipts, how=how, atlas=atlas, words=labels.label
    )
    return environment


def data(value: Any) -> Markup:
    """Values for a script, inside ``<script type="application/json">``: no markup can begin in them."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))  # noqa: S704 - none can


def how(source: str | None, root: str) -> str | None:
    """Where a figure is explained; None for what is no published figure."""
    return f"{root}cara-hitung.html#{source}" if source else None
