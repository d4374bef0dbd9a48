"""`lumbung check`: an office's file judged before it is sent."""

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from lumbung.cli.dates import IsoDate
from lumbung.cli.submissions import printable
from lumbung.errors import LumbungError
from lumbung.settings import Settings

if TYPE_CHECKING:
    from lumbung.feedback.model import Answer, Finding

EXIT = {"accepted": 0, "accepted_with_notes": 0, "partially_accepted": 2, "rejected": 3}
"""Exit status per verdict."""
_WIDTH = 80
_LISTED = 12


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--dataset",
    required=True,
    help="What it is for: staple_prices, staple_stocks, industry_units,"
    " ovop_products, programme_activities or indicator_realisations.",
)
@click.option("--office", required=True, help="Who would send it: BPS code such as 3510, or name.")
@click.option("--date", "business_date", type=IsoDate(), help="Judge as of this day; default: today.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Feedback workbook to write (.xlsx).",
)
def check(file: Path, dataset: str, office: str, business_date: date | None, output: Path | None) -> None:
    """Judge FILE before it is sent, as a night would.

    Same rules, same words, same feedback workbook; changes nothing. Works without the warehouse, so that
    comparisons with the past and locked periods are not judged. Exit status: 0 accepted (with notes too), 2
    partially accepted, 3 rejected, 1 not judged.
    """
    from lumbung import clock, offline
    from lumbung.reference import Reference

    settings = Settings.load()
    contract = offline.contract_named(dataset, settings.expectations)
    reference = Reference.load(settings)
    regency_code = offline.office_named(office, reference)
    _refuse_no_file(file)
    if output is not None:
        _refuse_unfit_output(file, output)
    today = business_date or clock.today()
    tried = offline.try_file(file, contract, reference, regency_code, today)
    _print(tried.answer, Console(highlight=False, width=_WIDTH))
    if output is not None:
        from lumbung.feedback.workbook import write_workbook

        try:
            write_workbook(output, tried.answer, tried.sheets, settings.help_desk)
        except OSError as error:
            raise LumbungError(
                f"{output} could not be written: {error.strerror}.",
                "The file was judged, as said above.",
                "Name another file with -o; close the workbook where it is open.",
            ) from error
        click.echo(f"Buku kerja umpan balik: {output}")
    sys.exit(EXIT[str(tried.answer.verdict)])


def _refuse_no_file(file: Path) -> None:
    from lumbung.values.text import nearest

    if file.is_file():
        return
    folder = file.parent
    try:
        names = [entry.name for entry in folder.iterdir() if entry.is_file()]
    except OSError:
        names = []
    near = nearest(file.name, names)
    kind = "is a folder, not a file" if file.is_dir() else "does not exist"
    raise LumbungError(
        f"{file} {kind}.",
        f"Did you mean {' or '.join(near)}?" if near else "Nothing was checked.",
        "Name the file that the office would send.",
    )


def _refuse_unfit_output(file: Path, output: Path) -> None:
    if output.suffix.lower() != ".xlsx" or output.resolve() == file.resolve():
        raise LumbungError(
            f"{output} cannot be the feedback workbook.",
            "It must end in .xlsx and be another file than the one checked.",
            "Name it with -o, such as -o umpan-balik.xlsx.",
        )
    if not output.parent.is_dir():
        raise LumbungError(
            f"There is no folder {output.parent}.", "Nothing was checked.", "Make it, or name another one."
        )


def _print(answer: "Answer", console: Console) -> None:
    from lumbung.feedback import words
    from lumbung.labels import format_number, label

    console.print(Text(words.verdict_line(answer), style="bold"))
    console.print(Text(words.next_line(answer)))
    if answer.counts:
        table = Table(width=_WIDTH, show_edge=False, pad_edge=False, header_style="bold")
        table.add_column(label("answer.rule"), no_wrap=True)
        table.add_column(label("answer.level"), width=10)
        table.add_column(label("answer.total"), justify="right", no_wrap=True)
        table.add_column(label("answer.message"), ratio=1, overflow="fold")
        first: dict[str, Finding] = {}
        for finding in answer.in_order():
            first.setdefault(finding.rule_id, finding)
        order = list(first) + [count.rule_id for count in answer.counts if count.rule_id not in first]
        counts = {count.rule_id: count for count in answer.counts}
        for rule_id in order[:_LISTED]:
            count, example = counts[rule_id], first.get(rule_id)
            text = words.rule_name(answer.contract, rule_id)
            if example is not None:
                at = " ".join(part for part in (example.sheet, example.cell) if part)
                text = f"{at}: {example.message}" if at else example.message
            level = label("severity", str(count.severity))
            table.add_row(Text(rule_id), level, format_number(count.total), Text(printable(text)))
        console.print(table)
        if len(order) > _LISTED:
            more = format_number(len(order) - _LISTED)
            console.print(Text(label("answer.more_rules").format(count=more)))
    console.print(Text(label("answer.history_unknown"), style="dim"))
