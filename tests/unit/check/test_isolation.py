"""A file that breaks the check is left out; errors of the machine, and of many files, are not hidden."""

from dataclasses import dataclass

import pytest

from lumbung.check.isolation import MOST_BREAKERS, judge_but_breakers


@dataclass(frozen=True)
class File:
    submission_id: str


FILES = [File(f"{number:03d}") for number in range(100)]


class Judge:
    """Gives the receipt numbers it judged; raises where one of those it cannot bear is among them."""

    def __init__(self, breakers: set[str], error: Exception) -> None:
        self.breakers, self.error, self.calls = breakers, error, 0

    def __call__(self, files: list[File]) -> list[str]:
        self.calls += 1
        judged = [file.submission_id for file in files]
        if self.breakers & set(judged):
            raise self.error
        return judged


def test_a_night_without_fault_is_judged_once() -> None:
    judge = Judge(set(), ValueError())
    assert judge_but_breakers(FILES, judge) == ([file.submission_id for file in FILES], {})
    assert judge.calls == 1


def test_breakers_are_found_and_the_others_judged_together_in_their_order() -> None:
    breakers = {"000", "042", "043", "099"}
    judge = Judge(breakers, ValueError("harga 12.500 of an office"))
    judged, broken = judge_but_breakers(FILES, judge)
    assert judged == [file.submission_id for file in FILES if file.submission_id not in breakers]
    assert set(broken) == breakers
    for where in broken.values():
        assert where.startswith("ValueError in __call__:")
        assert "12.500" not in where


def test_what_many_files_meet_is_raised() -> None:
    many = {file.submission_id for file in FILES[: MOST_BREAKERS + 1]}
    with pytest.raises(ValueError, match="of all"):
        judge_but_breakers(FILES, Judge(many, ValueError("of all")))


def test_an_error_that_no_file_meets_alone_is_raised() -> None:
    def judge(files: list[File]) -> None:
        if len(files) > 1:
            raise ValueError("together")

    with pytest.raises(ValueError, match="together"):
        judge_but_breakers(FILES, judge)


@pytest.mark.parametrize("error", [OSError("disk full"), MemoryError()])
def test_the_machines_errors_are_raised_at_once(error: Exception) -> None:
    judge = Judge({"007"}, error)
    with pytest.raises(type(error)):
        judge_but_breakers(FILES, judge)
    assert judge.calls == 1
