"""Rows as high as their wrapped text."""

import pytest

from lumbung.feedback.heights import height_of


def test_one_line_is_one_line_however_short() -> None:
    assert height_of([("", 10), ("kg", 10)]) == height_of([("kg", 10)]) == height_of([])


def test_the_cell_with_most_lines_decides() -> None:
    long = "kata " * 40
    assert height_of([("kg", 10), (long, 50)]) == height_of([(long, 50)]) > 2 * height_of([("kg", 10)])


@pytest.mark.parametrize(("words", "lines"), [(4, 1), (5, 2), (8, 2), (9, 3)])
def test_text_is_broken_between_words(words: int, lines: int) -> None:
    one, more = height_of([("a", 25)]), height_of([("abcde " * words, 25)])
    assert (more - one) / 13.5 == lines - 1


def test_a_word_longer_than_the_column_is_broken() -> None:
    assert height_of([("x" * 300, 10)]) > 20 * 13.5


def test_larger_letters_need_more_lines_and_higher_ones() -> None:
    assert height_of([("kata " * 20, 100)], size=14) > height_of([("kata " * 20, 100)])


def test_no_row_is_higher_than_a_spreadsheet_allows() -> None:
    assert height_of([("kata " * 9000, 10)]) == 409
