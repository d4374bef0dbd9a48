"""Where things are: folders, ports, passwords and database URLs of one installation.

Everything that differs between a laptop and production comes from the environment or from two files under
``LUMBUNG_HOME``: ``state.json`` (ports chosen at first start) and ``secrets.json`` (generated passwords,
mode 0600).
"""

import fcntl
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import quote

from lumbung.errors import LumbungError


class Role(StrEnum):
    """Database roles, each with the least it needs."""

    OWNER = "lumbung_owner"
    INGEST = "lumbung_ingest"
    TRANSFORM = "lumbung_transform"
    PUBLISH = "lumbung_publish"
    READER = "lumbung_reader"
    PLANNER = "lumbung_planner"
    ENGINEER = "lumbung_engineer"


@dataclass(frozen=True)
class Settings:
    """Places of one installation. ``root`` holds the code, ``home`` the state."""

    root: Path
    home: Path

    @classmethod
    def load(cls) -> "Settings":
        """Read the environment: ``LUMBUNG_ROOT`` (default: this checkout) and ``LUMBUNG_HOME``."""
        root = Path(os.environ.get("LUMBUNG_ROOT") or Path(__file__).resolve().parents[2])
        home = Path(os.environ.get("LUMBUNG_HOME") or root / ".lumbung")
        return cls(root=root.resolve(), home=home.absolute())

    @property
    def runs_own_server(self) -> bool:
        """Whether PostgreSQL is the embedded one, not one named by ``LUMBUNG_DB_HOST``."""
        return not os.environ.get("LUMBUNG_DB_HOST")

    @property
    def landing(self) -> Path:
        """Raw bytes as they came, written once."""
        return self.home / "landing"

    @property
    def work(self) -> Path:
        """Files passed between stages; may be deleted when no night is running."""
        return self.home / "work"

    @property
    def pages(self) -> Path:
        """Planner pages, one folder per release and ``current``."""
        return self.home / "pages"

    @property
    def outbox(self) -> Path:
        """Answers to the offices, one folder per office."""
        return self.home / "outbox"

    @property
    def channels_file(self) -> Path:
        """By which channels this installation collects, where it is not as the seed ``offices`` says."""
        return self.home / "channels.csv"

    @property
    def help_desk(self) -> str:
        """Whom offices call, as told in their answers (``LUMBUNG_HELP_DESK``); '' where nobody is named."""
        return " ".join((os.environ.get("LUMBUNG_HELP_DESK") or "").split()).rstrip(".")

    @property
    def logs(self) -> Path:
        """Logs of the local installation."""
        return self.home / "logs"

    @property
    def expectations(self) -> Path:
        """The contracts."""
        return self.root / "expectations"

    @property
    def dbt_project(self) -> Path:
        """The dbt project."""
        return self.root / "dbt_project"

    @property
    def seeds(self) -> Path:
        """The reference lists."""
        return self.dbt_project / "seeds"

    def state(self) -> dict[str, Any]:
        """Facts about this installation that are not secret, such as chosen ports."""
        return _read_json(self.home / "state.json")

    def update_state(self, **values: Any) -> None:
        """Add or replace facts in ``state.json``."""
        with _turn(self.home):
            _write_json(self.home / "state.json", self.state() | values, mode=0o644)

    def secrets(self) -> dict[str, str]:
        """Generated passwords by name."""
        return _read_json(self.home / "secrets.json")

    def update_secrets(self, **values: str) -> None:
        """Add or replace generated passwords; the file is readable by its owner only."""
        with _turn(self.home):
            _write_json(self.home / "secrets.json", self.secrets() | values, mode=0o600)

    def database(self, role: Role | str, dbname: str = "lumbung") -> dict[str, Any]:
        """Connection parameters (libpq keywords) of a role.

        Environment variables win (production): ``LUMBUNG_DB_HOST``, ``LUMBUNG_DB_PORT`` and
        ``<ROLE>_PASSWORD`` such as ``LUMBUNG_INGEST_PASSWORD``.

        Raises:
            LumbungError: when the installation has no port or no password for the role yet.
        """
        host = os.environ.get("LUMBUNG_DB_HOST") or "127.0.0.1"
        port = os.environ.get("LUMBUNG_DB_PORT") or str(self.state().get("postgres_port", ""))
        password = os.environ.get(f"{role.upper()}_PASSWORD") or self.secrets().get(str(role), "")
        if not port or not password:
            raise LumbungError(
                f"The warehouse under {self.home} is not set up: no port or no password for {role}.",
                "Nothing can connect to it yet.",
                "Run `make nightly` (or `.venv/bin/lumbung setup`) first.",
            )
        return {"host": host, "port": port, "dbname": dbname, "user": str(role), "password": password}

    def database_url(
        self,
        role: Role | str,
        dbname: str = "lumbung",
        release: int | None = None,
        scheme: str = "postgresql",
    ) -> str:
        """One-line URL of a role; ``release`` makes the as-of views answer for that release."""
        d = self.database(role, dbname)
        user, password = quote(d["user"], safe=""), quote(d["password"], safe="")
        url = f"{scheme}://{user}:{password}@{d['host']}:{d['port']}/{d['dbname']}"
        if release is not None:
            url += f"?options=-c%20lumbung.release%3D{int(release)}"
        return url


@contextmanager
def _turn(home: Path) -> Iterator[None]:
    """One writer at a time, thread or process, so that none undoes what another just wrote."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / ".state.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    except json.JSONDecodeError as error:
        raise LumbungError(
            f"{path} is not readable: {error}.",
            "The installation no longer knows its ports or passwords.",
            "Restore the file from a backup, or run `make clean` to start afresh.",
        ) from error
    return content


def _write_json(path: Path, content: dict[str, Any], mode: int) -> None:
    """Replace a file atomically, so that a crash leaves the old one or the new one."""
    text = json.dumps(content, indent=2)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(handle, "w") as file:
        file.write(text)
    Path(temporary).chmod(mode)
    Path(temporary).replace(path)
