"""A private dovecot on loopback: one mailbox per office, filled with messages that carry files."""

import getpass
import grp
import imaplib
import json
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

PASSWORD = "rahasia-kantor"
_CONF = """
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_login_user = {user}
mail_location = maildir:{home}/mail/%u
mail_uid = {mail_user}
mail_gid = {mail_group}
first_valid_uid = 0
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = home={home}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


def message(subject: str, files: dict[str, bytes], sender: str) -> EmailMessage:
    """A message with files attached."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, "setoran@example.test", subject
    mail.set_content("Terlampir.")
    for name, content in files.items():
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail


@dataclass
class ImapServer:
    """A running server; a message's sender is ``<regency>@kantor.test`` unless given."""

    port: int

    def append(self, regency_code: str, mail: EmailMessage, arrived_at: datetime | None = None) -> None:
        """Put a message into an office's mailbox."""
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        client.login(regency_code, PASSWORD)
        when = imaplib.Time2Internaldate(arrived_at) if arrived_at else ""
        status, said = client.append("INBOX", "", when, mail.as_bytes())
        client.logout()
        assert status == "OK", said

    def connection_uri(self, regency_code: str, password: str = PASSWORD, **extra: object) -> str:
        """The value of ``AIRFLOW_CONN_…`` for an office."""
        said = {"senders": [f"{regency_code}@kantor.test"], "use_ssl": False, "answer_seconds": 5} | extra
        return json.dumps(
            {
                "conn_type": "imap",
                "host": "127.0.0.1",
                "port": self.port,
                "login": regency_code,
                "password": password,
                "extra": said,
            }
        )


@contextmanager
def imap_server(root: Path, arrived_at: datetime | None = None) -> Iterator[ImapServer]:
    """Serve ``<regency>/<dataset>/<file>`` as one message a file, its subject naming the dataset."""
    home = Path(tempfile.mkdtemp(prefix="imap-", dir="/tmp"))
    home.chmod(0o755)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    me = getpass.getuser()
    internal = mail_user = "nobody" if me == "root" else me  # dovecot opens no mailbox as root
    mail_group = grp.getgrgid(pwd.getpwnam(mail_user).pw_gid).gr_name
    (home / "mail").mkdir()
    shutil.chown(home / "mail", mail_user, mail_group)
    conf = home / "dovecot.conf"
    conf.write_text(
        _CONF.format(
            home=home, user=internal, mail_user=mail_user, mail_group=mail_group, password=PASSWORD, port=port
        )
    )
    process = subprocess.Popen(["/usr/sbin/dovecot", "-F", "-c", str(conf)])
    try:
        _await(port, home, process)
        server = ImapServer(port)
        for path in sorted(root.glob("*/*/*")):
            code, dataset, name = path.relative_to(root).parts
            mail = message(f"Setoran {dataset}", {name: path.read_bytes()}, f"{code}@kantor.test")
            server.append(code, mail, arrived_at)
        yield server
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(home, ignore_errors=True)


def _await(port: int, home: Path, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 15
    while time.monotonic() < until and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=2):
                return
        except OSError:
            time.sleep(0.05)
    log = home / "log"
    raise RuntimeError(f"dovecot did not start: {log.read_text() if log.exists() else process.returncode}")
