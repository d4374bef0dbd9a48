"""Tables of web pages, which many programs save under the name of a workbook (.xls)."""

import re
from collections.abc import Iterator
from typing import Any

from lumbung.decode.limits import in_numbers
from lumbung.decode.sample import Sample
from lumbung.decode.source import Row, SheetRows, Source, refuse
from lumbung.decode.text import clean
from lumbung.values.cells import mark_number

NAME = "html"
EXTENSION = ".html"

_BEGINS = ("<html", "<!doctype html", "<table", "<head", "<body", "<meta", "<style", "<div", "<!--")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([A-Za-z0-9_-]+)")
_SPAN_AT_MOST = 10_000


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
    tables = [table for table in root.iter("table") if table.find(".//tr") is not None]
    tables = [table for table in tables if not any(True for _ in _inner_tables(table))]
    if len(tables) > source.limits.sheets:
        raise refuse(
            "too_many_sheets",
            limit=in_numbers(source.limits.sheets),
            count=in_numbers(len(tables)),
        )
    if not tables:
        raise refuse("empty_file")
    for number, table in enumerate(tables, start=1):
        rows, merged = _laid_out(table, source)
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
    return root


def _encoding(content: bytes) -> str:
    """As the page's mark or its bytes say; what it declares only where the bytes allow both."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        declared = _CHARSET.search(content[:4096])
        name = declared.group(1).decode().lower() if declared else ""
        return name if name.startswith(("windows-", "iso-8859")) else "cp1252"
    return "utf-8"


def _inner_tables(table: Any) -> Iterator[Any]:
    yield from table.iterfind(".//table")


def _laid_out(table: Any, source: Source) -> tuple[list[Row], tuple[tuple[int, int, int, int], ...]]:
    """Rows of cells in their columns; what spans several stands in the first and is told as merged."""
    rows: list[Row] = []
    merged: list[tuple[int, int, int, int]] = []
    taken: set[tuple[int, int]] = set()
    count = 0
    for number, element in enumerate(table.iter("tr"), start=1):
        row: Row = []
        for cell in element:
            if cell.tag not in ("td", "th"):
                continue
            while (number, len(row) + 1) in taken:
                row.append("")
            down, across = _span(cell, "rowspan"), _span(cell, "colspan")
            column = len(row) + 1
            if len(row) + across > source.limits.columns:
                limit = in_numbers(source.limits.columns)
                raise refuse("too_many_columns", limit=limit, count=len(row) + across)
            row.append(_cell(cell))
            row.extend([""] * (across - 1))
            if down > 1 or across > 1:
                merged.append((number, column, number + down - 1, column + across - 1))
                count += down * across
                if count > source.limits.cells // 10:
                    raise refuse("too_large", limit=f"{in_numbers(source.limits.cells // 10)} sel")
                taken.update(
                    (number + below, column + beside) for below in range(1, down) for beside in range(across)
                )
        rows.append(row)
    return rows, tuple(merged)


def _span(cell: Any, attribute: str) -> int:
    text = str(cell.get(attribute) or "1").strip()
    return min(max(int(text), 1), _SPAN_AT_MOST) if text.isdecimal() and len(text) < 8 else 1


def _cell(cell: Any) -> str:
    """The text a person sees; a number that Excel saved beside it (``x:num``) is that number."""
    exact = cell.get("x:num") or cell.get("num")
    if exact and _NUMBER.fullmatch(exact.strip()):
        return mark_number(float(exact))
    text = "".join(part for part in cell.itertext() if isinstance(part, str))
    return clean(" ".join(text.split()))
