"""`lumbung alias`: names that nobody knows, and the seed line that makes one known."""

import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from lumbung.cli.submissions import many, office_code, printable
from lumbung.errors import LumbungError
from lumbung.settings import Role, Settings

if TYPE_CHECKING:
    from lumbung.aliases.proposal import Proposal
    from lumbung.aliases.unknown import UnknownName
    from lumbung.reference import Reference

_WIDTH = 80
_LISTED = 40
_OFFICES = 4
_SUBMISSIONS = 10


@click.command()
@click.argument("kind", required=False)
@click.argument("name", required=False)
@click.argument("code", required=False)
@click.option("--regency", help="Whose market it is: BPS code such as 3510, or name.")
@click.option(
    "--days",
    type=click.IntRange(1),
    default=30,
    show_default=True,
    help="How many days up to the latest night to look through.",
)
@click.option("--write", is_flag=True, help="Write the line into its seed; default: only show it.")
def alias(
    kind: str | None, name: str | None, code: str | None, regency: str | None, days: int, write: bool
) -> None:
    """List names that nobody knows, or make one known.

    Without arguments: the names that offices used in recent nights and no list knows, how often, from whom,
    and the nearest names with how alike they are (1 is equal). With KIND (commodity, market, unit, level,
    regency, subsector) those of one list; with KIND and NAME the nearest to a name; with CODE too, the line
    that lets NAME mean CODE: which file, which line. Shows only, unless --write puts it there.
    Undo: git checkout (or git revert, once committed) the seed.
    """
    from lumbung.aliases.lists import alias_list
    from lumbung.reference import Reference

    settings = Settings.load()
    reference = Reference.load(settings)
    if kind is not None:
        alias_list(kind)
    office = office_code(settings, regency) if regency else None
    if kind is None or name is None:
        if write:
            raise click.UsageError("--write needs KIND, NAME and CODE.")
        _list(settings, reference, kind, office, days)
    elif code is None:
        if write:
            raise click.UsageError("--write needs CODE: what the name means.")
        _show_nearest(reference, kind, name, office)
    else:
        _propose(settings, reference, kind, name, code, office, days, write)


def _list(
    settings: Settings, reference: "Reference", kind: str | None, office: str | None, days: int
) -> None:
    names = _unknown(settings, reference, days)
    names = [one for one in names if kind in (None, one.kind) and (not office or office in one.offices)]
    unknown = [one for one in names if one.known_as is None]
    if not unknown:
        click.echo(f"No submission of the last {days} days used a name that nobody knows.")
    else:
        Console(width=_WIDTH, highlight=False).print(_table(reference, unknown[:_LISTED]))
        if len(unknown) > _LISTED:
            click.echo(f"… and {many(len(unknown) - _LISTED, 'more name')}; choose a list or --regency.")
        click.echo(f"\nNext: where a name is another spelling, such as\n  {_suggested(unknown[0])}")
        click.echo(
            "Where it is something new, its list needs a line; where it is a slip, the office mends it."
        )
    if known := [one for one in names if one.known_as is not None]:
        click.echo(f"{many(len(known), 'name')} became known since; files held for them can be replayed:")
        click.echo(f"  {_replay(known)}")


def _table(reference: "Reference", names: Sequence["UnknownName"]) -> Table:
    from lumbung.aliases.lists import LISTS

    table = Table(width=_WIDTH, show_edge=False, pad_edge=False, header_style="bold")
    table.add_column("list", no_wrap=True)
    table.add_column("name", ratio=2, overflow="fold")
    table.add_column("rows", justify="right", no_wrap=True)
    table.add_column("files", justify="right", no_wrap=True)
    table.add_column("offices", width=7, overflow="fold")
    table.add_column("nearest", ratio=3, overflow="fold")
    for one in names:
        known = LISTS[one.kind].vocabulary(reference)
        near = "\n".join(f"{known.name(to)} {score:.2f}" for to, score in one.nearest)
        offices = ", ".join(one.offices[:_OFFICES]) + (" …" if len(one.offices) > _OFFICES else "")
        cells = (
            one.kind,
            printable(one.text),
            f"{one.rows:,}",
            f"{len(one.submissions):,}",
            offices,
            near or "–",
        )
        table.add_row(*map(Text, cells))
    return table


def _suggested(one: "UnknownName") -> str:
    code = one.nearest[0][0] if one.nearest else "CODE"
    place = f" --regency {one.regency_code}" if one.regency_code else ""
    return f"lumbung alias {one.kind} {shlex.quote(printable(one.text))} {shlex.quote(code)}{place}"


def _show_nearest(reference: "Reference", kind: str, name: str, office: str | None) -> None:
    from lumbung.aliases.lists import LISTS, meanings

    one = LISTS[kind]
    if kind == "market" and office is None:
        raise LumbungError(
            "Names of markets repeat across regencies.", "Nothing was looked up.", "Add --regency 3510."
        )
    known = one.vocabulary(reference)
    for code in meanings(one, reference, office or "", name):
        click.echo(f"{name} may mean {known.name(code)} ({code}) already.")
    near = known.nearest(office or "", name)
    for code, score in near:
        click.echo(f"{score:.2f}  {code}  {known.name(code)}")
    if not near:
        click.echo(f"Nothing in the list of {kind} resembles {name!r}.")
    click.echo("Next: the same command with the code that it means, if it is another spelling of it.")


def _propose(
    settings: Settings,
    reference: "Reference",
    kind: str,
    name: str,
    code: str,
    office: str | None,
    days: int,
    is_written: bool,
) -> None:
    from lumbung.aliases import proposal as proposing
    from lumbung.contracts.load import load_contracts

    contracts = load_contracts(settings.expectations)
    if is_written:
        proposing.refuse_no_checkout(settings)
    made = proposing.propose(settings.seeds, contracts, reference, kind, name, code, office)
    path = made.path.relative_to(settings.root)
    if is_written:
        proposing.write(made)
    click.echo(f"{path}, line {made.number}{'' if is_written else ' (not written)'}, behind {made.after}:")
    click.echo(f"  {made.line}")
    click.echo(f"{made.alias!r} {'means' if is_written else 'would mean'} {made.name}.")
    if is_written:
        click.echo(f"Next: git diff {path}, commit it and bring it to the installation; then")
    else:
        click.echo("Next: the same command with --write, or add the line by hand; commit it; then")
    click.echo(f"  {_held_for(settings, reference, made, office, days)}")
    click.echo(
        f"Undo: git checkout -- {path}; once committed, git revert, then replay what was taken up."
        if is_written
        else "Nothing was changed."
    )


def _held_for(
    settings: Settings, reference: "Reference", made: "Proposal", office: str | None, days: int
) -> str:
    """The replay of the submissions that were held for a name, as far as a warehouse is there to tell."""
    from lumbung.aliases.lists import LISTS

    try:
        names = _unknown(settings, reference, days)
    except LumbungError:  # no warehouse here: the seeds are worth mending all the same
        return "lumbung replay SUBMISSION … --apply --reason … --by …   (those that were held for it)"
    key = LISTS[made.kind].key(made.alias)
    held = [
        one
        for one in names
        if one.kind == made.kind
        and (not office or one.regency_code == office)
        and LISTS[one.kind].key(one.text) == key
    ]
    return _replay(held) if held else f"nothing more: no submission of the last {days} days used it"


def _unknown(settings: Settings, reference: "Reference", days: int) -> list["UnknownName"]:
    from lumbung.aliases.unknown import unknown_names
    from lumbung.contracts.load import load_contracts
    from lumbung.warehouse.connection import connect

    with connect(Role.ENGINEER, settings) as conn:
        return unknown_names(conn, load_contracts(settings.expectations), reference, days)


def _replay(names: Sequence["UnknownName"]) -> str:
    submissions = sorted({submission for one in names for submission in one.submissions})
    more = " …" if len(submissions) > _SUBMISSIONS else ""
    return f"lumbung replay {' '.join(submissions[:_SUBMISSIONS])}{more} --apply --reason … --by …"
