"""Which figures may be shown without showing who said it, and without letting it be worked out from the others.

A unit's figure is a mean over its roles, and a dimension's a mean over its criteria. One hidden figure among shown ones could be
computed from them; so what is hidden is never one role alone nor fewer than three people, and a role's dimension is hidden if
hidden criteria could be solved for with it. A mean of all people beside the mean of the roles' means is a second equation: where
one or two people of a role answered, only one of the two is shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from kamassess.result import Reason
from kamassess.scoring.answers import Ints
from kamassess.scoring.hierarchy import Hierarchy

__all__ = [
    "ANONYMITY",
    "TOGETHER",
    "named_roles",
    "roles_shown",
    "shown_figures",
    "shown_roles",
    "why_hidden",
    "withheld_agreement",
    "withheld_answers",
]

ANONYMITY = 3
"""Figures of a role are shown from this many respondents on."""
TOGETHER = 3
"""Questions of a dimension whose answers are withheld, if any are: their agreement is part of that of the dimension, and that of
one or two could be told from it."""

_ROUNDING = 1e-9


def shown_roles(sizes: Mapping[str, int]) -> set[str]:
    """Roles of which anything may be shown, from their numbers of respondents.

    >>> sorted(shown_roles({"executive": 2, "kam": 4, "sales": 9}))
    ['kam', 'sales']
    """
    return {name for name, size in sizes.items() if size >= ANONYMITY}


def named_roles(sizes: Mapping[str, int]) -> frozenset[str]:
    """Roles that may stand beside a comment: those that are never named must be at least three people, and more than one role.

    >>> sorted(named_roles({"executive": 2, "kam": 4, "sales": 9}))
    ['sales']
    """
    return roles_shown(sizes)


def roles_shown(sizes: Mapping[str, int]) -> frozenset[str]:
    """Which roles may be shown beside the whole of a vote, by how many answered: what is left is nobody or at least three.

    >>> sorted(roles_shown({"executive": 2, "kam": 4, "sales": 3})), sorted(roles_shown({"executive": 2, "kam": 4, "sales": 1}))
    (['kam'], ['kam'])
    """
    names = sorted(sizes)
    people = np.array([sizes[name] for name in names], dtype=np.int64)
    shown = _covered(people >= ANONYMITY, people)
    return frozenset(name for name, show in zip(names, shown.tolist(), strict=True) if show)


def shown_figures(
    roles: NDArray[np.bool_],
    respondents: Ints,
    exists: NDArray[np.bool_],
    answered: Ints,
    heads: NDArray[np.bool_],
    hierarchy: Hierarchy,
) -> NDArray[np.bool_]:
    """(roles, 1 + dimensions + criteria) which figures of a unit's roles may be shown; the overall one never is.

    Parameters
    ----------
    roles : (roles,) bool
        Roles of which anything may be shown.
    respondents : (roles, 1 + dimensions + criteria) int
        How many answered a question of the block.
    exists : (roles, 1 + dimensions + criteria) bool
        Which figures there are.
    answered : (roles, questions) int
        How many answered each question.
    heads : (questions,) bool
        Of which questions it is shown how many chose what.
    hierarchy
        The instrument's tree.
    """
    count = hierarchy.to_dimensions.shape[1]
    few = ((answered > 0) & (answered < ANONYMITY)).astype(float) @ (hierarchy.to_criteria > 0) > 0
    shown = roles[:, None] & (respondents >= ANONYMITY) & exists
    shown[:, 0] = False
    shown[:, 1 + count :] &= ~few
    for column in np.flatnonzero(((respondents > 0) & ~shown)[:, 1 + count :].any(axis=0)).tolist():
        _cover_criterion(shown[:, 1 + count + column], answered[:, hierarchy.to_criteria[:, column] > 0])
    for column in range(count):
        children = 1 + count + np.flatnonzero(hierarchy.to_dimensions[:, column] > 0)
        hidden = (exists & ~shown)[:, children]
        shown[hidden.sum(axis=1) == 1, 1 + column] = False
        _cover(shown[:, 1 + column], respondents[:, 1 + column])
        while (open_ := shown[:, 1 + column] & hidden.any(axis=1)).any() and _told(
            hidden, open_, answered, heads, children - 1 - count, hierarchy
        ):
            smallest = np.flatnonzero(open_)[np.argmin(respondents[open_, 1 + column])]
            shown[smallest, 1 + column] = False
            _cover(shown[:, 1 + column], respondents[:, 1 + column])
    return shown


def why_hidden(asked: NDArray[np.bool_], weighs: NDArray[np.bool_], open_: NDArray[np.bool_], people: Ints) -> list[list[Reason]]:
    """(roles, 1 + dimensions + criteria) why a figure that is not shown is not, for all figures.

    Whom a question goes to is no secret. That nobody of a role answered is said of roles of which something may be shown; of the
    others it would tell what one or two people left out.
    """
    reasons = (Reason.WITHHELD, Reason.NO_ANSWERS, Reason.NOT_ASKED, Reason.ZERO_WEIGHT)
    found = np.zeros(people.shape, dtype=np.int64)  # an array of reasons would make plain text of them
    found[open_[:, None] & (people == 0)] = 1
    found[~asked] = 2
    found[:, ~weighs] = 3
    return [[reasons[code] for code in row] for row in found]


def _told(
    hidden: NDArray[np.bool_],
    open_: NDArray[np.bool_],
    answered: Ints,
    heads: NDArray[np.bool_],
    criteria: NDArray[np.int64],
    hierarchy: Hierarchy,
) -> bool:
    """Whether what one or two people said follows from a dimension's scores and from the figures of roles that are shown in it.

    Unknown is what each role said to each question of the criteria hidden of it. A question's score, and where heads are counted
    their mean, tells of their sum over roles, a role's figure of the dimension of their sum over questions. Something follows of
    one or two people if what they said, weighed in some way, is the same in all solutions.
    """
    weights = hierarchy.to_criteria[:, criteria] * hierarchy.to_dimensions[criteria].max(axis=1)
    of = np.argmax(weights > 0, axis=1)
    cells = np.argwhere((answered > 0) & hidden[:, of] & (weights > 0).any(axis=1))
    if not len(cells):
        return False
    role, question = cells.T
    inside = hierarchy.to_criteria[:, criteria]
    whole = (answered > 0).astype(float) @ inside  # (roles, criteria): the weight of what a role answered
    shares = weights[question, of[question]] / whole[role, of[question]]
    here, people = question == np.unique(question)[:, None], answered[role, question]
    equal = hierarchy.instrument.policy.respondents == "equal"
    scores = np.where(here, people if equal else 1, 0)
    counts = np.where(here & heads[question], people, 0)
    figures = np.where(role == np.flatnonzero(open_)[:, None], shares, 0)
    _, size, directions = np.linalg.svd(np.vstack([scores, counts, figures]).astype(float))
    free = directions[int((size > _ROUNDING * size[0]).sum()) :]
    few = (people < ANONYMITY) & (answered.sum(axis=0)[question] >= ANONYMITY)
    present = np.unique(role[few]).tolist()
    groups = [few & (role == one) for one in present]
    groups += [few & (people == 1) & ((role == one) | (role == other)) for one, other in combinations(present, 2)]
    return any(int(np.linalg.matrix_rank(free[:, group], tol=_ROUNDING)) < group.sum() for group in groups if group.any())


def withheld_answers(asked: Ints, answered: Ints, counted: Ints, *, by_role: bool) -> NDArray[np.bool_]:
    """(questions,) of which nothing may be shown that counts heads: how many chose what, their mean and spread.

    Beside the mean of the roles' means it would tell what a role of one or two people said, or that they said nothing. Where
    as many people of each role answered, the two means are the same, and nothing is told. Where fewer than three answered, it
    is what one or two said.

    Parameters
    ----------
    asked : (roles, questions) int
        How many of each role that took part were asked.
    answered : (roles, questions) int
        How many of each role answered.
    counted : (roles, questions) int
        How many enter the mean of a role: with them those who left it empty, if these count.
    by_role
        Whether a score is the mean of the roles' means.
    """
    some = answered > 0
    total = answered.sum(axis=0)
    few = ((some & (answered < ANONYMITY)) | ((asked > 0) & (asked < ANONYMITY))).any(axis=0)
    alike = _alike(asked) & _alike(answered) & _alike(counted)
    found: NDArray[np.bool_] = (total > 0) & ((total < ANONYMITY) | (few & ~alike & by_role))
    return found


def withheld_agreement(
    withheld: NDArray[np.bool_], n: Ints, entering: NDArray[np.bool_], parts: Sequence[slice]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(questions,) those withheld with the others', and (blocks,) whose agreement may not be shown.

    What people agree on a dimension is a mean over its questions; less those that are shown it is that of the others. So at least
    :data:`TOGETHER` are withheld if any are, the least answered first; where there are not so many, the agreement is.

    Parameters
    ----------
    withheld : (questions,) bool
        Of which nothing is shown that counts people alike.
    n : (questions,) int
        How many answered.
    entering : (questions,) bool
        Which questions agreement is worked out from.
    parts
        The questions of each block.
    """
    withheld = withheld.copy()
    hidden = np.zeros(len(parts), dtype=bool)
    for number, part in enumerate(parts):
        missing = TOGETHER - int((withheld & entering)[part].sum())
        if not 0 < missing < TOGETHER:
            continue
        others = part.start + np.flatnonzero((entering & ~withheld)[part])
        cover = others[np.argsort(n[others], kind="stable")][:missing]
        withheld[cover] = True
        hidden[number] = len(cover) < missing
    return withheld, hidden


def _alike(people: Ints) -> NDArray[np.bool_]:
    """(questions,) whether all roles that have anybody have as many."""
    least = np.where(people > 0, people, np.iinfo(people.dtype).max).min(axis=0, initial=np.iinfo(people.dtype).max)
    found: NDArray[np.bool_] = least >= people.max(axis=0, initial=0)
    return found


def _cover_criterion(shown: NDArray[np.bool_], answered: Ints) -> None:
    """Hide more of a criterion's figures, (roles,), until in none of its (roles, questions) what is hidden could be told."""
    while True:
        before = shown.copy()
        for people in answered.T:
            _cover(shown, people)
        if (shown == before).all():
            return


def _cover(shown: NDArray[np.bool_], people: Ints) -> None:
    part = people > 0
    shown[part] = _covered(shown[part], people[part])


def _covered(shown: NDArray[np.bool_], sizes: Ints) -> NDArray[np.bool_]:
    """While one role alone is hidden, or fewer than three people are, hide the smallest other as well (the first of equals)."""
    shown = shown.copy()
    while (~shown).sum() == 1 or 0 < sizes[~shown].sum() < ANONYMITY:
        others = np.flatnonzero(shown)
        if not len(others):
            break
        shown[others[np.argmin(sizes[others])]] = False
    return shown
