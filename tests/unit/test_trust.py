"""How far a figure can be trusted, in words: the same words wherever they stand, and none that the figures do not carry."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import kamassess as ka
from kamassess.document import plain
from kamassess.locale import LANGUAGES, locale
from kamassess.opened import opened_audit
from kamassess.reading.brand import default_brand
from kamassess.resources import carried
from kamassess.result import Agreement, Caveat, Reason, RoleGap
from kamassess.sections import View
from kamassess.trust import Camps, camps, caveats, chance, effect, ends, gap_sentence, verdict_on_mean, widest_gap

EN = locale("en")
GAP = RoleGap("STR", "executive", "kam", 3.8, 2.8, 1.0, (0.5, 1.4), 2.06, 0.0002, 0.0024, 3, 5, 7, 0.0002)
AGREED = Agreement(rwg_j=0.9, ad=0.5, n=9, n_items=6, band="strong", chance=0.6, ad_limit=0.83, carries=True)


def _view(unit: str, language: str = "en", wave: str = "2026") -> View:
    engagement, result = opened_audit(carried("sample_data"), wave)
    return View(result, locale(language), engagement.brand, result.units[unit])


def _said(view: View) -> list[str]:
    return [plain(text) for text in caveats(view)]


# -- words for figures ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("interval", "en", "zh"),
    [
        ((2.4, 2.9), "2.4–2.9", "2.4–2.9"),
        ((2.671, 2.727), "2.67–2.73", "2.67–2.73"),
        ((3.2, 3.2), "3.2", "3.2"),
        ((-0.983, 2.875), "−1.0 to 2.9", "−1.0至2.9"),
        ((-0.01, 1.2), "0.0–1.2", "0.0–1.2"),
        ((-0.9, -0.2), "−0.9 to −0.2", "−0.9至−0.2"),
    ],
)
def test_ends_of_an_interval_can_be_told_apart_and_read(interval: tuple[float, float], en: str, zh: str) -> None:
    # If this fails, a page shows "2.7–2.7", "-0.0" or the riddle "-1.0-2.9".
    assert ends(EN, interval) == en
    assert ends(locale("zh"), interval) == zh


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (1.0, "more than 1 time in 5"),
        (0.201, "more than 1 time in 5"),
        (0.2, "1 time in 5"),
        (0.0501, "1 time in 19"),
        (0.05, "1 time in 20"),
        (0.0024, "1 time in 410"),
        (0.0009, "less than 1 time in 1,000"),
    ],
)
def test_a_probability_is_said_as_so_many_times(p: float, text: str) -> None:
    # If this fails, what is just above one chance in twenty reads as if it were below.
    assert chance(EN, p) == text


@pytest.mark.parametrize(
    ("g", "size"), [(0.19, "hardly any"), (0.2, "small"), (0.49, "small"), (0.5, "medium"), (0.8, "large"), (3.0, "large")]
)
def test_an_effect_has_its_word(g: float, size: str) -> None:
    # If this fails, a difference is called large that the yardstick (Cohen 1988) calls medium.
    assert effect(EN, g) == f"{size} ({g:.2f})"
    assert "None" not in effect(EN, None)


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, "stands"),
        ({"carries": None}, "unknown"),
        ({"carries": False, "ad": 1.2}, "spread"),
        ({"carries": False, "rwg_j": 0.75, "chance": 0.8}, "chance"),
        ({"carries": False, "rwg_j": 0.65, "chance": 0.5}, "weak"),
        ({"carries": False, "ad": 1.2, "rwg_j": 0.0}, "spread"),
        ({"carries": False, "ad": 0.83, "rwg_j": 0.5, "chance": None}, "weak"),
    ],
)
def test_why_a_mean_does_not_stand(changes: dict[str, Any], verdict: str) -> None:
    # If this fails, the reason given is not the one for which the mean was refused.
    assert verdict_on_mean(replace(AGREED, **changes)) == verdict


# -- caveats of the sample -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("wave", "unit"), [("2026", "NC"), ("2026", "CA"), ("2026", "OM"), ("2025", "EC"), ("2025", "EX")])
def test_a_unit_whose_answers_carry_says_nothing(wave: str, unit: str) -> None:
    # If this fails, every board page warns, and no warning is read.
    for language in LANGUAGES:
        assert _said(_view(unit, language, wave)) == []


def test_two_camps_are_called_two_camps() -> None:
    # If this fails, the mean of 3.2 that is nobody's opinion goes to the board without a word.
    view = _view("EC")
    assert camps(view, view.instrument.dimensions[3]) == Camps(63, 0, 63)
    (text,) = _said(view)
    for part in (
        "Information-system maturity",
        "two camps",
        "126 answers",
        "20 people",
        "63 lie below",
        "63 above",
        "3.2",
        "1.7",
    ):
        assert part in text, part
    (text,) = _said(_view("EC", "zh"))
    for part in ("信息化与系统管理", "两派", "20人", "126个", "63个", "3.2分", "1.7分"):
        assert part in text, part


def test_a_dimension_without_a_score_is_named_with_what_could_follow() -> None:
    # If this fails, the overall score of a unit hides that a sixth of it is not known.
    (text,) = _said(_view("SC"))
    for part in ("Institutional authority", "28%", "do not agree", "2.1", "1.9 (level 1)", "2.6 (level 2)"):
        assert part in text, part
    (text,) = _said(_view("SC", "zh"))
    for part in ("制度权威", "28%", "1.9（1级）", "2.6（2级）"):
        assert part in text, part


def test_several_dimensions_share_a_sentence() -> None:
    # If this fails, a unit whose people agree on little has a page of warnings.
    view = _view("EC")
    apart = replace(view.unit, caveats=(Caveat("agreement", ("ORG", "INF")),))
    (text,) = _said(replace(view, unit=apart))
    for name in ("ORG", "INF"):
        agreed, block = view.unit.agreement[name], view.unit.dimensions[name]
        assert f"{EN.score(block.score)} (agreement {EN.number(agreed.rwg_j or 0.0, 2)}, n = {agreed.n})" in text


def test_nothing_is_said_of_agreement_that_is_withheld() -> None:
    # If this fails, two people read on the first page how far apart they are, or an agreement of 0.00 that nobody worked out.
    raw, view = opened_audit(carried("sample_data"), "2026")[1].units["EX"], _view("EX")
    assert raw.agreement["ORG"].withheld is Reason.WITHHELD
    assert {name for caveat in raw.caveats for name in caveat.dimensions} == {"ORG", "AUT"}
    (text,) = _said(view)
    assert "Institutional authority" in text
    assert "Organisation and process fit" not in text
    assert "0.00" not in text


def test_camps_are_not_counted_where_some_answers_are_withheld() -> None:
    # If this fails, the answers of a dimension less those that are shown are those that are not.
    view = _view("SC")
    dimension = view.instrument.dimensions[0]
    assert any(view.unit.questions[question.id].withheld for entry in dimension.criteria for question in entry.questions)
    assert camps(view, dimension) == Camps(0, 0, 0)


@pytest.mark.parametrize(("language", "sign"), [("en", "could change the level"), ("zh", "可能改变等级")])
def test_open_answers_that_decide_the_level_are_said(language: str, sign: str) -> None:
    # If this fails, a level is quoted that the missing answers could overturn.
    view = _view("SC", language)
    (text,) = _said(replace(view, unit=replace(view.unit, caveats=(Caveat("coverage"),))))
    assert sign in text
    assert "83%" in text
    assert "1.9" in text
    assert "2.6" in text


def test_coverage_and_agreement_on_different_dimensions_are_two_remarks() -> None:
    # If this fails, one of two different warnings is swallowed.
    view = _view("SC")
    both = (Caveat("coverage", ("AUT",)), Caveat("agreement", ("AUT", "STR")))
    agreement = {**view.unit.agreement, "STR": replace(AGREED, carries=False, ad=1.2)}
    first, second = _said(replace(view, unit=replace(view.unit, agreement=agreement, caveats=both)))
    assert "Institutional authority" in first
    assert "Strategic alignment" in second
    assert "Institutional authority" not in second


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("changes", "sign"),
    [
        ({"ad": 1.2}, {"en": "lie 1.2 points", "zh": "平均差1.2分"}),
        ({"rwg_j": 0.75, "chance": 0.8}, {"en": "chance reaches 0.80", "zh": "碰巧也能到0.80"}),
        ({"rwg_j": 0.65, "chance": 0.5}, {"en": "agree too little", "zh": "不够一致"}),
    ],
)
def test_one_dimension_has_its_own_reason(changes: dict[str, Any], sign: dict[str, str], language: str) -> None:
    # If this fails, people who are only not quite of one mind are called two camps.
    view = _view("NC", language)
    agreement = {**view.unit.agreement, "STR": replace(AGREED, carries=False, **changes)}
    view = replace(view, unit=replace(view.unit, agreement=agreement, caveats=(Caveat("agreement", ("STR",)),)))
    (text,) = _said(view)
    assert sign[language] in text
    assert view.name(view.instrument.dimensions[0]) in text
    assert not re.search(r"camps|派|None|\{", text)


def test_a_unit_without_a_score_says_that_and_no_more() -> None:
    # If this fails, a page without a score warns of its parts.
    (text,) = _said(_view("GRP"))
    assert text.startswith("No overall score.")
    assert "0%" in text


def test_what_does_not_apply_to_anyone_is_no_caveat(make_engagement: Callable[..., Path], answers: list[list[str]]) -> None:
    # If this fails, a unit to which a question does not apply is told to ask again.
    rows = [[*row[:5], "NA", "does not apply"] for row in answers]
    result = ka.audit(make_engagement(answers=rows))
    assert caveats(View(result, EN, default_brand(), result.units["N"])) == ()


# -- gaps between roles --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("changes", "label", "absent"),
    [
        ({}, {"en": "More than noise", "zh": "不只是碰巧"}, {"en": "no proof", "zh": "作不得准"}),
        ({"p_holm": 0.13}, {"en": "no proof", "zh": "作不得准"}, {"en": "More than noise", "zh": "不只是碰巧"}),
        (
            {"p_holm": None, "p_least": 0.1},
            {"en": "whatever they had said", "zh": "无论大家怎么答"},
            {"en": "More than noise", "zh": "不只是碰巧"},
        ),
        (
            {"p_holm": 0.6, "ci": (-0.2, 2.2)},
            {"en": "may well be chance", "zh": "很可能只是碰巧"},
            {"en": "rate", "zh": "作不得准"},
        ),
        (
            {"p_holm": 1.0, "ci": (-0.3, 0.6), "difference": 0.1},
            {"en": "No difference shows", "zh": "看不出差别"},
            {"en": "Executives", "zh": "高层管理者"},
        ),
    ],
)
def test_a_gap_is_said_as_sure_as_it_is(
    changes: dict[str, Any], label: dict[str, str], absent: dict[str, str], language: str
) -> None:
    # If this fails, noise is reported as a finding, or a finding as noise.
    view = _view("NC", language)
    text = plain(gap_sentence(view, replace(GAP, **changes)))
    assert label[language] in text
    assert absent[language] not in text
    assert not re.search(r"None|nan|\{", text)


def test_the_sentence_has_size_interval_numbers_and_chance() -> None:
    # If this fails, a p value or a difference stands alone.
    text = plain(gap_sentence(_view("NC"), GAP))
    for part in (
        "Executives rate this 1.0 higher than Key account managers",
        "0.5–1.4",
        "3 and 5",
        "large (2.06)",
        "1 time in 410",
    ):
        assert part in text, part


def test_a_certain_gap_goes_before_a_wider_guess() -> None:
    # If this fails, the widest distance hides the one that can be relied on.
    view = _view("NC")
    wide = replace(GAP, low="sales", difference=2.0, p_holm=0.9)
    view = replace(view, unit=replace(view.unit, gaps=(wide, GAP)))
    assert widest_gap(view, "STR") == GAP
    assert widest_gap(view, "ORG") is None
