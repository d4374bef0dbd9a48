"""Tables of web pages, whole, sloppy and cut off."""

from dataclasses import replace
from pathlib import Path

import pytest

from lumbung.decode.job import DecodeJob
from lumbung.decode.limits import Limits
from lumbung.decode.outcome import DecodeOutcome
from lumbung.decode.single import decode_file
from tests.unit.decode.builders import SPEC, codes, rows_of

PAGES = replace(SPEC, formats=("html",))
HEAD = "<tr><th>Tanggal<th>Pasar<th>Komoditas<th>Harga</tr>"
ROW = "<tr><td>28/07/2026</td><td>P</td><td>B</td><td>{}</td></tr>"


def read(folder: Path, text: str) -> DecodeOutcome:
    path = folder / "page.xls"
    path.write_text(text)
    return decode_file(DecodeJob("3510-SP-0000000000", path, "page.xls"), PAGES, folder, Limits())


@pytest.mark.parametrize(
    "text",
    [
        f"<html><body><table>{HEAD}{ROW.format(1)}</table></body></html>",
        f"<html><body><table>{HEAD}{ROW.format(1)}</body></html>",
        f"<html><table>{HEAD}<tr><td>28/07/2026<td>P<td>B<td>1</html>",
        f"<table>{HEAD}{ROW.format(1)}</table><p>Sumber: dinas",
    ],
    ids=["whole", "table not ended", "no ends but the page's", "no page"],
)
def test_a_page_is_read_as_browsers_read_it(tmp_path: Path, text: str) -> None:
    assert [row["price"] for row in rows_of(read(tmp_path, text))] == ["1"]


def test_a_table_that_is_not_ended_keeps_its_rows_when_another_begins(tmp_path: Path) -> None:
    both = f"<html><body><table>{HEAD}{ROW.format(1)}<table>{HEAD}{ROW.format(2)}</table></body></html>"

    assert [row["price"] for row in rows_of(read(tmp_path, both))] == ["1", "2"]


@pytest.mark.parametrize("cut", [0, 3, 12, 40])
def test_a_page_that_is_cut_off_is_no_page(tmp_path: Path, cut: int) -> None:
    rows = "".join(ROW.format(n) for n in range(9))
    text = f"<html><body><table>{HEAD}{rows}"
    outcome = read(tmp_path, text[: len(text) - cut])

    assert codes(outcome) == ["unreadable_file"]
    assert outcome.faults[0].context == {"reason": "cut_off"}
