"""The closed lists that contracts draw on: faults, derived columns, expectations, shapes and the like.

Everything here is a promise between a contract and the code that carries it out. A name that is not listed is
an error when the contract is loaded.
"""

from collections.abc import Iterable
from typing import Protocol


class FieldForm(Protocol):
    """What the derived columns of a field depend on; `Field` has it."""

    @property
    def name(self) -> str:
        """English name."""

    @property
    def column(self) -> str:
        """Column of the raw table."""

    @property
    def logical_type(self) -> str:
        """ODCS type."""

    @property
    def reference(self) -> str | None:
        """The list that resolves it."""


_PLACE = frozenset({"sheet", "row_number", "column_name"})

FAULTS: dict[str, frozenset[str]] = {
    "unknown_format": frozenset({"formats"}),
    "unreadable_file": frozenset(),
    "encrypted_file": frozenset(),
    "macro_file": frozenset(),
    "doctype_in_part": frozenset(),
    "bad_encoding": frozenset({"row_number"}),
    "empty_file": frozenset(),
    "no_rows": frozenset({"sheet"}),
    "too_large": frozenset({"limit"}),
    "time_limit": frozenset({"limit"}),
    "memory_limit": frozenset({"limit"}),
    "too_many_columns": frozenset({"sheet", "limit", "count"}),
    "header_not_found": frozenset({"sheet", "expected"}),
    "duplicate_header": _PLACE | {"columns"},
    "missing_column": frozenset({"sheet", "row_number", "expected", "suggestion"}),
    "no_commodity": frozenset({"sheet"}),
    "ragged_row": frozenset({"sheet", "row_number", "expected", "count"}),
    "error_cell": _PLACE,
    "text_too_long": _PLACE | {"limit"},
    "ambiguous_numbers": frozenset({"sheet", "column_name", "examples", "count"}),
    "ambiguous_dates": frozenset({"sheet", "column_name", "examples", "count"}),
    "too_many_held": frozenset({"count", "total", "limit", "held_pct"}),
    "nested_archive": frozenset(),
    "unsafe_archive": frozenset({"member"}),
    "archive_member": frozenset({"member"}),
    "too_many_sheets": frozenset({"limit", "count"}),
    "hidden_sheet": frozenset({"sheet"}),
    "hidden_rows": frozenset({"sheet", "rows", "count"}),
    "merged_value": _PLACE | {"cells"},
    "total_mismatch": _PLACE | {"expected", "found", "difference"},
    "ambiguous_shape": frozenset({"sheet", "expected"}),
    "external_link": frozenset({"count"}),
    "sheet_not_read": frozenset({"sheet", "expected"}),
    "column_not_read": _PLACE | {"suggestion"},
    "uneven_nesting": frozenset({"found", "expected"}),
    "figure_not_named": _PLACE | {"found", "expected"},
    "figures_by_place": frozenset({"sheet", "found"}),
    "other_unit": _PLACE | {"found"},
}
"""Faults that decoding and judging raise themselves, each with the placeholders its texts may use.

`formats` readable formats · `limit` the limit with its unit · `expected` what should stand there · `columns`
the positions of columns that clash · `suggestion` the nearest known name · `examples` cells that contradict
each other · `count`, `total` numbers of rows or cells · `held_pct` share of rows held, percent · `member` a
file inside an archive · `rows`, `cells` where · `found` what stands there, `difference` how far off.
"""

FIELD_OF_FAULT = {
    "no_commodity": "commodity",
    "figure_not_named": "closing",
    "figures_by_place": "closing",
    "other_unit": "closing",
}
"""Faults that only exist where the contract has a field of that name."""

COMMON_COLUMNS: dict[str, frozenset[str]] = {
    "regency_matches": frozenset({"expected"}),
    "key_count": frozenset({"count", "rows"}),
    "days_ahead": frozenset({"business_date", "days"}),
    "observed_year": frozenset(),
    "is_locked_change": frozenset({"period", "lock_days"}),
    "is_late_fill": frozenset({"period", "lock_days"}),
}
"""Derived columns of every dataset, each with the placeholders its texts may use beside those of every row.

`expected` the office's own regency · `rows` the row numbers that share a key · `business_date` what today
means · `period` the row's period.
"""

_SUGGESTED = frozenset({"suggestion", "expected"})

OWN_COLUMNS: dict[str, dict[str, frozenset[str]]] = {
    "staple_prices": {
        "unit_fits": frozenset({"expected"}),
        "range_position": frozenset({"minimum", "maximum"}),
        "suspected_factor": frozenset({"reference", "factor", "mistake", "suggestion"}),
        "change_pct": frozenset({"reference", "reference_on", "change_pct", "threshold"}),
        "move_ratio": frozenset({"reference", "reference_on", "change_pct", "threshold"}),
        "unchanged_days": frozenset({"days", "threshold"}),
        "unchanged_ratio": frozenset({"days", "threshold"}),
    },
    "staple_stocks": {
        "balance_gap_t": frozenset({"expected", "difference"}),
        "opening_gap_t": frozenset({"expected", "difference", "reference_on"}),
        "cover_days": frozenset({"days"}),
    },
    "industry_units": {
        "nib_digits": frozenset({"count"}),
        "nib_count": frozenset({"count", "rows"}),
        "kbli_form": frozenset(),
        "kbli_fits_version": frozenset({"expected", "suggestion"}),
        "kbli_version_listed": frozenset({"expected"}),
        "size_fits": frozenset({"expected"}),
        "worker_count": frozenset(),
        "value_added_idr": frozenset({"difference"}),
    },
    "programme_activities": {
        "overspent_idr": frozenset({"difference"}),
        "financial_drop_idr": frozenset({"reference", "period_before"}),
        "physical_drop_pct": frozenset({"reference", "period_before"}),
        "spent_without_progress": frozenset(),
    },
    "indicator_realisations": {
        "ratio_gap": frozenset({"expected", "difference"}),
        "denominator_missing": frozenset(),
        "realised_drop": frozenset({"reference", "period_before"}),
    },
}
"""Derived columns that only one dataset has; `lumbung.check.derivations` computes them.

`suggestion` the nearest known names, or the value that was probably meant · `expected` what fits · `minimum`,
`maximum` plausible bounds · `reference`, `reference_on`, `period_before` the figure compared with and when
it was · `factor` how many times the reference, as `10 kali` · `mistake` the zeros too many or missing ·
`threshold` the commodity's own · `difference` how far off.
"""


def derived_columns(dataset: str, fields: Iterable[FieldForm]) -> dict[str, frozenset[str]]:
    """Every column that rules of a dataset may judge, each with the placeholders its texts may use.

    For each field: `<field>_present`; `<field>_readable` and, under the name of the raw column, the value of
    numbers; `<field>_remainder` of whole numbers; `<field>_known` where a list resolves it; `<field>_length`
    of free text.
    """
    columns = dict(COMMON_COLUMNS)
    for item in fields:
        columns[f"{item.name}_present"] = frozenset()
        if item.reference == "regency":
            continue  # regency_matches says all there is to judge
        if item.reference is not None:
            columns[f"{item.name}_known"] = _SUGGESTED
        elif item.logical_type == "date":
            columns[f"{item.name}_readable"] = frozenset()
        elif item.logical_type in ("number", "integer"):
            columns[f"{item.name}_readable"] = columns[item.column] = frozenset()
            if item.logical_type == "integer":
                columns[f"{item.name}_remainder"] = frozenset()
        else:
            columns[f"{item.name}_length"] = frozenset()
    return columns | OWN_COLUMNS.get(dataset, {})


EXPECTATIONS: dict[str, dict[str, tuple[type, ...]]] = {
    "expect_column_values_to_be_between": {
        "min_value": (int, float),
        "max_value": (int, float),
        "strict_min": (bool,),
        "strict_max": (bool,),
    },
    "expect_column_values_to_not_be_null": {},
    "expect_column_values_to_be_null": {},
}
"""Great Expectations types that stay fast on a million rows, with the arguments allowed beside `column`."""

GREAT_EXPECTATIONS = "greatExpectations"
LUMBUNG = "lumbung"
ENGINES = (GREAT_EXPECTATIONS, LUMBUNG)
SEVERITIES = ("galat", "konfirmasi")
LEVELS = ("file", "value", "row", "across_rows", "history")
DIMENSIONS = (
    "accuracy", "completeness", "conformity", "consistency", "coverage", "timeliness", "uniqueness",
)  # fmt: skip
CLASSIFICATIONS = ("public", "internal", "restricted")
LOGICAL_TYPES = ("string", "date", "number", "integer", "boolean")
PHYSICAL_TYPES = ("text", "date", "integer", "bigint", "numeric", "boolean")
CHOICE = "choice"
"""The list of a field whose values are listed in the contract itself (`enum`)."""
REFERENCES = (
    CHOICE, "regency", "market", "commodity", "price_level", "unit", "yes_no", "month", "reporting_period",
    "kbli_version", "creative_subsector", "indicator", "provincial_programme",
)  # fmt: skip
SHAPES = (
    "long", "wide_by_date", "wide_by_commodity", "wide_by_market", "sheet_per_market", "named_above",
    "nested_json",
)  # fmt: skip
FORMATS = ("xlsx", "xls", "xlsb", "ods", "csv", "json", "html", "zip")
PERIODS = ("daily", "weekly", "monthly", "quarterly", "yearly")
ROW_POLICIES = ("per_row", "whole_file")
