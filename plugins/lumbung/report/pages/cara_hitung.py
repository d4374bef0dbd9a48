"""How figures are computed: what the published columns that pages show say about themselves."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from lumbung import labels
from lumbung.report.figures.read import Row
from lumbung.report.pages.making import Maker
from lumbung.report.site.page import Page

PATH = "cara-hitung.html"


@dataclass(frozen=True)
class Definition:
    """A figure: its anchor, the headers under which pages show it, and its meaning."""

    anchor: str
    titles: str
    meaning: str


@dataclass(frozen=True)
class Chapter:
    """A published table that figures come from."""

    anchor: str
    about: str
    definitions: list[Definition]


def pages(make: Maker, others: Sequence[Page]) -> list[Page]:
    """The page; it explains the figures that the other pages show."""
    reasons = sorted({labels.label("reason", code) for code in REASONS})
    context = {"chapters": chapters(make.figures.of("definitions"), titles_of(others)), "reasons": reasons}
    return [Page(PATH, "cara_hitung.html.j2", labels.label("menu", "cara_hitung"), "cara_hitung", context)]


REASONS = (
    "not_reported", "no_previous_observation", "no_ceiling", "unit_mismatch", "validity_unknown",
    "single_regency",
    "too_few_days", "too_few_months", "too_few_years", "months_missing", "no_variation", "no_base_price",
    "no_first_week", "no_last_season", "no_earlier_season", "no_daily_need", "not_obliged",
    "no_expected_keys",
)  # fmt: skip


def titles_of(pages: Sequence[Page]) -> dict[str, list[str]]:
    """Per published figure the headers under which pages show it, in the order in which they come."""
    shown: dict[str, list[str]] = {}
    headed = [
        (column.source, column.title) for page in pages for table in page.tables for column in table.columns
    ]
    facts = [
        (fact.source, fact.title)
        for page in pages
        for name in ("cards", "facts")
        for fact in page.context.get(name, ())
    ]
    for source, title in headed + facts:
        if source and title not in shown.setdefault(source, []):
            shown[source].append(title)
    return shown


def chapters(definitions: Sequence[Row], shown: Mapping[str, Sequence[str]]) -> list[Chapter]:
    """Definitions of the figures shown, by the table they come from."""
    comments = {(row["table_name"], row["column_name"]): row for row in definitions}
    found: dict[str, Chapter] = {}
    for source, titles in shown.items():
        table, column_name = source.split(".")
        row = comments.get((table, column_name))
        if row is None:
            continue
        chapter = found.setdefault(table, Chapter(table, indonesian(row["table_comment"]), []))
        named = (
            ", ".join(titles) if not source.endswith("period_on") and "status" not in source else titles[0]
        )
        chapter.definitions.append(Definition(source, named, indonesian(row["column_comment"])))
    return list(found.values())


_CODED = re.compile(r"\b([a-z]+(?:_[a-z]+)*) \(([^()]*)\)")
_BARE = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")
_ASIDE = re.compile(r" \([a-z]+(?:_[a-z]+)+\)| seed [a-z_]+")
_GROUPS = (
    "band",
    "price_level",
    "reason",
    "verdict",
    "reporting_status",
    "ifpa_status",
    "alps_status",
    "state",
)


def indonesian(comment: str | None) -> str:
    """The Indonesian half of a comment, which stands before the dash and the English one, without codes.

    Where a code stands beside its meaning the meaning stays, ``above (di atas batas)``; a code alone becomes
    its label.
    """
    text = (comment or "").split(" — ")[0]
    text = _CODED.sub(lambda found: found[2] if _label(found[1]) else found[0], text)
    text = _ASIDE.sub("", text)
    return _BARE.sub(lambda found: _label(found[0]) or found[0], text)


def _label(code: str) -> str | None:
    for group in _GROUPS:
        with suppress(labels.UnknownLabelError):
            return labels.label(group, code)
    return None
