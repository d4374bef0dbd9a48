"""Which format a file has, by its content: a file's extension is only what somebody called it."""

import errno
import zipfile
from pathlib import Path

from lumbung.decode.formats import FORMATS, Format
from lumbung.decode.outcome import DecodeError
from lumbung.decode.sample import OLE, Sample, contains
from lumbung.decode.source import refuse

_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_OTHER_MAGIC = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"%PDF", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
_OTHER_MARKUP = ("<?xml", "{\\rtf", "mime-version:")
_BLOCK = 1 << 20


def recognise_in_archive(path: Path) -> Format:
    """The format of a file inside an archive, whatever the dataset takes."""
    return recognise(path, tuple(item.NAME for item in FORMATS))


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
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError) as error:
        if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
            raise
        raise refuse("unreadable_file", reason="damaged_zip") from error
    if sample.is_blank:
        if _is_blank_throughout(path):
            raise refuse("empty_file")
    elif sample.head.startswith(OLE) and contains(path, (_ENCRYPTED_STREAM,)):
        raise refuse("encrypted_file")
    if sample.parts is not None and any(name.lower().endswith("vbaproject.bin") for name in sample.parts):
        raise refuse("macro_file")
    text = (sample.text or "").lstrip("\ufeff \t\r\n").lower()
    if sample.head.startswith(_OTHER_MAGIC) or text.startswith(_OTHER_MARKUP):
        raise _unknown(readable)
    if sample.head.startswith(OLE) and _lacks_its_directory(path, sample.head):
        raise refuse("unreadable_file", reason="cut_off")
    for candidate in FORMATS:
        if candidate.NAME in readable and candidate.matches(sample):
            return candidate
    raise _unknown(readable)


def _unknown(readable: tuple[str, ...], reason: str = "unknown") -> DecodeError:
    extensions = [item.EXTENSION for item in FORMATS if item.NAME in readable]
    return refuse("unknown_format", formats=", ".join(extensions), reason=reason)


def _lacks_its_directory(path: Path, head: bytes) -> bool:
    """Whether an OLE container ends before the list of what is in it; [MS-CFB] 2.2 describes its header."""
    sector = 1 << min(int.from_bytes(head[30:32], "little"), 20)
    return (int.from_bytes(head[48:52], "little") + 1) * sector >= path.stat().st_size


def _is_blank_throughout(path: Path) -> bool:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            if block.strip(b" \t\r\n\x0b\x0c\xa0\x00\xff\xfe\xef\xbb\xbf\xc2"):
                return False
    return True
