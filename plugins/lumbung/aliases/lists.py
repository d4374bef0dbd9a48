"""The lists that take aliases: what each is called, which seed holds its aliases, what it may not share."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from lumbung.errors import LumbungError
from lumbung.reference import Reference, market_key, name_key
from lumbung.vocabularies import Vocabulary, vocabulary


@dataclass(frozen=True)
class AliasList:
    """One list.

    Attributes:
        kind: Its name on the command line.
        reference: Its name in contracts.
        seed: The seed of its aliases, without `.csv`.
        code_column: The seed's column that says what an alias means.
    """

    kind: str
    reference: str
    seed: str
    code_column: str

    def vocabulary(self, reference: Reference) -> Vocabulary:
        """What the list knows."""
        return vocabulary(self.reference, reference)

    def key(self, text: str) -> str:
        """What two spellings of one name share; for markets without "Pasar"."""
        return market_key(text) if self.kind == "market" else name_key(text)

    def path(self, seeds: Path) -> Path:
        """The seed's file."""
        return seeds / f"{self.seed}.csv"

    def place(self, row: dict[str, str]) -> tuple[str, ...]:
        """What a seed is sorted by: what the alias means, then the alias without case."""
        return row.get("regency_code", ""), row[self.code_column], row["alias"].casefold(), row["alias"]


LISTS = {
    one.kind: one
    for one in (
        AliasList("commodity", "commodity", "commodity_aliases", "commodity_code"),
        AliasList("market", "market", "market_aliases", "market_id"),
        AliasList("unit", "unit", "unit_aliases", "unit"),
        AliasList("level", "price_level", "price_level_aliases", "price_level"),
        AliasList("regency", "regency", "regency_aliases", "regency_code"),
        AliasList("subsector", "creative_subsector", "creative_subsector_aliases", "subsector_code"),
    )
}
"""By the kind that the command line names."""

_APART = ("commodity", "unit", "level", "regency")
"""Lists of which no name may be in another: a table's shape shows in whose names run across it."""


def alias_list(kind: str) -> AliasList:
    """The list of a kind.

    Raises:
        LumbungError: when there is none.
    """
    if kind not in LISTS:
        raise LumbungError(
            f"There is no list {kind!r} that takes aliases.",
            "Nothing was changed.",
            f"The lists are: {', '.join(LISTS)}.",
        )
    return LISTS[kind]


def meanings(one: AliasList, reference: Reference, regency_code: str, text: str) -> list[str]:
    """Codes that a text names in a list, however few or many; for markets, of one regency."""
    form = one.key(text)
    known = one.vocabulary(reference)
    found = {code for spelling, code in known.spellings(regency_code) if one.key(spelling) == form}
    resolved = known.resolve(regency_code, text)
    return sorted(found | ({resolved} if resolved else set()))


def elsewhere(one: AliasList, reference: Reference, text: str) -> tuple[str, str] | None:
    """The kind and the name of an entry of another list that a text names; None where it names none."""
    if one.kind not in _APART and one.kind != "market":
        return None
    for kind in _APART:
        if kind == one.kind or {kind, one.kind} == {"regency", "market"}:  # "Pasar Batu" is a market's name
            continue
        known = LISTS[kind].vocabulary(reference)
        if found := meanings(LISTS[kind], reference, "", text):
            return kind, known.name(found[0])
    if one.kind in ("commodity", "unit", "level"):
        for regency_code in reference.regencies:
            if market_id := reference.resolve_market(regency_code, text):
                return "market", reference.markets[market_id].name
    return None


def shared_group(reference: Reference, text: str) -> str | None:
    """The group of several commodities that a text names, as a heading in tables does."""
    groups = [item.group for item in reference.commodities.values()]
    key = name_key(text)
    return next((name for name in groups if name_key(name) == key and groups.count(name) > 1), None)


def rows_of(path: Path) -> list[dict[str, str]]:
    """The lines of a seed."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def is_sorted(one: AliasList, rows: Iterable[dict[str, str]]) -> bool:
    """Whether a seed's lines stand in order."""
    places = [one.place(row) for row in rows]
    return places == sorted(places)
