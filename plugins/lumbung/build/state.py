"""What a build covers, and whether there is anything to build.

``build.work_state`` says what the work schema holds. It lives in that schema, so that whoever drops the
schema drops the knowledge with it and the next build is a full one.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import psycopg

from lumbung.settings import Settings

BUILD_LOCK = "lumbung.build"
"""Advisory lock of the work schema: a build holds it alone, a publication shares it."""

LOAD_LOCK = "lumbung.load"
"""Advisory lock of the load sequence: a loading transaction shares it from before it draws its ``load_seq``,
so that no load with a lower number can commit after a build has looked for the highest."""

_PROJECT_PARTS = ("models", "macros", "seeds", "snapshots", "tests", "dbt_project.yml", "profiles.yml")


@dataclass(frozen=True)
class Extent:
    """What a build is to cover, whether it starts afresh, and whether it is needed at all.

    ``variables`` are those for dbt that differ from what the project finds in the ledger by itself (loads up
    to the newest, the newest night): dbt parses the whole project again whenever its variables change.
    ``changed_datasets`` are those with loads or changes to cover; None for a full build.
    """

    from_load_seq: int
    to_load_seq: int
    business_date: date
    project_hash: str
    intake_hash: str
    is_full: bool
    is_needed: bool
    variables: dict[str, Any]
    changed_datasets: frozenset[str] | None = None


def extent(
    connection: psycopg.Connection[Any], settings: Settings, business_date: date, full: bool
) -> Extent:
    """Compare what the work schema holds with what is loaded or changed, the night and the dbt project.

    Withdrawals, releases and explanations are numbered by the sequence of loads: they are new like a load.

    A build is full when asked for, when the project changed since the last successful one, or when nothing
    is known of the work schema. It is not needed when the same loads and verdicts were built for the same
    business date by the same project and published, and no whole comparison is asked for.
    """
    watermark, compare_everything = _one(
        connection, "select load_seq_watermark, compare_everything from audit.publication"
    )
    newest_night = connection.execute(
        "select business_date from audit.nights order by night_id desc limit 1"
    ).fetchone()
    to_load_seq = _last_load(connection)
    (intake_hash,) = _one(connection, _INTAKE_HASH)
    project_hash = hash_project(settings.dbt_project)
    state = connection.execute(
        "select project_hash, intake_hash, business_date, to_load_seq, is_published from build.work_state"
    ).fetchone()
    is_full = full or state is None or state[0] != project_hash
    is_as_published = state == (project_hash, intake_hash, business_date, to_load_seq, True)
    changed_datasets = None if is_full else _changed_datasets(connection, watermark, to_load_seq)
    variables: dict[str, Any] = {}
    if newest_night != (business_date,):
        variables["business_date"] = business_date.isoformat()
    if is_full and watermark:
        variables["full"] = True
    return Extent(
        from_load_seq=0 if is_full else watermark,
        to_load_seq=to_load_seq,
        business_date=business_date,
        project_hash=project_hash,
        intake_hash=intake_hash,
        is_full=is_full,
        is_needed=full or compare_everything or not is_as_published,
        variables=variables,
        changed_datasets=changed_datasets,
    )


def before_build(connection: psycopg.Connection[Any], wanted: Extent) -> None:
    """Note that the work schema is changing: a crash from here on must not look like a finished build."""
    if wanted.is_full:
        connection.execute("delete from build.work_state")
    else:
        connection.execute("update build.work_state set is_published = false")


def after_build(connection: psycopg.Connection[Any], built: Extent, build_id: int) -> None:
    """Note what the work schema holds after a successful build."""
    connection.execute(
        """
        insert into build.work_state as s (project_hash, intake_hash, business_date, to_load_seq, build_id,
                                           compare_everything, is_published)
        values (%(project_hash)s, %(intake_hash)s, %(business_date)s, %(to_load_seq)s, %(build_id)s,
                %(is_full)s, false)
        on conflict (is_the_only_row) do update
        set project_hash = excluded.project_hash, intake_hash = excluded.intake_hash,
            business_date = excluded.business_date, to_load_seq = excluded.to_load_seq,
            build_id = excluded.build_id, is_published = false,
            compare_everything = s.compare_everything or excluded.compare_everything
        """,
        {
            "project_hash": built.project_hash,
            "intake_hash": built.intake_hash,
            "business_date": built.business_date,
            "to_load_seq": built.to_load_seq,
            "build_id": build_id,
            "is_full": built.is_full,
        },
    )


def hash_project(project: Path) -> str:
    """A hash of everything that decides what a dbt project builds: models, macros, seeds, tests, settings."""
    digest = hashlib.sha256()
    for path in _project_files(project):
        digest.update(str(path.relative_to(project)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _project_files(project: Path) -> Iterator[Path]:
    for part in _PROJECT_PARTS:
        path = project / part
        if path.is_file():
            yield path
        for below in sorted(path.rglob("*")):
            if below.is_file() and "__pycache__" not in below.parts:
                yield below


def _last_load(connection: psycopg.Connection[Any]) -> int:
    with connection.transaction():
        connection.execute("select pg_advisory_xact_lock(hashtext(%s))", [LOAD_LOCK])
        (last,) = _one(connection, "select coalesce(max(change_seq), 0) from intake.changes")
    return int(last)


def _changed_datasets(connection: psycopg.Connection[Any], after: int, until: int) -> frozenset[str]:
    found = connection.execute(
        "select distinct s.dataset "
        "from intake.changes as c join intake.submissions as s using (submission_id) "
        "where c.change_seq > %s and c.change_seq <= %s",
        [after, until],
    )
    return frozenset(dataset for (dataset,) in found)


# Rejected files are loaded nowhere but published as submissions and findings, so loads alone do not tell
# whether anything is new. `reported` and `loaded` are left out: reporting follows publication.
_INTAKE_HASH = """
select md5(coalesce(string_agg(
    concat_ws('|', submission_id, state = 'failed', verdict, rows_total, rows_accepted, rows_held,
              galat_count, konfirmasi_count, load_seq),
    ',' order by submission_id), ''))
from intake.submissions
"""


def _one(connection: psycopg.Connection[Any], query: str) -> tuple[Any, ...]:
    row = connection.execute(query).fetchone()
    assert row is not None, "an aggregate, or a table of one row"  # noqa: S101
    return tuple(row)
