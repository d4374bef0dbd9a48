"""The derived columns of indicator realisations: parts that do not make the whole, sums that fall."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lumbung import labels
from lumbung.check.derivations.common import Common, Context, Own
from lumbung.check.derivations.past import Predecessors, predecessors, text_of, whole_numbers
from lumbung.check.frame import NightRows

_TOLERANCE = 0.05
"""Percentage points: realisations are written with one or two decimals."""
_QUARTERS = {f"TW{n}": n for n in range(1, 5)}
_ORDER = "(case when r.period like 'TW%%' then r.indicator_year * 4 + right(r.period, 1)::integer end)"


def derive(rows: NightRows, context: Context, common: Common) -> Own:
    """Realised minus numerator / denominator (percentage points), and sums that fall within a year."""
    indicators = context.reference.indicators
    listed = [indicators[code] for code in rows.lists.named("indicator")]
    code = rows.codes["indicator"]
    is_ratio = np.array([item.kind == "ratio" for item in listed] + [False])[code]
    is_sum = np.array([item.over_time == "sum" for item in listed] + [False])[code]
    above, below = rows.numbers["numerator"], rows.numbers["denominator"]
    with np.errstate(divide="ignore", invalid="ignore"):
        should = np.where(below != 0, above / below * 100, np.nan)
    realised = rows.numbers["realised"]
    gap = np.where(is_ratio, realised - should, np.nan)
    gap[np.abs(gap) <= _TOLERANCE] = 0
    year = whole_numbers(rows.numbers["year"])
    quarter = text_of(rows, "period").map(_QUARTERS).astype("Int64")
    before = predecessors(
        rows,
        context,
        common.offices,
        {
            "indicator_year": year.astype("string").astype(object).where(year.notna(), None),
            "indicator_code": text_of(rows, "indicator"),
        },
        year * 4 + quarter,
        _ORDER,
        ("realised_value", realised),
    )
    columns: dict[str, NDArray[Any]] = {
        "ratio_gap": gap,
        "denominator_missing": np.where(
            is_ratio & np.isfinite(realised), (np.isnan(below) | np.isnan(above)).astype(float), np.nan
        ),
        "realised_drop": np.where(is_sum, before.value - realised, np.nan),
    }
    return Own(columns, _Words(columns, should, before))


_ROMAN = ("I", "II", "III", "IV")


class _Words:
    """What messages about realisations need."""

    def __init__(
        self, columns: dict[str, NDArray[Any]], should: NDArray[np.float64], before: Predecessors
    ) -> None:
        self._columns, self._should, self._before = columns, should, before

    def __call__(self, subject: str, position: int) -> dict[str, Any]:
        match subject:
            case "ratio_gap":
                gap = abs(float(self._columns[subject][position]))
                return {
                    "expected": _number(float(self._should[position])),
                    "difference": _number(gap),
                }
            case "realised_drop":
                order = int(self._before.order[position]) - 1
                return {
                    "reference": _number(float(self._before.value[position])),
                    "period_before": f"Triwulan {_ROMAN[order % 4]} {order // 4}",
                }
        return {}


def _number(amount: float) -> str:
    """A number with at most two decimals, and no more than it has."""
    decimals = next((d for d in range(2) if round(amount, d) == round(amount, 2)), 2)
    return labels.format_number(amount, decimals)
