"""Two waves in memory, and an engagement without the files, for tests of what changed from one to the other."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from scoring_cases import Row, engagement, responses

from kamassess.instrument import Instrument, QuestionMapping
from kamassess.reading.engagement import EarlierWave
from kamassess.recipe import score
from kamassess.result import AuditResult, Change, UnitChange

PARTS = ("real", "respondents", "instrument", "not_applicable")


def two_waves(
    case: Instrument,
    before: Sequence[Row],
    after: Sequence[Row],
    *,
    old: Instrument | None = None,
    kept: Mapping[str, str] | None = None,
    units: Sequence[str] | None = None,
    languages: Sequence[str] = ("en", "zh"),
    replicates: int = 50,
) -> AuditResult:
    """The result of the later of two waves.

    Parameters
    ----------
    case
        The instrument, of both waves unless there is an *old* one.
    old, kept
        The instrument of the earlier wave, and the questions that are the same, new ids by old ones; by default those whose ids
        and scales are the same.
    """
    names = list(units) if units is not None else sorted({row[0] for row in (*before, *after)})
    both = pd.concat([responses(before, "1"), responses(after, "2")], ignore_index=True)
    now = engagement(case, after, wave="2", units=names, languages=languages)
    earlier: dict[str, Any] = {}
    if old is not None:
        if kept is None:
            kept = {
                name: name
                for name, question in old.questions.items()
                if name in case.questions and case.questions[name].scale.values == question.scale.values
            }
        dropped = tuple(name for name in old.questions if name not in kept)
        new = tuple(name for name in case.questions if name not in kept.values())
        mapping = QuestionMapping((old.id, "0"), (case.id, case.version), kept, dropped=dropped, new=new)
        earlier = {"1": EarlierWave(instrument=dataclasses.replace(old, sha256="old"), mapping=mapping, date=None)}
    return score(dataclasses.replace(now, responses=both, earlier=earlier), replicates=replicates)


def change_of(result: AuditResult, unit: str = "U") -> UnitChange:
    """What changed in one unit."""
    assert result.progress is not None
    return result.progress.units[unit]


def changes_by_id(change: UnitChange) -> dict[str, Change]:
    """All changes of a unit."""
    return {"overall": change.overall, **change.dimensions, **change.screens, **change.criteria}


def part_values(change: Change) -> dict[str, float | None]:
    """Each cause's share."""
    return {name: getattr(change, name).value for name in PARTS}
