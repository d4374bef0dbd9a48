"""Progress lines: below 80 columns, on a terminal and in a pipe; a failed step leaves no line."""

import io

import pytest
from rich.console import Console

from lumbung.local.steps import Steps
from lumbung.local.words import WIDTH


def steps(is_terminal: bool = False, width: int = 80) -> tuple[Steps, io.StringIO]:
    out = io.StringIO()
    return Steps(Console(file=out, force_terminal=is_terminal, width=width, color_system=None)), out


def test_a_step_says_what_came_out_and_how_long_it_took() -> None:
    made, out = steps()
    with made.step("postgresql") as words:
        words += ["started", "127.0.0.1:54320"]
    line = out.getvalue()
    assert line.startswith("  postgresql   started, 127.0.0.1:54320 ")
    assert line.endswith(" s\n")
    assert len(line.rstrip("\n")) < 80


def test_the_widest_line_fits_80_columns() -> None:
    made, out = steps()
    made.done("postgresql", "x" * WIDTH, 9999.9)
    assert [len(line) for line in out.getvalue().splitlines()] == [79]


def test_words_beyond_the_width_are_left_out_whole() -> None:
    made, out = steps()
    with made.step("marts") as words:
        words += ["42 changes to the published tables", "a part that is much too long to stand beside it"]
    assert "42 changes to the published tables  " in out.getvalue()
    assert "a part" not in out.getvalue()


def test_brackets_in_words_are_no_markup() -> None:
    made, out = steps()
    made.done("sample", "[red]3[/red] files", 1)
    assert "[red]3[/red] files" in out.getvalue()


def test_a_terminal_shows_what_runs_and_a_pipe_does_not() -> None:
    shown, on_terminal = steps(is_terminal=True)
    with shown.step("build"):
        pass
    assert "build …" in on_terminal.getvalue()
    quiet, in_pipe = steps()
    with quiet.step("build"):
        assert in_pipe.getvalue() == ""


def test_a_step_that_fails_prints_no_result() -> None:
    made, out = steps()
    with pytest.raises(ValueError, match="broken"), made.step("build"):
        raise ValueError("broken")
    assert out.getvalue() == ""
