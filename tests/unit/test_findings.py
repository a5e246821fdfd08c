"""Findings are chosen by rules that are data, and say no more than the numbers carry."""

from __future__ import annotations

import itertools
import re
import string
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
import yaml

from kamassess.document import plain
from kamassess.export.deck.slides import strong_part
from kamassess.findings import TITLES, Finding, findings, holds
from kamassess.locale import LANGUAGES, locale
from kamassess.opened import opened_audit
from kamassess.resources import carried, package_file
from kamassess.result import RoleGap, UnitResult
from kamassess.sections import View

RULES: dict[str, list[dict[str, Any]]] = yaml.safe_load(package_file("findings.yaml").read_text(encoding="utf-8"))
ALL = [(kind, number, rule) for kind, rules in RULES.items() for number, rule in enumerate(rules)]
IDS = [f"{kind}-{number}" for kind, number, _ in ALL]
FACTS = {
    *("score", "overall", "target", "shortfall", "ci_low", "ci_high", "agreement"),
    *("open_share", "n", "least", "role_gap", "gate_holds", "split", "certain", "widest", "warned"),
    *("difference", "measured", "metrics", "gates", "kinder", "unmeasured", "contradicted"),
}
RESTS_ON = {
    "ci": {"ci_low", "ci_high", "certain"},
    **{word: {"measured"} for word in ("metric", "value", "metric_n", "metric_level", "of")},
    "target": {"target", "shortfall"},
    "shortfall": {"shortfall"},
    "agreement": {"agreement"},
    **{word: {"role_gap", "certain"} for word in ("high_role", "low_role", "high", "low", "gap", "high_n", "low_n")},
    **{word: {"certain"} for word in ("dimension", "gap_ci", "chance")},
    **{word: {"gate_holds"} for word in ("level", "claimed", "id")},
    **{word: {"split"} for word in ("low_count", "high_count")},
    "others": {"gates"},
    "shown": {"kinder"},
    "open": {"open_share"},
}
"""Words that exist only where a condition sees to it that one of these facts exists."""
ALWAYS = {"name", "score", "overall", "n", "people", "why", "here", "next", "question"}
ALWAYS_OF = {"say_do": {"name", "said", "shown", "difference", "n", "people"}}
HEDGES = {
    "en": ("cannot be told apart", "not clearly better", "rather than a proven", "only. Ask a few more", "too few to lean on"),
    "zh": ("分不出高下", "说不上", "还不能说", "多问几个人再下结论", "先别当真"),
}
"""What is said of a high score that chance could explain."""


MAYBE = {"en": ("may be", "could be chance"), "zh": ("可能", "或许")}
"""What the bold part of a finding says that may be chance."""
UNSURE = {
    "en": (
        "Too few to act on",
        "not yet a verdict",
        "a question rather than",
        "No interval can be given",
        "no interval can be given",
        "may be no worse",
    ),
    "zh": ("不好动手", "先核实", "先当问题看", "给不出置信区间", "未必比别的差", "看不出差别"),
}
OF_A_DETAIL = {("strength", 2), ("strength", 5), ("gap", 6)}
"""Rules that are sure of what they are about, and doubt something that they add."""


def _fields(text: str) -> set[str]:
    """What a text names; an interval is one thing, whether it stands by itself (``ci``) or after the word for it (``ends``)."""
    named = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    return {"ci" if name == "ends" else name for name in named}


def _named(rule: dict[str, Any]) -> set[str]:
    """Facts that exist where the rule's conditions hold."""
    return {word for condition in rule["when"] for word in condition.split() if re.fullmatch("[a-z_]+", word)}


# -- the rules as data ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "number", "rule"), ALL, ids=IDS)
def test_a_rule_is_well_formed(kind: str, number: int, rule: dict[str, Any]) -> None:
    # If this fails, a consultant's edit stops a report, or a condition is never true because of a typing error.
    assert set(rule) - {"title"} == {"when", "texts"}
    assert rule.get("title", TITLES[0]) in TITLES
    assert rule["texts"]
    for condition in rule["when"]:
        left, sign, right = condition.split()
        assert left in FACTS
        assert sign in (">=", "<=", ">", "<")
        assert right in FACTS or float(right) is not None


@pytest.mark.parametrize(("kind", "number", "rule"), ALL, ids=IDS)
def test_a_text_says_the_same_in_both_languages(kind: str, number: int, rule: dict[str, Any]) -> None:
    # If this fails, the Chinese board is told a number that the English one is not.
    for text in rule["texts"]:
        assert set(text) == set(LANGUAGES)
        assert _fields(text["en"]) == _fields(text["zh"])
        for mark in ("**", "~~", "^^"):
            assert text["en"].count(mark) == text["zh"].count(mark)
            assert text["en"].count(mark) % 2 == 0
        assert ("n = {n}" in text["en"] or "({n})" in text["en"] or "{n}" in text["en"]) == ("{n}" in text["zh"])
        assert not re.search("[\u4e00-\u9fff]", text["en"])


@pytest.mark.parametrize(("kind", "number", "rule"), ALL, ids=IDS)
def test_a_text_speaks_only_of_what_its_conditions_make_sure_of(kind: str, number: int, rule: dict[str, Any]) -> None:
    # If this fails, a sentence has a hole: "the interval () takes in the unit's 2.6".
    for text in rule["texts"]:
        for field in _fields(text["en"]):
            always = ALWAYS_OF.get(kind, ALWAYS)
            assert field in always | set(RESTS_ON)
            assert field in always or RESTS_ON[field] & _named(rule), f"{{{field}}} may not exist where {rule['when']}"


@pytest.mark.parametrize("kind", RULES)
def test_every_rule_can_be_reached(kind: str) -> None:
    # If this fails, a rule stands below one that always takes its place, and its sentences are never seen.
    for number, rule in enumerate(RULES[kind]):
        shadows = [above for above in RULES[kind][:number] if set(above["when"]) <= set(rule["when"])]
        assert shadows == []


@pytest.mark.parametrize("kind", ["strength", "gap", "say_do"])
def test_the_last_rule_always_holds(kind: str) -> None:
    # If this fails, a criterion for which no rule holds stops the report.
    assert RULES[kind][-1]["when"] == []


def test_a_high_score_that_chance_could_explain_is_never_called_a_strength() -> None:
    # If this fails, a unit is praised for what its numbers do not carry.
    overall, tried = 2.6, 0
    for n, target, agreement, gap, score in itertools.product(
        (2, 9), (None, 2.0, 4.0), (None, 0.4, 0.9), (None, 1.2), (2.7, 3.4)
    ):
        numbers = {
            "score": score,
            "overall": overall,
            "target": target,
            "shortfall": target - score if target else None,
            "ci_low": 2.6,
            "ci_high": 4.0,
            "agreement": agreement,
            "open_share": 0.1,
            "role_gap": gap,
            "certain": 0.0,
            "unmeasured": 0.0,
            "contradicted": 0.0,
            "kinder": None,
            "gates": 0.0,
            "gate_holds": 0.0,
            "n": n,
            "least": 3,
        }
        rule = next(rule for rule in RULES["strength"] if all(holds(condition, numbers) for condition in rule["when"]))
        for text in rule["texts"]:
            assert all(any(hedge in text[language] for hedge in HEDGES[language]) for language in LANGUAGES), text["en"]
            tried += 1
    assert tried > 50


def test_a_condition_on_what_does_not_exist_is_false() -> None:
    # If this fails, a missing target counts as reached.
    assert not holds("score >= target", {"score": 3.0, "target": None})
    assert not holds("target > 1", {"target": None})
    assert holds("score >= 3", {"score": 3.0})
    with pytest.raises(ValueError, match="no condition"):
        holds("score is high", {"score": 3.0})


# -- what is said of the sample ------------------------------------------------------------------------------------------


def _view(unit: str, language: str, wave: str = "2026") -> View:
    engagement, result = opened_audit(carried("sample_data"), wave)
    return View(result, locale(language), engagement.brand, result.units[unit])


CASES = [(wave, unit) for wave in ("2025", "2026") for unit in ("NC", "EC", "SC", "CA", "OM", "EX")]


def _found(wave: str, unit: str, language: str) -> tuple[View, tuple[Finding, ...]]:
    view = _view(unit, language, wave)
    return view, findings(view)


@pytest.mark.parametrize(("wave", "unit"), CASES)
def test_both_languages_find_the_same(wave: str, unit: str) -> None:
    # If this fails, the two reports of one unit name different strengths.
    english, chinese = (_found(wave, unit, language)[1] for language in LANGUAGES)
    assert [(finding.kind, finding.about) for finding in english] == [(finding.kind, finding.about) for finding in chinese]
    assert english


@pytest.mark.parametrize(("wave", "unit"), CASES)
def test_a_page_has_few_findings_from_more_than_one_dimension(wave: str, unit: str) -> None:
    # If this fails, the board's page is a list, or the same criterion is a strength and a gap.
    view, found = _found(wave, unit, "en")
    kinds = Counter(finding.kind for finding in found)
    assert kinds["strength"] <= 3
    assert kinds["gap"] <= 3
    assert kinds["disagreement"] <= 1
    assert kinds["say_do"] <= 1
    assert [finding.kind for finding in found] == sorted(
        (finding.kind for finding in found), key=["strength", "gap", "disagreement", "say_do"].index
    )
    judged = [finding.about for finding in found if finding.kind in ("strength", "gap")]
    assert len(set(judged)) == len(judged)
    for kind in ("strength", "gap"):
        dimensions = Counter(view.scored_criteria[finding.about].id for finding in found if finding.kind == kind)
        assert max(dimensions.values(), default=0) <= 2


@pytest.mark.parametrize(("wave", "unit"), CASES)
def test_strengths_are_above_the_unit_and_gaps_below_or_gates(wave: str, unit: str) -> None:
    # If this fails, something is praised or blamed against its own number.
    view, found = _found(wave, unit, "en")
    overall = view.unit.overall
    for finding in found:
        if finding.kind == "disagreement":
            continue
        if finding.kind == "say_do":
            (gap,) = (gap for gap in view.unit.say_do if gap.criterion == finding.about)
            assert gap.certain
            assert abs(gap.difference) >= 0.75
            continue
        score = view.unit.criteria[finding.about].score
        assert score is not None
        assert overall.score is not None
        if finding.kind == "strength":
            assert score > overall.score
        else:
            assert score < overall.score or finding.about in overall.blocked_by


@pytest.mark.parametrize("unit", ["OM", "NC"])
def test_what_the_data_refute_is_no_strength(unit: str) -> None:
    # If this fails, the page for the board praises what its own say–do table calls words.
    view, found = _found("2026", unit, "en")
    refuted = {gap.criterion for gap in view.unit.say_do if gap.certain and gap.difference >= 0.5}
    assert not refuted & {finding.about for finding in found if finding.kind == "strength"}


@pytest.mark.parametrize(("wave", "unit"), CASES)
def test_praise_is_hedged_where_the_interval_takes_in_the_unit(wave: str, unit: str) -> None:
    # If this fails, what cannot be told apart is called a strength.
    for language in LANGUAGES:
        view, found = _found(wave, unit, language)
        overall = view.unit.overall.score
        for finding in found:
            block = view.unit.criteria.get(finding.about)
            if finding.kind == "strength" and block and block.ci and overall is not None and block.ci[0] <= overall:
                text = plain(finding.body[0])
                assert any(hedge in text for hedge in HEDGES[language]), text


@pytest.mark.parametrize("unit", ["SC", "OM"])
def test_gates_that_hold_the_unit_come_first(unit: str) -> None:
    # If this fails, the board reads of lesser things before what caps its level.
    view, found = _found("2026", unit, "en")
    held = view.unit.overall.blocked_by
    gaps = [finding.about for finding in found if finding.kind == "gap"]
    assert held
    assert set(gaps[: len(held)]) == set(held[:3])


def test_no_sentence_has_a_hole_or_a_brace() -> None:
    # If this fails, a sentence was printed with a value that is not there.
    for wave, unit in CASES:
        for language in LANGUAGES:
            for finding in _found(wave, unit, language)[1]:
                text = plain(finding.body[0])
                assert not re.search(r"[{}*^~]|\(\)|（）|\bNone\b|\bnan\b|––|: \.|：。", text), text
                assert len(text) > 20


def _sentences(found: tuple[Finding, ...]) -> set[str]:
    whole = (
        sentence
        for finding in found
        for text in finding.body
        for sentence in re.split(r"(?<=[.!?]) +|(?<=[。！？])", plain(text))
    )
    return {sentence.strip() for sentence in whole if len(sentence) > 8}


@pytest.mark.parametrize("wave", ["2025", "2026"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_reports_do_not_sound_alike(language: str, wave: str) -> None:
    # If this fails, who reads the reports of all units in a row sees the machine behind them: there are too few rules or texts.
    said = {unit: _sentences(_found(wave, unit, language)[1]) for at, unit in CASES if at == wave}
    assert min(map(len, said.values())) > 8
    for one, other in itertools.combinations(said, 2):
        shared = said[one] & said[other]
        assert len(shared) <= 0.25 * min(len(said[one]), len(said[other])), (one, other, shared)
    often = Counter(sentence for sentences in said.values() for sentence in sentences)
    assert [sentence for sentence, count in often.items() if count > 4] == [], "in more than four of six reports"


# -- roles ---------------------------------------------------------------------------------------------------------------

DOUBT = {
    "en": ("not a proof", "may have a hand", "could be chance"),
    "zh": ("还不是证据", "可能只是碰巧", "碰巧的成分"),
}


def _gap(**values: object) -> RoleGap:
    known = {
        "dimension": "STR",
        "high": "executive",
        "low": "kam",
        "high_mean": 3.77,
        "low_mean": 2.82,
        "difference": 0.93,
        "ci": (0.54, 1.39),
        "g": 2.06,
        "p": 0.0002,
        "p_holm": 0.0024,
        "n_high": 3,
        "n_low": 5,
        "n_questions": 7,
        "p_least": 0.0002,
    }
    return RoleGap(**known | values)  # type: ignore[arg-type]


def _disagreement(view: View, *gaps: RoleGap) -> str:
    unit = replace(view.unit, gaps=gaps)
    (found,) = (finding for finding in findings(replace(view, unit=unit)) if finding.kind == "disagreement")
    return plain(found.body[0])


def test_a_gap_that_is_more_than_noise_is_the_disagreement() -> None:
    # If this fails, the board reads of a guess while the result holds a certainty.
    view = _view("NC", "en")
    text = _disagreement(view, _gap(dimension="RET", difference=0.4), _gap(), _gap(dimension="INF", difference=2.0, p_holm=0.2))
    assert view.name(view.instrument.dimensions[0]) in text
    for part in ("Executives", "Key account managers", "0.9 ", "0.5–1.4", "3 and 5 people", "1 time in 410"):
        assert part in text, (part, text)
    roles = view.unit.roles
    same = {
        criterion.id: roles["executive"].criteria[criterion.id] - roles["kam"].criteria[criterion.id]  # type: ignore[operator]
        for criterion in view.instrument.dimensions[0].criteria
        if all(("executive" in question.roles) == ("kam" in question.roles) for question in criterion.questions)
        and roles["executive"].criteria[criterion.id] is not None
    }
    widest = max(same, key=lambda name: (same[name], name))
    assert view.name(view.criteria[widest]) in text
    assert not any(doubt in text for doubt in DOUBT["en"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_gap_without_a_criterion_to_name_still_reads(language: str) -> None:
    # If this fails, "It is widest on : – against –".
    view = _view("NC", language)
    roles = {name: replace(found, criteria={}) for name, found in view.unit.roles.items()}
    view = replace(view, unit=replace(view.unit, roles=roles))
    text = _disagreement(view, _gap())
    assert "3.8" in text
    assert "2.8" in text
    assert not re.search(r"None|–\s*(对|against)", text)


@pytest.mark.parametrize(("wave", "unit"), CASES)
def test_a_gap_between_roles_that_may_be_chance_is_said_with_doubt(wave: str, unit: str) -> None:
    # If this fails, a distance between three people and four is sold as a fact.
    for language in LANGUAGES:
        view, found = _found(wave, unit, language)
        assert not any(gap.certain for gap in view.unit.gaps)
        for finding in found:
            if finding.kind == "disagreement" and finding.about in view.criteria:
                text = plain(finding.body[0])
                assert "{n}" not in text
                about_roles = any(view.words.of(role.name) in text for role in view.instrument.roles)
                assert not about_roles or any(doubt in text for doubt in DOUBT[language]), text
                if about_roles:
                    assert not finding.sure
                    assert any(doubt in strong_part(finding.body[0]) for doubt in MAYBE[language]), "a headline is made of this"


def test_a_title_is_as_sure_as_its_text() -> None:
    # If this fails, a card or a slide is headed "Disagreement" or "Strength", and below it stands that it may be chance.
    doubts = {
        language: re.compile("|".join(map(re.escape, (*DOUBT[language], *HEDGES[language], *UNSURE[language]))))
        for language in LANGUAGES
    }
    for kind, number, rule in ALL:
        for text in rule["texts"]:
            for language in LANGUAGES:
                doubted = doubts[language].search(text[language])
                assert not doubted or rule.get("title") or (kind, number) in OF_A_DETAIL, text[language]
                if not doubted:
                    assert rule.get("title") not in {f"{kind}_unsure" for kind in RULES}, text[language]
    assert {rule["title"] for _, _, rule in ALL if "title" in rule} == set(TITLES)


def test_roles_are_compared_only_on_the_same_questions() -> None:
    # If this fails, two roles are set against each other on different questions.
    checked = 0
    for wave, unit in CASES:
        view, found = _found(wave, unit, "en")
        for finding in found:
            text = plain(finding.body[0])
            named = [role.id for role in view.instrument.roles if f"{view.words.of(role.name)} say " in text]
            if finding.about in view.criteria and len(named) == 2:
                for question in view.criteria[finding.about].questions:
                    assert (named[0] in question.roles) == (named[1] in question.roles), text
                checked += 1
    assert checked > 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_level_above_is_described_not_advised(language: str) -> None:
    # If this fails, "have a director agree over the telephone" is given to a board as the next step.
    said = 0
    for wave, unit in CASES:
        for finding in _found(wave, unit, language)[1]:
            for run in finding.body[0]:
                if finding.kind == "gap" and re.search({"en": "One level up, level", "zh": "再上一级（"}[language], run.text):
                    assert run.style == "plain", run.text
                    said += 1
    assert said > 10
    for rule in RULES["gap"]:
        for text in rule["texts"]:
            assert not re.search(r"\^\^[^^]*\{next\}", text[language])


def test_nothing_is_a_strength_where_people_do_not_agree() -> None:
    # If this fails, a mean that is nobody's opinion is praised on the same page that says so.
    for unit, apart in (("EC", {"INF"}), ("EX", {"AUT"}), ("SC", {"AUT"})):
        view, found = _found("2026", unit, "en")
        assert {name for caveat in view.unit.caveats if caveat.kind == "agreement" for name in caveat.dimensions} == apart
        strengths = {view.scored_criteria[finding.about].id for finding in found if finding.kind == "strength"}
        assert not strengths & apart


def test_a_split_that_the_page_has_named_is_not_explained_again() -> None:
    # If this fails, the board reads twice that people on one dimension fall into two camps.
    (found,) = (finding for finding in _found("2026", "EC", "en")[1] if finding.kind == "disagreement")
    text = plain(found.body[0])
    assert "shows most on INF-2-Q1" in text
    assert "9 of 17" in text
    assert "describes neither" not in text


def test_a_unit_without_a_score_has_no_findings() -> None:
    # If this fails, something is found where nothing is known.
    view = _view("GRP", "en")
    unit: UnitResult = view.unit
    assert unit.overall.score is None
    assert findings(view) == ()
