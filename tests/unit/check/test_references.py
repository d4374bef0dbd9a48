"""The suspected rule, against a naive reading of its words."""

import math
from statistics import median

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lumbung.check.references import Known, ReferenceParameters, Rows, judge, suspected_factor

PARAMETERS = ReferenceParameters(window=4, min_observations=3, log10_tolerance=0.15)


def no_province(positions):
    return np.full(len(positions), np.nan)


def make_rows(series, day, price, is_observation=None):
    flags = [True] * len(series) if is_observation is None else is_observation
    return Rows(np.array(series, int), np.array(day, int), np.array(price, float), np.array(flags, bool))


def make_known(series=(), day=(), price=()):
    return Known(np.array(series, int), np.array(day, int), np.array(price, float))


@pytest.mark.parametrize(
    ("price", "reference", "k"),
    [
        (3_200, 33_000, -1),
        (290_000, 29_000, 1),
        (300, 30_000, -2),
        (3_000_000, 30_000, 2),
        (30_000, 30_000, None),
        (60_000, 30_000, None),
        (30_000 * 10**0.851, 30_000, 1),
        (30_000 * 10**0.849, 30_000, None),
        (30_000 * 10**1.151, 30_000, None),
        (30, 30_000, None),
        (30_000, float("nan"), None),
    ],
)
def test_suspected_factor_as_a_truth_table(price, reference, k):
    found = suspected_factor(np.array([float(price)]), np.array([float(reference)]), 0.15)[0]
    assert math.isnan(found) if k is None else found == k


def test_reference_is_the_median_of_the_last_window_before_the_day():
    rows = make_rows([0], [10], [31_000])
    known = make_known([0] * 6, [4, 5, 6, 7, 8, 9], [1, 1, 30_000, 31_000, 33_000, 32_000])
    judged = judge(rows, known, no_province, PARAMETERS)
    assert judged.reference[0] == 31_500
    assert judged.previous[0] == 32_000
    assert judged.previous_day[0] == 9


def test_too_few_observations_fall_back_on_the_province():
    rows = make_rows([0, 0, 0, 0], [1, 2, 3, 4], [3_000, 30_000, 30_000, 31_000])
    judged = judge(rows, make_known(), lambda at: np.full(len(at), 30_000.0), PARAMETERS)
    assert judged.factor[0] == -1
    # The suspect is no observation, so day 4 has only two and asks the province again.
    assert judged.reference.tolist() == [30_000.0] * 4
    assert np.isnan(judged.factor[1:]).all()


def test_a_file_row_replaces_the_warehouse_row_of_the_same_day():
    rows = make_rows([0, 0], [3, 4], [50_000, 50_000])
    known = make_known([0, 0, 0], [1, 2, 3], [30_000, 30_000, 30_000])
    judged = judge(rows, known, no_province, PARAMETERS)
    assert math.isnan(judged.reference[0])
    assert judged.reference[1] == 30_000
    assert judged.previous.tolist() == [30_000, 50_000]


def test_a_carried_forward_suspect_stays_suspected():
    days = list(range(1, 12))
    prices = [30_000.0] * 4 + [3_000.0] * 6 + [30_500.0]
    judged = judge(make_rows([7] * 11, days, prices), make_known(), no_province, PARAMETERS)
    assert (judged.factor[4:10] == -1).all()
    assert judged.previous[10] == 30_000
    assert np.isnan(judged.factor[10])


def test_unchanged_days_only_on_the_last_row_of_a_series_and_with_the_warehouse():
    rows = make_rows([0, 0, 1], [10, 12, 10], [500, 500, 700])
    known = make_known([0, 0, 0, 1], [5, 6, 9, 9], [400, 500, 500, 600])
    judged = judge(rows, known, no_province, PARAMETERS)
    assert math.isnan(judged.unchanged_days[0])
    assert judged.unchanged_days[1] == 7
    assert judged.unchanged_days[2] == 1


def naive(rows, known, province, p):
    """The rule read word by word: one series at a time, one day at a time."""
    n = len(rows.day)
    reference, factor, previous = [math.nan] * n, [math.nan] * n, [math.nan] * n
    for series in sorted(set(rows.series.tolist())):
        members = [i for i in range(n) if rows.series[i] == series]
        replaced = {int(rows.day[i]) for i in members if rows.is_observation[i]}
        seen = [
            (int(d), float(v))
            for s, d, v in zip(known.series, known.day, known.price, strict=True)
            if s == series and int(d) not in replaced
        ]
        for i in sorted(members, key=lambda i: int(rows.day[i])):
            past = sorted(o for o in seen if o[0] < rows.day[i])
            window = [v for _, v in past][-p.window :]
            reference[i] = median(window) if len(window) >= p.min_observations else province[i]
            previous[i] = past[-1][1] if past else math.nan
            ratio = rows.price[i] / reference[i]
            for k in (-2, -1, 1, 2):
                if not math.isnan(ratio) and abs(math.log10(ratio) - k) <= p.log10_tolerance:
                    factor[i] = k
            if rows.is_observation[i] and math.isnan(factor[i]):
                seen.append((int(rows.day[i]), float(rows.price[i])))
    return np.array(reference), np.array(factor), np.array(previous)


PRICES = st.sampled_from([300.0, 3_000.0, 29_000.0, 30_000.0, 31_500.0, 90_000.0, 300_000.0, 3_000_000.0])


@st.composite
def nights(draw):
    cells = draw(
        st.lists(st.tuples(st.integers(0, 2), st.integers(0, 14), PRICES, st.booleans()), max_size=40)
    )
    taken = set()
    flags = []
    for series, day, _, wanted in cells:
        flags.append(wanted and (series, day) not in taken)
        if flags[-1]:
            taken.add((series, day))
    known = draw(
        st.dictionaries(st.tuples(st.integers(0, 2), st.integers(0, 14)), PRICES, max_size=20).map(
            lambda d: sorted((s, day, v) for (s, day), v in d.items())
        )
    )
    province = draw(st.lists(st.one_of(PRICES, st.just(math.nan)), min_size=len(cells), max_size=len(cells)))
    return (
        make_rows([c[0] for c in cells], [c[1] for c in cells], [c[2] for c in cells], flags),
        make_known([k[0] for k in known], [k[1] for k in known], [k[2] for k in known]),
        np.array(province, float),
    )


@settings(max_examples=400, deadline=None)
@given(night=nights(), window=st.integers(1, 6), least=st.integers(1, 4))
def test_same_as_the_naive_reading(night, window, least):
    rows, known, province = night
    p = ReferenceParameters(window, min(least, window), 0.15)
    judged = judge(rows, known, lambda at: province[at], p)
    reference, factor, previous = naive(rows, known, province, p)
    np.testing.assert_array_equal(judged.reference, reference)
    np.testing.assert_array_equal(judged.factor, factor)
    np.testing.assert_array_equal(judged.previous, previous)
