"""The unit audit: one business unit, section by section."""

from __future__ import annotations

from pathlib import Path

from kamassess import sections
from kamassess.display.opening import opened
from kamassess.display.shown import Display, Report
from kamassess.errors import Fault, UsageError
from kamassess.locale import locale
from kamassess.result import UnitResult
from kamassess.sections import View

__all__ = ["UnitReport", "open_report", "view_of_unit"]


class UnitReport(Report):
    """The unit audit: one method a section, in the order of the report."""

    def __init__(self, view: View) -> None:
        names = {"unit": view.unit_name, "company": view.company, "wave": view.result.wave}
        super().__init__(view, view.words("report_title", **names), view.words("report_header", **names))
        self._view = view

    @property
    def unit(self) -> UnitResult:
        """The result of this unit."""
        return self._view.unit

    def cover(self) -> Display:
        """Section 1: company, unit, wave, sample, and the finding."""
        return self._open(sections.cover(self._view))

    def board(self) -> Display:
        """Section 2: the page for the board."""
        return self._show(sections.board(self._view))

    def dimensions(self) -> Display:
        """Section 3: what is said against what is done, then each dimension and the suitability screen."""
        return self._show((*sections.said_and_done(self._view), *sections.dimensions(self._view)))

    def accounts(self) -> Display:
        """Section 4: what the accounts are worth; empty where the unit has none."""
        return self._show(sections.account_value(self._view))

    def suitability(self) -> Display:
        """Section 5: should this unit do it, how much, and with which accounts; customers shared with other units."""
        return self._show(sections.suitability(self._view))

    def practices(self) -> Display:
        """Section 6: the ten working practices, said and measured, each with its next step."""
        return self._show(sections.practices(self._view))

    def roadmap(self) -> Display:
        """Section 7: what to do, in three phases, and where that would lead."""
        return self._show(sections.roadmap(self._view))

    def certainty(self) -> Display:
        """Section 8: how sure are we."""
        return self._show(sections.certainty(self._view))

    def appendix(self) -> Display:
        """Section 9: questions, rules, sources, terms."""
        return self._show(sections.appendix(self._view))


def open_report(engagement: str | Path, unit: str, language: str = "en", wave: str | int | None = None) -> UnitReport:
    """The report of one business unit.

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
        A parameter is wrong, one that does not exist was given to the notebook, or nothing is known of the unit.
    """
    return UnitReport(view_of_unit(engagement, unit, language, wave))


def view_of_unit(engagement: str | Path, unit: str, language: str, wave: str | int | None) -> View:
    """What the report of a unit is made from; parameters and errors as those of :func:`open_report`."""
    parameters = ("engagement", "unit", "language", "wave")
    brand, result = opened(engagement, language, wave, parameters=parameters, unit=unit)
    found = result.units[unit]
    if not found.asked and unit not in result.documented:
        raise UsageError(
            Fault(f"unit '{unit}' has no answers in wave {result.wave}", "Add its answers, or choose another unit or wave.")
        )
    return View(result, locale(language), brand, found)
