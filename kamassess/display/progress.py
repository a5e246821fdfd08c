"""The progress report: one wave against an earlier one, of one unit or of all, section by section."""

from __future__ import annotations

from pathlib import Path

from kamassess.display.opening import GROUP, opened
from kamassess.display.shown import Display, Report
from kamassess.errors import Fault, UsageError
from kamassess.locale import locale
from kamassess.sections import progress
from kamassess.sections.progress import ProgressView, UnitProgressView

__all__ = ["ProgressReport", "open_progress"]


class ProgressReport(Report):
    """What changed since an earlier wave: one method a section, in the order of the report."""

    def __init__(self, view: ProgressView) -> None:
        words = view.words
        subject = view.unit_name if isinstance(view, UnitProgressView) else words("roll_up_all")
        since, wave = view.waves
        title = words("progress_title", subject=subject, since=since, wave=wave)
        super().__init__(view, title, words("report_header", company=view.company))
        self._view = view

    def cover(self) -> Display:
        """Section 1: which waves, whose answers, and what moved."""
        return self._open(progress.cover(self._view))

    def board(self) -> Display:
        """Section 2: the page for the board."""
        return self._show(progress.board(self._view))

    def causes(self) -> Display:
        """Section 3: how much of the change is real, and what else moved the scores."""
        return self._show(progress.causes(self._view))

    def details(self) -> Display:
        """Section 4: a unit's criteria, or units by dimensions."""
        return self._show(progress.details(self._view))

    def people(self) -> Display:
        """Section 5: who answered, and what was asked."""
        return self._show(progress.people(self._view))

    def appendix(self) -> Display:
        """Section 6: rules, terms, sources."""
        return self._show(progress.appendix(self._view))


def open_progress(
    engagement: str | Path,
    unit: str = GROUP,
    language: str = "en",
    wave: str | int | None = "",
    since: str | int | None = "",
) -> ProgressReport:
    """The progress of one business unit, or of all, since an earlier wave.

    Parameters
    ----------
    engagement
        The engagement folder. ``sample_data`` also names the sample that travels with the package.
    unit
        Id of the business unit; ``_group`` for all units.
    language
        ``en`` or ``zh``.
    wave
        The wave; the engagement's current one by default.
    since
        The earlier wave; the one before *wave* by default.

    Raises
    ------
    InputError
        The engagement has faults; all of them are named.
    UsageError
        A parameter is wrong, one that does not exist was given to the notebook, there is no earlier wave, or the unit has no
        answers in one of the two.
    """
    parameters = ("engagement", "unit", "language", "wave", "since")
    brand, result = opened(engagement, language, wave, since, parameters=parameters, unit=unit)
    found = result.progress
    if found is None:
        message = f"there is no wave before {result.wave} to compare with"
        raise UsageError(
            Fault(message, "Progress needs answers of two waves: add those of an earlier one, or make another report.")
        )
    if unit == GROUP:
        return ProgressReport(ProgressView(result, locale(language), brand))
    if unit not in found.units:
        missing = found.since if unit in found.joined else found.wave
        remedy = "Add its answers, or choose another unit or other waves."
        raise UsageError(Fault(f"unit '{unit}' has no answers in wave {missing}", remedy))
    return ProgressReport(UnitProgressView(result, locale(language), brand, result.units[unit]))
