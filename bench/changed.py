"""A table of answers in which one answer is another: what a batch that has been made is run again for."""

from __future__ import annotations

import csv
import io
from pathlib import Path

__all__ = ["change_an_answer"]


def change_an_answer(path: Path) -> None:
    """Make the first answer of a table another one."""
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
    at = rows[0].index("answer")
    row = next(row for row in rows[1:] if row[at].isdigit())
    row[at] = str(int(row[at]) % 5 + 1)
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    path.write_text(buffer.getvalue(), encoding="utf-8")
