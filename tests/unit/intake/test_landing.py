"""The landing area."""

import hashlib
import os
from pathlib import Path

import pytest

from lumbung.errors import LumbungError
from lumbung.intake import landing
from lumbung.intake.landing import StillBeingWrittenError, discard_unfinished, landing_path, store
from lumbung.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(root=tmp_path, home=tmp_path / "home")


def everything(settings: Settings) -> list[str]:
    return sorted(
        str(path.relative_to(settings.landing)) for path in settings.landing.rglob("*") if path.is_file()
    )


def test_bytes_are_kept_under_their_hash(settings: Settings, tmp_path: Path) -> None:
    content = os.urandom(3 << 20)
    source = tmp_path / "harga.xlsx"
    source.write_bytes(content)
    stored = store(settings, "staple_prices", "3510", source)

    sha256 = hashlib.sha256(content).hexdigest()
    assert (stored.sha256, stored.size) == (sha256, len(content))
    assert stored.path == settings.landing / "staple_prices" / "3510" / sha256
    assert stored.path.read_bytes() == content
    assert stored.path.stat().st_mode & 0o777 == 0o444
    assert everything(settings) == [f"staple_prices/3510/{sha256}"]


def test_the_same_bytes_are_not_written_again(settings: Settings, tmp_path: Path) -> None:
    source = tmp_path / "harga.csv"
    source.write_bytes(b"isi")
    first = store(settings, "staple_prices", "3510", source)
    inode = first.path.stat().st_ino

    assert store(settings, "staple_prices", "3510", source) == first
    assert first.path.stat().st_ino == inode
    assert len(everything(settings)) == 1


def test_an_empty_file_is_kept_as_well(settings: Settings, tmp_path: Path) -> None:
    source = tmp_path / "kosong.csv"
    source.touch()

    assert store(settings, "staple_prices", "3510", source).size == 0


@pytest.mark.parametrize(
    ("dataset", "regency"),
    [
        ("../../etc", "3510"),
        ("staple_prices", ".."),
        ("", "3510"),
        ("a/b", "3510"),
        ("x", "35/10"),
        ("x\n", "3510"),
    ],
)
def test_places_are_made_of_our_own_names_only(
    settings: Settings, tmp_path: Path, dataset: str, regency: str
) -> None:
    with pytest.raises(LumbungError, match="no place in the landing area"):
        landing_path(dataset, regency, "0" * 64)


def test_a_file_that_grows_while_it_is_copied_is_not_kept(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "harga.csv"
    source.write_bytes(b"isi")
    write_all = landing._write_all

    def growing(handle: int, block: bytes) -> None:
        write_all(handle, block)
        with source.open("ab") as file:
            file.write(b"lagi")
        monkeypatch.setattr(landing, "_write_all", write_all)

    monkeypatch.setattr(landing, "_write_all", growing)
    with pytest.raises(StillBeingWrittenError):
        store(settings, "staple_prices", "3510", source)
    assert everything(settings) == []


def test_a_named_pipe_does_not_hold_the_night_up(settings: Settings, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "harga.csv")

    with pytest.raises(StillBeingWrittenError):
        store(settings, "staple_prices", "3510", tmp_path / "harga.csv")


def test_a_changed_file_in_the_landing_area_is_said_to_be_so(settings: Settings, tmp_path: Path) -> None:
    source = tmp_path / "harga.csv"
    source.write_bytes(b"isi")
    kept = store(settings, "staple_prices", "3510", source).path
    kept.chmod(0o644)
    kept.write_bytes(b"lain sekali")

    with pytest.raises(LumbungError, match="has 11 bytes and should have 3"):
        store(settings, "staple_prices", "3510", source)


def test_what_an_interrupted_run_left_is_removed_for_that_office_only(
    settings: Settings, tmp_path: Path
) -> None:
    source = tmp_path / "harga.csv"
    source.write_bytes(b"isi")
    kept = store(settings, "staple_prices", "3510", source).path
    for name in ("3510-abc", "3511-abc"):
        (settings.landing / ".incoming" / name).write_bytes(b"ha")
    discard_unfinished(settings, "3510")

    assert everything(settings) == [".incoming/3511-abc", str(kept.relative_to(settings.landing))]
