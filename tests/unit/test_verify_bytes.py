"""A single changed byte is found, wherever it is; and files that are made to do harm do none."""

from __future__ import annotations

import io
import os
import random
import zipfile
from pathlib import Path
from typing import Any

import pytest
import verify_cases
from verify_cases import House, house

from kamassess.batch import Job
from kamassess.children import Lost
from kamassess.errors import InputError
from kamassess.reading.engagement import load_engagement
from kamassess.verifying import claims, judging, running
from kamassess.verifying.asking import about, tasks_of
from kamassess.verifying.claims import claim_of
from kamassess.verifying.judging import Asked, Judged, Task

__all__ = ["house"]


def _verdict(house: House, path: Path) -> str:
    """What a file turns out to be, without its place in words."""
    claim = claim_of(path.read_bytes())
    if claim is None:
        return "not_a_report"
    tasks, refused = tasks_of(house.folder, [Asked(path, path.name, claim, about(claim))], "", "", {})
    (found,) = refused or [judging._Compared(task, task.files[0], _made(task.job), _NOT_NEEDED).briefly() for task in tasks]
    return found.verdict


_MADE: dict[tuple[object, ...], bytes] = {}


_NOT_NEEDED: Any = None


def _made(job: Job) -> bytes:
    """What the inputs give: made once for each report, and taken from there for each of the many files that claim to be it."""
    key = (job.notebook, job.unit, job.language, job.wave, job.since, job.with_code, job.formats)
    return _MADE.get(key, b"another report")


@pytest.mark.parametrize(
    "name", ["N/unit_audit.html", "N/unit_audit.pdf", "S/unit_audit.xlsx", "S/unit_audit.pptx", "N/unit_audit.json"]
)
def test_a_flipped_byte_of_a_report_is_found(house: House, name: str) -> None:
    # If this fails, something of a report can be changed and it is still called what its inputs give.
    path = house.report(name)
    content = path.read_bytes()
    claim = claim_of(content)
    assert claim
    (task,), _ = tasks_of(house.folder, [Asked(path, name, claim, "")], "", "", {})
    job = task.job
    _MADE[(job.notebook, job.unit, job.language, job.wave, job.since, job.with_code, job.formats)] = content
    assert _verdict(house, path) == "same"
    chance = random.Random(name)
    start = max(content.find(b"kamassess.report/1"), 0)
    places = [chance.randrange(len(content)) for _ in range(40)] + [start + chance.randrange(200) for _ in range(40)]
    for place in places:
        flipped = bytes([content[place % len(content)] ^ (1 << chance.randrange(8))])
        path.write_bytes(content[:place] + flipped + content[place + 1 :])
        assert _verdict(house, path) != "same", f"byte {place}"


def test_a_flipped_byte_of_an_input_is_found(house: House) -> None:
    # If this fails, an answer or a document can be changed and reports of before still count as what the inputs give.
    before = {entry.file: entry.sha256 for entry in load_engagement(house.folder).inputs}
    chance = random.Random(7)
    for name in ("engagement.yaml", "instrument.yaml", "evidence.csv", "responses/a.csv", "responses/before.csv"):
        path = house.folder / name
        content = path.read_bytes()
        for place in (chance.randrange(len(content)) for _ in range(12)):
            path.write_bytes(content[:place] + bytes([content[place] ^ (1 << chance.randrange(8))]) + content[place + 1 :])
            try:
                after = {entry.file: entry.sha256 for entry in load_engagement(house.folder).inputs}
            except InputError:
                continue
            assert after != before, f"{name}, byte {place}"
        path.write_bytes(content)


# -- files that are made to do harm --------------------------------------------------------------------------------------


def _bomb() -> bytes:
    """A workbook whose description unpacks to a hundred megabytes."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("docProps/core.xml", b" " * 100_000_000)
    return raw.getvalue()


_CLAIM = b"kamassess.report/1;notebook=unit_audit;unit=N;language=en;wave=2026"
_PAGE = b'<!doctype html><meta name="kamassess-report" content="' + _CLAIM + b'">'
HARMFUL = {
    "deep.html": _PAGE + b"<div>" * 200_000,
    "entities.html": _PAGE.replace(b"html>", b'html [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>', 1) + b"&b;" * 1000,
    "nothing.pdf": b"%PDF-1.7\n" + _CLAIM,
    "loop.pdf": b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 1 0 R/Kids[1 0 R]/Count 9>>endobj\ntrailer<</Root 1 0 R>>\n%" + _CLAIM,
    "bomb.xlsx": _bomb(),
    "cut.pptx": _bomb()[:300],
    "deep.json": b'{"schema": "kamassess.result/1", "units": ' + b"[" * 200_000,
    "wrong.json": b'{"schema": "kamassess.result/1", "units": {"N": 1}, "provenance": [], "wave": {}}',
    "claims.html": _PAGE.replace(b"unit=N", b"unit=..%2F..%2F..%2Fetc%2Fpasswd%1b%5b31m%00"),
    "notebook.html": _PAGE.replace(b"unit_audit", b"..%2Fworkshop"),
    "day.html": _PAGE.replace(b"wave=2026", b"wave=2026;date=99999-01-01"),
    "old.html": _PAGE.replace(b"wave=2026", b"wave=2026;date=0001-01-01"),
    "since.html": _PAGE.replace(b"unit_audit", b"progress").replace(b"wave=2026", b"wave=2026;since=2031"),
    "of_all.html": _PAGE.replace(b"unit=N", b"unit=_group"),
    "of_one.html": _PAGE.replace(b"unit_audit", b"group_overview"),
    "empty.html": b"",
}


def test_files_that_are_made_to_do_harm_are_no_reports_and_do_none(house: House, tmp_path: Path) -> None:
    # If this fails, a file from a stranger stops the command, steers the terminal, or passes for a report.
    folder = tmp_path / "mail"
    folder.mkdir()
    for name, content in HARMFUL.items():
        (folder / name).write_bytes(content)
    os.mkfifo(folder / "pipe.html")
    with (folder / "huge.pdf").open("wb") as huge:
        huge.truncate(claims.LARGEST + 1)
    found = house.verify(folder, house.folder)
    assert found.code == 1
    assert found.files.keys() == found.wrong.keys()
    assert len(found.files) == len(HARMFUL) + 2
    told = {name: found.the(f"/{name}")[0] for name in HARMFUL}
    assert {name for name, verdict in told.items() if verdict in ("report_changed", "made_otherwise", "inputs_changed")} == {
        *("deep.html", "entities.html", "nothing.pdf", "loop.pdf")
    }
    refused = {"claims.html", "notebook.html", "day.html", "old.html", "since.html", "of_all.html", "of_one.html"}
    assert {name for name, verdict in told.items() if verdict == "not_of_this_engagement"} == refused
    assert found.the("huge.pdf")[1] == "cannot be read, or has more than 256 MiB"
    ran = verify_cases.run("verify", folder / "claims.html", house.folder)
    assert "\x1b" not in ran.stdout
    assert "passwd[U+001B][31m[U+0000]" in ran.stdout


def test_a_file_that_cannot_be_looked_into_in_time_still_differs() -> None:
    # If this fails, a file that hangs what reads it comes out as "not compared" instead of as changed.
    claim = claims.Claim("pdf", claims.Imprint("unit_audit", "N", "en", "2026"))
    task = Task(Job("e", "N", "en", "2026", ""), (Asked(Path("a.pdf"), "a.pdf", claim, "it"),), None, "", "")
    brief = [Judged("a.pdf", "report_changed", "differs")]
    late = Lost("deadline", "looking where it differs", "looking where it differs took longer than 300 s")
    assert running._lost(task, brief, late) == brief
    (other,) = running._lost(task, None, late)
    assert other.verdict == "not_made"
