"""Whatever one report does, the others are made, and the batch says what happened, where, and what to do."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from batch_cases import Make, many, reports, rows_of, run, summary, units, write_notebook
from conftest import as_csv, text

from kamassess.resources import carried

pytestmark = pytest.mark.e2e

BEHAVIOUR = """
import os, signal, sys, time
if unit == "U001":
    1 / 0
if unit == "U002":
    while True:
        time.sleep(0.1)
if unit == "U003":
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    while True:
        time.sleep(0.1)
if unit == "U004":
    for _ in range(1000):
        print("x" * 100_000)
if unit == "U005":
    sys.exit()
if unit == "U006":
    os._exit(0)
if unit == "U007":
    os.kill(os.getpid(), signal.SIGKILL)
if unit == "U008":
    hoard = [bytearray(50_000_000) for _ in range(100)]
if unit == "U009":
    sys.exit(3)
if unit == "U010":
    os.system("sleep 1000 &")
"""
CELL = "cell 3 of unit_audit.ipynb"  # after the parameters, as they stand there and as they are given
SAID = {
    "U001": ("data", "ZeroDivisionError", CELL, "division by zero", 1),
    "U002": ("infrastructure", "deadline", CELL, "took longer than 2 s", 2),
    "U003": ("infrastructure", "deadline", CELL, "took longer than 2 s", 2),
    "U004": ("data", "OutputLimitError", CELL, "longer than the", 1),
    "U005": ("data", "SystemExit", CELL, "left the notebook before its end", 1),
    "U006": ("infrastructure", "exited", CELL, "its process ended by itself", 2),
    "U007": ("infrastructure", "killed", CELL, "signal 9 (Killed)", 2),
    "U008": ("infrastructure", "MemoryError", CELL, "MemoryError", 2),
    "U009": ("data", "SystemExit", CELL, "3", 1),
}


@pytest.mark.slow
def test_the_others_are_made_whatever_one_does(make_engagement: Make, settings: dict[str, Any], tmp_path: Path) -> None:
    # If this fails, one bad unit ends the batch, hangs it, fills the machine, or fails without a word of why and what to do.
    folder, out = many(make_engagement, settings, 12), tmp_path / "out"
    notebooks = write_notebook(tmp_path / "notebooks", BEHAVIOUR, "print('the end of', unit)")
    ran = run(
        *("batch", folder, "--out", out, "--lang", "en", "--format", "html", "--notebook", "unit_audit"),
        *("--cell-timeout", "2", "--memory", "300M", "--jobs", "2"),
        notebooks=notebooks,
    )
    assert ran.returncode == 1
    assert "Traceback" not in ran.stderr
    assert "3 of 12 reports made. " in ran.stdout
    found = {entry["unit"]: entry for entry in summary(out)["reports"]}
    assert {unit for unit, entry in found.items() if entry["status"] == "done"} == {"U000", "U010", "U011"}
    for unit, (kind, error, cell, said, attempts) in SAID.items():
        entry = found[unit]
        assert (entry["status"], entry["kind"], entry["error"], entry["attempts"]) == ("failed", kind, error, attempts), unit
        assert entry["cell"] == cell, unit
        assert any(said in fault for fault in entry["faults"]), entry["faults"]
        page = (out / entry["page"]).read_text(encoding="utf-8")
        assert all(words in page for words in (cell, error, said)), unit
        assert f'href="{entry["page"]}"' in (out / "index.html").read_text(encoding="utf-8")
        assert f"{unit} (en): " in ran.stderr
    assert sorted(reports(out)) == sorted(
        [f"2026/{unit}/unit_audit.en.html" for unit in ("U000", "U010", "U011")] + [found[unit]["page"] for unit in SAID]
    )
    assert str(tmp_path) not in "".join((out / found[unit]["page"]).read_text(encoding="utf-8") for unit in SAID)


def test_a_disk_that_is_full_is_said_and_leaves_nothing_half(tmp_path: Path) -> None:
    # If this fails, a report is cut where the disk ended. No file may be larger than 300 kB here; an audit is.
    out = tmp_path / "out"
    asked = ("batch", carried("sample_data"), "--out", out, "--lang", "en", "--format", "html", "--units", "NC")
    ran = run(*asked, "--notebook", "unit_audit", largest=300_000)
    assert ran.returncode == 1
    assert "Traceback" not in ran.stderr
    (entry,) = summary(out)["reports"]
    assert (entry["status"], entry["kind"], entry["attempts"]) == ("failed", "infrastructure", 2)
    assert entry["faults"] == ["cannot write 'unit_audit.en.html': File too large. Make room there, or choose another place."]
    assert {path.name for path in out.rglob("*") if path.is_file()} == {
        *("failed.html", "index.html", "summary.json", "manifest.sqlite", "plan.sqlite"),
    }
    assert run(*asked, "--notebook", "unit_audit").returncode == 0, "it goes on when there is room"
    assert {path.name for path in out.rglob("*") if path.is_file()} == {
        *("unit_audit.en.html", "index.html", "summary.json", "manifest.sqlite"),
    }


ODD = (
    "NC",
    "nc",
    "{x}",
    "{unit}",
    "../../up",
    "/abs",
    "CON",
    "大区/一部",
    "😀",
    "a" * 300,
    "<b>&\"'",
    "=1+1",
    "N.",
    "$(touch x)",
    "a b",
    "U~1",
)


def test_units_may_be_called_anything(make_engagement: Make, settings: dict[str, Any], tmp_path: Path) -> None:
    # If this fails, a report lands outside the output folder, one unit's file replaces another's, or a name stops the batch.
    settings["units"] = [{"id": name, "name": text(f"Unit mark{number:03}q")} for number, name in enumerate(ODD)]
    rows = [row for number, name in enumerate(ODD) for row in rows_of(name, number)]
    folder = make_engagement(settings={**settings, "wave": "2026"}, answers=as_csv(rows))
    out = tmp_path / "deep" / "er" / "out"
    ran = run("batch", folder, "--out", out, "--lang", "en", "--format", "html", "--notebook", "unit_audit")
    assert ran.returncode == 0, ran.stderr
    assert {path.name for path in (tmp_path / "deep").rglob("*") if path.is_file()} == {
        *("unit_audit.en.html", "index.html", "summary.json", "manifest.sqlite"),
    }
    made = list(out.glob("2026/*/unit_audit.en.html"))
    assert len(made) == len(ODD)
    assert len({path.parent.name.casefold() for path in made}) == len(ODD)
    assert all(len(path.parent.name.encode()) < 100 for path in made)
    for entry in summary(out)["reports"]:
        (path,) = entry["files"]
        page = (out / path).read_text(encoding="utf-8")
        mark = f"mark{ODD.index(entry['unit']):03}q"
        assert set(re.findall(r"mark\d{3}q", page)) == {mark}, entry["unit"]


@pytest.mark.parametrize("wave", ["../2026", "2026/Q1", "{wave}", "CON"])
def test_waves_may_be_called_anything(
    make_engagement: Make, settings: dict[str, Any], answers: list[list[str]], tmp_path: Path, wave: str
) -> None:
    # If this fails, the name of a wave leads out of the output folder.
    folder = make_engagement(settings={**settings, "wave": wave}, answers=[[wave, *row[1:]] for row in answers])
    out = tmp_path / "deep" / "out"
    for command in (("batch",), ("report", "--unit", "N")):
        ran = run(command[0], folder, *command[1:], "--out", out, "--lang", "en", "--format", "html")
        assert ran.returncode == 0, ran.stderr
    assert len(list(out.glob("*/N/unit_audit.en.html"))) == 1
    assert {path.name for path in (tmp_path / "deep").iterdir()} == {"out"}


def test_names_that_would_be_read_otherwise_are_refused(make_engagement: Make, settings: dict[str, Any], tmp_path: Path) -> None:
    # If this fails, a unit cannot be named on the command line, or is taken for all units.
    for number, name in enumerate(("_group", "a,b", " a", "a\nb", "a\u202eb")):
        settings["units"] = [{"id": name, "name": text("Odd")}]
        folder = make_engagement(f"e{number}", settings=yaml.safe_dump(settings, allow_unicode=True), answers=rows_of(name))
        ran = run("batch", folder, "--out", tmp_path / "out")
        assert ran.returncode == 2
        assert "is not a valid id" in ran.stderr
        assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_every_report_is_of_its_own_unit(make_engagement: Make, settings: dict[str, Any], tmp_path: Path) -> None:
    # If this fails, a client reads another unit's report. Each unit has a name and a remark that no other has.
    count = 80
    folder, out = many(make_engagement, settings, count), tmp_path / "out"
    asked = ("batch", folder, "--out", out, "--lang", "en", "--notebook", "unit_audit", "--jobs", "3")
    ran = run(*asked, "--format", "html")
    assert ran.returncode == 0, ran.stderr
    some = ",".join(unit["id"] for unit in units(count)[::5])
    assert run(*asked, "--units", some, "--format", "html,pdf").returncode == 0
    for number in range(count):
        unit = f"U{number:03}"
        for page in _pages(out / "2026" / unit):
            assert set(re.findall(r"mark\d{3}q", page)) == {f"mark{number:03}q"}, unit
            assert set(re.findall(r"U\d{3}zz", page)) == {f"{unit}zz"}, unit


def _pages(folder: Path) -> list[str]:
    """All that is to be read in the files of a unit, one text a file."""
    html = (folder / "unit_audit.en.html").read_text(encoding="utf-8")
    pdf = folder / "unit_audit.en.pdf"
    return [html, *([_words(pdf)] if pdf.exists() else [])]


def _words(path: Path) -> str:
    return subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True).stdout
