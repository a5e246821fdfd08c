"""Which questionnaires are written, in which format, and under which names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from kamassess.batch.files import write_all
from kamassess.batch.jobs import folder_names
from kamassess.errors import Fault, UsageError, quoted, quoted_path
from kamassess.questionnaire.form import Form
from kamassess.questionnaire.workbook import write_workbook
from kamassess.questionnaire.xlsform import write_xlsform
from kamassess.reading.engagement import Engagement, Unit
from kamassess.reading.forms import is_filled
from kamassess.reading.yaml_tree import suggestion

__all__ = ["ALL", "FORMATS", "Wanted", "questionnaires", "write_questionnaires"]

ALL = "all"
"""In place of a unit: every unit that people can belong to."""


@dataclass(frozen=True)
class Wanted:
    """The questionnaires that are asked for.

    Without ``roles`` one for each that is asked anything, without ``languages`` in each of the engagement's. Without ``units``
    the unit is left to whoever fills it.
    """

    engagement: Engagement
    roles: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


def questionnaires(wanted: Wanted, file_format: str = "xlsx") -> Mapping[PurePosixPath, bytes]:
    """Every questionnaire that is asked for, by its name below the output folder.

    Raises
    ------
    UsageError
        A role, unit, language or format does not exist, or a role is asked nothing; all are named.
    """
    wrong = [] if file_format in FORMATS else [Fault(f"{quoted(file_format)} is no format of questionnaires", _formats())]
    wrong += _unfit(wanted)
    if wrong:
        raise UsageError(wrong)
    return dict(FORMATS[file_format](wanted))


def write_questionnaires(wanted: Wanted, file_format: str, out: Path) -> list[Path]:
    """Write every questionnaire that is asked for below the folder *out*: all of them, or none.

    Raises
    ------
    UsageError
        As :func:`questionnaires`; or one is there already that somebody has filled in, and it would be lost.
    OutputError
        One cannot be written.
    """
    files = {out / name: content for name, content in questionnaires(wanted, file_format).items()}
    filled = [path for path in files if path.is_file() and path.suffix == ".xlsx" and is_filled(path)]
    if filled:
        remedy = "Move it to responses, or give another folder with --out."
        names = [quoted_path(path.relative_to(out).as_posix()) for path in filled]
        raise UsageError([Fault(f"{name} is there already and holds answers", remedy) for name in names])
    write_all(files, as_given=True)
    return list(files)


def _workbooks(wanted: Wanted) -> Iterator[tuple[PurePosixPath, bytes]]:
    """``<wave>/[<unit>/]questionnaire.<role>.<lang>.xlsx``."""
    engagement = wanted.engagement
    folders = folder_names(unit.id for unit in engagement.units)
    (wave,) = folder_names([engagement.wave]).values()
    for unit in _units(wanted):
        folder = PurePosixPath(wave) / folders[unit.id] if unit else PurePosixPath(wave)
        for role in engagement.instrument.roles:
            for language in _once(wanted.languages) or engagement.languages:
                form = Form(engagement, role, language, unit)
                if form.count and role.id in (wanted.roles or (role.id,)):
                    yield folder / f"questionnaire.{role.id}.{language}.xlsx", write_workbook(form)


def _xlsforms(wanted: Wanted) -> Iterator[tuple[PurePosixPath, bytes]]:
    """``<wave>/[<unit>/]questionnaire.[<role>.][<lang>.]xlsform.xlsx``: one for all roles, unless some are named."""
    engagement = wanted.engagement
    folders = folder_names(unit.id for unit in engagement.units)
    (wave,) = folder_names([engagement.wave]).values()
    languages = _once(wanted.languages) or engagement.languages
    for unit in _units(wanted):
        folder = PurePosixPath(wave) / folders[unit.id] if unit else PurePosixPath(wave)
        for role in _once(wanted.roles) or (None,):
            fixed = (role, languages[0] if len(_once(wanted.languages)) == 1 else None)
            name = ".".join(("questionnaire", *filter(None, fixed), "xlsform", "xlsx"))
            yield folder / name, write_xlsform(engagement, role, unit, languages)


FORMATS: Mapping[str, Callable[[Wanted], Iterator[tuple[PurePosixPath, bytes]]]] = {"xlsx": _workbooks, "xlsform": _xlsforms}
"""What writes each format: the names of its files below the output folder, and what is in them."""


def _units(wanted: Wanted) -> Sequence[Unit | None]:
    if not wanted.units:
        return [None]
    engagement = wanted.engagement
    below = [unit.id for unit in engagement.units if unit.id not in engagement.parents]
    return [engagement.unit(name) for name in _once(below if ALL in wanted.units else wanted.units)]


def _unfit(wanted: Wanted) -> list[Fault]:
    engagement = wanted.engagement
    instrument = engagement.instrument
    units = [unit.id for unit in engagement.units]
    wrong = _unknown("role", wanted.roles, instrument.role_ids)
    wrong += _unknown("unit", [name for name in wanted.units if name != ALL], [*units, ALL])
    wrong += _unknown("language", wanted.languages, engagement.languages)
    asked = {role for question in instrument.questions.values() for role in question.roles}
    for role in wanted.roles:
        if role in instrument.role_ids and role not in asked:
            wrong.append(
                Fault(f"role {quoted(role)} is asked no question", "Give it questions in the instrument, or leave it out.")
            )
    return wrong


def _formats() -> str:
    return f"Ask for {' or '.join(FORMATS)}: Excel sheets, or one form for a platform."


def _unknown(what: str, names: Sequence[str], known: Sequence[str]) -> list[Fault]:
    return [Fault(f"{quoted(name)} is no {what}", suggestion(name, known)) for name in _once(names) if name not in known]


def _once(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
