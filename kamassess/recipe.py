"""The recipe: read → score → (measure → find) → AuditResult.

The command line, the notebooks and a batch all come through here; none of them computes a number of its own.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
from functools import cache
from importlib.metadata import version
from pathlib import Path

from kamassess import __version__
from kamassess.reading.engagement import Engagement, load_engagement
from kamassess.result import AuditResult, Provenance
from kamassess.scoring.answers import answers_of
from kamassess.scoring.bootstrap import REPLICATES
from kamassess.scoring.reliability import reliability
from kamassess.scoring.scores import score_answers
from kamassess.scoring.units import UnitResults

__all__ = ["audit", "score"]


def audit(engagement: Engagement | str | Path, wave: str | None = None) -> AuditResult:
    """The result of one wave of an engagement.

    Parameters
    ----------
    engagement
        An engagement, or the folder of one.
    wave
        The wave; the engagement's current one by default.

    Raises
    ------
    InputError
        The folder has faults; all of them are named.
    UsageError
        There are no answers in this wave.
    """
    return score(engagement, wave)


def score(engagement: Engagement | str | Path, wave: str | None = None, *, replicates: int = REPLICATES) -> AuditResult:
    """Scores alone: what respondents claim."""
    if not isinstance(engagement, Engagement):
        engagement = load_engagement(engagement)
    wave = engagement.wave_or_current(wave)
    responses = engagement.responses
    answers = answers_of(responses, engagement.instrument, [unit.id for unit in engagement.units], wave)
    scores = score_answers(answers, replicates=replicates)
    comments = responses.loc[(responses["wave"] == wave) & (responses["comment"] != ""), ["unit", "role", "question", "comment"]]
    return AuditResult(
        company=engagement.company,
        currency=engagement.currency,
        languages=engagement.languages,
        wave=wave,
        waves=engagement.waves,
        date=_date(engagement, wave),
        instrument=engagement.instrument,
        reliability=reliability(answers),
        units=UnitResults(scores, engagement.units, comments),
        provenance=Provenance(tuple((file.file, file.sha256) for file in engagement.inputs), _versions()),
        replicates=replicates,
    )


def _date(engagement: Engagement, wave: str) -> str | None:
    """What stands for "now" in all outputs, so that none depends on the clock."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdigit():
        return dt.datetime.fromtimestamp(int(epoch), dt.UTC).date().isoformat()
    return engagement.date if wave == engagement.wave else None


@cache
def _versions() -> tuple[tuple[str, str], ...]:
    """The versions that can change a number or a page."""
    packages = ("numpy", "pandas", "scipy", "matplotlib", "nbconvert", "papermill", "typst")
    python = ".".join(str(part) for part in sys.version_info[:3])
    return (("kamassess", __version__), ("python", python), *((name, version(name)) for name in packages))
