"""JSON: a list of flat records, an object that holds one under `data`, or objects nested in objects."""

import codecs
import json
from collections.abc import Iterator
from typing import Any

from lumbung.decode.limits import in_numbers
from lumbung.decode.sample import Sample
from lumbung.decode.source import Row, SheetRows, Source, refuse
from lumbung.decode.text import clean
from lumbung.values.cells import mark_boolean, mark_error, mark_number

NAME = "json"
EXTENSION = ".json"

_RECORDS_KEY = "data"
_DEEPEST = 8
_EXACT_DIGITS = 15
"""Digits of a whole number that a 64-bit float holds; a longer one stays as written."""


def matches(sample: Sample) -> bool:
    """Begins like a JSON object or a list of records or lists; a title such as `[Laporan]` does not."""
    begin = "".join((sample.text or "")[:4096].split())[:2]
    return begin in ("[{", "[[", "[]", "[", '{"', "{}", "{")


def read(source: Source) -> Iterator[SheetRows]:
    """One sheet without a name: row 0 holds the keys of all records, row n the n-th record.

    Raises:
        DecodeError: `unreadable_file` (not JSON, or not flat records), `duplicate_header` (a key twice in one
            record), `bad_encoding`.
    """
    document = _parse(source)
    if _is_nested(document):
        leaves, depth = _leaves(document)
        yield SheetRows("", iter(leaves), notes={"nested_depth": depth})
        return
    records = _records(document)
    keys: dict[str, None] = {}
    for number, record in enumerate(records, start=1):
        if isinstance(record, _Repeating):
            raise refuse(
                "duplicate_header",
                row_number=number,
                column_name=clean(record.key),
                columns=clean(record.key),
            )
        if not isinstance(record, dict):
            raise refuse("unreadable_file", row_number=number, reason="not_a_record")
        keys.update(dict.fromkeys(record))
        if len(keys) <= source.limits.columns and len(keys) * len(records) > source.limits.cells:
            limit = f"{in_numbers(source.limits.cells)} sel"
            raise refuse("too_large", limit=limit, reason="different_keys")
    yield SheetRows("", _rows(list(keys), records), first_row=0)


class _Repeating(dict[str, Any]):
    """An object in which a key stood twice: the second value would silently replace the first."""

    key: str


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) == len(pairs):
        return content
    seen: set[str] = set()
    repeating = _Repeating(content)
    repeating.key = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
    return repeating


class _NotANumber(str):
    """`NaN` or `Infinity`, which JSON does not have; kept apart so that it is held and never a price."""


def _whole_number(written: str) -> int | str:
    return int(written) if len(written) <= _EXACT_DIGITS else written


def _parse(source: Source) -> Any:
    content = source.path.read_bytes()
    utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if utf16 else ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        source.encoding = encoding
        break
    else:
        raise refuse("bad_encoding")
    try:
        return json.loads(
            text, object_pairs_hook=_object, parse_constant=_NotANumber, parse_int=_whole_number
        )
    except json.JSONDecodeError as error:
        raise refuse("unreadable_file", row_number=error.lineno, reason="not_json") from error
    except (RecursionError, ValueError) as error:
        raise refuse("unreadable_file", reason="not_json") from error


def _is_nested(document: Any) -> bool:
    """An object of objects all the way down, and not one that holds a list of records."""
    if not isinstance(document, dict) or isinstance(document.get(_RECORDS_KEY), list) or not document:
        return False
    return all(isinstance(value, dict) for value in document.values())


def _leaves(document: dict[str, Any]) -> tuple[list[Row], int]:
    """One row per leaf: the keys on the way to it, and the value; and the number of keys.

    Raises:
        DecodeError: `duplicate_header` (a key twice in one object), `unreadable_file` (levels of different
            depth, or deeper than any table has dimensions).
    """
    rows: list[Row] = []
    depths: set[int] = set()

    def walk(node: Any, path: list[str]) -> None:
        if isinstance(node, _Repeating):
            raise refuse("duplicate_header", column_name=clean(node.key), columns=clean(node.key))
        if isinstance(node, dict) and len(path) < _DEEPEST:
            for key, value in node.items():
                walk(value, [*path, clean(key)])
            return
        depths.add(len(path))
        rows.append([*path, _cell(node)])

    walk(document, [])
    if len(depths) != 1:
        raise refuse("unreadable_file", reason="uneven_depth")
    return rows, depths.pop()


def _records(document: Any) -> list[Any]:
    found = document.get(_RECORDS_KEY) if isinstance(document, dict) else document
    if not isinstance(found, list):
        raise refuse("unreadable_file", reason="no_records")
    return found


def _rows(keys: list[str], records: list[Any]) -> Iterator[Row]:
    yield [clean(key) for key in keys]
    for record in records:
        yield [_cell(record.get(key)) for key in keys]


def _cell(value: Any) -> str:
    """The value as a cell. A list or an object in a cell cannot be read and is marked as an error."""
    if value is None:
        return ""
    if isinstance(value, _NotANumber):
        return mark_error(value)
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, bool):
        return mark_boolean(value)
    if isinstance(value, int | float):
        return mark_number(value)
    return mark_error("[…]" if isinstance(value, list) else "{…}")
