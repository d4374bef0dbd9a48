"""Row numbers as people write them (`5-9,12`) and as PostgreSQL keeps them (a multirange)."""

import re

from lumbung.errors import LumbungError

ALL = "{(,)}"
"""Every row, as a multirange."""

_PART = re.compile(r"(\d{1,9})(?:\s*-\s*(\d{1,9}))?")


def multirange(text: str | None) -> str:
    """A multirange of PostgreSQL for row numbers like `5-9,12`; all rows for None.

    Raises:
        LumbungError: when the text is of another form or a range runs backwards.
    """
    if text is None:
        return ALL
    ranges = []
    for part in text.split(","):
        found = _PART.fullmatch(part.strip())
        first, last = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
        if last < first:
            raise LumbungError(
                f"{text!r} does not name rows.",
                "Nothing was changed.",
                "Write row numbers as the file shows them: --rows 5-9,12.",
            )
        ranges.append(f"[{first},{last + 1})")
    return "{" + ",".join(ranges) + "}"


def shown(ranges: str) -> str:
    """A bounded multirange as `5-9,12`; `all` for every row."""
    if ranges == ALL:
        return "all"
    parts = []
    for first, end in re.findall(r"\[(\d*),(\d*)\)", ranges.replace("(,", "[,")):
        last = str(int(end) - 1) if end else ""
        parts.append(first if first == last else f"{first}-{last}")
    return ",".join(parts)
