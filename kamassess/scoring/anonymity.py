"""Which figures of a role may be shown without showing who said it, and without letting it be worked out from the others.

A unit's figure is a mean over its roles, and a dimension's a mean over its criteria. One hidden figure among shown ones could be
computed from them; so none is ever hidden alone. Rule and reasons: ``docs/method.md``.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from kamassess.scoring.answers import Ints
from kamassess.scoring.hierarchy import Hierarchy

__all__ = ["ANONYMITY", "shown_figures", "shown_roles"]

ANONYMITY = 3
"""Figures of a role are shown from this many respondents on."""


def shown_roles(sizes: Mapping[str, int]) -> set[str]:
    """Roles of which anything may be shown, from their numbers of respondents.

    >>> sorted(shown_roles({"executive": 2, "kam": 4, "sales": 9}))
    ['sales']
    """
    names = sorted(sizes)
    shown = _complemented(np.array([sizes[name] >= ANONYMITY for name in names]), np.array([sizes[name] for name in names]))
    return {name for name, show in zip(names, shown, strict=True) if show}


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
    for column in range(1 + count, shown.shape[1]):
        _hide_second(shown, respondents, column)
    for column in range(count):
        children = 1 + count + np.flatnonzero(hierarchy.to_dimensions[:, column] > 0)
        alone = (exists & ~shown)[:, children].sum(axis=1) == 1
        shown[alone, 1 + column] = False
        _hide_second(shown, respondents, 1 + column)
    return shown


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
