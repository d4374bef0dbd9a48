"""Safety of Office packages: what is looked at before a reader of spreadsheets may see one.

A reader inflates parts whole and holds every cell between the first and the last, so a file of a few
kilobytes can ask for tens of gigabytes. Everything here streams. It is the first of two defences: what it
overlooks meets the memory limit of the process.
"""

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from posixpath import join, normpath
from xml.etree import ElementTree

from lumbung.decode.limits import MIB, Limits, bound, in_bytes, in_numbers
from lumbung.decode.source import damage_is_a_fault, refuse
from lumbung.decode.text import clean

Errors = dict[int, dict[int, str]]
"""Error cells of a sheet: row number → column number → the error, such as `#DIV/0!`."""

_BLOCK = MIB


@dataclass(frozen=True)
class SheetFacts:
    """What is known of a sheet beside its cells."""

    errors: Errors = field(default_factory=dict)
    hidden_rows: frozenset[int] = frozenset()


_RATIO_FROM = 10 * MIB
_CELL_END_WITHIN = 8 * MIB
_DOCTYPE = b"<!DOCTYPE"
_UTF16_BEGINS = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
_BROKEN_XML = (ElementTree.ParseError, LookupError, ValueError)
"""What reading a part raises: one that is broken, that is not there, or whose encoding nobody knows."""
_PICTURES = (".svg", ".png", ".jpg", ".jpeg", ".gif", ".emf", ".wmf")
"""Parts that no reader of cells opens; drawings in XML begin with a DOCTYPE."""
_READABLE_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_RELATIONSHIP = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

_REFERENCE = re.compile(rb'<(?:\w+:)?c\b[^<>]*?\br\s*=\s*["\']([A-Za-z]{1,7})(\d{1,9})["\'][^<>]*(?<!/)>')
_ERROR_CELL = re.compile(
    rb'<(?:\w+:)?c\b([^<>]*\bt\s*=\s*["\']e["\'][^<>]*)>'
    rb"((?:[^<]|<(?!/?(?:\w+:)?c\b)){0,9000})</(?:\w+:)?c>"
)
_IS_ERROR = re.compile(rb'\bt\s*=\s*["\']e["\']')
_OWN_REFERENCE = re.compile(rb'\br\s*=\s*["\']([A-Za-z]{1,3})(\d{1,9})["\']')
_MAY_HIDE = re.compile(rb"\bhidden\s*=")
_ROW = re.compile(rb"<(?:\w+:)?row\b([^<>]*)>")
_ROW_NUMBER = re.compile(rb'\br\s*=\s*["\'](\d{1,9})["\']')
_HIDDEN = re.compile(rb'\bhidden\s*=\s*["\'](?:1|true)["\']')
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^<>]*>([^<>]{0,100})</")


def check_package(archive: zipfile.ZipFile, limits: Limits) -> None:
    """Inflate every part once, as a stream, and count; any of them may be named as a sheet's.

    Raises:
        DecodeError: `too_large` (parts, inflated bytes, ratio), `doctype_in_part`, `encrypted_file`,
            `unreadable_file` (damaged, or two parts of one name).
    """
    entries = archive.infolist()
    if len(entries) > limits.zip_entries:
        raise refuse("too_large", limit=bound("parts", in_numbers(limits.zip_entries)), reason="zip_entries")
    if len({entry.filename.casefold() for entry in entries}) < len(entries):
        raise refuse("unreadable_file", reason="damaged_zip")
    inflated = 0
    for entry in entries:
        if entry.flag_bits & 1:
            raise refuse("encrypted_file")
        if entry.compress_type not in _READABLE_COMPRESSIONS:
            raise refuse("unreadable_file", reason="compression")
        is_picture = entry.filename.lower().endswith(_PICTURES)
        size, tail = 0, b""
        for block in _blocks(archive, entry):
            is_utf16 = not size and block.startswith(_UTF16_BEGINS)
            if not is_picture and (is_utf16 or _DOCTYPE in tail + block):
                raise refuse("doctype_in_part")
            size += len(block)
            tail = block[-len(_DOCTYPE) + 1 :]
            is_bomb = size > _RATIO_FROM and size > limits.inflation_ratio * max(entry.compress_size, 1)
            if is_bomb or inflated + size > limits.inflated_bytes:
                limit = bound("inflated", in_bytes(limits.inflated_bytes))
                raise refuse("too_large", limit=limit, reason="inflated")
        inflated += size


def external_links(archive: zipfile.ZipFile) -> int:
    """How many other workbooks the formulas of this one refer to."""
    return sum(
        name.startswith("xl/externalLinks/") and name.endswith((".xml", ".bin"))
        for name in archive.namelist()
    )


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Which part holds which sheet, by the sheet's name.

    Raises:
        DecodeError: `unreadable_file`; also where sheets share a part, which would be read once for each.
    """
    try:
        workbook = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 - no DOCTYPE is in it
        targets = part_targets(archive, "xl/_rels/workbook.xml.rels")
    except _BROKEN_XML as error:
        raise refuse("unreadable_file", reason="workbook") from error
    return told_apart(
        [
            (item.get("name", ""), targets.get(item.get(_RELATIONSHIP, ""), _part_name("")))
            for item in workbook.iter()
            if item.tag.endswith("}sheet")
        ]
    )


def told_apart(sheets: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Which part holds which sheet; `unreadable_file` where two sheets share a name or a part."""
    names, parts = zip(*sheets, strict=True) if sheets else ((), ())
    if len(set(names)) < len(names) or len(set(parts)) < len(parts):
        raise refuse("unreadable_file", reason="workbook")
    return dict(sheets)


def part_targets(archive: zipfile.ZipFile, relations: str) -> dict[str, str]:
    """Which part a relation of the workbook leads to, by its identifier.

    Raises:
        DecodeError: `unreadable_file`.
    """
    try:
        items = ElementTree.fromstring(archive.read(relations))  # noqa: S314 - no DOCTYPE is in it
    except _BROKEN_XML as error:
        raise refuse("unreadable_file", reason="workbook") from error
    return {item.get("Id", ""): _part_name(item.get("Target", "")) for item in items}


def _part_name(target: str) -> str:
    return target[1:] if target.startswith("/") else normpath(join("xl", target))


def scan_sheet(archive: zipfile.ZipFile, part: str | None, name: str, limits: Limits) -> SheetFacts:
    """Find how far a sheet's cells lie apart and what a reader does not tell, without building the sheet.

    Returns:
        Its error cells and hidden rows.

    Raises:
        DecodeError: `too_large` when rows times columns between the outermost cells that hold something are
            beyond the limit, `unreadable_file`.
    """
    facts = SheetFacts()
    errors = facts.errors
    hidden: set[int] = set()
    rows: set[int] = set()
    columns: set[bytes] = set()
    if part is None or part not in archive.NameToInfo:
        raise refuse("unreadable_file", sheet=name, reason="workbook")
    for text in _whole_cells(_blocks(archive, archive.NameToInfo[part]), name):
        references = _REFERENCE.findall(text)
        columns.update(letters for letters, _ in references)
        rows.update(map(int, {digits for _, digits in references}))
        if rows and columns:
            rows = {min(rows), max(rows)}
            width = _span({column_number(letters.decode()) for letters in columns})
            if _span(rows) * width > limits.cells:
                raise refuse(
                    "too_large",
                    sheet=name,
                    limit=bound("cells", in_numbers(limits.cells)),
                    reason="far_apart",
                )
        if _IS_ERROR.search(text):
            _note_errors(text, errors)
        if _MAY_HIDE.search(text):
            hidden.update(int(number) for number in _hidden_rows(text))
    return SheetFacts(errors, frozenset(hidden))


def _hidden_rows(text: bytes) -> Iterator[bytes]:
    for attributes in _ROW.findall(text):
        number = _ROW_NUMBER.search(attributes)
        if number and _HIDDEN.search(attributes):
            yield number.group(1)


def _span(numbers: set[int]) -> int:
    return max(numbers) - min(numbers) + 1


def _note_errors(text: bytes, errors: Errors) -> None:
    for attributes, content in _ERROR_CELL.findall(text):
        reference, value = _OWN_REFERENCE.search(attributes), _VALUE.search(content)
        if reference:
            column = column_number(reference.group(1).decode())
            code = clean(value.group(1).decode("utf-8", errors="replace")) if value else "#ERROR"
            errors.setdefault(int(reference.group(2)), {})[column] = code


def _whole_cells(blocks: Iterator[bytes], name: str) -> Iterator[bytes]:
    """Pieces that end where a row ends, so that no cell lies across two of them."""
    kept = b""
    for block in blocks:
        kept += block
        cut = kept.rfind(b"row>")
        if cut >= 0:
            yield kept[: cut + 4]
            kept = kept[cut + 4 :]
        elif len(kept) > _CELL_END_WITHIN:
            raise refuse(
                "too_large", sheet=name, limit=bound("per_row", in_bytes(_CELL_END_WITHIN)), reason="row"
            )
    yield kept


def column_number(letters: str) -> int:
    """1 for A, 27 for AA."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """A for 1, AA for 27."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _blocks(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    with damage_is_a_fault(), archive.open(entry) as part:
        while block := part.read(_BLOCK):
            yield block
