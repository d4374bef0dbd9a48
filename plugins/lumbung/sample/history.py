"""Months of observations as one CSV per office."""

from pathlib import Path

import numpy as np

from lumbung.sample.files import quoted
from lumbung.sample.panel import Panel

HEADER = "tanggal,pasar,komoditas,satuan,harga\n"


def write_history(
    panel: Panel, folder: Path, file_name: str, missing_share: float, seed: int
) -> dict[str, int]:
    """Write ``<folder>/<regency>/staple_prices/<file_name>`` for every regency of the panel.

    Args:
        panel: The prices.
        folder: Where the regencies' folders go.
        file_name: The same for every regency.
        missing_share: Share of observations that are left out, as when a market did not report.
        seed: Decides which.

    Returns:
        Rows written per regency code.
    """
    rng = np.random.default_rng([seed, 1])
    is_missing = rng.random(panel.prices.shape) < missing_share
    # A day on which the price changed is never left out, lest two short runs look like one long run.
    is_missing[1:] &= panel.prices[1:] == panel.prices[:-1]
    days = [f"{day:%Y-%m-%d}" for day in panel.days]
    bodies: dict[str, list[str]] = {}
    for p, place in enumerate(panel.places):
        body = bodies.setdefault(place.regency_code, [])
        for g, good in enumerate(panel.goods):
            names = (place.market_name, good.name, good.unit)
            middle = f",{','.join(quoted(name, ',') for name in names)},"
            body += [
                f"{day}{middle}{price}\n"
                for day, price, missing in zip(
                    days, panel.prices[:, p, g].tolist(), is_missing[:, p, g].tolist(), strict=True
                )
                if not missing
            ]
    counts = {}
    for code, body in sorted(bodies.items()):
        path = folder / code / "staple_prices" / file_name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(HEADER + "".join(body), encoding="utf-8")
        counts[code] = len(body)
    return counts
