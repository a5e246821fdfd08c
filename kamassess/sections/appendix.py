"""Section 9: every question, the rules in words, where the figures come from, and what the terms mean."""

from __future__ import annotations

from kamassess.document import Definitions, Heading, Node, Paragraph, Rich, rich
from kamassess.scoring.anonymity import ANONYMITY
from kamassess.sections import unasked
from kamassess.sections.known import metric_definitions, missing_data
from kamassess.sections.view import View
from kamassess.tables import table_inputs, table_questions, table_versions

__all__ = ["appendix"]

_TERMS = (
    "score index level gate coverage bounds interval agreement deviation reliability between effect permutation robustness "
    "claimed evidenced measured say_do dont_know not_applicable role wave"
)


def appendix(view: View) -> tuple[Node, ...]:
    """Questions, policy, provenance, glossary."""
    if not view.unit.asked:
        return unasked.appendix(view)
    words = view.words
    return (
        Heading(1, words("section_appendix"), "appendix"),
        Heading(2, words("section_questions"), "questions"),
        Paragraph(words.rich("questions_intro")),
        *(table_questions(view, block) for block in view.instrument.blocks),
        Heading(2, words("section_policy"), "policy"),
        Definitions(_policy(view)),
        *metric_definitions(view),
        *missing_data(view),
        Heading(2, words("section_references"), "references"),
        *_references(view),
        Heading(2, words("section_provenance"), "provenance"),
        Paragraph(words.rich("provenance_intro")),
        table_inputs(view),
        table_versions(view),
        Heading(2, words("section_glossary"), "glossary"),
        Definitions(tuple((words.rich(f"glossary_{name}"), words.rich(f"glossary_{name}_text")) for name in _TERMS.split())),
    )


def _policy(view: View) -> tuple[tuple[Rich, Rich], ...]:
    """The declared policy in words, with the values in force."""
    words, policy = view.words, view.instrument.policy
    starts = words("policy_separator").join(
        words("policy_level", level=level.level, name=words.of(level.name), start=words.short(level.start))
        for level in view.instrument.levels
    )
    entries: list[tuple[str, str, dict[str, object]]] = [
        ("unanswered", f"policy_unanswered_{policy.unanswered}", {}),
        ("respondents", f"policy_respondents_{policy.respondents}", {}),
        ("aggregation", f"policy_aggregation_{policy.aggregation}", {}),
        ("coverage", "policy_coverage_text", {"least": words.percent(policy.min_coverage)}),
        ("few", "policy_few_text", {"least": policy.min_respondents}),
        ("levels", "policy_levels_text", {"starts": starts}),
        ("gates", "policy_gates_on" if policy.gates else "policy_gates_off", {}),
        ("interval", "policy_interval_text", {"replicates": words.number(view.result.replicates, 0)}),
        ("agreement", "policy_agreement_text", {}),
        ("reliability", "policy_reliability_text", {}),
        ("role_gaps", "policy_role_gaps_text", {"least": ANONYMITY}),
        ("weights", "policy_weights_text", {"draws": words.number(view.result.replicates, 0)}),
        ("anonymity", "policy_anonymity_text", {"least": ANONYMITY}),
    ]
    if view.unit.evidence:
        caps = [
            words(
                "evidence_cap",
                kind=words(f"evidence_{kind}"),
                level=words.short(policy.evidence_cap(kind, view.instrument.levels)),
            )
            for kind in policy.evidence
        ]
        entries.append(("evidence", "policy_evidence_text", {"caps": words.list(caps)}))
    return tuple((words.rich(f"policy_{name}"), words.rich(label, **values)) for name, label, values in entries)


def _references(view: View) -> tuple[Node, ...]:
    if not view.instrument.references:
        return (Paragraph(view.words.rich("references_none")),)
    return (
        Paragraph(view.words.rich("references_intro")),
        *(Paragraph(rich("{x}", x=reference.citation), "note") for reference in view.instrument.references),
    )
