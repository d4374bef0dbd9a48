"""Short ways to fill, build and read a warehouse in tests of dbt."""

import json
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from lumbung.build.runner import invoke, target_path
from lumbung.build.untouched import left_alone
from lumbung.clock import JAKARTA
from lumbung.settings import Settings
from lumbung.warehouse.connection import connect
from lumbung.warehouse.roles import SUPERUSER

Price = tuple[str, str, date, int]
"""market_id, commodity_code, observed_on, price_idr"""

Stock = tuple[str, date, str, str | None]
"""commodity_code, observed_on, closing_t, daily_need_t"""

Realisation = tuple[str, int, str, str, str | None, str | None]
"""indicator_code, year, period, realised_value, numerator, denominator"""

_SHORT_CODES = {
    "staple_prices": "SP",
    "staple_stocks": "SS",
    "industry_units": "IU",
    "ovop_products": "OP",
    "programme_activities": "PA",
    "indicator_realisations": "IR",
}


@dataclass(frozen=True)
class Activity:
    """One row of programme activities, cumulative to the end of the month."""

    month_on: date
    activity_code: str
    budget_idr: int
    realised_idr: int | None = None
    physical_pct: str | None = None
    provincial_programme_code: str | None = None
    is_priority: bool | None = False


@dataclass(frozen=True)
class Unit:
    """One row of the register of industry units, as check leaves it."""

    company_name: str
    village_name: str = "Sukomulyo"
    kbli_code: str = "10794"
    nib: str | None = None
    workers: tuple[int | None, int | None] = (2, 3)
    investment_idr: int | None = 50_000_000
    production_idr: int | None = 90_000_000
    material_idr: int | None = 40_000_000
    kbli_version: str = "2020"
    product_name: str | None = None
    commodity_made: str | None = None
    creative_subsector: str | None = None
    unit_status: str = "active"
    size_class: str | None = None
    owner_name: str | None = None
    address: str | None = None
    district_name: str | None = None
    export_pct: int | None = None
    is_halal: bool | None = None
    is_sni: bool | None = None
    brand_name: str | None = None


@dataclass(frozen=True)
class Product:
    """One row of OVOP products."""

    product_name: str
    village_name: str = "Sukomulyo"
    star_count: int | None = 3
    group_name: str | None = None
    unit_count: int | None = 12
    worker_count: int | None = 48
    turnover_idr: int | None = 350_000_000


def _first_day(year: int, period: str) -> date:
    if period == "tahunan":
        return date(year, 1, 1)
    return date(year, int(period[2:]) * 3 - 2 if period.startswith("TW") else int(period), 1)


@dataclass
class Warehouse:
    """The database under test."""

    settings: Settings
    _loads: int = field(default=0)
    _datasets: set[str] = field(default_factory=set)

    def execute(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Run one statement as the superuser and return its rows."""
        with connect(SUPERUSER, self.settings) as connection:
            cursor = connection.execute(query, parameters)
            return cursor.fetchall() if cursor.description else []

    def night(self, business_date: date) -> None:
        """Begin a night."""
        self.execute(
            "insert into audit.nights (business_date, run_id) values (%s, gen_random_uuid())", business_date
        )

    def load(
        self,
        regency_code: str,
        business_date: date,
        prices: list[Price],
        *,
        is_history: bool = False,
        arrived_at: datetime | None = None,
        verdict: str = "accepted",
        held: list[date | None] | None = None,
        price_level: str = "consumer",
    ) -> str:
        """Load prices of an office as one submission, as load would leave it; gives its receipt number."""
        days = [price[2] for price in prices]
        submission_id, load_seq = self._submission(
            "staple_prices", regency_code, business_date, days, is_history, arrived_at, verdict, held
        )
        rows = [
            [
                submission_id, load_seq, "", row_number, observed_on, regency_code,
                market_id, commodity_code, price_level, "kg", price_idr,
            ]
            for row_number, (market_id, commodity_code, observed_on, price_idr) in enumerate(prices, start=2)
        ]  # fmt: skip
        self.copy(
            "raw.staple_prices (submission_id, load_seq, sheet, row_number, observed_on, regency_code,"
            " market_id, commodity_code, price_level, unit, price_idr)",
            rows,
        )
        return submission_id

    def load_stocks(
        self, regency_code: str, business_date: date, stocks: list[Stock], *, is_history: bool = False
    ) -> str:
        """Load stocks of an office as one submission; its receipt number comes back."""
        days = [stock[1] for stock in stocks]
        submission_id, load_seq = self._submission(
            "staple_stocks", regency_code, business_date, days, is_history, None, "accepted", None
        )
        rows = [
            [submission_id, load_seq, "", row_number, day, day, regency_code, commodity_code, closing, need]
            for row_number, (commodity_code, day, closing, need) in enumerate(stocks, start=2)
        ]
        self.copy(
            "raw.staple_stocks (submission_id, load_seq, sheet, row_number, observed_on, period_on,"
            " regency_code, commodity_code, closing_t, daily_need_t)",
            rows,
        )
        return submission_id

    def load_activities(
        self, regency_code: str, business_date: date, activities: list[Activity], *, is_history: bool = False
    ) -> str:
        """Load programme activities of an office as one submission; its receipt number comes back."""
        months = [activity.month_on for activity in activities]
        submission_id, load_seq = self._submission(
            "programme_activities", regency_code, business_date, months, is_history, None, "accepted", None
        )
        rows = [
            [
                submission_id, load_seq, "", row_number, one.month_on.year, one.month_on.month, one.month_on,
                regency_code, "3.31.01", "Program", one.activity_code, f"Kegiatan {one.activity_code}",
                one.is_priority, one.provincial_programme_code,
                one.budget_idr, one.realised_idr, one.physical_pct,
            ]
            for row_number, one in enumerate(activities, start=2)
        ]  # fmt: skip
        self.copy(
            "raw.programme_activities (submission_id, load_seq, sheet, row_number, activity_year,"
            " activity_month, period_on, regency_code, programme_code, programme_name, activity_code,"
            " activity_name, is_priority, provincial_programme_code, budget_idr, realised_idr, physical_pct)",
            rows,
        )
        return submission_id

    def load_units(
        self,
        regency_code: str,
        business_date: date,
        data_year: int,
        units: list[Unit],
        *,
        is_history: bool = False,
    ) -> str:
        """Load a file of an office's industry units as one submission; its receipt number comes back."""
        year_on = date(data_year, 1, 1)
        submission_id, load_seq = self._submission(
            "industry_units",
            regency_code,
            business_date,
            [year_on] * len(units),
            is_history,
            None,
            "accepted",
            None,
        )
        columns = [name for name in Unit.__dataclass_fields__ if name != "workers"]
        rows = [
            [
                submission_id, load_seq, "", row_number, data_year, year_on, regency_code, *unit.workers,
                *(getattr(unit, name) for name in columns),
            ]
            for row_number, unit in enumerate(units, start=2)
        ]  # fmt: skip
        self.copy(
            "raw.industry_units (submission_id, load_seq, sheet, row_number, data_year, period_on,"
            f" regency_code, male_count, female_count, {', '.join(columns)})",
            rows,
        )
        return submission_id

    def load_products(
        self, regency_code: str, business_date: date, data_year: int, products: list[Product]
    ) -> str:
        """Load a file of an office's OVOP products as one submission; its receipt number comes back."""
        year_on = date(data_year, 1, 1)
        submission_id, load_seq = self._submission(
            "ovop_products",
            regency_code,
            business_date,
            [year_on] * len(products),
            False,
            None,
            "accepted",
            None,
        )
        columns = list(Product.__dataclass_fields__)
        rows = [
            [
                submission_id, load_seq, "", row_number, data_year, year_on, regency_code,
                *(getattr(product, name) for name in columns),
            ]
            for row_number, product in enumerate(products, start=2)
        ]  # fmt: skip
        self.copy(
            "raw.ovop_products (submission_id, load_seq, sheet, row_number, data_year, period_on,"
            f" regency_code, {', '.join(columns)})",
            rows,
        )
        return submission_id

    def load_realisations(
        self, regency_code: str, business_date: date, realisations: list[Realisation]
    ) -> str:
        """Load realisations of indicators of an office as one submission; its receipt number comes back."""
        days = [_first_day(year, period) for _, year, period, *_ in realisations]
        submission_id, load_seq = self._submission(
            "indicator_realisations", regency_code, business_date, days, False, None, "accepted", None
        )
        rows = [
            [submission_id, load_seq, "", row_number, day, regency_code, code, year, period, *figures]
            for row_number, (day, (code, year, period, *figures)) in enumerate(
                zip(days, realisations, strict=True), start=2
            )
        ]
        self.copy(
            "raw.indicator_realisations (submission_id, load_seq, sheet, row_number, period_on, regency_code,"
            " indicator_code, indicator_year, period, realised_value, numerator, denominator)",
            rows,
        )
        return submission_id

    def withdraw(self, submission_id: str) -> None:
        """Let no row of a submission count any more, as `lumbung withdraw` would."""
        self.execute(
            "with change as (insert into intake.changes (submission_id, kind, made_by, reason)"
            " values (%s, 'withdrawn', 'a person', 'a reason') returning change_seq)"
            " insert into intake.withdrawals (from_seq, submission_id, sheet, rows)"
            " select change_seq, %s, null, '{[0,)}' from change",
            submission_id,
            submission_id,
        )

    def _submission(
        self,
        dataset: str,
        regency_code: str,
        business_date: date,
        days: list[date],
        is_history: bool,
        arrived_at: datetime | None,
        verdict: str,
        held: list[date | None] | None,
    ) -> tuple[str, int]:
        self._loads += 1
        self._datasets.add(dataset)
        submission_id = f"{regency_code}-{_SHORT_CODES[dataset]}-{self._loads:010x}"
        evening = datetime(business_date.year, business_date.month, business_date.day, 20, tzinfo=JAKARTA)
        with connect(SUPERUSER, self.settings) as connection:
            connection.execute(
                """
                insert into intake.submissions (
                    submission_id, regency_code, dataset, file_name, file_stem, version, sha256, size_bytes,
                    channel, is_history, business_date, night_id, arrived_at, received_at, state, verdict,
                    rows_accepted, rows_held, period_first_on, period_last_on, load_seq
                )
                select %(id)s, %(regency)s, %(dataset)s, %(id)s || '.csv', %(id)s, 1, %(id)s, 1, 'folder',
                    %(history)s, %(on)s, max(night_id), %(arrived)s, %(received)s, 'loaded', %(verdict)s,
                    %(accepted)s, %(held)s, %(first)s, %(last)s, nextval('intake.load_seq')
                from audit.nights
                """,
                {
                    "id": submission_id,
                    "regency": regency_code,
                    "dataset": dataset,
                    "history": is_history,
                    "on": business_date,
                    "arrived": arrived_at or evening - timedelta(hours=9),
                    "received": evening + timedelta(seconds=self._loads),
                    "verdict": verdict,
                    "accepted": len(days),
                    "held": len(held or []),
                    "first": min(days, default=None),
                    "last": max(days, default=None),
                },
            )
            connection.execute(
                "insert into intake.submission_periods"
                " select %s, day, sum(accepted), sum(held) from ("
                "  select unnest(%s::date[]) as day, 1 as accepted, 0 as held"
                "  union all select unnest(%s::date[]), 0, 1) as rows where day is not null group by day",
                [submission_id, days, held or []],
            )
            for number, day in enumerate(held or [], start=1000):
                connection.execute(
                    "insert into intake.held_rows (submission_id, sheet, row_number, cells, typed, rule_ids)"
                    " values (%s, '', %s, '{}', jsonb_build_object('observed_on', %s::date), '{}')",
                    [submission_id, number, day],
                )
            row = connection.execute(
                "select load_seq from intake.submissions where submission_id = %s", [submission_id]
            ).fetchone()
        assert row is not None
        return submission_id, int(row[0])

    def copy(self, into: str, rows: list[list[Any]]) -> None:
        """Copy rows into a table with its columns."""
        with connect(SUPERUSER, self.settings) as connection:
            with connection.cursor() as cursor, cursor.copy(f"copy {into} from stdin") as copy:
                for row in rows:
                    copy.write_row(row)
            connection.commit()

    def published(self) -> None:
        """Move the watermark as a publication would."""
        self.execute(
            "update audit.publication set load_seq_watermark = (select max(change_seq) from intake.changes)"
        )

    def dbt(self, *arguments: str) -> list[Any]:
        """Run dbt, failing the test with the messages of what failed; the results come back."""
        outcome = invoke(self.settings, list(arguments))
        results = list(getattr(outcome.result, "results", None) or [])
        faults = [
            f"{r.node.name}: {r.status} {r.message}" for r in results if str(r.status) in ("error", "fail")
        ]
        assert outcome.success, "\n".join([*faults, str(outcome.exception or "")])
        return results

    def build(self, *arguments: str) -> list[Any]:
        """The nightly build, without what none of the datasets loaded so far can move; seeds are in place."""
        manifest = json.loads((target_path(self.settings) / "manifest.json").read_text())
        untouched = left_alone(manifest, frozenset(self._datasets))
        return self.dbt(
            "build",
            "--exclude-resource-type=unit_test",
            "--exclude-resource-type=seed",
            "--indirect-selection=cautious",
            *arguments,
            "--exclude",
            *untouched,
        )

    def failing_tests(self, *arguments: str) -> list[str]:
        """Names of the data tests that fail on what the warehouse holds now."""
        outcome = invoke(self.settings, ["test", "--exclude-resource-type=unit_test", *arguments])
        assert outcome.result is not None, outcome.exception
        return [r.node.name for r in outcome.result.results if str(r.status) == "fail"]
