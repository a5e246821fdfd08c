"""The questions about batches: how fast the sample's is, what it costs again, and whether a report of a large one costs more."""

from __future__ import annotations

import csv
import dataclasses
import io
import shutil
from pathlib import Path
from typing import Any

from asked import SAMPLE, Run
from measure import Spent
from memory import Memory, Peaks
from synthetic import RESPONDENTS
from table import Figure, Part, Ratio

from kamassess.batch import Request

__all__ = ["batch", "size"]

_FLAT = 1.1
_CHANGED = "2026-CA.csv"


# -- the sample ----------------------------------------------------------------------------------------------------------


def batch(run: Run) -> list[Part]:
    """The sample's reports by one job and by two; the same batch again, and after one answer has changed."""
    engagement = run.tree.folder / "sample"
    shutil.copytree(SAMPLE, engagement)
    request = Request(str(engagement), "")
    if run.quick:
        request = dataclasses.replace(request, languages=("en",), notebooks=("unit_audit",))

    def made(words: str, out: str, jobs: int) -> dict[str, Any]:
        run.say(words)
        asked = dataclasses.replace(request, out=str(run.tree.folder / out))
        return run.inside("whole_batch", asked=dataclasses.asdict(asked), jobs=jobs)

    one = made("the sample's reports with one job", "one", 1)
    two = made("the sample's reports with two jobs", "two", 2)
    again = made("the same, finished", "two", 2)
    _change_an_answer(engagement / "responses" / _CHANGED)
    changed = made("the same, one answer changed", "two", 2)
    return [_throughput(one, two), _again(two, again, changed)]


def _throughput(one: dict[str, Any], two: dict[str, Any]) -> Part:
    count = one["reports"]
    whole = "of the whole command, start, planning and summary included"
    return Part(
        f"A batch: {count} reports of the sample, HTML and PDF",
        (
            Ratio(
                "two jobs / one job, making",
                one["making"].wall / two["making"].wall,
                "as fast, planning apart; 2 is the most there can be",
                at_least=1.8,
            ),
            Ratio(
                "two jobs / one job, whole command", one["whole"].wall / two["whole"].wall, "as fast; planning is not shared out"
            ),
            Ratio("reports a second, one job, making", count / one["making"].wall, "planning apart", "per_second"),
            Ratio("reports a second, two jobs, making", count / two["making"].wall, "planning apart", "per_second"),
            Ratio("reports a second, one job", count / one["whole"].wall, whole, "per_second"),
            Ratio("reports a second, two jobs", count / two["whole"].wall, whole, "per_second"),
        ),
        tuple(
            figure
            for jobs, found in (("one job", one), ("two jobs", two))
            for figure in (
                Figure(jobs, found["whole"], "the whole process, as kamassess batch does it: start, planning, making, summary"),
                Figure(
                    "· planning", found["planning"], "loading libraries; reading, scoring, storing what each report is made from"
                ),
                Figure("· making", found["making"], f"{count} reports, parent and children"),
                Figure("· making, a report", found["making"].per(count), "its share"),
                Figure("· summary", found["summing"], "index.html and summary.json"),
            )
        ),
        ("One run each.",),
    )


def _again(first: dict[str, Any], again: dict[str, Any], changed: dict[str, Any]) -> Part:
    whole, nothing, some = first["whole"], again["whole"], changed["whole"]
    count, made = first["reports"], changed["made"]
    return Part(
        f"The same batch again, two jobs, {count} reports",
        (
            Ratio(
                "nothing to do / batch, CPU", nothing.cpu / whole.cpu, f"{again['made']} reports made", "percent", at_most=0.03
            ),
            Ratio("nothing to do / batch, elapsed", nothing.wall / whole.wall, "whole commands", "percent", at_most=0.03),
            Ratio("made again after one answer changed", made / count, f"{made} of {count} reports; unit CA answered", "percent"),
            Ratio("one answer changed / batch, CPU", some.cpu / whole.cpu, "planning anew, and what was made again", "percent"),
            Ratio("one answer changed / batch, elapsed", some.wall / whole.wall, "whole commands", "percent"),
        ),
        (
            Figure("batch", whole, "the whole process, nothing made before"),
            Figure("nothing to do", nothing, "inputs and files are looked at and found as they were; summary"),
            Figure("one answer changed", some, "the whole process: the three that follow, and the start"),
            Figure("· planning", changed["planning"], "all units anew; each report's key says whether it would differ"),
            Figure("· making", changed["making"], f"{made} reports"),
            Figure("· summary", changed["summing"], "index.html and summary.json"),
        ),
        ("One run.",),
    )


def _change_an_answer(path: Path) -> None:
    """Make the first answer of a table another one."""
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
    at = rows[0].index("answer")
    row = next(row for row in rows[1:] if row[at].isdigit())
    row[at] = str(int(row[at]) % 5 + 1)
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    path.write_text(buffer.getvalue(), encoding="utf-8")


# -- size ----------------------------------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class _Sized:
    """What a report of an engagement of so many units costs, and the memory while it was planned and while reports were made."""

    units: int
    planning: Spent
    making: Spent
    planned_in: Peaks
    made_in: Peaks

    @property
    def report(self) -> Spent:
        return self.planning + self.making


def size(run: Run) -> list[Part]:
    """What a report costs, and what memory it takes, when there are more and more units."""
    sizes, reports = ((20, 60), 4) if run.quick else ((100, 1_000, 10_000), 60)
    warm_up = _written(run, 2)
    found = [_sized(run, units, warm_up, reports) for units in sizes]
    return [_cost(found, reports), _memory(found, reports)]


def _written(run: Run, units: int) -> str:
    folder = str(run.tree.folder / f"{units}-units")
    run.inside("write", folder=folder, units=units)
    return folder


def _sized(run: Run, units: int, warm_up: str, reports: int) -> _Sized:
    run.say(f"{reports} reports of {units:,} units")
    memory, out = Memory(), str(run.tree.folder / f"{units}-reports")
    found = run.inside("sized", memory.watch, engagement=_written(run, units), warm_up=warm_up, out=out, reports=reports)
    planned, began, ended = (found[name] for name in ("planned", "began", "ended"))
    return _Sized(units, found["planning"], found["making"], memory.peaks(planned, began), memory.peaks(began, ended))


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


def _memory(found: list[_Sized], reports: int) -> Part:
    few, many = found[0].made_in, found[-1].made_in
    than = f"{found[-1].units:,} units / {found[0].units:,} units"
    return Part(
        "Memory of that batch: proportional set sizes, highest moments seen from outside",
        (
            Ratio(f"parent while making, {than}", many.parent / few.parent, f"{reports} reports; 1 is flat", at_most=_FLAT),
            Ratio(f"all while making, {than}", many.together / few.together, "the parent and one child at one moment"),
            *(
                Ratio(f"{who}, {one.units:,} units", mebibytes, means, "mebibytes")
                for one in found
                for who, mebibytes, means in (
                    ("parent while making", one.made_in.parent, "pages it shares with its child count half"),
                    ("a child while making", one.made_in.children, "the same"),
                    ("all while making", one.made_in.together, "parent and child at one moment"),
                    ("all while planning", one.planned_in.together, "the child that plans is gone before reports are made"),
                )
            ),
        ),
        (),
    )
