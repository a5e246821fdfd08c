"""Do the raters of a unit see the same thing? Agreement per question and per dimension, all units at once.

All figures compare answers with what chance would give on the question's scale. Formulas and bands: ``docs/method.md``
(James, Demaree & Wolf 1984; Burke, Finkelstein & Dusig 1999; LeBreton & Senter 2008; Krippendorff 2019).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from kamassess.instrument import Dimension, Instrument
from kamassess.scoring.answers import Floats, Ints, weighty_questions
from kamassess.scoring.scores import QuestionCounts
from kamassess.stats import rwg_j_null

__all__ = ["BlockAgreement", "agreement", "agreement_band", "apart", "chance_agreement", "chance_variance", "rwg"]

_BANDS = ((0.3, "lack"), (0.5, "weak"), (0.7, "moderate"), (0.9, "strong"), (1.0, "very_strong"))
_CARRIES = 0.7
"""rWG(J) above which a mean is taken to stand for the answers (LeBreton & Senter 2008)."""
_CHANCE = 0.95
_NULL_REPLICATES = 2000


@dataclass(frozen=True, eq=False)
class BlockAgreement:
    """(U, blocks) arrays over the questions of a block that have a weight and, in the unit, at least two answers.

    ``answers`` is the mean number of answers to these ``items``; ``ad`` and ``ad_limit`` are in scale points. NaN without items.
    """

    rwg_j: Floats
    ad: Floats
    ad_limit: Floats
    krippendorff: Floats
    items: Ints
    answers: Floats


def agreement_band(value: float) -> str:
    """The word for a rWG value: lack, weak, moderate, strong, very_strong (LeBreton & Senter 2008).

    >>> agreement_band(0.44), agreement_band(0.81)
    ('weak', 'strong')
    """
    return next(name for top, name in _BANDS if round(value, 2) <= top)


def chance_variance(instrument: Instrument) -> Floats:
    """(Q,) variance of answers spread evenly over a question's options; (A² − 1)/12 for options 1 … A."""
    return np.array([float(np.var(question.scale.values)) for question in instrument.questions.values()])


def rwg(counts: QuestionCounts, instrument: Instrument) -> Floats:
    """(U, Q) 1 − s²/σ², cut to 0–1; NaN below two answers."""
    return np.clip(1 - counts.sd**2 / chance_variance(instrument), 0, 1)


def agreement(counts: QuestionCounts, instrument: Instrument) -> BlockAgreement:
    """Agreement on each dimension and screen of each unit."""
    ratio = np.where(weighty_questions(instrument), counts.sd**2 / chance_variance(instrument), np.nan)
    limits = np.array([_deviation_limit(question.scale.values) for question in instrument.questions.values()])
    shape = (len(counts.n), len(instrument.blocks))
    found = {name: np.full(shape, np.nan) for name in ("rwg_j", "ad", "ad_limit", "krippendorff", "answers")}
    items = np.zeros(shape, dtype=np.int64)
    start = 0
    for column, block in enumerate(instrument.blocks):
        stop = start + sum(len(criterion.questions) for criterion in block.criteria)
        part = slice(start, stop)
        start = stop
        known = np.isfinite(ratio[:, part])
        items[:, column] = known.sum(axis=1)
        some = items[:, column] > 0
        count = items[some, column]

        def mean(values: Floats, known: np.ndarray = known[some], count: Ints = count) -> Floats:
            total: Floats = np.where(known, values, 0).sum(axis=1)
            return total / count

        unlike = np.clip(mean(ratio[some, part]), 0, 1)
        found["rwg_j"][some, column] = count * (1 - unlike) / (count * (1 - unlike) + unlike)
        found["ad"][some, column] = mean(counts.deviation[some, part])
        found["ad_limit"][some, column] = mean(np.broadcast_to(limits[part], known[some].shape))
        found["answers"][some, column] = mean(counts.n[some, part].astype(float))
        if _one_scale(block):
            found["krippendorff"][some, column] = _krippendorff(counts, part, known)[some]
    return BlockAgreement(items=items, **found)


def apart(found: BlockAgreement, instrument: Instrument) -> NDArray[np.bool_]:
    """(U, blocks) whether people do not agree: a mean that does not stand for their answers. False where nothing is known.

    A mean stands for the answers if rWG(J) is above .70 and above what chance gives, and AD is within its limit.
    """
    known = np.isfinite(found.rwg_j)
    near = known & (found.rwg_j > _CARRIES) & (found.ad <= found.ad_limit)
    unlike: NDArray[np.bool_] = known & ~near
    for column, block in enumerate(instrument.blocks):
        rows, options = np.flatnonzero(near[:, column]), block.criteria[0].questions[0].scale.values
        sizes = np.stack([found.items[rows, column], found.answers[rows, column].astype(np.int64)], axis=1)
        distinct, which = np.unique(sizes, axis=0, return_inverse=True)
        limits = [chance_agreement(options, items, answers) for items, answers in distinct.tolist()]
        chance = np.array([-np.inf if limit is None else limit for limit in limits])
        unlike[rows, column] = found.rwg_j[rows, column] <= chance[which.reshape(-1)]
    return unlike


@cache
def chance_agreement(options: tuple[float, ...], items: int, answers: int) -> float | None:
    """What rWG(J) of random answers exceeds in one case of twenty; None below two people."""
    if answers < 2 or items < 1:
        return None
    return float(np.quantile(rwg_j_null(options, (answers,) * items, _NULL_REPLICATES), _CHANCE, method="higher"))


def _deviation_limit(options: tuple[float, ...]) -> float:
    """The largest average deviation at which a mean stands for the answers: A/6 steps for A options (Burke & Dunlap 2002)."""
    step = (max(options) - min(options)) / (len(options) - 1) if len(options) > 1 else 0.0
    return len(options) / 6 * step


def _one_scale(block: Dimension) -> bool:
    return len({question.scale.values for criterion in block.criteria for question in criterion.questions}) == 1


def _krippendorff(counts: QuestionCounts, part: slice, known: np.ndarray) -> Floats:
    """(U,) Krippendorff's α for interval data from counts, means and variances: 1 − Σm·s² / (N·S²), m answers to a question."""
    size = np.where(known, counts.n[:, part], 0).astype(float)
    mean, variance = (np.where(known, values[:, part], 0.0) for values in (counts.mean, counts.sd**2))
    total = size.sum(axis=1)
    safe = np.where(total > 1, total, np.nan)
    centre = (size * mean).sum(axis=1) / safe
    within = (np.maximum(size - 1, 0) * variance).sum(axis=1)
    between = (size * (mean - np.nan_to_num(centre)[:, None]) ** 2).sum(axis=1)
    overall = (within + between) / (safe - 1)
    return np.where(overall > 1e-18, 1 - (size * variance).sum(axis=1) / (safe * np.where(overall > 1e-18, overall, 1.0)), np.nan)
