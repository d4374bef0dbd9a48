"""A page in a headless Chromium, driven over its DevTools protocol: loaded, asked, typed into, looked at."""

import base64
import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from websockets.sync.client import ClientConnection, connect

from tests.browser.chromium import Chromium

KEYS = {
    "Tab": 9, "Enter": 13, "Escape": 27, "End": 35, "Home": 36, "ArrowLeft": 37, "ArrowUp": 38,
    "ArrowRight": 39,
    "ArrowDown": 40, "PageUp": 33, "PageDown": 34,
}  # fmt: skip
_PATIENCE_SECONDS = 30


class Tab:
    """One tab: what it asked for, what it complained about, and its page.

    Attributes:
        requests: Addresses that were asked for since the last visit.
        complaints: Errors of scripts and of the console since then.
    """

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._number = 0
        self._loaded = False
        self.requests: list[str] = []
        self.complaints: list[str] = []

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One command and its answer; events that come in between are noted."""
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self._socket.recv(timeout=_PATIENCE_SECONDS))
            if message.get("id") == self._number:
                assert "error" not in message, f"{method}: {message['error']}"
                answer: dict[str, Any] = message["result"]
                return answer
            self._note(message)

    def visit(self, address: str, width: int = 1440, height: int = 900) -> Self:
        """Open a page and wait until it has loaded."""
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        self.send("Page.navigate", url="about:blank")
        self.settle()
        self.requests.clear()
        self.complaints.clear()
        self.load(address)
        self.settle()
        return self

    def load(self, address: str) -> None:
        """Go to a page and wait for its end; of use also where scripts are switched off."""
        self._loaded = False
        self.send("Page.navigate", url=address)
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not self._loaded:
            assert time.monotonic() < deadline, f"{address} did not load"
            self._note(json.loads(self._socket.recv(timeout=_PATIENCE_SECONDS)))

    def settle(self) -> None:
        """Wait until what was begun is drawn."""
        self.ask("new Promise(done => requestAnimationFrame(() => setTimeout(done, 30)))")

    def ask(self, expression: str) -> Any:
        """The value of an expression in the page; a promise's is waited for."""
        answer = self.send("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def press(self, key: str, shift: bool = False) -> None:
        """Press and let go of a key."""
        common: dict[str, Any] = {
            "key": key, "code": key, "windowsVirtualKeyCode": KEYS[key], "modifiers": 8 if shift else 0,
        }  # fmt: skip
        text = {"text": "\r"} if key == "Enter" else {}
        self.send("Input.dispatchKeyEvent", type="keyDown", **common, **text)
        self.send("Input.dispatchKeyEvent", type="keyUp", **common)

    def hover(self, selector: str) -> None:
        """Move the mouse into the middle of an element."""
        x, y = self.ask(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)});"
            " e.scrollIntoView({block: 'center'}); const b = e.getBoundingClientRect();"
            " return [b.x + b.width / 2, b.y + b.height / 2]; })()"
        )
        self.send("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
        self.settle()

    def look(self, path: Path, whole: bool = True) -> None:
        """Save a picture of the page."""
        picture = self.send("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(picture["data"]))

    def paper(self) -> bytes:
        """The page as it prints."""
        answer = self.send("Page.printToPDF", preferCSSPageSize=True, printBackground=True)
        return base64.b64decode(answer["data"])

    def _note(self, message: dict[str, Any]) -> None:
        method, parameters = message.get("method"), message.get("params", {})
        if method == "Page.loadEventFired":
            self._loaded = True
        elif method == "Network.requestWillBeSent":
            self.requests.append(parameters["request"]["url"])
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(json.dumps(parameters["exceptionDetails"])[:500])
        elif method == "Runtime.consoleAPICalled" and parameters["type"] in ("error", "warning"):
            self.complaints.append(json.dumps(parameters["args"])[:500])
        elif method == "Log.entryAdded" and parameters["entry"]["level"] in ("error", "warning"):
            self.complaints.append(parameters["entry"]["text"][:500])


@contextmanager
def open_tab(folder: Path) -> Iterator[Tab]:
    """A tab in a browser of its own, with its profile under ``folder``; both end with the block."""
    program = Chromium.find(folder).program
    profile = folder / "profile"
    command = [
        program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
        "--hide-scrollbars", "--no-first-run", "--disable-background-networking", "--remote-debugging-port=0",
        f"--user-data-dir={profile}", "about:blank",
    ]  # fmt: skip
    browser = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with connect(_tab_address(profile), max_size=None, proxy=None) as socket:
            tab = Tab(socket)
            for part in ("Page", "Network", "Runtime", "Log"):
                tab.send(f"{part}.enable")
            # Else elements have the focus without being told of it: the window never has it.
            tab.send("Emulation.setFocusEmulationEnabled", enabled=True)
            yield tab
    finally:
        browser.terminate()
        browser.wait(timeout=30)


def _tab_address(profile: Path) -> str:
    """Where the first tab listens, as soon as the browser says so."""
    from urllib.request import urlopen

    told = profile / "DevToolsActivePort"
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        if told.is_file() and (lines := told.read_text().splitlines()):
            with urlopen(f"http://127.0.0.1:{lines[0]}/json/list") as answer:
                for target in json.load(answer):
                    if target["type"] == "page":
                        return str(target["webSocketDebuggerUrl"])
        assert time.monotonic() < deadline, "the browser did not start"
        time.sleep(0.05)
