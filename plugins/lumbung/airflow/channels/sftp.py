"""Files on an office's SFTP server, in folders named after the datasets. Its host key is pinned."""

import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import paramiko  # type: ignore[import-untyped]
from airflow.providers.sftp.hooks.sftp import SFTPHook
from airflow.sdk.exceptions import AirflowException
from paramiko.sftp import CMD_CLOSE, CMD_OPENDIR, CMD_READDIR  # type: ignore[import-untyped]

from lumbung import clock
from lumbung.airflow.channels.connections import Place, place_of
from lumbung.intake.channels.base import Arrival, ChannelError, Errand, Notice, Whose
from lumbung.intake.channels.download import TooLargeError, save
from lumbung.intake.channels.listed import Listed, NotTakenError, take
from lumbung.intake.channels.names import ANSWERS, is_passed_over, printable

_ANSWER_SECONDS = 20.0
_SETTLE_SECONDS = 3.0
_BLOCK = 256 << 10
_ENTRIES = 5_000


class _Client(paramiko.SFTPClient):
    """A client that lists folders whatever bytes their names are; the library's own gives up."""

    def entries(self, folder: str) -> Iterator[paramiko.SFTPAttributes]:
        """What lies in a folder; bytes of a name that are not UTF-8 become lone surrogates."""
        _, answer = self._request(CMD_OPENDIR, folder.encode())
        handle = answer.get_string()
        try:
            while True:
                try:
                    _, answer = self._request(CMD_READDIR, handle)
                except EOFError:
                    return
                for _ in range(answer.get_int()):
                    name = answer.get_string().decode("utf-8", "surrogateescape")
                    answer.get_string()  # the same for people to read
                    entry = paramiko.SFTPAttributes._from_msg(answer, name)
                    if name not in (".", ".."):
                        yield entry
        finally:
            self._request(CMD_CLOSE, handle)


class SftpChannel:
    """Reads ``<folder>/<dataset>/<file>``; changes nothing on the server.

    The connection (type ``sftp``) has host, port, login and either a password or ``private_key`` /
    ``key_file``; its extra has ``host_key`` (obligatory: type and key as in ``known_hosts``) and may have
    ``folder`` (default: where the login begins), ``settle_seconds`` (a file changed less than that ago is
    looked at again before it is taken; default 3) and ``answer_seconds`` (longest silence; default 20).
    """

    name = "sftp"

    def __init__(self, connection_id: str) -> None:
        """``connection_id`` names the Airflow connection; it is looked up when something is fetched."""
        self._connection_id = connection_id

    def fetch(self, errand: Errand) -> Iterator[Arrival | Notice]:
        """The office's files, oldest first.

        Raises:
            ChannelError: *ours*: connection, host key or credentials; *line*: nobody answers, too slow, cut
                off; *theirs*: the folder is missing or closed to us.
        """
        place = place_of(self._connection_id)
        settle = place.number("settle_seconds", _SETTLE_SECONDS, 60)
        with opened(place, errand.seconds_left(place.number("answer_seconds", _ANSWER_SECONDS, 60))) as sftp:
            with said(place):
                notices, found = _list(sftp, place.text("folder", "."), errand)
            yield from notices
            moving = _moving(sftp, errand, found, settle) if found else {}

            def download(entry: Listed) -> Path:
                if entry.key in moving:
                    raise NotTakenError("it is still being written; the next night takes it")
                with said(place):
                    return _download(sftp, errand, entry)

            yield from take(errand, found, download)


@contextmanager
def opened(place: Place, seconds: float) -> Iterator[_Client]:
    """A connection to the server, closed in the end.

    Args:
        place: The connection.
        seconds: Longest silence of the server, at any step.

    Raises:
        ChannelError: It could not be made.
    """
    if not place.extra.get("host_key") or place.extra.get("no_host_key_check"):
        raise place.wrong(
            "it does not pin the server's host key",
            f"Get the key with `ssh-keyscan -t ed25519 {place.connection.host}`, have the office confirm its"
            " fingerprint, and put it into the extra as `host_key`; take `no_host_key_check` out.",
        )
    try:
        hook = SFTPHook(
            ssh_conn_id=place.connection_id,
            conn_timeout=int(seconds) or 1,
            banner_timeout=seconds,
            auth_timeout=int(seconds) or 1,
            conn_retry_attempts=1,
        )
    except (AirflowException, ValueError, paramiko.SSHException) as error:
        raise place.wrong(
            f"its host key or private key cannot be read ({type(error).__name__})",
            "Write `host_key` as `ssh-ed25519 AAAA…`, and the private key in OpenSSH's form.",
        ) from error
    hook.look_for_keys = False
    client: Any = None
    try:
        with said(place):
            # The hook's own way of opening SFTP knows no limit of time.
            transport = super(SFTPHook, hook).get_conn().get_transport()
            shown = transport.get_remote_server_key()
            if shown != hook.host_key:  # this machine's known_hosts would be believed before the pinned key
                raise paramiko.BadHostKeyException(str(hook.remote_host), shown, hook.host_key)
            session = transport.open_session(timeout=seconds)
            session.settimeout(seconds)
            session.invoke_subsystem("sftp")
            client = _Client(session)
        yield client
    finally:
        if client is not None:
            client.close()
        if hook.client is not None:
            hook.client.close()


@contextmanager
def said(place: Place) -> Iterator[None]:
    """Turn the errors of the SSH library into whose side must act."""
    server = f"{place.connection.host}:{place.connection.port or 22}"
    try:
        yield
    except paramiko.BadHostKeyException as error:
        raise ChannelError(
            Whose.OURS,
            f"{server} shows another host key ({error.key.get_name()} {error.key.fingerprint}) than the"
            f" pinned one.",
            "Nothing was sent to it: somebody may stand in between, or the office has a new server.",
            "Ask the office for its fingerprint by telephone; if it is theirs, pin the new key in"
            f" {place.connection_id}.",
        ) from error
    except paramiko.AuthenticationException as error:
        raise ChannelError(
            Whose.OURS,
            f"{server} does not let {place.connection.login!r} in: password or key is refused.",
            remedy=f"Agree on credentials with the office and correct {place.connection_id}.",
        ) from error
    except PermissionError as error:
        raise ChannelError(
            Whose.THEIRS,
            f"{server} does not let {place.connection.login!r} at a folder or file.",
            remedy="Ask the office to open the folder to this user.",
        ) from error
    except FileNotFoundError as error:
        raise ChannelError(
            Whose.THEIRS,
            f"{server} has no folder {place.text('folder', '.')!r}.",
            remedy="Ask the office to make it, or correct `folder` in the connection's extra.",
        ) from error
    except UnicodeDecodeError as error:
        raise ChannelError(
            Whose.THEIRS,
            f"{server} answers with something that is not understood.",
            remedy="Run again later; if it stays, ask the office what server it is.",
        ) from error
    except paramiko.SSHException as error:
        if "known_hosts" in str(error) or isinstance(error, paramiko.ssh_exception.IncompatiblePeer):
            raise ChannelError(
                Whose.OURS,
                f"{server} has no host key of the pinned type, or no method in common with us.",
                "Nothing was sent to it.",
                f"Pin a key of a type that it has (ssh-keyscan shows them) in {place.connection_id}.",
            ) from error
        raise _cut_off(server, error) from error
    except (OSError, EOFError) as error:
        raise _cut_off(server, error) from error


def _cut_off(server: str, error: Exception) -> ChannelError:
    return ChannelError(
        Whose.LINE,
        f"{server} did not answer, or broke off ({type(error).__name__}).",
        remedy="Run again later; if it stays, ask the office whether its server is up.",
    )


def _list(sftp: _Client, folder: str, errand: Errand) -> tuple[list[Notice], list[Listed]]:
    """What lies in the datasets' folders; links and anything but files are refused."""
    notices: list[Notice] = []
    found: list[Listed] = []
    for top in sorted(sftp.entries(folder), key=lambda entry: entry.filename):
        dataset = top.filename
        if not _is_utf8(dataset):
            notices.append(_unnamed(errand, dataset))
            continue
        if is_passed_over(dataset) or dataset == ANSWERS:
            continue
        if "/" in dataset or not stat.S_ISDIR(top.st_mode or 0):
            notices.append(Notice(f"{_shown(errand, dataset)} is in no dataset's folder"))
            continue
        errand.seconds_left()
        for entry in sftp.entries(f"{folder}/{dataset}"):
            name = entry.filename
            if not _is_utf8(name):
                notices.append(_unnamed(errand, dataset, name))
                continue
            if is_passed_over(name):
                continue
            if "/" in name or name == ".." or not stat.S_ISREG(entry.st_mode or 0):
                notices.append(Notice(f"{_shown(errand, dataset, name)} is not a file"))
                continue
            if len(found) == _ENTRIES:
                notices.append(
                    Notice(f"{errand.regency_code}: only the first {_ENTRIES} files are looked at")
                )
                return notices, found
            found.append(_listed(f"{folder}/{dataset}/{name}", dataset, entry))
    return notices, found


def _is_utf8(name: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in name)


def _unnamed(errand: Errand, *names: str) -> Notice:
    """A name that can neither be remembered nor told to the office as it stands."""
    shown = ascii("/".join((errand.regency_code, *names)))[1:-1]
    return Notice(f"{shown} is not taken: its name is not UTF-8; ask the office to give it a plain name")


def _listed(key: str, dataset: str, entry: paramiko.SFTPAttributes) -> Listed:
    size, changed = entry.st_size or 0, entry.st_mtime or 0
    name = key.rsplit("/", 1)[1]
    return Listed(dataset, name, key, size, datetime.fromtimestamp(changed, UTC), f"{size}:{changed}")


def _moving(sftp: _Client, errand: Errand, found: list[Listed], settle: float) -> set[str]:
    """Keys of the files that were changed just now and change while one waits."""
    now = clock.now()
    fresh = [entry for entry in found if abs((now - entry.changed_at).total_seconds()) < settle]
    if not fresh:
        return set()
    time.sleep(errand.seconds_left(settle))
    return {entry.key for entry in fresh if _mark(sftp, entry) != entry.mark}


def _mark(sftp: _Client, entry: Listed) -> str | None:
    try:
        return _listed(entry.key, entry.dataset, sftp.lstat(entry.key)).mark
    except OSError:
        return None


def _download(sftp: _Client, errand: Errand, entry: Listed) -> Path:
    if entry.size > errand.most_bytes:
        raise TooLargeError(errand.most_bytes)
    try:
        with sftp.open(entry.key, "rb") as remote:
            remote.prefetch(entry.size)
            path = save(errand, iter(lambda: remote.read(_BLOCK), b""), entry.size)
    except FileNotFoundError:
        raise NotTakenError("it is gone again") from None
    except PermissionError:
        raise NotTakenError("their server does not let us read it") from None
    except ChannelError:
        if _mark(sftp, entry) == entry.mark:
            raise
        raise NotTakenError("it is still being written; the next night takes it") from None
    if _mark(sftp, entry) != entry.mark:
        path.unlink(missing_ok=True)
        raise NotTakenError("it is still being written; the next night takes it")
    return path


def _shown(errand: Errand, *names: str) -> str:
    return printable("/".join((errand.regency_code, *names)))
