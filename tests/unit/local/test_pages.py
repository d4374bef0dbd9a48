"""The server of the planner pages, spoken to over a pair of connected sockets."""

import socket
import threading
from pathlib import Path
from typing import Any, cast

import pytest

from lumbung.local.pages import PagesHandler


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    (folder / "releases" / "2").mkdir(parents=True)
    (folder / "releases" / "2" / "ringkasan.html").write_text("<p>Ringkasan</p>")
    (folder / "current").symlink_to("releases/2")
    (tmp_path / "secrets.json").write_text("hidden")
    return folder


def ask(pages: Path, path: str, method: str = "GET") -> tuple[str, str]:
    """Head and content of an answer."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(f"{method} {path} HTTP/1.0\r\n\r\n".encode())
        ours.shutdown(socket.SHUT_WR)
        served = threading.Thread(
            target=lambda: PagesHandler(
                cast(Any, theirs), ("127.0.0.1", 1), cast(Any, None), directory=str(pages)
            )
        )
        served.start()
        served.join(10)
        theirs.close()
        answer = b""
        while part := ours.recv(65536):
            answer += part
    head, _, content = answer.decode().partition("\r\n\r\n")
    return head, content


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_root_leads_to_the_current_page(pages: Path, method: str) -> None:
    head, content = ask(pages, "/", method)
    assert head.splitlines()[0].split()[1] == "302"
    assert "Location: /current/ringkasan.html" in head
    assert content == ""


def test_the_current_page_is_served_and_not_kept_by_the_browser(pages: Path) -> None:
    head, content = ask(pages, "/current/ringkasan.html")
    assert head.splitlines()[0].split()[1] == "200"
    assert content == "<p>Ringkasan</p>"
    assert "Cache-Control: no-cache" in head
    assert "Python" not in head
    assert ask(pages, "/current/ringkasan.html", "HEAD")[1] == ""


@pytest.mark.parametrize(
    "path", ["/releases/", "/current/", "/nothing.html", "/../secrets.json", "/%2e%2e/secrets.json"]
)
def test_what_is_not_a_page_is_answered_in_indonesian(pages: Path, path: str) -> None:
    head, content = ask(pages, path)
    assert head.splitlines()[0].split()[1] == "404"
    assert "Halaman ini tidak ada" in content
    assert 'lang="id"' in content
    assert "hidden" not in content


def test_before_the_first_release_the_answer_says_so(tmp_path: Path) -> None:
    assert "belum ada rilis" in ask(tmp_path, "/current/ringkasan.html")[1]
