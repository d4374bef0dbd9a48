"""The server of the planner pages: `/` leads to the current page, folders are not listed, nothing is cached.

Run as ``python -m lumbung.local.pages PORT FOLDER``; it listens on the loopback address only.
"""

import sys
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO

CURRENT = "/current/ringkasan.html"

_MISSING = """<!doctype html>
<html lang="id">
<meta charset="utf-8">
<title>Halaman tidak ditemukan</title>
<p>Halaman ini tidak ada, atau belum ada rilis yang diterbitkan.</p>
<p><a href="/">Buka ringkasan terbaru</a></p>
</html>
"""


class PagesHandler(SimpleHTTPRequestHandler):
    """Serves the files of one folder."""

    server_version = "Lumbung"
    sys_version = ""
    error_message_format = _MISSING
    error_content_type = "text/html; charset=utf-8"

    def do_GET(self) -> None:
        """Send a file, or lead from the root to the current page."""
        if self.path == "/":
            self._lead_to_current()
        else:
            super().do_GET()

    def do_HEAD(self) -> None:
        """As GET, without the content."""
        if self.path == "/":
            self._lead_to_current()
        else:
            super().do_HEAD()

    def end_headers(self) -> None:
        """A page of yesterday's release must not come out of a browser's cache today."""
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def list_directory(self, path: object) -> BytesIO | None:
        """Folders have no listing."""
        self.send_error(HTTPStatus.NOT_FOUND)
        return None

    def _lead_to_current(self) -> None:
        self.send_response(HTTPStatus.FOUND)
        self.send_header("Location", CURRENT)
        self.send_header("Content-Length", "0")
        self.end_headers()


def main(port: int, folder: str) -> None:
    """Serve a folder until the process is ended."""
    ThreadingHTTPServer(("127.0.0.1", port), partial(PagesHandler, directory=folder)).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
