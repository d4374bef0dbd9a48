"""An SFTP server on loopback, in a thread; one user per office, each in a folder of its own."""

import asyncio
import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import asyncssh

PASSWORD = "rahasia kantor"


@dataclass
class SftpServer:
    """A running server.

    Attributes:
        root: Holds ``<regency>/<dataset>/<file>``.
        port: Its port.
        host_key: Its public key as it belongs into a connection.
        on_read: Called with path, offset and bytes of every answer; gives what is sent instead.
    """

    root: Path
    port: int
    host_key: str
    on_read: Callable[[str, int, bytes], bytes] | None = None

    def connection_uri(self, regency_code: str, password: str = PASSWORD, **extra: object) -> str:
        """The value of ``AIRFLOW_CONN_…`` for an office; `extra` overrides, None leaves out."""
        said = {"host_key": self.host_key, "settle_seconds": 0.01, "answer_seconds": 5} | extra
        return json.dumps(
            {
                "conn_type": "sftp",
                "host": "127.0.0.1",
                "port": self.port,
                "login": quote(regency_code),
                "password": password,
                "extra": {name: value for name, value in said.items() if value is not None},
            }
        )


@contextmanager
def sftp_server(root: Path) -> Iterator[SftpServer]:
    """Serve ``root`` until the end of the block."""
    loop = asyncio.new_event_loop()
    key = asyncssh.generate_private_key("ssh-ed25519")
    server = SftpServer(root, 0, key.export_public_key().decode().strip())

    class Login(asyncssh.SSHServer):
        def password_auth_supported(self) -> bool:
            return True

        def validate_password(self, username: str, password: str) -> bool:
            return password == PASSWORD and (root / username).is_dir()

    class Files(asyncssh.SFTPServer):
        def __init__(self, chan: "asyncssh.SSHServerChannel[bytes]") -> None:
            super().__init__(chan, chroot=str(root / str(chan.get_extra_info("username"))).encode())

        async def read(self, file_obj: object, offset: int, size: int) -> bytes:
            handle = file_obj
            handle.seek(offset)  # type: ignore[attr-defined]
            found: bytes = handle.read(size)  # type: ignore[attr-defined]
            if server.on_read is not None:
                path = os.fsdecode(handle.name)  # type: ignore[attr-defined]
                found = await asyncio.to_thread(server.on_read, path, offset, found)
            return found

    async def start() -> asyncssh.SSHAcceptor:
        return await asyncssh.create_server(
            Login, "127.0.0.1", 0, server_host_keys=[key], sftp_factory=Files, allow_scp=False
        )

    acceptor = loop.run_until_complete(start())
    server.port = acceptor.get_port()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:

        async def stop() -> None:
            acceptor.close()
            await asyncio.sleep(0)

        asyncio.run_coroutine_threadsafe(stop(), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
