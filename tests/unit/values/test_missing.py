"""Whether a cell holds anything."""

import pandas as pd
import pytest

from lumbung.values.missing import is_missing, read_present


@pytest.mark.parametrize("text", ["", "-", " – ", "N/A", "Tidak\u00a0 ada", "NIHIL", "…"])
def test_words_for_nothing(text: str) -> None:
    assert is_missing(text)


@pytest.mark.parametrize("text", ["0", "Pasar", "- 5", "ada", "tidak", "\x1fn0.0"])
def test_words_for_something(text: str) -> None:
    assert not is_missing(text)


def test_presence_of_a_column_keeps_its_index() -> None:
    present = read_present(pd.Series(["Pasar Pon", None, "-"], index=[3, 1, 2], dtype="str"))
    assert present.to_dict() == {3: 1.0, 1: 0.0, 2: 0.0}
