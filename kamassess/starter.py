"""A new engagement folder: what ``kamassess init`` writes."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from kamassess.batch.files import write_all
from kamassess.batch.unfinished import PART
from kamassess.errors import Fault, OutputError, UsageError, hindrance, quoted, quoted_path, way_out
from kamassess.reading.instrument import load_instrument
from kamassess.resources import package_file

__all__ = ["make_engagement"]


def make_engagement(folder: Path) -> list[Path]:
    """Write ``engagement.yaml``, an empty ``responses/answers.csv`` and ``questions.csv`` (ids, roles, texts, anchors).

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    UsageError
        The folder already holds something.
    OutputError
        It cannot be written to.
    """
    name = quoted(folder.name or str(folder))
    if folder.is_file():
        raise UsageError(Fault(f"{name} is a file", "Choose a new folder."))
    contents = {
        folder / "engagement.yaml": package_file("blank", "engagement.yaml").read_bytes(),
        folder / "responses" / "answers.csv": b"wave,unit,respondent,role,question,answer,comment\n",
        folder / "questions.csv": _questions().encode("utf-8-sig"),
    }
    try:
        if folder.is_dir() and not _is_unfinished(folder, contents):
            raise UsageError(Fault(f"folder {name} is there already and not empty", "Choose a new folder."))
        folder.mkdir(parents=True, exist_ok=True)
        write_all(contents, as_given=True)
    except OSError as error:
        fault = f"cannot write to {quoted_path(folder)}: {hindrance(folder, error)}"
        raise OutputError(Fault(fault, way_out(error, "Choose another folder"))) from None
    return list(contents)


def _is_unfinished(folder: Path, contents: Mapping[Path, bytes]) -> bool:
    """Whether nothing is in a folder but some of the files that are written here, as they are written, or parts of them."""
    found = set(folder.rglob("*"))
    written = {path for path in found & set(contents) if path.read_bytes() == contents[path]}
    parts = {part for path in contents for part in path.parent.glob(f".{path.name}.*{PART}")}
    folders = {path.parent for path in contents if path.parent.is_dir()}
    return found <= written | parts | folders and written != set(contents)


def _questions() -> str:
    """The built-in questions as a table for people: what ``responses`` refers to by id."""
    instrument = load_instrument("kam")
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    values = instrument.scales["maturity"].values
    writer.writerow(
        [
            "question",
            "roles",
            *(
                f"{name}_{language}"
                for language in instrument.languages
                for name in ("text", *(f"{value:g}" for value in values))
            ),
        ]
    )
    for question in instrument.questions.values():
        texts = [
            text
            for language in instrument.languages
            for text in (question.text[language], *(question.anchors[value][language] for value in values))
        ]
        writer.writerow([question.id, " ".join(question.roles), *texts])
    return buffer.getvalue()
