"""Which figures may be shown without showing who said it, and without letting it be worked out from the others.

A unit's figure is a mean over its roles, and a dimension's a mean over its criteria. One hidden figure among shown ones could be
computed from them; so what is hidden is never one role alone nor fewer than three people, and a role's dimension is hidden if
hidden criteria could be solved for with it. A mean of all people beside the mean of the roles' means is a second equation: where
one or two people of a role answered, only one of the two is shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from kamassess.result import Reason
from kamassess.scoring.answers import Floats, Ints
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
    roles: NDArray[np.bool_], respondents: Ints, exists: NDArray[np.bool_], answered: Ints, hierarchy: Hierarchy
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
        open_ = shown[:, 1 + column] & hidden.any(axis=1)
        if open_.any():
            people = respondents[:, children]
            weights = hierarchy.to_dimensions[children - 1 - count, column]
            share = people if hierarchy.instrument.policy.respondents == "equal" else np.ones_like(people)
            if (_solvable(hidden, open_, share, weights) & (people < ANONYMITY)).any():
                shown[hidden.any(axis=1), 1 + column] = False
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


def _solvable(hidden: NDArray[np.bool_], open_: NDArray[np.bool_], share: Ints, weights: Floats) -> NDArray[np.bool_]:
    """(roles, criteria) which hidden figures follow from those of the unit and from the dimensions of roles where these are open.

    A unit's criterion is the mean of its roles' figures by ``share``, a role's dimension that of its criteria by ``weights``.
    Several hidden figures can be solved for together: those are known that are the same in all solutions.
    """
    cells = np.argwhere(hidden)
    criteria = np.where(cells[:, 1] == np.arange(hidden.shape[1])[:, None], share[*cells.T], 0)
    dimensions = np.where(cells[:, 0] == np.flatnonzero(open_)[:, None], weights[cells[:, 1]], 0)
    _, size, directions = np.linalg.svd(np.vstack([criteria, dimensions]).astype(float))
    free = directions[int((size > _ROUNDING * size[0]).sum()) :]
    known = np.zeros_like(hidden)
    known[*cells.T] = (np.abs(free) < _ROUNDING).all(axis=0)
    return known


def withheld_answers(answered: Ints, counted: Ints, *, by_role: bool) -> NDArray[np.bool_]:
    """(questions,) of which nothing may be shown that counts people alike: how many chose what, their mean and spread.

    Beside the mean of the roles' means it would tell what a role of one or two people said. Where as many people of each role
    answered, the two means are the same, and nothing is told. Where fewer than three answered, it is what one or two said.

    Parameters
    ----------
    answered : (roles, questions) int
        How many of each role answered.
    counted : (roles, questions) int
        How many enter the mean of a role: with them those who left it empty, if these count.
    by_role
        Whether a score is the mean of the roles' means.
    """
    some = answered > 0
    total = answered.sum(axis=0)
    few = (some & (answered < ANONYMITY)).any(axis=0)
    alike = _alike(answered) & _alike(counted)
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
