"""What most units lack: criteria on which they fall clearly below their own score, so that one effort helps them all."""

from __future__ import annotations

from kamassess.document import Card, Cards, Heading, Node, Paragraph, Rich, rich
from kamassess.result import CommonGap
from kamassess.sections.group.tables import table_common_gaps
from kamassess.sections.group.view import GroupView

__all__ = ["common_gaps"]

_EXPLAINED = 4


def common_gaps(view: GroupView) -> tuple[Node, ...]:
    """Common gaps, and of the first ones why they matter and what comes next; nothing where there is nothing to compare."""
    if not view.comparable:
        return ()
    found = view.group.common_gaps
    nodes: list[Node] = [Heading(1, view.said("section_common"), "common-gaps")]
    if not found:
        return (*nodes, Paragraph(view.told("common_none", least=view.instrument.policy.min_respondents)))
    nodes += [Paragraph(view.told("common_intro", least=view.instrument.policy.min_respondents)), table_common_gaps(view)]
    bodies = [(gap.criterion, _body(view, gap, said=not number)) for number, gap in enumerate(found[:_EXPLAINED])]
    cards = [Card("gap", view.numbered(criterion), body) for criterion, body in bodies if body]
    if cards:
        nodes.append(Cards(tuple(cards)))
    return tuple(nodes)


def _body(view: GroupView, gap: CommonGap, *, said: bool) -> tuple[Rich, ...]:
    """Why it matters, unless the page for the board has *said* so, and what one would see a step higher."""
    words, criterion = view.words, view.criteria[gap.criterion]
    body = [rich("{x}", x=words.of(criterion.why))] if criterion.why and not said else []
    seen = next((anchors for question in criterion.questions if (anchors := view.anchors(question, gap.mean))), None)
    if seen and seen[1]:
        body.append(view.told("common_next", next=seen[1][1]))
    return tuple(body)
