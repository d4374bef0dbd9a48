"""The pages of a whole release: python -m tests.benchmarks.bench_pages [--commodities 66] [--years 10]

Fills the published tables with a province of that size (38 regencies, 121 markets, generated figures), writes
the pages of the release, writes them again, and those of a next release in which one commodity of one regency
changed. Beside each: seconds, files made and files taken over. The limit of a whole release is 60 seconds.
"""

import argparse
import time
from datetime import date
from pathlib import Path
from typing import Any

from psycopg import sql

from lumbung.report.figures import read_figures
from lumbung.report.site.build import write_site
from lumbung.settings import Role, Settings
from lumbung.warehouse.connection import connect
from lumbung.warehouse.roles import SUPERUSER
from tests.installation import built_warehouse, own_installation

DAY = date(2026, 7, 28)
_DIMENSIONS = (
    "dim_regency", "dim_market", "dim_commodity", "dim_season", "dim_date", "dim_price_ceiling",
    "dim_alert_rule",
)  # fmt: skip

_RELEASE = """
insert into marts.release
    (release_id, published_at, business_date, code_version, changed_rows, is_current, kind)
values (1, timestamptz '2026-07-28 20:30 Asia/Jakarta', {day}, 'bench', 1, true, 'night');
"""

_FILL = Path(__file__).with_name("pages.sql").read_text(encoding="utf-8")

_NEXT = """
update marts.release set is_current = false;
insert into marts.release
    (release_id, published_at, business_date, code_version, changed_rows, is_current, kind)
values (2, timestamptz '2026-07-28 21:30 Asia/Jakarta', {day}, 'bench', 1, true, 'night');
update marts.fct_price_daily set price_idr = price_idr + 1, release_from = 2
where observed_on = {day} and regency_code = '3510'
    and commodity_code = (select min(commodity_code) from series);
"""


def main() -> None:
    """Fill, write three times, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--commodities", type=int, default=66)
    parser.add_argument("--years", type=int, default=10)
    size = vars(parser.parse_args())
    with own_installation() as settings:
        built_warehouse(settings)
        with connect(SUPERUSER, settings, autocommit=True) as connection:
            # References are not what is measured, and some generated rows have none.
            connection.execute("set session_replication_role = replica")
            for name in _DIMENSIONS:
                _copy(connection, name)
            _run(connection, _RELEASE, **size)
            _run(connection, _FILL, **size)
            _write(settings, "a whole release")
            _write(settings, "the same again")
            _run(connection, _NEXT, **size)
            _write(settings, "a release with one changed price")
        largest = max((path.stat().st_size, path.name) for path in settings.pages.rglob("*.html"))
        print(f"largest page: {largest[0] / 1000:,.0f} kB ({largest[1]})")


def _copy(connection: Any, name: str) -> None:
    """A dimension as the build made it, published by hand."""
    columns = connection.execute(
        "select string_agg(quote_ident(column_name), ', ' order by ordinal_position)"
        " from information_schema.columns where table_schema = 'build' and table_name = %s",
        [name],
    ).fetchone()[0]
    connection.execute(
        sql.SQL("insert into marts.{0} ({1}, release_from) select {1}, 1 from build.{0}").format(
            sql.Identifier(name), sql.SQL(columns)
        )
    )


def _run(connection: Any, statements: str, **size: int) -> None:
    connection.execute(
        sql.SQL(statements).format(day=sql.Literal(DAY), **{k: sql.Literal(v) for k, v in size.items()})
    )


def _write(settings: Settings, what: str) -> None:
    began = time.monotonic()
    with connect(Role.READER, settings) as connection:
        connection.execute("set transaction isolation level repeatable read, read only")
        figures = read_figures(connection)
    asked = time.monotonic() - began
    site = write_site(figures, settings.pages, 10)
    seconds = time.monotonic() - began
    print(
        f"{what}: {seconds:.1f} s, of which asking {asked:.1f} s; {site.written} files made, {site.kept} kept"
    )


if __name__ == "__main__":
    main()
