"""Which format a file has, by its content: a file's extension is only what somebody called it."""

import zipfile
from pathlib import Path

from lumbung.decode.formats import FORMATS, Format
from lumbung.decode.outcome import DecodeError
from lumbung.decode.sample import Sample
from lumbung.decode.source import refuse

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_OTHER_MAGIC = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"%PDF", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
_MARKUP = ("<?xml", "<html", "<!doctype", "<table", "{\\rtf")
_BLOCK = 1 << 20


def recognise(path: Path, readable: tuple[str, ...]) -> Format:
    """The format of a file.

    Args:
        path: The file.
        readable: Names of the formats that the dataset takes.

    Raises:
        DecodeError: `empty_file`, `encrypted_file`, `macro_file`, `unreadable_file` (damaged) or
            `unknown_format`.
    """
    try:
        sample = Sample.of(path)
    except (zipfile.BadZipFile, OSError, EOFError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise refuse("unreadable_file", reason="damaged_zip") from error
    if sample.is_blank:
        if _is_blank_throughout(path):
            raise refuse("empty_file")
    elif sample.head.startswith(_OLE):
        raise _ole(path, readable)
    if sample.parts is not None and any(name.lower().endswith("vbaproject.bin") for name in sample.parts):
        raise refuse("macro_file")
    text = sample.text
    is_other = text is None and sample.parts is None
    if is_other or sample.head.startswith(_OTHER_MAGIC) or (text or "").lstrip().lower().startswith(_MARKUP):
        raise _unknown(readable)
    for candidate in FORMATS:
        if candidate.NAME in readable and candidate.matches(sample):
            return candidate
    raise _unknown(readable)


def _unknown(readable: tuple[str, ...], reason: str = "unknown") -> DecodeError:
    extensions = [item.EXTENSION for item in FORMATS if item.NAME in readable]
    return refuse("unknown_format", formats=", ".join(extensions), reason=reason)


def _ole(path: Path, readable: tuple[str, ...]) -> DecodeError:
    """An OLE container is a workbook behind a password, or the format of before 2007."""
    overlap = len(_ENCRYPTED_STREAM) - 1
    tail = b""
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            if _ENCRYPTED_STREAM in tail + block:
                return refuse("encrypted_file")
            tail = block[-overlap:]
    return _unknown(readable, reason="xls")


def _is_blank_throughout(path: Path) -> bool:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            if block.strip(b" \t\r\n\x0b\x0c\xa0\x00\xff\xfe\xef\xbb\xbf\xc2"):
                return False
    return True
