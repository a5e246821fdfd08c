"""What the statistics share: arrays without infinities, whether they vary, and where random numbers come from."""

from __future__ import annotations

import hashlib
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["CELLS", "Floats", "complete", "generator", "not_negative", "numbers", "table", "tail", "varies", "vector"]

Floats: TypeAlias = NDArray[np.float64]

CELLS = 1_000_000
"""How many numbers a step may hold at once (8 MB)."""
_LARGEST = 1e100


def numbers(values: ArrayLike, what: str) -> Floats:
    """*values* as floats, NaN where missing; infinities, and what could not be squared, are refused."""
    found: Floats = np.asarray(values, dtype=float) + 0.0  # no -0.0
    if (np.abs(found) > _LARGEST).any():
        raise ValueError(f"{what} must lie within ±{_LARGEST:g}; what is missing is NaN")
    return found


def vector(values: ArrayLike, what: str) -> Floats:
    """The known ones of *values*, in ascending order."""
    found = numbers(values, what)
    if found.ndim != 1:
        raise ValueError(f"{what} must have one axis, not {found.ndim}")
    return np.sort(found[~np.isnan(found)])


def table(values: ArrayLike, what: str, axes: str) -> Floats:
    """*values* with two axes."""
    found = numbers(values, what)
    if found.ndim == 1 and not found.size:
        found = found.reshape(0, 0)
    if found.ndim != 2:
        raise ValueError(f"{what} must have two axes, {axes}, not {found.ndim}")
    return found


def complete(values: Floats) -> Floats:
    """Rows without a missing value."""
    return values[~np.isnan(values).any(axis=1)]


def varies(variance: float, values: Floats) -> bool:
    """Whether a variance of *values* is more than what rounding makes of values that are all the same."""
    return bool(variance > (1e-12 * np.abs(values).max(initial=0.0)) ** 2)


def tail(confidence: float) -> float:
    """What lies below an interval of this coverage."""
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, not {confidence}")
    return (1 - confidence) / 2


def not_negative(replicates: int) -> None:
    """Refuse a negative number of replicates."""
    if replicates < 0:
        raise ValueError(f"replicates must be 0 or more, not {replicates}")


def generator(*parts: Any) -> np.random.Generator:
    """Random numbers that follow from *parts* (bytes, or what ``repr`` tells apart) and from nothing else."""
    digest = hashlib.sha256()
    for part in parts:
        content = part if isinstance(part, bytes) else repr(part).encode()
        digest.update(len(content).to_bytes(8, "big") + content)
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest.digest()[:16], "big")))
