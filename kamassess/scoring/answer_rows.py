"""The answers that a unit's scores rest on, as a digest: a report says which answers it is of, and no other unit's change it."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from kamassess.reading.responses import ANSWERED, DONT_KNOW, NOT_APPLICABLE, UNANSWERED
from kamassess.result import AnswerRows, option_key

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["RowsByUnit"]

_WORDS = {DONT_KNOW: "DK", NOT_APPLICABLE: "NA"}
_COLUMNS = ("wave", "unit", "respondent", "role", "question")


@dataclass(frozen=True, eq=False)
class RowsByUnit:
    """The rows of one wave, as ``kamassess.reading.responses`` gives them."""

    responses: pd.DataFrame

    def of(self, unit: str) -> AnswerRows | None:
        """The digest of a unit's rows; None if it has none."""
        spans = self._spans.get(unit)
        if spans is None:
            return None
        rows = sorted(row for span in spans for row in self._rows(*span))
        buffer = io.StringIO()
        csv.writer(buffer, lineterminator="\n").writerows(rows)
        return AnswerRows(len(rows), hashlib.sha256(buffer.getvalue().encode()).hexdigest())

    def _rows(self, start: int, end: int) -> Iterator[tuple[str, ...]]:
        own = self.responses.iloc[start:end]
        own = own[(own["state"] != UNANSWERED) | (own["comment"] != "")]  # a row that says nothing is as good as none
        answers = [
            option_key(value) if state == ANSWERED else _WORDS.get(state, "")
            for value, state in zip(own["value"].tolist(), own["state"].tolist(), strict=True)
        ]
        return zip(*(own[name].tolist() for name in _COLUMNS), answers, own["comment"].tolist(), strict=True)

    @cached_property
    def _spans(self) -> dict[str, list[tuple[int, int]]]:
        """Where rows of each unit begin and end: in one place, as a rule."""
        units = self.responses["unit"]
        starts = (units != units.shift()).to_numpy().nonzero()[0].tolist()
        found: dict[str, list[tuple[int, int]]] = {}
        for start, end in zip(starts, [*starts[1:], len(units)], strict=False):
            found.setdefault(units.iloc[start], []).append((start, end))
        return found
