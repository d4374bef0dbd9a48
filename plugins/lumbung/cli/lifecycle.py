"""Commands on submissions that were judged: withdraw, release-held, unlock, explain, replay."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import click

from lumbung.cli.dates import IsoDate
from lumbung.cli.submissions import (
    contract_named,
    contract_of,
    ledger_connection,
    many,
    office_code,
    row_words,
    say,
    say_done,
    say_keys,
    unlock_words,
)
from lumbung.errors import LumbungError
from lumbung.settings import Settings

_UNLOCK_DAYS = 14

_reason = click.option("--reason", default="", help="Why it is done; kept for good.")
_by = click.option("--by", "made_by", default="", help="Who does it; kept for good.")
_dry = click.option("--dry-run", is_flag=True, help="Change nothing, show what would change.")


@click.command()
@click.argument("submission")
@click.option("--rows", help="Rows as the file numbers them, such as 5-9,12; default: the whole submission.")
@click.option("--sheet", help="Rows of this sheet only.")
@click.option("--undo", is_flag=True, help="Take a withdrawal back, as a whole or for --rows.")
@_reason
@_by
@_dry
def withdraw(
    submission: str, rows: str | None, sheet: str | None, undo: bool, reason: str, made_by: str, dry_run: bool
) -> None:
    """Let accepted rows of SUBMISSION count no more.

    SUBMISSION is its receipt number, such as 3510-SP-9f2c41d07a. What an earlier file said shows again.
    Nothing is deleted: the rows stay in raw, and the file in the landing area. The next night publishes it.
    Undo: the same command with --undo.
    """
    from lumbung.intake import withdrawals
    from lumbung.intake.changes import Who

    settings, who = Settings.load(), Who(made_by, reason)
    act = withdrawals.restore if undo else withdrawals.withdraw
    with ledger_connection(settings) as conn:
        contract = contract_of(conn, settings, submission)
        outcome = act(conn, contract, submission, who, rows, sheet, dry_run)
    if outcome.change_seq is None:
        say("These rows are withdrawn already; nothing was changed.")
        return
    say_keys(contract, outcome.keys)
    again = f"--rows {rows} " if rows else ""
    say_done(
        f"{many(outcome.rows, 'observation')} of {submission}: counted {'again' if undo else 'no more'}",
        dry_run,
        f"lumbung withdraw {submission} {again}{'' if undo else '--undo '}--reason … --by …",
    )


@click.command("release-held")
@click.argument("finding")
@_reason
@_by
@_dry
def release_held(finding: str, reason: str, made_by: str, dry_run: bool) -> None:
    """Let a held row count that is true after all.

    FINDING is any finding on that row, named <submission>/<number> as in the office's answer. The row is
    published as a suspect one (is_suspect) and stays in the quarantine's list. A row that was not fully
    understood cannot be released. The next night publishes it. Undo: withdraw the row.
    """
    from lumbung.intake import quarantine
    from lumbung.intake.changes import Who, finding_name

    settings, who = Settings.load(), Who(made_by, reason)
    submission, _ = finding_name(finding)
    with ledger_connection(settings) as conn:
        contract = contract_of(conn, settings, submission)
        released = quarantine.release(conn, contract, finding, who, dry_run)
    place = f"Row {released.row_number}" + (f" of {released.sheet!r}" if released.sheet else "")
    if released.load_seq is None:
        say(f"{place} of {submission} was released before; nothing was changed.")
        return
    say(f"{place}: {row_words(contract, released.row)}; held by {', '.join(released.rule_ids)}")
    if released.keys:
        say_keys(contract, released.keys)
    else:
        say("  A later submission has a value for the same key: that one stays in place.")
    sheet = f"--sheet {released.sheet!r} " if released.sheet else ""
    say_done(
        f"{place} of {submission} counts",
        dry_run,
        f"lumbung withdraw {submission} --rows {released.row_number} {sheet}--reason … --by …",
    )


@click.command()
@click.option("--office", help="The office: BPS code such as 3510, or name.")
@click.option("--dataset", help="The dataset, such as staple_prices.")
@click.option("--from", "period_from", type=IsoDate(), help="First day of the periods.")
@click.option("--to", "period_to", type=IsoDate(), help="Last day of the periods.")
@click.option(
    "--valid-until",
    type=IsoDate(),
    help=f"Last business date on which it holds; default: in {_UNLOCK_DAYS} days.",
)
@click.option("--list", "is_list", is_flag=True, help="Show the unlocks in force.")
@click.option("--revoke", type=int, metavar="NUMBER", help="End the unlock of this number early.")
@_reason
@_by
@_dry
def unlock(
    office: str | None,
    dataset: str | None,
    period_from: date | None,
    period_to: date | None,
    valid_until: date | None,
    is_list: bool,
    revoke: int | None,
    reason: str,
    made_by: str,
    dry_run: bool,
) -> None:
    """Let an office change locked periods until a date.

    Or --list the unlocks in force, or --revoke one. Files that come in on business dates up to --valid-until
    may change what the office had reported for these periods. Filling in what was never reported needs no
    unlock.
    Undo: --revoke NUMBER; what was changed meanwhile stays (see `lumbung withdraw`).
    """
    from lumbung import clock
    from lumbung.intake import unlocks
    from lumbung.intake.changes import Who

    settings = Settings.load()
    if is_list:
        with ledger_connection(settings) as conn:
            found = unlocks.in_force(conn, clock.today())
        for item in found:
            say(f"Unlock {item.unlock_id}: {unlock_words(item)}")
        say(f"{many(len(found), 'unlock')} in force.")
        return
    if revoke is not None:
        who = Who(made_by, reason)
        with ledger_connection(settings) as conn, conn.transaction(force_rollback=dry_run):
            item = unlocks.revoke(conn, revoke, who)
        say(f"Unlock {item.unlock_id}: {unlock_words(item)}")
        say_done(
            f"Unlock {revoke} is revoked",
            dry_run,
            "lumbung unlock --office … --dataset … --from … --to …",
            "files that come in from now on may not change these periods.",
        )
        return
    if office is None or dataset is None or period_from is None or period_to is None:
        raise LumbungError(
            "An unlock needs an office, a dataset and a period.",
            "Nothing was unlocked.",
            "lumbung unlock --office 3510 --dataset staple_prices --from 2026-05-01 --to 2026-05-31"
            " --reason … --by …",
        )
    who = Who(made_by, reason)
    contract = contract_named(settings, dataset)
    office = office_code(settings, office)
    until = valid_until or clock.today() + timedelta(days=_UNLOCK_DAYS)
    with ledger_connection(settings) as conn:
        values = unlocks.reported(conn, contract, office, period_from, period_to)
        same = [
            one
            for one in unlocks.in_force(conn, until)
            if (one.regency_code, one.dataset, one.period_from, one.period_to, one.valid_until)
            == (office, dataset, period_from, period_to, until)
        ]
        if same:
            say(f"Unlock {same[0].unlock_id} says so already: {unlock_words(same[0])}; nothing was changed.")
            return
        with conn.transaction(force_rollback=dry_run):
            item = unlocks.unlock(conn, office, dataset, period_from, period_to, until, who)
    say(f"{values:,} reported values of {dataset} from {office} may be changed by files that come in.")
    if item.valid_until < clock.today():
        say(f"  Note: {item.valid_until} is past; only a rerun of such a night would honour it.")
    say_done(
        unlock_words(item) if dry_run else f"Unlock {item.unlock_id}: {unlock_words(item)}",
        dry_run,
        f"lumbung unlock --revoke {item.unlock_id} --reason … --by …",
        "files of the office that come in until then are accepted; one that was held before is taken up by"
        " `lumbung replay SUBMISSION --apply …`.",
    )


@click.command()
@click.argument("finding", required=False)
@click.option("--text", help="What the office says.")
@click.option(
    "--workbook",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A returned feedback workbook: every filled cell of its column Penjelasan.",
)
@click.option("--undo", is_flag=True, help="Take the explanation of FINDING back; needs --reason.")
@_reason
@_by
@_dry
def explain(
    finding: str | None,
    text: str | None,
    workbook: Path | None,
    undo: bool,
    reason: str,
    made_by: str,
    dry_run: bool,
) -> None:
    """Note what an office says about a finding to confirm.

    FINDING is named <submission>/<number> as in the office's answer and needs --text; or --workbook takes all
    explanations of a returned answer at once. The explanation is tied to office, rule, row and value: the
    same finding in later files is not asked again, and it is void once the value changes. The next night
    publishes it. Undo: --undo.
    """
    settings = Settings.load()
    if (finding is None) == (workbook is None) or (finding is not None and not undo and not text):
        raise LumbungError(
            "Name one finding with its text, or one workbook.",
            "Nothing was changed.",
            "lumbung explain FINDING --text '…' --by …, or lumbung explain --workbook f.xlsx --by …",
        )
    if not undo and not made_by.strip():
        raise LumbungError(
            "An explanation needs the name of who gave it.", "Nothing was changed.", "Add --by '…'."
        )
    if workbook is not None:
        _explain_workbook(settings, workbook, made_by, dry_run)
    elif undo:
        _take_back(settings, str(finding), reason, made_by, dry_run)
    else:
        _explain_one(settings, str(finding), str(text), made_by, dry_run)


@click.command()
@click.argument("submissions", nargs=-1)
@click.option("--dataset", help="Those of a dataset, such as staple_prices.")
@click.option("--office", help="Those of an office: BPS code such as 3510, or name.")
@click.option("--from", "period_from", type=IsoDate(), help="Those with rows on or after this day.")
@click.option("--to", "period_to", type=IsoDate(), help="Those with rows on or before this day.")
@click.option("--apply", "is_applied", is_flag=True, help="Load again next night; default: only show.")
@_reason
@_by
def replay(
    submissions: Sequence[str],
    dataset: str | None,
    office: str | None,
    period_from: date | None,
    period_to: date | None,
    is_applied: bool,
    reason: str,
    made_by: str,
) -> None:
    """Judge SUBMISSIONS again under today's contracts.

    SUBMISSIONS are receipt numbers, such as 3510-SP-9f2c41d07a; or choose them by dataset, office and period.
    Shows what would differ. Without --apply nothing is changed. With it they are marked; until the next night
    (or the DAG replay_submissions) has loaded them, their old rows count. Raw keeps both loads.
    Undo: mend what made the difference (contract, alias, decoder) and replay again.
    """
    from lumbung import replay as replaying
    from lumbung.intake.changes import Who
    from lumbung.intake.replays import Selection

    settings = Settings.load()
    who = Who(made_by, reason) if is_applied else None
    if dataset is not None:
        contract_named(settings, dataset)
    if office is not None:
        office = office_code(settings, office)
    selection = Selection(tuple(submissions), dataset, office, period_from, period_to)
    trials = replaying.rehearse(settings, selection)
    for line in replaying.told(trials):
        say(line)
    if not trials:
        say("These submissions are marked already; nothing was changed. Next: the coming night loads them.")
        return
    different = sum(trial.is_different for trial in trials)
    say(f"{many(len(trials), 'submission')} judged again, {different:,} with a difference.")
    if who is None:
        say("Nothing was changed. Next: the same command with --apply --reason … --by ….")
        return
    ordered = replaying.order(settings, selection, who)
    say(
        f"{many(len(ordered), 'submission')} marked to be loaded again.\nNext: the coming night does it and"
        " renews the answers to offices; the DAG replay_submissions does it now."
    )


COMMANDS: tuple[click.Command, ...] = (withdraw, release_held, unlock, explain, replay)


def _explain_one(settings: Settings, finding: str, text: str, made_by: str, dry_run: bool) -> None:
    from lumbung.intake import explanations
    from lumbung.intake.changes import finding_name

    submission, _ = finding_name(finding)
    with ledger_connection(settings) as conn:
        contract = contract_of(conn, settings, submission)
        done = explanations.explain(conn, contract, finding, text, made_by, dry_run)
    say(f"{done.rule_id}: {done.message}")
    if not done.is_new:
        say("It is explained like this already; nothing was changed.")
        return
    say_done(
        f"{many(len(done.findings), 'finding')} explained ({', '.join(done.findings[:5])})",
        dry_run,
        f"lumbung explain {finding} --undo --reason … --by …",
    )


def _take_back(settings: Settings, finding: str, reason: str, made_by: str, dry_run: bool) -> None:
    from lumbung.intake import explanations
    from lumbung.intake.changes import Who

    with ledger_connection(settings) as conn:
        names = explanations.take_back(conn, finding, Who(made_by, reason), dry_run)
    say_done(
        f"{many(len(names), 'finding')} open again", dry_run, f"lumbung explain {finding} --text … --by …"
    )


def _explain_workbook(settings: Settings, workbook: Path, made_by: str, dry_run: bool) -> None:
    """Every explanation of a workbook, each on its own: what cannot be taken is told and stops no other."""
    from lumbung.check.explained import read_explanations
    from lumbung.intake import explanations
    from lumbung.intake.changes import Who, finding_name

    Who(made_by, "explained")
    taken = refused = 0
    with ledger_connection(settings) as conn:
        found = read_explanations(workbook)
        if not found:
            say(
                f"No cell of the column Penjelasan is filled in {workbook.name}; nothing was changed.\n"
                "Next: ask the office which workbook it meant to send."
            )
            return
        for typed in found:
            try:
                submission, _ = finding_name(typed.finding)
                contract = contract_of(conn, settings, submission)
                explanations.explain(conn, contract, typed.finding, typed.text, made_by, dry_run)
                taken += 1
            except LumbungError as error:
                refused += 1
                say(f"Not taken, {typed.sheet} row {typed.row_number}: {error.what}")
    say_done(
        f"{many(taken, 'explanation')} taken, {refused} refused", dry_run, "lumbung explain FINDING --undo …"
    )
