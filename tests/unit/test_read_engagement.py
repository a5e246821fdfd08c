"""``engagement.yaml`` and where it leads: every fault with its line and remedy, and what is optional may be absent."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import kamassess as ka
from kamassess.errors import UsageError
from kamassess.instrument import QuestionMapping
from kamassess.opened import opened_audit

if TYPE_CHECKING:
    from tests.conftest import Ran

Make = Callable[..., Path]
Run = Callable[..., "Ran"]
Data = dict[str, Any]

FAULTY = """\
company: Acme
languges: [en]
languages: [en, fr]
instrument: instrument.yaml
wave:
date: 31/12/2026
branding: look.yaml
curency: CNY
units:
  - {id: N, name: {en: No}, parent: S, targets: {A: 7, c: 1, B: high}}
  - {id: S, name: {zh: "南"}, parent: N, size: big}
  - {id: W, name: {en: "West"}, parent: Nn, colour: red}
  - {id: N, name: {en: "North"}, size: -1}
  - {id: "E,1", name: {en: "East"}, parent: "E,1"}
  - {name: {en: "Nameless"}}
  - X
"""

EXPECTED = [
    (1, "company is a text, not a mapping. Write it as keys and values: en"),
    (2, "languges is not a known key. Did you mean languages?"),
    (3, "languages[2] is 'fr'. Use one of: en, zh."),
    (5, "wave is empty, not text. Put it in double quotes."),
    (6, "date is '31/12/2026', not a date. Write it as 2026-10-31."),
    (7, "branding: there is no file 'look.yaml'. Put it in this folder, or mend the name."),
    (8, "curency is not a known key. Did you mean currency?"),
    (10, "units[N].name.en is 'No', read as a yes/no, not as text. Put it in double quotes."),
    (10, "units[N].targets.A is 7. It must be between 0 and 1."),
    (10, "units[N].targets.c is no dimension of the instrument. Use one of: A, B."),
    (10, "units[N].targets.B is 'high', not a number."),
    (10, "unit 'N' stands above itself. Mend 'parent' on one of the units in this loop."),
    (11, "units[S].name has no 'en'. Add 'en:'."),
    (11, "units[S].size is 'big', not a number."),
    (11, "unit 'S' stands above itself."),
    (12, "parent 'Nn' of unit 'W' is no unit. Did you mean N?"),
    (12, "units[W].colour is not a known key. Use one of: id, name, parent, size, targets, roadmap."),
    (13, "units[N].id 'N' is the id of another unit already. Give each unit an id of its own."),
    (13, "units[N].size is -1. It must be at least 0."),
    (14, "units[5].id 'E,1' is not a valid id. Use no comma, no line break"),
    (14, "units[5].parent 'E,1' is not a valid id."),
    (14, "unit 'E,1' stands above itself."),
    (15, "units[6] has no 'id'. Add 'id:'."),
    (16, "units[7] is a text, not a mapping. Write it as keys and values: id, name, parent, size, targets, roadmap."),
]


def test_every_fault_at_once_each_with_its_line(make_engagement: Make, kamassess_cli: Run) -> None:
    # Otherwise the user checks, mends and checks again, once for each fault.
    ran = kamassess_cli("check", make_engagement(settings=FAULTY))
    for line, said in EXPECTED:
        ran.the(f"engagement.yaml, line {line}: {said}")
    assert len(ran.err) == len(EXPECTED), "\n".join(ran.err)


@pytest.mark.parametrize("key", ["company", "languages", "instrument", "wave", "units"])
def test_a_missing_key_is_the_only_fault_said(make_engagement: Make, kamassess_cli: Run, settings: Data, key: str) -> None:
    # Otherwise what follows from the missing key hides it.
    del settings[key]
    assert kamassess_cli("check", make_engagement()).err == [f"engagement.yaml, line 1: '{key}' is missing. Add '{key}:'."]


@pytest.mark.parametrize("key", ["company", "languages", "instrument", "wave", "units"])
def test_a_key_left_empty_is_said(make_engagement: Make, kamassess_cli: Run, settings: Data, key: str) -> None:
    settings[key] = None
    ran = kamassess_cli("check", make_engagement())
    assert len(ran.err) == 1
    assert ran.the(f": {key} is empty, not")


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (None, "engagement.yaml: there is no such file. Check the folder, or make one with 'kamassess init'."),
        ("", "engagement.yaml: is empty. Write it, or begin with a copy of one that works."),
        (
            "company: {en: A\n",
            (
                "engagement.yaml, line 2: is not valid YAML: did not find expected ',' or '}'. "
                "Check indentation, colons and quotes there and just above."
            ),
        ),
    ],
    ids=["none", "empty", "broken"],
)
def test_an_engagement_file_that_cannot_be_read(
    make_engagement: Make, kamassess_cli: Run, content: str | None, line: str
) -> None:
    assert kamassess_cli("check", make_engagement(settings=content)).err == [line]


def test_the_other_ending_of_yaml(make_engagement: Make, kamassess_cli: Run) -> None:
    folder = make_engagement(settings=None, files={"engagement.yml": "company: x"})
    assert kamassess_cli("check", folder).err == [
        "engagement.yaml: there is no such file. Rename engagement.yml to engagement.yaml."
    ]


def test_a_folder_that_is_not_there(tmp_path: Path, make_engagement: Make, kamassess_cli: Run) -> None:
    remedy = "Give the folder that holds engagement.yaml, or make one with 'kamassess init'."
    assert kamassess_cli("check", tmp_path / "nowhere").err == [f"there is no engagement folder 'nowhere'. {remedy}"]
    file = make_engagement() / "engagement.yaml"
    assert kamassess_cli("check", file).err == [
        "'engagement.yaml' is a file, not the folder of an engagement. Give the folder in which it lies."
    ]
    (tmp_path / "notes.txt").write_text("x")
    assert kamassess_cli("check", tmp_path / "notes.txt").err == [
        "'notes.txt' is a file, not the folder of an engagement. Give the folder that holds engagement.yaml."
    ]


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("wave： '2026'", "has a full-width colon (：) after a key. Write ':' and a space."),
        ("wave: “2026”", 'has “2026” in typographic quotes. Write straight ones (").'),
    ],
)
def test_what_a_chinese_keyboard_or_a_word_processor_types_is_told(
    make_engagement: Make, kamassess_cli: Run, typed: str, line: str
) -> None:
    # Otherwise the wave is called “2026” with its quotes, and nobody has answered in it.
    folder = make_engagement()
    path = folder / "engagement.yaml"
    text = path.read_text(encoding="utf-8")
    number = text.split("\n").index("wave: '2026'") + 1
    path.write_text(text.replace("wave: '2026'", typed), encoding="utf-8")
    assert kamassess_cli("check", folder).err[0] == f"engagement.yaml, line {number}: {line}"


def test_the_folder_above_or_below_is_named(tmp_path: Path, make_engagement: Make, kamassess_cli: Run) -> None:
    # Otherwise who stands one folder too high or too low is told to make a new engagement.
    folder = make_engagement("north-2026")
    gone = "engagement.yaml: there is no such file."
    assert kamassess_cli("check", tmp_path).err == [f"{gone} Give the folder of an engagement: north-2026."]
    assert kamassess_cli("check", folder / "responses").err == [f"{gone} Give the folder above this one, which has it."]


# -- what it leads to ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("instrumnt.yaml", "instrument: there is no file 'instrumnt.yaml'. Put it in this folder, or mend the name."),
        ("models/m.yaml", "instrument: there is no file 'm.yaml'. Put it in this folder, or mend the name."),
        ("kamm", "instrument: there is no built-in instrument 'kamm'. Did you mean kam? Or give the path of a YAML file."),
        ("responses", "instrument: there is no file 'responses'. Put it in this folder, or mend the name."),
    ],
)
def test_an_instrument_that_is_not_there_is_a_fault_of_the_line_that_names_it(
    make_engagement: Make, kamassess_cli: Run, settings: Data, name: str, said: str
) -> None:
    # Otherwise the user is told of a file he never heard of, without where it is named.
    settings["instrument"] = name
    assert kamassess_cli("check", make_engagement()).err == [f"engagement.yaml, line 7: {said}"]


def test_an_absolute_path_is_not_shown(make_engagement: Make, kamassess_cli: Run, settings: Data, tmp_path: Path) -> None:
    # The check for absolute paths is in kamassess_cli; reports and logs are sent to clients.
    settings["instrument"] = str(tmp_path / "elsewhere.yaml")
    assert kamassess_cli("check", make_engagement("a")).the("'elsewhere.yaml' lies outside this folder")
    settings["instrument"] = str(tmp_path / "b" / "elsewhere.yaml")
    assert kamassess_cli("check", make_engagement("b")).the("there is no file 'elsewhere.yaml'")
    settings["instrument"] = str(tmp_path / "c" / "elsewhere.yaml")
    folder = make_engagement("c", files={"elsewhere.yaml": "id: x"})
    assert kamassess_cli("check", folder).the("elsewhere.yaml, line 1: 'title' is missing")


def test_faults_of_the_instrument_come_with_its_name(make_engagement: Make, kamassess_cli: Run, instrument: Data) -> None:
    instrument["roles"][0]["nmae"] = instrument["roles"][0].pop("name")
    ran = kamassess_cli("check", make_engagement())
    assert all(line.startswith("instrument.yaml, line ") for line in ran.err)
    assert ran.the("roles[lead].nmae is not a known key. Did you mean name?")


def test_a_language_the_instrument_lacks(make_engagement: Make, kamassess_cli: Run, instrument: Data, settings: Data) -> None:
    # Otherwise a Chinese report has holes where the questions should be.
    def english(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: english(inner) for key, inner in value.items() if key != "zh"}
        return [english(inner) for inner in value] if isinstance(value, list) else value

    folder = make_engagement("a", instrument=english(instrument) | {"languages": ["en"]})
    assert kamassess_cli("check", folder).err == [
        (
            "engagement.yaml, line 6: languages[2] is zh, which instrument tiny is not written in. "
            "Take it out, or translate the instrument."
        )
    ]


def test_faults_of_the_branding_file_come_with_its_name(make_engagement: Make, kamassess_cli: Run, settings: Data) -> None:
    settings["branding"] = "look/brand.yaml"
    ran = kamassess_cli("check", make_engagement(files={"look/brand.yaml": "name: Acme\n"}))
    assert ran.err == ["look/brand.yaml, line 1: 'light' is missing. Add 'light:'."]


# -- what must be accepted -----------------------------------------------------------------------------------------------------


def test_only_five_keys_are_needed(make_engagement: Make, kamassess_cli: Run) -> None:
    folder = make_engagement()
    engagement = ka.load_engagement(folder)
    assert (engagement.currency, engagement.date, engagement.wave) == ("", None, "2026")
    assert [(unit.parent, unit.size, unit.targets) for unit in engagement.units] == [(None, None, {})] * 2
    assert engagement.brand.name == "kamassess"
    ran = kamassess_cli("check", folder)
    assert (ran.code, ran.err) == (0, [])
    assert ran.out[0] == "No problems found: 2 units, 2 files, 8 respondents and 20 answers in wave 2026."


def test_everything_that_is_written_is_read(make_engagement: Make, settings: Data) -> None:
    settings |= {"currency": "EUR", "date": "2026-10-31", "peak_months": [11, 12], "branding": None}
    settings["units"][0] |= {"parent": "S", "size": 0, "targets": {"A": 0.5, "B": 1}}
    engagement = ka.load_engagement(make_engagement())
    north, south = engagement.units
    assert (engagement.currency, engagement.date, engagement.languages) == ("EUR", "2026-10-31", ("en", "zh"))
    assert (north.parent, north.size, dict(north.targets)) == ("S", 0.0, {"A": 0.5, "B": 1.0})
    assert (south.parent, engagement.parents) == (None, {"S"})
    assert north.name == {"en": "North", "zh": "North（中文）"}


@pytest.mark.parametrize(
    ("key", "written", "read"),
    [
        ("wave", "2026", "2026"),
        ("wave", "'2026'", "2026"),
        ("date", "2026-10-31", "2026-10-31"),
        ("currency", "no-currency", "no-currency"),
    ],
)
def test_quotes_are_a_matter_of_taste_where_nothing_is_lost(
    make_engagement: Make, settings: Data, key: str, written: str, read: str
) -> None:
    # Otherwise `wave: 2026` and `wave: "2026"` are two waves.
    settings[key] = "PLACE"
    folder = make_engagement()
    text = (folder / "engagement.yaml").read_text(encoding="utf-8").replace("PLACE", written)
    (folder / "engagement.yaml").write_text(text, encoding="utf-8")
    assert getattr(ka.load_engagement(folder), key) == read


def test_one_language_asks_for_no_other(make_engagement: Make, settings: Data) -> None:
    settings["languages"] = ["zh"]
    for text in (settings["company"], *(unit["name"] for unit in settings["units"])):
        del text["en"]
    assert ka.load_engagement(make_engagement()).languages == ("zh",)


def test_what_a_result_rests_on_is_recorded(make_engagement: Make) -> None:
    # Otherwise nobody can tell later which answers a score came from. Editors' lock files are no part of it.
    folder = make_engagement(files={"responses/~$a.xlsx": "x", "responses/README.md": "x"})
    engagement = ka.load_engagement(folder)
    wanted = {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in ("engagement.yaml", "responses/a.csv")
    } | {"instrument tiny 1.0": hashlib.sha256((folder / "instrument.yaml").read_bytes()).hexdigest()}
    assert {file.file: file.sha256 for file in engagement.inputs} == wanted


# -- waves asked with another version of the questionnaire ---------------------------------------------------------------------

MAPPING = """\
from: {instrument: "tiny", version: "0.9"}
to: {instrument: "tiny", version: "1.0"}
kept: ["A-1-Q1"]
changed: [{"B-0-Q1": "B-1-Q1"}]
dropped: ["C-1-Q1"]
new: ["A-2-Q1"]
"""


@pytest.fixture
def older(instrument: Data) -> Data:
    """Version 0.9 of the instrument: it has C-1-Q1, on a scale of its own, and lacks A-2-Q1; B-1-Q1 was B-0-Q1."""
    older = copy.deepcopy(instrument) | {"version": "0.9"}
    first, second = older["dimensions"]
    third = copy.deepcopy(second) | {"id": "C"}
    for criterion, name in ((second["criteria"][0], "B-0"), (third["criteria"][0], "C-1")):
        criterion["id"], criterion["questions"][0]["id"] = name, f"{name}-Q1"
    third["criteria"][0]["questions"][0]["scale"] = "ten"
    label = dict(instrument["title"])
    older["scales"]["ten"] = {"options": [{"value": value, "label": dict(label)} for value in (1, 10)]}
    older["dimensions"] = [first | {"criteria": first["criteria"][:1]}, second, third]
    return older


@pytest.fixture
def make_waves(make_engagement: Make, answers: list[list[str]], settings: Data, older: Data) -> Make:
    """An engagement whose wave 2025 was asked with the older version; ``older`` and ``mapping`` replace its files."""
    was = {"A-1-Q1": "A-1-Q1", "B-1-Q1": "B-0-Q1"}
    before = [["2025", *row[1:4], was[row[4]], *row[5:]] for row in answers if row[4] in was]
    settings["waves"] = {"2025": {"instrument": "old/tiny.yaml", "mapping": "old/map.yaml", "date": "2025-10-31"}}

    def make(name: str = "engagement", *, older: Data = older, mapping: str | None = MAPPING, files: Data | None = None) -> Path:
        content = {"old/tiny.yaml": older, "old/map.yaml": mapping} | (files or {})
        return make_engagement(name, settings=settings, answers=[*answers, *before], files=content)

    return make


def test_each_wave_has_its_own_questionnaire(make_waves: Make, kamassess_cli: Run) -> None:
    # If this fails, an older wave is scored with questions that nobody was asked.
    folder = make_waves()
    engagement = ka.load_engagement(folder)
    assert (engagement.waves, engagement.instrument.version) == (("2025", "2026"), "1.0")
    assert [engagement.instrument_of(wave).version for wave in ("2024", "2025", "2026")] == ["1.0", "0.9", "1.0"]
    assert [engagement.date_of(wave) for wave in ("2024", "2025", "2026")] == [None, "2025-10-31", None]
    mapping = engagement.mapping_from("2025")
    assert (mapping.kept, mapping.changed) == ({"A-1-Q1": "A-1-Q1"}, {"B-0-Q1": "B-1-Q1"})
    assert (mapping.dropped, mapping.new) == (("C-1-Q1",), ("A-2-Q1",))
    assert engagement.mapping_from("2026") == QuestionMapping.identity(engagement.instrument)
    ran = kamassess_cli("check", folder)
    assert ran.out[0] == "No problems found: 2 units, 3 files, 8 respondents and 20 answers in wave 2026."


def test_what_an_older_wave_rests_on_is_recorded(make_waves: Make) -> None:
    # If this fails, nobody can tell later what the older wave was asked.
    folder = make_waves()

    def digest(name: str) -> str:
        return hashlib.sha256((folder / name).read_bytes()).hexdigest()

    engagement = ka.load_engagement(folder)
    assert {file.file: file.sha256 for file in engagement.inputs} == {
        "engagement.yaml": digest("engagement.yaml"),
        "responses/a.csv": digest("responses/a.csv"),
        "instrument tiny 1.0": digest("instrument.yaml"),
        "instrument tiny 0.9 (wave 2025)": digest("old/tiny.yaml"),
        "old/map.yaml": digest("old/map.yaml"),
    }
    assert engagement.mapping_from("2025").sha256 == digest("old/map.yaml")


def test_a_mapping_for_two_waves_is_one_file(make_waves: Make, kamassess_cli: Run, settings: Data) -> None:
    # If this fails, a questionnaire that was used twice has to be mapped twice.
    files = {"responses/b.csv": "wave,unit,respondent,role,question,answer\n2024,N,R1,lead,C-1-Q1,10\n"}
    settings["waves"]["2024"] = {"instrument": "old/tiny.yaml", "mapping": "old/map.yaml"}
    folder = make_waves(files=files)
    engagement = ka.load_engagement(folder)
    assert engagement.mapping_from("2024") == engagement.mapping_from("2025")
    assert [file.file for file in engagement.inputs][3:] == [
        "instrument tiny 1.0",
        "instrument tiny 0.9 (wave 2025)",
        "old/map.yaml",
        "instrument tiny 0.9 (wave 2024)",
    ]
    assert "4 files" in kamassess_cli("check", folder).out[0]


def test_a_wave_that_is_described_but_has_no_answers_is_said(make_engagement: Make, kamassess_cli: Run, settings: Data) -> None:
    # If this fails, the questionnaire of a mistyped wave is never used. The current wave is not what was meant.
    settings["waves"] = {"2025": {"date": "2025-10-31"}}
    assert kamassess_cli("check", make_engagement()).err == [
        "engagement.yaml, line 19: waves.2025 has no answers. Add its answers, or take the wave out."
    ]


@pytest.mark.parametrize("said", [{"date": "2025-10-31"}, {"instrument": "instrument.yaml"}, {"instrument": "copy.yaml"}, {}])
def test_a_wave_asked_with_the_same_content_needs_no_mapping(
    make_engagement: Make, kamassess_cli: Run, answers: list[list[str]], settings: Data, said: Data
) -> None:
    # If this fails, whoever keeps a copy of each questionnaire has to map it onto itself.
    settings["waves"] = {"2025": said}
    folder = make_engagement(answers=[*answers, *(["2025", *row[1:]] for row in answers)])
    (folder / "copy.yaml").write_bytes((folder / "instrument.yaml").read_bytes())
    engagement = ka.load_engagement(folder)
    assert engagement.instrument_of("2025") is engagement.instrument
    assert engagement.mapping_from("2025") == QuestionMapping.identity(engagement.instrument)
    assert engagement.date_of("2025") == said.get("date")
    assert [file.file for file in engagement.inputs] == ["engagement.yaml", "responses/a.csv", "instrument tiny 1.0"]
    assert "2 files" in kamassess_cli("check", folder).out[0]


def test_the_date_of_the_current_wave_may_stand_with_the_others(make_waves: Make, settings: Data) -> None:
    # If this fails, a date that was kept for later is not printed now.
    settings["waves"]["2026"] = {"date": "2026-10-31"}
    engagement = ka.load_engagement(make_waves())
    assert (engagement.date, engagement.date_of("2026"), "2026" in engagement.earlier) == ("2026-10-31", "2026-10-31", False)


def test_targets_are_held_against_the_dimensions_they_were_set_for(make_waves: Make, settings: Data) -> None:
    # If this fails, the targets of an older wave are lost, or are those of another unit.
    settings["units"][0]["targets"] = {"A": 0.5, "B": 1}
    engagement = ka.load_engagement(make_waves())
    north, south = engagement.units_of("2025")
    assert (north.targets, north.name, south.targets) == ({"A": 0.5, "B": 1.0}, engagement.units[0].name, {})
    assert engagement.units_of("2026") is engagement.units


def test_a_target_for_what_an_older_wave_did_not_have_is_left_out(make_waves: Make, settings: Data, older: Data) -> None:
    # If this fails, the report of an older wave shows a target on a dimension it did not have, or on another scale.
    settings["units"][0]["targets"] = {"A": 0.5, "B": 1}
    older["scales"]["four"]["options"][-1]["value"] = 4
    older["dimensions"][1]["id"] = "BB"
    mapping = MAPPING.replace('["A-1-Q1"]', "[]").replace("changed: [", 'changed: ["A-1-Q1", ')
    answers = "wave,unit,respondent,role,question,answer\n2025,N,R,lead,A-1-Q1,4\n"
    engagement = ka.load_engagement(make_waves(mapping=mapping, files={"responses/a.csv": answers}))
    assert engagement.units_of("2025")[0].targets == {}
    assert engagement.units[0].targets == {"A": 0.5, "B": 1.0}


def test_a_changed_mapping_is_read_again(make_waves: Make) -> None:
    # If this fails, a notebook shows the comparison of before the mapping was mended until it is started anew.
    folder = make_waves()
    assert opened_audit(folder, None)[0].mapping_from("2025").dropped == ("C-1-Q1",)
    text = MAPPING.replace('dropped: ["C-1-Q1"]', "dropped: []").replace("changed: [", 'changed: [{"C-1-Q1": "A-2-Q1"}, ')
    (folder / "old" / "map.yaml").write_text(text.replace('new: ["A-2-Q1"]', "new: []"), encoding="utf-8")
    assert opened_audit(folder, None)[0].mapping_from("2025").dropped == ()


WAVES = """\
company: {en: "Acme"}
languages: [en]
instrument: instrument.yaml
wave: "2026"
date: 2026-10-31
units: [{id: N, name: {en: "North"}}, {id: S, name: {en: "South"}}]
waves:
  "2026":
    instrument: old/tiny.yaml
    mapping: old/map.yaml
    date: 2026-11-30
  "2025":
    instrument: old/tiny.yml
    maping: old/map.yaml
    date: last year
  "2024":
    mapping: old/map.yaml
  "2023":
    instrument: old/tiny.yaml
  "2022":
    instrument: instrument.yaml
    mapping: old/map.yaml
  "2021": {instrument: old/tiny.yaml, mapping: old/mop.yaml}
  "2020": {instrument: kamm, mapping: null, date: null}
  "2019": tiny
  "2018": {instrument: broken.yaml, mapping: map.yaml}
  "2017": {instrument: broken.yaml, mapping: map.yaml}
  "2106": {date: 2025-10-31}
"""

WAVES_EXPECTED = [
    (
        "engagement.yaml, line 9: waves.2026.instrument is for the current wave, which is asked with the engagement's own. "
        "Take it out."
    ),
    (
        "engagement.yaml, line 10: waves.2026.mapping is for the current wave, which is asked with the engagement's own. "
        "Take it out."
    ),
    (
        "engagement.yaml, line 11: waves.2026.date is the date of the current wave, which stands on line 5 already. "
        "Keep one of the two."
    ),
    "engagement.yaml, line 13: waves.2025.instrument: there is no file 'tiny.yml'. Put it in this folder, or mend the name.",
    "engagement.yaml, line 14: waves.2025.maping is not a known key. Did you mean mapping?",
    "engagement.yaml, line 15: waves.2025.date is 'last year', not a date. Write it as 2026-10-31.",
    (
        "engagement.yaml, line 17: waves.2024.mapping stands without 'instrument'. "
        "Name the questionnaire this wave was asked with, or take the mapping out."
    ),
    (
        "engagement.yaml, line 19: waves.2023 has another questionnaire but no 'mapping', "
        "which says which questions are the same. "
        "Draft one with 'kamassess instrument compare OLD NEW --out FILE', then add 'mapping:'."
    ),
    (
        "engagement.yaml, line 22: waves.2022.mapping has no use: this wave was asked with the engagement's own questionnaire. "
        "Take it out."
    ),
    "engagement.yaml, line 23: waves.2021.mapping: there is no file 'mop.yaml'. Put it in this folder, or mend the name.",
    (
        "engagement.yaml, line 24: waves.2020.instrument: there is no built-in instrument 'kamm'. "
        "Did you mean kam? Or give the path of a YAML file."
    ),
    "engagement.yaml, line 25: waves.2019 is a text, not a mapping. Write it as keys and values: instrument, mapping, date.",
    "engagement.yaml, line 28: waves.2106 has no answers. Did you mean 2016?",
    (
        "broken.yaml, line 2: is not valid YAML: did not find expected node content. "
        "Check indentation, colons and quotes there and just above."
    ),
    "map.yaml, line 1: 'to' is missing. Add 'to:'.",
    "map.yaml, line 1: from has no 'version'. Add 'version:'.",
    (
        "map.yaml, line 1: says nothing of A-1-Q1, A-2-Q1, B-1-Q1 (tiny 1.0). "
        "Put each under 'new', or under 'kept' or 'changed' as what an older one became."
    ),
    "map.yaml, line 1: from.verison is not a known key. Did you mean version?",
]


def test_every_fault_of_the_waves_at_once(make_waves: Make, kamassess_cli: Run, answers: list[list[str]]) -> None:
    # If this fails, the user mends one wave only to meet the next.
    files = {
        "engagement.yaml": WAVES,
        "broken.yaml": "id: [\n",
        "map.yaml": 'from: {instrument: "tiny", verison: "0.9"}\n',
        "responses/b.csv": "".join(
            ["wave,unit,respondent,role,question,answer\n"] + [f"{wave},N,R1,lead,A-1-Q1,1\n" for wave in range(2016, 2025)]
        ),
    }
    ran = kamassess_cli("check", make_waves(files=files))
    for line in WAVES_EXPECTED:
        assert ran.the(line) == line
    assert len(ran.err) == len(WAVES_EXPECTED)


def test_faults_of_a_mapping_come_with_its_name(make_waves: Make, kamassess_cli: Run) -> None:
    ran = kamassess_cli("check", make_waves(mapping=MAPPING.replace("C-1-Q1", "C-1-Q2")))
    assert ran.err == [
        "old/map.yaml, line 1: says nothing of C-1-Q1 (tiny 0.9). Put each under 'kept', 'changed' or 'dropped'.",
        "old/map.yaml, line 5: dropped[1] 'C-1-Q2' is no question of tiny 0.9. Did you mean C-1-Q1?",
    ]


def test_a_faulty_older_questionnaire_does_not_make_its_answers_faulty(
    make_waves: Make, kamassess_cli: Run, older: Data, settings: Data
) -> None:
    # If this fails, answers are held against questions that their wave was never asked; what is known is still checked.
    del older["title"]
    settings["units"].pop()
    ran = kamassess_cli("check", make_waves())
    assert ran.err == [
        "old/tiny.yaml, line 1: 'title' is missing. Add 'title:'.",
        "responses/a.csv, rows 12–21, 30–37, column B (unit): 'S' is no unit of this engagement. Use one of: N.",
    ]


def test_a_wave_in_a_file_that_cannot_be_read_is_not_said_to_be_without_answers(make_waves: Make, kamassess_cli: Run) -> None:
    files = {"responses/a.csv": None, "responses/b.csv": b"\xff\xfeoh"}
    assert kamassess_cli("check", make_waves(files=files)).err == ["responses/b.csv: is UTF-16 text. Save it as CSV UTF-8."]


# -- asking an engagement ------------------------------------------------------------------------------------------------------


def test_units_and_waves_are_found_by_name(make_engagement: Make) -> None:
    # Otherwise `--unit n` or `--wave 2025` ends in an empty report instead of a hint.
    engagement = ka.load_engagement(make_engagement())
    assert engagement.unit("S").name["en"] == "South"
    assert (engagement.wave_or_current(None), engagement.wave_or_current("2026"), engagement.waves) == ("2026", "2026", ("2026",))
    with pytest.raises(UsageError, match=r"^'n' is no unit of this engagement\. Did you mean N\?$"):
        engagement.unit("n")
    with pytest.raises(UsageError, match=r"^wave '2025' has no answers\. Did you mean 2026\?$"):
        engagement.wave_or_current("2025")


def test_loading_raises_all_faults_and_checking_returns_them(make_engagement: Make, answers: list[list[str]]) -> None:
    answers[0][5], answers[1][1] = "9", "Q"
    folder = make_engagement()
    engagement, faults = ka.check_engagement(folder)
    assert engagement is not None
    with pytest.raises(ka.KamassessError) as raised:
        ka.load_engagement(folder)
    assert list(raised.value.faults) == faults
    assert [(fault.file, fault.row, fault.column) for fault in faults] == [
        ("responses/a.csv", 2, "F (answer)"),
        ("responses/a.csv", 3, "B (unit)"),
    ]
