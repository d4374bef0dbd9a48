"""The reference lists behind target tracking are complete and say one thing."""

import csv
from collections import Counter
from decimal import Decimal

from lumbung.reference import Reference
from lumbung.settings import Settings
from lumbung.targets.model import version_named, version_number

SETTINGS = Settings.load()
REFERENCE = Reference.load(SETTINGS)


def seed(name: str) -> list[dict[str, str]]:
    with (SETTINGS.seeds / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_bands_descend_to_one_without_a_limit() -> None:
    limits = [row["above_pct"] for row in seed("attainment_bands")]
    assert limits == ["90", "75", "65", "50", ""]
    assert all(row["source"] for row in seed("attainment_bands"))


def test_weights_are_of_known_indicators_and_add_up_to_a_hundred() -> None:
    weights = seed("composite_weights")
    assert {row["indicator_code"] for row in weights} <= set(REFERENCE.indicators)
    assert sum(Decimal(row["weight"]) for row in weights) == 100
    assert all(Decimal(row["weight"]) > 0 and row["source"] for row in weights)


def test_profiles_have_twelve_months_that_grow_to_the_whole() -> None:
    by_indicator: dict[str, dict[int, Decimal]] = {}
    for row in seed("indicator_profiles"):
        months = by_indicator.setdefault(row["indicator_code"], {})
        months[int(row["month"])] = Decimal(row["cumulative_pct"])
    for code, months in by_indicator.items():
        assert REFERENCE.indicators[code].over_time == "sum", code
        assert sorted(months) == list(range(1, 13)), code
        shares = [months[month] for month in range(1, 13)]
        assert shares == sorted(shares), code
        assert shares[-1] == 100, code


def test_obligations_name_known_indicators_and_regencies_once_a_year() -> None:
    seen: Counter[tuple[str, str, int]] = Counter()
    for row in seed("target_obligations"):
        assert row["indicator_code"] in REFERENCE.indicators
        assert row["regency_code"] in REFERENCE.regencies
        for year in range(int(row["from_year"]), int(row["to_year"] or 2046) + 1):
            seen[row["indicator_code"], row["regency_code"], year] += 1
    assert max(seen.values()) == 1
    # All but price variation between regions, which one regency alone cannot have.
    assert {code for code, _, _ in seen} == set(REFERENCE.indicators) - {"stabilitas_wilayah"}


def test_every_indicator_says_how_it_adds_up_and_who_answers_for_it() -> None:
    for row in seed("indicators"):
        assert row["aggregation_over_regencies"] in ("sum", "mean", "weighted"), row
        assert row["aggregation_over_time"] in ("sum", "mean", "last", "weighted"), row
        assert row["preferred_source"] in ("uploads", "warehouse"), row
        assert row["owner"], row


def test_targets_of_the_seed_are_as_strict_as_those_of_workbooks() -> None:
    for row in seed("targets"):
        direction = REFERENCE.indicators[row["indicator_code"]].direction
        assert bool(row["target_value"]) == (direction != "range"), row
        assert bool(row["lower_value"]) == bool(row["upper_value"]) == (direction == "range"), row
        assert row["decided_on"] <= row["effective_from_on"], row
        assert row["decree"], row
        assert row["source"], row


def test_versions_have_numbers_and_names() -> None:
    assert [version_named(number) for number in (0, 1, 12)] == ["original", "adjusted_1", "adjusted_12"]
    assert [version_number(name) for name in ("original", "adjusted_1", "adjusted_12")] == [0, 1, 12]
