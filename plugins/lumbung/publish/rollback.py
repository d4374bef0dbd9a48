"""Going back to an earlier release, as a new release; and resuming publication afterwards."""

from lumbung import clock
from lumbung.build.manifest import mart_models
from lumbung.build.mart import MartModel
from lumbung.errors import LumbungError
from lumbung.publish import difference, ledger
from lumbung.publish.ledger import Release
from lumbung.publish.release import refresh_statistics
from lumbung.settings import Role, Settings
from lumbung.version import code_version
from lumbung.warehouse.connection import connect


def rollback(
    settings: Settings,
    release_id: int,
    reason: str,
    made_by: str,
    marts: list[MartModel] | None = None,
) -> Release:
    """Publish a new release equal to an earlier one and pause publication.

    Releases in between stay readable as of. The next publication after `resume` compares whole tables and so
    brings back whatever the build holds by then. Asked for twice, the second time changes nothing.

    Args:
        settings: The installation.
        release_id: The release to go back to.
        reason: Why, for the release row and for everyone whom the pause stops.
        made_by: Who asked for it.
        marts: The published tables; read from the dbt manifest when absent.

    Returns:
        The new release; the current one when it equals ``release_id`` already.

    Raises:
        LumbungError: when the release does not exist, or no reason or name is given.
    """
    if not reason.strip() or not made_by.strip():
        raise LumbungError(
            "A rollback needs a reason and a name.",
            "Nothing was changed.",
            "Say both: `lumbung rollback RELEASE --reason … --by …`.",
        )
    marts = marts if marts is not None else mart_models(settings)
    with connect(Role.PUBLISH, settings) as connection:
        ledger.lock(connection)
        target, current = ledger.named_release(connection, release_id), ledger.current_release(connection)
        new_id = ledger.next_release_id(connection)
        tables = {
            mart.name: difference.bring_to(connection, mart, difference.valid_at(mart, release_id), new_id)
            for mart in marts
        }
        changed_rows = sum(change.rows for change in tables.values())
        release = current or target  # there is a current one wherever there is any
        if changed_rows:
            release = Release(
                new_id,
                clock.now(),
                target.business_date,
                code_version(settings),
                changed_rows,
                kind="rollback",
                equals_release_id=release_id,
                reason=reason,
                made_by=made_by,
                tables=tables,
            )
            ledger.write_release(connection, release)
        note = ledger.stamp(made_by, f"rolled back to release {release_id}: {reason}")
        connection.execute(
            "update audit.publication set is_paused = true, paused_reason = %s, compare_everything = true",
            [note],
        )
        connection.commit()
        if changed_rows:
            refresh_statistics(connection, marts, release)
    return release


def resume(settings: Settings, made_by: str) -> None:
    """Let publication go on after a rollback; the next night publishes what was built meanwhile.

    Args:
        settings: The installation.
        made_by: Who resumes; kept beside the reason of the pause.

    Raises:
        LumbungError: when publication is not paused.
    """
    with connect(Role.PUBLISH, settings) as connection:
        ledger.lock(connection)
        state = ledger.publication(connection)
        if not state.is_paused:
            raise LumbungError(
                "Publication is not paused.",
                "There is nothing to resume.",
                "The next night publishes as usual.",
            )
        note = ledger.stamp(made_by, f"resumed; before: {state.paused_reason}")
        connection.execute("update audit.publication set is_paused = false, paused_reason = %s", [note])
