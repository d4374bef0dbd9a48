"""Industry figures computed once more with pandas, from the same units in another way than by the models."""

import math
from typing import Any

import pandas as pd

from tests.dbt.industry_registers import PROGRAMMES

Key = tuple[int, str, str]
"""data year, regency or 35, programme"""


def by_programme(units: pd.DataFrame) -> dict[Key, dict[str, Any]]:
    """Every figure that does not depend on what may be published, of every place with a report."""
    found: dict[Key, dict[str, Any]] = {}
    for year, of_year in units.groupby("data_year"):
        for place in ["35", *of_year["regency_code"].unique()]:
            here = of_year if place == "35" else of_year[of_year["regency_code"] == place]
            for programme in PROGRAMMES:
                found[int(year), str(place), programme] = _figures(_of(here, programme))
    for (year, place, programme), figures in found.items():
        province, whole = found[year, "35", programme], found[year, "35", "all"]
        own = found[year, place, "all"]
        figures["worker_contribution_pct"] = _share(figures["worker_count"], province["worker_count"])
        figures["location_quotient"] = _quotient(figures, own, province, whole)
        figures.update(_growth(units, year, place, programme))
    return found


def shift_share(units: pd.DataFrame) -> dict[tuple[int, str, str], tuple[float, float, float]]:
    """Provincial growth, mix and competitive part by data year, regency and division."""
    active = units[units["is_active"].astype(bool)].copy()
    active["workers"] = pd.to_numeric(active["worker_count"]).fillna(0)
    reporters = units.groupby("data_year")["regency_code"].unique()
    found = {}
    for year in sorted(reporters.index):
        if year - 1 not in reporters.index:
            continue
        both = sorted(set(reporters[year]) & set(reporters[year - 1]))
        table = {
            when: active[(active["data_year"] == when) & active["regency_code"].isin(both)].pivot_table(
                index="regency_code", columns="division_code", values="workers", aggfunc="sum", fill_value=0
            )
            for when in (year - 1, year)
        }
        divisions = sorted(
            set(units[units["data_year"].between(year - 1, year)]["division_code"]) if both else ()
        )
        e0, e1 = (
            table[when].reindex(index=both, columns=divisions, fill_value=0) for when in (year - 1, year)
        )
        either = units[units["data_year"].between(year - 1, year)]
        present = set(zip(either["regency_code"], either["division_code"], strict=True))
        if not both or not e0.to_numpy().sum():
            continue
        total = e1.to_numpy().sum() / e0.to_numpy().sum() - 1
        for division in divisions:
            before, now = e0[division].sum(), e1[division].sum()
            own = now / before - 1 if before else None
            for regency in [r for r in both if (r, division) in present]:
                base, change = (
                    e0.loc[regency, division],
                    e1.loc[regency, division] - e0.loc[regency, division],
                )
                mix = base * (own - total) if own is not None else 0.0
                competitive = change - base * own if own is not None else change
                found[int(year), regency, division] = (base * total, mix, competitive)
    return found


def same(published: Any, computed: Any) -> bool:
    """Whether both are absent or equal to 1e-9 of their size."""
    if computed is None or (isinstance(computed, float) and math.isnan(computed)):
        return bool(pd.isna(published))
    return bool(pd.notna(published)) and math.isclose(
        float(published), float(computed), rel_tol=1e-9, abs_tol=1e-9
    )


def _of(units: pd.DataFrame, programme: str) -> pd.DataFrame:
    active = units[units["is_active"].astype(bool)]
    return active if programme == "all" else active[active[f"is_{programme}"].astype(bool)]


def _figures(units: pd.DataFrame) -> dict[str, Any]:
    money = {
        column: pd.to_numeric(units[column])
        for column in ("worker_count", "male_count", "female_count", "investment_idr", "production_idr",
                       "material_idr", "export_pct")
    }  # fmt: skip
    figures: dict[str, Any] = {"unit_count": len(units)}
    for column in ("worker_count", "male_count", "female_count", "investment_idr", "production_idr"):
        figures[column] = _sum(money[column], len(units))
    whole = money["production_idr"].notna() & money["material_idr"].notna() & money["worker_count"].notna()
    value_added = (money["production_idr"] - money["material_idr"])[whole]
    workers = money["worker_count"][whole].sum()
    figures["value_added_idr"] = _sum(value_added, len(units))
    figures["productivity_idr"] = value_added.sum() / workers if len(value_added) and workers else None
    asked = units[units[["is_halal", "is_sni", "has_brand"]].notna().any(axis=1)]
    certified = (asked[["is_halal", "is_sni", "has_brand"]] == True).any(axis=1)  # noqa: E712
    figures["certified_pct"] = certified.mean() * 100 if len(asked) else None
    stated = money["production_idr"].notna() & money["export_pct"].notna()
    exported = (money["production_idr"] * money["export_pct"] / 100)[stated].sum()
    figures["export_pct"] = (
        exported / money["production_idr"].sum() * 100
        if stated.any() and money["production_idr"].sum()
        else None
    )
    return figures


def _sum(values: pd.Series, unit_count: int) -> Any:
    return values.sum() if values.notna().any() or not unit_count else None


def _share(part: Any, whole: Any) -> Any:
    return part / whole * 100 if part is not None and whole else None


def _quotient(
    figures: dict[str, Any], own: dict[str, Any], province: dict[str, Any], whole: dict[str, Any]
) -> Any:
    counts = [of["worker_count"] for of in (figures, own, province, whole)]
    if None in counts or not own["worker_count"] or not province["worker_count"]:
        return None
    return (counts[0] / counts[1]) / (counts[2] / counts[3])


def _growth(units: pd.DataFrame, year: int, place: str, programme: str) -> dict[str, Any]:
    now, before = units[units["data_year"] == year], units[units["data_year"] == year - 1]
    both = set(now["regency_code"]) & set(before["regency_code"])
    both = both if place == "35" else both & {place}
    pair = [_of(of_year[of_year["regency_code"].isin(both)], programme) for of_year in (now, before)]
    units_now, units_before = (len(side) for side in pair)
    workers_now, workers_before = (pd.to_numeric(side["worker_count"]).sum() for side in pair)
    here = _of(now if place == "35" else now[now["regency_code"] == place], programme)
    unstated = len(here) > 0 and here["worker_count"].isna().all()
    return {
        "growth_pct": (units_now / units_before - 1) * 100 if units_before else None,
        "worker_growth_pct": (workers_now / workers_before - 1) * 100
        if workers_before and not unstated
        else None,
    }
