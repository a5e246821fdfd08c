"""The draft of a mapping: what is the same, what is asked differently, and what a person is told to look at."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from scoring_cases import instrument, scale

from kamassess.instrument import Instrument, Question, Role, Text
from kamassess.reading.compare import Draft, draft_mapping
from kamassess.reading.mapping import load_mapping

Asked = Mapping[str, str | Question]
BASE = instrument({"A": {"A1": ["q"]}})
SCALE = scale((1, 2, 3))


def ask(name: str, text: str | Text, values: Sequence[float] = (1, 2, 3), anchors: Mapping[float, str] | None = None) -> Question:
    """A question; a text in one word stands for both languages."""
    words = {"en": text, "zh": f"中{text}"} if isinstance(text, str) else text
    told = {value: {"en": anchor, "zh": f"中{anchor}"} for value, anchor in (anchors or {}).items()}
    return Question(name, words, scale(values), roles=("all",), anchors=told)


def version(name: str, asked: Asked, languages: Sequence[str] = ("en", "zh")) -> Instrument:
    """Version *name* of an instrument; a question may be given as its text alone."""
    questions = tuple(ask(key, value) if isinstance(value, str) else value for key, value in asked.items())
    (dimension,) = BASE.dimensions
    (criterion,) = dimension.criteria
    dimensions = (replace(dimension, criteria=(replace(criterion, questions=questions),)),)
    return replace(BASE, version=name, dimensions=dimensions, languages=tuple(languages), sha256=name)


def drafted(old: Asked, new: Asked) -> Draft:
    return draft_mapping(version("1", old), version("2", new))


def parts(draft: Draft) -> tuple[dict[str, str], dict[str, str], tuple[str, ...], tuple[str, ...]]:
    mapping = draft.mapping
    return dict(mapping.kept), dict(mapping.changed), mapping.dropped, mapping.new


# -- what is the same ----------------------------------------------------------------------------------------------------


def test_each_question_goes_where_it_belongs() -> None:
    # If this fails, the person who mends the draft starts from a wrong one.
    draft = drafted(
        {"same": "One?", "reworded": "Two?", "moved": "Three?", "gone": "Four?"},
        {"reworded": "Two, now?", "same": "One?", "moved-here": "Three?", "added": "Five?"},
    )
    assert parts(draft) == (
        {"same": "same", "moved": "moved-here"},
        {"reworded": "reworded"},
        ("gone",),
        ("added",),
    )
    assert draft.counts == "2 kept, 1 changed, 1 dropped, 1 new"
    assert (draft.mapping.old_version, draft.mapping.new_version) == (("case", "1"), ("case", "2"))


@pytest.mark.parametrize(
    ("other", "remark"),
    [
        (ask("q", "Another?"), "differs: text (en, zh)"),
        (ask("q", {"en": "One?", "zh": "另一个？"}), "differs: text (zh)"),
        (ask("q", "One?", (1, 2, 3, 4)), "differs: options"),
        (ask("q", "One?", (1, 2, 4)), "differs: options"),
        (ask("q", "One?", anchors={1: "no", 2: "some", 3: "yes"}), "differs: anchors (en, zh)"),
        (ask("q", "Another?", (0, 1), {0: "no", 1: "yes"}), "differs: text (en, zh); options; anchors (en, zh)"),
    ],
)
def test_whatever_an_answer_means_must_be_the_same(other: Question, remark: str) -> None:
    # If this fails, a score moves because the question did, and the report calls it progress.
    draft = drafted({"q": "One?"}, {"q": other})
    assert parts(draft) == ({}, {"q": "q"}, (), ())
    assert draft.remarks == {"q": remark}
    moved = drafted({"q": "One?"}, {"r": replace(other, id="r")})
    assert not moved.mapping.kept


def test_white_space_weight_and_the_order_of_questions_do_not_matter() -> None:
    # If this fails, a file that was only folded anew is a new questionnaire.
    folded = replace(ask("a", {"en": " One\n  thing? ", "zh": "中One thing?"}), weight=3.0)
    assert parts(drafted({"a": "One thing?", "b": "Two?"}, {"b": "Two?", "a": folded})) == ({"a": "a", "b": "b"}, {}, (), ())


def test_a_renumbered_questionnaire_is_followed_by_its_texts() -> None:
    # If this fails, a question put in front makes every other one "changed".
    draft = drafted({"q1": "One?", "q2": "Two?"}, {"q1": "Zero?", "q2": "One?", "q3": "Two?"})
    assert parts(draft) == ({"q1": "q2", "q2": "q3"}, {}, (), ("q1",))
    assert draft.remarks == {"q1": "found by its text", "q2": "found by its text"}


def test_the_same_text_several_times_is_not_guessed_at() -> None:
    # If this fails, "Comments?" of one part is compared with "Comments?" of another.
    draft = drafted({"a": "More?", "b": "More?", "c": "Less?"}, {"x": "More?", "y": "Less?", "z": "Less?"})
    assert parts(draft) == ({}, {}, ("a", "b", "c"), ("x", "y", "z"))


def test_the_same_text_on_another_scale_under_another_id_is_changed() -> None:
    assert parts(drafted({"a": "One?"}, {"b": ask("b", "One?", (0, 1))})) == ({}, {"a": "b"}, (), ())


def test_only_languages_of_both_are_compared() -> None:
    # If this fails, a questionnaire that was only translated can be compared with nothing.
    old, new = version("1", {"q": "One?"}, ["en"]), version("2", {"q": ask("q", {"en": "One?", "zh": "一？"})})
    draft = draft_mapping(old, new)
    assert draft.mapping.kept == {"q": "q"}
    assert "Compared in en only." in draft.look


def test_without_a_common_language_nothing_is_the_same() -> None:
    # If this fails, questions without a word in common are taken for the same one.
    old, new = version("1", {"q": "One?", "r": "Two?"}, ["en"]), version("2", {"q": "One?", "s": "Two?"}, ["zh"])
    draft = draft_mapping(old, new)
    assert parts(draft) == ({}, {"q": "q"}, ("r",), ("s",))
    assert draft.remarks == {"q": "no language in common"}
    assert "They have no language in common." in draft.look


# -- what a person looks at ----------------------------------------------------------------------------------------------


def test_nothing_to_look_at_where_nothing_changed() -> None:
    assert drafted({"q": "One?"}, {"q": "One?"}).look == ()


def test_other_labels_and_other_roles_are_pointed_at() -> None:
    # If this fails, an option that was renamed, or other respondents, pass for a change of the unit.
    (renamed,) = (replace(option, label={"en": "never", "zh": "从不"}) for option in SCALE.options[:1])
    first = replace(ask("a", "One?"), scale=replace(SCALE, options=(renamed, *SCALE.options[1:])))
    second = replace(ask("b", "Two?"), roles=("all", "more"))
    old = version("1", {"a": "One?", "b": "Two?", "c": "Three?"})
    new = replace(version("2", {"a": first, "b": second, "c": "Three?"}), roles=(*BASE.roles, Role("more", {"en": "more"})))
    assert draft_mapping(old, new).look == (
        "Kept, but the options have other labels: see that they mean the same (a).",
        "Kept, but asked of other roles: other people answer (b).",
    )


def test_what_cannot_be_told_is_pointed_at() -> None:
    draft = drafted({"a": "One?", "b": "Two?", "c": "Three?"}, {"a": "Eins?", "bb": "Two?", "d": "Four?"})
    assert draft.look == (
        "Kept under another id: see that each is the same question (b as bb).",
        "Changed: if only the wording was mended and the same answers are meant, move the question to 'kept'.",
        "Dropped and new: if a new question is an older one in other words, put both under 'changed' as {old: new}.",
    )


def test_two_versions_with_one_name_are_pointed_at() -> None:
    # If this fails, nobody can tell from a report which of the two was asked.
    draft = draft_mapping(version("1", {"q": "One?"}), replace(version("1", {"q": "Two?"}), sha256="other"))
    assert draft.look[0] == "Both call themselves case 1: give the newer one a version of its own."


# -- the file ------------------------------------------------------------------------------------------------------------


def test_the_file_reads_well() -> None:
    # If this fails, the draft cannot be mended without knowing the program.
    draft = drafted({"a": "One?", "b": "Two?", "c": "Three?"}, {"a": "One?", "bb": "Two?", "c": "Drei?"})
    assert draft.yaml() == (
        "# Which questions of case 1 and case 2 are the same.\n"
        "# 2 kept, 1 changed, 0 dropped, 0 new. Drafted by 'kamassess instrument compare'; check it by hand.\n"
        "# - Kept under another id: see that each is the same question (b as bb).\n"
        "# - Changed: if only the wording was mended and the same answers are meant, move the question to 'kept'.\n"
        'from: {instrument: "case", version: "1"}\n'
        'to: {instrument: "case", version: "2"}\n'
        "kept:\n"
        '  - "a"\n'
        '  - {"b": "bb"}  # found by its text\n'
        "changed:\n"
        '  - "c"  # differs: text (en, zh)\n'
        "dropped: []\n"
        "new: []\n"
    )


@pytest.mark.parametrize("name", ["1.10", 'the "new" one', "第二版: # 1", "a\\b"])
def test_any_version_can_be_written_and_read(tmp_path: Path, name: str) -> None:
    # If this fails, 1.10 becomes 1.1, or a quotation mark breaks the file.
    old, new = version(name, {"q": "One?"}), version("2", {"q": "One?"})
    (tmp_path / "map.yaml").write_text(draft_mapping(old, new).yaml(), encoding="utf-8")
    assert load_mapping(tmp_path / "map.yaml", old, new).old_version == ("case", name)


@pytest.mark.parametrize("seed", range(20))
def test_every_draft_is_a_sound_mapping(tmp_path: Path, seed: int) -> None:
    # If this fails, the program refuses its own draft, or loses a question between two versions.
    dice = random.Random(seed)
    old = version("1", {f"q{number}": f"Text {dice.randrange(12)}?" for number in range(15)})
    ids = dice.sample([f"q{number}" for number in range(20)], 14)
    new = version("2", {name: ask(name, f"Text {dice.randrange(12)}?", dice.choice([(1, 2, 3), (0, 1)])) for name in ids})
    draft = draft_mapping(old, new)
    (tmp_path / "map.yaml").write_text(draft.yaml(), encoding="utf-8")
    mapping = load_mapping(tmp_path / "map.yaml", old, new)
    assert replace(mapping, sha256="") == draft.mapping
    for before, after in mapping.kept.items():
        assert old.questions[before].text == new.questions[after].text
    assert sorted([*mapping.kept, *mapping.changed, *mapping.dropped]) == sorted(old.questions)
    assert sorted([*mapping.kept.values(), *mapping.changed.values(), *mapping.new]) == sorted(new.questions)
