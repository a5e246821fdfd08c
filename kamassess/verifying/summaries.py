"""The folder of a batch held against its summary: what is listed and missing, what is there and not listed, and what it rests on.

A path that a summary lists is only ever looked up among the files that were found in the folder; none is opened.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kamassess.batch.summary import ANSWERS, SCHEMA, index_of
from kamassess.errors import quoted
from kamassess.maker import made_by
from kamassess.reading.engagement import Engagement
from kamassess.verifying.claims import content_of, json_of
from kamassess.verifying.judging import Judged

__all__ = ["NAME", "Summary", "beside", "changed_inputs", "facts", "listed_too", "summary_in"]

NAME = "summary.json"
_INDEX = "index.html"
_MOST_NAMED = 8


@dataclass(frozen=True)
class Summary:
    """What a batch says of itself; ``files`` and ``pages`` have the SHA-256 of each, by its path in the folder."""

    content: bytes
    told: Mapping[str, Any]
    files: Mapping[str, str]
    pages: Mapping[str, str]
    inputs: Mapping[str, str]
    answers: Sequence[str]


def summary_in(folder: Path) -> Summary | None:
    """The summary of a folder; None where there is none, or where it is not one of kamassess."""
    content = content_of(folder / NAME)
    told = json_of(content) if content else None
    if content is None or not isinstance(told, dict) or told.get("schema") != SCHEMA:
        return None
    files: dict[str, str] = {}
    for kind in ("reports", "earlier"):
        for entry in _list(told.get(kind)):
            files |= _texts(entry.get("files") if isinstance(entry, dict) else None)
    answers = [str(digest) for digest in _list(told.get("answer_files"))]
    return Summary(content, told, files, _texts(told.get("pages")), _texts(told.get("inputs")), answers)


def beside(report: Path) -> Summary | None:
    """The summary of the batch in whose folder a report lies: three levels up, as ``WAVE/UNIT/REPORT``."""
    parents = report.absolute().parents
    return summary_in(parents[2]) if len(parents) > 2 else None


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


def _texts(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    return {name: digest for name, digest in value.items() if isinstance(name, str) and isinstance(digest, str)}


def changed_inputs(summary: Summary, engagement: Engagement) -> dict[str, str]:
    """Inputs that are not as they were when the batch was made, each with what became of it; none where it does not say."""
    if not summary.inputs and not summary.answers:
        return {}
    now = {entry.file: entry.sha256 for entry in engagement.inputs}
    found = {}
    for name, digest in now.items():
        if name.startswith(ANSWERS):
            if digest not in summary.answers:
                found[name] = "changed or new"
        elif summary.inputs.get(name) != digest:
            found[name] = "changed" if name in summary.inputs else "new"
    found |= dict.fromkeys((name for name in summary.inputs if name not in now), "no longer there")
    gone = len(set(summary.answers) - {digest for name, digest in now.items() if name.startswith(ANSWERS)})
    new = sum(how == "changed or new" for how in found.values())
    if gone > new:
        found[ANSWERS] = f"{gone - new} file{'s' if gone - new > 1 else ''} no longer there"
    return found


def facts(summary: Summary, engagement: Engagement, files: Mapping[str, str], shown: str) -> Iterator[Judged]:
    """What is wrong with the summary, and with what it lists beside reports; *files* are those of the folder by their SHA-256."""
    changed = changed_inputs(summary, engagement)
    told = summary.told
    if changed:
        names = [f"{name} ({how})" for name, how in changed.items()]
        more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
        words = f"differs: the inputs have changed since: {', '.join(names[:_MOST_NAMED])}{more}"
        yield Judged(f"{shown}{NAME}", "inputs_changed", words)
    elif wrong := _misnamed(told, engagement):
        yield Judged(f"{shown}{NAME}", "report_changed", f"differs: {wrong}")
    else:
        yield Judged(f"{shown}{NAME}", "same", "rests on these inputs")
    for path, digest in {**summary.pages, **summary.files}.items():
        if path not in files:
            yield Judged(f"{shown}{path}", "report_changed", f"is missing, though {NAME} lists it")
        elif path in summary.pages:
            same = files[path] == digest and not (path == _INDEX and _is_another(summary, digest))
            words = f"is the page that {NAME} lists" if same else f"differs: it is not the page that belongs to {NAME}"
            yield Judged(f"{shown}{path}", "same" if same else "report_changed", words)


def _misnamed(told: Mapping[str, Any], engagement: Engagement) -> str:
    """What the summary says of the engagement and is not so."""
    company = next(iter(engagement.company.values()), "")
    if told.get("company") != company:
        return f"it says that the company is {quoted(str(told.get('company')))}, which is {quoted(company)}"
    names = {unit.id: next(iter(unit.name.values()), unit.id) for unit in engagement.units}
    for unit, name in _texts(told.get("units")).items():
        if names.get(unit) != name:
            return f"it says that unit {quoted(unit)} is {quoted(name)}"
    return ""


def _is_another(summary: Summary, digest: str) -> bool:
    """Whether the summary gives another page than it lists; only known where it was made by what is here."""
    maker = summary.told.get("made_by")
    if not isinstance(maker, dict) or maker.get("sha256") != made_by():
        return False
    try:
        page = index_of({name: value for name, value in summary.told.items() if name != "pages"})
    except Exception:  # noqa: BLE001 - a summary that somebody has written may hold anything
        return True
    return hashlib.sha256(page).hexdigest() != digest


def listed_too(judged: Judged, path: str, summary: Summary) -> Judged:
    """A verdict on a report of a batch, with what the summary says of its file."""
    listed = summary.files.get(path) or summary.pages.get(path)
    if listed is None:
        return replace(judged, words=f"{judged.words}; {NAME} does not list it")
    if listed == judged.sha256 or not judged.sha256:
        return judged
    if judged.verdict == "same":
        return replace(judged, verdict="report_changed", words=f"{judged.words}, but it is not the file that {NAME} lists")
    return replace(judged, words=f"{judged.words} (nor is it the file that {NAME} lists)")
