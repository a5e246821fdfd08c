"""Which reports a batch consists of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kamassess.batch.jobs import FORMATS, GROUP, NOTEBOOKS, USUAL, Job, folder_names
from kamassess.errors import Fault, UsageError, quoted
from kamassess.reading.yaml_tree import suggestion

if TYPE_CHECKING:
    from kamassess.reading.engagement import Engagement
    from kamassess.result import AuditResult

__all__ = ["Request", "plan"]

_OF_ALL = ("group_overview", "retention_options")
"""Notebooks that are about all units; progress is about one, or about all."""
_NAMED = 8


@dataclass(frozen=True)
class Request:
    """The reports that are asked for.

    Without ``units`` all of them, and those reports that are about all units. Without ``notebooks`` every one that has something
    to say: the overview of a group where two units answered (or, before anybody is asked, have data or evidence), progress where
    there is an earlier wave, retention options where there is a table of them, account value for each unit that has accounts,
    minutes for each that had a workshop.
    Without ``languages`` the engagement's, without ``wave`` its current one, without ``since`` the wave before. A report is made
    in those of ``formats`` that it has; one that has none of them is not made. Without ``brand`` (the name of one that lies in
    the engagement, or a file) they look as the engagement has it; ``template`` is a file that decks are made from.
    """

    engagement: str
    out: str
    units: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    formats: tuple[str, ...] = USUAL
    notebooks: tuple[str, ...] = ()
    wave: str | None = None
    since: str | None = None
    with_code: bool = False
    brand: str = ""
    template: str = ""


def plan(request: Request) -> tuple[list[Job], list[Fault]]:
    """The reports of a batch, and the units that have nothing to report.

    Raises
    ------
    InputError, UsageError
        The engagement has faults, or a unit, language, wave, format or notebook does not exist; all are named.
    """
    from kamassess.opened import opened_audit

    wrong = _unknown_formats(request.formats) + _unknown("notebook", request.notebooks, list(NOTEBOOKS), of="")
    wrong += [] if wrong else _without_format(request)
    opened, result = opened_audit(Path(request.engagement), request.wave, request.since)
    wrong += _unfit(request, opened, result)
    if wrong:
        raise UsageError(wrong)
    return _chosen(request, opened, result)


def _chosen(request: Request, opened: Engagement, result: AuditResult) -> tuple[list[Job], list[Fault]]:
    """As :func:`plan`, of an engagement that has been read and a request that fits it."""
    answered = set(opened.responses.loc[opened.responses["wave"] == result.wave, "unit"])
    told = answered | opened.documented_in(result.wave)
    both = set(result.progress.units) if result.progress else set()
    known = [unit.id for unit in opened.units]
    units = _once(request.units) or [GROUP, *(unit for unit in known if unit in told or unit not in opened.parents)]
    single = [unit for unit in units if unit != GROUP]
    notebooks = _once(request.notebooks)
    subjects = _subjects(request, opened, result, units, told, both)
    if GROUP in units or "group_overview" in notebooks:
        subjects["group_overview"] = [GROUP] if notebooks or len(answered or told) > 1 else []
    folders = folder_names(known) | {GROUP: GROUP}
    jobs = [
        Job(
            engagement=request.engagement,
            unit=unit,
            language=language,
            wave=result.wave,
            out=request.out,
            formats=formats,
            notebook=notebook,
            with_code=request.with_code,
            since=result.progress.since if result.progress and notebook == "progress" else "",
            folder=folders[unit],
        )
        for notebook in notebooks or NOTEBOOKS
        if (formats := tuple(name for name in _once(request.formats) if name in FORMATS[notebook]))
        for unit in subjects.get(notebook, ())
        for language in _once(request.languages or opened.languages)
    ]
    met = opened.workshops_of(result.wave)
    silent = [_silence(unit, result.wave, opened) for unit in single if unit not in told and unit not in met]
    if "account_value" in notebooks and request.units:
        silent += [_no_accounts(unit) for unit in single if unit not in {*_valued(opened), *opened.parents}]
    if "progress" in notebooks and result.progress:
        silent += [_silence(unit, result.progress.since, opened) for unit in single if unit in answered - both]
    if not jobs and not silent:
        silent = [_nothing(notebook, unit, result.wave) for notebook in notebooks for unit in units]
    return jobs, silent


def _subjects(
    request: Request, opened: Engagement, result: AuditResult, units: Sequence[str], told: set[str], both: set[str]
) -> dict[str, list[str]]:
    """What each notebook is made of, but for the overview of the group."""
    single = [unit for unit in units if unit != GROUP]
    subjects = {"unit_audit": [unit for unit in single if unit in told]}
    if result.options and (GROUP in units or "retention_options" in request.notebooks):
        subjects["retention_options"] = [GROUP]
    valued = set(_valued(opened))
    subjects["account_value"] = [
        unit for unit in (single if request.units else [unit.id for unit in opened.units]) if unit in valued
    ]
    held = opened.workshops_of(result.wave)
    subjects["workshop_minutes"] = [unit for unit in single if unit in held]
    if result.progress:
        subjects["progress"] = [unit for unit in units if unit in both or unit == GROUP]
    return subjects


def _valued(opened: Engagement) -> list[str]:
    """Units that have accounts."""
    return [unit.id for unit, count in zip(opened.units, opened.data.accounts_per_unit(), strict=True) if count]


def _unfit(request: Request, opened: Engagement, result: AuditResult) -> list[Fault]:
    """What is asked for and not there."""
    known = [unit.id for unit in opened.units]
    faults = _unknown("unit", request.units, [*known, GROUP])
    if any(name.casefold() == "all" and name not in known for name in request.units):
        faults.append(Fault("all units are meant where none is named", "Leave --units out."))
    faults += _unknown("language", request.languages, opened.languages)
    notebooks = request.notebooks
    if list(request.units) == [GROUP]:
        remedies = {"unit_audit": "Name a unit, or make group_overview or progress of all.", "account_value": "Name a unit."}
        faults += [Fault(f"{name} is about one unit", remedy) for name, remedy in remedies.items() if name in notebooks]
    elif request.units and GROUP not in request.units:
        about = f"is about all units, and {_some(request.units)} named"
        remedy = f"Leave out the unit, or name {GROUP} as well."
        faults += [Fault(f"{name} {about}", remedy) for name in _OF_ALL if name in notebooks]
    if "progress" in notebooks and result.progress is None:
        faults.append(Fault(f"there is no wave before {result.wave}", "Progress needs answers of two waves."))
    if "retention_options" in notebooks and not result.options:
        faults.append(Fault("there is no table of options", "Add data/options.csv; docs/options.md says what stands in it."))
    if "workshop_minutes" in notebooks and not opened.workshops_of(result.wave):
        remedy = "Hold one with 'kamassess workshop'; docs/workshop_minutes.md says what it leaves."
        faults.append(Fault(f"no unit had a workshop in wave {result.wave}", remedy))
    if "account_value" in notebooks and not _valued(opened):
        remedy = "Add data/accounts.csv; docs/account_value.md says what is used of it."
        faults.append(Fault("there is no table of accounts", remedy))
    return faults


def _formats() -> list[str]:
    """All formats that some report has."""
    return _once(name for formats in FORMATS.values() for name in formats)


def _without_format(request: Request) -> list[Fault]:
    """Reports that are asked for by name and have none of the formats that are."""
    named = ", ".join(request.formats)
    return [
        Fault(f"{notebook} has no form as {named}", f"Ask for {' or '.join(FORMATS[notebook])}.")
        for notebook in request.notebooks
        if not set(FORMATS[notebook]) & set(request.formats)
    ]


def _no_accounts(unit: str) -> Fault:
    return Fault(f"unit '{unit}' has no accounts", "Add them to data/accounts.csv, or choose another unit.")


def _silence(unit: str, wave: str, opened: Engagement) -> Fault:
    remedy = "Add its answers, or choose another unit or wave."
    below = [one.id for one in opened.units if one.parent == unit]
    if below:
        remedy = f"It stands above {', '.join(below[:_NAMED])}{' and others' if len(below) > _NAMED else ''}: name one of them, "
        remedy += f"or {GROUP} for a report about all units."
    return Fault(f"unit '{unit}' has no answers in wave {wave}", remedy, file="responses")


def _nothing(notebook: str, unit: str, wave: str) -> Fault:
    """That a report which is asked for has nothing to be made from."""
    if unit == GROUP:
        return Fault(f"{notebook} is about one unit", "Name a unit, or make group_overview or progress of all.")
    missing = {"workshop_minutes": f"had no workshop in wave {wave}", "account_value": "has no accounts"}
    return Fault(f"unit '{unit}' {missing.get(notebook, f'has nothing for {notebook}')}", "Choose another unit or report.")


def _once(names: Iterable[str]) -> list[str]:
    """The names in their order, each once: two workers must not write the same file."""
    return list(dict.fromkeys(names))


def _some(units: Sequence[str]) -> str:
    return f"{units[0]} is" if len(units) == 1 else f"{', '.join(units)} are"


def _unknown_formats(named: Sequence[str]) -> list[Fault]:
    known = _formats()
    remedies = {name: f"Use one of: {', '.join(known)}." for name in named if name not in known}
    if "xlsform" in remedies:
        remedies["xlsform"] += " Forms are written by 'kamassess questionnaire'."
    return [Fault(f"{quoted(name)} is no format of reports", remedy) for name, remedy in remedies.items()]


def _unknown(
    what: str, named: Sequence[str], allowed: Sequence[str] | Mapping[str, object], of: str = " of this engagement"
) -> list[Fault]:
    known = set(allowed)
    return [Fault(f"{quoted(name)} is no {what}{of}", suggestion(name, list(allowed))) for name in named if name not in known]
