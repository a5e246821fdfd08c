"""The wall: everything a report may say, computed once, at full precision, with where it comes from.

What stands before this module computes; what stands after it shows. Objects are frozen, hold no arrays and no files, and have
one JSON form (``docs/result.md``). A number that does not exist is None with a reason from :class:`Reason`, never NaN.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal, TypeAlias

from kamassess.instrument import Instrument, Text

__all__ = [
    "SCHEMA",
    "SIGNIFICANCE",
    "Agreement",
    "AuditResult",
    "Block",
    "Caveat",
    "Change",
    "Comment",
    "CommonGap",
    "Group",
    "Interval",
    "Lesson",
    "Part",
    "Progress",
    "Provenance",
    "QuestionResult",
    "Rank",
    "Reason",
    "Reliability",
    "Robustness",
    "RoleGap",
    "RoleReliability",
    "RoleView",
    "RollUp",
    "Spread",
    "UnitChange",
    "UnitResult",
    "option_key",
]

SCHEMA = "kamassess.result/1"
SIGNIFICANCE = 0.05
"""A difference counts as more than noise up to this probability of chance."""
_ANSWERS = "responses/"
Interval: TypeAlias = tuple[float, float]


def option_key(value: float) -> str:
    """An option's value as it stands in ``counts``: short, and never the same for two values.

    >>> option_key(3.0), option_key(0.25), option_key(0.12345678)
    ('3', '0.25', '0.12345678')
    """
    short = f"{value:g}"
    return short if float(short) == value else repr(float(value))


class Reason(StrEnum):
    """Why a number is missing or must be read with care."""

    NO_ANSWERS = "no_answers"
    """Nobody who was asked gave an answer (or nobody was asked)."""
    ALL_NOT_APPLICABLE = "all_not_applicable"
    """Everyone asked said that it does not apply."""
    LOW_COVERAGE = "low_coverage"
    """Less of the block's weight was answered than the policy asks for; there is no score."""
    ZERO_WEIGHT = "zero_weight"
    """The weights below the block are all 0."""
    UNDEFINED_MEAN = "undefined_mean"
    """The policy's mean does not exist for these values (a geometric mean of a negative one)."""
    BELOW_FIRST_LEVEL = "below_first_level"
    """The score is lower than where the first level begins; there is no level."""
    TOO_FEW_RESPONDENTS = "too_few_respondents"
    """The score stands, but rests on fewer respondents than the policy asks for."""
    ONE_RESPONDENT_PER_ROLE = "one_respondent_per_role"
    """No role has two respondents who count, so nothing can be said of how far the score could move."""
    WITHHELD = "withheld"
    """Too few respondents to show without showing who said it."""
    TOO_FEW_ANSWERS = "too_few_answers"
    """Not enough complete answers for this statistic."""
    NO_VARIANCE = "no_variance"
    """All answers are the same, so this statistic does not exist."""
    ZERO_TOTAL = "zero_total"
    """The values add up to 0, so none has a share."""
    INCOMPLETE_COMPARISONS = "incomplete_comparisons"
    """Pairs were left uncompared, so this statistic does not exist."""
    NO_COMMON_QUESTIONS = "no_common_questions"
    """No question was asked of both sides in the same form, so they cannot be compared."""
    NO_EARLIER_ANSWERS = "no_earlier_answers"
    """There are no answers in the earlier wave to compare with."""
    ONE_UNIT = "one_unit"
    """Fewer than two units have a score, so there is nothing to compare."""
    NO_SIZE = "no_size"
    """The size of a unit is not declared, so nothing can be weighted by it."""
    NO_TABLE = "no_table"
    """A table or column of the company's data that it needs is not there."""
    EMPTY_WINDOW = "empty_window"
    """The data has nothing for it on the days looked at."""
    NO_VALUES = "no_values"
    """The column it needs is empty for every account of the unit."""
    NO_KEY_ACCOUNTS = "no_key_accounts"
    """The unit has no key account."""
    NO_EVIDENCE = "no_evidence"
    """The register has nothing that counts for it."""
    NO_RANDOM_INDEX = "no_random_index"
    """More items were compared than the table of random indices covers, so there is no consistency ratio."""


@dataclass(frozen=True, slots=True)
class Block:
    """One score: overall, a dimension, a screen or a criterion.

    Attributes
    ----------
    score
        On the scale of the instrument; None with a ``reason``.
    ci
        95 % percentile bootstrap interval over respondents; None with a ``ci_reason``. Of no width, with the ``ci_reason``
        no_variance, where everybody of each role answers alike; ``interval`` is then None.
    index
        0–100.
    level
        Staged level, capped by gates; ``continuous_level`` is the one the score reaches by itself.
    blocked_by
        Gate criteria that hold the level down; ``open_gates`` those without a score, which hold nothing.
    coverage
        0–1, the share of the block's weight that was answered; None where nothing applies.
    bounds
        The score if every open answer were the lowest, and the highest, option.
    n
        Respondents who answered at least one question of the block that has a weight.
    aggregations
        The score under the three aggregations.
    """

    score: float | None
    ci: Interval | None
    index: float | None
    level: int | None
    blocked_by: tuple[str, ...]
    coverage: float | None
    bounds: Interval | None
    reason: Reason | None
    n: int
    continuous_level: int | None = None
    open_gates: tuple[str, ...] = ()
    ci_reason: Reason | None = None
    aggregations: Mapping[str, float | None] = field(default_factory=dict)

    @property
    def interval(self) -> Interval | None:
        """``ci`` where it says how sure the score is, so nothing where there is a ``ci_reason``."""
        return None if self.ci_reason else self.ci


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement between raters on the questions of a dimension. See ``docs/method.md``.

    Attributes
    ----------
    rwg_j, ad
        rWG(J), 0–1, and the average deviation in scale points.
    n, n_items
        Respondents, and questions with two answers or more, that entered.
    band
        The word for ``rwg_j``: lack, weak, moderate, strong, very_strong.
    chance
        What ``rwg_j`` random answers of as many people to as many questions exceed in one case of twenty.
    ad_limit
        The largest average deviation at which a mean still stands for the answers (A/6 for A options).
    krippendorff
        Krippendorff's α (interval), raters against each other over the questions of the dimension.
    carries
        Whether a mean may stand for the answers: ``rwg_j`` above 0.7 and above chance, ``ad`` within its limit. None if unknown.
    """

    rwg_j: float | None
    ad: float | None
    n: int
    reason: Reason | None = None
    n_items: int = 0
    band: str | None = None
    chance: float | None = None
    ad_limit: float | None = None
    krippendorff: float | None = None
    carries: bool | None = None


@dataclass(frozen=True, slots=True)
class RoleReliability:
    """Reliability of what one role is asked of a dimension, over all its respondents of the wave."""

    alpha: float | None
    alpha_ci: Interval | None
    omega: float | None
    n: int
    n_items: int
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Reliability:
    """Reliability of a dimension over all respondents of the wave.

    ``n`` counts respondents who answered all ``n_items`` questions, for α and ω; ``icc_n`` those with any answer, in ``n_units``
    units, for ICC; ``icc1_ci`` takes these units as a sample of units. ``band`` is the word for α: low, usable, good, redundant.
    """

    alpha: float | None
    alpha_ci: Interval | None
    omega: float | None
    icc1: float | None
    icc2: float | None
    n: int
    reason: Reason | None = None
    n_items: int = 0
    band: str | None = None
    icc_n: int = 0
    n_units: int = 0
    icc_reason: Reason | None = None
    icc1_ci: Interval | None = None
    by_role: Mapping[str, RoleReliability] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RoleGap:
    """How far two roles are apart on a dimension, on questions both answered; ``high`` is the role that scores higher.

    Attributes
    ----------
    difference, ci
        Difference of the means of the roles' respondents, at least 0, with its 95 % bootstrap interval.
    g
        Hedges' g: the difference in standard deviations of people within a role; None without variance.
    p, p_holm
        Probability of so large a difference if roles did not matter (permutation), and adjusted for all comparisons of the unit
        that could tell anything. The latter is None where so few people could not, whatever they had said.
    p_least
        The smallest ``p`` that so many people can give.
    n_high, n_low, n_questions
        Respondents of each role, and questions, that entered.
    """

    dimension: str
    high: str
    low: str
    high_mean: float
    low_mean: float
    difference: float
    ci: Interval
    g: float | None
    p: float
    p_holm: float | None
    n_high: int
    n_low: int
    n_questions: int
    p_least: float

    @property
    def certain(self) -> bool:
        """Whether it is more than noise: at most one chance in twenty, all comparisons of the unit together."""
        return self.p_holm is not None and self.p_holm <= SIGNIFICANCE


@dataclass(frozen=True, slots=True)
class Robustness:
    """How often the level would be another, had other people of the same roles answered and had dimensions other weights.

    Attributes
    ----------
    level_differs, by_respondents, by_weights
        Probabilities, by both together and each alone; None with a ``reason`` where respondents cannot be drawn again.
    levels
        Probability of each level; ``0`` is below the first.
    score_range
        Where 95 % of the scores fall.
    concentration, draws
        Of the Dirichlet distribution of weights, and how many were drawn.
    """

    level_differs: float | None
    by_respondents: float | None
    by_weights: float | None
    levels: Mapping[str, float]
    score_range: Interval | None
    concentration: float
    draws: int
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Caveat:
    """Why a score must not be taken at its word: ``coverage`` or ``agreement``, and the dimensions where it is so."""

    kind: Literal["coverage", "agreement"]
    dimensions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """One question: ``score`` by the policy, ``mean`` and ``sd`` plain over ``n`` answers, and how many chose each option.

    ``band`` is the word for ``rwg``, as in :class:`Agreement`.
    """

    score: float | None
    mean: float | None
    sd: float | None
    n: int
    dk: int
    na: int
    unanswered: int
    rwg: float | None
    counts: Mapping[str, int]
    coverage: float | None
    bounds: Interval | None
    reason: Reason | None = None
    band: str | None = None


@dataclass(frozen=True, slots=True)
class RoleView:
    """What one role says; scores are None where they are withheld (``reason``) or do not exist.

    ``n`` people of the role; ``criteria_n`` of them answered a criterion, for the criteria that have a score.
    """

    n: int
    dimensions: Mapping[str, float | None]
    criteria: Mapping[str, float | None]
    reason: Reason | None = None
    criteria_n: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Comment:
    """A respondent's words on a question. ``role`` only where enough people share it."""

    question: str
    text: str
    role: str | None


@dataclass(frozen=True, slots=True)
class Evidenced:
    """What the register of evidence supports of a criterion.

    ``level`` is the highest level that an entry supports, of this ``kind``; None with a ``reason``. ``n`` entries count, and
    ``expired`` ones did.
    """

    level: float | None
    kind: str | None
    n: int
    expired: int
    reason: Reason | None = None


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

    def as_json(self) -> dict[str, Any]:
        """The unit's part of the JSON form (``docs/result.md``)."""
        return {
            "name": dict(self.name),
            "parent": self.parent,
            "size": self.size,
            "n_respondents": self.n_respondents,
            "overall": _json(self.overall),
            "dimensions": {
                name: _json(block) | {"agreement": _json(self.agreement[name]), "target": self.targets.get(name)}
                for name, block in self.dimensions.items()
            },
            "screens": {name: _json(block) for name, block in self.screens.items()},
            "criteria": {
                name: _json(block) | {"evidenced": found.level if (found := self.evidence.get(name)) else None, "measured": None}
                for name, block in self.criteria.items()
            },
            "evidence": {name: _json(found) for name, found in self.evidence.items()},
            "questions": {name: _json(question) for name, question in self.questions.items()},
            "roles": {name: _json(view) for name, view in self.roles.items()},
            "gaps": [_json(gap) for gap in self.gaps],
            "robustness": _plain(self.robustness),
            "caveats": [_json(caveat) for caveat in self.caveats],
        }


@dataclass(frozen=True, slots=True)
class Rank:
    """Where a unit stands among the units, by overall score.

    Attributes
    ----------
    rank
        1 for the highest score; None with a ``reason`` for a unit that cannot be ranked.
    ci
        The ranks it has in 95 % of the draws of respondents and weights.
    first
        Probability of being the highest.
    above_next
        Probability of being above the unit ranked next; None for the last.
    probabilities
        Of each rank that occurs; empty in large groups.
    """

    rank: int | None
    ci: tuple[int, int] | None
    score: float | None
    n: int
    first: float | None = None
    above_next: float | None = None
    probabilities: Mapping[str, float] = field(default_factory=dict)
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Spread:
    """How much units differ, and people within a unit: standard deviations in scale points, and ICC.

    ``n`` respondents of ``n_units`` units; ``lowest`` and ``highest`` are ids of units by score. ``p`` is that of the F test;
    ``icc1_ci`` takes these units as a sample of units.
    """

    between: float | None
    within: float | None
    icc1: float | None
    icc2: float | None
    p: float | None
    n: int
    n_units: int
    mean: float | None
    lowest: str | None
    highest: str | None
    reason: Reason | None = None
    icc1_ci: Interval | None = None


@dataclass(frozen=True, slots=True)
class RollUp:
    """The units below a unit as one figure: ``mean`` with interval, weighted by size, and the weakest of them.

    ``n_units`` with a score of ``of_units`` below; ``n`` respondents. ``reason`` says why there is no figure by size.
    """

    mean: float | None
    ci: Interval | None
    by_size: float | None
    weakest: float | None
    weakest_unit: str | None
    n_units: int
    of_units: int
    n: int
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class CommonGap:
    """A criterion on which several units are clearly below their own overall score: ``units`` of ``n_units`` with a score."""

    criterion: str
    units: tuple[str, ...]
    n_units: int
    mean: float
    n: int


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one unit could learn from another: a criterion on which it is clearly behind, with the interval of the distance."""

    criterion: str
    teacher: str
    learner: str
    teacher_score: float
    learner_score: float
    difference: float
    ci: Interval
    teacher_n: int
    learner_n: int


@dataclass(frozen=True, slots=True)
class Group:
    """All units of a wave beside each other.

    Attributes
    ----------
    ranking
        By unit id, from the highest score to the lowest, then those that cannot be ranked.
    above
        ``above[a][b]`` is the probability that a is above b; in large groups only for neighbours in the ranking.
    spread
        By dimension id, and ``overall``.
    roll_ups
        By id of a unit that stands above others, then ``overall`` and dimension ids.
    reason
        Why nothing can be compared.
    left_out
        By id of a dimension that counts: the ranked units that have no score on it, or whose people do not agree on it.
    ranking_carried, above_carried
        The ranked units again, in the same draws, over the other dimensions alone: order and the pairs of ``above``. Empty where
        no dimension is left out, and where no dimension that counts is left.
    """

    ranking: Mapping[str, Rank]
    above: Mapping[str, Mapping[str, float]]
    spread: Mapping[str, Spread]
    common_gaps: tuple[CommonGap, ...]
    lessons: tuple[Lesson, ...]
    roll_ups: Mapping[str, Mapping[str, RollUp]]
    reason: Reason | None = None
    left_out: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ranking_carried: Mapping[str, Rank] = field(default_factory=dict)
    above_carried: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """One cause's share in a change, in scale points; None with a ``reason``."""

    value: float | None
    ci: Interval | None = None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """From one wave to the next: one score and what moved it. ``difference`` = real + respondents + instrument + not_applicable.

    Attributes
    ----------
    before, after, level_before, level_after
        As published for each wave.
    difference, ci
        After less before, with its 95 % bootstrap interval; people who answered both times are drawn together.
    comparable
        The change on questions asked in the same form, and applicable, both times: real + respondents.
    real
        The same people (or, if few are the same, the same roles) on the same questions.
    respondents
        What other people answering did to it.
    instrument
        What changed, new and dropped questions and their weights did to it.
    not_applicable
        What questions that apply in one wave only did to it.
    """

    before: float | None
    after: float | None
    difference: float | None
    ci: Interval | None
    level_before: int | None
    level_after: int | None
    comparable: Part
    real: Part
    respondents: Part
    instrument: Part
    not_applicable: Part
    n_before: int
    n_after: int
    n_questions: int
    reason: Reason | None = None
    ci_reason: Reason | None = None

    @property
    def certain(self) -> bool:
        """Whether it is more than noise: its interval has a width, and lies on one side of 0."""
        return self.ci is not None and self.ci[0] < self.ci[1] and (self.ci[0] > 0 or self.ci[1] < 0)


@dataclass(frozen=True, slots=True)
class UnitChange:
    """What changed in one unit. ``basis`` says how real change was told from a change of people.

    ``same_people``: by those ``n_both`` who answered both times; ``same_roles``: by roles that answered both times.
    """

    n_before: int
    n_after: int
    n_both: int
    basis: Literal["same_people", "same_roles"]
    overall: Change
    dimensions: Mapping[str, Change]
    screens: Mapping[str, Change]
    criteria: Mapping[str, Change]


@dataclass(frozen=True, slots=True)
class Progress:
    """An earlier wave and what has changed since. ``units`` holds those with answers in both waves.

    ``questions`` counts kept, changed, dropped and new questions between the two versions of the instrument.
    """

    since: str
    wave: str
    instrument_before: tuple[str, str]
    instrument_after: tuple[str, str]
    questions: Mapping[str, int]
    units: Mapping[str, UnitChange]
    joined: tuple[str, ...]
    left: tuple[str, ...]

    def head(self) -> dict[str, Any]:
        """All but the units, as plain objects."""
        names = ("id", "version")
        return {
            "since": self.since,
            "wave": self.wave,
            "instrument_before": dict(zip(names, self.instrument_before, strict=True)),
            "instrument_after": dict(zip(names, self.instrument_after, strict=True)),
            "questions": dict(self.questions),
            "joined": list(self.joined),
            "left": list(self.left),
        }


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a result rests on: input files with their SHA-256, and the versions that computed it."""

    inputs: tuple[tuple[str, str], ...]
    versions: tuple[tuple[str, str], ...]

    @property
    def other_files(self) -> tuple[tuple[str, str], ...]:
        """The inputs that are not files of answers."""
        return tuple(entry for entry in self.inputs if not entry[0].startswith(_ANSWERS))

    @property
    def answer_files(self) -> tuple[int, str]:
        """How many files of answers there are, and the SHA-256 of their names and digests, one ``digest  name`` a line."""
        lines = [f"{digest}  {name}\n" for name, digest in sorted(self.inputs) if name.startswith(_ANSWERS)]
        return len(lines), hashlib.sha256("".join(lines).encode()).hexdigest()


@dataclass(frozen=True)
class AuditResult:
    """The result of an audit: one wave of one engagement. ``units`` may build its entries when they are asked for.

    ``date`` (ISO) stands for "now" in every output: ``SOURCE_DATE_EPOCH`` if it is set, else when the wave was closed, or None.
    """

    company: Text
    currency: str
    languages: tuple[str, ...]
    wave: str
    waves: tuple[str, ...]
    date: str | None
    instrument: Instrument
    reliability: Mapping[str, Reliability]
    units: Mapping[str, UnitResult]
    provenance: Provenance
    replicates: int
    group: Group
    progress: Progress | None = None
    """What changed since an earlier wave; None if there is none."""

    def as_json(self) -> dict[str, Any]:
        """The JSON form (``docs/result.md``), as plain objects."""
        units = {name: unit.as_json() for name, unit in self.units.items()}
        if self.progress is None:
            return self._head() | {"units": units, "progress": None}
        changes = {name: _json(change) for name, change in self.progress.units.items()}
        return self._head() | {"units": units, "progress": self.progress.head() | {"units": changes}}

    def write_json(self) -> Iterator[str]:
        """The JSON form as text, unit by unit, so that ten thousand units need not be held at once."""
        yield _dump(self._head())[:-1] + ', "units": {'
        yield from _entries((name, unit.as_json()) for name, unit in self.units.items())
        if self.progress is None:
            yield '\n}, "progress": null}\n'
            return
        yield '\n}, "progress": ' + _dump(self.progress.head())[:-1] + ', "units": {'
        yield from _entries((name, _json(change)) for name, change in self.progress.units.items())
        yield "\n}}}\n"

    def _head(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "company": dict(self.company),
            "wave": self.wave,
            "date": self.date,
            "instrument": {"id": self.instrument.id, "version": self.instrument.version, "sha256": self.instrument.sha256},
            "reliability": {name: _json(value) for name, value in self.reliability.items()},
            "group": _json(self.group),
            "provenance": {"inputs": dict(self.provenance.inputs), "versions": dict(self.provenance.versions)},
        }


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _entries(items: Iterable[tuple[str, Any]]) -> Iterator[str]:
    """The entries of a JSON object, one a line."""
    for number, (name, value) in enumerate(items):
        yield f"{',' if number else ''}\n{_dump(name)}: {_dump(value)}"


def _json(value: Any) -> dict[str, Any]:
    """A flat dataclass as plain JSON values."""
    return {item.name: _plain(getattr(value, item.name)) for item in dataclasses.fields(value)}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, float | int | str):
        return value
    if dataclasses.is_dataclass(value):
        return _json(value)
    if isinstance(value, Mapping):
        return {name: _plain(entry) for name, entry in value.items()}
    if isinstance(value, tuple):
        return [_plain(entry) for entry in value]
    return value
