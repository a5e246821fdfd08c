"""Who can teach whom: the criteria on which a unit is surely a level or more behind the best of the group."""

from __future__ import annotations

from collections.abc import Sequence

from kamassess.document import Banner, Card, Cards, Heading, Node, Paragraph, Rich
from kamassess.result import Lesson
from kamassess.sections.group.tables import table_lessons
from kamassess.sections.group.view import GroupView
from kamassess.trust import CONTRADICTED

__all__ = ["is_contradicted", "is_doubtful", "lessons"]

_CARDS = 6
_WAYS = 4


def lessons(view: GroupView) -> tuple[Node, ...]:
    """Every lesson, and for the first of each learner what there is to see; nothing where there is nothing to compare."""
    if not view.comparable:
        return ()
    words = view.words
    nodes: list[Node] = [Heading(1, view.said("section_lessons"), "lessons")]
    if not view.group.lessons:
        return (*nodes, Paragraph(view.told("lessons_none")))
    nodes += [Paragraph(view.told("lessons_intro")), table_lessons(view)]
    contradicted = [lesson for lesson in view.group.lessons if is_contradicted(view, lesson)]
    if contradicted:
        teachers = view.names(list(dict.fromkeys(lesson.teacher for lesson in contradicted)))
        every = len(contradicted) == len(view.group.lessons)
        values = {"count": len(contradicted), "all": len(view.group.lessons), "teachers": teachers}
        nodes.insert(2, Banner("warning", words.rich("lessons_contradicted_all" if every else "lessons_contradicted", **values)))
    doubtful = [lesson for lesson in view.group.lessons if is_doubtful(view, lesson)]
    if doubtful:
        dimensions = view.dimension_names([view.scored_criteria[lesson.criterion].id for lesson in doubtful])
        every = len(doubtful) == len(view.group.lessons)
        values = {"doubtful": len(doubtful), "all": len(view.group.lessons), "dimensions": dimensions}
        nodes.insert(2, Banner("warning", words.rich("lessons_doubt_all" if every else "lessons_doubt", **values)))
    chosen = _visits([lesson for lesson in view.group.lessons if lesson not in doubtful and lesson not in contradicted])
    cards = [_card(view, lesson, number % _WAYS + 1) for number, lesson in enumerate(chosen)]
    return (*nodes, *([Cards(tuple(cards))] if cards else []))


def is_doubtful(view: GroupView, lesson: Lesson) -> bool:
    """Whether a lesson is on a dimension on which the units, taken together, differ no more than chance would give."""
    return view.scored_criteria[lesson.criterion].id in view.alike


def is_contradicted(view: GroupView, lesson: Lesson) -> bool:
    """Whether the teacher's own data measure what it could teach far below what it claims.

    Where they do not measure that criterion, what they say of the unit as a whole decides: a claim that nothing can check is
    worth no more than the claims beside it.
    """
    found = view.unit(lesson.teacher).measured.get(lesson.criterion)
    if found is None or found.level is None:
        return lesson.teacher in view.contradicted
    return lesson.teacher_score - found.level >= CONTRADICTED


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
        "criterion": view.quoted(criterion),
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
    """The anchor the teacher has reached on the question on which it is furthest ahead, if it is one to learn from.

    That is an anchor above the learner's, and not in the lower half of the scale.
    """
    teacher, learner = view.unit(lesson.teacher).questions, view.unit(lesson.learner).questions
    found = []
    for question in view.criteria[lesson.criterion].questions:
        high, low = teacher[question.id].score, learner[question.id].score
        if high is None or low is None:
            continue
        here, there = view.anchors(question, low), view.anchors(question, high)
        middle = (question.scale.minimum + question.scale.maximum) / 2
        if here and there and there[0][0] > here[0][0] and there[0][0] >= middle:
            found.append((high - low, question.id, there[0][1]))
    return max(found)[2] if found else ""
