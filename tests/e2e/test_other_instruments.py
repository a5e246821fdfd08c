"""Instruments and engagements that are nothing like the built-in one: their reports are made, in HTML and PDF, like any other."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Ran

    Cli = Callable[..., Ran]

pytestmark = pytest.mark.e2e
Data = dict[str, Any]


def _only(language: str, value: Any) -> Any:
    """Data with its texts in one language alone."""
    if isinstance(value, dict):
        if set(value) == {"en", "zh"}:
            return {language: value[language]}
        return {key: _only(language, entry) for key, entry in value.items()}
    if isinstance(value, list):
        kept = [language] if value == ["en", "zh"] else value
        return [_only(language, entry) for entry in kept]
    return value


def _html(folder: Path, language: str, unit: str = "N") -> str:
    return (folder / "reports" / "2026" / unit / f"unit_audit.{language}.html").read_text(encoding="utf-8")


def _made(cli: Cli, folder: Path, *languages: str) -> None:
    ran = cli("report", folder, "--unit", "N")
    assert ran.code == 0, ran.err
    assert [Path(path).name for path in ran.out] == [f"unit_audit.{lang}.{ext}" for lang in languages for ext in ("html", "pdf")]
    assert all(Path(path).stat().st_size > 20_000 for path in ran.out)


def _clean(page: str) -> str:
    """The words of a page; none of them may be what a program says where it has nothing to say."""
    text = re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)
    assert not re.findall(r"\bNone\b|\bnan\b|\(\)|（）|\{\w*\}", text)
    return text


def test_a_model_in_english_alone_with_a_scale_from_nought(
    make_engagement: Callable[..., Path], instrument: Data, settings: Data, answers: list[list[str]], kamassess_cli: Cli
) -> None:
    # If this fails, the reports take for granted what only `kam` has: Chinese, five options from 1, anchors, a reason why.
    instrument["scales"]["four"]["options"] = [
        {"value": value, "label": {"en": f"Stage {value}", "zh": f"{value}档"}} for value in (0, 1, 2, 3)
    ]
    instrument["levels"] = [{"level": n, "name": {"en": f"Rung {n}", "zh": "级"}, "from": n} for n in (0, 1, 2, 3)]
    for row, answer in zip(answers, "0123123", strict=False):
        row[5] = answer
    answers[:] = [[*row[:5], row[5] if row[5] in "0123" else "2", ""] for row in answers]
    settings["units"][0]["targets"] = {"A": 2, "B": 3}
    _made(kamassess_cli, make_engagement(settings=_only("en", settings), instrument=_only("en", instrument)), "en")


def test_an_engagement_in_chinese_alone(
    make_engagement: Callable[..., Path], settings: Data, instrument: Data, kamassess_cli: Cli
) -> None:
    # If this fails, a client who works in Chinese alone must invent English names for everything.
    settings.update(languages=["zh"])
    settings["company"] = {"zh": "甲公司"}
    settings["units"] = [{"id": "N", "name": {"zh": "北方"}}, {"id": "S", "name": {"zh": "南方"}}]
    folder = make_engagement(settings=settings, instrument=instrument)
    _made(kamassess_cli, folder, "zh")
    text = _clean(_html(folder, "zh"))
    assert "甲公司" in text
    ran = kamassess_cli("batch", folder, "--format", "html", "--jobs", 1)
    assert ran.code == 0, ran.err
    assert "甲公司" in (folder / "reports" / "index.html").read_text(encoding="utf-8")


def test_an_engagement_in_chinese_alone_refuses_english(
    make_engagement: Callable[..., Path], settings: Data, kamassess_cli: Cli
) -> None:
    # If this fails, a report is made half in a language the client never gave names in.
    ran = kamassess_cli("report", make_engagement(settings=_only("zh", settings)), "--unit", "N", "--lang", "en")
    assert ran.code == 2
    ran.the("'en' is no language of this engagement")


@pytest.mark.parametrize(
    "values",
    [
        pytest.param([0, 1 / 3, 2 / 3, 1], id="thirds"),
        pytest.param([-2, -1, 1, 2], id="negative"),
        pytest.param([1, 2.5, 1_000_000, 12_345_678.9], id="large"),
        pytest.param(list(range(12)), id="many"),
        pytest.param([0, 1], id="yes or no"),
    ],
)
def test_any_values_may_be_options(
    make_engagement: Callable[..., Path], instrument: Data, answers: list[list[str]], kamassess_cli: Cli, values: list[float]
) -> None:
    # If this fails, a published model with other values than 1 to 5 is scored but cannot be reported.
    instrument["scales"]["four"]["options"] = [
        {"value": value, "label": {"en": f"Option {n}", "zh": f"第{n}项"}} for n, value in enumerate(values)
    ]
    instrument["levels"] = [{"level": 1, "name": {"en": "Only", "zh": "唯一"}, "from": values[0]}]
    for number, row in enumerate(answers):
        row[5] = repr(values[number % len(values)])
    folder = make_engagement()
    _made(kamassess_cli, folder, "en", "zh")
    _clean(_html(folder, "en"))


def test_one_dimension_one_criterion_one_question_one_answer(
    make_engagement: Callable[..., Path], instrument: Data, kamassess_cli: Cli
) -> None:
    # If this fails, the smallest engagement there can be ends in an error instead of "too few people".
    instrument["dimensions"] = [copy.deepcopy(instrument["dimensions"][1])]
    folder = make_engagement(answers=[["2026", "N", "R1", "lead", "B-1-Q1", "0.5", ""]])
    _made(kamassess_cli, folder, "en", "zh")
    text = _clean(_html(folder, "en"))
    assert "Only 1 people answered" not in text, "one person is no people"


def test_nothing_but_do_not_know(make_engagement: Callable[..., Path], answers: list[list[str]], kamassess_cli: Cli) -> None:
    # If this fails, a unit where nobody could say anything stops the batch instead of being reported as that.
    folder = make_engagement(answers=[[*row[:5], "DK", ""] for row in answers])
    _made(kamassess_cli, folder, "en", "zh")
    assert "too little was answered for a score" in _clean(_html(folder, "en"))


def test_one_respondent_a_role_with_targets(
    make_engagement: Callable[..., Path], instrument: Data, settings: Data, kamassess_cli: Cli
) -> None:
    # If this fails, a sentence about an interval is written where there is none.
    instrument["policy"] = {"min_respondents": 2}
    settings["units"][0]["targets"] = {"A": 0.5, "B": 0.5}
    rows = [
        ["2026", "N", person, role, question, answer, ""]
        for person, role in (("R1", "lead"), ("R2", "staff"))
        for question, answer in (("A-1-Q1", "1"), ("A-2-Q1", "0.25"), ("B-1-Q1", "0.25"))
        if role == "lead" or question != "A-2-Q1"
    ]
    folder = make_engagement(answers=rows)
    _made(kamassess_cli, folder, "en", "zh")
    for language in ("en", "zh"):
        _clean(_html(folder, language))


def test_weights_of_nought_and_a_gate(make_engagement: Callable[..., Path], instrument: Data, kamassess_cli: Cli) -> None:
    # If this fails, a model with a part that does not count, or with a gate, has no report.
    instrument["dimensions"][1]["weight"] = 0
    instrument["dimensions"][0]["criteria"][0]["gate"] = True
    folder = make_engagement()
    _made(kamassess_cli, folder, "en", "zh")
    _clean(_html(folder, "en"))


def test_texts_that_look_like_markup_are_shown_as_they_are(
    make_engagement: Callable[..., Path], instrument: Data, settings: Data, answers: list[list[str]], kamassess_cli: Cli
) -> None:
    # If this fails, a client's name is read as a template, as HTML or as Typst.
    hostile = '{score} <b>#x</b> **a** $y$ "q" \\n & 100%'
    settings["company"] = {"en": hostile, "zh": hostile}
    instrument["dimensions"][0]["name"] = {"en": f"D {hostile}", "zh": f"维 {hostile}"}
    answers[0][6] = hostile
    folder = make_engagement()
    _made(kamassess_cli, folder, "en", "zh")
    page = _html(folder, "en")
    assert "{score} &lt;b&gt;#x&lt;/b&gt; **a** $y$" in page
    assert "<b>#x</b>" not in page
