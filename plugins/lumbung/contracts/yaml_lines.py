"""YAML read into plain data that remembers the line of every key and value.

Only what a contract needs: mappings, lists, text, numbers, true, false and null. Repeated keys, anchors and
tags are problems, because a reader would not see what they do.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lumbung.contracts.problems import Problem

Where = tuple[str | int, ...]
"""The way to a value from the top of the file: keys and list positions."""

_PLAIN = "tag:yaml.org,2002:"


@dataclass
class YamlFile:
    """A YAML file as plain data, the place of everything in it, and what is wrong with its form."""

    path: Path
    data: Any = None
    places: dict[Where, tuple[int, int]] = field(default_factory=dict)
    key_places: dict[Where, tuple[int, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, where: Where, message: str, *, at_key: bool = False) -> Problem:
        """A problem placed at a value, or at its key; at the nearest thing above it if it is not there."""
        if at_key and where in self.key_places:
            return Problem(self.path, *self.key_places[where], message)
        while where and where not in self.places:
            where = where[:-1]
        return Problem(self.path, *self.places.get(where, (1, 1)), message)


def read_yaml(path: Path) -> YamlFile:
    """Read a YAML file with the place of everything in it.

    Args:
        path: The file, UTF-8.

    Returns:
        The file's data; faults of form are in `problems`, and then the data may be incomplete.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    read = YamlFile(path)
    try:
        text = path.read_text(encoding="utf-8")
        root = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        read.problems.append(Problem(path, line, column, f"not valid YAML: {error.problem or error.context}"))
    except (YAMLError, UnicodeDecodeError) as error:
        read.problems.append(Problem(path, 1, 1, f"not valid YAML: {error}"))
    except OSError as error:
        read.problems.append(Problem(path, 1, 1, f"cannot be read: {error.strerror or error}"))
    else:
        if root is None:
            read.problems.append(Problem(path, 1, 1, "the file is empty"))
        else:
            read.data = _Reader(read).plain(root, ())
    return read


class _Reader:
    """Turns composed nodes into plain data while noting places and problems."""

    def __init__(self, read: YamlFile) -> None:
        self._read = read
        self._seen: set[int] = set()

    def plain(self, node: Any, where: Where) -> Any:
        place = (node.start_mark.line + 1, node.start_mark.column + 1)
        self._read.places[where] = place
        if not isinstance(node.value, str):
            if id(node) in self._seen:
                self._note(place, "anchors and aliases are not understood in contracts")
                return None
            self._seen.add(id(node))
        tag = str(node.tag)
        if tag == _PLAIN + "map":
            return self._mapping(node, where)
        if tag == _PLAIN + "seq":
            return [self.plain(item, (*where, position)) for position, item in enumerate(node.value)]
        return self._scalar(tag, node.value, place)

    def _mapping(self, node: Any, where: Where) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            place = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
            key = key_node.value
            if not isinstance(key, str):
                self._note(place, "a key must be plain text")
                continue
            if key in result:
                first_line = self._read.key_places[(*where, key)][0]
                self._note(place, f"key {key!r} is repeated; it stands on line {first_line} already")
                continue
            self._read.key_places[(*where, key)] = place
            result[key] = self.plain(value_node, (*where, key))
        return result

    def _scalar(self, tag: str, text: str, place: tuple[int, int]) -> Any:
        kind = tag.removeprefix(_PLAIN)
        if kind in ("str", "timestamp"):
            return text
        if kind == "null":
            return None
        if kind == "bool":
            return text.lower() == "true"
        try:
            if kind == "int":
                return int(text)
            if kind == "float":
                return float(text)
        except ValueError:
            self._note(place, f"write {text!r} as a plain decimal number, or in quotes as text")
            return None
        self._note(place, f"tag {tag} is not understood in contracts")
        return None

    def _note(self, place: tuple[int, int], message: str) -> None:
        self._read.problems.append(Problem(self._read.path, *place, message))
