"""What changed since an earlier wave, as a reader sees it: what is sure, what could be chance, and how it is said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

from kamassess.charts.causes import CAUSES
from kamassess.charts.change_rows import ChangeRow, exact, signed, signed_interval, visible
from kamassess.document import Rich, Run
from kamassess.result import Change, Interval, Part, Progress, Reason, UnitChange, UnitResult
from kamassess.sections.view import ResultView, answers_line

__all__ = ["KINDS", "STANDINGS", "ProgressView", "Standing", "UnitProgressView", "only_looks_so", "sure"]

Standing: TypeAlias = Literal["up", "down", "still", "unknown"]
"""Where a score has gone: ``up`` and ``down`` only if it is more than noise; ``unknown`` if that cannot be told."""

STANDINGS: tuple[Standing, ...] = ("up", "down", "still", "unknown")

KINDS: Mapping[Standing, Literal["strength", "gap", "neutral"]] = {
    "up": "strength",
    "down": "gap",
    "still": "neutral",
    "unknown": "neutral",
}
"""The accent of a finding about a score that has gone there."""

_BETWEEN = {"en": " ", "zh": ""}
"""What stands between two sentences."""


def sure(part: Part) -> bool:
    """Whether a cause is more than noise: its interval lies on one side of nought."""
    return part.ci is not None and (part.ci[0] > 0 or part.ci[1] < 0)


def only_looks_so(change: Change) -> bool:
    """Whether the real part of a change is told, and is not sure."""
    return change.real.value is not None and not sure(change.real)


@dataclass(frozen=True)
class ProgressView(ResultView):
    """What sections about all units are made from."""

    @property
    def progress(self) -> Progress:
        """What changed; a view is made only of a result that has it."""
        if self.result.progress is None:
            raise ValueError("the result has no earlier wave")
        return self.result.progress

    @cached_property
    def changes(self) -> Mapping[str, UnitChange]:
        """Changes by unit, each computed once: from the highest rise to the deepest fall, then those without a change."""
        found = {name: self.progress.units[name] for name in self.progress.units}

        def place(name: str) -> tuple[bool, float]:
            difference = found[name].overall.difference
            return (difference is None, -(difference or 0.0))

        return {name: found[name] for name in sorted(found, key=place)}

    @property
    def waves(self) -> tuple[str, str]:
        """Names of the earlier and the later wave."""
        return self.progress.since, self.progress.wave

    @cached_property
    def same_questions(self) -> bool:
        """Whether both waves were asked with the same version, and no question differs."""
        progress = self.progress
        changed = any(progress.questions[name] for name in ("changed", "dropped", "new"))
        return progress.instrument_before == progress.instrument_after and not changed

    @property
    def comparable(self) -> bool:
        """Whether there is any change to speak of."""
        return any(change.difference is not None for change in self.compared)

    # -- names -----------------------------------------------------------------------------------------------------------

    def named_unit(self, name: str) -> str:
        """The name of a unit in the language of the report."""
        if name not in self._unit_names:
            self._unit_names[name] = self.words.of(self.result.units[name].name)
        return self._unit_names[name]

    @cached_property
    def _unit_names(self) -> dict[str, str]:
        """Names said already: a unit is made for its name, which takes time."""
        return {}

    def units(self, names: Iterable[str]) -> str:
        """Units in a row, by name."""
        return self.words.list([self.named_unit(name) for name in names])

    def criterion_name(self, name: str) -> str:
        """A criterion with its id, inside a sentence."""
        return self.named((name,))

    def block_names(self, names: Iterable[str]) -> str:
        """Dimensions in a row, by name, inside a sentence."""
        blocks = {block.id: block for block in self.instrument.blocks}
        return self.words.list([self.quoted(blocks[name]) for name in names])

    @cached_property
    def versions(self) -> str:
        """The questionnaire and its version, or both versions."""
        words, progress = self.words, self.progress
        (old, before), (new, after) = progress.instrument_before, progress.instrument_after
        title = words.of(self.instrument.title)
        if (old, before) == (new, after):
            return words("progress_version", title=title, version=after)
        earlier = before if old == new else f"{old} {before}"
        return words("progress_versions", title=title, before=earlier, after=after)

    # -- figures ---------------------------------------------------------------------------------------------------------

    def exact(self, value: float | None) -> str:
        """A score with as many decimals as its change."""
        return exact(self.words, value, self.instrument.starts)

    def signed(self, value: float | None) -> str:
        """A change with its sign."""
        return signed(self.words, value)

    def interval(self, ends: Interval) -> str:
        """The interval of a change."""
        return signed_interval(self.words, ends)

    def moved(self, value: float | None, ends: Interval | None) -> str:
        """A change with its interval, if it has one."""
        if ends is None:
            return self.signed(value)
        return self.words("score_interval", score=self.signed(value), interval=self.interval(ends))

    def level(self, level: int | None) -> str:
        """A level, or the mark of a missing one."""
        return self.words.score(None) if level is None else str(level)

    def levels(self, change: Change) -> str:
        """The step from one level to another, as the end of a phrase; empty if there was none."""
        before, after = change.level_before, change.level_after
        if before == after or before is None or after is None:
            return ""
        return self.words("progress_levels", before=before, after=after)

    def why_none(self, change: Change) -> str:
        """Why there is no change to show, and in which wave the reason lies."""
        words, reason = self.words, self.words(f"reason_{change.reason}")
        if change.reason == Reason.NO_COMMON_QUESTIONS or (change.before is None) == (change.after is None):
            return reason
        return words("progress_why", wave=self.waves[change.after is None], reason=reason)

    # -- what is sure ------------------------------------------------------------------------------------------------------

    @staticmethod
    def standing(change: Change) -> Standing:
        """Where a score has gone, as far as that is sure."""
        if change.difference is None or change.ci is None:
            return "unknown"
        if not change.certain:
            return "still"
        return "up" if change.difference > 0 else "down"

    def at(self, changes: Mapping[str, Change], standing: Standing) -> list[str]:
        """Ids of the changes that have gone there, in their order."""
        return [name for name, change in changes.items() if self.standing(change) == standing]

    def units_at(self, standing: Standing) -> list[str]:
        """Units whose overall score has gone there, from the highest rise to the deepest fall."""
        return [name for name, change in self.changes.items() if self.standing(change.overall) == standing]

    @property
    def compared(self) -> Iterable[Change]:
        """Everything the report says a change of."""
        return (change.overall for change in self.changes.values())

    def causes(self, changes: Iterable[Change]) -> tuple[str, ...]:
        """Causes to be shown: of people where they are told apart anywhere, others where they moved anything or could have."""
        held = list(changes)
        kept = {"real", "respondents"} if any(change.real.value is not None for change in held) else set()
        kept |= set() if self.same_questions else {"instrument"}
        return tuple(name for name in CAUSES if name in kept or any(visible(getattr(change, name).value) for change in held))

    # -- sentences ---------------------------------------------------------------------------------------------------------

    def sentences(self, *texts: Rich) -> Rich:
        """Sentences one after another, as the language sets them."""
        space = _BETWEEN[self.words.language]
        joined: list[Run] = []
        for text in texts:
            if joined and text and space:
                joined.append(Run(space))
            joined += text
        return tuple(joined)

    def who(self, change: UnitChange) -> str:
        """By whom real change was told."""
        return self.words(f"progress_by_{change.basis}", people=self.words.people(change.n_both))


@dataclass(frozen=True)
class UnitProgressView(ProgressView):
    """What sections about one unit are made from: of the unit no more than may be published."""

    unit: UnitResult

    def __post_init__(self) -> None:
        object.__setattr__(self, "unit", self.unit.published)

    @property
    def answers(self) -> tuple[tuple[str, str], ...]:
        """Those of the unit alone, of both waves."""
        since, wave = self.waves
        before = answers_line(self.words, since, self.change.rows_before)
        return (*before, *answers_line(self.words, wave, self.unit.answer_rows))

    @cached_property
    def change(self) -> UnitChange:
        """What changed in the unit."""
        return self.progress.units[self.unit.id]

    @property
    def compared(self) -> Iterable[Change]:
        """Everything the report says a change of."""
        change = self.change
        return (change.overall, *change.dimensions.values(), *change.screens.values())

    @cached_property
    def unit_name(self) -> str:
        """The unit's name in the language of the report."""
        return self.words.of(self.unit.name)

    @cached_property
    def rows(self) -> tuple[ChangeRow, ...]:
        """The whole and the dimensions, as rows of a drawing."""
        names = {dimension.id: self.name(dimension) for dimension in self.instrument.dimensions}
        whole = ChangeRow(self.words("overall"), self.change.overall, None, whole=True)
        dimensions = self.change.dimensions
        return (whole, *(ChangeRow(names[name], change, self.unit.targets.get(name)) for name, change in dimensions.items()))
