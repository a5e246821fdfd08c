"""YAML with places: every value knows its line, and every fault is collected instead of raised.

PyYAML's own loader forgets where a value stood and turns an unquoted ``No`` into False. Here each value is asked for by kind;
whatever does not fit is noted with its line, and reading goes on.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import yaml
from rapidfuzz import fuzz, process

from kamassess.errors import quoted
from kamassess.readable import readable, strange
from kamassess.reading.bounds import NUMBER_LEAST, NUMBER_MOST
from kamassess.reading.yaml_file import Faults, read_yaml

__all__ = ["ID_PATTERN", "Faults", "Tree", "read_tree", "suggestion"]

ID_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_KINDS = {
    "bool": "a yes/no",
    "int": "a number",
    "float": "a number",
    "null": "empty",
    "timestamp": "a date",
    "seq": "a list",
    "map": "a mapping",
    "str": "a text",
}
_Choice = TypeVar("_Choice", bound=str)


_DIGITS = 400
"""A number that is written longer is none that anybody means."""
_NAMED = 8
"""Words that are named of many."""


def suggestion(wrong: str, valid: Sequence[str]) -> str:
    """The sentence that names the nearest valid word, or the valid words if they are few.

    >>> suggestion("STR-l", ["STR-1", "ORG-1"])
    'Did you mean STR-1?'
    >>> suggestion("zzz", ["a", "b"])
    'Use one of: a, b.'
    """
    found = process.extractOne(wrong, valid, scorer=fuzz.ratio, score_cutoff=60, processor=str.casefold)
    if found:
        return f"Did you mean {found[0]}?"
    if len(valid) <= 12:
        return f"Use one of: {', '.join(valid)}." if valid else ""
    return f"Use one of: {', '.join(valid[:_NAMED])} and {len(valid) - _NAMED} more."


@dataclass(frozen=True)
class Tree:
    """One value of a YAML file: ``path`` as a person would name it, ``line`` from 1; ``key_line`` is where its key stands."""

    node: yaml.Node
    path: str
    faults: Faults
    key_line: int | None = None

    @property
    def line(self) -> int:
        """Line of the value in its file."""
        return int(self.node.start_mark.line) + 1

    def fault(self, message: str, remedy: str = "") -> None:
        """Note a fault at this place."""
        self.faults.add(f"{self.path} {message}" if self.path else message, remedy, self.line)

    @property
    def kind(self) -> str:
        """What YAML takes the value for: str, int, float, bool, null, timestamp, seq, map."""
        return str(self.node.tag).rsplit(":", 1)[-1]

    # -- mappings and lists --------------------------------------------------------------------------------------------

    def fields(self, required: Sequence[str], optional: Sequence[str] = ()) -> dict[str, Tree]:
        """The values of a mapping by key; notes missing, unknown and repeated keys."""
        if not isinstance(self.node, yaml.MappingNode):
            names = ", ".join([*required, *optional][:6])
            self.fault(f"is {self._what()}, not a mapping", f"Write it as keys and values: {names}.")
            return {}
        found = self.items()
        allowed = [*required, *optional]
        for key, value in found.items():
            if key not in allowed:
                self.faults.add(f"{self._name(key)} is not a known key", suggestion(key, allowed), value.key_line)
        for key in required:
            if key not in found:
                self.fault(f"has no '{key}'" if self.path else f"'{key}' is missing", f"Add '{key}:'.")
        return {key: value for key, value in found.items() if key in allowed}

    def items(self) -> dict[str, Tree]:
        """The values of a mapping by the text of their keys, whatever the keys are; notes repeated keys."""
        if not isinstance(self.node, yaml.MappingNode):
            self.fault(f"is {self._what()}, not a mapping", "Write it as keys and values.")
            return {}
        found: dict[str, Tree] = {}
        for key, value in self.node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.faults.add(f"{self.path} has a key that is no plain text", "Use simple keys.", key.start_mark.line + 1)
                continue
            name, line = str(key.value), key.start_mark.line + 1
            if name in found:
                first = found[name].key_line
                self.faults.add(f"{self._name(name)} stands twice, first on line {first}", "Keep one of them.", line)
                continue
            found[name] = Tree(value, self._name(name), self.faults, line)
        return found

    def list(self, *, empty: bool = False) -> Iterator[Tree]:
        """The entries of a list, named by their ids where they have one; notes what is no list, or empty where it must not be."""
        if not isinstance(self.node, yaml.SequenceNode):
            self.fault(f"is {self._what()}, not a list", "Write it as a list: one '- ' for each entry.")
            return
        if not self.node.value and not empty:
            self.fault("is an empty list", "Add at least one entry.")
        for number, entry in enumerate(self.node.value, 1):
            name = _id_of(entry)
            path = f"{self.path.rsplit('.', 1)[-1]}[{name}]" if name else f"{self.path}[{number}]"
            yield Tree(entry, path, self.faults)

    # -- scalars -------------------------------------------------------------------------------------------------------

    def text(self) -> str:
        """Text that any YAML reader would take for text; notes everything else, and empty text."""
        if self.kind != "str" or not isinstance(self.node, yaml.ScalarNode):
            if isinstance(self.node, yaml.ScalarNode):
                shown = f"{quoted(self.node.value)}, " if self.node.value else ""
                self.fault(f"is {shown}read as {self._what()}, not as text", "Put it in double quotes.")
            else:
                self.fault(f"is {self._what()}, not a text", "Write one text, in double quotes.")
            return ""
        if not self.node.value.strip():
            self.fault("is empty", "Write the text.")
        return readable(str(self.node.value))

    def name(self) -> str:
        """An id: the characters as they stand in the file, so that 1.10 stays 1.10."""
        if not isinstance(self.node, yaml.ScalarNode) or self.kind in ("null", "bool"):
            self.fault(f"is {self._what()}, not an id", "Put it in double quotes.")
            return ""
        value = str(self.node.value)
        if not ID_PATTERN.fullmatch(value):
            self.fault(
                f"{quoted(value)} is not a valid id",
                "Use letters, digits, dot, hyphen and underscore, beginning with a letter or digit.",
            )
        return value

    def code(self) -> str:
        """What a company's own systems call something, as it stands in the file; files are named after it, made fit for that."""
        if not isinstance(self.node, yaml.ScalarNode) or self.kind in ("null", "bool"):
            self.fault(f"is {self._what()}, not an id", "Put it in double quotes.")
            return ""
        value = str(self.node.value)
        if (
            not value
            or value != value.strip()
            or value.startswith("_")
            or "," in value
            or not value.isprintable()
            or strange(value)
        ):
            remedy = "Use no comma, no line break, no space at either end and no underscore at its beginning."
            self.fault(f"{quoted(value)} is not a valid id", remedy)
        return value

    def word(self) -> str:
        """A short text such as a version or a wave; numbers are taken as they are written."""
        if not isinstance(self.node, yaml.ScalarNode) or self.kind in ("null", "bool") or not str(self.node.value).strip():
            self.fault(f"is {self._what()}, not text", "Put it in double quotes.")
            return ""
        value = readable(str(self.node.value)).strip()
        if "\n" in value:
            self.fault("has a line break", "Write it in one line.")
        return value

    def cell(self) -> str:
        """What would stand in a cell of a table: whatever is written, be it ``yes`` or 1.10; empty for nothing."""
        if not isinstance(self.node, yaml.ScalarNode):
            self.fault(f"is {self._what()}, not one value", "Write one value.")
            return ""
        return "" if self.kind == "null" else readable(str(self.node.value)).strip()

    def number(self, *, low: float | None = None, high: float | None = None, whole: bool = False) -> float:
        """A finite number within ``low`` and ``high``."""
        value = math.nan
        if self.kind in ("int", "float") and isinstance(self.node, yaml.ScalarNode):
            try:
                value = float(str(self.node.value).replace("_", "")) if len(self.node.value) <= _DIGITS else math.nan
            except ValueError:
                value = math.nan
        if math.isfinite(value) and value and not NUMBER_LEAST <= abs(value) <= NUMBER_MOST:
            remedy = f"Between {NUMBER_LEAST:g} and {NUMBER_MOST:g}, numbers are what they say."
            self.fault(f"is {quoted(str(self.node.value))}, beyond what can be reckoned with", remedy)
            return low if low is not None else 0.0
        if not math.isfinite(value) or (whole and value != int(value)):
            kind = "a whole number" if whole else "a number"
            shown = quoted(self.node.value) if isinstance(self.node, yaml.ScalarNode) and self.node.value else self._what()
            self.fault(f"is {shown}, not {kind}", f"Write {kind}, without quotes.")
            return low if low is not None else 0.0
        if (low is not None and value < low) or (high is not None and value > high):
            span = f"between {low:g} and {high:g}" if low is not None and high is not None else f"at least {low:g}"
            self.fault(f"is {value:g}", f"It must be {span}.")
        return value

    def flag(self) -> bool:
        """``true`` or ``false``."""
        if self.kind != "bool" or not isinstance(self.node, yaml.ScalarNode):
            self.fault(f"is {self._what()}, not true or false", "Write true or false, without quotes.")
            return False
        return str(self.node.value).lower() in ("true", "yes", "on")

    def choice(self, allowed: Sequence[_Choice]) -> _Choice:
        """One of the *allowed* words."""
        value = str(self.node.value) if isinstance(self.node, yaml.ScalarNode) else ""
        for word in allowed:
            if value == word:
                return word
        shown = quoted(value) if value else self._what()
        self.fault(f"is {shown}", suggestion(value, list(allowed)) if len(allowed) > 1 else f"Write {allowed[0]}.")
        return allowed[0]

    def null(self) -> bool:
        """Whether nothing, or ``null``, stands here."""
        return self.kind == "null"

    # ------------------------------------------------------------------------------------------------------------------

    def _name(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def _what(self) -> str:
        return _KINDS.get(self.kind, "something else")


def _id_of(node: yaml.Node) -> str:
    """The id of an entry that has a readable one."""
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        if key.value == "id" and isinstance(value, yaml.ScalarNode) and ID_PATTERN.fullmatch(value.value):
            return str(value.value)
    return ""


def read_tree(path: Path, shown: str, missing: str = "Check the name.") -> tuple[Tree, Faults]:
    """The root of a YAML file, and where its faults are collected; parameters and errors as in ``yaml_file.read_yaml``."""
    node, faults = read_yaml(path, shown, missing)
    return Tree(node, "", faults), faults
