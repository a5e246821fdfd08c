"""Exports as the platforms write them, made from the form itself: what a test of reading one needs."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

import openpyxl

Sheet = list[dict[str, str]]
"""The lines of a sheet, by heading; empty cells are empty text."""

KOBO_EXTRA: tuple[str, ...] = (
    *("_id", "_uuid", "_submission_time", "_validation_status", "_notes", "_status", "_submitted_by", "__version__", "_tags"),
    *("meta/rootUuid", "_index"),
)
ODK_EXTRA: tuple[str, ...] = (
    *("meta-instanceID", "meta-instanceName", "KEY", "SubmitterID", "SubmitterName", "AttachmentsPresent"),
    *("AttachmentsExpected", "Status", "ReviewState", "DeviceID", "Edits", "FormVersion"),
)
SURVEYCTO_EXTRA: tuple[str, ...] = ("instanceID", "instanceName", "formdef_version", "review_quality", "review_status", "KEY")


def sheets(form: bytes) -> dict[str, Sheet]:
    """The three sheets of a form."""
    book = openpyxl.load_workbook(io.BytesIO(form))
    found = {}
    for sheet in book:
        head, *rows = [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
        found[sheet.title] = [dict(zip(head, row, strict=True)) for row in rows]
    return found


def fields(survey: Sheet) -> list[tuple[tuple[str, ...], dict[str, str]]]:
    """Each field of a form with the names of its groups, as a platform stores it."""
    groups: list[str] = []
    found = []
    for row in survey:
        if row["type"] == "begin_group":
            groups.append(row["name"])
        elif row["type"] == "end_group":
            groups.pop()
        else:
            found.append((tuple(groups), row))
    assert not groups
    return found


def export(form: bytes, platform: str, submissions: Sequence[Mapping[str, str]], language: str = "") -> str:
    """A CSV file as ``odk``, ``kobo``, ``kobo labels`` (in a language) or ``surveycto`` writes it; submissions by field name."""
    content = sheets(form)
    survey = fields(content["survey"])
    names = [row["name"] for _, row in survey]
    label = f"label::{language}"
    lists = {
        row["name"]: {
            choice["name"]: choice[label] for choice in content["choices"] if choice["list_name"] == row["type"].split()[1]
        }
        for _, row in survey
        if language and row["type"].startswith("select_one")
    }
    if platform == "odk":
        before: tuple[str, ...] = ("SubmissionDate",)
        heads, after, separator = ["-".join((*groups, row["name"])) for groups, row in survey], ODK_EXTRA, ","
    elif platform == "kobo":
        heads, after, separator = ["/".join((*groups, row["name"])) for groups, row in survey], KOBO_EXTRA, ";"
        before = ("start", "end")
    elif platform == "kobo labels":
        titles = {row["name"]: row.get(label, "") for row in content["survey"]}
        heads = ["/".join((*(titles[group] for group in groups), row[label] or row["name"])) for groups, row in survey]
        before, after, separator = ("start", "end"), KOBO_EXTRA, ";"
    else:
        heads, after, separator = names, SURVEYCTO_EXTRA, ","
        before = ("CompletionDate", "SubmissionDate")
    buffer = io.StringIO()
    writer: Any = csv.writer(
        buffer, delimiter=separator, quoting=csv.QUOTE_ALL if platform.startswith("kobo") else csv.QUOTE_MINIMAL
    )
    writer.writerow([*before, *heads, *after])
    for number, submission in enumerate(submissions, 1):
        cells = [submission.get(name, "") for name in names]
        shown = [lists.get(name, {}).get(cell, cell) for name, cell in zip(names, cells, strict=True)]
        writer.writerow([*(f"2026-10-{number:02d}T09:30:00.000Z" for _ in before), *shown, *(f"x{number}" for _ in after)])
    return buffer.getvalue()
