"""From where a unit stands to a roadmap: which actions, ranked by gap × weight × ease, in which phase, and where they lead.

A criterion stands at its score, or at what the company's data measure where that is lower: what the data contradict is not yet
done (``docs/decisions/roadmap.md``). Actions are placed one after another in the order of their rank: each as early as what must
come before it, its own months and the effort a phase can bear allow.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from kamassess.instrument import LEVEL_TOLERANCE, Instrument, Level
from kamassess.planning import NOTHING_DECIDED, PHASES, ActionLibrary, ByHand, Capacity, action_id, phase_of
from kamassess.result import Block, MeasuredLevel, PlannedAction, Reason, Roadmap, Stand
from kamassess.scoring.hierarchy import Hierarchy

__all__ = ["next_step", "roadmap", "standing"]


def standing(criteria: Mapping[str, Block], measured: Mapping[str, MeasuredLevel]) -> dict[str, float]:
    """Where each criterion stands: the lower of score and measured level; without those that have neither or do not apply."""
    found = {}
    for name, block in criteria.items():
        if block.reason is Reason.ALL_NOT_APPLICABLE:
            continue
        data = measured[name].level if name in measured else None
        known = [value for value in (block.score, data) if value is not None]
        if known:
            found[name] = min(known)
    return found


def roadmap(
    hierarchy: Hierarchy,
    criteria: Mapping[str, Block],
    measured: Mapping[str, MeasuredLevel],
    targets: Mapping[str, float],
    library: ActionLibrary,
    capacity: Capacity,
    by_hand: ByHand = NOTHING_DECIDED,
) -> Roadmap:
    """The roadmap of one unit.

    Parameters
    ----------
    criteria, measured
        Scores, and levels by the data.
    targets
        Levels aimed at, by dimension; those not declared aim at the level above where the whole stands.
    library, capacity
        Actions, and how much effort each phase can bear.
    by_hand
        What people decided: it goes before what would be worked out, and takes its effort first.
    """
    found = _worked_out(hierarchy, criteria, measured, targets, by_hand.changed(library), capacity, by_hand)
    if by_hand == NOTHING_DECIDED:
        return found
    declined = tuple(sorted(by_hand.declined))
    return replace(found, decisions=by_hand.decisions, own=by_hand.own, declined=declined, read_from=by_hand.read_from)


def _worked_out(
    hierarchy: Hierarchy,
    criteria: Mapping[str, Block],
    measured: Mapping[str, MeasuredLevel],
    targets: Mapping[str, float],
    library: ActionLibrary,
    capacity: Capacity,
    by_hand: ByHand,
) -> Roadmap:
    instrument = hierarchy.instrument
    stands = {name: value for name, value in standing(criteria, measured).items() if name in instrument.shares}
    if not library.actions:
        return Roadmap(reason=Reason.NO_ACTIONS)
    if not stands:
        return Roadmap(reason=Reason.NO_ANSWERS)
    now = _stands(hierarchy, [stands])[0]
    aims = _aims(instrument, targets, now)
    level = _above(instrument, now.level)
    found = _planned(hierarchy, stands, aims, now, level, library, capacity, by_hand)
    while (last := found.phases[-1]).blocked_by and _above(instrument, last.level).level > level.level:
        level = _above(instrument, last.level)  # the score would carry it: its gates come first as well
        found = _planned(hierarchy, stands, aims, now, level, library, capacity, by_hand)
    return found


def _planned(
    hierarchy: Hierarchy,
    stands: Mapping[str, float],
    aims: Mapping[str, float],
    now: Stand,
    level: Level,
    library: ActionLibrary,
    capacity: Capacity,
    by_hand: ByHand,
) -> Roadmap:
    """The roadmap in which gates come first that stand in the way of a *level*."""
    schedule = _Schedule(library, capacity, stands, by_hand)
    wanted = [action for action in _wanted(hierarchy, stands, aims, level, library) if action.id not in schedule.declined]
    for action in sorted(wanted, key=lambda action: action.id not in schedule.given):  # in their rank, those of people first
        schedule.place(action.id)
    actions = _in_order(wanted, schedule, hierarchy.instrument, stands, aims)
    return Roadmap(
        standing=stands,
        targets=aims,
        now=now,
        phases=_stands(hierarchy, [_raised(stands, actions, phase) for phase in range(1, len(PHASES) + 1)]),
        actions=actions,
        used=tuple(schedule.used),
        capacity=tuple(capacity.efforts),
        later=tuple(action.id for action in wanted if action.id not in schedule.ends),
        next_steps={name: step for name, value in stands.items() if (step := next_step(name, value)) in library.actions},
        reason=None if actions else Reason.NO_GAP,
    )


# -- where the unit stands -----------------------------------------------------------------------------------------------


def _stands(hierarchy: Hierarchy, cases: Sequence[Mapping[str, float]]) -> tuple[Stand, ...]:
    """Score and level of the whole in each of several cases, from where its criteria stand in them."""
    instrument = hierarchy.instrument
    values = np.array([[stands.get(criterion.id, np.nan) for criterion in instrument.criteria()] for stands in cases])
    blocks = hierarchy.combine_criteria(values, instrument.policy.aggregation)
    found = zip(cases, blocks.overall.tolist(), blocks.dimensions.tolist(), strict=True)
    return tuple(_stand(hierarchy, stands, score, values) for stands, score, values in found)


def _stand(hierarchy: Hierarchy, stands: Mapping[str, float], score: float, values: Sequence[float]) -> Stand:
    """A score, with the values of all dimensions, and its level by the policy's gates and least coverage."""
    instrument = hierarchy.instrument
    dimensions = {
        dimension.id: None if math.isnan(value) else value
        for dimension, value in zip(instrument.dimensions, values, strict=False)
    }
    known = math.fsum(instrument.shares[name] for name in stands if name in instrument.shares)
    if math.isnan(score) or known + LEVEL_TOLERANCE < instrument.policy.min_coverage:
        return Stand(None, None, (), dimensions)
    found = instrument.level_for(score)
    level = found.level if found else None
    gates = [criterion.id for criterion, gate in zip(instrument.criteria(), hierarchy.gates, strict=True) if gate]
    capped = {name: instrument.level_for(stands[name]) for name in gates if name in stands}
    levels = {name: entry.level if entry else 0 for name, entry in capped.items()}
    lowest = min(levels.values(), default=level or 0)
    if level is None or lowest >= level:
        return Stand(score, level, (), dimensions)
    return Stand(score, lowest or None, tuple(name for name in levels if levels[name] == lowest), dimensions)


def _aims(instrument: Instrument, targets: Mapping[str, float], now: Stand) -> dict[str, float]:
    """The level each dimension aims at."""
    following = next((level for level in instrument.levels if level.start > (now.score or 0.0) + LEVEL_TOLERANCE), None)
    above = float((following or instrument.levels[-1]).level)
    return {dimension.id: targets.get(dimension.id, above) for dimension in instrument.dimensions if dimension.weight > 0}


def _above(instrument: Instrument, number: int | None) -> Level:
    """The level above the one of this number; the highest if there is none."""
    return next((level for level in instrument.levels if level.level > (number or 0)), instrument.levels[-1])


def _raised(stands: Mapping[str, float], actions: Sequence[PlannedAction], phase: int) -> dict[str, float]:
    """Where criteria would stand after a phase, if the actions of this phase and of those before it are done."""
    raised = dict(stands)
    for action in actions:
        if action.phase <= phase:
            raised[action.criterion] = max(raised[action.criterion], float(action.level))
    return raised


# -- which actions, in which order ---------------------------------------------------------------------------------------


def next_step(criterion: str, value: float) -> str:
    """The id of the action that leads from a value to the next level; the library need not have it."""
    return action_id(criterion, math.floor(value + LEVEL_TOLERANCE) + 1)


def _wanted(
    hierarchy: Hierarchy, stands: Mapping[str, float], aims: Mapping[str, float], level: Level, library: ActionLibrary
) -> list[PlannedAction]:
    """Every step that closes a gap, ranked: gates in the way of the *level* first, then by gap × weight × ease."""
    instrument, found = hierarchy.instrument, []
    gates = {criterion.id for criterion, gate in zip(instrument.criteria(), hierarchy.gates, strict=True) if gate}
    steps: dict[str, list[int]] = {}
    for action in library.actions.values():
        steps.setdefault(action.criterion, []).append(action.level)
    for dimension in instrument.dimensions:
        for criterion in dimension.criteria:
            if criterion.id in stands and dimension.id in aims:
                value, aim = stands[criterion.id], aims[dimension.id]
                if criterion.id in gates:
                    aim = max(aim, level.start)
                first = math.floor(value + LEVEL_TOLERANCE) + 1
                last = math.ceil(aim - LEVEL_TOLERANCE)
                for step in sorted(level for level in steps.get(criterion.id, ()) if first <= level <= last):
                    begin = max(value, float(step - 1))
                    holds = criterion.id in gates and begin + LEVEL_TOLERANCE < level.start
                    found.append(_ranked(instrument, criterion.id, step, aim - begin, holds, library))
    known = [plan for plan in found if plan is not None and plan.gap > LEVEL_TOLERANCE]
    return sorted(known, key=lambda plan: (not plan.holds, -plan.priority, plan.id))


def _ranked(
    instrument: Instrument, criterion: str, level: int, gap: float, holds: bool, library: ActionLibrary
) -> PlannedAction | None:
    action = library.actions.get(action_id(criterion, level))
    if action is None:
        return None
    weight, ease = instrument.shares[criterion], 1 / action.effort
    return PlannedAction(action.id, criterion, level, gap, weight, ease, gap * weight * ease, holds, 0, 0, 0)


def _in_order(
    wanted: Sequence[PlannedAction],
    schedule: _Schedule,
    instrument: Instrument,
    stands: Mapping[str, float],
    aims: Mapping[str, float],
) -> tuple[PlannedAction, ...]:
    """The actions that found a place, those of a phase in the order of their rank, what must come before another above it."""
    rank = {action.id: place for place, action in enumerate(wanted)}
    ranked = {action.id: action for action in wanted}
    of = {criterion.id: dimension.id for dimension in instrument.dimensions for criterion in dimension.criteria}
    found = []
    for name, end in schedule.ends.items():
        action = schedule.library.actions[name]
        plan = ranked.get(name)
        if plan is None:  # only here since another needs it
            weight, ease = instrument.shares.get(action.criterion, 0.0), 1 / action.effort
            gap = max(aims.get(of.get(action.criterion, ""), 0.0) - max(stands[action.criterion], action.level - 1.0), 0.0)
            plan = PlannedAction(name, action.criterion, action.level, gap, weight, ease, gap * weight * ease, False, 0, 0, 0)
        needed = tuple(sorted(other for other in schedule.needed.get(name, ()) if rank.get(other, -1) < rank.get(name, 10**9)))
        found.append(
            replace(
                plan,
                phase=schedule.phases[name],
                starts=schedule.starts[name],
                ends=end,
                after=tuple(sorted(schedule.before[name])),
                needed_for=needed,
                assumes=tuple(sorted(schedule.assumed[name])),
                effort=action.effort,
                owner=schedule.text("owner", name),
                status=schedule.text("status", name),
                early=tuple(sorted(other for other in schedule.before[name] if schedule.late(other, name))),
            )
        )
    first = {plan.id: min([rank.get(plan.id, 10**9), *(rank.get(other, 10**9) for other in plan.needed_for)]) for plan in found}
    return tuple(sorted(found, key=lambda plan: (plan.phase, first[plan.id], plan.ends, plan.id)))


@dataclass
class _Schedule:
    """Where each action found its place."""

    library: ActionLibrary
    capacity: Capacity
    stands: Mapping[str, float]
    by_hand: ByHand = NOTHING_DECIDED
    starts: dict[str, int] = field(default_factory=dict)
    ends: dict[str, int] = field(default_factory=dict)
    phases: dict[str, int] = field(default_factory=dict)
    before: dict[str, set[str]] = field(default_factory=dict)
    needed: dict[str, set[str]] = field(default_factory=dict)
    assumed: dict[str, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.used = [0.0] * len(PHASES)
        self.declined = self.by_hand.declined
        self.given = {name: int(start) for name, start in self.by_hand.of("start").items() if isinstance(start, float | int)}
        self._decided = {field_: self.by_hand.of(field_) for field_ in ("owner", "status")}
        for line in self.by_hand.own:
            if line.ends is not None and line.effort is not None:
                self.used[phase_of(line.ends) - 1] += line.effort

    def text(self, field_: str, name: str) -> str | None:
        """What was decided of an action, in words."""
        found = self._decided[field_].get(name)
        return found if isinstance(found, str) else None

    def late(self, before: str, name: str) -> bool:
        """Whether what should come before is not done when an action begins."""
        return before not in self.ends or self.ends[before] > self.starts[name]

    def place(self, name: str, needed_for: str = "") -> bool:
        """Give an action, and first what must come before it, the earliest place there is; False where there is none."""
        if needed_for:
            self.needed.setdefault(name, set()).add(needed_for)
        if name in self.ends:
            return True
        if name in self.declined:
            return False
        action = self.library.actions[name]
        before, assumed = self._before(action.criterion, action.level, action.after)
        if name in self.given:
            for other in before:
                self.place(other, name)
            self._put(name, self.given[name], set(before), assumed)
            return True
        if not all(other in self.library.actions and self.place(other, name) for other in before):
            return False
        ready = max((self.ends[other] for other in before), default=0)
        for phase, (begin, end) in enumerate(PHASES):
            start = max(ready, begin) if phase and ready + action.months <= begin else ready
            if start + action.months <= end and self.used[phase] + action.effort <= self.capacity.efforts[phase]:
                self._put(name, start, set(before), assumed)
                return True
        return False

    def _put(self, name: str, start: int, before: set[str], assumed: set[str]) -> None:
        """Note where an action stands; what people decided stands there whatever a phase can bear."""
        action = self.library.actions[name]
        end = start + action.months
        phase = phase_of(end)
        self.used[phase - 1] += action.effort
        self.starts[name], self.ends[name], self.phases[name] = start, end, phase
        self.before[name], self.assumed[name] = before, assumed

    def _before(self, criterion: str, level: int, after: Sequence[tuple[str, int]]) -> tuple[list[str], set[str]]:
        """The actions that must come before, and what must be there of criteria of which nothing is known."""
        before, assumed = [], set()
        for other, needed in (*after, (criterion, level - 1)):
            known = action_id(other, needed) in self.library.actions
            if other == criterion and not known:
                continue  # the library leads there in one step
            if other not in self.stands or (self.stands[other] + LEVEL_TOLERANCE < needed and not known):
                assumed.add(action_id(other, needed))
            elif self.stands[other] + LEVEL_TOLERANCE < needed:
                before.append(action_id(other, needed))
        return before, assumed
