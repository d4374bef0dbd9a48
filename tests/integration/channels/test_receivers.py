"""Answers arrive where the office looks for them, and are not read back as files of it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from lumbung.airflow.channels.receivers import receiver_of
from lumbung.airflow.channels.s3 import S3Channel
from lumbung.airflow.channels.sftp import SftpChannel
from lumbung.feedback.delivery import Parcel, Receiver
from lumbung.intake.channels.base import ChannelError, Whose
from tests.integration.channels.errands import bring, errand
from tests.servers.s3 import s3_server
from tests.servers.sftp import sftp_server
from tests.servers.smtp import SmtpServer, smtp_server

VARIABLE = "AIRFLOW_CONN_KANTOR_3510"


def _parcel(folder: Path) -> Parcel:
    book = folder / "3510-SP-9f2c41d07a_harga.xlsx"
    book.write_bytes(b"buku")
    return Parcel("3510-SP-9f2c41d07a", "3510", "Jawaban", "Diterima.\n", (book,))


def test_sftp_gets_answers_twice_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "server" / "3510").mkdir(parents=True)
    with sftp_server(tmp_path / "server") as server:
        monkeypatch.setenv(VARIABLE, server.connection_uri("3510"))
        receiver = receiver_of([{"regency_code": "3510", "channel": "sftp", "connection_id": "kantor_3510"}])(
            "3510"
        )
        assert receiver is not None
        for _ in range(2):
            receiver.deliver("3510", _parcel(tmp_path))
        receiver.close()
        receiver.deliver("3510", _parcel(tmp_path))
        receiver.close()
        folder = tmp_path / "server/3510/umpan_balik"
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
            "3510-SP-9f2c41d07a_harga.xlsx": b"buku",
            "3510-SP-9f2c41d07a_harga.txt": b"Diterima.\n",
        }
        assert bring(SftpChannel("kantor_3510"), errand(tmp_path / "one")) == ([], [])


def test_s3_gets_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with s3_server(tmp_path / "nothing") as server:
        monkeypatch.setenv(VARIABLE, server.connection_uri("3510"))
        receiver = receiver_of([{"regency_code": "3510", "channel": "s3", "connection_id": "kantor_3510"}])(
            "3510"
        )
        assert receiver is not None
        receiver.deliver("3510", _parcel(tmp_path))
        listed = server.client.list_objects_v2(Bucket=server.bucket)["Contents"]
        assert [entry["Key"] for entry in listed] == [
            "kantor/3510/umpan_balik/3510-SP-9f2c41d07a_harga.txt",
            "kantor/3510/umpan_balik/3510-SP-9f2c41d07a_harga.xlsx",
        ]
        assert bring(S3Channel("kantor_3510"), errand(tmp_path / "one")) == ([], [])


def test_a_folder_receives_nothing() -> None:
    assert receiver_of([{"regency_code": "3510", "channel": "folder", "connection_id": None}])("3510") is None


@pytest.fixture
def mail(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[SmtpServer, Receiver]]:
    """A mail server, and the receiver of an office that is written to through it."""
    with smtp_server() as server:
        extra = {"smtp_connection_id": "surat_keluar", "address": "pangan@kantor.test"}
        monkeypatch.setenv(VARIABLE, json.dumps({"conn_type": "imap", "host": "127.0.0.1", "extra": extra}))
        monkeypatch.setenv("AIRFLOW_CONN_SURAT_KELUAR", server.connection_uri())
        receiver = receiver_of([{"regency_code": "3510", "channel": "imap", "connection_id": "kantor_3510"}])(
            "3510"
        )
        assert receiver is not None
        yield server, receiver


def test_a_mailbox_gets_the_letter_with_the_workbook(
    mail: tuple[SmtpServer, Receiver], tmp_path: Path
) -> None:
    server, receiver = mail
    for _ in range(2):
        receiver.deliver("3510", _parcel(tmp_path))
    first, again = server.sent_to("pangan@kantor.test")
    assert first["Subject"] == "Jawaban"
    assert first["Auto-Submitted"] == "auto-generated"
    letter, book = first.get_payload()
    assert "Diterima." in letter.get_content()
    assert (book.get_filename(), book.get_content()) == ("3510-SP-9f2c41d07a_harga.xlsx", b"buku")
    assert first["Message-ID"] == again["Message-ID"], "a mail server can tell that it has this one"


def test_mail_is_not_sent_again_when_the_answer_to_it_is_lost(
    mail: tuple[SmtpServer, Receiver], tmp_path: Path
) -> None:
    server, receiver = mail
    server.is_mute = True
    with pytest.raises(ChannelError) as caught:
        receiver.deliver("3510", _parcel(tmp_path))
    assert caught.value.whose is Whose.LINE
    assert len(server.messages) == 1


def test_a_mail_server_that_is_busy_is_the_line_and_a_wrong_address_is_theirs(
    mail: tuple[SmtpServer, Receiver], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, receiver = mail
    server.is_busy = True
    with pytest.raises(ChannelError) as caught:
        receiver.deliver("3510", _parcel(tmp_path))
    assert caught.value.whose is Whose.LINE
    server.is_busy = False
    extra = {"smtp_connection_id": "surat_keluar", "address": "nobody@kantor.test"}
    monkeypatch.setenv(VARIABLE, json.dumps({"conn_type": "imap", "host": "127.0.0.1", "extra": extra}))
    with pytest.raises(ChannelError) as caught:
        receiver.deliver("3510", _parcel(tmp_path))
    assert caught.value.whose is Whose.THEIRS
    assert server.messages == []
