"""Targets and plans of all units: what ``engagement.yaml`` declares and what scorecards add, brought together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kamassess.errors import Fault
from kamassess.instrument import Instrument, scale_ends
from kamassess.planning import NOTHING_DECIDED, ActionLibrary
from kamassess.reading.named_files import Input
from kamassess.reading.places import Gathered
from kamassess.reading.plans import Place, Plans, Stated, merged, notes, read_plan
from kamassess.reading.yaml_tree import Tree
from kamassess.recorded import WorkshopRecord

if TYPE_CHECKING:
    from kamassess.reading.units import Unit

__all__ = ["Planned", "score_ends"]


def score_ends(instrument: Instrument) -> dict[str, tuple[float, float]]:
    """The lowest and the highest score of each dimension."""
    return {dimension.id: scale_ends([dimension]) for dimension in instrument.dimensions}


@dataclass
class Planned:
    """What is said of the plans of units, while an engagement is read; *file* is the one that declares."""

    file: str
    notes: tuple[Fault, ...] = ()
    inputs: tuple[Input, ...] = ()
    _targets: dict[str, Tree] = field(default_factory=dict)
    _roadmaps: dict[str, Tree] = field(default_factory=dict)

    def declare(self, unit: str, targets: Tree | None, roadmap: Tree | None) -> None:
        """Note where the targets and the roadmap of a unit are declared."""
        if targets is not None and not targets.null():
            self._targets[unit] = targets
        if roadmap is not None:
            self._roadmaps[unit] = roadmap

    def of(
        self,
        units: Sequence[Unit],
        folder: Path,
        wave: str,
        instrument: Instrument | None,
        library: ActionLibrary,
        faults: Gathered,
        workshops: Sequence[WorkshopRecord] = (),
    ) -> tuple[Unit, ...]:
        """The units with what people decided, in whichever place; *faults* takes what is wrong with scorecards.

        Of the *workshops* of a unit in the current wave (in the order of their days) the last one that aims at a level of a
        dimension counts for it.
        """
        from kamassess.reading.scorecards import SCORECARDS, Known, read_scorecards  # Excel: only where there are any

        if instrument is None:
            return tuple(units)
        plans = Plans()
        for name, tree in self._roadmaps.items():
            read_plan(tree, name, library, self.file, plans)
        self._aims(units, [record for record in workshops if record.wave == wave], instrument, plans, faults)
        if (folder / SCORECARDS).is_dir():
            known = Known([unit.id for unit in units], wave, instrument, score_ends(instrument), library)
            read_scorecards(folder / SCORECARDS, known, faults, plans)
        by_hand, targets = merged(plans, self._declared(units), faults)
        self.notes = tuple(notes(plans))
        self.inputs = tuple(Input(name, digest) for name, digest in plans.files.items() if name not in plans.workshops)
        changed = []
        for unit in units:
            aims = dict(unit.targets)
            for about, level in targets.get(unit.id, {}).items():
                if isinstance(level, float | int):
                    aims[about] = float(level)
                else:
                    aims.pop(about, None)
            changed.append(replace(unit, targets=aims, plan=by_hand.get(unit.id, NOTHING_DECIDED)))
        return tuple(changed)

    def _aims(
        self, units: Sequence[Unit], workshops: Sequence[WorkshopRecord], instrument: Instrument, plans: Plans, faults: Gathered
    ) -> None:
        """The levels that workshops aim at, in place of those that are declared: the room had these before it.

        One that was declared anew since, as another level, is a fault.
        """
        declared = {unit.id: unit.targets for unit in units}
        dimensions = {dimension.id for dimension in instrument.dimensions}
        last = {(record.unit, name): record for record in workshops for name in record.targets if name in dimensions}
        for (unit, name), record in last.items():
            (file, digest), *_ = record.files
            old = declared.get(unit, {}).get(name)
            if old == record.targets[name]:
                continue
            had = [one.before[name] for one in workshops if one.unit == unit and name in one.before]
            if old is not None and had and old not in had:
                message = f"the target of {name} in unit '{unit}' is {record.targets[name]:g} here and {old:g} in {self.file}"
                remedy = f"It was declared anew after the workshop: write the same in both, or take it out of {self.file}."
                faults.add(message, remedy, file=file, line=record.lines.get(name))
            plans.files.setdefault(file, digest)
            plans.workshops.add(file)
            place = Place(file, line=record.lines.get(name))
            plans.stated.append(Stated(unit, name, "target", record.targets[name], old, place, old))

    def _declared(self, units: Sequence[Unit]) -> list[Stated]:
        """Targets as ``engagement.yaml`` has them, with their lines."""
        found = []
        for unit in units:
            lines = self._targets[unit.id].items() if unit.id in self._targets and unit.targets else {}
            for name, level in unit.targets.items():
                found.append(Stated(unit.id, name, "target", level, None, Place(self.file, line=lines[name].line)))
        return found
