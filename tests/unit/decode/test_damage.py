"""Damage that bytes bring about is the file's fault; what a machine fails at stays the machine's."""

import errno
import io
import warnings
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from lumbung.decode.headers import Header
from lumbung.decode.job import DecodeJob
from lumbung.decode.limits import Limits
from lumbung.decode.outcome import DecodeError, DecodeOutcome
from lumbung.decode.recognise import recognise
from lumbung.decode.sample import Sample
from lumbung.decode.shapes.merged import MergedCells
from lumbung.decode.single import decode_file
from lumbung.decode.source import SheetRows, damage_is_a_fault
from tests.unit.decode.builders import HEADER, ROW, SPEC, codes, rows_of

ARCHIVES = replace(SPEC, formats=("zip", "csv"))


def decode_archive(folder: Path, *names: str) -> DecodeOutcome:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # that a name is there twice
        for name in names:
            archive.writestr(name, f"{HEADER}\n{ROW}\n")
    path = folder / "upload.zip"
    path.write_bytes(buffer.getvalue())
    return decode_file(DecodeJob("3510-SP-0000000000", path, "upload.zip"), ARCHIVES, folder, Limits())


def test_a_place_before_the_first_byte_is_damage_and_a_broken_disk_is_not() -> None:
    with pytest.raises(DecodeError) as raised, damage_is_a_fault():
        raise OSError(errno.EINVAL, "Invalid argument")
    assert raised.value.fault.code == "unreadable_file"

    with pytest.raises(OSError, match="disk"), damage_is_a_fault():
        raise OSError(errno.EIO, "disk")


def test_a_look_at_a_file_takes_damage_and_a_broken_disk_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, error in ((errno.EINVAL, DecodeError), (errno.EIO, OSError)):
        monkeypatch.setattr(Sample, "of", lambda path, number=number: _fail(number))
        with pytest.raises(error):
            recognise(tmp_path / "upload", ("csv",))


def _fail(number: int) -> Sample:
    raise OSError(number, "seek")


@pytest.mark.parametrize("names", [("a.csv", "a.csv"), ("a.csv", "A.CSV")])
def test_two_members_of_one_name_are_unsafe(tmp_path: Path, names: tuple[str, str]) -> None:
    assert codes(decode_archive(tmp_path, *names)) == ["unsafe_archive"]
    assert len(rows_of(decode_archive(tmp_path, "a.csv", "b.csv"))) == 2


def test_merged_cells_upside_down_make_no_room_for_others() -> None:
    upside_down, too_many = (2, 3000, 1000, 1), (2, 1, 1_200_000, 1)
    header = Header(1, 1, {"market": 0}, {"market": "Pasar"})

    assert MergedCells(SheetRows("A", iter(()), merged=((2, 1, 3, 1),)), header, SPEC)
    assert not MergedCells(SheetRows("A", iter(()), merged=(upside_down, too_many)), header, SPEC)
