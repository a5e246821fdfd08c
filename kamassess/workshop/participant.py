"""The page of somebody who takes part: one question at a time, on a phone.

Every widget is made once and then only changed, so that what has the focus keeps it and a phone is sent little. An answer is
shown as kept when it is durable, not before.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from functools import partial
from typing import Any

import ipywidgets
from markupsafe import Markup

from kamassess.instrument import Dimension, Instrument, Question
from kamassess.locale import Locale, locale
from kamassess.reading.answer_words import value_text
from kamassess.workshop import moves
from kamassess.workshop.moves import LONGEST_COMMENT, Move, Refused
from kamassess.workshop.pages import Page
from kamassess.workshop.seats import Seat, first_open, own_questions
from kamassess.workshop.state import State
from kamassess.workshop.store import StoreError

__all__ = ["build"]

_DONT_KNOW, _NOT_APPLICABLE = "DK", "NA"
_LOG = logging.getLogger(__name__)


def build(seat: Seat, link: str = "", *, crowded: bool = False, turn: int = 0) -> Page:
    """The page of one person.

    Parameters
    ----------
    seat
        Whose page it is; somebody who has come in.
    link
        What opens the same place on another device; empty where there is no such thing.
    crowded
        Whether the place is open on another device already.
    turn
        The number of the seat where the page is for one turn on a screen that others use too: what is answered goes out of sight,
        and can be gone back to until the turn is over. 0 on a device of one's own.
    """
    return _Participant(seat, link, crowded=crowded, turn=turn).page


def text_of(words: Locale, question: Question, answer: str) -> str:
    """An answer as people read it: its number with the anchor or the label of its option, or the words for none."""
    if answer == _DONT_KNOW:
        return words("ws_dont_know")
    if answer == _NOT_APPLICABLE:
        return words("ws_not_applicable")
    for option in question.scale.options:
        if value_text(option.value) == answer:
            meant = question.anchors.get(option.value) or option.label
            return f"{answer} · {words.of(meant)}"
    return answer


class _Participant:
    """The widgets of a page, and what happens when they are used."""

    def __init__(self, seat: Seat, link: str, *, crowded: bool, turn: int) -> None:
        self.seat = seat
        self._lock = threading.RLock()
        self._said = ""
        self._reason_for = ""
        self._filling = False
        self._seen = 0
        self.head = ipywidgets.HTML()
        self.told = ipywidgets.HTML()
        self.question = ipywidgets.HTML()
        self.options = [self._button("kam-ws-option") for _ in range(_most_options(seat.room.instrument))]
        self.dont_know, self.not_applicable = self._button("kam-ws-none"), self._button("kam-ws-none")
        self.comment = ipywidgets.Textarea(continuous_update=False, rows=2)
        self.comment.add_class("kam-ws-comment")
        self.kept = ipywidgets.HTML()
        self.back, self.next = self._button("kam-ws-step"), self._button("kam-ws-step", "kam-ws-next")
        self.review = self._button("kam-ws-step")
        self.device = ipywidgets.HTML()
        self.role, self.language = ipywidgets.Dropdown(), ipywidgets.Dropdown()
        self.more = ipywidgets.Accordion(
            [ipywidgets.VBox([self.role, self.language, self.device])], selected_index=0 if crowded else None
        )
        self._link, self._crowded, self._turn = link, crowded, turn
        self._before = _answered(seat.room.state, seat.person) if turn else frozenset()
        self.asked = ipywidgets.VBox(
            [
                self.question,
                *self.options,
                ipywidgets.HBox([self.dont_know, self.not_applicable]),
                self.comment,
                self.kept,
                ipywidgets.HBox([self.back, self.next]),
            ]
        )
        whole = ipywidgets.VBox([self.head, self.told, self.review, self.asked, *([] if turn else [self.more])])
        for name in ("kam", "kam-ws", "kam-ws-phone"):
            whole.add_class(name)
        self._wire()
        self._options_shown: tuple[str, ...] = ()
        self.show(seat.room.state)
        self.page = Page(whole, self.show)

    @staticmethod
    def _button(*names: str) -> ipywidgets.Button:
        button = ipywidgets.Button()
        for name in names:
            button.add_class(name)
        return button

    def _wire(self) -> None:
        for index, button in enumerate(self.options):
            button.on_click(partial(self._chose, index))
        self.dont_know.on_click(lambda _: self._answer(_DONT_KNOW))
        self.not_applicable.on_click(lambda _: self._answer(_NOT_APPLICABLE))
        self.comment.observe(self._commented, names="value")
        self.back.on_click(lambda _: self._step(-1))
        self.next.on_click(lambda _: self._step(1))
        self.review.on_click(lambda _: self._step(1))
        self.role.observe(self._changed, names="value")
        self.language.observe(self._changed, names="value")

    # -- what is done --------------------------------------------------------------------------------------------------

    def _chose(self, index: int, _: object) -> None:
        if index < len(self._options_shown):
            self._answer(self._options_shown[index])

    def _answer(self, answer: str, *, move_on: bool = True) -> None:
        """Keep an answer to the question that is shown, with what stands in the comment; in a turn, *move_on* to the next one."""
        with self._lock:
            state, name, comment = self.seat.room.state, self.seat.at, self.comment.value
            if not name:
                return
            self.seat.drafts[name] = comment
            ballot = state.ballots.get(name)
            if answer == _NOT_APPLICABLE and not comment.strip():
                self._reason_for = name
                self._say("ws_reason_first")
                self.comment.add_class("kam-ws-needed")
                self.comment.focus()
            elif self._made(moves.answer(self.seat.person, name, ballot.round if ballot else 0, answer, comment)):
                self.seat.drafts.pop(name, None)
                if self._turn and move_on:
                    self._next_unanswered()

    def _commented(self, change: dict[str, Any]) -> None:
        """A comment was written: it is kept with the answer, or noted until there is one.

        Whoever leaves the box has pressed something else, so the question stays: that press is meant for it.
        """
        with self._lock:
            if self._filling or not self.seat.at:
                return
            own = self.seat.room.state.own(self.seat.person, self.seat.at)
            self.seat.drafts[self.seat.at] = change["new"]
            if self._reason_for == self.seat.at:
                self._answer(_NOT_APPLICABLE, move_on=False)
            elif own and own.answer:
                self._answer(own.answer, move_on=False)

    def _next_unanswered(self) -> None:
        """What was answered goes out of sight at once."""
        state = self.seat.room.state
        self.seat.at = first_open(state, self.seat.person, self._questions(state))
        self.show(state)

    def _questions(self, state: State) -> list[Question]:
        """The questions that can be gone through here."""
        questions = own_questions(state, self.seat.person)
        return [asked for asked in questions if (asked.id, state.ballots[asked.id].round) not in self._before]

    def _step(self, by: int) -> None:
        with self._lock:
            state = self.seat.room.state
            names = [question.id for question in self._questions(state)]
            if self.seat.at in names:
                position = names.index(self.seat.at) + by
                self.seat.at = names[position] if 0 <= position < len(names) else ("" if by > 0 else self.seat.at)
            elif names:
                self.seat.at = names[0]
            self._said = self._reason_for = ""
            self.show(state)

    def _changed(self, _: object) -> None:
        with self._lock:
            if not self._filling:
                self._made(moves.join(self.seat.person, self.role.value, self.language.value))

    def _made(self, move: Move) -> bool:
        """Make a move; where that cannot be done, say why and leave everything as it was."""
        try:
            state = self.seat.room.make(move)
        except Refused as refused:
            self._say(f"ws_no_{refused.reason}", **refused.fields)
            self._fill_choices(self.seat.room.state)
            return False
        except StoreError:
            _LOG.exception("an answer could not be kept")
            self._say("ws_not_kept")
            return False
        self._said = self._reason_for = ""
        self.show(state)
        return True

    def _say(self, label: str, **fields: str) -> None:
        self._said = label
        self.kept.value = Markup('<p role="alert" class="kam-ws-alert">{}</p>').format(self._words(label, **fields))

    # -- what is shown -------------------------------------------------------------------------------------------------

    @property
    def _words(self) -> Locale:
        known = self.seat.room.state.people.get(self.seat.person)
        return locale(known.language if known else self.seat.room.instrument.languages[0])

    def show(self, state: State) -> None:
        """Bring the page up to a state; an earlier one than it shows comes too late."""
        with self._lock:
            known = state.people.get(self.seat.person)
            if known is None or state.seq < self._seen:
                return
            self._seen = state.seq
            words, questions = locale(known.language), self._questions(state)
            self._move_on(state, questions)
            self._head(state, words)
            self._fill_choices(state)
            asked = next((question for question in questions if question.id == self.seat.at), None)
            self.asked.layout.display = "" if asked else "none"
            self.review.layout.display = "" if questions and not asked else "none"
            self.review.description = words("ws_turns_review" if self._turn else "ws_review")
            self.told.value = "" if asked else self._waiting(state, words, questions)
            if asked:
                self._ask(state, words, asked, questions)

    def _move_on(self, state: State, questions: Sequence[Question]) -> None:
        """Where a question is asked again, or the one before somebody is open no more, another one comes before them."""
        names, next_ = [question.id for question in questions], first_open(state, self.seat.person, questions)
        again = next_ and state.ballots[next_].round > 1 and self.seat.at != next_
        if again or (self.seat.at and self.seat.at not in names) or (not self.seat.at and next_):
            self.seat.at = next_
            self._said = self._reason_for = ""

    def _head(self, state: State, words: Locale) -> None:
        known = state.people[self.seat.person]
        asked = [
            question.id
            for dimension in (state.opened.agenda if state.opened else ())
            for question in state.questions(dimension, known.role)
        ]
        done = sum(1 for name in asked if (own := state.own(self.seat.person, name)) and own.answer)
        role = next(role.name for role in state.instrument.roles if role.id == known.role)
        self.head.value = Markup(
            '<div class="kam-ws-head" lang="{lang}"><p>{who}</p><p>{progress}</p>'
            '<progress value="{done}" max="{all}" aria-label="{progress}"></progress></div>'
        ).format(
            lang=words.language,
            who=words("ws_turns_you_are" if self._turn else "ws_you_are", n=self._turn, role=words.of(role)),
            progress=words("ws_progress", n=done, all=len(asked)),
            done=done,
            all=max(len(asked), 1),
        )

    def _waiting(self, state: State, words: Locale, questions: Sequence[Question]) -> str:
        if state.ended:
            label = "ws_ended"
        elif self._turn:
            label = "ws_turns_thanks"
        elif questions:
            label = "ws_all_done"
        else:
            found = {ballot.status for ballot in state.ballots.values()}
            label = "ws_look_up" if "shown" in found else "ws_closed" if "closed" in found else "ws_before"
        return str(
            Markup('<div role="status" lang="{}"><h1 class="kam-ws-wait">{}</h1></div>').format(
                words.language, words(label, n=self._turn)
            )
        )

    def _ask(self, state: State, words: Locale, asked: Question, questions: Sequence[Question]) -> None:
        own = state.own(self.seat.person, asked.id)
        answer = own.answer if own else ""
        block = _block_of(state.instrument, asked.id)
        number = [question.id for question in questions].index(asked.id) + 1
        self.question.value = Markup(
            '<div class="kam-ws-question" lang="{lang}"><p class="kick">{block} · {n}/{all}</p>{again}<h1>{text}</h1></div>'
        ).format(
            lang=words.language,
            block=words.of(block.name),
            n=number,
            all=len(questions),
            again=self._again(state, words, asked),
            text=words.of(asked.text),
        )
        self._options_shown = tuple(value_text(value) for value in asked.scale.values)
        for index, button in enumerate(self.options):
            name = self._options_shown[index] if index < len(self._options_shown) else ""
            button.layout.display = "" if name else "none"
            self._name(button, words, text_of(words, asked, name) if name else "", chosen=bool(name) and name == answer)
        self._name(self.dont_know, words, words("ws_dont_know"), chosen=answer == _DONT_KNOW)
        self._name(self.not_applicable, words, words("ws_not_applicable"), chosen=answer == _NOT_APPLICABLE)
        self._fill_comment(words, self.seat.drafts.get(asked.id, own.comment if own else ""))
        self.back.description, self.next.description = words("ws_back"), words("ws_next")
        self.back.disabled = number == 1
        if not self._said:
            self.comment.remove_class("kam-ws-needed")
            label = words("ws_saved", answer=text_of(words, asked, answer)) if answer else words("ws_saved_none")
            self.kept.value = Markup('<p role="status" class="kam-ws-kept">{}</p>').format(label)

    def _again(self, state: State, words: Locale, asked: Question) -> Markup:
        """That a question is asked again, and what this person said before."""
        round_ = state.ballots[asked.id].round
        if round_ == 1 or self._turn:
            return Markup("")
        before = max((number for name, number in state.answers if name == asked.id and number < round_), default=0)
        own = state.answers.get((asked.id, before), {}).get(self.seat.person)
        if own and own.answer:
            said = words(
                "ws_again_before",
                round=round_,
                answer=own.answer if own.answer[0].isdigit() else text_of(words, asked, own.answer),
            )
        else:
            said = words("ws_again", round=round_)
        return Markup('<p class="kam-ws-again">{}</p>').format(said)

    @staticmethod
    def _name(button: ipywidgets.Button, words: Locale, text: str, *, chosen: bool) -> None:
        button.description = words("ws_chosen", answer=text) if chosen else text
        (button.add_class if chosen else button.remove_class)("kam-ws-chosen")

    def _fill_comment(self, words: Locale, text: str) -> None:
        self._filling = True
        self.comment.description = words("ws_comment")
        self.comment.placeholder = words("ws_comment_hint")
        self.comment.value = text[: LONGEST_COMMENT * 10]
        self._filling = False

    def _fill_choices(self, state: State) -> None:
        """The role, which is fixed once somebody has answered, and the language."""
        known, words = state.people[self.seat.person], self._words
        self._filling = True
        self.role.description, self.language.description = words("ws_role"), words("ws_language")
        self.role.options = [(words.of(role.name), role.id) for role in state.instrument.roles if role.id in state.roles()]
        self.role.value = known.role
        self.role.disabled = any(self.seat.person in votes for votes in state.answers.values())
        self.language.options = [(locale(name)("ws_languages"), name) for name in state.instrument.languages]
        self.language.value = known.language
        self.more.titles = (words("ws_more"),)
        self.device.value = self._device(words)
        self._filling = False

    def _device(self, words: Locale) -> str:
        if not self._link:
            return ""
        crowd = Markup('<p class="kam-ws-alert">{}</p>').format(words("ws_two_devices")) if self._crowded else ""
        return str(
            Markup(
                '<div lang="{}">{}<p>{}</p><p><code>{}</code></p>'
                '<form method="post" action="/leave"><button class="kam-ws-leave">{}</button></form></div>'
            ).format(words.language, crowd, words("ws_device"), self._link, words("ws_leave"))
        )


def _answered(state: State, person: str) -> frozenset[tuple[str, int]]:
    """Questions and rounds that somebody has answered."""
    return frozenset(key for key, votes in state.answers.items() if (own := votes.get(person)) and own.answer)


def _block_of(instrument: Instrument, question: str) -> Dimension:
    """A question's dimension or screen."""
    return next(
        block
        for block in (*instrument.dimensions, *instrument.screens)
        if any(asked.id == question for criterion in block.criteria for asked in criterion.questions)
    )


def _most_options(instrument: Instrument) -> int:
    return max(len(scale.options) for scale in instrument.scales.values())
