"""What the generator needs to know of the reference lists: the markets and the sample's commodities."""

from dataclasses import dataclass

from lumbung.errors import LumbungError
from lumbung.reference import Reference
from lumbung.sample.levels import LEVELS, Level


@dataclass(frozen=True)
class Place:
    """A market and the regency it lies in."""

    regency_code: str
    regency_name: str
    market_name: str


@dataclass(frozen=True)
class Good:
    """A commodity of the sample with the bounds its observations are judged by.

    Attributes:
        level: How its price stands and moves.
        name: Its official name.
        group: The group it is listed under.
        unit: The unit the price is per.
        lowest_idr: Lower end of the plausible range.
        highest_idr: Upper end of the plausible range.
        move_threshold_pct: A move beyond this is unusual.
        unchanged_threshold_days: A run beyond this is worth a note.
    """

    level: Level
    name: str
    group: str
    unit: str
    lowest_idr: float
    highest_idr: float
    move_threshold_pct: float
    unchanged_threshold_days: int


def load_places(reference: Reference) -> list[Place]:
    """All markets, ordered by their id, so that the order of the seed's lines changes nothing."""
    return [
        Place(market.regency_code, reference.regencies[market.regency_code].name, market.name)
        for _, market in sorted(reference.markets.items())
    ]


def load_goods(reference: Reference) -> list[Good]:
    """The sample's commodities.

    Raises:
        LumbungError: when the seed does not know one of them.
    """
    goods = []
    for level in LEVELS:
        commodity = reference.commodities.get(level.commodity_code)
        if commodity is None:
            raise LumbungError(
                f"The commodities seed has no {level.commodity_code}.",
                "The sample cannot be made without it.",
                "Put it back into dbt_project/seeds/commodities.csv, or take it out of sample/levels.py.",
            )
        goods.append(
            Good(
                level=level,
                name=commodity.name,
                group=commodity.group,
                unit=commodity.unit,
                lowest_idr=commodity.plausible_min_idr,
                highest_idr=commodity.plausible_max_idr,
                move_threshold_pct=commodity.unusual_move_pct,
                unchanged_threshold_days=commodity.stale_after_days,
            )
        )
    return goods
