"""Errands for tests of channels, and what they bring."""

import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from lumbung.intake.channels.base import Arrival, Channel, ChannelError, Errand, Notice, Whose

DATASETS = frozenset({"staple_prices", "staple_stocks", "industry_units"})


def errand(folder: Path, remembered: Mapping[str, str] | None = None, seconds: float = 20.0) -> Errand:
    folder.mkdir(parents=True, exist_ok=True)
    return Errand(
        "3510", date(2026, 7, 1), DATASETS, folder, remembered or {}, time.monotonic() + seconds, 1 << 20
    )


def bring(channel: Channel, of: Errand) -> tuple[list[Arrival], list[str]]:
    """Arrivals and the texts of notices."""
    items = list(channel.fetch(of))
    return (
        [item for item in items if isinstance(item, Arrival)],
        [item.text for item in items if isinstance(item, Notice)],
    )


def marks(arrivals: list[Arrival]) -> dict[str, str]:
    """What collecting would remember."""
    return {str(arrival.item): str(arrival.mark) for arrival in arrivals}


def fails(channel: Channel, of: Errand, whose: Whose, words: str | None = None) -> list[Arrival]:
    """Assert whose fault it is; gives what came before."""
    came: list[Arrival] = []
    with pytest.raises(ChannelError, match=words) as caught:
        _take(channel, of, came)
    assert caught.value.whose == whose, caught.value
    assert caught.value.remedy
    return came


def _take(channel: Channel, of: Errand, came: list[Arrival]) -> None:
    for item in channel.fetch(of):
        if isinstance(item, Arrival):
            came.append(item)
