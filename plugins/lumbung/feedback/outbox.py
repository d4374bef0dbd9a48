"""The outbox: the files that offices get, each made once for what is known of its submission."""

import logging
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lumbung.contracts.model import Contract
from lumbung.errors import LumbungError
from lumbung.feedback import letter, receipts, recorded
from lumbung.feedback.placing import Made, note, place
from lumbung.feedback.recorded import Pending
from lumbung.intake.landing import landing_path
from lumbung.reference import Reference
from lumbung.settings import Settings

if TYPE_CHECKING:
    import psycopg

    from lumbung.decode.rendering import ShownSheet
    from lumbung.feedback.model import Answer

    Connection = psycopg.Connection[Any]

_LOG = logging.getLogger(__name__)
_NOT_PLAIN = re.compile(r"[^0-9A-Za-z]+")
_STEM_LENGTH = 60


def answer_night(
    conn: "Connection",
    settings: Settings,
    contracts: Mapping[str, Contract],
    reference: Reference,
    night_id: int,
) -> dict[str, int]:
    """Make the answers to the night's submissions and its lists of receipts; those that stand are left.

    Args:
        conn: A connection of the ingest role, outside a transaction.
        settings: The installation.
        contracts: By dataset.
        reference: The reference lists, by which the files are read again.
        night_id: The night.

    Returns:
        Counts for the night's record: answers (made now) and answers_for_failed among them.

    Raises:
        OSError: The outbox could not be written.
    """
    with conn.transaction():
        found = recorded.pending(conn, night_id)
    left = [
        row
        for row in found
        if row.dataset in contracts
        and (row.known != row.fingerprint or not (settings.outbox / workbook_path(row)).is_file())
    ]
    for dataset, contract in contracts.items():
        rows = [row for row in left if row.dataset == dataset]
        if rows:
            _answer(conn, settings, contract, reference, rows)
    receipts.write_lists(conn, settings, contracts, night_id)
    return {"answers": len(left), "answers_for_failed": sum(row.is_failed for row in left)}


def workbook_path(row: Pending) -> str:
    """Where a submission's workbook lies, below the outbox; the office's name of the file made plain."""
    stem = _NOT_PLAIN.sub("-", Path(row.file_name).stem).strip("-")[:_STEM_LENGTH].lower()
    name = f"{row.submission_id}_{stem}" if stem else row.submission_id
    return f"{row.regency_code}/{name}.xlsx"


def _answer(
    conn: "Connection",
    settings: Settings,
    contract: Contract,
    reference: Reference,
    rows: Sequence[Pending],
) -> None:
    """Make the answers to submissions of one dataset; each is noted as soon as it is written."""
    from lumbung.decode.outcome import rows_path
    from lumbung.decode.rendering import read_rendered

    with conn.transaction():
        answers = {row.submission_id: recorded.answer_of(conn, row, contract) for row in rows}
    settings.work.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="answers-", dir=settings.work))
    try:
        kept = settings.work / "decoded"
        readable = [row for row in rows if not row.is_failed]
        unread = [row for row in readable if not rows_path(kept, row.submission_id).is_file()]
        _render(settings, contract, reference, unread, answers, folder)
        for row in rows:
            place_of = folder if row.is_failed or row in unread else kept
            sheets = read_rendered(place_of, row.submission_id)
            _write(conn, settings, row, answers[row.submission_id], sheets)
            rows_path(kept, row.submission_id).unlink(missing_ok=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _render(
    settings: Settings,
    contract: Contract,
    reference: Reference,
    rows: Sequence[Pending],
    answers: "Mapping[str, Answer]",
    folder: Path,
) -> None:
    """Read files again whose rows decoding has not kept; where that fails, the answer goes without them."""
    from lumbung.decode.job import DecodeJob
    from lumbung.decode.stage import decode_files

    jobs, wanted = [], []
    for row in rows:
        path = settings.landing / landing_path(row.dataset, row.regency_code, row.sha256)
        if path.is_file():
            jobs.append(DecodeJob(row.submission_id, path, row.file_name, row.regency_code))
            wanted.append(answers[row.submission_id].rows_of_interest())
    try:
        for _ in decode_files(jobs, contract, folder, reference=reference, render=wanted):
            pass
    except LumbungError as error:
        _LOG.warning("some answers show no sheets: %s", error.what)


def _write(
    conn: "Connection",
    settings: Settings,
    row: Pending,
    answer: "Answer",
    sheets: "Sequence[ShownSheet]",
) -> None:
    from lumbung.feedback.workbook import write_workbook

    relative = workbook_path(row)
    target = settings.outbox / relative
    target.parent.mkdir(parents=True, exist_ok=True)
    write_workbook(target, answer, sheets, settings.help_desk)
    text = letter.write_letter(answer, settings.help_desk)
    beside = str(Path(relative).with_suffix(".txt"))
    place(settings.outbox / beside, text.encode())
    subject = letter.subject(answer)
    common = (row.regency_code, row.submission_id)
    with conn.transaction():
        note(conn, settings, Made(*common, "letter", beside, subject, row.fingerprint))
        # The workbook is noted last: without its line the answer counts as not made.
        note(conn, settings, Made(*common, "workbook", relative, subject, row.fingerprint))
