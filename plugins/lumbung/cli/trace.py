"""`lumbung trace`: from a published figure, or a receipt number, to file, sheet and row."""

import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from lumbung.cli.dates import IsoDate
from lumbung.cli.submissions import many, office_code, say
from lumbung.errors import LumbungError
from lumbung.settings import Role, Settings

if TYPE_CHECKING:
    from lumbung.reference import Reference
    from lumbung.trace.figures import Asked, Part

_SHOWN = 20


@click.command()
@click.argument("what")
@click.option("--commodity", help="By code or by name.")
@click.option("--on", type=IsoDate(), help="The day; of a month or week any day of it.")
@click.option("--regency", help="By BPS code or by name; 35 is the province.")
@click.option(
    "--level",
    type=click.Choice(["consumer", "producer", "wholesale", "none"]),
    default="consumer",
    show_default=True,
    help="The price level; none for alerts about stocks.",
)
@click.option(
    "--rule",
    help="Of alerts, rpt_programme_sync, fct_industry_change: one rule, finding or reason; default: all.",
)
@click.option("--activity", help="Of programme activities: the code of one; default: all of the month.")
@click.option("--unit", help="Of industry units and their changes: the key of one.")
@click.option("--product", help="Of OVOP products: the code of one; default: all of the year.")
@click.option("--release", type=click.IntRange(min=1), help="As of this release; default: the one in force.")
@click.option("--all", "everything", is_flag=True, help="All rows, not the first 20 of each part.")
@click.option("--json", "as_json", is_flag=True, help="For machines; all rows.")
def trace(
    what: str,
    commodity: str | None,
    on: date | None,
    regency: str | None,
    level: str,
    rule: str | None,
    activity: str | None,
    unit: str | None,
    product: str | None,
    release: int | None,
    everything: bool,
    as_json: bool,
) -> None:
    """Lead a figure back to the files it came from.

    WHAT is a table such as fct_price_daily or fct_price_alert, or the receipt
    number of a submission. Of a table: the published row, then the rows of files
    that it rests on, each with submission, file, sheet and row, and where the
    bytes are. Of a submission: its receipts, versions, findings, changes and
    answers, and the release that first told of it. Changes nothing.
    """
    from lumbung.trace.figures import MARTS, Asked

    settings = Settings.load()
    if what in MARTS:
        if on is None:
            raise click.UsageError(f"{what} has a row for each day: name one with --on.")
        asked = Asked(what, commodity, on, regency, level, rule, activity, unit, product)
        _trace_figures(settings, asked, release, everything, as_json)
    elif "-" in what:
        _trace_submission(settings, what, as_json)
    else:
        raise click.UsageError(f"{what} cannot be traced; there are: {', '.join(MARTS)}.")


def _trace_figures(
    settings: Settings, asked: "Asked", release: int | None, everything: bool, as_json: bool
) -> None:
    from lumbung.publish.ledger import named_release
    from lumbung.reference import PROVINCE, Reference
    from lumbung.trace.figures import trace_figures
    from lumbung.warehouse.connection import connect

    reference = Reference.load(settings)
    if asked.commodity:
        asked = replace(asked, commodity=_commodity(reference, asked.commodity))
    if asked.regency and asked.regency != PROVINCE:
        asked = replace(asked, regency=office_code(settings, asked.regency))
    with connect(Role.READER, settings) as connection:
        if release is not None:
            named_release(connection, release)
            connection.execute("select set_config('lumbung.release', %s, false)", (str(release),))
        found = trace_figures(connection, asked)
    if as_json:
        parts = [
            {"figure": one.figure, "parts": {part.what: part.sources for part in one.parts}} for one in found
        ]
        click.echo(json.dumps(parts, default=str))
        return
    for one in found:
        say(asked.mart)
        for name, cell in one.figure.items():
            say(f"  {name}: {'-' if cell is None else cell}")
        for part in one.parts:
            _say_part(part, everything)
        files = {
            (row["file_name"], settings.landing / row["dataset"] / row["submission_id"][:4] / row["sha256"])
            for part in one.parts
            for row in part.sources
            if row.get("sha256")
        }
        say(f"Their bytes, as they came in: {many(len(files), 'file')}.")
        for name, path in sorted(files)[: None if everything else _SHOWN]:
            say(f"  {name}: {path}")


def _say_part(part: "Part", everything: bool) -> None:
    say(f"Rests on {part.what}: {many(len(part.sources), 'row')}.")
    for row in part.sources[: None if everything else _SHOWN]:
        if "submission_id" not in row:
            say("  " + ", ".join(f"{name} {cell}" for name, cell in row.items() if cell is not None))
            continue
        values = [f": {row[name]}" for name in ("price_idr", "closing_t", "realised_idr") if name in row]
        about = row.get("about") or row.get("commodity_code") or row["activity_code"]
        on = row.get("observed_on") or row.get("month_on") or row["data_year"]
        place = row.get("market_name") or row["regency_code"]
        released = ", released by a person" if row.get("is_suspect") else ""
        sheet = f"sheet {row['sheet']}, " if row["sheet"] else ""
        say(
            f"  {on} {place}, {about}{''.join(values)} <- {row['submission_id']}"
            f" {row['file_name']}, {sheet}row {row['row_number']},"
            f" received {row['received_at']:%Y-%m-%d %H:%M}{released}"
        )
    if not everything and len(part.sources) > _SHOWN:
        say(f"  … and {len(part.sources) - _SHOWN:,} more (--all)")


def _trace_submission(settings: Settings, submission_id: str, as_json: bool) -> None:
    from lumbung.trace.submission import trace_submission
    from lumbung.warehouse.connection import connect

    with connect(Role.ENGINEER, settings) as connection:
        found = trace_submission(connection, submission_id)
    if as_json:
        click.echo(json.dumps(found, default=str))
        return
    (submission,) = found.pop("submission")
    say(f"Submission {submission_id}")
    for name, cell in submission.items():
        if cell is not None:
            say(f"  {name}: {cell}")
    folder = settings.landing / submission["dataset"] / submission["regency_code"]
    say(f"  bytes: {folder / submission['sha256']}")
    for heading, rows in found.items():
        say(f"{heading.capitalize()}: {len(rows) or 'none'}")
        for row in rows:
            say("  " + ", ".join(f"{name} {_plain(cell)}" for name, cell in row.items() if cell is not None))


def _commodity(reference: "Reference", name: str) -> str:
    from lumbung.vocabularies import vocabulary

    commodities = vocabulary("commodity", reference)
    code = commodities.resolve("", name)
    if code is None:
        near = ", ".join(commodities.suggest("", name)) or "none"
        raise LumbungError(f"There is no commodity {name}.", "Nothing was read.", f"Nearest: {near}.")
    return code


def _plain(cell: Any) -> str:
    return f"{cell:%Y-%m-%d %H:%M}" if hasattr(cell, "hour") else str(cell)
