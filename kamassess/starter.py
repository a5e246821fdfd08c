"""A new engagement folder: what ``kamassess init`` writes."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Mapping
from pathlib import Path

from kamassess.errors import Fault, OutputError, UsageError, hindrance, quoted, quoted_path
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
    files = {
        folder / "engagement.yaml": package_file("blank", "engagement.yaml").read_text(encoding="utf-8"),
        folder / "responses" / "answers.csv": "wave,unit,respondent,role,question,answer,comment\n",
        folder / "questions.csv": _questions(),
    }
    try:
        if folder.is_dir() and any(folder.iterdir()):
            raise UsageError(Fault(f"folder {name} is there already and not empty", "Choose a new folder."))
        _write(folder, files)
    except OSError as error:
        remedy = "Choose another folder, or mend its permissions."
        raise OutputError(Fault(f"cannot write to {quoted_path(folder)}: {hindrance(folder, error)}", remedy)) from None
    return list(files)


def _write(folder: Path, files: Mapping[Path, str]) -> None:
    """Write all files into a folder beside first, and move that to its place when it is whole."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.") as beside:
        made = Path(beside) / folder.name
        for path, text in files.items():
            part = made / path.relative_to(folder)
            part.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(text, encoding="utf-8-sig" if path.name == "questions.csv" else "utf-8", newline="")
        if not folder.exists():
            made.rename(folder)
            return
        for part in sorted(made.iterdir()):  # the folder is somebody's, with rights of its own
            part.rename(folder / part.name)


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
