"""YAML files, opened with care: a file from a stranger can neither make objects nor grow or nest without end.

A document is only composed into nodes (by libyaml); nothing in it is ever turned into a Python object.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from kamassess.errors import Fault, InputError, quoted
from kamassess.reading.bounds import YAML_BYTES, YAML_DEPTH, YAML_EVENTS, YAML_FAULTS, YAML_VALUES
from kamassess.reading.contents import TooLargeError, content_of

__all__ = ["Faults", "read_yaml"]

_PLAIN_TAGS = {
    f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool", "null", "timestamp", "seq", "map", "merge", "value")
}
_UNPRINTABLE = yaml.reader.Reader.NON_PRINTABLE
_WIDE_COLON = re.compile(r"\s*(?:- *)?\{?[\"']?[A-Za-z_][\w.-]*[\"']?：")
_TYPOGRAPHIC = re.compile(r"[“”‘’„«].*[“”‘’»]", re.DOTALL)
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Faults:
    """The faults of one file, in the order found; of more than a thousand the rest is counted."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._found: dict[Fault, None] = {}
        self._more = 0

    def add(self, message: str, remedy: str = "", line: int | None = None) -> None:
        """Note one fault, once."""
        fault = Fault(message, remedy, file=self.file, line=line)
        if len(self._found) < YAML_FAULTS:
            self._found.setdefault(fault)
        elif fault not in self._found:
            self._more += 1

    @property
    def found(self) -> list[Fault]:
        """All of them."""
        if not self._more:
            return list(self._found)
        remedy = "Mend those listed first, then check again."
        return [*self._found, Fault(f"has {self._more:,} further faults", remedy, file=self.file)]


def read_yaml(path: Path, shown: str, missing: str) -> tuple[yaml.Node, Faults]:
    """The root node of a YAML file, and the tags, anchors and aliases in it as faults.

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
        Not there, not readable, not UTF-8, not YAML, nested too deeply, or with aliases that blow it up.
    """
    text = _text_of(path, shown, missing)
    faults = Faults(shown)
    try:
        _refuse(text, faults)
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        raise InputError(_unreadable(error, text, shown)) from None
    if root is None:
        raise InputError(Fault("is empty", "Write it, or begin with a copy of one that works.", file=shown))
    if faults.found:
        if _size(root) > YAML_VALUES:
            raise InputError(faults.found)
        _untag(root)
    return root, faults


def _text_of(path: Path, shown: str, missing: str) -> str:
    try:
        raw = content_of(path, YAML_BYTES)
    except TooLargeError as error:
        remedy = f"At most {error} are read. See that it is the right file; lists of answers or accounts belong into tables."
        raise InputError(Fault(f"has more than {error}", remedy, file=shown)) from None
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


def _unreadable(error: yaml.YAMLError, text: str, shown: str) -> Fault:
    """What is wrong with text that is no YAML; a tab is the fault that nobody sees."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "cannot be parsed")
    if mark is None:
        strange = _UNPRINTABLE.search(text)
        line = text.count("\n", 0, strange.start()) + 1 if strange else None
        return Fault("has a character that is no text", "Delete it, or write the line anew.", file=shown, line=line)
    if "nesting depth" in problem:  # of the parser itself, from PyYAML 6.0.4 on
        return _too_deep(shown, mark.line + 1)
    if "another document" in problem:
        return Fault("begins a second document", "Delete this line '---' and what follows.", file=shown, line=mark.line + 1)
    lines = text.split("\n")
    for number, written in enumerate(lines[: mark.line + 1], 1):
        if _WIDE_COLON.match(written):
            return Fault("has a full-width colon (：) after a key", "Write ':' and a space.", file=shown, line=number)
    blank = re.match(r"\s*", lines[mark.line] if mark.line < len(lines) else "")
    remedy = "Check indentation, colons and quotes there and just above."
    if blank and "\t" in blank[0]:
        remedy = "Indent with spaces instead of tabs."
    elif "mapping values" in problem:
        remedy = "Put a text with a colon in double quotes, and check the indentation."
    return Fault(f"is not valid YAML: {problem}", remedy, file=shown, line=mark.line + 1)


def _too_deep(shown: str, line: int) -> Fault:
    return Fault("is nested too deeply", "Write it flatter.", file=shown, line=line)


def _refuse(text: str, faults: Faults) -> None:
    """Note tags, anchors and aliases, stop at depth: none has a use here, and each is a way to attack."""
    depth = 0
    remedy = "Write the value out in full; quote a text that begins with &, * or !."
    for number, event in enumerate(yaml.parse(text, Loader=_LOADER)):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        line = event.start_mark.line + 1  # type: ignore[union-attr]
        if number > YAML_EVENTS:
            remedy = "See that it is the right file; lists of answers or accounts belong into tables."
            raise InputError(Fault(f"has more than {YAML_EVENTS:,} values", remedy, file=faults.file, line=line))
        if depth > YAML_DEPTH:
            raise InputError(_too_deep(faults.file, line))
        if isinstance(event, yaml.ScalarEvent) and not event.style and _TYPOGRAPHIC.fullmatch(event.value):
            faults.add(f"has {event.value[:40]} in typographic quotes", 'Write straight ones (").', line)
        tag, anchor = getattr(event, "tag", None), getattr(event, "anchor", None)
        if anchor:
            what = (
                f"an alias ({quoted(f'*{anchor}')})"
                if isinstance(event, yaml.AliasEvent)
                else f"an anchor ({quoted(f'&{anchor}')})"
            )
            faults.add(f"uses {what}", remedy, line)
        if tag is not None and tag not in _PLAIN_TAGS and tag != "!":
            faults.add(f"uses a tag ({quoted(tag)})", remedy, line)


def _size(root: yaml.Node) -> float:
    """How many values there are when every alias is written out; infinite for one that contains itself.

    Without recursion: aliases of aliases nest deeper than the text does.
    """
    known: dict[int, float] = {}
    waiting = [(root, False)]
    while waiting:
        node, entered = waiting.pop()
        if entered:
            known[id(node)] = 1 + sum(known[id(child)] for child in _children(node))
        elif id(node) not in known:
            known[id(node)] = math.inf  # while it is open: whatever meets it again is inside it
            waiting.append((node, True))
            waiting += [(child, False) for child in _children(node)]
    return known[id(root)]


def _children(node: yaml.Node) -> Iterator[yaml.Node]:
    for entry in node.value if isinstance(node, yaml.CollectionNode) else ():
        yield from entry if isinstance(entry, tuple) else (entry,)


def _untag(root: yaml.Node) -> None:
    """Take values with a refused tag for plain text, lists and mappings, so that the tag is said once and the rest checked."""
    kinds = {yaml.ScalarNode: "str", yaml.SequenceNode: "seq", yaml.MappingNode: "map"}
    waiting, met = [root], set()
    while waiting:
        node = waiting.pop()
        if id(node) in met:
            continue
        met.add(id(node))
        if node.tag not in _PLAIN_TAGS:
            node.tag = f"tag:yaml.org,2002:{kinds[type(node)]}"
        waiting += _children(node)
