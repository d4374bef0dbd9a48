"""Migrations of the warehouse: plain SQL files, applied once each, in order, by Alembic."""

from pathlib import Path
from typing import TYPE_CHECKING

from lumbung.settings import Role, Settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(settings: Settings) -> list[str]:
    """Bring the warehouse to the newest migration.

    Returns:
        The revisions applied now, empty when it was up to date.
    """
    import sqlalchemy
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    engine = sqlalchemy.create_engine(
        settings.database_url(Role.OWNER, scheme="postgresql+psycopg"), poolclass=sqlalchemy.NullPool
    )
    before = _revision(engine)
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("select pg_advisory_xact_lock(hashtext('lumbung.migrate'))"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    after = _revision(engine)
    if before == after:
        return []
    script = ScriptDirectory.from_config(config)
    return [step.revision for step in script.iterate_revisions(after, before)][::-1]


def _revision(engine: "Engine") -> str | None:
    from alembic.migration import MigrationContext

    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()
