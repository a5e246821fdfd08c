"""What all tests share: a small engagement, written to a temporary folder with whatever a test wants changed.

Fixtures
--------
instrument, settings, answers
    Fresh plain data of a sound instrument, ``engagement.yaml`` and its answers; a test changes them and passes them on.
make_engagement
    Writes an engagement folder from such data: ``make_engagement(settings=…, instrument=…, answers=…, files=…)``.
make_workbook
    The bytes of an XLSX file from rows of cells, with ``hook(workbook, sheet)`` for formats, merging and hiding.
kamassess_cli
    Runs the command line in this process and returns its exit code and lines.

The small instrument ``tiny`` has the scale ``four`` (0, 0.25, 0.5, 1), the roles ``lead`` and ``staff``, and the questions
``A-1-Q1``, ``A-2-Q1`` (not asked of staff) and ``B-1-Q1``. The small engagement has the units ``N`` and ``S``, two leads and
two staff in each, and the wave 2026.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
import yaml
from hypothesis import HealthCheck
from hypothesis import settings as properties

from kamassess import later
from kamassess.cli import main

later.see_to_it()  # as every command does

# How long one case takes tells of the machine, and how many bytes it may have of the version of Hypothesis.
_PATIENT = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large]}
properties.register_profile("patient", parent=properties(), **_PATIENT)
properties.load_profile("patient")

HEADER = ("wave", "unit", "respondent", "role", "question", "answer", "comment")


@dataclass(frozen=True)
class Ran:
    """What a command did: exit code, lines on standard output, lines on standard error."""

    code: int
    out: list[str]
    err: list[str]

    def the(self, *parts: str) -> str:
        """The only error line that has all *parts*; fails with all lines if there is none or more than one."""
        found = [line for line in self.err if all(part in line for part in parts)]
        assert len(found) == 1, f"{len(found)} lines with {parts}, of:\n" + "\n".join(self.err)
        return found[0]


def text(words: str) -> dict[str, str]:
    """One text in both languages."""
    return {"en": words, "zh": f"{words}（中文）"}


@pytest.fixture
def instrument() -> dict[str, Any]:
    """A sound instrument, small and unlike the built-in one."""

    def question(name: str, **more: Any) -> dict[str, Any]:
        return {"id": name, "text": text(f"What of {name}?"), "scale": "four", **more}

    def criterion(name: str, **more: Any) -> dict[str, Any]:
        return {"id": name, "name": text(name), "questions": [question(f"{name}-Q1", **more)]}

    return {
        "id": "tiny",
        "version": "1.0",
        "languages": ["en", "zh"],
        "title": text("Tiny"),
        "scales": {"four": {"options": [{"value": value, "label": text(f"Option {value}")} for value in (0, 0.25, 0.5, 1)]}},
        "levels": [{"level": level, "name": text(f"Level {level}"), "from": start} for level, start in ((1, 0), (2, 0.5))],
        "roles": [{"id": "lead", "name": text("Leads")}, {"id": "staff", "name": text("Staff")}],
        "dimensions": [
            {"id": "A", "name": text("First"), "criteria": [criterion("A-1"), criterion("A-2", roles=["lead"])]},
            {"id": "B", "name": text("Second"), "criteria": [criterion("B-1")]},
        ],
    }


@pytest.fixture
def settings() -> dict[str, Any]:
    """A sound ``engagement.yaml``."""
    return {
        "company": text("Acme"),
        "languages": ["en", "zh"],
        "instrument": "instrument.yaml",
        "wave": "2026",
        "units": [{"id": "N", "name": text("North")}, {"id": "S", "name": text("South")}],
    }


@pytest.fixture
def answers() -> list[list[str]]:
    """Sound rows of answers, without a header: every question that is asked, by all eight respondents."""
    people = (("R1", "lead", "0.5"), ("R2", "lead", "1"), ("R3", "staff", "0.25"), ("R4", "staff", "DK"))
    return [
        ["2026", unit, respondent, role, question, answer, ""]
        for unit in ("N", "S")
        for respondent, role, answer in people
        for question in ("A-1-Q1", "A-2-Q1", "B-1-Q1")
        if role == "lead" or question != "A-2-Q1"
    ]


def as_csv(rows: Iterable[Sequence[str]], header: Sequence[str] = HEADER, delimiter: str = ",") -> str:
    """Rows as the text of a CSV file."""
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, lineterminator="\n").writerows([header, *rows])
    return buffer.getvalue()


@pytest.fixture
def make_engagement(
    tmp_path: Path, instrument: dict[str, Any], settings: dict[str, Any], answers: list[list[str]]
) -> Callable[..., Path]:
    """Writes an engagement folder and returns it.

    Each part is data, text as it shall stand in the file, or None for no such file; left out, it is the sound one of this test
    (with the changes the test made in place). ``files`` adds files by name: ``{"responses/b.csv": b"…"}``.
    """

    def make(
        name: str = "engagement",
        *,
        settings: Mapping[str, Any] | str | None = settings,
        instrument: Mapping[str, Any] | str | None = instrument,
        answers: Sequence[Sequence[str]] | str | None = answers,
        files: Mapping[str, str | bytes] | None = None,
    ) -> Path:
        folder = tmp_path / name
        (folder / "responses").mkdir(parents=True)
        content: dict[str, Any] = {"engagement.yaml": settings, "instrument.yaml": instrument, "responses/a.csv": answers}
        content |= files or {}
        for path, data in content.items():
            if data is None:
                continue
            if isinstance(data, Mapping):
                data = yaml.safe_dump(data, allow_unicode=True, sort_keys=False)
            elif not isinstance(data, str | bytes):
                data = as_csv(data)
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data if isinstance(data, bytes) else data.encode())
        return folder

    return make


@pytest.fixture
def make_workbook() -> Callable[..., bytes]:
    """The bytes of an XLSX file.

    ``make(rows)`` has one sheet; ``make(first=rows, second=rows)`` several. ``hook(book, sheets)`` runs before it is closed.
    """

    def make(
        rows: Sequence[Sequence[Any]] | None = None,
        *,
        hook: Callable[[Any, dict[str, Any]], object] | None = None,
        **sheets: Sequence[Sequence[Any]],
    ) -> bytes:
        raw = io.BytesIO()
        book = xlsxwriter.Workbook(raw, {"in_memory": True})
        made = {}
        for name, content in ({"answers": rows} if rows is not None else sheets).items():
            made[name] = book.add_worksheet(name)
            for number, row in enumerate(content):
                made[name].write_row(number, 0, row)
        if hook:
            hook(book, made)
        book.close()
        return raw.getvalue()

    return make


@pytest.fixture
def kamassess_cli(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Runs ``kamassess …`` here, as a user would.

    A wrong input (exit code 2) must print nothing but one line for each fault (and the notes and the return of ``check``), and no
    line may show where on this computer the test ran.
    """

    def run(*arguments: str | Path) -> Ran:
        capsys.readouterr()
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as stop:
            code = int(stop.code or 0)
        out, err = capsys.readouterr()
        ran = Ran(code, out.splitlines(), err.splitlines())
        assert "Traceback" not in err
        if code == 2:
            said = "\n".join(ran.out).split("Return of wave ")[0].splitlines()
            assert all(line.startswith("note: ") for line in said)
            assert ran.err
            for name, place in pairwise(map(str, arguments)):
                if name in ("--out", "--json"):  # where to write is named as it was given, and what stands in its way
                    for part in (Path(place), *Path(place).parents):
                        err = err.replace(f"'{part}'", "")
            assert str(tmp_path) not in err, "an absolute path in a message"
        return ran

    return run


# -- in CI nothing that needs a browser or whole commands may be left out ------------------------------------------------


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where ``KAMASSESS_NO_SKIPS`` is set, a skipped browser or end-to-end test fails."""
    report = yield
    marked = item.get_closest_marker("browser") or item.get_closest_marker("e2e")
    if marked and report.skipped and not hasattr(report, "wasxfail") and os.environ.get("KAMASSESS_NO_SKIPS") == "1":
        report.outcome, report.longrepr = "failed", f"skipped, which KAMASSESS_NO_SKIPS forbids: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a whole file that is skipped when it is imported."""
    report = yield
    inside = {"browser", "e2e"} & set(collector.path.parts)
    if inside and report.skipped and os.environ.get("KAMASSESS_NO_SKIPS") == "1":
        report.outcome, report.longrepr = "failed", f"skipped, which KAMASSESS_NO_SKIPS forbids: {report.longrepr}"
    return report


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than cores: many tests wait for a browser, a server or a child."""
    return (os.cpu_count() or 1) + 1
