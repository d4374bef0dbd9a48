"""JSON: a list of flat records, an object that holds one under `data`, or objects nested in objects."""

import codecs
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from lumbung.decode.limits import bound, in_numbers
from lumbung.decode.outcome import DecodeError, shortened
from lumbung.decode.sample import Sample
from lumbung.decode.source import Row, SheetRows, Source, refuse
from lumbung.decode.text import clean
from lumbung.labels import label
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
        DecodeError: `unreadable_file` (not JSON), `uneven_nesting` (neither flat records nor levels of one
            depth), `duplicate_header` (a key twice in one record), `empty_file`, `bad_encoding`.
    """
    document = _parse(source)
    if isinstance(document, dict) and not isinstance(document, _Repeating):
        document = _inside(document)
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
            raise _uneven(_said("list", number=number, kind=_kind(record)), _said("records"))
        keys.update(dict.fromkeys(record))
        if len(keys) <= source.limits.columns and len(keys) * len(records) > source.limits.cells:
            limit = bound("cells", in_numbers(source.limits.cells))
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


def _inside(document: dict[str, Any]) -> Any:
    """What a file says without the words about it: its one list of records, or its `data`."""
    lists = [value for value in document.values() if isinstance(value, list) and value]
    objects = [value for value in document.values() if isinstance(value, dict)]
    if len(lists) == 1 and not objects and isinstance(lists[0][0], dict):
        return lists[0]
    inner = document.get(_RECORDS_KEY)
    return inner if isinstance(inner, dict) and inner and not lists and len(objects) == 1 else document


def _is_nested(document: Any) -> bool:
    """An object that holds objects, and not one that holds a list of records."""
    if not isinstance(document, dict) or isinstance(document.get(_RECORDS_KEY), list):
        return False
    return any(isinstance(value, dict) for value in document.values())


def _leaves(document: dict[str, Any]) -> tuple[list[Row], int]:
    """One row per leaf: the keys on the way to it, and the value; and the number of keys.

    Raises:
        DecodeError: `duplicate_header` (a key twice in one object), `uneven_nesting` (levels of different
            depth, a list among them, or deeper than any table has dimensions).
    """
    rows: list[Row] = []
    depths: Counter[int] = Counter()
    first: dict[int, list[str]] = {}

    def walk(node: Any, path: list[str]) -> None:
        if isinstance(node, _Repeating):
            raise refuse("duplicate_header", column_name=clean(node.key), columns=clean(node.key))
        if isinstance(node, dict) and len(path) < _DEEPEST:
            for key, value in node.items():
                walk(value, [*path, clean(key)])
            return
        if isinstance(node, dict | list):
            raise _uneven(_said("inner", path=_path(path), kind=_kind(node)), _said("value"))
        depths[len(path)] += 1
        first.setdefault(len(path), path)
        rows.append([*path, _cell(node)])

    walk(document, [])
    if not depths:
        raise refuse("empty_file")
    usual = depths.most_common(1)[0][0]
    odd = next((path for depth, path in first.items() if depth != usual), None)
    if odd is not None:
        raise _uneven(
            _said("depth", path=_path(odd), depth=len(odd)),
            _said("usual", path=_path(first[usual]), depth=usual),
        )
    return rows, usual


def _records(document: Any) -> list[Any]:
    found = document.get(_RECORDS_KEY) if isinstance(document, dict) else document
    if isinstance(found, list):
        return found
    if not document:
        raise refuse("empty_file")
    if isinstance(document, dict) and _RECORDS_KEY not in document:
        raise _uneven(_said("single"), _said("records"))
    raise _uneven(_said("top", kind=_kind(found)), _said("records"))


def _uneven(found: str, expected: str) -> DecodeError:
    return refuse("uneven_nesting", found=found, expected=expected)


def _said(key: str, **words: object) -> str:
    return label("json", key).format(**words)


def _kind(node: Any) -> str:
    """What a value is, in the words of offices."""
    if isinstance(node, dict):
        return label("json.kind.object")
    return label("json.kind.list" if isinstance(node, list) else "json.kind.value")


def _path(keys: list[str]) -> str:
    """The way to a value, the first letters of each key."""
    return shortened(" › ".join(key[:40] for key in keys))


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
