"""A first look at a file: enough of it to say what it is."""

import zipfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

HEAD_BYTES = 64 * 1024
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How containers of Office programs before 2007 begin, and packages behind a password."""
_ZIPPED = (b"PK\x03\x04", b"PK\x05\x06")
"""How zipped files begin: with their first part, or with the end of an empty one."""
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Sample:
    """The first bytes of a file and, for a zipped file, the names of its parts."""

    path: Path
    head: bytes
    parts: frozenset[str] | None = None

    @classmethod
    def of(cls, path: Path) -> "Sample":
        """Look at a file.

        Raises:
            zipfile.BadZipFile: It begins like a zipped file and is damaged.
        """
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
        if not head.startswith(_ZIPPED):
            return cls(path, head)
        with zipfile.ZipFile(path) as archive:
            return cls(path, head, frozenset(archive.namelist()))

    @cached_property
    def text(self) -> str | None:
        """The head as text without BOM, undecodable bytes replaced; None when it is not text."""
        if self.head.startswith((b"\xff\xfe", b"\xfe\xff")):
            return self.head.decode("utf-16", errors="replace")
        if b"\x00" in self.head:
            return None
        return self.head.decode("utf-8-sig", errors="replace")

    @property
    def is_blank(self) -> bool:
        """Nothing but a BOM and white space in the head."""
        return not self.head or (self.text is not None and not self.text.strip("\ufeff \t\r\n\x0b\x0c\xa0"))


def contains(path: Path, words: tuple[bytes, ...]) -> bool:
    """Whether one of these byte strings is anywhere in a file."""
    overlap = max(map(len, words)) - 1
    tail = b""
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            if any(word in tail + block for word in words):
                return True
            tail = block[-overlap:]
    return False
