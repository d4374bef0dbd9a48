"""Decoding a night's files, each in a process with limits of its own."""

import contextlib
import json
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from lumbung.decode.job import DecodeJob
from lumbung.decode.limits import Limits, in_bytes, in_seconds
from lumbung.decode.outcome import DecodeOutcome, Fault, rows_path, write_outcome
from lumbung.errors import LumbungError

if TYPE_CHECKING:
    from lumbung.contracts.model import Contract
    from lumbung.reference import Reference

_LOG = logging.getLogger(__name__)
_LIBRARY = Path(__file__).resolve().parents[2]
_ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "TZ")
_NAMED = 5

Progress = Callable[[int, int], None]
"""Called after every file with the files done and their number."""


def decode_files(
    jobs: Sequence[DecodeJob],
    contract: "Contract",
    out_dir: Path,
    limits: Limits | None = None,
    workers: int = 2,
    on_progress: Progress | None = None,
    reference: "Reference | None" = None,
    render: Sequence[Mapping[str, Collection[int]]] | None = None,
    keeps_rows: bool = False,
) -> Iterator[DecodeOutcome]:
    """Decode files of one dataset; each outcome is on disk before it is given out.

    A file that breaks a limit or its reader has an outcome with that fault; the others are not touched by it.

    Args:
        jobs: The files.
        contract: What they should look like.
        out_dir: Where tables and outcomes go; made when absent.
        limits: Bounds on each file and its process.
        workers: Processes at a time.
        on_progress: Told after every file.
        reference: Names by which the shapes beside the plain one are recognised.
        render: Also write the files' own rows, for their answers (`rendering.read_rendered`): per job and
            sheet the rows that must be shown however large the sheet is.
        keeps_rows: Write the files' own rows already, where they can be shown whole.

    Yields:
        One outcome per job, in the order in which they are done.

    Raises:
        LumbungError: After all other outcomes, when the machine failed a file: it could not be read from
            disk, its outcome could not be written, or the decoding process was lost.
    """
    if not jobs:
        return
    limits = limits or Limits()
    out_dir = out_dir.absolute()
    out_dir.mkdir(parents=True, exist_ok=True)
    failed: list[str] = []
    left = set(range(len(jobs)))
    request = _request(jobs, contract, out_dir, limits, workers, reference, render, keeps_rows)
    for answer in _answers(request):
        job = jobs[answer["index"]]
        left.discard(answer["index"])
        if answer["end"] == "machine":
            failed.append(f"{job.submission_id} ({answer['where']})")
            continue
        if answer["end"] != "done":
            _LOG.warning("%s: decoding ended with %s %s", job.submission_id, answer["end"], answer["where"])
            rows_path(out_dir, job.submission_id).unlink(missing_ok=True)
            write_outcome(out_dir, DecodeOutcome.failed(job.submission_id, [_fault(answer, limits)]))
        if on_progress:
            on_progress(len(jobs) - len(left), len(jobs))
        yield DecodeOutcome.read(out_dir, job.submission_id)
    failed += [f"{jobs[index].submission_id} (no answer)" for index in sorted(left)]
    if failed:
        raise LumbungError(
            f"{len(failed)} of {len(jobs)} files could not be decoded: {_listed(failed)}.",
            "They stay as received: this machine failed, and nothing is known to be wrong with the files.",
            f"Look for a full disk ({out_dir}), a file missing in landing or too little memory; run again.",
        )


def _listed(names: list[str]) -> str:
    return ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")


def _fault(answer: dict[str, Any], limits: Limits) -> Fault:
    if answer["end"] == "memory_limit":
        return Fault("memory_limit", context={"limit": in_bytes(limits.memory_bytes)})
    if answer["end"] == "time_limit":
        return Fault("time_limit", context={"limit": in_seconds(limits.seconds)})
    return Fault("unreadable_file", context={"reason": "crashed"})


def _request(
    jobs: Sequence[DecodeJob],
    contract: "Contract",
    out_dir: Path,
    limits: Limits,
    workers: int,
    reference: "Reference | None",
    render: Sequence[Mapping[str, Collection[int]]] | None,
    keeps_rows: bool,
) -> bytes:
    from lumbung.decode.spec import DecodeSpec

    shown = None
    if render is not None:
        shown = [{sheet: sorted(rows) for sheet, rows in wanted.items()} for wanted in render]
    request = {
        "render": shown,
        "keeps_rows": keeps_rows,
        "spec": DecodeSpec.of(contract, reference).to_json(),
        "limits": limits.to_json(),
        "out_dir": str(out_dir),
        "workers": workers,
        "jobs": [
            {
                "submission_id": job.submission_id,
                "path": str(job.path.absolute()),
                "file_name": job.file_name,
                "office": job.office,
            }
            for job in jobs
        ],
    }
    return (json.dumps(request) + "\n").encode()


def _answers(request: bytes) -> Iterator[dict[str, Any]]:
    """Start the decoding process, hand it the request, and give out its answers while it works.

    Closing its standard input, also by dying, makes it stop its processes and leave.
    """
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "lumbung.decode.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            env=_environment(),
            cwd="/",
        )
        try:
            assert process.stdin is not None  # noqa: S101 - both are pipes, see above
            assert process.stdout is not None  # noqa: S101
            process.stdin.write(request)
            process.stdin.flush()
            for line in process.stdout:
                yield json.loads(line)
            if process.wait(timeout=10) != 0:
                _LOG.error("The decoding process failed: %s", _last_line(complaints))
        except BrokenPipeError:
            _LOG.error("The decoding process did not start: %s", _last_line(complaints))
        finally:
            _close(process)


def _close(process: "subprocess.Popen[bytes]") -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None and not pipe.closed:
            with contextlib.suppress(BrokenPipeError):
                pipe.close()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    # Arrow's own allocators reserve address space far beyond what they use, which a limit on it would refuse.
    return kept | {"PYTHONPATH": str(_LIBRARY), "ARROW_DEFAULT_MEMORY_POOL": "system"}


def _last_line(complaints: IO[bytes]) -> str:
    complaints.seek(0)
    lines = complaints.read().decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"
