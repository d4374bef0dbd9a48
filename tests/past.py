"""A warehouse in memory that knows some prices, where the check asks for its history."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from lumbung.check.history import DayPrices
from lumbung.check.references import Known

_SERIES = ["commodity_code", "market_id", "price_level"]


class Past:
    """Prices by (commodity, market, level, day), the day counted since 1970."""

    def __init__(self, prices: Mapping[tuple[str, str, str, int], float] | None = None) -> None:
        keys = list(zip(*(prices or {}), strict=True)) or [(), (), (), ()]
        self._prices = pd.DataFrame(
            {name: pd.Series(keys[n], dtype=object) for n, name in enumerate(_SERIES)}
            | {
                "day": pd.Series(keys[3], dtype=np.int64),
                "price": pd.Series(list((prices or {}).values()), dtype=np.float64),
            }
        )

    def known(self, series: pd.DataFrame) -> Known:
        """All prices of the series up to their last days."""
        asked = series[[*_SERIES, "last_day"]].assign(series_no=np.arange(len(series)))
        found = asked.merge(self._prices, on=_SERIES).query("day <= last_day")
        found = found.sort_values(["series_no", "day"])
        return Known(*(found[name].to_numpy() for name in ("series_no", "day", "price")))

    def on_days(self, days: pd.DataFrame) -> DayPrices:
        """The prices of all markets on the days."""
        asked = days.assign(day_no=np.arange(len(days)))
        found = asked.merge(self._prices, on=["commodity_code", "price_level", "day"])
        return DayPrices(*(found[name].to_numpy() for name in ("day_no", "market_id", "price")))
