"""Do the raters of a unit see the same thing? rWG per question, rWG(J) and average deviation per dimension, all units at once.

All three compare answers with what chance would give on the question's scale. Formulas and bands: ``docs/method.md``
(James, Demaree & Wolf 1984; Burke, Finkelstein & Dusig 1999; LeBreton & Senter 2008).
"""

from __future__ import annotations

import numpy as np

from kamassess.instrument import Instrument
from kamassess.scoring.answers import Floats, weighty_questions
from kamassess.scoring.scores import QuestionCounts

__all__ = ["agreement", "chance_variance", "rwg"]


def chance_variance(instrument: Instrument) -> Floats:
    """(Q,) variance of answers spread evenly over a question's options; (A² − 1)/12 for options 1 … A."""
    return np.array([float(np.var(question.scale.values)) for question in instrument.questions.values()])


def rwg(counts: QuestionCounts, instrument: Instrument) -> Floats:
    """(U, Q) 1 − s²/σ², cut to 0–1; NaN below two answers."""
    return np.clip(1 - counts.sd**2 / chance_variance(instrument), 0, 1)


def agreement(counts: QuestionCounts, instrument: Instrument) -> tuple[Floats, Floats]:
    """(U, blocks) rWG(J) and average deviation of each dimension and screen.

    Over its questions that have a weight and, in the unit, at least two answers; the deviation is in scale points.
    """
    ratio = np.where(weighty_questions(instrument), counts.sd**2 / chance_variance(instrument), np.nan)
    deviation = counts.deviation
    rwg_j = np.full((len(counts.n), len(instrument.blocks)), np.nan)
    mean_deviation = rwg_j.copy()
    start = 0
    for column, block in enumerate(instrument.blocks):
        stop = start + sum(len(criterion.questions) for criterion in block.criteria)
        known = np.isfinite(ratio[:, start:stop])
        items = known.sum(axis=1)
        some = items > 0
        mean_ratio = np.divide(np.where(known, ratio[:, start:stop], 0).sum(axis=1), items, out=np.zeros(len(items)), where=some)
        agreed = np.clip(1 - mean_ratio, 0, 1)
        spread = items * agreed + np.clip(mean_ratio, 0, 1)
        rwg_j[some, column] = (items * agreed)[some] / spread[some]
        mean_deviation[some, column] = np.where(known, deviation[:, start:stop], 0).sum(axis=1)[some] / items[some]
        start = stop
    return rwg_j, mean_deviation
