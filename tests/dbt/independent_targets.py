"""What target tracking says, computed once more from reports and targets, with pandas and none of the SQL."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

PROVINCE = "35"


@dataclass(frozen=True)
class Indicator:
    """How an indicator is judged and added up."""

    direction: str
    over_regencies: str
    over_time: str


@dataclass(frozen=True)
class Goal:
    """A target: a value, or a range."""

    value: float | None
    lower: float | None = None
    upper: float | None = None

    def share(self, part: float) -> "Goal":
        """Of a value, a part."""
        return Goal(None if self.value is None else self.value * part, self.lower, self.upper)


def realisations(reports: pd.DataFrame, indicators: Mapping[str, Indicator]) -> pd.DataFrame:
    """Per indicator, place and quarter-end that has one: the figure from the year's beginning.

    Args:
        reports: indicator, regency, year, quarter, value, numerator, denominator; one row per report.
        indicators: By code.
    """
    rows: list[dict[str, Any]] = []
    for (code, year), of_year in reports.groupby(["indicator", "year"]):
        how = indicators[code]
        for quarter in sorted(of_year["quarter"].unique()):
            until = of_year[of_year["quarter"] <= quarter]
            for regency, own in until.groupby("regency"):
                if (own["quarter"] == quarter).any():
                    rows.append(_row(code, regency, year, quarter, _over_time(own, how), 1))
            value, count = _province(until, how)
            rows.append(_row(code, PROVINCE, year, quarter, value, count))
    return pd.DataFrame(rows)


def _row(code: str, place: str, year: int, quarter: int, value: float | None, count: int) -> dict[str, Any]:
    return {"indicator": code, "regency": place, "year": year, "quarter": quarter, "value": value,
            "reporting_count": count}  # fmt: skip


def _over_time(own: pd.DataFrame, how: Indicator) -> float:
    ordered = own.sort_values("quarter")
    match how.over_time:
        case "mean":
            return float(ordered["value"].mean())
        case "weighted":
            return float(ordered["numerator"].sum() / ordered["denominator"].sum() * 100)
    return float(ordered["value"].iloc[-1])


def _province(until: pd.DataFrame, how: Indicator) -> tuple[float, int]:
    count = until["regency"].nunique()
    if how.over_time in ("last", "sum"):
        return _together(until.sort_values("quarter").groupby("regency").tail(1), how.over_regencies), count
    if how.over_time == "weighted":
        return float(until["numerator"].sum() / until["denominator"].sum() * 100), count
    quarters = [_together(rows, how.over_regencies) for _, rows in until.groupby("quarter")]
    return sum(quarters) / len(quarters), count


def _together(rows: pd.DataFrame, how: str) -> float:
    if how == "weighted":
        return float(rows["numerator"].sum() / rows["denominator"].sum() * 100)
    return float(rows["value"].sum() if how == "sum" else rows["value"].mean())


def attainment(direction: str, goal: Goal, realised: float) -> float | None:
    """PermenPANRB 8/2021 with this project's edges; None where there is no figure."""
    if direction == "range":
        assert goal.lower is not None
        assert goal.upper is not None
        if goal.lower <= realised <= goal.upper:
            return 100.0
        bound, toward = (goal.lower, "higher") if realised < goal.lower else (goal.upper, "lower")
        return attainment(toward, Goal(bound), realised)
    assert goal.value is not None
    if goal.value <= 0:
        return None
    points = realised if direction == "higher" else 2 * goal.value - realised
    return max(points / goal.value * 100, 0.0)


def band(value: float | None) -> str | None:
    """The band of an attainment."""
    if value is None:
        return None
    edges = (("very_high", 90), ("high", 75), ("medium", 65), ("low", 50))
    return next((name for name, edge in edges if value > edge), "very_low")


def due(goal: Goal, over_time: str, quarter: int, plan: Mapping[int, Goal]) -> Goal:
    """What is due by the end of a quarter: the quarter's own target, else the year's part or all of it."""
    if quarter == 4:
        return goal
    if quarter in plan:
        return plan[quarter]
    return goal.share(quarter / 4) if over_time == "sum" else goal


def composite(
    attained: Mapping[str, float | None], weights: Mapping[str, float]
) -> tuple[float | None, float]:
    """Score with attainments capped at 100, and the share of the weights that is measured in percent."""
    measured = {
        code: min(value, 100.0) for code, value in attained.items() if value is not None and code in weights
    }
    weight = sum(weights[code] for code in measured)
    score = sum(weights[code] * value for code, value in measured.items()) / weight if weight else None
    return score, weight / sum(weights.values()) * 100
