"""A batch that is run again makes what would be different, and nothing else; one that was killed loses nothing."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from batch_cases import Make, command, many, reports, run, summary, write_notebook

from kamassess.batch.manifest import Manifest
from kamassess.batch.places import place_of
from kamassess.resources import carried

pytestmark = pytest.mark.e2e


def _batch(folder: Path, out: Path, *more: str, **options: Any) -> subprocess.CompletedProcess[str]:
    return run("batch", folder, "--out", out, "--lang", "en", "--format", "html", *more, **options)


def _stamps(out: Path) -> dict[str, int]:
    """When each report was written; numbers of files are given again to others."""
    return {path.relative_to(out).as_posix(): path.stat().st_mtime_ns for path in sorted(out.glob("*/*/*.html"))}


def _made_again(before: Mapping[str, int], after: Mapping[str, int]) -> set[str]:
    return {name for name in after if before.get(name) != after[name]}


def test_what_is_there_and_unchanged_is_not_made_again(make_engagement: Make, settings: dict[str, Any], tmp_path: Path) -> None:
    # If this fails, who runs a batch of a thousand again waits for a thousand, or a damaged report is taken for a sound one.
    folder, out = many(make_engagement, settings, 6), tmp_path / "out"
    first = _batch(folder, out)
    assert (first.returncode, first.stdout) == (0, f"7 of 7 reports made. Open {out / 'index.html'}\n")
    bytes_before, stamps = reports(out), _stamps(out)
    again = _batch(folder, out)
    assert (again.returncode, again.stdout.split(".")[0]) == (0, "7 of 7 reports made (7 of them unchanged)")
    assert _stamps(out) == stamps
    gone, cut, altered = (out / "2026" / unit / "unit_audit.en.html" for unit in ("U000", "U001", "U002"))
    gone.unlink()
    cut.write_bytes(cut.read_bytes()[:-1])
    altered.write_bytes(altered.read_bytes().replace(b"mark002q", b"mark009q"))
    mended = _batch(folder, out)
    assert "7 of 7 reports made (4 of them unchanged)" in mended.stdout
    assert reports(out) == bytes_before
    assert _made_again(stamps, _stamps(out)) == {f"2026/{unit}/unit_audit.en.html" for unit in ("U000", "U001", "U002")}
    fresh = _batch(folder, out, "--fresh")
    assert "7 of 7 reports made. " in fresh.stdout
    assert len(_made_again(stamps, _stamps(out))) == 7
    assert reports(out) == bytes_before
    assert not list(out.glob("**/*.part")) + list(out.glob("plan.sqlite"))


def test_a_smaller_batch_does_not_forget_the_larger_one(make_engagement: Make, settings: dict[str, Any], tmp_path: Path) -> None:
    # If this fails, one report made again takes all others from the page that a team works with.
    folder, out = many(make_engagement, settings, 3), tmp_path / "out"
    assert _batch(folder, out, "--format", "html,json").returncode == 0
    before = json.loads((out / "summary.json").read_text())
    assert before["earlier"] == []
    made = {path for row in before["reports"] for path in row["files"]}
    (out / "2026" / "U002" / "unit_audit.en.html").unlink()
    for options in ((), ("--fresh",)):
        assert _batch(folder, out, "--units", "U001", "--format", "json", *options).returncode == 0
        summary = json.loads((out / "summary.json").read_text())
        assert [list(row["files"]) for row in summary["reports"]] == [["2026/U001/unit_audit.en.json"]]
        earlier = {path: digest for row in summary["earlier"] for path, digest in row["files"].items()}
        assert set(earlier) == made - {"2026/U001/unit_audit.en.json", "2026/U002/unit_audit.en.html"}
        assert all(hashlib.sha256((out / path).read_bytes()).hexdigest() == digest for path, digest in earlier.items())
        page = (out / "index.html").read_text()
        assert "From earlier batches" in page
        assert all(f'href="{path}"' in page for path in earlier)
    whole = _batch(folder, out, "--format", "html,json")
    assert whole.returncode == 0
    assert json.loads((out / "summary.json").read_text())["earlier"] == []
    assert "From earlier batches" not in (out / "index.html").read_text()


def test_one_changed_answer_makes_the_reports_it_touches(tmp_path: Path) -> None:
    # If this fails, a report is out of date and looks current, or every report of the company is made anew for one answer.
    folder, out, fresh = tmp_path / "sample", tmp_path / "out", tmp_path / "fresh"
    shutil.copytree(carried("sample_data"), folder)
    notebooks = ("--notebook", "unit_audit,progress,account_value,retention_options,group_overview", "--units", "EX,EC,_group")
    assert _batch(folder, out, *notebooks).returncode == 0
    stamps, before = _stamps(out), reports(out)
    path = folder / "responses" / "2026-EX.csv"
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    place = next(number for number, line in enumerate(lines) if line.endswith("FIT-3-Q1,4,"))
    lines[place] = lines[place].replace(",4,", ",DK,")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    assert _batch(folder, out, *notebooks).returncode == 0
    assert _batch(folder, fresh, *notebooks).returncode == 0
    after = reports(fresh)
    assert reports(out) == after
    assert _made_again(stamps, _stamps(out)) == {name for name in after if after[name] != before[name]}
    touched = {"_group/group_overview", "_group/progress", "EX/unit_audit", "EX/progress"}
    assert _made_again(stamps, _stamps(out)) == {f"2026/{name}.en.html" for name in touched}


@pytest.mark.parametrize("what", ["brand", "language", "epoch"])
def test_what_every_report_shows_makes_every_report(
    make_engagement: Make, settings: dict[str, Any], tmp_path: Path, what: str
) -> None:
    # If this fails, a new logo, another language or another date is not in reports that were made before.
    brand = (carried("templates") / "brand.yaml").read_text(encoding="utf-8")
    folder = many(make_engagement, {**settings, "branding": "brand.yaml"}, 2, **{"brand.yaml": brand})
    out, env = tmp_path / "out", dict(os.environ)
    assert _batch(folder, out).returncode == 0
    stamps, more = _stamps(out), ()
    if what == "brand":
        (folder / "brand.yaml").write_text(brand.replace("name:", "name: Other #", 1), encoding="utf-8")
    elif what == "language":
        more = ("--lang", "zh")
    else:
        env["SOURCE_DATE_EPOCH"] = "0"
    again = _batch(folder, out, *more, env=env)
    assert "3 of 3 reports made. " in again.stdout, again.stderr
    assert len(_made_again(stamps, _stamps(out))) == 3


def test_what_failed_is_made_again_when_it_could_succeed(make_engagement: Make, settings: dict[str, Any], tmp_path: Path) -> None:
    # If this fails, an operator waits for reports that must fail again, or cannot have them tried again.
    folder, out = many(make_engagement, settings, 3), tmp_path / "out"
    flag = tmp_path / "flag"
    notebooks = write_notebook(
        tmp_path / "notebooks", f"from pathlib import Path\nif unit == 'U001' and not Path({str(flag)!r}).exists():\n    1 / 0"
    )
    chosen = ("--notebook", "unit_audit")
    first = _batch(folder, out, *chosen, notebooks=notebooks)
    assert (first.returncode, "2 of 3 reports made. " in first.stdout) == (1, True)
    flag.write_text("")
    second = _batch(folder, out, *chosen, notebooks=notebooks)
    assert (second.returncode, "2 of 3 reports made (2 of them unchanged)" in second.stdout) == (1, True)
    assert "ZeroDivisionError" in second.stderr, "what failed before is still said"
    (out / "2026" / "U002" / "unit_audit.en.html").unlink()
    mended = _batch(folder, out, *chosen, notebooks=notebooks)
    assert "2 of 3 reports made (1 of them unchanged)" in mended.stdout, "what failed before is not counted as unchanged"
    third = _batch(folder, out, *chosen, "--retry-failed", notebooks=notebooks)
    assert (third.returncode, "3 of 3 reports made (2 of them unchanged)" in third.stdout) == (0, True)
    assert not (out / "2026" / "U001" / "failed.html").exists()


_SHOTS = 30 if os.environ.get("KAMASSESS_EVERY_FAULT") == "1" else 12
_KILLED = """
import os, random, sys, time
from kamassess.batch.warming import load
from kamassess.cli import main
load()
chance, line, shots, deepest = random.Random(4711), sys.argv[3:], int(sys.argv[1]), float(sys.argv[2])
for shot in range(shots):
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        os._exit(main(line))
    time.sleep(chance.uniform(0.0, deepest))
    os.kill(child, 9)
    _, status = os.waitpid(child, 0)
    print(status, flush=True)
"""
"""Runs a batch and kills it, again and again, from a process that has loaded everything: so most shots hit its work."""


@pytest.mark.slow
def test_a_batch_that_is_killed_loses_nothing(make_engagement: Make, settings: dict[str, Any], tmp_path: Path) -> None:
    # If this fails, a power cut costs more than what was being made, or leaves a report that looks whole and is not.
    folder, out, whole = many(make_engagement, settings, 50), tmp_path / "out", tmp_path / "whole"
    assert _batch(folder, whole).returncode == 0
    expected = reports(whole)
    line = ["batch", str(folder), "--out", str(out), "--lang", "en", "--format", "html", "--jobs", "2"]
    shots = [sys.executable, "-c", _KILLED, str(_SHOTS), "0.9", *line]
    killed = subprocess.run(shots, capture_output=True, text=True, check=True, timeout=200).stdout.split()
    assert len(killed) == _SHOTS
    assert killed.count("9") >= _SHOTS // 2, "most were still at work"
    on_the_way = reports(out)
    assert on_the_way.items() <= expected.items(), "every report that is there is whole"
    done = len(summary(out)["reports"]) if (out / "summary.json").exists() else 0
    assert done in (0, len(expected))
    last = _batch(folder, out)
    assert last.returncode == 0, last.stderr
    assert reports(out) == expected
    left = {path.name for path in out.rglob("*") if path.is_file()} - {Path(name).name for name in expected}
    assert left == {"index.html", "summary.json", "manifest.sqlite"}


def test_ctrl_c_finishes_what_has_begun(make_engagement: Make, settings: dict[str, Any], tmp_path: Path) -> None:
    # If this fails, stopping a batch tears reports, prints a traceback, or leaves no word of what is still to be made.
    folder, out = many(make_engagement, settings, 30), tmp_path / "out"
    line = command("batch", folder, "--out", out, "--lang", "en", "--format", "html", "--jobs", "2")
    process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while len(reports(out)) < 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    told, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in said
    assert "stopping: reports that have begun are finished" in said
    found = summary(out)
    assert found["counts"]["waiting"] > 0
    assert found["counts"]["done"] == len(reports(out)) == int(told.split()[0])
    assert "not made yet" in (out / "index.html").read_text(encoding="utf-8")
    again = _batch(folder, out)
    assert (again.returncode, f"({found['counts']['done']} of them unchanged)" in again.stdout) == (0, True)


def test_two_batches_do_not_write_to_one_folder(make_engagement: Make, settings: dict[str, Any], tmp_path: Path) -> None:
    # If this fails, two people who start the same batch tear each other's files.
    folder, out = many(make_engagement, settings, 2), tmp_path / "out"
    out.mkdir()
    first = Manifest(place_of(str(out)))
    second = _batch(folder, out)
    assert second.returncode == 2
    assert second.stderr.splitlines()[-1] == (
        "another batch is writing to 'out'. Wait for it, or choose another folder with --out."
    )
    assert reports(out) == {}
    first.close()
    assert _batch(folder, out).returncode == 0


@pytest.mark.parametrize("content", [b"no database at all " * 400, b"", b"SQLite format 3\x00" + bytes(5000)])
def test_a_manifest_that_cannot_be_read_is_set_aside(
    make_engagement: Make, settings: dict[str, Any], tmp_path: Path, content: bytes
) -> None:
    # If this fails, a damaged manifest stops every later batch, or is silently thrown away.
    folder, out = many(make_engagement, settings, 2), tmp_path / "out"
    assert _batch(folder, out).returncode == 0
    (out / "manifest.sqlite").write_bytes(content)
    again = _batch(folder, out)
    assert (again.returncode, "3 of 3 reports made. " in again.stdout) == (0, True), again.stderr
    if content:
        assert "The manifest could not be read and is kept as manifest.unreadable-1.sqlite" in again.stderr
        assert (out / "manifest.unreadable-1.sqlite").read_bytes() == content
        assert summary(out)["notes"][0] in again.stderr
    assert "(3 of them unchanged)" in _batch(folder, out).stdout


def test_a_manifest_of_another_time_is_no_obstacle(make_engagement: Make, settings: dict[str, Any], tmp_path: Path) -> None:
    # If this fails, reports of another version or of units that are no more are taken for those of today.
    import sqlite3

    folder, out = many(make_engagement, settings, 2), tmp_path / "out"
    assert _batch(folder, out).returncode == 0
    before = reports(out)
    with sqlite3.connect(out / "manifest.sqlite") as connection:
        connection.execute("UPDATE report SET key = 'of an older version'")
        connection.execute("UPDATE fact SET value = '\"older\"' WHERE name = 'inputs'")
        connection.execute("UPDATE report SET place = '2026/GONE/unit_audit.en', unit = 'GONE' WHERE unit = 'U001'")
    connection.close()
    again = _batch(folder, out)
    assert "3 of 3 reports made. " in again.stdout
    assert reports(out) == before
    assert {entry["unit"] for entry in summary(out)["reports"]} == {"_group", "U000", "U001"}
