"""Submissions: the grid of what was expected and what came, days and months, and today's files."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from markupsafe import Markup

from lumbung import labels
from lumbung.reference import PROVINCE
from lumbung.report.figures.read import Row, grouped
from lumbung.report.model import Finding, OfficeReport, Submission
from lumbung.report.pages.making import Maker, regency_path
from lumbung.report.pages.shared import Shared
from lumbung.report.site.cells import month as month_words
from lumbung.report.site.columns import all_columns, columns
from lumbung.report.site.page import Page
from lumbung.report.site.tables import Column, Kind, Table
from lumbung.report.words import completeness, unbroken

PATH = "kiriman.html"
DAILY = "staple_prices"
DATASETS = (
    "staple_prices", "staple_stocks", "industry_units", "ovop_products", "programme_activities",
    "indicator_realisations",
)  # fmt: skip
_ATTENTION = ("rejected", None, "partially_accepted", "accepted_with_notes", "accepted")


def dataset_path(dataset: str) -> str:
    """The page of a dataset's submissions."""
    return PATH if dataset == DAILY else f"kiriman/{dataset}.html"


def pages(make: Maker, shared: Shared) -> list[Page]:
    """The page with the prices' grid and today's files, then one page for each other dataset."""
    grids, months = make.figures.by("grid", "dataset"), make.figures.by("reporting_months", "dataset")
    rows = sorted(make.figures.of("datasets"), key=lambda row: DATASETS.index(row["dataset"]))
    for row in rows:
        row["dataset_name"] = labels.label("dataset", row["dataset"])
        row["dataset_name_href"] = dataset_path(row["dataset"])
    overview = make.table(
        "datasets",
        [
            Column("dataset_name", title=all_columns()["dataset_name"].title, is_head=True),
            Column("period_on", "date", "Periode mulai", "rpt_reporting_rate.period_on"),
            *columns("expected", "received", "on_time", "completeness_pct", head="none"),
        ],
        rows,
    )
    offices = sorted(make.figures.summary.offices, key=_attention)
    made = []
    for dataset in DATASETS:
        tables = _dataset_tables(make, dataset, grids.get(dataset, []), months.get(dataset, []))
        context: dict[str, Any] = {
            "dataset": dataset,
            "datasets": [(dataset_path(name), name) for name in DATASETS],
        }
        title = f"{labels.label('menu', 'kiriman')}: {labels.label('dataset', dataset).lower()}"
        if dataset == DAILY:
            context |= {"offices": offices, "lead": completeness(make.figures.summary), "day": make.day}
            tables = [overview, *tables, _tonight(make, offices)]
            title = labels.label("menu", "kiriman")
        else:
            context |= {"offices": None, "lead": None, "day": make.day}
        made.append(Page(dataset_path(dataset), "kiriman.html.j2", title, "kiriman", context, tables))
    return made


def _dataset_tables(make: Maker, dataset: str, grid: Sequence[Row], months: Sequence[Row]) -> list[Table]:
    words = labels.label("dataset", dataset)
    return [
        _grid(make, grid, words),
        _matrix(make, "on_time_months", months, "on_time_pct", words),
        _matrix(make, "completeness_months", months, "completeness_pct", words),
    ]


def _grid(make: Maker, rows: Sequence[Row], words: str) -> Table:
    """Offices down, periods across."""
    periods = sorted({row["period_on"] for row in rows})
    return make.table(
        "grid",
        [*columns("regency_name"), *_period_columns(periods)],
        _pivoted(rows, "period_on", "cell"),
        is_searchable=True,
        dataset=words,
    )


def grid_table(make: Maker, rows: Sequence[Row], name: str) -> Table:
    """One office's prices of the last periods, as a single row."""
    own = [row for row in rows if row["dataset"] == DAILY]
    words = labels.label("dataset", DAILY)
    periods = sorted({row["period_on"] for row in own})
    pivoted = _pivoted(own, "period_on", "cell")
    return make.table(
        "grid", [*columns("regency_name"), *_period_columns(periods)], pivoted, name, dataset=words
    )


def _matrix(make: Maker, words: str, rows: Sequence[Row], key: str, dataset: str) -> Table:
    """Offices down, months across, the province last."""
    months = sorted({row["month_on"] for row in rows})
    source = all_columns()[key].source
    across = [_period(day, "pct", f"{month_words(day)[:3]} {day:%y}", source) for day in months]
    ordered = sorted(rows, key=lambda row: (row["regency_code"] == PROVINCE, row["regency_code"]))
    return make.table(
        words, [*columns("regency_name"), *across], _pivoted(ordered, "month_on", key), dataset=dataset
    )


def _period_columns(periods: Sequence[date]) -> list[Column]:
    return [
        _period(
            day,
            "mark",
            f"{day.day} {labels.label('month_short', str(day.month))}",
            "rpt_reporting_rate.status",
        )
        for day in periods
    ]


def _period(day: date, kind: Kind, title: str, source: str | None) -> Column:
    return Column(day.isoformat(), kind, title, source, group="grid" if kind == "mark" else None)


def _pivoted(rows: Sequence[Row], across: str, key: str) -> list[Row]:
    made = []
    for code, own in grouped(rows, "regency_code").items():
        row: Row = {"regency_code": code, "regency_name": own[0]["regency_name"]}
        if code != PROVINCE:
            row["regency_name_href"] = regency_path(str(code))
        for period in own:
            row[period[across].isoformat()] = period[key]
            row[f"{period[across].isoformat()}_reason"] = period.get(f"{key}_reason")
        made.append(row)
    return made


def _tonight(make: Maker, offices: Sequence[OfficeReport]) -> Table:
    """Today's files of the offices, one row each; offices without one have a row too."""
    rows: list[Row] = []
    for office in offices:
        files: list[Submission | None] = [*office.submissions] or [None]
        for submission in files:
            row: Row = {
                "regency_name": office.regency_name,
                "regency_name_href": regency_path(office.regency_code),
                "standing": office.standing,
            }
            if submission is None:
                row |= dict.fromkeys(("verdict", "rows_accepted", "rows_held", "submissions"))
                row["findings"] = (
                    f"Belum ada berkas untuk {make.day}; mohon segera dikirim."
                    if office.standing == "awaited"
                    else ""
                )
            else:
                row |= {
                    "verdict": submission.verdict,
                    "rows_accepted": submission.rows_accepted if submission.rows_total else None,
                    "rows_held": submission.rows_held if submission.rows_total else None,
                    "submissions": [submission.submission_id],
                    "findings": "; ".join(finding.message for finding in submission.findings),
                    "findings_html": _findings(submission),
                }
            rows.append(row)
    shown = columns(
        "regency_name", "standing", "verdict", "rows_accepted", "rows_held", "submissions", "findings"
    )
    return make.table("tonight", shown, rows)


def _findings(submission: Submission) -> Markup:
    """The findings as a list, must-fix first, and how many are not listed."""
    items = [
        Markup('<li>{}<span class="where">{}</span></li>').format(
            unbroken(found.message), _where(submission, found)
        )
        for found in submission.findings
    ]
    rest = (
        submission.galat_count
        + submission.konfirmasi_count
        - sum(found.total for found in submission.findings)
    )
    if rest > 0:
        items.append(Markup('<li class="none">dan {} temuan lain</li>').format(labels.format_number(rest)))
    return (
        Markup('<ul class="findings">{}</ul>').format(Markup("").join(items)) if items else Markup("&nbsp;")
    )


def _where(submission: Submission, found: Finding) -> str:
    severity = labels.label("severity", found.severity)
    place = ""
    if found.row_number and found.total > 1:
        more = "lebih dari " if found.is_cut else ""
        total = labels.format_number(found.total)
        place = f", {more}{total} kali mulai baris {labels.format_number(found.row_number)}"
    elif found.row_number:
        place = f", baris {labels.format_number(found.row_number)}"
    return f"{severity}{place}; berkas {submission.file_name}"


def _attention(office: OfficeReport) -> tuple[int, bool, str]:
    """Offices that have something to mend come first, then those that were late."""
    return (_ATTENTION.index(office.verdict), office.standing != "late", office.regency_code)
