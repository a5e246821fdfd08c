"""What strangers write where a terminal tells of it: it is told as text, in one line, and nothing that cannot be seen is in it.

Reports are looked at in ``tests/e2e/test_hostile_outputs.py``; here every place that a name can come from is.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import Ran, as_csv
from form_cases import beside, filled_form
from payloads import STEERING, of_kind
from xlsform_cases import export

from kamassess.batch.inputs import inputs_key
from kamassess.batch.jobs import folder_names
from kamassess.questionnaire.xlsform import write_xlsform
from kamassess.readable import readable
from kamassess.reading.engagement import load_declared
from kamassess.reading.xlsform_fields import FORM, form_of

Make = Callable[..., Path]
Cli = Callable[..., Ran]

FORGED = "FORGED"
UNSEEN = [payload.text for payload in of_kind("control", "direction", "unseen")]
HARD = [*UNSEEN, f"x\n{FORGED}", f"x\r{FORGED}", f"x\u2028{FORGED}", f"x\x85{FORGED}", f"x\x0b{FORGED}"]
NAMES = [text.replace("/", "").replace("\0", "") for text in HARD]
"""Names that a file can have."""
WORST = "".join(HARD).replace("/", "").replace("\ud800", "")[:60] + f"\n{FORGED}\u202e\u200b\u3164\x1b[2J"
CELLS = list({readable(text): text for text in HARD if "\r" not in text}.values())
"""Texts of cells, no two of which are read as the same."""
IN_A_CELL = [text for text in HARD if not set(text) & set(map(chr, (*range(9), 11, 12, *range(14, 32), 0xFFFF)))]
"""Texts that XML can hold as they are."""


def _harmless(ran: Ran, code: int, lines: int = 1) -> str:
    """What a command said, at least so many lines, after looking whether anything in it steers."""
    said = [*ran.out, *ran.err]
    whole = "\n".join(said)
    assert ran.code == code, whole
    assert STEERING.findall(whole) == []
    assert [line for line in said if line.startswith(FORGED)] == []
    assert len(said) >= lines
    return whole


# -- files and folders -----------------------------------------------------------------------------------------------------


def test_no_name_of_a_file_steers_what_is_said_of_it(kamassess_cli: Cli, make_engagement: Make) -> None:
    # If this fails, a file that a client sent clears the screen, or puts a line "no problems found" there.
    places = ("responses/{}.txt", "data/{}.csv", "scorecards/{}.xlsx", "workshops/{}.yaml", "responses/{}/a.csv", "invited{}.csv")
    files = {place.format(name): b"no" for place, name in zip(cycle(places), NAMES, strict=False)}
    said = _harmless(kamassess_cli("check", make_engagement(files=files)), 2, len(files) // 2)
    assert "[U+001B][2J" in said
    assert "[U+202E]" in said


def test_a_name_that_is_no_text_is_refused_or_passed_over(kamassess_cli: Cli, make_engagement: Make) -> None:
    # If this fails, a file from an old archive ends the command with a traceback.
    folder = make_engagement()
    (folder / os.fsdecode(b"invited\xff.csv")).write_bytes(b"no")
    before = inputs_key(folder, {}, None)
    _harmless(kamassess_cli("check", folder), 0)
    (folder / "responses" / os.fsdecode(b"b\xff.csv")).write_bytes(b"no")
    assert "is not UTF-8" in _harmless(kamassess_cli("check", folder), 2)
    assert inputs_key(folder, {}, None) != before  # what a batch begins with


def test_no_name_of_the_engagement_steers_what_is_said_of_it(kamassess_cli: Cli, make_engagement: Make, tmp_path: Path) -> None:
    # If this fails, the folder that a client sent does.
    folder = make_engagement(f"e{WORST}")
    assert "questionnaire.lead.en.xlsx" in _harmless(kamassess_cli("questionnaire", folder), 0, 4)
    _harmless(kamassess_cli("init", tmp_path / f"i{WORST}"), 0, 3)
    _harmless(kamassess_cli("check", tmp_path / f"none{WORST}"), 2)


def test_no_argument_steers_what_is_said_of_it(kamassess_cli: Cli, make_engagement: Make) -> None:
    # If this fails, a name that a shell put into the command does.
    folder = make_engagement()
    for arguments in (
        *(("report", folder, option, WORST) for option in ("--lang", "--format", "--out\x1b")),
        *(("batch", folder, option, WORST) for option in ("--jobs", "--executor", "--timeout", "--memory")),
        ("check", folder, WORST), (WORST,), ("instrument", "check", WORST), ("verify", WORST), ("weights", "kam", WORST),
    ):  # fmt: skip
        _harmless(kamassess_cli(*arguments), 2)


def test_no_name_of_a_judge_or_a_sheet_steers(
    kamassess_cli: Cli, make_engagement: Make, make_workbook: Callable[..., bytes], tmp_path: Path
) -> None:
    # If this fails, who compared what is not who it seems to be.
    folder, judges = make_engagement(), tmp_path / "judges"
    judges.mkdir()
    for number, name in enumerate(NAMES):
        (judges / f"{number}{name}.csv").write_text(",A,B\nA,1,3\nB,,1\n")
    rows = [["", "A", "B"], ["A", 1, 5], ["B", "", 1]]
    (judges / f"b{WORST}.xlsx").write_bytes(make_workbook(**{"s\u202e\u200b\u3164": rows, "two": rows}))
    out = tmp_path / f"w{WORST}.yaml"
    said = _harmless(kamassess_cli("weights", folder / "instrument.yaml", judges, "--out", out), 0, len(NAMES) + 2)
    assert "[U+202E]" in said
    cells = as_csv([["A", "1", WORST], [f"B{WORST}", "", "1"]], ["", "A", f"B{WORST}"])
    (judges / f"c{WORST}.csv").write_text(cells, encoding="utf-8", newline="")
    _harmless(kamassess_cli("weights", folder / "instrument.yaml", judges), 2, 2)
    _harmless(kamassess_cli("weights", "kam", "--template", "--out", out), 2)


def test_verify_tells_files_by_names_that_do_nothing(kamassess_cli: Cli, make_engagement: Make, tmp_path: Path) -> None:
    # If this fails, a forged report says of itself that it is sound; or its JSON cannot be written.
    folder, reports = make_engagement(), tmp_path / "reports"
    reports.mkdir()
    for name in (*NAMES, os.fsdecode(b"x\xff")):
        (reports / f"{name}.html").write_bytes(b"no")
    _harmless(kamassess_cli("verify", reports, folder, "--jobs", "1"), 1, len(NAMES))
    told = _harmless(kamassess_cli("verify", reports, folder, "--jobs", "1", "--json", "-"), 1)
    assert {Path(entry["file"]).name for entry in json.loads(told)["files"]} == {path.name for path in reports.iterdir()}


# -- what stands in files ----------------------------------------------------------------------------------------------------


def test_no_code_of_a_person_steers(kamassess_cli: Cli, make_engagement: Make, answers: list[list[str]]) -> None:
    # If this fails, the list of who is still to answer is not what it seems.
    rows = [["2026", "N", text, "lead", "A-1-Q1", "1", text] for text in CELLS]
    people = [["N", "lead", f"{text}2"] for text in CELLS]
    invited = as_csv(people, ("unit", "role", "respondent"))
    _harmless(kamassess_cli("check", make_engagement(answers=[*answers, *rows], files={"invited.csv": invited})), 0, 5)
    wrong = [[text if column == place else cell for place, cell in enumerate(row)] for text in CELLS for column in range(6)
             for row in (["2026", "N", f"R{text}", "lead", "A-1-Q1", "1", ""],)]  # fmt: skip
    invited = as_csv([[text, text, text] for text in CELLS], ("unit", "role", "respondent"))
    _harmless(kamassess_cli("check", make_engagement("wrong", answers=wrong, files={"invited.csv": invited})), 2, 100)


def test_no_wave_steers(
    kamassess_cli: Cli, make_engagement: Make, settings: Any, answers: list[list[str]], tmp_path: Path
) -> None:
    # If this fails, the title of a table, or a folder, is something else than the wave it is of.
    for number, text in enumerate(HARD[::6]):
        settings["wave"] = f"{text}w"
        rows = [[f"{text}w", *row[1:]] for row in answers]
        folder = make_engagement(f"e{number}", answers=[*rows, *answers, [WORST, *answers[0][1:]]])
        ran = kamassess_cli("check", folder)
        _harmless(ran, ran.code)
        assert (ran.code == 2) == ("\n" in _read(text)), text
        if number % 4 == 0:
            _harmless(kamassess_cli("score", folder), ran.code)
    (place,) = folder_names([readable(f"{WORST}w")]).values()
    assert STEERING.findall(place) == []
    settings |= {"wave": "2026", "waves": {text: {"mapping": text, text: text} for text in CELLS}}
    _harmless(kamassess_cli("check", make_engagement("others", answers=answers)), 2, len(CELLS))


def _read(text: str) -> str:
    """A text on one line or more, as it is read."""
    return "\n" if len(text.rstrip().splitlines()) > 1 else ""


def test_no_version_or_mapping_steers(
    kamassess_cli: Cli, make_engagement: Make, instrument: Any, settings: Any, tmp_path: Path
) -> None:
    # If this fails, what a comparison of two questionnaires says is not what it found.
    old = make_engagement("old") / "instrument.yaml"
    for text in ("\u202e2.0\u200b", "\x1b[2J2.0", "2.0\u3164"):
        instrument |= {"version": text, "title": {"en": text, "zh": text}}
        instrument["dimensions"][0]["criteria"][0]["questions"][0]["text"] = {"en": text, "zh": text}
        new = make_engagement(f"new{len(text)}", instrument=instrument) / "instrument.yaml"
        _harmless(kamassess_cli("instrument", "compare", old, new), 0, 5)
        _harmless(kamassess_cli("instrument", "compare", old, new, "--out", tmp_path / f"m{text}.yaml"), 0)
        _harmless(kamassess_cli("instrument", "check", new), 0)
        _harmless(kamassess_cli("score", new.parent), 0)
    instrument["version"] = f"1\n{FORGED}"
    assert "version has a line break" in _harmless(kamassess_cli("check", make_engagement("lines", instrument=instrument)), 2)
    instrument["version"] = "1.0"
    mapping = {
        "from": {"instrument": WORST, "version": WORST.replace("\n", "")},
        "to": {"instrument": "tiny", "version": WORST.replace("\n", "")},
        "kept": [*CELLS, *({text: text} for text in CELLS)], "changed": [], "new": [], "dropped": CELLS, WORST: WORST,
    }  # fmt: skip
    settings["waves"] = {"2025": {"instrument": "old.yaml", "mapping": "mapping.yaml"}}
    files = {"old.yaml": old.read_bytes(), "mapping.yaml": yaml.safe_dump(mapping, allow_unicode=True)}
    _harmless(kamassess_cli("check", make_engagement("mapped", files=files)), 2, len(CELLS))


def test_no_unit_has_an_id_that_cannot_be_seen(kamassess_cli: Cli, make_engagement: Make, settings: Any) -> None:
    # If this fails, there are two units N, or one without a name.
    settings["units"] = [{"id": name, "name": {"en": "x", "zh": "x"}} for name in ("N\u3164", "\u115f", "N\u034f", "N\u200b")]
    said = _harmless(kamassess_cli("check", make_engagement()), 2, 4)
    assert said.count("is not a valid id") == 4


def test_no_evidence_names_a_file_that_steers(kamassess_cli: Cli, make_engagement: Make) -> None:
    # If this fails, a register of documents does.
    rows = [["N", "A-1", "document", text, "2026-01-31", text] for text in CELLS]
    register = as_csv(rows, ("unit", "criterion", "kind", "title", "date", "file"))
    _harmless(kamassess_cli("check", make_engagement(files={"evidence.csv": register})), 0, len(CELLS))
    rows = [[text] * 6 for text in CELLS]
    register = as_csv(rows, ("unit", "criterion", "kind", "title", "date", "file"))
    _harmless(kamassess_cli("check", make_engagement("wrong", files={"evidence.csv": register})), 2, len(CELLS) // 2)


def test_no_form_that_comes_back_steers(kamassess_cli: Cli, make_engagement: Make) -> None:
    # If this fails, whoever fills in a questionnaire does something to whoever collects them.
    folder = make_engagement()

    def hostile(answer: str, unit: str) -> Callable[[Any, Any], object]:
        def change(book: Any, sheet: Any) -> None:
            texts = cycle(IN_A_CELL)
            beside(sheet, "Respondent code").value = "".join(IN_A_CELL)
            beside(sheet, "Business unit").value = unit
            sheet.title, book.worksheets[0].title = "Q\u202e\u200b\u3164", "x\u2066\u200e"
            for row in sheet.iter_rows():
                for cell in row:
                    if cell.value in ("why", "no such thing"):
                        cell.value = f"{next(texts)}{''.join(IN_A_CELL[::5])}"
                    elif answer and isinstance(cell.value, str) and cell.value.startswith("0.5 "):
                        cell.value = answer

        return change

    path = folder / "responses" / f"{WORST}.xlsx"
    path.write_bytes(filled_form(folder, hostile("", "N – North")))
    _harmless(kamassess_cli("check", folder), 0)
    path.write_bytes(filled_form(folder, hostile("".join(IN_A_CELL), "".join(IN_A_CELL))))
    said = _harmless(kamassess_cli("check", folder), 2, 2)
    assert "sheet Q[U+202E][U+200B][U+3164]" in said


@pytest.mark.parametrize("platform", ["odk", "kobo", "surveycto"])
def test_no_export_of_a_platform_steers(kamassess_cli: Cli, make_engagement: Make, platform: str) -> None:
    # If this fails, whoever answers on a phone does.
    folder = make_engagement()
    declared = load_declared(folder)
    form = write_xlsform(declared)
    person = {"wave": "2026", "unit": "N", "role": "lead", FORM: form_of(declared.instrument)}
    sound = [person | {"respondent": text, "q_A_1_Q1": "0.5", "c_A_1_Q1": text} for text in CELLS]
    path = folder / "responses" / f"{WORST}.csv"
    _saved(path, export(form, platform, sound))
    _harmless(kamassess_cli("check", folder), 0)
    fields: Sequence[str] = ("wave", "unit", "role", FORM, "q_A_1_Q1")
    wrong = [person | {"respondent": f"R{number}", field: text} for number, text in enumerate(CELLS) for field in fields]
    _saved(path, export(form, platform, wrong).replace("c_B_1_Q1", WORST.replace("\n", "").replace("\r", ""), 1))
    assert "has the unknown heading" in _harmless(kamassess_cli("check", folder), 2, len(CELLS))


def _saved(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", errors="surrogatepass", newline="")


def test_the_texts_are_hard() -> None:
    # If this fails, the tests above look at less than they say.
    assert len(UNSEEN) > 60
    assert STEERING.search(WORST)
    assert f"\n{FORGED}" in WORST
    assert sum(bool(STEERING.search(text)) for text in HARD) > 40
