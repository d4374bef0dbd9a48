"""One file judged without the warehouse: same decoder, rules and words; no past and no locks are known."""

import csv
import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from lumbung.contracts.model import Contract
from lumbung.errors import LumbungError
from lumbung.feedback.model import Answer, Count, Finding, Place
from lumbung.feedback.recorded import grouped
from lumbung.reference import Reference

if TYPE_CHECKING:
    from lumbung.check.decoded import DecodedFile
    from lumbung.check.judgement import Judgement
    from lumbung.decode.rendering import ShownSheet

_SHA_DIGITS = 10
_SUGGESTED = 3


@dataclass(frozen=True)
class Tried:
    """What judging a file came to, and its own sheets for the answer."""

    answer: Answer
    sheets: "Sequence[ShownSheet]"


def try_file(
    path: Path, contract: Contract, reference: Reference, regency_code: str, business_date: date
) -> Tried:
    """Judge a file as a night would that knows nothing of the past.

    Args:
        path: The file.
        contract: Of the dataset it is for.
        reference: The reference lists.
        regency_code: The office that would send it.
        business_date: What "today" means.

    Raises:
        LumbungError: The machine failed, or the contract is at fault.
    """
    from lumbung.check import stage
    from lumbung.check.decoded import DecodedFile
    from lumbung.decode.job import DecodeJob
    from lumbung.decode.rendering import read_rendered
    from lumbung.decode.stage import decode_files

    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    submission_id = f"{regency_code}-{contract.short_code}-{digest[:_SHA_DIGITS]}"
    with tempfile.TemporaryDirectory(prefix="lumbung-check-") as name:
        folder = Path(name)
        job = DecodeJob(submission_id, path.absolute(), path.name, regency_code)
        (outcome,) = decode_files([job], contract, folder / "decoded", reference=reference)
        office = reference.offices[regency_code].name
        file = DecodedFile(0, submission_id, regency_code, office, path.name, outcome)
        (judgement,), _ = stage.judge(None, folder, contract, reference, [file], business_date)
        answer = answer_of(folder, contract, file, judgement, business_date)
        shown = folder / "shown"
        wanted = [answer.rows_of_interest()]
        try:
            for _ in decode_files([job], contract, shown, reference=reference, render=wanted):
                pass
            sheets = read_rendered(shown, submission_id)
        except LumbungError:
            sheets = []  # the verdict stands; the workbook goes without the office's sheets
    return Tried(answer, sheets)


def answer_of(
    work: Path, contract: Contract, file: "DecodedFile", judgement: "Judgement", business_date: date
) -> Answer:
    """What the office would be told of a judged file.

    Args:
        work: The folder in which it was judged.
        contract: Of the dataset.
        file: As decoded.
        judgement: What it came to.
        business_date: What "today" means.
    """
    from lumbung.check import outputs

    return Answer(
        contract=contract,
        submission_id=file.submission_id,
        regency_code=file.regency_code,
        office=file.office,
        file_name=file.file_name,
        business_date=business_date,
        verdict=str(judgement.verdict),
        is_trial=True,
        rows_total=judgement.rows_total,
        rows_blank=judgement.rows_blank,
        rows_accepted=judgement.rows_accepted,
        rows_held=judgement.rows_held,
        period_first_on=judgement.period_first_on,
        period_last_on=judgement.period_last_on,
        findings=[
            Finding(
                name="",
                rule_id=one.rule_id,
                severity=one.severity,
                sheet=one.sheet,
                row_number=one.row_number,
                column_name=one.column_name,
                cell=one.cell,
                value=one.value,
                message=one.message,
                remedy=one.remedy,
            )
            for one in judgement.findings.listed
        ],
        counts=[
            Count(count.rule_id, count.severity, count.total, count.listed)
            for count in judgement.findings.counts
        ],
        accepted=_accepted(outputs.accepted_path(work, file.submission_id)),
        held=_held(outputs.held_path(work, file.submission_id)),
    )


def _accepted(path: Path) -> dict[str, frozenset[Place]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return grouped(
            [
                (row["sheet"], int(row["row_number"]), int(row["column_number"]))
                for row in csv.DictReader(lines)
            ]
        )


def _held(path: Path) -> dict[str, dict[Place, Sequence[str]]]:
    from lumbung.check import outputs

    held: dict[str, dict[Place, Sequence[str]]] = {}
    for sheet, row_number, column_number, rule_ids in outputs.read_held(path):
        held.setdefault(sheet, {})[row_number, column_number] = rule_ids
    return held


def contract_named(name: str, folder: Path) -> Contract:
    """The contract of a dataset.

    Raises:
        LumbungError: There is none of that name; suggests the nearest.
    """
    from lumbung.contracts.load import SUFFIX, load_contract

    known = {path.name.removesuffix(SUFFIX): path for path in sorted(folder.glob(f"*{SUFFIX}"))}
    if name not in known:
        near = _datasets_like(name, folder, list(known))
        raise LumbungError(
            f"There is no dataset {name!r}.",
            f"Did you mean {' or '.join(near)}?" if near else "Nothing was done.",
            f"The datasets are: {', '.join(known)}.",
        )
    return load_contract(known[name])


def _datasets_like(name: str, folder: Path, known: Sequence[str]) -> list[str]:
    """Datasets of a like name, or with the word in their title: offices say stok, not staple_stocks."""
    from lumbung.contracts.load import load_contracts
    from lumbung.values.text import nearest, normalise_name

    near = nearest(name, known)
    if near or not normalise_name(name):
        return near
    try:
        titles = {key: contract.title for key, contract in load_contracts(folder).items()}
    except LumbungError:  # a contract at fault is told by whoever needs it
        return []
    found = [key for key, title in titles.items() if normalise_name(name) in normalise_name(title)]
    return [f"{key} ({titles[key]})" for key in found]


def office_named(name: str, reference: Reference) -> str:
    """The BPS code of an office, from its code or its name with Kab. or Kota.

    Raises:
        LumbungError: There is no such office; suggests the nearest.
    """
    if name in reference.offices:
        return name
    if found := reference.resolve_regency(name):
        return found
    near = _offices_like(name, reference)
    raise LumbungError(
        f"There is no office {name!r}.",
        f"Did you mean {' or '.join(near)}?" if near else "Nothing was done.",
        "Give the BPS code of a kabupaten or kota, such as 3510 for Kabupaten Banyuwangi.",
    )


def _offices_like(name: str, reference: Reference) -> list[str]:
    """Offices of a like code or name; all that share a name, as Kabupaten and Kota Madiun do."""
    from lumbung.values.text import nearest, normalise_name

    names = {code: regency.name for code, regency in reference.regencies.items() if code in reference.offices}
    if name.isdigit():
        codes = nearest(name, names) if len(name) == len(next(iter(names), "")) else []
    else:
        word = normalise_name(name)
        codes = [code for code, one in names.items() if word and word in normalise_name(one)][:_SUGGESTED]
        by_name = {one: code for code, one in names.items()}
        codes = codes or [by_name[one] for one in nearest(name, by_name)]
    return [f"{names[code]} ({code})" for code in codes]
