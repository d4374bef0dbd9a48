"""An attack on published industry money: what linear algebra finds from everything published.

The attacker knows all units, their programmes and workers and which of them state a figure (most of it is
published), and everything that the marts say. Unknown is only each unit's money.
"""

import itertools
from collections.abc import Iterator

import numpy as np
import pandas as pd

from tests.dbt.industry_registers import PROGRAMMES

MEASURES = ["investment", "production", "value_added", "export"]
MIN_UNITS = 3


def contributing(units: pd.DataFrame, measure: str) -> pd.DataFrame:
    """The active units whose values make up the totals of a measure, as flags by programme."""
    active = units[units["is_active"].astype(bool)]
    stated = {
        "investment": active["investment_idr"].notna(),
        "production": active["production_idr"].notna(),
        "value_added": active[["production_idr", "material_idr", "worker_count"]].notna().all(axis=1),
        "export": (pd.to_numeric(active["production_idr"]) > 0) & (pd.to_numeric(active["export_pct"]) > 0),
    }[measure]
    found = active[stated]
    flags = {p: found[f"is_{p}"].astype(bool) for p in PROGRAMMES if p != "all"}
    return pd.DataFrame({"regency_code": found["regency_code"], "all": True, **flags})


def members(units: pd.DataFrame, regency: str, programme: str) -> np.ndarray:
    """1 for every unit that is in a total, 0 for the others."""
    inside = units[programme] & ((units["regency_code"] == regency) | (regency == "35"))
    return inside.to_numpy(dtype=float)


def cells(units: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """Every regency-or-province and programme that has units."""
    for regency in ["35", *sorted(units["regency_code"].unique())]:
        for programme in PROGRAMMES:
            if members(units, regency, programme).any():
                yield regency, programme


def weights_of(units: pd.DataFrame, known: set[tuple[str, str]]) -> tuple[np.ndarray, np.ndarray]:
    """The known totals over classes of units alike in all of them, and how many units each class has."""
    if not known:
        return np.zeros((0, 0)), np.zeros(0, dtype=int)
    totals = np.array([members(units, *cell) for cell in sorted(known)])
    alike, counts = np.unique(totals, axis=1, return_counts=True)
    return alike, counts


def isolated(units: pd.DataFrame, known: set[tuple[str, str]]) -> list[list[int]]:
    """Groups of fewer than three units of which alone some combination of the known totals tells.

    Groups are lists of classes: units alike in all known totals, which no combination can tell apart.
    """
    totals, counts = weights_of(units, known)
    if not known:
        return []
    rank = np.linalg.matrix_rank(totals)
    few = [n for n, count in enumerate(counts) if count < MIN_UNITS and totals[:, n].any()]
    groups = [
        list(group)
        for size in range(1, MIN_UNITS)
        for group in itertools.combinations(few, size)
        if counts[list(group)].sum() < MIN_UNITS
    ]
    return [g for g in groups if np.linalg.matrix_rank(np.delete(totals, g, axis=1)) < rank]


def recovered(
    units: pd.DataFrame, known: set[tuple[str, str]], hidden: set[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Hidden totals that follow from the known ones."""
    if not known:
        return []
    basis = np.array([members(units, *cell) for cell in sorted(known)])
    _, sizes, directions = np.linalg.svd(basis, full_matrices=False)
    directions = directions[sizes > 1e-9 * sizes[0]]
    found = []
    for cell in sorted(hidden):
        wanted = members(units, *cell)
        if np.linalg.norm(wanted - directions.T @ (directions @ wanted)) < 1e-7:
            found.append(cell)
    return found


def known_totals(kpi: pd.DataFrame, measure: str, year: int) -> set[tuple[str, str]]:
    """Totals that an attacker holds of a measure: published as such, or from a figure derived from them.

    Growth tells the year before from this year's total and the other way round, contribution tells a regency
    from the province and the other way round, productivity tells value added (workers are public), the export
    share tells exports from production.
    """
    rows = {(r, p): row for r, p, row in _of_year(kpi, year)}
    before = {(r, p): row for r, p, row in _of_year(kpi, year - 1)}
    after = {(r, p): row for r, p, row in _of_year(kpi, year + 1)}
    if measure == "export":
        return {cell for cell, row in rows.items() if pd.notna(row["export_pct"])}
    known = {cell for cell, row in rows.items() if pd.notna(row[f"{measure}_idr"])}
    if measure == "value_added":
        known |= {cell for cell, row in rows.items() if pd.notna(row["productivity_idr"])}
    if measure == "production":
        for cell, row in rows.items():
            if pd.notna(row["production_growth_pct"]) and pd.notna(before[cell]["production_idr"]):
                known.add(cell)
            if cell in after and pd.notna(after[cell]["production_growth_pct"]):
                known.add(cell)
            if pd.notna(row["contribution_pct"]):
                known |= {cell, ("35", cell[1])}
    return known


def withheld_totals(kpi: pd.DataFrame, measure: str, year: int) -> set[tuple[str, str]]:
    """Totals that the marts call suppressed; exports only where their production is shown."""
    column = "export_pct" if measure == "export" else f"{measure}_idr"
    return {
        (regency, programme)
        for regency, programme, row in _of_year(kpi, year)
        if row[f"{column}_reason"] == "suppressed"
        and (measure != "export" or pd.notna(row["production_idr"]))
    }


def _of_year(kpi: pd.DataFrame, year: int) -> Iterator[tuple[str, str, pd.Series]]:
    for _, row in kpi[kpi["period_on"].map(lambda day: day.year) == year].iterrows():
        yield row["regency_code"], row["programme"], row
