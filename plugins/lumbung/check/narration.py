"""What a finding on a row says: the value as written, and the words its rule's message needs."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lumbung import labels
from lumbung.check.decoded import DecodedFile
from lumbung.check.derivations.common import Derived
from lumbung.check.derivations.prices import rupiah
from lumbung.check.frame import NO_DAY
from lumbung.check.lookalikes import with_note
from lumbung.check.periods import period_in_words
from lumbung.contracts.model import Contract, Field, Rule
from lumbung.decode.outcome import shortened
from lumbung.values.cells import plain_text
from lumbung.values.foreign import without_direction

MASK = "•••"
"""Stands for what the contract classifies as restricted, wherever others can read it."""

_LISTED_ROWS = 10
_OF_CODES = ("nib_digits", "kbli_form", "kbli_fits_version")


@dataclass(frozen=True)
class FindingText:
    """One finding on a row, without its number."""

    sheet: str | None
    row_number: int
    column_number: int
    column_name: str | None
    field_name: str | None
    cell: str | None
    value: str | None
    message: str
    remedy: str
    public_message: str | None


class Narrator:
    """Tells findings on the rows of one file.

    Args:
        file: The submission.
        derived: The night's typed rows with their derived columns.
        positions: The file's rows that will be spoken of, as positions in the night, ascending.
    """

    def __init__(self, file: DecodedFile, derived: Derived, positions: NDArray[np.int64]) -> None:
        self._file = file
        self._rows = derived.rows
        self._derived = derived
        self._contract: Contract = derived.context.contract
        self._suggestions: dict[tuple[str, str], str] = {}
        taken = file.table().take(self._rows.at[positions]) if len(positions) else None
        self._cells: dict[int, dict[str, Any]] = (
            dict(zip(positions.tolist(), taken.to_pylist(), strict=True)) if taken is not None else {}
        )

    def sheet(self, position: int) -> str:
        """The row's sheet, '' for formats without sheets."""
        return str(self._cells[position]["sheet"] or "")

    def row_number(self, position: int) -> int:
        """The row's number as a person counts."""
        return int(self._rows.row_number[position])

    def column_number(self, position: int) -> int:
        """The column of the observation's value, 0 where the row is the observation."""
        return int(self._rows.column_number[position])

    def tell(self, rule: Rule, position: int) -> FindingText:
        """The finding of a rule on a row."""
        sheet, field = self.sheet(position), rule.field
        row_number, column_number = self.row_number(position), self.column_number(position)
        value = self._written(field, position) if field else None
        header = self._file.header(sheet, field, row_number, column_number) if field else None
        words = self._row_words(position) | {
            "file_name": without_direction(self._file.file_name),
            "office": self._file.office,
            "label": self._contract.field(field).label if field else None,
            "value": value,
            "sheet": sheet,
            "row_number": row_number,
            "column_name": header,
        }
        wanted = self._contract.placeholders(rule)
        words |= {
            name: word for name, word in self._subject_words(rule, position, value).items() if name in wanted
        }
        message = rule.render_message(words)
        if field and _is_about_writing(rule.subject):
            message = with_note(message, plain_text(self._cells[position].get(field) or ""))
        return FindingText(
            sheet=sheet or None,
            row_number=row_number,
            column_number=column_number,
            column_name=header,
            field_name=field,
            cell=self._file.cell(sheet, field, row_number, column_number),
            value=value,
            message=message,
            remedy=rule.render_remedy(words),
            public_message=self._public(rule, words),
        )

    def _public(self, rule: Rule, words: dict[str, Any]) -> str | None:
        """Message and remedy without what the contract classifies as restricted; None where nothing is."""
        secret = {field.name for field in self._contract.fields if field.classification == "restricted"}
        if not secret:
            return None
        hidden = dict.fromkeys(secret, MASK)
        if rule.field in secret:
            hidden |= dict.fromkeys(("value", "suggestion", "expected", "reference", "difference"), MASK)
        return masked(rule, words | hidden)

    def _written(self, field: str, position: int) -> str | None:
        cell = self._cells[position].get(field)
        return None if cell is None else shortened(shown(cell))

    def _own_unit(self, position: int) -> str | None:
        code = int(self._rows.codes["commodity"][position])
        if code < 0:
            return None
        return self._derived.context.reference.commodities[self._rows.lists.commodities[code]].unit

    def _row_words(self, position: int) -> dict[str, Any]:
        """The row's cells in the names everybody uses where they are understood, else as written."""
        words = {
            field.name: self._understood(field, position) or self._written(field.name, position)
            for field in self._contract.fields
        }
        if words.get("unit", "") is None:
            words["unit"] = self._own_unit(position)
        return words

    def _understood(self, field: Field, position: int) -> str | None:
        rows = self._rows
        if field.reference:
            code = int(rows.codes[field.name][position])
            vocabulary = rows.lists.vocabularies[field.name]
            return vocabulary.name(vocabulary.codes[code]) if code >= 0 and field.name != "unit" else None
        if field.name in rows.days:
            on = int(rows.days[field.name][position])
            return None if on == NO_DAY else _day(on)
        if field.name in rows.numbers:
            amount = float(rows.numbers[field.name][position])
            return None if np.isnan(amount) else amount_in_words(amount, field)
        return None

    def _subject_words(self, rule: Rule, position: int, value: str | None) -> dict[str, Any]:
        """The words that belong to what the rule looks at (`contracts/vocabulary.py`)."""
        subject, common = rule.subject, self._derived.common
        match subject:
            case "regency_matches":
                return {"expected": self._derived.context.reference.regencies[self._file.regency_code].name}
            case "days_ahead":
                ahead = float(common.columns["days_ahead"][position])
                return {"days": int(ahead), "business_date": _day(self._rows.business_day)}
            case "key_count":
                sharing = self._sharing.get(int(common.key[position]), [])
                listed = ", ".join(map(str, sharing[:_LISTED_ROWS]))
                return {
                    "count": labels.format_number(len(sharing)),
                    "rows": listed + (", …" if len(sharing) > _LISTED_ROWS else ""),
                }
            case "is_locked_change" | "is_late_fill":
                first, last = int(common.period_first[position]), int(common.period_last[position])
                return {
                    "period": period_in_words(first, last),
                    "lock_days": self._contract.calendar.lock_days_after,
                }
        name = subject.removesuffix("_known")
        if name != subject and name in self._rows.lists.vocabularies:
            expected = self._rows.lists.vocabularies[name].expected
            if name == "unit":  # a commodity has one, but which is not known of an unknown commodity
                units = labels.label("expected.one_of").format(names=expected)
                expected = self._own_unit(position) or units
            return {"suggestion": self._suggestion(name, value or ""), "expected": expected}
        return self._derived.own.words(subject, position)

    def _suggestion(self, field: str, text: str) -> str:
        known = self._suggestions.get((field, text))
        if known is None:
            nearest = self._rows.lists.vocabularies[field].suggest(self._file.regency_code, text)
            known = ", ".join(nearest) or labels.label("suggestion.none")
            self._suggestions[field, text] = known
        return known

    @cached_property
    def _sharing(self) -> dict[int, list[int]]:
        """Row numbers of this file by key, for the keys that several rows share."""
        common = self._derived.common
        mine = np.flatnonzero((self._rows.file == self._file.number) & (common.columns["key_count"] > 1))
        sharing: dict[int, list[int]] = defaultdict(list)
        for position in mine.tolist():
            sharing[int(common.key[position])].append(self.row_number(position))
        return sharing


def _is_about_writing(subject: str) -> bool:
    """Whether a rule fails because of how something is written, which may be a character that looks right."""
    return subject.endswith(("_known", "_readable", "_matches")) or subject in _OF_CODES


def shown(cell: str) -> str:
    """The cell as a person saw it, without the one character that PostgreSQL cannot hold."""
    return plain_text(cell).replace("\x00", "")


def amount_in_words(amount: float, field: Field) -> str:
    """A number of a field as people write it: rupiah with Rp, shares with %, years plain."""
    if field.column.endswith("_idr"):
        return rupiah(amount)
    if field.column.endswith("_year"):
        return str(int(amount)) if amount.is_integer() else str(amount)
    decimals = next((d for d in range(4) if round(amount, d) == amount), 3)
    return labels.format_number(amount, decimals) + (" %" if field.column.endswith("_pct") else "")


def _day(days: int) -> str:
    return labels.format_date(date(1970, 1, 1) + timedelta(days=days))


def masked(rule: Rule, words: dict[str, Any]) -> str:
    """The rule's message and remedy in one, filled with words fit for every reader."""
    return f"{rule.render_message(words)} {rule.render_remedy(words)}".strip()
