"""Pages of a JSON answer, joined into one document."""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import requests

from lumbung.airflow.channels.asked import Asked, Paging
from lumbung.airflow.channels.calls import CallError, Server
from lumbung.intake.channels.base import Errand, Whose
from lumbung.intake.channels.download import TooLargeError

_PAGE_BYTES = 32 << 20


def joined(server: Server, errand: Errand, asked: Asked, paging: Paging, url: str, what: str) -> Path:
    """Read all pages; write ``{"data": [...]}`` with the rows of the first page, then of the second, ….

    Rows keep their keys, their order and what is doubled in them; what a page says beside its rows (counts,
    links) is left out. Part of the pages is never taken for the whole: a page that fails fails them all.

    Raises:
        TooLargeError: A page, or all together, are larger than is taken.
        ChannelError: A call failed, a page is not JSON or has no rows, or the pages do not end.
    """
    handle, name = tempfile.mkstemp(prefix="joined-", dir=errand.folder)
    path, size = Path(name), 0
    is_whole = False
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as document:
            document.write('{"data": [')
            for rows in _pages(server, asked, paging, url, what):
                for row in rows:
                    text = (",\n" if size else "\n") + json.dumps(row, ensure_ascii=False)
                    size += len(text.encode("utf-8", "surrogatepass"))
                    if size > errand.most_bytes:
                        raise TooLargeError(errand.most_bytes)
                    document.write(text)
            document.write("\n]}\n")
        is_whole = True
    except UnicodeEncodeError:
        raise _wrong(server, f"{what} holds characters that are none") from None
    finally:
        if not is_whole:
            path.unlink(missing_ok=True)
    return path


def _pages(server: Server, asked: Asked, paging: Paging, url: str, what: str) -> Iterator[list[Any]]:
    seen: set[bytes] = set()
    address: str | None = url
    params: dict[str, str] | None = dict(asked.params)
    number = paging.first
    for _ in range(paging.most):
        if paging.kind != "next_link" and params is not None:
            params[paging.param] = str(number)
        if params is not None and paging.size_param:
            params[paging.size_param] = str(paging.size)
        with server.call("GET", str(address), what, params) as response:
            content = _content(server, response) if response.status_code == 200 else b"[]"
        page = _parsed(content, server, what)
        rows = _rows(page, paging, server, what)
        digest = hashlib.sha256(json.dumps(rows).encode()).digest()
        if rows and digest in seen:
            raise _wrong(server, f"the pages of {what} repeat and do not end")
        seen.add(digest)
        yield rows
        if paging.kind == "next_link":
            address, params = _next(page, response, paging, server, what), None
            if address is None:
                return
        elif not rows or (paging.size and len(rows) < paging.size):
            return
        else:
            number += 1 if paging.kind == "page" else len(rows)
    raise _wrong(server, f"the pages of {what} do not end within {paging.most}")


def _content(server: Server, response: requests.Response) -> bytes:
    path = server.save(response)
    try:
        if path.stat().st_size > _PAGE_BYTES:
            raise TooLargeError(_PAGE_BYTES)
        return path.read_bytes()
    finally:
        path.unlink()


class _AsSent(dict[str, Any]):
    """An object that keeps a key that stands in it twice, so that the decoder can hold it."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self._pairs = pairs

    def items(self) -> Any:
        """The pairs as sent."""
        return self._pairs


def _parsed(content: bytes, server: Server, what: str) -> Any:
    try:
        return json.loads(content.decode("utf-8-sig"), object_pairs_hook=_AsSent)
    except (ValueError, RecursionError):
        raise _wrong(server, f"a page of {what} is not JSON") from None


def _rows(page: Any, paging: Paging, server: Server, what: str) -> list[Any]:
    found = _at(page, paging.rows) if paging.rows else page
    if not paging.rows and isinstance(page, dict):
        found = page.get("data")
    if not isinstance(found, list):
        raise _wrong(server, f"a page of {what} has no list of rows")
    return found


def _next(page: Any, response: requests.Response, paging: Paging, server: Server, what: str) -> str | None:
    link = _at(page, paging.link) or response.links.get("next", {}).get("url")
    if not link:
        return None
    address = urljoin(response.url, str(link))
    if not server.is_own(address):
        raise _wrong(server, f"the next page of {what} leads to another server")
    return address


def _at(page: Any, keys: str) -> Any:
    for key in keys.split("."):
        page = page.get(key) if isinstance(page, dict) else None
    return page


def _wrong(server: Server, what: str) -> CallError:
    return CallError(
        Whose.THEIRS,
        f"{server.shown}: {what}.",
        "Nothing of it is taken. Tell the office; compare `paging` in the connection's extra with their API.",
    )
