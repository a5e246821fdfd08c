"""Questionnaires that LibreOffice has opened, filled and saved: the answers are those that were given, progress is worked out.

LibreOffice is started four times for all tests of this file: for ODS and back, for XLSX saved anew, and to fill blank forms.
"""

from __future__ import annotations

import io
import random
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from office_macro import Cell, fill_forms

from kamassess.questionnaire import Filled, Form, write_workbook
from kamassess.reading.answer_words import ANSWERED, DONT_KNOW, NOT_APPLICABLE, UNANSWERED
from kamassess.reading.engagement import Engagement, load_declared
from kamassess.reading.places import Gathered
from kamassess.reading.responses import read_responses
from kamassess.resources import carried

pytestmark = [pytest.mark.e2e, pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")]

COMMENTS = ("", "因为没有人管。", "two\nlines", "=1+1", "-3", "@x", "4-5", "007", "😀", ' "quoted" ')


@dataclass(frozen=True)
class Saved:
    """Folders of the same filled forms: as written and filled by openpyxl, after LibreOffice, and filled in it."""

    engagement: Engagement
    own: Path
    by_openpyxl: Path
    through_ods: Path
    saved_again: Path
    by_macro: Path
    done: dict[str, str]

    def files(self, way: str) -> list[Path]:
        """The forms of a folder, all of them."""
        found = sorted(getattr(self, way).glob("*.xlsx"))
        assert {path.name for path in found} == set(self.done)
        return found

    def read(self, folder: Path) -> tuple[pd.DataFrame, list[str], list[str]]:
        """Answers, faults and notes of a folder of forms."""
        faults, notes = Gathered(), Gathered()
        units = [unit.id for unit in self.engagement.units]
        company, wave = self.engagement.company, self.engagement.wave
        frame, _ = read_responses(
            folder, "responses", self.engagement.instrument, units, faults, company=company, wave=wave, notes=notes
        )
        return frame, [str(fault) for fault in faults.faults()], [str(note) for note in notes.faults()]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Saved:
    """One form for each role in each language, in part without a unit, filled in at random."""
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice is not installed")
    engagement = load_declared(carried("sample_data"))
    root = tmp_path_factory.mktemp("office")
    dice, done = random.Random(6), {}
    entered = {}
    folders = {name: root / name for name in ("own", "openpyxl", "ods", "back", "again", "blank", "macro")}
    for folder in folders.values():
        folder.mkdir()
    for role in engagement.instrument.roles:
        for language in engagement.languages:
            form = Form(engagement, role, language, engagement.unit("NC") if language == "en" else None)
            name = f"{role.id}.{language}.xlsx"
            answers = {question.id: _answer(dice) for question in form.questions}
            (folders["own"] / name).write_bytes(write_workbook(form, Filled(f"007-{role.id}-{language}", "NC", answers)))
            blank = write_workbook(form)
            _refill(blank, folders["own"] / name, folders["openpyxl"] / name, root)
            (folders["blank"] / name).write_bytes(blank)
            entered[folders["blank"] / name] = folders["macro"] / name, _given(folders["own"] / name)
            finished = [
                state for _, state, comment in answers.values() if state not in (UNANSWERED, NOT_APPLICABLE) or comment.strip()
            ]
            done[name] = f"{sum(state != UNANSWERED for state in finished)} / {form.count}"
    steps = (("openpyxl", "xlsx", "ods", "ods"), ("ods", "ods", "xlsx", "back"), ("openpyxl", "xlsx", "xlsx", "again"))
    for source, ending, target, out in steps:
        subprocess.run(
            [
                soffice,
                f"-env:UserInstallation=file://{root}/profile",
                "--headless",
                "--convert-to",
                target,
                "--outdir",
                str(folders[out]),
                *map(str, sorted(folders[source].glob(f"*.{ending}"))),
            ],
            check=True,
            capture_output=True,
            timeout=180,
        )
    fill_forms(soffice, root / "profile", entered)
    return Saved(engagement, *(folders[name] for name in ("own", "openpyxl", "back", "again", "macro")), done)


def opened(path: Path, **how: bool) -> Any:
    return openpyxl.load_workbook(io.BytesIO(path.read_bytes()), **how)


def _answer(dice: random.Random) -> tuple[float, int, str]:
    state = dice.choices([ANSWERED, DONT_KNOW, NOT_APPLICABLE, UNANSWERED], [8, 1, 1, 1])[0]
    return float(dice.randint(1, 5)) if state == ANSWERED else 0.0, state, dice.choice(COMMENTS)


def _refill(blank: bytes, own: Path, target: Path, root: Path) -> None:
    """Fill a blank form in openpyxl as *own* is filled: cell by cell, as a person does, nothing else touched."""
    path = root / "blank.xlsx"
    path.write_bytes(blank)
    book = opened(path)
    for sheet, name, text in _given(own):
        cell = book.worksheets[sheet][name]
        cell.value, cell.data_type = text, "s"
    book.save(target)


def _given(own: Path) -> list[Cell]:
    """What stands in the cells of a filled form that a person may fill."""
    rows = opened(own).worksheets[1].iter_rows()
    return [(1, cell.coordinate, cell.value) for row in rows for cell in row if cell.value and not cell.protection.locked]


@pytest.mark.parametrize("way", ["by_openpyxl", "through_ods", "saved_again", "by_macro"])
def test_the_answers_are_those_that_were_given(saved: Saved, way: str) -> None:
    # If this fails, it depends on somebody's office program what he has answered.
    wanted, faults, _ = saved.read(saved.own)
    assert faults == []
    assert wanted["respondent"].nunique() == 2 * len(saved.engagement.instrument.roles)
    assert set(wanted["state"]) == {ANSWERED, DONT_KNOW, NOT_APPLICABLE, UNANSWERED}
    found, faults, notes = saved.read(getattr(saved, way))
    assert faults == []
    assert all("without a reason" in note for note in notes)
    pd.testing.assert_frame_equal(found, wanted)


@pytest.mark.parametrize("way", ["through_ods", "saved_again", "by_macro"])
def test_progress_is_worked_out_by_libreoffice(saved: Saved, way: str) -> None:
    # If this fails, the formulas of the form are none that other programs than Excel can work out.
    for path in saved.files(way):
        cover, sheet = opened(path, data_only=True).worksheets[:2]
        assert saved.done[path.name] in {cell.value for cell in sheet[1]}, path.name
        totals = [row for row in cover.iter_rows(values_only=True) if isinstance(row[3], int | float)]
        assert f"{totals[-1][4]} / {totals[-1][3]}" == saved.done[path.name]
        assert totals[-1][5] == pytest.approx(totals[-1][4] / totals[-1][3])


@pytest.mark.parametrize("way", ["through_ods", "saved_again", "by_macro"])
def test_lists_and_locks_survive_libreoffice(saved: Saved, way: str) -> None:
    # If this fails, a form passed on by somebody with LibreOffice is no form any more.
    for path in saved.files(way):
        book = opened(path)
        sheet = book.worksheets[1]
        lists = [rule for rule in sheet.data_validations.dataValidation if rule.type == "list"]
        assert len(lists) >= 2, path.name
        assert sheet.protection.sheet
        assert [one.sheet_state for one in book.worksheets] == ["visible", "visible", "hidden", "hidden"]
