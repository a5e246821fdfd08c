"""A first draft of the mapping between two versions of an instrument: what a program can tell, and what a person has to look at.

Questions are compared in the languages that both versions are written in. A question is the same if its text, the values of
its options and its anchors are; white space does not count.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kamassess.errors import Fault, InputError, UsageError, quoted
from kamassess.instrument import Instrument, Question, QuestionMapping, Text
from kamassess.reading.instrument import load_instrument

__all__ = ["Draft", "compare_instruments", "draft_mapping"]


@dataclass(frozen=True)
class Draft:
    """A drafted mapping: ``remarks`` by older id say why it stands where it stands, ``look`` what to check by hand."""

    mapping: QuestionMapping
    remarks: Mapping[str, str]
    look: tuple[str, ...]

    @property
    def counts(self) -> str:
        """How many questions became what."""
        mapping = self.mapping
        return f"{len(mapping.kept)} kept, {len(mapping.changed)} changed, {len(mapping.dropped)} dropped, {len(mapping.new)} new"

    def yaml(self) -> str:
        """The file that ``kamassess.reading.mapping.load_mapping`` reads, with what to check by hand in comments."""
        mapping = self.mapping
        lines = [
            f"# Which questions of {_name(mapping.old_version)} and {_name(mapping.new_version)} are the same.",
            f"# {self.counts}. Drafted by 'kamassess instrument compare'; check it by hand.",
            *(f"# - {point}" for point in self.look),
            f"from: {_version(mapping.old_version)}",
            f"to: {_version(mapping.new_version)}",
            *_block("kept", (self._pair(old, new) for old, new in mapping.kept.items())),
            *_block("changed", (self._pair(old, new) for old, new in mapping.changed.items())),
            *_block("dropped", map(_quoted, mapping.dropped)),
            *_block("new", map(_quoted, mapping.new)),
        ]
        return "\n".join(lines) + "\n"

    def _pair(self, old: str, new: str) -> str:
        entry = _quoted(old) if old == new else f"{{{_quoted(old)}: {_quoted(new)}}}"
        return f"{entry}  # {self.remarks[old]}" if old in self.remarks else entry


def compare_instruments(old: str | Path, new: str | Path) -> Draft:
    """The draft for two instruments, each a built-in id or the path of a file.

    Raises
    ------
    InputError
        With every fault of both.
    UsageError
        Both are the same file content, which needs no mapping.
    """
    loaded: list[Instrument] = []
    faults: list[Fault] = []
    for name in (old, new):
        try:
            loaded.append(load_instrument(name))
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(dict.fromkeys(faults))
    first, second = loaded
    if first.sha256 == second.sha256:
        message = f"{quoted(Path(old).name)} and {quoted(Path(new).name)} are the same questionnaire"
        raise UsageError(Fault(message, "A wave that was asked with it needs no mapping."))
    return draft_mapping(first, second)


def draft_mapping(old: Instrument, new: Instrument) -> Draft:
    """What became of each question, as far as ids, texts, options and anchors tell.

    The same question under the same id or, if there is only one such, under another id is kept. What is left is changed if it
    has the same id, or the same text under another id; and dropped or new otherwise.
    """
    languages = [language for language in old.languages if language in new.languages]
    kept: dict[str, str] = {}
    changed: dict[str, str] = {}
    left, right = dict(old.questions), dict(new.questions)

    def pair(into: dict[str, str], pairs: Iterable[tuple[str, str]]) -> None:
        for before, after in list(pairs):
            into[before] = after
            del left[before], right[after]

    def whole(question: Question) -> Hashable:
        return _words(question.text, languages), question.scale.values, _anchors(question, languages)

    def text(question: Question) -> Hashable:
        return _words(question.text, languages)

    if languages:
        pair(kept, ((name, name) for name in left if name in right and whole(left[name]) == whole(right[name])))
        pair(kept, _only_ones(left, right, whole))
    pair(changed, ((name, name) for name in left if name in right))
    if languages:
        pair(changed, _only_ones(left, right, text))
    mapping = QuestionMapping(
        old_version=(old.id, old.version),
        new_version=(new.id, new.version),
        kept=_in_order(kept, old),
        changed=_in_order(changed, old),
        dropped=tuple(left),
        new=tuple(right),
    )
    return Draft(mapping, _remarks(mapping, old, new, languages), tuple(_look(mapping, old, new, languages)))


def _only_ones(
    left: Mapping[str, Question], right: Mapping[str, Question], key: Callable[[Question], Hashable]
) -> list[tuple[str, str]]:
    """Pairs of questions that have the same key, where on each side only one has it."""
    found: list[defaultdict[Hashable, list[str]]] = []
    for side in (left, right):
        names: defaultdict[Hashable, list[str]] = defaultdict(list)
        for name, question in side.items():
            names[key(question)].append(name)
        found.append(names)
    first, second = found
    return [(names[0], second[value][0]) for value, names in first.items() if len(names) == 1 and len(second.get(value, ())) == 1]


def _in_order(pairs: Mapping[str, str], old: Instrument) -> dict[str, str]:
    return {name: pairs[name] for name in old.questions if name in pairs}


def _words(text: Text, languages: Sequence[str]) -> tuple[str, ...]:
    return tuple(" ".join(text.get(language, "").split()) for language in languages)


def _anchors(question: Question, languages: Sequence[str]) -> tuple[tuple[float, tuple[str, ...]], ...]:
    return tuple(sorted((value, _words(text, languages)) for value, text in question.anchors.items()))


# -- what a person has to look at ----------------------------------------------------------------------------------------


def _remarks(mapping: QuestionMapping, old: Instrument, new: Instrument, languages: Sequence[str]) -> dict[str, str]:
    """Why a question is kept under another id, or what of it differs."""
    remarks = {before: "found by its text" for before, after in mapping.kept.items() if before != after}
    for before, after in mapping.changed.items():
        first, second = old.questions[before], new.questions[after]
        differs = [_differs("text", lambda question, one: _words(question.text, [one]), first, second, languages)]
        differs += ["options"] if first.scale.values != second.scale.values else []
        differs += [_differs("anchors", lambda question, one: _anchors(question, [one]), first, second, languages)]
        remarks[before] = f"differs: {'; '.join(filter(None, differs))}" if languages else "no language in common"
    return remarks


def _differs(
    part: str, read: Callable[[Question, str], Hashable], first: Question, second: Question, languages: Sequence[str]
) -> str:
    found = [language for language in languages if read(first, language) != read(second, language)]
    return f"{part} ({', '.join(found)})" if found else ""


def _look(mapping: QuestionMapping, old: Instrument, new: Instrument, languages: Sequence[str]) -> list[str]:
    """What to check by hand, a sentence each."""
    look = []
    if mapping.old_version == mapping.new_version:
        look.append(f"Both call themselves {_name(mapping.old_version)}: give the newer one a version of its own.")
    if set(old.languages) != set(new.languages):
        look.append(f"Compared in {' and '.join(languages)} only." if languages else "They have no language in common.")
    moved = [f"{before} as {after}" for before, after in mapping.kept.items() if before != after]
    if moved:
        look.append(f"Kept under another id: see that each is the same question ({', '.join(moved)}).")
    labels = [
        before for before, after in mapping.kept.items() if _labels(old, before, languages) != _labels(new, after, languages)
    ]
    if labels:
        look.append(f"Kept, but the options have other labels: see that they mean the same ({', '.join(labels)}).")
    roles = [
        before for before, after in mapping.kept.items() if set(old.questions[before].roles) != set(new.questions[after].roles)
    ]
    if roles:
        look.append(f"Kept, but asked of other roles: other people answer ({', '.join(roles)}).")
    if mapping.changed:
        look.append("Changed: if only the wording was mended and the same answers are meant, move the question to 'kept'.")
    if mapping.dropped and mapping.new:
        look.append("Dropped and new: if a new question is an older one in other words, put both under 'changed' as {old: new}.")
    return look


def _labels(instrument: Instrument, question: str, languages: Sequence[str]) -> list[tuple[str, ...]]:
    return [_words(option.label, languages) for option in instrument.questions[question].scale.options]


# -- YAML ----------------------------------------------------------------------------------------------------------------


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _name(version: tuple[str, str]) -> str:
    return " ".join(" ".join(version).split())


def _version(version: tuple[str, str]) -> str:
    return f"{{instrument: {_quoted(version[0])}, version: {_quoted(version[1])}}}"


def _block(key: str, entries: Iterable[str]) -> list[str]:
    lines = [f"  - {entry}" for entry in entries]
    return [f"{key}:", *lines] if lines else [f"{key}: []"]
