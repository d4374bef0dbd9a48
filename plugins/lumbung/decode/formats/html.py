"""Tables of web pages, which many programs save under the name of a workbook (.xls)."""

import codecs
import re
from collections.abc import Iterator
from typing import Any

from lumbung.decode.limits import MIB, bound, in_bytes, in_numbers
from lumbung.decode.sample import Sample
from lumbung.decode.source import Row, SheetRows, Source, refuse
from lumbung.decode.text import clean
from lumbung.values.cells import mark_number

NAME = "html"
EXTENSION = ".html"

_BEGINS = ("<html", "<!doctype html", "<table", "<head", "<body", "<meta", "<style", "<div", "<!--")
_DEEPEST, _LONGEST_TEXT = 256, 10 * MIB
"""The parser's own bounds: tables within tables, and the text of one cell."""
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([A-Za-z0-9_-]+)")
_UNSEEN = re.compile(rb"<!--.*?-->|<script\b.*?</script", re.DOTALL | re.IGNORECASE)
_PAGE_ENDS = re.compile(rb"</(body|html)\b[^<>]*>", re.IGNORECASE)
_TABLE_BEGINS, _TABLE_ENDS = re.compile(rb"<table\b", re.IGNORECASE), re.compile(rb"</table\b", re.IGNORECASE)


def matches(sample: Sample) -> bool:
    """Text that begins like a web page and has a table."""
    if sample.parts is not None or sample.text is None:
        return False
    text = sample.text.lstrip("\ufeff \t\r\n").lower()
    return text.startswith(_BEGINS) and ("<table" in text or len(sample.head) >= 64 * 1024)


def read(source: Source) -> Iterator[SheetRows]:
    """Every table as a sheet without a name, with one name each where there are several.

    Scripts, styles and links are not looked at; nothing is fetched.

    Raises:
        DecodeError: `unreadable_file`, `bad_encoding`, `too_many_sheets`, `too_large`.
    """
    root = _parsed(source)
    tables = [table for table in root.iter("table") if not _is_layout(table) and _own_rows(table)]
    if len(tables) > source.limits.sheets:
        raise refuse(
            "too_many_sheets",
            limit=in_numbers(source.limits.sheets),
            count=in_numbers(len(tables)),
        )
    if not tables:
        raise refuse("empty_file")
    left = source.limits.cells // 10
    for number, table in enumerate(tables, start=1):
        rows, merged = _laid_out(table, source, left)
        left -= sum((bottom - top + 1) * (right - at + 1) for top, at, bottom, right in merged)
        yield SheetRows(f"Tabel {number}" if len(tables) > 1 else "", iter(rows), merged=merged)


def _parsed(source: Source) -> Any:
    from lxml import etree

    content = source.path.read_bytes()
    source.encoding = _encoding(content)
    parser = etree.HTMLParser(
        encoding=source.encoding, no_network=True, remove_comments=True, remove_pis=True, huge_tree=False
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise refuse("unreadable_file", reason="html") from error
    if root is None:
        raise refuse("unreadable_file", reason="html")
    # The parser leaves out what is beyond its bounds and goes on: rows would be lost without a word.
    beyond = [error.message for error in parser.error_log if error.type_name == "ERR_RESOURCE_LIMIT"]
    if beyond:
        is_deep = "depth" in beyond[0]
        limit = bound("nested", str(_DEEPEST)) if is_deep else bound("per_cell", in_bytes(_LONGEST_TEXT))
        raise refuse("too_large", limit=limit, reason="html")
    if _is_cut_off(content):
        raise refuse("unreadable_file", reason="cut_off")
    return root


def _is_cut_off(content: bytes) -> bool:
    """Whether neither table nor page ends: a download that broke off, of which a parser reads what there is.

    A page that forgets the end of a table and has its own end is whole, as browsers see it too.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        content = content.decode("utf-16", errors="replace").encode()
    seen = _UNSEEN.sub(b"", content)
    begins = [match.end() for match in _TABLE_BEGINS.finditer(seen)]
    if len(begins) <= len(_TABLE_ENDS.findall(seen)):
        return False
    return _PAGE_ENDS.search(seen, begins[-1]) is None


def _encoding(content: bytes) -> str:
    """As the page's mark or its bytes say; what it declares only where the bytes allow both."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        declared = _CHARSET.search(content[:4096])
        name = declared.group(1).decode().lower() if declared else ""
        return name if name.startswith(("windows-125", "iso-8859-")) and _is_known(name) else "cp1252"
    return "utf-8"


def _is_known(encoding: str) -> bool:
    """Whether both Python and the parser of pages know an encoding."""
    from lxml import etree

    try:
        codecs.lookup(encoding)
        etree.HTMLParser(encoding=encoding)
    except LookupError:
        return False
    return True


def _is_layout(table: Any) -> bool:
    """Whether a table holds another in one of its cells: it only places what is inside."""
    return table.find(".//td//table") is not None or table.find(".//th//table") is not None


def _own_rows(table: Any) -> list[Any]:
    """The rows of a table, without those of a table that begins before this one was ended."""
    return [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]


def _laid_out(
    table: Any, source: Source, most: int
) -> tuple[list[Row], tuple[tuple[int, int, int, int], ...]]:
    """Rows of cells in their columns; what spans several stands in the first and is told as merged.

    Spans end with the table, as on the page; those of a file may not cover more than `most` cells.
    """
    rows: list[Row] = []
    merged: list[tuple[int, int, int, int]] = []
    taken: set[tuple[int, int]] = set()
    count = 0
    elements = _own_rows(table)
    for number, element in enumerate(elements, start=1):
        row: Row = []
        for cell in element:
            if cell.tag not in ("td", "th"):
                continue
            while (number, len(row) + 1) in taken:
                row.append("")
            down = min(_span(cell, "rowspan"), len(elements) - number + 1)
            across = _span(cell, "colspan")
            column = len(row) + 1
            if len(row) + across > source.limits.columns:
                limit = in_numbers(source.limits.columns)
                raise refuse("too_many_columns", limit=limit, count=len(row) + across)
            row.append(_cell(cell))
            row.extend([""] * (across - 1))
            if down > 1 or across > 1:
                merged.append((number, column, number + down - 1, column + across - 1))
                count += down * across
                if count > most:
                    raise refuse("too_large", limit=bound("cells", in_numbers(source.limits.cells // 10)))
                taken.update(
                    (number + below, column + beside) for below in range(1, down) for beside in range(across)
                )
        rows.append(row)
    return rows, tuple(merged)


def _span(cell: Any, attribute: str) -> int:
    text = str(cell.get(attribute) or "1").strip()
    return max(int(text[:12]), 1) if text.isascii() and text.isdecimal() else 1


def _cell(cell: Any) -> str:
    """The text a person sees; a number that Excel saved beside it (``x:num``) is that number."""
    exact = cell.get("x:num") or cell.get("num")
    if exact and _NUMBER.fullmatch(exact.strip()):
        return mark_number(float(exact))
    text = "".join(part for part in cell.itertext() if isinstance(part, str))
    return clean(" ".join(text.split()))
