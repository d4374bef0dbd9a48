"""The map: one commodity and measure at a time, with the table that says the same."""

from typing import Any

from lumbung import labels
from lumbung.report.drawing.choropleth import Layer
from lumbung.report.figures.read import Row, grouped
from lumbung.report.pages.layers import price_layers, stock_layer
from lumbung.report.pages.making import Maker, series_name
from lumbung.report.pages.shared import Shared
from lumbung.report.site.columns import columns
from lumbung.report.site.page import Page

PATH = "peta.html"


def pages(make: Maker, shared: Shared) -> list[Page]:
    """The page; its data hold every choice, the drawing is that of the widest spread."""
    regencies = make.figures.of("regencies")
    choices = _choices(make, shared)
    first = next(iter(choices.values()), None)
    context = {
        "choices": {
            key: {"title": title, "layers": [(layer.name, layer.title) for layer in layers]}
            for key, (title, layers) in choices.items()
        },
        "data": _compact(choices, regencies),
        "layer": first[1][0] if first else None,
        "regencies": regencies,
    }
    table = make.table(
        "map_all",
        columns(
            "regency_name", "commodity_name", "price_level", "unit", "observed_on", "price_idr",
            "province_deviation_pct", "band", "ceiling_deviation_pct",
        ),
        shared.regency_prices,
    )  # fmt: skip
    return [Page(PATH, "peta.html.j2", labels.label("menu", "peta"), "peta", context, [table])]


Choices = dict[str, tuple[str, list[Layer]]]


def _choices(make: Maker, shared: Shared) -> Choices:
    prices = grouped(shared.regency_prices, "commodity_code", "price_level")
    found: Choices = {}
    wide_first = sorted(shared.province, key=lambda row: -(row["cv_between_regions_pct"] or 0))
    for row in wide_first:
        key = choice_key(row)
        rows = prices[row["commodity_code"], row["price_level"]]
        found[key] = (row["commodity_name"], price_layers(row["commodity_name"], rows, row, make.limit))
    for code, rows in grouped(shared.stocks, "commodity_code").items():
        name = series_name(rows[0])
        layer = stock_layer(name, rows)
        if not layer.shades:
            continue
        title, layers = found.setdefault(str(code), (name, []))
        found[str(code)] = (title, [*layers, layer])
    return found


def choice_key(row: Row) -> str:
    """A series in the map's address: the commodity, and its level where that is not the consumer's."""
    return str(row["commodity_code"]) + ("" if row["price_level"] == "consumer" else f".{row['price_level']}")


def _compact(choices: Choices, regencies: list[Row]) -> dict[str, Any]:
    """Every layer as two lists in the order of the regencies: shades and words."""
    codes = [row["regency_code"] for row in regencies]
    measures = {layer.name for _, layers in choices.values() for layer in layers}
    return {
        "regencies": codes,
        "measures": {name: labels.label("measure", name) for name in sorted(measures)},
        "choices": {
            key: {
                "title": title,
                "layers": {
                    layer.name: {
                        "title": layer.title,
                        "legend": layer.legend,
                        "shades": [layer.of(code).shade for code in codes],
                        "words": [layer.of(code).words for code in codes],
                    }
                    for layer in layers
                },
            }
            for key, (title, layers) in choices.items()
        },
    }
