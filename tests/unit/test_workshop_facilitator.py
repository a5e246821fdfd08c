"""The facilitator's page: what stands on it, what its buttons do, and how little changes when somebody votes."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace

import ipywidgets
import pytest
from scoring_cases import Row, instrument, result
from scoring_cases import words as text
from traitlets import All
from workshop_cases import UNIT, opened, small

from kamassess.errors import Fault, ReportError
from kamassess.instrument import Instrument
from kamassess.locale import Locale, locale
from kamassess.planning import Action, ActionLibrary
from kamassess.reading.brand import default_brand
from kamassess.result import SayDo, UnitResult
from kamassess.result.known import Evidenced, MeasuredLevel
from kamassess.workshop import moves
from kamassess.workshop.access import draw_code, shown_code
from kamassess.workshop.facilitator import Lead, _rules, build, style
from kamassess.workshop.leading_keys import script
from kamassess.workshop.leading_minutes import Making
from kamassess.workshop.minutes import make_minutes
from kamassess.workshop.projected_charts import plot_votes
from kamassess.workshop.room import Room
from kamassess.workshop.shown import spread
from kamassess.workshop.state import State
from kamassess.workshop.store import Store, StoreError
from kamassess.workshop.voted import score_votes

NOON = 1_800_000_000.0
LINK = "http://kam.example/?a=1&b=2"


@dataclass
class Desk:
    """A room with a facilitator's page that is told of everything, and the time."""

    room: Room
    lead: Lead
    now: list[float]
    minutes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page = build(self.lead)
        self.room.watch(self.page.show)  # the room tells from its own thread, as when it is served

    @property
    def widgets(self) -> list[ipywidgets.Widget]:
        return _all(self.page.widget)

    def button(self, name: str) -> ipywidgets.Button:
        """The one button that is there to be seen and has a name that begins so."""
        found = [
            entry
            for entry in _seen(self.page.widget)
            if isinstance(entry, ipywidgets.Button) and entry.description.startswith(name)
        ]
        assert len(found) == 1, (name, self.buttons)
        return found[0]

    @property
    def buttons(self) -> list[str]:
        return [entry.description for entry in _seen(self.page.widget) if isinstance(entry, ipywidgets.Button)]

    def press(self, *names: str) -> None:
        for name in names:
            self.look()
            self.button(name).click()

    def look(self) -> None:
        """Take time to see what has changed."""
        self.page.show.__self__.desk.news = float("-inf")  # type: ignore[attr-defined]

    def field(self, name: str) -> ipywidgets.Widget:
        return next(
            entry
            for entry in _seen(self.page.widget)
            if getattr(entry, "description", "").startswith(name) and not isinstance(entry, ipywidgets.Button)
        )

    @property
    def html(self) -> str:
        """All that is there to be seen, without the rules of its look."""
        parts = [entry.value for entry in _seen(self.page.widget) if isinstance(entry, ipywidgets.HTML)]
        return "\n".join(part for part in parts if "<style>.kam" not in part[:20])

    @property
    def said(self) -> str:
        found = re.search(r'class="wl-status[^>]*>([^<]*)<', self.html)
        assert found
        return found[1]

    def people(self, **numbers: int) -> None:
        for role, number in numbers.items():
            for index in range(number):
                self.room.make(moves.join(f"{role}{index}", role, "en"))
        self.page.show(self.room.state)

    def vote(self, question: str, comment: str = "", **votes: str) -> None:
        for role, signs in votes.items():
            for index, sign in enumerate(signs):
                answer = {"?": "DK"}.get(sign, sign)
                self.room.make(moves.answer(f"{role}{index}", question, self.room.state.ballots[question].round, answer, comment))
        self.page.show(self.room.state)

    def shown(self, question: str, **votes: str) -> None:
        """A question that was answered so, and shown."""
        self.people(**{role: len(signs) for role, signs in votes.items()})
        if question not in self.room.state.ballots:
            self.room.make(moves.begin(self.room.state.led, "A"))
        self.vote(question, **votes)
        self.room.make(moves.show(self.room.state.led, question))
        self.page.show(self.room.state)


def _all(widget: ipywidgets.Widget) -> list[ipywidgets.Widget]:
    return [widget, *(found for child in getattr(widget, "children", ()) for found in _all(child))]


def _seen(widget: ipywidgets.Widget) -> list[ipywidgets.Widget]:
    if widget.layout.display == "none":
        return []
    return [widget, *(found for child in getattr(widget, "children", ()) for found in _seen(child))]


Make = Callable[..., Desk]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Make]:
    """Makes desks at one room."""
    asked = small()
    store = Store(tmp_path / "workshop.sqlite")
    session = store.open_session(opened(asked), draw_code)
    room = Room(store, session, asked, alone=True)
    now = [NOON]

    def make(language: str = "en", link: str = LINK, **given: object) -> Desk:
        lead = Lead(room, replace(UNIT, targets={"A": 4.0}), locale(language), default_brand(), None, link, lambda: now[0])
        return Desk(room, replace(lead, **given), now)  # type: ignore[arg-type]

    yield make
    room.close()
    store.close()


@pytest.fixture
def reasons(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Why moves were refused: the names of labels, which stand on the page as they are."""
    found: list[str] = []
    real = Locale.__call__

    def words(self: Locale, label: str, /, **values: object) -> str:
        if not label.startswith("ws_no_"):
            return real(self, label, **values)
        found.append(label)
        return label

    monkeypatch.setattr(Locale, "__call__", words)
    return found


def _step(action: str, level: int, do: str) -> Action:
    return Action("A1", level, text(do), text("seen"), "sales_head", 1, 3)


LIBRARY = ActionLibrary(
    {"A1.2": _step("A1.2", 2, "Write a list"), "A1.3": _step("A1.3", 3, "Meet")}, {"sales_head": text("Head of sales")}
)


# -- what is seen ----------------------------------------------------------------------------------------------------------


def test_whoever_comes_in_sees_how(desk: Make) -> None:
    # If this fails, nobody can join, or the code stays on the screen while the room reads a question.
    at = desk()
    assert shown_code(at.room.session.code) in at.html
    assert "http://kam.example/?a=1&amp;b=2" in at.html
    assert re.search(r"<svg[^>]*><title>[^<]+</title>", at.html)
    at.people(kam=2, sales=1)
    assert "3 people" in at.html
    at.press("Begin: A")
    assert shown_code(at.room.session.code) not in at.html
    at.press("Join")
    assert shown_code(at.room.session.code) in at.html


def test_without_a_link_nobody_joins(desk: Make) -> None:
    # If this fails, the notebook shows a code that opens nothing.
    at = desk(link="")
    assert shown_code(at.room.session.code) not in at.html
    assert "Join" not in at.buttons


def test_nothing_of_the_answers_is_seen_before_they_are_shown(desk: Make) -> None:
    # If this fails, the first votes, a comment or the survey lead the others.
    survey = _survey()
    at = desk(survey=survey)
    at.people(executive=3, kam=3)
    at.press("Begin: A", "Next")
    quiet = at.html
    at.vote("q1", comment="Only on paper", executive="111", kam="555")
    assert "6 of 6 have answered" in at.html
    assert "Only on paper" not in at.html
    assert "<svg" not in at.html
    assert quiet.replace("0 of 6", "6 of 6").replace("width:0%", "width:100%") == at.html
    score = locale("en").score(survey.questions["q1"].score)
    assert score not in at.html
    at.press("Show the answers")
    assert "Only on paper" in at.html
    assert f">{score}<" in at.html


def test_what_is_known_of_a_dimension_waits_for_its_answers(desk: Make) -> None:
    # If this fails, the room reads the survey's figure on the projector while it answers.
    at = desk(survey=_survey())
    at.people(executive=3, kam=3)
    for moment in ("before", "open", "one shown, one open"):
        assert "shown once answers are" in at.html, moment
        assert "Survey</" not in at.html, moment
        if moment == "before":
            at.press("Begin: A")
        elif moment == "open":
            at.vote("q1", executive="111", kam="555")
            at.press("Next", "Show the answers", "Previous")
    at.press("Close: A")
    assert "shown once answers are" not in at.html
    assert "Survey" in at.html


def test_a_question_is_shown_by_role_with_its_agreement(desk: Make) -> None:
    # If this fails, the room does not see who said 4 and who said 2.
    at = desk()
    at.shown("q1", executive="444", kam="222", sales="333")
    found = score_votes(at.room.state, UNIT).questions["q1"]
    assert f">{locale('en').score(found.score)}<" in at.html
    assert locale("en")(f"band_{found.band}") in at.html
    told = re.search(r'role="img" aria-label="([^"]*)"', at.html)
    assert told
    assert told[1] == "Everybody: 3 chose 2, 3 chose 3, 3 chose 4. executive: 3 chose 4. kam: 3 chose 2. sales: 3 chose 3."


def test_fewer_than_three_are_never_shown(desk: Make) -> None:
    # If this fails, two people read each other's vote off the projector: as bars, as a mean or as a score of the criterion.
    at = desk()
    at.shown("q1", executive="55")
    at.press("Next")  # its agreement could stand on the way, too
    at.press("Previous")
    assert "2 answered: too few" in at.html
    at.room.make(moves.agree(at.room.state.led, "q2", "1"))
    for place in ("A", ""):
        at.room.make(moves.turn(place))
        at.page.show(at.room.state)
        assert "5.0" not in at.html
    at.room.make(moves.turn("q1"))
    at.page.show(at.room.state)
    assert not re.search("5.0|rWG|<svg[^>]*wide|chose", at.html)
    assert score_votes(at.room.state, UNIT).questions["q1"].score is None


def test_what_is_shown_lets_nobody_work_out_a_role_of_one(desk: Make) -> None:
    # If this fails, a mean of the roles' means beside the counts of all tells what the only executive said.
    at = desk()
    at.shown("q1", executive="5", kam="2222")
    assert spread(at.room.state, "q1").unseen == ("executive", "kam")  # type: ignore[union-attr]
    assert "executive and kam" in at.html
    assert ">2.6<" in at.html
    at.press("Where we stand")
    assert "3.5" not in at.html, "the mean of 5 and 2"
    names = re.search(r'role="img" aria-label="([^"]*)"', at.html)
    assert names
    assert "executive" not in names[1]


def test_a_second_round_stands_beside_the_first(desk: Make) -> None:
    # If this fails, the room cannot see whether talking changed anything.
    at = desk()
    at.shown("q1", executive="444", kam="222")
    first = at.html
    at.press("Vote again")
    assert "0 of 6" in at.html
    at.vote("q1", executive="444", kam="444")
    at.press("Show the answers")
    assert "Round 1" in at.html
    assert "Round 2" in at.html
    assert spread(at.room.state, "q1", 1).whole["2"] == 3  # type: ignore[union-attr, index]
    assert at.html.count("stroke-dasharray") > first.count("stroke-dasharray")


def test_a_round_that_was_taken_back_is_compared_to_nothing(desk: Make) -> None:
    # If this fails, votes that were never shown turn up beside the next round.
    at = desk()
    at.shown("q1", executive="444", kam="222")
    at.press("Vote again")
    at.vote("q1", executive="111", kam="111")
    at.press("Take back: vote again on q1", "Vote again")
    at.vote("q1", executive="333", kam="333")
    at.press("Show the answers")
    state = at.room.state
    assert (state.ballots["q1"].round, state.earlier("q1")) == (3, (1,))
    assert spread(state, "q1", 2) is None
    assert "Round 2" not in at.html


def test_what_the_survey_data_and_documents_say_stands_beside(desk: Make) -> None:
    # If this fails, the room discusses opinions while the figures lie in a report.
    survey = replace(
        _survey(),
        measured={"A1": MeasuredLevel(1.7, ("m",))},
        evidence={"A1": Evidenced(3.0, "document", 1, 0)},
        say_do=(SayDo("A1", 4.2, None, 1.7, "measured", 2.5, 0.5, certain=True, n=9),),
    )
    at = desk(survey=survey)
    at.shown("q1", kam="444")
    assert re.search(r"Data show</dt><dd><b[^>]*>1\.7<", at.html)
    assert re.search(r"Documents</dt><dd><b[^>]*>3\.0<", at.html)
    assert re.search(r"Say–do gap</dt><dd><b[^>]*>\+2\.5</b> <span>criterion A1: said 4\.2, shown 1\.7<", at.html)


def test_what_people_write_is_text(desk: Make) -> None:
    # If this fails, a comment runs on the projector.
    at = desk()
    at.people(kam=3)
    at.press("Begin: A", "Next")
    at.vote("q1", comment="<script>alert(1)</script>", kam="333")
    at.press("Show the answers")
    at.room.make(moves.plan(at.room.state.led, "x", "A1", "<img src=x onerror=alert(1)>", "<b>me</b>"))
    at.press("Where we stand")
    whole = "\n".join(entry.value for entry in at.widgets if isinstance(entry, ipywidgets.HTML))
    assert "&lt;img src=x" in whole
    assert not re.search("<script|<img|<b>me", whole)


def test_the_overview_is_live(desk: Make) -> None:
    # If this fails, the room agrees and nothing moves.
    at = desk()
    at.shown("q1", kam="444")
    at.press("2 option 2", "Where we stand")
    assert "1 of 3 questions agreed" in at.html
    assert "agreed 1 of 2, too few for a score" in at.html
    at.room.make(moves.agree(at.room.state.led, "q2", "4"))
    at.room.make(moves.aim(at.room.state.led, "A", 5.0))
    at.room.make(moves.plan(at.room.state.led, "x", "A1", "Late", "", "2027-09-01"))
    at.room.make(moves.plan(at.room.state.led, "y", "B1", "Soon", "Li Wei", "2027-01-01"))
    at.page.show(at.room.state)
    assert "2 of 3 questions agreed" in at.html
    assert "agreed 3.0" in at.html
    assert at.html.index("Soon") < at.html.index("Late")
    assert "1 January 2027" in at.html
    assert re.search(r"A <b>5</b>", at.html)


# -- what is done ----------------------------------------------------------------------------------------------------------


def test_a_workshop_is_led_by_its_buttons(desk: Make) -> None:
    # If this fails, whoever leads needs somebody who knows Python.
    at = desk()
    at.people(executive=3, kam=3)
    stood = []
    for name in ("Begin: A", "Close: A", "Begin: A"):
        at.press(name)
        stood.append(at.room.state.ballots["q1"].status)
    assert stood == ["open", "closed", "open"]
    at.press("Next")
    at.vote("q1", executive="444", kam="222")
    at.press("Show the answers", "3 option 3")
    assert at.room.state.agreed == {"q1": "3"}
    assert "✓ 3 option 3" in at.buttons
    at.press("Take back: agreement on q1")
    assert at.room.state.agreed == {}
    at.press("Does not apply")
    assert at.room.state.agreed == {"q1": "NA"}
    at.press("No agreement")
    assert at.room.state.agreed == {}
    at.press("Next", "Next")
    assert at.room.state.at == "B"
    at.press("Next", "Next")
    assert at.room.state.at == ""
    assert not {"Next", "Previous"} & set(at.buttons), "there is no way on from where the room stands"
    at.press("A 0/2", "Previous")
    assert at.room.state.at == "A"
    assert at.said == "This is where the agenda begins."
    at.press("B 0/1", "q3")
    assert at.room.state.at == "q3"


def test_a_press_that_changes_nothing_says_so(desk: Make) -> None:
    # If this fails, a second press is taken for another one, or for none.
    at = desk()
    at.people(kam=3)
    at.press("Close: A")
    assert at.said == "No question of this dimension is open."
    at.press("Begin: A", "Begin: A")
    assert at.said == "All questions of this dimension are open or shown already."
    at.press("Next")
    assert at.said == ""
    at.vote("q1", kam="333")
    at.press("Show the answers")
    seq = at.room.state.seq
    at.press("Show the answers")
    assert at.said == "The answers are shown already."
    at.press("3 option 3", "✓ 3 option 3")
    assert at.said == "This is agreed already."
    at.press("Stop timer")
    assert at.said == "No timer is running."
    assert at.room.state.seq == seq + 1
    assert "No timer is running." in [entry.tooltip for entry in at.widgets if isinstance(entry, ipywidgets.Button)]


def test_a_button_that_can_do_nothing_looks_so_and_says_why(desk: Make) -> None:
    # If this fails, somebody presses in front of the room, and nothing happens, or a level is agreed before anybody saw a vote.
    at = desk()
    at.people(kam=4)
    levels = [f"{level} option {level}" for level in range(1, 6)]
    timers = [f"{minutes} min timer" for minutes in (1, 3, 5, 10)]

    def off() -> set[str]:
        at.page.show(at.room.state)
        found = [entry for entry in _seen(at.page.widget) if isinstance(entry, ipywidgets.Button)]
        assert all(bool(entry.tooltip) == ("wl-off" in entry._dom_classes) for entry in found), "the reason stands in the tooltip"
        return {entry.description for entry in found if "wl-off" in entry._dom_classes}

    always = {"Stop timer"}
    assert off() == always | {"Close: A", "Previous", "Nothing to take back"}
    at.press("q1")
    assert off() == always | {"Show the answers", "Vote again", "Nothing to take back"}
    for name in ("Show the answers", "Vote again"):
        at.press(name)
        assert "turn to A in the agenda and begin it" in at.said
    at.press("A 0/2", "Begin: A")
    assert off() == always | {"Begin: A", "Previous"}
    at.press("q1")
    deciding = {*levels, "Does not apply", "No agreement"}
    assert off() == always | deciding | {"Vote again"}
    at.press("3 option 3")
    assert at.said == "Show the answers first; then the room can agree."
    assert at.room.state.agreed == {}
    at.vote("q1", kam="3344")
    at.press("Show the answers")
    assert off() == always | {"Show the answers", "No agreement"}
    at.press("3 option 3")
    assert off() == always | {"Show the answers"}
    at.press("Vote again")
    assert off() == always | {"✓ 3 option 3", *levels, "Does not apply", "No agreement", "Vote again"} - {"3 option 3"}
    at.press("Take back: vote again", "Take back: agreement", "Take back: show")
    assert off() == always | {"No agreement"}, "what the room has seen can be agreed on, and voted on again"
    at.press("Target and actions")
    assert off() == always | {"No agreement", "Write the action down", "Remove the action"}
    at.field("What will be done").value = "Meet"
    assert off() == always | {"No agreement", "Remove the action"}
    at.press("End the workshop", "Yes, end the workshop", "A 0/2")
    assert off() >= {*timers, "End the workshop …", "Begin: A", "Close: A", "Write the action down", "Remove the action"}
    at.press("1 min timer")
    assert at.said == "The workshop is over already."


def test_a_move_that_is_refused_is_told_in_words(desk: Make, reasons: list[str]) -> None:
    # If this fails, a button does nothing and nobody knows why.
    at = desk()
    at.people(kam=3)
    at.press("Begin: A")
    at.room.close()  # nobody is told any more
    at.room.make(moves.close(at.room.state.led, "A"))
    at.press("Close: A")
    assert reasons == ["ws_no_someone_else"]
    assert at.said == "ws_no_someone_else"


def test_too_few_answers_are_not_shown_by_a_slip(desk: Make) -> None:
    # If this fails, a press ends a round of which nothing can be seen, and the third answer comes too late.
    at = desk()
    at.people(kam=4)
    at.press("Begin: A", "q1")
    at.press("Show the answers")
    assert "Nobody of 4 has answered yet: nothing can be shown of fewer than three" in at.html
    at.press("Wait for answers")
    assert "Show anyway" not in at.buttons
    at.vote("q1", kam="33")
    at.press("Show the answers")
    assert "2 of 4 have answered: nothing can be shown of fewer than three" in at.html
    assert at.room.state.ballots["q1"].status == "open"
    at.vote("q1", kam="334")
    assert "Show anyway" not in at.buttons, "three have answered meanwhile"
    at.press("q2", "Show the answers", "q1")
    assert "Show anyway" not in at.buttons, "it was asked of another question"
    at.press("q2", "Show the answers", "Show anyway")
    assert at.room.state.ballots["q2"].status == "shown"
    assert "Show anyway" not in at.buttons
    at.press("q1", "Show the answers")
    assert at.room.state.ballots["q1"].status == "shown", "three are enough"


def test_questions_that_too_few_here_are_asked_are_marked(desk: Make) -> None:
    # If this fails, a small room answers questions of which it will never see anything.
    at = desk()
    assert "too few here" not in at.html + "".join(at.buttons), "nobody is here yet"
    at.people(kam=2, sales=1)
    assert "too few here" not in "".join(at.buttons), "three are asked q1 and q2"
    at.press("B 0/1")
    assert "q3 · too few here" in at.buttons
    assert "1 of these 1 questions can never be shown" in at.html
    assert "not asked yet, too few here" in at.html
    at.press("q3")
    assert "Too few here: 2 of those who are asked this have come in" in at.html
    at.people(kam=3)
    assert "too few here" not in at.html + "".join(at.buttons)


def test_what_is_too_little_for_a_score_is_told(desk: Make) -> None:
    # If this fails, "nothing is known" stands beside what the room has just agreed, or a vote that everybody saw is missing.
    at = desk()
    at.shown("q1", kam="344")
    at.room.make(moves.turn(""))
    at.page.show(at.room.state)
    told = re.search(r'role="img" aria-label="([^"]*)"', at.html)
    assert told
    assert "A: vote 1 of 2, too few for a score" in told[1]
    assert "B: nothing is known yet" in told[1]
    assert '<small class="few">1 of 2, too few for a score</small>' in at.html, "of the criterion"
    assert "agreed –; vote 1 of 2, too few for a score" in at.html, "of the dimension"
    at.press("A 0/2", "q1", "4 option 4", "Where we stand")
    assert "A: agreed 1 of 2, too few for a score" in at.html
    assert "agreed 1 of 2, too few for a score; vote 1 of 2, too few for a score" in at.html


def test_of_two_facilitators_the_second_sees_what_the_first_did(desk: Make, reasons: list[str]) -> None:
    # If this fails, two laptops show and agree under each other's hands.
    one, two = desk(), desk()
    one.shown("q1", kam="333")
    two.page.show(one.room.state)
    one.room.close()  # nobody is told any more
    one.press("3 option 3")
    two.press("5 option 5")
    assert reasons == ["ws_no_someone_else"]
    assert one.room.state.agreed == {"q1": "3"}
    assert "✓ 3 option 3" in two.buttons, "what the other did is there now"
    two.press("5 option 5")
    assert one.room.state.agreed == {"q1": "5"}


def test_a_press_that_comes_with_news_is_not_taken_for_them(desk: Make, reasons: list[str]) -> None:
    # If this fails, of two who lead one agrees on the question that the other has turned to in the same moment.
    at = desk()
    at.shown("q2", kam="333")
    at.shown("q1", kam="333")
    at.look()
    at.room.make(moves.turn("q2"))
    at.page.show(at.room.state)
    at.button("3 option 3").click()
    assert at.room.state.agreed == {}
    at.press("Target and actions")
    at.room.make(moves.turn("A"))
    at.page.show(at.room.state)
    at.field("Target of A").value = "4"
    assert reasons == ["ws_no_someone_else"] * 2
    assert (at.room.state.targets, at.field("Target of A").value) == ({}, "")
    at.room.make(moves.turn("q2"))
    at.page.show(at.room.state)
    at.button("1 min timer").click()
    assert at.room.state.timer, "what decides nothing may be done at any time"
    at.now[0] += 1
    at.button("3 option 3").click()
    assert at.room.state.agreed == {"q2": "3"}
    at.button("Next").click()
    at.button("Begin: B").click()
    assert "q3" in at.room.state.ballots, "one's own turn is no news"


def test_a_choice_that_is_refused_is_not_left_standing(desk: Make, reasons: list[str]) -> None:
    # If this fails, the field says a target that nobody has set.
    at = desk()
    at.press("Target and actions")
    at.room.make(moves.end(at.room.state.led))
    at.page.show(at.room.state)
    at.press("A 0/2")
    at.look()
    at.field("Target of A").value = "4"
    assert reasons == ["ws_no_ended"]
    assert at.field("Target of A").value == ""


def test_a_store_that_cannot_be_written_is_told(desk: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    # If this fails, the room believes in an agreement that is not kept.
    at = desk()
    at.shown("q1", kam="333")

    def full(_: moves.Move) -> State:
        raise StoreError(Fault("cannot use 'workshop.sqlite': disk <full>", "Make room there."))

    monkeypatch.setattr(at.room, "make", full)
    at.press("3 option 3")
    assert "disk &lt;full&gt;. Make room there." in at.said
    assert "✓ 3 option 3" not in at.buttons


def test_targets_and_actions_are_written_down(desk: Make) -> None:
    # If this fails, an hour of talk ends in nothing that anybody has to do.
    at = desk(library=LIBRARY)
    at.press("q1", "Target and actions")
    at.field("Target of A").value = "4"
    assert at.room.state.targets == {"A": 4.0}
    at.field("Target of A").value = ""
    assert at.room.state.targets == {}
    assert at.field("Criterion").value == "A1"
    at.field("Suggestion").value = "A1.2"
    assert at.field("What will be done").value == "Write a list"
    assert at.field("Owner").value == "Head of sales"
    at.field("Due").value = dt.date(2027, 3, 31)
    at.press("Write the action down")
    (action,) = at.room.state.actions.values()
    assert (action.criterion, action.do, action.owner, action.due) == ("A1", "Write a list", "Head of sales", "2027-03-31")
    assert at.said == "Written down: Write a list"
    assert at.field("What will be done").value == ""
    at.field("Action").value = action.action
    assert at.field("What will be done").value == "Write a list"
    at.field("What will be done").value = "Write a long list"
    at.press("Write the action down")
    assert [entry.do for entry in at.room.state.actions.values()] == ["Write a long list"]
    at.field("Action").value = action.action
    at.press("Remove the action")
    assert at.room.state.actions == {}
    at.press("Remove the action")
    assert at.said == "Choose the action to remove first."
    at.press("Write the action down")
    assert at.said == "Write what will be done first."
    at.field("What will be done").value = "Another"
    at.press("Write the action down")
    assert list(at.room.state.actions) != [action.action], "an id is not used again"


def test_suggestions_lead_on_from_what_the_room_agreed(desk: Make) -> None:
    # If this fails, a room that has just agreed on level 2 is offered what leads there.
    at = desk(library=LIBRARY)
    at.shown("q1", executive="222", kam="222")
    at.press("Target and actions")
    assert [value for _, value in at.field("Suggestion").options][1:] == ["A1.2", "A1.3"]
    at.vote("q2", executive="222", kam="222")
    at.room.make(moves.show(at.room.state.led, "q2"))
    for question in ("q1", "q2"):
        at.room.make(moves.agree(at.room.state.led, question, "2"))
    at.page.show(at.room.state)
    assert [value for _, value in at.field("Suggestion").options][1:] == ["A1.3", "A1.2"]


def test_the_agreement_of_a_few_votes_has_no_word(desk: Make) -> None:
    # If this fails, three people who happen to say the same read that their unit agrees very strongly.
    few, many = desk(), desk()
    few.shown("q1", executive="44", kam="44")
    assert "too few votes for a word" in few.html
    few.people(executive=3, kam=3)
    few.vote("q2", executive="444", kam="444")
    few.room.make(moves.show(few.room.state.led, "q2"))
    many.page.show(few.room.state)
    assert "too few votes for a word" not in many.html


def test_what_was_not_shown_or_agreed_yet_is_called_so(desk: Make) -> None:
    # If this fails, a room that has just voted reads that nobody answered.
    at = desk()
    at.people(executive=3, kam=3)
    at.room.make(moves.begin(at.room.state.led, "A"))
    at.vote("q1", executive="444", kam="444")
    assert "no vote shown yet" in at.html
    assert "nothing agreed yet" in at.html
    assert "no answers" not in at.html


def test_what_is_being_typed_stays(desk: Make) -> None:
    # If this fails, a vote or a turn to the next question empties the field under somebody's hands.
    at = desk(library=LIBRARY)
    at.people(kam=3)
    at.press("Begin: A", "Next", "Target and actions")
    at.field("What will be done").value = "Half a sen"
    at.field("Owner").value = "Li"
    at.vote("q1", kam="333")
    at.press("Show the answers", "B 0/1")
    assert at.field("What will be done").value == "Half a sen"
    assert at.field("Owner").value == "Li"
    assert at.field("Criterion").value == "A1", "it was written for this one"


def test_the_timer_runs_by_the_given_time(desk: Make) -> None:
    # If this fails, the discussion has no end, or ends at once.
    at = desk()
    assert "timer" not in at.html
    at.press("3 min timer")
    assert at.room.state.timer == NOON + 180
    for passed, shown in (
        (0.0, "3:00"),
        (0.4, "3:00"),
        (61.0, "1:59"),
        (179.5, "0:01"),
        (180.0, "Time is up"),
        (500.0, "Time is up"),
    ):
        at.now[0] = NOON + passed
        at.page.show(at.room.state)
        assert f">{shown}<" in at.html
    at.press("Stop timer")
    assert "timer" not in at.html


def test_the_end_is_asked_for_twice_and_can_be_taken_back(desk: Make) -> None:
    # If this fails, a slip ends the workshop for sixty people.
    at = desk()
    at.press("End the workshop")
    assert not at.room.state.ended
    at.press("No, go on")
    assert "Yes, end the workshop" not in at.buttons
    at.press("End the workshop", "Yes, end the workshop")
    assert at.room.state.ended
    assert "The workshop is over" in at.html
    assert "Yes, end the workshop" not in at.buttons
    at.press("End the workshop")
    assert at.said == "The workshop is over already."
    at.press("Take back: end of the workshop")
    assert not at.room.state.ended


def test_the_minutes_are_made_while_the_page_goes_on(desk: Make) -> None:
    # If this fails, the page is dead while minutes are made, and what is pressed then happens unseen.
    go, made = threading.Event(), []

    def make() -> list[str]:
        assert go.wait(20)
        made.append(1)
        return [f"reports/w/U/minutes.{end}" for end in ("en.html", "en.pdf", "zh.html", "<zh>.pdf")]

    at = desk(minutes=make)
    at.press("Make the minutes")
    assert at.said == "Nothing was shown, agreed or planned yet, so there are no minutes."
    at.shown("q1", kam="333")
    other = _second_page(at)
    at.press("Make the minutes")
    assert "Making the minutes …" in at.html
    for page in (at, other):
        page.page.show(at.room.state)
        page.press("Make the minutes")
        assert page.said.startswith("Making the minutes …"), "once at a time"
    at.press("3 option 3")
    assert at.room.state.agreed == {"q1": "3"}, "nothing waits for it"
    go.set()
    _making(at).wait()
    assert made == [1]
    assert "in the engagement folder, under reports/w/U:" in at.html
    assert re.search(r"<li><b>Web page</b> minutes\.en\.html, minutes\.zh\.html</li>", at.html)
    assert "<b>PDF</b> minutes.en.pdf, minutes.&lt;zh&gt;.pdf" in at.html
    assert "Something was done since" in at.html, "a level was agreed on after they were"
    assert at.button("Make the minutes").tooltip is None
    other.page.show(at.room.state)
    other.press("Join")


def test_minutes_are_named_as_the_engagement_knows_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # If this fails, the projector shows where somebody's files lie on a disk.
    names = [tmp_path / "reports" / "w" / "U" / "minutes.en.html", Path("/elsewhere/minutes.en.pdf")]
    made = SimpleNamespace(returncode=0, stdout="".join(f"{name}\n" for name in names), stderr="")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: made)
    recorder = SimpleNamespace(write=lambda: names, folder=tmp_path)
    about = SimpleNamespace(unit=UNIT, wave="w")
    assert make_minutes(recorder, about) == ["reports/w/U/minutes.en.html", "minutes.en.pdf"]  # type: ignore[arg-type]


def _second_page(at: Desk) -> Desk:
    """A second page of the same lead."""
    return Desk(at.room, at.lead, at.now)


def _making(at: Desk) -> Making:
    found = at.page.show.__self__.foot.minutes.making  # type: ignore[attr-defined]
    assert isinstance(found, Making)
    return found


@pytest.mark.parametrize("error", [ReportError(Fault("cannot write 'minutes.html'", "Make room there")), OSError("no <memory>")])
def test_minutes_that_cannot_be_made_say_why(desk: Make, error: Exception) -> None:
    # If this fails, a full disk is a dead button.
    def fails() -> list[str]:
        raise error

    at = desk(minutes=fails)
    at.shown("q1", kam="333")
    at.press("Make the minutes")
    _making(at).wait()
    assert "could not be made: " in at.html
    assert ("cannot write" if isinstance(error, ReportError) else "OSError") in at.html
    assert at.button("Make the minutes").tooltip is None, "it can be tried again"
    assert "Make the minutes" not in desk().buttons


def test_a_date_that_has_passed_is_noted(desk: Make) -> None:
    # If this fails, a slip of the year stands in the minutes.
    at = desk()
    at.press("q1", "Target and actions")
    today = dt.datetime.fromtimestamp(NOON).astimezone().date()
    for day, past in ((today, False), (today - dt.timedelta(1), True)):
        at.field("What will be done").value = "Meet"
        at.field("Due").value = day
        assert ("is in the past" in at.html) == past
        at.press("Write the action down")
        assert ("is in the past" in at.said) == past
    assert "Actions written down: 2" in at.html
    assert len(at.room.state.actions) == 2
    at.press("B 0/1")
    assert "Actions written down: 0" in at.html, "of this dimension"
    assert [value for _, value in at.field("Criterion").options] == ["B1", "A1"], "its own stand first"


@pytest.mark.parametrize(("link", "alone"), [("http://127.0.0.1:8765/?code=1", True), ("http://[::1]:1/", True), (LINK, False)])
def test_an_address_that_no_phone_opens_is_told(desk: Make, link: str, alone: bool) -> None:
    # If this fails, a room full of phones scans a code that opens nothing.
    assert ("--host 0.0.0.0" in desk(link=link).html) == alone


def test_keys_press_what_stands_on_the_page(desk: Make) -> None:
    # If this fails, the key 3 agrees on another level, or keys go on to work for whoever has switched them off.
    at = desk()
    at.shown("q1", kam="344")

    def pressed_by(key: str) -> list[str]:
        found = [entry for entry in _seen(at.page.widget) if f"wl-key-{key}" in getattr(entry, "_dom_classes", ())]
        return [entry.description for entry in found]

    assert [pressed_by(key) for key in ("3", "show", "again", "previous", "next")] == [
        ["3 option 3"], ["Show the answers"], ["Vote again"], ["Previous"], ["Next"],
    ]  # fmt: skip
    assert pressed_by("0") == []
    named = set(re.findall(r"wl-key-([a-z]+)", script()))
    assert named == {"show", "again", "previous", "next"}
    assert "wl-keys-on" in at.page.widget._dom_classes
    at.press("Keys: S show")
    assert "wl-keys-on" not in at.page.widget._dom_classes
    at.press("Keys are off")
    assert "wl-keys-on" in at.page.widget._dom_classes
    assert "wl-keys-on" not in desk(link="").page.widget._dom_classes, "a notebook has keys of its own"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_would_be_taken_back_has_a_name(desk: Make, language: str) -> None:
    # If this fails, undoing is a gamble.
    at = desk(language)
    at.people(kam=3)
    table = at.room
    for move in (
        lambda led: moves.begin(led, "A"),
        lambda led: moves.close(led, "A"),
        lambda led: moves.begin(led, "A"),
        lambda led: moves.show(led, "q1"),
        lambda led: moves.ask_again(led, "q1"),
        lambda led: moves.agree(led, "q1", "3"),
        lambda led: moves.aim(led, "A", 3.0),
        lambda led: moves.plan(led, "x", "A1", "Do"),
        lambda led: moves.drop(led, "x"),
        moves.end,
    ):
        table.make(move(table.state.led))
    at.page.show(table.state)
    names = []
    prefix = "Take back: " if language == "en" else "撤销："
    while at.room.state.undoable:
        names.append(at.button(prefix).description)
        at.press(prefix)
    assert len(names) == 10
    assert len(set(names)) == 9, "begin stands twice"
    assert at.room.state.ballots == {}


# -- how little changes ----------------------------------------------------------------------------------------------------


def _changes(widget: ipywidgets.Widget) -> list[tuple[ipywidgets.Widget, str]]:
    found: list[tuple[ipywidgets.Widget, str]] = []
    for entry in _all(widget):
        for part in (entry, entry.layout):
            part.observe(lambda change, at=entry: found.append((at, change["name"])), names=All)
    return found


@pytest.mark.parametrize("place", ["q1", "A"])
def test_a_vote_changes_one_line(desk: Make, place: str) -> None:
    # If this fails, sixty votes redraw the projector sixty times.
    at = desk()
    at.people(kam=3, sales=3)
    at.press("Begin: A")
    at.room.make(moves.turn(place))
    at.page.show(at.room.state)
    at.vote("q1", kam="2")
    changed = _changes(at.page.widget)
    at.vote("q1", sales="3")
    assert {name for _, name in changed} == {"value"}
    (only,) = {entry for entry, _ in changed}
    assert "2 of 6" in only.value


def test_widgets_are_made_once(desk: Make) -> None:
    # If this fails, whoever works with the keyboard loses the place at every press.
    at = desk(library=LIBRARY)
    before = at.widgets
    at.people(executive=3, kam=3)
    at.press("Begin: A", "Next")
    at.vote("q1", executive="444", kam="222")
    at.press("Show the answers", "3 option 3", "Target and actions", "Vote again", "Where we stand", "B 0/1", "1 min timer")
    at.press("End the workshop", "Yes, end the workshop")
    assert at.widgets == before
    assert not any(entry.disabled for entry in before if isinstance(entry, ipywidgets.Button))


def test_pages_of_one_lead_share_what_is_drawn(desk: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    # If this fails, each browser that looks at the projector costs a drawing.
    made: list[str] = []

    def noted(*given: object, **named: object) -> object:
        made.append("votes")
        return plot_votes(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr("kamassess.workshop.projected.plot_votes", noted)
    one = desk()
    two = build(one.lead)
    one.shown("q1", kam="222", sales="333")
    two.show(one.room.state)
    one.vote("q2", kam="222")
    two.show(one.room.state)
    assert made == ["votes", "votes"], "one wide, one narrow"


def test_a_page_never_goes_back(desk: Make) -> None:
    # If this fails, a late message shows the room what no longer holds.
    at = desk()
    before = at.room.state
    at.people(kam=3)
    at.press("Begin: A")
    html = at.html
    at.page.show(before)
    assert at.html == html


@pytest.mark.parametrize("language", ["en", "zh"])
def test_any_questionnaire_can_be_led(tmp_path: Path, language: str) -> None:
    # If this fails, a model with ten levels or with halves stops the page.
    odd = instrument({"A": {"A1": ["q1"], "A2": ["q2"]}}, options=(0.5, 1.5, 4.0), scales={"q2": range(11)}, roles=("r",))
    _lead_through(odd, tmp_path, language)


def _lead_through(asked: Instrument, folder: Path, language: str) -> None:
    store = Store(folder / "odd.sqlite")
    room = Room(store, store.open_session(opened(asked), draw_code), asked, alone=True)
    at = Desk(room, Lead(room, UNIT, locale(language), default_brand(), None, "", lambda: NOON), [NOON])
    at.people(r=3)
    room.make(moves.begin(room.state.led, "A"))
    for question, answer in (("q1", "1.5"), ("q2", "10")):
        for person in range(3):
            room.make(moves.answer(f"r{person}", question, 1, answer))
        room.make(moves.show(room.state.led, question))
        at.page.show(room.state)
        assert 'role="img"' in at.html
        at.press(f"{answer} {'option' if language == 'en' else '中option'}")
        assert room.state.agreed[question] == answer
    room.make(moves.aim(room.state.led, "A", 2.5))
    room.make(moves.turn(""))
    at.page.show(room.state)
    assert "2.5" in at.html
    room.close()
    store.close()


def test_rules_stay_below_the_page() -> None:
    # If this fails, the page changes how the notebook around it looks.
    css = re.sub(r"/\*.*?\*/", "", _rules(), flags=re.DOTALL)
    selectors = [part.strip() for part in re.findall(r"([^{}]+)\{", css) if not part.strip().startswith("@")]
    assert len(selectors) > 50
    names = [name.strip() for whole in selectors for name in re.split(r",(?![^(]*\))", whole)]
    around = [name for name in names if not name.startswith(".kam-ws-lead")]
    assert all(name.endswith(":has(.kam-ws-lead)") for name in around), around
    assert len(around) == 2, "the outputs that hold the page, and where the window may scroll to"
    assert "--accent:" in style(default_brand())


def _survey() -> UnitResult:
    """What a survey of the small instrument came to."""
    rows: list[Row] = [
        ("U", f"{role}{index}", role, {"q1": 4 + index % 2, "q2": 4}) for role in ("executive", "kam") for index in range(3)
    ]
    found: UnitResult = result(small(), rows).units["U"]
    return found
