"""A workshop as a reader sees it: its blocks, questions and actions in words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from kamassess.document import Cell, Rich, Run, rich
from kamassess.instrument import Dimension, Question
from kamassess.result import Block, Reason, VotedBlock, VoteRound, Workshop, option_key
from kamassess.sections.view import View

__all__ = ["DASH", "MinutesView"]

DASH = "–"
_BETWEEN = {"en": " ", "zh": ""}
_REASONS = {Reason.NO_ANSWERS: "wm_reason_not_voted"}
"""Why a vote has no score, where the words of a survey would say something else."""
_OF_AGREED = {Reason.NO_ANSWERS: "wm_reason_not_agreed", Reason.LOW_COVERAGE: "wm_reason_agreed_low"}


@dataclass(frozen=True)
class MinutesView(View):
    """What sections about the workshop of a unit are made from."""

    @classmethod
    def of(cls, view: View) -> MinutesView:
        """The same unit, seen by its workshop."""
        return cls(view.result, view.words, view.brand, view.unit)

    @property
    def held(self) -> Workshop:
        """The workshop; a view is made only of a unit that had one."""
        if self.unit.workshop is None:
            raise ValueError("the unit had no workshop")
        return self.unit.workshop

    @cached_property
    def blocks(self) -> tuple[Dimension, ...]:
        """Dimensions and screens that the workshop came to something in, or had on its agenda, in the order of the agenda."""
        told = {self.block_of[name] for name in self.held.questions}
        by_id = {block.id: block for block in self.instrument.blocks}
        order = dict.fromkeys([*self.held.agenda, *(name for name in by_id if name in told)])
        return tuple(by_id[name] for name in order if name in by_id and (name in told or name in self.held.agenda))

    @cached_property
    def dimensions(self) -> tuple[Dimension, ...]:
        """Those of :attr:`reached` that count as dimensions."""
        screens = {screen.id for screen in self.instrument.screens}
        return tuple(block for block in self.reached if block.id not in screens)

    @cached_property
    def reached(self) -> tuple[Dimension, ...]:
        """Those of :attr:`blocks` that the workshop came to something in: a vote, an agreed answer, or a target."""
        told = {self.block_of[name] for name in self.held.questions} | set(self.held.targets)
        return tuple(block for block in self.blocks if block.id in told)

    @cached_property
    def discussed(self) -> tuple[Dimension, ...]:
        """Those of which a question was shown or agreed."""
        told = {self.block_of[name] for name in self.held.questions}
        return tuple(block for block in self.blocks if block.id in told)

    @cached_property
    def unreached(self) -> tuple[tuple[Dimension, tuple[str, ...]], ...]:
        """Blocks of the agenda with their questions that were neither shown nor agreed; none that were all reached."""
        found = []
        for block in self.blocks:
            left = [entry.id for part in block.criteria for entry in part.questions if entry.id not in self.held.questions]
            if block.id in self.held.agenda and left:
                found.append((block, tuple(left)))
        return tuple(found)

    @cached_property
    def block_of(self) -> dict[str, str]:
        """The dimension or screen of each question."""
        return {
            question.id: block.id
            for block in self.instrument.blocks
            for criterion in block.criteria
            for question in criterion.questions
        }

    @cached_property
    def numbers(self) -> dict[str, int]:
        """How many questions were voted on, voted on again, agreed, left open after a vote, and not reached on the agenda."""
        questions = self.held.questions.values()
        return {
            "voted": sum(bool(found.rounds) for found in questions),
            "again": sum(len(found.rounds) > 1 for found in questions),
            "agreed": sum(found.agreed is not None for found in questions),
            "open": len(self.left_open),
            "unreached": sum(len(names) for _, names in self.unreached),
        }

    @cached_property
    def left_open(self) -> tuple[str, ...]:
        """Questions that were shown, and have no agreed answer."""
        return tuple(name for name, found in self.held.questions.items() if found.rounds and found.agreed is None)

    def count(self, what: str, n: int) -> str:
        """So many questions, actions, dimensions or votes."""
        return self.words(f"wm_one_{what}") if n == 1 else self.words(f"wm_some_{what}", n=n)

    def claim(self, name: str) -> Block:
        """What the survey claims of a dimension or screen."""
        return self.unit.screens[name] if name in self.unit.screens else self.unit.dimensions[name]

    @property
    def day(self) -> str:
        """When it was held, in words; the wave where nobody says."""
        return self.words.date(self.held.day) if self.held.day else self.result.wave

    def roles(self) -> str:
        """Who took part, by role."""
        names = {role.id: self.words.of(role.name) for role in self.instrument.roles}
        parts = [self.words("role_n", role=names[role], n=n) for role, n in self.held.people.items()]
        return self.words.list(parts) if parts else self.words("nobody")

    def question(self, name: str) -> Question:
        """A question by id."""
        return self.instrument.questions[name]

    def about(self, name: str) -> str:
        """The name of the criterion that a question belongs to, beside the question's id."""
        return self.name(self.criteria[self.criterion_of[name]])

    def topic(self, name: str) -> str:
        """What a question is about, where its id does not stand beside it: its criterion, with the id if there are several."""
        criterion = self.criteria[self.criterion_of[name]]
        named = self.name(criterion)
        return named if len(criterion.questions) == 1 else self.words("unit_and_id", name=named, id=name)

    def option(self, name: str, value: float | None) -> str:
        """An answer to a question: the option's value and label, or that it is not applicable."""
        if value is None:
            return self.words("wm_not_applicable")
        labels = {option.value: self.words.of(option.label) for option in self.question(name).scale.options}
        short, label = self.words.short(value), labels.get(value, "")
        return short if not label or label == short else f"{short} {label}"

    def signed(self, value: float) -> str:
        """A difference with its sign, to one decimal."""
        shown = self.words.number(abs(value), 1)
        if shown == self.words.number(0.0, 1):
            return shown
        return f"{'−' if value < 0 else '+'}{shown}"

    def less(self, one: str, other: str) -> float:
        """The difference of two figures as they are shown, so that whoever subtracts them comes to the same."""
        return float(Decimal(one) - Decimal(other))

    def chosen(self, found: VoteRound, question: str = "") -> str:
        """How many chose each option that somebody chose; options with their labels where the *question* is told."""
        words, counts = self.words, {key: count for key, count in found.counts.items() if count}
        named = (
            {option_key(value): self.option(question, value) for value in self.question(question).scale.values}
            if question
            else {}
        )
        parts = [words("wm_chosen", count=count, option=named.get(key, key)) for key, count in counts.items()]
        parts += [words("wm_chosen_dk", count=found.dk)] if found.dk else []
        parts += [words("wm_chosen_na", count=found.na)] if found.na else []
        return words("wm_chosen_separator").join(parts) or DASH

    def away(self, name: str) -> VoteRound | None:
        """The last vote on a question if no vote of it was for what was agreed; None if one was, or that is not known."""
        found = self.held.questions[name]
        if found.agreed is None or not found.rounds or not (last := found.rounds[-1]).counts:
            return None
        value = found.agreed.value
        return None if (last.na if value is None else last.counts.get(option_key(value), 0)) else last

    def kinds(self, kinds: Collection[str], named: str = "kind") -> str:
        """What the agreed levels are set beside, in a row: of survey, data and documents those that there are."""
        told = [kind for kind in ("claimed", "measured", "evidenced") if kind in kinds]
        return self.words.list([self.words(f"wm_{named}_{kind}") for kind in told])

    def exact(self) -> Rich:
        """A note that some scores have two decimals, where the workshop has such a score."""
        held, unit = self.held, self.unit
        scores = [block.score for blocks in (held.first, held.last, held.agreed) for block in blocks.values()]
        scores += [self.claim(block.id).score for block in self.reached]
        scores += [unit.criteria[part.id].score for block in self.discussed for part in block.criteria]
        long = any(score is not None and self.points(score) != self.words.score(score) for score in scores)
        return self.words.rich("wm_exact_note") if long else ()

    def sentences(self, *parts: Rich) -> Rich:
        """Sentences in a row, with what stands between them in the language."""
        found: list[Run] = []
        for part in filter(None, parts):
            found += [Run(_BETWEEN[self.words.language])] if found and _BETWEEN[self.words.language] else []
            found += part
        return tuple(found)

    # -- cells -----------------------------------------------------------------------------------------------------------

    def missing(self, reason: str | None = None) -> Cell:
        """A dash with its reason."""
        return Cell((Run(DASH),), None, None, self.words(f"reason_{reason}") if reason else "")

    def dash(self, label: str) -> Cell:
        """A dash with its reason in the words of a label."""
        return Cell((Run(DASH),), None, None, self.words(label))

    def voted_cell(self, block: VotedBlock) -> Cell:
        """A score of votes, with how many voted."""
        if block.score is None:
            return self.dash(self.no_vote(block.reason, block.n))
        return Cell((Run(self.points(block.score)), Run(f" ({block.n})", "muted")), block.score)

    def no_vote(self, reason: str | None, votes: int) -> str:
        """The label of why a vote has no figure."""
        if reason == Reason.NO_ANSWERS and votes:
            return "wm_reason_no_option"
        return _REASONS.get(Reason(reason or Reason.NO_ANSWERS), f"reason_{reason}")

    def agreed_cell(self, block: VotedBlock) -> Cell:
        """A score of what was agreed."""
        if block.score is None:
            found = Reason(block.reason or Reason.NO_ANSWERS)
            return self.dash(_OF_AGREED.get(found, f"reason_{found}"))
        return Cell((Run(self.points(block.score), "strong"),), block.score)

    def agreement_cell(self, band: str | None, value: float) -> Cell:
        """rWG with its word, where it has one."""
        word = (Run(self.words(f"band_{band}") + " "),) if band else ()
        return Cell((*word, Run(self.words.number(value, 2), "muted")), value)

    def open_cell(self, label: str) -> Cell:
        """What is still to be filled in, in words."""
        return Cell((Run(self.words(label), "muted"),))

    def claimed_cell(self, block: Block) -> Cell:
        """The survey's score with its interval and n."""
        if block.score is None:
            return self.missing(block.reason)
        interval = f" {self.words.interval(*block.interval)}" if block.interval else ""
        return Cell((Run(self.points(block.score)), Run(f"{interval} ({block.n})", "muted")), block.score)

    def level_cell(self, value: float | None, reason: str | None = None) -> Cell:
        """A level as it is."""
        return self.missing(reason) if value is None else Cell(rich("{x}", x=self.words.score(value)), value)
