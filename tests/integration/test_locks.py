"""Closed periods: what changes them, what fills them in, who may."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from lumbung.check.locks import LATE_FILL, LOCKED_CHANGE, lock_columns
from lumbung.errors import LumbungError
from lumbung.intake import unlocks
from lumbung.intake.changes import Who
from lumbung.settings import Role, Settings
from lumbung.warehouse.connection import connect
from tests.dbt.dbt_warehouse import Warehouse
from tests.integration.lifecycle_world import prices_contract

pytestmark = pytest.mark.database

OFFICE, MARKET, OTHER = "3507", "3507-pasar-lawang", "3507-pasar-turen"
TONIGHT = date(2026, 7, 28)
CLOSED = TONIGHT - timedelta(days=61)
OPEN = TONIGHT - timedelta(days=60)
WHO = Who("Ratna", "salah ketik setahun")
YES, NO, NONE = 1.0, 0.0, None

Row = tuple[str, date, int]


def judged(settings: Settings, submission_id: str, rows: list[Row]) -> list[tuple[Any, Any]]:
    """Per row of a file whether it changes a locked period and whether it comes late."""
    import pyarrow as pa

    contract = prices_contract(settings.expectations)

    def table_of(at: Any) -> pa.Table:
        chosen = [rows[n] for n in at.tolist()]
        count = len(chosen)
        return pa.table(
            {
                "observed_on": pa.array([row[1] for row in chosen], pa.date32()),
                "regency_code": [OFFICE] * count,
                "market_id": [row[0] for row in chosen],
                "commodity_code": ["bawang_merah"] * count,
                "price_level": ["consumer"] * count,
                "unit": ["kg"] * count,
                "price_idr": pa.array([row[2] for row in chosen], pa.int64()),
            }
        )

    days = np.array([(row[1] - date(1970, 1, 1)).days for row in rows], dtype=np.int32)
    with connect(Role.INGEST, settings) as connection:
        found = lock_columns(
            connection,
            contract,
            [submission_id],
            np.zeros(len(rows), dtype=np.int32),
            days,
            days,
            np.ones(len(rows), dtype=bool),
            table_of,
        )
    columns = [
        [None if np.isnan(value) else float(value) for value in found[name]]
        for name in (LOCKED_CHANGE, LATE_FILL)
    ]
    return list(zip(*columns, strict=True))


@pytest.fixture
def filled(warehouse: Settings) -> Warehouse:
    """A warehouse in which one price was reported for every day around the lock."""
    made = Warehouse(warehouse)
    made.night(TONIGHT - timedelta(days=70))
    prices = [(MARKET, "bawang_merah", day, 30000) for day in (CLOSED, OPEN)]
    made.load(OFFICE, TONIGHT - timedelta(days=70), prices)
    made.night(TONIGHT)
    return made


def test_a_closed_period_keeps_its_values_and_takes_what_was_missing(filled: Warehouse) -> None:
    tonight = filled.load(OFFICE, TONIGHT, [])
    rows = [
        (MARKET, OPEN, 31000),
        (MARKET, CLOSED, 30000),
        (MARKET, CLOSED, 31000),
        (OTHER, CLOSED, 31000),
        (MARKET, CLOSED - timedelta(days=1), 30000),
    ]
    assert judged(filled.settings, tonight, rows) == [(NONE, NONE), (NO, NO), (YES, NO), (NO, YES), (NO, YES)]


def test_history_and_rows_that_are_not_understood_are_not_judged(filled: Warehouse) -> None:
    history = filled.load(OFFICE, TONIGHT, [], is_history=True)
    assert judged(filled.settings, history, [(MARKET, CLOSED, 31000)]) == [(NONE, NONE)]
    found = lock_columns(
        None,
        prices_contract(filled.settings.expectations),
        ["x"],
        np.zeros(1, dtype=np.int32),
        np.zeros(1, dtype=np.int32),
        np.zeros(1, dtype=np.int32),
        np.ones(1, dtype=bool),
        lambda _: pytest.fail("nothing is looked up without a warehouse"),
    )
    assert all(np.isnan(values).all() for values in found.values())


def test_the_latest_value_that_counts_is_the_one_that_is_locked(filled: Warehouse) -> None:
    later = filled.load(OFFICE, TONIGHT, [(MARKET, "bawang_merah", CLOSED, 32000)])
    filled.night(TONIGHT)
    tonight = filled.load(OFFICE, TONIGHT, [])
    assert judged(filled.settings, tonight, [(MARKET, CLOSED, 32000), (MARKET, CLOSED, 30000)]) == [
        (NO, NO),
        (YES, NO),
    ]
    seq = filled.execute(
        "insert into intake.changes (submission_id, kind, made_by, reason) values (%s, 'withdrawn', 'x', 'x')"
        " returning change_seq",
        later,
    )[0][0]
    filled.execute(
        "insert into intake.withdrawals (from_seq, submission_id, rows) values (%s, %s, '{(,)}')", seq, later
    )
    assert judged(filled.settings, tonight, [(MARKET, CLOSED, 32000), (MARKET, CLOSED, 30000)]) == [
        (YES, NO),
        (NO, NO),
    ]


def test_a_file_loaded_again_is_judged_as_when_it_came(filled: Warehouse) -> None:
    early = filled.execute("select submission_id from intake.submissions")[0][0]
    late = filled.load(OFFICE, TONIGHT, [(OTHER, "bawang_merah", CLOSED, 31000)])
    filled.load(OFFICE, TONIGHT, [(OTHER, "bawang_merah", CLOSED, 33000)])
    assert judged(filled.settings, early, [(MARKET, CLOSED, 99000)]) == [(NONE, NONE)]
    assert judged(filled.settings, late, [(OTHER, CLOSED, 31000)]) == [(NO, YES)]


def test_two_versions_of_one_night_are_judged_alike_also_when_loaded_again(filled: Warehouse) -> None:
    """Neither of them counted when both were judged, so the second changes nothing that was locked."""
    first = filled.load(OFFICE, TONIGHT, [(OTHER, "bawang_merah", CLOSED, 31000)])
    second = filled.load(OFFICE, TONIGHT, [(OTHER, "bawang_merah", CLOSED, 33000)])
    for submission, price in ((first, 31000), (second, 33000)):
        assert judged(filled.settings, submission, [(OTHER, CLOSED, price)]) == [(NO, YES)]


@pytest.mark.parametrize(
    ("office", "dataset", "first", "last", "until", "expected"),
    [
        (OFFICE, "staple_prices", CLOSED, CLOSED, TONIGHT, NO),
        (OFFICE, "staple_prices", CLOSED, CLOSED, TONIGHT - timedelta(days=1), YES),
        (OFFICE, "staple_prices", OPEN, TONIGHT, TONIGHT, YES),
        (OFFICE, "staple_stocks", CLOSED, CLOSED, TONIGHT, YES),
        ("3510", "staple_prices", CLOSED, CLOSED, TONIGHT, YES),
    ],
)
def test_an_unlock_opens_its_office_dataset_and_periods_until_its_date(
    filled: Warehouse, office: str, dataset: str, first: date, last: date, until: date, expected: float
) -> None:
    tonight = filled.load(OFFICE, TONIGHT, [])
    with connect(Role.INGEST, filled.settings) as connection:
        made = unlocks.unlock(connection, office, dataset, first, last, until, WHO)
    assert judged(filled.settings, tonight, [(MARKET, CLOSED, 31000)]) == [(expected, NO)]

    with connect(Role.INGEST, filled.settings) as connection:
        unlocks.revoke(connection, made.unlock_id, WHO)
        assert unlocks.in_force(connection, until) == []
        with pytest.raises(LumbungError, match="no unlock"):
            unlocks.revoke(connection, made.unlock_id, WHO)
    assert judged(filled.settings, tonight, [(MARKET, CLOSED, 31000)]) == [(YES, NO)]


def test_an_unlock_says_what_it_opens(filled: Warehouse) -> None:
    contract = prices_contract(filled.settings.expectations)
    with connect(Role.INGEST, filled.settings) as connection:
        assert unlocks.reported(connection, contract, OFFICE, CLOSED, OPEN) == 2
        assert unlocks.reported(connection, contract, OFFICE, OPEN, TONIGHT) == 1
        with pytest.raises(LumbungError, match="run backwards"):
            unlocks.unlock(connection, OFFICE, "staple_prices", OPEN, CLOSED, TONIGHT, WHO)


def test_a_hundred_thousand_closed_rows_are_looked_up_at_once(filled: Warehouse) -> None:
    import time

    tonight = filled.load(OFFICE, TONIGHT, [])
    filled.execute(
        "insert into raw.staple_prices (submission_id, load_seq, sheet, row_number, observed_on,"
        " regency_code,"
        " market_id, commodity_code, price_level, unit, price_idr)"
        " select submission_id, load_seq, '', 100 + n, date '2024-01-01' + n %% 500, regency_code,"
        " '3507-m' || n / 500, commodity_code, price_level, unit, 30000"
        " from raw.staple_prices, generate_series(0, 49999) as n where observed_on = %s",
        CLOSED,
    )
    rows = [
        (f"3507-m{n // 500}", date(2024, 1, 1) + timedelta(days=n % 500), 30000 + n % 2)
        for n in range(100_000)
    ]
    started = time.monotonic()
    found = judged(filled.settings, tonight, rows)
    assert time.monotonic() - started < 20
    assert found[:2] == [(NO, NO), (YES, NO)]
    assert found[50_000:] == [(NO, YES)] * 50_000
