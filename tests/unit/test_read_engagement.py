"""``engagement.yaml`` and where it leads: every fault with its line and remedy, and what is optional may be absent."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import kamassess as ka
from kamassess.errors import UsageError

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
  - {id: "E 1", name: {en: "East"}, parent: "E 1"}
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
    (12, "units[W].colour is not a known key. Use one of: id, name, parent, size, targets."),
    (13, "units[N].id 'N' is the id of another unit already. Give each unit an id of its own."),
    (13, "units[N].size is -1. It must be at least 0."),
    (14, "units[5].id 'E 1' is not a valid id. Use letters, digits, dot, hyphen and underscore"),
    (14, "units[5].parent 'E 1' is not a valid id."),
    (14, "unit 'E 1' stands above itself."),
    (15, "units[6] has no 'id'. Add 'id:'."),
    (16, "units[7] is a text, not a mapping. Write it as keys and values: id, name, parent, size, targets."),
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
    assert kamassess_cli("check", file).err == [f"there is no engagement folder 'engagement.yaml'. {remedy}"]


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
    assert kamassess_cli("check", make_engagement("a")).the("there is no file 'elsewhere.yaml'")
    (tmp_path / "elsewhere.yaml").write_text("id: x", encoding="utf-8")
    assert kamassess_cli("check", make_engagement("b")).the("elsewhere.yaml, line 1: 'title' is missing")


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
    assert ran.out == ["No problems found: 2 units, 2 files, 8 respondents and 20 answers in wave 2026."]


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
