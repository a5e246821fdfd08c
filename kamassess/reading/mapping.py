"""The file that says which questions of two versions of an instrument are the same, checked against both.

Its form is in ``docs/instrument.md``; ``kamassess.reading.compare`` drafts one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from kamassess.errors import InputError, quoted
from kamassess.instrument import Instrument, QuestionMapping, Scale
from kamassess.reading.yaml_tree import Tree, read_tree, suggestion

__all__ = ["load_mapping"]

_SHOWN = 12


def load_mapping(path: Path, old: Instrument | None, new: Instrument | None, shown: str = "") -> QuestionMapping:
    """The mapping in the YAML file *path*.

    Parameters
    ----------
    path
        The file.
    old, new
        The two versions it is checked against; None where one is not known, and then not checked.
    shown
        Its name in messages.

    Raises
    ------
    InputError
        With every fault of the file, each with its line: a question that stands nowhere, twice or in no instrument, one that
        is kept although its options differ, a version that is not the instrument's.
    """
    tree, faults = read_tree(path, shown or path.name, "Check the name and the folder.")
    mapping = _Reader(_Version("older", old), _Version("newer", new)).mapping(tree, hashlib.sha256(path.read_bytes()).hexdigest())
    if faults.found:
        raise InputError(sorted(faults.found, key=lambda fault: fault.line or 0))
    return mapping


@dataclass
class _Version:
    """One of the two versions, and the line on which each of its questions was met."""

    age: str
    instrument: Instrument | None
    met: dict[str, int] = field(default_factory=dict)

    def pair(self, tree: Tree | None) -> tuple[str, str]:
        """Id and version as the file says them; notes what is not the instrument's."""
        fields = tree.fields(["instrument", "version"]) if tree else {}
        said = {key: value.word() for key, value in fields.items()}
        if self.instrument is not None:
            name = f"{self.instrument.id} {self.instrument.version}"
            for key, right in (("instrument", self.instrument.id), ("version", self.instrument.version)):
                if said.get(key) and said[key] != right:
                    fields[key].fault(
                        f"is {quoted(said[key])}, but the {self.age} questionnaire is {name}",
                        f'Write "{right}", or name the mapping that was made for {name}.',
                    )
        return said.get("instrument", ""), said.get("version", "")

    def meet(self, tree: Tree, question: str) -> None:
        """Note a question that is not of this version, or that stands somewhere already."""
        if self.instrument is not None and question not in self.instrument.questions:
            known = list(self.instrument.questions)
            tree.fault(f"{quoted(question)} is no question of {self}", suggestion(question, known))
        elif question in self.met:
            tree.fault(f"{quoted(question)} of {self} stands on line {self.met[question]} already", "Keep one of the two.")
        else:
            self.met[question] = tree.line

    def miss(self, tree: Tree, remedy: str) -> None:
        """Note the questions that stand nowhere."""
        missing = [question for question in (self.instrument.questions if self.instrument else ()) if question not in self.met]
        if missing:
            more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
            tree.fault(f"says nothing of {', '.join(missing[:_SHOWN])}{more} ({self})", remedy)

    def scale(self, question: str) -> Scale | None:
        """The scale of a question, if it is known."""
        found = self.instrument.questions.get(question) if self.instrument else None
        return found.scale if found else None

    def __str__(self) -> str:
        if self.instrument is None:
            return f"the {self.age} questionnaire"
        return f"{self.instrument.id} {self.instrument.version}"


@dataclass
class _Reader:
    old: _Version
    new: _Version

    def mapping(self, tree: Tree, sha256: str) -> QuestionMapping:
        """The mapping; to be thrown away if there are faults."""
        fields = tree.fields(["from", "to"], ["kept", "changed", "dropped", "new"])
        mapping = QuestionMapping(
            old_version=self.old.pair(fields.get("from")),
            new_version=self.new.pair(fields.get("to")),
            kept=self._pairs(fields.get("kept"), same=True),
            changed=self._pairs(fields.get("changed"), same=False),
            dropped=self._single(fields.get("dropped"), self.old),
            new=self._single(fields.get("new"), self.new),
            sha256=sha256,
        )
        if not fields:
            return mapping
        self.old.miss(tree, "Put each under 'kept', 'changed' or 'dropped'.")
        self.new.miss(tree, "Put each under 'new', or under 'kept' or 'changed' as what an older one became.")
        return mapping

    def _pairs(self, tree: Tree | None, *, same: bool) -> dict[str, str]:
        pairs = {}
        for entry, before, place, after in _entries(tree):
            self.old.meet(entry, before)
            self.new.meet(place, after)
            pairs[before] = after
            first, second = self.old.scale(before), self.new.scale(after)
            if same and first and second and first.values != second.values:
                entry.fault(
                    f"{quoted(before)} has {_options(first)} in {self.old} and {_options(second)} in {self.new}",
                    "Answers to it cannot count as the same: put it under 'changed'.",
                )
        return pairs

    @staticmethod
    def _single(tree: Tree | None, version: _Version) -> tuple[str, ...]:
        found = []
        for entry in _list(tree):
            question = entry.word()
            if question:
                version.meet(entry, question)
                found.append(question)
        return tuple(found)


def _entries(tree: Tree | None) -> Iterator[tuple[Tree, str, Tree, str]]:
    """Older and newer id of each entry, ``id`` or ``{old: new}``, and where the two stand."""
    for entry in _list(tree):
        if isinstance(entry.node, yaml.MappingNode):
            if not entry.node.value:
                entry.fault("is empty", 'Write {"old id": "new id"}.')
            for before, place in entry.items().items():
                after = place.word()
                if after:
                    yield entry, before, place, after
        else:
            question = entry.word()
            if question:
                yield entry, question, entry, question


def _list(tree: Tree | None) -> Iterator[Tree]:
    return iter(()) if tree is None or tree.null() else tree.list(empty=True)


def _options(scale: Scale) -> str:
    """The options of a scale in words, by their ends if they are many."""
    if len(scale.values) > _SHOWN:
        return f"{len(scale.values)} options from {scale.minimum:g} to {scale.maximum:g}"
    return f"the options {', '.join(f'{value:g}' for value in scale.values)}"
