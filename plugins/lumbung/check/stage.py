"""The check of a night: every decoded submission gets its findings and a verdict.

All submissions of a dataset are judged together, so that their references rest on the same rows and Great
Expectations runs once. Work files are written first, then one transaction records everything; a crash before
its end leaves the submissions decoded, and the next run judges them again with the same result.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from lumbung.check.isolation import judge_but_breakers
from lumbung.contracts.model import Contract, Severity
from lumbung.intake import ledger
from lumbung.intake.states import State, transition
from lumbung.reference import Reference
from lumbung.settings import Settings

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from lumbung.check.decoded import DecodedFile
    from lumbung.check.derivations import Derived
    from lumbung.check.expectations import ExpectationRun
    from lumbung.check.judgement import Judgement

Connection = psycopg.Connection[Any]


def check_pending(
    conn: Connection,
    settings: Settings,
    contracts: dict[str, Contract],
    reference: Reference,
    night_id: int,
    business_date: date,
) -> dict[str, Any]:
    """Judge every submission in state ``decoded``.

    Args:
        conn: A connection of the ingest role, outside a transaction.
        settings: Where the work files are.
        contracts: By dataset.
        reference: The reference lists.
        night_id: The night that the results of the rules are recorded for.
        business_date: What "today" means for rules on dates.

    Returns:
        Counts for the night's record: files, rows, rows_accepted, rows_held, failed, one per verdict, and
        gx_seconds.

    Raises:
        LumbungError: when a rule cannot be evaluated or lets an unreadable row through: faults of ours. Files
            that alone are met by such a fault become `failed`, and the others are judged (`isolation.py`).
    """
    counts: Counter[str] = Counter(files=0, rows=0, rows_accepted=0, rows_held=0, failed=0)
    gx_seconds = 0.0
    for dataset, contract in contracts.items():
        pending = ledger.pending(conn, [State.DECODED], dataset)
        if not pending:
            continue
        files, lost = decoded_files(settings.work / "decoded", pending, reference)
        judging = partial(judge, conn, settings.work, contract, reference, business_date=business_date)
        (judgements, run), broken = judge_but_breakers(files, judging)
        _record(conn, dataset, contract, night_id, judgements, run)
        for submission_id, reason in (lost | broken).items():
            transition(conn, [submission_id], State.FAILED, note=reason, failure=reason)
        conn.commit()
        gx_seconds += run.seconds
        counts.update(files=len(judgements), failed=len(lost) + len(broken))
        for judgement in judgements:
            counts.update(
                rows=judgement.rows_total,
                rows_accepted=judgement.rows_accepted,
                rows_held=judgement.rows_held,
            )
            counts[str(judgement.verdict)] += 1
    return dict(counts) | {"gx_seconds": round(gx_seconds, 3)}


def decoded_files(
    folder: Path, pending: Sequence[ledger.SubmissionRow], reference: Reference
) -> "tuple[list[DecodedFile], dict[str, str]]":
    """The decoded files in order of receipt, and those whose work files are gone, with the reason."""
    from lumbung.check.decoded import DecodedFile
    from lumbung.decode.outcome import DecodeOutcome

    files: list[DecodedFile] = []
    lost: dict[str, str] = {}
    for row in pending:
        try:
            outcome = DecodeOutcome.read(folder, row.submission_id)
        except FileNotFoundError:
            lost[row.submission_id] = "the decoded rows are gone; decoded again in the next night"
            continue
        if outcome.table_path is not None and not outcome.table_path.is_file():
            lost[row.submission_id] = "the decoded rows are gone; decoded again in the next night"
            continue
        files.append(
            DecodedFile(
                number=len(files),
                submission_id=row.submission_id,
                regency_code=row.regency_code,
                office=reference.offices[row.regency_code].name,
                file_name=row.file_name,
                outcome=outcome,
            )
        )
    return files, lost


def judge(
    conn: Connection | None,
    work: Path,
    contract: Contract,
    reference: Reference,
    files: "Sequence[DecodedFile]",
    business_date: date,
) -> "tuple[list[Judgement], ExpectationRun]":
    """Judge the files of one dataset together and write their work files; records nothing.

    Args:
        conn: A connection inside a transaction; None away from the warehouse, where no past is known.
        work: Folder for the work files, in which a folder ``checked`` is made.
        contract: Of the dataset.
        reference: The reference lists.
        files: In order of receipt.
        business_date: What "today" means for rules on dates.
    """
    from lumbung.check import expectations, outputs
    from lumbung.check.derivations import Context, derive
    from lumbung.check.frame import Lists, concatenate, type_file
    from lumbung.check.judgement import NightJudge, judge_unread, stops_the_file

    (work / "checked").mkdir(parents=True, exist_ok=True)
    files = [replace(file, number=number) for number, file in enumerate(files)]
    lists = Lists.of(contract, reference)
    typed = {
        file.number: type_file(file, contract, reference, lists)
        for file in files
        if file.outcome.table_path is not None and not stops_the_file(contract, file.outcome.faults)
    }
    judging, derived = None, None
    run = expectations.ExpectationRun((), 0.0)
    if typed:
        rows = concatenate(list(typed.values()), lists, business_date)
        derived = derive(rows, Context(contract, reference, [file.regency_code for file in files], conn))
        columns = derived.columns | _locks(conn, derived, files)
        run = expectations.validate(contract.dataset, contract.expectation_rules(), columns)
        judging = NightJudge(derived, run.results)
    names = outputs.raw_names(contract)
    judgements = []
    for file in files:
        if judging is not None and file.number in typed:
            judgement = judging.judge(file, typed[file.number])
        else:
            judgement = judge_unread(file, contract)
        outputs.write_accepted(outputs.accepted_path(work, file.submission_id), judgement, derived, names)
        outputs.write_held(outputs.held_path(work, file.submission_id), file.submission_id, judgement.held)
        judgements.append(replace(judgement, held=()))  # what they are made from may go
    return judgements, run


def _locks(
    conn: Connection | None, derived: "Derived", files: "Sequence[DecodedFile]"
) -> "dict[str, NDArray[Any]]":
    """The columns on closed periods (`locks.py`)."""
    from lumbung.check import outputs
    from lumbung.check.locks import lock_columns

    offices = [file.regency_code for file in files]

    def table_of(positions: "NDArray[np.int64]") -> "pa.Table":
        import pyarrow as pa

        return pa.table(outputs.raw_columns(derived, positions, offices))

    return dict(
        lock_columns(
            conn,
            derived.context.contract,
            [file.submission_id for file in files],
            derived.rows.file,
            derived.common.period_first,
            derived.common.period_last,
            derived.is_whole,
            table_of,
        )
    )


def _record(
    conn: Connection,
    dataset: str,
    contract: Contract,
    night_id: int,
    judgements: "Sequence[Judgement]",
    run: "ExpectationRun",
) -> None:
    """Findings, counts, verdicts, state and the rules' results; the caller commits."""
    ids = [judgement.file.submission_id for judgement in judgements]
    for table in ("findings", "finding_counts", "submission_periods"):
        conn.execute(
            sql.SQL("delete from intake.{} where submission_id = any(%s)").format(sql.Identifier(table)),
            [ids],
        )
    _copy(
        conn,
        "findings",
        "submission_id, finding_no, rule_id, severity, sheet, row_number, column_number, column_name, "
        "field_name, cell, value, message, remedy, public_message",
        (
            (
                judgement.file.submission_id,
                number,
                finding.rule_id,
                str(finding.severity),
                finding.sheet,
                finding.row_number,
                finding.column_number,
                finding.column_name,
                finding.field_name,
                finding.cell,
                finding.value,
                finding.message,
                finding.remedy,
                finding.public_message,
            )
            for judgement in judgements
            for number, finding in enumerate(judgement.findings.listed, start=1)
        ),
    )
    _copy(
        conn,
        "finding_counts",
        "submission_id, rule_id, severity, total, listed",
        (
            (judgement.file.submission_id, count.rule_id, str(count.severity), count.total, count.listed)
            for judgement in judgements
            for count in judgement.findings.counts
        ),
    )
    _copy(
        conn,
        "submission_periods",
        "submission_id, period_on, rows_accepted, rows_held",
        (
            (judgement.file.submission_id, period_on, *counts)
            for judgement in judgements
            for period_on, counts in sorted(judgement.periods.items())
        ),
    )
    for judgement in judgements:
        transition(
            conn,
            [judgement.file.submission_id],
            State.CHECKED,
            verdict=str(judgement.verdict),
            rows_total=judgement.rows_total,
            rows_blank=judgement.rows_blank,
            rows_accepted=judgement.rows_accepted,
            rows_held=judgement.rows_held,
            galat_count=judgement.findings.total(Severity.GALAT),
            konfirmasi_count=judgement.findings.total(Severity.KONFIRMASI),
            period_first_on=judgement.period_first_on,
            period_last_on=judgement.period_last_on,
            failure=None,
        )
    severities = {rule.rule_id: str(rule.severity) for rule in contract.rules}
    with conn.cursor() as cursor:
        # A second check in the same night judges what the first one left: their results add up.
        cursor.executemany(
            """
            insert into audit.gx_results as r
                (night_id, dataset, rule_id, severity, rows_applied, rows_failed, seconds)
            values (%s, %s, %s, %s, %s, %s, %s)
            on conflict (night_id, dataset, rule_id) do update set
                rows_applied = r.rows_applied + excluded.rows_applied,
                rows_failed = r.rows_failed + excluded.rows_failed,
                seconds = r.seconds + excluded.seconds
            """,
            [
                (
                    night_id,
                    dataset,
                    result.rule_id,
                    severities[result.rule_id],
                    result.rows_applied,
                    len(result.positions),
                    round(run.seconds / len(run.results), 3),
                )
                for result in run.results
            ],
        )


def _copy(conn: Connection, table: str, columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
    statement = sql.SQL("copy intake.{} ({}) from stdin").format(
        sql.Identifier(table), sql.SQL(", ").join(sql.Identifier(name) for name in columns.split(", "))
    )
    with conn.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([cell.replace("\x00", "") if isinstance(cell, str) else cell for cell in row])
