"""The middle of a facilitator's page: what the room looks at, and the buttons by which it goes on."""

from __future__ import annotations

from functools import partial

import ipywidgets

from kamassess.instrument import Question
from kamassess.reading.answer_words import value_text
from kamassess.workshop import moves
from kamassess.workshop.leading import Desk, dimension_of, has_class, steps, told
from kamassess.workshop.leading_sides import seen
from kamassess.workshop.projected import Projected
from kamassess.workshop.projected_overview import Overview
from kamassess.workshop.state import State

__all__ = ["Agreeing", "Stage"]

_NOT_APPLICABLE = "NA"


class Stage:
    """A question, a dimension or the overview, and what can be done with it.

    No button is ever switched off or put away while the room is at something it belongs to: whoever works with the keyboard would
    lose the place. A press that would change nothing says so.
    """

    def __init__(self, desk: Desk, projected: Projected) -> None:
        self._desk, self._projected, self._overview, words = desk, projected, Overview(projected), desk.words
        self.asked, self.live, self.shown, self.anchors, self.overview = (ipywidgets.HTML() for _ in range(5))
        self.shown.add_class("wl-at-shown")
        self.anchors.add_class("wl-at-anchors")
        self.previous, self.next = desk.button(words("wl_previous")), desk.button(words("wl_next"))
        self.begin, self.close = desk.button(), desk.button()
        self.show_answers, self.again = desk.button(words("wl_show")), desk.button(words("wl_again"))
        self.buttons = ipywidgets.HBox([self.begin, self.close, self.show_answers, self.again, self.previous, self.next])
        self.buttons.add_class("wl-row")
        self.agreeing = Agreeing(desk)
        desk.on(self.previous, partial(self._step, -1))
        desk.on(self.next, partial(self._step, 1))
        desk.on(self.begin, self._begin)
        desk.on(self.close, self._close)
        desk.on(self.show_answers, self._show_answers)
        desk.on(self.again, self._again)
        parts = [self.asked, self.buttons, self.live, self.shown, self.agreeing.widget, self.anchors, self.overview]
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
        self.agreeing.show(state, question)
        self._mark_next(state, question)

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
            (self.next, not (waiting or open_ or shown) and state.at != ""),
        ):
            has_class(button, "wl-first", wanted and not state.ended)

    # -- presses -------------------------------------------------------------------------------------------------------

    def _step(self, by: int) -> None:
        state = self._desk.state
        listed = steps(state)
        index = listed.index(state.at) + by if state.at in listed else 0
        self._desk.make(lambda _: moves.turn(listed[index % len(listed)]))

    def _begin(self) -> None:
        state, block = self._desk.state, dimension_of(self._desk.state.instrument, self._desk.state.at)
        if block is None:
            self._desk.say(self._desk.words("wl_turn_to_dimension"))
        elif all(_taken(state, asked.id) for asked in state.questions(block.id)):
            self._desk.say(self._desk.words("wl_already_begun"))
        else:
            self._desk.decide(lambda led: moves.begin(led, block.id))

    def _close(self) -> None:
        state, block = self._desk.state, dimension_of(self._desk.state.instrument, self._desk.state.at)
        if block is None:
            self._desk.say(self._desk.words("wl_turn_to_dimension"))
        elif not any(_open(state, asked.id) for asked in state.questions(block.id)):
            self._desk.say(self._desk.words("wl_already_closed"))
        else:
            self._desk.decide(lambda led: moves.close(led, block.id))

    def _show_answers(self) -> None:
        state = self._desk.state
        ballot = state.ballots.get(state.at)
        if state.at not in state.instrument.questions:
            self._desk.say(self._desk.words("wl_turn_to_question"))
        elif ballot is not None and ballot.status == "shown":
            self._desk.say(self._desk.words("wl_already_shown"))
        else:
            self._desk.decide(lambda led: moves.show(led, state.at))

    def _again(self) -> None:
        state = self._desk.state
        if state.at not in state.instrument.questions:
            self._desk.say(self._desk.words("wl_turn_to_question"))
        else:
            self._desk.decide(lambda led: moves.ask_again(led, state.at))


class Agreeing:
    """A button for each option: the answer that the room agrees on."""

    def __init__(self, desk: Desk) -> None:
        self._desk, words = desk, desk.words
        most = max(len(scale.options) for scale in desk.state.instrument.scales.values())
        self.options = [desk.button("", "wl-option") for _ in range(most)]
        self.not_applicable, self.none = desk.button("", "wl-option"), desk.button(words("wl_agree_none"), "wl-quiet")
        self._answers: list[str] = []
        for number, button in enumerate(self.options):
            desk.on(button, partial(self._agree_on, number))
        desk.on(self.not_applicable, partial(self._agree, _NOT_APPLICABLE))
        desk.on(self.none, partial(self._agree, ""))
        row = ipywidgets.HBox([*self.options, self.not_applicable, self.none])
        row.add_class("wl-row")
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
        self._name(self.not_applicable, words("wl_agree_na"), taken=agreed == _NOT_APPLICABLE)

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


def _taken(state: State, question: str) -> bool:
    """Whether beginning would change nothing for a question."""
    ballot = state.ballots.get(question)
    return ballot is not None and ballot.status != "closed"


def _open(state: State, question: str) -> bool:
    ballot = state.ballots.get(question)
    return ballot is not None and ballot.status == "open"
