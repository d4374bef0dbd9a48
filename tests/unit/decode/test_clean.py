"""What decoding takes out of every text of a file."""

from hypothesis import given
from hypothesis import strategies as st

from lumbung.decode.text import clean
from lumbung.values.cells import kind_of


@given(st.text())
def test_text_from_a_file_cannot_carry_a_mark(text: str) -> None:
    assert kind_of(clean(text)) == "text"
