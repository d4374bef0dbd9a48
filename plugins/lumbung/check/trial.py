"""Judging landed submissions again under today's contracts, to tell what would differ. Changes nothing."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from lumbung.contracts.model import Contract
from lumbung.decode.job import DecodeJob
from lumbung.decode.stage import decode_files
from lumbung.errors import LumbungError
from lumbung.intake import ledger
from lumbung.reference import Reference
from lumbung.settings import Settings

if TYPE_CHECKING:
    from lumbung.check.judgement import Judgement

Connection = psycopg.Connection[Any]

_PLACE = ("sheet", "row_number", "column_number")
_NAMED = 5


@dataclass(frozen=True)
class Trial:
    """What loading a submission again would come to.

    Attributes:
        submission_id: The submission.
        verdict_before: As recorded.
        verdict_after: As it would be.
        rows_before: Accepted rows as loaded.
        rows_after: Accepted rows as they would be.
        gained: Places accepted only now, the first of them: (sheet, row, column).
        lost: Places accepted only then, the first of them.
        changed: Places accepted both times with other values, the first of them.
        gained_count: How many were gained.
        lost_count: How many were lost.
        changed_count: How many have other values.
        rules: Per rule whose findings differ in number: how many then, how many now.
    """

    submission_id: str
    verdict_before: str | None
    verdict_after: str
    rows_before: int
    rows_after: int
    gained: tuple[tuple[str, int, int], ...]
    lost: tuple[tuple[str, int, int], ...]
    changed: tuple[tuple[str, int, int], ...]
    gained_count: int
    lost_count: int
    changed_count: int
    rules: Mapping[str, tuple[int, int]]

    @property
    def is_different(self) -> bool:
        """Whether anything would be different."""
        return (
            self.verdict_before != self.verdict_after
            or self.gained_count + self.lost_count + self.changed_count > 0
            or bool(self.rules)
        )


def try_again(
    conn: Connection,
    settings: Settings,
    contracts: Mapping[str, Contract],
    reference: Reference,
    submission_ids: Sequence[str],
    business_date: date,
) -> list[Trial]:
    """Decode and check the landed bytes of submissions in a folder of their own.

    Args:
        conn: A connection of the ingest role; its transaction is taken back at the end.
        settings: Where the landed bytes are.
        contracts: By dataset.
        reference: The reference lists.
        submission_ids: What to judge again.
        business_date: What "today" means for rules on dates.

    Returns:
        One trial per submission, by dataset, in order of receipt.

    Raises:
        LumbungError: when landed bytes are gone.
    """
    found = ledger.find(conn, submission_ids)
    refuse_without_bytes(settings, found)
    trials: list[Trial] = []
    with (
        tempfile.TemporaryDirectory(prefix="lumbung-replay-") as folder,
        conn.transaction(force_rollback=True),
    ):
        elsewhere = replace(settings, home=Path(folder))
        for dataset, contract in contracts.items():
            rows = [row for row in found if row.dataset == dataset]
            if not rows:
                continue
            jobs = [
                DecodeJob(
                    row.submission_id, settings.landing / row.landing_path, row.file_name, row.regency_code
                )
                for row in rows
            ]
            for _ in decode_files(jobs, contract, elsewhere.work / "decoded", reference=reference):
                pass
            for judgement in _judged(conn, elsewhere, contract, reference, rows, business_date):
                trials.append(_compared(conn, elsewhere, contract, judgement))
    return trials


def refuse_without_bytes(settings: Settings, rows: Sequence[ledger.SubmissionRow]) -> None:
    """Raise when the landing area lacks the bytes of a submission."""
    gone = [row.submission_id for row in rows if not (settings.landing / row.landing_path).is_file()]
    if gone:
        raise LumbungError(
            f"The landing area has no bytes of {', '.join(gone[:_NAMED])}"
            + (f" and {len(gone) - _NAMED} more." if len(gone) > _NAMED else "."),
            "What is not there cannot be decoded again. Nothing was changed.",
            f"Restore {settings.landing} from a backup, or leave these submissions out.",
        )


def _judged(
    conn: Connection,
    settings: Settings,
    contract: Contract,
    reference: Reference,
    rows: Sequence[ledger.SubmissionRow],
    business_date: date,
) -> "list[Judgement]":
    from lumbung.check import stage

    files, lost = stage.decoded_files(settings.work / "decoded", rows, reference)
    if lost:
        raise LumbungError(
            f"The decoded rows of {', '.join(list(lost)[:_NAMED])} are gone.",
            "Something removes files from the machine's folder for temporary files. Nothing was changed.",
            "Run it again.",
        )
    judgements, _ = stage.judge(conn, settings.work, contract, reference, files, business_date)
    return judgements


def _compared(conn: Connection, settings: Settings, contract: Contract, judgement: "Judgement") -> Trial:
    """What differs between a judgement and what is recorded and loaded."""
    from lumbung.check import outputs

    submission_id = judgement.file.submission_id
    recorded = conn.execute(
        "select verdict, rows_accepted from intake.submissions where submission_id = %s", [submission_id]
    ).fetchone()
    before = dict(
        conn.execute(
            "select rule_id, total from intake.finding_counts where submission_id = %s", [submission_id]
        ).fetchall()
    )
    after = {count.rule_id: count.total for count in judgement.findings.counts}
    places = _places(
        conn, contract.dataset, submission_id, outputs.accepted_path(settings.work, submission_id)
    )
    return Trial(
        submission_id=submission_id,
        verdict_before=recorded[0] if recorded else None,
        verdict_after=str(judgement.verdict),
        rows_before=(recorded[1] or 0) if recorded else 0,
        rows_after=judgement.rows_accepted,
        gained=tuple(places["gained"][:_NAMED]),
        lost=tuple(places["lost"][:_NAMED]),
        changed=tuple(places["changed"][:_NAMED]),
        gained_count=len(places["gained"]),
        lost_count=len(places["lost"]),
        changed_count=len(places["changed"]),
        rules={
            rule_id: (before.get(rule_id, 0), after.get(rule_id, 0))
            for rule_id in sorted(before.keys() | after.keys())
            if before.get(rule_id, 0) != after.get(rule_id, 0)
        },
    )


def _places(
    conn: Connection, dataset: str, submission_id: str, accepted: Path
) -> dict[str, list[tuple[str, int, int]]]:
    """The places that were accepted only now, only then, or with other values."""
    table = sql.Identifier("raw", dataset)
    conn.execute("drop table if exists pg_temp.replayed")
    conn.execute(
        sql.SQL("create temporary table replayed on commit drop as select * from {} with no data").format(
            table
        )
    )
    with accepted.open("rb") as file, conn.cursor() as cursor:
        columns = file.readline().decode().strip().replace('"', "").split(",")
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        with cursor.copy(sql.SQL("copy replayed ({}) from stdin with (format csv)").format(names)) as copy:
            while block := file.read(1 << 20):
                copy.write(block)
    if "column_number" not in columns:
        conn.execute("update replayed set column_number = 0")
    others = [name for name in columns if name not in ("submission_id", *_PLACE)]
    rows = conn.execute(
        sql.SQL(
            """
            with loaded as (
                select r.* from {table} as r
                inner join intake.submissions as s on r.load_seq = s.load_seq
                where s.submission_id = %s
            )
            select
                case
                    when o.submission_id is null then 'gained' when n.submission_id is null then 'lost'
                    else 'changed'
                end,
                sheet, row_number, column_number
            from loaded as o
            full outer join replayed as n using (sheet, row_number, column_number)
            where o.submission_id is null or n.submission_id is null or {differ}
            order by sheet, row_number, column_number
            """
        ).format(
            table=table,
            differ=sql.SQL(" or ").join(
                sql.SQL("o.{0} is distinct from n.{0}").format(sql.Identifier(name)) for name in others
            ),
        ),
        [submission_id],
    ).fetchall()
    places: dict[str, list[tuple[str, int, int]]] = {"gained": [], "lost": [], "changed": []}
    for what, sheet, row_number, column_number in rows:
        places[what].append((sheet, row_number, column_number))
    return places
