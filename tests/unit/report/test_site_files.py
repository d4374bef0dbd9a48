"""The folder of a release: unchanged files are the same files, nothing else stays."""

from pathlib import Path

import pytest

from lumbung.report.site.build import write_site
from lumbung.report.site.files import MANIFEST, Folder, point, replace


def never() -> bytes:
    raise AssertionError("an unchanged page was made anew")


def made(place: Path, earlier: Path | None, **pages: str) -> Folder:
    folder = Folder(place, earlier)
    for name, content in pages.items():
        folder.put(f"{name}/it.html", content, content.encode)
    folder.close()
    return folder


def test_an_unchanged_file_is_taken_over_and_a_changed_one_is_made(tmp_path: Path) -> None:
    first, second = tmp_path / "1", tmp_path / "2"
    made(first, None, a="same", b="old")
    folder = Folder(second, first)
    folder.put("a/it.html", "same", never)
    folder.put("b/it.html", "new", lambda: b"new")
    folder.close()
    assert (folder.kept, folder.written) == (1, 1)
    assert (second / "a" / "it.html").samefile(first / "a" / "it.html")
    assert (first / "b" / "it.html").read_text() == "old"


def test_writing_a_release_again_makes_nothing(tmp_path: Path) -> None:
    made(tmp_path / "1", None, a="same")
    folder = Folder(tmp_path / "1", tmp_path / "1")
    folder.put("a/it.html", "same", never)
    folder.close()
    assert (folder.kept, folder.written) == (1, 0)


def test_a_file_that_somebody_deleted_is_made_again(tmp_path: Path) -> None:
    made(tmp_path / "1", None, a="same")
    (tmp_path / "1" / "a" / "it.html").unlink()
    assert made(tmp_path / "1", tmp_path / "1", a="same").written == 1


def test_what_the_release_no_longer_has_goes(tmp_path: Path) -> None:
    place = tmp_path / "1"
    made(place, None, a="one", b="two")
    (place / ".half.html").write_text("left by a crash")
    made(place, place, a="one")
    assert {path.relative_to(place).as_posix() for path in place.rglob("*")} == {"a", "a/it.html", MANIFEST}


def test_without_links_between_file_systems_files_are_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(tmp_path / "1", None, a="same")

    def refuse(self: Path, target: Path) -> None:
        raise OSError("cross-device link")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    assert made(tmp_path / "2", tmp_path / "1", a="same").written == 1


def test_replacing_a_taken_over_file_leaves_the_earlier_release(tmp_path: Path) -> None:
    made(tmp_path / "1", None, a="same")
    made(tmp_path / "2", tmp_path / "1", a="same")
    replace(tmp_path / "2" / "a" / "it.html", b"changed")
    assert (tmp_path / "1" / "a" / "it.html").read_text() == "same"


def test_current_moves_in_one_step(tmp_path: Path) -> None:
    for name in ("1", "2"):
        (tmp_path / name).mkdir()
        point(tmp_path / "current", Path(name))
    assert (tmp_path / "current").resolve() == (tmp_path / "2").resolve()


def test_without_a_release_the_first_page_says_why_and_what_to_do(tmp_path: Path) -> None:
    site = write_site(None, tmp_path, 10)
    text = (tmp_path / "current" / "ringkasan.html").read_text()
    assert site.first.read_text() == text
    assert "Belum ada rilis" in text
    assert "make nightly" in text
    assert write_site(None, tmp_path, 10).written == 0
