"""The sentence behind a message that says which characters are not what they look like."""

from lumbung.labels import UnknownLabelError, label
from lumbung.values.foreign import HIDDEN, Foreign, foreign_characters

_TOLD = 3
_PLACES = 4


def with_note(message: str, text: str) -> str:
    """A message about a text, with a sentence behind it where the text holds foreign or hidden characters."""
    found = foreign_characters(text)
    if not found:
        return message
    marks = [_told(one) for one in found[:_TOLD]]
    said = ", ".join(marks[:-1]) + (" dan " if len(marks) > 1 else "") + marks[-1]
    if len(found) > _TOLD:
        said = ", ".join(marks) + label("foreign.more").format(count=len(found) - _TOLD)
    return f"{message} {label('foreign.sentence').format(marks=said)}"


def _told(one: Foreign) -> str:
    if one.kind == HIDDEN and one.positions[0] > len(one.word):
        return label("foreign.hidden_end").format(word=one.word)
    script = _script(one.script)
    numbers = list(one.positions)
    if len(numbers) > _PLACES or numbers == list(range(numbers[0], numbers[0] + max(len(numbers), 3))):
        places = f"{_place(numbers[0])} sampai {_place(numbers[-1])}"
    else:
        places = " dan ".join(filter(None, (", ".join(map(_place, numbers[:-1])), _place(numbers[-1]))))
    return label("foreign", one.kind).format(
        places=places, word=one.word, characters=one.characters[:_PLACES], script=script
    )


def _script(name: str) -> str:
    try:
        return label("foreign.script", name)
    except UnknownLabelError:
        return label("foreign.script.other")


def _place(position: int) -> str:
    return label("foreign.place").format(position=position)
