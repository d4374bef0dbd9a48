"""Names in one form: two spellings of one thing compare equal, two things never do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lumbung.values.text import nearest, normalise_header, normalise_name


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("Bawang Merah", "bawang merah"),
        ("  BAWANG\u00a0 merah ", "bawang merah"),
        ("Kab. Malang", "kab malang"),
        ("Kol/Kubis", "kol kubis"),
        ("Pasar Besar (Malang)", "pasar besar malang"),
        ("Jum'at", "jumat"),
        ("Ma’arif", "maarif"),
        ("tingkat_harga", "tingkat harga"),
        ("Harga\n(Rp)", "harga rp"),
        ("Perubahan %", "perubahan persen"),
        ("Ｂｅｒａｓ", "beras"),
        ("Be\u200bras", "beras"),
        ("Café", "café"),
        ("—", ""),
    ],
)
def test_forms(written: str, form: str) -> None:
    assert normalise_name(written) == form
    assert normalise_header(written) == form


def test_a_percentage_is_another_column_than_its_base() -> None:
    assert normalise_header("Harga %") != normalise_header("Harga")


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise_name(text)
    assert normalise_name(once) == once


def test_suggestions_are_the_nearest_names_as_given() -> None:
    names = ["Bawang Merah", "Bawang Putih", "Beras Medium"]
    assert nearest("bawang  mera", names, n=1) == ["Bawang Merah"]
    assert nearest("xyz", names) == []
    assert nearest("Bawang", [], n=3) == []
