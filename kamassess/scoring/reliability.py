"""Reliability of each dimension over all respondents of a wave: are its questions about one thing, and do units differ in it?"""

from __future__ import annotations

import numpy as np

from kamassess.result import Reliability
from kamassess.scoring.answers import Answers, divide, weighty_questions
from kamassess.stats import cronbach_alpha, icc_groups, mcdonald_omega

__all__ = ["reliability"]


def reliability(answers: Answers) -> dict[str, Reliability]:
    """By dimension id, over its questions that have a weight.

    α and ω on respondents who answered all of them, ``n`` of these; ICC of respondents' means, by unit.
    """
    weighty = weighty_questions(answers.instrument)
    unit = np.repeat(answers.stratum_unit, answers.stratum_size)
    found = {}
    start = 0
    for dimension in answers.instrument.dimensions:
        stop = start + sum(len(criterion.questions) for criterion in dimension.criteria)
        items = answers.value[:, start:stop][:, weighty[start:stop]]
        start = stop
        alpha, omega = cronbach_alpha(items), mcdonald_omega(items)
        known = np.isfinite(items)
        count = known.sum(axis=1)
        means = divide(np.where(known, items, 0).sum(axis=1), count.astype(float))
        groups = icc_groups(means, unit)
        interval = (alpha.ci_low, alpha.ci_high) if alpha.ci_low is not None and alpha.ci_high is not None else None
        found[dimension.id] = Reliability(alpha.value, interval, omega.value, groups.icc1, groups.icc2, alpha.n, alpha.reason)
    return found
