"""Who can teach whom: the criteria on which a unit is surely a level or more behind the best of the group."""

from __future__ import annotations

from collections.abc import Sequence

from kamassess.document import Card, Cards, Heading, Node, Paragraph, Rich
from kamassess.instrument import Question
from kamassess.result import Lesson
from kamassess.sections.group.tables import table_lessons
from kamassess.sections.group.view import GroupView

__all__ = ["lessons"]

_CARDS = 6
_WAYS = 4


def lessons(view: GroupView) -> tuple[Node, ...]:
    """Every lesson, and for the first of each learner what there is to see; nothing where there is nothing to compare."""
    if not view.comparable:
        return ()
    words = view.words
    nodes: list[Node] = [Heading(1, words("section_lessons"), "lessons")]
    if not view.group.lessons:
        return (*nodes, Paragraph(words.rich("lessons_none")))
    nodes += [Paragraph(words.rich("lessons_intro")), table_lessons(view)]
    cards = [_card(view, lesson, number % _WAYS + 1) for number, lesson in enumerate(_visits(view.group.lessons))]
    return (*nodes, Cards(tuple(cards)))


def _visits(found: Sequence[Lesson]) -> list[Lesson]:
    """One lesson of each learner, the surest learners first, and no criterion twice."""
    chosen: dict[str, Lesson] = {}
    for lesson in sorted(found, key=lambda lesson: (-lesson.ci[0], lesson.criterion, lesson.learner)):
        if lesson.learner not in chosen and all(other.criterion != lesson.criterion for other in chosen.values()):
            chosen[lesson.learner] = lesson
    return list(chosen.values())[:_CARDS]


def _card(view: GroupView, lesson: Lesson, way: int) -> Card:
    """What the learner would see at the teacher, and what to ask for."""
    words, criterion = view.words, view.criteria[lesson.criterion]
    values = {
        "teacher": view.unit_name(lesson.teacher),
        "learner": view.unit_name(lesson.learner),
        "criterion": view.name(criterion),
    }
    body: list[Rich] = [words.rich(f"lesson_visit_{way}", **values)]
    seen = _seen(view, lesson)
    if seen:
        body.append(words.rich("lesson_seen", here=seen))
    proof = next((entry for entry in criterion.evidence if entry.kind != "statement"), None)
    if proof:
        body.append(words.rich("lesson_proof", proof=words.of(proof.text)))
    return Card("strength", words("lesson_title", teacher=values["teacher"], learner=values["learner"]), tuple(body))


def _seen(view: GroupView, lesson: Lesson) -> str:
    """The anchor the teacher has reached on the question on which it is furthest ahead."""
    teacher, learner = view.unit(lesson.teacher).questions, view.unit(lesson.learner).questions

    def ahead(question: Question) -> float:
        high, low = teacher[question.id].score, learner[question.id].score
        return high - low if high is not None and low is not None else 0.0

    question = max(view.criteria[lesson.criterion].questions, key=lambda question: (ahead(question), question.id))
    reached = teacher[question.id].score
    found = view.anchors(question, reached) if reached is not None else None
    return found[0][1] if found else ""
