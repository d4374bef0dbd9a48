"""Limits of memory and time, proven on work that breaks them."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from lumbung.decode.limits import Limits
from lumbung.decode.supervise import End, run_limited
from tests.unit.decode.builders import package

_MIB = 1 << 20


def ends(work: Callable[[int], None], count: int = 3, **limits: float) -> list[End]:
    """How each piece ended, by index; piece 1 does the work, the others do nothing."""

    def one(index: int) -> None:
        if index == 1:
            work(index)

    bounds = Limits(memory_bytes=int(limits.get("memory", 200 * _MIB)), seconds=limits.get("seconds", 20))
    found = {item.index: item.end for item in run_limited(count, one, bounds, workers=2)}
    return [found[index] for index in range(count)]


def allocate_in_python(index: int) -> None:
    del index
    held = [bytearray(50 * _MIB) for _ in range(10)]
    raise AssertionError(len(held))


def test_memory_taken_in_python() -> None:
    assert ends(allocate_in_python) == [End.DONE, End.MEMORY, End.DONE]


def test_memory_within_the_limit() -> None:
    assert ends(lambda index: bytearray(100 * _MIB) and None) == [End.DONE] * 3


def test_memory_taken_by_a_library_that_aborts(tmp_path: Path) -> None:
    """Two cells far apart: calamine asks for tens of gigabytes and aborts the process when refused."""
    from python_calamine import CalamineWorkbook

    cell = '<row r="{0}"><c r="{1}{0}"><v>1</v></c></row>'
    path = tmp_path / "far.xlsx"
    path.write_bytes(package(cell.format(1, "A") + cell.format(1048576, "XFD")))

    def read(index: int) -> None:
        del index
        CalamineWorkbook.from_path(str(path)).get_sheet_by_name("Harga")

    assert ends(read) == [End.DONE, End.MEMORY, End.DONE]


@pytest.mark.parametrize("work", [lambda index: time.sleep(30), lambda index: spin()], ids=["asleep", "busy"])
def test_time(work: Callable[[int], None]) -> None:
    begun = time.monotonic()

    assert ends(work, seconds=0.5) == [End.DONE, End.TIME, End.DONE]
    assert time.monotonic() - begun < 10


def spin() -> None:
    while True:
        pass


def test_a_crash_of_native_code() -> None:
    assert ends(lambda index: os.abort()) == [End.DONE, End.CRASHED, End.DONE]


def test_an_unexpected_error_is_a_crash_and_says_where_but_not_what() -> None:
    def fail(index: int) -> None:
        raise KeyError("isi berkas")

    finished = list(run_limited(1, fail, Limits(), workers=1))

    assert finished[0].end == End.CRASHED
    assert finished[0].where.startswith("KeyError in fail:")
    assert "isi berkas" not in finished[0].where


def test_an_error_of_the_operating_system_is_the_machines() -> None:
    def fail(index: int) -> None:
        raise OSError(28, "No space left on device")

    assert ends(fail) == [End.DONE, End.MACHINE, End.DONE]


def test_work_killed_from_outside_is_done_again(tmp_path: Path) -> None:
    mark = tmp_path / "tried"

    def killed_once(index: int) -> None:
        if not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        (tmp_path / "done").touch()

    assert ends(killed_once) == [End.DONE] * 3
    assert (tmp_path / "done").exists()


def test_work_killed_twice_is_taken_for_too_large() -> None:
    assert ends(lambda index: os.kill(os.getpid(), signal.SIGKILL)) == [End.DONE, End.MEMORY, End.DONE]


def test_no_process_stays_when_nobody_listens_any_more(tmp_path: Path) -> None:
    def sleep(index: int) -> None:
        (tmp_path / str(index)).write_text(str(os.getpid()))
        time.sleep(30)

    read_end, write_end = os.pipe()
    os.close(write_end)
    try:
        assert list(run_limited(4, sleep, Limits(), workers=2, watch=read_end)) == []
    finally:
        os.close(read_end)
    for file in tmp_path.iterdir():
        with pytest.raises(ProcessLookupError):
            os.kill(int(file.read_text() or "999999999"), 0)


def test_what_is_written_to_standard_output_goes_nowhere(capfd: pytest.CaptureFixture[str]) -> None:
    assert ends(lambda index: os.write(1, b"isi") and None) == [End.DONE] * 3
    assert capfd.readouterr().out == ""
