"""The page ``ringkasan`` in a real browser: on a phone, on a desk, on paper."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from lumbung.report.ringkasan import render

from lumbung.report.model import CommodityPrice, OfficeReport, Summary
from tests.browser.chromium import Chromium
from tests.unit.report.summaries import EMPTY, OFFICES, SHALLOT, SUMMARY, WITHOUT_PRICES

_LONG = "Susu Bubuk Merek Indomilk (Instan) Kemasan Ekonomis"


@pytest.fixture
def browser(tmp_path: Path) -> Chromium:
    return Chromium.find(tmp_path)


def _whole_province() -> Summary:
    """Twelve commodities and 38 offices, with the longest words that can come."""
    items: list[CommodityPrice] = [
        replace(SHALLOT, commodity_name=f"{_LONG} {number}" if number == 3 else f"Komoditas {number}")
        for number in range(11)
    ] + [replace(SHALLOT, price_level="producer", price_idr=1_250_000, unit="tabung 3 kg")]
    long_name = replace(OFFICES[0].submissions[0], file_name="laporan_harga_bahan_pokok_" * 6 + ".xlsx")
    offices: list[OfficeReport] = [
        replace(OFFICES[number % len(OFFICES)], regency_code=str(3501 + number)) for number in range(37)
    ] + [replace(OFFICES[0], submissions=[long_name])]
    noted = replace(OFFICES[1].submissions[0], verdict="accepted_with_notes")
    offices[4] = replace(OFFICES[1], submissions=[noted])
    return Summary(SUMMARY.release, items, offices)


PAGES: dict[str, Callable[[], Summary]] = {
    "whole": _whole_province,
    "empty": lambda: EMPTY,
    "without_prices": lambda: WITHOUT_PRICES,
}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("width", [360, 768, 1024, 1280])
def test_nothing_is_wider_than_the_screen(browser: Chromium, page: str, width: int) -> None:
    seen = browser.measure(render(PAGES[page](), band_pct=10), width)
    assert seen["width"] == width
    assert seen["scrollWidth"] <= width, seen["wide"]
    assert seen["wide"] == []
    assert seen["cut"] == []


def test_every_row_is_there_without_any_script(browser: Chromium) -> None:
    page = browser.folder / "ringkasan.html"
    page.write_text(render(_whole_province(), band_pct=10), encoding="utf-8")
    dom = browser.run("--dump-dom", page.as_uri())
    assert "<script" not in dom
    assert dom.count("<tr>") == 2 + 12 + 38


def test_what_an_office_wrote_does_not_run(browser: Chromium) -> None:
    """Even were the escaping lost, the page's policy keeps scripts from running."""
    html = render(SUMMARY, band_pct=10).replace("</main>", "<script>document.title = 'ran'</script></main>")
    page = browser.folder / "ringkasan.html"
    page.write_text(html, encoding="utf-8")
    assert "<title>ran</title>" not in browser.run("--dump-dom", page.as_uri())


def test_it_prints_on_a4_landscape(browser: Chromium) -> None:
    page, paper = browser.folder / "ringkasan.html", browser.folder / "ringkasan.pdf"
    page.write_text(render(_whole_province(), band_pct=10), encoding="utf-8")
    browser.run("--no-pdf-header-footer", f"--print-to-pdf={paper}", page.as_uri())
    boxes = re.findall(rb"/MediaBox \[([\d. ]+)\]", paper.read_bytes())
    assert 2 <= len(boxes) <= 6
    for box in boxes:
        _, _, width, height = map(float, box.split())
        assert (round(width), round(height)) == pytest.approx((842, 595), abs=2)
