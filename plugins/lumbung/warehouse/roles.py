"""Roles and databases, made or brought up to date by set-up as the superuser."""

import secrets
from typing import Any

import psycopg
from psycopg import sql

from lumbung.settings import Role, Settings
from lumbung.warehouse.connection import connect

SUPERUSER = "postgres"
AIRFLOW = "airflow"

_SETTINGS = """
grant lumbung_ingest, lumbung_transform, lumbung_publish, lumbung_reader, lumbung_planner to lumbung_owner;
grant lumbung_reader to lumbung_planner;
grant pg_read_all_data to lumbung_engineer;
alter role lumbung_reader set default_transaction_read_only = on;
alter role lumbung_planner set default_transaction_read_only = on;
alter role lumbung_engineer set default_transaction_read_only = on;
"""


def generate_passwords(settings: Settings) -> None:
    """Give every role a password of its own, once per installation."""
    known = settings.secrets()
    names = [SUPERUSER, AIRFLOW, *(str(role) for role in Role)]
    missing = {name: secrets.token_urlsafe(24) for name in names if name not in known}
    if missing:
        settings.update_secrets(**missing)


def ensure_roles_and_databases(settings: Settings) -> None:
    """Make the roles and the databases ``lumbung`` and ``airflow``; set passwords; shut the public out.

    Running it again changes nothing but passwords that differ from the installation's.
    """
    with connect(SUPERUSER, settings, dbname="postgres", autocommit=True) as connection:
        for name in [*(str(role) for role in Role), AIRFLOW]:
            _ensure_role(connection, name, settings.database(name)["password"])
        connection.execute(_SETTINGS)
        _ensure_database(connection, "lumbung", owner=Role.OWNER)
        _ensure_database(connection, "airflow", owner=AIRFLOW)
        readers = sql.SQL(", ").join(sql.Identifier(str(role)) for role in Role)
        connection.execute(sql.SQL("grant connect, temporary on database lumbung to {}").format(readers))
        connection.execute("alter database lumbung set timezone = 'Asia/Jakarta'")


def _ensure_role(connection: psycopg.Connection[Any], name: str, password: str) -> None:
    exists = connection.execute("select 1 from pg_roles where rolname = %s", [name]).fetchone()
    verb = "alter" if exists else "create"
    connection.execute(
        sql.SQL("{} role {} login password {}").format(
            sql.SQL(verb), sql.Identifier(name), sql.Literal(password)
        )
    )


def _ensure_database(connection: psycopg.Connection[Any], name: str, owner: str) -> None:
    if not connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
        connection.execute(
            sql.SQL("create database {} owner {}").format(sql.Identifier(name), sql.Identifier(str(owner)))
        )
    connection.execute(sql.SQL("revoke all on database {} from public").format(sql.Identifier(name)))
