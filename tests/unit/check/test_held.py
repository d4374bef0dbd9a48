"""Held rows on their way into quarantine: in pieces, and as COPY takes them."""

import json

import pytest

from lumbung.check import held, outputs
from lumbung.check.held import HeldRow
from tests.unit.check.check_night import decoded_file, night, row


def test_pieces_are_no_other_rows_than_the_whole(tmp_path, monkeypatch):
    rows = [row(market=f"Entah {n}", price=f"{n}.000") for n in range(1, 8)]
    sheets = ["Juni"] * 3 + ["Juli"] * 4
    judged = night(decoded_file(tmp_path, 0, rows, sheets=sheets)).judgement()
    whole = list(judged.held)
    assert [(one.sheet, one.row_number) for one in whole] == [
        *(("Juni", n) for n in (2, 3, 4)),
        *(("Juli", n) for n in (2, 3, 4, 5)),
    ]
    assert [one.cells["market"] for one in whole] == [f"Entah {n}" for n in range(1, 8)]
    assert [one.typed["price_idr"] for one in whole] == [n * 1000 for n in range(1, 8)]
    for size in (1, 2, 3, 7):
        monkeypatch.setattr(held, "_PIECE", size)
        assert list(judged.held) == whole


@pytest.mark.parametrize("sheet", ["", "Harga", "a\tb", "a\\b", "a\\tb", "\\.", "baris\nbaru\r", "\\N"])
def test_a_row_is_one_line_whatever_it_holds(tmp_path, sheet):
    cells = {"market": 'Pasar "A"\\', "note": "a\tb\nc\\N é"}
    one = HeldRow(sheet, 7, 2, cells, {"price_idr": None, "unit": "kg"}, ["SP-202", "SP-001"])
    path = tmp_path / "a.held.copy"
    outputs.write_held(path, "3507-SP-1", [one, one])
    assert list(outputs.read_held(path)) == [(sheet, 7, 2, ["SP-202", "SP-001"])] * 2
    lines = path.read_text(encoding="utf-8").split("\n")
    assert [line.count("\t") for line in lines] == [6, 6, 0]
    written = lines[0].split("\t")[4]
    assert json.loads(written.replace("\\\\", "\\")) == cells
