"""What a file claims to be: its format by its bytes, never by its name, and the imprint in it."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kamassess.batch import GROUP
from kamassess.imprint import Imprint, read_imprint
from kamassess.reading.file_kinds import UNREADABLE
from kamassess.result import SCHEMA

__all__ = ["LARGEST", "Claim", "claim_of", "content_of", "json_of"]

LARGEST = 256 << 20
"""Bytes of a file beyond which it is no report."""
_CORE = "docProps/core.xml"
_MOST_CORE = 1 << 16
_MOST_HEAD = 1 << 16
_KINDS = {"xl/workbook.xml": "xlsx", "ppt/presentation.xml": "pptx"}
_JSON = f'"{SCHEMA}"'.encode()
_ONLY_IN_AUDITS = "evidence"


@dataclass(frozen=True)
class Claim:
    """A format (as ``--format`` has it) and an imprint; ``versions`` are what JSON names instead of a digest of them."""

    file_format: str
    imprint: Imprint
    versions: tuple[tuple[str, str], ...] = ()


def content_of(path: Path) -> bytes | None:
    """The bytes of a file; None where it cannot be read, is no regular file, or is larger than any report."""
    try:
        if not path.is_file() or path.stat().st_size > LARGEST:
            return None
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError:
        return None
    return content if len(content) <= LARGEST else None


def claim_of(content: bytes) -> Claim | None:
    """What a file claims to be; None where it is no report of kamassess."""
    if content.startswith(b"%PDF-"):
        return _claim("pdf", content)
    if content.startswith(b"PK\x03\x04"):
        return _in_archive(content)
    if content[:1] == b"{" and _JSON in content[:1000]:
        return _in_json(content)
    if content[:200].lstrip().lower().startswith(b"<!doctype html"):
        return _claim("html", content[:_MOST_HEAD])
    return None


def _claim(file_format: str, content: bytes) -> Claim | None:
    imprint = read_imprint(content)
    return Claim(file_format, imprint) if imprint else None


def _in_archive(content: bytes) -> Claim | None:
    """Of a workbook or a deck; only the part that describes it is unpacked, and of it no more than its beginning."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            kind = next((_KINDS[name] for name in archive.namelist() if name in _KINDS), "")
            with archive.open(_CORE) as core:
                return _claim(kind, core.read(_MOST_CORE)) if kind else None
    except UNREADABLE:
        return None


def json_of(content: bytes) -> Any:
    """What JSON says; None where it is none."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _in_json(content: bytes) -> Claim | None:
    """Of figures for programs, which have no imprint beside what they say anyway."""
    found = json_of(content)
    try:
        units: Mapping[str, Any] = found["units"]
        versions = tuple((str(name), str(number)) for name, number in found["provenance"]["versions"].items())
        whole = "group" in found
        notebook, unit = ("group_overview", GROUP) if whole else ("unit_audit", next(iter(units)))
        if not whole and _ONLY_IN_AUDITS not in units[unit]:
            notebook = "workshop_minutes"
        since = str((found.get("progress") or {}).get("since") or "") if whole else ""
        imprint = Imprint(
            notebook,
            unit,
            "",
            str(found["wave"]),
            since,
            date=str(found["date"] or ""),
            version=dict(versions).get("kamassess", ""),
        )
    except (KeyError, TypeError, AttributeError, StopIteration):
        return None
    return Claim("json", imprint, versions)
