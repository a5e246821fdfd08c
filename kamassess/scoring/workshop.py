"""What a workshop came to: its votes and agreed answers scored, and set beside what else is known of the unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from kamassess.instrument import Dimension, Instrument, Question
from kamassess.reading.answer_words import ANSWERED, read_answer
from kamassess.recorded import WORDS, RecordedAnswer, RecordedRound, WorkshopRecord
from kamassess.result import (
    AgreedAnswer,
    Agreement,
    Block,
    EarlierWorkshop,
    Interval,
    Moved,
    QuestionResult,
    Reason,
    RoleVote,
    UnitResult,
    VotedBlock,
    VoteRound,
    Workshop,
    WorkshopGap,
    WorkshopQuestion,
    option_key,
)
from kamassess.scoring.agreement import chance_agreement
from kamassess.scoring.scores import EXACT
from kamassess.scoring.voted import score_agreed, score_votes

if TYPE_CHECKING:
    from kamassess.reading.engagement import Unit

__all__ = ["WORDED", "workshop_of"]

WORDED = 5
"""So many votes that chose an option there are at least where agreement has a word: two or three that happen to say the same are
no strong agreement."""
_HIGH = ("strong", "very_strong")


def workshop_of(records: Sequence[WorkshopRecord], instrument: Instrument, unit: Unit, known: UnitResult) -> Workshop:
    """The result of the last of a unit's workshops in a wave.

    Parameters
    ----------
    records
        Its workshops, at least one, in the order of their days and ids.
    instrument
        What the wave is asked with.
    unit
        The unit.
    known
        What survey, documents and data say of it.
    """
    record = records[-1]
    rounds = {name: shown for name, found in record.rounds.items() if (shown := [one for one in found if one.whole is not None])}
    most = max((len(found) for found in rounds.values()), default=1)
    scored = [
        score_votes(instrument, {name: found[at] for name, found in rounds.items() if at < len(found)}, unit)
        for at in range(most)
    ]
    last = score_votes(instrument, {name: found[-1] for name, found in rounds.items()}, unit)
    agreed = score_agreed(instrument, record.agreed, unit)
    questions = {}
    for name in instrument.questions:
        if name in record.rounds or name in record.agreed:
            by_round = {one.round: scored[at].questions[name] for at, one in enumerate(rounds.get(name, ()))}
            asked = instrument.questions[name]
            told = tuple(_round(one, by_round.get(one.round), asked, instrument) for one in record.rounds.get(name, ()))
            questions[name] = WorkshopQuestion(told, _agreed(record.agreed.get(name), name, instrument))
    withheld = {name: max(one.n for one in found) for name, found in record.rounds.items() if found and name not in rounds}
    return Workshop(
        session=record.session,
        day=record.day,
        people=dict(record.people),
        agenda=record.agenda,
        first=_withheld(_blocks(scored[0]), withheld, instrument),
        last=_withheld(_blocks(last), withheld, instrument),
        agreed=_blocks(agreed, _answered(instrument, questions)),
        agreement={block.id: _agreement(last, block) for block in instrument.blocks},
        questions=questions,
        moved=tuple(_moved(questions)),
        gaps=tuple(_gaps(agreed, known, instrument)),
        targets=dict(record.targets),
        actions=record.actions,
        earlier=tuple(EarlierWorkshop(one.session, one.day, sum(one.people.values())) for one in records[:-1]),
        read_from=record.files,
    )


def _blocks(unit: UnitResult, answered: Mapping[str, int] | None = None) -> dict[str, VotedBlock]:
    """Scores by id, the whole under an empty one; *answered* says how many questions of each were."""
    blocks: dict[str, Block] = {"": unit.overall, **unit.dimensions, **unit.screens, **unit.criteria}
    found = {}
    for name, block in blocks.items():
        n = answered[name] if answered else block.n
        found[name] = VotedBlock(block.score, block.level, block.coverage, n, block.reason, block.blocked_by)
    return found


def _withheld(found: Mapping[str, VotedBlock], votes: Mapping[str, int], instrument: Instrument) -> dict[str, VotedBlock]:
    """The same, with the blocks of which too few voted on every question: how many did, by question, is known."""
    parts = {criterion.id: [question.id for question in criterion.questions] for criterion in instrument.criteria()}
    blocks = {block.id: [name for criterion in block.criteria for name in parts[criterion.id]] for block in instrument.blocks}
    whole = {"": [name for dimension in instrument.dimensions for name in blocks[dimension.id]]}
    told = dict(found)
    for block, names in (parts | blocks | whole).items():
        most = max((votes.get(name, 0) for name in names), default=0)
        if most and found[block].score is None and not found[block].n:
            told[block] = replace(found[block], n=most, reason=Reason.WITHHELD)
    return told


def _agreement(found: UnitResult, block: Dimension) -> Agreement:
    """Agreement between the votes on a block, with the most votes on any of its questions as its number.

    There is no word for that of few votes, nor a high one where the mean does not stand for the votes all the same.
    """
    agreed = found.agreement[block.id]
    most = max((found.questions[entry.id].n or 0 for criterion in block.criteria for entry in criterion.questions), default=0)
    worded = most >= WORDED and not (agreed.carries is False and agreed.band in _HIGH)
    return replace(agreed, n=most, band=agreed.band if worded else None)


def _answered(instrument: Instrument, questions: Mapping[str, WorkshopQuestion]) -> dict[str, int]:
    """How many questions of each block have an agreed answer."""
    having = {name for name, found in questions.items() if found.agreed is not None}
    counts = {criterion.id: sum(question.id in having for question in criterion.questions) for criterion in instrument.criteria()}
    blocks = {block.id: sum(counts[criterion.id] for criterion in block.criteria) for block in instrument.blocks}
    return counts | blocks | {"": sum(blocks[dimension.id] for dimension in instrument.dimensions)}


def _round(found: RecordedRound, scored: QuestionResult | None, question: Question, instrument: Instrument) -> VoteRound:
    if found.whole is None or scored is None:
        return VoteRound(found.round, found.n, 0, None, None, None, None, None, {}, 0, 0, reason=Reason.WITHHELD)
    roles = {role.id: _role(found.roles[role.id]) for role in instrument.roles if role.id in found.roles}
    return VoteRound(
        round=found.round,
        votes=found.n,
        n=scored.n or 0,
        score=scored.score,
        mean=scored.mean,
        sd=scored.sd,
        rwg=scored.rwg,
        band=_word(scored, question),
        counts=scored.counts,
        dk=scored.dk or 0,
        na=scored.na or 0,
        roles=roles,
        comments=found.comments,
        reason=scored.reason,
    )


def _word(scored: QuestionResult, question: Question) -> str | None:
    """The word for the agreement of a vote; none for few votes, nor a high one where random votes would agree as much."""
    n = scored.n or 0
    if scored.rwg is None or n < WORDED:
        return None
    chance = chance_agreement(question.scale.values, 1, n)
    by_chance = chance is not None and scored.rwg <= chance + EXACT
    return None if by_chance and scored.band in _HIGH else scored.band


def _role(counts: Mapping[str, int]) -> RoleVote:
    chosen = [(float(name), count) for name, count in counts.items() if name not in WORDS]
    n = sum(count for _, count in chosen)
    mean = sum(value * count for value, count in chosen) / n if n else None
    return RoleVote(
        mean, n, {option_key(value): count for value, count in chosen} | {name: counts.get(name, 0) for name in WORDS}
    )


def _agreed(found: RecordedAnswer | None, name: str, instrument: Instrument) -> AgreedAnswer | None:
    read = read_answer(found.answer, instrument.questions[name].scale) if found else None
    if found is None or read is None:
        return None
    return AgreedAnswer(read[0] if read[1] == ANSWERED else None, found.comment)


def _moved(questions: Mapping[str, WorkshopQuestion]) -> list[Moved]:
    found = []
    for name, question in questions.items():
        told = [one for one in question.rounds if one.mean is not None]
        if len(told) < 2:
            continue
        first, last = told[0], told[-1]
        before, after = first.mean or 0.0, last.mean or 0.0
        closer = None
        if first.sd is not None and last.sd is not None and abs(first.sd - last.sd) > EXACT:
            closer = last.sd < first.sd
        numbers = (first.sd, last.sd, first.n, last.n)
        found.append(Moved(name, len(question.rounds), before, after, after - before, *numbers, closer, first.votes, last.votes))
    return sorted(found, key=lambda entry: -abs(entry.change))


def _gaps(agreed: UnitResult, known: UnitResult, instrument: Instrument) -> Iterable[WorkshopGap]:
    """Every criterion with an agreed score beside each thing that is known of it, the weightiest difference first."""
    shares = instrument.shares
    found = []
    for name, block in agreed.criteria.items():
        if block.score is None:
            continue
        claim, data, proof = known.criteria[name], known.measured.get(name), known.evidence.get(name)
        beside: list[tuple[Literal["claimed", "measured", "evidenced"], float | None, Interval | None, bool, int]] = [
            ("claimed", claim.score, claim.ci, claim.ci is not None and not _within(block.score, claim.ci), claim.n),
            ("measured", data.level if data else None, None, True, len(data.metrics) if data else 0),
            ("evidenced", proof.level if proof else None, None, True, proof.n if proof else 0),
        ]
        for kind, other, interval, certain, n in beside:
            if other is not None:
                values = (block.score, other, block.score - other, interval, certain, shares.get(name, 0.0), n)
                found.append(WorkshopGap(name, kind, *values))
    return sorted(found, key=lambda gap: (-abs(gap.difference) * gap.weight, gap.criterion, gap.kind))


def _within(value: float, interval: Interval) -> bool:
    return interval[0] - EXACT <= value <= interval[1] + EXACT
