"""The Open Data Contract Standard's own JSON schema, as its package ships it."""

import importlib.util
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from lumbung.contracts.shapes import Complaint
from lumbung.errors import LumbungError

_LONGEST_MESSAGE = 300


@cache
def _validator() -> Any:
    from jsonschema import Draft201909Validator

    package = importlib.util.find_spec("open_data_contract_standard")
    if package is None or package.origin is None:
        raise LumbungError(
            "The package open-data-contract-standard is not installed.",
            "Contracts cannot be validated without the standard's schema.",
            "Run make env to install what requirements.txt names.",
        )
    schema = json.loads((Path(package.origin).parent / "schema.json").read_text(encoding="utf-8"))
    return Draft201909Validator(schema)


def complaints(data: Any) -> Iterator[Complaint]:
    """Everything in which the data departs from the standard."""
    for error in _validator().iter_errors(data):
        message = error.message
        if len(message) > _LONGEST_MESSAGE:
            message = f"does not fit the standard's rule {error.validator!r}"
        yield Complaint(tuple(error.absolute_path), f"{message} (ODCS)")
