"""What is measured of filled questionnaires in a fresh process: writing them, reading them back, and openpyxl beside it."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from asked import SAMPLE
from measure import timed

__all__ = ["forms"]

_KEPT = ("question", "answer", "comment")


def forms(count: int) -> dict[str, Any]:
    """*count* filled forms of the sample's roles in both languages: written, read and checked by us, and read by openpyxl."""
    from kamassess.reading.engagement import load_declared
    from kamassess.reading.places import Gathered
    from kamassess.reading.responses import read_responses

    engagement = load_declared(SAMPLE)
    units = [unit.id for unit in engagement.units]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _, written = timed(lambda: _write(folder, engagement, count))

        def read(where: Path) -> Any:
            faults = Gathered()
            asked = {"company": engagement.company, "wave": engagement.wave}
            frame, _ = read_responses(where, "responses", engagement.instrument, units, faults, **asked)
            assert not faults, [str(fault) for fault in faults.faults()][:3]
            return frame

        warm = folder / "warm"
        warm.mkdir()
        first = min(folder.glob("*.xlsx"))
        (warm / first.name).write_bytes(first.read_bytes())
        read(warm)
        next(_plain([first]))
        (warm / first.name).unlink()
        warm.rmdir()
        frame, own = timed(lambda: read(folder))
        rows, plain = timed(lambda: list(_plain(sorted(folder.glob("*.xlsx")))))
        size = sum(path.stat().st_size for path in folder.iterdir())
    filled = {(respondent, question) for respondent, question, answer, _ in rows if answer}
    ours = set(map(tuple, frame.loc[frame["state"] != 0, ["respondent", "question"]].to_numpy().tolist()))
    return {"written": written, "own": own, "plain": plain, "answers": len(frame), "size": size, "same": filled == ours}


def _write(folder: Path, engagement: Any, count: int) -> None:
    """Fill forms in at random, the same ones each time."""
    from kamassess.questionnaire import Filled, Form, write_workbook
    from kamassess.reading.answer_words import ANSWERED, DONT_KNOW

    dice = Random(6)
    kinds = [Form(engagement, role, language) for role in engagement.instrument.roles for language in engagement.languages]
    for number, form in zip(range(count), itertools.cycle(kinds), strict=False):
        answers = {
            question.id: (float(dice.randint(1, 5)), ANSWERED, "" if dice.random() < 0.8 else "每月会上就报两个数，销量和回款。")
            if dice.random() < 0.9
            else (0.0, DONT_KNOW, "")
            for question in form.questions
        }
        (folder / f"{number:05d}.xlsx").write_bytes(write_workbook(form, Filled(f"R{number}", "NC", answers)))


def _plain(paths: list[Path]) -> Iterator[tuple[str, str, str, str]]:
    """The same cells by openpyxl in its fast mode: respondent, question, answer and comment of each row; nothing is checked."""
    from openpyxl import load_workbook

    names = {"question id": "question", "题目编号": "question", "answer": "answer", "回答": "answer"}
    names |= {"comment or reason": "comment", "说明或理由": "comment"}
    for path in paths:
        book = load_workbook(path, read_only=True, data_only=True)
        rows = [[str(value or "") for value in row] for row in book.worksheets[1].iter_rows(values_only=True)]
        respondent = next(
            row[place + 1] for row in rows for place, cell in enumerate(row) if cell in ("Respondent code", "受访者代码")
        )
        head = next(number for number, row in enumerate(rows) if {"answer", "回答"} & {cell.lower() for cell in row})
        places = {names[cell.lower()]: place for place, cell in enumerate(rows[head]) if cell.lower() in names}
        for row in rows[head + 1 :]:
            question, answer, comment = (row[places[name]] for name in _KEPT)
            if question:
                yield respondent, question, answer, comment
        book.close()
