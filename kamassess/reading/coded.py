"""Columns by codes: each distinct text once, so that checking a million answers means checking a few hundred values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["Coded", "groups"]


@dataclass(frozen=True)
class Coded:
    """A column of text: ``values`` are distinct and sorted, ``codes`` says which of them stands in each row."""

    codes: NDArray[np.int64]
    values: tuple[str, ...]

    @classmethod
    def of(cls, codes: NDArray[np.integer[Any]], values: Iterable[str]) -> Coded:
        """From codes into any *values*; white space at their ends is dropped, and values that are then equal become one."""
        texts = [value.strip() for value in values]
        distinct = sorted(set(texts))
        place = {text: number for number, text in enumerate(distinct)}
        to = np.array([place[text] for text in texts], dtype=np.int64)
        return cls(to[codes] if len(texts) else np.zeros(0, dtype=np.int64), tuple(distinct))

    @classmethod
    def joined(cls, parts: Sequence[Coded]) -> Coded:
        """The rows of several columns, one after the other."""
        shift = np.cumsum([0, *(len(part.values) for part in parts)])
        codes = [part.codes + start for part, start in zip(parts, shift, strict=False)]
        values = [value for part in parts for value in part.values]
        return cls.of(np.concatenate(codes) if codes else np.zeros(0, dtype=np.int64), values)

    def rows(self, kept: NDArray[np.bool_]) -> Coded:
        """Only the rows that are *kept*."""
        return Coded(self.codes[kept], self.values)

    def texts(self) -> pd.Series[str]:
        """The column as text, one a row."""
        return pd.Series(np.array(self.values, dtype=object)[self.codes] if len(self.codes) else [], dtype=str)

    def __getitem__(self, row: int) -> str:
        return self.values[int(self.codes[row])]

    def __len__(self) -> int:
        return len(self.codes)


def groups(keys: NDArray[np.int64]) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """Each distinct key, ascending, and the positions where it stands.

    >>> [(key, rows.tolist()) for key, rows in groups(np.array([7, 3, 7]))]
    [(3, [1]), (7, [0, 2])]
    """
    order = np.argsort(keys, kind="stable")
    if not len(order):
        return
    starts = np.flatnonzero(np.r_[True, np.diff(keys[order]) != 0])
    for start, end in zip(starts, [*starts[1:], len(order)], strict=True):
        yield int(keys[order[start]]), order[start:end]
