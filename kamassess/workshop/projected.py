"""What stands on the projector, as HTML made from a state: nothing is computed here, and nothing unseen is in it.

Votes come from :mod:`kamassess.workshop.shown` and :mod:`kamassess.workshop.voted`, which leave out what a room may not see; what
the survey, the data and documents say of a question is held back until its answers are shown, and of a dimension until its first
questions are, so that it leads nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kamassess.charts import Pen, Sheet, as_svg
from kamassess.document import Chart
from kamassess.instrument import Criterion, Dimension, Question
from kamassess.reading.answer_words import value_text
from kamassess.render.drawing import redraw
from kamassess.result import Block, SayDo, UnitResult
from kamassess.scoring.anonymity import ANONYMITY
from kamassess.scoring.workshop import WORDED
from kamassess.workshop.leading import Lead, criterion_of, dimension_of, told
from kamassess.workshop.projected_charts import Levels, plot_votes
from kamassess.workshop.shown import Spread, spread, turnout
from kamassess.workshop.state import State
from kamassess.workshop.voted import score_agreed, score_votes

__all__ = ["Fact", "Projected", "few_here", "told_of", "votes_shown"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One large figure: what it is, the mark of its kind, and what it rests on or why there is none."""

    kind: str
    label: str
    value: str
    note: str = ""


class Projected:
    """Parts of the page for one lead, each made once for what it rests on."""

    def __init__(self, lead: Lead) -> None:
        self.lead, self.words, self.survey = lead, lead.words, lead.survey
        self.instrument = lead.room.instrument

    # -- scores --------------------------------------------------------------------------------------------------------

    def votes(self, state: State) -> UnitResult:
        """What the votes that were shown come to."""
        found: UnitResult = self.lead.kept.of("votes", votes_shown(state), lambda: score_votes(state, self.lead.unit))
        return found

    def agreed(self, state: State) -> UnitResult:
        """What the agreed answers come to."""
        found: UnitResult = self.lead.kept.of("agreed", state.agreed, lambda: score_agreed(state, self.lead.unit))
        return found

    # -- a question ----------------------------------------------------------------------------------------------------

    def asked(self, state: State, question: Question) -> str:
        """The question itself, and where it stands."""
        criterion, block = criterion_of(self.instrument, question.id), dimension_of(self.instrument, question.id)
        ballot = state.ballots.get(question.id)
        roles = [self.words.of(role.name) for role in self.instrument.roles if role.id in question.roles]
        return told(
            "asked",
            words=self.words,
            id=question.id,
            dimension=self.words.of(block.name) if block else "",
            criterion=self.words.of(criterion.name) if criterion else "",
            text=self.words.of(question.text),
            roles=self.words("wl_asked_of", roles=self.words.list(roles)),
            status=self.status(state, question.id),
            round=ballot.round if ballot else 1,
            small=ballot is not None and ballot.status == "shown",
        )

    def status(self, state: State, question: str) -> str:
        """Where a question stands, in a word or two."""
        ballot, agreed = state.ballots.get(question), state.agreed.get(question)
        if agreed:
            return self.words("wl_is_agreed", answer=self.answer(agreed))
        stands = self.words(f"wl_is_{ballot.status}" if ballot else "wl_is_waiting")
        return self.words("wl_is_few", stands=stands) if few_here(state, question) else stands

    def mark(self, state: State, question: str) -> str:
        """Where a question stands, for a list."""
        ballot, agreed = state.ballots.get(question), state.agreed.get(question)
        if agreed:
            return self.words("wl_agree_taken", name=self.answer(agreed))
        if few_here(state, question):
            return self.words("wl_mark_few")
        return self.words(f"wl_mark_{ballot.status}" if ballot else "wl_mark_waiting")

    def answer(self, answer: str) -> str:
        """An answer in few letters."""
        return self.words("wl_na_short") if answer == "NA" else answer

    def count(self, state: State, question: str) -> str:
        """How many have answered, and nothing else."""
        found, ballot = turnout(state, question), state.ballots.get(question)
        few = self.words("wl_few_here", of=found.asked) if few_here(state, question) else ""
        if ballot is None:
            return told("note", words=self.words, text=few) if few else ""
        if ballot.status == "shown":
            return ""
        said = self.words("wl_count", n=found.answered, of=found.asked)
        share = f"{100 * (found.answered / found.asked if found.asked else 0.0):.0f}"
        return told("count", words=self.words, said=said, share=share, open=ballot.status == "open", few=few)

    def anchors(self, state: State, question: Question) -> str:
        """What one would see at each option."""
        agreed = state.agreed.get(question.id, "")
        options = [
            (
                value_text(option.value),
                self.words.of(option.label),
                self.words.of(question.anchors[option.value]) if option.value in question.anchors else "",
                value_text(option.value) == agreed,
            )
            for option in question.scale.options
        ]
        return told("anchors", words=self.words, options=options)

    def shown(self, state: State, question: Question) -> str:
        """How a question was answered, with all that is known of it beside; nothing until it is shown."""
        found = spread(state, question.id)
        if found is None:
            return ""
        rounds = state.earlier(question.id)
        given = [state.answers.get((question.id, number)) for number in (*rounds, found.round)]
        rests_on = (question.id, rounds, found.round, given, state.agreed.get(question.id), self._target(state, question.id))
        made: str = self.lead.kept.of("shown", rests_on, lambda: self._shown(state, question, found))
        return made

    def _shown(self, state: State, question: Question, found: Spread) -> str:
        rounds = state.earlier(question.id)
        before = spread(state, question.id, rounds[-1]) if rounds else None
        if before is not None and before.whole is None:
            before = None
        roles = {role.id: self.words.of(role.name) for role in self.instrument.roles}
        drawing = None
        if found.whole is not None:
            levels, agreed = self._question_levels(state, question), state.agreed.get(question.id, "")

            def plot(pen: Pen) -> Sheet:
                return plot_votes(found, before, question, levels, roles, agreed, pen)

            drawing = self.drawing("votes", self._told_votes(question, found, roles), plot)
        unseen = [roles[role] for role in found.unseen]
        return told(
            "shown",
            words=self.words,
            drawing=drawing,
            rounds=(before.round, found.round) if before else None,
            few=found.whole is None,
            n=found.n,
            unseen=self.words.list(unseen) if unseen else "",
            facts=self._facts(state, question, found),
            comments=found.comments,
        )

    def _told_votes(self, question: Question, found: Spread, roles: dict[str, str]) -> str:
        """The drawing in words."""
        named = {value_text(option.value): value_text(option.value) for option in question.scale.options}
        named |= {word: self.words(f"wl_answer_{word.lower()}") for word in ("DK", "NA")}
        rows = [(self.words("wl_everybody"), found.whole or {}), *((roles[role], counts) for role, counts in found.roles.items())]
        said = []
        for name, counts in rows:
            parts = [self.words("wl_chose", n=count, option=named[key]) for key, count in counts.items() if count]
            said.append(self.words("wl_row_told", name=name, parts=self.words("wl_separator").join(parts)))
        return self.words("wl_full_stop").join([*said, ""]).strip()

    def _facts(self, state: State, question: Question, found: Spread) -> list[Fact]:
        words, facts = self.words, []
        if found.whole is not None:
            vote = self.votes(state).questions[question.id]
            note = words("wl_of_votes", n=vote.n) if vote.n else words("wl_no_option")
            facts.append(Fact("voted", words("wl_vote"), words.score(vote.score), note))
            if vote.rwg is None:
                facts.append(Fact("", words("wl_agreement"), words.score(None), words("reason_too_few_answers")))
            else:
                rwg = words.number(vote.rwg, 2)
                few = (vote.n or 0) < WORDED
                said = (rwg, words("wl_few_votes")) if few else (words(f"band_{vote.band}"), words("wl_rwg", value=rwg))
                facts.append(Fact("", words("wl_agreement"), *said))
        if self.survey is None:
            return facts
        criterion = criterion_of(self.instrument, question.id)
        if self.survey.asked:
            asked = self.survey.questions[question.id]
            told = words("wl_of_survey", n=asked.n) if asked.n is not None else ""
            note = words(f"reason_{asked.reason}") if asked.score is None else told
            facts.append(Fact("claimed", words("wl_survey"), words.score(asked.score), note))
        return facts + (self._known(criterion) if criterion else [])

    def _known(self, criterion: Criterion) -> list[Fact]:
        """What the data measure, what documents prove, and how far that is from what is said."""
        words, facts, survey = self.words, [], self.survey
        if survey is None:
            return []
        if (measured := survey.measured.get(criterion.id)) is not None:
            note = words(f"reason_{measured.reason}") if measured.reason else words("wl_of_metrics", n=len(measured.metrics))
            facts.append(Fact("measured", words("wl_known_measured"), words.score(measured.level), note))
        if (proof := survey.evidence.get(criterion.id)) is not None:
            note = words(f"reason_{proof.reason}") if proof.reason else words(f"evidence_{proof.kind}")
            facts.append(Fact("evidenced", words("wl_known_evidenced"), words.score(proof.level), note))
        gap = next((entry for entry in survey.say_do if entry.criterion == criterion.id), None)
        if gap is not None:
            facts.append(self._gap(gap))
        return facts

    def _gap(self, gap: SayDo) -> Fact:
        """What is said of a criterion less what is shown, as the report has it: each figure is rounded for itself."""
        words, tenths = self.words, round(gap.difference, 1)
        claimed, shown = self.score(gap.claimed), words.score(gap.shown)
        adds_up = round(round(gap.claimed, 1) - round(gap.shown, 1) - tenths, 1) == 0
        note = words("wl_gap_note" if adds_up else "wl_gap_note_rounded", id=gap.criterion, claimed=claimed, shown=shown)
        sign = "" if tenths == 0 else "+" if tenths > 0 else "−"
        return Fact("gap", words("wl_gap"), sign + words.number(abs(gap.difference)), note)

    def _question_levels(self, state: State, question: Question) -> Levels:
        criterion, survey = criterion_of(self.instrument, question.id), self.survey
        name = criterion.id if criterion else ""
        measured, proof = (survey.measured.get(name), survey.evidence.get(name)) if survey else (None, None)
        return Levels(
            claimed=survey.questions[question.id].score if survey and survey.asked else None,
            voted=self.votes(state).questions[question.id].score,
            evidenced=proof.level if proof else None,
            measured=measured.level if measured else None,
        )

    # -- a dimension ---------------------------------------------------------------------------------------------------

    def block(self, state: State, block: Dimension) -> str:
        """A dimension's heading, and where it stands."""
        about = self.words.of(block.about) if block.about else ""
        rests_on = (block.id, votes_shown(state), state.agreed, state.targets, told_of(state, block))
        made: str = self.lead.kept.of(
            "block",
            rests_on,
            lambda: told(
                "block", words=self.words, name=self.words.of(block.name), about=about, facts=self._stands(state, block)
            ),
        )
        return made

    def listed(self, state: State, block: Dimension) -> str:
        """The questions of a dimension, with how many have answered each."""
        rows = []
        for question in state.questions(block.id):
            found, ballot = turnout(state, question.id), state.ballots.get(question.id)
            count = self.words("wl_count_short", n=found.answered, of=found.asked) if ballot else ""
            rows.append((question.id, self.words.of(question.text), self.status(state, question.id), count))
        few = sum(few_here(state, question.id) for question in state.questions(block.id))
        note = self.words("wl_few_listed", n=few, of=len(rows)) if few else ""
        return told("listed", words=self.words, rows=rows, note=note)

    def _stands(self, state: State, block: Dimension) -> list[Fact]:
        words, levels = self.words, self.levels(state, block)
        facts = []
        survey = self.survey if told_of(state, block) else None
        if self.survey is not None and survey is None:
            facts.append(Fact("", words("wl_survey_and_data"), words.score(None), words("wl_held_back")))
        if survey is not None and survey.asked:
            facts.append(self._fact("claimed", "wl_survey", _blocks(survey)[block.id]))
        for kind, label, found in (("voted", "wl_vote", self.votes(state)), ("agreed", "wl_agreed", self.agreed(state))):
            none = words("wl_no_vote_yet" if kind == "voted" else "wl_none_agreed")
            few = self.few_of(found, state.questions(block.id)) or none
            facts.append(self._fact(kind, label, _blocks(found)[block.id], few))
        known = survey.known.get(block.id) if survey else None
        for kind in ("measured", "evidenced"):
            level, count = getattr(levels, kind), getattr(known, f"n_{kind}", 0)
            if level is not None:
                note = words("wl_of_criteria", n=count, of=len(block.criteria))
                facts.append(Fact(kind, words(f"wl_known_{kind}"), words.score(level), note))
        target = (
            words("wl_target_open")
            if levels.target is None
            else words("wl_target_of_room" if self._own(state, block) else "wl_target_before")
        )
        return [*facts, Fact("target", words("wl_target"), words.score(levels.target), target)]

    def _fact(self, kind: str, label: str, found: Block, few: str = "") -> Fact:
        note = few or self.words(f"reason_{found.reason}") if found.score is None else ""
        return Fact(kind, self.words(label), self.score(found.score), note)

    def few_of(self, found: UnitResult, questions: Sequence[Question]) -> str:
        """How many of some questions have a figure, where those are too few for one of them all; nothing where none has."""
        n = sum(found.questions[question.id].score is not None for question in questions)
        return self.words("wl_few_of", n=n, of=len(questions)) if n else ""

    def score(self, value: float | None) -> str:
        """The score of a block, as reports write it: never rounded up to a level that it has not reached."""
        return self.words.score(value, self.instrument.starts)

    def _own(self, state: State, block: Dimension) -> bool:
        return block.id in state.targets

    def _target(self, state: State, at: str) -> float | None:
        block = dimension_of(self.instrument, at)
        if block is None:
            return None
        return state.targets.get(block.id, self.lead.unit.targets.get(block.id))

    def levels(self, state: State, block: Dimension) -> Levels:
        """All that may be seen of a dimension."""
        survey = self.survey if told_of(state, block) else None
        known = survey.known.get(block.id) if survey else None
        claimed = _blocks(survey)[block.id] if survey and survey.asked else None
        return Levels(
            claimed=claimed.score if claimed else None,
            interval=claimed.interval if claimed else None,
            voted=_blocks(self.votes(state))[block.id].score,
            agreed=_blocks(self.agreed(state))[block.id].score,
            evidenced=known.evidenced if known else None,
            measured=known.measured if known else None,
            target=self._target(state, block.id),
            why_not=self._why_not(state, block),
        )

    def _why_not(self, state: State, block: Dimension) -> str:
        """What there is of a dimension where it comes to no score yet."""
        asked = state.questions(block.id)
        agreed, voted = self.few_of(self.agreed(state), asked), self.few_of(self.votes(state), asked)
        if agreed or voted:
            return self.words(
                "wl_level_told", kind=self.words(f"wl_key_{'agreed' if agreed else 'voted'}"), value=agreed or voted
            )
        return self.words("wl_held_back_row" if self.survey is not None and not told_of(state, block) else "wl_nothing_known")

    # -- drawings ------------------------------------------------------------------------------------------------------

    def drawing(self, name: str, alt: str, plot: Callable[[Pen], Sheet]) -> dict[str, object]:
        """A drawing for a wide and for a narrow page, in the colours of the page."""
        pens = [Pen(self.words, self.lead.brand, narrow=narrow) for narrow in (False, True)]
        wide, narrow = (as_svg(plot(pen)) for pen in pens)
        drawings, rules = redraw(Chart(name, "", "", alt, wide, narrow, (), pens[0].palette))
        return {"alt": alt, "drawings": drawings, "rules": rules}


def _blocks(unit: UnitResult) -> dict[str, Block]:
    """Dimensions and screens."""
    return {**unit.dimensions, **unit.screens}


def few_here(state: State, question: str) -> bool:
    """Whether too few of those who are asked a question have come in for it ever to be shown; False while nobody is here."""
    ballot, roles = state.ballots.get(question), state.instrument.questions[question].roles
    if not state.people or (ballot is not None and ballot.status == "shown"):
        return False
    return sum(person.role in roles for person in state.people.values()) < ANONYMITY


def told_of(state: State, block: Dimension) -> bool:
    """Whether the room may hear what is known of a dimension: answers to it were shown, and nobody still thinks about others."""
    ballots = [ballot for asked in state.questions(block.id) if (ballot := state.ballots.get(asked.id))]
    first = any(ballot.status == "open" and ballot.round == 1 for ballot in ballots)
    return state.ended or (not first and any(ballot.status == "shown" or ballot.round > 1 for ballot in ballots))


def votes_shown(state: State) -> list[tuple[str, int, object]]:
    """What scores of votes rest on."""
    return [
        (name, ballot.round, state.answers.get((name, ballot.round)))
        for name, ballot in state.ballots.items()
        if ballot.status == "shown"
    ]
