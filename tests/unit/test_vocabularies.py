"""What names a month or a period, and what only looks like one."""

import pytest

from lumbung.reference import Reference
from lumbung.settings import Settings
from lumbung.vocabularies import vocabulary

REFERENCE = Reference.load(Settings.load())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("6", "06"), ("06", "06"), ("6.", "06"), ("'06", "06"), (" Bulan 6 ", "06"), ("bulan ke-6", "06"),
        ("Juni", "06"),
        ("TW-2", "TW2"), ("Triwulan II", "TW2"), ("tahunan", "tahunan"),
        ("-1+1", None), ("=1+1", None), ("-6", None), ("0.6", None), ("1,2", None), ("٠٦", None),
        ("13", None), ("0", None),
    ],
)  # fmt: skip
def test_periods(text: str, code: str | None) -> None:
    assert vocabulary("reporting_period", REFERENCE).resolve("3510", text) == code
