"""What of one unit may not be published, since beside its scores it would tell what one or two people said.

The result holds everything and says of each figure whether it is withheld; what reports show is ``UnitResult.published``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from kamassess.result import Block, Reason
from kamassess.scoring.anonymity import ANONYMITY, TOGETHER, withheld_agreement, withheld_answers
from kamassess.scoring.answers import ANSWERED, NOT_ASKED, Ints
from kamassess.scoring.scores import Scores

__all__ = ["Withheld"]


@dataclass(frozen=True, eq=False)
class Withheld:
    """One unit of a wave.

    Attributes
    ----------
    scores, unit
        The wave, and where the unit stands in it.
    entering : (questions,) bool
        Which questions the unit's agreement is worked out from.
    parts
        The questions of each dimension and screen.
    """

    scores: Scores
    unit: int
    entering: NDArray[np.bool_]
    parts: Sequence[slice]

    @cached_property
    def answered(self) -> Ints:
        """(roles, questions) how many of each role that took part answered."""
        return self._by_role(self._state == ANSWERED)

    @cached_property
    def told(self) -> NDArray[np.bool_]:
        """(questions,) of which counting heads would tell what one or two people said."""
        asked = self._by_role(self._state != NOT_ASKED)
        counted = self._by_role(np.isfinite(self.scores.counted[self._rows]))
        by_role = self.scores.instrument.policy.respondents == "by_role"
        return withheld_answers(asked, self.answered, counted, by_role=by_role)

    @property
    def questions(self) -> NDArray[np.bool_]:
        """(questions,) of which heads are not counted: those, and what covers them."""
        return self._covered[0]

    @property
    def agreement(self) -> NDArray[np.bool_]:
        """(blocks,) of which agreement is not shown."""
        return self._covered[1]

    def why(self, question: int) -> Reason | None:
        """Why nothing of a question may be shown that counts heads."""
        if not self.questions[question]:
            return None
        few = self.scores.counts.n[self.unit, question] < ANONYMITY
        return Reason.TOO_FEW_RESPONDENTS if few else Reason.WITHHELD

    def criteria(self, criteria: Mapping[str, Block], overall: Block) -> dict[str, Block]:
        """Criteria with the reason why what moves with single answers is withheld, and what their intervals say all the same."""
        return {
            name: replace(block, withheld=Reason.WITHHELD if told else None, clear=_clear(block, overall))
            for (name, block), told in zip(criteria.items(), self._criteria.tolist(), strict=True)
        }

    def blocks(self, blocks: Mapping[str, Block]) -> dict[str, Block]:
        """Dimensions and screens: withheld where they are of so few criteria that their interval is that of one or two."""
        inside = self.scores.hierarchy.to_dimensions > 0
        told = (inside & self._criteria[:, None]).any(axis=0) & (inside.sum(axis=0) < TOGETHER)
        return {
            name: replace(block, withheld=Reason.WITHHELD if hide else None)
            for (name, block), hide in zip(blocks.items(), told.tolist(), strict=True)
        }

    @cached_property
    def _covered(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        return withheld_agreement(self.told, self.scores.counts.n[self.unit], self.entering, self.parts)

    @cached_property
    def _criteria(self) -> NDArray[np.bool_]:
        """(criteria,) with a question of a weight that would tell."""
        return np.asarray((self.scores.hierarchy.to_criteria[self.told] > 0).any(axis=0))

    def _by_role(self, marks: NDArray[np.bool_]) -> Ints:
        """(roles, questions) how many of each role are marked, of the (n, questions) marks of the unit's respondents."""
        answers = self.scores.answers
        strata = answers.strata_of(self.unit)
        if not strata:
            return np.zeros((0, marks.shape[1]), dtype=np.int64)
        return np.add.reduceat(marks.astype(np.int64), answers.stratum_start[strata] - self._rows.start, axis=0)

    @property
    def _rows(self) -> slice:
        return self.scores.answers.rows_of_unit(self.unit)

    @property
    def _state(self) -> NDArray[np.int8]:
        """(n, questions) states of the answers of the unit's respondents."""
        return self.scores.answers.state[self._rows]


def _clear(block: Block, overall: Block) -> Literal["above", "below"] | None:
    """Whether all of a block's interval lies above, or below, the overall score."""
    if block.interval is None or overall.score is None:
        return None
    low, high = block.interval
    return "above" if low > overall.score else "below" if high < overall.score else None
