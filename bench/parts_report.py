"""The questions about one report: what it costs beside plain pipelines, and where its time goes."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path

from asked import SAMPLE, Run, medians, total
from measure import Spent, binary
from plain import plain_report, printed
from table import Figure, Part, Ratio

from kamassess.batch import Job

__all__ = ["report"]

_UNIT, _OTHER_UNIT, _WAVE = "NC", "EC", "2026"
_AGAIN = 7
_IN_PYTHON = ("executing", "exporting", "printing")
_STAGES = {
    "open": ("find the unit's result", "look for changed files, levels, gates and reasons of one unit"),
    "sections": ("sections and charts", "the text and tables of all sections; each chart drawn wide and narrow, as SVG"),
    "forms": ("HTML, Typst and plain forms", "of every section, as they stand in the notebook"),
    "html": ("HTML export", "nbconvert exporter kam-html: page, fonts cut to the letters used"),
    "pdf": ("PDF export", "nbconvert exporter kam-pdf: Typst, PDF/UA-1 and PDF/A-2a"),
}


def report(run: Run) -> list[Part]:
    """One unit audit as a batch makes it, against plain pipelines and the floor, and where its time goes."""
    asked = ("--unit", _UNIT, "--lang", "en", "--wave", _WAVE, "--out", "cold")
    cold: list[str | Path] = [binary("kamassess"), "report", SAMPLE, *asked]
    page = run.tree.folder / "python.html"
    samples: list[dict[str, Spent]] = []
    for again in range(run.repeat):
        run.say(f"one report, run {again + 1} of {run.repeat}")
        wanted = Job(str(SAMPLE), _UNIT, "en", _WAVE, str(run.tree.folder / f"report-{again}"))
        job = dataclasses.asdict(wanted)
        plain = plain_report(run.tree, wanted)
        python = run.inside("in_process", job=job, before=_OTHER_UNIT, page=str(page))
        python["printing"] = printed(run.tree, page)
        forked = run.inside("forked", job=job, again=_AGAIN)
        stages = run.inside("stages", job=job, before=_OTHER_UNIT)
        samples.append(
            {
                **plain,
                **{name: python[name] for name in _IN_PYTHON},
                **{name: forked[name] for name in ("batch", "every")},
                **{name: stages[name] for name in ("read", "score", *_STAGES)},
                "plain": total(plain.values()),
                "python": total(python[name] for name in _IN_PYTHON),
                "cold": run.tree.run(cold),
                "once": stages["read"] + stages["score"],
                "floor": total(stages[name] for name in _STAGES),
            }
        )
    spent = medians(samples)
    return [_against_plain(spent), _where(spent)]


def _against_plain(spent: Mapping[str, Spent]) -> Part:
    ours, plain, python, cold, floor = (spent[name] for name in ("batch", "plain", "python", "cold", "floor"))
    return Part(
        f"One unit audit, HTML and PDF ({_UNIT} of the sample, English)",
        (
            Ratio("commands / report of a batch, CPU", plain.cpu / ours.cpu, "fewer CPU seconds than by commands", at_least=20),
            Ratio("commands / report of a batch, elapsed", plain.wall / ours.wall, "sooner done, one at a time"),
            Ratio(
                "from Python / report of a batch, CPU", python.cpu / ours.cpu, "fewer CPU seconds than from Python, all loaded"
            ),
            Ratio("from Python / report of a batch, elapsed", python.wall / ours.wall, "sooner done, one at a time"),
            Ratio("report of a batch / floor, CPU", ours.cpu / floor.cpu, "what forking, papermill, IPython add", at_most=1.5),
            Ratio("commands / cold report, CPU", plain.cpu / cold.cpu, "fewer CPU seconds for a single report, from the shell"),
            Ratio("commands / cold report, elapsed", plain.wall / cold.wall, "sooner done, a single report, from the shell"),
        ),
        (
            Figure("plain, by commands", plain, "the sum of the three that follow, on the same notebook and parameters"),
            Figure("· papermill", spent["papermill"], "CLI, engine nbclient: starts a kernel, imports, reads, scores, draws"),
            Figure("· nbconvert", spent["nbconvert"], "jupyter nbconvert --to html, its own template"),
            Figure("· Chromium", spent["Chromium"], "headless, prints that page to PDF; no network, no GPU; all its processes"),
            Figure("plain, from Python", python, f"the sum of the three that follow; the process made unit {_OTHER_UNIT} before"),
            Figure(
                "· execute_notebook", spent["executing"], "papermill's, engine nbclient: its kernel imports, reads, scores, draws"
            ),
            Figure("· HTMLExporter", spent["exporting"], "nbconvert's, built before; writes the page"),
            Figure("· Chromium", spent["printing"], "as above"),
            Figure(
                "report of a batch",
                ours,
                f"child and parent: fork, papermill, exports, files, manifest; median of {_AGAIN} children",
            ),
            Figure("report of any unit", spent["every"], "the same, mean of every unit of the sample once"),
            Figure(
                "floor", floor, "compute, draw, set in one warm process: the stages below; no papermill, IPython, fork, files"
            ),
            Figure("cold report", cold, "kamassess report: Python starts, imports, reads, scores, makes and writes HTML and PDF"),
        ),
        (
            "The plain pipelines run the package's own sections and charts: what others would save is not in these ratios.",
            "Reading and scoring, once a batch, is not in a report of a batch; the parts about batches say what it costs.",
        ),
    )


def _where(spent: Mapping[str, Spent]) -> Part:
    ours = spent["batch"]
    rest = ours - total(spent[name] for name in _STAGES)
    shares = [Ratio(name, spent[key].share_of(ours), includes, "percent") for key, (name, includes) in _STAGES.items()]
    shares.append(Ratio("the rest", rest.share_of(ours), "forking, papermill, IPython, writing files, the manifest", "percent"))
    shares.append(Ratio("reading and scoring", spent["once"].share_of(ours), "not in it: once a batch, all units", "percent"))
    return Part(
        "Where the time of a report of a batch goes",
        tuple(shares),
        (
            *(Figure(name, spent[key], includes) for key, (name, includes) in _STAGES.items()),
            Figure("the rest", rest, "a report of a batch less the stages above, which were timed in other processes"),
            Figure("reading", spent["read"], "the whole sample: all units and waves, checked; once a batch"),
            Figure("scoring", spent["score"], "all units of one wave with intervals (B = 1,000); once a batch"),
        ),
        ("Shares are of the CPU time of a report of a batch.",),
    )
