"""A night's files, each in a process of its own."""

import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import psutil
import pytest

from lumbung.contracts.model import Contract
from lumbung.decode import stage
from lumbung.decode.job import DecodeJob
from lumbung.decode.limits import Limits
from lumbung.decode.outcome import DecodeOutcome
from lumbung.errors import LumbungError
from tests.unit.decode.builders import HEADER, ROW, SPEC, package

_ROOT = Path(__file__).resolve().parents[3]
_FAR = '<row r="{0}"><c r="{1}{0}"><v>1</v></c></row>'
_FAR_APART = package(_FAR.format(1, "A") + _FAR.format(1048576, "XFD"))

# Only these attributes of a contract are used.
CONTRACT = cast(
    Contract,
    SimpleNamespace(
        dataset=SPEC.dataset,
        fields=[
            SimpleNamespace(
                **vars(item),
                blank_skips_row=item.name == "price",
                logical_type="integer" if item.is_figure else "string",
                primary_key=not item.is_figure,
                column=item.name,
            )
            for item in SPEC.fields
        ],
        shapes=SPEC.shapes,
        formats=SPEC.formats,
        header_aliases=lambda: SPEC.aliases,
    ),
)


def decode(folder: Path, files: dict[str, bytes | str], **how: Any) -> dict[str, DecodeOutcome]:
    jobs = []
    for name, content in files.items():
        path = folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        jobs.append(DecodeJob(name, path, name))
    return {item.submission_id: item for item in stage.decode_files(jobs, CONTRACT, folder / "out", **how)}


def test_every_file_has_an_outcome_on_disk(tmp_path: Path) -> None:
    done: list[tuple[int, int]] = []
    files = {f"35{n:02d}": f"{HEADER}\n{ROW}\n" for n in range(38)} | {"3500": "", "3501": b"\x89PNG\x00"}
    outcomes = decode(tmp_path, files, on_progress=lambda at, total: done.append((at, total)))

    assert {name: [fault.code for fault in outcome.faults] for name, outcome in outcomes.items()} == {
        name: {"3500": ["empty_file"], "3501": ["unknown_format"]}.get(name, []) for name in files
    }
    assert done == [(n, 38) for n in range(1, 39)]
    for name, outcome in outcomes.items():
        assert DecodeOutcome.read(tmp_path / "out", name) == outcome
    assert sum(outcome.table_path is not None for outcome in outcomes.values()) == 36


def test_a_file_that_takes_too_much_memory_is_lost_alone(tmp_path: Path) -> None:
    files = {"far": _FAR_APART, "good": f"{HEADER}\n{ROW}\n", "json": "[" + '{"a":[1]},' * 3_000_000 + "{}]"}
    limits = Limits(memory_bytes=150 << 20, cells=1 << 40)  # so that the scan lets the far-apart cells pass
    outcomes = decode(tmp_path, files, limits=limits)

    assert [fault.code for fault in outcomes["far"].faults] == ["memory_limit"]
    assert [fault.code for fault in outcomes["json"].faults] == ["memory_limit"]
    assert outcomes["json"].faults[0].context == {"limit": "150 MB"}
    assert outcomes["good"].rows_total == 1


def test_a_file_that_takes_too_much_time_is_lost_alone(tmp_path: Path) -> None:
    files = {"slow": f"{HEADER}\n" + f"{ROW}\n" * 1_500_000, "good": f"{HEADER}\n{ROW}\n"}
    outcomes = decode(tmp_path, files, limits=Limits(seconds=0.5))

    assert [fault.code for fault in outcomes["slow"].faults] == ["time_limit"]
    assert outcomes["slow"].faults[0].context == {"limit": "0,5 detik"}
    assert DecodeOutcome.read(tmp_path / "out", "slow") == outcomes["slow"]
    assert outcomes["good"].rows_total == 1


def test_a_file_missing_from_the_landing_area_is_the_machines_fault(tmp_path: Path) -> None:
    good = tmp_path / "good"
    good.write_text(f"{HEADER}\n{ROW}\n")
    jobs = [DecodeJob("gone", tmp_path / "nowhere", "x"), DecodeJob("good", good, "x")]
    outcomes = []

    with pytest.raises(LumbungError, match="1 of 2 files could not be decoded: gone"):
        outcomes.extend(stage.decode_files(jobs, CONTRACT, tmp_path / "out"))
    assert [outcome.submission_id for outcome in outcomes] == ["good"]


def test_a_decoding_process_that_does_not_start_is_the_machines_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    does_nothing = tmp_path / "python"
    does_nothing.write_text("#!/bin/sh\nexit 1\n")
    does_nothing.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(does_nothing))

    with pytest.raises(LumbungError, match=r"one \(no answer\)"):
        decode(tmp_path, {"one": ""})


def test_nothing_to_decode_starts_nothing(tmp_path: Path) -> None:
    assert decode(tmp_path, {}) == {}
    assert not (tmp_path / "out").exists()


def test_the_decoding_process_knows_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUMBUNG_INGEST_PASSWORD", "rahasia")

    assert "rahasia" not in stage._environment().values()


def test_giving_up_early_leaves_no_process(tmp_path: Path) -> None:
    paths = [tmp_path / f"f{n}" for n in range(6)]
    for path in paths:
        path.write_text(f"{HEADER}\n{ROW}\n")
    jobs = [DecodeJob(path.name, path, "x") for path in paths]
    before = set(psutil.Process().children(recursive=True))
    outcomes = stage.decode_files(jobs, CONTRACT, tmp_path / "out")
    next(iter(outcomes))
    outcomes.close()  # type: ignore[attr-defined]

    assert set(psutil.Process().children(recursive=True)) - before == set()


_SCRIPT = """
    import sys, threading, time
    from pathlib import Path
    sys.path[:0] = [{root!r}, {plugins!r}]
    threading.Thread(target=time.sleep, args=(3600,), daemon=True).start()
    from tests.unit.decode.test_stage import CONTRACT
    from lumbung.decode.job import DecodeJob
    from lumbung.decode.stage import decode_files
    jobs = [DecodeJob(name, Path({folder!r}) / name, name) for name in {names!r}]
    for outcome in decode_files(jobs, CONTRACT, Path({folder!r}) / "out"):
        print(outcome.submission_id, outcome.rows_total, flush=True)
"""


def _start(folder: Path, names: list[str]) -> "subprocess.Popen[str]":
    cwd = folder / "cwd"
    cwd.mkdir(exist_ok=True)
    script = folder / "script.py"
    values = {"root": str(_ROOT), "plugins": str(_ROOT / "plugins"), "folder": str(folder), "names": names}
    script.write_text(textwrap.dedent(_SCRIPT).format(**values))
    return subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True, cwd=cwd)


def test_a_threaded_script_without_a_main_guard_may_call_it(tmp_path: Path) -> None:
    (tmp_path / "one").write_text(f"{HEADER}\n{ROW}\n")
    (tmp_path / "cwd").mkdir()
    (tmp_path / "cwd" / "json.py").write_text("raise SystemExit('imported from the working folder')")
    process = _start(tmp_path, ["one"])

    assert process.communicate(timeout=60)[0] == "one 1\n"
    assert process.returncode == 0


def test_the_decoding_process_leaves_when_its_caller_is_killed(tmp_path: Path) -> None:
    (tmp_path / "small").write_text(f"{HEADER}\n{ROW}\n")
    (tmp_path / "slow").write_text(f"{HEADER}\n" + f"{ROW}\n" * 1_900_000)
    process = _start(tmp_path, ["small", "slow"])
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "small 1\n"
        family = psutil.Process(process.pid).children(recursive=True)
        assert family
    finally:
        os.kill(process.pid, 9)
        process.communicate(timeout=60)
    deadline = time.monotonic() + 10
    while any(member.is_running() and member.status() != "zombie" for member in family):
        assert time.monotonic() < deadline, family
        time.sleep(0.05)
    assert not (tmp_path / "out" / "slow.json").exists()
