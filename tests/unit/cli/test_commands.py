"""The command line: help, dates, refusals, and how errors end."""

import logging
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from lumbung.cli import main as cli_main
from lumbung.cli.main import cli
from lumbung.errors import LumbungError
from lumbung.settings import Settings


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    monkeypatch.setenv("LUMBUNG_HOME", str(folder))
    monkeypatch.delenv("LUMBUNG_DB_HOST", raising=False)
    return folder


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    loggers = [logging.getLogger(), logging.getLogger("lumbung")]
    before = [list(logger.handlers) for logger in loggers]
    yield
    for logger, handlers in zip(loggers, before, strict=True):
        logger.handlers[:] = handlers


def run_main(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """Run the program as a shell would; returns its exit status."""
    monkeypatch.setattr(sys, "argv", ["lumbung", *arguments])
    try:
        cli_main.main()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def fail_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Let the command `status` raise an error."""

    def raise_it(*_: Any) -> None:
        raise error

    monkeypatch.setattr("lumbung.local.status.print_status", raise_it)


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_every_command_has_a_help_that_says_what_it_does(name: str) -> None:
    result = CliRunner().invoke(cli, [name, "--help"])
    assert result.exit_code == 0, result.output
    usage, about, *_ = [line for line in result.output.splitlines() if line.strip()]
    assert usage.startswith("Usage:")
    assert len(about.split()) >= 4


def test_nothing_of_the_list_of_commands_is_cut_on_80_columns() -> None:
    shown = CliRunner().invoke(cli, ["--help"], terminal_width=80).output
    told = {
        line.split()[0]: line.split(maxsplit=1)[1]
        for line in shown.partition("Commands:")[2].splitlines()
        if line
    }
    assert set(told) == set(cli.commands)
    for name, about in told.items():
        assert about.endswith("."), name
        assert not about.endswith("..."), name


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_every_option_is_explained_and_fits_80_columns(name: str) -> None:
    for parameter in cli.commands[name].params:
        if isinstance(parameter, click.Option):
            assert len((parameter.help or "").split()) >= 3, parameter.name
        else:  # click shows no help of arguments: the text says what they are
            assert str(parameter.metavar or parameter.name).upper() in str(cli.commands[name].help)
    shown = CliRunner().invoke(cli, [name, "--help"], terminal_width=80).output
    assert max(map(len, shown.splitlines())) <= 80


@pytest.mark.parametrize("name", ["check", "template"])
def test_the_datasets_are_named_where_one_must_be_chosen(name: str) -> None:
    shown = CliRunner().invoke(cli, [name, "--help"]).output.split()
    known = {path.name.partition(".")[0] for path in Settings.load().expectations.glob("*.odcs.yaml")}
    assert known <= {word.strip(".,") for word in shown}


def test_history_of_a_missing_folder_starts_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path, tmp_path: Path
) -> None:
    assert run_main(monkeypatch, "load-history", str(tmp_path / "none"), "--date", "2026-07-28") == 1
    assert "There is no folder" in capsys.readouterr().err
    assert not home.exists()


def test_the_commands_are_those_of_the_public_interface() -> None:
    promised = "clean down load-history nightly password resume rollback setup status up url"
    promised += " alias check rules template explain release-held replay unlock withdraw trace"
    assert set(promised.split()) <= set(cli.commands)


def test_the_version_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from lumbung import __version__

    assert run_main(monkeypatch, "--version") == 0
    assert __version__ in capsys.readouterr().out


@pytest.mark.parametrize(
    "text", ["28-07-2026", "2026-7-28", "20260728", "2026-W31-2", "kemarin", "2026-02-30", ""]
)
def test_only_iso_dates_are_taken(
    text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_main(monkeypatch, "nightly", "--date", text) == 2
    assert "is not a date like 2026-07-28" in capsys.readouterr().err


def test_inbox_channels_and_date_reach_the_night(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    seen: list[tuple[Any, ...]] = []
    monkeypatch.setattr(
        "lumbung.local.nightly.nightly", lambda settings, console, *rest: seen.append((settings.home, *rest))
    )
    assert run_main(monkeypatch, "nightly", "--inbox", "kotak masuk", "--date", "2026-07-28") == 0
    assert run_main(monkeypatch, "nightly", "--channels") == 0
    assert run_main(monkeypatch, "nightly") == 0
    assert run_main(monkeypatch, "nightly", "--channels", "--inbox", "kotak masuk") == 2
    assert seen == [
        (home, Path("kotak masuk"), date(2026, 7, 28), False),
        (home, None, None, True),
        (home, None, None, False),
    ]


def test_a_known_error_ends_in_three_lines_and_status_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    fail_with(monkeypatch, LumbungError("The [disk] is full.", "Nothing was published.", "Make room."))
    assert run_main(monkeypatch, "status") == 1
    said = capsys.readouterr()
    assert said.err.splitlines() == ["Failed: The [disk] is full.", "Nothing was published.", "Make room."]
    assert said.out == ""
    assert not home.exists()


def test_an_unforeseen_error_ends_in_three_lines_and_a_named_log(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    fail_with(monkeypatch, ZeroDivisionError("division by zero"))
    assert run_main(monkeypatch, "status") == 1
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "Failed: ZeroDivisionError: division by zero"
    assert len(lines) == 3
    log = home / "logs" / "lumbung-error.log"
    assert str(log) in lines[2]
    assert "Traceback" in log.read_text()
    assert not any("Traceback" in line for line in lines)


def test_an_unforeseen_error_finds_another_place_where_home_cannot_be_written(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path, tmp_path: Path
) -> None:
    home.write_text("a file where the folder should be")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    fail_with(monkeypatch, ZeroDivisionError("x"))
    assert run_main(monkeypatch, "status") == 1
    assert str(tmp_path / "lumbung-error.log") in capsys.readouterr().err
    assert "ZeroDivisionError" in (tmp_path / "lumbung-error.log").read_text()


@pytest.mark.parametrize("error", [KeyboardInterrupt(), click.exceptions.Abort()])
def test_ctrl_c_says_that_nothing_is_half_done(
    error: BaseException, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    fail_with(monkeypatch, error)
    assert run_main(monkeypatch, "status") == 130
    assert "the same command goes on from there" in capsys.readouterr().err


def test_wrong_usage_ends_with_2(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_main(monkeypatch, "rollback", "41") == 2
    assert "--reason" in capsys.readouterr().err


def test_the_terminal_shows_our_warnings_and_no_librarys_log(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    def talk(*_: Any) -> None:
        logging.basicConfig(level=logging.DEBUG)  # what some libraries do when imported
        logging.getLogger("somebody.else").error("chatter")
        logging.getLogger("lumbung.night").info("details")
        logging.getLogger("lumbung.night").warning("the inbox has folders of no office: %s", ["9999"])

    monkeypatch.setattr("lumbung.local.status.print_status", talk)
    assert run_main(monkeypatch, "status") == 0
    assert capsys.readouterr().err == "Note: the inbox has folders of no office: ['9999']\n"


def test_clean_refuses_a_folder_that_is_no_installation(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    (home / "postgres").mkdir(parents=True)
    (home / "landing").mkdir()
    (home / "letters.txt").write_text("dear")
    assert run_main(monkeypatch, "clean", "--yes") == 1
    assert "does not look like an installation" in capsys.readouterr().err
    assert sorted(p.name for p in home.iterdir()) == ["landing", "letters.txt", "postgres"]


def test_clean_of_nothing_makes_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    assert run_main(monkeypatch, "clean") == 0
    assert "nothing to delete" in capsys.readouterr().out
    assert not home.exists()


def test_clean_leaves_what_is_not_lumbungs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    settings = Settings.load()
    settings.update_state(postgres_port=1)
    settings.update_secrets(lumbung_reader="x")
    (home / "state.jsonk3j2").write_text("{}")  # left by a crash
    (home / "landing" / "x").mkdir(parents=True)
    (home / "inbox").mkdir()
    assert run_main(monkeypatch, "clean", "--yes") == 0
    assert [p.name for p in home.iterdir()] == ["inbox"]
    assert "not made by Lumbung: inbox" in capsys.readouterr().out


def test_clean_deletes_the_home_itself_when_it_is_empty_then(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    Settings.load().update_state(postgres_port=1)
    assert run_main(monkeypatch, "clean", "--yes") == 0
    assert not home.exists()


@pytest.mark.parametrize("command", ["url", "password"])
def test_before_set_up_there_is_nothing_to_tell(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    assert run_main(monkeypatch, command) == 1
    assert "make nightly" in capsys.readouterr().err
    assert not home.exists()


def test_down_of_nothing_makes_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    assert run_main(monkeypatch, "down") == 0
    assert "nothing was running" in capsys.readouterr().out
    assert not home.exists()


class TestUrl:
    @pytest.fixture(autouse=True)
    def _other_server(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LUMBUNG_DB_HOST", "db.example")
        monkeypatch.setenv("LUMBUNG_DB_PORT", "5432")
        for role in ("READER", "PLANNER", "ENGINEER", "OWNER"):
            monkeypatch.setenv(f"LUMBUNG_{role}_PASSWORD", f"p@ss/{role.lower()}")

    @pytest.mark.parametrize("role", ["reader", "planner", "engineer"])
    def test_is_one_line_for_the_role(
        self, role: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert run_main(monkeypatch, "url", "--role", role) == 0
        assert capsys.readouterr().out == (
            f"postgresql://lumbung_{role}:p%40ss%2F{role}@db.example:5432/lumbung\n"
        )

    def test_is_the_readers_by_default_and_carries_a_release(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        import psycopg.conninfo

        from lumbung.publish import ledger
        from lumbung.warehouse import connection

        asked: list[int] = []
        monkeypatch.setattr(connection, "connect", lambda role, settings: nullcontext())
        monkeypatch.setattr(ledger, "named_release", lambda _, release: asked.append(release))
        assert run_main(monkeypatch, "url", "--release", "41") == 0
        assert asked == [41], "the warehouse is asked whether there is such a release"
        address = psycopg.conninfo.conninfo_to_dict(capsys.readouterr().out.strip())
        assert address["user"] == "lumbung_reader"
        assert address["password"] == "p@ss/reader"
        assert address["options"] == "-c lumbung.release=41"

    def test_offers_no_role_that_may_write(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert run_main(monkeypatch, "url", "--role", "owner") == 2
        assert "p@ss" not in capsys.readouterr().err
