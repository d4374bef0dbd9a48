"""One command at a time; commands that work as they are printed."""

import io
import shlex
from pathlib import Path

import pytest
from rich.console import Console

from lumbung.errors import LumbungError
from lumbung.local.hints import command, say_where
from lumbung.local.turn import turn
from lumbung.settings import Settings


def test_a_second_command_is_told_to_wait_and_may_go_afterwards(settings: Settings) -> None:
    with turn(settings), pytest.raises(LumbungError, match="Another command is at work"), turn(settings):
        pytest.fail("two at a time")
    with turn(settings):
        assert (settings.home / ".turn.lock").exists()


def test_the_turn_ends_with_an_error(settings: Settings) -> None:
    with pytest.raises(ValueError, match="x"), turn(settings):
        raise ValueError("x")
    with turn(settings):
        pass


def test_other_installations_go_their_own_way(settings: Settings, tmp_path: Path) -> None:
    with turn(settings), turn(Settings(root=tmp_path, home=tmp_path / "other")):
        pass


def test_the_usual_place_needs_no_name(tmp_path: Path) -> None:
    assert command(Settings(root=tmp_path, home=tmp_path / ".lumbung"), "make up") == "make up"


def test_another_place_is_named_so_that_a_shell_takes_it(tmp_path: Path) -> None:
    hint = command(Settings(root=tmp_path, home=tmp_path / "my home"), "make up")
    assert shlex.split(hint) == [f"LUMBUNG_HOME={tmp_path}/my home", "make", "up"]


def test_addresses_are_never_broken() -> None:
    out = io.StringIO()
    place = "/" + "x" * 200
    say_where(Console(file=out, width=80), {"page": place})
    assert out.getvalue() == f"  page                 {place}\n"
