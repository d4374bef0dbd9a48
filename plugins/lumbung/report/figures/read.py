"""All figures of the current release, read in one snapshot as whoever only reads."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import psycopg
from psycopg.rows import dict_row

from lumbung import labels
from lumbung.reference import PROVINCE
from lumbung.report.figures import definitions, offices, places, prices, stocks
from lumbung.report.model import Release, Summary
from lumbung.report.summary import load_summary

Row = dict[str, Any]


@dataclass(frozen=True)
class Figures:
    """Rows of each question asked, by its name (``of``), in the order in which they are shown."""

    release: Release
    summary: Summary
    rows: Mapping[str, list[Row]]

    def of(self, name: str) -> list[Row]:
        """The rows of a question; a copy, so that no page changes another's."""
        return [dict(row) for row in self.rows[name]]

    def by(self, name: str, *keys: str) -> dict[Hashable, list[Row]]:
        """The rows of a question by one or several of their columns."""
        return grouped(self.of(name), *keys)


def grouped(rows: Iterable[Row], *keys: str) -> dict[Hashable, list[Row]]:
    """Rows by the value of one column, or by the tuple of several."""
    found: dict[Hashable, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[keys[0]] if len(keys) == 1 else tuple(row[key] for key in keys)].append(row)
    return found


QUESTIONS: Mapping[str, str] = {
    **places.QUESTIONS,
    **prices.QUESTIONS,
    **stocks.QUESTIONS,
    **offices.QUESTIONS,
    **definitions.QUESTIONS,
}


def read_figures(connection: psycopg.Connection[Any]) -> Figures | None:
    """Read the current release; None while nothing is published.

    The connection should be in one repeatable-read transaction, so that all pages tell of one release.
    """
    summary = load_summary(connection)
    release = summary.release
    if release is None:
        return None
    with connection.cursor(row_factory=dict_row) as cursor:
        scope = scope_of(release.business_date) | {"release_id": release.release_id}
        rows = {name: cursor.execute(sql, scope).fetchall() for name, sql in QUESTIONS.items()}
    return Figures(release, summary, rows)


TREND_DAYS = 30
YEARS = 10
GRID_PERIODS = 14
MONTHS = 12
SUBMISSIONS = 30
REVISED_DAYS = 60
ALERT_DAYS = 70
"""How long an open run of alerts may have been silent: monthly rules speak on the first and wait 31 days."""


def scope_of(business_date: date) -> dict[str, Any]:
    """The limits that the questions ask within."""
    return {
        "on": business_date,
        "province": PROVINCE,
        "province_name": labels.label("place", "province"),
        "trend_from": business_date - timedelta(days=TREND_DAYS - 1),
        "history_from": business_date.replace(year=business_date.year - YEARS, day=1),
        "index_from": business_date - timedelta(days=400),
        "alerts_from": business_date - timedelta(days=ALERT_DAYS),
        "revised_from": business_date - timedelta(days=REVISED_DAYS),
        "periods": GRID_PERIODS,
        "months": MONTHS,
        "submissions": SUBMISSIONS,
    }
