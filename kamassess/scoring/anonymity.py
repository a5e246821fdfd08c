"""Which figures of a role may be shown without showing who said it, and without letting it be worked out from the others.

A unit's figure is a mean over its roles, and a dimension's a mean over its criteria. One hidden figure among shown ones could be
computed from them; so none is ever hidden alone, and a role's dimension is hidden if hidden criteria could be solved for with it.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from kamassess.result import Reason
from kamassess.scoring.answers import Floats, Ints
from kamassess.scoring.hierarchy import Hierarchy

__all__ = ["ANONYMITY", "named_roles", "roles_shown", "shown_figures", "shown_roles", "why_hidden"]

ANONYMITY = 3
"""Figures of a role are shown from this many respondents on."""

_ROUNDING = 1e-9


def shown_roles(sizes: Mapping[str, int]) -> set[str]:
    """Roles of which anything may be shown, from their numbers of respondents.

    >>> sorted(shown_roles({"executive": 2, "kam": 4, "sales": 9}))
    ['kam', 'sales']
    """
    return {name for name, size in sizes.items() if size >= ANONYMITY}


def named_roles(sizes: Mapping[str, int]) -> set[str]:
    """Roles that may stand beside a comment: a single role that is never named would be named by its absence.

    >>> sorted(named_roles({"executive": 2, "kam": 4, "sales": 9}))
    ['sales']
    """
    names = sorted(sizes)
    shown = _complemented(np.array([sizes[name] >= ANONYMITY for name in names]), np.array([sizes[name] for name in names]))
    return {name for name, show in zip(names, shown, strict=True) if show}


def roles_shown(sizes: Mapping[str, int]) -> frozenset[str]:
    """Which roles may be shown beside the whole of a vote, by how many answered: what is left is nobody or at least three.

    >>> sorted(roles_shown({"executive": 2, "kam": 4, "sales": 3})), sorted(roles_shown({"executive": 2, "kam": 4, "sales": 1}))
    (['kam'], ['kam'])
    """
    shown = {role for role, size in sizes.items() if size >= ANONYMITY}
    smallest = sorted(shown, key=lambda role: (sizes[role], role))
    rest = sum(sizes.values()) - sum(sizes[role] for role in shown)
    while 0 < rest < ANONYMITY and smallest:
        hidden = smallest.pop(0)
        shown.remove(hidden)
        rest += sizes[hidden]
    return frozenset(shown)


def shown_figures(
    roles: NDArray[np.bool_], respondents: Ints, exists: NDArray[np.bool_], hierarchy: Hierarchy
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
    hierarchy
        The instrument's tree.
    """
    count = hierarchy.to_dimensions.shape[1]
    shown = roles[:, None] & (respondents >= ANONYMITY) & exists
    shown[:, 0] = False
    lone = ((respondents > 0) & ~shown).sum(axis=0) == 1
    for column in 1 + count + np.flatnonzero(lone[1 + count :]):
        _hide_second(shown, respondents, column)
    for column in range(count):
        children = 1 + count + np.flatnonzero(hierarchy.to_dimensions[:, column] > 0)
        hidden = (exists & ~shown)[:, children]
        shown[hidden.sum(axis=1) == 1, 1 + column] = False
        _hide_second(shown, respondents, 1 + column)
        open_ = shown[:, 1 + column] & hidden.any(axis=1)
        if open_.any():
            people = respondents[:, children]
            weights = hierarchy.to_dimensions[children - 1 - count, column]
            share = people if hierarchy.instrument.policy.respondents == "equal" else np.ones_like(people)
            if (_solvable(hidden, open_, share, weights) & (people < ANONYMITY)).any():
                shown[hidden.any(axis=1), 1 + column] = False
                _hide_second(shown, respondents, 1 + column)
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


def _hide_second(shown: NDArray[np.bool_], respondents: Ints, column: int) -> None:
    part = respondents[:, column] > 0
    shown[part, column] = _complemented(shown[part, column], respondents[part, column])


def _complemented(shown: NDArray[np.bool_], sizes: Ints) -> NDArray[np.bool_]:
    """Where exactly one is hidden, hide the smallest other as well (the first of equals)."""
    others = np.flatnonzero(shown)
    if len(shown) - len(others) == 1 and len(others):
        shown = shown.copy()
        shown[others[np.argmin(sizes[others])]] = False
    return shown
