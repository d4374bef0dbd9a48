"""Judge files as a night would, without a database."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lumbung.check import expectations, prices
from lumbung.check.decoded import DecodedFile
from lumbung.check.expectations import RuleResult
from lumbung.check.findings import FileFindings
from lumbung.check.frame import Lists, NightRows, TypedFile, concatenate, type_file
from lumbung.check.history import DayPrices
from lumbung.check.judgement import Judgement, NightJudge, judge_unread, stops_the_file
from lumbung.check.references import Known
from lumbung.contracts.model import Contract
from lumbung.decode.stage import DecodeJob, decode_files
from lumbung.reference import Reference


class History:
    """A warehouse that holds the given prices.

    Args:
        observations: commodity_code, market_id, price_level, day (days since 1970), price_idr.
    """

    def __init__(self, observations: pd.DataFrame | None = None) -> None:
        self._observations = observations if observations is not None else _NOTHING

    def known(self, series: pd.DataFrame) -> Known:
        """All observations of the series."""
        asked = series[_SERIES].assign(series_no=np.arange(len(series)))
        found = asked.merge(self._observations, on=_SERIES).sort_values(["series_no", "day"])
        return Known(*(found[name].to_numpy(kind) for name, kind in _KNOWN.items()))

    def on_days(self, days: pd.DataFrame) -> DayPrices:
        """The prices of all markets on the days."""
        asked = days.assign(day_no=np.arange(len(days)))
        found = asked.merge(self._observations, on=["commodity_code", "price_level", "day"])
        return DayPrices(
            found["day_no"].to_numpy(np.int64),
            found["market_id"].to_numpy(object),
            found["price_idr"].to_numpy(np.float64),
        )


_SERIES = ["commodity_code", "market_id", "price_level"]
_KNOWN = {"series_no": np.int64, "day": np.int64, "price_idr": np.float64}
_NOTHING = pd.DataFrame(
    {name: pd.Series(dtype=object) for name in _SERIES}
    | {"day": pd.Series(dtype=np.int64), "price_idr": pd.Series(dtype=np.float64)}
)


@dataclass(frozen=True)
class Submitted:
    """A file and the office that sends it."""

    path: Path
    regency_code: str


def judge_all(
    submitted: list[Submitted],
    contract: Contract,
    reference: Reference,
    business_date: date,
    folder: Path,
    history: History | None = None,
) -> list[Judgement]:
    """Decode all files, then judge each on its own, against what is known of the past; in their order."""
    jobs = [DecodeJob(f"{n:03d}", one.path, one.path.name) for n, one in enumerate(submitted)]
    outcomes = {outcome.submission_id: outcome for outcome in decode_files(jobs, contract, folder)}
    files = [
        DecodedFile(
            number=0,
            submission_id=job.submission_id,
            regency_code=one.regency_code,
            office=reference.offices[one.regency_code].name,
            file_name=job.file_name,
            outcome=outcomes[job.submission_id],
        )
        for job, one in zip(jobs, submitted, strict=True)
    ]
    alone = [_derive(file, contract, reference, business_date, history or History()) for file in files]
    results = _validate(contract, [one.derived.columns for one in alone if one])
    return [
        NightJudge(contract, reference, one.rows, one.derived, next(results)).judge(file, one.typed)
        if one
        else judge_unread(file, contract)
        for file, one in zip(files, alone, strict=True)
    ]


def rule_ids(findings: FileFindings) -> list[str]:
    """The rules that a file broke, each once, in order of their ids."""
    return sorted({count.rule_id for count in findings.counts})


@dataclass(frozen=True)
class _Derived:
    """One file's rows, typed and with their derived columns, as if nobody else had sent anything."""

    typed: TypedFile
    rows: NightRows
    derived: prices.PriceColumns


def _derive(
    file: DecodedFile, contract: Contract, reference: Reference, business_date: date, history: Any
) -> _Derived | None:
    """None for a file whose rows are not judged."""
    if file.outcome.table_path is None or stops_the_file(contract, file.outcome.faults):
        return None
    lists = Lists.of(reference)
    typed = type_file(file, contract, reference, lists)
    rows = concatenate([typed], lists, business_date)
    derived = prices.derive(rows, reference, history, prices.parameters_of(reference))
    return _Derived(typed, rows, derived)


def _validate(contract: Contract, columns: list[Mapping[str, Any]]) -> Iterator[list[RuleResult]]:
    """What each file's rows broke; one validation for all, because each costs a third of a second."""
    together = {name: np.concatenate([of_file[name] for of_file in columns]) for name in columns[0]}
    run = expectations.validate(contract.dataset, contract.expectation_rules(), together)
    begin = 0
    for of_file in columns:
        end = begin + len(of_file["price_idr"])
        own = [(result, np.searchsorted(result.positions, [begin, end])) for result in run.results]
        yield [replace(r, positions=r.positions[low:high] - begin) for r, (low, high) in own]
        begin = end
