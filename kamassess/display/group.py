"""The overview of a group: all units of a wave beside each other, section by section."""

from __future__ import annotations

from pathlib import Path

from kamassess.display.opening import opened
from kamassess.display.shown import Display, Report
from kamassess.errors import Fault, UsageError
from kamassess.locale import locale
from kamassess.sections import group
from kamassess.sections.group import GroupView

__all__ = ["GroupReport", "open_group", "view_of_group"]


class GroupReport(Report):
    """The overview of a group: one method a section, in the order of the report."""

    def __init__(self, view: GroupView) -> None:
        names = {"company": view.company, "wave": view.result.wave}
        super().__init__(view, view.words("group_title", **names), view.words("report_header", **names))
        self._view = view

    def cover(self) -> Display:
        """Company, units, wave, people, and the finding."""
        return self._open(group.cover(self._view))

    def board(self) -> Display:
        """The page for the board: figures, units by dimension, findings."""
        return self._show(group.board(self._view))

    def ranking(self) -> Display:
        """How sure the order of the units is."""
        return self._show(group.ranking(self._view))

    def spread(self) -> Display:
        """Whether the differences lie between units or within them."""
        return self._show(group.spread(self._view))

    def common_gaps(self) -> Display:
        """What most units lack."""
        return self._show(group.common_gaps(self._view))

    def lessons(self) -> Display:
        """Who can teach whom."""
        return self._show(group.lessons(self._view))

    def roll_up(self) -> Display:
        """All units as one figure, up the tree of units."""
        return self._show(group.roll_up(self._view))

    def suitability(self) -> Display:
        """Which units should do it, and the customers that several of them serve."""
        return self._show((*group.suitability(self._view), *group.customers(self._view)))

    def appendix(self) -> Display:
        """Rules, sources, terms."""
        return self._show(group.appendix(self._view))


def open_group(engagement: str | Path, language: str = "en", wave: str | int | None = None) -> GroupReport:
    """The overview of all units of an engagement.

    Parameters
    ----------
    engagement
        The engagement folder. ``sample_data`` also names the sample that travels with the package.
    language
        ``en`` or ``zh``.
    wave
        The wave; the engagement's current one by default.

    Raises
    ------
    InputError
        The engagement has faults; all of them are named.
    UsageError
        A parameter is wrong, or one that does not exist was given to the notebook.
    """
    return GroupReport(view_of_group(engagement, language, wave))


def view_of_group(engagement: str | Path, language: str, wave: str | int | None) -> GroupView:
    """What the overview is made from; parameters and errors as those of :func:`open_group`."""
    brand, result = opened(engagement, language, wave, parameters=("engagement", "language", "wave"))
    if not result.group.ranking and not result.documented:
        raise UsageError(Fault(f"no unit has answers in wave {result.wave}", "Add answers, or choose another wave."))
    return GroupView(result, locale(language), brand)
