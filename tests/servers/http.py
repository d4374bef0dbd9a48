"""An HTTP server on loopback that does as told, misbehaviour included."""

import json
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

_TYPES = {
    ".json": "application/json",
    ".csv": "text/csv",
    ".html": "text/html",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
LOGIN, PASSWORD, TOKEN = "lumbung", "rahasia-sekali", "token-sangat-rahasia"


@dataclass(frozen=True)
class Call:
    """A request that came."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    form: Mapping[str, str]


@dataclass(frozen=True)
class Reply:
    """What to answer; `cut` bytes are sent of the body, `drip` seconds pass between its bytes."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    drip: float = 0.0
    cut: int | None = None
    is_chunked: bool = False


Answer = Reply | list[Reply] | Callable[[Call], Reply]


class HttpServer:
    """Answers by path: a reply, replies in turn (the last one again and again), or a function of the call."""

    def __init__(self, port: int, folder: Path | None) -> None:
        self.port, self.folder = port, folder
        self.calls: list[Call] = []
        self.answers: dict[str, Answer] = {}
        self.gone = threading.Event()

    def connection(self, datasets: Mapping[str, Any] | None = None, **changes: Any) -> str:
        """A connection to this server for an ``AIRFLOW_CONN_`` variable; `extra` adds to its extra."""
        extra = {"backoff_seconds": 0.01, "datasets": datasets or {}} | changes.pop("extra", {})
        said = {"conn_type": "http", "host": "127.0.0.1", "port": self.port, "extra": extra}
        return json.dumps(said | changes)

    def connection_uri(self, regency_code: str) -> str:
        """A connection for one office's files, ``folder/<BPS code>/<dataset>/<file>``.

        Each file is one dataset's answer; of several files of a dataset the last by name is served.
        """
        assert self.folder is not None
        datasets = {
            entry.name: {"path": f"/{regency_code}/{entry.name}/{max(file.name for file in entry.iterdir())}"}
            for entry in sorted((self.folder / regency_code).iterdir())
        }
        for said in datasets.values():
            said["html"] = said["path"].endswith((".html", ".xls"))  # type: ignore[assignment]
        return self.connection(datasets)

    def reply_to(self, call: Call) -> Reply:
        """What this call is answered."""
        self.calls.append(call)
        answer = self.answers.get(call.path)
        if isinstance(answer, list):
            return answer.pop(0) if len(answer) > 1 else answer[0]
        if isinstance(answer, Reply):
            return answer
        if answer is not None:
            return answer(call)
        return self._file(call)

    def _file(self, call: Call) -> Reply:
        path = self.folder / call.path.lstrip("/") if self.folder else None
        if path is None or ".." in call.path or not path.is_file():
            return Reply(b"not found", 404)
        return unchanged(path.read_bytes(), _TYPES.get(path.suffix, "application/octet-stream"))(call)


def unchanged(body: bytes, kind: str) -> Callable[[Call], Reply]:
    """Answers with the body and its ETag, and 304 to whoever has it already."""
    tag = f'"{sha256(body).hexdigest()[:12]}"'

    def answer(call: Call) -> Reply:
        headers = {"ETag": tag, "Content-Type": kind}
        return (
            Reply(status=304, headers=headers)
            if call.headers.get("if-none-match") == tag
            else Reply(body, headers=headers)
        )

    return answer


def guarded(header: str, value: str, reply: Reply) -> Callable[[Call], Reply]:
    """Answers only to a header of that value, else 401."""
    return lambda call: reply if call.headers.get(header.lower()) == value else Reply(b"who?", 401)


def basic(login: str, password: str) -> str:
    """The value of ``Authorization`` for a login."""
    return "Basic " + b64encode(f"{login}:{password}".encode()).decode()


@contextmanager
def http_server(folder: Path | None = None, tls: Any = None) -> Iterator[HttpServer]:
    """A running server; with `folder` it serves the files of offices too, with `tls` (a context) HTTPS."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # else 40 ms an answer

        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            asked = urlsplit(self.path)
            call = Call(
                self.command,
                unquote(asked.path),
                dict(parse_qsl(asked.query)),
                {name.lower(): value for name, value in self.headers.items()},
                dict(parse_qsl(self.rfile.read(length).decode())),
            )
            try:
                self._send(state.reply_to(call))
            except OSError:
                self.close_connection = True

        def do_POST(self) -> None:
            self.do_GET()

        def _send(self, reply: Reply) -> None:
            if reply.delay and state.gone.wait(reply.delay):
                return
            body = reply.body[: reply.cut]
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.is_chunked:
                self.send_header("Transfer-Encoding", "chunked")
                body = b"%x\r\n%s" % (len(reply.body), body) + (
                    b"\r\n0\r\n\r\n" if reply.cut is None else b""
                )
            elif reply.status not in (204, 304):
                self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            if reply.drip:
                for byte in body:
                    self.wfile.write(bytes([byte]))
                    if state.gone.wait(reply.drip):
                        return
            else:
                self.wfile.write(body)
            self.close_connection = reply.cut is not None

        def log_message(self, *_: Any) -> None:
            """Tests read what was asked in `calls`."""

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: Any) -> None:
            """A client that hangs up is part of the tests."""

    server = Quiet(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    state = HttpServer(server.server_address[1], folder)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield state
    finally:
        state.gone.set()
        server.shutdown()
        server.server_close()
        thread.join()


def free_port() -> int:
    """A port on which nobody listens."""
    with http_server() as server:
        port = server.port
    return port
