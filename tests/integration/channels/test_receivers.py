"""Answers arrive where the office looks for them, and are not read back as files of it."""

from pathlib import Path

import pytest

from lumbung.airflow.channels.receivers import receiver_of
from lumbung.airflow.channels.s3 import S3Channel
from lumbung.airflow.channels.sftp import SftpChannel
from lumbung.feedback.delivery import Parcel
from tests.integration.channels.errands import bring, errand
from tests.servers.s3 import s3_server
from tests.servers.sftp import sftp_server

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
