"""Typing and resolution of files."""

import numpy as np

from lumbung.check.frame import NO_DAY, _tidied
from lumbung.values.cells import mark_boolean, mark_date, mark_error, mark_number, plain_text
from lumbung.values.foreign import without_direction
from lumbung.values.missing import is_missing, tidy
from tests.unit.check.check_night import day, decoded_file, night, row


def test_separators_are_decided_per_file(tmp_path):
    dotted = decoded_file(tmp_path, 0, [row(price="Rp 12.500"), row(price="1.250.000", market="Pasar Turen")])
    comma = decoded_file(tmp_path, 1, [row(price="30,000"), row(price="1,250,000", market="Pasar Turen")])
    rows = night(dotted, comma).rows
    assert rows.numbers["price"].tolist() == [12_500, 1_250_000, 30_000, 1_250_000]
    assert rows.file.tolist() == [0, 0, 1, 1]


def test_separators_are_decided_per_sheet_and_a_contradiction_is_told(tmp_path):
    file = decoded_file(
        tmp_path,
        0,
        [row(price="12.500"), row(price="1.250.000"), row(price="12.500,50"), row(price="12,500.50")],
        sheets=["Juni", "Juni", "Juli", "Juli"],
    )
    result = night(file)
    assert result.rows.numbers["price"][:2].tolist() == [12_500, 1_250_000]
    assert np.isnan(result.rows.numbers["price"][2:]).all()
    (fault,) = result.typed[0].faults
    assert (fault.code, fault.sheet, fault.column_name) == ("ambiguous_numbers", "Juli", "Harga")
    assert fault.context["count"] == 2
    assert "12,500.50" in fault.context["examples"]


def test_real_dates_and_numbers_of_the_spreadsheet_are_taken_as_they_are(tmp_path):
    from datetime import date

    file = decoded_file(
        tmp_path, 0, [row(observed_on=mark_date(date(2026, 7, 5)), price=mark_number(12500.0))]
    )
    rows = night(file).rows
    assert rows.days["observed_on"].tolist() == [day("2026-07-05")]
    assert rows.numbers["price"].tolist() == [12_500]


def test_rows_without_a_price_are_counted_and_left_out(tmp_path):
    rows = [row(price=p) for p in ("-", "", "0", mark_number(0.0), None, "n/a", "30000")]
    result = night(decoded_file(tmp_path, 0, rows))
    assert result.typed[0].rows_blank == 6
    assert result.rows.row_number.tolist() == [8]


def test_a_market_is_known_only_in_its_own_regency(tmp_path):
    here = decoded_file(tmp_path, 0, [row(market="Lawang"), row(market="Pasar  Lawang")], regency="3507")
    there = decoded_file(tmp_path, 1, [row(market="Pasar Lawang")], regency="3509")
    assert night(here, there).column("market_known").tolist() == [1, 1, 0]


def test_the_regency_must_be_the_office_and_an_ambiguous_name_is_not(tmp_path):
    rows = [row(regency=name) for name in ("Kabupaten Malang", "Kab. Malang", "Malang", "Kota Malang", None)]
    result = night(decoded_file(tmp_path, 0, rows, regency="3507"))
    np.testing.assert_array_equal(result.column("regency_matches"), [1, 1, 0, 0, np.nan])
    np.testing.assert_array_equal(result.column("market_known"), [1, 1, np.nan, np.nan, 1])


def test_an_absent_level_is_consumer_and_an_unknown_one_is_not(tmp_path):
    rows = [row(price_level=level) for level in (None, "-", "grosir", "setengah grosir")]
    result = night(decoded_file(tmp_path, 0, rows))
    levels = [result.rows.lists.price_levels[c] if c >= 0 else None for c in result.rows.codes["price_level"]]
    assert levels == ["consumer", "consumer", "wholesale", None]
    np.testing.assert_array_equal(result.column("price_level_known"), [np.nan, np.nan, 1, 0])


def test_a_unit_behind_the_price_stands_in_for_the_column(tmp_path):
    rows = [
        row(price="30.000/kg"),
        row(price="30.000/liter"),
        row(price="30.000/kg", unit="liter"),
        row(price="30.000", unit="kg"),
    ]
    result = night(decoded_file(tmp_path, 0, rows))
    assert result.column("unit_fits")[[0, 1, 3]].tolist() == [1, 0, 1]
    assert result.column("price_readable").tolist() == [1, 1, 0, 1]


def test_a_spreadsheet_error_is_told_once_and_not_as_unreadable(tmp_path):
    file = decoded_file(tmp_path, 0, [row(price=mark_error("#DIV/0!")), row(market=mark_error("#N/A"))])
    result = night(file)
    assert [(f.code, f.row_number, f.column_name, f.value) for f in result.typed[0].faults] == [
        ("error_cell", 3, "Pasar", "#N/A"),
        ("error_cell", 2, "Harga", "#DIV/0!"),
    ]
    assert np.isnan(result.column("price_readable")[0])
    assert np.isnan(result.column("market_known")[1])


def test_a_date_that_cannot_be_read_has_no_day(tmp_path):
    result = night(decoded_file(tmp_path, 0, [row(observed_on="31/02/2026"), row(observed_on=None)]))
    assert result.rows.days["observed_on"].tolist() == [NO_DAY, NO_DAY]
    np.testing.assert_array_equal(result.column("observed_on_readable"), [0, np.nan])
    np.testing.assert_array_equal(result.column("observed_on_present"), [1, 0])


def test_texts_are_tidied_alike_whether_at_once_or_one_by_one():
    cells = [
        "UD Maju", "UD  Maju", " UD Maju", "UD Maju ", "UD\tMaju", "UD\u00a0Maju", "Caf\u00e9", "x", "-",
        "--",
        "n/a", "NIHIL", "Tidak Ada", "tidak  ada", "\u2026", "\u2013", "...", "a`b", "a\u00b4b", "\u202eUD",
        "\u200b", "a\x7fb", "a\nb", mark_number(12.0), mark_boolean(True), mark_error("#REF!"),
        "belum ada data", "belum ada data lain", "",
    ]  # fmt: skip
    texts, lengths = _tidied(cells)
    one_by_one = [tidy(without_direction(plain_text(cell))) for cell in cells]
    assert texts == one_by_one
    assert lengths.tolist() == [0 if is_missing(text) else len(text) for text in one_by_one]
    assert _tidied([])[0] == []
