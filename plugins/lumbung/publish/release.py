"""The nightly release: what the build changed enters ``marts`` in one transaction of plain DML."""

import logging
from datetime import date
from typing import Any

import psycopg
from psycopg import sql

from lumbung import clock
from lumbung.build.mart import MartModel
from lumbung.errors import LumbungError
from lumbung.publish import difference, ledger
from lumbung.publish.ledger import Publication, Release, TableChange
from lumbung.settings import Role, Settings
from lumbung.warehouse.connection import connect

log = logging.getLogger(__name__)

_ANALYZE_SHARE = 0.05
"""Statistics are renewed when more than this share of a table changed; autovacuum sees to the rest."""


def publish(
    settings: Settings,
    night_id: int,
    business_date: date,
    code_version: str,
    marts: list[MartModel],
    to_load_seq: int,
) -> Release | None:
    """Publish what differs between ``build`` and ``marts`` as the next release.

    One transaction under the publication lock, READ COMMITTED and without DDL: a reader's query, or
    REPEATABLE READ transaction, sees the release before or after it and never both; a crash leaves the
    release before. Only keys that the build touched are compared, unless a mart names no touched model, there
    is no release yet, or everything must be compared (after a full build, a rollback, or a new column).

    Args:
        settings: The installation.
        night_id: The night that publishes.
        business_date: Its business date.
        code_version: Version of the running code.
        marts: The published tables, as `sync` made them.
        to_load_seq: The last load that the build covered; the watermark moves there, also without a release.

    Returns:
        The release, or None when no row differs ("nothing new").

    Raises:
        LumbungError: when publication is paused, or the last build failed or covers other loads.
    """
    with connect(Role.PUBLISH, settings) as connection:
        try:
            release = _publish(connection, business_date, code_version, marts, to_load_seq)
        except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn) as error:
            raise LumbungError(
                f"The published tables do not fit the contracts: {error.diag.message_primary}.",
                "Nothing was published; the current release stays in place.",
                "Run `.venv/bin/lumbung setup` (or `make nightly`), which brings them up to date.",
            ) from error
        connection.commit()
        if release:
            refresh_statistics(connection, marts, release)
            log.info(
                "night %s published release %s: %s rows", night_id, release.release_id, release.changed_rows
            )
    return release


def _publish(
    connection: psycopg.Connection[Any],
    business_date: date,
    code_version: str,
    marts: list[MartModel],
    to_load_seq: int,
) -> Release | None:
    ledger.lock(connection)
    ledger.hold_work(connection)
    state = ledger.publication(connection)
    ledger.refuse_when_paused(state)
    _refuse_without_build(connection, to_load_seq)
    release_id = ledger.next_release_id(connection)
    whole = release_id == 1 or state.compare_everything or _work_asks_for_whole_comparison(connection)
    tables = {mart.name: _bring_to_build(connection, mart, release_id, whole) for mart in marts}
    _advance(connection, state, to_load_seq)
    changed_rows = sum(change.rows for change in tables.values())
    if not changed_rows:
        return None
    release = Release(release_id, clock.now(), business_date, code_version, changed_rows, tables=tables)
    ledger.write_release(connection, release)
    return release


def refresh_statistics(connection: psycopg.Connection[Any], marts: list[MartModel], release: Release) -> None:
    """Renew the planner's statistics of tables that a committed release changed much."""
    for mart in marts:
        changed = release.tables[mart.name].rows
        row = connection.execute(
            "select reltuples from pg_class where oid = to_regclass(%s)", [f'{mart.schema}."{mart.name}"']
        ).fetchone()
        # reltuples is -1 for a table never analyzed.
        if changed and row and changed > _ANALYZE_SHARE * row[0]:
            connection.execute(sql.SQL("analyze {}").format(sql.Identifier(mart.schema, mart.name)))
    connection.commit()


def _bring_to_build(
    connection: psycopg.Connection[Any], mart: MartModel, release_id: int, whole: bool
) -> TableChange:
    source = difference.built(mart)
    if whole or mart.touched is None:
        return difference.bring_to(connection, mart, source, release_id)
    touched = difference.touched_columns(connection, mart)
    if not touched:
        raise LumbungError(
            f"build.{mart.touched} is not there or holds no column of the key of {mart.name} "
            f"({', '.join(mart.key)}).",
            "What changed cannot be told; the current release stays in place.",
            f"Mend the model {mart.touched}, or take `touched` out of the mart's meta.publish.",
        )
    return difference.bring_to(connection, mart, source, release_id, touched)


def _refuse_without_build(connection: psycopg.Connection[Any], to_load_seq: int) -> None:
    row = connection.execute(
        "select build_id, to_load_seq, is_success from audit.builds order by build_id desc limit 1"
    ).fetchone()
    if row is None:
        fault = "There has been no build yet."
    elif not row[2]:
        fault = f"The last build ({row[0]}) {'failed' if row[2] is False else 'did not end'}."
    elif row[1] != to_load_seq:
        fault = f"The last build ({row[0]}) covers loads up to {row[1]}, not {to_load_seq}."
    else:
        return
    raise LumbungError(
        fault,
        "Only a build whose tests passed is published; the current release stays in place.",
        "Run the build again (clear the tasks build and publish of the night).",
    )


def _work_asks_for_whole_comparison(connection: psycopg.Connection[Any]) -> bool:
    row = connection.execute("select compare_everything from build.work_state").fetchone()
    return bool(row and row[0])


def _advance(connection: psycopg.Connection[Any], state: Publication, to_load_seq: int) -> None:
    connection.execute(
        "update audit.publication set load_seq_watermark = %s, compare_everything = false",
        [max(state.load_seq_watermark, to_load_seq)],
    )
    connection.execute("update build.work_state set compare_everything = false, is_published = true")
