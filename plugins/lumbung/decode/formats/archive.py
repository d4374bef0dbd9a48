"""Archives (.zip) of an office's files: every file in it is read as if it had come alone."""

import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from lumbung.decode.limits import bound, in_bytes, in_numbers
from lumbung.decode.outcome import DecodeError
from lumbung.decode.sample import Sample
from lumbung.decode.source import SheetRows, Source, damage_is_a_fault, refuse
from lumbung.decode.text import clean

NAME = "zip"
EXTENSION = ".zip"

BETWEEN = " › "
"""Stands between the name of a file in the archive and that of its sheet."""

_BLOCK = 1 << 20
_OF_PROGRAMS = ("__macosx/", ".ds_store", "thumbs.db", "desktop.ini")
_PASSED_OVER = ("~$", ".")


def matches(sample: Sample) -> bool:
    """A zipped file that is no package of an Office program."""
    return sample.parts is not None and not sample.parts & {"[Content_Types].xml", "content.xml"}


def read(source: Source) -> Iterator[SheetRows]:
    """The sheets of all files in the archive, named after file and sheet.

    Raises:
        DecodeError: `empty_file`, `nested_archive`, `unsafe_archive` (names that lead elsewhere, too many
            files), `encrypted_file`, `too_large`, `archive_member` (a file that cannot be read).
    """
    with zipfile.ZipFile(source.path) as archive:
        for entry in archive.infolist():
            _check_name(entry.filename)
        members = [entry for entry in archive.infolist() if not _is_passed_over(entry)]
        if not members:
            raise refuse("empty_file")
        if len(members) > source.limits.archive_members:
            raise refuse("unsafe_archive", member=bound("files", in_numbers(len(members))))
        names: set[str] = set()
        for entry in members:
            if entry.flag_bits & 1:
                raise refuse("encrypted_file")
            if entry.filename.casefold() in names:
                raise refuse("unsafe_archive", member=_shown(entry.filename))
            names.add(entry.filename.casefold())
        left = source.limits.inflated_bytes
        for entry in members:
            with tempfile.NamedTemporaryFile() as copy:
                left -= _extract(archive, entry, Path(copy.name), source, left)
                yield from _member(entry, Path(copy.name), source)


def _member(entry: zipfile.ZipInfo, path: Path, source: Source) -> Iterator[SheetRows]:
    name = _shown(entry.filename)
    try:
        if source.recognise is None:
            raise refuse("nested_archive")
        chosen = source.recognise(path)
        if chosen.NAME == NAME:
            raise refuse("nested_archive")
        own = replace(source, path=path, noted=source.noted)
        with damage_is_a_fault():
            for sheet in chosen.read(own):
                sheet.name = f"{name}{BETWEEN}{sheet.name}" if sheet.name else name
                yield sheet
    except DecodeError as error:
        if error.fault.code in ("nested_archive", "macro_file", "encrypted_file"):
            raise
        raise refuse("archive_member", member=name, reason=error.fault.code) from error


def _is_passed_over(entry: zipfile.ZipInfo) -> bool:
    lowered = entry.filename.lower()
    name = PurePosixPath(lowered).name
    return (
        entry.is_dir()
        or lowered.startswith(_OF_PROGRAMS)
        or name in _OF_PROGRAMS
        or name.startswith(_PASSED_OVER)
    )


def _check_name(name: str) -> None:
    """Names are never used as paths; one that leads elsewhere says that nobody made this in good faith."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if ".." in parts or name.startswith(("/", "\\")) or ":" in name or len(name) > 255:
        raise refuse("unsafe_archive", member=_shown(name)[:100])


def _shown(name: str) -> str:
    """A member's name in one line."""
    return " ".join(clean(name).split())


def _extract(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path, source: Source, left: int) -> int:
    """Write a member's bytes, at most as many as are left; how many there were."""
    most = min(left, source.limits.file_bytes)
    size = 0
    try:
        with damage_is_a_fault(), archive.open(entry) as member, path.open("wb") as copy:
            while block := member.read(_BLOCK):
                size += len(block)
                if size > most:
                    limit = bound("inflated", in_bytes(source.limits.inflated_bytes))
                    raise refuse("too_large", limit=limit, reason="inflated")
                copy.write(block)
    except DecodeError as error:
        if error.fault.code == "too_large":
            raise
        raise refuse("archive_member", member=_shown(entry.filename), reason="damaged_zip") from error
    return size
