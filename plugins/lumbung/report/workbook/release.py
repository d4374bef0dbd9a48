"""The workbook of the release: cover, the tables that matter, charts, dictionary."""

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from lumbung import labels
from lumbung.feedback.styles import ACCENT, GREY, RULE, Styles
from lumbung.reference import PROVINCE
from lumbung.report.figures.read import Figures
from lumbung.report.site.page import Page
from lumbung.report.site.tables import Table
from lumbung.report.workbook.sheets import (
    HEADER_ROW,
    open_workbook,
    shown_columns,
    write_meanings,
    write_table,
)

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

RELEASE_WORKBOOK = "unduh/lumbung-rilis.xlsx"

SHEETS = (
    ("harga.html", "province", "Harga provinsi"),
    ("peta.html", "map_all", "Harga kabupaten-kota"),
    ("harga.html", "alerts", "Peringatan"),
    ("ketersediaan.html", "stocks", "Stok"),
    ("daerah.html", "regencies", "Kabupaten-kota"),
    ("kiriman.html", "grid", "Kiriman harga"),
    ("kiriman.html", "completeness_months", "Kelengkapan bulanan"),
)
"""Page, table and the sheet's name; what a release does not have is left out."""


def release_workbook(figures: Figures, pages: Sequence[Page]) -> bytes:
    """The workbook."""
    release = figures.release
    tables = {(page.path, table.name): table for page in pages for table in page.tables}
    chosen = [(name, tables[path, table]) for path, table, name in SHEETS if tables[path, table].rows]
    content = BytesIO()
    with open_workbook(content, release, f"Lumbung, rilis {release.release_id}") as book:
        styles = Styles(book)
        _write_cover(book, figures, [name for name, _ in chosen], styles)
        for name, table in chosen:
            write_table(book.add_worksheet(name), table, styles, release)
        _write_charts(book, figures, chosen, styles)
        definitions = figures.of("definitions")
        write_meanings(book.add_worksheet("Kamus"), [table for _, table in chosen], styles, definitions)
    return content.getvalue()


def _write_cover(book: "Workbook", figures: Figures, names: Sequence[str], styles: Styles) -> None:
    from lumbung.report.words import completeness, headline

    release = figures.release
    sheet = book.add_worksheet("Sampul")
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 4)
    sheet.set_column(1, 1, 30)
    sheet.set_column(2, 2, 80)
    sheet.write_string(1, 1, labels.label("workbook", "house"), styles.of(font_color=GREY))
    sheet.write_string(
        2, 1, labels.label("workbook", "title"), styles.of(bold=True, font_size=20, font_color=ACCENT)
    )
    facts = (
        ("Tanggal data", labels.format_date(release.business_date, weekday=True)),
        ("Rilis", f"{release.release_id}, terbit {labels.format_instant(release.published_at)}"),
        ("Harga", headline(figures.summary)),
        ("Kelengkapan", completeness(figures.summary)),
    )
    for number, (title, words) in enumerate(facts, start=4):
        sheet.write_string(number, 1, title, styles.of(bold=True))
        sheet.write_string(number, 2, words, styles.of(text_wrap=True))
    row = 4 + len(facts) + 1
    sheet.write_string(row, 1, "Isi", styles.of(bold=True, bottom=1, border_color=RULE))
    for number, name in enumerate((*names, "Grafik", "Kamus"), start=row + 1):
        link = styles.of(font_color=ACCENT, underline=1)
        sheet.write_url(number, 1, f"internal:'{name}'!A1", link, string=name)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 1)


def _write_charts(
    book: "Workbook", figures: Figures, chosen: Sequence[tuple[str, Table]], styles: Styles
) -> None:
    """The index of the last months as a line, regencies with many high prices as bars."""
    sheet = book.add_worksheet("Grafik")
    index = next((row for row in figures.of("index") if row["regency_code"] == PROVINCE), None)
    sheet.set_column(0, 0, 14)
    sheet.write_string(0, 0, "Bulan", styles.heading())
    sheet.write_string(0, 1, "Indeks", styles.heading())
    at = "D2"
    if index:
        for number, (month, value) in enumerate(zip(index["months"], index["indices"], strict=True), start=1):
            sheet.write_datetime(number, 0, month, styles.of(num_format="mm/yyyy"))
            sheet.write_number(number, 1, float(value), styles.of(num_format="0.0"))
        last = len(index["months"])
        line = book.add_chart({"type": "line"})
        line.add_series({
            "name": "Indeks harga bahan pokok",
            "categories": ["Grafik", 1, 0, last, 0],
            "values": ["Grafik", 1, 1, last, 1],
            "line": {"color": ACCENT, "width": 2},
        })  # fmt: skip
        line.set_title({"name": "Indeks harga bahan pokok, Jawa Timur", "name_font": {"size": 12}})
        line.set_y_axis({"num_format": "0", "major_gridlines": {"visible": True, "line": {"color": RULE}}})
        line.set_x_axis({"num_format": "mm/yyyy", "date_axis": True})
        line.set_legend({"none": True})
        line.set_size({"width": 760, "height": 320})
        sheet.insert_chart(at, line)
        at = "D19"
    else:
        sheet.write_string(1, 0, labels.label("workbook", "no_index"))
    prices = next((table for name, table in chosen if name == "Harga provinsi"), None)
    if prices is not None:
        keys = [column.key for column in shown_columns(prices)]
        first, last = HEADER_ROW + 1, HEADER_ROW + len(prices.rows)
        names, changes = keys.index("commodity_name"), keys.index("change_7d_pct")
        bars = book.add_chart({"type": "bar"})
        bars.add_series({
            "name": "Sepekan (%)",
            "categories": ["Harga provinsi", first, names, last, names],
            "values": ["Harga provinsi", first, changes, last, changes],
            "fill": {"color": ACCENT},
        })  # fmt: skip
        bars.set_title({"name": "Perubahan harga provinsi dalam sepekan (%)", "name_font": {"size": 12}})
        bars.set_y_axis({"reverse": True, "label_position": "low"})
        bars.set_x_axis({"num_format": "0.0", "major_gridlines": {"visible": True, "line": {"color": RULE}}})
        bars.set_legend({"none": True})
        bars.set_size({"width": 760, "height": max(320, 22 * len(prices.rows))})
        sheet.insert_chart(at, bars)
