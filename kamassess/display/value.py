"""The account value report: what the accounts of one business unit are worth, section by section."""

from __future__ import annotations

from pathlib import Path

from kamassess.display.opening import opened
from kamassess.display.shown import Display, Report
from kamassess.errors import Fault, UsageError
from kamassess.locale import locale
from kamassess.result import Portfolio
from kamassess.sections import value
from kamassess.sections.value import ValueView

__all__ = ["AccountValueReport", "open_account_value"]


class AccountValueReport(Report):
    """What accounts are worth: one method a section, in the order of the report."""

    def __init__(self, view: ValueView) -> None:
        names = {"unit": view.unit_name, "company": view.company}
        super().__init__(view, view.words("val_title", **names), view.words("report_header", **names))
        self._view = view

    @property
    def portfolio(self) -> Portfolio:
        """The accounts of this unit."""
        return self._view.portfolio

    def cover(self) -> Display:
        """The unit, its accounts, the days looked at, and the finding."""
        return self._open(value.cover(self._view))

    def board(self) -> Display:
        """The page for the board."""
        return self._show(value.board(self._view))

    def accounts(self) -> Display:
        """Every account with its value index."""
        return self._show(value.accounts(self._view))

    def concentration(self) -> Display:
        """The whale curve, accounts that cost money, and concentration."""
        return self._show(value.concentration(self._view))

    def wallet(self) -> Display:
        """Where business is still to be won."""
        return self._show(value.wallet(self._view))

    def tenure(self) -> Display:
        """How long accounts stay."""
        return self._show(value.tenure(self._view))

    def revenue(self) -> Display:
        """What became of the sales of the window before."""
        return self._show(value.revenue(self._view))

    def lifetime(self) -> Display:
        """What key accounts are worth as long as they stay."""
        return self._show(value.lifetime(self._view))

    def selection(self) -> Display:
        """Which accounts belong on the list of key accounts."""
        return self._show(value.selection(self._view))

    def sensitivity(self) -> Display:
        """Whether the weights of the value index decide."""
        return self._show(value.sensitivity(self._view))

    def season(self) -> Display:
        """What must lie ready for key accounts before the season."""
        return self._show(value.season(self._view))

    def appendix(self) -> Display:
        """Rules, assumptions, what is missing, sources."""
        return self._show(value.appendix(self._view))


def open_account_value(
    engagement: str | Path, unit: str, language: str = "en", wave: str | int | None = None
) -> AccountValueReport:
    """The account value report of one business unit; it needs no answers of that unit.

    Parameters
    ----------
    engagement
        The engagement folder. ``sample_data`` also names the sample that travels with the package.
    unit
        Id of the business unit.
    language
        ``en`` or ``zh``.
    wave
        The wave, up to whose end the data are looked at; the engagement's current one by default.

    Raises
    ------
    InputError
        The engagement has faults; all of them are named.
    UsageError
        A parameter is wrong, one that does not exist was given to the notebook, or the unit has no accounts.
    """
    parameters = ("engagement", "unit", "language", "wave")
    brand, result = opened(engagement, language, wave, parameters=parameters, unit=unit)
    found = result.units[unit]
    if found.portfolio is None:
        table = any(name.startswith("data/accounts.") for name, _ in result.provenance.inputs)
        message = f"unit '{unit}' has no accounts" if table else "there is no table of accounts"
        raise UsageError(Fault(message, "Add them to data/accounts.csv; docs/account_value.md says what is used of it."))
    return AccountValueReport(ValueView(result, locale(language), brand, found))
