"""Files of the outbox: put in place at once, and noted for delivery."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lumbung.settings import Settings

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[Any]


@dataclass(frozen=True)
class Made:
    """A file of the outbox, as `intake.outbox` notes it."""

    regency_code: str
    submission_id: str | None
    kind: str
    path: str
    subject: str
    fingerprint: str


def place(path: Path, content: bytes) -> None:
    """Write a file at once in its place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".part")
    temporary.write_bytes(content)
    os.replace(temporary, path)  # noqa: PTH105 - says what it does


def note(conn: "Connection", settings: Settings, made: Made) -> None:
    """Note a file of the outbox; one whose content is another waits for delivery again."""
    digest = hashlib.sha256((settings.outbox / made.path).read_bytes()).hexdigest()
    conn.execute(
        """
        insert into intake.outbox as o
            (regency_code, submission_id, kind, path, subject, fingerprint, sha256)
        values (%s, %s, %s, %s, %s, %s, %s)
        on conflict (path) do update set
            subject = excluded.subject, fingerprint = excluded.fingerprint, sha256 = excluded.sha256,
            made_at = excluded.made_at, delivered_at = null, delivered_by = null, failure = null
        where o.sha256 <> excluded.sha256 or o.fingerprint <> excluded.fingerprint
        """,
        [made.regency_code, made.submission_id, made.kind, made.path, made.subject, made.fingerprint, digest],
    )
