"""The mailbox channel against a real IMAP server; every failure says whose side must act."""

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from lumbung.airflow.channels.imap import ImapChannel
from lumbung.intake.channels.base import Whose
from tests.integration.channels.errands import bring, errand, fails, marks
from tests.servers.imap import ImapServer, imap_server, message

VARIABLE = "AIRFLOW_CONN_KANTOR_3510"
CHANNEL = ImapChannel("kantor_3510")
OFFICE = "3510@kantor.test"
DAY = datetime(2026, 6, 25, 3, 0, tzinfo=UTC)
_numbers = iter(range(100))


@pytest.fixture(scope="module")
def _running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImapServer]:
    with imap_server(tmp_path_factory.mktemp("nothing")) as running:
        yield running


@pytest.fixture
def server(_running: ImapServer, monkeypatch: pytest.MonkeyPatch) -> tuple[ImapServer, str]:
    """The server and a mailbox of this test's own."""
    user = f"kotak{next(_numbers)}"
    monkeypatch.setenv(VARIABLE, _running.connection_uri(user, senders=[OFFICE]))
    return _running, user


def test_attachments_come_once(server: tuple[ImapServer, str], tmp_path: Path) -> None:
    running, user = server
    files = {"staple_prices é.csv": b"harga\n", "stok.csv": b"stok\n"}
    running.append(user, message("staple_stocks pekan 25", files, f"Kantor <{OFFICE.upper()}>"), DAY)
    came, notices = bring(CHANNEL, errand(tmp_path / "one"))
    assert notices == []
    assert [(item.dataset, item.source_name, item.path.read_bytes()) for item in came] == [
        ("staple_prices", "staple_prices é.csv", b"harga\n"),
        ("staple_stocks", "stok.csv", b"stok\n"),
    ]
    assert came[0].arrived_at == DAY
    assert bring(CHANNEL, errand(tmp_path / "two", marks(came))) == ([], [])
    half, _ = bring(CHANNEL, errand(tmp_path / "three", marks(came[:1])))
    assert len(half) == 2, "a message is taken again until all of it was taken"


def test_two_hundred_attachments_all_come(server: tuple[ImapServer, str], tmp_path: Path) -> None:
    running, user = server
    files = {f"staple_prices {number}.csv": b"harga %d" % number for number in range(200)}
    running.append(user, message("banyak", files, OFFICE), DAY)
    came, notices = bring(CHANNEL, errand(tmp_path / "one"))
    assert notices == []
    assert [item.source_name for item in came] == list(files)
    assert bring(CHANNEL, errand(tmp_path / "two", marks(came))) == ([], [])


def test_a_message_of_too_many_parts_is_told_and_not_taken_in_part(
    server: tuple[ImapServer, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running, user = server
    monkeypatch.setattr("lumbung.airflow.channels.attachments._PARTS", 3)
    files = {"staple_prices a.csv": b"a", "staple_prices b.csv": b"b"}
    running.append(user, message("banyak", files, OFFICE), DAY)
    came, notices = bring(CHANNEL, errand(tmp_path / "one"))
    assert came == []
    assert "too many parts" in notices[0]


def test_strangers_are_left_and_named_masked(server: tuple[ImapServer, str], tmp_path: Path) -> None:
    running, user = server
    for sender in ("budi@lain.test", f"{OFFICE}, budi@lain.test"):
        running.append(user, message("staple_prices", {"a.csv": b"x"}, sender), DAY)
    came, notices = bring(CHANNEL, errand(tmp_path / "one"))
    assert came == []
    assert len(notices) == 2
    assert "b***@lain.test" in " ".join(notices)
    assert "budi" not in " ".join(notices)


def test_mail_of_an_office_that_shares_the_mailbox_is_no_strangers(
    server: tuple[ImapServer, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running, user = server
    neighbour, elsewhere = "3511@kantor.test", "3512@kantor.test"
    monkeypatch.setenv("AIRFLOW_CONN_KANTOR_3511", running.connection_uri(user, senders=[neighbour.upper()]))
    monkeypatch.setenv("AIRFLOW_CONN_KANTOR_3512", running.connection_uri("lain", senders=[elsewhere]))
    monkeypatch.setenv("LUMBUNG_HOME", str(tmp_path))
    lines = ["regency_code,channel,connection_id"]
    lines += [f"{code},imap,kantor_{code}" for code in ("3510", "3511", "3512", "3513")]
    (tmp_path / "channels.csv").write_text("\n".join(lines))
    for sender in (neighbour, elsewhere):
        running.append(user, message("staple_prices", {"a.csv": b"x"}, sender), DAY)
    came, notices = bring(CHANNEL, errand(tmp_path / "one"))
    assert came == []
    assert notices == ["3510: 1 messages from 3***@kantor.test, no sender of this office"]


def test_old_and_ambiguous_messages_are_not_taken(server: tuple[ImapServer, str], tmp_path: Path) -> None:
    running, user = server
    running.append(user, message("staple_prices", {"a.csv": b"x"}, OFFICE), datetime(2026, 5, 1, tzinfo=UTC))
    running.append(user, message("staple_prices staple_stocks", {"b.csv": b"x"}, OFFICE), DAY)
    came, notices = bring(CHANNEL, errand(tmp_path / "one"))
    assert came == []
    assert "names one dataset" in notices[0]


def test_names_forwards_and_pictures(server: tuple[ImapServer, str], tmp_path: Path) -> None:
    running, user = server
    inner = message("Fwd", {"../../etc/harga.csv": b"dalam\n", "x" * 300 + ".csv": b"panjang\n"}, "a@b.test")
    outer = EmailMessage()
    outer["From"], outer["Subject"] = OFFICE, "Laporan staple_prices"
    outer.set_content("Lihat lampiran.")
    outer.add_attachment(inner)
    outer.add_attachment(b"png", maintype="image", subtype="png", disposition="inline", filename="logo.png")
    running.append(user, outer, DAY)
    came, _ = bring(CHANNEL, errand(tmp_path / "one"))
    assert [item.source_name for item in came] == ["harga.csv", "x" * 300 + ".csv"]
    assert all(item.path.parent == tmp_path / "one" for item in came)


def test_wrong_password_and_mailbox_are_ours(
    server: tuple[ImapServer, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running, user = server
    monkeypatch.setenv(VARIABLE, running.connection_uri(user, mailbox="Tidak Ada"))
    fails(CHANNEL, errand(tmp_path / "one"), Whose.OURS, "no mailbox")
    monkeypatch.setenv(VARIABLE, running.connection_uri(user, senders=[]))
    fails(CHANNEL, errand(tmp_path / "two"), Whose.OURS, "senders")
    monkeypatch.setenv(VARIABLE, running.connection_uri(user, password="salah"))
    fails(CHANNEL, errand(tmp_path / "three"), Whose.OURS, "password is refused")


def test_nobody_there_silence_and_breaking_off_are_the_lines_fault(
    server: tuple[ImapServer, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as quiet:
        quiet.bind(("127.0.0.1", 0))
        dead = ImapServer(quiet.getsockname()[1])
        monkeypatch.setenv(VARIABLE, dead.connection_uri("3510"))
        fails(CHANNEL, errand(tmp_path / "one"), Whose.LINE, "did not answer")
        quiet.listen()
        monkeypatch.setenv(VARIABLE, dead.connection_uri("3510", answer_seconds=0.5))
        fails(CHANNEL, errand(tmp_path / "two"), Whose.LINE, "did not answer")


def test_a_message_cut_off_is_the_lines_fault(
    server: tuple[ImapServer, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running, user = server
    running.append(user, message("staple_prices", {"a.csv": b"a\n"}, OFFICE), DAY)
    running.append(user, message("staple_prices", {"b.csv": b"b" * 200_000}, OFFICE), DAY)
    with _cutting(running.port, 20_000) as port:
        monkeypatch.setenv(VARIABLE, ImapServer(port).connection_uri(user, senders=[OFFICE]))
        came = fails(CHANNEL, errand(tmp_path / "one"), Whose.LINE)
    assert [item.source_name for item in came] == ["a.csv"], "what came before stands"


class _cutting:  # noqa: N801 - used as a context manager
    """Hands on what a server says until a number of bytes, then breaks off."""

    def __init__(self, port: int, most: int) -> None:
        self._port, self._most = port, most
        self._listener = socket.create_server(("127.0.0.1", 0))

    def __enter__(self) -> int:
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        port: int = self._listener.getsockname()[1]
        return port

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        self._thread.join(10)

    def _run(self) -> None:
        client, _ = self._listener.accept()
        server = socket.create_connection(("127.0.0.1", self._port))
        asking = threading.Thread(target=self._hand, args=(client, server), daemon=True)
        asking.start()
        left = self._most
        while left > 0 and (piece := server.recv(min(left, 4096))):
            client.sendall(piece)
            left -= len(piece)
        client.shutdown(socket.SHUT_RDWR)
        server.close()
        client.close()

    @staticmethod
    def _hand(client: socket.socket, server: socket.socket) -> None:
        try:
            while piece := client.recv(4096):
                server.sendall(piece)
        except OSError:
            return
