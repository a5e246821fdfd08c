"""Reliability of each dimension over all respondents of a wave: are its questions about one thing, and do units differ in it?"""

from __future__ import annotations

import numpy as np

from kamassess.result import Reason, Reliability, RoleReliability
from kamassess.scoring.anonymity import ANONYMITY
from kamassess.scoring.answers import Answers, Floats, divide, weighty_questions
from kamassess.stats import GroupICC, cronbach_alpha, icc_groups, mcdonald_omega

__all__ = ["consistency_band", "group_icc", "reliability"]

_BANDS = ((0.7, "low"), (0.8, "usable"), (0.95, "good"))


def consistency_band(alpha: float) -> str:
    """The word for a Cronbach's α: low, usable (from .70), good (from .80), redundant (above .95).

    >>> consistency_band(0.69), consistency_band(0.7), consistency_band(0.96)
    ('low', 'usable', 'redundant')
    """
    if alpha > _BANDS[-1][0]:
        return "redundant"
    return next((name for top, name in _BANDS if alpha < top), "good")


def reliability(answers: Answers) -> dict[str, Reliability]:
    """By dimension id, over its questions that have a weight.

    α and ω on respondents who answered all of them, ``n`` of these; the same for what each role is asked; ICC of respondents'
    means, by unit.
    """
    weighty = weighty_questions(answers.instrument)
    found = {}
    start = 0
    for dimension in answers.instrument.dimensions:
        questions = [question for criterion in dimension.criteria for question in criterion.questions]
        stop = start + len(questions)
        kept = weighty[start:stop]
        items = answers.value[:, start:stop][:, kept]
        asked = [question.roles for question, keep in zip(questions, kept, strict=True) if keep]
        start = stop
        whole, groups = _consistency(items), group_icc(answers, _means(items))
        by_role = {
            role: _of_role(_consistency(items[answers.role == number][:, [role in roles for roles in asked]]))
            for number, role in enumerate(answers.instrument.role_ids)
            if any(role in roles for roles in asked)
        }
        found[dimension.id] = Reliability(
            alpha=whole.alpha,
            alpha_ci=whole.alpha_ci,
            omega=whole.omega,
            icc1=groups.icc1,
            icc2=groups.icc2,
            n=whole.n,
            reason=whole.reason,
            n_items=whole.n_items,
            band=None if whole.alpha is None else consistency_band(whole.alpha),
            icc_n=groups.n,
            n_units=groups.n_groups,
            icc_reason=groups.reason,
            icc1_ci=groups.icc1_ci,
            by_role=by_role,
        )
    return found


def group_icc(answers: Answers, values: Floats) -> GroupICC:
    """ICC of one value a respondent, by unit."""
    return icc_groups(values, np.repeat(answers.stratum_unit, answers.stratum_size))


def _consistency(items: Floats) -> RoleReliability:
    alpha, omega = cronbach_alpha(items), mcdonald_omega(items)
    interval = (alpha.ci_low, alpha.ci_high) if alpha.ci_low is not None and alpha.ci_high is not None else None
    return RoleReliability(alpha.value, interval, omega.value, alpha.n, alpha.n_items, alpha.reason)


def _of_role(found: RoleReliability) -> RoleReliability:
    """Of one or two people there is none: it would say more of them than of the questions."""
    if found.n >= ANONYMITY:
        return found
    return RoleReliability(None, None, None, found.n, found.n_items, Reason.TOO_FEW_ANSWERS)


def _means(items: Floats) -> Floats:
    """(R,) each respondent's plain mean; NaN without an answer."""
    known = np.isfinite(items)
    return divide(np.where(known, items, 0).sum(axis=1), known.sum(axis=1).astype(float))
