"""Section 3: each dimension (and the suitability screen) with its criteria, answers, roles, anchors and comments."""

from __future__ import annotations

from kamassess.charts import plot_answers, plot_roles
from kamassess.charts.roles import role_scores
from kamassess.document import Banner, Bullets, Heading, Ladder, Node, Paragraph, Quote, Quotes, Rich, Step, rich
from kamassess.instrument import Criterion, Dimension
from kamassess.result import Reason
from kamassess.sections import unasked
from kamassess.sections.known import dimension_metrics
from kamassess.sections.view import View
from kamassess.tables import table_criteria
from kamassess.trust import gap_sentence, verdict_on_mean, widest_gap, withheld_note

__all__ = ["dimensions"]

_COMMENTS = 8


def dimensions(view: View) -> tuple[Node, ...]:
    """All dimensions, then the screens."""
    if not view.unit.asked:
        return unasked.dimensions(view)
    nodes: list[Node] = []
    for dimension in view.instrument.dimensions:
        nodes += _dimension(view, dimension, screen=False)
    for screen in view.instrument.screens:
        nodes += _dimension(view, screen, screen=True)
    return tuple(nodes)


def _dimension(view: View, dimension: Dimension, *, screen: bool) -> list[Node]:
    words, unit = view.words, view.unit
    block = (unit.screens if screen else unit.dimensions)[dimension.id]
    nodes: list[Node] = [
        Heading(1, view.name(dimension), dimension.id),
        Paragraph(_standing(view, dimension, screen=screen), "sub"),
    ]
    if dimension.about:
        nodes.append(Paragraph(rich("{x}", x=words.of(dimension.about))))
    if unit.agreement[dimension.id].carries is False and block.score is not None:
        nodes.append(_disagreement(view, dimension.id, view.points(block.score)))
    nodes.append(table_criteria(view, dimension))
    if block.n:
        nodes += _answers(view, dimension)
        scores = role_scores(unit, dimension)
        if scores:
            nodes.append(_roles(view, dimension, scores))
            if gap := widest_gap(view, dimension.id):
                nodes.append(Paragraph(gap_sentence(view, gap)))
        else:
            nodes.append(Paragraph(words.rich(_no_roles(view, dimension)), "note"))
    ladder = _ladder(view, dimension)
    if ladder and unit.agreement[dimension.id].carries is not False:
        nodes.append(ladder)
    nodes += dimension_metrics(view, dimension)
    nodes += _evidence(view, dimension)
    nodes += _comments(view, dimension)
    return nodes


def _disagreement(view: View, name: str, score: str) -> Banner:
    """That a mean does not stand for the answers, and why."""
    words, agreed = view.words, view.unit.agreement[name]
    values = {
        "score": score,
        "band": words(f"band_{agreed.band}"),
        "value": words.number(agreed.rwg_j or 0.0, 2),
        "n": agreed.n,
        "why": words(f"why_{verdict_on_mean(agreed)}"),
    }
    return Banner("warning", words.rich("caution_disagreement", **values))


def _standing(view: View, dimension: Dimension, *, screen: bool) -> Rich:
    """Score, level and what holds it, in one line."""
    words = view.words
    block = (view.unit.screens if screen else view.unit.dimensions)[dimension.id]
    if block.score is None:
        least = words.percent(view.instrument.policy.min_coverage)
        return words.rich(
            "standing_none", reason=words(f"reason_{block.reason}"), coverage=words.percent(block.coverage or 0.0), least=least
        )
    values = {
        "score": view.score(block),
        "level": block.level,
        "name": view.level_name(block.level),
        "n": block.n,
        "coverage": words.percent(block.coverage or 0.0),
    }
    if screen:
        return words.rich("standing_screen", **values)
    if block.level is None:
        return words.rich("standing_below", **values)
    if view.unit.agreement[dimension.id].carries is False:
        return words.rich("standing_apart", **values)
    if block.blocked_by:
        return words.rich("standing_blocked", claimed=block.continuous_level, gates=view.named(block.blocked_by), **values)
    return words.rich("standing_free", **values)


def _answers(view: View, dimension: Dimension) -> list[Node]:
    """How answers are spread, as far as that may be shown; where it is not, one sentence says why."""
    words = view.words
    counts = [
        (view.unit.questions[question.id], question) for criterion in dimension.criteria for question in criterion.questions
    ]
    withheld = withheld_note(view, [question.id for _, question in counts])
    if withheld and all(result.withheld or not result.asked for result, _ in counts):
        return [Paragraph(withheld, "note")]
    known = [(result.score, question) for result, question in counts if result.score is not None]
    lowest = min(known, key=lambda pair: pair[0], default=None)
    highest = max(known, key=lambda pair: pair[0], default=None)
    alt = words("alt_answers_none")
    if lowest and highest:
        alt = words(
            "alt_answers",
            dimension=view.quoted(dimension),
            low=lowest[1].id,
            low_mean=words.score(lowest[0]),
            high=highest[1].id,
            high_mean=words.score(highest[0]),
        )
    chart = view.chart(
        f"{dimension.id}-answers",
        lambda pen: plot_answers(view.unit, dimension, pen),
        title=words("chart_answers_title"),
        subtitle=words("chart_answers_subtitle"),
        alt=alt,
    )
    return [chart, Paragraph(withheld, "note")] if withheld else [chart]


def _roles(view: View, dimension: Dimension, scores: dict[str, dict[str, float]]) -> Node:
    words, unit = view.words, view.unit
    names = {role.id: words.of(role.name) for role in view.instrument.roles}
    widest = max(scores, key=lambda name: (max(scores[name].values()) - min(scores[name].values()), name))
    found = scores[widest]
    high, low = max(found, key=lambda role: found[role]), min(found, key=lambda role: found[role])
    alt = words(
        "alt_roles",
        criterion=view.quoted(view.criteria[widest]),
        high=names[high],
        high_score=words.score(found[high]),
        low=names[low],
        low_score=words.score(found[low]),
    )
    return view.chart(
        f"{dimension.id}-roles",
        lambda pen: plot_roles(unit, dimension, view.instrument, pen),
        title=words("chart_roles_title"),
        subtitle=words("chart_roles_subtitle"),
        alt=alt,
    )


def _no_roles(view: View, dimension: Dimension) -> str:
    """Why roles are not set beside each other: figures are withheld, or no two roles have any."""
    roles, names = view.unit.roles.values(), [criterion.id for criterion in dimension.criteria]
    withheld = any(role.reasons.get(name) is Reason.WITHHELD for role in roles for name in names)
    return "roles_withheld" if withheld else "roles_alone"


def _ladder(view: View, dimension: Dimension) -> Ladder | None:
    """The anchors of the weakest criterion with a score: what its level would mean and what the next looks like."""
    words, unit = view.words, view.unit
    scored = [
        (block.score, criterion) for criterion in dimension.criteria if (block := unit.criteria[criterion.id]).score is not None
    ]
    for score, criterion in sorted(scored, key=lambda pair: (pair[0], pair[1].id)):
        question = min(criterion.questions, key=lambda question: (unit.questions[question.id].score or score, question.id))
        reached = unit.questions[question.id].score
        found = view.anchors(question, reached if reached is not None else score)
        if not found:
            continue
        (value, text), following = found
        label = {option.value: words.of(option.label) for option in question.scale.options}
        mean = view.points(reached if reached is not None else score)
        steps = [Step(words("step_here", score=mean, value=words.short(value), label=label[value]), text, "here")]
        if following:
            steps.append(
                Step(words("step_next", value=words.short(following[0]), label=label[following[0]]), following[1], "next")
            )
        title = words("ladder_title", id=criterion.id, name=view.name(criterion), question=words.of(question.text))
        return Ladder(title, tuple(steps))
    return None


def _evidence(view: View, dimension: Dimension) -> list[Node]:
    """What to ask to see for the criteria that claim most: a high claim is where proof is worth asking for."""
    words, unit = view.words, view.unit
    claims = [(unit.criteria[criterion.id].score, criterion) for criterion in dimension.criteria if criterion.evidence]
    known = sorted(
        ((score, criterion) for score, criterion in claims if score is not None), key=lambda pair: (-pair[0], pair[1].id)
    )[:2]
    if not known:
        return []
    items = tuple(_proof(view, score, criterion) for score, criterion in known)
    return [Heading(2, words("evidence_title"), f"{dimension.id}-evidence"), Bullets(items)]


def _proof(view: View, score: float, criterion: Criterion) -> Rich:
    words = view.words
    asked = [
        words("evidence_item", kind=words(f"evidence_{entry.kind}"), text=words.of(entry.text)) for entry in criterion.evidence
    ]
    return words.rich(
        "evidence_claim",
        id=criterion.id,
        name=view.quoted(criterion),
        score=view.points(score),
        items=words("evidence_separator").join(asked),
    )


def _comments(view: View, dimension: Dimension) -> list[Node]:
    words = view.words
    own = {question.id for criterion in dimension.criteria for question in criterion.questions}
    found = [comment for comment in view.unit.comments if comment.question in own]
    if not found:
        return []
    names = {role.id: words.of(role.name) for role in view.instrument.roles}
    quotes = tuple(
        Quote(
            comment.text,
            words("comment_source_role", question=comment.question, role=names[comment.role])
            if comment.role
            else comment.question,
        )
        for comment in found[:_COMMENTS]
    )
    nodes: list[Node] = [Heading(2, words("comments_title"), f"{dimension.id}-comments"), Quotes(quotes)]
    if len(found) > _COMMENTS:
        nodes.append(Paragraph(words.rich("comments_more", count=len(found) - _COMMENTS), "note"))
    return nodes
