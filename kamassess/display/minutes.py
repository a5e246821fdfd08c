"""The minutes of a workshop: what a room voted, agreed and decided, section by section."""

from __future__ import annotations

from pathlib import Path

from kamassess.display.opening import opened
from kamassess.display.shown import Display, Report
from kamassess.errors import Fault, UsageError
from kamassess.locale import locale
from kamassess.result import Workshop
from kamassess.sections import minutes
from kamassess.sections.minutes import MinutesView

__all__ = ["MinutesReport", "open_minutes", "view_of_minutes"]


class MinutesReport(Report):
    """The minutes of a workshop: one method a section, in the order of the report."""

    def __init__(self, view: MinutesView) -> None:
        names = {"unit": view.unit_name, "company": view.company, "day": view.day}
        super().__init__(view, view.words("wm_title", **names), view.company)
        self._view = view

    @property
    def _day(self) -> str:
        """That of the workshop."""
        return self._view.held.day or super()._day

    @property
    def workshop(self) -> Workshop:
        """What the workshop came to."""
        return self._view.held

    def cover(self) -> Display:
        """The unit, the day, who was there, and what came out."""
        return self._open(minutes.cover(self._view))

    def decided(self) -> Display:
        """Agreed levels, targets and actions."""
        return self._show(minutes.decided(self._view))

    def levels(self) -> Display:
        """Survey, votes, agreed levels, data, documents and targets side by side."""
        return self._show(minutes.levels(self._view))

    def moved(self) -> Display:
        """Where the room moved between rounds."""
        return self._show(minutes.moved(self._view))

    def differs(self) -> Display:
        """Where the room differs from survey, data and documents."""
        return self._show(minutes.differs(self._view))

    def votes(self) -> Display:
        """Every question as it was voted on, and what people wrote."""
        return self._show(minutes.votes(self._view))

    def appendix(self) -> Display:
        """Rules, sources, terms."""
        return self._show(minutes.appendix(self._view))


def open_minutes(engagement: str | Path, unit: str, language: str = "en", wave: str | int | None = None) -> MinutesReport:
    """The minutes of a unit's workshop in a wave; of several the last.

    Parameters
    ----------
    engagement
        The engagement folder. ``sample_data`` also names the sample that travels with the package.
    unit
        Id of the business unit.
    language
        ``en`` or ``zh``.
    wave
        The wave; the engagement's current one by default.

    Raises
    ------
    InputError
        The engagement has faults; all of them are named.
    UsageError
        A parameter is wrong, one that does not exist was given to the notebook, or the unit had no workshop.
    """
    return MinutesReport(view_of_minutes(engagement, unit, language, wave))


def view_of_minutes(engagement: str | Path, unit: str, language: str, wave: str | int | None) -> MinutesView:
    """What the minutes are made from; parameters and errors as those of :func:`open_minutes`."""
    parameters = ("engagement", "unit", "language", "wave")
    brand, result = opened(engagement, language, wave, parameters=parameters, unit=unit)
    found = result.units[unit]
    if found.workshop is None:
        remedy = "Hold one with 'kamassess workshop', or choose another unit or wave."
        raise UsageError(Fault(f"unit '{unit}' had no workshop in wave {result.wave}", remedy))
    return MinutesView(result, locale(language), brand, found)
