"""Judge files as a night would, without a database."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from lumbung.check import expectations, outputs
from lumbung.check.decoded import DecodedFile
from lumbung.check.derivations import Context, Derived, derive
from lumbung.check.expectations import RuleResult
from lumbung.check.findings import FileFindings
from lumbung.check.frame import Lists, TypedFile, concatenate, type_file
from lumbung.check.judgement import Judgement, NightJudge, judge_unread, stops_the_file
from lumbung.check.locks import LATE_FILL, LOCKED_CHANGE
from lumbung.contracts.model import Contract
from lumbung.decode.stage import DecodeJob, decode_files
from lumbung.reference import Reference
from tests.past import Past


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
    past: Past | None = None,
) -> list[Judgement]:
    """Decode all files, then judge each on its own, against what is known of the past; in their order."""
    jobs = [
        DecodeJob(f"{n:03d}", one.path, one.path.name, one.regency_code) for n, one in enumerate(submitted)
    ]
    decoded = decode_files(jobs, contract, folder, reference=reference)
    outcomes = {outcome.submission_id: outcome for outcome in decoded}
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
    alone = [_derive(file, contract, reference, business_date, past or Past()) for file in files]
    results = _validate(contract, [one.derived.columns for one in alone if one])
    judgements = []
    for file, one in zip(files, alone, strict=True):
        if one is None:
            judgements.append(judge_unread(file, contract))
            continue
        judgement = NightJudge(one.derived, next(results)).judge(file, one.typed)
        path = outputs.accepted_path(folder, file.submission_id)
        path.parent.mkdir(exist_ok=True)
        outputs.write_accepted(path, judgement, one.derived, outputs.raw_names(contract))
        judgements.append(judgement)
    return judgements


def accepted_rows(judgement: Judgement) -> list[dict[str, str]]:
    """The rows that `judge_all` accepted of a file, as they go to the raw table, in the order of the file."""
    table = judgement.file.outcome.table_path
    assert table is not None
    path = outputs.accepted_path(table.parent, judgement.file.submission_id)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return sorted(rows, key=lambda row: (row["sheet"], int(row["row_number"]), int(row["column_number"])))


def rule_ids(findings: FileFindings) -> list[str]:
    """The rules that a file broke, each once, in order of their ids."""
    return sorted({count.rule_id for count in findings.counts})


@dataclass(frozen=True)
class _Derived:
    """One file's rows, typed and with their derived columns, as if nobody else had sent anything."""

    typed: TypedFile
    derived: Derived


def _derive(
    file: DecodedFile, contract: Contract, reference: Reference, business_date: date, past: Past
) -> _Derived | None:
    """None for a file whose rows are not judged."""
    if file.outcome.table_path is None or stops_the_file(contract, file.outcome.faults):
        return None
    lists = Lists.of(contract, reference)
    typed = type_file(file, contract, reference, lists)
    rows = concatenate([typed], lists, business_date)
    derived = derive(rows, Context(contract, reference, [file.regency_code], prices=past))
    nothing = np.full(len(rows.file), np.nan)
    derived.columns.update({LOCKED_CHANGE: nothing, LATE_FILL: nothing})
    return _Derived(typed, derived)


def _validate(contract: Contract, columns: list[Mapping[str, Any]]) -> Iterator[list[RuleResult]]:
    """What each file's rows broke; one validation for all, because each costs a third of a second."""
    together = {name: np.concatenate([of_file[name] for of_file in columns]) for name in columns[0]}
    run = expectations.validate(contract.dataset, contract.expectation_rules(), together)
    begin = 0
    for of_file in columns:
        end = begin + len(of_file["key_count"])
        own = [(result, np.searchsorted(result.positions, [begin, end])) for result in run.results]
        yield [replace(r, positions=r.positions[low:high] - begin) for r, (low, high) in own]
        begin = end
