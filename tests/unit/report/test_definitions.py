"""Comments of published columns as planners read them."""

import pytest

from lumbung.report.pages.cara_hitung import chapters, indonesian


@pytest.mark.parametrize(
    ("comment", "words"),
    [
        ("Tanggal harga. — Day of the price.", "Tanggal harga."),
        (
            "Pita: above (di atas batas), no_data (tidak ada data). — Band.",
            "Pita: di atas batas, tidak ada data.",
        ),
        ("Sebab kosong: not_reported. — Why.", "Sebab kosong: belum ada laporan."),
        ("Dalam toleransi seed change_horizons, persen. — X.", "Dalam toleransi, persen."),
        ("Harga dilepas (is_suspect) ikut dihitung. — X.", "Harga dilepas ikut dihitung."),
        ("Keping (isi tiga). — X.", "Keping (isi tiga)."),
        (None, ""),
    ],
)
def test_the_indonesian_half_without_codes(comment: str | None, words: str) -> None:
    assert indonesian(comment) == words


def test_a_figure_is_explained_under_every_header_that_shows_it() -> None:
    rows = [
        {"table_name": "fct_a", "column_name": "x", "table_comment": "A. — A.", "column_comment": "X. — X."},
        {"table_name": "fct_a", "column_name": "y", "table_comment": "A. — A.", "column_comment": "Y. — Y."},
    ]
    (chapter,) = chapters(rows, {"fct_a.x": ["Satu", "Dua"], "fct_b.z": ["Tiada"]})
    assert (chapter.anchor, chapter.about) == ("fct_a", "A.")
    assert [(item.anchor, item.titles, item.meaning) for item in chapter.definitions] == [
        ("fct_a.x", "Satu, Dua", "X.")
    ]
