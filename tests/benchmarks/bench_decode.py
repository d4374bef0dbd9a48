"""Decoding beside reading the same bytes: with the csv module, and with Arrow's reader.

Both floors are told the delimiter and trust the file: no recognition, no encodings, no limits, no processes,
nothing written.
"""

import csv
from collections.abc import Sequence
from pathlib import Path

from pyarrow import csv as arrow_csv
from pyarrow import string

from lumbung.contracts.load import load_contracts
from lumbung.decode.job import DecodeJob
from lumbung.decode.stage import decode_files
from lumbung.intake import ledger
from lumbung.intake.states import State
from lumbung.settings import Role, Settings
from lumbung.warehouse.connection import connect
from tests.benchmarks.measure import Measure, median_of

HEADER = ("Tanggal", "Kab/Kota", "Pasar", "Komoditas", "Satuan", "Harga")


def run(settings: Settings) -> list[Measure]:
    """Measure the decoding of what is received and not decoded yet; leaves it as it is."""
    contract = load_contracts(settings.expectations)["staple_prices"]
    with connect(Role.INGEST, settings) as connection:
        jobs = [
            DecodeJob(row.submission_id, settings.landing / row.landing_path, row.file_name)
            for row in ledger.pending(connection, [State.RECEIVED], contract.dataset)
        ]
    files = [job.path for job in jobs]
    seconds = median_of(lambda: list(decode_files(jobs, contract, settings.work / "bench-decoded")))
    return [
        Measure("decode", seconds, "csv module", median_of(lambda: _with_csv_module(files))),
        Measure("decode", seconds, "pyarrow, text columns", median_of(lambda: _with_arrow(files))),
    ]


def _with_csv_module(files: Sequence[Path]) -> None:
    for path in files:
        with path.open(newline="", encoding="utf-8") as file:
            for _ in csv.reader(file, delimiter=";"):
                pass


def _with_arrow(files: Sequence[Path]) -> None:
    as_text = arrow_csv.ConvertOptions(column_types=dict.fromkeys(HEADER, string()))
    for path in files:
        arrow_csv.read_csv(path, parse_options=arrow_csv.ParseOptions(delimiter=";"), convert_options=as_text)
