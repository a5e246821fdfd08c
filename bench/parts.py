"""The questions of the benchmark, one function each, and what every number in the answers includes."""

from __future__ import annotations

import dataclasses
import json
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from measure import Spent, Tree, binary, median
from plain import plain_report
from synthetic import QUESTIONS, RESPONDENTS
from synthetic_tables import ACCOUNTS, MONTHS
from table import Figure, Part, Ratio

from kamassess.batch import Job

__all__ = ["PARTS", "Run"]

_HERE = Path(__file__).resolve().parent
_SAMPLE = _HERE.parent / "sample_data"
_UNIT, _OTHER_UNIT, _WAVE = "NC", "EC", "2026"
_START_RUNS = 5


@dataclasses.dataclass(frozen=True)
class Run:
    """How to measure. ``say`` tells what is being measured."""

    tree: Tree
    repeat: int
    quick: bool
    say: Callable[[str], None]


def _inside(run: Run, what: str, *options: str) -> dict[str, Any]:
    """Measure in a fresh process (see ``inside.py``)."""
    printed, _ = run.tree.output([sys.executable, _HERE / "inside.py", what, *options])
    found: dict[str, Any] = json.loads(printed.splitlines()[-1])
    return {name: Spent(**value) if isinstance(value, dict) else value for name, value in found.items()}


def _medians(samples: Iterable[Mapping[str, Spent]]) -> dict[str, Spent]:
    """The median of each thing that was measured several times."""
    runs = list(samples)
    return {name: median(run[name] for run in runs) for name in runs[0]}


def _total(spent: Iterable[Spent]) -> Spent:
    return sum(spent, Spent(0.0, 0.0))


# -- one report ----------------------------------------------------------------------------------------------------------


def report(run: Run) -> list[Part]:
    """One unit audit against the plain pipeline, and where a warm report's time goes."""
    job = Job(str(_SAMPLE), _UNIT, "en", _WAVE, str(run.tree.folder / "warm"))
    inside = ("--job", json.dumps(dataclasses.asdict(job)), "--before", _OTHER_UNIT)
    cold = [binary("kamassess"), "report", _SAMPLE, "--unit", _UNIT, "--lang", "en", "--wave", _WAVE, "--out", "cold"]
    samples: list[dict[str, Spent]] = []
    for again in range(run.repeat):
        run.say(f"one report, run {again + 1} of {run.repeat}")
        plain = plain_report(run.tree, job)
        samples.append(
            {
                **plain,
                "plain": _total(plain.values()),
                "cold": run.tree.run(cold),
                **_inside(run, "report", *inside),
                **(stages := _inside(run, "stages", *inside)),
                "once": stages["read"] + stages["score"],
                "floor": _total(spent for name, spent in stages.items() if name not in ("read", "score")),
            }
        )
    spent = _medians(samples)
    return [_against_plain(spent), _where(spent)]


def _against_plain(spent: Mapping[str, Spent]) -> Part:
    plain, warm, cold, floor = (spent[name] for name in ("plain", "warm", "cold", "floor"))
    return Part(
        f"One unit audit, HTML and PDF ({_UNIT} of the sample, English)",
        (
            Ratio("plain pipeline / warm report, CPU", plain.cpu / warm.cpu, "fewer CPU seconds for a report of a batch"),
            Ratio("plain pipeline / warm report, elapsed", plain.wall / warm.wall, "sooner done, a report of a batch"),
            Ratio(
                "plain pipeline / cold report, CPU", plain.cpu / cold.cpu, "fewer CPU seconds for a single report, from the shell"
            ),
            Ratio(
                "plain pipeline / cold report, elapsed", plain.wall / cold.wall, "sooner done, a single report, from the shell"
            ),
            Ratio("warm report / floor, CPU", warm.cpu / floor.cpu, "what papermill, IPython and writing add to the work itself"),
        ),
        (
            Figure("plain pipeline", plain, "the sum of the three commands that follow, on the same notebook and parameters"),
            Figure("· papermill", spent["papermill"], "CLI, engine nbclient: starts a kernel, imports, reads, scores, draws"),
            Figure("· nbconvert", spent["nbconvert"], "jupyter nbconvert --to html, its own template"),
            Figure("· Chromium", spent["Chromium"], "headless, prints that page to PDF; no network, no GPU; all its processes"),
            Figure("cold report", cold, "kamassess report: Python starts, imports, reads, scores, makes and writes HTML and PDF"),
            Figure("first report of a process", spent["first"], f"of unit {_OTHER_UNIT}: imports, reading, scoring as well"),
            Figure("warm report", warm, f"the next, of unit {_UNIT}: papermill, drawing, both exports, writing; reading is done"),
            Figure("floor", floor, "the same in a warm process without papermill, IPython and writing: the stages below"),
        ),
        ("The plain pipeline runs the package's own sections and charts: what it saves by other charts is not in these ratios.",),
    )


def _where(spent: Mapping[str, Spent]) -> Part:
    warm = spent["warm"]
    names = {
        "open": ("find the unit's result", "look for changed files, levels, gates and reasons of one unit"),
        "sections": ("sections and charts", "the text and tables of all sections; each chart drawn wide and narrow, as SVG"),
        "forms": ("HTML, Typst and plain forms", "of every section, as they stand in the notebook"),
        "html": ("HTML export", "nbconvert exporter kam-html: page, fonts cut to the letters used"),
        "pdf": ("PDF export", "nbconvert exporter kam-pdf: Typst, PDF/UA-1 and PDF/A-2a"),
    }
    rest = warm - _total(spent[name] for name in names)
    shares = [Ratio(name, spent[key].share_of(warm), includes, "percent") for key, (name, includes) in names.items()]
    shares.append(Ratio("the rest", rest.share_of(warm), "papermill, IPython, collecting garbage, writing files", "percent"))
    shares.append(Ratio("reading and scoring", spent["once"].share_of(warm), "not in it: once a process, all units", "percent"))
    return Part(
        "Where the time of a warm report goes",
        tuple(shares),
        (
            *(Figure(name, spent[key], includes) for key, (name, includes) in names.items()),
            Figure("the rest", rest, "warm report less the stages above, which were timed in other processes"),
            Figure("reading", spent["read"], "the whole sample: all units and waves, checked; once a process"),
            Figure("scoring", spent["score"], "all units of one wave with intervals (B = 1,000); once a process"),
        ),
        ("Shares are of a warm report's CPU time.",),
    )


# -- starting ------------------------------------------------------------------------------------------------------------


def start(run: Run) -> list[Part]:
    """What it costs to start the command and to import the package."""
    python = sys.executable
    commands: dict[str, list[str | Path]] = {
        "python -c pass": [python, "-c", "pass"],
        "kamassess --help": [binary("kamassess"), "--help"],
        "papermill --help": [binary("papermill"), "--help"],
        "import kamassess": [python, "-c", "import kamassess"],
        "import pandas": [python, "-c", "import pandas"],
    }
    run.say("start-up")
    for command in commands.values():
        run.tree.run(command)
    times = run.repeat if run.quick else run.repeat * _START_RUNS
    spent = _medians({name: run.tree.run(command) for name, command in commands.items()} for _ in range(times))
    own, floor, papermill = spent["kamassess --help"], spent["python -c pass"], spent["papermill --help"]
    imported, pandas = spent["import kamassess"] - floor, spent["import pandas"] - floor
    return [
        Part(
            "Starting",
            (
                Ratio("kamassess --help / python -c pass", own.wall / floor.wall, "elapsed; 1 would be Python alone, the floor"),
                Ratio("papermill --help / kamassess --help", papermill.wall / own.wall, "elapsed"),
                Ratio("import kamassess / import pandas", imported.wall / pandas.wall, "less Python's own start", "percent"),
            ),
            tuple(Figure(name, found, "the whole command, files in the system's cache") for name, found in spent.items()),
            (f"Medians of {times} runs here, after one that is not counted.",),
        )
    ]


# -- a batch -------------------------------------------------------------------------------------------------------------


def batch(run: Run) -> list[Part]:
    """The sample's reports by one job and by two."""
    samples: list[dict[str, Spent]] = []
    count = 0
    for again in range(run.repeat):
        spent = {}
        for jobs in ("1", "2"):
            run.say(f"the demo with --jobs {jobs}, run {again + 1} of {run.repeat}")
            shutil.rmtree(run.tree.folder / "demo", ignore_errors=True)
            spent[jobs] = run.tree.run([binary("kamassess"), "demo", "--out", "demo", "--jobs", jobs])
            count = len(json.loads((run.tree.folder / "demo" / "summary.json").read_text(encoding="utf-8"))["reports"])
        samples.append(spent)
    found = _medians(samples)
    one, two = found["1"], found["2"]
    what = f"kamassess demo, from the call to the end: start, imports, reading, scoring, {count} reports as HTML and PDF, summary"
    return [
        Part(
            f"A batch: the {count} reports of the sample",
            (
                Ratio("reports a second, --jobs 1", count / one.wall, "of the whole command, start included", "per_second"),
                Ratio("reports a second, --jobs 2", count / two.wall, "of the whole command, start included", "per_second"),
                Ratio("two jobs / one job", one.wall / two.wall, "as fast; 2 is the most there can be"),
            ),
            (
                Figure("--jobs 1", one, what),
                Figure("--jobs 2", two, what),
                Figure("one report of --jobs 1", one.per(count), "its share of the whole command"),
                Figure("one report of --jobs 2", two.per(count), "its share of the whole command"),
            ),
        )
    ]


# -- scoring -------------------------------------------------------------------------------------------------------------


def scoring(run: Run) -> list[Part]:
    """Scores and intervals of many units, beside the same in a plain pandas loop."""
    few, many, looped = (20, 200, 1) if run.quick else (200, 2000, 3)
    samples: list[dict[str, Spent]] = []
    facts: dict[str, Any] = {}
    for again in range(run.repeat):
        run.say(f"scoring, run {again + 1} of {run.repeat}")
        sizes = {units: _inside(run, "scoring", "--units", str(units)) for units in (few, many)}
        plain = _inside(run, "plain_scoring", "--units", str(looped))
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
    spent = _medians(samples)
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
    """Everything the result says of 10,000 units, beside a plain pandas loop that says the same of 100."""
    many, looped = (200, 1) if run.quick else (10_000, 100)
    run.say(f"the whole result of {many:,} units")
    ours = _inside(run, "auditing", "--units", str(many))
    run.say(f"the same in pandas for {looped} units")
    plain = _inside(run, "plain_auditing", "--units", str(looped))["plain"].per(looped)
    own = ours["audited"].per(many)
    return [
        Part(
            f"The whole result of a wave: {RESPONDENTS} respondents a unit, {QUESTIONS} questions asked of all, B = 1,000",
            (
                Ratio("plain pandas loop / ours, CPU a unit", plain.cpu / own.cpu, f"ours: a unit of {many:,}"),
                Ratio("plain pandas loop / ours, elapsed a unit", plain.wall / own.wall, f"ours: a unit of {many:,}"),
                Ratio("peak memory / 8 GiB", ours["peak"] / 8, f"{many:,} units, {ours['answers']:,} answers", "percent"),
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
    small = _inside(run, "measuring", "--units", str(few))
    run.say(f"all metrics of {many:,} units")
    large = _inside(run, "measuring", "--units", str(many))
    run.say(f"six metrics in pandas for {looped} units")
    plain = _inside(run, "plain_measuring", "--units", str(looped))
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


PARTS: Mapping[str, Callable[[Run], list[Part]]] = {
    "report": report,
    "start": start,
    "batch": batch,
    "scoring": scoring,
    "auditing": auditing,
    "metrics": metrics,
}
