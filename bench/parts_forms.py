"""The question about questionnaires: how fast filled ones are read."""

from __future__ import annotations

from asked import Run
from measure import Spent
from table import Figure, Part, Ratio

__all__ = ["forms"]

_GOAL = 2.5


def forms(run: Run) -> list[Part]:
    """A thousand filled questionnaires read and checked, beside openpyxl reading the same cells."""
    count = 20 if run.quick else 1_000
    run.say(f"{count:,} filled questionnaires")
    found = run.inside("forms", count=count)
    own, plain, written = found["own"], found["plain"], found["written"]
    assert found["same"], "openpyxl and the reader found other answers"
    return [
        Part(
            f"{count:,} filled questionnaires, {found['answers']:,} answers, {found['size'] / 2**20:.0f} MiB",
            (
                Ratio(
                    "openpyxl / ours, CPU a form",
                    plain.cpu / own.cpu,
                    "load_workbook(read_only=True), the same cells",
                    at_least=_GOAL,
                ),
                Ratio("forms read", count / own.wall, "checked, on one core", "per_second"),
            ),
            (
                Figure("openpyxl, a form", plain.per(count), "the cells of one sheet as text, nothing checked"),
                Figure(
                    "ours, a form",
                    own.per(count),
                    "all sheets, hidden and merged cells, formulas, identity, every answer checked",
                ),
                Figure("ours, all", Spent(own.cpu, own.wall), "from a folder of files to a table of answers"),
                Figure("writing, a form", written.per(count), "drop-downs, formulas, formats"),
            ),
            ("Questionnaires of the sample: five roles, two languages, 11 to 61 questions. Always one run.",),
        )
    ]
