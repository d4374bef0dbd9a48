"""Keeps ``.venv`` in step with the locked requirements; standard library only, as it runs before all else.

uv does the installing (about ten times faster than pip). It is itself installed by pip, from a hash-pinned
file, into a folder of its own under ``.venv``, so that no synchronisation removes it. Where uv cannot do it,
pip does.
"""

import argparse
import ast
import fcntl
import hashlib
import json
import os
import shlex
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROFILES = {"run": "requirements.txt", "dev": "requirements-dev.txt"}
PIP_OPTIONS = (
    "index-url",
    "extra-index-url",
    "find-links",
    "cert",
    "trusted-host",
    "no-index",
    "timeout",
    "proxy",
)


class SetupError(Exception):
    """What happened, what it means, what to do: one line each."""


class Environment:
    """The environment of one checkout.

    Args:
        root: The checkout; the environment is its ``.venv``.
    """

    def __init__(self, root: Path = ROOT) -> None:
        self.root = root
        self.folder = root / ".venv"
        self.python = self.folder / "bin" / "python"
        self.log = self.folder / "install.log"
        self._stamp = self.folder / "lumbung.json"

    def ensure(self, profile: str) -> None:
        """Make or mend the environment so that it holds at least what the profile locks.

        An environment that once held the dev profile keeps it, so that ``make test`` and ``make nightly`` in
        turn do not install and remove the same packages.
        """
        stamp = self.stamp()
        profile = effective_profile(profile, stamp.get("profile"))
        if self._is_current(profile, stamp):
            return
        if not self._is_usable(stamp):
            self._create()
        self._write_stamp(profile, complete=False)
        self._install(self.root / PROFILES[profile], again=stamp.get("lock") == "")
        self.write_entry_points()
        self._write_stamp(profile, complete=True)

    def stamp(self) -> dict[str, str]:
        """What the environment says about itself; empty when it says nothing readable."""
        try:
            content: dict[str, str] = json.loads(self._stamp.read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return {}
        return content

    def write_entry_points(self) -> None:
        """Put ``plugins/`` on the environment's path and the ``lumbung`` command beside its ``python``.

        A ``.pth`` file reaches every process of the environment, whatever folder or variables it starts with.
        The command starts Python with ``-P``: files in the reader's folder cannot pass for Lumbung's modules.
        """
        packages = next((self.folder / "lib").glob("python3*/site-packages"))
        (packages / "lumbung.pth").write_text(f"{self.root / 'plugins'}\n")
        command = self.folder / "bin" / "lumbung"
        command.write_text(
            "#!/bin/sh\n# Written by .ci/environment.py.\n"
            "unset PYTHONHOME PYTHONPATH\n"
            f'exec {shlex.quote(str(self.python))} -P -m lumbung.cli "$@"\n'
        )
        command.chmod(0o755)

    def _is_usable(self, stamp: dict[str, str]) -> bool:
        """Whether packages can go on being installed into what is there.

        Not when its Python does not run (then another one runs this file), nor when that Python was exchanged
        for another version, nor when the checkout was moved: the scripts inside name the old place.
        """
        runs_this = Path(sys.prefix).resolve() == self.folder.resolve()
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        return (
            runs_this
            and (self.folder / "lib" / version).exists()
            and stamp.get("root", str(self.root)) == str(self.root)
        )

    def _is_current(self, profile: str, stamp: dict[str, str]) -> bool:
        return (
            self._is_usable(stamp)
            and stamp.get("root") == str(self.root)
            and stamp.get("lock") == digest(self.root / PROFILES[profile])
            and (self.folder / "bin" / "lumbung").exists()
        )

    def _write_stamp(self, profile: str, *, complete: bool) -> None:
        lock = digest(self.root / PROFILES[profile]) if complete else ""
        content = {"root": str(self.root), "profile": profile, "lock": lock}
        temporary = self._stamp.with_suffix(".new")
        temporary.write_text(json.dumps(content, indent=2) + "\n")
        temporary.replace(self._stamp)

    def _create(self) -> None:
        base = getattr(sys, "_base_executable", None) or sys.executable
        with step(f"making .venv with Python {sys.version.split()[0]}"):
            result = subprocess.run(
                [base, "-I", "-m", "venv", "--clear", str(self.folder)], capture_output=True, text=True
            )
        if result.returncode != 0:
            raise SetupError(
                f"Python could not make {self.folder}: {last_line(result.stdout + result.stderr)}\n"
                "Lumbung has no environment to run in.\n"
                "Install python3-venv, or name another Python: make PYTHON=/path/to/python3.12 <target>."
            )

    def _install(self, lock: Path, *, again: bool) -> None:
        """Install what a lock holds.

        Args:
            lock: The requirements with their hashes.
            again: Reinstall everything, because an interrupted installation may have left half a package that
                looks whole.
        """
        self.log.write_text("")
        uv = self._uv()
        variables = os.environ | uv_variables(self._pip_settings(), os.environ)
        count = sum(1 for line in lock.read_text().splitlines() if line[:1].isalnum())
        if uv is not None:
            sync = [str(uv), "pip", "sync", "--require-hashes", "--python", str(self.python), str(lock)]
            with step(f"installing {lock.name} ({count} packages)"):
                if self._run(sync + ["--reinstall"] * again, variables):
                    return
        # pip's hash mode refuses extras such as psycopg[binary] unless it resolves nothing itself.
        install = [*self._pip, "install", "--no-deps", "--require-hashes", "--requirement", str(lock)]
        with step(f"installing {lock.name} with pip ({count} packages, some minutes)"):
            if self._run(install + ["--force-reinstall"] * again, dict(os.environ)):
                return
        raise SetupError(
            f"The locked packages could not be installed: {last_line(self.log.read_text())}\n"
            f"Nothing of Lumbung can run yet; the whole output is in {self.log}.\n"
            "Check the network (or pip's settings: pip config list) and the free space, then run it again."
        )

    def _uv(self) -> Path | None:
        """The pinned uv, installed when absent; None where there is none for this machine."""
        pinned = self.root / ".ci" / "uv.txt"
        folder = self.folder / f"uv-{digest(pinned)[:12]}"
        uv = folder / "bin" / "uv"
        if not self._runs([*self._pip, "--version"]):  # an environment made by other tools may lack pip
            self._run([str(self.python), "-I", "-m", "ensurepip"], dict(os.environ))
        if not self._runs([str(uv), "--version"]):
            with step("fetching the installer"):
                self._run(
                    [*self._pip, "install", "--quiet", "--no-deps", "--require-hashes", "--only-binary=:all:",
                     "--upgrade", "--target", str(folder), "--requirement", str(pinned)],
                    dict(os.environ),
                )  # fmt: skip
        return uv if self._runs([str(uv), "--version"]) else None

    @property
    def _pip(self) -> list[str]:
        return [str(self.python), "-m", "pip", "--disable-pip-version-check", "--no-input"]

    def _pip_settings(self) -> dict[str, str]:
        result = subprocess.run([*self._pip, "config", "list"], capture_output=True, text=True)
        return parse_pip_config(result.stdout)

    def _runs(self, command: list[str]) -> bool:
        try:
            return subprocess.run(command, capture_output=True).returncode == 0
        except OSError:
            return False

    def _run(self, command: list[str], variables: dict[str, str]) -> bool:
        """Run a command with its output in the log; True when it succeeded."""
        with self.log.open("a") as log:
            log.write(f"$ {shlex.join(command)}\n")
            log.flush()
            return subprocess.run(command, stdout=log, stderr=log, env=variables).returncode == 0


def effective_profile(wanted: str, installed: str | None) -> str:
    """The profile to keep: dev holds everything that run does, and is not given up again."""
    return "dev" if "dev" in (wanted, installed) else "run"


def digest(path: Path) -> str:
    """Hex sha256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def parse_pip_config(listing: str) -> dict[str, str]:
    """The settings in force from the output of ``pip config list``; the environment wins over the files."""
    ranks = {"global": 0, "install": 1, ":env:": 2}
    found: dict[str, tuple[int, str]] = {}
    for line in listing.splitlines():
        name, _, quoted = line.partition("=")
        section, _, option = name.partition(".")
        if option in PIP_OPTIONS and section in ranks and quoted:
            rank = ranks[section]
            if rank >= found.get(option, (0, ""))[0]:
                found[option] = (rank, str(ast.literal_eval(quoted)))
    return {option: value for option, (_, value) in found.items()}


def uv_variables(pip: dict[str, str], environ: "os._Environ[str] | dict[str, str]") -> dict[str, str]:
    """uv's variables for pip's settings, so that a private index set up for pip serves uv too.

    By variables and not by arguments: an index address may hold a password, and arguments are visible to
    everyone on the machine. What the reader set for uv stays. Folders that do not exist are left out: pip
    ignores them, uv stops.
    """
    variables = {"UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1"}
    indexes = [place for place in pip.get("extra-index-url", "").split() if _exists(place)]
    links = [place for place in pip.get("find-links", "").split() if _exists(place)]
    if "index-url" in pip:
        variables["UV_DEFAULT_INDEX"] = pip["index-url"]
    if indexes:
        variables["UV_INDEX"] = " ".join(indexes)
        variables["UV_INDEX_STRATEGY"] = (
            "unsafe-best-match"  # as pip does; the hashes decide what is acceptable
        )
    if links:
        variables["UV_FIND_LINKS"] = ",".join(links)
    if pip.get("no-index", "").lower() in ("1", "true", "yes", "on"):
        variables["UV_NO_INDEX"] = "1"
    if "cert" in pip:
        variables["SSL_CERT_FILE"] = pip["cert"]
    if "trusted-host" in pip:
        variables["UV_INSECURE_HOST"] = " ".join(pip["trusted-host"].split())
    if "timeout" in pip:
        variables["UV_HTTP_TIMEOUT"] = pip["timeout"]
    if "proxy" in pip:
        variables["ALL_PROXY"] = pip["proxy"]
    if not _writable(Path(environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")):
        variables["UV_NO_CACHE"] = "1"
    own_index = {"UV_INDEX_URL", "UV_DEFAULT_INDEX", "UV_EXTRA_INDEX_URL", "UV_INDEX"} & set(environ)
    return {
        name: value
        for name, value in variables.items()
        if name not in environ and not (own_index and name.startswith("UV_") and "INDEX" in name)
    }


def _exists(place: str) -> bool:
    if place.startswith("file://"):
        return Path(place.removeprefix("file://")).exists()
    return "://" in place or Path(place).expanduser().exists()


def _writable(folder: Path) -> bool:
    nearest = next(place for place in (folder, *folder.parents) if place.exists())
    return os.access(nearest, os.W_OK)


def last_line(output: str) -> str:
    """The last line of a program's output that says something."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1] if lines else "no output"


@contextmanager
def step(what: str) -> Iterator[None]:
    """Say what is being done and for how long; on a terminal the seconds tick."""
    began = time.monotonic()
    done = threading.Event()
    terminal = sys.stderr.isatty()

    def seconds() -> int:
        return round(time.monotonic() - began)

    def tick() -> None:
        while not done.wait(1):
            print(f"\r\033[Kenvironment: {what} … {seconds()} s", end="", file=sys.stderr, flush=True)

    ticker = threading.Thread(target=tick, daemon=True)
    if terminal:
        ticker.start()
    else:
        print(f"environment: {what} …", file=sys.stderr, flush=True)
    try:
        yield
    finally:
        done.set()
        if terminal:
            ticker.join()
        start = "\r\033[K" if terminal else ""
        print(f"{start}environment: {what}: {seconds()} s", file=sys.stderr, flush=True)


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Let one process at a time change a checkout's environment; a second one waits."""
    descriptor = os.open(root, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def main() -> int:
    """Bring the environment up to date; 1 and three lines on standard error when that fails."""
    parser = argparse.ArgumentParser(description="Keep .venv in step with the locked requirements.")
    parser.add_argument("profile", choices=sorted(PROFILES))
    try:
        with alone(ROOT):
            Environment().ensure(parser.parse_args().profile)
    except SetupError as failure:
        print(failure, file=sys.stderr)
        return 1
    except PermissionError as error:
        print(
            f"{error.filename or ROOT} may not be written by this user.\n"
            "The environment in .venv could not be brought up to date; it probably belongs to another user.\n"
            f"Run the command as the owner of {ROOT}, or make a clone of your own.",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted; the next run completes the environment.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
