"""The key ``waves`` of ``engagement.yaml``: waves asked with another version of the questionnaire, and dates of waves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from kamassess.errors import quoted
from kamassess.instrument import Instrument, QuestionMapping
from kamassess.reading.instrument import load_instrument
from kamassess.reading.mapping import load_mapping
from kamassess.reading.named_files import Input, NamedFiles, shown
from kamassess.reading.yaml_tree import Tree

__all__ = ["EarlierWave", "Waves", "read_waves"]


@dataclass(frozen=True, slots=True)
class EarlierWave:
    """A wave other than the current one: what it was asked with, what became of its questions, when it was closed (ISO text)."""

    instrument: Instrument
    mapping: QuestionMapping
    date: str | None


@dataclass
class Waves:
    """What is said of waves.

    ``date`` is that of the current wave. ``earlier`` has the others as far as they are sound; ``asked`` says for all of them what
    they were asked with (None: not known), ``lines`` where they stand, ``inputs`` which files this rests on.
    """

    date: str | None = None
    earlier: dict[str, EarlierWave] = field(default_factory=dict)
    asked: dict[str, Instrument | None] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    inputs: list[Input] = field(default_factory=list)


def read_waves(fields: Mapping[str, Tree], current: str, instrument: Instrument | None, files: NamedFiles) -> Waves:
    """What ``engagement.yaml`` says of waves.

    Parameters
    ----------
    fields
        The values of the file; ``date`` and ``waves`` are read.
    current
        The current wave.
    instrument
        The engagement's own; None where it is not known, and then mappings are not checked against it.
    files
        Reads instruments and mappings, and takes the faults.
    """
    waves = Waves()
    reader = _Reader(waves, instrument, files)
    given = {key: fields[key] for key in ("date", "waves") if key in fields and not fields[key].null()}
    if "date" in given:
        waves.date = _date(given["date"])
    for name, entry in (given["waves"].items() if "waves" in given else {}).items():
        parts = {key: tree for key, tree in entry.fields([], ["instrument", "mapping", "date"]).items() if not tree.null()}
        date = _date(parts["date"]) if "date" in parts else None
        if name == current:
            _current(parts, given.get("date"))
            waves.date = waves.date or date
        else:
            reader.earlier(name, entry, parts, date)
    waves.inputs = list(dict.fromkeys(waves.inputs))
    return waves


def _current(parts: Mapping[str, Tree], date: Tree | None) -> None:
    """Note what may not be said of the current wave."""
    for key in ("instrument", "mapping"):
        if key in parts:
            parts[key].fault("is for the current wave, which is asked with the engagement's own", "Take it out.")
    if "date" in parts and date is not None:
        parts["date"].fault(f"is the date of the current wave, which stands on line {date.line} already", "Keep one of the two.")


@dataclass(frozen=True)
class _Reader:
    """Reads the entries of earlier waves; ``own`` is the engagement's own instrument."""

    waves: Waves
    own: Instrument | None
    files: NamedFiles

    def earlier(self, name: str, entry: Tree, parts: Mapping[str, Tree], date: str | None) -> None:
        """Take in what is said of the wave *name*."""
        asked = self._asked(parts.get("instrument"))
        self.waves.lines[name] = entry.key_line or entry.line
        self.waves.asked[name] = asked
        mapping = self._mapping(entry, parts, asked)
        if asked is None or self.own is None or mapping is None:
            return
        self.waves.earlier[name] = EarlierWave(asked, mapping, date)
        if asked is not self.own:
            self.waves.inputs.append(Input(f"instrument {asked.id} {asked.version} (wave {name})", asked.sha256))
            self.waves.inputs.append(Input(shown(parts["mapping"].word()), mapping.sha256))

    def _asked(self, tree: Tree | None) -> Instrument | None:
        """What a wave was asked with; the engagement's own where nothing else is said, or what is named is the same."""
        if tree is None:
            return self.own
        asked = self.files.read(tree, lambda name: load_instrument(name, base=self.files.folder))
        return self.own if asked and self.own and asked.sha256 == self.own.sha256 else asked

    def _mapping(self, entry: Tree, parts: Mapping[str, Tree], asked: Instrument | None) -> QuestionMapping | None:
        """The mapping of a wave; notes one that is missing, and one that has no use."""
        tree = parts.get("mapping")
        same = asked is self.own
        if tree is None:
            if asked is not None and same:
                return QuestionMapping.identity(asked)
            if asked is not None and self.own is not None:
                entry.fault(
                    "has another questionnaire but no 'mapping', which says which questions are the same",
                    "Draft one with 'kamassess instrument compare OLD NEW --out FILE', then add 'mapping:'.",
                )
        elif "instrument" not in parts:
            remedy = "Name the questionnaire this wave was asked with, or take the mapping out."
            tree.fault("stands without 'instrument'", remedy)
        elif asked is not None and same:
            tree.fault("has no use: this wave was asked with the engagement's own questionnaire", "Take it out.")
        else:
            return self.files.read(tree, lambda name: load_mapping(self.files.folder / name, asked, self.own, shown(name)))
        return None


def _date(tree: Tree) -> str | None:
    text = tree.word()
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        if text:
            tree.fault(f"is {quoted(text)}, not a date", "Write it as 2026-10-31.")
        return None
