"""The night's one dbt build: from the last published load to the newest, every result kept in ``audit``."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from lumbung.build import state
from lumbung.build.failures import TestFailure, drop_failing_rows, keep_failing_rows
from lumbung.build.runner import OnEvent, invoke, target_path
from lumbung.build.state import Extent
from lumbung.build.untouched import left_alone
from lumbung.errors import LumbungError
from lumbung.settings import Role, Settings
from lumbung.warehouse.connection import connect

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult

_BAD = frozenset({"error", "fail", "runtime error", "partial success"})
_LOCK_TIMEOUT = "15min"
_FAILURES_SHOWN = 8


@dataclass(frozen=True)
class BuildResult:
    """What a build covered and how it ended.

    Args:
        build_id: Its row in ``audit.builds``; of the build before when none was needed.
        from_load_seq: Loads after this one are new since the last publication.
        to_load_seq: The last load that the build covers.
        is_success: Every model was built and every error-severity test passed.
        failures: What failed.
        is_needed: False when the work schema held and had published all of it already, so dbt did not run.
        is_full: Everything was built anew, not only what new loads touch.
        seconds: How long dbt took.
        statuses: Number of nodes by ``resource type + status``, such as ``{"model success": 31}``.
    """

    build_id: int
    from_load_seq: int
    to_load_seq: int
    is_success: bool
    failures: tuple[TestFailure, ...] = ()
    is_needed: bool = True
    is_full: bool = False
    seconds: float = 0.0
    statuses: dict[str, int] | None = None


class BuildFailed(LumbungError):  # noqa: N818
    """A build that did not pass; ``result`` has the particulars."""

    def __init__(self, result: BuildResult, what: str, remedy: str) -> None:
        super().__init__(
            what, "The previous release stays in place; nothing of this build is published.", remedy
        )
        self.result = result


def run_build(
    settings: Settings,
    night_id: int,
    business_date: date,
    full: bool = False,
    on_event: OnEvent | None = None,
) -> BuildResult:
    """Run one ``dbt build`` over the loads since the last publication and keep its results in ``audit``.

    Only one build runs at a time. It becomes a full one by itself when the dbt project changed since the last
    success. Nothing runs (``is_needed`` false) when all there is was built for this business date and is
    published.

    Args:
        settings: The installation.
        night_id: The night it belongs to.
        business_date: The night's business date, given to dbt as a variable.
        full: Build everything anew.
        on_event: Told of every dbt node that ended.

    Raises:
        BuildFailed: when a model or an error-severity test failed, or nothing was built; its results are in
            ``audit`` by then.
        LumbungError: when the warehouse is not set up, or another build does not end.
    """
    with connect(Role.TRANSFORM, settings, autocommit=True) as connection:
        _lock(connection)
        try:
            wanted = state.extent(connection, settings, business_date, full)
        except psycopg.errors.UndefinedTable as error:
            raise LumbungError(
                f"The work schema is not set up: {error.diag.message_primary}.",
                "Nothing was built.",
                "Run `.venv/bin/lumbung setup` (or `make nightly`) first.",
            ) from error
        if not wanted.is_needed:
            return _nothing_to_do(connection, wanted)
        build_id = _begin(connection, night_id, wanted)
        state.before_build(connection, wanted)
        drop_failing_rows(connection)
        started = time.monotonic()
        outcome = invoke(settings, _arguments(settings, wanted), on_event=on_event)
        seconds = time.monotonic() - started
        nodes = _nodes(outcome)
        result = BuildResult(
            build_id=build_id,
            from_load_seq=wanted.from_load_seq,
            to_load_seq=wanted.to_load_seq,
            is_success=outcome.success and any(kind == "model" for kind, _ in _kinds(nodes)),
            is_full=wanted.is_full,
            seconds=round(seconds, 3),
            statuses=dict(Counter(f"{kind} {status}" for kind, status in _kinds(nodes))),
        )
        _keep(connection, result, nodes)
        if not result.is_success:
            raise _failed(settings, replace(result, failures=tuple(_failures(connection, nodes))), outcome)
        state.after_build(connection, wanted, build_id)
    return result


def describe(result: BuildResult) -> str:
    """What failed, with the first failing rows of the first failures."""
    shown, further = result.failures[:_FAILURES_SHOWN], len(result.failures) - _FAILURES_SHOWN
    names = ", ".join(failure.name for failure in shown) + (f" and {further} more" if further > 0 else "")
    skipped = sum(count for name, count in (result.statuses or {}).items() if name.endswith(" skipped"))
    note = f" ({skipped} nodes that depend on it were skipped)" if skipped else ""
    return "\n".join([f"The build failed at {names}{note}.", *(failure.text() for failure in shown)])


def _arguments(settings: Settings, wanted: Extent) -> list[str]:
    arguments = ["build", "--exclude-resource-type=unit_test"]
    if wanted.variables:
        arguments.append(f"--vars={json.dumps(wanted.variables)}")
    # Seeds are part of the project's hash: unless the build is full, they are in place already.
    if wanted.is_full:
        return [*arguments, "--full-refresh"]
    arguments.append("--exclude-resource-type=seed")
    untouched = _left_alone(settings, wanted)
    # Cautious: without it dbt leaves out every test that so much as refers to a model named here.
    return [*arguments, "--indirect-selection=cautious", "--exclude", *untouched] if untouched else arguments


def _left_alone(settings: Settings, wanted: Extent) -> list[str]:
    manifest = target_path(settings) / "manifest.json"
    if wanted.changed_datasets is None or not manifest.exists():
        return []
    return left_alone(json.loads(manifest.read_text()), wanted.changed_datasets)


def _lock(connection: psycopg.Connection[Any]) -> None:
    """Held by the session until the connection closes, also when this process dies."""
    connection.execute(sql.SQL("set lock_timeout = {}").format(sql.Literal(_LOCK_TIMEOUT)))
    try:
        connection.execute("select pg_advisory_lock(hashtext(%s))", [state.BUILD_LOCK])
    except psycopg.errors.LockNotAvailable as error:
        raise LumbungError(
            f"Another build has been running for more than {_LOCK_TIMEOUT}.",
            "Nothing was built by this one.",
            "See `select * from audit.builds order by build_id desc`; run again when it ended.",
        ) from error


def _begin(connection: psycopg.Connection[Any], night_id: int, wanted: Extent) -> int:
    row = connection.execute(
        "insert into audit.builds (night_id, from_load_seq, to_load_seq) values (%s, %s, %s) "
        "returning build_id",
        [night_id, wanted.from_load_seq, wanted.to_load_seq],
    ).fetchone()
    assert row is not None, "insert … returning gives the row"  # noqa: S101
    return int(row[0])


def _nothing_to_do(connection: psycopg.Connection[Any], wanted: Extent) -> BuildResult:
    row = connection.execute("select build_id from build.work_state").fetchone()
    assert row is not None, "a build is not needed only when work_state says so"  # noqa: S101
    return BuildResult(
        int(row[0]), wanted.from_load_seq, wanted.to_load_seq, is_success=True, is_needed=False
    )


def _nodes(outcome: "dbtRunnerResult") -> list[Any]:
    return list(getattr(outcome.result, "results", None) or [])


def _kinds(nodes: list[Any]) -> list[tuple[str, str]]:
    return [(str(node.node.resource_type), str(node.status)) for node in nodes]


def _failures(connection: psycopg.Connection[Any], nodes: list[Any]) -> Iterator[TestFailure]:
    for number, result in enumerate((node for node in nodes if str(node.status) in _BAD), start=1):
        yield _failure(connection, number, result)


def _failure(connection: psycopg.Connection[Any], number: int, result: Any) -> TestFailure:
    node = result.node
    is_test = str(node.resource_type) == "test"
    attached = getattr(node, "attached_node", None)
    failure = TestFailure(
        unique_id=node.unique_id,
        name=node.name,
        kind=str(node.resource_type),
        on_model=attached.split(".")[-1] if attached else "the warehouse",
        message=result.message or "",
        failures=result.failures if is_test else None,
    )
    if not is_test or not result.failures:
        return failure
    try:
        relation, columns, rows = keep_failing_rows(connection, number, node.compiled_code)
    except psycopg.Error as error:
        return replace(failure, message=f"{failure.message} (its rows cannot be shown: {error})")
    return replace(failure, relation=relation, columns=columns, rows=rows)


def _keep(connection: psycopg.Connection[Any], result: BuildResult, nodes: list[Any]) -> None:
    with connection.transaction(), connection.cursor() as cursor:
        cursor.executemany(
            "insert into audit.dbt_results "
            "(build_id, unique_id, resource_type, status, failures, seconds, message) "
            "values (%s, %s, %s, %s, %s, %s, %s)",
            [
                (
                    result.build_id,
                    node.node.unique_id,
                    str(node.node.resource_type),
                    str(node.status),
                    node.failures,
                    round(node.execution_time, 3),
                    node.message,
                )
                for node in nodes
            ],
        )
        cursor.execute(
            "update audit.builds set is_success = %s, seconds = %s where build_id = %s",
            [result.is_success, result.seconds, result.build_id],
        )


def _failed(settings: Settings, result: BuildResult, outcome: "dbtRunnerResult") -> BuildFailed:
    log = settings.logs / "dbt" / "dbt.log"
    if result.failures:
        return BuildFailed(
            result,
            describe(result),
            "Mend the cause and run the night again. "
            f"Results: audit.dbt_results of build {result.build_id}; log: {log}",
        )
    if outcome.exception:
        return BuildFailed(result, f"dbt could not build: {outcome.exception}", f"Details: {log}")
    return BuildFailed(
        result,
        "dbt built no model, so there is nothing that could be published.",
        f"Check that {settings.dbt_project} is complete; details: {log}",
    )
