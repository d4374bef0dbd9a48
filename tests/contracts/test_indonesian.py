"""Every text that offices read is Indonesian: no English, no internal name, whole sentences."""

import re
from collections.abc import Iterator

import pytest

from lumbung import labels
from lumbung.contracts.load import load_contracts
from lumbung.settings import Settings

CONTRACTS = load_contracts(Settings.load().expectations)

_WORD = re.compile(r"[A-Za-z_]+")
_ENGLISH = set(
    _WORD.findall(
        """
    a an and are as at be been by can cannot did do does done for from had has have how if in into is it its
    may more must no nor not of on one only or other rows row should so such than that the their then there
    these they this to was were what when where which while who why will with without you your
    accepted address allowed amount apply archive before blank cell cells change changed check column columns
    commodity contract count date dates day days deadline download duplicate empty error expected field fields
    file files fill finding findings folder found held help invalid label late line list locked market match
    missing month name negative notes number office offices outside please price prices quarter ratio read
    received rejected release rule rules sample save send sent sheet sheets size stock submission unknown
    update upload value values valid warning week wrong year years
    """
    )
)
_NAMES = "One Village One Product"


def texts_of(dataset: str) -> Iterator[tuple[str, str]]:
    """Where a text stands, and the text without its placeholders."""
    contract = CONTRACTS[dataset]
    yield "title", contract.title
    yield "description", contract.description
    for field in contract.fields:
        yield f"{field.name}.label", field.label
        yield f"{field.name}.description", field.description
    for rule in contract.rules:
        for part in ("name", "message", "remedy"):
            yield f"{rule.rule_id}.{part}", _plain(getattr(rule, part))


def _plain(text: str) -> str:
    return re.sub(r"\{\w+\}", "", text)


def foreign(text: str) -> list[str]:
    """English words of a text, and names with an underscore."""
    words = _WORD.findall(text.replace(_NAMES, ""))
    return [word for word in words if word.lower() in _ENGLISH or "_" in word]


@pytest.mark.parametrize("dataset", sorted(CONTRACTS))
def test_contracts_speak_indonesian_to_offices(dataset: str) -> None:
    assert {place: found for place, text in texts_of(dataset) if (found := foreign(text))} == {}


def test_the_catalogue_speaks_indonesian() -> None:
    assert {key: found for key, text in labels._catalogue().items() if (found := foreign(_plain(text)))} == {}


@pytest.mark.parametrize("dataset", sorted(CONTRACTS))
def test_findings_and_remedies_are_whole_sentences(dataset: str) -> None:
    for rule in CONTRACTS[dataset].rules:
        for text in (rule.message, rule.remedy):
            assert text[0].isupper() or text[0] in '{"', (rule.rule_id, text)
            assert text.endswith("."), (rule.rule_id, text)
            assert "  " not in text, (rule.rule_id, text)


def test_the_list_of_english_words_finds_some() -> None:
    assert foreign("Harga is missing in row 3 of market_id") == [
        "is",
        "missing",
        "in",
        "row",
        "of",
        "market_id",
    ]
    assert foreign("Isi tanggal pada baris ini, per hari.") == []
