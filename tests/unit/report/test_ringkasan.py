"""The page: what it says, that it is escaped, and that it is replaced in one step."""

from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

from lumbung.report.ringkasan import render, write_page

from lumbung.report.model import Summary
from tests.unit.report.summaries import EMPTY, RELEASE, SUMMARY, WITHOUT_PRICES


class _Page(HTMLParser):
    """Tags with their attributes, and the text of table rows."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.rows: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append("")

    def handle_data(self, data: str) -> None:
        self.text += data
        if self.rows:
            self.rows[-1] += f" {data}"

    def row(self, start: str) -> list[str]:
        return next(row.split() for row in self.rows if row.strip().startswith(start))


def _page(summary: Summary) -> _Page:
    return _Page(render(summary, band_pct=10))


def test_it_shows_price_unit_changes_and_regencies_by_band() -> None:
    row = _page(SUMMARY).row("Bawang Merah")
    assert row[:6] == ["Bawang", "Merah", "kg", "31.082", "−0,5", "−5,5"]
    assert " ".join(row).count("9 di atas, 20 dalam batas, 9 di bawah") == 1


def test_it_names_the_release_and_its_day() -> None:
    text = _page(SUMMARY).text
    assert "Selasa, 28 Juli 2026 · rilis 41, terbit 28 Juli 2026 pukul 20.41 WIB" in text


def test_offices_that_must_act_come_first() -> None:
    page = _page(SUMMARY)
    offices = [row.strip().split("\n")[0] for row in page.rows if row.strip().startswith("K")]
    names = [name for name in offices if name.startswith(("Kab", "Kota"))]
    assert [name.strip() for name in names] == [
        "Kota Probolinggo",
        "Kabupaten Sumenep",
        "Kabupaten Jember",
        "Kabupaten Bangkalan",
        "Kabupaten Banyuwangi",
    ]


def test_it_tells_an_office_what_to_mend() -> None:
    row = " ".join(_page(SUMMARY).row("Kabupaten Jember"))
    assert "diterima sebagian" in row
    assert "diduga kurang satu nol" in row
    assert "wajib diperbaiki, baris 12; berkas rekap.csv" in row
    assert "wajib diperbaiki, 2 kali mulai baris 3; berkas rekap.csv" in row
    assert "dan 2 temuan lain" in row


def test_what_offices_wrote_is_only_text() -> None:
    page = _page(SUMMARY)
    assert not {"script", "img", "b"} & {tag for tag, _ in page.tags}
    assert "<script>alert(1)</script>" in page.text, "the words themselves are shown"


def test_it_needs_nothing_from_elsewhere() -> None:
    page = _page(SUMMARY)
    addresses = [
        v for _, attrs in page.tags for k, v in attrs.items() if k in ("src", "href", "action", "srcset")
    ]
    assert addresses == ["#harga"]
    assert "url(" not in page.text
    assert "@import" not in page.text


def test_without_a_release_it_says_why_and_what_to_do() -> None:
    text = _page(EMPTY).text
    assert "Belum ada rilis" in text
    assert "make nightly" in text


def test_without_prices_it_points_to_the_offices() -> None:
    text = _page(WITHOUT_PRICES).text
    assert "belum ada baris yang diterima" in text
    assert "Kota Probolinggo" in text


def test_current_points_at_the_release_and_moves_on(tmp_path: Path) -> None:
    first = write_page(SUMMARY, tmp_path, 10)
    assert first == tmp_path / "releases" / "41" / "ringkasan.html"
    assert (tmp_path / "current").resolve() == first.parent
    write_page(replace(SUMMARY, release=replace(RELEASE, release_id=42)), tmp_path, 10)
    assert "rilis 42" in (tmp_path / "current" / "ringkasan.html").read_text()
    assert "rilis 41" in first.read_text()


def test_writing_it_again_changes_nothing(tmp_path: Path) -> None:
    before = write_page(SUMMARY, tmp_path, 10).read_bytes()
    assert write_page(SUMMARY, tmp_path, 10).read_bytes() == before
    assert sorted(path.name for path in tmp_path.rglob("*")) == [
        "41",
        "current",
        "releases",
        "ringkasan.html",
    ]
