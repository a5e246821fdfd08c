"""The question about large batches: whether a report costs more, in time or memory, where there are many more units."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from asked import Run
from changed import change_an_answer
from measure import Spent
from memory import Memory, Seen
from synthetic import RESPONDENTS
from synthetic_folder import ANSWERS
from table import Figure, Part, Ratio

__all__ = ["size"]

_FEWEST = 2
_FLAT = 1.1


@dataclasses.dataclass(frozen=True)
class _Sized:
    """What a report of an engagement of so many units costs, and the memory while it was planned and while reports were made."""

    units: int
    planning: Spent
    making: Spent
    planned_in: Seen
    made_in: Seen

    @property
    def report(self) -> Spent:
        return self.planning + self.making


def size(run: Run) -> list[Part]:
    """What a report costs, and what memory it takes, when there are more and more units."""
    sizes, reports = ((20, 60), 4) if run.quick else ((100, 1_000, 10_000), 40)
    warm_up = _written(run, _FEWEST)
    found = [_sized(run, units, warm_up, reports) for units in sizes]
    return [_cost(found, reports), _changed(run, sizes[1], reports), _memory(found, reports)]


def _written(run: Run, units: int) -> str:
    folder, _ = _folders(run, units)
    run.inside("write", folder=folder, units=units)
    return folder


def _folders(run: Run, units: int) -> tuple[str, str]:
    """An engagement of so many units, and its reports."""
    return str(run.tree.folder / f"{units}-units"), str(run.tree.folder / f"{units}-reports")


def _sized(run: Run, units: int, warm_up: str, reports: int) -> _Sized:
    run.say(f"{reports} reports of {units:,} units")
    memory, (_, out) = Memory(), _folders(run, units)
    found = run.inside("sized", memory.watch, engagement=_written(run, units), warm_up=warm_up, out=out, reports=reports)
    planned, began, ended = (found[name] for name in ("planned", "began", "ended"))
    return _Sized(units, found["planning"], found["making"], memory.between(planned, began), memory.between(began, ended))


def _cost(found: list[_Sized], reports: int) -> Part:
    few, many = found[0], found[-1]
    than = f"{many.units:,} units / {few.units:,} units, CPU"
    return Part(
        f"A unit audit of a large engagement, HTML and PDF: {RESPONDENTS} respondents a unit, answers in one CSV",
        (
            Ratio(f"a report, {than}", many.report.cpu / few.report.cpu, "planning and making together", at_most=_FLAT),
            Ratio(f"planning, {than}", many.planning.cpu / few.planning.cpu, "a unit's share; 1 is linear in their number"),
            Ratio(f"making, {than}", many.making.cpu / few.making.cpu, "a report; 1 if it reads nothing but its own"),
            Ratio(
                f"planning of {many.units:,} units / a report",
                many.planning.share_of(many.report),
                "its share of what a report costs in all",
                "percent",
            ),
        ),
        tuple(
            figure
            for one in found
            for figure in (
                Figure(f"a report of {one.units:,} units", one.report, "the sum of the two that follow"),
                Figure("· planning", one.planning, "a unit's share of reading, scoring and storing all; whole and real"),
                Figure("· making", one.making, f"mean of {reports} reports, spread over all units; one job, child and parent"),
            )
        ),
        (
            f"Planning all {many.units:,} units took {many.planning.cpu * many.units:.0f} CPU seconds, loading libraries apart.",
            "One run of each size.",
        ),
    )


def _changed(run: Run, units: int, reports: int) -> Part:
    """One of the reports that were made is of the unit whose answer changes."""
    run.say(f"one answer of {units:,} units changed")
    engagement, out = _folders(run, units)
    change_an_answer(Path(engagement) / "responses" / ANSWERS)
    found = run.inside("replanned", engagement=engagement, out=out)
    made = reports - found["kept"]
    return Part(
        f"One answer changed, {units:,} units",
        (Ratio("to be made again", made / reports, f"{made} of the {reports} reports that were made", "percent"),),
        (Figure("planning anew", found["planning"], "all units, loading libraries included; the start of Python apart"),),
    )


def _memory(found: list[_Sized], reports: int) -> Part:
    few, many = found[0].made_in, found[-1].made_in
    than = f"{found[-1].units:,} units / {found[0].units:,} units"
    return Part(
        "Memory of that batch: proportional set sizes, seen from outside",
        (
            Ratio(
                f"parent while making, {than}",
                many.parent / few.parent,
                f"{reports} reports; 1 is flat",
                at_most=_FLAT,
            ),
            Ratio(
                f"all while making, {than}",
                many.together / few.together,
                "highest moment, one child",
            ),
            *(
                Ratio(f"{who}, {one.units:,} units", mebibytes, means, "mebibytes")
                for one in found
                for who, mebibytes, means in (
                    ("parent while making", one.made_in.parent, "median; pages that it shares with its child count half"),
                    ("a child while making", one.made_in.children, "its highest moment; shared pages count half"),
                    ("all while making", one.made_in.together, "highest moment"),
                    (
                        "all while planning",
                        one.planned_in.together,
                        "highest moment; that child is gone before reports are made",
                    ),
                )
            ),
        ),
        (),
    )
