"""One Great Expectations run per dataset and night, over the derived columns of all submissions.

pandas and not SQL: on a database the list of failing rows is silently cut at 20. The failing rows are named
by position only, because every further index column is copied once per failing row and rule.
"""

import logging
import os
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lumbung.contracts.model import Rule, Severity
from lumbung.errors import LumbungError

if TYPE_CHECKING:
    import great_expectations.expectations as gxe

GX_SEVERITY = {Severity.GALAT: "critical", Severity.KONFIRMASI: "warning"}


@dataclass(frozen=True)
class RuleResult:
    """What Great Expectations found for one rule.

    Attributes:
        rule_id: The contract's rule.
        positions: Positions of the rows that broke the rule, ascending.
        rows_applied: Rows the rule applied to: those without the word "not applicable" (NaN).
    """

    rule_id: str
    positions: NDArray[np.int64]
    rows_applied: int


@dataclass(frozen=True)
class ExpectationRun:
    """Results of one dataset in the order of the rules, and the seconds the validation took."""

    results: tuple[RuleResult, ...]
    seconds: float


def validate(dataset: str, rules: Sequence[Rule], columns: Mapping[str, NDArray[Any]]) -> ExpectationRun:
    """Run the rules of a dataset over its derived columns.

    Args:
        dataset: Names the suite.
        rules: Rules of engine ``greatExpectations``.
        columns: The derived numeric columns, one element per row, NaN where a rule does not apply.

    Raises:
        LumbungError: when a rule cannot be evaluated (a missing column, a wrong argument) or its list of rows
            is incomplete: faults of ours, never of an office.
    """
    if not rules or not any(len(values) for values in columns.values()):
        none = np.zeros(0, dtype=np.int64)
        return ExpectationRun(tuple(RuleResult(rule.rule_id, none, 0) for rule in rules), 0.0)
    needed = {rule.kwargs["column"] for rule in rules if "column" in rule.kwargs}
    # Great Expectations compares 64-bit columns as a whole and any other type one value at a time.
    frame = pd.DataFrame(
        {name: values.astype(np.float64) for name, values in columns.items() if name in needed}, copy=False
    )
    suite, batch = _suite_and_batch(dataset, rules, frame)
    began = time.perf_counter()
    outcome = batch.validate(
        suite, result_format={"result_format": "COMPLETE", "return_unexpected_index_query": False}
    )
    seconds = time.perf_counter() - began
    by_rule = {result.expectation_config.meta["rule_id"]: result for result in outcome.results}
    return ExpectationRun(tuple(_read(dataset, rule, by_rule.get(rule.rule_id)) for rule in rules), seconds)


def _suite_and_batch(dataset: str, rules: Iterable[Rule], frame: pd.DataFrame) -> tuple[Any, Any]:
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    logging.getLogger("great_expectations").setLevel(logging.WARNING)  # 200 lines at import alone
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    logging.getLogger(ProgressBarsConfig.__module__).setLevel(logging.WARNING)  # sets itself to INFO
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    suite = gx.ExpectationSuite(name=dataset)
    for rule in rules:
        suite.add_expectation(_expectation(dataset, rule))
    asset = context.data_sources.add_pandas("night").add_dataframe_asset(dataset)
    batch = asset.add_batch_definition_whole_dataframe("rows").get_batch({"dataframe": frame})
    return suite, batch


def _expectation(dataset: str, rule: Rule) -> "gxe.Expectation":
    import great_expectations.expectations as gxe

    name = "".join(word.title() for word in str(rule.expectation).split("_"))
    kind = getattr(gxe, name, None)
    if kind is None:
        raise LumbungError(
            f"Rule {rule.rule_id} of {dataset} names an expectation that does not exist: {rule.expectation}.",
            "Nothing was checked.",
            f"Correct the rule in expectations/{dataset}.odcs.yaml.",
        )
    return kind(**rule.kwargs, severity=GX_SEVERITY[rule.severity], meta={"rule_id": rule.rule_id})


def _read(dataset: str, rule: Rule, result: Any) -> RuleResult:
    """Failing positions of one result, refused unless they are all there."""
    raised = _raised(result)
    if raised is not None:
        raise LumbungError(
            f"Rule {rule.rule_id} of {dataset} could not be evaluated: {raised}",
            "Nothing was checked; no office is at fault.",
            f"Compare the rule in expectations/{dataset}.odcs.yaml with the columns that the check computes.",
        )
    details = result.result
    positions = np.asarray(details.get("unexpected_index_list") or [], dtype=np.int64)
    if "unexpected_count" not in details or len(positions) != details["unexpected_count"]:
        raise LumbungError(
            f"Great Expectations counts {details.get('unexpected_count')} rows that break {rule.rule_id} "
            f"of {dataset}, but lists {len(positions)}.",
            "Nothing was checked: findings would be missing.",
            "Use an expectation that judges row by row.",
        )
    applied = int(details["element_count"]) - int(details.get("missing_count") or 0)
    return RuleResult(rule.rule_id, np.sort(positions), applied)


def _raised(result: Any) -> str | None:
    if result is None:
        return "Great Expectations returned no result"
    info = result.exception_info or {}
    nested = [info, *(value for value in info.values() if isinstance(value, dict))]
    return next((str(item["exception_message"]) for item in nested if item.get("raised_exception")), None)
