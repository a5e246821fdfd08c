"""A result, and one unit of it, as a reader sees it: in a language, under a brand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property

from kamassess.charts import Pen, Sheet, as_svg
from kamassess.data_findings import data_findings
from kamassess.document import Chart, KeyEntry
from kamassess.findings import Finding
from kamassess.instrument import Criterion, Dimension, Instrument, Question
from kamassess.locale import Locale
from kamassess.reading.brand import Brand
from kamassess.result import AnswerRows, AuditResult, Block, CustomerGroup, UnitResult

__all__ = ["ResultView", "View", "answers_line"]


@dataclass(frozen=True)
class ResultView:
    """What sections about a whole result are made from."""

    result: AuditResult
    words: Locale
    brand: Brand

    @property
    def instrument(self) -> Instrument:
        """The instrument of the result."""
        return self.result.instrument

    @property
    def answers(self) -> tuple[tuple[str, str], ...]:
        """The answers that the report rests on: what they are, and their SHA-256."""
        count, digest = self.result.provenance.answer_files
        return ((self.words("inputs_responses", count=count), digest),) if count else ()

    @property
    def plans(self) -> tuple[tuple[str, str], ...]:
        """Scorecards that people edited and records of workshops that the report rests on, with their SHA-256."""
        return ()

    @cached_property
    def company(self) -> str:
        """The company's name in the language of the report."""
        return self.words.of(self.result.company)

    @cached_property
    def criteria(self) -> dict[str, Criterion]:
        """Criteria by id."""
        return {criterion.id: criterion for criterion in self.instrument.criteria()}

    @cached_property
    def criterion_of(self) -> dict[str, str]:
        """The criterion of each question."""
        return {question.id: name for name, criterion in self.criteria.items() for question in criterion.questions}

    @cached_property
    def scored_criteria(self) -> dict[str, Dimension]:
        """The dimension of each criterion that counts towards the overall score."""
        return {
            criterion.id: dimension
            for dimension in self.instrument.dimensions
            if dimension.weight > 0
            for criterion in dimension.criteria
            if criterion.weight > 0
        }

    def name(self, block: Dimension | Criterion) -> str:
        """The name of a block as it stands alone: in a table, a chart, a heading. Sentences have it :meth:`quoted`."""
        return self.words.of(block.name)

    def quoted(self, block: Dimension | Criterion) -> str:
        """The name of a block inside a sentence."""
        return self.words.quoted(self.name(block))

    def labelled(self, name: str) -> str:
        """A criterion as it stands alone: its id and name."""
        return f"{name} {self.name(self.criteria[name])}"

    def metric_name(self, name: str) -> str:
        """The name of a metric in the language of the report."""
        return self.words.of(self.result.metric_texts[name].name)

    def level_name(self, level: int | None) -> str:
        """The name of a level; empty for none."""
        return next((self.words.of(entry.name) for entry in self.instrument.levels if entry.level == level), "")

    def named(self, ids: tuple[str, ...]) -> str:
        """Criteria in a row inside a sentence, each with its id and name."""
        return self.words.list([f"{name} {self.quoted(self.criteria[name])}" for name in ids])

    def points(self, value: float | None) -> str:
        """A score as it is shown, never rounded up to a level it has not reached."""
        return self.words.score(value, self.instrument.starts)

    def score(self, block: Block) -> str:
        """A score with its interval, or the reason why there is none."""
        if block.score is None:
            return self.words(f"reason_{block.reason}")
        if block.interval is None:
            return self.points(block.score)
        return self.words("score_interval", score=self.points(block.score), interval=self.words.interval(*block.interval))

    def anchors(self, question: Question, score: float) -> tuple[tuple[float, str], tuple[float, str] | None] | None:
        """The anchor of the option a score has reached, and the next one; None if the question has no anchors."""
        if not question.anchors:
            return None
        values = [value for value in question.scale.values if value in question.anchors]
        here = max((value for value in values if value <= score + 1e-9), default=values[0])
        above = min((value for value in values if value > here), default=None)
        words = self.words
        following = (above, words.of(question.anchors[above])) if above is not None else None
        return (here, words.of(question.anchors[here])), following

    def chart(
        self, chart_id: str, draw: Callable[[Pen], Sheet], *, title: str, subtitle: str, alt: str, key: tuple[KeyEntry, ...] = ()
    ) -> Chart:
        """A chart in both widths."""
        wide, narrow = (Pen(self.words, self.brand, narrow=narrow) for narrow in (False, True))
        return Chart(chart_id, title, subtitle, alt, as_svg(draw(wide)), as_svg(draw(narrow)), key, wide.palette)


@dataclass(frozen=True)
class View(ResultView):
    """What sections about one unit are made from: of the unit no more than may be published, whatever it was made with."""

    unit: UnitResult

    def __post_init__(self) -> None:
        object.__setattr__(self, "unit", self.unit.published)

    @property
    def answers(self) -> tuple[tuple[str, str], ...]:
        """Those of the unit alone: nobody else's change the report."""
        return answers_line(self.words, self.result.wave, self.unit.answer_rows)

    @property
    def plans(self) -> tuple[tuple[str, str], ...]:
        """Those of the unit alone, and the record of its workshop."""
        held = self.unit.workshop
        return tuple(dict.fromkeys((*self.unit.roadmap.read_from, *(held.read_from if held else ()))))

    @cached_property
    def unit_name(self) -> str:
        """The unit's name in the language of the report."""
        return self.words.of(self.unit.name)

    @cached_property
    def shared(self) -> Callable[[str], CustomerGroup]:
        """A customer group that the unit shares with others, by name: two sections speak of it, and it is made for each call."""
        return cache(self.result.customer_groups.__getitem__)

    @cached_property
    def data_findings(self) -> tuple[Finding, ...]:
        """What the unit's data say: the first on the page for the board, the others beside the claims."""
        return data_findings(self)


def answers_line(words: Locale, wave: str, rows: AnswerRows | None) -> tuple[tuple[str, str], ...]:
    """A unit's answers in one wave, with their digest; nothing where nobody answered."""
    return ((words("inputs_rows", wave=wave, count=words.number(rows.n, 0)), rows.sha256),) if rows else ()
