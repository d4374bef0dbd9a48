"""A mail server on loopback that keeps what it is given, or refuses it as told."""

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class SmtpServer:
    """A running server.

    Attributes:
        port: Its port.
        messages: What it has taken.
        is_busy: Whether it turns everybody away for now.
        is_mute: Whether it takes a message and hangs up in place of saying so.
    """

    port: int
    messages: list[EmailMessage] = field(default_factory=list)
    is_busy: bool = False
    is_mute: bool = False

    def connection_uri(self) -> str:
        """The value of ``AIRFLOW_CONN_…`` for sending through it."""
        extra = {"from_email": "data@provinsi.test", "disable_ssl": True, "disable_tls": True}
        return json.dumps({"conn_type": "smtp", "host": "127.0.0.1", "port": self.port, "extra": extra})

    def sent_to(self, address: str) -> list[EmailMessage]:
        """Messages to an address."""
        return [mail for mail in self.messages if mail["To"] == address]


@contextmanager
def smtp_server() -> Iterator[SmtpServer]:
    """Take mail until the end of the block."""

    class Session(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            if state.is_busy:
                self._say("421 busy")
                return
            self._say("220 ready")
            while line := self.rfile.readline():
                word = line[:4].upper()
                if word == b"DATA":
                    self._say("354 go on")
                    self._take()
                    if state.is_mute:
                        return
                elif word == b"RCPT" and b"<nobody@" in line:
                    self._say("550 nobody of that name")
                    continue
                self._say("221 bye" if word == b"QUIT" else "250 fine")
                if word == b"QUIT":
                    return

        def _take(self) -> None:
            lines = []
            while (line := self.rfile.readline()) not in (b".\r\n", b""):
                lines.append(line[1:] if line.startswith(b".") else line)
            state.messages.append(message_from_bytes(b"".join(lines), policy=policy.default))  # type: ignore[arg-type]

        def _say(self, words: str) -> None:
            self.wfile.write(f"{words}\r\n".encode())

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    server = Server(("127.0.0.1", 0), Session)
    state = SmtpServer(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
