"""YAML with places: every value knows its line, and every fault is collected instead of raised.

PyYAML's own loader forgets where a value stood and turns an unquoted ``No`` into False. Here a document is composed into
nodes (by libyaml), and each value is asked for by kind; whatever does not fit is noted with its line, and reading goes on.
Tags, anchors, aliases and deep nesting are refused: a file from a stranger can neither make objects nor grow without end.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from rapidfuzz import fuzz, process

from kamassess.errors import Fault, InputError, quoted

__all__ = ["ID_PATTERN", "Faults", "Tree", "read_tree", "suggestion"]

ID_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_PLAIN_TAGS = {
    f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool", "null", "timestamp", "seq", "map", "merge", "value")
}
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
_DEEPEST = 40
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Choice = TypeVar("_Choice", bound=str)


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
    return f"Use one of the {len(valid)} that are declared, such as {valid[0]}."


class Faults:
    """The faults of one file, in the order found."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Fault] = []

    def add(self, message: str, remedy: str = "", line: int | None = None) -> None:
        """Note one fault."""
        self.found.append(Fault(message, remedy, file=self.file, line=line))


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
                left = [name for name in allowed if name not in found]
                self.faults.add(f"{self._name(key)} is not a known key", suggestion(key, left or allowed), value.key_line)
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
        return str(self.node.value)

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

    def word(self) -> str:
        """A short text such as a version or a wave; numbers are taken as they are written."""
        if not isinstance(self.node, yaml.ScalarNode) or self.kind in ("null", "bool") or not str(self.node.value).strip():
            self.fault(f"is {self._what()}, not text", "Put it in double quotes.")
            return ""
        return str(self.node.value).strip()

    def number(self, *, low: float | None = None, high: float | None = None, whole: bool = False) -> float:
        """A finite number within ``low`` and ``high``."""
        value = math.nan
        if self.kind in ("int", "float") and isinstance(self.node, yaml.ScalarNode):
            try:
                value = float(str(self.node.value).replace("_", ""))
            except ValueError:
                value = math.nan
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
    """The root of a YAML file.

    Parameters
    ----------
    path
        The file.
    shown
        Its name in messages.
    missing
        What to do if it is not there.

    Raises
    ------
    InputError
        Not there, not readable, not UTF-8, not YAML, nested too deeply, or with aliases. Tags and anchors are faults, and
        reading goes on.
    """
    text = _text_of(path, shown, missing)
    faults = Faults(shown)
    try:
        tagged = _refuse(text, faults)
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "cannot be parsed"
        place = mark.line + 1 if mark else None
        raise InputError(
            Fault(f"is not valid YAML: {problem}", _remedy(text, place), file=shown, line=place)
        ) from None
    if root is None:
        raise InputError(Fault("is empty", "Write it, or begin with a copy of one that works.", file=shown))
    if tagged:
        _untag(root)
    return Tree(root, "", faults), faults


def _text_of(path: Path, shown: str, missing: str) -> str:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise InputError(Fault("there is no such file", missing, file=shown)) from None
    except IsADirectoryError:
        raise InputError(Fault("is a folder, not a file", "Give the YAML file itself.", file=shown)) from None
    except OSError as error:
        raise InputError(Fault(f"cannot be read: {error.strerror}", "Check the file and its permissions.", file=shown)) from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise InputError(Fault("is not UTF-8 text", "Save it as UTF-8.", file=shown, line=line)) from None


def _remedy(text: str, line: int | None) -> str:
    """What to do about text that is no YAML; a tab is the fault that nobody sees."""
    lines = text.splitlines()
    if line and line <= len(lines) and "\t" in lines[line - 1][: len(lines[line - 1]) - len(lines[line - 1].lstrip())]:
        return "Indent with spaces instead of tabs."
    return "Check indentation, colons and quotes there and just above."


def _refuse(text: str, faults: Faults) -> bool:
    """Note tags and anchors, stop at aliases and depth: none has a use here, and each is a way to attack. True if any tag."""
    depth = 0
    tagged = aliased = False
    remedy = "Write the value out in full; quote a text that begins with &, * or !."
    for event in yaml.parse(text, Loader=_LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        line = event.start_mark.line + 1
        if depth > _DEEPEST:
            raise InputError(Fault("is nested too deeply", "Write it flatter.", file=faults.file, line=line))
        tag = getattr(event, "tag", None)
        if isinstance(event, yaml.AliasEvent):
            aliased = True
            faults.add(f"uses an alias ({quoted('*' + event.anchor)})", remedy, line)
        elif getattr(event, "anchor", None):
            faults.add(f"uses an anchor ({quoted('&' + event.anchor)})", remedy, line)
        if tag is not None and tag not in _PLAIN_TAGS and tag != "!":
            tagged = True
            faults.add(f"uses a tag ({quoted(tag)})", remedy, line)
    if aliased:
        raise InputError(faults.found)
    return tagged


def _untag(node: yaml.Node) -> None:
    """Take values with a refused tag for plain text, lists and mappings, so that the tag is said once and the rest checked."""
    kind = {yaml.ScalarNode: "str", yaml.SequenceNode: "seq", yaml.MappingNode: "map"}[type(node)]
    if node.tag not in _PLAIN_TAGS:
        node.tag = f"tag:yaml.org,2002:{kind}"
    if isinstance(node, yaml.CollectionNode):
        for entry in node.value:
            for child in entry if isinstance(entry, tuple) else (entry,):
                _untag(child)
