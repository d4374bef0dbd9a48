"""Where the header is, what it means, and what is wrong with it."""

from pathlib import Path

import pytest

from tests.unit.decode.builders import HEADER, ROW, codes, decode, rows_of


def test_title_rows_above_the_header_are_passed_over(tmp_path: Path) -> None:
    text = f"DINAS PERINDUSTRIAN DAN PERDAGANGAN\nLaporan Harga;;;\n\n{HEADER}\n{ROW}\n"
    outcome = decode(tmp_path, text)

    assert outcome.sheets[0]["header_row"] == 4
    assert rows_of(outcome)[0]["row_number"] == 5


def test_headers_are_understood_by_alias_in_any_order_and_others_are_recorded(tmp_path: Path) -> None:
    outcome = decode(
        tmp_path, "No;HARGA (Rp);Nama_Bahan  Pokok;Nama Pasar;Tgl;Catatan\n1;12500;Bawang;P;1/7/2026;x\n"
    )

    assert outcome.sheets[0]["columns"] == {
        "price": {"header": "HARGA (Rp)", "position": 2},
        "commodity": {"header": "Nama_Bahan  Pokok", "position": 3},
        "market": {"header": "Nama Pasar", "position": 4},
        "observed_on": {"header": "Tgl", "position": 5},
    }
    assert outcome.sheets[0]["ignored_columns"] == ["No", "Catatan"]
    assert rows_of(outcome)[0]["observed_on"] == "1/7/2026"


def test_a_header_below_the_first_thirty_rows_is_not_found(tmp_path: Path) -> None:
    assert decode(tmp_path, "judul\n" * 29 + f"{HEADER}\n{ROW}\n").rows_total == 1

    outcome = decode(tmp_path, "judul\n" * 30 + f"{HEADER}\n{ROW}\n")
    assert codes(outcome) == ["header_not_found"]
    assert outcome.faults[0].context["expected"] == "Tanggal, Pasar, Komoditas, Harga"


def test_one_understood_word_is_not_a_header(tmp_path: Path) -> None:
    assert codes(decode(tmp_path, "Harga;x;y\n1;2;3\n")) == ["header_not_found"]


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        ("tanggal;pasar;komoditas;harga;harga", "D dan E"),
        ("tanggal;pasar;komoditas;harga;HARGA (Rp)", "D dan E"),
        ("tanggal;pasar;komoditas;harga;Catatan;catatan", "E dan F"),
    ],
)
def test_a_header_twice_rejects_the_file(tmp_path: Path, header: str, columns: str) -> None:
    outcome = decode(tmp_path, f"{header}\n{ROW};13.000;x\n")

    assert [(fault.code, fault.row_number) for fault in outcome.faults] == [("duplicate_header", 1)]
    assert outcome.faults[0].context["columns"] == columns
    assert outcome.faults[0].column_name == header.split(";")[ord(columns[-1]) - 65]
    assert (outcome.table_path, outcome.rows_total) == (None, 0)


def test_a_missing_column_is_named_with_the_likeliest_header(tmp_path: Path) -> None:
    outcome = decode(tmp_path, f"tanggal;pasar;komoditas;Hrga\n{ROW}\n")

    fault = outcome.faults[0]
    assert (fault.code, fault.column_name, fault.row_number) == ("missing_column", "Harga", 1)
    assert fault.context == {"expected": "Harga", "suggestion": "Hrga"}


def test_likeness_never_maps(tmp_path: Path) -> None:
    outcome = decode(tmp_path, f"tanggal;pasar;komoditas;Harga Grosir\n{ROW}\n")

    assert codes(outcome) == ["missing_column"]


def test_no_commodity_has_a_fault_of_its_own(tmp_path: Path) -> None:
    outcome = decode(tmp_path, "tanggal;pasar;harga\n2026-07-28;Pasar Besar;12500\n")

    assert codes(outcome) == ["no_commodity"]


@pytest.mark.parametrize(
    "above",
    [
        "Komoditas: Bawang Merah",
        "Komoditas :;Bawang Merah",
        "KOMODITAS;: Bawang Merah",
        "komoditas;Bawang Merah",
    ],
)
def test_a_commodity_named_above_the_table_holds_for_every_row(tmp_path: Path, above: str) -> None:
    outcome = decode(tmp_path, f"Laporan\n{above}\ntanggal;pasar;harga\n2026-07-28;A;1\n2026-07-28;B;2\n")

    assert outcome.sheets[0]["stated"] == {"commodity": "Bawang Merah"}
    assert [row["commodity"] for row in rows_of(outcome)] == ["Bawang Merah", "Bawang Merah"]


def test_a_column_wins_over_what_stands_above_the_table(tmp_path: Path) -> None:
    outcome = decode(tmp_path, f"Komoditas: Cabai\n{HEADER}\n{ROW}\n")

    assert outcome.sheets[0]["stated"] == {}
    assert rows_of(outcome)[0]["commodity"] == "Bawang Merah"


def test_blank_rows_and_rows_that_sum_up_are_left_out_and_counted(tmp_path: Path) -> None:
    summing = ["TOTAL;;;25.000", ";Jumlah;;25.000", "Rata-rata;;;12.500", "Sub Total;;;1", ";;RERATA;1"]
    text = "\n".join([HEADER, ROW, "", ";;;", " ; ;;", *summing, ROW])
    outcome = decode(tmp_path, text)

    sheet = outcome.sheets[0]
    assert outcome.faults == []
    assert outcome.rows_total == 2
    assert (sheet["rows"], sheet["blank_rows"], sheet["summing_rows"]) == (2, 3, 5)
    assert sheet["summing_row_numbers"] == [6, 7, 8, 9, 10]
    assert [row["row_number"] for row in rows_of(outcome)] == [2, 11]


def test_a_market_called_total_with_all_its_cells_is_an_observation(tmp_path: Path) -> None:
    outcome = decode(tmp_path, f"{HEADER}\n2026-07-28;Total Plaza;Bawang;12500\n;Totalitas;;1\n")

    assert [row["market"] for row in rows_of(outcome)] == ["Total Plaza", "Totalitas"]


def test_a_header_without_rows(tmp_path: Path) -> None:
    assert codes(decode(tmp_path, f"{HEADER}\n;;;\n")) == ["no_rows"]
