"""Targets and notes in the ledger: a workbook enters whole or not at all, and changes nothing there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lumbung.errors import LumbungError
from lumbung.intake import changes, landing
from lumbung.intake.changes import Kind, Who
from lumbung.labels import format_date, format_number, label
from lumbung.reference import PROVINCE, seed_rows
from lumbung.settings import Settings
from lumbung.targets.model import (
    Amount,
    Note,
    Problem,
    Subject,
    Target,
    Workbook,
    version_named,
    version_number,
)

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[Any]

DATASET = "targets"
"""The name under which workbooks lie in the landing area, in the folder of the province."""
_LOCK = "lumbung.targets"


class Refused(LumbungError):  # noqa: N818
    """A workbook that was not taken; ``problems`` says why, in Indonesian."""

    def __init__(self, file_name: str, problems: Sequence[Problem]) -> None:
        count = "1 fault" if len(problems) == 1 else f"{len(problems)} faults"
        super().__init__(
            f"{file_name} was not taken: {count}.",
            "Nothing was changed.",
            "Let the planner mend what is listed above and load the workbook again.",
        )
        self.problems = list(problems)


@dataclass(frozen=True)
class Known:
    """A target that counts already."""

    version: str
    amount: Amount
    effective_from_on: date
    decided_on: date
    decree: str
    version_id: int | None
    """The workbook that brought it; None for the reference lists."""


@dataclass(frozen=True)
class Outcome:
    """What loading a workbook came to.

    Attributes:
        version_id: Its number; None where everything in it was there already.
        targets: New ones.
        notes: New ones.
        unchanged: Rows whose target was there already with the same values.
        repeat_of: The workbook with the same bytes that counts already.
    """

    version_id: int | None
    targets: int
    notes: int
    unchanged: int
    repeat_of: int | None = None


@dataclass(frozen=True)
class Version:
    """A workbook that was taken."""

    version_id: int
    file_name: str
    entered_by: str
    entered_at: datetime
    target_count: int
    note_count: int
    withdrawn_by: str | None
    withdrawn_reason: str | None


def load(
    conn: "Connection", settings: Settings, copy: Path, book: Workbook, made_by: str, dry_run: bool = False
) -> Outcome:
    """Take a workbook: its new targets and notes in one transaction.

    Args:
        conn: A connection of the ingest role.
        settings: The installation: landing area and reference lists.
        copy: The workbook's bytes, of which ``book`` was read.
        book: As understood.
        made_by: Who answers for it.
        dry_run: Change nothing, tell what would be taken.

    Raises:
        Refused: with every problem, of the workbook by itself or against what is there.
    """
    who = Who(made_by, f"{label('targets.title')}: {book.file_name}")
    if not dry_run and not book.problems:
        landing.store(settings, DATASET, PROVINCE, copy)
    with changes.rehearsal(conn, dry_run):
        conn.execute("select pg_advisory_xact_lock(hashtext(%s))", [_LOCK])
        if (repeat := _same_bytes(conn, book.sha256)) is not None:
            return Outcome(None, 0, 0, len(book.targets), repeat)
        known = _known(conn, settings)
        problems = [*book.problems, *_contradictions(book, known), *_notes_without_target(book, known)]
        if problems:
            problems.sort(key=lambda one: (one.sheet or "", one.row_number or 0))
            raise Refused(book.file_name, problems)
        targets = [one for one in book.targets if one.version not in known.get(one.subject, {})]
        notes = _new_notes(conn, book.notes)
        unchanged = len(book.targets) - len(targets)
        if not targets and not notes:
            return Outcome(None, 0, 0, unchanged)
        detail = {"file_name": book.file_name, "targets": len(targets), "notes": len(notes)}
        seq = changes.record(conn, None, Kind.TARGETS_LOADED, who, detail)
        conn.execute(
            "insert into intake.target_versions"
            " (version_id, file_name, sha256, size_bytes, entered_by, target_count, note_count)"
            " values (%s, %s, %s, %s, %s, %s, %s)",
            [seq, book.file_name, book.sha256, book.size_bytes, who.name.strip(), len(targets), len(notes)],
        )
        _insert_targets(conn, seq, targets)
        _insert_notes(conn, seq, seq, notes, who)
    return Outcome(seq, len(targets), len(notes), unchanged)


def note(conn: "Connection", settings: Settings, said: Note, made_by: str, dry_run: bool = False) -> bool:
    """Write what a planner says about one target; earlier notes stay, the latest counts.

    Returns:
        Whether it is new; False where the same stands there already.

    Raises:
        LumbungError: when nothing is said, or there is no such target.
    """
    who = Who(made_by, label("targets.note_given"))
    if not said.cause.strip() and not said.follow_up.strip():
        raise LumbungError(
            "A note needs a cause or a follow-up.", "Nothing was changed.", "Say --cause '…' --follow-up '…'."
        )
    with changes.rehearsal(conn, dry_run):
        conn.execute("select pg_advisory_xact_lock(hashtext(%s))", [_LOCK])
        if said.subject not in _known(conn, settings):
            raise LumbungError(
                f"There is no target of {said.subject.indicator_code} for {said.subject.regency_code},"
                f" {said.subject.period} {said.subject.year}.",
                "Nothing was changed.",
                "See `lumbung targets list --targets`; a quarter's note needs --quarter.",
            )
        notes = _new_notes(conn, [said])
        if notes:
            seq = changes.record(conn, None, Kind.TARGET_NOTED, who, {"subject": _words(said.subject)})
            _insert_notes(conn, seq, None, notes, who)
    return bool(notes)


def withdraw(conn: "Connection", version_id: int, who: Who, dry_run: bool = False) -> tuple[int, int]:
    """Let the targets and notes of a workbook count no more; nothing is deleted.

    Returns:
        How many targets and notes that were.

    Raises:
        LumbungError: when there is no such workbook, it is withdrawn already, or adjusted targets of another
            one rest on its own.
    """
    with changes.rehearsal(conn, dry_run):
        conn.execute("select pg_advisory_xact_lock(hashtext(%s))", [_LOCK])
        found = conn.execute(
            "select file_name, until_seq from intake.target_versions where version_id = %s", [version_id]
        ).fetchone()
        if found is None or found[1] is not None:
            state = "is not there" if found is None else "was withdrawn before"
            raise LumbungError(
                f"Workbook {version_id} {state}.", "Nothing was changed.", "See `lumbung targets list`."
            )
        resting = conn.execute(_RESTING, [version_id]).fetchall()
        if resting:
            others = ", ".join(str(other) for (other,) in resting)
            raise LumbungError(
                f"Adjusted targets of workbook {others} rest on those of {version_id}.",
                "Nothing was changed.",
                f"Withdraw {others} first.",
            )
        seq = changes.record(conn, None, Kind.TARGETS_WITHDRAWN, who, {"version_id": version_id})
        counts = []
        for table in ("target_versions", "targets", "target_notes"):
            ended = conn.execute(
                f"update intake.{table} set until_seq = %s where version_id = %s and until_seq is null",  # noqa: S608
                [seq, version_id],
            )
            counts.append(ended.rowcount)
    return counts[1], counts[2]


def versions(conn: "Connection") -> list[Version]:
    """The workbooks that were taken, the newest first."""
    from psycopg.rows import class_row

    with conn.cursor(row_factory=class_row(Version)) as cursor:
        return cursor.execute(_VERSIONS).fetchall()


def in_force(
    conn: "Connection", settings: Settings, indicator: str | None, regency: str | None, year: int | None
) -> list[tuple[Subject, Known]]:
    """Targets that count, of workbooks and the reference lists, cut to what is asked for."""
    return [
        (subject, target)
        for subject, by_version in sorted(_known(conn, settings).items())
        if (indicator is None or subject.indicator_code == indicator)
        and (regency is None or subject.regency_code == regency)
        and (year is None or subject.year == year)
        for target in sorted(by_version.values(), key=lambda one: version_number(one.version))
    ]


_RESTING = """
select distinct later.version_id
from intake.targets as own
join intake.targets as later
    on later.indicator_code = own.indicator_code and later.regency_code = own.regency_code
    and later.target_year = own.target_year and later.until_seq is null
    and later.version_id <> own.version_id and later.target_version <> 'original'
where own.version_id = %s and own.until_seq is null
    and coalesce(substring(later.target_version from '[0-9]+')::int, 0)
        > coalesce(substring(own.target_version from '[0-9]+')::int, 0)
order by 1
"""

_VERSIONS = """
select v.version_id, v.file_name, v.entered_by, v.entered_at, v.target_count, v.note_count,
    c.made_by as withdrawn_by, c.reason as withdrawn_reason
from intake.target_versions as v
left join intake.changes as c on c.change_seq = v.until_seq
order by v.version_id desc
"""


def _same_bytes(conn: "Connection", sha256: str) -> int | None:
    row = conn.execute(
        "select version_id from intake.target_versions where sha256 = %s and until_seq is null", [sha256]
    ).fetchone()
    return None if row is None else int(row[0])


def _known(conn: "Connection", settings: Settings) -> dict[Subject, dict[str, Known]]:
    """Every target that counts by subject and version."""
    known: dict[Subject, dict[str, Known]] = {}
    for subject, target in _seeded(settings):
        known.setdefault(subject, {})[target.version] = target
    rows = conn.execute(
        "select indicator_code, regency_code, target_year, coalesce(quarter, 0), target_version,"
        " target_value, lower_value, upper_value, effective_from_on, decided_on, decree, version_id"
        " from intake.targets where until_seq is null"
    )
    for indicator, regency, year, quarter, version, value, lower, upper, *rest in rows:
        target = Known(version, Amount(value, lower, upper), *rest)
        known.setdefault(Subject(indicator, regency, year, quarter), {}).setdefault(version, target)
    return known


def _seeded(settings: Settings) -> Iterable[tuple[Subject, Known]]:
    for row in seed_rows(settings.seeds, "targets"):
        subject = Subject(
            row["indicator_code"], row["regency_code"], int(row["target_year"]), int(row["quarter"] or 0)
        )
        amounts = (row["target_value"], row["lower_value"], row["upper_value"])
        yield (
            subject,
            Known(
                row["target_version"],
                Amount(*(Decimal(text) if text else None for text in amounts)),
                date.fromisoformat(row["effective_from_on"]),
                date.fromisoformat(row["decided_on"]),
                row["decree"],
                None,
            ),
        )


def _contradictions(book: Workbook, known: Mapping[Subject, Mapping[str, Known]]) -> list[Problem]:
    """Targets that are there with other values, and adjusted ones without what they adjust."""
    problems = []
    of_year: dict[tuple[str, str, int], dict[int, date]] = {}
    for subject, by_version in known.items():
        for version, target in by_version.items():
            _earliest(of_year, subject, version, target.effective_from_on)
    for one in book.targets:
        _earliest(of_year, one.subject, one.version, one.effective_from_on)
    for one in book.targets:
        there = known.get(one.subject, {}).get(one.version)
        if there is not None:
            if _says(one) != (there.amount, there.effective_from_on, there.decided_on):
                problems.append(_differs(one, there, known[one.subject]))
            continue
        number = version_number(one.version)
        if number == 0 or one.subject.of_year in book.doubtful:
            continue
        before = of_year[one.subject.of_year].get(number - 1)
        if before is None:
            missing = version_words(version_named(number - 1))
            problems.append(
                _problem(one, "version_missing", missing=missing, version=version_words(one.version))
            )
        elif one.effective_from_on < before:
            problems.append(_problem(one, "effective_too_early", before=format_date(before)))
    return problems


def _earliest(
    of_year: dict[tuple[str, str, int], dict[int, date]], subject: Subject, version: str, on: date
) -> None:
    days = of_year.setdefault(subject.of_year, {})
    number = version_number(version)
    days[number] = min(days.get(number, on), on)


def _says(target: Target) -> tuple[Amount, date, date]:
    return target.amount, target.effective_from_on, target.decided_on


def _differs(target: Target, there: Known, others: Mapping[str, Known]) -> Problem:
    following = max(version_number(version) for version in others) + 1
    return _problem(
        target,
        "already_there",
        version=version_words(target.version),
        known=amount_words(there.amount),
        decree=there.decree,
        effective=format_date(there.effective_from_on),
        next=version_words(version_named(following)),
    )


def _notes_without_target(book: Workbook, known: Mapping[Subject, Mapping[str, Known]]) -> list[Problem]:
    subjects = {one.subject for one in book.targets} | known.keys()
    return [
        _problem(one, "note_without_target")
        for one in book.notes
        if one.subject not in subjects and one.subject.of_year not in book.doubtful
    ]


def _problem(row: Target | Note, key: str, **words: object) -> Problem:
    return Problem(
        label("targets.problem", key).format(**words),
        label("targets.remedy", key).format(**words),
        row.sheet,
        row.row_number,
    )


def amount_words(amount: Amount) -> str:
    """A target as Indonesians write it: 1.250,5 or 7 sampai 14."""
    if amount.value is not None:
        return _plain_number(amount.value)
    return label("targets.range").format(
        lower=_plain_number(amount.lower or Decimal(0)), upper=_plain_number(amount.upper or Decimal(0))
    )


def _plain_number(number: Decimal) -> str:
    exponent = number.normalize().as_tuple().exponent
    return format_number(number, max(0, -exponent) if isinstance(exponent, int) else 0)


def version_words(version: str) -> str:
    """A version as planners call it: asli, perubahan 1."""
    number = version_number(version)
    return label("targets.version", "adjusted" if number else "original").format(number=number)


def _words(subject: Subject) -> str:
    return f"{subject.indicator_code} {subject.regency_code} {subject.period} {subject.year}"


def _new_notes(conn: "Connection", notes: Sequence[Note]) -> list[Note]:
    """Those that say something new; what a note leaves empty stays as the latest one has it."""
    latest = {
        Subject(indicator, regency, year, quarter): (cause, follow_up)
        for indicator, regency, year, quarter, cause, follow_up in conn.execute(
            "select distinct on (indicator_code, regency_code, target_year, quarter)"
            " indicator_code, regency_code, target_year, coalesce(quarter, 0), coalesce(cause, ''),"
            " coalesce(follow_up, '') from intake.target_notes where until_seq is null"
            " order by indicator_code, regency_code, target_year, quarter, note_id desc"
        )
    }
    found = []
    for one in notes:
        cause, follow_up = latest.get(one.subject, ("", ""))
        whole = replace(one, cause=one.cause.strip() or cause, follow_up=one.follow_up.strip() or follow_up)
        if (whole.cause, whole.follow_up) != (cause, follow_up):
            found.append(whole)
    return found


def _insert_targets(conn: "Connection", seq: int, targets: Sequence[Target]) -> None:
    with conn.cursor() as cursor:
        cursor.executemany(
            "insert into intake.targets (version_id, sheet, row_number, indicator_code, regency_code,"
            " target_year, quarter, target_version, target_value, lower_value, upper_value, decree,"
            " decided_on, effective_from_on) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                (
                    seq, one.sheet, one.row_number, one.subject.indicator_code, one.subject.regency_code,
                    one.subject.year, one.subject.stored_quarter, one.version, one.amount.value,
                    one.amount.lower, one.amount.upper, one.decree, one.decided_on, one.effective_from_on,
                )
                for one in targets
            ],
        )  # fmt: skip


def _insert_notes(
    conn: "Connection", seq: int, version_id: int | None, notes: Sequence[Note], who: Who
) -> None:
    with conn.cursor() as cursor:
        cursor.executemany(
            "insert into intake.target_notes (from_seq, version_id, indicator_code, regency_code,"
            " target_year, quarter, cause, follow_up, noted_by) values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                (
                    seq, version_id, one.subject.indicator_code, one.subject.regency_code, one.subject.year,
                    one.subject.stored_quarter, one.cause or None, one.follow_up or None, who.name.strip(),
                )
                for one in notes
            ],
        )  # fmt: skip
