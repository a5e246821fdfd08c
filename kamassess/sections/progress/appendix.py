"""How changes are told, in words; where the figures come from; what the terms mean."""

from __future__ import annotations

from kamassess.document import Definitions, Heading, Node, Paragraph
from kamassess.scoring.anonymity import ANONYMITY
from kamassess.sections.progress.view import ProgressView
from kamassess.tables import table_inputs

__all__ = ["appendix"]

_RULES = "change interval sure order basis withheld missing"
_OWN_TERMS = "together"
_TERMS = "score level gate role wave"


def appendix(view: ProgressView) -> tuple[Node, ...]:
    """Rules, provenance, glossary."""
    words, policy = view.words, view.instrument.policy
    values: dict[str, object] = {
        "draws": words.number(view.result.replicates, 0),
        "least": ANONYMITY,
        "coverage": words.percent(policy.min_coverage),
    }
    rules = [(words.rich(f"progress_rule_{name}"), words.rich(f"progress_rule_{name}_text", **values)) for name in _RULES.split()]
    terms = [(words.rich(f"progress_term_{name}"), words.rich(f"progress_term_{name}_text")) for name in _OWN_TERMS.split()]
    terms += [(words.rich(f"glossary_{name}"), words.rich(f"glossary_{name}_text")) for name in _TERMS.split()]
    versions = words("progress_comma").join(f"{name} {number}" for name, number in view.result.provenance.versions)
    return (
        Heading(1, words("section_appendix"), "appendix"),
        Heading(2, words("section_progress_rules"), "rules"),
        Definitions(tuple(rules)),
        Heading(2, words("section_glossary"), "glossary"),
        Definitions(tuple(terms)),
        Heading(2, words("section_provenance"), "provenance"),
        Paragraph(words.rich("provenance_intro")),
        table_inputs(view),
        Paragraph(words.rich("progress_software", versions=versions), "note"),
    )
