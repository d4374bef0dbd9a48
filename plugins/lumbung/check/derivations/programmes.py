"""The derived columns of programme activities: overspending, and cumulative figures that fall."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lumbung import labels
from lumbung.check.derivations.common import Common, Context, Own
from lumbung.check.derivations.past import Predecessors, predecessors, text_of, whole_numbers
from lumbung.check.derivations.prices import rupiah
from lumbung.check.frame import NightRows

_ORDER = "(r.activity_year * 12 + r.activity_month - 1)"


def derive(rows: NightRows, context: Context, common: Common) -> Own:
    """Realised beyond the budget, and how far realisation and progress fall below the month before.

    Realisation and progress are cumulative within a year, so the first month of a year has no predecessor.
    """
    year = whole_numbers(rows.numbers["year"])
    month = text_of(rows, "month").astype("Float64").astype("Int64")
    order = year * 12 + month - 1
    series: dict[str, pd.Series[Any]] = {
        "activity_year": year.astype("string").astype(object).where(year.notna(), None),
        "activity_code": text_of(rows, "activity_code"),
    }
    realised, physical = rows.numbers["realised"], rows.numbers["physical"]
    money = predecessors(rows, context, common.offices, series, order, _ORDER, ("realised_idr", realised))
    progress = predecessors(rows, context, common.offices, series, order, _ORDER, ("physical_pct", physical))
    columns: dict[str, NDArray[Any]] = {
        "overspent_idr": realised - rows.numbers["budget"],
        "financial_drop_idr": money.value - realised,
        "physical_drop_pct": progress.value - physical,
        "spent_without_progress": np.where(
            np.isnan(realised) | np.isnan(physical), np.nan, (realised > 0) & (physical == 0)
        ),
    }
    return Own(columns, _Words(columns, money, progress))


class _Words:
    """What messages about activities need."""

    def __init__(self, columns: dict[str, NDArray[Any]], money: Predecessors, progress: Predecessors) -> None:
        self._columns, self._money, self._progress = columns, money, progress

    def __call__(self, subject: str, position: int) -> dict[str, Any]:
        match subject:
            case "overspent_idr":
                return {"difference": rupiah(float(self._columns[subject][position]))}
            case "financial_drop_idr":
                return {
                    "reference": rupiah(float(self._money.value[position])),
                    "period_before": _month(int(self._money.order[position])),
                }
            case "physical_drop_pct":
                return {
                    "reference": labels.format_percent(float(self._progress.value[position]), 1),
                    "period_before": _month(int(self._progress.order[position])),
                }
        return {}


def _month(order: int) -> str:
    return f"{labels.label('month', str(order % 12 + 1))} {order // 12}"
