"""What all derivations share: their context, the columns every dataset has, and the result."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lumbung.check.frame import NO_DAY, NightRows
from lumbung.check.keys import key_count, row_keys
from lumbung.check.periods import periods_of
from lumbung.contracts.model import Contract
from lumbung.reference import Reference

if TYPE_CHECKING:
    import psycopg

    from lumbung.check.history import PriceSource

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Columns = Mapping[str, NDArray[Any]]
Words = Callable[[str, int], dict[str, Any]]
"""The words that a message on a row needs: by the derived column and the row's position."""


@dataclass(frozen=True)
class Context:
    """What a derivation may look at beside the rows.

    Attributes:
        contract: Of the dataset.
        reference: The reference lists.
        offices: Regency code by number of the file.
        conn: A connection inside a transaction; None away from the warehouse, where no past is known.
        prices: Where prices of the past come from, where that is not the warehouse.
    """

    contract: Contract
    reference: Reference
    offices: Sequence[str]
    conn: "psycopg.Connection[Any] | None" = None
    prices: "PriceSource | None" = None


@dataclass(frozen=True)
class Common:
    """What is derived for every dataset.

    Attributes:
        columns: By name.
        key: A number per row that rows of one file share exactly when their keys are the same.
        has_key: Which rows have a key.
        period_first: First day of the row's period, days since 1970.
        period_last: Last day of it.
        offices: Regency code by number of the file.
    """

    columns: dict[str, NDArray[Any]]
    key: Ints
    has_key: NDArray[np.bool_]
    period_first: NDArray[np.int32]
    period_last: NDArray[np.int32]
    offices: list[str]


def no_words(_subject: str, _position: int) -> dict[str, Any]:
    """For datasets whose own columns need no words."""
    return {}


@dataclass(frozen=True)
class Own:
    """What is derived for one dataset alone.

    Attributes:
        columns: By name.
        words: What messages on these columns need.
        is_suspect: Which rows a person may release only as suspects.
    """

    columns: dict[str, NDArray[Any]]
    words: Words = no_words
    is_suspect: NDArray[np.bool_] | None = None


@dataclass(frozen=True)
class Derived:
    """All derived columns of a night's rows of one dataset."""

    rows: NightRows
    context: Context
    common: Common
    own: Own
    columns: dict[str, NDArray[Any]] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", self.common.columns | self.own.columns)

    @property
    def is_whole(self) -> NDArray[np.bool_]:
        """Which rows are fully understood: key, period, and every required value."""
        whole = self.common.has_key & (self.common.period_first != NO_DAY)
        for item in self.context.contract.fields:
            if item.required and item.reference is None and item.logical_type != "string":
                whole = whole & (self.rows.flags[f"{item.name}_readable"] == 1)
        return whole


def common_columns(rows: NightRows, context: Context) -> Common:
    """The columns of every dataset."""
    columns: dict[str, NDArray[Any]] = dict(rows.flags)
    for item in context.contract.fields:
        if item.name in rows.numbers:
            values = rows.numbers[item.name]
            columns[item.column] = values
            if item.logical_type == "integer":
                columns[f"{item.name}_remainder"] = values - np.floor(values)
    first, last = periods_of(context.contract, rows)
    known = first != NO_DAY
    columns["days_ahead"] = np.where(known, first - rows.business_day, np.nan).astype(np.float32)
    years = first.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    columns["observed_year"] = np.where(known, years, np.nan).astype(np.float32)
    key, has_key = row_keys(rows, context.contract)
    columns["key_count"] = key_count(rows.file, key, has_key)
    return Common(columns, key, has_key, first, last, list(context.offices))
