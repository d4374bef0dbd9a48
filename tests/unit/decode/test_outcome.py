"""Outcomes on disk."""

from pathlib import Path

from lumbung.contracts.vocabulary import FAULTS
from lumbung.decode.outcome import DecodeOutcome, Fault
from tests.unit.decode.builders import HEADER, ROW, decode, workbook


def test_an_outcome_reads_back_as_written(tmp_path: Path) -> None:
    outcome = decode(tmp_path, f"{HEADER}\n{ROW}\n{ROW};x\n")

    assert DecodeOutcome.read(tmp_path, outcome.submission_id) == outcome
    assert outcome.faults[0].context == {"expected": 4, "count": 5}


def test_the_same_bytes_give_the_same_files(tmp_path: Path) -> None:
    content = workbook({"A": [HEADER.split(";"), ["2026-07-28", "P", "B", 1]], "B": [["x"]]})
    for folder in ("first", "second"):
        decode(tmp_path / folder, content)

    names = ("3510-SP-0000000000.arrow", "3510-SP-0000000000.json")
    first, second = (
        [(tmp_path / folder / name).read_bytes() for name in names] for folder in ("first", "second")
    )
    assert first == second


def test_a_table_of_an_earlier_attempt_does_not_stay_beside_a_rejection(tmp_path: Path) -> None:
    table = decode(tmp_path, f"{HEADER}\n{ROW}\n").table_path
    assert table is not None
    assert table.exists()

    decode(tmp_path, "")
    assert not table.exists()


def test_context_is_what_messages_of_the_fault_may_use(tmp_path: Path) -> None:
    hostile = [
        "",
        "x",
        f"{HEADER};harga\n{ROW}\n",
        "tanggal;pasar;komoditas\n1;2;3\n",
        "tanggal;harga\n1;2\n",
    ]
    seen: list[Fault] = []
    for content in [*hostile, f"{HEADER}\n{ROW};x\n{HEADER}\n", f"{HEADER}\n"]:
        seen += decode(tmp_path, content).faults

    assert {fault.code for fault in seen} == {
        "empty_file", "header_not_found", "duplicate_header", "missing_column", "no_commodity", "ragged_row",
        "no_rows",
    }  # fmt: skip
    known_elsewhere = {"sheet", "row_number", "column_name", "reason"}
    for fault in seen:
        needed = FAULTS[fault.code] - known_elsewhere - {"suggestion"}
        assert needed <= fault.context.keys(), fault
