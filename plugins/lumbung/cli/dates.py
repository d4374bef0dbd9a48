"""Dates on the command line."""

import contextlib
from datetime import date

import click


class IsoDate(click.ParamType):
    """A date like 2026-07-28 and nothing else."""

    name = "YYYY-MM-DD"

    def convert(self, value: str | date, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read an ISO date; anything else is refused with an example."""
        if isinstance(value, date):
            return value
        with contextlib.suppress(ValueError):
            day = date.fromisoformat(value)
            if day.isoformat() == value:  # fromisoformat also reads weeks and bare digits
                return day
        self.fail(f"{value!r} is not a date like 2026-07-28", param, ctx)
