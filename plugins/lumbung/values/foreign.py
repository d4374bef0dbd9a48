"""Characters that look like others or like nothing: letters of other scripts, foreign digits, hidden signs.

A name with a Cyrillic `а` looks like the one in the list and is not. Whoever typed it sees no difference, so
a message has to say where it is.
"""

import unicodedata
from dataclasses import dataclass

_DIRECTION = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
_WITHOUT = dict.fromkeys(_DIRECTION)
_LONGEST_WORD = 40
_WORDS_LOOKED_AT = 50

LETTER, DIGIT, HIDDEN = "letter", "digit", "hidden"


@dataclass(frozen=True)
class Foreign:
    """Characters of one kind in one word.

    Attributes:
        word: As a person sees it.
        kind: `letter`, `digit` or `hidden`.
        script: Whose they are, as Unicode names it (`CYRILLIC`), '' for hidden ones.
        positions: Where they are in the word, the first character being 1; of hidden ones before which
            character.
        characters: They themselves, '' for hidden ones.
    """

    word: str
    kind: str
    script: str
    positions: tuple[int, ...]
    characters: str


def without_direction(text: str) -> str:
    """The text without signs that turn the direction of writing: they would turn what stands after it too."""
    return text if text.isascii() else text.translate(_WITHOUT)


def foreign_characters(text: str) -> list[Foreign]:
    """What in a text is not what it looks like, word by word; accents of Latin letters are seen and told."""
    if text.isascii():
        return []
    return [found for word in text.split()[:_WORDS_LOOKED_AT] for found in _in_word(word)]


def _in_word(word: str) -> list[Foreign]:
    if word.isascii():
        return []
    seen = ""
    found: dict[tuple[str, str], tuple[list[int], str]] = {}
    for character in word:
        kind, script = _kind(character)
        if kind != HIDDEN:
            seen += character
        if kind:
            positions, characters = found.get((kind, script), ([], ""))
            positions.append(len(seen) + (kind == HIDDEN))
            found[kind, script] = positions, characters + (character if kind != HIDDEN else "")
    shown = seen if len(seen) <= _LONGEST_WORD else seen[: _LONGEST_WORD - 1] + "…"
    return [
        Foreign(shown, kind, script, tuple(dict.fromkeys(positions)), characters)
        for (kind, script), (positions, characters) in found.items()
    ]


def _kind(character: str) -> tuple[str, str]:
    """Which of the three kinds a character is, and its script; ('', '') for a plain one."""
    if character.isascii():
        return "", ""
    category = unicodedata.category(character)
    if category == "Cf":
        return HIDDEN, ""
    if category[0] not in "LNM":
        return "", ""
    script = unicodedata.name(character, "").partition(" ")[0]
    return DIGIT if category[0] == "N" else LETTER, script
