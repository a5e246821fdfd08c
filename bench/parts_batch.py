"""The question about the batch of the sample: how fast it is by one job and by two, and what it costs to run it again."""

from __future__ import annotations

import dataclasses
import shutil
from typing import Any

from asked import SAMPLE, Run
from changed import change_an_answer
from table import Figure, Part, Ratio

from kamassess.batch import Request

__all__ = ["batch"]

_CHANGED = "2026-CA.csv"


def batch(run: Run) -> list[Part]:
    """The sample's reports by one job and by two; the same batch again, and after one answer has changed."""
    engagement = run.tree.folder / "sample"
    shutil.copytree(SAMPLE, engagement)
    request = Request(str(engagement), "")
    if run.quick:
        request = dataclasses.replace(request, units=("NC", "CA"), languages=("en",), notebooks=("unit_audit",))

    def made(words: str, out: str, jobs: int) -> dict[str, Any]:
        run.say(words)
        asked = dataclasses.replace(request, out=str(run.tree.folder / out))
        return run.inside("whole_batch", asked=dataclasses.asdict(asked), jobs=jobs)

    one = made("the sample's reports with one job", "one", 1)
    two = made("the sample's reports with two jobs", "two", 2)
    again = made("the same, finished", "two", 2)
    change_an_answer(engagement / "responses" / _CHANGED)
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
