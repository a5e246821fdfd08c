"""From arrays to the result of one unit: levels and gates, reasons, and what is withheld to keep answers anonymous.

Units are made when they are asked for: a report needs one, a batch of ten thousand never all at once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from kamassess.data import Proof
from kamassess.instrument import Criterion, Dimension
from kamassess.planning import ActionLibrary, Capacity
from kamassess.result import (
    Agreement,
    Block,
    Caveat,
    Comment,
    Evidenced,
    Interval,
    QuestionResult,
    Reason,
    RoleGap,
    RoleView,
    UnitResult,
    Workshop,
    option_key,
)
from kamassess.scoring.agreement import BlockAgreement, agreement, agreement_band, apart, chance_agreement, rwg
from kamassess.scoring.anonymity import named_roles, shown_figures, shown_roles, why_hidden
from kamassess.scoring.answer_rows import RowsByUnit
from kamassess.scoring.answers import Floats, weighty_questions
from kamassess.scoring.evidence import evidenced
from kamassess.scoring.gaps import RoleGaps
from kamassess.scoring.known import known, measured_levels, say_do
from kamassess.scoring.of_tables import OfTables
from kamassess.scoring.roadmap import roadmap
from kamassess.scoring.robustness import Draws
from kamassess.scoring.scores import EXACT, Scores
from kamassess.scoring.suitability import suitability
from kamassess.scoring.withheld import Withheld

if TYPE_CHECKING:
    import pandas as pd

    from kamassess.reading.engagement import Unit

__all__ = ["UnitResults"]


@dataclass(frozen=True, eq=False)
class UnitResults(Mapping[str, UnitResult]):
    """Results by unit id, in the order of the engagement."""

    scores: Scores
    units: tuple[Unit, ...]
    comments: pd.DataFrame
    """Columns ``unit``, ``role``, ``question``, ``comment``; only rows with a comment."""
    proofs: tuple[Proof, ...] = ()
    day: str | None = None
    """The day on which evidence must count."""
    rows: RowsByUnit | None = None
    """The answers themselves, for their digests."""
    tables: OfTables = field(default_factory=OfTables)
    library: ActionLibrary = field(default_factory=ActionLibrary)
    capacity: Capacity = field(default_factory=Capacity)
    """What roadmaps choose from, and how much effort a phase can bear."""
    workshops: Mapping[str, Callable[[UnitResult], Workshop]] = field(default_factory=dict)
    """By unit that had one, what makes it from what else is known of the unit."""

    def __getitem__(self, name: str) -> UnitResult:
        index = self.positions[name]
        found = _UnitBuilder(self, index, self.units[index]).build()
        return replace(found, workshop=self.workshops[name](found)) if name in self.workshops else found

    def __iter__(self) -> Iterator[str]:
        return iter(self.positions)

    def __contains__(self, name: object) -> bool:
        return name in self.positions  # a mapping would make the unit to find out

    def blocks(self, name: str) -> dict[str, Block]:
        """The scores of a unit alone, by id of dimension, screen or criterion; the whole under an empty id."""
        index = self.positions[name]
        overall, blocks, criteria = _UnitBuilder(self, index, self.units[index]).blocks()
        return {"": overall} | blocks | criteria

    def __len__(self) -> int:
        return len(self.units)

    @cached_property
    def positions(self) -> dict[str, int]:
        """Where each unit stands."""
        return {unit.id: index for index, unit in enumerate(self.units)}

    @cached_property
    def proofs_by_unit(self) -> dict[str, list[Proof]]:
        """The entries of each unit."""
        found: dict[str, list[Proof]] = {}
        for proof in self.proofs:
            found.setdefault(proof.unit, []).append(proof)
        return found

    @cached_property
    def comment_rows(self) -> dict[str, list[int]]:
        """Positions of each unit's comments."""
        rows: dict[str, list[int]] = {}
        for position, unit in enumerate(self.comments["unit"]):
            rows.setdefault(unit, []).append(position)
        return rows

    @cached_property
    def options(self) -> dict[str, list[tuple[str, float]]]:
        """The options of each question, with their keys."""
        questions = self.scores.instrument.questions
        return {name: [(option_key(value), value) for value in asked.scale.values] for name, asked in questions.items()}

    @cached_property
    def comment_columns(self) -> list[Any]:
        """Question, role and text of all comments, as arrays: rows are taken out of these at less cost than out of a table."""
        return [self.comments[name].array for name in ("question", "role", "comment")]

    @cached_property
    def asked(self) -> NDArray[np.bool_]:
        """(roles, 1 + dimensions + criteria) to which roles questions of a block go that count in it."""
        instrument = self.scores.instrument
        goes = [[role in question.roles for question in instrument.questions.values()] for role in instrument.role_ids]
        return self.scores.hierarchy.reaches(np.array(goes, dtype=bool))

    @cached_property
    def weighs(self) -> NDArray[np.bool_]:
        """(1 + dimensions + criteria,) whether anything below a block has a weight."""
        every = np.ones((1, len(self.scores.instrument.questions)), dtype=bool)
        found: NDArray[np.bool_] = self.scores.hierarchy.reaches(every)[0]
        return found

    @cached_property
    def weighty(self) -> NDArray[np.bool_]:
        """(questions,) which have a weight."""
        return weighty_questions(self.scores.instrument)

    @cached_property
    def parts(self) -> list[slice]:
        """The questions of each dimension and screen."""
        sizes = [sum(len(criterion.questions) for criterion in block.criteria) for block in self.scores.instrument.blocks]
        ends = np.cumsum([0, *sizes]).tolist()
        return [slice(start, stop) for start, stop in pairwise(ends)]

    @cached_property
    def rwg(self) -> Floats:
        """rWG by question."""
        return rwg(self.scores.counts, self.scores.instrument)

    @cached_property
    def agreement(self) -> BlockAgreement:
        """Agreement by block."""
        return agreement(self.scores.counts, self.scores.instrument)

    @cached_property
    def unlike(self) -> NDArray[np.bool_]:
        """(U, blocks) whether people do not agree."""
        return apart(self.agreement, self.scores.instrument)

    @cached_property
    def draws(self) -> Draws:
        """Scores under drawn weights and respondents."""
        return Draws(self.scores)

    @cached_property
    def gaps(self) -> RoleGaps:
        """Gaps between roles."""
        return RoleGaps(self.scores)


@dataclass(frozen=True)
class _UnitBuilder:
    results: UnitResults
    index: int
    unit: Unit

    @property
    def scores(self) -> Scores:
        return self.results.scores

    @cached_property
    def withheld(self) -> Withheld:
        """What may not be published."""
        results = self.results
        return Withheld(self.scores, self.index, results.weighty & np.isfinite(results.rwg[self.index]), results.parts)

    @cached_property
    def given(self) -> list[list[float]]:
        """The answers of the unit's respondents, by question."""
        given: list[list[float]] = self.scores.answers.value[self.scores.answers.rows_of_unit(self.index)].T.tolist()
        return given

    def build(self) -> UnitResult:
        instrument = self.scores.instrument
        roles, gaps = self._roles()
        overall, blocks, criteria = self.blocks()
        screens = {screen.id for screen in instrument.screens}
        agreed = {block.id: self._agreement(column, block) for column, block in enumerate(instrument.blocks)}
        evidence = self._evidence(criteria)
        metrics = self.results.tables.metrics(self.index)
        measured = measured_levels(metrics, instrument)
        return UnitResult(
            id=self.unit.id,
            name=self.unit.name,
            parent=self.unit.parent,
            size=self.unit.size,
            n_respondents=int(self.scores.answers.respondents[self.index]),
            overall=overall,
            dimensions={name: block for name, block in blocks.items() if name not in screens},
            screens={name: block for name, block in blocks.items() if name in screens},
            criteria=criteria,
            questions={name: self._question(column, name) for column, name in enumerate(instrument.questions)},
            agreement=agreed,
            roles=roles,
            targets=dict(self.unit.targets),
            comments=self._comments(roles),
            gaps=gaps,
            robustness=replace(self.results.draws.robustness(self.index, overall), gates=self._near_gates(overall, criteria)),
            caveats=self._caveats(overall, blocks, agreed),
            evidence=evidence,
            metrics=metrics,
            measured=measured,
            known={
                block.id: known({entry.id: entry.weight for entry in block.criteria}, criteria, evidence, measured)
                for block in instrument.blocks
            },
            whole=known(instrument.shares, criteria, evidence, measured),
            say_do=say_do(instrument, criteria, evidence, measured),
            alerts=self.results.tables.alerts(self.index),
            roadmap=roadmap(
                self.scores.hierarchy,
                criteria,
                measured,
                self.unit.targets,
                self.results.library,
                self.results.capacity,
                self.unit.plan,
            ),
            lines=self.results.tables.lines(self.index),
            proofs=len(self.results.proofs_by_unit.get(self.unit.id, ())),
            portfolio=self.results.tables.portfolio(self.index),
            suitability=suitability(instrument, criteria, metrics, self.results.tables.programme(self.index)),
            answer_rows=self.results.rows.of(self.unit.id) if self.results.rows else None,
            customer_groups=self.results.tables.groups(self.index),
        )

    def _evidence(self, criteria: Mapping[str, Block]) -> dict[str, Evidenced]:
        """What the register supports; nothing where there is no register."""
        if not self.results.proofs:
            return {}
        own = self.results.proofs_by_unit.get(self.unit.id, ())
        return evidenced(own, criteria, self.scores.instrument, self.results.day)

    def blocks(self) -> tuple[Block, dict[str, Block], dict[str, Block]]:
        """The whole, dimensions and screens, and criteria."""
        instrument = self.scores.instrument
        count = len(instrument.blocks)
        criteria = {
            criterion.id: self._block(1 + count + column, (), criterion) for column, criterion in enumerate(instrument.criteria())
        }
        blocks = {block.id: self._block(1 + column, (block,), block, criteria) for column, block in enumerate(instrument.blocks)}
        weighty = tuple(block for block in instrument.dimensions if block.weight > 0)
        overall = self._block(0, weighty, None, criteria)
        return overall, self.withheld.blocks(blocks), self.withheld.criteria(criteria, overall)

    # -- blocks --------------------------------------------------------------------------------------------------------

    def _block(
        self,
        column: int,
        gated: tuple[Dimension, ...],
        owner: Dimension | Criterion | None,
        criteria: Mapping[str, Block] | None = None,
    ) -> Block:
        """One block; ``gated`` are the dimensions whose gates cap its level."""
        scores, row, policy = self.scores, self.index, self.scores.instrument.policy
        value, coverage = _number(scores.value[row, column]), _number(scores.coverage[row, column])
        missing = self._missing(value, coverage, column, owner)
        score = None if missing else value
        n = int(scores.respondents[row, column])
        low, high = _number(scores.resampled.low[row, column]), _number(scores.resampled.high[row, column])
        ci = (low, high) if score is not None and low is not None and high is not None else None
        alike = Reason.NO_VARIANCE if ci and ci[1] - ci[0] <= EXACT else None
        no_interval = missing or (alike if ci else Reason.ONE_RESPONDENT_PER_ROLE)
        continuous = self.scores.instrument.level_for(score) if score is not None else None
        level, blocked_by, open_gates = self._gates(score, continuous.level if continuous else None, gated, criteria or {})
        few = n < policy.min_respondents
        below = Reason.BELOW_FIRST_LEVEL if score is not None and continuous is None else None
        return Block(
            score=score,
            ci=ci,
            index=self._share(score, column),
            level=level,
            blocked_by=blocked_by,
            coverage=coverage,
            bounds=_interval(scores.low[row, column], scores.high[row, column]),
            reason=missing or below or (Reason.TOO_FEW_RESPONDENTS if few else None),
            n=n,
            continuous_level=continuous.level if continuous else None,
            open_gates=open_gates,
            ci_reason=no_interval,
            aggregations={name: None if missing else _number(values[row, column]) for name, values in scores.variants.items()},
        )

    def _missing(
        self, value: float | None, coverage: float | None, column: int, owner: Dimension | Criterion | None
    ) -> Reason | None:
        """Why there is no score, or None if there is one."""
        if coverage is None:
            weighs = self._weighs(owner)
            return Reason.ALL_NOT_APPLICABLE if weighs else Reason.ZERO_WEIGHT
        if coverage < self.scores.instrument.policy.min_coverage - EXACT:
            return Reason.LOW_COVERAGE if coverage > 0 else Reason.NO_ANSWERS
        if value is None:
            return Reason.UNDEFINED_MEAN if self.scores.respondents[self.index, column] else Reason.NO_ANSWERS
        return None

    def _weighs(self, owner: Dimension | Criterion | None) -> bool:
        if owner is None:
            return any(dimension.weight > 0 and self._weighs(dimension) for dimension in self.scores.instrument.dimensions)
        if isinstance(owner, Criterion):
            return any(question.weight > 0 for question in owner.questions)
        return any(criterion.weight > 0 and self._weighs(criterion) for criterion in owner.criteria)

    def _share(self, score: float | None, column: int) -> float | None:
        least, most = self.scores.least[self.index, column], self.scores.most[self.index, column]
        if score is None or not most > least:
            return None
        return float(min(max(100 * (score - least) / (most - least), 0.0), 100.0))

    def _gates(
        self, score: float | None, level: int | None, gated: tuple[Dimension, ...], criteria: Mapping[str, Block]
    ) -> tuple[int | None, tuple[str, ...], tuple[str, ...]]:
        """The level under the gates, the gates that hold it there, and the gates without a score."""
        if score is None or not self.scores.instrument.policy.gates:
            return level, (), ()
        gates = [
            criterion.id
            for block in gated
            for criterion in block.criteria
            if criterion.gate and criterion.weight > 0 and self._weighs(criterion)
        ]
        open_gates = tuple(name for name in gates if criteria[name].score is None)
        levels = {name: criteria[name].continuous_level for name in gates if name not in open_gates}
        lowest = min((_rank(found) for found in levels.values()), default=_rank(level))
        if lowest >= _rank(level):
            return level, (), open_gates
        held = tuple(name for name, found in levels.items() if _rank(found) == lowest)
        return (lowest if lowest != _rank(None) else None), held, open_gates

    def _near_gates(self, overall: Block, criteria: Mapping[str, Block]) -> tuple[str, ...]:
        """Gates whose interval begins below the level of the unit."""
        instrument = self.scores.instrument
        start = next((level.start for level in instrument.levels if level.level == overall.level), None)
        if start is None:
            return ()
        gates = [criterion.id for criterion, gate in zip(instrument.criteria(), self.scores.hierarchy.gates, strict=True) if gate]
        return tuple(name for name in gates if (found := criteria[name].interval) is not None and found[0] < start)

    # -- questions, agreement, roles, comments -------------------------------------------------------------------------

    def _question(self, column: int, name: str) -> QuestionResult:
        scores, row, counts = self.scores, self.index, self.scores.counts
        score, coverage = _number(scores.question_score[row, column]), _number(scores.question_coverage[row, column])
        missing = Reason.ALL_NOT_APPLICABLE if coverage is None else Reason.NO_ANSWERS if score is None else None
        agreed, given = _number(self.results.rwg[row, column]), self.given[column]
        return QuestionResult(
            score=score,
            mean=_number(counts.mean[row, column]),
            sd=_number(counts.sd[row, column]),
            n=int(counts.n[row, column]),
            dk=int(counts.dont_know[row, column]),
            na=int(counts.not_applicable[row, column]),
            unanswered=int(counts.unanswered[row, column]),
            rwg=agreed,
            band=None if agreed is None else agreement_band(agreed),
            counts={key: given.count(option) for key, option in self.results.options[name]},
            coverage=coverage,
            bounds=_interval(scores.question_low[row, column], scores.question_high[row, column]),
            reason=missing,
            withheld=self.withheld.why(column),
        )

    def _agreement(self, column: int, block: Dimension) -> Agreement:
        found, row = self.results.agreement, self.index
        rwg_j, ad, limit = (_number(values[row, column]) for values in (found.rwg_j, found.ad, found.ad_limit))
        n, items = int(self.scores.respondents[row, 1 + column]), int(found.items[row, column])
        if rwg_j is None or ad is None or limit is None:
            return Agreement(None, None, n, Reason.TOO_FEW_ANSWERS)
        options = block.criteria[0].questions[0].scale.values
        chance = chance_agreement(options, items, int(found.answers[row, column]))
        return Agreement(
            rwg_j=rwg_j,
            ad=ad,
            n=n,
            n_items=items,
            band=agreement_band(rwg_j),
            chance=chance,
            ad_limit=limit,
            krippendorff=_number(found.krippendorff[row, column]),
            carries=not bool(self.results.unlike[row, column]),
            withheld=Reason.WITHHELD if self.withheld.agreement[column] else None,
        )

    def _caveats(self, overall: Block, blocks: Mapping[str, Block], agreed: Mapping[str, Agreement]) -> tuple[Caveat, ...]:
        """Whether coverage and agreement carry the overall score."""
        counted = [dimension.id for dimension in self.scores.instrument.dimensions if dimension.weight > 0]
        found = []
        unscored = tuple(name for name in counted if blocks[name].score is None)
        if unscored or self._open_level(overall):
            found.append(Caveat("coverage", unscored))
        if unlike := tuple(name for name in counted if agreed[name].carries is False):
            found.append(Caveat("agreement", unlike))
        return tuple(found)

    def _open_level(self, overall: Block) -> bool:
        """Whether the open answers leave room for another level, and more room than the choice of respondents does."""
        if overall.bounds is None:
            return False
        low, high = overall.bounds
        wider = overall.ci is None or high - low > overall.ci[1] - overall.ci[0]
        return wider and self.scores.instrument.level_for(low) != self.scores.instrument.level_for(high)

    def _roles(self) -> tuple[dict[str, RoleView], tuple[RoleGap, ...]]:
        scores, answers, instrument = self.scores, self.scores.answers, self.scores.instrument
        strata = list(answers.strata_of(self.index))
        names = [instrument.role_ids[answers.stratum_role[stratum]] for stratum in strata]
        sizes = {name: int(answers.stratum_size[stratum]) for name, stratum in zip(names, strata, strict=True)}
        roles = shown_roles(sizes)
        values = scores.role_value[strata]
        open_ = np.array([name in roles for name in names], dtype=bool)
        exists = np.isfinite(values)
        people = scores.role_respondents[strata]
        answered = self.withheld.answered * self.results.weighty
        shown = shown_figures(open_, people, exists, answered, ~self.withheld.questions, scores.hierarchy)
        of_blocks = dict(zip(names, people.tolist(), strict=True))
        figures = {
            name: [_number(value) for value in row] for name, row in zip(names, np.where(shown, values, np.nan), strict=True)
        }
        count = len(instrument.blocks)
        ids = [block.id for block in instrument.blocks] + [criterion.id for criterion in instrument.criteria()]
        why = why_hidden(self.results.asked[answers.stratum_role[strata]], self.results.weighs, open_, people)
        reasons = {name: dict(zip(ids, row[1:], strict=True)) for name, row in zip(names, why, strict=True)}
        views = {
            name: RoleView(
                n=sizes[name],
                dimensions={block.id: figures[name][1 + column] for column, block in enumerate(instrument.blocks)},
                criteria={
                    criterion.id: figures[name][1 + count + column] for column, criterion in enumerate(instrument.criteria())
                },
                reason=None if name in roles else Reason.WITHHELD,
                criteria_n={
                    criterion.id: of_blocks[name][1 + count + column]
                    for column, criterion in enumerate(instrument.criteria())
                    if figures[name][1 + count + column] is not None
                },
                reasons={
                    block: reasons[name][block] for block, value in zip(ids, figures[name][1:], strict=True) if value is None
                },
            )
            for name in instrument.role_ids
            if name in figures
        }
        return views, self.results.gaps.of_unit(self.index, shown)

    def _comments(self, roles: Mapping[str, RoleView]) -> tuple[Comment, ...]:
        rows = self.results.comment_rows.get(self.unit.id, [])
        own = (column.take(rows).tolist() for column in self.results.comment_columns)
        shown = named_roles({role: view.n for role, view in roles.items()})
        found = [Comment(question, text, role if role in shown else None) for question, role, text in zip(*own, strict=True)]
        order = {name: index for index, name in enumerate(self.scores.instrument.questions)}
        return tuple(sorted(found, key=lambda comment: (order[comment.question], comment.text)))


def _rank(level: int | None) -> int:
    """A level for comparison; below the first is below all."""
    return level if level is not None else -(10**9)


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _interval(low: float, high: float) -> Interval | None:
    return (float(low), float(high)) if math.isfinite(low) and math.isfinite(high) else None
