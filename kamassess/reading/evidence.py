"""The register of evidence: ``evidence.csv`` beside ``engagement.yaml``, and the documents it names."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from kamassess.data import EVIDENCE, Proof, TableSpec
from kamassess.errors import quoted
from kamassess.reading.columns import SUFFIXES
from kamassess.reading.contents import is_there, leads_out, linked_out
from kamassess.reading.places import Gathered
from kamassess.reading.raw_tables import read_raw
from kamassess.reading.typed_tables import Noted, Reading, TypedTable

__all__ = ["read_evidence"]


def read_evidence(
    folder: Path,
    units: Sequence[str] | None,
    criteria: Sequence[str] | None,
    engagement: str,
    faults: Gathered,
    levels: Sequence[int] = (),
) -> tuple[tuple[Proof, ...], Noted]:
    """Every entry that can be used, by unit, criterion and date; none where there is no register.

    Parameters
    ----------
    folder
        The engagement folder.
    units, criteria
        Their ids; None where they are not known, and then not checked.
    engagement
        The name of the engagement's file, in messages.
    faults
        Where is noted what stops.
    levels
        Those of the instrument; an entry shows none below or above them.
    """
    paths = [path for end in SUFFIXES if (path := folder / f"{EVIDENCE.name}{end}").is_file()]
    if len(paths) > 1:
        faults.add(f"is a second register of evidence, beside {paths[0].name}", "Keep one of them.", file=paths[1].name)
    for path in paths:
        if told := linked_out(path, folder):
            faults.add(*told, file=path.name)
            return (), Noted()
    if len(paths) != 1:
        return (), Noted()
    reading = Reading({"unit": units, "criterion": criteria}, engagement, faults)
    raw = read_raw(paths[0], paths[0].name, EVIDENCE.name, faults, reading.left_out)
    table = TypedTable(_within(levels), raw, reading) if raw is not None else None
    found = table.read() if table else None
    if raw is None or table is None or found is None or units is None or criteria is None:
        return (), reading.noted(paths)
    proofs = []
    for row, entry in zip(raw.rows[table.good].tolist(), found[0].to_dict("records"), strict=True):
        digest = _digest(folder, entry["file"])
        if entry["file"] and digest is None:
            message = f"there is no file {quoted(entry['file'])} in the engagement folder"
            reading.odd.add(message, "Put it there, or mend the name. The entry counts.", file=raw.file, sheet=raw.sheet, row=row)
        proofs.append(
            Proof(
                unit=units[entry["unit"]],
                criterion=criteria[entry["criterion"]],
                kind=entry["kind"],
                title=entry["title"],
                date=entry["date"].date().isoformat(),
                expires=None if pd.isna(entry["expires"]) else entry["expires"].date().isoformat(),
                reviewer=entry["reviewer"] or None,
                file=entry["file"] or None,
                sha256=digest,
                level=None if pd.isna(entry["level"]) else float(entry["level"]),
            )
        )
    proofs.sort(key=lambda proof: (proof.unit, proof.criterion, proof.date, proof.title))
    return tuple(proofs), reading.noted(paths)


def _within(levels: Sequence[int]) -> TableSpec:
    """The register, whose levels are those of the instrument."""
    if not levels:
        return EVIDENCE
    columns = tuple(
        replace(column, low=float(levels[0]), high=float(levels[-1])) if column.name == "level" else column
        for column in EVIDENCE.columns
    )
    return replace(EVIDENCE, columns=columns)


def _digest(folder: Path, name: str) -> str | None:
    """SHA-256 of a file inside *folder*; None where it is not there, or lies outside."""
    path = folder / name
    if not name or not is_there(path) or not path.is_file() or leads_out(path, folder):
        return None
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
