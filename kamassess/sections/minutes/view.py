"""A workshop as a reader sees it: its blocks, questions and actions in words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from kamassess.document import Cell, Rich, Run, rich
from kamassess.instrument import Dimension, Question
from kamassess.result import Block, VotedBlock, Workshop
from kamassess.sections.view import View

__all__ = ["DASH", "MinutesView"]

DASH = "–"
_BETWEEN = {"en": " ", "zh": ""}


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
        """Those of them that count as dimensions."""
        screens = {screen.id for screen in self.instrument.screens}
        return tuple(block for block in self.blocks if block.id not in screens)

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
        """How many questions were voted on, voted on again, agreed, and left open after a vote."""
        questions = self.held.questions.values()
        return {
            "voted": sum(bool(found.rounds) for found in questions),
            "again": sum(len(found.rounds) > 1 for found in questions),
            "agreed": sum(found.agreed is not None for found in questions),
            "open": len(self.left_open),
        }

    @cached_property
    def left_open(self) -> tuple[str, ...]:
        """Questions that were shown, and have no agreed answer."""
        return tuple(name for name, found in self.held.questions.items() if found.rounds and found.agreed is None)

    def count(self, what: str, n: int) -> str:
        """So many questions, actions or dimensions."""
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

    def topic(self, name: str) -> str:
        """What a question is about: its criterion, and its number there where the criterion has several."""
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

    def voted_cell(self, block: VotedBlock, *, n: bool = True, strong: bool = False) -> Cell:
        """A score of the room, with how many voted."""
        if block.score is None:
            return self.missing(block.reason)
        text: Rich = (Run(self.points(block.score), "strong" if strong else "plain"),)
        if n:
            text += (Run(f" ({block.n})", "muted"),)
        return Cell(text, block.score)

    def claimed_cell(self, block: Block) -> Cell:
        """The survey's score with its interval and n."""
        if block.score is None:
            return self.missing(block.reason)
        interval = f" {self.words.interval(*block.interval)}" if block.interval else ""
        return Cell((Run(self.points(block.score)), Run(f"{interval} ({block.n})", "muted")), block.score)

    def level_cell(self, value: float | None, reason: str | None = None) -> Cell:
        """A level as it is."""
        return self.missing(reason) if value is None else Cell(rich("{x}", x=self.words.score(value)), value)
