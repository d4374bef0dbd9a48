"""The reference lists as lookups: regencies, markets, commodities, units, thresholds.

The lists themselves are the dbt seeds, the only place for them; this module reads the CSV files and answers
what an office may have meant. It never guesses: a text that fits two things fits none.
"""

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

from lumbung.errors import LumbungError
from lumbung.settings import Settings
from lumbung.values.text import normalise_name

PROVINCE = "35"
"""The province's code wherever a list or table says regency or province (BPS)."""

PRICE_LEVELS = ("consumer", "producer", "wholesale")
"""Closed list of price levels."""

_KINDS = {
    "kab": "kabupaten",
    "kabupaten": "kabupaten",
    "pemkab": "kabupaten",
    "kota": "kota",
    "kotamadya": "kota",
    "kodya": "kota",
    "pemkot": "kota",
}
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5"}
_MARKET_WORDS = {"pasar", "psr", "ps"}


@dataclass(frozen=True)
class Regency:
    """A kabupaten or kota. ``kind`` is "kabupaten" or "kota"; ``short_name`` is the name without it."""

    code: str
    name: str
    kind: str
    short_name: str


@dataclass(frozen=True)
class Office:
    """A regency's reporting office, and how its files arrive."""

    regency_code: str
    name: str
    channel: str
    connection_id: str | None
    is_obliged: bool


@dataclass(frozen=True)
class Market:
    """A market of a regency; names repeat across regencies, ids do not."""

    market_id: str
    regency_code: str
    name: str


@dataclass(frozen=True)
class Commodity:
    """A commodity in one unit, with its thresholds: rupiah per ``unit``, per cent, days."""

    code: str
    name: str
    group: str
    unit: str
    plausible_min_idr: int
    plausible_max_idr: int
    unusual_move_pct: float
    stale_after_days: int


@dataclass(frozen=True)
class Indicator:
    """An indicator; ``direction`` is higher, lower or range, ``kind`` ratio, realisation or computed."""

    code: str
    name: str
    unit: str
    direction: str
    over_time: str
    kind: str


@dataclass(frozen=True)
class SizeClass:
    """One line of a size rule: bounds on workers and on investment in rupiah, None = open.

    Attributes:
        first_year: First data year that the rule is for: those on whose last day it is in force.
        last_year: Last data year that the rule is for; None while it is in force.
        size_class: The class of units within the bounds.
        is_min_included: Whether the lower bound of investment belongs to the class.
        is_max_included: Whether the upper bound of investment belongs to the class.
    """

    first_year: int
    last_year: int | None
    size_class: str
    name: str
    workers_min: int
    workers_max: int | None
    investment_min_idr: int
    is_min_included: bool
    investment_max_idr: int | None
    is_max_included: bool


@dataclass(frozen=True)
class Reference:
    """All lists of one version of the seeds; the dictionaries are keyed by code."""

    regencies: Mapping[str, Regency]
    offices: Mapping[str, Office]
    markets: Mapping[str, Market]
    commodities: Mapping[str, Commodity]
    parameters: Mapping[str, float]
    regency_aliases: tuple[tuple[str, str], ...]
    market_aliases: tuple[tuple[str, str, str], ...]
    commodity_aliases: tuple[tuple[str, str], ...]
    unit_aliases: tuple[tuple[str, str], ...]
    price_level_aliases: tuple[tuple[str, str], ...]
    kbli: Mapping[str, Mapping[str, str]]
    kbli_versions: tuple[tuple[str, str], ...]
    creative_subsectors: tuple[tuple[str, str], ...]
    creative_subsector_aliases: tuple[tuple[str, str], ...]
    indicators: Mapping[str, Indicator]
    provincial_programmes: Mapping[str, str]
    size_classes: tuple[SizeClass, ...]

    @classmethod
    def load(cls, settings: Settings) -> "Reference":
        """Read the seeds of an installation.

        Raises:
            LumbungError: when a seed is missing, lacks a column or holds a value that cannot be read.
        """
        try:
            return cls._read(settings.seeds)
        except (OSError, KeyError, ValueError) as error:
            raise LumbungError(
                f"The reference lists under {settings.seeds} cannot be read: {error}.",
                "Nothing can be checked without them.",
                "Restore the seeds from version control, or mend the row named above.",
            ) from error

    @classmethod
    def _read(cls, seeds: Path) -> "Reference":
        return cls(
            regencies={
                row["regency_code"]: Regency(
                    code=row["regency_code"],
                    name=row["regency_name"],
                    kind=row["regency_kind"],
                    short_name=row["short_name"],
                )
                for row in seed_rows(seeds, "regencies")
            },
            offices={
                row["regency_code"]: Office(
                    regency_code=row["regency_code"],
                    name=row["office_name"],
                    channel=row["channel"],
                    connection_id=row["connection_id"] or None,
                    is_obliged=row["is_obliged"] == "true",
                )
                for row in seed_rows(seeds, "offices")
            },
            markets={
                row["market_id"]: Market(row["market_id"], row["regency_code"], row["market_name"])
                for row in seed_rows(seeds, "markets")
            },
            commodities={
                row["commodity_code"]: Commodity(
                    code=row["commodity_code"],
                    name=row["commodity_name"],
                    group=row["commodity_group"],
                    unit=row["unit"],
                    plausible_min_idr=int(row["plausible_min_idr"]),
                    plausible_max_idr=int(row["plausible_max_idr"]),
                    unusual_move_pct=float(row["unusual_move_pct"]),
                    stale_after_days=int(row["stale_after_days"]),
                )
                for row in seed_rows(seeds, "commodities")
            },
            parameters={row["parameter"]: float(row["value"]) for row in seed_rows(seeds, "parameters")},
            regency_aliases=tuple(
                (r["alias"], r["regency_code"]) for r in seed_rows(seeds, "regency_aliases")
            ),
            market_aliases=tuple(
                (r["regency_code"], r["alias"], r["market_id"]) for r in seed_rows(seeds, "market_aliases")
            ),
            commodity_aliases=tuple(
                (r["alias"], r["commodity_code"]) for r in seed_rows(seeds, "commodity_aliases")
            ),
            unit_aliases=tuple((r["alias"], r["unit"]) for r in seed_rows(seeds, "unit_aliases")),
            price_level_aliases=tuple(
                (r["alias"], r["price_level"]) for r in seed_rows(seeds, "price_level_aliases")
            ),
            kbli=_kbli(seeds),
            kbli_versions=tuple((r["kbli_version"], r["alias"]) for r in seed_rows(seeds, "kbli_versions")),
            creative_subsectors=tuple(
                {
                    r["subsector_code"]: r["subsector_name"] for r in seed_rows(seeds, "creative_subsectors")
                }.items()
            ),
            creative_subsector_aliases=tuple(
                (r["alias"], r["subsector_code"]) for r in seed_rows(seeds, "creative_subsector_aliases")
            ),
            indicators={
                r["indicator_code"]: Indicator(
                    code=r["indicator_code"],
                    name=r["indicator_name"],
                    unit=r["unit"],
                    direction=r["direction"],
                    over_time=r["aggregation_over_time"],
                    kind=r["kind"],
                )
                for r in seed_rows(seeds, "indicators")
            },
            provincial_programmes={
                r["programme_code"]: r["programme_name"] for r in seed_rows(seeds, "provincial_programmes")
            },
            size_classes=tuple(
                SizeClass(
                    first_year=date.fromisoformat(r["valid_from"]).year,
                    last_year=(
                        (date.fromisoformat(r["valid_to"]) + timedelta(days=1)).year - 1
                        if r["valid_to"]
                        else None
                    ),
                    size_class=r["size_class"],
                    name=r["class_name"],
                    workers_min=int(r["workers_min"] or 0),
                    workers_max=int(r["workers_max"]) if r["workers_max"] else None,
                    investment_min_idr=int(r["investment_min_idr"] or 0),
                    is_min_included=r["is_min_included"] == "true",
                    investment_max_idr=int(r["investment_max_idr"]) if r["investment_max_idr"] else None,
                    is_max_included=r["is_max_included"] == "true",
                )
                for r in seed_rows(seeds, "size_classes")
            ),
        )

    # ------------------------------------------------------------------------------------- regencies

    def resolve_regency(self, text: str) -> str | None:
        """Code of the regency a text names: its code, "Kab./Kota X", or X alone where only one X exists."""
        codes = self.regency_candidates(text)
        return codes[0] if len(codes) == 1 else None

    def regency_candidates(self, text: str) -> list[str]:
        """Codes of every regency a text may name, in order of code."""
        words = _words(text)
        digits = "".join(words)
        if digits in self.regencies:
            return [digits]
        aliased = self._regency_by_alias.get(_compact(words))
        if aliased:
            return [aliased]
        if words[:1] == ["pemerintah"]:
            words = words[1:]
        kind = None
        if len(words) > 1 and words[0] in _KINDS:
            kind, words = _KINDS[words[0]], words[1:]
        elif len(words) > 1 and words[-1] in _KINDS:
            kind, words = _KINDS[words[-1]], words[:-1]
        found = self._regencies_by_short_name.get(_compact(words), ())
        return sorted(regency.code for regency in found if kind in (None, regency.kind))

    # --------------------------------------------------------------------------------------- markets

    def resolve_market(self, regency_code: str, text: str) -> str | None:
        """Id of the market of this regency a text names; "Pasar" may be left out, 1 stands for I."""
        return self._markets_by_name.get(regency_code, {}).get(market_key(text))

    def market_candidates(self, regency_code: str) -> list[str]:
        """Names of the markets of a regency, for messages."""
        return sorted(m.name for m in self.markets.values() if m.regency_code == regency_code)

    # ----------------------------------------------------------------------------------- commodities

    def resolve_commodity(self, text: str) -> str | None:
        """Code of the commodity a text names, by name, code or alias."""
        return self._commodity_by_name.get(name_key(text))

    def commodity_candidates(self) -> list[str]:
        """Names of all commodities, for messages."""
        return sorted(commodity.name for commodity in self.commodities.values())

    # ----------------------------------------------------------------------- units and price levels

    def resolve_unit(self, text: str) -> str | None:
        """The unit, as commodities name it, that a text means."""
        return self._unit_by_name.get(name_key(text))

    def unit_candidates(self) -> list[str]:
        """All units, for messages."""
        return sorted({commodity.unit for commodity in self.commodities.values()})

    def resolve_price_level(self, text: str) -> str | None:
        """The price level (consumer, producer, wholesale) that a text means."""
        return self._price_level_by_name.get(name_key(text))

    # ------------------------------------------------------------------------------------- spellings

    def regency_spellings(self) -> list[tuple[str, str]]:
        """What names a regency, as (text, code); a short name that two of them share stands there twice."""
        names = [(regency.name, regency.code) for regency in self.regencies.values()]
        short = [(regency.short_name, regency.code) for regency in self.regencies.values()]
        return [*names, *short, *self.regency_aliases]

    def market_spellings(self, regency_code: str) -> list[tuple[str, str]]:
        """What names a market of a regency, as (text, id)."""
        names = [(m.name, m.market_id) for m in self.markets.values() if m.regency_code == regency_code]
        return [*names, *((alias, to) for code, alias, to in self.market_aliases if code == regency_code)]

    def commodity_spellings(self) -> list[tuple[str, str]]:
        """What names a commodity, as (text, code)."""
        names = [(commodity.name, commodity.code) for commodity in self.commodities.values()]
        return [*names, *((code, code) for code in self.commodities), *self.commodity_aliases]

    def unit_spellings(self) -> list[tuple[str, str]]:
        """What names a unit, as (text, unit)."""
        return [*((unit, unit) for unit in self.unit_candidates()), *self.unit_aliases]

    def price_level_spellings(self) -> list[tuple[str, str]]:
        """What names a price level, as (text, level)."""
        return [*((level, level) for level in PRICE_LEVELS), *self.price_level_aliases]

    # ------------------------------------------------------------------------------------------ keys

    def commodity_keys(self) -> list[str]:
        """Keys (`name_key`) of everything that names a commodity."""
        return list(self._commodity_by_name)

    def market_keys(self) -> dict[str, list[str]]:
        """Per regency code the keys (`market_key`) of everything that names one of its markets."""
        return {code: list(keys) for code, keys in self._markets_by_name.items()}

    def price_level_keys(self) -> list[str]:
        """Keys (`name_key`) of everything that names a price level."""
        return list(self._price_level_by_name)

    def unit_keys(self) -> list[str]:
        """Keys (`name_key`) of everything that names a unit."""
        return list(self._unit_by_name)

    # --------------------------------------------------------------------------------------- indexes

    @cached_property
    def _regencies_by_short_name(self) -> dict[str, list[Regency]]:
        index: dict[str, list[Regency]] = {}
        for regency in self.regencies.values():
            index.setdefault(name_key(regency.short_name), []).append(regency)
        return index

    @cached_property
    def _regency_by_alias(self) -> dict[str, str]:
        return index_of((name_key(alias), code) for alias, code in self.regency_aliases)

    @cached_property
    def _markets_by_name(self) -> dict[str, dict[str, str]]:
        return {
            regency_code: index_of((market_key(text), to) for text, to in self.market_spellings(regency_code))
            for regency_code in {market.regency_code for market in self.markets.values()}
        }

    @cached_property
    def _commodity_by_name(self) -> dict[str, str]:
        return index_of((name_key(text), code) for text, code in self.commodity_spellings())

    @cached_property
    def _unit_by_name(self) -> dict[str, str]:
        return index_of((name_key(text), unit) for text, unit in self.unit_spellings())

    @cached_property
    def _price_level_by_name(self) -> dict[str, str]:
        return index_of((name_key(text), level) for text, level in self.price_level_spellings())


def _kbli(seeds: Path) -> dict[str, dict[str, str]]:
    """Names of KBLI codes by version and code, for the versions whose list is there."""
    lists: dict[str, dict[str, str]] = {}
    for row in seed_rows(seeds, "kbli"):
        lists.setdefault(row["kbli_version"], {})[row["kbli_code"]] = row["kbli_name"]
    return lists


def seed_rows(seeds: Path, name: str) -> list[dict[str, str]]:
    """The lines of one list, as text by column."""
    with (seeds / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _words(text: str) -> list[str]:
    return normalise_name(re.sub(r"[\W_]+", " ", text)).split()


def _compact(words: Iterable[str]) -> str:
    """One key for a name however its words are spaced: "Gempol  Kerep" and "Gempolkerep" are one market."""
    return "".join(words)


def name_key(text: str) -> str:
    """What two spellings of one name share: letters and digits without case, spaces and punctuation."""
    return _compact(_words(text))


def market_key(text: str) -> str:
    """What two spellings of one market share: as `name_key`, without "Pasar", with 1 for I."""
    words = _words(text)
    if len(words) > 1 and words[0] in _MARKET_WORDS:
        words = words[1:]
    return _compact(_ROMAN.get(word, word) for word in words)


def index_of(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Map keys to codes, leaving out every key that means two things."""
    meanings: dict[str, set[str]] = {}
    for key, code in pairs:
        meanings.setdefault(key, set()).add(code)
    return {key: codes.pop() for key, codes in meanings.items() if len(codes) == 1}
