"""What ``kamassess check`` says: faults and notes of every input, and the return of the wave."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kamassess.errors import Fault, InputError
from kamassess.readable import visible
from kamassess.reading.engagement import DATA, Engagement, check_engagement
from kamassess.reading.unasked import silent
from kamassess.reading.workshops import WORKSHOPS

if TYPE_CHECKING:
    from kamassess.collection import Collection

__all__ = ["check"]

_BESIDE = (f"{DATA}/", "evidence.", f"{WORKSHOPS}/")
"""Where files lie whose faults say nothing about the answers."""


def check(folder: str, file: str | None = None) -> int:
    """Print what is odd about an engagement, and the return of its wave; or write the return to *file* (``-``: and nothing else).

    Raises
    ------
    InputError
        With every fault, after the rest is printed. The return is left out where answers could not be read as they are.
    """
    engagement, faults = check_engagement(folder)
    collection = _collected(engagement, faults)
    if file and collection is not None:
        _write(collection, file)
    if file != "-":
        _say(engagement, faults, collection)
    if faults or engagement is None:
        raise InputError(faults)
    return 0


def _collected(engagement: Engagement | None, faults: list[Fault]) -> Collection | None:
    """The return of the wave; None where there are faults that touch the answers."""
    if engagement is None:
        return None
    harmless = {*silent(engagement), *engagement.left_out}
    if any(fault not in harmless and not fault.file.startswith(_BESIDE) for fault in faults):
        return None
    from kamassess.collection import collect

    return collect(engagement)


def _write(collection: Collection, file: str) -> None:
    if file == "-":
        sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
        sys.stdout.write(collection.to_json())
        return
    from kamassess.batch import write_whole

    write_whole(Path(file), collection.to_json().encode())


def _say(engagement: Engagement | None, faults: list[Fault], collection: Collection | None) -> None:
    if engagement is None:
        return
    for fault in (*engagement.odd, *(collection.odd if collection else ())):
        print(f"note: {fault}")  # noqa: T201 - what the command is for
    if not faults:
        print(visible(_sound(engagement)))  # noqa: T201
    elif engagement.reportable and engagement.left_out:
        print("note: reports can be made all the same, without the lines and cells that are listed.")  # noqa: T201
    if collection is not None and (collection.whole.people or collection.whole.invited):
        from rich.console import Console

        from kamassess.collection.shown import show

        sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
        show(collection, Console())


def _sound(engagement: Engagement) -> str:
    """That nothing is wrong, and what was looked at."""
    current = engagement.responses[engagement.responses["wave"] == engagement.wave]
    instruments = 1 + sum(wave.instrument is not engagement.instrument for wave in engagement.earlier.values())
    people = len(current[["unit", "respondent"]].drop_duplicates())
    answers = f"{people} respondents and {len(current)} answers" if len(current) else "no answers yet"
    tables = engagement.data.tables
    lines = f"; lines of data: {', '.join(f'{name} {len(frame):,}' for name, frame in tables.items())}" if tables else ""
    held = [f"{record.unit} {record.day or record.wave}" for record in engagement.workshops]
    lines += f"; workshops: {', '.join(held)}" if held else ""
    return (
        f"No problems found: {len(engagement.units)} units, {len(engagement.inputs) - instruments} files, "
        f"{answers} in wave {engagement.wave}{lines}."
    )
