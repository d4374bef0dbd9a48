"""Deleting an installation: only what Lumbung made, never what merely lies beside it."""

import shutil

from lumbung.errors import LumbungError
from lumbung.local.services import stop_all
from lumbung.settings import Settings
from lumbung.warehouse.embedded import EmbeddedServer

_FOLDERS = ("airflow", "dbt", "landing", "logs", "pages", "postgres", "sample", "work")
_FILES = ("state.json*", "secrets.json*", ".state.lock", ".turn.lock", ".postgres.lock")


def refuse_strange_home(settings: Settings) -> None:
    """Make sure that LUMBUNG_HOME is an installation.

    Raises:
        LumbungError: when it is some other folder.
    """
    marks = ("postgres_port", "setup_fingerprint")
    if not (settings.home / ".postgres.lock").exists() and not any(m in settings.state() for m in marks):
        raise LumbungError(
            f"{settings.home} does not look like an installation of Lumbung.",
            "Nothing was deleted.",
            "Set LUMBUNG_HOME to the installation's folder.",
        )


def delete_installation(settings: Settings) -> list[str]:
    """Stop everything and delete the data.

    Returns:
        Names of what lay in LUMBUNG_HOME without being Lumbung's, and was left there.
    """
    stop_all(settings)
    EmbeddedServer(settings).delete()
    for folder in [settings.home / name for name in _FOLDERS]:
        if folder.exists():
            shutil.rmtree(folder)
    for pattern in _FILES:
        for path in settings.home.glob(pattern):
            path.unlink()
    rest = sorted(path.name for path in settings.home.iterdir())
    if not rest and not settings.home.is_symlink():
        settings.home.rmdir()
    return rest
