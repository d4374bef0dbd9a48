"""What a file's faults tell of restricted fields reaches nobody but the office itself."""

from pathlib import Path
from typing import Any

import pytest

from lumbung.check.decoded import DecodedFile
from lumbung.check.findings import FileFindings, Finding, add_faults
from lumbung.contracts.load import load_contracts
from lumbung.decode.outcome import DecodeOutcome, Fault
from lumbung.settings import Settings

CONTRACTS = load_contracts(Settings.load().expectations)
COLUMNS = {
    "investment": {"header": "Investasi (Rp)", "position": 4},
    "workers_male": {"header": "Laki-laki", "position": 5},
}
SECRET = "4821000"


def _finding(dataset: str, code: str, **fault: Any) -> Finding:
    entry = {"name": "IKM", "columns": COLUMNS if dataset == "industry_units" else {}}
    outcome = DecodeOutcome("3510-IU-0", 9, [], [entry], table_path=Path("unused"))
    file = DecodedFile(0, "3510-IU-0", "3510", "Disperindag Kabupaten Banyuwangi", "ikm.csv", outcome)
    findings = FileFindings()
    add_faults(findings, CONTRACTS[dataset], file, [Fault(code, sheet="IKM", **fault)], {})
    return findings.listed[0]


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        # The office's own header leads to the field, whatever it is called.
        (
            "ambiguous_numbers",
            {"column_name": "Investasi (Rp)", "context": {"examples": SECRET, "count": 2}},
        ),
        (
            "total_mismatch",
            {
                "row_number": 9,
                "column_name": "Investasi (Rp)",
                "value": SECRET,
                "context": {"found": SECRET, "expected": SECRET, "difference": SECRET},
            },
        ),
        # Cells that slipped out of their columns may be anything.
        ("ragged_row", {"row_number": 7, "value": SECRET, "context": {"expected": 9, "count": 10}}),
        ("total_mismatch", {"row_number": 9, "context": {"found": SECRET, "expected": SECRET}}),
    ],
)
def test_cells_of_restricted_fields_are_masked_for_readers(code: str, fault: dict[str, Any]) -> None:
    finding = _finding("industry_units", code, **fault)

    assert finding.public_message
    assert SECRET not in finding.public_message
    assert "•••" in finding.public_message or SECRET not in finding.message


def test_what_is_not_restricted_is_told_to_everybody() -> None:
    numbers = {"examples": "1.000; 1,000", "count": 2}

    open_field = _finding("industry_units", "ambiguous_numbers", column_name="Laki-laki", context=numbers)
    no_secrets = _finding("staple_prices", "ragged_row", row_number=7, value="13.000")
    no_content = _finding("industry_units", "missing_column", context={"expected": "NIB"})
    assert [one.public_message for one in (open_field, no_secrets, no_content)] == [None, None, None]
