"""What each dataset must look like: one Open Data Contract Standard file per dataset, read strictly."""

from lumbung.contracts.load import ContractError, load_contract, load_contracts
from lumbung.contracts.model import Calendar, Choice, Contract, Field, RowPolicy, Rule, Severity

__all__ = [
    "Calendar",
    "Choice",
    "Contract",
    "ContractError",
    "Field",
    "RowPolicy",
    "Rule",
    "Severity",
    "load_contract",
    "load_contracts",
]
