"""What a message says about characters that are not what they look like."""

import re

import pytest

from lumbung.check.lookalikes import with_note
from lumbung.labels import label

SAID = "Komoditas tidak ada dalam daftar."


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("Bаwang Merah", 'karakter ke-2 pada "Bаwang" («а»), yaitu huruf Kiril'),
        ("125оо", 'karakter ke-4 dan karakter ke-5 pada "125оо" («оо»), yaitu huruf Kiril'),
        ("٢٠٢٦", 'karakter ke-1 sampai karakter ke-4 pada "٢٠٢٦" («٢٠٢٦»), yaitu angka Arab'),
        ("Bawa\u202eng", 'tanda yang tidak terlihat pada "Bawang", sebelum karakter ke-5'),
        ("Bawang\u202c", 'tanda yang tidak terlihat di akhir "Bawang"'),
        ("ꦧꦮꦁ", 'karakter ke-1 sampai karakter ke-3 pada "ꦧꦮꦁ" («ꦧꦮꦁ»), yaitu huruf Jawa'),
        ("ⴰ", 'karakter ke-1 pada "ⴰ" («ⴰ»), yaitu huruf asing'),
    ],
)
def test_the_characters_are_named_with_their_places(text: str, marks: str) -> None:
    assert with_note(SAID, text) == f"{SAID} {label('foreign.sentence').format(marks=marks)}"


def test_a_plain_text_needs_no_note() -> None:
    assert with_note(SAID, "Bawang Merah") == SAID


def test_many_are_not_all_listed() -> None:
    said = with_note(SAID, "а б в г д")
    assert said.count("Kiril") == 3
    assert re.search(r"dan 2 bagian lain; ketiklah", said)
