"""One unit's part of the result as an analyst would first write it in pandas and scipy: a loop over replicates, a call a test.

Besides the scores and intervals of :mod:`plain_scoring`: agreement of each question and dimension, gaps between roles with
interval, effect size and permutation test, and how often the level differs under other weights.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from plain_scoring import score_unit
from scipy import stats

from kamassess.instrument import Instrument

__all__ = ["audit_unit"]

_REPLICATES, _PERMUTATIONS = 1000, 4999


def audit_unit(frame: pd.DataFrame, instrument: Instrument) -> dict[str, Any]:
    """Everything of one unit from its answers, one row an answer."""
    wide = frame.pivot(index="respondent", columns="question", values="value")
    role = frame.groupby("respondent")["role"].first().reindex(wide.index)
    scores = score_unit(frame, instrument)
    return {
        "scores": scores,
        "agreement": [_agreement(wide, dimension) for dimension in instrument.dimensions],
        "gaps": [
            _gap(wide.loc[role == one, questions].mean(axis=1).dropna(), wide.loc[role == other, questions].mean(axis=1).dropna())
            for questions in (_questions(dimension) for dimension in instrument.dimensions)
            for one, other in combinations(sorted(role.unique()), 2)
        ],
        "robustness": _robustness(wide, role, instrument),
    }


def _questions(dimension: Any) -> list[str]:
    return [question.id for criterion in dimension.criteria for question in criterion.questions]


def _agreement(wide: pd.DataFrame, dimension: Any) -> tuple[pd.Series, float, float]:
    """rWG of each question, rWG(J) and average deviation of the dimension."""
    answers = wide[_questions(dimension)]
    ratio = answers.var() / 2.0
    items, unlike = len(ratio), ratio.mean()
    deviation = (answers - answers.mean()).abs().mean().mean()
    return 1 - ratio, items * (1 - unlike) / (items * (1 - unlike) + unlike), deviation


def _gap(one: pd.Series, other: pd.Series) -> tuple[float, np.ndarray, float, float]:
    """Difference, interval, Hedges' g and permutation p of two roles."""
    rng = np.random.default_rng(0)
    drawn = [rng.choice(one, len(one)).mean() - rng.choice(other, len(other)).mean() for _ in range(_REPLICATES)]
    freedom = len(one) + len(other) - 2
    pooled = np.sqrt(((len(one) - 1) * one.var() + (len(other) - 1) * other.var()) / freedom)
    g = (one.mean() - other.mean()) / pooled * (1 - 3 / (4 * freedom - 1))
    test = stats.permutation_test(
        (one.to_numpy(), other.to_numpy()),
        lambda x, y, axis: x.mean(axis=axis) - y.mean(axis=axis),
        n_resamples=_PERMUTATIONS,
        vectorized=True,
        rng=rng,
    )
    return one.mean() - other.mean(), np.percentile(drawn, [2.5, 97.5]), g, test.pvalue


def _robustness(wide: pd.DataFrame, role: pd.Series, instrument: Instrument) -> float:
    """How often the level differs when people and weights are drawn again."""
    rng = np.random.default_rng(0)
    weights = np.array([dimension.weight for dimension in instrument.dimensions])
    starts = np.array([level.start for level in instrument.levels])
    people = [group.index.to_numpy() for _, group in role.groupby(role)]
    levels = []
    for _ in range(_REPLICATES):
        chosen = np.concatenate([rng.choice(group, len(group)) for group in people])
        questions = wide.loc[chosen].groupby(role.loc[chosen].to_numpy()).mean().mean()
        dimensions = np.array([questions[_questions(dimension)].mean() for dimension in instrument.dimensions])
        drawn = rng.dirichlet(10 * len(weights) * weights / weights.sum())
        levels.append(np.searchsorted(starts, dimensions @ drawn, side="right"))
    return float(np.mean(np.array(levels) != np.median(levels)))
