"""The counts that the page and the terminal share."""

import pytest

from lumbung.report.model import OfficeReport
from tests.unit.report.summaries import ACCEPTED, REJECTED, SUMMARY


@pytest.mark.parametrize(
    ("is_obliged", "is_received", "is_on_time", "standing"),
    [
        (True, True, True, "received"),
        (True, True, False, "late"),
        (True, False, False, "awaited"),
        (False, False, False, "not_obliged"),
        (False, True, True, "received"),
    ],
)
def test_standing(is_obliged: bool, is_received: bool, is_on_time: bool, standing: str) -> None:
    assert OfficeReport("3510", "", is_obliged, is_received, is_on_time, []).standing == standing


def test_the_latest_file_decides_an_offices_verdict() -> None:
    assert OfficeReport("3510", "", True, True, True, [REJECTED, ACCEPTED]).verdict == "accepted"


def test_counts() -> None:
    assert (SUMMARY.expected, SUMMARY.received, SUMMARY.on_time, SUMMARY.late, SUMMARY.awaited) == (
        5,
        4,
        3,
        1,
        1,
    )
    assert SUMMARY.rejected == 1
    assert (SUMMARY.galat, SUMMARY.konfirmasi) == (5, 1)
    assert (SUMMARY.rows_accepted, SUMMARY.rows_held) == (176, 28)
