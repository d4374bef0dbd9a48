"""What each stage of a night did, in a few words for the terminal."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

WIDTH = 54
"""Columns that the words may take, so that a line with name and seconds stays below 80."""

_VERDICTS = {
    "accepted": "accepted",
    "accepted_with_notes": "with notes",
    "partially_accepted": "in part",
    "rejected": "rejected",
}


def stage_words(stage: str, counts: Mapping[str, Any]) -> str:
    """The counts of a finished stage in words, most important first, at most ``WIDTH`` columns.

    Args:
        stage: Name of the stage, as in ``audit.stage_timings``.
        counts: What the stage recorded there; for ``collect`` the sums over all offices.
    """
    return fit(_WORDS[stage](counts))


def fit(parts: Iterable[str], width: int = WIDTH) -> str:
    """Join parts by commas and leave out, from the end, those that would go beyond the width."""
    text = ""
    for part in parts:
        longer = f"{text}, {part}" if text else part
        if len(longer) > width:
            break
        text = longer
    return text


def _collect(counts: Mapping[str, Any]) -> list[str]:
    parts = [_some(counts, "offices", "office"), _some(counts, "received", "new file")]
    if counts.get("failed"):
        parts.insert(0, _some(counts, "failed", "office") + " out of reach")
    if counts.get("repeated"):
        parts.append(f"{counts['repeated']:,} here already")
    return parts


def _decode(counts: Mapping[str, Any]) -> list[str]:
    if not counts.get("files"):
        return ["nothing new"]
    parts = [_some(counts, "files", "file"), _some(counts, "rows", "row")]
    if counts.get("files_with_faults"):
        parts.append(f"{counts['files_with_faults']:,} with faults")
    return parts


def _check(counts: Mapping[str, Any]) -> list[str]:
    parts = [f"{counts[code]:,} {words}" for code, words in _VERDICTS.items() if counts.get(code)]
    if counts.get("failed"):
        parts.insert(0, f"{counts['failed']:,} to try again")
    return parts or ["nothing new"]


def _load(counts: Mapping[str, Any]) -> list[str]:
    if not counts.get("files"):
        return ["nothing new"]
    parts = [_some(counts, "rows_loaded", "row") + " loaded"]
    if counts.get("rows_held"):
        parts.append(f"{counts['rows_held']:,} held")
    if counts.get("failed"):
        parts.insert(0, _some(counts, "failed", "file") + " to try again")
    return parts


def _build(counts: Mapping[str, Any]) -> list[str]:
    if not counts.get("is_needed"):
        return ["nothing new"]
    first, last = counts["from_load_seq"] + 1, counts["to_load_seq"]
    if first > last:
        loads = "no new load"
    elif first == last:
        loads = f"load {last}"
    else:
        loads = f"loads {first}-{last}"
    return [f"dbt build {counts['build_id']}", loads]


def _publish(counts: Mapping[str, Any]) -> list[str]:
    if counts.get("release_id") is None:
        return ["nothing new"]
    return [f"release {counts['release_id']}", _some(counts, "changed_rows", "row") + " changed"]


def _report(counts: Mapping[str, Any]) -> list[str]:
    page = Path(counts["page"])
    parts = [f"{page.name} of release {page.parent.name}"]
    if counts.get("delivered"):
        parts.append(_some(counts, "delivered", "answer") + " delivered")
    if counts.get("not_delivered"):
        parts.append(f"{counts['not_delivered']:,} could not be")
    return parts


_WORDS = {
    "collect": _collect,
    "decode": _decode,
    "check": _check,
    "load": _load,
    "build": _build,
    "publish": _publish,
    "report": _report,
}


def _some(counts: Mapping[str, Any], key: str, thing: str) -> str:
    """A count with its noun: ``1 file``, ``1,776 rows``."""
    number = counts.get(key, 0)
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
