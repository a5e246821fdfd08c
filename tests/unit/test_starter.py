"""``kamassess init`` writes a folder that is sound but for the answers, and never over anything."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kamassess.errors import OutputError, UsageError
from kamassess.reading.instrument import load_instrument
from kamassess.starter import make_engagement as start

if TYPE_CHECKING:
    from tests.conftest import Ran


def test_a_new_folder_lacks_only_answers(tmp_path: Path, kamassess_cli: Callable[..., Ran]) -> None:
    # If this fails, the first thing a new user is told is that our own files are wrong.
    kamassess_cli("init", tmp_path / "new")
    ran = kamassess_cli("check", tmp_path / "new")
    assert (ran.code, ran.err) == (2, ["responses/answers.csv: has a header but no answers. Fill it or remove it."])


def test_a_filled_new_folder_is_sound(tmp_path: Path, kamassess_cli: Callable[..., Ran]) -> None:
    # If this fails, the ids in questions.csv, the units and the columns of answers.csv do not go together.
    folder = tmp_path / "new"
    start(folder)
    with (folder / "questions.csv").open(encoding="utf-8-sig", newline="") as file:
        questions = list(csv.DictReader(file))
    with (folder / "responses" / "answers.csv").open("a", encoding="utf-8") as file:
        for unit in ("U1", "U2"):
            for row in questions:
                for role in row["roles"].split():
                    file.write(f"2026,{unit},{role}-1,{role},{row['question']},3,\n")
    ran = kamassess_cli("check", folder)
    assert ran.err == []
    assert ran.code == 0


def test_questions_csv_has_every_question_in_every_language_and_opens_in_excel(tmp_path: Path) -> None:
    # Without the BOM, Excel on a Chinese Windows shows the Chinese texts as noise.
    start(tmp_path / "new")
    raw = (tmp_path / "new" / "questions.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(raw.decode("utf-8-sig").splitlines()))
    instrument = load_instrument("kam")
    assert [row["question"] for row in rows] == list(instrument.questions)
    assert rows[0]["text_zh"] == instrument.questions[rows[0]["question"]].text["zh"]
    assert rows[0]["5_en"] == instrument.questions[rows[0]["question"]].anchors[5]["en"]
    assert all(all(row.values()) for row in rows)


def test_an_empty_folder_may_be_filled(tmp_path: Path) -> None:
    # If this fails, `mkdir acme && kamassess init acme` is refused.
    (tmp_path / "new").mkdir()
    assert [path.name for path in start(tmp_path / "new")] == ["engagement.yaml", "answers.csv", "questions.csv"]


def test_nothing_is_written_over(tmp_path: Path, kamassess_cli: Callable[..., Ran]) -> None:
    # If this fails, a second `init` wipes out a client's engagement.yaml.
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "engagement.yaml").write_text("mine")
    ran = kamassess_cli("init", tmp_path / "acme")
    assert (ran.code, ran.err) == (2, ["folder 'acme' is there already and not empty. Choose a new folder."])
    assert (tmp_path / "acme" / "engagement.yaml").read_text() == "mine"
    assert [path.name for path in (tmp_path / "acme").iterdir()] == ["engagement.yaml"]


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "acme").write_text("a file")
    with pytest.raises(UsageError, match="'acme' is a file"):
        start(tmp_path / "acme")
    with pytest.raises(OutputError) as caught:
        start(tmp_path / "acme" / "new")
    why = f"cannot write to '{tmp_path / 'acme' / 'new'}': '{tmp_path / 'acme'}' is a file, not a folder"
    assert str(caught.value) == f"{why}. Choose another folder, or mend its permissions."
