"""What counted before the night for the keys of small datasets, and each row's predecessor in its series."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lumbung.check.derivations.common import Context
from lumbung.check.frame import NightRows
from lumbung.intake import counted

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Predecessors:
    """Per row the figure before it in its series; NaN and -1 where there is none.

    Attributes:
        value: The figure.
        order: Where in the series it stands.
    """

    value: Floats
    order: NDArray[np.int64]


def predecessors(
    rows: NightRows,
    context: Context,
    offices: list[str],
    series: dict[str, "pd.Series[Any]"],
    order: "pd.Series[Any]",
    order_of: str,
    value: tuple[str, Floats],
) -> Predecessors:
    """The last figure before each row of its own series: from the row's file, else from the warehouse.

    Args:
        rows: The night's rows.
        context: Contract and connection.
        offices: Regency code by number of the file.
        series: What makes a series, by column of the raw table; text, null where not understood.
        order: Each row's place in its series as a whole number, null where not understood.
        order_of: SQL over the raw table (``r``) that gives the same number.
        value: Column of the raw table and tonight's figures of it.
    """
    column, figures = value
    tonight = pd.DataFrame(series).assign(order=order, value=figures, position=np.arange(len(figures)))
    tonight["office"] = np.array(offices, dtype=object)[rows.file]
    tonight["file"] = rows.file
    before = _before(context, sorted(set(offices)), list(series), order_of, column)
    result = Predecessors(np.full(len(figures), np.nan), np.full(len(figures), -1, dtype=np.int64))
    whole = tonight.dropna(subset=[*series, "order", "value"])
    for number, own in whole.groupby("file"):
        known = before[before["office"] == offices[int(str(number))]]
        both = pd.concat([known.assign(position=-1), own], ignore_index=True)
        both = both.drop_duplicates([*series, "order"], keep="last").sort_values([*series, "order"])
        groups = both.groupby(list(series), sort=False)
        shifted = groups[["value", "order"]].shift(1)
        mine = both["position"] >= 0
        at = both.loc[mine, "position"].to_numpy(np.int64)
        result.value[at] = shifted.loc[mine, "value"].to_numpy(np.float64)
        result.order[at] = shifted.loc[mine, "order"].fillna(-1).to_numpy(np.int64)
    return result


def _before(
    context: Context, offices: list[str], series: list[str], order_of: str, column: str
) -> pd.DataFrame:
    from psycopg import sql

    names = ["office", *series, "order", "value"]
    if context.conn is None:
        return pd.DataFrame({name: pd.Series(dtype=object) for name in names})
    keys = sql.SQL(", ").join(sql.SQL("r.{}::text").format(sql.Identifier(name)) for name in series)
    found = context.conn.execute(
        sql.SQL(
            """
            select distinct on (s.regency_code, {keys}, {order})
                s.regency_code, {keys}, {order}, r.{column}::float8
            from raw.{table} as r
            {rows}
            where s.regency_code = any(%s) and r.{column} is not null and {not_withdrawn}
            order by s.regency_code, {keys}, {order}, {newest_first}
            """
        ).format(
            keys=keys,
            order=sql.SQL(order_of),
            column=sql.Identifier(column),
            table=sql.Identifier(context.contract.dataset),
            rows=sql.SQL(counted.ROWS),
            not_withdrawn=sql.SQL(counted.NOT_WITHDRAWN),
            newest_first=sql.SQL(counted.NEWEST_FIRST),
        ),
        [offices],
    ).fetchall()
    return pd.DataFrame(found, columns=names)


def text_of(rows: NightRows, field: str) -> "pd.Series[Any]":
    """A field of a list or of free text as text, null where absent or not resolved."""
    if field in rows.codes:
        names = np.array([*rows.lists.named(field), None], dtype=object)
        return pd.Series(names[rows.codes[field]], dtype=object)
    text = rows.texts[field]
    return pd.Series(np.array([*text.cells, None], dtype=object)[text.codes], dtype=object)


def whole_numbers(values: Floats) -> "pd.Series[Any]":
    """Numbers as whole numbers, null where absent."""
    return pd.Series(values).astype("Float64").round().astype("Int64")
