"""The mapping between two versions of an instrument: every fault with its line, and what is sound is read as it stands."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from scoring_cases import ONE_TO_FIVE, instrument

from kamassess.errors import InputError
from kamassess.instrument import Instrument, QuestionMapping
from kamassess.reading.mapping import load_mapping

Write = Callable[[str], Path]

HEAD = """\
from: {instrument: "case", version: "1"}
to: {instrument: "case", version: "2"}
"""


def version(name: str, questions: Sequence[str], scales: dict[str, Sequence[float]] | None = None) -> Instrument:
    """Version *name* of an instrument with these questions."""
    return dataclasses.replace(instrument({"A": {"A1": list(questions)}}, scales=scales), version=name)


OLD = version("1", ["q1", "q2", "q3", "q4"])
NEW = version("2", ["q1", "q2", "q3b", "q5"], {"q2": (0, 1)})


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(text: str) -> Path:
        path = tmp_path / "map.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return written


def faults(path: Path, old: Instrument | None = OLD, new: Instrument | None = NEW) -> list[str]:
    with pytest.raises(InputError) as raised:
        load_mapping(path, old, new)
    return [str(fault) for fault in raised.value.faults]


# -- what is wrong is said -----------------------------------------------------------------------------------------------


FAULTY = """\
from: {instrument: "cases", version: 1.1}
to: {instrument: "case", verison: "2"}
kept:
  - "q1"
  - "q2"
  - "q33"
  - {"q3": "q3c"}
  - {}
  - {"q4": ["q5"]}
changed: ["q1"]
dropped:
  - "q3"
new: [null, "q4"]
chnaged: []
"""

EXPECTED = [
    (
        "map.yaml, line 1: from.instrument is 'cases', but the older questionnaire is case 1. "
        'Write "case", or name the mapping that was made for case 1.'
    ),
    (
        "map.yaml, line 1: from.version is '1.1', but the older questionnaire is case 1. "
        'Write "1", or name the mapping that was made for case 1.'
    ),
    "map.yaml, line 1: says nothing of q4 (case 1). Put each under 'kept', 'changed' or 'dropped'.",
    (
        "map.yaml, line 1: says nothing of q3b, q5 (case 2). "
        "Put each under 'new', or under 'kept' or 'changed' as what an older one became."
    ),
    "map.yaml, line 2: to has no 'version'. Add 'version:'.",
    "map.yaml, line 2: to.verison is not a known key. Did you mean version?",
    (
        "map.yaml, line 5: kept[2] 'q2' has the options 1, 2, 3, 4, 5 in case 1 and the options 0, 1 in case 2. "
        "Answers to it cannot count as the same: put it under 'changed'."
    ),
    "map.yaml, line 6: kept[3] 'q33' is no question of case 1. Did you mean q3?",
    "map.yaml, line 6: kept[3] 'q33' is no question of case 2. Did you mean q3b?",
    "map.yaml, line 7: kept[4].q3 'q3c' is no question of case 2. Did you mean q3b?",
    'map.yaml, line 8: kept[5] is empty. Write {"old id": "new id"}.',
    "map.yaml, line 9: kept[6].q4 is a list, not text. Put it in double quotes.",
    "map.yaml, line 10: changed[1] 'q1' of case 1 stands on line 4 already. Keep one of the two.",
    "map.yaml, line 10: changed[1] 'q1' of case 2 stands on line 4 already. Keep one of the two.",
    "map.yaml, line 12: dropped[1] 'q3' of case 1 stands on line 7 already. Keep one of the two.",
    "map.yaml, line 13: new[1] is empty, not text. Put it in double quotes.",
    "map.yaml, line 13: new[2] 'q4' is no question of case 2. Use one of: q1, q2, q3b, q5.",
    "map.yaml, line 14: chnaged is not a known key. Did you mean changed?",
]


def test_every_fault_at_once_each_with_its_line(write: Write) -> None:
    # If this fails, the user mends one line only to meet the next.
    found = faults(write(FAULTY))
    assert sorted(found) == sorted(EXPECTED)
    lines = [int(line.split("line ")[1].split(":")[0]) for line in found]
    assert lines == sorted(lines)


def test_one_newer_question_is_not_what_two_became(write: Write) -> None:
    # If this fails, two older questions are compared with the same newer one.
    text = HEAD + 'kept: ["q1", {"q4": "q1"}]\nchanged: ["q2", {"q3": "q3b"}]\nnew: ["q5", "q5"]\n'
    assert faults(write(text)) == [
        "map.yaml, line 3: kept[2].q4 'q1' of case 2 stands on line 3 already. Keep one of the two.",
        "map.yaml, line 5: new[2] 'q5' of case 2 stands on line 5 already. Keep one of the two.",
    ]


def test_many_questions_of_which_nothing_is_said_are_one_line(write: Write) -> None:
    # If this fails, a forgotten list prints a line for each question.
    many = version("1", [f"q{number}" for number in range(20)])
    found = faults(write(HEAD + 'new: ["q1", "q2", "q3b", "q5"]\n'), many)
    assert found == [
        (
            "map.yaml, line 1: says nothing of q0, q1, q2, q3, q4, q5, q6, q7, q8, q9, q10, q11 and 8 more (case 1). "
            "Put each under 'kept', 'changed' or 'dropped'."
        )
    ]


def test_many_options_are_told_by_their_ends(write: Write) -> None:
    # If this fails, a scale of a thousand options fills the screen.
    fine = version("2", ["q"], {"q": range(1000)})
    (line,) = faults(write(HEAD + 'kept: ["q"]\n'), version("1", ["q"]), fine)
    assert "in case 1 and 1000 options from 0 to 999 in case 2." in line


@pytest.mark.parametrize("old", [OLD, None])
@pytest.mark.parametrize("new", [NEW, None])
def test_a_version_that_is_not_known_is_not_checked_against(write: Write, old: Instrument | None, new: Instrument | None) -> None:
    # If this fails, a faulty instrument makes every line of the mapping faulty, or hides what is wrong with its form.
    text = HEAD + 'kept: ["q1", "x"]\ndropped: ["q2", "q3", "q4", "q4"]\nnew: ["q2", "q3b", "q5"]\n'
    name = "case 1" if old else "the older questionnaire"
    wanted = ["kept[2] 'x' is no question of case 1. Use one of: q1, q2, q3, q4."] if old else []
    wanted += ["kept[2] 'x' is no question of case 2. Use one of: q1, q2, q3b, q5."] if new else []
    wanted += [f"dropped[4] 'q4' of {name} stands on line 4 already. Keep one of the two."]
    assert [line.split(": ", 1)[1] for line in faults(write(text), old, new)] == wanted


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "[q1]\n",
            ["map.yaml, line 1: is a list, not a mapping. Write it as keys and values: from, to, kept, changed, dropped, new."],
        ),
        ("", ["map.yaml: is empty. Write it, or begin with a copy of one that works."]),
    ],
)
def test_a_file_of_another_kind_is_one_line(write: Write, text: str, said: list[str]) -> None:
    assert faults(write(text)) == said


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert faults(tmp_path / "map.yaml") == ["map.yaml: there is no such file. Check the name and the folder."]


# -- what is right is read -----------------------------------------------------------------------------------------------


def test_a_mapping_is_read_as_it_stands(write: Write) -> None:
    # If this fails, answers of one question are compared with those of another.
    path = write(HEAD + 'kept: ["q1"]\nchanged:\n  - "q2"\n  - {"q3": "q3b"}\ndropped: ["q4"]\nnew: ["q5"]\n')
    assert load_mapping(path, OLD, NEW) == QuestionMapping(
        old_version=("case", "1"),
        new_version=("case", "2"),
        kept={"q1": "q1"},
        changed={"q2": "q2", "q3": "q3b"},
        dropped=("q4",),
        new=("q5",),
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
    )


def test_ids_may_change_places(write: Write) -> None:
    # If this fails, a renumbered questionnaire cannot be mapped. Two pairs may stand in one entry.
    other = version("2", ["q1", "q2", "q3", "q4"])
    mapping = load_mapping(write(HEAD + 'kept: [{"q1": "q2", "q2": "q1"}, "q3", "q4"]\n'), OLD, other)
    assert mapping.kept == {"q1": "q2", "q2": "q1", "q3": "q3", "q4": "q4"}


@pytest.mark.parametrize("empty", ["", "kept:\nchanged: []\n"])
def test_nothing_need_be_the_same(write: Write, empty: str) -> None:
    # If this fails, a wave asked with an altogether different questionnaire cannot be kept in the folder.
    other = dataclasses.replace(instrument({"B": {"B1": ["x", "y"]}}), id="other", version="2026-A")
    text = (
        "from: {instrument: case, version: 1}\nto: {instrument: other, version: 2026-A}\ndropped: [q1, q2, q3, q4]\nnew: [x, y]\n"
    )
    mapping = load_mapping(write(text + empty), OLD, other)
    assert (mapping.kept, mapping.changed, mapping.dropped, mapping.new) == ({}, {}, ("q1", "q2", "q3", "q4"), ("x", "y"))
    assert mapping.new_version == ("other", "2026-A")


def test_other_words_for_the_options_do_not_matter(write: Write) -> None:
    # If this fails, a question whose scale was only renamed cannot be kept.
    other = version("2", ["q1", "q2", "q3", "q4"], {"q1": ONE_TO_FIVE})
    assert other.questions["q1"].scale.id != OLD.questions["q1"].scale.id
    assert len(load_mapping(write(HEAD + "kept: [q1, q2, q3, q4]\n"), OLD, other).kept) == 4


def test_from_an_instrument_to_itself_everything_is_kept() -> None:
    mapping = QuestionMapping.identity(OLD)
    assert mapping.kept == {"q1": "q1", "q2": "q2", "q3": "q3", "q4": "q4"}
    assert (mapping.old_version, mapping.new_version) == (("case", "1"), ("case", "1"))
    assert (mapping.changed, mapping.dropped, mapping.new, mapping.sha256) == ({}, (), (), "")
