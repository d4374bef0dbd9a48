"""The folder channel."""

import os
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from lumbung.intake.channels.base import Arrival, Errand, Notice
from lumbung.intake.channels.folder import MOST_BYTES, FolderChannel, folders_of_nobody


def put(path: Path, content: str = "isi", at: int = 1_785_000_000) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    os.utime(path, (at, at))
    return path


def errand(folder: Path) -> Errand:
    return Errand("3510", date(2026, 7, 28), frozenset({"staple_prices"}), folder)


def fetched(inbox: Path) -> tuple[list[str], list[str]]:
    items = list(FolderChannel(inbox).fetch(errand(inbox)))
    return (
        [f"{item.dataset}/{item.source_name}" for item in items if isinstance(item, Arrival)],
        [item.text for item in items if isinstance(item, Notice)],
    )


def test_files_come_in_the_order_of_their_arrival_then_of_their_names(tmp_path: Path) -> None:
    put(tmp_path / "3510/staple_prices/c.csv", at=3)
    put(tmp_path / "3510/staple_prices/a.csv", at=5)
    put(tmp_path / "3510/staple_prices/b.csv", at=3)
    put(tmp_path / "3510/staple_stocks/a.csv", at=4)
    put(tmp_path / "3511/staple_prices/other.csv", at=1)

    names = ["staple_prices/b.csv", "staple_prices/c.csv", "staple_stocks/a.csv", "staple_prices/a.csv"]
    assert fetched(tmp_path) == (names, [])


def test_a_file_arrived_when_it_was_last_changed(tmp_path: Path) -> None:
    path = put(tmp_path / "3510/staple_prices/harga.csv", at=1_785_000_000)
    (arrival,) = FolderChannel(tmp_path).fetch(errand(tmp_path))

    assert arrival == Arrival("staple_prices", "harga.csv", path, datetime.fromtimestamp(1_785_000_000, UTC))


def test_an_office_without_a_folder_has_handed_in_nothing(tmp_path: Path) -> None:
    assert fetched(tmp_path / "nowhere") == ([], [])


def test_what_would_only_fill_the_disk_is_told_and_left(tmp_path: Path) -> None:
    for name, size in (("besar.csv", MOST_BYTES), ("terlalu.csv", MOST_BYTES + 1)):
        os.truncate(put(tmp_path / "3510/staple_prices" / name), size)
    names, notices = fetched(tmp_path)
    assert names == ["staple_prices/besar.csv"]
    assert notices == [
        "3510/staple_prices/terlalu.csv is not taken: larger than 1024 MiB;"
        " tell its office, which gets no receipt for it"
    ]


@pytest.mark.parametrize(
    "name", [".harga.csv", "~$harga.xlsx", "harga.csv.part", "HARGA.TMP", "Thumbs.db", ".DS_Store"]
)
def test_lock_files_and_unfinished_ones_are_passed_over(tmp_path: Path, name: str) -> None:
    put(tmp_path / "3510/staple_prices" / name)
    put(tmp_path / "3510" / name)

    assert fetched(tmp_path) == ([], [])


def test_what_is_no_file_in_a_datasets_folder_is_reported(tmp_path: Path) -> None:
    put(tmp_path / "3510/harga.csv")
    put(tmp_path / "3510/staple_prices/juli/harga.csv")
    os.mkfifo(tmp_path / "3510/staple_prices/pipa")

    assert fetched(tmp_path) == (
        [],
        [
            "3510/harga.csv is in no dataset's folder",
            "3510/staple_prices/juli is not a file",
            "3510/staple_prices/pipa is not a file",
        ],
    )


def test_links_out_of_the_offices_folder_are_refused(tmp_path: Path) -> None:
    secret = put(tmp_path / "rahasia.csv")
    other = put(tmp_path / "3511/staple_prices/harga.csv")
    own = put(tmp_path / "3510/staple_prices/harga.csv")
    folder = own.parent
    (folder / "a.csv").symlink_to(secret)
    (folder / "b.csv").symlink_to(other)
    (folder / "c.csv").symlink_to(own)
    (folder / "d.csv").symlink_to("../../../rahasia.csv")
    (folder / "e.csv").symlink_to(folder / "gone")
    (tmp_path / "3510/staple_stocks").symlink_to(other.parent)

    names, notices = fetched(tmp_path)
    assert names == ["staple_prices/c.csv", "staple_prices/harga.csv"]
    assert notices == [
        f"3510/{name} leads out of the office's folder"
        for name in ("staple_prices/a.csv", "staple_prices/b.csv", "staple_prices/d.csv", "staple_stocks")
    ]


def test_an_inbox_that_is_a_link_itself_is_fine(tmp_path: Path) -> None:
    put(tmp_path / "real/3510/staple_prices/harga.csv")
    (tmp_path / "inbox").symlink_to(tmp_path / "real")

    assert fetched(tmp_path / "inbox")[0] == ["staple_prices/harga.csv"]


def test_folders_that_are_no_offices_are_named(tmp_path: Path) -> None:
    for name in ("3510", "Banyuwangi", "3599", ".git"):
        (tmp_path / name).mkdir()

    assert folders_of_nobody(tmp_path, ["3510", "3511"]) == ["3599", "Banyuwangi"]
    assert folders_of_nobody(tmp_path / "nowhere", ["3510"]) == []


def test_a_file_that_is_still_being_copied_is_left_for_the_next_night(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    growing = put(tmp_path / "3510/staple_prices/besar.csv", "separuh", at=int(time.time()))
    put(tmp_path / "3510/staple_prices/baru.csv", at=int(time.time()))
    put(tmp_path / "3510/staple_prices/lama.csv")
    waited: list[float] = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        growing.write_text("separuh lagi")

    monkeypatch.setattr("lumbung.intake.channels.folder.time.sleep", wait)
    items = list(FolderChannel(tmp_path, settle_seconds=3).fetch(errand(tmp_path)))
    assert [item.source_name for item in items if isinstance(item, Arrival)] == ["lama.csv", "baru.csv"]
    assert [item.text for item in items if isinstance(item, Notice)] == [
        "3510/staple_prices/besar.csv is still being written; the next night takes it"
    ]
    assert waited == [3]


def test_nobody_waits_for_files_that_have_lain_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "3510/staple_prices/lama.csv")
    monkeypatch.setattr("lumbung.intake.channels.folder.time.sleep", lambda _: pytest.fail("waited"))
    assert len(list(FolderChannel(tmp_path, settle_seconds=3).fetch(errand(tmp_path)))) == 1
