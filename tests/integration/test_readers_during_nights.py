"""A reader that joins two marts while nights are published sees one release at a time, never two."""

import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import psycopg
import pytest

from lumbung.settings import Role, Settings
from lumbung.warehouse.connection import connect
from tests.installation import built_warehouse
from tests.nights import office_rows, run_night, write_csv

pytestmark = pytest.mark.database
DAY = date(2026, 7, 28)
OFFICES = ("3510", "3577", "3578")

_PROVINCE = "select observed_on, price_idr from marts.fct_price_province_daily order by 1"
_FROM_REGENCIES = """
select observed_on, floor(round(avg(price_idr), 10))::bigint
from marts.fct_price_daily where price_idr is not null group by 1 order by 1
"""
_TORN = f"""
with province as ({_PROVINCE}), regencies (observed_on, price_idr) as ({_FROM_REGENCIES})
select count(*) from province full join regencies using (observed_on)
where province.price_idr is distinct from regencies.price_idr
"""


class Reader(threading.Thread):
    """Reads in a loop until told to stop; remembers what it saw."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(name="reader")
        self._settings = settings
        self._stop_reading = threading.Event()
        self.looks = 0
        self.releases: set[int] = set()
        self.torn: list[str] = []
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            with connect(Role.READER, self._settings) as connection:
                while not self._stop_reading.is_set():
                    self._look(connection)
        except BaseException as error:
            self.error = error

    def _look(self, connection: psycopg.Connection) -> None:
        if connection.execute(_TORN).fetchone() != (0,):
            self.torn.append("one query")
        connection.rollback()
        connection.execute("set transaction isolation level repeatable read")
        first = connection.execute(_PROVINCE).fetchall()
        release = connection.execute("select max(release_id) from marts.release").fetchone()
        second = connection.execute(_FROM_REGENCIES).fetchall()
        connection.rollback()
        if first != second:
            self.torn.append("one REPEATABLE READ transaction")
        self.releases.add(release[0] if release else 0)
        self.looks += 1

    def stop(self) -> None:
        """Stop after the look under way."""
        self._stop_reading.set()
        if self.ident is not None:
            self.join()


@pytest.fixture
def reader(warehouse: Settings) -> Iterator[Reader]:
    built_warehouse(warehouse)
    reader = Reader(warehouse)
    yield reader
    reader.stop()


def test_a_reader_never_sees_two_releases(warehouse: Settings, reader: Reader, tmp_path: Path) -> None:
    nights = 4
    for night in range(nights):
        for code in OFFICES:
            # Every figure of every day changes every night, so that any mixture shows.
            write_csv(tmp_path, code, office_rows(warehouse, code, 10, DAY, base=12000 + 170 * night))
        run_night(warehouse, tmp_path, DAY)
        if night == 0:
            reader.start()
    reader.stop()

    assert reader.error is None
    assert reader.torn == []
    assert len(reader.releases) > 1, "the reader must have read across a publication"
    assert reader.looks > 10 * nights
