"""What is measured inside one fresh process: ``python bench/inside.py report|stages|auditing ...`` prints JSON in its last line.

A process of its own for each measurement: libraries keep what they have set or subset before, and the second time the same
report is made costs less than any report of a batch ever does. So a process warms up with another unit's report.
"""

from __future__ import annotations

import argparse
import ast
import dataclasses
import json
import os
import sys
from functools import partial
from typing import Any

from measure import Spent, timed

from kamassess.batch import Job, make

_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def report(job: Job, before: Job) -> dict[str, Spent]:
    """The first report of a process, and the next, of another unit."""
    first = _made(before)
    return {"first": first, "warm": _made(job)}


def _made(job: Job) -> Spent:
    outcome, spent = timed(lambda: make(job))
    if outcome.faults:
        sys.exit("\n".join(outcome.faults))
    return spent


def stages(job: Job, before: Job) -> dict[str, Spent]:
    """A warm report taken apart, without papermill and IPython: the floor is their sum.

    ``read`` and ``score`` are the whole engagement, once a process; the other stages are one report.
    """
    import nbformat

    from kamassess.export.html import KamHTMLExporter
    from kamassess.export.pdf import KamPDFExporter
    from kamassess.reading.engagement import load_engagement
    from kamassess.recipe import audit
    from kamassess.resources import carried

    _made(before)
    notebook = nbformat.read(carried("notebooks") / f"{job.notebook}.ipynb", as_version=4)
    opened, sections, forms = _run_cells(notebook, job)
    html, pdf = KamHTMLExporter(), KamPDFExporter()
    _, as_html = timed(lambda: html.from_notebook_node(notebook))
    _, as_pdf = timed(lambda: pdf.from_notebook_node(notebook))
    engagement, read = timed(lambda: load_engagement(job.engagement))
    _, score = timed(lambda: audit(engagement, job.wave))
    return {"read": read, "score": score, "open": opened, "sections": sections, "forms": forms, "html": as_html, "pdf": as_pdf}


def _run_cells(notebook: Any, job: Job) -> tuple[Spent, Spent, Spent]:
    """Run the code cells, fill in their outputs, and time opening the unit's result, making sections, writing their forms."""
    from nbformat.v4 import new_output

    opened = sections = forms = Spent(0.0, 0.0)
    names: dict[str, Any] = {}
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        statements = ast.parse(cell.source).body
        shown = statements.pop() if statements and isinstance(statements[-1], ast.Expr) else None
        _, spent = timed(partial(_execute, statements, names))
        opened += spent
        if "parameters" in cell.metadata.get("tags", ()):
            names |= {"engagement": job.engagement, "unit": job.unit, "language": job.language, "wave": job.wave}
        if isinstance(shown, ast.Expr):
            value, spent = timed(partial(_evaluate, shown.value, names))
            sections += spent
            data, spent = timed(value._repr_mimebundle_)
            forms += spent
            cell.outputs = [new_output("execute_result", data=data, execution_count=1)]
    return opened, sections, forms


def _execute(statements: list[ast.stmt], names: dict[str, Any]) -> None:
    exec(compile(ast.Module(statements, []), "cell", "exec"), names)


def _evaluate(expression: ast.expr, names: dict[str, Any]) -> Any:
    return eval(compile(ast.Expression(expression), "cell", "eval"), names)


def scoring(units: int) -> dict[str, Any]:
    """All units of a synthetic engagement scored at once: answers in a table to scores and intervals in arrays."""
    from synthetic import synthetic_responses

    from kamassess.reading.instrument import load_instrument
    from kamassess.scoring.answers import answers_of
    from kamassess.scoring.scores import score_answers

    instrument = load_instrument("kam")
    names, responses = synthetic_responses(instrument, units)
    score_answers(answers_of(responses[responses["unit"] == names[0]], instrument, names[:1], "1"))
    answers, arranged = timed(lambda: answers_of(responses, instrument, names, "1"))
    _, scored = timed(lambda: score_answers(answers))
    return {"arranged": arranged, "scored": scored, "answers": len(responses)}


def plain_scoring(units: int) -> dict[str, Any]:
    """The same, one unit after the other in pandas, and how far its numbers are from ours."""
    from plain_scoring import differences, score_unit
    from synthetic import synthetic_responses

    from kamassess.reading.instrument import load_instrument
    from kamassess.scoring.answers import answers_of
    from kamassess.scoring.scores import score_answers

    instrument = load_instrument("kam")
    names, responses = synthetic_responses(instrument, units)
    frames = [frame for _, frame in responses.groupby("unit", sort=False)]
    plain, spent = timed(lambda: [score_unit(frame, instrument) for frame in frames])
    ours = score_answers(answers_of(responses, instrument, names, "1"))
    score, interval = differences(plain, ours)
    return {"plain": spent, "difference_of_scores": score, "difference_of_intervals": interval}


def auditing(units: int) -> dict[str, Any]:
    """Everything the result says of all units: scores, agreement, gaps, robustness, ranking, and each unit's JSON."""
    import resource

    from synthetic import asked_of_all, synthetic_responses

    from kamassess.reading.engagement import Unit
    from kamassess.reading.instrument import load_instrument
    from kamassess.scoring.answers import answers_of
    from kamassess.scoring.group import compare_units
    from kamassess.scoring.reliability import reliability
    from kamassess.scoring.scores import score_answers
    from kamassess.scoring.units import UnitResults

    instrument = asked_of_all(load_instrument("kam"))
    names, responses = synthetic_responses(instrument, units)
    listed = tuple(Unit(name, {"en": name}, None, 1.0, {}) for name in names)

    def everything() -> int:
        scores = score_answers(answers_of(responses, instrument, names, "1"))
        results = UnitResults(scores, listed, responses.iloc[:0][["unit", "role", "question", "comment"]])
        reliability(scores.answers)
        compare_units(scores, listed, results.unlike)
        return sum(len(json.dumps(unit.as_json())) for unit in results.values())

    size, spent = timed(everything)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return {"audited": spent, "answers": len(responses), "bytes": size, "peak": peak}


def plain_auditing(units: int) -> dict[str, Any]:
    """The same, one unit after the other in pandas and scipy."""
    from plain_auditing import audit_unit
    from synthetic import asked_of_all, synthetic_responses

    from kamassess.reading.instrument import load_instrument

    instrument = asked_of_all(load_instrument("kam"))
    _, responses = synthetic_responses(instrument, units)
    frames = [frame for _, frame in responses.groupby("unit", sort=False)]
    _, spent = timed(lambda: [audit_unit(frame, instrument) for frame in frames])
    return {"plain": spent}


def measuring(units: int) -> dict[str, Any]:
    """Every metric of all units of a synthetic company, from checked tables in memory; and the six that the plain loop has."""
    import resource

    from plain_metrics import NAMES
    from synthetic_tables import synthetic_tables

    from kamassess.metrics import METRICS, Settings, Window, measure

    data = synthetic_tables(units)
    window, settings = Window.until("2026-10-31"), Settings(programme_cost=(1.0,) * units)
    _, six = timed(lambda: [METRICS[name].measure(data, window, settings) for name in NAMES])
    _, spent = timed(lambda: measure(data, window, settings))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    rows = sum(len(frame) for frame in data.tables.values())
    return {"measured": spent, "six": six, "rows": rows, "peak": peak}


def plain_measuring(units: int) -> dict[str, Any]:
    """Six metrics, one unit after the other in pandas, and how far they are from ours."""
    from plain_metrics import NAMES, measure_unit
    from synthetic_tables import ACCOUNTS, synthetic_tables

    from kamassess.metrics import METRICS, Settings, Window

    data = synthetic_tables(units)
    window = Window.until("2026-10-31")

    accounts = [frame for _, frame in data["accounts"].groupby("unit")]
    lines = [data[name].groupby(data[name]["account"] // ACCOUNTS) for name in ("sales", "deliveries", "activities")]
    rows = [[group.get_group(unit) for group in lines] for unit in range(units)]
    plain, spent = timed(lambda: [measure_unit(own, *tables, window) for own, tables in zip(accounts, rows, strict=True)])
    ours = {name: METRICS[name].measure(data, window, Settings()).value for name in NAMES}
    apart = max(abs(found[name] / ours[name][place] - 1) for place, found in enumerate(plain) for name in NAMES)
    return {"plain": spent, "apart": float(apart)}


_BY_UNITS = {
    "measuring": measuring,
    "plain_measuring": plain_measuring,
    "scoring": scoring,
    "plain_scoring": plain_scoring,
    "auditing": auditing,
    "plain_auditing": plain_auditing,
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["report", "stages", *_BY_UNITS])
    parser.add_argument("--job", type=json.loads, help="fields of kamassess.batch.Job")
    parser.add_argument("--before", help="the unit to warm up with")
    parser.add_argument("--units", type=int, default=1)
    options = parser.parse_args()
    for name in _THREADS:  # as the command line does, before numpy is loaded
        os.environ.setdefault(name, "1")
    found: dict[str, Any]
    if options.what in ("report", "stages"):
        job = Job(**options.job)
        found = (report if options.what == "report" else stages)(job, dataclasses.replace(job, unit=options.before))
    else:
        found = _BY_UNITS[options.what](options.units)
    print(json.dumps(found, default=dataclasses.asdict))


if __name__ == "__main__":
    main()
