"""The made-up company as an engagement folder: an ``engagement.yaml`` with all units, and one CSV with all answers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import yaml
from synthetic import synthetic_responses

from kamassess.reading.instrument import load_instrument
from kamassess.reading.responses import ANSWERED, COLUMNS, DONT_KNOW

__all__ = ["ANSWERS", "write_engagement"]

ANSWERS = "answers.csv"


def write_engagement(folder: Path, units: int) -> None:
    """Write an engagement of so many units into a new folder."""
    names, responses = synthetic_responses(load_instrument("kam"), units)
    answered, unknown = responses["state"] == ANSWERED, responses["state"] == DONT_KNOW
    options = responses["value"].fillna(0).astype(int).astype(str)
    answers = responses.assign(answer=np.select([answered, unknown], [options, "DK"], "NA"))
    (folder / "responses").mkdir(parents=True)
    answers.to_csv(folder / "responses" / ANSWERS, columns=list(COLUMNS), index=False)
    engagement = {
        "company": {"en": "Synthetic"},
        "languages": ["en"],
        "instrument": "kam",
        "wave": responses["wave"].iloc[0],
        "units": [{"id": name, "name": {"en": f"Unit {name}"}} for name in names],
    }
    (folder / "engagement.yaml").write_text(yaml.safe_dump(engagement), encoding="utf-8")
