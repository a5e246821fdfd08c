"""Weights from comparisons in pairs: the analytic hierarchy process (AHP), its consistency, and several judges as one.

A matrix says in row i, column j how many times as important i is as j; column i of row j says the reciprocal.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse.csgraph import connected_components

from kamassess.result import Reason

__all__ = ["AHP", "RANDOM_INDICES", "Inconsistency", "aggregate_judgements", "ahp", "linked", "most_inconsistent"]

RANDOM_INDICES = {
    "saaty": (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59),
    "alonso_lamata": (
        *(0.0, 0.0, 0.5245, 0.8815, 1.1086, 1.2479, 1.3417, 1.4056),
        *(1.4499, 1.4854, 1.5141, 1.5365, 1.5551, 1.5713, 1.5838),
    ),
}
"""The mean CI of random matrices of 1, 2, … 15 items: Saaty (1980) from few of them, which is why 12 lies below 11; Alonso &
Lamata (2006) from 500,000 of each size."""

_RECIPROCAL = 1e-6
_NEGLIGIBLE = 1e-6


@dataclass(frozen=True, slots=True)
class AHP:
    """Weights and how consistent the comparisons behind them are.

    Attributes
    ----------
    weights
        Sum to 1, in the order of the matrix; None with a ``reason``.
    lambda_max
        The principal eigenvalue: ``n`` if the comparisons agree perfectly, else more.
    ci
        Consistency index, (λmax − n)/(n − 1).
    cr
        Consistency ratio, CI over the random index; by custom up to 0.10 is accepted. None with a ``reason``.
    n
        Items compared.
    random_index
        The name of the table in ``RANDOM_INDICES``.
    """

    weights: tuple[float, ...] | None
    lambda_max: float | None
    ci: float | None
    cr: float | None
    n: int
    random_index: str
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Inconsistency:
    """A comparison that fits the weights badly: ``row`` was judged ``judged`` times ``column``, the weights say ``implied``."""

    row: int
    column: int
    judged: float
    implied: float


def ahp(matrix: ArrayLike, random_index: str = "saaty") -> AHP:
    """Weights as the principal right eigenvector of a matrix of comparisons, with its consistency.

    Parameters
    ----------
    matrix : (n, n) array_like
        Positive and reciprocal, the diagonal 1; NaN in both cells of a pair is a comparison not made.
    random_index
        ``"saaty"`` or ``"alonso_lamata"``; both tables end at 15 items.

    Returns
    -------
    AHP
        CR is 0 for one and two items. Where comparisons were not made, weights and λmax are those of the matrix completed with
        the ratios of the weights themselves (Harker), and there is no CR: random matrices with gaps have another CI. If the
        comparisons made do not link all items, there are no weights. Beyond the table there is no CR either.

    Raises
    ------
    ValueError
        Not square, empty, not positive, or not reciprocal within 1e-6 (0.333 is not ⅓); the message names the cell. Nothing is
        rebuilt here: which of two cells to believe is for the reader of the file to say.

    References
    ----------
    Saaty (1980), The Analytic Hierarchy Process; Harker (1987), Mathematical Modelling 9; Alonso & Lamata (2006), International
    Journal of Uncertainty, Fuzziness and Knowledge-Based Systems 14.

    Examples
    --------
    >>> found = ahp([[1, 2, 6], [1 / 2, 1, 3], [1 / 6, 1 / 3, 1]])
    >>> [round(weight, 3) for weight in found.weights], round(found.cr, 6)
    ([0.6, 0.3, 0.1], 0.0)
    """
    table = RANDOM_INDICES.get(random_index)
    if table is None:
        raise ValueError(f"there is no table of random indices {random_index!r}; there are {', '.join(RANDOM_INDICES)}")
    judged = _checked(matrix)
    n = len(judged)
    missing = np.isnan(judged)
    if len(linked(judged)) > 1:
        return AHP(None, None, None, None, n, random_index, Reason.INCOMPLETE_COMPARISONS)
    filled = np.where(missing, 0.0, judged) + np.diag(missing.sum(axis=1))
    values, vectors = np.linalg.eig(filled)
    principal = int(values.real.argmax())
    vector = np.abs(vectors[:, principal].real)
    weights = tuple((vector / vector.sum()).tolist())
    largest = max(float(values[principal].real), float(n))
    ci = (largest - n) / (n - 1) if n > 1 else 0.0
    if missing.any():
        return AHP(weights, largest, ci, None, n, random_index, Reason.INCOMPLETE_COMPARISONS)
    if n > len(table):
        return AHP(weights, largest, ci, None, n, random_index, Reason.NO_RANDOM_INDEX)
    return AHP(weights, largest, ci, ci / table[n - 1] if n > 2 else 0.0, n, random_index)


def linked(matrix: ArrayLike) -> tuple[tuple[int, ...], ...]:
    """Items in groups that comparisons link, directly or through others; one group if there are weights for all.

    >>> linked([[1, 2, math.nan], [0.5, 1, math.nan], [math.nan, math.nan, 1]])
    ((0, 1), (2,))
    """
    made = ~np.isnan(np.asarray(matrix, dtype=float))
    _, labels = connected_components(made, directed=False)
    return tuple(tuple(np.flatnonzero(labels == label).tolist()) for label in dict.fromkeys(labels.tolist()))


def aggregate_judgements(matrices: Sequence[ArrayLike]) -> NDArray[np.float64]:
    """The comparisons of several judges as those of one: cell by cell the geometric mean over the judges who made the comparison.

    It is the only mean that keeps the reciprocals reciprocal and does not depend on which of the two items is asked about.

    Parameters
    ----------
    matrices : sequence of (n, n) array_like
        One for each judge, as in :func:`ahp`; their order does not matter.

    Returns
    -------
    (n, n) array
        NaN where nobody compared.

    Raises
    ------
    ValueError
        There is none, they differ in size, or one is not as :func:`ahp` needs it.

    References
    ----------
    Aczél & Saaty (1983), Journal of Mathematical Psychology 27.
    """
    checked = [_checked(matrix) for matrix in matrices]
    if not checked or len({len(matrix) for matrix in checked}) > 1:
        raise ValueError("needs the matrices of one or more judges, all of the same size")
    logs = np.sort(np.log(np.stack(checked)), axis=0)
    judges = np.isfinite(logs).sum(axis=0)
    above = np.triu(np.exp(np.nansum(logs, axis=0) / np.maximum(judges, 1)), 1)
    below = np.divide(1.0, above.T, out=np.zeros_like(above), where=above.T > 0)
    return np.where(judges > 0, above + below + np.eye(len(above)), np.nan)


def most_inconsistent(matrix: ArrayLike, weights: Sequence[float]) -> Inconsistency | None:
    """The comparison farthest from what the weights imply, by the logarithm of their ratio; None if all of them fit.

    Parameters
    ----------
    matrix : (n, n) array_like
        As in :func:`ahp`.
    weights
        The weights that :func:`ahp` found for it.

    Returns
    -------
    Inconsistency or None
        Its row stands above its column in the matrix. Of several equally far, which among three items all are, the first.

    Raises
    ------
    ValueError
        The weights are not as many as the items, or not positive.
    """
    judged = _checked(matrix)
    weight = np.asarray(weights, dtype=float)
    if weight.shape != (len(judged),) or not (weight > 0).all():
        raise ValueError(f"needs {len(judged)} positive weights")
    implied = weight[:, None] / weight[None, :]
    distance = np.abs(np.log(judged / implied))
    distance[np.tril_indices(len(judged))] = 0.0
    distance = np.nan_to_num(distance, nan=0.0).round(9)
    if distance.max() < _NEGLIGIBLE:
        return None
    row, column = divmod(int(distance.argmax()), len(judged))
    return Inconsistency(row, column, float(judged[row, column]), float(implied[row, column]))


def _checked(matrix: ArrayLike) -> NDArray[np.float64]:
    """The matrix as an array, if it is one of comparisons."""
    judged = np.asarray(matrix, dtype=float)
    if judged.ndim != 2 or judged.shape[0] != judged.shape[1] or not judged.size:
        raise ValueError(f"a matrix of comparisons is square, not {' by '.join(map(str, judged.shape)) or 'a number'}")
    for row, column in zip(*np.nonzero(~((judged > 0) & (judged < math.inf) | np.isnan(judged))), strict=True):
        raise ValueError(f"row {row}, column {column} is {judged[row, column]:g}, not a positive number")
    for row, column in zip(*np.nonzero(np.isnan(judged) != np.isnan(judged.T)), strict=True):
        raise ValueError(f"of row {row}, column {column} and row {column}, column {row} only one is given")
    for row in np.flatnonzero(~(np.abs(judged.diagonal() - 1) <= _RECIPROCAL)):
        raise ValueError(f"row {row}, column {row} is {judged[row, row]:g}, not 1")
    with np.errstate(over="ignore"):
        apart = np.abs(judged * judged.T - 1) > _RECIPROCAL
    for row, column in zip(*np.nonzero(apart), strict=True):
        raise ValueError(
            f"row {row}, column {column} is {judged[row, column]:g}, not the reciprocal of row {column}, column {row}, "
            f"{judged[column, row]:g}"
        )
    return judged
