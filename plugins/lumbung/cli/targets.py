"""`lumbung targets` and `lumbung whatif`: planners' targets in, what is still to be reached out."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from lumbung.cli.outputs import refuse_unfit, unwritten
from lumbung.cli.submissions import ledger_connection, many, office_code, printable, say, say_done
from lumbung.errors import LumbungError
from lumbung.settings import Role, Settings

if TYPE_CHECKING:
    import psycopg

    from lumbung.reference import Reference
    from lumbung.targets.ledger import Version
    from lumbung.targets.model import Problem, Workbook

_WIDTH = 80
_SHOWN = 40
_PUBLISHED = "the coming night publishes it."
_by = click.option("--by", "made_by", required=True, help="Who answers for it; kept in the journal.")
_dry = click.option("--dry-run", is_flag=True, help="Change nothing, show what would be done.")


@click.group()
def targets() -> None:
    """Load targets of indicators and notes on missed ones.

    Targets are never overwritten: an adjusted target is a version beside the original.
    """


@targets.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The workbook to write (.xlsx).",
)
@click.option("--year", type=click.IntRange(2012, 2045), help="Of the targets; default: this year.")
@click.option("--regency", help="Only this place: BPS code or name; 35 is the province.")
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
def template(output: Path, year: int | None, regency: str | None, force: bool) -> None:
    """Write the workbook of targets for planners to fill in.

    One row per indicator and place that is obliged to it, with drop-downs, input checks and instructions.
    Writes that one file and changes nothing else.
    """
    from lumbung import clock
    from lumbung.reference import Reference
    from lumbung.targets.template import obliged_in, write_template

    settings = Settings.load()
    if output.suffix.lower() != ".xlsx":
        raise LumbungError(
            f"{output} cannot be the template.", "It must end in .xlsx.", "Name it like -o target.xlsx."
        )
    refuse_unfit(output, force)
    place = _place(settings, regency) if regency else None
    chosen = year or clock.today().year
    try:
        rows = write_template(output, Reference.load(settings), obliged_in(settings, chosen), chosen, place)
    except OSError as error:
        raise unwritten(output, error) from error
    say(f"{output}: targets of {chosen}, {many(rows, 'row')} to fill in.")
    name = shlex.quote(str(output))
    say(f"Next: let planners fill it in, then: lumbung targets load {name} --by NAME --dry-run")


@targets.command()
@click.argument("file", type=click.Path(path_type=Path))
@_by
@_dry
def load(file: Path, made_by: str, dry_run: bool) -> None:
    """Take the targets and notes of a filled workbook FILE.

    All or nothing: with any fault nothing is taken, and every fault is shown. A target that is there already
    with the same values is passed over, with other values refused: write it as an adjusted one. The next
    night publishes what was taken. Undo: lumbung targets withdraw NUMBER.
    """
    from lumbung.reference import Reference
    from lumbung.targets import ledger
    from lumbung.targets.workbook import kept_copy, read_workbook

    settings = Settings.load()
    with kept_copy(file) as copy:
        book = read_workbook(settings, copy, file.name, Reference.load(settings))
        try:
            with _connected(settings, book) as conn:
                done = ledger.load(conn, settings, copy, book, made_by, dry_run)
        except ledger.Refused as error:
            _show(error.problems, Console(highlight=False, width=_WIDTH))
            raise
    if done.repeat_of is not None:
        say(f"The same file is workbook {done.repeat_of} already; nothing was changed.")
        return
    if done.version_id is None:
        say(f"All {many(done.unchanged, 'target')} of {file.name} are there already; nothing was changed.")
        return
    if done.unchanged:
        say(f"{many(done.unchanged, 'target')} there already with the same values: passed over.")
    taken = f"{many(done.targets, 'target')} and {many(done.notes, 'note')} of {file.name}"
    name = "taken" if dry_run else f"are workbook {done.version_id}"
    say_done(
        f"{taken} {name}",
        dry_run,
        f"lumbung targets withdraw {done.version_id} --reason … --by …",
        _PUBLISHED,
    )


@targets.command("list")
@click.option("--targets", "shows_targets", is_flag=True, help="The targets that count, not the workbooks.")
@click.option("--indicator", help="With --targets: one indicator, by code or name.")
@click.option("--regency", help="With --targets: one place, by BPS code or name; 35 is the province.")
@click.option("--year", type=int, help="With --targets: one year.")
def list_(shows_targets: bool, indicator: str | None, regency: str | None, year: int | None) -> None:
    """List the workbooks that were taken, or the targets that count.

    Changes nothing.
    """
    from lumbung.reference import Reference
    from lumbung.targets import ledger

    settings = Settings.load()
    reference = Reference.load(settings)
    console = Console(highlight=False)
    if not (shows_targets or indicator or regency or year):
        with ledger_connection(settings) as conn:
            found = ledger.versions(conn)
        _list_workbooks(found, console)
        return
    code = _indicator(reference, indicator) if indicator else None
    place = _place(settings, regency) if regency else None
    with ledger_connection(settings) as conn:
        known = ledger.in_force(conn, settings, code, place, year)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("Indicator", "Place", "Year", "Period", "Version"):
        table.add_column(heading, no_wrap=True)
    table.add_column("Target", justify="right", no_wrap=True)
    for heading in ("From", "Workbook"):
        table.add_column(heading, no_wrap=True)
    for subject, target in known:
        origin = "list" if target.version_id is None else str(target.version_id)
        table.add_row(
            subject.indicator_code, subject.regency_code, str(subject.year), subject.period, target.version,
            ledger.amount_words(target.amount), target.effective_from_on.isoformat(), origin,
        )  # fmt: skip
    if known:
        console.print(table)
    say(f"{many(len(known), 'target')}.")


@targets.command()
@click.option("--indicator", required=True, help="By code or name.")
@click.option("--regency", required=True, help="By BPS code or name; 35 is the province.")
@click.option("--year", type=int, required=True, help="Of the target.")
@click.option("--quarter", type=click.IntRange(1, 4), help="Of a quarterly target; default: the year's.")
@click.option("--cause", default="", help="Why the target was missed (penyebab).")
@click.option("--follow-up", default="", help="What is done about it (tindak lanjut).")
@_by
@_dry
def note(
    indicator: str,
    regency: str,
    year: int,
    quarter: int | None,
    cause: str,
    follow_up: str,
    made_by: str,
    dry_run: bool,
) -> None:
    """Note why a target was missed and what follows.

    Published beside the target, in the planner's own words. The latest note counts, earlier ones stay; what
    is left out stays as it was said before. Undo: note again.
    """
    from lumbung.reference import Reference
    from lumbung.targets import ledger
    from lumbung.targets.model import Note, Subject

    settings = Settings.load()
    reference = Reference.load(settings)
    subject = Subject(_indicator(reference, indicator), _place(settings, regency), year, quarter or 0)
    with ledger_connection(settings) as conn:
        is_new = ledger.note(conn, settings, Note(subject, cause, follow_up), made_by, dry_run)
    if not is_new:
        say("The latest note says so already; nothing was changed.")
        return
    say_done(
        f"The note on {subject.indicator_code}, {subject.regency_code}, {subject.period} {year} is kept",
        dry_run,
        "lumbung targets note … with what should stand there.",
        _PUBLISHED,
    )


@targets.command()
@click.argument("version", type=int)
@click.option("--reason", required=True, help="Why; kept in the journal.")
@_by
@_dry
def withdraw(version: int, reason: str, made_by: str, dry_run: bool) -> None:
    """Let the targets and notes of workbook VERSION count no more.

    VERSION is its number in `lumbung targets list`. Nothing is deleted; the next night publishes it.
    Undo: load the workbook again.
    """
    from lumbung.intake.changes import Who
    from lumbung.targets import ledger

    settings, who = Settings.load(), Who(made_by, reason)
    with ledger_connection(settings) as conn:
        count, notes = ledger.withdraw(conn, version, who, dry_run)
    say_done(
        f"{many(count, 'target')} and {many(notes, 'note')} of workbook {version} count no more",
        dry_run,
        "lumbung targets load the same file again.",
        _PUBLISHED,
    )


@click.command()
@click.option("--indicator", required=True, help="By code or name.")
@click.option("--regency", required=True, help="By BPS code or name; 35 is the province.")
@click.option("--year", type=int, help="Default: the running year.")
def whatif(indicator: str, regency: str, year: int | None) -> None:
    """Print what a target still asks per month that is left.

    Also what becomes of the province's figure if it does not. From the published tables, in Indonesian;
    changes nothing.
    """
    from lumbung.reference import Reference
    from lumbung.targets import scenario
    from lumbung.targets.words import print_scenario
    from lumbung.warehouse.connection import connect

    settings = Settings.load()
    reference = Reference.load(settings)
    code, place = _indicator(reference, indicator), _place(settings, regency)
    with connect(Role.READER, settings) as conn:
        chosen = year or scenario.newest_year(conn, code, place)
        found = None if chosen is None else scenario.standing(conn, code, place, chosen)
        if chosen is None or found is None:
            when = f" in {year}" if year else ""
            raise LumbungError(
                f"No target of {code} for {place}{when} is published and in force.",
                "There is nothing to compute.",
                f"See `lumbung targets list --indicator {code} --regency {place}`; a target that was loaded"
                " today is published by the coming night.",
            )
        left = scenario.steps(conn, code, place, chosen)
    name = reference.regencies[place].name if place in reference.regencies else None
    print_scenario(found, left, name, Console(highlight=False, width=_WIDTH))


def _indicator(reference: "Reference", name: str) -> str:
    from lumbung.vocabularies import vocabulary

    known = vocabulary("indicator", reference)
    code = known.resolve("", name)
    if code is None:
        near = ", ".join(known.suggest("", name)) or ", ".join(known.codes)
        raise LumbungError(f"There is no indicator {name!r}.", "Nothing was done.", f"Nearest: {near}.")
    return code


def _place(settings: Settings, name: str) -> str:
    from lumbung.reference import PROVINCE
    from lumbung.targets.workbook import is_province

    return PROVINCE if is_province(name) else office_code(settings, name)


def _connected(settings: Settings, book: "Workbook") -> "psycopg.Connection[Any]":
    """The ledger; without a warehouse a faulty workbook is still told what is wrong with it."""
    from lumbung.targets.ledger import Refused

    try:
        return ledger_connection(settings)
    except LumbungError as error:
        if book.problems:
            raise Refused(book.file_name, book.problems) from error
        raise


def _show(problems: "list[Problem]", console: Console) -> None:
    from lumbung.labels import label

    table = Table(width=_WIDTH, show_edge=False, pad_edge=False, header_style="bold")
    table.add_column(label("targets.shown.place"), width=16, overflow="fold")
    table.add_column(label("targets.shown.fault"), ratio=1, overflow="fold")
    table.add_column(label("targets.shown.remedy"), ratio=1, overflow="fold")
    for one in problems[:_SHOWN]:
        row = label("targets.shown.row").format(row=one.row_number) if one.row_number else ""
        place = ", ".join(part for part in (one.sheet, row, one.column) if part)
        table.add_row(*(Text(printable(text)) for text in (place, one.message, one.remedy)))
    console.print(table)
    if len(problems) > _SHOWN:
        console.print(Text(label("targets.shown.more").format(count=len(problems) - _SHOWN)))


def _list_workbooks(found: "list[Version]", console: Console) -> None:
    from lumbung.clock import JAKARTA

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("Number", "File", "Targets", "Notes", "By", "At", "State"):
        is_count = heading in ("Number", "Targets", "Notes")
        table.add_column(heading, justify="right" if is_count else "left", overflow="fold")
    for one in found:
        state = "counts"
        if one.withdrawn_by:
            state = f"withdrawn by {one.withdrawn_by}: {one.withdrawn_reason}"
        at = f"{one.entered_at.astimezone(JAKARTA):%Y-%m-%d %H:%M}"
        cells = (one.version_id, one.file_name, one.target_count, one.note_count, one.entered_by, at, state)
        table.add_row(*(Text(printable(str(cell))) for cell in cells))
    if found:
        console.print(table)
    say(f"{many(len(found), 'workbook')}.")
