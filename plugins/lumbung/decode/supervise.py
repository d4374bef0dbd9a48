"""Running pieces of work each in a forked process of its own, with limits, so that only the piece is lost.

The process that calls this forks, so it should be single-threaded and have loaded what the work needs.
"""

import faulthandler
import gc
import os
import resource
import selectors
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from math import ceil

from lumbung.decode.limits import Limits

_KEPT = 4 * 1024
_OUT_OF_MEMORY, _MACHINE, _CRASHED = 12, 13, 14
_ALLOCATION_FAILED = (b"memory allocation of", b"bad_alloc", b"capacity overflow", b"Cannot allocate memory")
_TRIES = 2


class End(StrEnum):
    """How a piece of work ended."""

    DONE = "done"
    MEMORY = "memory_limit"
    TIME = "time_limit"
    CRASHED = "crashed"
    MACHINE = "machine"


@dataclass
class _Child:
    index: int
    pid: int
    stderr: int
    deadline: float
    said: bytes = b""
    is_timed_out: bool = False

    def hear(self, text: bytes) -> None:
        """Keep the beginning, where a library says why it gives up, and the end, where we do."""
        said = self.said + text
        self.said = said if len(said) <= 2 * _KEPT else said[:_KEPT] + said[-_KEPT:]


@dataclass
class Finished:
    """The end of the piece of work at `index`; `where` says in which code it broke off, without content."""

    index: int
    end: End
    where: str = ""


@dataclass
class _Run:
    work: Callable[[int], None]
    limits: Limits
    waiting: list[int]
    tries: dict[int, int] = field(default_factory=dict)
    children: dict[int, _Child] = field(default_factory=dict)


def run_limited(
    count: int, work: Callable[[int], None], limits: Limits, workers: int, watch: int | None = None
) -> Iterator[Finished]:
    """Do `work(0)` … `work(count - 1)`, each in a forked process, at most `workers` at a time.

    A process killed from outside is tried once more; killed again, it is taken for the kernel's answer to a
    lack of memory.

    Args:
        count: Pieces of work.
        work: Does one piece; what it wants to say it writes to files. `MemoryError` is a memory limit,
            `OSError` the machine's fault, any other exception a crash.
        limits: Memory and time of each process.
        workers: Processes at a time.
        watch: A file descriptor whose end of file means that nobody waits any more.

    Yields:
        How each piece ended, in the order in which they ended.
    """
    run = _Run(work, limits, waiting=list(range(count)))
    with selectors.DefaultSelector() as selector:
        if watch is not None:
            selector.register(watch, selectors.EVENT_READ, None)
        try:
            while run.waiting or run.children:
                while run.waiting and len(run.children) < workers:
                    _start(run, run.waiting.pop(0), selector)
                if _listen(run, selector):
                    return
                yield from _ended(run, selector)
        finally:
            for child in run.children.values():
                os.kill(child.pid, signal.SIGKILL)
                os.waitpid(child.pid, 0)
                os.close(child.stderr)


def _start(run: _Run, index: int, selector: selectors.BaseSelector) -> None:
    read_end, write_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        _be_child(run, index, write_end)
    os.close(write_end)
    run.tries[index] = run.tries.get(index, 0) + 1
    child = _Child(index, pid, read_end, time.monotonic() + run.limits.seconds)
    run.children[pid] = child
    selector.register(read_end, selectors.EVENT_READ, child)


def _be_child(run: _Run, index: int, stderr: int) -> None:
    """Never returns: the child leaves by `_exit`, past the parent's clean-up."""
    code = _CRASHED
    try:
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 0)
        os.dup2(nothing, 1)
        os.dup2(stderr, 2)
        gc.disable()
        faulthandler.disable()
        _limit(run.limits)
        run.work(index)
        code = 0
    except MemoryError:
        code = _OUT_OF_MEMORY
    except OSError as error:
        code = _MACHINE
        _say_where(error)
    except BaseException as error:
        _say_where(error)
    finally:
        os._exit(code)


def _say_where(error: BaseException) -> None:
    """Type and place of an error on stderr; its message may quote the file and is left out."""
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    places = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames))
    os.write(2, f"\n@{type(error).__name__} in {places}".encode())


def _limit(limits: Limits) -> None:
    """Bound address space, processor time and core dumps of this process.

    Address space is bounded relative to what the process already has; only Linux enforces it.
    """
    if sys.platform == "linux":
        with open("/proc/self/statm") as file:  # noqa: PTH123 - lighter than pathlib, once per fork
            already = int(file.read().split()[0]) * resource.getpagesize()
        for kind in (resource.RLIMIT_AS, resource.RLIMIT_DATA):
            _lower(kind, already + limits.memory_bytes)
    _lower(resource.RLIMIT_CPU, ceil(limits.seconds) + 1)
    _lower(resource.RLIMIT_CORE, 0)


def _lower(kind: int, value: int) -> None:
    """Lower the soft limit only: reaching a hard limit of processor time looks like a kill from outside."""
    _, hard = resource.getrlimit(kind)
    resource.setrlimit(kind, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


def _listen(run: _Run, selector: selectors.BaseSelector) -> bool:
    """Wait for a child to speak, end or run out of time; True when nobody waits for the results."""
    nearest = min((child.deadline for child in run.children.values()), default=time.monotonic())
    for key, _ in selector.select(timeout=max(0.0, nearest - time.monotonic())):
        child = key.data
        heard = os.read(key.fd, 65536)
        if child is None:
            if not heard:
                return True
        elif heard:
            child.hear(heard)
        else:
            selector.unregister(key.fd)
            os.close(key.fd)
            child.stderr = -1
    now = time.monotonic()
    for child in run.children.values():
        if now >= child.deadline and not child.is_timed_out:
            child.is_timed_out = True
            os.kill(child.pid, signal.SIGKILL)
    return False


def _ended(run: _Run, selector: selectors.BaseSelector) -> Iterator[Finished]:
    for child in list(run.children.values()):
        if child.stderr >= 0 and not child.is_timed_out:
            continue
        pid, status = os.waitpid(child.pid, 0)
        del run.children[pid]
        if child.stderr >= 0:
            selector.unregister(child.stderr)
            os.close(child.stderr)
        end = _end(child, status)
        if end is None and run.tries[child.index] < _TRIES:
            run.waiting.insert(0, child.index)
            continue
        yield Finished(child.index, end or End.MEMORY, _where(child.said))


def _end(child: _Child, status: int) -> End | None:
    """How a child ended; None when somebody else killed it."""
    code = os.waitstatus_to_exitcode(status)
    if code == 0:
        return End.DONE
    if child.is_timed_out or code == -signal.SIGXCPU:
        return End.TIME
    if code == _OUT_OF_MEMORY or any(sign in child.said for sign in _ALLOCATION_FAILED):
        return End.MEMORY
    if code == _MACHINE:
        return End.MACHINE
    return None if code in (-signal.SIGKILL, -signal.SIGTERM) else End.CRASHED


def _where(said: bytes) -> str:
    _, found, place = said.rpartition(b"\n@")
    return place.decode(errors="replace") if found else ""
