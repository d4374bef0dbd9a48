"""The floor of the check in memory: the same rules as vectorised pandas code over the same decoded rows.

It trusts every file to be written one plain way, knows neither aliases nor earlier nights, explains nothing,
writes nothing and leaves no suspect out of later references.
"""

import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import feather

from lumbung.reference import Reference
from lumbung.settings import Settings

MISSING = ("", "-", "0")


def judge(
    settings: Settings, offices: dict[str, str], business_date: date
) -> tuple[float, float, dict[str, int]]:
    """Judge all decoded rows.

    Args:
        settings: Where the decoded rows and the reference lists are.
        offices: The submitting office's regency code by submission.
        business_date: What "today" means.

    Returns:
        Seconds of everything; of those the seconds of the comparisons alone, once all columns are there; and
        the rows that break each rule.
    """
    reference = Reference.load(settings)
    began = time.perf_counter()
    rows = _typed(_read(settings.work / "decoded", offices), reference)
    calm = _with_history(rows)
    compared = time.perf_counter()
    found = _broken(rows, calm, business_date)
    ended = time.perf_counter()
    return ended - began, ended - compared, found


def _read(folder: Path, offices: dict[str, str]) -> pd.DataFrame:
    names = ["observed_on", "regency", "market", "commodity", "unit", "price"]
    tables = []
    for submission_id, office in sorted(offices.items()):
        table = feather.read_table(folder / f"{submission_id}.arrow", columns=names)
        tables.append(table.append_column("office", pa.repeat(pa.scalar(office), len(table))))
    table = pa.concat_tables(tables)
    return pd.DataFrame(
        {
            name: table[name].cast(pa.string()).combine_chunks().dictionary_encode().to_pandas()
            for name in table.column_names
        }
    )


def _typed(text: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Text as numbers and codes, each distinct text once; rows without a price are left out."""
    text = text[~text["price"].isin(MISSING)]
    goods = list(reference.commodities.values())
    codes = {r.name: r.code for r in reference.regencies.values()}
    market_no = {(m.regency_code, m.name): n for n, m in enumerate(reference.markets.values())}
    offices, markets = text["office"].cat.categories, text["market"].cat.categories
    market = np.array([[market_no.get((o, m), -1) for m in markets] for o in offices])
    commodity = _per_cell(text["commodity"], {g.name: n for n, g in enumerate(goods)}, -1).astype(int)
    days = pd.to_datetime(text["observed_on"].cat.categories.to_series(), format="%Y-%m-%d", errors="coerce")
    rows = pd.DataFrame(
        {
            "day": ((days - pd.Timestamp(0)).dt.days.to_numpy())[text["observed_on"].cat.codes],
            "price": pd.to_numeric(text["price"].cat.categories.to_series(), errors="coerce").to_numpy()[
                text["price"].cat.codes
            ],
            "is_own": _per_cell(text["regency"], codes, "") == text["office"].to_numpy(object),
            "market": market[text["office"].cat.codes, text["market"].cat.codes],
            "commodity": commodity,
            "unit_fits": text["unit"].to_numpy(object) == np.array([g.unit for g in goods])[commodity],
        }
    )
    for name in ("plausible_min_idr", "plausible_max_idr", "unusual_move_pct", "stale_after_days"):
        rows[name] = np.array([float(getattr(g, name)) for g in goods])[commodity]
    rows["series"] = rows["market"] * len(goods) + rows["commodity"]
    return rows.sort_values(["series", "day"], kind="stable", ignore_index=True)


def _per_cell(text: "pd.Series[str]", values: Mapping[str, object], unknown: object) -> np.ndarray:
    return np.array([values.get(cell, unknown) for cell in text.cat.categories])[text.cat.codes]


def _with_history(rows: pd.DataFrame) -> pd.DataFrame:
    """Add what needs other rows; return the unsuspected ones with the price before and the unchanged run."""
    rows["is_double"] = rows.duplicated(["series", "day"], keep=False) & (rows["market"] >= 0)
    medians = rows.groupby("series", sort=False)["price"].rolling(30, min_periods=3).median()
    rows["reference"] = medians.to_numpy()
    rows["reference"] = rows.groupby("series", sort=False)["reference"].shift()
    short = rows[rows["reference"].isna() & (rows["market"] >= 0)]
    observations = rows[(rows["market"] >= 0) & ~rows["is_double"] & rows["day"].isin(short["day"].unique())]
    province = observations.groupby(["commodity", "day"])["price"].median()
    days = pd.MultiIndex.from_frame(short[["commodity", "day"]])
    rows.loc[short.index, "reference"] = province.reindex(days).to_numpy()
    distance = np.abs(np.log10(rows["price"] / rows["reference"]))
    rows["is_suspect"] = (np.abs(distance - 1) <= 0.15) | (np.abs(distance - 2) <= 0.15)
    rows.loc[rows["market"] < 0, "is_suspect"] = False
    calm = rows[(rows["market"] >= 0) & ~rows["is_double"] & ~rows["is_suspect"]].copy()
    series = calm.groupby("series", sort=False)
    calm["previous"] = series["price"].shift()
    run = (calm["price"] != calm["previous"]).cumsum()
    calm["unchanged_days"] = calm["day"] - calm.groupby(run, sort=False)["day"].transform("first") + 1
    calm["is_last"] = ~calm.duplicated("series", keep="last")
    return calm


def _broken(rows: pd.DataFrame, calm: pd.DataFrame, business_date: date) -> dict[str, int]:
    today = (business_date - date(1970, 1, 1)).days
    move = (calm["price"] - calm["previous"]).abs() * 100 / calm["previous"]
    broken = {
        "SP-104": rows["day"].isna(),
        "SP-105": rows["price"].isna(),
        "SP-108": rows["day"] > today,
        "SP-109": rows["day"] < (date(2012, 1, 1) - date(1970, 1, 1)).days,
        "SP-201": ~rows["is_own"],
        "SP-202": rows["market"] < 0,
        "SP-203": rows["commodity"] < 0,
        "SP-206": ~rows["unit_fits"],
        "SP-207": ~rows["is_suspect"]
        & ~rows["price"].between(rows["plausible_min_idr"], rows["plausible_max_idr"]),
        "SP-301": rows["is_double"],
        "SP-401": rows["is_suspect"],
        "SP-402": move > calm["unusual_move_pct"],
        "SP-403": calm["is_last"] & (calm["unchanged_days"] > calm["stale_after_days"]),
    }
    return {rule: int(rows.sum()) for rule, rows in broken.items()}
