"""The report on retention options: what can be done to keep an account, section by section."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kamassess.display.opening import opened
from kamassess.display.shown import Display, Report
from kamassess.errors import Fault, UsageError
from kamassess.locale import locale
from kamassess.sections import options
from kamassess.sections.options import OptionsView

if TYPE_CHECKING:
    from ipywidgets import Widget

__all__ = ["OptionsReport", "open_options"]


class OptionsReport(Report):
    """Options to keep an account: one method a section, in the order of the report."""

    def __init__(self, view: OptionsView) -> None:
        names = {"company": view.company}
        super().__init__(view, view.words("opt_title", **names), view.words("report_header", **names))
        self._view = view

    def cover(self) -> Display:
        """The account, the options, and the finding."""
        return self._open(options.cover(self._view))

    def board(self) -> Display:
        """The page for the board."""
        return self._show(options.board(self._view))

    def comparison(self) -> Display:
        """The options beside each other."""
        return self._show(options.comparison(self._view))

    def break_even(self) -> Display:
        """From where on each option pays."""
        return self._show(options.break_even(self._view))

    def sensitivity(self) -> Display:
        """Which assumptions decide."""
        return self._show(options.sensitivity(self._view))

    def must_hold(self) -> Display:
        """What would have to be true for another option to be the best."""
        return self._show(options.must_hold(self._view))

    def explore(self) -> Widget:
        """The first case with sliders for what is assumed, in JupyterLab only."""
        from kamassess.widgets import State, build

        view = self._view.cases[0]
        return build(State(view.case), view.words, self._view.brand, view.currency)

    def appendix(self) -> Display:
        """Assumptions, rules, terms, sources."""
        return self._show(options.appendix(self._view))


def open_options(engagement: str | Path, language: str = "en", wave: str | int | None = None) -> OptionsReport:
    """The retention options of an engagement.

    Parameters
    ----------
    engagement
        The engagement folder. ``sample_data`` also names the sample that travels with the package.
    language
        ``en`` or ``zh``.
    wave
        The wave under which the report is filed; the engagement's current one by default. Options belong to none.

    Raises
    ------
    InputError
        The engagement has faults; all of them are named.
    UsageError
        A parameter is wrong, one that does not exist was given to the notebook, or there is no table of options.
    """
    brand, result = opened(engagement, language, wave, parameters=("engagement", "language", "wave"))
    if not result.options:
        raise UsageError(Fault("there is no table of options", "Add data/options.csv; docs/options.md says what stands in it."))
    return OptionsReport(OptionsView(result, locale(language), brand))
