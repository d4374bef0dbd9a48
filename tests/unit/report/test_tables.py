"""Tables and their cells: figures as they are read, exact beside it, reasons where there are none."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from lumbung.report.site.cells import cell, receipt_href
from lumbung.report.site.columns import all_columns, columns
from lumbung.report.site.tables import Column, Table

PRICE = Column("price_idr", "idr", "Harga (Rp)", "fct_price_daily.price_idr")
BAND = Column("band", "status", "Pita peta", group="band", is_filter=True)


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [
        ("idr", Decimal("34630.4"), "34.630"),
        ("change", Decimal("-5.53"), "−5,5"),
        ("change", Decimal("1.25"), "+1,3"),
        ("pct", Decimal("96.14"), "96,1"),
        ("count", 1396, "1.396"),
        ("score", Decimal("0.555"), "0,56"),
        ("date", date(2026, 7, 28), "28 Jul 2026"),
        ("month", date(2026, 7, 1), "Juli 2026"),
        ("instant", datetime(2026, 7, 28, 13, 41, tzinfo=UTC), "28 Jul 2026, 20.41"),
    ],
)
def test_figures_and_dates_are_written_as_indonesians_do(kind: str, value: object, written: str) -> None:
    assert f">{written}</td>" in cell(Column("it", kind), {"it": value}, "")  # type: ignore[arg-type]


def test_a_rounded_figure_has_its_exact_value_beside_it() -> None:
    made = cell(PRICE, {"price_idr": Decimal("33666.666666666667")}, "")
    assert made == '<td class="n" data-v="33666.666666666667" title="33.666,666667">33.667</td>'
    assert "title" not in cell(PRICE, {"price_idr": Decimal("33000.00")}, "")


def test_a_missing_figure_says_why() -> None:
    row = {"price_idr": None, "price_idr_reason": "not_reported"}
    assert "belum ada laporan" in cell(PRICE, row, "")
    assert Table("t", "T", [PRICE], [row, {"price_idr": 1}]).reasons == ["belum ada laporan"]


def test_a_status_has_a_shape_and_a_word() -> None:
    made = cell(BAND, {"band": "above"}, "")
    assert '<use href="#m-up"/>' in made
    assert "di atas</span>" in made
    assert Table("t", "T", [BAND], [{"band": "above"}, {"band": "within"}]).choices(BAND) == [
        "dalam rentang",
        "di atas",
    ]


def test_what_offices_wrote_is_only_text() -> None:
    hostile = '<script>alert(1)</script>"'
    for kind in ("text", "message"):
        made = cell(Column("it", kind, is_head=True), {"it": hostile}, "")
        assert "<script" not in made
        assert "&lt;script&gt;" in made


def test_receipts_lead_to_their_line_on_the_offices_page() -> None:
    made = cell(Column("submissions", "receipts"), {"submissions": ["3510-SP-9f2c41d07a"]}, "../")
    assert 'href="../daerah/3510.html#3510-SP-9f2c41d07a"' in made
    assert receipt_href("3578-SS-0123456789") == "daerah/3578.html#3578-SS-0123456789"


def test_every_column_has_a_title_and_says_where_its_figure_is_published() -> None:
    named = {"commodity_name", "regency_name", "commodity_group", "trend"}
    assert {key for key, column in all_columns().items() if column.source is None} == named
    assert all(column.title for column in all_columns().values())


def test_the_first_column_names_the_row_unless_said_otherwise() -> None:
    assert [column.is_head for column in columns("unit", "price_idr")] == [True, False]
    assert [column.is_head for column in columns("unit", "price_idr", head="price_idr")] == [False, True]
