"""The recipe: read → score → (measure → find) → AuditResult.

The command line, the notebooks and a batch all come through here; none of them computes a number of its own.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Callable, Sequence
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path

from kamassess import __version__
from kamassess.errors import Fault, UsageError, quoted
from kamassess.instrument import QuestionMapping
from kamassess.measured import customer_groups, of_tables, texts
from kamassess.metrics.customer_groups import CustomerGroups
from kamassess.metrics.options import weigh_options
from kamassess.reading.engagement import Engagement, Unit, load_engagement
from kamassess.reading.yaml_tree import suggestion
from kamassess.result import AuditResult, Progress, Provenance, UnitResult, Workshop
from kamassess.scoring.answer_rows import RowsByUnit
from kamassess.scoring.answers import answers_of
from kamassess.scoring.bootstrap import REPLICATES
from kamassess.scoring.change import UnitChanges
from kamassess.scoring.group import compare_units
from kamassess.scoring.reliability import reliability
from kamassess.scoring.scores import score_answers
from kamassess.scoring.suitability import fit_rules
from kamassess.scoring.units import UnitResults
from kamassess.scoring.workshop import workshop_of

__all__ = ["audit", "score"]


def audit(engagement: Engagement | str | Path, wave: str | None = None, since: str | None = None) -> AuditResult:
    """The result of one wave of an engagement.

    Parameters
    ----------
    engagement
        An engagement, or the folder of one.
    wave
        The wave; the engagement's current one by default.
    since
        The earlier wave that changes are told from; the one before *wave* by default, if there is one.

    Raises
    ------
    InputError
        The folder has faults; all of them are named.
    UsageError
        There is nothing to report in one of these waves, or *since* is not before *wave*.
    """
    return score(engagement, wave, since)


def score(
    engagement: Engagement | str | Path, wave: str | None = None, since: str | None = None, *, replicates: int = REPLICATES
) -> AuditResult:
    """Scores alone: what respondents claim."""
    if not isinstance(engagement, Engagement):
        engagement = load_engagement(engagement)
    wave = engagement.wave_or_current(wave)
    earlier = _earlier(engagement, wave, since)
    groups = customer_groups(engagement, wave)
    units = _scored(engagement, wave, replicates, groups)
    return AuditResult(
        company=engagement.company,
        currency=engagement.currency,
        languages=engagement.languages,
        wave=wave,
        waves=engagement.waves,
        date=_date(engagement, wave),
        instrument=units.scores.instrument,
        reliability=reliability(units.scores.answers),
        units=units,
        provenance=Provenance(tuple((file.file, file.sha256) for file in engagement.inputs), _versions()),
        replicates=replicates,
        group=compare_units(units.scores, units.units, units.unlike),
        progress=_progress(engagement, earlier, wave, units, replicates) if earlier else None,
        metric_texts=texts(engagement, wave),
        settings=engagement.settings,
        options=weigh_options(engagement.data, discount=engagement.settings.discount_rate),
        library=engagement.actions,
        customer_groups=groups,
        group_totals=groups.totals(),
        fit_rules=fit_rules(),
        group_rules=groups.rules,
        documented=tuple(unit.id for unit in engagement.units if unit.id in engagement.documented_in(wave)),
        left_out=_left_out(engagement),
    )


def _left_out(engagement: Engagement) -> tuple[tuple[str, int], ...]:
    """By file, in how many lines something could not be used."""
    lines: dict[str, set[tuple[str, int]]] = {}
    for fault in engagement.left_out:
        rows = () if fault.row is None else (fault.row, *fault.rows)
        lines.setdefault(fault.file, set()).update((fault.sheet, row) for row in rows)
    return tuple(sorted((file, len(rows)) for file, rows in lines.items() if rows))


def _scored(engagement: Engagement, wave: str, replicates: int, groups: CustomerGroups | None = None) -> UnitResults:
    """All units of one wave, by the instrument it was asked with."""
    responses = engagement.responses
    responses = responses[responses["wave"] == wave]
    answers = answers_of(responses, engagement.instrument_of(wave), [unit.id for unit in engagement.units], wave)
    comments = responses.loc[responses["comment"] != "", ["unit", "role", "question", "comment"]]
    scores = score_answers(answers, replicates=replicates)
    units = engagement.units_of(wave)
    return UnitResults(
        scores,
        units,
        comments,
        engagement.evidence_of(wave),
        _day(engagement, wave),
        RowsByUnit(responses),
        of_tables(engagement, wave, groups),
        engagement.actions,
        engagement.capacity,
        _workshops(engagement, wave, units),
    )


def _workshops(engagement: Engagement, wave: str, units: Sequence[Unit]) -> dict[str, Callable[[UnitResult], Workshop]]:
    """What makes the workshop of each unit that had one; nothing of it enters what else is said of the unit."""
    held, instrument = engagement.workshops_of(wave), engagement.instrument_of(wave)
    return {unit.id: partial(workshop_of, held[unit.id], instrument, unit) for unit in units if unit.id in held}


def _earlier(engagement: Engagement, wave: str, since: str | None) -> str | None:
    """The wave that changes are told from."""
    before = engagement.waves[: engagement.waves.index(wave)] if wave in engagement.waves else ()
    if not since:
        return before[-1] if before else None
    if since not in before:
        remedy = suggestion(since, before) if before else f"There is no wave before {wave}."
        raise UsageError(Fault(f"{quoted(since)} is no wave before {wave}", remedy))
    return since


def _progress(engagement: Engagement, since: str, wave: str, units: UnitResults, replicates: int) -> Progress:
    """What changed since an earlier wave, which is scored when the first change is asked for."""
    scores = units.scores
    responses = engagement.responses
    then = set(responses.loc[responses["wave"] == since, "unit"])
    now = {scores.answers.units[index] for index in scores.answers.respondents.nonzero()[0]}
    names = [unit.id for unit in units.units]
    mapping = _mapping(engagement, since, wave)
    counts = {name: len(getattr(mapping, name)) for name in ("kept", "changed", "dropped", "new")}
    return Progress(
        since=since,
        wave=wave,
        instrument_before=mapping.old_version,
        instrument_after=mapping.new_version,
        questions=counts,
        units=UnitChanges(
            names=tuple(name for name in names if name in then & now),
            after=units,
            scored_before=lambda: _scored(engagement, since, replicates),
            mapping=mapping,
        ),
        joined=tuple(name for name in names if name in now - then),
        left=tuple(name for name in names if name in then - now),
    )


def _mapping(engagement: Engagement, since: str, wave: str) -> QuestionMapping:
    """What became of the questions of one wave in another, by way of the current instrument."""
    old, new = engagement.instrument_of(since), engagement.instrument_of(wave)
    if old.sha256 == new.sha256:
        return QuestionMapping.identity(new)
    return engagement.mapping_from(since).through(engagement.mapping_from(wave), list(new.questions))


def _date(engagement: Engagement, wave: str) -> str | None:
    """What stands for "now" in all outputs, so that none depends on the clock."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isascii() and epoch.isdigit():
        return dt.datetime.fromtimestamp(int(epoch), dt.UTC).date().isoformat()
    return engagement.date_of(wave)


def _day(engagement: Engagement, wave: str) -> str | None:
    """The day on which evidence must count: when the wave was closed, or else the newest day in the register."""
    return engagement.date_of(wave) or max((proof.date for proof in engagement.evidence), default=None)


@cache
def _versions() -> tuple[tuple[str, str], ...]:
    """The versions that can change a number or a page."""
    packages = ("numpy", "pandas", "scipy", "matplotlib", "nbconvert", "papermill", "typst")
    python = ".".join(str(part) for part in sys.version_info[:3])
    return (("kamassess", __version__), ("python", python), *((name, version(name)) for name in packages))
