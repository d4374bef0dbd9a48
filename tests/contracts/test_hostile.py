"""Hostile submissions the whole way: decoded, judged, answered, and the answer opened again.

Nothing an office writes is executed, linked or trusted on the way out: every cell keeps its finding, its
place and its text.
"""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from lumbung import offline
from lumbung.check import outputs, stage
from lumbung.check.decoded import DecodedFile
from lumbung.check.judgement import Judgement
from lumbung.contracts.load import load_contracts
from lumbung.contracts.model import Field
from lumbung.decode.formats.ooxml import column_letters
from lumbung.decode.job import DecodeJob
from lumbung.decode.limits import Limits
from lumbung.decode.rendering import read_rendered, render_file
from lumbung.decode.single import decode_file
from lumbung.decode.spec import DecodeSpec
from lumbung.feedback.workbook import write_workbook
from lumbung.reference import Reference
from lumbung.settings import Settings
from lumbung.values.text import normalise_header

SETTINGS = Settings.load()
CONTRACTS = load_contracts(SETTINGS.expectations)
REFERENCE = Reference.load(SETTINGS)
OFFICE, DAY = "3510", date(2026, 7, 28)
SAMPLES = dict.fromkeys(CONTRACTS, "good_semicolons.csv") | {"staple_prices": "good_plain_comma.csv"}

SQL = "'); DROP TABLE raw.staple_prices; --"
LINK = '=HYPERLINK("http://example.org","x")'
EVERYWHERE = {
    "sql": SQL,
    "link": LINK,
    "command": "+cmd|' /C calc'!A1",
    "function": "@SUM(A1:A9)",
    "difference": "-1+1",
    "bell": "\x07=1+1",
    "reversed": "\u202egnp.exe",
    "arabic digits": "١٢٣",
    "wide digits": "１２３",
    "cyrillic": "Вегаѕ",
    "not a number": "NaN",
    "infinite": "-inf",
    "exponent": "1e308",
    "digits": "9" * 400,
    "long": "x" * 5_000,
}
"""Cells that are nothing for any field but free text, by what they are."""

IN_PRICES: dict[str, tuple[int, Any, set[str]]] = {
    "1e308": (4, 1e308, {"SP-105"}),
    "-1e308": (4, -1e308, {"SP-105"}),
    "sixteen digits": (4, 1e15, {"SP-105"}),
    "fifteen digits": (4, 1e14, {"SP-207"}),
    "next to nothing": (4, 5e-324, {"SP-107", "SP-207"}),
    "below zero": (4, -33_000.0, {"SP-106"}),
    "turned digits": (4, "\u202e00033", {"SP-105"}),
    "cyrillic digits": (4, "33ооо", {"SP-105"}),
    "raised digit": (4, "33⁰00", {"SP-105"}),
    "hexadecimal": (4, "0x80E8", {"SP-105"}),
    "underscore": (4, "33_000", {"SP-105"}),
    "mark of direction": (4, "\u200e33000", set()),
    "space of no width": (4, "33\u200b000", set()),
    "serial beyond all dates": (0, 1e308, {"SP-104"}),
    "serial below all dates": (0, -5.0, {"SP-104"}),
    "year of five digits": (0, "99999-01-01", {"SP-104"}),
    "arabic date": (0, "٢٠٢٦-٠٧-٢٨", {"SP-104"}),
    "date of Windows": (0, "\u200e28/\u200e07/\u200e2026", set()),
    "cyrillic market": (1, "Pasar Rogоjampi", {"SP-202"}),
    "cyrillic commodity": (2, "Bаwang Merah", {"SP-203"}),
    "greek commodity": (2, "Bαwang Merah", {"SP-203"}),
    "accent": (2, "Bawang Mérah", {"SP-203"}),
    "wide letters": (2, "Ｂａｗａｎｇ Ｍｅｒａｈ", set()),
    "hidden letters": (2, "Bawang\u200b Me\u00adrah", set()),
    "bell inside": (2, "Bawang\x07 Merah", set()),
    "cyrillic unit": (3, "kг", {"SP-205"}),
}
"""Column and cell in the first row of a file of prices, and the rules that hold it."""


@dataclass(frozen=True)
class Told:
    """One file's judgement, its accepted rows, and its answer."""

    judgement: Judgement
    accepted: list[dict[str, str]]
    answer: Path

    @property
    def rules(self) -> set[tuple[str, str | None]]:
        """The rules broken, each with its cell."""
        return {(one.rule_id, one.cell) for one in self.judgement.findings.listed}

    @property
    def office_sheet(self) -> Any:
        """The office's own sheet as the answer shows it."""
        return openpyxl.load_workbook(self.answer).worksheets[2]


def _sample(dataset: str) -> list[list[str]]:
    text = (SETTINGS.expectations / "samples" / dataset / SAMPLES[dataset]).read_text(encoding="utf-8")
    return list(csv.reader(io.StringIO(text), delimiter="," if dataset == "staple_prices" else ";"))


def _fields(dataset: str) -> list[Field]:
    contract = CONTRACTS[dataset]
    aliases = contract.header_aliases()
    return [contract.field(aliases[normalise_header(header)]) for header in _sample(dataset)[0]]


def _is_text(field: Field) -> bool:
    return field.reference is None and field.logical_type == "string" and field.name not in ("nib", "kbli")


def _workbook(rows: list[list[Any]], sheet: str = "Data") -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        target = book.add_worksheet(sheet)
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, float):
                    target.write_number(at, column, value)
                else:
                    target.write_string(at, column, value)
    return buffer.getvalue()


def _files(dataset: str) -> Iterator[tuple[str, str, bytes]]:
    """What a file is, its name and its bytes."""
    rows = _sample(dataset)
    for name, cell in EVERYWHERE.items():
        yield name, f"{cell[:40].replace('/', '_')}.xlsx", _workbook([*rows, [cell] * len(rows[0])], "=1+1")
    texts = [
        f"{LINK} {SQL}" if _is_text(field) else own
        for field, own in zip(_fields(dataset), rows[1], strict=True)
    ]
    yield "texts", "f.xlsx", _workbook([rows[0], texts, *rows[2:]])
    if dataset == "staple_prices":
        for name, (column, cell, _) in IN_PRICES.items():
            yield (
                name,
                "f.xlsx",
                _workbook([rows[0], [*rows[1][:column], cell, *rows[1][column + 1 :]], *rows[2:]]),
            )
        for name, header in (("header link", LINK), ("header cyrillic", "Hаrga")):
            yield name, "f.xlsx", _workbook([[*rows[0][:4], header], *rows[1:]])
        text = io.StringIO()
        csv.writer(text).writerows([[*rows[0], "=1+1"], *([*row, LINK] for row in rows[1:])])
        yield "remark", "=1+1.csv", text.getvalue().encode()


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], dict[str, Told]]:
    @cache
    def of(dataset: str) -> dict[str, Told]:
        contract, folder = CONTRACTS[dataset], tmp_path_factory.mktemp(dataset)
        spec = DecodeSpec.of(contract, REFERENCE)
        names, jobs, files = [], [], []
        for number, (name, file_name, content) in enumerate(_files(dataset)):
            path = folder / str(number)
            path.write_bytes(content)
            job = DecodeJob(f"{OFFICE}-{contract.short_code}-{number:010d}", path, file_name, OFFICE)
            outcome = decode_file(job, spec, folder, Limits())
            office = REFERENCE.offices[OFFICE].name
            names.append(name)
            jobs.append(job)
            files.append(DecodedFile(number, job.submission_id, OFFICE, office, file_name, outcome))
        judgements, _ = stage.judge(None, folder, contract, REFERENCE, files, DAY)
        found = {}
        for name, job, file, judgement in zip(names, jobs, files, judgements, strict=True):
            answer = offline.answer_of(folder, contract, file, judgement, DAY)
            render_file(job, spec, folder, Limits(), file.outcome, answer.rows_of_interest())
            path = folder / f"{job.submission_id}.xlsx"
            write_workbook(path, answer, read_rendered(folder, job.submission_id), "")
            with outputs.accepted_path(folder, job.submission_id).open(encoding="utf-8", newline="") as lines:
                found[name] = Told(judgement, list(csv.DictReader(lines)), path)
        return found

    return of


def _rules_for(dataset: str, field: Field, cell: str) -> set[str]:
    """The rules that hold a cell which means nothing: of free text only one that is too long is held."""
    contract = CONTRACTS[dataset]
    subjects = {f"{field.name}_known", f"{field.name}_readable"}
    subjects |= {"nib": {"nib_digits"}, "kbli": {"kbli_form"}}.get(field.name, set())
    found = {rule.rule_id for rule in contract.expectation_rules() if rule.subject in subjects}
    if field.reference is None and field.logical_type == "string":
        is_long = len(cell) > (300 if field.primary_key else 2_000)
        return found | ({contract.rule_for_fault("text_too_long").rule_id} if is_long else set())
    assert found, field.name
    return found


@pytest.mark.parametrize("name", EVERYWHERE)
@pytest.mark.parametrize("dataset", CONTRACTS)
def test_every_cell_of_a_hostile_row_is_found_and_stands_in_the_answer_as_written(
    told: Callable[[str], dict[str, Told]], dataset: str, name: str
) -> None:
    contract, one, cell = CONTRACTS[dataset], told(dataset)[name], EVERYWHERE[name]
    row = len(_sample(dataset)) + 1
    expected = {
        (rule_id, f"{column_letters(at)}{row}")
        for at, field in enumerate(_fields(dataset), start=1)
        for rule_id in _rules_for(dataset, field, cell)
    }
    is_whole = contract.row_policy.kind == "whole_file"
    if is_whole:
        expected.add((contract.rule_for_fault("too_many_held").rule_id, None))

    assert one.rules == expected
    assert one.judgement.verdict == ("rejected" if is_whole else "partially_accepted")
    assert len(one.accepted) == (0 if is_whole else row - 2)
    sheet = one.office_sheet
    assert sheet.title == "=1+1"
    shown = {sheet.cell(row, at).value for at in range(1, len(_fields(dataset)) + 1)}
    assert shown == {cell.replace("\x07", "")[:2_000]}
    assert all(sheet[place].comment is not None for _, place in expected if place)


@pytest.mark.parametrize("dataset", CONTRACTS)
def test_no_answer_holds_a_formula_or_a_link(told: Callable[[str], dict[str, Told]], dataset: str) -> None:
    for name, one in told(dataset).items():
        with zipfile.ZipFile(one.answer) as parts:
            for part in parts.namelist():
                text = parts.read(part).decode("utf-8", "replace")
                assert not re.search(r"<f[ >/]|<hyperlink|externalLink", text), (name, part)


@pytest.mark.parametrize("dataset", CONTRACTS)
def test_free_text_is_taken_as_written(told: Callable[[str], dict[str, Told]], dataset: str) -> None:
    one = told(dataset)["texts"]
    assert one.judgement.verdict == "accepted"
    for field in _fields(dataset):
        if _is_text(field):
            assert f"{LINK} {SQL}" in {row[field.column] for row in one.accepted}, field.name


@pytest.mark.parametrize("name", IN_PRICES)
def test_one_cell_of_prices(told: Callable[[str], dict[str, Told]], name: str) -> None:
    column, cell, rules = IN_PRICES[name]
    one = told("staple_prices")[name]
    assert one.rules == {(rule_id, f"{column_letters(column + 1)}2") for rule_id in rules}
    assert one.judgement.verdict == ("partially_accepted" if rules else "accepted")
    assert len(one.accepted) == len(_sample("staple_prices")) - 1 - bool(rules)
    if isinstance(cell, str) and not cell.isascii():
        (message,) = [finding.message for finding in one.judgement.findings.listed] or [" Perhatikan "]
        assert " Perhatikan " in message
        assert "\u202e" not in message


def test_headers_that_say_something_else_or_look_right_are_told(
    told: Callable[[str], dict[str, Told]],
) -> None:
    link, cyrillic = (told("staple_prices")[name] for name in ("header link", "header cyrillic"))
    assert (link.rules, link.judgement.verdict) == ({("SP-015", None)}, "rejected")
    assert link.office_sheet["E1"].value == LINK
    (finding,) = cyrillic.judgement.findings.listed
    assert finding.message == (
        'Kolom wajib "Harga" tidak ditemukan; judul kolom yang mirip: Hаrga. Perhatikan karakter ke-2 pada'
        ' "Hаrga" («а»), yaitu huruf Kiril; ketiklah ulang bagian itu dengan huruf dan angka biasa.'
    )


def test_a_column_of_remarks_full_of_formulas_changes_nothing(told: Callable[[str], dict[str, Told]]) -> None:
    one = told("staple_prices")["remark"]
    assert (one.rules, one.judgement.verdict) == (set(), "accepted")
