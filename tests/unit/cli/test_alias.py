"""`lumbung alias` on the terminal: what is shown, what is written, what comes next."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from lumbung.aliases import unknown
from lumbung.aliases.unknown import UnknownName
from lumbung.cli import alias as command
from lumbung.cli.main import cli
from lumbung.settings import Settings

SEED = "dbt_project/seeds/commodity_aliases.csv"
CABE = ("commodity", "Cabe Kriting", "cabai_merah_keriting")


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout of the seeds and contracts without a warehouse."""
    real = Settings.load()
    settings = Settings(root=tmp_path, home=tmp_path / "home")
    shutil.copytree(real.seeds, settings.seeds)
    (tmp_path / "expectations").symlink_to(real.expectations)
    (tmp_path / ".git").mkdir()
    monkeypatch.delenv("LUMBUNG_DB_HOST", raising=False)
    monkeypatch.setattr(Settings, "load", lambda: settings)
    return tmp_path


def run(*arguments: str) -> str:
    result = CliRunner().invoke(cli, ["alias", *arguments], terminal_width=80, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def used(text: str, **facts: object) -> UnknownName:
    name = UnknownName("commodity", text, "", **facts)  # type: ignore[arg-type]
    name.submissions |= {"3510-SP-9f2c41d07a": "3510", "3573-SP-0011223344": "3573"}
    return name


def let_use(monkeypatch: pytest.MonkeyPatch, *names: UnknownName) -> None:
    monkeypatch.setattr(command, "_unknown", lambda *_: list(names))


def test_the_line_is_shown_and_nothing_written_until_asked(checkout: Path) -> None:
    before = (checkout / SEED).read_bytes()
    said = run(*CABE)
    assert f"{SEED}, line 14 (not written), behind Cabe Keriting,cabai_merah_keriting:" in said
    assert "  Cabe Kriting,cabai_merah_keriting\n" in said
    assert "Nothing was changed." in said
    assert (checkout / SEED).read_bytes() == before


def test_a_written_line_says_how_to_go_on_and_back(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    let_use(monkeypatch, used("CABE KRITING"), used("Bawang Bombay"))
    said = run(*CABE, "--write")
    assert "Cabe Kriting,cabai_merah_keriting\n" in (checkout / SEED).read_text(encoding="utf-8")
    assert f"git diff {SEED}" in said
    assert "lumbung replay 3510-SP-9f2c41d07a 3573-SP-0011223344 --apply" in said
    assert f"Undo: git checkout -- {SEED}" in said


def test_without_a_submission_that_used_it_there_is_nothing_to_replay(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_use(monkeypatch, used("Bawang Bombay"))
    assert "nothing more: no submission of the last 7 days used it" in run(*CABE, "--days", "7")


def test_writing_needs_a_checkout_and_all_three_words(checkout: Path) -> None:
    for words in ((), ("commodity",), CABE[:2]):
        assert CliRunner().invoke(cli, ["alias", *words, "--write"]).exit_code == 2
    (checkout / ".git").rmdir()
    refused = CliRunner().invoke(cli, ["alias", *CABE, "--write"])
    assert "no checkout" in str(refused.exception)


def test_names_nobody_knows_are_listed_with_offices_and_the_nearest(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cabe = used("Cabe\x1b[31m Kriting", rows=12, nearest=[("cabai_merah_keriting", 0.96)])
    now_known = used("Brambang", rows=2, known_as="bawang_merah")
    let_use(monkeypatch, cabe, now_known)
    said = run()
    words = " ".join(said.replace("│", " ").split())
    assert "commodity Cabe [31m 12 2 3510, Cabai Merah Keriting Kriting 3573 0.96" in words
    assert "\x1b" not in said
    assert "lumbung alias commodity 'Cabe [31m Kriting' cabai_merah_keriting" in said
    assert "1 name became known since" in said
    assert "lumbung replay 3510-SP-9f2c41d07a 3573-SP-0011223344 --apply" in said
    assert max(map(len, said.partition("\nNext")[0].splitlines())) <= 80
    assert "No submission" in run("market")
    assert "No submission" in run("--regency", "Kota Surabaya")


def test_the_nearest_to_a_name_are_told_with_how_alike_they_are(checkout: Path) -> None:
    assert "0.96  cabai_merah_keriting  Cabai Merah Keriting" in run("commodity", "Cabe Kriting")
    assert "Nothing in the list of commodity resembles 'Xylophon'." in run("commodity", "Xylophon")
    assert "Malang may mean Kota Malang (3573) already." in run("regency", "Malang")
    assert "3510-pasar-rogojampi" in run("market", "Rogojampy", "--regency", "Banyuwangi")
    refused = CliRunner().invoke(cli, ["alias", "market", "Rogojampy"])
    assert "repeat across regencies" in str(refused.exception)


def test_the_listing_needs_a_warehouse_and_says_so(checkout: Path) -> None:
    refused = CliRunner().invoke(cli, ["alias"])
    assert "not set up" in str(refused.exception)
    assert unknown.LISTS["commodity"].seed == Path(SEED).stem
