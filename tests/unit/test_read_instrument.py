"""An instrument file: every fault with its line, all at once; other people's models and other ways of writing are accepted."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from kamassess.errors import InputError
from kamassess.reading.instrument import builtin_instruments, load_instrument, read_instrument
from kamassess.reading.yaml_tree import suggestion

if TYPE_CHECKING:
    from tests.conftest import Ran

Run = Callable[..., "Ran"]
Data = dict[str, Any]

FAULTY = """\
id: bad one
version:
languages: [en, zh]
titel: {en: "Tiny", zh: "小"}
scales:
  four:
    options:
      - {value: 0, label: {en: "None", zh: "无"}}
      - {value: 1, label: {en: No, zh: "否"}}
      - {value: 1, label: {en: "Full"}}
  single:
    options: [{value: 1, label: {en: "One", zh: "一"}}]
levels:
  - {level: 1, name: {en: "Low", zh: "低"}, from: 0}
  - {level: 2, name: {en: "High", zh: "高"}, from: 0}
roles:
  - {id: lead, name: {en: "Leads", zh: "领导"}}
  - {id: staff, name: {en: "Staff", zh: "员工"}}
  - {id: lead, name: {en: "Leaders", zh: "领导者"}}
policy:
  unanswered: excluded
  agregation: arithmetic
  min_coverage: 1.5
  min_respondents: two
  gates: "yes"
references:
  - id: smith2001
    citation: "Smith (2001)"
    constructs: {trust: {en: "Trust", zh: "信任"}}
dimensions:
  - id: A
    name: {en: "First", zh: "第一", fr: "Premier"}
    weight: -1
    weight: 2
    criteria:
      - id: A-1
        name: "First criterion"
        weight: heavy
        gate: maybe
        evidence: [{kind: paper, text: {en: "A paper", zh: "文件"}}]
        crossref: ["smith2001.thrust"]
        questions:
          - {id: A-1-Q1, text: {en: on, zh: 1.0}, scale: fuor, roles: [lead, staf]}
          - id: A-1-Q1
            text: {en: 2026-01-31, zh: "  "}
            scale: four
            anchors:
              0: {en: "None", zh: "无"}
              2: {en: "Two", zh: "二"}
              often: {en: "Often", zh: "常常"}
      - {id: A-2, name: {en: "Second", zh: "第二"}, questions: []}
  - id: A
    criteria: {id: B-1}
"""

EXPECTED = [
    (1, "'bad one' is not a valid id"),
    (1, "'title' is missing. Add 'title:'."),
    (2, "version is empty, not text"),
    (4, "titel is not a known key. Did you mean title?"),
    (7, "scales.four has values that do not ascend: 0, 1, 1"),
    (9, "label.en is 'No', read as a yes/no, not as text. Put it in double quotes."),
    (10, "label has no 'zh'. Add 'zh:'."),
    (12, "scales.single has a single option. Give at least two."),
    (15, "(level 2 from 0) does not ascend from level 1 from 0"),
    (19, "roles[lead].id 'lead' is already the id of the role on line 17"),
    (21, "policy.unanswered is 'excluded'. Did you mean exclude?"),
    (22, "policy.agregation is not a known key. Did you mean aggregation?"),
    (23, "policy.min_coverage is 1.5. It must be between 0 and 1."),
    (24, "policy.min_respondents is 'two', not a whole number"),
    (25, "policy.gates is a text, not true or false"),
    (32, "dimensions[A].name.fr is not a known key. Use one of: en, zh."),
    (33, "dimensions[A].weight is -1. It must be at least 0."),
    (34, "dimensions[A].weight stands twice, first on line 33. Keep one of them."),
    (37, "criteria[A-1].name is a text, not a mapping. Write it as keys and values: en, zh."),
    (38, "criteria[A-1].weight is 'heavy', not a number"),
    (39, "criteria[A-1].gate is a text, not true or false"),
    (40, "kind is 'paper'. Use one of: statement, document, verified."),
    (41, "'smith2001.thrust' is not in 'references'. Did you mean smith2001.trust?"),
    (43, "text.en is 'on', read as a yes/no"),
    (43, "text.zh is '1.0', read as a number"),
    (43, "scale 'fuor' is not declared under 'scales'. Did you mean four?"),
    (43, "'staf' is not declared under 'roles'. Did you mean staff?"),
    (44, "'A-1-Q1' is already the id of the question on line 43"),
    (45, "text.en is '2026-01-31', read as a date"),
    (45, "text.zh is empty. Write the text."),
    (49, "anchors.2 is for an option that scale four does not have. Use 0, 1, 1."),
    (50, "anchors.often has the key 'often', which is no option value"),
    (48, "anchors says nothing for 1"),
    (51, "criteria[A-2].questions is an empty list. Add at least one entry."),
    (52, "dimensions[A].id 'A' is already the id of the dimension on line 31"),
    (52, "dimensions[A] has no 'name'. Add 'name:'."),
    (53, "dimensions[A].criteria is a mapping, not a list"),
]


@pytest.fixture
def check(tmp_path: Path, kamassess_cli: Run) -> Callable[..., Ran]:
    """Writes an instrument and runs ``kamassess instrument check`` on it."""

    def run(content: Data | str | bytes) -> Ran:
        if isinstance(content, dict):
            content = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
        path = tmp_path / "model.yaml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return kamassess_cli("instrument", "check", path)

    return run


# -- faults --------------------------------------------------------------------------------------------------------------------


def test_every_fault_of_a_file_at_once_each_with_its_line(check: Callable[..., Ran]) -> None:
    # Otherwise an author mends a file of a thousand lines one fault at a time.
    ran = check(FAULTY)
    assert ran.code == 2
    for line, *parts in EXPECTED:
        ran.the(f"model.yaml, line {line}: ", *parts)
    assert len(ran.err) == len(EXPECTED), "\n".join(ran.err)
    places = [int(said.split("line ")[1].split(":")[0]) for said in ran.err]
    assert places == sorted(places), "from top to bottom"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", "model.yaml: is empty."),
        (b"# only a comment\n", "model.yaml: is empty."),
        (b"just a text", "model.yaml, line 1: is a text, not a mapping. Write it as keys and values: id, version,"),
        (b"- a\n- b\n", "model.yaml, line 1: is a list, not a mapping."),
        ("id: 中".encode("gb18030"), "model.yaml, line 1: is not UTF-8 text. Save it as UTF-8."),
        ("id: 中".encode("utf-16"), "model.yaml, line 1: is not UTF-8 text. Save it as UTF-8."),
        (b"id: x\nversion: \x07\n", "model.yaml, line 2: has a character that is no text."),
        (b"id: x\n\tversion: 1\n", "model.yaml, line 2: is not valid YAML: found a tab character that violates indentation."),
        (b"id: x\ntitle: {en: Who: you?}\n  zh: y", "model.yaml, line 2: is not valid YAML:"),
        (b'id: x\ntitle: "open\n', "model.yaml, line 3: is not valid YAML: found unexpected end of stream."),
        (b"id: x\n---\nid: y\n", "model.yaml, line 2: begins a second document."),
        (b"[" * 100_000, "model.yaml, line 1: is nested too deeply. Write it flatter."),
        (b"{a: " * 100_000, "model.yaml, line 1: is nested too deeply. Write it flatter."),
        (b"- " * 100_000, "model.yaml, line 1: is nested too deeply. Write it flatter."),
    ],
    ids=lambda value: value[:24].decode("latin-1").strip() if isinstance(value, bytes) else None,
)
def test_what_is_no_yaml_is_one_line(check: Callable[..., Ran], content: bytes, line: str) -> None:
    # Otherwise a parser's traceback, or with deep nesting a crash of the whole process.
    ran = check(content)
    assert ran.code == 2
    assert len(ran.err) == 1
    assert ran.err[0].startswith(line)


def test_remedies_for_the_commonest_slips(check: Callable[..., Ran]) -> None:
    assert check("id: x\n\tversion: 1\n").err[0].endswith("Indent with spaces instead of tabs.")
    assert (
        check("id: x\ntitle: Who: you?\n").err[0].endswith("Put a text with a colon in double quotes, and check the indentation.")
    )


def test_tags_anchors_and_aliases_are_refused_and_the_rest_is_checked(check: Callable[..., Ran]) -> None:
    # Otherwise a file from a stranger makes objects; or the first tag hides all other faults.
    text = FAULTY.replace("id: bad one", "id: !!python/object/apply:os.system x").replace("version:", 'version: !v "1"', 1)
    text = text.replace("languages: [en, zh]", "languages: &both [en, zh]").replace("questions: []", "questions: *both")
    ran = check(text)
    assert ran.the("line 1: uses a tag ('tag:yaml.org,2002:python/object/apply:os.system')")
    assert ran.the("line 2: uses a tag ('!v')")
    assert ran.the("line 3: uses an anchor ('&both')")
    assert ran.the("line 51: uses an alias ('*both')")
    assert ran.the("line 43: ", "'fuor'")
    assert not any("is not a valid id" in line for line in ran.err), "the value under a tag is not blamed as well"


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [1, 2, 3, 4, 5, 6, 7, 8, 9]\n"
        + "".join(f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefghij", "bcdefghijk", strict=True)),
        "a: &a [*a]\n",
        "a: &a {b: *a}\n",
    ],
    ids=["billion laughs", "a list in itself", "a mapping in itself"],
)
def test_aliases_cannot_blow_up(check: Callable[..., Ran], text: str) -> None:
    # Otherwise a file of one kilobyte takes all memory or never ends.
    ran = check(text)
    assert ran.code == 2
    assert all("uses an a" in line for line in ran.err)


@pytest.mark.parametrize(
    ("argument", "line"),
    [
        ("kamm", "there is no built-in instrument 'kamm'. Did you mean kam? Or give the path of a YAML file."),
        ("nowhere/model.yaml", "nowhere/model.yaml: there is no such file. Check the name and the folder."),
        (".", ".: is a folder, not a file. Give the YAML file itself."),
    ],
)
def test_a_file_that_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kamassess_cli: Run, argument: str, line: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert kamassess_cli("instrument", "check", argument).err == [line]


def test_a_geometric_mean_needs_values_that_are_not_negative(check: Callable[..., Ran], instrument: Data) -> None:
    # Otherwise a score is the root of a negative number.
    instrument["policy"] = {"aggregation": "geometric"}
    assert check(instrument).code == 0
    instrument["scales"]["four"]["options"][0]["value"] = -1
    assert check(instrument).the("scales.four has negative values, of which there is no geometric mean")


def test_a_language_that_is_not_known_is_said_once(check: Callable[..., Ran], instrument: Data) -> None:
    # Otherwise "fr" turns into a missing text for every text of the file.
    instrument["languages"] = ["en", "zh", "fr"]
    assert len(check(instrument).err) == 1
    instrument["languages"] = ["en", "en"]
    assert check(instrument).err[0].endswith("languages[2] names en a second time. Keep one of them.")


def test_two_anchors_of_one_option(check: Callable[..., Ran], instrument: Data) -> None:
    # Otherwise 1 and 1.0 are two keys of the file but one option, and the first text is lost.
    words = instrument["title"]
    anchors = {key: dict(words) for key in ("0", "0.25", "0.5", "1", "1.0")}
    instrument["dimensions"][0]["criteria"][0]["questions"][0]["anchors"] = anchors
    assert check(instrument).the("questions[A-1-Q1].anchors.1.0 is for an option that has an anchor already")


# -- what must be accepted -----------------------------------------------------------------------------------------------------


def load(path: Path, content: Data | str) -> Any:
    text = content if isinstance(content, str) else yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
    path.write_text(text, encoding="utf-8")
    return read_instrument(path)


def test_the_builtin_instruments_are_sound(kamassess_cli: Run) -> None:
    assert builtin_instruments()
    for name in builtin_instruments():
        ran = kamassess_cli("instrument", "check", name)
        assert (ran.code, ran.err) == (0, [])
        assert ran.out[0].startswith(f"No problems found: {name} ")


def test_optional_keys_have_the_documented_defaults(tmp_path: Path, instrument: Data) -> None:
    # Otherwise a short file scores by other rules than the contract says.
    model = load(tmp_path / "a.yaml", instrument)
    criterion = model.dimensions[0].criteria[0]
    question = criterion.questions[0]
    assert (criterion.weight, criterion.gate, question.weight) == (1.0, False, 1.0)
    assert question.roles == ("lead", "staff")
    assert (dict(question.anchors), criterion.evidence, criterion.metrics, criterion.crossref) == ({}, (), (), ())
    policy = model.policy
    assert (policy.unanswered, policy.respondents, policy.aggregation) == ("exclude", "by_role", "arithmetic")
    assert (policy.min_coverage, policy.min_respondents, policy.gates) == (0.6, 3, True)


def test_everything_that_is_written_is_read(tmp_path: Path, instrument: Data) -> None:
    words = instrument["title"]
    instrument["policy"] = {
        "unanswered": "minimum",
        "respondents": "equal",
        "aggregation": "minimum",
        "min_coverage": 0,
        "min_respondents": 1,
        "gates": False,
    }
    instrument["references"] = [{"id": "smith", "citation": "Smith", "constructs": {"trust": dict(words)}}]
    criterion = instrument["dimensions"][0]["criteria"][0]
    criterion |= {
        "weight": 0,
        "gate": True,
        "practice": True,
        "why": dict(words),
        "metrics": ["otif"],
        "crossref": ["smith.trust"],
    }
    criterion["evidence"] = [{"kind": "verified", "text": dict(words)}]
    criterion["questions"][0] |= {"weight": 0.5, "anchors": {value: dict(words) for value in (0, 0.25, 0.5, 1)}}
    instrument["dimensions"][0] |= {"weight": 2, "about": dict(words)}
    instrument["screens"] = [instrument["dimensions"].pop()]
    model = load(tmp_path / "a.yaml", instrument)
    read = model.dimensions[0].criteria[0]
    assert (read.weight, read.gate, read.practice, read.why["en"]) == (0.0, True, True, "Tiny")
    assert (read.metrics, read.crossref, read.evidence[0].kind) == (("otif",), ("smith.trust",), "verified")
    assert (read.questions[0].weight, list(read.questions[0].anchors)) == (0.5, [0, 0.25, 0.5, 1])
    assert (model.dimensions[0].weight, model.screens[0].id) == (2.0, "B")
    assert (model.policy.unanswered, model.policy.respondents, model.policy.aggregation) == ("minimum", "equal", "minimum")
    assert (model.policy.min_coverage, model.policy.min_respondents, model.policy.gates) == (0.0, 1, False)


@pytest.mark.parametrize(
    "values",
    [(0, 0.25, 0.5, 1), (-2, -1, 0, 1, 2), (0, 100), tuple(range(1000)), (1.5, 2.75), (1_000_000, 2_000_000)],
    ids=lambda values: f"{len(values)} from {values[0]}",
)
def test_any_numeric_scale_is_accepted(tmp_path: Path, instrument: Data, values: tuple[float, ...]) -> None:
    # Otherwise other published models cannot be expressed.
    words = instrument["title"]
    instrument["scales"]["four"]["options"] = [{"value": value, "label": dict(words)} for value in values]
    assert load(tmp_path / "a.yaml", instrument).scales["four"].values == values


@pytest.mark.parametrize("language", ["en", "zh"])
def test_one_language_is_enough(tmp_path: Path, instrument: Data, language: str) -> None:
    def strip(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: strip(inner) for key, inner in value.items() if key not in {"en", "zh"} - {language}}
        return [strip(inner) for inner in value] if isinstance(value, list) else value

    model = load(tmp_path / "a.yaml", strip(instrument) | {"languages": [language]})
    assert model.languages == (language,)
    assert list(model.title) == [language]


def test_ids_that_look_like_numbers_stay_as_written(tmp_path: Path, instrument: Data) -> None:
    # Otherwise 1.10 becomes 1.1, and the answers to it are unknown.
    text = yaml.safe_dump(instrument, allow_unicode=True).replace("A-1-Q1", "X1").replace("id: X1", "id: 1.10")
    text = (
        text.replace("id: A-2", "id: 007")
        .replace("id: B\n", "id: 2026-01-31\n")
        .replace("id: lead", "id: 1")
        .replace("- lead", "- 1")
    )
    model = load(tmp_path / "a.yaml", text)
    assert next(iter(model.questions)) == "1.10"
    assert model.dimensions[0].criteria[1].id.startswith("007")
    assert model.dimensions[1].id == "2026-01-31"
    assert model.role_ids == ("1", "staff")


def test_the_way_of_writing_is_irrelevant(tmp_path: Path, instrument: Data) -> None:
    # Block and flow style, quotes, order of keys, BOM, CRLF, JSON: the same model.
    wanted = load(tmp_path / "a.yaml", instrument)
    dumped = yaml.safe_dump(instrument, allow_unicode=True)
    for text in (
        dumped,
        yaml.safe_dump(instrument),
        yaml.safe_dump(instrument, default_flow_style=True, allow_unicode=True),
        json.dumps(instrument, ensure_ascii=False, indent=1),
        "\ufeff" + dumped.replace("\n", "\r\n"),
        "%YAML 1.1\n---\n" + dumped + "...\n",
    ):
        (tmp_path / "b.yaml").write_bytes(text.encode())
        found = read_instrument(tmp_path / "b.yaml")
        assert (found.title, found.scales, found.levels, found.roles) == (
            wanted.title,
            wanted.scales,
            wanted.levels,
            wanted.roles,
        )
        assert found.dimensions == wanted.dimensions


def test_a_file_is_read_again_when_it_has_changed(tmp_path: Path, instrument: Data) -> None:
    # Otherwise a workshop goes on with yesterday's instrument.
    first = load(tmp_path / "a.yaml", instrument)
    changed = copy.deepcopy(instrument) | {"version": "2.0.1"}
    second = load(tmp_path / "a.yaml", changed)
    assert (first.version, second.version) == ("1.0", "2.0.1")
    assert first.sha256 != second.sha256


def test_a_relative_path_starts_from_the_base(tmp_path: Path, instrument: Data) -> None:
    (tmp_path / "models").mkdir()
    load(tmp_path / "models" / "a.yaml", instrument)
    assert load_instrument("models/a.yaml", base=tmp_path).id == "tiny"
    with pytest.raises(InputError, match=r"^models/b\.yaml: there is no such file"):
        load_instrument("models/b.yaml", base=tmp_path)


# -- suggestions ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "valid", "said"),
    [
        ("STR-l", ["ORG-1", "STR-1"], "Did you mean STR-1?"),
        ("str-1", ["STR-2", "STR-1"], "Did you mean STR-1?"),
        ("exec", ["executive", "kam"], "Did you mean executive?"),
        ("a", ["executive", "staff"], "Use one of: executive, staff."),
        ("zzz", [f"Q{number}" for number in range(40)], "Use one of: Q0, Q1, Q2, Q3, Q4, Q5, Q6, Q7 and 32 more."),
        ("zzz", [], ""),
    ],
)
def test_suggestions_are_near_or_not_made(wrong: str, valid: list[str], said: str) -> None:
    # Otherwise a user is sent to an id that has one letter in common with what was meant.
    assert suggestion(wrong, valid) == said
