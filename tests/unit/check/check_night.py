"""A night in memory for the tests of the check: files of text in, judgements out, no database."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import feather

from lumbung.check import expectations
from lumbung.check.decoded import DecodedFile
from lumbung.check.derivations import Context, derive
from lumbung.check.frame import Lists, concatenate, type_file
from lumbung.check.judgement import NightJudge
from lumbung.check.locks import lock_columns
from lumbung.contracts.load import load_contracts
from lumbung.decode.outcome import DecodeOutcome
from lumbung.reference import Reference
from lumbung.settings import Settings
from tests.past import Past

BUSINESS_DATE = date(2026, 7, 28)
HEADERS = {
    "observed_on": "Tanggal",
    "regency": "Kab/Kota",
    "market": "Pasar",
    "commodity": "Komoditas",
    "price_level": "Tingkat Harga",
    "unit": "Satuan",
    "price": "Harga",
}


@cache
def contract():
    return load_contracts(Settings.load().expectations)["staple_prices"]


@cache
def reference():
    return Reference.load(Settings.load())


def day(text):
    return int(np.datetime64(text).astype(int))


def row(observed_on="2026-07-28", market="Pasar Lawang", commodity="Bawang Merah", price="30000", **more):
    return {"observed_on": observed_on, "market": market, "commodity": commodity, "price": price, **more}


def decoded_file(folder: Path, number, rows, regency="3507", sheets=None, faults=(), unread=0):
    """A submission as decoding leaves it; rows start at row 2 of their sheet."""
    submission_id = f"{regency}-SP-{number:010x}"
    sheets = sheets or [""] * len(rows)
    names = [name for name in HEADERS if any(name in r for r in rows)]
    seen = {}
    numbers = []
    for sheet in sheets:
        seen[sheet] = seen.get(sheet, 1) + 1
        numbers.append(seen[sheet])
    table = pa.table(
        {"sheet": pa.array(sheets, pa.string()), "row_number": pa.array(numbers, pa.int32())}
        | {name: pa.array([r.get(name) for r in rows], pa.string()) for name in names}
    )
    path = folder / f"{submission_id}.arrow"
    feather.write_feather(table, path)
    columns = {name: {"header": HEADERS[name], "position": i + 1} for i, name in enumerate(names)}
    outcome = DecodeOutcome(
        submission_id=submission_id,
        rows_total=len(rows) + unread,
        faults=list(faults),
        sheets=[{"name": name, "columns": columns} for name in dict.fromkeys(sheets)],
        table_path=path,
    )
    return DecodedFile(
        number, submission_id, regency, reference().offices[regency].name, "harga.xlsx", outcome
    )


@dataclass
class Night:
    """What the check made of a night's files."""

    files: list
    typed: dict
    rows: object
    derived: object
    run: object

    def column(self, name):
        return self.derived.columns[name]

    def judgement(self, number=0):
        judge = NightJudge(self.derived, self.run.results)
        return judge.judge(self.files[number], self.typed[number])


def night(*files, past=None):
    lists = Lists.of(contract(), reference())
    typed = {file.number: type_file(file, contract(), reference(), lists) for file in files}
    rows = concatenate(list(typed.values()), lists, BUSINESS_DATE)
    offices = [file.regency_code for file in files]
    derived = derive(rows, Context(contract(), reference(), offices, prices=past or Past()))
    open_periods = lock_columns(None, contract(), [], rows.file, None, None, None, None)
    run = expectations.validate(
        "staple_prices", contract().expectation_rules(), derived.columns | open_periods
    )
    return Night(list(files), typed, rows, derived, run)
