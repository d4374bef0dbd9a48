"""The closed lists that contracts draw on: faults, derived columns, expectations, shapes and the like.

Everything here is a promise between a contract and the code that carries it out. A name that is not listed is
an error when the contract is loaded.
"""

_PLACE = frozenset({"sheet", "row_number", "column_name"})

FAULTS: dict[str, frozenset[str]] = {
    "unknown_format": frozenset({"formats"}),
    "unreadable_file": frozenset(),
    "encrypted_file": frozenset(),
    "macro_file": frozenset(),
    "doctype_in_part": frozenset({"sheet"}),
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
    "ambiguous_numbers": frozenset({"sheet", "column_name", "examples", "count"}),
    "ambiguous_dates": frozenset({"sheet", "column_name", "examples", "count"}),
    "too_many_held": frozenset({"count", "total", "limit", "held_pct"}),
}
"""Faults that decoding and judging raise themselves, each with the placeholders its texts may use.

`formats` readable formats · `limit` the limit with its unit · `expected` what should stand there · `columns`
the positions of columns that clash · `suggestion` the nearest known name · `examples` cells that contradict
each other · `count`, `total` numbers of rows or cells · `held_pct` share of rows held, percent.
"""

_PRESENT_FIELDS = ("observed_on", "regency", "market", "commodity", "price_level", "unit", "price")
_READABLE_FIELDS = ("observed_on", "price")

DERIVED_COLUMNS: dict[str, frozenset[str]] = {
    **{f"{name}_present": frozenset() for name in _PRESENT_FIELDS},
    **{f"{name}_readable": frozenset() for name in _READABLE_FIELDS},
    "regency_matches": frozenset(),
    "market_known": frozenset({"suggestion"}),
    "commodity_known": frozenset({"suggestion"}),
    "price_level_known": frozenset({"suggestion", "expected"}),
    "unit_known": frozenset({"suggestion", "expected"}),
    "unit_fits": frozenset({"expected"}),
    "price_idr": frozenset(),
    "price_remainder": frozenset(),
    "days_ahead": frozenset({"business_date", "days"}),
    "observed_year": frozenset(),
    "key_count": frozenset({"count", "rows"}),
    "range_position": frozenset({"minimum", "maximum"}),
    "suspected_factor": frozenset({"reference", "factor", "mistake", "suggestion"}),
    "change_pct": frozenset({"reference", "reference_on", "change_pct", "threshold"}),
    "move_ratio": frozenset({"reference", "reference_on", "change_pct", "threshold"}),
    "unchanged_days": frozenset({"days", "threshold"}),
    "unchanged_ratio": frozenset({"days", "threshold"}),
}
"""Columns that rules may judge, each with the placeholders that its texts may use beside those of every row.

`suggestion` the nearest known names, or the price that was probably meant · `expected` what fits · `rows` the
row numbers that share a key · `minimum`, `maximum` plausible bounds · `reference`, `reference_on` the price
compared with and its day · `factor` how many times the reference, as `10 kali` · `mistake` the zeros too
many or missing · `threshold` the commodity's own.
"""

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
REFERENCES = ("regency", "market", "commodity", "price_level", "unit")
SHAPES = ("long",)
FORMATS = ("xlsx", "csv", "json")
PERIODS = ("daily",)
ROW_POLICIES = ("per_row",)
