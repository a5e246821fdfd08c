"""How it was voted and counted, where the figures come from, and what the terms mean."""

from __future__ import annotations

from kamassess.document import Definitions, Heading, Node, Paragraph
from kamassess.scoring.anonymity import ANONYMITY
from kamassess.sections.minutes.view import MinutesView
from kamassess.tables import table_inputs, table_versions

__all__ = ["appendix", "rule_values"]

_RULES = "anonymity rounds votes agreed targets apart kept"
_TERMS = "score level gate coverage interval agreement claimed evidenced measured"


def appendix(view: MinutesView) -> tuple[Node, ...]:
    """Rules, provenance, glossary."""
    words, values = view.words, rule_values(view)
    rules = [(words.rich(f"wm_rule_{name}"), words.rich(f"wm_rule_{name}_text", **values)) for name in _RULES.split()]
    return (
        Heading(1, words("section_appendix"), "appendix"),
        Heading(2, words("wm_section_rules"), "workshop-rules"),
        Definitions(tuple(rules)),
        Heading(2, words("section_provenance"), "provenance"),
        Paragraph(words.rich("provenance_intro"), "sub"),
        table_inputs(view),
        table_versions(view),
        Heading(2, words("section_glossary"), "glossary"),
        Definitions(tuple((words.rich(f"glossary_{name}"), words.rich(f"glossary_{name}_text")) for name in _TERMS.split())),
    )


def rule_values(view: MinutesView) -> dict[str, object]:
    """What the rules of this instrument fill in."""
    words, policy = view.words, view.instrument.policy
    return {
        "least": ANONYMITY,
        "coverage": words.percent(policy.min_coverage),
        "way": words(f"policy_aggregation_{policy.aggregation}"),
        "respondents": words(f"wm_respondents_{policy.respondents}"),
    }
