"""What ``kamassess verify`` says: a line for each file and one for all of them, or JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from kamassess.batch import write_whole
from kamassess.errors import Fault
from kamassess.readable import visible
from kamassess.verifying.judging import Judged
from kamassess.verifying.summaries import NAME

__all__ = ["say", "tell"]

_COUNTED = {
    "same": "as these inputs give them",
    "report_changed": "changed after they were made",
    "inputs_changed": "of other inputs",
    "made_otherwise": "made by something else",
    "misplaced": "in the place of another",
    "not_of_this_engagement": "none of this engagement",
    "not_a_report": "no reports",
    "not_made": "not compared",
}


def tell(found: Sequence[Judged], target: str, *, listed: bool) -> None:
    """A line for each file and one for all, and JSON into the file *target*; to standard output, alone, where that is ``-``."""
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    if target:
        text = _escaped(json.dumps(_plain(found), ensure_ascii=False, indent=1)) + "\n"
        if target == "-":
            sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
            sys.stdout.write(text)
            return
        write_whole(Path(target), text.encode())
    for one in found:
        line = Fault(f"{one.about}: {one.words}" if one.about else one.words, file=one.shown)
        print(line)  # noqa: T201 - what the command is for
    words = {**_COUNTED, "same": f"as {NAME} lists them"} if listed else _COUNTED
    counts = {word: sum(one.verdict == verdict for one in found) for verdict, word in words.items()}
    said = ", ".join(f"{number} {word}" for word, number in counts.items() if number)
    print(f"{len(found)} file{'s' if len(found) != 1 else ''}: {said}.")  # noqa: T201 - as above


def _plain(found: Sequence[Judged]) -> dict[str, object]:
    files = [
        {"file": one.shown, "verdict": one.verdict, "words": one.words, "report": one.about, "sha256": one.sha256}
        for one in found
    ]
    return {"schema": "kamassess.verify/1", "same": all(one.verdict == "same" for one in found), "files": files}


def _escaped(text: str) -> str:
    """JSON that says the same, with what cannot be seen as its number: names of files may be anything, even no text."""
    return "".join(char if char == "\n" or visible(char) == char else json.dumps(char)[1:-1] for char in text)


def say(text: str) -> None:
    """Something beside what was found."""
    print(visible(text), file=sys.stderr)  # noqa: T201 - as above
