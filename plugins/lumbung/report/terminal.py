"""The summary of a release as a table of at most 80 columns."""

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from lumbung import labels
from lumbung.report.model import CommodityPrice, Summary
from lumbung.report.words import change, completeness

WIDTH = 80
_KEY = (
    "Harga dalam rupiah, perubahan dalam %. Atas, dalam, bawah: kabupaten/kota terhadap rata-rata provinsi."
)


def print_summary(summary: Summary, console: Console) -> None:
    """Print the provincial prices with their changes and bands, and one line on who reported.

    Colour only where the console has it; nothing is wider than 80 columns.
    """
    release = summary.release
    if release is None:
        console.print("Belum ada rilis: belum ada malam yang selesai diterbitkan.", highlight=False)
        return
    day = labels.format_date(release.business_date)
    console.print(Text(f"Harga rata-rata provinsi, {day} (rilis {release.release_id})", "bold"), width=WIDTH)
    if summary.commodities:
        console.print(_prices(summary), width=WIDTH)
        console.print(Text(_KEY, "dim"), width=WIDTH)
    else:
        console.print("Belum ada harga yang diterima untuk hari ini.", width=WIDTH, highlight=False)
    console.print(Text(completeness(summary)), width=WIDTH)
    if summary.galat or summary.konfirmasi:
        console.print(
            f"Temuan: {labels.format_number(summary.galat)} {labels.label('severity', 'galat')}, "
            f"{labels.format_number(summary.konfirmasi)} {labels.label('severity', 'konfirmasi')}.",
            width=WIDTH,
            highlight=False,
        )


def _prices(summary: Summary) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    table.add_column("Komoditas", no_wrap=True, max_width=25, overflow="ellipsis")
    table.add_column("Satuan", no_wrap=True, max_width=10, overflow="ellipsis")
    for heading in ("Harga", "1 hari", "7 hari", "Atas", "Dalam", "Bawah"):
        table.add_column(heading, justify="right", no_wrap=True)
    for item in summary.commodities:
        table.add_row(*_row(item))
    return table


def _row(item: CommodityPrice) -> list[Text]:
    name = item.commodity_name
    if item.price_level != "consumer":
        name += f" ({labels.label('price_level', item.price_level)})"
    return [
        Text(name),
        Text(item.unit),
        Text(labels.format_number(item.price_idr)),
        _change(item.change_1d_pct),
        _change(item.change_7d_pct),
        *(Text(str(count)) for count in (item.above, item.within, item.below)),
    ]


def _change(value: float | None) -> Text:
    text = change(value)
    style = {"+": "red", labels.MINUS: "green"}.get(text[0], "dim")
    return Text(text, style)
