"""The middle of a facilitator's page: what the room looks at, and the buttons by which it goes on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import ipywidgets

from kamassess.instrument import Dimension, Question
from kamassess.reading.answer_words import value_text
from kamassess.scoring.anonymity import ANONYMITY
from kamassess.workshop import moves
from kamassess.workshop.leading import Desk, dimension_of, has_class, steps, told
from kamassess.workshop.leading_sides import seen
from kamassess.workshop.projected import Projected
from kamassess.workshop.projected_overview import Overview
from kamassess.workshop.shown import turnout
from kamassess.workshop.state import State

__all__ = ["Agreeing", "FewSure", "Stage"]

_NOT_APPLICABLE = "NA"
_IN_A_ROW = 5
"""Options that stand in one row beside *Does not apply* and *No agreement*."""
_DIGITS = "0123456789"


class Stage:
    """A question, a dimension or the overview, and what can be done with it.

    No button is put away while the room is at something it belongs to, and none is switched off for the browser: whoever works
    with the keyboard would lose the place. One that can do nothing now looks so, and says why when it is pressed.
    """

    def __init__(self, desk: Desk, projected: Projected, at_overview: Callable[[], None]) -> None:
        self._desk, self._projected, self._overview, words = desk, projected, Overview(projected), desk.words
        self._at_overview = at_overview
        self.asked, self.live, self.shown, self.anchors, self.overview = (ipywidgets.HTML() for _ in range(5))
        self.shown.add_class("wl-at-shown")
        self.anchors.add_class("wl-at-anchors")
        self.previous = desk.button(words("wl_previous"), "wl-key-previous", "wl-turns")
        self.next = desk.button(words("wl_next"), "wl-key-next", "wl-turns")
        self.begin, self.close = desk.button(), desk.button()
        self.show_answers = desk.button(words("wl_show"), "wl-key-show")
        self.again = desk.button(words("wl_again"), "wl-key-again")
        self.buttons = ipywidgets.HBox([self.begin, self.close, self.show_answers, self.again, self.previous, self.next])
        self.buttons.add_class("wl-row")
        self.few = FewSure(desk, self.show_answers)
        self.agreeing = Agreeing(desk)
        desk.on(self.previous, partial(self._step, -1))
        desk.on(self.next, partial(self._step, 1))
        desk.on(self.begin, self._begin)
        desk.on(self.close, self._close)
        desk.on(self.show_answers, self._show_answers)
        desk.on(self.again, self._again)
        parts = [
            self.asked,
            self.buttons,
            self.few.widget,
            self.live,
            self.shown,
            self.agreeing.widget,
            self.anchors,
            self.overview,
        ]
        self.widget = ipywidgets.VBox(parts)
        self.widget.add_class("wl-stage")

    def show(self, state: State) -> None:
        """Bring it up to a state."""
        question, block = state.instrument.questions.get(state.at), dimension_of(state.instrument, state.at)
        made, words = self._projected, self._desk.words
        self.overview.value = "" if block else self._overview.shown(state)
        if question:
            self.asked.value = made.asked(state, question)
            self.live.value = made.count(state, question.id)
            self.shown.value = made.shown(state, question)
            self.anchors.value = made.anchors(state, question)
        else:
            self.asked.value = made.block(state, block) if block else ""
            self.live.value = made.listed(state, block) if block else ""
            self.shown.value = self.anchors.value = ""
        for part in (self.asked, self.live, self.shown, self.anchors, self.overview):
            seen(part, bool(part.value))
        if block:
            name = words.of(block.name)
            self.begin.description, self.close.description = words("wl_begin", name=name), words("wl_close", name=name)
        for button in (self.begin, self.close):
            seen(button, block is not None and question is None)
        for button in (self.show_answers, self.again):
            seen(button, question is not None)
        for button in (self.previous, self.next):
            seen(button, block is not None)
        self._allow(state, question, block)
        self.few.show(state, question)
        self.agreeing.show(state, question)
        self._mark_next(state, question)

    def _allow(self, state: State, question: Question | None, block: Dimension | None) -> None:
        """Which buttons do something now, and why the others do not."""
        words, allow = self._desk.words, self._desk.allow
        over = words("wl_ended") if state.ended else ""
        allow(self.previous, words("wl_first_step") if state.at == steps(state)[0] else "")
        if block is None:
            return
        asked = [entry.id for entry in state.questions(block.id)]
        begun, taking = all(_taken(state, name) for name in asked), any(_open(state, name) for name in asked)
        allow(self.begin, over or (words("wl_already_begun") if begun else ""))
        allow(self.close, over or ("" if taking else words("wl_already_closed")))
        if question is None:
            return
        ballot = state.ballots.get(question.id)
        wait = words("wl_begin_first", name=words.of(block.name)) if ballot is None else ""
        shown = words("wl_already_shown") if ballot and ballot.status == "shown" else ""
        allow(self.show_answers, over or wait or shown)
        allow(self.again, over or wait or ("" if _seen(state, question.id) else words("wl_show_first_again")))

    def _mark_next(self, state: State, question: Question | None) -> None:
        """The step that comes next is the one that stands out."""
        block = dimension_of(state.instrument, state.at)
        waiting = block is not None and all(asked.id not in state.ballots for asked in state.questions(block.id))
        ballot = state.ballots.get(question.id) if question else None
        open_ = ballot is not None and ballot.status != "shown"
        shown = ballot is not None and not open_ and question is not None and question.id not in state.agreed
        for button, wanted in (
            (self.begin, waiting),
            (self.show_answers, open_),
            (self.next, not (waiting or open_ or shown)),
        ):
            has_class(button, "wl-first", wanted and not state.ended)

    # -- presses -------------------------------------------------------------------------------------------------------

    def _step(self, by: int) -> None:
        state = self._desk.state
        listed = steps(state)
        to = listed[min(max(listed.index(state.at) + by, 0), len(listed) - 1)] if state.at in listed else listed[0]
        if self._desk.make(lambda _: moves.turn(to)) and not to:
            self._at_overview()  # there is no step on from there, so that these two buttons go

    def _begin(self) -> None:
        self._of_block(moves.begin)

    def _close(self) -> None:
        self._of_block(moves.close)

    def _of_block(self, move: Callable[[int, str], moves.Move]) -> None:
        block = dimension_of(self._desk.state.instrument, self._desk.state.at)
        if block is not None:
            self._desk.decide(lambda led: move(led, block.id))

    def _show_answers(self) -> None:
        at = self._desk.state.at
        if turnout(self._desk.latest(), at).answered < ANONYMITY:
            self.few.ask(self._desk.state)
        else:
            self._desk.decide(lambda led: moves.show(led, at))

    def _again(self) -> None:
        state = self._desk.state
        self._desk.decide(lambda led: moves.ask_again(led, state.at))


class FewSure:
    """Asks once more before a question is shown of which nothing can be seen: its round would be over for nothing."""

    def __init__(self, desk: Desk, show_answers: ipywidgets.Button) -> None:
        self._desk, self._show_answers, words = desk, show_answers, desk.words
        self._of = ("", 0)
        self.said = ipywidgets.HTML()
        self.anyway, self.wait = desk.button(words("wl_few_anyway"), "wl-danger"), desk.button(words("wl_few_wait"))
        self.widget = ipywidgets.HBox([self.said, self.anyway, self.wait])
        self.widget.add_class("wl-sure")
        seen(self.widget, wanted=False)
        desk.on(self.anyway, self._anyway)
        desk.on(self.wait, self._put_away)

    def ask(self, state: State) -> None:
        """Put the question for where the room looks now."""
        with self._desk.lock:
            self._of = _round(state, state.at)
            self.show(state, state.instrument.questions[state.at])
        self.wait.focus()

    def show(self, state: State, question: Question | None) -> None:
        """Bring it up to a state; it goes once it is answered, by whomever."""
        name, words = question.id if question else "", self._desk.words
        found = turnout(state, name) if name else None
        if found is None or found.answered >= ANONYMITY or self._of != _round(state, name) or state.ended:
            self._of = ("", 0)
            seen(self.widget, wanted=False)
            return
        said = words("wl_count", n=found.answered, of=found.asked) if found.answered else words("wl_count_none", of=found.asked)
        self.said.value = told("note", words=words, text=words("wl_few_sure", said=said))
        seen(self.widget, wanted=True)

    def _anyway(self) -> None:
        state = self._desk.state
        if self._desk.decide(lambda led: moves.show(led, state.at)):
            self._show_answers.focus()

    def _put_away(self) -> None:
        with self._desk.lock:
            self._of = ("", 0)
            seen(self.widget, wanted=False)
        self._show_answers.focus()


class Agreeing:
    """A button for each option: the answer that the room agrees on, once it has seen what everybody said."""

    def __init__(self, desk: Desk) -> None:
        self._desk, words = desk, desk.words
        most = max(len(scale.options) for scale in desk.state.instrument.scales.values())
        self.options = [desk.button("", "wl-option") for _ in range(most)]
        self.not_applicable = desk.button("", "wl-option")
        self.none = desk.button(words("wl_agree_none"), "wl-option", "wl-quiet")
        self._answers: list[str] = []
        for number, button in enumerate(self.options):
            desk.on(button, partial(self._agree_on, number))
        desk.on(self.not_applicable, partial(self._agree, _NOT_APPLICABLE))
        desk.on(self.none, partial(self._agree, ""))
        row = ipywidgets.HBox([*self.options, self.not_applicable, self.none])
        row.add_class("wl-row")
        has_class(row, "wl-one-row", most <= _IN_A_ROW)
        self.widget = ipywidgets.VBox([ipywidgets.HTML(told("label", words=words, text=words("wl_agree_on"))), row])
        self.widget.add_class("wl-agree")

    def show(self, state: State, question: Question | None) -> None:
        """Bring it up to a state."""
        seen(self.widget, question is not None and question.id in state.ballots)
        if question is None:
            return
        words, agreed = self._desk.words, state.agreed.get(question.id, "")
        self._answers = [value_text(option.value) for option in question.scale.options]
        names = [
            words("wl_agree_option", value=words.short(option.value), label=words.of(option.label))
            for option in question.scale.options
        ]
        for number, button in enumerate(self.options):
            there = number < len(names)
            seen(button, there)
            if there:
                self._name(button, names[number], taken=self._answers[number] == agreed)
            for digit in _DIGITS:
                has_class(button, f"wl-key-{digit}", there and self._answers[number] == digit)
        self._name(self.not_applicable, words("wl_agree_na"), taken=agreed == _NOT_APPLICABLE)
        why_not = words("wl_ended") if state.ended else "" if _seen(state, question.id) else words("wl_show_first_agree")
        for button in (*self.options, self.not_applicable):
            self._desk.allow(button, why_not)
        self._desk.allow(self.none, why_not or ("" if agreed else words("wl_nothing_agreed")))

    def _name(self, button: ipywidgets.Button, name: str, *, taken: bool) -> None:
        button.description = self._desk.words("wl_agree_taken", name=name) if taken else name
        has_class(button, "wl-on", taken)

    def _agree_on(self, number: int) -> None:
        if number < len(self._answers):
            self._agree(self._answers[number])

    def _agree(self, answer: str) -> None:
        state = self._desk.state
        if state.agreed.get(state.at, "") == answer:
            self._desk.say(self._desk.words("wl_already_agreed"))
        else:
            self._desk.decide(lambda led: moves.agree(led, state.at, answer))


def _round(state: State, question: str) -> tuple[str, int]:
    """A question and the round it is in, unless that is shown."""
    ballot = state.ballots.get(question)
    return (question, ballot.round) if ballot and ballot.status != "shown" else ("", -1)


def _seen(state: State, question: str) -> bool:
    """Whether the answers of a question's present round were shown, if only for a while."""
    ballot = state.ballots.get(question)
    return ballot is not None and (question, ballot.round) in state.seen


def _taken(state: State, question: str) -> bool:
    """Whether beginning would change nothing for a question."""
    ballot = state.ballots.get(question)
    return ballot is not None and ballot.status != "closed"


def _open(state: State, question: str) -> bool:
    ballot = state.ballots.get(question)
    return ballot is not None and ballot.status == "open"
