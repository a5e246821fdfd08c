"""The answers that a unit's scores rest on, as a digest: a report says which answers it is of, and no other unit's change it."""

from __future__ import annotations

import csv
import hashlib
import io
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
    """The rows of one wave, as ``kamassess.reading.responses`` gives them: sorted by wave, unit, respondent and question."""

    responses: pd.DataFrame

    def of(self, unit: str) -> AnswerRows | None:
        """The digest of a unit's rows; None if it has none."""
        span = self._spans.get(unit)
        if span is None:
            return None
        own = self.responses.iloc[span[0] : span[1]]
        own = own[(own["state"] != UNANSWERED) | (own["comment"] != "")]  # a row that says nothing is as good as none
        buffer = io.StringIO()
        answers = [
            option_key(value) if state == ANSWERED else _WORDS.get(state, "")
            for value, state in zip(own["value"].tolist(), own["state"].tolist(), strict=True)
        ]
        columns = [own[name].tolist() for name in _COLUMNS]
        csv.writer(buffer, lineterminator="\n").writerows(zip(*columns, answers, own["comment"].tolist(), strict=True))
        return AnswerRows(len(own), hashlib.sha256(buffer.getvalue().encode()).hexdigest())

    @cached_property
    def _spans(self) -> dict[str, tuple[int, int]]:
        """Where the rows of each unit begin and end: they stand together."""
        units = self.responses["unit"]
        starts = (units != units.shift()).to_numpy().nonzero()[0].tolist()
        ends = [*starts[1:], len(units)] if starts else []
        return {units.iloc[start]: (start, end) for start, end in zip(starts, ends, strict=True)}
