"""Releasing held rows that a person found true: a row enters raw as a load of its own, marked as suspect."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lumbung.contracts.model import Contract
from lumbung.errors import LumbungError
from lumbung.intake import changes, counted
from lumbung.intake.changes import Kind, Submitted, Who
from lumbung.intake.counted import KeyChange
from lumbung.intake.states import State

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[Any]

_OWN = ("submission_id", "load_seq", "sheet", "row_number", "column_number", "is_suspect")
"""Columns of a raw table that loading fills, whatever the contract."""

_NEVER: dict[str, tuple[str, str]] = {
    "regency_matches": (
        "it names another regency, and an office speaks only for itself",
        "The other office must send it; correct the seeds if the regency was not recognised.",
    ),
    "unit_fits": (
        "its unit is not the commodity's, so the figure would mean something else",
        "The office sends the figure in the commodity's unit; add an alias of the unit if it means the same.",
    ),
    "days_ahead": (
        "its day had not come when the file was sent",
        "The office sends it again with the right date.",
    ),
    "is_locked_change": (
        "it changes a locked period, which is not a question of being true",
        "Unlock the period (`lumbung unlock`), then `lumbung replay` the submission.",
    ),
}
"""What a rule looks at, where a row that broke it may never be released: why, and what to do instead."""


@dataclass(frozen=True)
class Released:
    """What a release came to.

    Attributes:
        load_seq: The number under which the row entered raw; None where it had been released before.
        sheet: Where the row stands in the file; '' without sheets.
        row_number: Its number in the file.
        rule_ids: The rules that held it.
        row: The row as it counts, by column.
        keys: The keys for which something else counts now; empty where a later submission wins.
    """

    load_seq: int | None
    sheet: str
    row_number: int
    rule_ids: tuple[str, ...]
    row: Mapping[str, Any]
    keys: list[KeyChange]


@dataclass(frozen=True)
class _Held:
    sheet: str
    row_number: int
    column_number: int
    typed: dict[str, Any]
    rule_ids: tuple[str, ...]


def release(
    conn: "Connection", contract: Contract, finding: str, who: Who, dry_run: bool = False
) -> Released:
    """Let a held row count.

    Args:
        conn: A connection of the ingest role.
        contract: Of the submission's dataset.
        finding: Any finding on the row, as `<submission>/<finding_no>`.
        who: By whom and why.
        dry_run: Change nothing, tell what would change.

    Raises:
        LumbungError: when there is no such finding or it is on no held row; when the row is not fully
            understood; when it broke a rule that no person can overrule; when it is withdrawn.
    """
    submission_id, finding_no = changes.finding_name(finding)
    with changes.rehearsal(conn, dry_run):
        submission = changes.submitted(conn, submission_id)
        held = _held_row(conn, submission, finding_no)
        _refuse_rules(contract, finding, held)
        _refuse_holes(conn, contract, finding, held)
        _refuse_withdrawn(conn, submission_id, held)
        typed = {name: value for name, value in held.typed.items() if value is not None}
        if (before := _released(conn, submission_id, held)) is not None:
            return Released(None, held.sheet, held.row_number, held.rule_ids, before, [])
        values = counted.values_of(conn, contract, submission_id, typed)
        detail = {"finding_no": finding_no, "sheet": held.sheet, "row_number": held.row_number}
        seq = changes.record(conn, submission_id, Kind.RELEASED, who, detail)
        _insert(conn, contract.dataset, submission_id, finding, finding_no, seq, held, typed)
        keys = counted.difference(contract, values, counted.values_of(conn, contract, submission_id))
        return Released(seq, held.sheet, held.row_number, held.rule_ids, typed, keys)


def _held_row(conn: "Connection", submission: Submitted, finding_no: int) -> _Held:
    """The held row that a finding points at."""
    name = f"{submission.submission_id}/{finding_no}"
    if not submission.is_loaded or submission.state not in (State.LOADED, State.REPORTED):
        raise LumbungError(
            f"{submission.submission_id} is being processed (state: {submission.state}).",
            "Its held rows may still change. Nothing was changed.",
            "Wait for the next night; its findings may then have other numbers.",
        )
    found = conn.execute(
        "select sheet, row_number, column_number, rule_id from intake.findings"
        " where submission_id = %s and finding_no = %s",
        [submission.submission_id, finding_no],
    ).fetchone()
    if found is None:
        raise LumbungError(
            f"There is no finding {name}.",
            "Nothing was changed.",
            f"marts.fct_finding lists the findings of {submission.submission_id}.",
        )
    sheet, row_number, column_number, rule_id = found
    if row_number is None:
        raise LumbungError(
            f"{name} ({rule_id}) is about the whole file, not about a row.",
            "Only rows can be released. Nothing was changed.",
            "Release rows by their own findings, or ask the office for a corrected file.",
        )
    rows = conn.execute(
        "select sheet, row_number, column_number, typed, rule_ids from intake.held_rows"
        " where submission_id = %s and sheet = %s and row_number = %s"
        " and (%s::integer is null or column_number in (%s, 0))",
        [submission.submission_id, sheet or "", row_number, column_number, column_number],
    ).fetchall()
    if len(rows) != 1:
        raise LumbungError(
            f"{name} ({rule_id}) points at no held row."
            if not rows
            else f"{name} ({rule_id}) points at {len(rows)} held values of one row.",
            "The row is accepted and counts already, or could not be read at all. Nothing was changed."
            if not rows
            else "It is not clear which is meant. Nothing was changed.",
            "Held rows are in intake.held_rows; name a finding of severity galat on the value itself.",
        )
    row = rows[0]
    return _Held(row[0], row[1], row[2], row[3], tuple(row[4]))


def _refuse_rules(contract: Contract, finding: str, held: _Held) -> None:
    """Raise for a row that broke a rule which no person can overrule."""
    rules = {rule.rule_id: rule for rule in contract.rules}
    for rule_id in held.rule_ids:
        rule = rules.get(rule_id)
        if rule is not None and rule.subject in _NEVER:
            why, remedy = _NEVER[rule.subject]
            raise LumbungError(
                f"The row of {finding} cannot be released: {why} ({rule_id}).",
                "Nothing was changed.",
                remedy,
            )


def _refuse_holes(conn: "Connection", contract: Contract, finding: str, held: _Held) -> None:
    """Raise for a row that was not fully understood: nobody knows what it would count as."""
    needed = conn.execute(
        "select attname from pg_attribute where attrelid = to_regclass(%s) and attnum > 0 and attnotnull"
        " and not attisdropped and attname <> all(%s) order by attnum",
        [f"raw.{contract.dataset}", list(_OWN)],
    ).fetchall()
    holes = [name for (name,) in needed if held.typed.get(name) is None]
    if holes:
        labels = {field.column: field.label for field in contract.fields}
        raise LumbungError(
            f"The row of {finding} is not fully understood: "
            + ", ".join(f"{labels[name]} ({name})" if name in labels else name for name in holes)
            + " could not be read or is not known.",
            "A row with holes counts for nothing, so it cannot be released. Nothing was changed.",
            "Add the missing name to the aliases (or the market or commodity to the seeds) and"
            " `lumbung replay` the submission, or ask the office for a corrected file.",
        )


def _refuse_withdrawn(conn: "Connection", submission_id: str, held: _Held) -> None:
    """Raise for a row that is withdrawn: released it would not count all the same."""
    found = conn.execute(
        "select 1 from intake.withdrawn_now where submission_id = %s and coalesce(sheet = %s, true)"
        " and %s::integer <@ rows",
        [submission_id, held.sheet, held.row_number],
    ).fetchone()
    if found is not None:
        raise LumbungError(
            f"Row {held.row_number} of {submission_id} is withdrawn.",
            "Released, it would still not count. Nothing was changed.",
            f"Take the withdrawal of the row back first: `lumbung withdraw {submission_id} --rows"
            f" {held.row_number} --undo --reason … --by …`.",
        )


def _released(conn: "Connection", submission_id: str, held: _Held) -> dict[str, Any] | None:
    """The row as it was released, None where it was not or a later load ended that."""
    row = conn.execute(
        "select r.typed from intake.releases as r inner join intake.loads as l using (load_seq)"
        " where r.submission_id = %s and r.sheet = %s and r.row_number = %s and r.column_number = %s"
        " and l.until_seq is null",
        [submission_id, held.sheet, held.row_number, held.column_number],
    ).fetchone()
    return row[0] if row else None


def _insert(
    conn: "Connection",
    dataset: str,
    submission_id: str,
    finding: str,
    finding_no: int,
    seq: int,
    held: _Held,
    typed: Mapping[str, Any],
) -> None:
    """The row into raw, and what the person saw into the releases."""
    import psycopg
    from psycopg import sql

    place: Sequence[Any] = [held.sheet, held.row_number, held.column_number]
    conn.execute(
        "insert into intake.loads (load_seq, submission_id, kind) values (%s, %s, 'release')",
        [seq, submission_id],
    )
    conn.execute(
        "insert into intake.releases (load_seq, submission_id, sheet, row_number, column_number, finding_no,"
        " rule_ids, typed) values (%s, %s, %s, %s, %s, %s, %s, %s)",
        [seq, submission_id, *place, finding_no, list(held.rule_ids), json.dumps(typed)],
    )
    own = dict(zip(_OWN, [submission_id, seq, *place, True], strict=True))
    table = sql.Identifier("raw", dataset)
    try:
        conn.execute(
            sql.SQL("insert into {0} select (jsonb_populate_record(null::{0}, %s::jsonb)).*").format(table),
            [json.dumps({**typed, **own})],
        )
    except psycopg.DataError as error:
        raise LumbungError(
            f"The row of {finding} does not fit raw.{dataset}: {error.diag.message_primary}.",
            "What was understood of it is no possible value. Nothing was changed.",
            "Ask the office for a corrected file.",
        ) from error
