"""Reads every contract as the night would, and says what is wrong with the first that cannot be read."""

import sys
from pathlib import Path

from lumbung.contracts import load_contracts
from lumbung.errors import LumbungError

ROOT = Path(__file__).resolve().parents[1]

try:
    contracts = load_contracts(ROOT / "expectations")
except LumbungError as error:
    sys.exit(str(error))
print(f"{len(contracts)} read: {', '.join(contracts)}")
