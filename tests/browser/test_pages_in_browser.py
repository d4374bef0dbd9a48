"""The site of a release in a real browser, from the file system: figures, choices, files, keyboard, print."""

import json
import re
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from html.parser import HTMLParser
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from lumbung.local.pages import PagesHandler
from lumbung.report.workbook.sheets import HEADER_ROW
from lumbung.settings import Settings
from tests.browser.devtools import Tab, open_tab
from tests.browser.site_world import HOSTILE, two_nights
from tests.nights import rows as query

pytestmark = pytest.mark.database

AXE = Path(__file__).parent / "vendor" / "axe-core-axe.min.js"
KINDS = (
    "ringkasan.html", "peta.html", "harga.html", "harga/beras_medium.html", "ketersediaan.html",
    "daerah.html",
    "daerah/3578.html", "kiriman.html", "kiriman/staple_stocks.html", "cara-hitung.html",
)  # fmt: skip
LARGEST_BYTES = 1_500_000


@dataclass(frozen=True)
class World:
    """The published site, and the warehouse that it was made of."""

    settings: Settings
    site: Path

    @property
    def pages(self) -> list[str]:
        return sorted(path.relative_to(self.site).as_posix() for path in self.site.rglob("*.html"))

    def address(self, page: str) -> str:
        path, mark, state = page.partition("#")
        return (self.site / path).as_uri() + mark + state


@pytest.fixture(scope="module")
def world(_server: Settings, tmp_path_factory: pytest.TempPathFactory) -> World:
    shutil.rmtree(_server.pages, ignore_errors=True)
    two_nights(_server, tmp_path_factory.mktemp("inbox"))
    return World(_server, (_server.pages / "current").resolve())


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    with open_tab(tmp_path_factory.mktemp("browser")) as made:
        yield made


def _table(tab: Tab, name: str) -> list[dict[str, Any]]:
    """The rows that a table shows, by the keys of its columns: exact values where a cell has one."""
    found = tab.ask(f"""(() => {{
      const table = document.querySelector('[data-table="{name}"] table');
      const keys = [...table.tHead.rows[0].cells].map(cell => cell.dataset.key);
      return [...table.tBodies[0].rows].filter(row => !row.hidden).map(row => Object.fromEntries(
        [...row.cells].map((cell, n) => [keys[n], cell.dataset.v ?? cell.textContent.trim()])));
    }})()""")
    assert isinstance(found, list)
    return found


def test_every_page_opens_by_itself_and_is_light(world: World, tab: Tab) -> None:
    assert len(world.pages) == 38 + 2 + 6 + 6
    for page in world.pages:
        assert (world.site / page).stat().st_size < LARGEST_BYTES, page
        tab.visit(world.address(page))
        assert tab.complaints == [], page
        outside = [address for address in tab.requests if not address.startswith(("file:", "data:"))]
        assert outside == [], page
        assert tab.ask("performance.getEntriesByType('navigation')[0].domInteractive") < 2000, page
        assert tab.ask("document.documentElement.scrollWidth <= innerWidth"), page


@pytest.mark.parametrize("width", [360, 768, 1024])
def test_no_kind_of_page_is_wider_than_the_screen(world: World, tab: Tab, width: int) -> None:
    for page in KINDS:
        tab.visit(world.address(page), width=width)
        assert tab.ask("document.documentElement.scrollWidth") <= width, page


class _Anchors(HTMLParser):
    """What a page links to, and what can be linked to on it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.names: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.names.add(values.get("id") or "")
        for key in ("href", "src"):
            if (link := values.get(key)) and not link.startswith("data:"):
                self.links.append(link)


def test_every_link_leads_somewhere(world: World) -> None:
    """Also to the definition of every figure, and to the receipt of every figure's submission."""
    anchors = {page: _Anchors((world.site / page).read_text()) for page in world.pages}
    broken = []
    for page, found in anchors.items():
        for link in found.links:
            path, _, name = link.partition("#")
            target = (world.site / page).parent / path if path else world.site / page
            if not target.exists():
                broken.append(f"{page}: {link}")
            elif name and "=" not in name:
                there = target.resolve().relative_to(world.site).as_posix()
                if name not in anchors[there].names:
                    broken.append(f"{page}: {link}")
    assert broken == []


def test_provincial_prices_are_those_published(world: World, tab: Tab) -> None:
    expected = query(
        world.settings,
        "select commodity_name"
        " || case price_level when 'producer' then ' (produsen) harga 27 Jul 2026' else '' end,"
        " price_idr::text, coalesce(change_1d_pct::text, '– belum ada harga pembanding'),"
        " coalesce(change_7d_pct::text, '– belum ada harga pembanding')"
        " from (select distinct on (commodity_code, price_level) * from marts.fct_price_province_daily"
        "   order by commodity_code, price_level, observed_on desc) as latest"
        " inner join marts.dim_commodity using (commodity_code)"
        " order by price_level <> 'consumer', commodity_name",
    )
    assert len(expected) == 3
    for page in ("ringkasan.html", "harga.html"):
        shown = _table(tab.visit(world.address(page)), "province")
        keys = ("commodity_name", "province_price_idr", "change_1d_pct", "change_7d_pct")
        assert [tuple(row[key] for key in keys) for row in shown] == expected


def test_prices_of_regencies_and_their_receipts_are_those_published(world: World, tab: Tab) -> None:
    expected = query(
        world.settings,
        "select regency_name, daily.price_idr::text, province_deviation_pct::text, market_count::text,"
        " string_agg(distinct submission_id, ' ') from marts.fct_price_daily as daily"
        " inner join marts.dim_regency using (regency_code)"
        " left join marts.fct_price_observation as observation"
        " using (regency_code, commodity_code, price_level, observed_on)"
        " where observed_on = date '2026-07-28' and commodity_code = 'beras_medium'"
        " and price_level = 'consumer'"
        " group by regency_code, regency_name, daily.price_idr, province_deviation_pct, market_count"
        " order by regency_code",
    )
    shown = _table(tab.visit(world.address("harga/beras_medium.html")), "kabkota")
    assert len(shown) == len(expected) == 38
    for row, (name, price, deviation, markets, receipts) in zip(shown, expected, strict=True):
        assert (row["regency_name"], row["market_count"]) == (name, markets)
        assert row["price_idr"] == (price or "– belum ada laporan")
        assert row["province_deviation_pct"] == (deviation or "– belum ada laporan")
        assert row["submissions"] == (receipts or "–")


def test_stocks_are_those_published(world: World, tab: Tab) -> None:
    """Rice lasts 13, 12 and 16 days, short below 14; shallots 2 days everywhere, short below 7."""
    expected = query(
        world.settings,
        "select regency_name, commodity_code, days_of_cover::text, is_short from marts.fct_stock_daily"
        " inner join marts.dim_regency using (regency_code) order by regency_code, commodity_code",
    )
    shown = {
        row["regency_name"]: row for row in _table(tab.visit(world.address("ketersediaan.html")), "cover")
    }
    assert len(shown) == 3
    assert len(expected) == 6
    for name, commodity, days, _ in expected:
        assert shown[name][commodity] == days
    marked = tab.ask("document.querySelectorAll('[data-table=cover] td .mark').length")
    assert marked == sum(is_short for *_, is_short in expected) == 5


def test_cards_count_what_is_published(world: World, tab: Tab) -> None:
    ((over, short, alerts, received, expected),) = query(
        world.settings,
        "select (select count(distinct regency_code) from marts.fct_price_daily"
        "   where observed_on = date '2026-07-28' and ceiling_deviation_pct > 0),"
        " (select count(distinct regency_code) from marts.fct_stock_daily where is_short),"
        " (select count(distinct (rule_code, regency_code, commodity_code, price_level))"
        "   from marts.fct_price_alert where not is_cleared),"
        " sum(received), sum(expected) from marts.rpt_reporting_rate"
        " where dataset = 'staple_prices' and period_on = date '2026-07-28'",
    )
    tab.visit(world.address("ringkasan.html"))
    cards = tab.ask(
        "Object.fromEntries([...document.querySelectorAll('.cards li')].map(card =>"
        " [card.querySelector('.title').textContent, card.querySelector('strong').textContent]))"
    )
    assert cards["Di atas harga acuan"] == str(over)
    assert cards["Kekurangan stok"] == str(short)
    assert cards["Peringatan berlangsung"] == str(alerts)
    assert cards["Kantor yang mengirim harga"] == str(received)
    assert (received, expected) == (2, 38)


def test_the_map_shows_the_published_bands_and_its_table_says_the_same(world: World, tab: Tab) -> None:
    bands = dict(
        query(
            world.settings,
            "select regency_code, band from marts.fct_price_daily where observed_on = date '2026-07-28'"
            " and commodity_code = 'bawang_merah'",
        )
    )
    assert set(bands.values()) == {"within", "no_data"}
    tab.visit(world.address("peta.html#k=bawang_merah"))
    shades = tab.ask(
        "Object.fromEntries([...document.querySelectorAll('a.r')].map(r => [r.dataset.r, r.classList[1]]))"
    )
    assert shades == {code: "no" if band == "no_data" else band for code, band in bands.items()}
    words = tab.ask(
        "[...document.querySelectorAll('[data-map-table] tbody tr')]"
        ".map(r => [r.dataset.r, r.cells[1].textContent])"
    )
    labels = tab.ask(
        "Object.fromEntries([...document.querySelectorAll('a.r')].map(r =>"
        " [r.dataset.r, r.getAttribute('aria-label').split(': ')[1]]))"
    )
    assert dict(words) == labels
    prices = dict(
        query(
            world.settings,
            "select regency_code, round(price_idr)::text from marts.fct_price_daily"
            " where observed_on = date '2026-07-28' and commodity_code = 'bawang_merah'"
            " and price_idr is not null",
        )
    )
    for code, text in labels.items():
        told = re.match(r"Rp\s([\d.]+)/kg", text)
        assert (told[1].replace(".", "") if told else None) == prices.get(code)


def test_a_choice_on_the_map_is_kept_in_the_address_and_taken_along(world: World, tab: Tab) -> None:
    tab.visit(world.address("peta.html"))
    tab.ask("""(() => { const choice = document.querySelector('[data-choice]');
      choice.value = 'beras_medium'; choice.dispatchEvent(new Event('change'));
      const measure = document.querySelector('[data-layer]');
      measure.value = 'price'; measure.dispatchEvent(new Event('change')); })()""")
    title = tab.ask("document.querySelector('figcaption').textContent")
    assert title == "Beras Medium: harga (rupiah per kg)"
    state = tab.ask("location.hash")
    assert set(state[1:].split("&")) == {"k=beras_medium", "m=price"}
    assert tab.ask("document.querySelector('.top nav a[href*=harga]').hash") == "#k=beras_medium"
    tab.visit(world.address("peta.html") + state)
    assert tab.ask("document.querySelector('figcaption').textContent") == title
    legend = tab.ask("[...document.querySelectorAll('.legend li')].map(item => item.textContent)")
    assert legend[-1] == "tidak ada data"


def test_sorting_searching_and_filtering_are_kept_in_the_address(world: World, tab: Tab) -> None:
    tab.visit(world.address("harga/beras_medium.html"))
    tab.ask("document.querySelector('[data-table=kabkota] th[data-key=price_idr] button').click()")
    prices = [row["price_idr"] for row in _table(tab, "kabkota")]
    known = [float(price) for price in prices[:2]]
    assert known == sorted(known, reverse=True)
    assert set(prices[2:]) == {"– belum ada laporan"}, "rows without a figure come last"
    tab.ask("document.querySelector('[data-table=kabkota] th[data-key=price_idr] button').click()")
    assert [float(row["price_idr"]) for row in _table(tab, "kabkota")[:2]] == sorted(known)
    tab.ask("""(() => { const search = document.querySelector('[data-table=kabkota] [data-search]');
      search.value = 'kota kediri'; search.dispatchEvent(new Event('input')); })()""")
    assert [row["regency_name"] for row in _table(tab, "kabkota")] == ["Kota Kediri"]
    assert (
        tab.ask("document.querySelector('[data-table=kabkota] [data-count]').textContent")
        == "1 dari 38 baris"
    )
    state = tab.ask("location.hash")
    tab.visit(world.address("harga/beras_medium.html") + state)
    assert [row["regency_name"] for row in _table(tab, "kabkota")] == ["Kota Kediri"]
    assert (
        tab.ask("document.querySelector('[data-table=kabkota] th[aria-sort]').getAttribute('aria-sort')")
        == "ascending"
    )
    tab.visit(world.address("harga/beras_medium.html#kabkota.f.band=tidak+ada+data"))
    assert len(_table(tab, "kabkota")) == 36


def test_downloads_hold_what_the_tables_show(world: World, tab: Tab) -> None:
    """Every table of every kind of page, cell by cell."""
    compared = 0
    for page in KINDS:
        tab.visit(world.address(page))
        for name in tab.ask(
            "[...document.querySelectorAll('[data-table]')].filter(d =>"
            " d.querySelector('thead th.n, thead th.g, thead [class^=k-]')).map(d => d.dataset.table)"
        ):
            shown = _table(tab, name)
            slug = page.removesuffix(".html").replace("/", "-")
            sheet = load_workbook(world.site / "unduh" / f"{slug}-{name}.xlsx")["Data"]
            stored = list(sheet.iter_rows(min_row=HEADER_ROW + 2, values_only=True))
            assert len(shown) == len(stored) > 0, f"{page} {name}"
            for row, cells in zip(shown, stored, strict=True):
                texts = [text for key, text in row.items() if key != "trend"]
                for text, cell in zip(texts, cells, strict=True):
                    _same(text, cell, f"{page} {name}: {row}")
                    compared += 1
    assert compared > 1500


def _same(text: str, cell: Any, where: str) -> None:
    text = re.sub(r"^– ?", "", text.replace("\N{NO-BREAK SPACE}", " ")).strip()
    if isinstance(cell, datetime):
        assert datetime.fromisoformat(text).date() == cell.date(), where
    elif isinstance(cell, date):
        assert date.fromisoformat(text) == cell, where
    elif isinstance(cell, int | float):
        assert float(text) == pytest.approx(cell, rel=1e-12), where
    elif cell is None:
        assert text == "", where
    else:
        words = re.sub(r"\W+", " ", str(cell)).split()
        assert words[:4] == re.sub(r"\W+", " ", text).split()[: len(words[:4])], where


def test_the_chart_holds_the_published_days_and_reads_them_aloud(world: World, tab: Tab) -> None:
    expected = query(
        world.settings,
        "select price_idr from marts.fct_price_province_daily where commodity_code = 'beras_medium'"
        " and price_level = 'consumer' order by observed_on",
    )
    tab.visit(world.address("harga/beras_medium.html"))
    assert tab.ask("document.querySelector('[data-chart]').chart.data[1]") == [price for (price,) in expected]
    tab.ask("document.querySelector('.plot').focus()")
    tab.press("End")
    tab.press("ArrowLeft")
    tab.settle()
    price = f"{expected[-2][0]:,}".replace(",", ".")
    assert tab.ask("document.querySelector('.reading').textContent") == f"27 Juli 2026: Rp {price}/kg"


def test_keyboard_alone_reaches_everything(world: World, tab: Tab) -> None:
    for page in ("ringkasan.html", "peta.html", "harga/beras_medium.html"):
        tab.visit(world.address(page))
        wanted = tab.ask(
            "[...document.querySelectorAll('a[href], button, select, input, summary, [tabindex=\"0\"]')]"
            ".filter(e => e.checkVisibility()).length"
        )
        tab.ask("window.reached = new Set()")
        for step in range(wanted + 5):
            tab.press("Tab")
            name = tab.ask("(window.reached.add(document.activeElement), document.activeElement.className)")
            if step == 0:
                assert name == "skip", page
        assert tab.ask("[...window.reached].filter(e => e !== document.body).length") == wanted, page


def test_a_focused_region_tells_its_value(world: World, tab: Tab) -> None:
    tab.visit(world.address("peta.html#k=beras_medium"))
    tab.ask("document.querySelector('a.r[data-r=\"3578\"]').focus()")
    tab.settle()
    told = tab.ask("document.querySelector('.tip').textContent")
    assert told.startswith("Kota SurabayaRp")
    assert tab.ask("document.querySelector('tr.chosen').dataset.r") == "3578"
    tab.press("Escape")
    assert tab.ask("document.querySelector('.tip').hidden")
    tab.hover("a.r[data-r='3509']")
    assert tab.ask("document.querySelector('.tip').textContent").startswith("Kabupaten JemberRp")


@pytest.mark.parametrize("page", KINDS)
def test_axe_finds_nothing(world: World, tab: Tab, page: str) -> None:
    tab.visit(world.address(page))
    tab.ask("document.querySelectorAll('details').forEach(part => part.open = true)")
    tab.ask(AXE.read_text())
    found = tab.ask(
        "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
        ".then(r => [r.passes.length, ...r.violations.map("
        "v => [v.id, v.nodes.slice(0, 3).map(n => n.html.slice(0, 200))])])"
    )
    assert found[0] > 20, "axe looked at next to nothing"
    assert found[1:] == [], json.dumps(found, indent=1)


@pytest.mark.parametrize("page", KINDS)
def test_it_prints_on_a4_landscape(world: World, tab: Tab, page: str) -> None:
    paper = tab.visit(world.address(page)).paper()
    boxes = re.findall(rb"/MediaBox ?\[([\d. ]+)\]", paper)
    assert 1 <= len(boxes) <= 12
    for box in boxes:
        _, _, width, height = map(float, box.split())
        assert (round(width), round(height)) == pytest.approx((842, 595), abs=2)


def test_what_an_office_wrote_neither_runs_nor_shows_as_markup(world: World, tab: Tab) -> None:
    page = world.settings.pages / "releases" / "1" / "kiriman.html"
    tab.visit(page.as_uri())
    assert HOSTILE.split('"')[1] in tab.ask("document.querySelector('[data-table=tonight]').textContent")
    assert tab.ask("document.querySelectorAll('main img').length") == 0


def test_even_markup_that_got_through_could_not_run(world: World, tab: Tab, tmp_path: Path) -> None:
    html = (world.site / "cara-hitung.html").read_text()
    page = tmp_path / "page.html"
    page.write_text(html.replace("</main>", "<script>document.title = 'ran'</script></main>"))
    assert tab.visit(page.as_uri()).ask("document.title") != "ran"


def test_without_scripts_everything_can_be_read(world: World, tab: Tab) -> None:
    tab.send("Emulation.setScriptExecutionDisabled", value=True)
    try:
        tab.load(world.address("harga/beras_medium.html"))
        root = tab.send("DOM.getDocument")["root"]["nodeId"]
        html = tab.send("DOM.getOuterHTML", nodeId=root)["outerHTML"]
        rows = set(re.findall(r'<th scope="row"><a href="../daerah/(35\d\d).html">', html))
        assert len(rows) == 38
        assert "Grafik memerlukan skrip" in html
    finally:
        tab.send("Emulation.setScriptExecutionDisabled", value=False)


def test_the_same_pages_open_over_http(world: World, tab: Tab) -> None:
    handler = partial(PagesHandler, directory=str(world.settings.pages))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_port}"
        try:
            tab.visit(f"{base}/")
            assert tab.ask("location.pathname") == "/current/ringkasan.html"
            for page in ("peta.html", "harga/beras_medium.html"):
                tab.visit(f"{base}/current/{page}")
                assert tab.complaints == []
                assert [url for url in tab.requests if not url.startswith((base, "data:"))] == []
        finally:
            server.shutdown()


def test_pages_that_stayed_the_same_are_the_same_files(world: World, tab: Tab) -> None:
    """No office but three ever sent anything, and stocks came once."""
    before = world.settings.pages / "releases" / "1"
    same = [page for page in world.pages if (before / page).samefile(world.site / page)]
    assert "ringkasan.html" not in same
    assert "cara-hitung.html" in same
    tab.visit(world.address("cara-hitung.html"))
    told = tab.ask("document.querySelector('.dateline').textContent")
    assert "isi halaman ini dari rilis 1," in told
    assert "Diperiksa kembali pada rilis 2 (28 Juli 2026)" in told
