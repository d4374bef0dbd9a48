"""The derived columns of industry units: licence numbers, KBLI versions, size classes, value added."""

import re
from collections import defaultdict
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lumbung import labels
from lumbung.check.derivations.common import Common, Context, Own
from lumbung.check.derivations.prices import rupiah
from lumbung.check.frame import NightRows
from lumbung.check.keys import key_count
from lumbung.reference import Reference, SizeClass
from lumbung.values.text import nearest

_LISTED_ROWS = 10
_SIZES = ("small", "medium", "large")
_DIGIT = re.compile(r"[0-9]")
_CODE = re.compile(r"(1[0-9]|2[0-9]|3[0-3])[0-9]{3}")
"""A KBLI code of manufacturing, section C."""


def derive(rows: NightRows, context: Context, common: Common) -> Own:
    """Digits and repeats of the NIB, KBLI within its version, size class by rule, workers, value added."""
    nib = rows.texts["nib"]
    digits = [_digits(cell) for cell in nib.cells]
    is_plain = [
        own is cell or not _DIGIT.sub("", cell).strip(" .-")
        for cell, own in zip(nib.cells, digits, strict=True)
    ]
    counts = np.array(
        [len(own) if plain else 0 for own, plain in zip(digits, is_plain, strict=True)] + [np.nan]
    )
    same: dict[str, int] = {}
    numbers = [same.setdefault(own, len(same)) for own in digits]
    nib_key = np.array([*numbers, -1], dtype=np.int64)[nib.codes]
    has_nib = (nib_key >= 0) & (counts[nib.codes] > 0)
    # A negative figure has a finding of its own; nothing is computed from it.
    male, female, production, material = (
        np.where(rows.numbers[name] < 0, np.nan, rows.numbers[name])
        for name in ("workers_male", "workers_female", "production", "material")
    )
    is_negative = (rows.numbers["workers_male"] < 0) | (rows.numbers["workers_female"] < 0)
    workers = np.nan_to_num(male) + np.nan_to_num(female)
    workers[(np.isnan(male) & np.isnan(female)) | is_negative] = np.nan
    due = size_by_rule(
        context.reference.size_classes, rows.numbers["year"], workers, rows.numbers["investment"]
    )
    columns: dict[str, NDArray[Any]] = {
        "nib_digits": counts[nib.codes],
        "nib_count": key_count(rows.file, nib_key, has_nib),
        "size_fits": _size_fits(rows, due),
        "worker_count": workers,
        "value_added_idr": production - material,
    } | _kbli(rows, context.reference)
    return Own(columns, _Words(rows, context.reference, columns, due, nib_key))


def _digits(cell: str) -> str:
    """The digits of a licence number; most are nothing else."""
    return cell if cell.isdecimal() and cell.isascii() else "".join(_DIGIT.findall(cell))


def size_by_rule(
    classes: tuple[SizeClass, ...],
    years: NDArray[np.float64],
    workers: NDArray[np.float64],
    investment: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Position in (small, medium, large) of each unit's class by the rule of its data year.

    It is -1 where there is no rule for the year, or a figure that the rule asks for is absent. A rule that
    leaves workers open asks for none; investment (without land and buildings) is always asked for. The dbt
    macro `size_class_holds` says the same of what is published.
    """
    found = np.full(len(workers), -1, dtype=np.int64)
    for line in classes:
        fits = (years >= line.first_year) & (years <= (line.last_year or np.inf))
        if line.workers_min or line.workers_max is not None:
            fits &= (workers >= line.workers_min) & (
                workers <= (np.inf if line.workers_max is None else line.workers_max)
            )
        fits &= (investment > line.investment_min_idr) | (
            line.is_min_included & (investment == line.investment_min_idr)
        )
        most = np.inf if line.investment_max_idr is None else line.investment_max_idr
        fits &= (investment < most) | (line.is_max_included & (investment == most))
        found[fits] = _SIZES.index(line.size_class)
    return found


def _size_fits(rows: NightRows, due: NDArray[np.int64]) -> NDArray[np.float32]:
    stated = rows.codes["size_class"]
    order = np.array([_SIZES.index(code) for code in rows.lists.named("size_class")] + [-1])
    fits = (order[stated] == due).astype(np.float32)
    fits[(stated < 0) | (due < 0)] = np.nan
    return fits


def _kbli(rows: NightRows, reference: Reference) -> dict[str, NDArray[Any]]:
    """Whether codes have the form of one, are in the list of the version stated, and whether there is a list.

    What has no list can be neither in it nor not: NaN.
    """
    text, version = rows.texts["kbli"], rows.codes["kbli_version"]
    form = np.array([bool(_CODE.fullmatch(cell)) for cell in text.cells] + [False])
    is_code = form[text.codes]
    fits = np.full(len(version), np.nan, dtype=np.float32)
    listed = np.full(len(version), np.nan, dtype=np.float32)
    for at, name in enumerate(rows.lists.named("kbli_version")):
        mine = (version == at) & is_code
        listed[mine] = name in reference.kbli
        if name in reference.kbli:
            known = np.array([cell in reference.kbli[name] for cell in text.cells] + [False])
            fits[mine] = known[text.codes[mine]]
    return {
        "kbli_form": np.where(text.codes >= 0, is_code, np.nan),
        "kbli_fits_version": fits,
        "kbli_version_listed": listed,
    }


class _Words:
    """What messages about industry units need."""

    def __init__(
        self,
        rows: NightRows,
        reference: Reference,
        columns: dict[str, NDArray[Any]],
        due: NDArray[np.int64],
        nib_key: NDArray[np.int64],
    ) -> None:
        self._rows, self._reference, self._columns = rows, reference, columns
        self._due, self._nib_key = due, nib_key

    def __call__(self, subject: str, position: int) -> dict[str, Any]:
        match subject:
            case "nib_digits":
                return {"count": int(self._columns["nib_digits"][position])}
            case "nib_count":
                sharing = self._sharing[int(self._rows.file[position]), int(self._nib_key[position])]
                listed = ", ".join(map(str, sharing[:_LISTED_ROWS]))
                more = ", …" if len(sharing) > _LISTED_ROWS else ""
                return {"count": labels.format_number(len(sharing)), "rows": listed + more}
            case "kbli_fits_version":
                codes = self._reference.kbli[self._version(position)]
                text = self._rows.texts["kbli"]
                near = nearest(text.cells[int(text.codes[position])], codes)
                return {
                    "expected": self._version(position),
                    "suggestion": "; ".join(f"{code} {codes[code]}" for code in near) or None,
                }
            case "kbli_version_listed":
                return {"expected": self._version(position)}
            case "size_fits":
                names = {line.size_class: line.name.lower() for line in self._reference.size_classes}
                return {"expected": names[_SIZES[int(self._due[position])]]}
            case "value_added_idr":
                return {"difference": rupiah(abs(float(self._columns[subject][position])))}
        return {}

    def _version(self, position: int) -> str:
        code = int(self._rows.codes["kbli_version"][position])
        return self._rows.lists.named("kbli_version")[code]

    @cached_property
    def _sharing(self) -> dict[tuple[int, int], list[int]]:
        sharing: dict[tuple[int, int], list[int]] = defaultdict(list)
        for at in np.flatnonzero(self._columns["nib_count"] > 1).tolist():
            sharing[int(self._rows.file[at]), int(self._nib_key[at])].append(int(self._rows.row_number[at]))
        return sharing
