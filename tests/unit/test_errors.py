"""An error a person can act on: three lines, none of them empty."""

from lumbung.errors import LumbungError


def test_it_reads_as_what_meaning_and_remedy() -> None:
    error = LumbungError("The disk is full.", "Nothing was published.", "Make room.")
    assert str(error) == "The disk is full.\nNothing was published.\nMake room."
    assert [error.what, error.meaning, error.remedy] == str(error).splitlines()


def test_empty_parts_leave_no_empty_lines() -> None:
    assert str(LumbungError("The disk is full.", "", "Make room.")) == "The disk is full.\nMake room."
    assert str(LumbungError("The disk is full.")) == "The disk is full."
