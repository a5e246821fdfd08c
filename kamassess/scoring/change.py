"""From one wave to the next: how much each score moved, how sure that is, and what moved it.

Answers of the earlier wave are brought into the columns of the later instrument by the mapping of questions; what cannot be
compared stays empty. Every cause is the difference of two scores of which only one thing differs (``docs/decisions/waves.md``):

    published change = real + respondents + instrument + not applicable
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from kamassess.instrument import QuestionMapping
from kamassess.result import Block, Change, Interval, Part, Reason, UnitChange
from kamassess.scoring.anonymity import ANONYMITY
from kamassess.scoring.answers import UNANSWERED, Answers, Floats, Ints, weighty_questions
from kamassess.scoring.bootstrap import CONFIDENCE, draw, drawn_questions
from kamassess.scoring.hierarchy import Hierarchy
from kamassess.scoring.units import UnitResults

__all__ = ["UnitChanges"]

_Mask: TypeAlias = NDArray[np.bool_]
_Basis: TypeAlias = Literal["same_people", "same_roles"]


@dataclass(frozen=True, eq=False)
class UnitChanges(Mapping[str, UnitChange]):
    """Changes by unit, for units with answers in both waves; each is computed when it is asked for.

    ``scored_before`` scores the earlier wave when the first change is asked for.
    """

    names: tuple[str, ...]
    after: UnitResults
    scored_before: Callable[[], UnitResults]
    mapping: QuestionMapping

    @cached_property
    def before(self) -> UnitResults:
        """The earlier wave."""
        return self.scored_before()

    def __getitem__(self, name: str) -> UnitChange:
        if name not in self:
            raise KeyError(name)
        return _UnitComparison(self, name).change()

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __contains__(self, name: object) -> bool:
        return name in self._known  # a mapping would compare the waves to find out

    def __len__(self) -> int:
        return len(self.names)

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self.names)

    @cached_property
    def aligned(self) -> tuple[Floats, NDArray[np.int8]]:
        """What each earlier respondent counts for, and said, in the columns of the later instrument: kept questions alone.

        Not of roles that only one version asks.
        """
        earlier, later = self.before.scores.answers, self.after.scores.answers
        position = {name: column for column, name in enumerate(later.instrument.questions)}
        value = np.full((len(earlier.role), len(position)), np.nan)
        state = np.full(value.shape, UNANSWERED, dtype=np.int8)
        for column, name in enumerate(earlier.instrument.questions):
            if name in self.mapping.kept:
                new = position[self.mapping.kept[name]]
                value[:, new], state[:, new] = earlier.value[:, column], earlier.state[:, column]
        asked = self.asked[[self.role_number(earlier, role) for role in earlier.role]]
        counted = self._counted(value, state)
        counted[~asked], state[~asked] = np.nan, UNANSWERED
        return counted, state

    @cached_property
    def kept(self) -> tuple[Floats, NDArray[np.int8]]:
        """The same of the later wave."""
        later = self.after.scores.answers
        asked = self.asked[later.role]
        counted, state = self._counted(later.value, later.state), later.state.copy()
        counted[~asked], state[~asked] = np.nan, UNANSWERED
        return counted, state

    @cached_property
    def asked(self) -> _Mask:
        """(later roles + 1, later questions) which roles both versions ask which kept question; the last row is no role."""
        earlier, later = self.before.scores.instrument, self.after.scores.instrument
        old = {new: name for name, new in self.mapping.kept.items()}
        rows = [
            [
                question.id in old and role in question.roles and role in earlier.questions[old[question.id]].roles
                for question in later.questions.values()
            ]
            for role in later.role_ids
        ]
        return np.array([*rows, [False] * len(later.questions)], dtype=bool)

    @cached_property
    def kept_questions(self) -> _Mask:
        """(later questions,) which some role was asked in both versions."""
        return np.asarray(self.asked.any(axis=0))

    @cached_property
    def same_policy(self) -> bool:
        """Whether both versions make question scores of answers in the same way."""
        one, other = (results.scores.instrument.policy for results in (self.before, self.after))
        return (one.respondents, one.unanswered) == (other.respondents, other.unanswered)

    @cached_property
    def places(self) -> tuple[Ints, Ints]:
        """(later questions,) where each kept question stands in the earlier, and in the later, instrument; -1 for others."""
        earlier, later = (list(results.scores.instrument.questions) for results in (self.before, self.after))
        old = {new: earlier.index(name) for name, new in self.mapping.kept.items()}
        return np.array([old.get(name, -1) for name in later]), np.arange(len(later))

    @cached_property
    def same_questions(self) -> bool:
        """Whether both waves were asked with the same version, so that nothing is lost by the mapping."""
        return self.before.scores.instrument.sha256 == self.after.scores.instrument.sha256 != ""

    def role_number(self, answers: Answers, role: int) -> int:
        """The number a role has in the later instrument; that of no role if it has none."""
        name, later = answers.instrument.role_ids[role], self.after.scores.instrument.role_ids
        return later.index(name) if name in later else len(later)

    def _counted(self, value: Floats, state: NDArray[np.int8]) -> Floats:
        later = self.after.scores.instrument
        if later.policy.unanswered == "exclude":
            return value.copy()
        least = np.array([question.scale.minimum for question in later.questions.values()])
        return np.where(state == UNANSWERED, least, value)


@dataclass(frozen=True, eq=False)
class _Side:
    """One wave of one unit: its respondents by row, what they count for, and how often each is drawn."""

    role: Ints
    """In numbers of the later instrument; earlier roles that it does not have have numbers of their own."""
    own: Floats
    """(n, own questions) cells in the columns of the wave's own instrument."""
    cells: Floats
    """(n, later questions) cells of kept questions."""
    state: NDArray[np.int8]
    few: _Mask
    """(later questions,) kept ones whose answers by role could be worked out: see ``_few``."""
    parted: _Mask
    """(later questions,) kept ones on which ``cells`` leaves someone out who answered, or counts answers in another way."""
    content: tuple[bytes, ...]
    name: tuple[str, ...]
    own_tree: Hierarchy
    columns: Ints
    """Positions of the later instrument's blocks among those of the own instrument; -1 for none."""


@dataclass(frozen=True, eq=False)
class _Difference:
    """Of the scores of all blocks, ``value`` (1 + blocks), and the same in each replicate (replicates, 1 + blocks)."""

    value: Floats
    replicates: Floats

    def __sub__(self, other: _Difference) -> _Difference:
        return _Difference(self.value - other.value, self.replicates - other.replicates)

    @cached_property
    def intervals(self) -> list[Interval | None]:
        """Of each block, by the replicates in which it has a score; None without any."""
        tail = (1 - CONFIDENCE) / 2
        known = np.isfinite(self.replicates).T
        found: list[Interval | None] = [None] * len(known)
        patterns: dict[bytes, list[int]] = {}
        for column in np.flatnonzero(known.any(axis=1)).tolist():
            patterns.setdefault(known[column].tobytes(), []).append(column)
        for columns in patterns.values():
            values = self.replicates.T[columns][:, known[columns[0]]]
            for column, low, high in zip(columns, *np.quantile(values, [tail, 1 - tail], axis=1).tolist(), strict=True):
                found[column] = low, high
        return found


@dataclass(frozen=True, eq=False)
class _UnitComparison:
    changes: UnitChanges
    name: str

    @cached_property
    def tree(self) -> Hierarchy:
        return self.changes.after.scores.hierarchy

    @cached_property
    def replicates(self) -> int:
        return int(self.changes.after.scores.resampled.dimensions.shape[2])

    @cached_property
    def before(self) -> _Side:
        return self._side(self.changes.before, self.changes.places[0], *self.changes.aligned)

    @cached_property
    def after(self) -> _Side:
        return self._side(self.changes.after, self.changes.places[1], *self.changes.kept)

    def _side(self, results: UnitResults, places: Ints, cells: Floats, state: NDArray[np.int8]) -> _Side:
        scores = results.scores
        answers = scores.answers
        rows = answers.rows_of_unit(results.positions[self.name])
        count = len(self.changes.after.scores.instrument.role_ids)
        numbers = [self.changes.role_number(answers, role) for role in answers.role[rows]]
        own = [number if number < count else count + int(role) for number, role in zip(numbers, answers.role[rows], strict=True)]
        ids = _block_ids(scores.hierarchy)
        place = {name: position for position, name in enumerate(ids)}
        answered = np.isfinite(answers.value[rows])
        left_out: _Mask = np.asarray((answered[:, places] & (places >= 0) & ~self.changes.asked[numbers]).any(axis=0))
        return _Side(
            role=np.array(own, dtype=np.int64),
            own=scores.counted[rows],
            cells=cells[rows],
            state=state[rows],
            few=(places >= 0) & _few(answered, answers.role[rows], scores.hierarchy)[places],
            parted=left_out if self.changes.same_policy else places >= 0,
            content=_contents(answers, rows),
            name=tuple(answers.respondent[rows].tolist()),
            own_tree=scores.hierarchy,
            columns=np.array([place.get(name, -1) for name in _block_ids(self.tree)]),
        )

    # -- people --------------------------------------------------------------------------------------------------------

    @cached_property
    def both(self) -> list[tuple[int, int]]:
        """Rows of those who answered both times in the same role, in the order of what they said."""
        later = {(name, int(role)): row for row, (name, role) in enumerate(zip(self.after.name, self.after.role, strict=True))}
        pairs = [
            (row, later[name, int(role)])
            for row, (name, role) in enumerate(zip(self.before.name, self.before.role, strict=True))
            if (name, int(role)) in later
        ]
        return sorted(
            pairs, key=lambda pair: (self.before.role[pair[0]], self.before.content[pair[0]] + self.after.content[pair[1]])
        )

    @cached_property
    def basis(self) -> _Basis:
        enough = len(self.both) >= ANONYMITY and 2 * len(self.both) >= min(len(self.before.role), len(self.after.role))
        return "same_people" if enough else "same_roles"

    @cached_property
    def stayed(self) -> tuple[_Mask, _Mask]:
        """Rows of each side that tell what really changed."""
        if self.basis == "same_people":
            rows = np.array(self.both)
            return tuple(np.isin(np.arange(len(side.role)), rows[:, k]) for k, side in enumerate((self.before, self.after)))  # type: ignore[return-value]
        common = np.intersect1d(self.before.role, self.after.role)
        return np.isin(self.before.role, common), np.isin(self.after.role, common)

    @cached_property
    def times(self) -> tuple[Floats, Floats]:
        """How often each row of each side is drawn: people within their role, each with whatever they answered."""
        drawn = tuple(np.ones((len(side.role), self.replicates)) for side in (self.before, self.after))
        known = [{row for row, _ in self.both}, {row for _, row in self.both}]
        for role in np.union1d(self.before.role, self.after.role).tolist():
            people = [pair for pair in self.both if self.before.role[pair[0]] == role]
            content = [self.before.content[row] + self.after.content[other] for row, other in people]
            alone: list[tuple[int, int]] = []
            for number, side in enumerate((self.before, self.after)):
                rows = [row for row in np.flatnonzero(side.role == role).tolist() if row not in known[number]]
                alone += [(number, row) for row in rows]
                content += [side.content[row] for row in rows]
            times = self._draw(role, content)
            for number in (0, 1):
                drawn[number][[pair[number] for pair in people]] = times[: len(people)]
            for (number, row), own in zip(alone, times[len(people) :], strict=True):
                drawn[number][row] = own
        return drawn[0], drawn[1]

    def _draw(self, role: int, content: list[bytes]) -> Floats:
        digest = hashlib.sha256("\0".join((self.name, str(role))).encode() + b"".join(content)).digest()
        return draw(digest, len(content), self.replicates)

    # -- scores --------------------------------------------------------------------------------------------------------

    def _difference(self, questions: _Mask | None, stayed: bool = False) -> _Difference:
        """Later less earlier score on some questions (None: all of each wave's own)."""
        ends = []
        for number, side in enumerate((self.before, self.after)):
            rows = self.stayed[number] if stayed else np.ones(len(side.role), dtype=bool)
            cells = side.own if questions is None else np.where(questions, side.cells, np.nan)
            tree = side.own_tree if questions is None else self.tree
            found = []
            for times in (np.ones((len(side.role), 1)), self.times[number]):
                roles = (
                    (cells[rows & (side.role == role)], times[rows & (side.role == role)])
                    for role in np.unique(side.role[rows]).tolist()
                )
                scored = drawn_questions(roles, times.shape[1], tree.instrument)
                blocks = tree.combine(scored, tree.instrument.policy.aggregation).stacked()
                if questions is None:
                    blocks = np.where(side.columns >= 0, blocks[:, side.columns], np.nan)
                found.append(blocks)
            ends.append(found)
        return _Difference((ends[1][0] - ends[0][0])[0], ends[1][1] - ends[0][1])

    @cached_property
    def kept(self) -> _Mask:
        """(questions,) those that can be compared: of the kept ones, not those that would tell what one or two people said."""
        told = [side.parted & side.few for side in (self.before, self.after)]
        return np.asarray(self.changes.kept_questions & ~told[0] & ~told[1])

    @cached_property
    def applicable(self) -> _Mask:
        """(questions,) kept questions but those that were answered in one wave only."""
        answered = [np.isfinite(side.cells).any(axis=0) for side in (self.before, self.after)]
        return np.asarray(self.kept & (answered[0] == answered[1]))

    @cached_property
    def scored_by_stayed(self) -> _Mask:
        """(questions,) applicable questions that those who stayed answered both times."""
        answered = [
            np.isfinite(side.cells[rows]).any(axis=0) for side, rows in zip((self.before, self.after), self.stayed, strict=True)
        ]
        both: _Mask = self.applicable & answered[0] & answered[1]
        return both

    def change(self) -> UnitChange:
        """The change of every block of the later instrument."""
        earlier, later = self.changes.before.blocks(self.name), self.changes.after.blocks(self.name)
        ids = _block_ids(self.tree)
        total = self._difference(None)
        kept = total if self.changes.same_questions else self._difference(self.kept)
        everywhere = bool((self.applicable == self.kept).all())
        comparable = kept if everywhere else self._difference(self.applicable)
        real = self._difference(self.scored_by_stayed, stayed=True)
        parts = {
            "comparable": comparable,
            "real": real,
            "respondents": comparable - real,
            "not_applicable": kept - comparable,
            "instrument": total - kept,
        }
        weighty = weighty_questions(self.tree.instrument) & self.applicable
        counts = self.tree_counts(weighty)
        found = {}
        for column, name in enumerate(ids):
            ends = (earlier.get(name), later[name])
            found[name] = self._change(ends, column, total, parts, int(counts[column]))
        screens = {screen.id for screen in self.tree.instrument.screens}
        blocks = [block.id for block in self.tree.instrument.blocks]
        return UnitChange(
            n_before=len(self.before.role),
            n_after=len(self.after.role),
            n_both=len(self.both),
            basis=self.basis,
            overall=found[""],
            dimensions={name: found[name] for name in blocks if name not in screens},
            screens={name: found[name] for name in blocks if name in screens},
            criteria={criterion.id: found[criterion.id] for criterion in self.tree.instrument.criteria()},
            rows_before=self.changes.before.rows.of(self.name) if self.changes.before.rows else None,
        )

    def tree_counts(self, questions: _Mask) -> Ints:
        """(1 + blocks) how many of some questions are in each block."""
        criteria = questions.astype(float) @ (self.tree.to_criteria > 0)
        dimensions = criteria @ (self.tree.to_dimensions > 0)
        overall = dimensions @ (self.tree.to_overall > 0)
        counts: Ints = np.concatenate([overall, dimensions, criteria]).astype(np.int64)
        return counts

    def _change(
        self,
        ends: tuple[Block | None, Block],
        column: int,
        total: _Difference,
        parts: Mapping[str, _Difference],
        n_questions: int,
    ) -> Change:
        before, after = ends
        missing = self._missing(before, after, n_questions)
        ci_reason = missing or (before.ci_reason if before else None) or after.ci_reason

        def part(name: str) -> Part:
            if missing:
                return Part(None, None, missing)
            if name in ("real", "respondents") and not self._told_apart[column]:
                return Part(None, None, Reason.WITHHELD)
            value = float(parts[name].value[column])
            if not math.isfinite(value):
                return Part(None, None, Reason.NO_COMMON_QUESTIONS)
            return Part(value, None if ci_reason else parts[name].intervals[column])

        before_score = before.score if before else None
        difference = None
        if not missing and before_score is not None and after.score is not None:
            difference = after.score - before_score
        return Change(
            before=before_score,
            after=after.score,
            difference=difference,
            ci=None if ci_reason else total.intervals[column],
            level_before=before.level if before else None,
            level_after=after.level,
            comparable=part("comparable"),
            real=part("real"),
            respondents=part("respondents"),
            instrument=part("instrument"),
            not_applicable=part("not_applicable"),
            n_before=before.n if before else 0,
            n_after=after.n,
            n_questions=n_questions,
            reason=missing,
            ci_reason=ci_reason,
        )

    @staticmethod
    def _missing(before: Block | None, after: Block, n_questions: int) -> Reason | None:
        """Why a block cannot be compared, or None if it can."""
        if before is None or not n_questions:
            return Reason.NO_COMMON_QUESTIONS
        if after.score is None:
            return after.reason
        if before.score is None:
            return before.reason
        return None

    @cached_property
    def _told_apart(self) -> _Mask:
        """(1 + blocks) where real change may be told from a change of people without showing what one or two people said.

        With the figures of roles, what can be worked out is what in each role those who stayed said, or else those who left and
        came: the fewer of them, summed over roles, must be none or at least three on some question, and so must all who left and
        came. A role of which nobody stayed would be told apart from the others, so no role's answers may then rest on one or
        two. All dimensions and screens are told apart or none, and all criteria of a dimension or none, so that no block can be
        worked out from the others.
        """
        count = len(self.applicable)
        inside = self.tree.reaches(np.eye(count, dtype=bool))
        roles = np.union1d(self.before.role, self.after.role).tolist()
        fewest, moved = np.full((len(roles), count), np.inf), np.zeros((len(roles), count))
        parted = np.zeros(count, dtype=bool)
        left_or_came: dict[str, _Mask] = {}
        for side, stayed in zip((self.before, self.after), self.stayed, strict=True):
            answered = np.isfinite(np.where(self.applicable, side.cells, np.nan))
            for number, role in enumerate(roles):
                kept, gone = (answered[(side.role == role) & part].sum(axis=0) for part in (stayed, ~stayed))
                fewest[number] = np.where(gone > 0, np.minimum(fewest[number], kept), fewest[number])
                moved[number] += gone
                parted |= (gone > 0) & (kept == 0) & side.few
            for row in np.flatnonzero(~stayed).tolist():
                left_or_came[side.name[row]] = left_or_came.get(side.name[row], np.zeros(count, dtype=bool)) | answered[row]
        people = self.tree.reaches(np.array(list(left_or_came.values())).reshape(-1, count)).sum(axis=0)
        apart = np.where(inside, np.minimum(fewest, moved).sum(axis=0)[:, None], 0).max(axis=0)
        safe = ~self.tree.reaches(parted[None])[0]
        for number in (people, apart):
            safe &= (number == 0) | (number >= ANONYMITY)
        blocks = self.tree.to_dimensions.shape[1]
        told: _Mask = safe.copy()
        told[1 : 1 + blocks] = safe[1 : 1 + blocks].all()
        for column in range(blocks):
            children = 1 + blocks + np.flatnonzero(self.tree.to_dimensions[:, column] > 0)
            told[children] = told[1 + column] and safe[children].all()
        return told


def _few(answered: _Mask, role: Ints, tree: Hierarchy) -> _Mask:
    """(questions,) those in a criterion, or a dimension, in which one or two people of a role answered some question.

    There, what a role answered to another question could be used to work out what these said.
    """
    few = np.zeros(answered.shape[1], dtype=bool)
    for number in np.unique(role).tolist():
        count = answered[role == number].sum(axis=0)
        few |= (count > 0) & (count < ANONYMITY)
    inside = (tree.to_criteria > 0).astype(float)
    criteria = few.astype(float) @ inside
    dimensions = criteria @ (tree.to_dimensions > 0)
    found: _Mask = inside @ (criteria + (tree.to_dimensions > 0) @ dimensions) > 0
    return found


def _block_ids(tree: Hierarchy) -> list[str]:
    """Ids of blocks as in ``Blocks.stacked``; the whole has an empty one."""
    instrument = tree.instrument
    return ["", *(block.id for block in instrument.blocks), *(criterion.id for criterion in instrument.criteria())]


def _contents(answers: Answers, rows: slice) -> tuple[bytes, ...]:
    """What each of these respondents said."""
    weighty = weighty_questions(answers.instrument)
    said = zip(answers.value[rows][:, weighty], answers.state[rows][:, weighty], strict=True)
    return tuple(value.tobytes() + state.tobytes() for value, state in said)
