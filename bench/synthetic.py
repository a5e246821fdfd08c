"""Answers of a made-up company of any size: 20 respondents a unit in the five roles of the instrument, from a fixed seed."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd

from kamassess.instrument import Instrument
from kamassess.reading.responses import ANSWERED, DONT_KNOW, NOT_APPLICABLE

__all__ = ["QUESTIONS", "RESPONDENTS", "asked_of_all", "synthetic_responses"]

RESPONDENTS = 20
QUESTIONS = 55
_DONT_KNOW, _NOT_APPLICABLE = 0.06, 0.02
_SEED = 20260101


def asked_of_all(instrument: Instrument) -> Instrument:
    """The first 55 questions of an instrument's dimensions, each asked of every role."""
    left = QUESTIONS
    dimensions = []
    for dimension in instrument.dimensions:
        criteria = []
        for criterion in dimension.criteria:
            kept = tuple(dataclasses.replace(question, roles=instrument.role_ids) for question in criterion.questions[:left])
            left -= len(kept)
            if kept:
                criteria.append(dataclasses.replace(criterion, questions=kept))
        if criteria:
            dimensions.append(dataclasses.replace(dimension, criteria=tuple(criteria)))
    return dataclasses.replace(instrument, dimensions=tuple(dimensions), screens=())


def synthetic_responses(instrument: Instrument, units: int) -> tuple[list[str], pd.DataFrame]:
    """Unit ids, and their answers as ``kamassess.reading.responses`` gives them: each role answers what it is asked."""
    rng = np.random.default_rng(_SEED)
    people = [(role, f"P{person:02}") for person, role in enumerate(np.resize(np.array(instrument.role_ids), RESPONDENTS))]
    asked = [
        (role, name, question.id, question.scale.values)
        for role, name in people
        for question in instrument.questions.values()
        if role in question.roles
    ]
    names = [f"U{unit:05}" for unit in range(units)]
    count = len(asked)
    option = np.minimum(rng.normal(rng.uniform(1, 3, (units, 1)), 0.9, (units, count)).round().clip(0), 4).astype(int)
    scale = np.array([values for _, _, _, values in asked])
    value = scale[np.arange(count), np.minimum(option, scale.shape[1] - 1)].astype(float)
    chance = rng.random((units, count))
    state = np.select([chance < _DONT_KNOW, chance < _DONT_KNOW + _NOT_APPLICABLE], [DONT_KNOW, NOT_APPLICABLE], ANSWERED)
    value[state != ANSWERED] = np.nan
    columns = {
        "wave": np.full(units * count, "1", dtype=object),
        "unit": np.repeat(np.array(names, dtype=object), count),
        "respondent": np.tile(np.array([name for _, name, _, _ in asked], dtype=object), units),
        "role": np.tile(np.array([role for role, _, _, _ in asked], dtype=object), units),
        "question": np.tile(np.array([question for _, _, question, _ in asked], dtype=object), units),
    }
    frame = pd.DataFrame({name: pd.Series(values, dtype="str") for name, values in columns.items()})
    return names, frame.assign(value=value.ravel(), state=state.ravel().astype(np.int8), comment="")
