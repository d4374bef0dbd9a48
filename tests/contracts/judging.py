"""Judge one file as a night would, without a database: nothing is known of the past."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lumbung.check import expectations, prices
from lumbung.check.decoded import DecodedFile
from lumbung.check.findings import FileFindings
from lumbung.check.frame import Lists, concatenate, type_file
from lumbung.check.history import DayPrices
from lumbung.check.judgement import Judgement, NightJudge, judge_unread, stops_the_file
from lumbung.check.references import Known
from lumbung.contracts.model import Contract
from lumbung.decode.stage import DecodeJob, decode_files
from lumbung.reference import Reference


class NoHistory:
    """A warehouse without a single observation."""

    def known(self, series: pd.DataFrame) -> Known:
        """Nothing."""
        return Known(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))

    def on_days(self, days: pd.DataFrame) -> DayPrices:
        """Nothing."""
        return DayPrices(np.zeros(0, np.int64), np.zeros(0, object), np.zeros(0))


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
) -> dict[str, Judgement]:
    """Decode all files, then judge each on its own; by file name."""
    jobs = [DecodeJob(f"{n:03d}", one.path, one.path.name) for n, one in enumerate(submitted)]
    outcomes = {outcome.submission_id: outcome for outcome in decode_files(jobs, contract, folder)}
    judgements = {}
    for job, one in zip(jobs, submitted, strict=True):
        file = DecodedFile(
            number=0,
            submission_id=job.submission_id,
            regency_code=one.regency_code,
            office=reference.offices[one.regency_code].name,
            file_name=job.file_name,
            outcome=outcomes[job.submission_id],
        )
        judgements[job.file_name] = _judge(file, contract, reference, business_date)
    return judgements


def rule_ids(findings: FileFindings) -> list[str]:
    """The rules that a file broke, each once, in order of their ids."""
    return sorted({count.rule_id for count in findings.counts})


def _judge(file: DecodedFile, contract: Contract, reference: Reference, business_date: date) -> Judgement:
    if file.outcome.table_path is None or stops_the_file(contract, file.outcome.faults):
        return judge_unread(file, contract)
    lists = Lists.of(reference)
    typed = type_file(file, contract, reference, lists)
    rows = concatenate([typed], lists, business_date)
    history: Any = NoHistory()
    derived = prices.derive(rows, reference, history, prices.parameters_of(reference))
    run = expectations.validate(contract.dataset, contract.expectation_rules(), derived.columns)
    return NightJudge(contract, reference, rows, derived, run.results).judge(file, typed)
