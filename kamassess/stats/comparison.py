"""Do two groups differ, by how much, and how sure is any figure? Effect size, permutation test, Holm, bootstrap."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import chain, combinations
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, special

from kamassess.result import Reason
from kamassess.stats._arrays import CELLS, Floats, complete, generator, not_negative, numbers, tail, varies, vector
from kamassess.stats._results import Estimate, PermutationTest

__all__ = ["bootstrap_ci", "hedges_g", "holm", "least_p", "permutation_matrix", "permutation_test", "tarone_holm"]

_DUST = 1e-9


def hedges_g(a: ArrayLike, b: ArrayLike, confidence: float = 0.95) -> Estimate:
    """Hedges' g: the difference of two means in standard deviations, corrected for small groups.

    Parameters
    ----------
    a, b : (N,) array_like
        The values of each group; NaN is left out.
    confidence
        Coverage of the interval.

    Returns
    -------
    Estimate
        g = J·(mean of a − mean of b)/s, with s the pooled standard deviation and J = 1 − 3/(4(n₁ + n₂) − 9). The interval is J
        times that of the noncentral t distribution (exact for normal values of equal variance). ``n`` = n₁ + n₂. Undefined below
        two values in a group, or where no group has variance.

    Raises
    ------
    ValueError
        If *a* or *b* has not one axis, or an infinite value.

    References
    ----------
    Hedges (1981), Journal of Educational Statistics 6; Steiger & Fouladi (1997), in What if there were no significance tests?

    Examples
    --------
    >>> found = hedges_g([3, 4, 5, 4], [1, 2, 3, 3, 2])
    >>> round(found.value, 3), found.ci_low > 0, found.n
    (1.932, True, 9)
    """
    first, second = vector(a, "a"), vector(b, "b")
    below = tail(confidence)
    n1, n2 = len(first), len(second)
    n, freedom = n1 + n2, n1 + n2 - 2
    if min(n1, n2) < 2:
        return Estimate(None, None, None, n, reason=Reason.TOO_FEW_ANSWERS)
    variance = ((n1 - 1) * first.var(ddof=1) + (n2 - 1) * second.var(ddof=1)) / freedom
    if not varies(variance, np.concatenate([first, second])):
        return Estimate(None, None, None, n, reason=Reason.NO_VARIANCE)
    d = float((first.mean() - second.mean()) / np.sqrt(variance))
    correction, root = 1 - 3 / (4 * n - 9), math.sqrt(n1 * n2 / n)
    low, high = (correction / root * _noncentrality(d * root, freedom, share) for share in (below, 1 - below))
    return Estimate(correction * d, low, high, n)


def permutation_test(a: ArrayLike, b: ArrayLike, permutations: int = 9999) -> PermutationTest:
    """Permutation test of the difference of two means, two-sided.

    Parameters
    ----------
    a, b : (N,) array_like
        The values of each group; NaN is left out.
    permutations
        How many splits are drawn at random, where there are more than that and one.

    Returns
    -------
    PermutationTest
        ``p`` is the share of splits into groups of these sizes whose means differ at least as much: of all of them (``exact``),
        or (1 + such splits)/(1 + permutations). 1 where all values are the same. Undefined without a value in each group. The
        order of values and of groups is irrelevant: random splits follow from the sizes alone.

    Raises
    ------
    ValueError
        If *a* or *b* has not one axis, or an infinite value, or *permutations* is below 1.

    References
    ----------
    Phipson & Smyth (2010), Statistical Applications in Genetics and Molecular Biology 9.

    Examples
    --------
    >>> permutation_test([4, 5, 6], [1, 2, 3]).p  # 2 of 20 splits
    0.1
    """
    first, second = vector(a, "a"), vector(b, "b")
    n1, n2 = len(first), len(second)
    n, exact = n1 + n2, _is_exact(n1, n2, permutations)
    if not n1 or not n2:
        return PermutationTest(None, None, n, False, Reason.TOO_FEW_ANSWERS)
    pool = np.sort(np.concatenate([first, second]))
    above = pool - pool.mean()
    dust = _DUST * (pool[-1] - pool[0]) + 4 * np.finfo(float).eps * np.abs(pool).max()
    least = abs(float((first - pool.mean()).sum())) - dust
    matrices = [permutation_matrix(n1, n2, permutations)] if n * permutations <= CELLS else _splits(n1, n2, permutations)
    counts = [(int((np.abs(matrix @ above) >= least).sum()), len(matrix)) for matrix in matrices]
    reached, tried = (sum(column) for column in zip(*counts, strict=True))
    p = reached / tried if exact else (1 + reached) / (1 + tried)
    return PermutationTest(float(first.mean() - second.mean()), p, n, exact)


def permutation_matrix(n_a: int, n_b: int, permutations: int = 9999) -> Floats:
    """Splits of ``n_a + n_b`` values into two groups, to test many outcomes at once.

    Parameters
    ----------
    n_a, n_b
        The sizes of the groups, 1 or more.
    permutations
        How many splits are drawn at random, where there are more than that and one.

    Returns
    -------
    (B, n_a + n_b) float
        1 where a value is in the first group, else 0. All splits if there are at most ``permutations + 1`` (the one observed is
        among them), else ``permutations`` of them at random, the same for the same arguments; they are kept for the next call.
        The product with values, in ascending order lest their order have an influence, is the sum of the first group in each
        split.

    Raises
    ------
    ValueError
        If a size or *permutations* is below 1.
    """
    if min(n_a, n_b) < 1:
        raise ValueError(f"both groups must have a value, not {n_a} and {n_b}")
    _is_exact(n_a, n_b, permutations)
    return _matrix(n_a, n_b, permutations).astype(float)


def least_p(n_a: int, n_b: int, permutations: int = 9999) -> float:
    """The smallest p that a permutation test of so many values can give, whatever they are.

    Parameters
    ----------
    n_a, n_b
        The sizes of the groups, 1 or more.
    permutations
        As in :func:`permutation_test`.

    Returns
    -------
    float
        One of all splits, or two where the groups are of one size, since a split and its mirror image are then as far apart; with
        random splits, none of them.

    Raises
    ------
    ValueError
        If a size or *permutations* is below 1.

    Examples
    --------
    >>> least_p(3, 3), least_p(3, 5)
    (0.1, 0.017857142857142856)
    """
    if min(n_a, n_b) < 1:
        raise ValueError(f"both groups must have a value, not {n_a} and {n_b}")
    if _is_exact(n_a, n_b, permutations):
        return (2 if n_a == n_b else 1) / math.comb(n_a + n_b, n_a)
    return 1 / (1 + permutations)


def tarone_holm(
    p_values: Sequence[float | None] | ArrayLike, least: Sequence[float | None] | ArrayLike, alpha: float = 0.05
) -> tuple[float | None, ...]:
    """Holm's adjustment over those tests of a family that could show something at all, by Tarone's rule.

    A test of few values cannot reach a small p whatever they are. To count it would only make the others' adjustment harsher;
    which tests these are follows from the sizes, before any value is seen, so leaving them out keeps the family's error rate.

    Parameters
    ----------
    p_values : (M,) sequence
        0–1; None or NaN for a test that does not exist.
    least : (M,) sequence
        The smallest p that each test can give, as :func:`least_p`.
    alpha
        The family's error rate.

    Returns
    -------
    tuple of float or None
        In the same order: adjusted as by :func:`holm` over the tests whose *least* is at most alpha/K, with K the smallest number
        for which there are no more than K of these; None for the others.

    Raises
    ------
    ValueError
        If a p-value is outside 0–1, or the lists are not of the same length.

    References
    ----------
    Tarone (1990), Biometrics 46; Hommel & Krummenauer (1998), Biometrics 54.

    Examples
    --------
    >>> tarone_holm([0.01, 0.1, 0.1, 0.04], [0.001, 0.1, 0.1, 0.01])
    (0.02, None, None, 0.04)
    """
    p, possible = numbers(p_values, "p-values"), numbers(least, "least p-values")  # type: ignore[arg-type]
    if p.shape != possible.shape:
        raise ValueError(f"each p-value needs its least one, not {possible.size} for {p.size}")
    known = ~np.isnan(p)
    counts = range(1, int(known.sum()) + 1)
    bounds = (alpha / count * (1 + _DUST) for count in counts)
    bound = next((bound for count, bound in zip(counts, bounds, strict=True) if (possible[known] <= bound).sum() <= count), alpha)
    return holm(np.where(possible <= bound, p, np.nan))


def holm(p_values: Sequence[float | None] | ArrayLike) -> tuple[float | None, ...]:
    """Holm's adjustment of p-values that belong to one family of tests.

    Parameters
    ----------
    p_values : (M,) sequence
        0–1; None or NaN for a test that does not exist, which does not count in the family.

    Returns
    -------
    tuple of float or None
        In the same order: each p times the tests whose p is not smaller, at least as high as those of smaller p, at most 1.

    Raises
    ------
    ValueError
        If a p-value is outside 0–1.

    References
    ----------
    Holm (1979), Scandinavian Journal of Statistics 6.

    Examples
    --------
    >>> holm([0.01, None, 0.04, 0.03])
    (0.03, None, 0.06, 0.06)
    """
    p = numbers(p_values, "p-values")  # type: ignore[arg-type]
    if p.ndim != 1 or (p < 0).any() or (p > 1).any():
        raise ValueError("p-values must be a list of numbers from 0 to 1")
    order = np.argsort(p, kind="stable")  # NaN last
    count = int((~np.isnan(p)).sum())
    order = order[:count]
    adjusted = np.full(len(p), np.nan)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate((count - np.arange(count)) * p[order]))
    return tuple(None if math.isnan(value) else value for value in adjusted.tolist())


def bootstrap_ci(
    values: ArrayLike,
    statistic: Callable[[Any], float | None] = np.mean,
    replicates: int = 1000,
    confidence: float = 0.95,
    seed: int | None = None,
) -> Estimate:
    """A statistic with its percentile bootstrap interval.

    Parameters
    ----------
    values : (N,) or (N, K) array_like
        One value a row, or rows that belong together and are drawn together. Rows with NaN are left out.
    statistic
        Takes an array like *values* and returns a number, or None or NaN where it does not exist. It is called for the values and
        for each resample; rows reach it in another order than given, so it must not depend on it.
    replicates
        How often N rows are drawn with replacement; 0 for no interval.
    confidence
        Coverage of the interval.
    seed
        Of the random numbers; left out, it follows from the values (in whatever order).

    Returns
    -------
    Estimate
        ``n`` rows of ``n_items`` columns. Resamples for which the statistic does not exist do not enter the interval. There is no
        interval of one row. Undefined without a row, or where the statistic does not exist.

    Raises
    ------
    ValueError
        If *values* has not one or two axes, or an infinite value, or *replicates* is negative.

    References
    ----------
    Efron & Tibshirani (1993), An Introduction to the Bootstrap, ch. 13.

    Examples
    --------
    >>> found = bootstrap_ci([1, 2, 3, 4, 5])
    >>> found.value, 1 < found.ci_low < 3 < found.ci_high < 5
    (3.0, True)
    """
    below = tail(confidence)
    not_negative(replicates)
    given = numbers(values, "values")
    if given.ndim not in (1, 2):
        raise ValueError(f"values must have one or two axes, not {given.ndim}")
    rows = complete(given[:, None] if given.ndim == 1 else given)
    n, count = rows.shape
    if not n or not count:
        return Estimate(None, None, None, n, count, Reason.TOO_FEW_ANSWERS)
    rows = rows[np.lexsort(rows.T[::-1])]
    same = bool((rows == rows[0]).all())
    sample = rows[:, 0] if given.ndim == 1 else rows

    def found(some: Floats) -> float:
        with np.errstate(divide="ignore", invalid="ignore"):
            value = statistic(some)
        return math.nan if value is None else float(value)

    value = found(sample)
    if not math.isfinite(value):
        return Estimate(None, None, None, n, count, Reason.NO_VARIANCE if same else Reason.TOO_FEW_ANSWERS)
    random = np.random.default_rng(seed) if seed is not None else generator("bootstrap", replicates, rows.shape, rows.tobytes())
    drawn = np.array([found(sample[random.integers(0, n, n)]) for _ in range(replicates)])
    drawn = drawn[np.isfinite(drawn)]
    if n < 2 or not len(drawn):
        return Estimate(value, None, None, n, count)
    low, high = np.quantile(drawn, [below, 1 - below]).tolist()
    return Estimate(value, low, high, n, count)


def _noncentrality(t: float, freedom: int, share: float) -> float:
    """The noncentrality under which a noncentral t exceeds *t* with probability *share*.

    It is a quantile of t·S − Z, with S the root of a χ² over its degrees of freedom and Z normal. The integral runs over the
    one that varies less, so that it stays smooth however large t and the groups are.
    """
    if t < 0:
        return -_noncentrality(-t, freedom, 1 - share)
    nodes, weights = _gauss()
    ends = np.sqrt(special.chdtri(freedom, np.array([1 - 1e-15, 1e-15])) / freedom)
    if t < math.sqrt(2 * freedom):
        s = ends.mean() + nodes * (ends[1] - ends[0]) / 2
        density = np.exp((freedom - 1) * np.log(s) - freedom * (s**2 - 1) / 2)
        weights = weights * density / (weights @ density)

        def below(y: float) -> float:
            return float(weights @ special.ndtr(y - t * s)) - share
    else:

        def below(y: float) -> float:
            first = min(9.0, max(-9.0, -y))
            z = first + (nodes + 1) * (9 - first) / 2
            density = np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi) * (9 - first) / 2
            return float(weights * density @ special.chdtr(freedom, freedom * ((y + z) / t) ** 2)) - share

    return float(optimize.brentq(below, t * ends[0] - 9, t * ends[1] + 9, xtol=1e-10, rtol=1e-12))


@cache
def _gauss() -> tuple[Floats, Floats]:
    nodes, weights = np.polynomial.legendre.leggauss(128)
    return nodes, weights


def _is_exact(n_a: int, n_b: int, permutations: int) -> bool:
    """Whether all splits are few enough."""
    if permutations < 1:
        raise ValueError(f"permutations must be 1 or more, not {permutations}")
    return math.comb(n_a + n_b, n_a) <= permutations + 1


@lru_cache(maxsize=64)
def _matrix(n_a: int, n_b: int, permutations: int) -> NDArray[np.int8]:
    return np.concatenate([part.astype(np.int8) for part in _splits(n_a, n_b, permutations)])


def _splits(n_a: int, n_b: int, permutations: int) -> Iterator[Floats]:
    """The rows of a permutation matrix, part by part; those of (b, a) are those of (a, b) turned round."""
    if n_a > n_b:
        yield from (1 - part for part in _splits(n_b, n_a, permutations))
        return
    n = n_a + n_b
    if _is_exact(n_a, n_b, permutations):
        chosen = np.fromiter(chain.from_iterable(combinations(range(n), n_a)), dtype=np.int64).reshape(-1, n_a)
        matrix = np.zeros((len(chosen), n))
        np.put_along_axis(matrix, chosen, 1.0, axis=1)
        yield matrix
        return
    random = generator("permutation", n_a, n_b, permutations)
    first = np.repeat([1.0, 0.0], [n_a, n_b])
    step = max(1, CELLS // n)
    for start in range(0, permutations, step):
        yield random.permuted(np.tile(first, (min(step, permutations - start), 1)), axis=1)
