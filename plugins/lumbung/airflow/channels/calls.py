"""Calls to an office's HTTP server: patient, bounded, and clear about whose side must act."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
import urllib3
from airflow.providers.http.hooks.http import HttpHook

from lumbung import clock
from lumbung.airflow.channels.connections import Place
from lumbung.intake.channels.base import ChannelError, Errand, Whose
from lumbung.intake.channels.download import save

_ANSWER_SECONDS = 20.0
_BACKOFF_SECONDS = 1.0
_ATTEMPTS = 4
_REDIRECTS = 5
_BLOCK = 64 << 10
_BUSY = (403, 429, 502, 503, 504)
"""Answers after which a pause may help; 403 is what fast clients get."""
_MOVED = (301, 302, 303, 307, 308)
_NOT_LET_IN = (401, 407)
_NOT_UNDERSTOOD = (400, 405, 406, 414, 415, 422)


class CallError(ChannelError):
    """A call that failed.

    Args:
        whose: As for `ChannelError`.
        what: What happened; no credentials, no content.
        remedy: What to do next.
        is_general: Whether every other call to this server would fail in the same way.
    """

    def __init__(self, whose: Whose, what: str, remedy: str, is_general: bool = False) -> None:
        super().__init__(whose, what, remedy=remedy)
        self.is_general = is_general


class Server:
    """An office's server, as an Airflow connection of type ``http`` describes it.

    Host (with or without scheme), schema, port, login and password are the connection's. Its extra may have
    ``auth`` (``none``, ``basic`` or ``token``; default: basic where there is a login), ``token_header``
    (default ``Authorization``) and ``token_prefix`` (default ``Bearer`` in that header, else nothing) for the
    token that stands as password, ``verify`` (path of a CA bundle), ``proxies``, ``answer_seconds`` (longest
    silence; default 20), ``pace_seconds`` (pause between calls) and ``backoff_seconds`` (first pause after
    being told to slow down; doubled each time; default 1).
    """

    def __init__(self, place: Place, errand: Errand, pace_seconds: float = 0.0) -> None:
        """Check the connection; nothing is called yet.

        Raises:
            ChannelError: The connection says something impossible: ours to mend.
        """
        self._place, self._errand = place, errand
        self._answer_seconds = place.number("answer_seconds", _ANSWER_SECONDS, 60)
        self._backoff = place.number("backoff_seconds", _BACKOFF_SECONDS, 60)
        paced = "pace_seconds" in place.extra and place.extra["pace_seconds"] != 0
        self._pace = place.number("pace_seconds", 1.0, 10) if paced else pace_seconds
        if place.extra.get("pace_seconds") == 0:
            self._pace = 0.0
        self._called_at: float | None = None
        self._session, base = _session(place)
        self._base = base if base.endswith("/") else base + "/"
        self._origin = urlsplit(base)
        self.shown = f"{self._origin.hostname}:{self._origin.port or self._origin.scheme}"
        """The server in words for a message."""

    def close(self) -> None:
        """Close its connections."""
        self._session.close()

    def url(self, path: str) -> str:
        """The address of a path of this server.

        Raises:
            ChannelError: It leads to another server: ours to mend.
        """
        url = urljoin(self._base, path if "://" in path else path.lstrip("/"))
        if not self.is_own(url):
            raise self._place.wrong("a path leads to another server", "Write the path from its first /.")
        return url

    def is_own(self, url: str) -> bool:
        """Whether an address is this server's; http may become https, never the other way."""
        try:
            asked = urlsplit(url)
            if (asked.hostname or "") != (self._origin.hostname or ""):
                return False
            if asked.scheme == self._origin.scheme:
                return _port(asked) == _port(self._origin)
        except ValueError:
            return False
        return (self._origin.scheme, asked.scheme) == ("http", "https")

    @contextmanager
    def call(
        self,
        method: str,
        url: str,
        what: str,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Iterator[requests.Response]:
        """Ask, wait where told to, follow redirects within the server; the body is not read yet.

        Args:
            method: ``GET`` or ``POST``.
            url: An address of this server.
            what: What is asked for, for messages.
            params: The query.
            data: The form.
            headers: Further headers.

        Yields:
            An answer of status 200, 204 or 304.

        Raises:
            ChannelError: As the module's table of answers says whose side must act.
        """
        with self._said(what):
            response = self._answered(method, url, what, params, data, headers)
            try:
                yield response
            finally:
                response.close()

    def save(self, response: requests.Response) -> Path:
        """Write an answer's body to a file of the errand's folder.

        Raises:
            TooLargeError: It is larger than the errand takes.
            ChannelError: It was cut off, or the time is used up.
        """
        encoded = response.headers.get("Content-Encoding", "identity").lower() != "identity"
        length = response.headers.get("Content-Length", "")
        expected = int(length) if length.isdecimal() and not encoded else None
        return save(self._errand, _blocks(response), expected)

    def _answered(
        self,
        method: str,
        url: str,
        what: str,
        params: Mapping[str, str] | None,
        data: Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
    ) -> requests.Response:
        attempts, redirects = 0, 0
        while True:
            self._wait(self._pace_left())
            response = self._session.request(
                method,
                url,
                params=params,
                data=data,
                headers=dict(headers or {}),
                timeout=self._errand.seconds_left(self._answer_seconds),
                allow_redirects=False,
                stream=True,
            )
            self._called_at = time.monotonic()
            status = response.status_code
            if status in (200, 204) or (status == 304 and headers):
                return response
            response.close()
            if status in _MOVED and method == "GET" and redirects < _REDIRECTS:
                url, params = self._moved(response, what), None
                redirects += 1
            elif status in _BUSY and attempts + 1 < _ATTEMPTS:
                self._wait(self._patience(response, attempts), f"{self.shown} answers {status} to {what}")
                attempts += 1
            else:
                raise self._refused(status, what)

    def _moved(self, response: requests.Response, what: str) -> str:
        url = urljoin(response.url, response.headers.get("Location", ""))
        if not self.is_own(url):
            raise CallError(
                Whose.THEIRS,
                f"{self.shown} sends us to another server for {what}; that is not followed.",
                "Ask the office for the address; if it has moved, correct the connection's host.",
            )
        return url

    def _refused(self, status: int, what: str) -> CallError:
        if status in _NOT_LET_IN:
            return CallError(
                Whose.OURS,
                f"{self.shown} does not let us in ({status}): login, password or token is refused.",
                f"Agree on credentials with the office and correct {self._place.connection_id}.",
                is_general=True,
            )
        if status in _NOT_UNDERSTOOD:
            return CallError(
                Whose.OURS,
                f"{self.shown} does not understand how we ask for {what} ({status}).",
                f"Compare path and params of {self._place.connection_id} with their description.",
            )
        if status in (403, 429):
            remedy = (
                "Ask the office to let us in at our pace, or raise `pace_seconds` in the connection's extra."
            )
            return CallError(Whose.THEIRS, f"{self.shown} turns us away from {what} ({status}).", remedy)
        return CallError(
            Whose.THEIRS,
            f"{self.shown} answers {status} to {what}.",
            "Tell the office; where the path has changed, correct the connection's extra.",
        )

    def _patience(self, response: requests.Response, attempts: int) -> float:
        """Seconds to wait before asking again: what the server says, else doubled each time."""
        asked = response.headers.get("Retry-After", "").strip()
        if asked.isdecimal():
            return float(asked)
        try:
            return max((parsedate_to_datetime(asked) - clock.now()).total_seconds(), 0.0)
        except (TypeError, ValueError):
            return float(self._backoff * 2**attempts)

    def _pace_left(self) -> float:
        return 0.0 if self._called_at is None else self._called_at + self._pace - time.monotonic()

    def _wait(self, seconds: float, because: str = "") -> None:
        left = self._errand.seconds_left(float("inf"))
        if because and seconds >= left:
            raise CallError(
                Whose.THEIRS,
                f"{because} and wants us to wait {seconds:.0f} s, longer than is left tonight.",
                "Ask the office to let us in at our pace; the rest waits for the next night.",
                is_general=True,
            )
        if seconds > 0:
            time.sleep(min(seconds, left))

    @contextmanager
    def _said(self, what: str) -> Iterator[None]:
        """Say whose side must act; the libraries' own errors may quote addresses and are not chained."""
        problem: CallError | None = None
        try:
            yield
        except (requests.exceptions.SSLError, urllib3.exceptions.SSLError) as error:
            problem = self._tls(error)
        except (requests.exceptions.ConnectTimeout, requests.exceptions.ProxyError):
            problem = self._nobody("does not answer")
        except (requests.exceptions.Timeout, urllib3.exceptions.TimeoutError):
            problem = self._line(f"{self.shown} fell silent over {what}.")
        except requests.exceptions.ConnectionError as error:
            if "RemoteDisconnected" in repr(error) or "Connection aborted" in repr(error):
                problem = self._line(f"{self.shown} hung up over {what}.")
            else:
                problem = self._nobody("cannot be reached")
        except (requests.exceptions.ChunkedEncodingError, urllib3.exceptions.HTTPError):
            problem = self._line(f"The download of {what} from {self.shown} was cut off.")
        except (requests.exceptions.RequestException, UnicodeError) as error:
            kind = type(error).__name__
            problem = CallError(
                Whose.OURS,
                f"{what} cannot be asked of {self.shown} ({kind}).",
                "Correct host, path and params.",
            )
        if problem is not None:
            raise problem from None

    def _tls(self, error: Exception) -> CallError:
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            return CallError(
                Whose.OURS,
                f"The certificate of {self.shown} is not trusted here; nothing was sent to it.",
                "Ask the office who issued it, and name that CA's bundle as `verify` in the extra.",
                is_general=True,
            )
        return CallError(
            Whose.THEIRS,
            f"{self.shown} does not speak TLS as it should.",
            "See that the connection's schema and port are right, and tell the office.",
            is_general=True,
        )

    def _nobody(self, how: str) -> CallError:
        remedy = (
            "See whether host and port are right and the office's server is on; the next night tries again."
        )
        return CallError(Whose.LINE, f"{self.shown} {how}.", remedy, is_general=True)

    def _line(self, what: str) -> CallError:
        remedy = "Run again; if it stays, see whether the line or their server cuts connections."
        return CallError(Whose.LINE, what, remedy)


def _session(place: Place) -> tuple[requests.Session, str]:
    """The hook's session with the connection's credentials, and the server's address."""
    if not place.connection.host:
        raise place.wrong("it names no host", "Give the connection a host.")
    auth = place.text("auth", "basic" if place.connection.login else "none")
    if auth not in ("none", "basic", "token"):
        raise place.wrong("`auth` is none of none, basic, token", "Correct `auth` in the extra.")
    secret = place.connection.password
    if auth == "token" and not secret:
        raise place.wrong("it has no token", "Put the token into the connection's password.")
    if auth == "basic" and not place.connection.login:
        raise place.wrong("it has no login", "Give the connection a login and password, or another `auth`.")
    verify = place.extra.get("verify", True)
    if verify is not True and not (isinstance(verify, str) and Path(verify).exists()):
        raise place.wrong(
            "`verify` is no CA bundle on this machine",
            "Name an existing file of CA certificates as `verify`, or take it out.",
        )
    try:
        hook = HttpHook(method="GET", http_conn_id=place.connection_id)
        session = hook.get_conn()
        base = hook.base_url
        _port(urlsplit(base))
    except (ValueError, TypeError):
        raise place.wrong("its host, schema or port is no address", "Correct them.") from None
    # The hook takes the whole extra for headers; ours is not meant for the office.
    session.headers.clear()
    session.headers.update({"User-Agent": "Lumbung", "Accept": "*/*", "Accept-Encoding": "identity"})
    session.trust_env = False  # no password file of this machine's user, only what the connection says
    session.verify = verify
    if auth != "basic":
        session.auth = None
    if auth == "token":
        header = place.text("token_header", "Authorization")
        prefix = place.text("token_prefix", "Bearer" if header.lower() == "authorization" else "")
        session.headers[header] = f"{prefix} {secret}".strip()
    return session, base


def _port(url: SplitResult) -> int:
    return url.port or {"https": 443}.get(url.scheme, 80)


def _blocks(response: requests.Response) -> Iterator[bytes]:
    """The body as it comes: each piece at once, so that a server which drips is noticed in time."""
    raw: Any = response.raw
    while block := raw.read1(_BLOCK, decode_content=True):
        yield block
