"""Small descriptions of YAML data in which every key must be known, and the walk that compares them."""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lumbung.contracts.yaml_lines import Where


@dataclass(frozen=True)
class Complaint:
    """What does not fit, and where; `at_key` when the key is wrong and not its value."""

    where: Where
    message: str
    at_key: bool = False


@dataclass(frozen=True)
class Text:
    """Text, from a closed list or of a pattern where given."""

    choices: tuple[str, ...] = ()
    pattern: str = ""
    hint: str = ""

    def complaints(self, value: Any, where: Where) -> Iterator[Complaint]:
        """What is wrong with a value."""
        if not isinstance(value, str) or not value.strip():
            yield Complaint(where, f"must be text, not {_shown(value)}")
        elif self.choices and value not in self.choices:
            yield Complaint(where, f"{value!r} is not known here{did_you_mean(value, self.choices)}")
        elif self.pattern and not re.fullmatch(self.pattern, value):
            yield Complaint(where, f"{value!r} must be {self.hint}")


@dataclass(frozen=True)
class Number:
    """A number of the given types, not below `minimum` and not above `maximum`."""

    types: tuple[type, ...] = (int, float)
    minimum: float | None = None
    maximum: float | None = None

    def complaints(self, value: Any, where: Where) -> Iterator[Complaint]:
        """What is wrong with a value."""
        if isinstance(value, bool) or not isinstance(value, self.types):
            noun = "a whole number" if self.types == (int,) else "a number"
            yield Complaint(where, f"must be {noun}, not {_shown(value)}")
        elif self.minimum is not None and value < self.minimum:
            yield Complaint(where, f"{value} is below {self.minimum}")
        elif self.maximum is not None and value > self.maximum:
            yield Complaint(where, f"{value} is above {self.maximum}")


@dataclass(frozen=True)
class Flag:
    """True or false."""

    def complaints(self, value: Any, where: Where) -> Iterator[Complaint]:
        """What is wrong with a value."""
        if not isinstance(value, bool):
            yield Complaint(where, f"must be true or false, not {_shown(value)}")


@dataclass(frozen=True)
class Items:
    """A list, each item of one shape."""

    item: "Shape"
    may_be_empty: bool = False

    def complaints(self, value: Any, where: Where) -> Iterator[Complaint]:
        """What is wrong with a value."""
        if not isinstance(value, list):
            yield Complaint(where, f"must be a list, not {_shown(value)}")
            return
        if not value and not self.may_be_empty:
            yield Complaint(where, "must not be empty")
        for position, item in enumerate(value):
            yield from self.item.complaints(item, (*where, position))


@dataclass(frozen=True)
class Keys:
    """A mapping with known keys only; those in `optional` may be absent."""

    required: Mapping[str, "Shape"]
    optional: Mapping[str, "Shape"] = field(default_factory=dict)

    def complaints(self, value: Any, where: Where) -> Iterator[Complaint]:
        """What is wrong with a value."""
        if not isinstance(value, dict):
            yield Complaint(where, f"must be a mapping, not {_shown(value)}")
            return
        known = {**self.required, **self.optional}
        for key in value:
            if key in known:
                yield from known[key].complaints(value[key], (*where, key))
            else:
                yield unknown_key(key, tuple(known), where)
        for key in self.required:
            if key not in value:
                yield Complaint(where, f"key {key!r} is missing")


@dataclass(frozen=True)
class Depending:
    """A mapping whose shape depends on the value of one of its keys."""

    key: str
    shapes: Mapping[str, "Shape"]

    def complaints(self, value: Any, where: Where) -> Iterator[Complaint]:
        """What is wrong with a value."""
        if not isinstance(value, dict):
            yield Complaint(where, f"must be a mapping, not {_shown(value)}")
        elif self.key not in value:
            yield Complaint(where, f"key {self.key!r} is missing")
        else:
            chosen = value[self.key]
            if not isinstance(chosen, str) or chosen not in self.shapes:
                known = tuple(self.shapes)
                message = f"{self.key} {_shown(chosen)} is not known here{did_you_mean(str(chosen), known)}"
                yield Complaint((*where, self.key), message)
                return
            yield from self.shapes[chosen].complaints(value, where)


@dataclass(frozen=True)
class Properties:
    """A list of `{property, value}` pairs, each property known and given once."""

    required: Mapping[str, "Shape"]
    optional: Mapping[str, "Shape"] = field(default_factory=dict)
    notes: Mapping[str, "Shape"] = field(default_factory=lambda: {"description": Text()})

    def complaints(self, value: Any, where: Where) -> Iterator[Complaint]:
        """What is wrong with a value."""
        known = {**self.required, **self.optional}
        pair = Depending(
            "property",
            {name: Keys({"property": Text(), "value": shape}, self.notes) for name, shape in known.items()},
        )
        yield from Items(pair, may_be_empty=True).complaints(value, where)
        names = [item.get("property") for item in value if isinstance(item, dict)] if _is_list(value) else []
        for position, name in enumerate(names):
            if name in names[:position]:
                yield Complaint((*where, position, "property"), f"property {name!r} is given twice")
        for name in self.required:
            if name not in names:
                yield Complaint(where, f"property {name!r} is missing")


Shape = Text | Number | Flag | Items | Keys | Depending | Properties


def unknown_key(key: str, known: Sequence[str], where: Where) -> Complaint:
    """The complaint about a key that is not known in a mapping."""
    return Complaint((*where, key), f"unknown key {key!r}{did_you_mean(key, known)}", at_key=True)


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """The end of a complaint about an unknown word: the word that was probably meant, or all known ones."""
    close = difflib.get_close_matches(word, known, n=1)
    return f"; did you mean {close[0]!r}?" if close else f"; known: {', '.join(known) or 'none'}"


def _shown(value: Any) -> str:
    if value is None:
        return "empty"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return repr(value)
