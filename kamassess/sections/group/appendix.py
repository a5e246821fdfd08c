"""The rules of the comparison in words, where the figures come from, and what the terms mean."""

from __future__ import annotations

from kamassess.document import Definitions, Heading, Node, Paragraph
from kamassess.sections.group.unasked import group_appendix
from kamassess.sections.group.view import SURE, GroupView
from kamassess.tables import table_inputs, table_versions

__all__ = ["appendix"]

_RULES = "scores ranking spread"
_TERMS = "score level interval draw probability icc by_size wave"


def appendix(view: GroupView) -> tuple[Node, ...]:
    """Rules, provenance, glossary."""
    if not view.ranking:
        return group_appendix(view)
    words, policy = view.words, view.instrument.policy
    values: dict[str, object] = {
        "draws": words.number(view.result.replicates, 0),
        "sure": words.percent(SURE),
        "coverage": words.percent(policy.min_coverage),
    }
    rules = tuple((words.rich(f"rule_{name}"), words.rich(f"rule_{name}_text", **values)) for name in _RULES.split())
    terms = tuple((words.rich(f"glossary_{name}"), words.rich(f"glossary_{name}_text")) for name in _TERMS.split())
    return (
        Heading(1, words("section_appendix"), "appendix"),
        Heading(2, words("section_rules"), "rules"),
        Definitions(rules),
        Heading(2, words("section_provenance"), "provenance"),
        Paragraph(words.rich("provenance_intro")),
        table_inputs(view),
        table_versions(view),
        Heading(2, words("section_glossary"), "glossary"),
        Definitions(terms),
    )
