"""Connections to the warehouse, one role each."""

from typing import Any

import psycopg

from lumbung.errors import LumbungError
from lumbung.settings import Role, Settings


def connect(
    role: Role | str, settings: Settings | None = None, *, dbname: str = "lumbung", **options: Any
) -> psycopg.Connection[Any]:
    """Open a connection as a role.

    Args:
        role: A role of the warehouse, or ``postgres`` for set-up.
        settings: The installation; read from the environment when absent.
        dbname: The database.
        options: Passed to ``psycopg.connect`` (``autocommit``, ``row_factory``, …).

    Raises:
        LumbungError: when the server does not answer or refuses the role.
    """
    settings = settings or Settings.load()
    try:
        return psycopg.connect(
            **settings.database(role, dbname),
            application_name="lumbung",
            connect_timeout=15,
            **options,
        )
    except psycopg.OperationalError as error:
        raise LumbungError(
            f"The warehouse does not accept {role}: {str(error).strip()}",
            "Nothing was read or written.",
            "See `make status`; `make nightly` or `make up` starts the server again.",
        ) from error
