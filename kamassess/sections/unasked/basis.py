"""What a report without answers rests on, in words: tables and their lines, the days looked at, entries of the register."""

from __future__ import annotations

from kamassess.locale import Locale
from kamassess.result import TableLines, UnitResult
from kamassess.sections.view import View

__all__ = ["basis", "days_looked_at", "evidenced", "known_criteria", "last_day", "measured"]


def days_looked_at(unit: UnitResult) -> tuple[str, str] | None:
    """First and last day of the window of the metrics; None where there are no tables with days."""
    dated = any(found.in_window is not None for found in unit.lines.values() if found.n)
    return next((found.window for found in unit.metrics.values() if found.window), None) if dated else None


def last_day(unit: UnitResult) -> str | None:
    """The day of the last line, if none at all lies in the days looked at."""
    dated = [found for found in unit.lines.values() if found.n and found.in_window is not None]
    return None if any(found.in_window for found in dated) else max((found.last for found in dated if found.last), default=None)


def basis(view: View) -> str:
    """The tables that have something of the unit, with their lines; the days; the register."""
    words, unit = view.words, view.unit
    parts = [_lines(words, name, found) for name, found in unit.lines.items() if found.n]
    days = days_looked_at(unit)
    if parts and days:
        parts = [words("un_basis_days", lines=words.list(parts), first=words.date(days[0]), last=words.date(days[1]))]
    if unit.proofs:
        parts.append(words("un_proof" if unit.proofs == 1 else "un_proofs", n=words.number(unit.proofs, 0)))
    return words.list(parts)


def _lines(words: Locale, name: str, found: TableLines) -> str:
    n = words.number(found.n, 0)
    if name == "accounts":
        return words("un_account" if found.n == 1 else "un_accounts", n=n)
    table = words(f"un_table_{name}")
    if found.in_window == 0:
        return words("un_lines_before", n=n, table=table)
    if found.in_window is None or found.in_window == found.n:
        return words("un_line" if found.n == 1 else "un_lines", n=n, table=table)
    return words("un_lines_inside", n=n, table=table, inside=words.number(found.in_window, 0))


def measured(view: View) -> tuple[str, ...]:
    """The criteria that count and that data give a level."""
    return tuple(name for name in view.scored_criteria if (found := view.unit.measured.get(name)) and found.level is not None)


def evidenced(view: View) -> tuple[str, ...]:
    """The criteria that count and that have documents; which level these support may show only once people claim one."""
    return tuple(name for name in view.scored_criteria if (found := view.unit.evidence.get(name)) and found.n)


def known_criteria(view: View) -> int:
    """How many criteria have a level by data, or documents."""
    return len({*measured(view), *evidenced(view)})
