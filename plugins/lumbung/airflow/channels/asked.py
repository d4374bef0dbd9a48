"""What to ask an HTTP server for, as the connection's extra says."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import PurePosixPath
from typing import Any

from lumbung.airflow.channels.connections import Place
from lumbung.intake.channels.base import ChannelError

_DAYS = 7
_DAYS_AT_MOST = 92
_PAGES = 200
_PAGES_AT_MOST = 2_000
_KINDS = ("page", "offset", "next_link")
_KEYS = {"path", "params", "paging", "days", "date_format", "name", "html"}
_ENDINGS = {".json", ".csv", ".tsv", ".txt", ".xlsx", ".xls", ".xlsb", ".ods", ".zip", ".html", ".htm"}


@dataclass(frozen=True)
class Paging:
    """How an answer goes on.

    Attributes:
        kind: ``page`` (a number that counts up), ``offset`` (rows to pass over) or ``next_link``.
        param: Query parameter of the number.
        first: Its first value.
        size: Rows per page; 0 = not known (then an empty page is the end).
        size_param: Query parameter that asks for `size` rows; empty = none.
        link: Where the next address stands, as keys joined by dots; else in the ``Link`` header.
        rows: Where the rows stand, as keys joined by dots; empty = the answer itself or its ``data``.
        most: Pages to read at most.
    """

    kind: str
    param: str
    first: int
    size: int
    size_param: str
    link: str
    rows: str
    most: int


@dataclass(frozen=True)
class Asked:
    """One answer to ask for; `stem` names what it is about, the same night after night."""

    dataset: str
    path: str
    params: Mapping[str, str]
    stem: str
    ending: str
    paging: Paging | None
    is_html: bool


def asked_of(place: Place, business_date: date) -> list[Asked]:
    """Everything that a connection's ``datasets`` asks for.

    Each dataset has a path, or an object with ``path``, ``params``, ``paging`` (see `Paging`; its ``pages``
    bounds their number), ``days`` (how many to pull again; default 7), ``date_format`` (default
    ``%Y-%m-%d``), ``name`` (of the file; default: the path's last part) and ``html`` (true: a page with
    tables is meant). ``{from}``, ``{to}``, ``{year}`` and ``{month}`` in path and params stand for the days
    up to the business date; with ``{date}`` each of these days is asked for by itself.

    Raises:
        ChannelError: The extra says something else: ours to mend.
    """
    datasets = place.extra.get("datasets")
    if not isinstance(datasets, dict) or not datasets:
        raise place.wrong(
            "its extra lists no `datasets`",
            'Give the extra e.g. {"datasets": {"staple_prices": {"path": "/api/harga"}}}.',
        )
    return [
        asked
        for dataset, said in datasets.items()
        for asked in _asked(place, dataset, {"path": said} if isinstance(said, str) else said, business_date)
    ]


def _asked(place: Place, dataset: str, said: Any, business_date: date) -> Iterator[Asked]:
    if not isinstance(said, dict) or not isinstance(said.get("path"), str) or not said["path"]:
        raise _wrong(place, dataset, "path")
    unknown = set(said) - _KEYS
    if unknown:
        raise _wrong(place, dataset, ", ".join(sorted(map(str, unknown))))
    params = said.get("params", {})
    if not isinstance(params, dict) or not all(isinstance(value, str | int) for value in params.values()):
        raise _wrong(place, dataset, "params")
    days = _whole(place, dataset, said, "days", _DAYS, 1, _DAYS_AT_MOST)
    shape = said.get("date_format", "%Y-%m-%d")
    name = said.get("name") or PurePosixPath(said["path"].partition("?")[0]).name.partition("{")[0] or dataset
    if (
        not isinstance(shape, str)
        or not isinstance(name, str)
        or not isinstance(said.get("html", False), bool)
    ):
        raise _wrong(place, dataset, "date_format, name or html")
    kind = PurePosixPath(name)
    ending = kind.suffix.lower() if kind.suffix.lower() in _ENDINGS else ""
    stem = (name[: -len(ending)] if ending else name).strip("-_ .") or dataset
    paging = _paging(place, dataset, said["paging"]) if "paging" in said else None
    first = business_date - timedelta(days=days - 1)
    by_day = "{date}" in said["path"] or any("{date}" in str(value) for value in params.values())
    for day in [first + timedelta(days=n) for n in range(days)] if by_day else [business_date]:
        words = {
            "{from}": first.strftime(shape),
            "{to}": business_date.strftime(shape),
            "{date}": day.strftime(shape),
            "{year}": f"{day:%Y}",
            "{month}": f"{day:%m}",
        }
        yield Asked(
            dataset,
            _filled(said["path"], words),
            {str(key): _filled(str(value), words) for key, value in params.items()},
            f"{stem}_{day.isoformat()}" if by_day else stem,
            ending,
            paging,
            said.get("html", False),
        )


def _paging(place: Place, dataset: str, said: Any) -> Paging:
    if not isinstance(said, dict) or said.get("kind") not in _KINDS:
        raise _wrong(place, dataset, f"paging.kind (out of {', '.join(_KINDS)})")
    kind = said["kind"]
    words = {"param": kind, "size_param": "", "link": "next", "rows": ""}
    unknown = set(said) - set(words) - {"kind", "first", "size", "pages"}
    if unknown or not all(isinstance(said.get(name, ""), str) for name in words):
        raise _wrong(place, dataset, "paging")
    size = _whole(place, dataset, said, "size", 0, 0, 1_000_000)
    if kind == "offset" and not size:
        raise _wrong(place, dataset, "paging.size")
    return Paging(
        kind,
        first=_whole(place, dataset, said, "first", 1 if kind == "page" else 0, 0, 1_000_000),
        size=size,
        most=_whole(place, dataset, said, "pages", _PAGES, 1, _PAGES_AT_MOST),
        **{name: said.get(name, default) for name, default in words.items()},
    )


def _whole(
    place: Place, dataset: str, said: Mapping[str, Any], name: str, default: int, least: int, most: int
) -> int:
    value = said.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise _wrong(place, dataset, name)
    return value


def _filled(text: str, words: Mapping[str, str]) -> str:
    for name, value in words.items():
        text = text.replace(name, value)
    return text


def _wrong(place: Place, dataset: str, name: str) -> ChannelError:
    return place.wrong(
        f"`datasets.{dataset}` lacks or misstates {name}",
        "Correct it in the extra; docs/channels.md has examples.",
    )
