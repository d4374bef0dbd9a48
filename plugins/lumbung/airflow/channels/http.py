"""Datasets that an office offers through an HTTP(S) API, as JSON, CSV or workbooks."""

import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import requests

from lumbung import clock
from lumbung.airflow.channels.asked import Asked, asked_of
from lumbung.airflow.channels.calls import CallError, Server
from lumbung.airflow.channels.connections import place_of
from lumbung.airflow.channels.pages import joined
from lumbung.intake.channels.base import SECONDS, Arrival, Errand, Notice, Whose
from lumbung.intake.channels.download import TooLargeError
from lumbung.intake.channels.names import printable

_PAGE = (b"<!doctype html", b"<html")
_WORKBOOK = ("excel", "spreadsheet", "officedocument")
_ENDINGS = {
    "application/json": ".json",
    "text/csv": ".csv",
    "application/csv": ".csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/zip": ".zip",
    "text/html": ".html",
}


class HttpChannel:
    """Asks for every dataset that the connection's extra lists, and keeps the answers byte by byte.

    Connection: see `calls.Server`; the extra's ``datasets``: see `asked.asked_of`. ``seconds`` shortens the
    time that this office may take. Pages of a paged JSON answer are joined as `pages.joined` says.

    A file's name is built from the path (and the day, where each day is asked for by itself), with the ending
    of what was answered: the same thing asked for again is a new version of the same file, whatever name the
    server gives it.
    """

    name = "http"

    def __init__(self, connection_id: str) -> None:
        """``connection_id`` names the Airflow connection; it is looked up when something is fetched."""
        self._connection_id = connection_id

    def fetch(self, errand: Errand) -> Iterator[Arrival | Notice]:
        """What the office's server has, dataset by dataset, each day's answer before the next day's.

        A dataset whose call fails does not keep back the others, unless their calls would fail in the same
        way; the first failure is raised in the end.

        Raises:
            ChannelError: *ours*: connection, credentials, trust in the certificate; *theirs*: error answers,
                wrong content, endless paging, redirects elsewhere; *line*: nobody there, silent, cut off.
        """
        place = place_of(self._connection_id)
        seconds = place.number("seconds", SECONDS, 3600)
        errand = replace(errand, ends_at=min(errand.ends_at, time.monotonic() + seconds))
        problem: CallError | None = None
        with closing(Server(place, errand)) as server:
            for asked in asked_of(place, errand.business_date):
                if asked.dataset not in errand.datasets:
                    yield Notice(printable(f"{self._connection_id}: there is no dataset {asked.dataset!r}"))
                    continue
                try:
                    found = _one(server, errand, asked)
                except CallError as error:
                    problem = problem or error
                    if error.is_general:
                        break
                except TooLargeError as error:
                    yield Notice(f"{errand.regency_code}/{asked.dataset} is not taken: {error}")
                else:
                    if found is not None:
                        yield found
        if problem is not None:
            raise problem


def _one(server: Server, errand: Errand, asked: Asked) -> Arrival | None:
    """One answer as a file; None when there is nothing new."""
    what = f"{asked.dataset} ({printable(asked.path)})"
    url = server.url(asked.path)
    if asked.paging is not None:
        path = joined(server, errand, asked, asked.paging, url, what)
        return Arrival(asked.dataset, f"{asked.stem}.json", path, clock.now())
    query = hashlib.sha256(json.dumps([url, asked.params], sort_keys=True).encode()).hexdigest()[:16]
    item = f"{asked.dataset} {asked.stem}"
    with server.call("GET", url, what, asked.params, headers=_conditions(errand, item, query)) as response:
        if response.status_code != 200:
            return None
        path = server.save(response)
        _refuse_page(response, path, asked, server, what)
    marks = {"asked": query} | {
        name: response.headers[name] for name in ("ETag", "Last-Modified") if name in response.headers
    }
    has_mark = len(marks) > 1
    return Arrival(
        asked.dataset,
        asked.stem + _ending(response, asked),
        path,
        _changed_at(response),
        item=item if has_mark else None,
        mark=json.dumps(marks) if has_mark else None,
    )


def _conditions(errand: Errand, item: str, query: str) -> Mapping[str, str]:
    """Headers that ask for what has changed only, where the very same was asked for before."""
    try:
        known = json.loads(errand.remembered.get(item, "{}"))
    except ValueError:
        return {}
    if not isinstance(known, dict) or known.get("asked") != query:
        return {}
    headers = {"If-None-Match": known.get("ETag"), "If-Modified-Since": known.get("Last-Modified")}
    return {name: value for name, value in headers.items() if isinstance(value, str)}


def _refuse_page(response: requests.Response, path: Path, asked: Asked, server: Server, what: str) -> None:
    """A web page, such as one to log in, in place of data is theirs; nothing of it is kept."""
    declared = response.headers.get("Content-Type", "").lower()
    with path.open("rb") as file:
        begin = file.read(512).lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    is_page = "html" in declared or (
        begin.startswith(_PAGE) and not any(word in declared for word in _WORKBOOK)
    )
    if is_page and not asked.is_html:
        path.unlink()
        raise CallError(
            Whose.THEIRS,
            f"{server.shown} answers with a web page in place of {what}.",
            'See in a browser what it says (a login?); where a page is meant, set "html": true.',
        )


def _ending(response: requests.Response, asked: Asked) -> str:
    declared = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return asked.ending or _ENDINGS.get(declared, "")


def _changed_at(response: requests.Response) -> datetime:
    """When the server says that it changed, where that is possible; else now."""
    now = clock.now()
    try:
        changed = parsedate_to_datetime(response.headers.get("Last-Modified", ""))
        return min(changed, now) if changed.tzinfo else now
    except (TypeError, ValueError):
        return now
