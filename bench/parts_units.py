"""The questions about many units at once: scores, the whole result of a wave, metrics."""

from __future__ import annotations

from typing import Any

from asked import Run, medians
from measure import Spent
from synthetic import QUESTIONS, RESPONDENTS
from synthetic_tables import ACCOUNTS, MONTHS
from table import Figure, Part, Ratio

__all__ = ["auditing", "metrics", "scoring"]


def scoring(run: Run) -> list[Part]:
    """Scores and intervals of many units, beside the same in a plain pandas loop."""
    few, many, looped = (20, 100, 1) if run.quick else (200, 1000, 1)
    samples: list[dict[str, Spent]] = []
    facts: dict[str, Any] = {}
    for again in range(run.repeat):
        run.say(f"scoring, run {again + 1} of {run.repeat}")
        sizes = {units: run.inside("scoring", units=units) for units in (few, many)}
        plain = run.inside("plain_scoring", units=looped)
        facts = {**plain, "answers": sizes[many]["answers"]}
        samples.append(
            {
                "few": (sizes[few]["arranged"] + sizes[few]["scored"]).per(few),
                "many": (sizes[many]["arranged"] + sizes[many]["scored"]).per(many),
                "arranged": sizes[many]["arranged"].per(many),
                "scored": sizes[many]["scored"].per(many),
                "plain": plain["plain"].per(looped),
            }
        )
    spent = medians(samples)
    looped_unit, own = spent["plain"], spent["many"]
    return [
        Part(
            f"Scoring with intervals: {RESPONDENTS} respondents a unit, instrument kam, B = 1,000",
            (
                Ratio("plain pandas loop / ours, CPU a unit", looped_unit.cpu / own.cpu, f"ours: a unit of {many:,}"),
                Ratio(f"a unit of {many:,} / a unit of {few:,}, CPU", own.cpu / spent["few"].cpu, "1: linear in their number"),
            ),
            (
                Figure("plain pandas loop, a unit", looped_unit, f"from checked answers in memory to intervals; {looped} looped"),
                Figure(f"ours, a unit of {few:,}", spent["few"], "from checked answers in memory to intervals of all blocks"),
                Figure(f"ours, a unit of {many:,}", own, "the same; the sum of the two that follow"),
                Figure("· arranging", spent["arranged"], "answers from a table into a matrix"),
                Figure("· scoring", spent["scored"], "scores, bounds, coverage, three aggregations, roles, bootstrap"),
                Figure(f"ours, all {many:,} units", Spent(own.cpu * many, own.wall * many), f"{facts['answers']:,} answers"),
            ),
            (
                "The loop is written to be read, not tuned: a few groupings for each of the 1,000 replicates.",
                (
                    f"The two agree: scores (1 to 5) differ by at most {facts['difference_of_scores']:.0e}, and ends "
                    f"of intervals by {facts['difference_of_intervals']:.3f} on average: other random numbers."
                ),
                "Reading files is not in these numbers.",
            ),
        )
    ]


def auditing(run: Run) -> list[Part]:
    """Everything the result says of 1,000 units, beside a plain pandas loop that says the same of three."""
    many, looped = (100, 1) if run.quick else (1_000, 3)
    run.say(f"the whole result of {many:,} units")
    ours = run.inside("auditing", units=many)
    run.say(f"the same in pandas for {looped} units")
    plain = run.inside("plain_auditing", units=looped)["plain"].per(looped)
    own = ours["audited"].per(many)
    return [
        Part(
            f"The whole result of a wave: {RESPONDENTS} respondents a unit, {QUESTIONS} questions asked of all, B = 1,000",
            (
                Ratio("plain pandas loop / ours, CPU a unit", plain.cpu / own.cpu, f"ours: a unit of {many:,}"),
                Ratio("plain pandas loop / ours, elapsed a unit", plain.wall / own.wall, f"ours: a unit of {many:,}"),
                Ratio("peak memory", ours["peak"] * 1024, f"{many:,} units, {ours['answers']:,} answers", "mebibytes"),
            ),
            (
                Figure("plain pandas loop, a unit", plain, f"{looped} units one after the other; without the ranking"),
                Figure("ours, a unit", own, "from checked answers in memory to the JSON of the unit"),
                Figure(f"ours, all {many:,} units", ours["audited"], f"peak memory {ours['peak']:.1f} GiB"),
            ),
            (
                (
                    "Scores, bounds, intervals, agreement with chance, reliability, gaps between roles with interval, effect "
                    "size and permutation test, robustness against weights, ranking, spread, roll-ups. Always one run."
                ),
                "Reading files is not in these numbers.",
            ),
        )
    ]


def metrics(run: Run) -> list[Part]:
    """All metrics of 10,000 units, linear in rows, beside a plain pandas loop over units for six of them."""
    few, many, looped = (50, 200, 5) if run.quick else (1_000, 10_000, 100)
    run.say(f"all metrics of {few:,} units")
    small = run.inside("measuring", units=few)
    run.say(f"all metrics of {many:,} units")
    large = run.inside("measuring", units=many)
    run.say(f"six metrics in pandas for {looped} units")
    plain = run.inside("plain_measuring", units=looped)
    own = large["measured"].per(many)
    return [
        Part(
            f"All metrics from the company's tables: {ACCOUNTS} accounts a unit, {MONTHS} months",
            (
                Ratio(
                    f"cost a row, {many:,} units / {few:,} units",
                    own.cpu * many / large["rows"] / (small["measured"].cpu / small["rows"]),
                    "1 is linear in rows",
                ),
                Ratio("peak memory / 4 GiB", large["peak"] / 4, f"{many:,} units, {large['rows']:,} rows", "percent"),
                Ratio(
                    "plain pandas loop / ours, CPU a unit, six metrics",
                    plain["plain"].per(looped).cpu / large["six"].per(many).cpu,
                    f"largest difference of a value: {plain['apart']:.1e}",
                ),
            ),
            (
                Figure(f"ours, {few:,} units", small["measured"], f"peak memory {small['peak']:.1f} GiB"),
                Figure(f"ours, {many:,} units", large["measured"], f"peak memory {large['peak']:.1f} GiB, tables included"),
                Figure("plain pandas loop, a unit", plain["plain"].per(looped), f"{looped} units; six metrics of all"),
            ),
            ("From checked tables in memory. Reading files is not in these numbers. Always one run.",),
        )
    ]
