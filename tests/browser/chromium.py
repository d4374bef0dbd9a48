"""Pages seen by a real browser."""

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")

_PROBE = """
<script>
addEventListener("load", () => {
  const width = document.documentElement.clientWidth;
  const wide = [...document.querySelectorAll("body *")].filter((element) => {
    const box = element.getBoundingClientRect();
    return box.width > 1 && box.right > width + 1;
  });
  parent.postMessage(JSON.stringify({
    width,
    scrollWidth: document.documentElement.scrollWidth,
    wide: wide.map((element) => element.tagName + "." + element.className),
    rows: document.querySelectorAll("tbody tr").length,
    cut: [...document.querySelectorAll("td, tbody th, dd")]
      .filter((cell) => cell.scrollWidth > cell.clientWidth + 1)
      .map((cell) => cell.textContent.trim()),
    lowest: Math.round(document.body.getBoundingClientRect().height),
  }), "*");
});
</script>
"""

_FRAME = """<!doctype html><body style="margin:0">
<iframe src="inner.html" style="width:{width}px;height:3000px;border:0"></iframe><pre id="answer"></pre>
<script>
addEventListener("message", (event) => {{ document.getElementById("answer").textContent = event.data; }});
</script>
"""


@dataclass(frozen=True)
class Chromium:
    """A headless browser with a profile of its own under ``folder``."""

    program: str
    folder: Path

    @classmethod
    def find(cls, folder: Path) -> "Chromium":
        """The machine's Chromium; the test fails where there is none."""
        program = next(filter(None, map(shutil.which, NAMES)), None)
        if program is None:
            pytest.fail(
                "No Chromium on this machine, so the pages cannot be looked at. "
                "Install the Debian packages named in .ci/apt.txt: apt-get install chromium"
            )
        return cls(program, folder)

    def run(self, *arguments: str) -> str:
        """Start it once and return what it printed."""
        command = [
            self.program,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--hide-scrollbars",
            "--no-first-run",
            "--disable-background-networking",
            f"--user-data-dir={self.folder / 'profile'}",
            "--virtual-time-budget=5000",
            *arguments,
        ]
        result = subprocess.run(command, capture_output=True, text=True, timeout=120)
        assert result.returncode == 0, result.stderr[-2000:]
        return result.stdout

    def measure(self, html: str, width: int) -> dict[str, Any]:
        """Lay a page out ``width`` pixels wide and tell what is wider than that.

        The page is probed from inside a frame, because a window cannot be as narrow as a phone. Its policy
        against scripts is taken out for the probe.
        """
        probed = re.sub(r"<meta http-equiv=\"Content-Security-Policy\"[^>]*>", "", html)
        (self.folder / "inner.html").write_text(
            probed.replace("</body>", _PROBE + "</body>"), encoding="utf-8"
        )
        frame = self.folder / "frame.html"
        frame.write_text(_FRAME.format(width=width), encoding="utf-8")
        dom = self.run("--dump-dom", f"--window-size={max(width, 600)},3000", frame.as_uri())
        answer = re.search(r'<pre id="answer">(.+?)</pre>', dom, re.DOTALL)
        assert answer, "the page did not finish loading"
        content: dict[str, Any] = json.loads(answer[1])
        return content
