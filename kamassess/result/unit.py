"""All that is known of one business unit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from kamassess.instrument import Text
from kamassess.result.alerts import AccountAlert
from kamassess.result.claimed import Agreement, Block, Caveat, Comment, QuestionResult, Robustness, RoleGap, RoleView
from kamassess.result.known import Evidenced, Known, MeasuredLevel, MetricValue, SayDo, TableLines
from kamassess.result.plain import as_json, plain
from kamassess.result.portfolio import Portfolio
from kamassess.result.roadmap import Roadmap
from kamassess.result.suitability import Suitability
from kamassess.result.workshop import Workshop

__all__ = ["AnswerRows", "UnitResult"]


@dataclass(frozen=True, slots=True)
class AnswerRows:
    """The answers of a unit in one wave: how many rows, and their SHA-256 in the form that ``docs/result.md`` gives."""

    n: int
    sha256: str


@dataclass(frozen=True, slots=True)
class UnitResult:
    """All that is known of one business unit in one wave."""

    id: str
    name: Text
    parent: str | None
    size: float | None
    n_respondents: int
    overall: Block
    dimensions: Mapping[str, Block]
    screens: Mapping[str, Block]
    criteria: Mapping[str, Block]
    questions: Mapping[str, QuestionResult]
    agreement: Mapping[str, Agreement]
    roles: Mapping[str, RoleView]
    targets: Mapping[str, float]
    comments: tuple[Comment, ...] = ()
    gaps: tuple[RoleGap, ...] = ()
    robustness: Robustness | None = None
    caveats: tuple[Caveat, ...] = ()
    evidence: Mapping[str, Evidenced] = field(default_factory=dict)
    """By criterion; empty where the engagement has no register of evidence."""
    metrics: Mapping[str, MetricValue] = field(default_factory=dict)
    """By id; empty where the engagement has no tables."""
    measured: Mapping[str, MeasuredLevel] = field(default_factory=dict)
    """By criterion; empty as ``metrics``."""
    known: Mapping[str, Known] = field(default_factory=dict)
    """By dimension or screen."""
    whole: Known | None = None
    """All criteria that count in the overall score, as ``known`` has those of a dimension."""
    say_do: tuple[SayDo, ...] = ()
    alerts: tuple[AccountAlert, ...] = ()
    """Accounts that somebody should hear of."""
    roadmap: Roadmap = field(default_factory=Roadmap)
    lines: Mapping[str, TableLines] = field(default_factory=dict)
    """By table that names accounts or units; empty as ``metrics``."""
    proofs: int = 0
    """Entries of the register of evidence."""

    @property
    def asked(self) -> bool:
        """Whether anybody answered; a unit can be audited on data and evidence alone."""
        return self.n_respondents > 0

    portfolio: Portfolio | None = None
    """Its accounts; None where it has none, or the engagement has no table of them."""
    suitability: Suitability | None = None
    """None where the instrument has no screen for it."""
    answer_rows: AnswerRows | None = None
    """What the scores rest on; None where nobody answered."""
    customer_groups: tuple[str, ...] = ()
    """The customer groups that it shares with other units, in the order of ``AuditResult.customer_groups``."""
    workshop: Workshop | None = None
    """What a workshop came to; None where there was none in this wave."""

    @property
    def published(self) -> UnitResult:
        """What reports and everything else that is passed on may show: without what would tell what one or two people said.

        The JSON form and the terminal have all, for those who have the answers anyway (``docs/decisions/anonymity.md``).
        """
        exact = all(question.withheld is None for question in self.questions.values())
        agreement = {name: found.published(exact=exact) for name, found in self.agreement.items()}
        return replace(
            self,
            dimensions={name: block.published(criterion=False) for name, block in self.dimensions.items()},
            screens={name: block.published(criterion=False) for name, block in self.screens.items()},
            criteria={name: block.published(criterion=True) for name, block in self.criteria.items()},
            questions={name: question.published for name, question in self.questions.items()},
            agreement=agreement,
            caveats=tuple(_published(self.caveats, agreement)),
            say_do=tuple(replace(gap, ci=None) if gap.withheld else gap for gap in self.say_do),
            suitability=self._suitability(),
            workshop=self._workshop(),
        )

    def _suitability(self) -> Suitability | None:
        """Without the intervals that are withheld."""
        if self.suitability is None:
            return None
        conditions = (
            replace(found, ci=None) if self.criteria[found.criterion].withheld else found for found in self.suitability.conditions
        )
        return replace(self.suitability, conditions=tuple(conditions))

    def _workshop(self) -> Workshop | None:
        """Without the intervals that are withheld."""
        if self.workshop is None:
            return None
        gaps = (replace(gap, ci=None) if self.criteria[gap.criterion].withheld else gap for gap in self.workshop.gaps)
        return replace(self.workshop, gaps=tuple(gaps))

    def as_json(self) -> dict[str, Any]:
        """The unit's part of the JSON form (``docs/result.md``)."""
        return {
            "name": dict(self.name),
            "parent": self.parent,
            "size": self.size,
            "n_respondents": self.n_respondents,
            "answer_rows": plain(self.answer_rows),
            "overall": as_json(self.overall) | {"known": plain(self.whole)},
            "dimensions": {
                name: as_json(block)
                | {"agreement": as_json(self.agreement[name]), "target": self.targets.get(name)}
                | self._known(name)
                for name, block in self.dimensions.items()
            },
            "screens": {name: as_json(block) | self._known(name) for name, block in self.screens.items()},
            "criteria": {
                name: as_json(block)
                | {"evidenced": _level(self.evidence.get(name)), "measured": _level(self.measured.get(name))}
                | ({"n": None} if block.withheld and block.coverage is None else {})
                for name, block in self.criteria.items()
            },
            "evidence": {name: as_json(found) for name, found in self.evidence.items()},
            "measured": {name: as_json(found) for name, found in self.measured.items()},
            "metrics": {name: as_json(found) for name, found in self.metrics.items()},
            "lines": {name: as_json(found) for name, found in self.lines.items()},
            "proofs": self.proofs,
            "say_do": [as_json(gap) for gap in self.say_do],
            "alerts": [as_json(alert) for alert in self.alerts],
            "roadmap": as_json(self.roadmap),
            "portfolio": plain(self.portfolio),
            "questions": {name: as_json(question) for name, question in self.questions.items()},
            "roles": {name: as_json(view) for name, view in self.roles.items()},
            "gaps": [as_json(gap) for gap in self.gaps],
            "robustness": plain(self.robustness),
            "caveats": [as_json(caveat) for caveat in self.caveats],
            "suitability": plain(self.suitability),
            "customer_groups": list(self.customer_groups),
            "workshop": plain(self.workshop),
        }

    def _known(self, name: str) -> dict[str, Any]:
        return {"known": plain(self.known.get(name))}


def _published(caveats: Iterable[Caveat], agreement: Mapping[str, Agreement]) -> Iterator[Caveat]:
    """Caveats without the dimensions of which agreement is withheld."""
    for caveat in caveats:
        if caveat.kind == "agreement":
            kept = tuple(name for name in caveat.dimensions if agreement[name].withheld is None)
            if kept:
                yield Caveat(caveat.kind, kept)
        else:
            yield caveat


def _level(found: Evidenced | MeasuredLevel | None) -> float | None:
    return found.level if found else None
