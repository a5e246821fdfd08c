"""``labels/``: every word the product says, in both languages; none missing where it is asked for, none left over."""

from __future__ import annotations

import ast
import re
import string
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import pytest
import yaml

from kamassess.findings import Finding
from kamassess.instrument import Policy
from kamassess.locale import LANGUAGES, locale
from kamassess.reading.package_data import label_files
from kamassess.resources import carried, package_file
from kamassess.result import Reason
from kamassess.sections.group.of_two import OF_TWO

PACKAGE = package_file()
FILES = {path.name: path.read_text(encoding="utf-8") for path in label_files()}
LABELS: dict[str, dict[str, str]] = {name: text for file in FILES.values() for name, text in yaml.safe_load(file).items()}
SPEAKERS = {"words", "self"}
"""Names that a :class:`Locale` goes by."""
OF_A_GROUP = {"said", "told"}
"""Methods of a :class:`GroupView` that say a label in the words for so many units."""


OF_TWO_ALONE = {
    "group_headline_unranked_two": {"units"},
    "group_headline_alike_two": {"units"},
    "group_span_levels_two": {"first", "last"},
    "group_span_scores_two": {"first", "last"},
}
"""Values that are given to a text of two units beside those of many."""


def _fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


@dataclass(frozen=True)
class Use:
    """A place that asks for labels: those that match ``pattern``, with ``given`` values (None: not known)."""

    pattern: str
    given: frozenset[str] | None
    place: str
    exact: bool


def _speaks(function: ast.expr) -> bool:
    """Whether a call is ``words(…)``, ``pen.words(…)``, ``words.rich(…)``, ``view.said(…)`` or, in the locale, ``self(…)``."""
    if isinstance(function, ast.Attribute) and function.attr in OF_A_GROUP:
        return True
    if isinstance(function, ast.Attribute) and function.attr == "rich":
        function = function.value
    return (isinstance(function, ast.Name) and function.id in SPEAKERS) or (
        isinstance(function, ast.Attribute) and function.attr == "words"
    )


def _patterns(label: ast.expr) -> Iterator[tuple[str, bool]]:
    if isinstance(label, ast.Constant) and isinstance(label.value, str):
        yield re.escape(label.value), True
    elif isinstance(label, ast.JoinedStr):
        yield "".join(re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"\w+" for part in label.values), False
    elif isinstance(label, ast.IfExp):
        yield from _patterns(label.body)
        yield from _patterns(label.orelse)


@cache
def _uses() -> list[Use]:
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and node.args and _speaks(node.func)):
                continue
            names = {keyword.arg for keyword in node.keywords}
            given = None if None in names else frozenset(name for name in names if name)
            found += [Use(pattern, given, f"{path.name}:{node.lineno}", exact) for pattern, exact in _patterns(node.args[0])]
    return found


def _other_words() -> set[str]:
    """Words in strings anywhere in the code: labels that are named in a list and asked for by a variable."""
    words: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 500:
                words |= set(node.value.split())
    for path in carried("templates").rglob("*.j2"):
        words |= set(re.findall(r'words\("(\w+)"', path.read_text(encoding="utf-8")))
    return words


def test_the_places_that_ask_for_labels_are_found() -> None:
    # If this fails, the tests below look at nothing.
    assert len(_uses()) > 150
    assert len({use.place.split(":")[0] for use in _uses()}) > 8


def test_no_label_stands_twice_in_the_files() -> None:
    # If this fails, one of two texts is silently ignored, and whoever edits it wonders why nothing changes.
    names = re.findall(r"^(\w+):", "\n".join(FILES.values()), re.MULTILINE)
    assert sorted(name for name in set(names) if names.count(name) > 1) == []


def test_labels_say_the_same_in_both_languages() -> None:
    # If this fails, a report in one language lacks a number that the other has, or stops with KeyError.
    assert [f"{label}: {fault}" for label, texts in LABELS.items() for fault in _apart(texts)] == []


def _apart(texts: Mapping[str, str]) -> Iterator[str]:
    if set(texts) != set(LANGUAGES) or not all(isinstance(text, str) and text for text in texts.values()):
        yield "a language is missing or empty"
        return
    if _fields(texts["en"]) != _fields(texts["zh"]):
        yield "other fields"
    for mark in ("**", "~~", "^^", "``"):
        if any(text.count(mark) % 2 for text in texts.values()):
            yield f"{mark} is not closed"
        if len({text.count(mark) for text in texts.values()}) != 1:
            yield f"{mark} in one language only"


@pytest.mark.parametrize("label", sorted(OF_TWO))
def test_what_is_said_of_two_units_needs_no_more_than_what_is_said_of_many(label: str) -> None:
    # If this fails, the overview of two units stops with KeyError, or says of two what it says of many.
    of_many = LABELS[label.removesuffix("_two")]
    assert _fields(LABELS[label]["en"]) <= _fields(of_many["en"]) | OF_TWO_ALONE.get(label, set())
    assert LABELS[label] != of_many


def test_chinese_is_chinese_and_english_english() -> None:
    # If this fails, a text was left untranslated, or is set with the other language's punctuation.
    assert [f"{label}: {fault}" for label, texts in LABELS.items() for fault in _untranslated(texts)] == []


def _untranslated(texts: Mapping[str, str]) -> Iterator[str]:
    english, chinese = (re.sub(r"\{\w+\}", "", texts[language]) for language in LANGUAGES)
    if re.search("[\u3000-\u9fff\uff00-\uffef]", english):
        yield "Chinese in English"
    if re.search("[A-Za-z]{3,}", english) and not re.search("[\u4e00-\u9fff]", chinese):
        yield "English in Chinese"
    if re.search("[\u4e00-\u9fff][,;:!?]|[,;:!?][\u4e00-\u9fff]", chinese):
        yield "English punctuation in Chinese"


def test_every_label_that_is_asked_for_is_there() -> None:
    # If this fails, some report, for some unit, stops with KeyError.
    missing = [f"{use.place}: {use.pattern}" for use in _uses() if not any(re.fullmatch(use.pattern, label) for label in LABELS)]
    assert missing == []


def test_every_label_that_a_template_asks_for_is_there() -> None:
    # If this fails, a page stops with KeyError.
    asked = [
        name
        for path in carried("templates").rglob("*.j2")
        for name in re.findall(r'words\("(\w+)"\)?', path.read_text(encoding="utf-8"))
    ]
    assert [name for name in asked if name not in LABELS and not name.endswith("_")] == []


def test_every_value_a_label_needs_is_given() -> None:
    # If this fails, a sentence stops with KeyError where its number should be.
    short = []
    for use in _uses():
        if not use.exact or use.given is None:
            continue
        needed = _fields(LABELS[re.sub(r"\\(.)", r"\1", use.pattern)]["en"])
        if needed and not needed <= use.given:
            short.append(f"{use.place}: {use.pattern} needs {sorted(needed - use.given)}")
    assert short == []


def test_no_label_is_left_over() -> None:
    # If this fails, translators keep a text that nobody will ever see.
    others = _other_words()
    asked = re.compile("|".join(f"(?:{pattern})" for pattern in sorted({use.pattern for use in _uses()})))
    unused = [label for label in LABELS if label not in others and not asked.fullmatch(label)]
    assert unused == []


def _choices(name: str) -> tuple[str, ...]:
    return typing.get_args(typing.get_type_hints(Policy)[name])


def test_every_reason_kind_and_choice_has_its_words() -> None:
    # If this fails, a reason is added to the result that no report can put into words.
    needed = [f"reason_{reason}" for reason in Reason]
    needed += [f"policy_{name}_{choice}" for name in ("unanswered", "respondents", "aggregation") for choice in _choices(name)]
    needed += [f"aggregation_{choice}" for choice in _choices("aggregation")]
    needed += [f"evidence_{kind}" for kind in ("statement", "document", "verified")]
    needed += [f"band_{name}" for name in ("lack", "weak", "moderate", "strong", "very_strong")]
    needed += [f"language_{language}" for language in LANGUAGES]
    needed += ["strength", "gap", "disagreement"]
    assert [label for label in needed if label not in LABELS] == []
    assert Finding.__annotations__["kind"] == "Kind"


def test_an_unknown_label_or_language_is_a_bug() -> None:
    # If this fails, a typing error in the code prints nothing instead of stopping the tests.
    with pytest.raises(KeyError):
        locale("en")("no_such_label")
    with pytest.raises(ValueError, match="fr"):
        locale("fr")


@pytest.mark.parametrize(("value", "starts", "en"), [(1.97, (1.0, 2.0), "1.97"), (1.96, (), "2.0"), (2.0, (1.0, 2.0), "2.0")])
def test_a_score_is_never_rounded_up_to_a_level_it_has_not_reached(value: float, starts: tuple[float, ...], en: str) -> None:
    # If this fails, a page shows "2.0, level 1" and loses the reader's trust.
    assert locale("en").score(value, starts) == en


def test_numbers_say_what_they_are_and_no_more() -> None:
    # If this fails, almost all reads as all, almost none as none, or a missing score as a number.
    words = locale("en")
    assert [words.percent(share) for share in (0, 0.004, 0.5, 0.996, 1)] == ["0%", "under 1%", "50%", "99%", "100%"]
    assert locale("zh").percent(0.004) == "不到1%"
    assert words.score(None) == "–"
    assert words.interval(1, 2.25) == "1.0–2.2"
    assert words.of({"zh": "北"}) == "北", "a text in the other language rather than none"
