"""JSON records."""

import json
from pathlib import Path

import pytest

from tests.unit.decode.builders import codes, decode, rows_of

RECORD = {"tanggal": "2026-07-28", "pasar": "Pasar Besar", "komoditas": "Bawang Merah", "harga": 12500}


@pytest.mark.parametrize(
    "wrap", [lambda records: records, lambda records: {"kantor": "3510", "data": records}]
)
def test_records_and_records_under_data(tmp_path: Path, wrap) -> None:
    other = {"harga": "12.500", "pasar": "B", "komoditas": None, "tanggal": "2026-07-28", "satuan": "kg"}
    outcome = decode(tmp_path, json.dumps(wrap([RECORD, {}, other])))

    assert outcome.format == "json"
    assert outcome.sheets[0]["header_row"] == 0
    first, second = rows_of(outcome)
    assert (first["row_number"], first["price"], first["unit"]) == (1, "\x1fn12500.0", None)
    assert (second["row_number"], second["price"], second["unit"]) == (3, "12.500", "kg")
    assert second["commodity"] is None


def test_booleans_nested_values_and_what_json_calls_numbers_are_marked(tmp_path: Path) -> None:
    text = json.dumps([RECORD | {"harga": True}, RECORD | {"harga": [1]}, RECORD | {"harga": {"a": 1}}])
    text = text[:-1] + ", " + json.dumps(RECORD).replace("12500", "NaN") + "]"
    outcome = decode(tmp_path, text)

    assert [row["price"] for row in rows_of(outcome)] == ["\x1fb1", "\x1fe[…]", "\x1fe{…}", "\x1feNaN"]


def test_marks_cannot_be_forged(tmp_path: Path) -> None:
    outcome = decode(tmp_path, json.dumps([RECORD | {"harga": "\x1fn1", "pasar": "a\ud800b"}]))

    assert (rows_of(outcome)[0]["price"], rows_of(outcome)[0]["market"]) == ("n1", "ab")


def test_a_key_twice_in_a_record_is_a_duplicate_header(tmp_path: Path) -> None:
    text = json.dumps([RECORD, RECORD])[:-2] + ', "harga": 99}]'
    outcome = decode(tmp_path, text)

    fault = outcome.faults[0]
    assert (fault.code, fault.row_number, fault.column_name) == ("duplicate_header", 2, "harga")


@pytest.mark.parametrize(
    "text",
    [
        '[{"tanggal": 1}',
        "[" * 200_000,
    ],
)
def test_what_is_not_json_is_unreadable(tmp_path: Path, text: str) -> None:
    assert codes(decode(tmp_path, text)) == ["unreadable_file"]


def test_no_records(tmp_path: Path) -> None:
    assert codes(decode(tmp_path, "[]")) == ["empty_file"]


def test_a_title_in_brackets_is_not_json(tmp_path: Path) -> None:
    outcome = decode(tmp_path, "[Laporan];;;\ntanggal;pasar;komoditas;harga\n2026-07-28;P;B;1\n")

    assert (outcome.format, outcome.rows_total) == ("csv", 1)


@pytest.mark.parametrize("digits", ["9" * 16, "9" * 400, "9" * 5000, "-" + "9" * 400])
def test_a_whole_number_beyond_a_float_stays_as_written(tmp_path: Path, digits: str) -> None:
    text = json.dumps([RECORD, RECORD]).replace("12500", digits, 1)

    assert [row["price"] for row in rows_of(decode(tmp_path, text))] == [digits, "\x1fn12500.0"]


def test_records_that_share_no_key_are_too_many_cells(tmp_path: Path) -> None:
    records = [RECORD, *({f"k{n}": 1} for n in range(5000))]

    assert codes(decode(tmp_path, json.dumps(records))) == ["too_large"]


@pytest.mark.parametrize(
    "text", [json.dumps({"status": "ok", "rows": [RECORD]}), json.dumps({"data": [RECORD]})]
)
def test_the_one_list_of_records_is_read_whatever_stands_beside_it(tmp_path: Path, text: str) -> None:
    assert [row["price"] for row in rows_of(decode(tmp_path, text))] == ["\x1fn12500.0"]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ([RECORD, 5], "isi ke-2 dalam daftar berupa nilai"),
        ({"A": {"B": {"C": 1, "D": 2}}, "catatan": "x"}, '"catatan" bernilai pada tingkat ke-1'),
        ({"A": {"B": {"C": 1, "D": 2}, "E": 1}}, '"A › E" bernilai pada tingkat ke-2'),
        ({"A": {"B": [1, 2]}}, '"A › B" berisi daftar'),
        ({"a": 1, "b": 2}, "isinya satu catatan saja, bukan daftar"),
        ({"a": [1], "data": 3}, "isinya berupa nilai"),
    ],
)
def test_uneven_nesting_is_not_called_damage(tmp_path: Path, content: object, found: str) -> None:
    outcome = decode(tmp_path, json.dumps(content))

    assert codes(outcome) == ["uneven_nesting"]
    assert outcome.faults[0].context["found"] == found
