"""All units of a wave beside each other, as a reader sees them: which stand together, which apart, and by what name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from kamassess.charts.ranking import NEARLY_ALL, probability
from kamassess.document import Rich
from kamassess.result import SIGNIFICANCE, Group, Rank, Spread, UnitResult
from kamassess.sections.group.of_two import OF_TWO
from kamassess.sections.view import ResultView
from kamassess.trust import CONTRADICTED, MEASURED

__all__ = ["MOST_ROWS", "SURE", "GroupView", "ends"]

MOST_ROWS = 40
"""Rows of a table; the JSON result has all units of larger groups."""

SURE = 1 - SIGNIFICANCE
"""A unit is above another where it is so in this share of the draws; in fewer, the two cannot be told apart."""

_ON_THE_BOARD, _COUNTED = 24, 200
_NAMED = 6


def ends(items: Sequence[str], most: int) -> tuple[str, ...]:
    """All *items* if there are not more than *most*, else as many from both ends.

    >>> ends("abcdef", 6), ends("abcdef", 4)
    (('a', 'b', 'c', 'd', 'e', 'f'), ('a', 'b', 'e', 'f'))
    """
    if len(items) <= most:
        return tuple(items)
    return (*items[: most // 2], *items[len(items) - most // 2 :])


@dataclass(frozen=True)
class GroupView(ResultView):
    """What sections about a group of units are made from."""

    _made: dict[str, UnitResult] = field(default_factory=dict, repr=False, compare=False)

    @property
    def plans(self) -> tuple[tuple[str, str], ...]:
        """Those of all units; of large groups, each unit's report has its own."""
        found = [entry for entry in self.result.provenance.inputs if entry[0].startswith("scorecards/")]
        return tuple(found) if len(found) <= MOST_ROWS else ()

    # -- units -----------------------------------------------------------------------------------------------------------

    @property
    def group(self) -> Group:
        """The comparison of the units."""
        return self.result.group

    @property
    def ranking(self) -> Mapping[str, Rank]:
        """Units with answers, from the highest score to the lowest, then those that cannot be ranked."""
        return self.group.ranking

    @property
    def whole(self) -> Spread:
        """How units differ in their overall score."""
        return self.group.spread["overall"]

    @property
    def two(self) -> bool:
        """Whether the group is two units: they are not "most", and neither leads a field."""
        return len(self.ranking) == 2

    @property
    def single(self) -> bool:
        """Whether there is but one unit, and none that did not answer."""
        return len(self.ranking) == 1 and not self.silent

    def label(self, name: str) -> str:
        """The label of a text, or the one for two units where they are two and have words of their own."""
        of_two = f"{name}_two"
        return of_two if self.two and of_two in OF_TWO else name

    def said(self, name: str, /, **values: object) -> str:
        """A text in the words for so many units."""
        return self.words(self.label(name), **values)

    def told(self, name: str, /, **values: object) -> Rich:
        """The same with its marks."""
        return self.words.rich(self.label(name), **values)

    @cached_property
    def ranked(self) -> tuple[str, ...]:
        """Units that have a rank, from the highest score to the lowest."""
        return tuple(name for name, rank in self.ranking.items() if rank.rank is not None)

    @cached_property
    def unranked(self) -> tuple[str, ...]:
        """Units with answers that cannot be ranked."""
        return tuple(name for name, rank in self.ranking.items() if rank.rank is None)

    @cached_property
    def scored(self) -> tuple[str, ...]:
        """Units with an overall score."""
        return tuple(name for name, rank in self.ranking.items() if rank.score is not None)

    @cached_property
    def silent(self) -> tuple[str, ...]:
        """Units without answers that stand above no unit with answers."""
        return tuple(name for name in self.result.units if name not in self.ranking and name not in self.group.roll_ups)

    @cached_property
    def shown(self) -> tuple[str, ...]:
        """Units on the page for the board: all, or the highest and the lowest of a large group."""
        most = MOST_ROWS if len(self.ranking) <= MOST_ROWS else _ON_THE_BOARD
        first = ends(self.ranked, most)
        return (*first, *self.unranked[: most - len(first)])

    @property
    def comparable(self) -> bool:
        """Whether two units or more have a score."""
        return self.group.reason is None

    @cached_property
    def alike(self) -> frozenset[str]:
        """Dimensions (and ``overall``) on which the units, taken together, differ no more than chance would give.

        The draws compare units two by two. Of many equal units some pair always looks certain; this says where to doubt it.
        """
        spread = self.group.spread.items()
        return frozenset(name for name, found in spread if found.p is not None and found.p > SIGNIFICANCE)

    @cached_property
    def people(self) -> int:
        """Respondents of all units."""
        return sum(rank.n for rank in self.ranking.values())

    @cached_property
    def levels(self) -> dict[int, int]:
        """How many units stand at each level; empty for groups so large that units are not made for it."""
        if len(self.scored) > _COUNTED:
            return {}
        found = Counter(level for name in self.scored if (level := self.unit(name).overall.level) is not None)
        return dict(sorted(found.items()))

    @cached_property
    def measured(self) -> dict[str, tuple[float, float, int]]:
        """What units claim and what their data measure of the same criteria, and how many these are; empty as :attr:`levels`."""
        if len(self.ranking) > _COUNTED:
            return {}
        found = {name: self.unit(name).whole for name in self.ranking}
        return {
            name: (whole.claimed_measured, whole.measured, whole.n_measured)
            for name, whole in found.items()
            if whole and whole.n_measured >= MEASURED and whole.claimed_measured is not None and whole.measured is not None
        }

    @cached_property
    def contradicted(self) -> dict[str, tuple[float, float, int]]:
        """Units of :attr:`measured` whose data stand far below what their people claim, the widest distance first."""
        far = {name: found for name, found in self.measured.items() if found[0] - found[1] >= CONTRADICTED}
        return dict(sorted(far.items(), key=lambda entry: (entry[1][1] - entry[1][0], entry[0])))

    def unit(self, name: str) -> UnitResult:
        """What may be published of one unit, made once."""
        if name not in self._made:
            self._made[name] = self.result.units[name].published
        return self._made[name]

    def held(self, name: str) -> dict[str, object] | None:
        """By which gates the level of a unit is held below that of its score, in words; None if it is not."""
        overall = self.unit(name).overall
        if overall.level is None or not overall.blocked_by or overall.level >= (overall.continuous_level or 0):
            return None
        gates = self.named(overall.blocked_by)
        return {"unit": self.unit_name(name), "claimed": overall.continuous_level, "level": overall.level, "gates": gates}

    def split(self, name: str, dimension: str) -> bool:
        """Whether the people of a unit do not agree on a dimension; not said of groups of more than ``MOST_ROWS`` units."""
        found = self.unit(name).agreement.get(dimension) if len(self.ranking) <= MOST_ROWS else None
        return found is not None and found.carries is False

    # -- who stands apart --------------------------------------------------------------------------------------------------

    def chance(self, above: str, below: str) -> float | None:
        """Probability that the first unit is above the second; None for two that are not neighbours in a large group."""
        return self.group.above.get(above, {}).get(below)

    def apart(self, above: str, below: str) -> bool:
        """Whether the first unit is above the second for sure: in 95 % of the draws, or by the ranks it has in these."""
        return _sure(self.group.above, self.ranking, above, below)

    def lasts(self, above: str, below: str) -> bool:
        """Whether the first unit is above the second for sure without the dimensions left out, too; true if there are none."""
        again = self.group.ranking_carried
        if above not in again or below not in again:
            return True
        return _sure(self.group.above_carried, again, above, below)

    @cached_property
    def lead_lost(self) -> tuple[str, ...]:
        """Units that the first is surely above only with the dimensions left out."""
        return tuple(name for name in self.ranked if name not in self.leaders and not self.lasts(self.ranked[0], name))

    @cached_property
    def behind_lost(self) -> tuple[str, ...]:
        """Units that are surely above the last only with the dimensions left out; none if nobody is behind."""
        others = [name for name in self.ranked if self.behind and name not in self.behind]
        return tuple(name for name in others if self.apart(name, self.ranked[-1]) and not self.lasts(name, self.ranked[-1]))

    @cached_property
    def other_first(self) -> str | None:
        """The unit that is first without the dimensions left out, if that is another one."""
        first = next(iter(self.group.ranking_carried), None)
        return first if self.ranked and first != self.ranked[0] else None

    @cached_property
    def leaders(self) -> tuple[str, ...]:
        """The unit ranked first, and those that cannot be told apart from it."""
        return tuple(name for name in self.ranked if name == self.ranked[0] or not self.apart(self.ranked[0], name))

    @cached_property
    def behind(self) -> tuple[str, ...]:
        """The unit ranked last, and those that cannot be told apart from it, if the first is above the last; no leaders."""
        return tuple(
            name
            for name in self.ranked
            if name not in self.leaders and (name == self.ranked[-1] or not self.apart(name, self.ranked[-1]))
        )

    def places(self, name: str) -> tuple[int, int]:
        """The ranks of the units that cannot be told apart from one that has a rank, and its own."""
        order = self.ranked
        first = last = order.index(name)
        while first > 0 and not self.apart(order[first - 1], name):
            first -= 1
        while last < len(order) - 1 and not self.apart(name, order[last + 1]):
            last += 1
        return self.ranking[order[first]].rank or 0, self.ranking[order[last]].rank or 0

    @property
    def even(self) -> bool:
        """Whether not even the first can be told apart from the last."""
        return self.ranked[-1] in self.leaders

    # -- words -------------------------------------------------------------------------------------------------------------

    def unit_name(self, name: str) -> str:
        """A unit's name in the language of the report."""
        return self.words.of(self.unit(name).name)

    def names(self, ids: Sequence[str], most: int = _NAMED) -> str:
        """Units in a row; of many, the first and how many more."""
        if len(ids) <= most:
            return self.words.list([self.unit_name(name) for name in ids])
        words = self.words
        first = words("group_name_separator").join(self.unit_name(name) for name in ids[:most])
        return words("group_names_more", names=first, more=words.number(len(ids) - most, 0))

    @property
    def left_out(self) -> str:
        """The dimensions that do not speak for every unit."""
        return self.dimension_names(tuple(self.group.left_out))

    def units(self, count: int) -> str:
        """So many units."""
        return self.words("group_one_unit" if count == 1 else "group_units", count=self.words.number(count, 0))

    def probability(self, share: float) -> str:
        """A share of the draws in per cent."""
        return probability(self.words, share)

    def often(self, share: float) -> str:
        """The same, inside a sentence."""
        return self.words("group_nearly_always") if share >= NEARLY_ALL else self.words.percent(share)

    def dimension_names(self, ids: Sequence[str]) -> str:
        """Dimensions in a row inside a sentence."""
        return self.words.list([self.quoted(dimension) for dimension in self.instrument.dimensions if dimension.id in ids])

    def numbered(self, criterion: str) -> str:
        """A criterion with its id, as a heading."""
        return self.labelled(criterion)


def _sure(chances: Mapping[str, Mapping[str, float]], ranking: Mapping[str, Rank], above: str, below: str) -> bool:
    """By the probability of a pair, or by the ranks of the two where it is not known."""
    chance = chances.get(above, {}).get(below)
    if chance is not None:
        return chance >= SURE
    first, second = ranking[above].ci, ranking[below].ci
    return first is not None and second is not None and first[1] < second[0]
