"""The choices of the map for one series of prices, or one commodity's stock."""

from collections.abc import Sequence

from lumbung import labels
from lumbung.report.drawing.choropleth import Figure, Layer, banded, diverging, sequential
from lumbung.report.figures.read import Row
from lumbung.report.words import unbroken


def signed(value: Figure) -> str:
    """A deviation in per cent with its sign."""
    return unbroken(labels.format_percent(value, 1, signed=True))


def band_layer(name: str, rows: Sequence[Row], limit: str) -> Layer:
    """The published bands around the provincial average."""
    bands = {row["regency_code"]: (row["band"], _band_words(row)) for row in rows}
    return banded("band", f"{name}: harga dibandingkan rata-rata provinsi", bands, limit)


def price_layers(name: str, rows: Sequence[Row], province: Row, limit: str) -> list[Layer]:
    """Bands, price, deviation from the province and from the ceiling; those without a figure are left out."""
    unit = province["unit"]
    layers = [band_layer(name, rows, limit)]
    prices = _figures(rows, "price_idr")
    layers.append(
        sequential(
            "price",
            f"{name}: harga (rupiah per {unit})",
            prices,
            lambda v: unbroken(labels.format_rupiah(v, unit)),
        )
    )
    deviations = _figures(rows, "province_deviation_pct")
    if deviations:
        ends = (province["deviation_p2_pct"], province["deviation_p98_pct"])
        layers.append(
            diverging("deviation", f"{name}: selisih dari rata-rata provinsi (%)", deviations, ends, signed)
        )
    over = _figures(rows, "ceiling_deviation_pct")
    if over:
        ends = (min(over.values()), max(over.values()))
        layers.append(diverging("ceiling", f"{name}: selisih dari harga acuan (%)", over, ends, signed))
    return layers


def stock_layer(name: str, rows: Sequence[Row]) -> Layer:
    """Days of cover."""
    return sequential(
        "cover",
        f"{name}: ketahanan stok (hari)",
        _figures(rows, "days_of_cover"),
        lambda value: f"{labels.format_number(value, 1)} hari",
    )


def _figures(rows: Sequence[Row], key: str) -> dict[str, Figure]:
    return {row["regency_code"]: row[key] for row in rows if row[key] is not None}


def _band_words(row: Row) -> str:
    if row["price_idr"] is None:
        return labels.label("reason", row["price_idr_reason"])
    price = unbroken(labels.format_rupiah(row["price_idr"], row["unit"]))
    return f"{price}, {signed(row['province_deviation_pct'])}"
