"""Whether a cell holds anything."""

import pytest

from lumbung.values.missing import is_missing


@pytest.mark.parametrize("text", ["", "-", " – ", "N/A", "Tidak\u00a0 ada", "NIHIL", "…"])
def test_words_for_nothing(text: str) -> None:
    assert is_missing(text)


@pytest.mark.parametrize("text", ["0", "Pasar", "- 5", "ada", "tidak", "\x1fn0.0"])
def test_words_for_something(text: str) -> None:
    assert not is_missing(text)
