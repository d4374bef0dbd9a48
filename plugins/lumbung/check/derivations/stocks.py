"""The derived columns of staple stocks: the balance of each row, and its link to the day before."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lumbung import labels
from lumbung.check.derivations.common import Common, Context, Own
from lumbung.check.derivations.past import Predecessors, predecessors, text_of
from lumbung.check.frame import NO_DAY, NightRows

_DECIMALS = 3
_NEAR_DAYS = 7
"""An opening stock is compared with a closing stock of at most so many days before."""


def derive(rows: NightRows, context: Context, common: Common) -> Own:
    """Balance gap and gap to the last closing stock in tonnes; days of cover = closing / daily need."""
    numbers = rows.numbers
    should = numbers["opening"] + numbers["inflow"] - numbers["outflow"]
    day = rows.days["observed_on"].astype(np.int64)
    before = predecessors(
        rows,
        context,
        common.offices,
        {"commodity_code": text_of(rows, "commodity")},
        _nullable(day),
        "(r.observed_on - date '1970-01-01')",
        ("closing_t", numbers["closing"]),
    )
    near = (before.order >= 0) & (day - before.order <= _NEAR_DAYS)
    need = numbers["daily_need"]
    with np.errstate(divide="ignore", invalid="ignore"):
        cover = np.where(need > 0, numbers["closing"] / need, np.nan)
    columns: dict[str, NDArray[Any]] = {
        "balance_gap_t": np.round(numbers["closing"] - should, _DECIMALS),
        "opening_gap_t": np.where(near, np.round(numbers["opening"] - before.value, _DECIMALS), np.nan),
        "cover_days": cover,
    }
    return Own(columns, _Words(columns, should, before))


class _Words:
    """What messages about stocks need; amounts in tonnes."""

    def __init__(
        self, columns: dict[str, NDArray[Any]], should: NDArray[np.float64], before: Predecessors
    ) -> None:
        self._columns, self._should, self._before = columns, should, before

    def __call__(self, subject: str, position: int) -> dict[str, Any]:
        figure = float(self._columns[subject][position]) if subject in self._columns else np.nan
        match subject:
            case "balance_gap_t":
                return {"expected": tonnes(self._should[position]), "difference": tonnes(abs(figure))}
            case "opening_gap_t":
                on = np.datetime64(int(self._before.order[position]), "D").item()
                return {
                    "expected": tonnes(self._before.value[position]),
                    "difference": tonnes(abs(figure)),
                    "reference_on": labels.format_date(on),
                }
            case "cover_days":
                return {"days": labels.format_number(figure, 0)}
        return {}


def tonnes(amount: float) -> str:
    """An amount with as many decimals as it has, at most three: 12,5 ton."""
    amount = round(float(amount), _DECIMALS)
    decimals = next(d for d in range(_DECIMALS + 1) if round(amount, d) == amount)
    return f"{labels.format_number(amount, decimals)} ton"


def _nullable(day: NDArray[np.int64]) -> Any:
    import pandas as pd

    return pd.Series(day).astype("Int64").mask(day == NO_DAY)
