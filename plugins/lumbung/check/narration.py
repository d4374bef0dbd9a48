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
from lumbung.check.frame import NO_DAY, NightRows
from lumbung.check.prices import PriceColumns
from lumbung.contracts.model import Contract, Rule
from lumbung.reference import Commodity, Reference
from lumbung.values.cells import plain_text
from lumbung.values.text import nearest

_LISTED_ROWS = 10


@dataclass(frozen=True)
class FindingText:
    """One finding on a row, without its number."""

    sheet: str | None
    row_number: int
    column_name: str | None
    value: str | None
    message: str


class Narrator:
    """Tells findings on the rows of one file.

    Args:
        file: The submission.
        rows: The night's typed rows.
        derived: Their derived columns.
        positions: The file's rows that will be spoken of or held, as positions in the night, ascending.
        contract: Labels and messages.
        reference: Names, thresholds, suggestions.
    """

    def __init__(
        self,
        file: DecodedFile,
        rows: NightRows,
        derived: PriceColumns,
        positions: NDArray[np.int64],
        contract: Contract,
        reference: Reference,
    ) -> None:
        self._file = file
        self._rows = rows
        self._derived = derived
        self._contract = contract
        self._reference = reference
        self._suggestions: dict[tuple[str, str], str] = {}
        taken = file.table().take(rows.at[positions]) if len(positions) else None
        self._cells: dict[int, dict[str, Any]] = (
            dict(zip(positions.tolist(), taken.to_pylist(), strict=True)) if taken is not None else {}
        )

    def sheet(self, position: int) -> str:
        """The row's sheet, '' for formats without sheets."""
        return str(self._cells[position]["sheet"] or "")

    def row_number(self, position: int) -> int:
        """The row's number as a person counts."""
        return int(self._rows.row_number[position])

    def cells(self, position: int) -> dict[str, str]:
        """The row as written, by field; empty cells are left out."""
        return {
            name: shown(cell)
            for name, cell in self._cells[position].items()
            if name not in ("sheet", "row_number") and cell is not None
        }

    def typed(self, position: int) -> dict[str, Any]:
        """The row as understood, by the columns of the raw table; null where it was not."""
        rows = self._rows
        typed: dict[str, Any] = {}
        for field in self._contract.fields:
            value: Any = None
            if field.reference:
                code = int(rows.codes[field.name][position]) if field.name in rows.codes else -1
                value = rows.lists.named(field.reference)[code] if code >= 0 else None
            elif field.name in rows.days:
                on = int(rows.days[field.name][position])
                value = None if on == NO_DAY else str(np.datetime64(on, "D"))
            elif field.name in rows.numbers:
                amount = float(rows.numbers[field.name][position])
                value = None if np.isnan(amount) else int(amount) if amount.is_integer() else amount
            typed[field.column] = value
        commodity = self._commodity(position)
        if typed.get("unit") is None and commodity is not None and not self._written("unit", position):
            typed["unit"] = commodity.unit
        if "regency_code" in typed and typed["regency_code"] is None:
            typed["regency_code"] = self._file.regency_code
        return typed

    def tell(self, rule: Rule, position: int) -> FindingText:
        """The finding of a rule on a row."""
        sheet, field = self.sheet(position), rule.field
        value = self._written(field, position) if field else None
        header = self._file.header(sheet, field) if field else None
        words = self._row_words(position) | {
            "file_name": self._file.file_name,
            "office": self._file.office,
            "label": self._contract.field(field).label if field else None,
            "value": value,
            "sheet": sheet,
            "row_number": self.row_number(position),
            "column_name": header,
        }
        wanted = rule.placeholders
        words |= {
            name: word for name, word in self._subject_words(rule, position, value).items() if name in wanted
        }
        return FindingText(
            sheet=sheet or None,
            row_number=self.row_number(position),
            column_name=header,
            value=value,
            message=sentence(rule, words),
        )

    def _figure(self, column: str, position: int) -> float:
        return float(self._derived.columns[column][position])

    def _written(self, field: str, position: int) -> str | None:
        cell = self._cells[position].get(field)
        return None if cell is None else shown(cell)

    def _commodity(self, position: int) -> Commodity | None:
        code = int(self._rows.codes["commodity"][position])
        return None if code < 0 else self._reference.commodities[self._rows.lists.commodities[code]]

    def _row_words(self, position: int) -> dict[str, Any]:
        """The row's cells in the names everybody uses where they are understood, else as written."""
        rows, commodity = self._rows, self._commodity(position)
        market = int(rows.codes["market"][position])
        level = int(rows.codes["price_level"][position])
        on = int(rows.days["observed_on"][position])
        price = float(rows.numbers["price"][position])
        labels = {choice.code: choice.label for choice in self._contract.field("price_level").choices}
        level_code = rows.lists.price_levels[level] if level >= 0 else ""
        return {
            "market": self._reference.markets[rows.lists.markets[market]].name
            if market >= 0
            else self._written("market", position),
            "commodity": commodity.name if commodity else self._written("commodity", position),
            "price_level": labels.get(level_code, level_code) or self._written("price_level", position),
            "unit": self._written("unit", position) or (commodity.unit if commodity else None),
            "observed_on": _day(on) if on != NO_DAY else self._written("observed_on", position),
            "price": _rupiah(price) if not np.isnan(price) else self._written("price", position),
        }

    def _subject_words(self, rule: Rule, position: int, value: str | None) -> dict[str, Any]:
        """The words that belong to what the rule looks at (`contracts/vocabulary.py`)."""
        commodity = self._commodity(position)
        match rule.subject:
            case "unit_fits":
                return {"expected": self._expected("unit", commodity)}
            case "market_known" | "commodity_known" | "price_level_known" | "unit_known":
                kind = rule.subject.removesuffix("_known")
                return {
                    "suggestion": self._suggestion(kind, value or ""),
                    "expected": self._expected(kind, commodity),
                }
            case "days_ahead":
                ahead = self._figure("days_ahead", position)
                return {"days": int(ahead), "business_date": _day(self._rows.business_day)}
            case "key_count":
                sharing = self._sharing.get(self._key(position), [])
                listed = ", ".join(map(str, sharing[:_LISTED_ROWS]))
                return {
                    "count": labels.format_number(len(sharing)),
                    "rows": listed + (", …" if len(sharing) > _LISTED_ROWS else ""),
                }
            case "range_position" if commodity:
                return {
                    "minimum": labels.format_rupiah(commodity.plausible_min_idr),
                    "maximum": labels.format_rupiah(commodity.plausible_max_idr),
                }
            case "suspected_factor":
                k = int(self._figure("suspected_factor", position))
                meant = float(self._rows.numbers["price"][position]) / 10.0**k
                return {
                    "reference": _rupiah(self._figure("reference_price", position)),
                    "factor": labels.label("factor", str(k)),
                    "mistake": labels.label("mistake", str(k)),
                    "suggestion": _rupiah(meant),
                }
            case "change_pct" | "move_ratio" if commodity:
                return {
                    "reference": _rupiah(float(self._derived.previous[position])),
                    "reference_on": _day(int(self._derived.previous_day[position])),
                    "change_pct": labels.format_percent(self._figure("change_pct", position), 1, signed=True),
                    "threshold": labels.format_percent(commodity.unusual_move_pct, 0),
                }
            case "unchanged_days" | "unchanged_ratio" if commodity:
                return {
                    "days": labels.format_number(self._figure("unchanged_days", position)),
                    "threshold": labels.format_number(commodity.stale_after_days),
                }
        return {}

    def _suggestion(self, kind: str, text: str) -> str:
        known = self._suggestions.get((kind, text))
        if known is None:
            names: dict[str, Any] = {
                "market": lambda: self._reference.suggest_markets(self._file.regency_code, text),
                "commodity": lambda: self._reference.suggest_commodities(text),
                "price_level": lambda: nearest(
                    text, [choice.label for choice in self._contract.field("price_level").choices]
                ),
                "unit": lambda: nearest(text, self._reference.unit_candidates()),
            }
            known = ", ".join(names[kind]()) or labels.label("suggestion.none")
            self._suggestions[kind, text] = known
        return known

    def _expected(self, kind: str, commodity: Commodity | None) -> str:
        if kind == "price_level":
            return ", ".join(choice.label for choice in self._contract.field("price_level").choices)
        if kind == "unit":
            return commodity.unit if commodity else ", ".join(self._reference.unit_candidates())
        return ""

    def _key(self, position: int) -> tuple[int, int]:
        return int(self._derived.series_key[position]), int(self._rows.days["observed_on"][position])

    @cached_property
    def _sharing(self) -> dict[tuple[int, int], list[int]]:
        """Row numbers of this file by key, for the keys that several rows share."""
        mine = np.flatnonzero(
            (self._rows.file == self._file.number) & (self._derived.columns["key_count"] > 1)
        )
        sharing: dict[tuple[int, int], list[int]] = defaultdict(list)
        for position in mine.tolist():
            sharing[self._key(position)].append(self.row_number(position))
        return sharing


def shown(cell: str) -> str:
    """The cell as a person saw it, without the one character that PostgreSQL cannot hold."""
    return plain_text(cell).replace("\x00", "")


def _rupiah(amount: float) -> str:
    """An amount with the fraction that an office may have written by mistake."""
    return labels.format_rupiah(amount) if amount.is_integer() else f"Rp {labels.format_number(amount, 2)}"


def _day(days: int) -> str:
    return labels.format_date(date(1970, 1, 1) + timedelta(days=days))


def sentence(rule: Rule, words: dict[str, Any]) -> str:
    """The rule's message and remedy, filled."""
    return f"{rule.render_message(words)} {rule.render_remedy(words)}".strip()
