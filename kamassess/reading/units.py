"""Business units as ``engagement.yaml`` lists them: their names, what stands above them, and the levels they aim at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kamassess.errors import quoted
from kamassess.instrument import Instrument, Text
from kamassess.planning import NOTHING_DECIDED, ByHand
from kamassess.reading.bounds import UNITS_DEEP
from kamassess.reading.instrument_tree import LANGUAGES
from kamassess.reading.planned import Planned, score_ends
from kamassess.reading.yaml_tree import Faults, Tree, suggestion

__all__ = ["Unit", "read_units", "text_of"]


_NEAREST = 100
"""So many wrong parents are told the nearest unit: among tens of thousands it takes a while to find."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A business unit. ``parent`` is the unit above it; ``targets`` the level aimed at, by dimension id.

    ``plan`` is what people decided of its roadmap, in the current wave.
    """

    id: str
    name: Text
    parent: str | None
    size: float | None
    targets: Mapping[str, float]
    plan: ByHand = NOTHING_DECIDED


def text_of(tree: Tree, languages: tuple[str, ...]) -> Text:
    """A text in every one of these languages, and in others if it is given."""
    fields = tree.fields(languages, [language for language in LANGUAGES if language not in languages])
    return {language: value.text() for language, value in fields.items()}


def read_units(
    tree: Tree | None, languages: tuple[str, ...], instrument: Instrument | None, noted: Faults, planned: Planned
) -> tuple[Unit, ...]:
    """All units, in their order; *noted* takes their faults, *planned* what is declared of their plans."""
    units: dict[str, Unit] = {}
    parents: list[tuple[str, str, int]] = []
    for entry in tree.list() if tree else ():
        fields = entry.fields(["id", "name"], ["parent", "size", "targets", "roadmap"])
        if "id" not in fields:
            continue
        name = fields["id"].code()
        if name in units:
            fields["id"].fault(f"{quoted(name)} is the id of another unit already", "Give each unit an id of its own.")
        parent = fields["parent"].code() if "parent" in fields and not fields["parent"].null() else None
        if parent:
            parents.append((name, parent, fields["parent"].line))
        size = fields["size"].number(low=0) if "size" in fields and not fields["size"].null() else None
        text = text_of(fields["name"], languages) if "name" in fields else {}
        units[name] = Unit(name, text, parent, size, _targets(fields.get("targets"), instrument))
        planned.declare(name, fields.get("targets"), fields.get("roadmap"))
    wrong = 0
    looped, deep = _looped({name: parent for name, parent, _ in parents})
    for name, parent, line in parents:
        if parent not in units:
            wrong += 1
            others = [unit for unit in units if unit != name] if wrong <= _NEAREST else []
            noted.add(f"parent {quoted(parent)} of unit '{name}' is no unit", suggestion(parent, others), line)
        elif name in looped:
            noted.add(f"unit '{name}' stands above itself", "Mend 'parent' on one of the units in this loop.", line)
        elif name in deep:
            noted.add(f"unit '{name}' stands below more than {UNITS_DEEP} others", "Leave out levels in between.", line)
    return tuple(units.values())


def _looped(above: Mapping[str, str]) -> tuple[set[str], set[str]]:
    """The units that stand above themselves, and those that stand below too many others."""
    depth: dict[str, float] = {}
    looped: set[str] = set()
    for start in above:
        line: list[str] = []
        place: dict[str, int] = {}
        at = start
        while at in above and at not in depth and at not in place:
            place[at] = len(line)
            line.append(at)
            at = above[at]
        loop = line[place[at] :] if at in place else []
        looped.update(loop)
        known = 0.0 if at in place else depth.get(at, 0.0)
        for name in reversed(line):
            known += 1
            depth[name] = known
    return looped, {name for name, steps in depth.items() if steps > UNITS_DEEP}


def _targets(tree: Tree | None, instrument: Instrument | None) -> dict[str, float]:
    if tree is None or tree.null():
        return {}
    targets = {}
    ends = score_ends(instrument) if instrument else None
    for name, entry in tree.items().items():
        if ends is None:
            continue
        if name not in ends:
            entry.fault("is no dimension of the instrument", suggestion(name, list(ends)))
            continue
        low, high = ends[name]
        targets[name] = entry.number(low=low, high=high)
    return targets
