"""`lumbung trace`: from a published figure to file, sheet and row."""

import difflib
import json
from datetime import date

import click

from lumbung.cli.dates import IsoDate
from lumbung.cli.submissions import many, office_code, say
from lumbung.errors import LumbungError
from lumbung.settings import Role, Settings

_SHOWN = 20


@click.command()
@click.argument("mart")
@click.option("--commodity", required=True, help="By code or by name.")
@click.option("--on", type=IsoDate(), required=True, help="The day; for a month its first day.")
@click.option("--regency", help="By BPS code or by name; 35 for the province's alerts.")
@click.option("--level", default="consumer", show_default=True, help="consumer, producer or wholesale.")
@click.option("--rule", help="Of fct_price_alert: one rule; default: every rule that fired.")
@click.option("--release", type=click.IntRange(min=1), help="As of this release; default: the one in force.")
@click.option("--all", "everything", is_flag=True, help="All rows, not the first 20.")
@click.option("--json", "as_json", is_flag=True, help="For machines; all rows.")
def trace(
    mart: str,
    commodity: str,
    on: date,
    regency: str | None,
    level: str,
    rule: str | None,
    release: int | None,
    everything: bool,
    as_json: bool,
) -> None:
    """Lead a figure of MART back to file, sheet and row.

    Shows the published row, then the rows of files of its day or month with their submissions.

    Figures that compare with other days (changes, IFPA, ALPS) rest on those days too: trace them in turn.
    Reads as lumbung_reader and changes nothing, so there is nothing to undo.
    """
    from lumbung.publish.ledger import named_release
    from lumbung.reference import Reference
    from lumbung.trace.figures import FIGURES, PROVINCE, Asked, trace_figure
    from lumbung.warehouse.connection import connect

    if mart not in FIGURES:
        raise click.UsageError(f"{mart} cannot be traced; there are: {', '.join(FIGURES)}.")
    settings = Settings.load()
    reference = Reference.load(settings)
    code = reference.resolve_commodity(commodity)
    if code is None:
        near = ", ".join(difflib.get_close_matches(commodity.lower(), reference.commodity_keys())) or "none"
        raise LumbungError(f"There is no commodity {commodity}.", "Nothing was read.", f"Nearest: {near}.")
    office = regency if regency is None or regency == PROVINCE else office_code(settings, regency)
    with connect(Role.READER, settings) as connection:
        if release is not None:
            named_release(connection, release)
            connection.execute("select set_config('lumbung.release', %s, false)", (str(release),))
        found = trace_figure(connection, Asked(mart, code, on, office, level, rule))
    if as_json:
        click.echo(json.dumps({"figures": found.figures, "sources": found.sources}, default=str))
        return
    for figure in found.figures:
        say(f"{mart} on {on}")
        for name, cell in figure.items():
            say(f"  {name}: {'-' if cell is None else cell}")
    say(f"Made of {many(len(found.sources), 'row')} of files:")
    shown = found.sources if everything else found.sources[:_SHOWN]
    for row in shown:
        value = row.get("price_idr", row.get("closing_t"))
        say(
            f"  {row['observed_on']} {row.get('market_name') or row['regency_code']}: {value}"
            f" <- {row['submission_id']} {row['file_name']}, sheet {row['sheet']}, row {row['row_number']},"
            f" received {row['received_at']}"
        )
    if len(shown) < len(found.sources):
        say(f"  … and {len(found.sources) - len(shown):,} more (--all)")
