"""All units of a wave beside each other: ranking with its probability, spread, common gaps, who can teach whom, roll-ups.

Works on the arrays of all units; no unit's result is built for it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri, stdtrit

from kamassess.instrument import Criterion
from kamassess.result import CommonGap, Group, Interval, Lesson, Rank, Reason, RollUp, Spread
from kamassess.scoring.answers import Floats, Ints, divide
from kamassess.scoring.bootstrap import CONFIDENCE
from kamassess.scoring.reliability import group_icc
from kamassess.scoring.robustness import Draws
from kamassess.scoring.scores import EXACT, Scores

if TYPE_CHECKING:
    from kamassess.reading.engagement import Unit

__all__ = ["WHOLE", "compare_units"]

WHOLE = "_group"
"""Stands for all units where no single unit is above all others."""

_EVERY_PAIR = 60
_DIGITS = 9
_DUST = 1e-12
_COMMON = 0.5
_LESSONS = 3


def compare_units(scores: Scores, units: Sequence[Unit], unlike: NDArray[np.bool_]) -> Group:
    """Compare all units of a wave; *unlike* (U, blocks) says on what the people of each do not agree."""
    return _Comparison(scores, tuple(units), unlike).group()


@dataclass(frozen=True, eq=False)
class _Comparison:
    scores: Scores
    units: tuple[Unit, ...]
    unlike: NDArray[np.bool_]

    def group(self) -> Group:
        left_out = self._left_out() if len(self.ranked) > 1 else {}
        carried = self._carried(left_out)
        return Group(
            ranking=self._ranking(),
            above=self._above(self._order),
            spread=self._spread(),
            common_gaps=tuple(self._common_gaps()),
            lessons=tuple(self._lessons()),
            roll_ups=self._roll_ups(),
            reason=None if int(self.scores.scored[:, 0].sum()) > 1 else Reason.ONE_UNIT,
            left_out=left_out,
            ranking_carried=self._ranks(carried) if carried else {},
            above_carried=self._above(carried) if carried else {},
        )

    # -- ranking -------------------------------------------------------------------------------------------------------

    @cached_property
    def ranked(self) -> Ints:
        """Units that can be ranked, from the highest score to the lowest."""
        rankable = np.flatnonzero(self.scores.scored[:, 0] & self.scores.resampled.known)
        return rankable[np.lexsort((self.ids[rankable], -self.value[rankable, 0]))]

    @cached_property
    def ids(self) -> NDArray[np.str_]:
        """Ids of the units, to order those of equal score."""
        return np.array([unit.id for unit in self.units], dtype=str)

    @cached_property
    def value(self) -> Floats:
        """(U, blocks) scores without the last digits, in which equal ones may differ."""
        rounded: Floats = np.round(self.scores.value, _DIGITS)
        return rounded

    @cached_property
    def _order(self) -> _Order:
        """The ranked units by all dimensions; a replicate without a score of a unit has the unit's own."""
        own = self.scores.value[self.ranked, 0]
        return _Order(self.ranked, own, _filled(self._draws.both(self.ranked), own))

    def _carried(self, left_out: Mapping[str, Sequence[str]]) -> _Order | None:
        """The ranked units by the dimensions that are not left out; None if that is all of them or none."""
        dimensions = self.scores.instrument.dimensions
        kept = np.array([dimension.weight > 0 and dimension.id not in left_out for dimension in dimensions], dtype=bool)
        if not left_out or not kept.any():
            return None
        own = self._draws.declared(self.ranked, kept)
        down = np.lexsort((self.ids[self.ranked], -own.round(_DIGITS)))
        return _Order(self.ranked[down], own[down], _filled(self._draws.both(self.ranked[down], kept), own[down]))

    def _left_out(self) -> dict[str, tuple[str, ...]]:
        """The dimensions that count and do not speak for every ranked unit, and the units they do not speak for."""
        found, scored = {}, self.scores.scored
        for column, dimension in enumerate(self.scores.instrument.dimensions):
            units = self.ranked[~scored[self.ranked, 1 + column] | self.unlike[self.ranked, column]]
            if dimension.weight > 0 and len(units):
                found[dimension.id] = tuple(self.units[unit].id for unit in units)
        return found

    def _ranking(self) -> dict[str, Rank]:
        """The ranked units, then those that cannot be ranked."""
        n, found = self.scores.answers.respondents, self._ranks(self._order)
        for unit in sorted(set(np.flatnonzero(n).tolist()) - set(self.ranked.tolist())):
            scored = bool(self.scores.scored[unit, 0])
            score = float(self.scores.value[unit, 0]) if scored else None
            why = Reason.ONE_RESPONDENT_PER_ROLE if scored else self._unscored(unit)
            found[self.units[unit].id] = Rank(None, None, score, int(n[unit]), reason=why)
        return found

    def _ranks(self, order: _Order) -> dict[str, Rank]:
        n, count = self.scores.answers.respondents, len(order.units)
        found = {}
        places = _ranked(-order.score.round(_DIGITS)[:, None], "min")[:, 0]
        best, worst = order.places()
        tail = (1 - CONFIDENCE) / 2
        low, high = (np.quantile(rank, end, axis=1, method="inverted_cdf") for rank, end in ((best, tail), (worst, 1 - tail)))
        for number, unit in enumerate(order.units):
            shares = _shares(best[number], worst[number], count if count <= _EVERY_PAIR else 1)
            found[self.units[unit].id] = Rank(
                rank=int(places[number]),
                ci=(int(low[number]), int(high[number])),
                score=float(order.score[number]),
                n=int(n[unit]),
                first=float(shares[0]),
                above_next=order.is_above(number, number + 1) if number + 1 < count else None,
                probabilities={str(rank + 1): float(shares[rank]) for rank in np.flatnonzero(shares)}
                if count <= _EVERY_PAIR
                else {},
            )
        return found

    def _unscored(self, unit: int) -> Reason:
        """Why a unit has no overall score, as its block says."""
        coverage = self.scores.coverage[unit, 0]
        if np.isnan(coverage):
            return Reason.ALL_NOT_APPLICABLE if (self.scores.hierarchy.to_overall.any()) else Reason.ZERO_WEIGHT
        if coverage < self.scores.instrument.policy.min_coverage - EXACT:
            return Reason.LOW_COVERAGE if coverage > 0 else Reason.NO_ANSWERS
        return Reason.UNDEFINED_MEAN if self.scores.respondents[unit, 0] else Reason.NO_ANSWERS

    def _above(self, order: _Order) -> dict[str, dict[str, float]]:
        """Every pair, or in a large group the neighbours in the ranking alone."""
        count = len(self.ranked)
        if count <= _EVERY_PAIR:
            pairs: Iterable[tuple[int, int]] = ((a, b) for a in range(count) for b in range(count) if a != b)
        else:
            pairs = ((a, b) for low, high in pairwise(range(count)) for a, b in ((low, high), (high, low)))
        row = {unit: number for number, unit in enumerate(order.units.tolist())}
        ranked = self.ranked.tolist()
        found: dict[str, dict[str, float]] = {}
        for a, b in pairs:
            chance = order.is_above(row[ranked[a]], row[ranked[b]])
            found.setdefault(self.units[ranked[a]].id, {})[self.units[ranked[b]].id] = chance
        return found

    # -- spread --------------------------------------------------------------------------------------------------------

    def _spread(self) -> dict[str, Spread]:
        instrument, answers = self.scores.instrument, self.scores.answers
        weighty = self.scores.hierarchy.to_criteria.sum(axis=1) > 0
        inside = (self.scores.hierarchy.to_criteria > 0).astype(float) @ (self.scores.hierarchy.to_dimensions > 0) > 0
        counted = [weighty & inside[:, self.scores.hierarchy.to_overall[:, 0] > 0].any(axis=1)]
        counted += [inside[:, column] for column in range(len(instrument.dimensions))]
        found = {}
        for number, name in enumerate(["overall", *(dimension.id for dimension in instrument.dimensions)]):
            items = answers.value[:, counted[number]]
            known = np.isfinite(items)
            means = divide(np.where(known, items, 0).sum(axis=1), known.sum(axis=1).astype(float))
            icc = group_icc(answers, means)
            scored = np.flatnonzero(self.scores.scored[:, number])
            values = self.scores.value[scored, number]
            component = None
            if icc.msb is not None and icc.msw is not None and icc.k:
                component = math.sqrt(max(0.0, (icc.msb - icc.msw) / icc.k))
            found[name] = Spread(
                between=component,
                within=None if icc.msw is None else math.sqrt(icc.msw),
                icc1=icc.icc1,
                icc2=icc.icc2,
                p=icc.p,
                n=icc.n,
                n_units=icc.n_groups,
                mean=float(values.mean()) if len(values) else None,
                lowest=self.units[self._lowest(scored, number)].id if len(values) else None,
                highest=self.units[self._highest(scored, number)].id if len(values) else None,
                reason=icc.reason,
                icc1_ci=icc.icc1_ci,
            )
        return found

    def _highest(self, units: Ints, column: int) -> int:
        """The first by id of those with the highest score."""
        return int(units[np.lexsort((self.ids[units], -self.value[units, column]))[0]])

    def _lowest(self, units: Ints, column: int) -> int:
        return int(units[np.lexsort((self.ids[units], self.value[units, column]))[0]])

    # -- criteria ------------------------------------------------------------------------------------------------------

    def _criteria(self) -> Iterable[tuple[int, Criterion, float]]:
        """Column, criterion and weight of each criterion that counts towards the overall score."""
        column = 1 + len(self.scores.instrument.blocks)
        for block in self.scores.instrument.blocks:
            scored = block in self.scores.instrument.dimensions
            for criterion in block.criteria:
                weight = block.weight * criterion.weight if scored else 0.0
                if weight > 0:
                    yield column, criterion, weight
                column += 1

    def _measured(self, column: int) -> Ints:
        """Units with a score and an interval on a block, and with enough respondents for it."""
        enough = self.scores.respondents[:, column] >= self.scores.instrument.policy.min_respondents
        return np.flatnonzero(self.scores.scored[:, column] & np.isfinite(self.scores.resampled.low[:, column]) & enough)

    def _common_gaps(self) -> list[CommonGap]:
        found = []
        for column, criterion, _ in self._criteria():
            units = self._measured(column)
            units = units[self.scores.scored[units, 0]]
            low = units[self.scores.resampled.high[units, column] < self.scores.value[units, 0]]
            if len(low) > 1 and len(low) >= _COMMON * len(units):
                found.append(
                    CommonGap(
                        criterion=criterion.id,
                        units=tuple(self.units[unit].id for unit in low),
                        n_units=len(units),
                        mean=float(self.scores.value[low, column].mean()),
                        n=int(self.scores.respondents[low, column].sum()),
                    )
                )
        return sorted(found, key=lambda gap: (-len(gap.units) / gap.n_units, gap.mean, gap.criterion))

    @cached_property
    def _freedom(self) -> Floats:
        """(U, blocks) degrees of freedom: respondents less the roles they have."""
        roles = self.scores.answers.to_units((self.scores.role_respondents > 0).astype(float))
        return self.scores.respondents - roles

    def _lessons(self) -> list[Lesson]:
        """For each unit, on what it is furthest behind the best, where that is certain and a level or more.

        Certain after Bonferroni's adjustment for all pairs of units and all criteria: the best of many is best by chance too.
        """
        found: dict[int, list[tuple[float, Lesson]]] = {}
        level = self.scores.instrument.level_for
        compared = [(column, criterion, weight, self._measured(column)) for column, criterion, weight in self._criteria()]
        pairs = sum(len(units) * (len(units) - 1) // 2 for *_, units in compared)
        for column, criterion, weight, units in compared:
            if len(units) < 2:
                continue
            values, low, high = (
                table[units, column] for table in (self.scores.value, self.scores.resampled.low, self.scores.resampled.high)
            )
            best = int(np.flatnonzero(units == self._highest(units, column))[0])
            down = np.sqrt((values[best] - low[best]) ** 2 + (high - values) ** 2)
            up = np.sqrt((high[best] - values[best]) ** 2 + (values - low) ** 2)
            distance = values[best] - values
            freedom = self._freedom[units, column]
            stricter = _stricter(pairs, freedom[best] + freedom)
            for learner in np.flatnonzero(distance - stricter * down > 0):
                if level(float(values[learner])) == level(float(values[best])):
                    continue
                lesson = Lesson(
                    criterion=criterion.id,
                    teacher=self.units[units[best]].id,
                    learner=self.units[units[learner]].id,
                    teacher_score=float(values[best]),
                    learner_score=float(values[learner]),
                    difference=float(distance[learner]),
                    ci=(float((distance - down)[learner]), float((distance + up)[learner])),
                    teacher_n=int(self.scores.respondents[units[best], column]),
                    learner_n=int(self.scores.respondents[units[learner], column]),
                )
                found.setdefault(int(units[learner]), []).append((float(distance[learner]) * weight, lesson))
        chosen = []
        for _, taught in sorted(found.items()):
            ranked = sorted(taught, key=lambda entry: (-entry[0], entry[1].criterion))
            chosen += [lesson for _, lesson in ranked[:_LESSONS]]
        return chosen

    # -- roll-up -------------------------------------------------------------------------------------------------------

    def _roll_ups(self) -> dict[str, dict[str, RollUp]]:
        answered = set(np.flatnonzero(self.scores.answers.respondents).tolist())
        position = {unit.id: index for index, unit in enumerate(self.units)}
        below: dict[str, list[int]] = {}
        for index, unit in enumerate(self.units):
            parent = unit.parent
            while parent is not None:
                if index in answered:
                    below.setdefault(parent, []).append(index)
                parent = self.units[position[parent]].parent
        found = {unit.id: self._roll_up(below[unit.id]) for unit in self.units if unit.id in below}
        if answered and not any(set(members) | {position[name]} >= answered for name, members in below.items()):
            found = {WHOLE: self._roll_up(sorted(answered))} | found
        return found

    def _roll_up(self, members: Sequence[int]) -> dict[str, RollUp]:
        names = ["overall", *(dimension.id for dimension in self.scores.instrument.dimensions)]
        return {name: self._rolled(np.array(members), column) for column, name in enumerate(names)}

    def _rolled(self, members: Ints, column: int) -> RollUp:
        scored = members[self.scores.scored[members, column]]
        n = int(self.scores.respondents[members, column].sum())
        if not len(scored):
            return RollUp(None, None, None, None, None, 0, len(members), n, Reason.NO_ANSWERS)
        values = self.scores.value[scored, column]
        by_size, reason = self._by_size(scored, values)
        return RollUp(
            mean=float(values.mean()),
            ci=self._mean_interval(scored, column),
            by_size=by_size,
            weakest=float(values.min()),
            weakest_unit=self.units[self._lowest(scored, column)].id,
            n_units=len(scored),
            of_units=len(members),
            n=n,
            reason=reason,
        )

    def _by_size(self, members: Ints, values: Floats) -> tuple[float | None, Reason | None]:
        sizes = [self.units[unit].size for unit in members]
        known = [size for size in sizes if size is not None]
        if len(known) < len(sizes):
            return None, Reason.NO_SIZE
        total = math.fsum(known)
        if total <= 0:
            return None, Reason.ZERO_TOTAL
        return math.fsum(size * value for size, value in zip(known, values.tolist(), strict=True)) / total, None

    def _mean_interval(self, members: Ints, column: int) -> Interval | None:
        """Of the plain mean; None where a unit has no interval of its own, and that interval where there is but one unit."""
        own = self.scores.resampled.low[members, column], self.scores.resampled.high[members, column]
        if not np.isfinite(own[0]).all():
            return None
        if len(members) == 1:
            return float(own[0][0]), float(own[1][0])
        drawn = self._draws.respondents(members) if column == 0 else self.scores.resampled.dimensions[members, column - 1]
        filled = np.where(np.isfinite(drawn), drawn, self.scores.value[members, column][:, None])
        tail = (1 - CONFIDENCE) / 2
        low, high = np.quantile(filled.mean(axis=0), [tail, 1 - tail]).tolist()
        return low, high

    @cached_property
    def _draws(self) -> Draws:
        return Draws(self.scores)


def _ranked(values: Floats, method: Literal["min", "max"]) -> Ints:
    """(units, columns) ranks of each column from the lowest value; equal ones share the lowest or the highest of theirs.

    By pandas: ``scipy.stats``, which ranks too, takes longer to load than all else of scipy.
    """
    found: Ints = pd.DataFrame(values).rank(method=method).to_numpy().astype(np.int64)
    return found


@dataclass(frozen=True, eq=False)
class _Order:
    """Units from the highest score to the lowest: (units,) positions and scores, and (units, replicates) drawn scores."""

    units: Ints
    score: Floats
    drawn: Floats

    def places(self) -> tuple[Ints, Ints]:
        """(units, replicates) first and last of the ranks that a unit shares with those equal to it."""
        if not len(self.units):
            return np.zeros((0, 1), dtype=np.int64), np.zeros((0, 1), dtype=np.int64)
        best = _ranked(-self.drawn, "min")
        count = len(best)
        tied = best.sum(axis=0) < count * (count + 1) // 2
        worst = best.copy()
        worst[:, tied] = _ranked(-self.drawn[:, tied], "max")
        return best, worst

    def is_above(self, one: int, other: int) -> float:
        """Probability that one unit is above another; a tie counts as half."""
        mine, theirs = self.drawn[one], self.drawn[other]
        return float((mine > theirs).mean() + (mine == theirs).mean() / 2)


def _filled(drawn: Floats, own: Floats) -> Floats:
    """(units, replicates) drawn scores, so rounded as those of units; the unit's own where a replicate has none."""
    return np.asarray(np.where(np.isfinite(drawn), drawn, own[:, None]).round(_DIGITS), dtype=float)


def _shares(best: Ints, worst: Ints, count: int) -> Floats:
    """Share of draws at each of the first *count* ranks of a unit that stands at *best* to *worst* in each draw."""
    part = 1 / (worst - best + 1)
    steps = np.bincount(best, part, count + 2)[: count + 2] - np.bincount(worst + 1, part, count + 2)[: count + 2]
    shares = np.cumsum(steps)[1 : count + 1] / len(best)
    return np.where(shares > _DUST, shares, 0.0)


def _stricter(comparisons: int, freedom: Floats) -> Floats:
    """How much wider an interval must be to hold for so many comparisons together: Bonferroni, t for few people."""
    tail = (1 - CONFIDENCE) / 2
    return np.asarray(stdtrit(np.maximum(freedom, 1), 1 - tail / max(comparisons, 1)) / ndtri(1 - tail))
