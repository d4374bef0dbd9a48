"""The decoding process: started once per night's stage, it forks for every file.

A process of its own, because its caller may have threads (a task's heartbeat, Arrow's pools), from which
forking is unsafe, and because it needs nothing of what the caller knows: no passwords are in its environment.

Standard input brings the request, one line of JSON, and stays open: its end means that the caller is gone.
Standard output carries one line of JSON per finished file.
"""

import gc
import importlib
import json
import os
import sys
from pathlib import Path
from typing import Any

from lumbung.decode.limits import Limits


def serve(request: dict[str, Any]) -> None:
    """Decode the jobs of a request and say of each how it ended."""
    from lumbung.decode import rendering, single, supervise
    from lumbung.decode.job import DecodeJob
    from lumbung.decode.spec import DecodeSpec

    limits = Limits(**request["limits"])
    spec = DecodeSpec.from_json(request["spec"])
    out_dir = Path(request["out_dir"])
    jobs = [DecodeJob(**(job | {"path": Path(job["path"])})) for job in request["jobs"]]
    wanted, keeps_rows = request.get("render"), request.get("keeps_rows")

    def work(index: int) -> None:
        recorder = rendering.Recorder() if keeps_rows or wanted is not None else None
        outcome = single.decode_file(jobs[index], spec, out_dir, limits, recorder)
        if recorder is not None:
            shown = None if wanted is None else wanted[index]
            rendering.render_file(jobs[index], spec, out_dir, limits, outcome, shown, recorder)

    gc.freeze()
    for finished in supervise.run_limited(len(jobs), work, limits, request["workers"], watch=0):
        answer = {"index": finished.index, "end": finished.end, "where": finished.where}
        os.write(1, (json.dumps(answer) + "\n").encode())


class _WithoutPandas:
    """Spares the process pandas: pyarrow imports it (over a second) to recognise objects never made here."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> None:
        """Refuse pandas; leave all else to the usual finders."""
        if name == "pandas":
            raise ImportError("not used in the decoding process", name=name)


def _prepare() -> None:
    """Load what the files' processes need, so that they inherit it."""
    sys.meta_path.insert(0, _WithoutPandas())
    arrow = importlib.import_module("pyarrow")
    arrow.set_cpu_count(1)
    arrow.set_io_thread_count(1)
    for name in ("pyarrow.compute", "python_calamine", "lxml.etree", "lumbung.decode.single"):
        importlib.import_module(name)
    arrow.array(["warm"], arrow.string())


def main() -> None:
    """Serve the request on standard input."""
    _prepare()
    line = bytearray()
    while not line.endswith(b"\n"):
        block = os.read(0, 1 << 20)
        if not block:
            return
        line += block
    serve(json.loads(line))


if __name__ == "__main__":
    main()
