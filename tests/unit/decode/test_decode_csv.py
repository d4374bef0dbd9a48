"""Delimited text: encodings, delimiters, quotes, lines."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lumbung.decode.limits import Limits
from lumbung.decode.table import is_summing_label
from tests.unit.decode.builders import HEADER, ROW, codes, decode, rows_of


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiter_is_found_by_content(tmp_path: Path, delimiter: str) -> None:
    outcome = decode(tmp_path, f"{HEADER}\n{ROW}\n".replace(";", delimiter))

    assert outcome.delimiter == delimiter
    assert outcome.faults == []
    assert rows_of(outcome) == [
        {
            "sheet": "",
            "row_number": 2,
            "observed_on": "2026-07-28",
            "market": "Pasar Besar",
            "commodity": "Bawang Merah",
            "price": "12.500",
        }
    ]


def test_decimal_commas_and_ragged_rows_do_not_hide_the_semicolons(tmp_path: Path) -> None:
    rows = [
        f"2026-07-{day:02d};Pasar Besar;Bawang;12,500" + (";" if day % 2 else ";;") for day in range(1, 21)
    ]
    outcome = decode(tmp_path, "\n".join(["Laporan Harga, Kabupaten Banyuwangi, Juli 2026", HEADER, *rows]))

    assert outcome.delimiter == ";"
    assert outcome.rows_total == 20
    assert rows_of(outcome)[0]["price"] == "12,500"


def test_a_declared_delimiter_is_a_row_of_its_own(tmp_path: Path) -> None:
    outcome = decode(tmp_path, f"sep=;\n{HEADER}\n{ROW}\n")

    assert outcome.delimiter == ";"
    assert rows_of(outcome)[0]["row_number"] == 3


@pytest.mark.parametrize(
    ("encoding", "recorded"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("cp1252", "cp1252"), ("utf-16", "utf-16")],
)
def test_encoding_is_found_and_recorded(tmp_path: Path, encoding: str, recorded: str) -> None:
    outcome = decode(tmp_path, f"{HEADER}\n{ROW.replace('Besar', 'Besar – Jum’at')}\n".encode(encoding))

    assert outcome.encoding == recorded
    assert rows_of(outcome)[0]["market"] == "Pasar Besar – Jum’at"


def test_a_byte_that_no_encoding_knows_is_named_by_row(tmp_path: Path) -> None:
    outcome = decode(tmp_path, f"{HEADER}\n{ROW}\n".encode() + b"2026-07-28;Pasar \x81;Bawang;1\n")

    assert codes(outcome) == ["bad_encoding"]
    assert outcome.faults[0].row_number == 3
    assert outcome.table_path is None


def test_a_multibyte_character_across_blocks_stays_whole(tmp_path: Path) -> None:
    filler = "x" * ((1 << 19) - len(HEADER) - len("\n2026-07-28;") - 1)
    outcome = decode(tmp_path, f"{HEADER}\n2026-07-28;{filler}é;Bawang;1\n")

    assert outcome.encoding == "utf-8"
    assert rows_of(outcome)[0]["market"].endswith("xé")


def test_marks_cannot_be_forged_and_control_characters_are_dropped(tmp_path: Path) -> None:
    outcome = decode(tmp_path, f"{HEADER}\n2026-07-28;Pasar\x07 Besar;Baw\u0085ang;\x1fn12500\n")

    assert rows_of(outcome)[0] | {"row_number": 0} == {
        "sheet": "",
        "row_number": 0,
        "observed_on": "2026-07-28",
        "market": "Pasar Besar",
        "commodity": "Bawang",
        "price": "n12500",
    }


def test_text_stays_as_written(tmp_path: Path) -> None:
    outcome = decode(
        tmp_path, f'{HEADER}\n 2026-07-28 ;"Pasar ""Besar""; Blok A";" Bawang\nMerah";Rp 12.500,-\n'
    )

    row = rows_of(outcome)[0]
    assert row["observed_on"] == " 2026-07-28 "
    assert row["market"] == 'Pasar "Besar"; Blok A'
    assert row["commodity"] == " Bawang\nMerah"
    assert row["price"] == "Rp 12.500,-"


def test_a_quote_that_does_not_close_swallows_no_rows(tmp_path: Path) -> None:
    outcome = decode(tmp_path, f'{HEADER}\n2026-07-28;"Pasar Besar;Bawang;12500\n{ROW}\n')

    assert codes(outcome) == ["unreadable_file"]
    assert outcome.table_path is None


def test_a_row_with_cells_beyond_the_header_is_a_fault_and_the_rest_is_kept(tmp_path: Path) -> None:
    text = "tanggal,pasar,komoditas,harga\n2026-07-28,P,B,12,500\n2026-07-28,P,B,12500\n2026-07-29,P,B,9,,\n"
    outcome = decode(tmp_path, text)

    assert outcome.rows_total == 3
    assert [(fault.code, fault.row_number, fault.value) for fault in outcome.faults] == [
        ("ragged_row", 2, "500")
    ]
    assert outcome.faults[0].context == {"expected": 4, "count": 5}
    assert [row["row_number"] for row in rows_of(outcome)] == [3, 4]


def test_a_file_of_ragged_rows_only_has_no_table_and_counts_them(tmp_path: Path) -> None:
    outcome = decode(tmp_path, HEADER + "\n" + "\n".join([f"{ROW};x"] * 7), Limits(listed_faults=3))

    assert outcome.rows_total == 7
    assert outcome.fault_counts == {"ragged_row": 7}
    assert len(outcome.faults) == 3
    assert outcome.table_path is None


def test_a_short_row_has_empty_cells(tmp_path: Path) -> None:
    outcome = decode(tmp_path, f"{HEADER}\n2026-07-28;Pasar Besar\n")

    assert rows_of(outcome)[0]["price"] is None


def test_binary_behind_a_text_header_is_refused(tmp_path: Path) -> None:
    outcome = decode(tmp_path, (HEADER + "\n").encode() + b"x;y;z;1\n" * 20_000 + b"\x00" * 10)

    assert codes(outcome) == ["unknown_format"]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_a_line_of_50_mb_is_refused_before_it_is_held(tmp_path: Path, encoding: str) -> None:
    size = 50 << 20 if encoding == "utf-8" else 3 << 20
    outcome = decode(
        tmp_path, f"{HEADER}\n{'é' if encoding == 'cp1252' else 'x'}".encode(encoding) + b"x" * size
    )

    assert codes(outcome) == ["too_large"]
    assert outcome.faults[0].context["limit"] == "1 MB per baris"


def test_a_line_at_the_limit_is_read_and_one_beyond_is_not(tmp_path: Path) -> None:
    limits = Limits(line_bytes=100)
    fitting = "2026-07-28;" + "x" * 76 + ";Bawang;12500"
    assert len(fitting) == 100

    assert decode(tmp_path, f"{HEADER}\n{fitting}\n", limits).rows_total == 1
    assert codes(decode(tmp_path, f"{HEADER}\n{fitting}x\n", limits)) == ["too_large"]


def test_a_hundred_thousand_columns_are_refused(tmp_path: Path) -> None:
    outcome = decode(tmp_path, f"{HEADER}\n{';'.join(['1'] * 100_000)}\n")

    assert codes(outcome) == ["too_many_columns"]
    assert outcome.faults[0].context == {"limit": "16.384", "count": 100_000}


def test_a_header_of_a_hundred_thousand_columns_is_refused(tmp_path: Path) -> None:
    outcome = decode(tmp_path, f"{HEADER};{';'.join(f'c{n}' for n in range(100_000))}\n{ROW}\n")

    assert codes(outcome) == ["too_many_columns"]


def test_trailing_delimiters_to_the_last_column_of_a_spreadsheet_do_no_harm(tmp_path: Path) -> None:
    outcome = decode(tmp_path, f"{HEADER}{';' * 16_000}\n{ROW}{';' * 16_000}\n")

    assert (outcome.faults, outcome.rows_total) == ([], 1)


def test_too_many_rows(tmp_path: Path) -> None:
    outcome = decode(tmp_path, f"{HEADER}\n" + f"{ROW}\n" * 30_000, Limits(rows=10_000))

    assert codes(outcome) == ["too_large"]
    assert outcome.faults[0].context["limit"] == "10.000 baris"
    assert outcome.table_path is None


_CELL = st.text(st.characters(blacklist_categories=("Cc", "Cs")), min_size=1, max_size=12).filter(
    lambda text: text.strip() and not is_summing_label(text)  # a price of "TOTAL" makes a row of totals
)


@given(
    rows=st.lists(st.tuples(_CELL, _CELL, _CELL, _CELL), min_size=1, max_size=15),
    delimiter=st.sampled_from([",", ";", "\t"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    ending=st.sampled_from(["\n", "\r\n"]),
)
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_was_written_is_read(
    tmp_path: Path, rows: list[tuple[str, ...]], delimiter: str, encoding: str, ending: str
) -> None:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator=ending)
    writer.writerow(HEADER.split(";"))
    writer.writerows(rows)
    outcome = decode(tmp_path, buffer.getvalue().encode(encoding))

    assert outcome.faults == []
    read = [(row["observed_on"], row["market"], row["commodity"], row["price"]) for row in rows_of(outcome)]
    assert read == rows


def test_more_cells_than_a_spreadsheet_is_read_of_are_too_many(tmp_path: Path) -> None:
    """Sixteen thousand columns and four thousand rows are within their limits, and not together."""
    rows = [ROW + ";1" * 16] * 50
    outcome = decode(tmp_path, "\n".join([HEADER, *rows]), Limits(cells=999))

    assert codes(outcome) == ["too_large"]
    assert outcome.faults[0].context["limit"] == "999 sel"


def test_a_header_that_is_repeated_all_the_time_is_refused(tmp_path: Path) -> None:
    block = f"Komoditas: Bawang Merah\n{HEADER}\n{ROW}\n"
    assert decode(tmp_path, block * 20, Limits(tables=20)).rows_total == 20
    outcome = decode(tmp_path, block * 21, Limits(tables=20))

    assert codes(outcome) == ["too_large"]
    assert outcome.faults[0].context["limit"] == "20 tabel dalam satu lembar"
