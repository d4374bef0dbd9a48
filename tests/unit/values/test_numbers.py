"""Numbers as offices write them: what is read, what is refused, and that nothing is guessed."""

import math
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lumbung.values.cells import mark_boolean, mark_date, mark_error, mark_number
from lumbung.values.numbers import PLAIN, NumberReading, NumberStyle, read_numbers


def read(*cells: str | None, style: NumberStyle = PLAIN) -> NumberReading:
    return read_numbers(pd.Series(list(cells), dtype="str"), style)


def dots(value: int) -> str:
    return f"{value:,}".replace(",", ".")


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("12500", 12500),
        ("0", 0),
        ("12.500", 12500),
        ("12,500", 12500),
        ("1.250.000", 1_250_000),
        ("1,250,000", 1_250_000),
        ("12.500,75", 12500.75),
        ("12,500.75", 12500.75),
        ("12,5", 12.5),
        ("12.5", 12.5),
        ("0,125", 0.125),
        ("12500,000", 12500),
        ("Rp 12.500", 12500),
        ("Rp12.500,-", 12500),
        ("rp. 12.500,00", 12500),
        ("RP.12500", 12500),
        ("IDR 12.500", 12500),
        ("12.500,-", 12500),
        ("12.500,--", 12500),
        ("12.500.-", 12500),
        ("12.500,=", 12500),
        ("12.500/kg", 12500),
        ("Rp 12.500 / kg", 12500),
        ("12.500 per liter", 12500),
        ("(1.000)", -1000),
        ("-1.000", -1000),
        ("−1.000", -1000),
        ("-Rp 1.000", -1000),
        ("Rp -1.000", -1000),
        ("'12500", 12500),
        ("\u00a0Rp\u00a012.500\u00a0", 12500),
        ("12\u00a0500", 12500),
        ("12\u202f500", 12500),
        ("1 250 000", 1_250_000),
        ("1'250'000", 1_250_000),
        ("1’250’000", 1_250_000),
        ("1 250,5", 1250.5),
        ("999999999999999", 999_999_999_999_999),
        (mark_number(12500), 12500),
        (mark_number(0.1), 0.1),
        (mark_number(-3.5), -3.5),
        (mark_number(1e-7), 1e-7),
    ],
)
def test_a_number_that_has_one_meaning_is_read(cell: str, value: float) -> None:
    reading = read(cell)
    assert (reading.values[0], reading.readable[0], reading.present[0]) == (value, 1.0, 1.0)


@pytest.mark.parametrize(
    "cell",
    [
        "inf", "-inf", "nan", "NaN", "1e5", "1E5", "0x10", "1_000", "12²", "１２５００", "١٢",
        "1" * 16, "1.234.567.890.123.456", "0,1234567890123456",
        "007500", "012.500", "12.50.000", "1.25.000,5", "12.500.00", "1,250.000,5",
        "12. 500", "12 5", "1 2500", "12'5", "1 250'000", ",5", "5,", ".5", "..5", "12.500-12.750", "10-12",
        "(1.000", "1.000)", "(-1.000)", "--5", "+5", "12.500 naik", "ca. 12.500", "12.500/", "1/2", "Rp Rp 5",
        "5 %", "harga", "#DIV/0!", "12:30", "31/12/2025", "12.500/2", "$5",
        mark_error("#DIV/0!"), mark_date(pd.Timestamp("2026-01-02").date()), mark_boolean(True),
        mark_number(math.inf), mark_number(math.nan), mark_number(1e15), "\x1fnabc", "\x1f",
    ],
)  # fmt: skip
def test_what_is_not_surely_a_number_is_refused_and_not_lost(cell: str) -> None:
    reading = read(cell)
    assert math.isnan(reading.values[0])
    assert (reading.readable[0], reading.present[0]) == (0.0, 1.0)


@pytest.mark.parametrize(
    "cell",
    [None, "", " ", "\u00a0", "-", "--", "–", "—", "...", "n/a", "N/A", "NA", "Nihil", "kosong", "Tidak ada",
     "tidak  ada", "TAD", "Rp -", "Rp", "Rp.-"],
)  # fmt: skip
def test_words_for_nothing_are_missing_and_no_fault(cell: str | None) -> None:
    reading = read(cell)
    assert math.isnan(reading.values[0])
    assert math.isnan(reading.readable[0])
    assert reading.present[0] == 0.0


@pytest.mark.parametrize("cell", ["0", "0,00", "Rp 0", "0,-", mark_number(0), mark_number(-0.0), "(0)"])
def test_zero_is_missing_for_prices_alone(cell: str) -> None:
    assert read(cell).values[0] == 0
    price = read(cell, style=NumberStyle(zero_is_missing=True))
    assert math.isnan(price.values[0])
    assert math.isnan(price.readable[0])
    assert price.present[0] == 0.0


@pytest.mark.parametrize(
    ("column", "values", "decimal"),
    [
        pytest.param(["12.500", "13.000"], [12500, 13000], ",", id="dots before three digits: thousands"),
        pytest.param(["12,500", "13,000"], [12500, 13000], ".", id="commas before three digits: thousands"),
        pytest.param(["1.500", "1.250,5"], [1500, 1250.5], ",", id="both in one cell: the last is decimal"),
        pytest.param(["1,500", "1,250.5"], [1500, 1250.5], ".", id="the same the other way round"),
        pytest.param(["1.250", "0.75"], [1.25, 0.75], ".", id="two digits after the dot: it is decimal"),
        pytest.param(
            ["1,250", "12500,5"], [1.25, 12500.5], ",", id="one digit after the comma: it is decimal"
        ),
        pytest.param(["1.250", "2.500,5", "3,125"], [1250, 2500.5, 3.125], ",", id="decimal comma shown"),
        pytest.param(["1.250.000", "1.250"], [1_250_000, 1250], ",", id="a dot that repeats: thousands"),
        pytest.param(["12500", "13000"], [12500, 13000], None, id="no separator, no need to decide"),
        pytest.param(
            ["12.500", mark_number(12.5)], [12500, 12.5], ",", id="real numbers say nothing of text"
        ),
    ],
)
def test_the_column_decides_what_its_separators_mean(
    column: list[str], values: list[float], decimal: str | None
) -> None:
    reading = read(*column)
    assert reading.values.tolist() == values
    assert reading.readable.tolist() == [1.0] * len(column)
    assert reading.decimal_separator == decimal
    assert not reading.ambiguous
    assert reading.examples == ()


@pytest.mark.parametrize(
    "contradiction",
    [
        pytest.param(["12.500", "12,500"], id="either could be decimal"),
        pytest.param(["12.500", "1,250,000"], id="comma separates thousands, and the dot?"),
        pytest.param(["1.250.000", "1,250,000"], id="both separate thousands"),
        pytest.param(["12.5", "12,5"], id="both decimal"),
        pytest.param(["1.250.000", "12.5"], id="the dot means two things"),
        pytest.param(["1.250,5", "1,250.5"], id="one of each"),
    ],
)
def test_a_column_that_contradicts_itself_is_never_guessed(contradiction: list[str]) -> None:
    reading = read(*contradiction, "12500", "Rp 7000", mark_number(9000), "-")
    count = len(contradiction)
    assert reading.ambiguous
    assert reading.decimal_separator is None
    assert reading.readable.tolist()[:count] == [0.0] * count
    assert reading.doubtful.tolist() == [True] * count + [False] * 4
    assert set(reading.examples) == set(contradiction)
    assert reading.values.tolist()[count:-1] == [12500, 7000, 9000]


def test_what_is_unreadable_anyway_is_not_called_doubtful() -> None:
    reading = read("12.500", "12,500", "harga naik")
    assert reading.doubtful.tolist() == [True, True, False]


def test_the_unit_after_a_slash_is_kept_for_comparison() -> None:
    reading = read("12.500/kg", "13.000 per ekor", "14.000/370 gr/kl", "15.000", None)
    assert reading.units is not None
    assert reading.units.tolist()[:3] == ["kg", "ekor", "370 gr/kl"]
    assert reading.units.isna().tolist() == [False, False, False, True, True]
    assert read("12.500").units is None


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([], dtype="str"),
        pd.Series([], dtype=object),
        pd.Series([None, None], dtype=object),
        pd.Series([np.nan], dtype="float64"),
    ],
)
def test_a_column_without_text_is_missing_throughout(column: pd.Series) -> None:
    reading = read_numbers(column)
    assert reading.present.tolist() == [0.0] * len(column)
    assert not reading.ambiguous


def test_readings_keep_the_index_of_the_cells() -> None:
    reading = read_numbers(pd.Series(["1.000", None, "x"], index=[7, 3, 5], dtype="str"))
    for series in (reading.values, reading.readable, reading.present, reading.doubtful):
        assert series.index.tolist() == [7, 3, 5]
    assert reading.values.dtype == np.float64


# ------------------------------------------------------------------------------------------ properties
WRITERS = {
    "plain": lambda value: str(value),
    "indonesian": dots,
    "rupiah": lambda value: f"Rp {dots(value)},-",
    "cents": lambda value: f"Rp{dots(value)},00",
    "spaces": lambda value: dots(value).replace(".", "\u00a0"),
    "per unit": lambda value: f"{dots(value)}/kg",
    "real": mark_number,
}


@given(st.lists(st.tuples(st.integers(1, 10**12), st.sampled_from(sorted(WRITERS))), min_size=1, max_size=20))
@settings(max_examples=150, deadline=None)
def test_whole_amounts_survive_every_indonesian_form(amounts: list[tuple[int, str]]) -> None:
    reading = read(*(WRITERS[form](value) for value, form in amounts))
    assert reading.values.tolist() == [value for value, _ in amounts]
    assert reading.readable.eq(1.0).all()


@given(st.lists(st.integers(1, 10**12), min_size=1, max_size=20))
@settings(max_examples=100, deadline=None)
def test_whole_amounts_survive_the_english_form(amounts: list[int]) -> None:
    assert read(*(f"{value:,}" for value in amounts)).values.tolist() == amounts


@given(
    st.lists(st.decimals(0, 10**9, places=2, allow_nan=False), min_size=1, max_size=20),
    st.sampled_from([",.", ".,"]),
)
@settings(max_examples=100, deadline=None)
def test_amounts_with_cents_survive_in_either_convention(amounts: list, marks: str) -> None:
    written = [f"{value:,.2f}".translate(str.maketrans(",.", marks)) for value in amounts]
    reading = read(*written)
    assert reading.values.tolist() == [float(value) for value in amounts]
    assert reading.decimal_separator == marks[1]


@given(st.lists(st.text(alphabet="0123456789.,-() Rp'\u00a0", max_size=12), min_size=1, max_size=12))
@settings(max_examples=400, deadline=None)
def test_no_digit_is_ever_lost_or_invented(cells: list[str]) -> None:
    """Whatever is read has the digits that were written, in order, but for a decimal sign among them."""
    reading = read(*cells)
    for cell, value in zip(cells, reading.values, strict=True):
        if not math.isnan(value):
            digits = "".join(filter(str.isdigit, cell))
            possible = {float(f"{digits[:at]}.{digits[at:]}") for at in range(1, len(digits) + 1)}
            assert abs(value) in possible


@given(
    st.lists(st.sampled_from(["12.500", "7.250", "100.000"]), min_size=1, max_size=5),
    st.lists(st.sampled_from(["12,500", "7,250", "100,000"]), min_size=1, max_size=5),
    st.randoms(),
)
@settings(max_examples=50, deadline=None)
def test_mixing_conventions_is_ambiguous_in_any_order(dotted: list[str], commaed: list[str], random) -> None:
    cells = [*dotted, *commaed]
    random.shuffle(cells)
    reading = read(*cells)
    assert reading.ambiguous
    assert reading.readable.eq(0.0).all()


@given(st.lists(st.one_of(st.none(), st.text(max_size=8)), max_size=10))
@settings(max_examples=200, deadline=None)
def test_any_text_gives_a_consistent_reading(cells: list[str | None]) -> None:
    reading = read_numbers(pd.Series(cells, dtype=object))
    assert (reading.values.notna() == reading.readable.eq(1.0)).all()
    assert (reading.readable.isna() == reading.present.eq(0.0)).all()


@pytest.mark.parametrize(("distinct", "seconds"), [(50, 1.0), (300_000, 4.0)])
def test_a_million_cells_are_read_quickly(distinct: int, seconds: float) -> None:
    """Bounds are wide for a busy machine; measured 0.04 s and 0.8 s on a quiet one."""
    random = np.random.default_rng(1)
    words = [dots(1000 + at) for at in range(distinct)]
    cells = pd.Series(words, dtype="str").take(random.integers(0, distinct, 1_000_000))
    began = time.perf_counter()
    reading = read_numbers(cells, NumberStyle(zero_is_missing=True))
    assert time.perf_counter() - began < seconds
    assert reading.readable.eq(1.0).all()
