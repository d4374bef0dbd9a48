"""Characters that look like others or like nothing are found with their places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lumbung.values.foreign import foreign_characters, without_direction
from lumbung.values.missing import tidy


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Bawang Merah 12.500,-", []),
        ("Beras – 5 kg ✓", []),
        ("Bаwang Merah", [("Bаwang", "letter", "CYRILLIC", (2,), "а")]),
        ("125оо", [("125оо", "letter", "CYRILLIC", (4, 5), "оо")]),
        ("TW٢", [("TW٢", "digit", "ARABIC-INDIC", (3,), "٢")]),
        ("ｋｇ", [("ｋｇ", "letter", "FULLWIDTH", (1, 2), "ｋｇ")]),
        ("12\u200b500", [("12500", "hidden", "", (3,), "")]),
        ("\u202e00521\u202c", [("00521", "hidden", "", (1, 6), "")]),
        ("Mérah ı", [("Mérah", "letter", "LATIN", (2,), "é"), ("ı", "letter", "LATIN", (1,), "ı")]),
    ],
)
def test_what_is_foreign_and_where(text: str, found: list[tuple[object, ...]]) -> None:
    told = foreign_characters(text)
    assert [(one.word, one.kind, one.script, one.positions, one.characters) for one in told] == found


@given(st.text())
def test_places_are_in_the_word_and_nothing_that_turns_text_is_shown(text: str) -> None:
    for one in foreign_characters(text):
        assert all(1 <= position <= len(one.word) + 1 or len(one.word) == 40 for position in one.positions)
        assert without_direction(one.word) == one.word
    assert not set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068") & set(without_direction(text))


def test_signs_that_nobody_sees_are_no_part_of_a_cell_but_those_that_turn_it_are() -> None:
    assert tidy("\u200e28/07/2026\u2060") == "28/07/2026"
    assert tidy("\u200d\u200f") == ""
    assert tidy("\u202e521") == "\u202e521"
