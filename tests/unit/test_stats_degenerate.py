"""Whatever reaches a statistic, it answers with numbers, with None and a reason, or refuses: never NaN, a warning or a crash."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from kamassess import stats
from kamassess.result import Reason

NAN = math.nan
LEVELS = ("nominal", "ordinal", "interval", "ratio")
TABLES: dict[str, Callable[[Any], Any]] = {
    "cronbach_alpha": stats.cronbach_alpha,
    "mcdonald_omega": stats.mcdonald_omega,
    "icc": stats.icc,
    "rwg_j": lambda items: stats.rwg_j(items, 5, 50),
    "average_deviation": stats.average_deviation,
    "bootstrap_ci": lambda rows: stats.bootstrap_ci(rows, replicates=30),
    **{f"krippendorff {level}": lambda ratings, level=level: stats.krippendorff_alpha(ratings, level, 30) for level in LEVELS},
}
LISTS: dict[str, Callable[[Any], Any]] = {
    "rwg": lambda ratings: stats.rwg(ratings, 5),
    "average_deviation": stats.average_deviation,
    "bootstrap_ci": lambda values: stats.bootstrap_ci(values, replicates=30),
    "icc_groups": lambda values: stats.icc_groups(values, [number // 2 for number in range(len(values))]),
    "hedges_g": lambda values: stats.hedges_g(values, values[::2]),
    "permutation_test": lambda values: stats.permutation_test(values, values[::2], 30),
    "concentration": stats.concentration,
    "diversity": stats.diversity,
}
SHAPES = [(0, 0), (0, 3), (3, 0), (1, 1), (1, 4), (4, 1), (2, 2), (5, 3), (3, 9)]
FILLS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "missing": lambda table: np.full(table.shape, NAN),
    "constant": lambda table: np.full(table.shape, 0.1),
    "zero": np.zeros_like,
    "large": lambda table: np.full(table.shape, 1e9 + 0.1),
    "digits": lambda table: np.arange(table.size).reshape(table.shape) % 5 + 1.0,
    "huge": lambda table: (np.arange(table.size).reshape(table.shape) % 5 + 1.0) * 1e99,
    "tiny": lambda table: (np.arange(table.size).reshape(table.shape) % 5 + 1.0) * 1e-140,
    "close": lambda table: 1 + (np.arange(table.size).reshape(table.shape) % 3) * np.finfo(float).eps,
    "holes": lambda table: np.where(
        np.arange(table.size).reshape(table.shape) % 2, NAN, 3.0 + np.arange(table.size).reshape(table.shape)
    ),
    "one": lambda table: np.where(np.arange(table.size).reshape(table.shape) == 0, 5.0, 1.0),
}


def sound(found: Any) -> None:
    """Every number of a result is finite, and one that is not there has a reason (intervals may simply not exist)."""
    for field in dataclasses.fields(found):
        value = getattr(found, field.name)
        if dataclasses.is_dataclass(value):
            sound(value)
        elif value is None and field.name not in ("reason", "ci_low", "ci_high", "icc1_ci"):
            assert isinstance(found.reason, Reason), found
        elif isinstance(value, float | int):
            assert math.isfinite(value), found
            assert type(value) in (float, int, bool), found
        elif isinstance(value, tuple):
            assert len(value) == 2
            assert -math.inf < value[0] <= value[1] < math.inf, found
        else:
            assert value is None or isinstance(value, Reason), found
    if hasattr(found, "ci_low"):
        assert (found.ci_low is None) == (found.ci_high is None)
        assert found.ci_low is None or found.ci_low <= found.ci_high


@pytest.mark.parametrize("fill", FILLS)
@pytest.mark.parametrize("name", TABLES)
def test_tables(name: str, fill: str) -> None:
    """Empty, one row, one column, all missing, constant, huge, tiny, nearly the same, every second one missing."""
    for shape in SHAPES:
        with np.errstate(divide="raise", over="raise", invalid="raise"):
            sound(TABLES[name](FILLS[fill](np.zeros(shape))))


@pytest.mark.parametrize("fill", FILLS)
@pytest.mark.parametrize("name", LISTS)
def test_lists(name: str, fill: str) -> None:
    """From no value to nine."""
    for size in range(10):
        with np.errstate(divide="raise", over="raise", invalid="raise"):
            sound(LISTS[name](FILLS[fill](np.zeros(size))))


@pytest.mark.parametrize("beyond", [math.inf, -math.inf, 1e101])
def test_infinite_values_are_refused(beyond: float) -> None:
    """They are no answers, and leaving them out would hide that something upstream went wrong."""
    for call in TABLES.values():
        with pytest.raises(ValueError, match="must lie within"):
            call([[1.0, 2.0, 3.0], [2.0, beyond, 1.0], [1.0, 1.0, 2.0], [3.0, 2.0, 2.0]])
    for call in LISTS.values():
        with pytest.raises(ValueError, match="must lie within"):
            call([1.0, 2.0, beyond, 4.0])
    with pytest.raises(ValueError, match="must lie within"):
        stats.holm([0.1, beyond])
    with pytest.raises(ValueError, match="must lie within"):
        stats.rwg([1, 2], (1.0, beyond))


@pytest.mark.parametrize("confidence", [0.0, 1.0, 95, -0.5, NAN])
def test_a_confidence_is_between_0_and_1(confidence: float) -> None:
    """95 for .95 would give an interval of nonsense."""
    rows = [[1, 2], [2, 3], [3, 5]]
    for call in (
        lambda: stats.cronbach_alpha(rows, confidence),
        lambda: stats.icc(rows, confidence),
        lambda: stats.krippendorff_alpha(rows, "ordinal", 9, confidence),
        lambda: stats.hedges_g([1, 2], [2, 3], confidence),
        lambda: stats.bootstrap_ci([1, 2], confidence=confidence),
    ):
        with pytest.raises(ValueError, match="confidence must lie between 0 and 1"):
            call()


def test_results_are_frozen_and_the_input_is_left_as_it_was() -> None:
    """A table that a statistic sorts in place would be another for the next one."""
    random = np.random.default_rng(0)
    table = random.integers(1, 6, (6, 4)).astype(float)
    table[0, 0] = -0.0
    before = table.copy()
    for call in TABLES.values():
        found = call(table)
        with pytest.raises(dataclasses.FrozenInstanceError):
            found.n = 3
    values = table[:, 1].copy()
    for call in LISTS.values():
        call(values)
    assert before.tobytes() == table.tobytes()
    assert values.tobytes() == table[:, 1].tobytes()


def test_lists_of_none_are_missing_values() -> None:
    """As they come out of JSON."""
    assert stats.rwg([3, None, 4], 5) == stats.rwg([3, NAN, 4], 5)
    assert stats.krippendorff_alpha([[1, None], [2, 2]], "nominal").n == 2


def test_every_name_is_documented_and_public() -> None:
    """The list in the module's docstring is what others read first."""
    assert stats.__doc__
    for name in stats.__all__:
        assert callable(getattr(stats, name)), name
        assert getattr(stats, name).__doc__, name
        assert f"`{name}`" in stats.__doc__, name
