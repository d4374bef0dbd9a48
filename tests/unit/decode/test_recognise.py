"""Formats are told by content."""

import io
import zipfile
from pathlib import Path

import pytest

from lumbung.decode.limits import Limits
from tests.unit.decode.builders import HEADER, ROW, codes, decode

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _zip(**parts: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "content",
    [b"", b"   \r\n\t\n", b"\xef\xbb\xbf", "\ufeff\n".encode("utf-16-le"), b" " * (3 << 20)],
    ids=["no bytes", "blanks", "mark only", "UTF-16", "3 MB of blanks"],
)
def test_nothing_but_blanks_is_an_empty_file(tmp_path: Path, content: bytes) -> None:
    assert codes(decode(tmp_path, content)) == ["empty_file"]


def test_text_after_many_blanks_is_not_empty(tmp_path: Path) -> None:
    content = b"\n" * 100_000 + f"{HEADER}\n{ROW}\n".encode()

    assert codes(decode(tmp_path, content)) == ["header_not_found"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "unknown_format"),
        (b"%PDF-1.7\n1 0 obj", "unknown_format"),
        (b"<html><table><tr><td>tanggal</td></tr></table></html>", "unknown_format"),
        (b"<?xml version='1.0'?><a/>", "unknown_format"),
        (b"tanggal;pasar\x00;x", "unknown_format"),
        (_OLE + bytes(600) + "Workbook".encode("utf-16-le"), "unknown_format"),
        (_OLE + bytes((1 << 20) - 12) + "EncryptedPackage".encode("utf-16-le") + bytes(99), "encrypted_file"),
        (_zip(a="b"), "unknown_format"),
        (_zip(**{"[Content_Types].xml": "<a/>", "word/document.xml": "<a/>"}), "unknown_format"),
        (_zip(**{"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), "unknown_format"),
        (b"PK\x03\x04" + bytes(50), "unreadable_file"),
    ],
    ids=["png", "pdf", "html", "xml", "binary", "xls", "encrypted", "zip", "docx", "ods", "damaged"],
)
def test_what_is_not_read_is_said_to_be_so(tmp_path: Path, content: bytes, code: str) -> None:
    outcome = decode(tmp_path, content)

    assert codes(outcome) == [code]
    assert outcome.table_path is None
    if code == "unknown_format":
        assert outcome.faults[0].context["formats"] == ".xlsx, .json, .csv"


def test_a_file_beyond_the_size_limit_is_not_opened(tmp_path: Path) -> None:
    outcome = decode(tmp_path, f"{HEADER}\n{ROW}\n" * 100, Limits(file_bytes=1000))

    assert codes(outcome) == ["too_large"]
    assert outcome.faults[0].context["limit"] == "1.000 byte"
