"""The first page: where prices and offices stand, where it is amiss, what changed, how complete it is."""

from dataclasses import dataclass

from lumbung import labels
from lumbung.reference import PROVINCE
from lumbung.report import words
from lumbung.report.drawing.choropleth import Layer, sequential
from lumbung.report.figures.read import Row
from lumbung.report.pages.making import Maker, with_links
from lumbung.report.pages.shared import Shared, alert_columns
from lumbung.report.site.columns import columns
from lumbung.report.site.page import Page

PATH = "ringkasan.html"
_ALERTS_SHOWN = 12


@dataclass(frozen=True)
class Card:
    """A figure of the first screen: its title, the figure, what it is out of, where it leads, its source."""

    title: str
    figure: str
    beside: str
    href: str
    source: str


def pages(make: Maker, shared: Shared) -> list[Page]:
    """The page."""
    figures = make.figures
    spots = with_links(figures.of("hot_spots"), regency=True)
    new = [alert for alert in shared.alerts if alert["is_new"]]
    tables = (
        make.table(
            "province",
            columns(
                "commodity_name", "unit", "province_price_idr", "change_1d_pct", "change_7d_pct",
                "change_30d_pct",
                "trend", "above", "within", "below",
            ),
            shared.province,
        ),
        make.table(
            "hot_spots",
            columns("regency_name", "above", "over_ceiling", "short", "alerts"),
            spots,
            sort="above",
        ),
        make.table("alerts", alert_columns(with_place=True), new[:_ALERTS_SHOWN]),
    )  # fmt: skip
    context = {
        "lead": words.unbroken(words.headline(figures.summary)),
        "cards": _cards(figures.of("headline")[0], shared),
        "layer": _spots_layer(spots, make.limit),
        "changes": _changes(make, shared),
        "completeness": words.completeness(figures.summary),
        "new_alerts": len(new),
    }
    return [Page(PATH, "ringkasan.html.j2", labels.label("menu", "ringkasan"), "ringkasan", context, tables)]


def _cards(row: Row, shared: Shared) -> list[Card]:
    index = shared.indices.get(PROVINCE)
    of = "dari {} kab/kota"
    cards = [
        Card(
            "Harga yang dipantau",
            labels.format_number(row["series"]),
            "deret harga",
            "harga.html",
            "fct_price_province_daily.price_idr",
        ),
        Card(
            "Di atas harga acuan",
            labels.format_number(row["regencies_over_ceiling"]),
            of.format(row["regencies_with_ceiling"]),
            "peta.html#m=ceiling",
            "fct_price_daily.ceiling_deviation_pct",
        ),
        Card(
            "Peringatan berlangsung",
            labels.format_number(row["alerts"]),
            "harga dan stok",
            "harga.html#peringatan",
            "fct_price_alert.rule_code",
        ),
        Card(
            "Kekurangan stok",
            labels.format_number(row["regencies_short"]) if row["regencies_stocked"] else labels.NO_VALUE,
            of.format(row["regencies_stocked"]) if row["regencies_stocked"] else "belum ada laporan stok",
            "ketersediaan.html",
            "fct_stock_daily.is_short",
        ),
        Card(
            "Kantor yang mengirim harga",
            labels.format_number(row["received"]),
            f"dari {row['expected']}, {row['on_time']} tepat waktu"
            if row["expected"]
            else "tidak ada kewajiban",
            "kiriman.html",
            "rpt_reporting_rate.received",
        ),
    ]
    if index is not None and index.values:
        figure = labels.format_number(index.values[-1], 1)
        source = "fct_price_index_monthly.price_index"
        card = Card("Indeks harga bahan pokok", figure, "bulan dasar = 100", "daerah.html", source)
        cards.insert(1, card)
    return cards


def _spots_layer(spots: list[Row], limit: str) -> Layer:
    figures = {row["regency_code"]: int(row["above"]) for row in spots if row["above"] is not None}
    return sequential(
        "above",
        f"Banyaknya komoditas yang harganya lebih dari {limit} % di atas rata-rata provinsi",
        figures,
        lambda value: f"{labels.format_number(value)} komoditas",
        whole=True,
    )


def _changes(make: Maker, shared: Shared) -> list[str]:
    """What changed since the last release, in sentences."""
    figures = make.figures
    before = figures.of("releases")[0]["previous_date"]
    if before is None:
        return ["Ini rilis yang pertama; belum ada rilis pembanding."]
    changes = figures.of("changes")[0]
    since = labels.format_date(before)
    told = [
        f"{labels.format_number(changes['new_prices'])} harga pasar baru sejak rilis yang lalu ({since})."
    ]
    if changes["late_prices"]:
        told.append(
            f"{labels.format_number(changes['late_prices'])} harga pasar untuk hari-hari sampai {since} "
            f"menyusul atau diperbaiki, dari {changes['late_regencies']} kabupaten/kota."
        )
    else:
        told.append(f"Tidak ada harga sampai {since} yang menyusul atau diperbaiki.")
    if revised := figures.of("revised"):
        named = ", ".join(f"{row['commodity_name']} ({row['day_count']} hari)" for row in revised[:5])
        rest = f", dan {len(revised) - 5} komoditas lain" if len(revised) > 5 else ""
        told.append(f"Karena itu harga provinsi yang sudah terbit berubah untuk {named}{rest}.")
    fresh = sum(bool(alert["is_new"]) for alert in shared.alerts)
    told.append(f"{fresh} peringatan baru." if fresh else "Tidak ada peringatan baru.")
    return told
