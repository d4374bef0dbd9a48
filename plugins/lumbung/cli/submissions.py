"""What commands on submissions share: the connection, the contract, and how they say what changed."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console

from lumbung.settings import Role, Settings

if TYPE_CHECKING:
    import psycopg

    from lumbung.contracts.model import Contract
    from lumbung.intake.counted import KeyChange, Value
    from lumbung.intake.unlocks import Unlock

console = Console(highlight=False)

_SHOWN = 20


def ledger_connection(settings: Settings) -> "psycopg.Connection[Any]":
    """A connection of the role that writes the ledger."""
    from lumbung.warehouse.connection import connect

    return connect(Role.INGEST, settings)


def contract_named(settings: Settings, dataset: str) -> "Contract":
    """The contract of a dataset; `LumbungError` when there is none."""
    from lumbung import offline

    return offline.contract_named(dataset, settings.expectations)


def contract_of(conn: "psycopg.Connection[Any]", settings: Settings, submission: str) -> "Contract":
    """The contract of a submission's dataset; `LumbungError` when there is no such submission."""
    from lumbung.intake import changes

    with conn.transaction():
        dataset = changes.submitted(conn, submission).dataset
    return contract_named(settings, dataset)


def office_code(settings: Settings, office: str) -> str:
    """The BPS code of an office named by code or by name; `LumbungError` when there is none."""
    from lumbung import offline
    from lumbung.reference import Reference

    return offline.office_named(office, Reference.load(settings))


def many(count: int, thing: str) -> str:
    """A count with its thing: 1 row, 2 rows."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def say(text: str) -> None:
    """Print one paragraph as it is."""
    console.print(text, markup=False, soft_wrap=True)


def printable(text: str) -> str:
    """Somebody else's text without characters that would steer the terminal."""
    return "".join(character if character.isprintable() else " " for character in text)


PUBLISHED = "the coming night publishes it and renews the answer to the office."


def say_done(what: str, dry_run: bool, undo: str, then: str = PUBLISHED) -> None:
    """What was done, what comes next and how to undo it; on a dry run what would be done."""
    if dry_run:
        say(f"Dry run: {what[0].lower()}{what[1:]} if it is run without --dry-run. Nothing was changed.")
    else:
        say(f"{what}.\nNext: {then}\nUndo: {undo}")


def say_keys(contract: "Contract", keys: "Sequence[KeyChange]") -> None:
    """What counts for each key before and after; values of restricted fields are hidden."""
    for item in keys[:_SHOWN]:
        change = f"{_counting(contract, item.before)} -> {_counting(contract, item.after)}"
        say(f"  {row_words(contract, item.key)}: {change}")
    if len(keys) > _SHOWN:
        say(f"  … and {len(keys) - _SHOWN:,} more")
    if not keys:
        say("  No published value changes.")


def row_words(contract: "Contract", row: Mapping[str, Any]) -> str:
    """Values of a row by column in one line; those of restricted fields are hidden."""
    restricted = {field.column for field in contract.fields if field.classification == "restricted"}
    return " · ".join("•••" if name in restricted else str(cell) for name, cell in row.items())


def unlock_words(item: "Unlock") -> str:
    """An unlock in one line."""
    return (
        f"{item.regency_code} may change {item.dataset} from {item.period_from} to {item.period_to},"
        f" until {item.valid_until} ({item.made_by}: {item.reason})"
    )


def _counting(contract: "Contract", value: "Value | None") -> str:
    if value is None:
        return "nothing"
    return f"{row_words(contract, value.values)} ({value.submission_id} row {value.row_number})"
