"""Names of dimensions, criteria and questions stand in quotation marks inside sentences: some names are sentences themselves."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import yaml

from kamassess.document import Banner, Bullets, Cards, Chart, Cover, Definitions, Node, Paragraph, Rich, Table, plain
from kamassess.export.deck.group import group_slides
from kamassess.export.deck.slides import Slide
from kamassess.export.deck.unit import unit_slides
from kamassess.instrument import Criterion, Dimension, Instrument, Question, Text
from kamassess.locale import LANGUAGES, locale
from kamassess.opened import opened_audit
from kamassess.reading.package_data import label_files
from kamassess.resources import carried, package_file
from kamassess.result import AuditResult
from kamassess.sections import (
    View,
    account_value,
    appendix,
    board,
    certainty,
    cover,
    dimensions,
    group,
    practices,
    progress,
    roadmap,
    said_and_done,
    suitability,
)
from kamassess.sections.group import GroupView
from kamassess.sections.progress import ProgressView, UnitProgressView

UNIT = (cover, board, said_and_done, dimensions, account_value, suitability, practices, roadmap, certainty, appendix)
GROUP = (
    group.cover,
    group.board,
    group.ranking,
    group.spread,
    group.common_gaps,
    group.lessons,
    group.roll_up,
    group.suitability,
    group.appendix,
)
PROGRESS = (progress.cover, progress.board, progress.causes, progress.details, progress.people)
NAME = re.compile(r"(.?)\[\[.*?\]\](.?)", re.DOTALL)


def _marked(text: Text) -> Text:
    return {language: f"[[{words}]]" for language, words in text.items()}


def _with_marked_names(instrument: Instrument) -> Instrument:
    """The questionnaire with brackets around every name, by which names are found in what is written."""

    def question(entry: Question) -> Question:
        return replace(entry, text=_marked(entry.text))

    def criterion(entry: Criterion) -> Criterion:
        return replace(entry, name=_marked(entry.name), questions=tuple(map(question, entry.questions)))

    def block(entry: Dimension) -> Dimension:
        return replace(entry, name=_marked(entry.name), criteria=tuple(map(criterion, entry.criteria)))

    return replace(instrument, dimensions=tuple(map(block, instrument.dimensions)), screens=tuple(map(block, instrument.screens)))


@cache
def _result() -> AuditResult:
    _, result = opened_audit(carried("sample_data"), "2026", "2025")
    return replace(result, instrument=_with_marked_names(result.instrument))


def _sentences(nodes: tuple[Node, ...]) -> Iterator[Rich | str]:
    """What is read as sentences: not the cells of tables, nor headings, nor what a chart lists."""
    for node in nodes:
        if isinstance(node, Paragraph | Banner):
            yield node.text
        elif isinstance(node, Bullets):
            yield from node.items
        elif isinstance(node, Cards):
            yield from (text for card in node.items for text in card.body)
        elif isinstance(node, Definitions):
            yield from (text for _, text in node.items)
        elif isinstance(node, Cover):
            yield from (node.title, node.lead)
        elif isinstance(node, Table):
            yield node.note
        elif isinstance(node, Chart):
            yield from (node.title, node.subtitle)


def _of_slides(slides: tuple[Slide, ...]) -> Iterator[str | Rich]:
    for slide in slides:
        yield slide.title
        yield from slide.lead
        yield from slide.side


def _bare(texts: Iterator[Rich | str]) -> Iterator[str]:
    for text in texts:
        words = text if isinstance(text, str) else plain(text)
        if any((before, after) != ("“", "”") for before, after in NAME.findall(words)):
            yield words


def _unit(language: str, name: str) -> Iterator[Rich | str]:
    result, brand = _result(), opened_audit(carried("sample_data"), "2026", "2025")[0].brand
    view = View(result, locale(language), brand, result.units[name])
    for section in UNIT:
        yield from _sentences(section(view))
    yield from _of_slides(unit_slides(view))
    if result.progress and name in result.progress.units:
        changed = UnitProgressView(result, locale(language), brand, result.units[name])
        for part in PROGRESS:
            yield from _sentences(part(changed))


def _group(language: str) -> Iterator[Rich | str]:
    result, brand = _result(), opened_audit(carried("sample_data"), "2026", "2025")[0].brand
    view = GroupView(result, locale(language), brand)
    for section in GROUP:
        yield from _sentences(section(view))
    yield from _of_slides(group_slides(view))
    for part in PROGRESS:
        yield from _sentences(part(ProgressView(result, locale(language), brand)))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["NC", "SC", "_group"])
def test_names_are_quoted_in_every_sentence(name: str, language: str) -> None:
    """A name that reads as a part of the sentence makes another sentence of it."""
    texts = list(_group(language) if name == "_group" else _unit(language, name))
    named = [text for text in texts if "[[" in (text if isinstance(text, str) else plain(text))]
    assert len(named) > 15, "the test looks at nothing"
    assert list(_bare(iter(texts))) == []


def _labels() -> Mapping[str, Mapping[str, str]]:
    return {name: text for path in label_files() for name, text in yaml.safe_load(path.read_text(encoding="utf-8")).items()}


def _name_given(value: ast.expr) -> bool:
    """Whether a value is ``view.name(…)``, or a list of them: a name without quotation marks."""
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "name"
        and ast.unparse(node.func.value).endswith("view")
        for node in ast.walk(value)
    )


def _bare_values(path: Path) -> Iterator[tuple[str, str]]:
    """Labels to which a name is given as it stands alone, with the field it goes to."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            for keyword in node.keywords:
                if keyword.arg and _name_given(keyword.value):
                    yield str(node.args[0].value), keyword.arg


def test_no_label_that_is_a_sentence_is_given_a_bare_name() -> None:
    """What the sample never says would go unseen: a label that ends as a sentence has its names from ``view.quoted``."""
    labels = _labels()
    given = [found for path in sorted(package_file().rglob("*.py")) for found in _bare_values(path) if found[0] in labels]
    assert len(given) > 8, "the test looks at nothing"
    sentences = [
        (label, field)
        for label, field in given
        if re.search(r"[.?!]( |$|\*|\^|~)", labels[label]["en"]) and f"“{{{field}}}”" not in labels[label]["en"]
    ]
    assert sentences == []
