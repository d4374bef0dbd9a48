"""Which texts are names that the reference lists know: to recognise a table's shape, never to judge it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lumbung.reference import market_key, name_key
from lumbung.values.cells import kind_of, plain_text

if TYPE_CHECKING:
    from lumbung.reference import Reference


@dataclass(frozen=True)
class KnownNames:
    """Keys of names by the field they belong to; markets by the office's regency.

    Attributes:
        commodities: Keys (`name_key`) of names, codes and aliases.
        markets: Per regency code the keys (`market_key`) of its markets.
        price_levels: Keys (`name_key`) of words for consumer, producer, wholesale.
        regencies: Keys (`name_key`) of full names.
        commodity_names: Names as everybody writes them, to suggest.
        market_names: Per regency code the names of its markets, to suggest.
        units: Keys (`name_key`) of units.
    """

    commodities: frozenset[str] = frozenset()
    markets: Mapping[str, frozenset[str]] = field(default_factory=dict)
    price_levels: frozenset[str] = frozenset()
    regencies: frozenset[str] = frozenset()
    commodity_names: tuple[str, ...] = ()
    market_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    units: frozenset[str] = frozenset()

    @classmethod
    def of(cls, reference: "Reference") -> "KnownNames":
        """The names of the reference lists."""
        return cls(
            commodities=frozenset(reference.commodity_keys()),
            markets={code: frozenset(keys) for code, keys in reference.market_keys().items()},
            price_levels=frozenset(reference.price_level_keys()),
            regencies=frozenset(name_key(regency.name) for regency in reference.regencies.values()),
            commodity_names=tuple(reference.commodity_candidates()),
            market_names={code: tuple(reference.market_candidates(code)) for code in reference.market_keys()},
            units=frozenset(reference.unit_keys()),
        )

    def field_of(self, cell: str, office: str) -> str | None:
        """The field whose name a text is: commodity, market or regency; None where it is none of them."""
        if not cell or kind_of(cell) != "text":
            return None
        text = plain_text(cell)
        key = name_key(text)
        if not key:
            return None
        if key in self.commodities:
            return "commodity"
        if market_key(text) in self.markets.get(office, ()):
            return "market"
        return "regency" if key in self.regencies else None

    def names_of(self, field: str, office: str) -> tuple[str, ...]:
        """The names that a field's values may have, to suggest; none for fields without such a list."""
        if field == "commodity":
            return self.commodity_names
        return self.market_names.get(office, ()) if field == "market" else ()

    def is_price_level(self, cell: str) -> bool:
        """Whether a text is a word for a price level."""
        return bool(cell) and name_key(plain_text(cell)) in self.price_levels

    def to_json(self) -> dict[str, Any]:
        """The names as plain values."""
        return {
            "commodities": sorted(self.commodities),
            "markets": {code: sorted(keys) for code, keys in self.markets.items()},
            "price_levels": sorted(self.price_levels),
            "regencies": sorted(self.regencies),
            "commodity_names": list(self.commodity_names),
            "market_names": {code: list(names) for code, names in self.market_names.items()},
            "units": sorted(self.units),
        }

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> "KnownNames":
        """Read back what `to_json` gave."""
        return cls(
            frozenset(content["commodities"]),
            {code: frozenset(keys) for code, keys in content["markets"].items()},
            frozenset(content["price_levels"]),
            frozenset(content["regencies"]),
            tuple(content["commodity_names"]),
            {code: tuple(names) for code, names in content["market_names"].items()},
            frozenset(content["units"]),
        )
