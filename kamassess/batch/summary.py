"""What a batch came to: a page with every report, a page for each unit in which something failed, and the same for programs."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import PurePosixPath
from typing import Any

from kamassess import __version__
from kamassess.batch.jobs import Job
from kamassess.batch.manifest import Entry, Manifest
from kamassess.batch.places import Place
from kamassess.errors import OutputError
from kamassess.export.webfont import font_faces, page_letters
from kamassess.maker import made_by
from kamassess.render.index import FONTS, render_failures, render_index

__all__ = ["ANSWERS", "SCHEMA", "index_of", "write_summary"]

SCHEMA = "kamassess.batch/1"

FAILED = "failed.html"
ANSWERS = "responses/"


def write_summary(manifest: Manifest, place: Place) -> str:
    """Write ``summary.json``, ``index.html``, and ``failed.html`` in the folder of each unit of which a report failed.

    Returns
    -------
    str
        Where the page is.
    """
    company, wave = manifest.fact("company") or "", manifest.fact("wave") or ""
    reports: list[dict[str, Any]] = []
    units: dict[str, str] = {}
    pages: dict[str, str] = {}
    for folder, entries in groupby(manifest.entries(), key=lambda entry: entry.job.place.rpartition("/")[0]):
        own = list(entries)
        units.setdefault(own[0].job.unit, own[0].title)
        failed = [entry for entry in own if entry.status == "failed"]
        failing = _failures(f"{folder}/{FAILED}", company, failed, place)
        page = next(iter(failing), "")
        pages |= failing
        reports += [_entry(entry, page) for entry in own]
    earlier = list(manifest.earlier())
    for found in earlier:
        units.setdefault(found.job.unit, found.title)
    summary = {
        "schema": SCHEMA,
        "company": company,
        "wave": wave,
        "units": {name: title for name, title in units.items() if title},
        "counts": manifest.counts(),
        "reports": reports,
        "earlier": [{**_whose(found.job), "files": found.files} for found in earlier],
        "without_answers": manifest.fact("silent") or [],
        "notes": _notes(manifest),
        "made_by": {"version": __version__, "sha256": made_by()},
        **_rests_on(manifest),
    }
    index = index_of(summary)
    summary["pages"] = {"index.html": hashlib.sha256(index).hexdigest(), **pages}
    listed = (json.dumps(summary, ensure_ascii=False, indent=1) + "\n").encode()
    place.write({"summary.json": listed, "index.html": index})
    return place.shown("index.html")


def index_of(summary: Mapping[str, Any]) -> bytes:
    """The page of a batch with this summary, to the same bytes each time."""
    return _with_letters(render_index(summary))


def _rests_on(manifest: Manifest) -> dict[str, Any]:
    """The inputs by SHA-256; files of answers without their names, which may be those of people."""
    found = [(name, digest) for name, digest in manifest.fact("rests_on") or ()]
    answers = sorted(digest for name, digest in found if name.startswith(ANSWERS))
    return {"inputs": {name: digest for name, digest in found if not name.startswith(ANSWERS)}, "answer_files": answers}


def _notes(manifest: Manifest) -> list[str]:
    if not manifest.set_aside:
        return []
    return [f"The manifest could not be read and is kept as {manifest.set_aside}; every report was made again."]


def _whose(job: Job) -> dict[str, str]:
    return {"unit": job.unit, "language": job.language, "wave": job.wave, "notebook": job.notebook}


def _entry(entry: Entry, page: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        **_whose(entry.job),
        "status": entry.status,
        "seconds": round(entry.seconds, 3),
        "attempts": entry.attempts,
        "files": entry.files if entry.status == "done" else {},
        "faults": [],
    }
    if entry.status == "failed" and entry.failure:
        why = entry.failure
        found |= {"faults": list(why.faults), "kind": why.kind, "cell": why.cell, "error": why.error, "page": page}
    return found


def _failures(path: str, company: str, failed: Iterable[Entry], place: Place) -> dict[str, str]:
    """Write the page of a unit in which something failed, and return its SHA-256 by its path.

    There is none where nothing failed, or where it cannot be written: what hinders a report may hinder its page as well, and the
    summary has its faults.
    """
    entries = list(failed)
    if not entries:
        with contextlib.suppress(OSError):
            place.discard(path)
        return {}
    rows = [
        {
            "notebook": entry.job.notebook,
            "language": entry.job.language,
            "attempts": entry.attempts,
            "kind": entry.failure.kind,
            "cell": entry.failure.cell,
            "error": entry.failure.error,
            "faults": entry.failure.faults,
            "details": entry.failure.details,
            "old": [PurePosixPath(path) for path in map(entry.job.file, entry.job.formats) if place.holds(path)],
        }
        for entry in entries
        if entry.failure
    ]
    job, title = entries[0].job, entries[0].title
    page = _with_letters(render_failures(company, title or job.unit, job.unit, job.wave, rows, path.split("/")))
    try:
        place.write({path: page})
    except OutputError:
        return {}
    return {path: hashlib.sha256(page).hexdigest()}


def _with_letters(page: str) -> bytes:
    """A page with the letters it uses: Chinese names are shown on a machine that has no Chinese font."""
    return page.replace(FONTS, font_faces(*page_letters(page)), 1).encode()
