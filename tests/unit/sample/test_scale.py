"""A night of any size."""

from pathlib import Path

from lumbung.sample.scale import generate_scale
from lumbung.settings import Settings


def test_as_many_rows_as_asked_for_or_a_little_more(tmp_path: Path) -> None:
    rows = generate_scale(Settings.load(), tmp_path, rows=3_000)
    assert 3_000 <= rows < 3_000 + 121 * 12
    lines = [line for path in tmp_path.rglob("harga.csv") for line in path.read_text().splitlines()]
    assert len(lines) == rows + 38
