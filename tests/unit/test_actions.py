"""The library of actions: the package's is whole and sound, an engagement's is checked with every fault at its line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

import kamassess as ka
from kamassess.errors import InputError
from kamassess.planning import EFFORTS, PHASES, Action
from kamassess.reading.actions import builtin_actions

Make = Callable[..., Path]
KAM = ka.load_instrument("kam")
BUILT_IN = builtin_actions()
ACTIONS = list(BUILT_IN.actions.values())


def test_every_criterion_has_a_step_to_every_level() -> None:
    # If this fails, a report has nothing to say for some unit where it should say what to do.
    assert set(BUILT_IN.actions) == {
        f"{criterion.id}.{level.level}"
        for dimension in KAM.dimensions
        for criterion in dimension.criteria
        for level in KAM.levels[1:]
    }


@pytest.mark.parametrize("action", ACTIONS, ids=[action.id for action in ACTIONS])
def test_an_action_says_what_who_and_how_one_sees_it(action: Action) -> None:
    # If this fails, a board reads half a sentence, a box instead of a character, or an owner nobody knows.
    assert action.owner in BUILT_IN.owners
    assert action.effort in EFFORTS
    assert 1 <= action.months <= 12
    for text, words, characters in ((action.do, (12, 34), (22, 75)), (action.measure, (6, 24), (10, 50))):
        assert words[0] <= len(text["en"].split()) <= words[1]
        assert characters[0] <= len(text["zh"]) <= characters[1]
        assert text["en"].endswith(".")
        assert text["zh"].endswith("。")
        assert not re.search("[\u3000-\u9fff\uff00-\uffef]", text["en"])
        assert not re.search("[\u4e00-\u9fff][,;:!?]|[,;:!?][\u4e00-\u9fff]", text["zh"])
        text["zh"].encode("gb2312")


def test_actions_do_not_sound_alike() -> None:
    # If this fails, a roadmap reads as if a machine had filled in names.
    assert not [text for text, count in Counter(action.do["en"] for action in ACTIONS).items() if count > 1]
    assert not [text for text, count in Counter(action.do["zh"] for action in ACTIONS).items() if count > 1]
    starts = Counter(action.do["en"].split()[0] for action in ACTIONS)
    assert starts.most_common(1)[0][1] <= 12


def test_what_must_come_before_exists_and_leads_nowhere_back() -> None:
    # If this fails, an action can never begin.
    def before(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, f"{' → '.join(path)} → {name}"
        action = BUILT_IN.actions.get(name)
        if action is None:
            return
        for criterion, level in (*action.after, (action.criterion, action.level - 1)):
            assert level == 1 or f"{criterion}.{level}" in BUILT_IN.actions
            before(f"{criterion}.{level}", (*path, name))

    for action in ACTIONS:
        before(action.id, ())
        assert all(level <= action.level for _, level in action.after), f"{action.id} waits for a level above its own"


# -- an engagement's own -------------------------------------------------------------------------------------------------


def _own(**changes: Any) -> dict[str, Any]:
    entry = {"do": {"en": "Do.", "zh": "做。"}, "measure": {"en": "Done.", "zh": "做完。"}, "owner": "kam"}
    return entry | changes


def _engagement(make: Make, settings: dict[str, Any], actions: Any) -> Path:
    settings["actions"] = "own.yaml"
    return make(settings=settings, files={"own.yaml": yaml.safe_dump(actions, allow_unicode=True)})


def test_an_engagement_brings_its_own_actions_and_owners(make_engagement: Make, settings: dict[str, Any]) -> None:
    actions = {
        "owners": {"coach": {"en": "Coach", "zh": "教练"}},
        "A-1": {1: _own(owner="coach", effort=3, months=24, after=["B-1.1"])},
    }
    engagement = ka.load_engagement(_engagement(make_engagement, settings, actions))
    assert engagement.actions.actions["A-1.1"].after == (("B-1", 1),)
    assert engagement.actions.owners["coach"]["zh"] == "教练"
    assert "own.yaml" in [file.file for file in engagement.inputs], "a report does not say what its roadmap rests on"


def test_another_instrument_has_no_actions_unless_it_asks_for_them(make_engagement: Make, settings: dict[str, Any]) -> None:
    # If this fails, criteria of another questionnaire get actions that were written for something else.
    assert not ka.load_engagement(make_engagement(settings=settings)).actions.actions


def test_a_questionnaire_that_keeps_the_criteria_takes_the_actions_of_the_package(
    make_engagement: Make, settings: dict[str, Any]
) -> None:
    settings["actions"] = "kam"
    assert ka.load_engagement(make_engagement(settings=settings)).actions is BUILT_IN


def test_every_fault_of_the_file_is_named_with_its_line(make_engagement: Make, settings: dict[str, Any]) -> None:
    # If this fails, a consultant mends one fault after another.
    actions = {
        "A-1": {1: _own(owner="nobody", effort=4), "x": _own(), 2: _own(after=["A-1.1", "Z-9.1", "B-1.1"])},
        "B-1": {1: _own(after=["A-1.2"])},
        "Z-1": {1: _own()},
    }
    with pytest.raises(InputError) as caught:
        ka.load_engagement(_engagement(make_engagement, settings, actions))
    said = "\n".join(str(fault) for fault in caught.value.faults)
    for part in (
        "'nobody'",
        "is 4",
        "A-1.x is no level",
        "its own criterion",
        "'Z-9.1'",
        "Z-1 is no criterion",
        "both before and after",
    ):
        assert part in said, said
    assert all(fault.file == "own.yaml" and fault.line for fault in caught.value.faults)


@pytest.mark.parametrize(("effort", "part"), [([1, 2], "has 2 numbers"), ([1, -2, 3], "at least 0"), ("much", "not a list")])
def test_effort_of_the_phases_is_checked(make_engagement: Make, settings: dict[str, Any], effort: Any, part: str) -> None:
    settings["roadmap"] = {"effort": effort}
    with pytest.raises(InputError, match=part):
        ka.load_engagement(make_engagement(settings=settings))


def test_declared_effort_is_taken(make_engagement: Make, settings: dict[str, Any]) -> None:
    settings["roadmap"] = {"effort": [1, 2, 3.5]}
    assert ka.load_engagement(make_engagement(settings=settings)).capacity.efforts == (1.0, 2.0, 3.5)
    assert len(PHASES) == 3
