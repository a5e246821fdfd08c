"""What documents support of what people claim: the register of evidence against the criteria of a unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kamassess.data import Proof
from kamassess.instrument import Instrument
from kamassess.result import Block, Evidenced, Reason

__all__ = ["evidenced"]


def evidenced(
    proofs: Iterable[Proof], criteria: Mapping[str, Block], instrument: Instrument, day: str | None
) -> dict[str, Evidenced]:
    """By criterion, the highest level that an entry of a unit's register supports on a day.

    Parameters
    ----------
    proofs
        Entries of one unit.
    criteria
        The unit's scores. An entry that says no level of its own supports the level that is claimed, as far as its kind goes.
    day
        ISO text. Entries of a later date do not count yet, those that expired before it no more; all count where it is None.
    """
    by_criterion: dict[str, list[Proof]] = {name: [] for name in criteria}
    for proof in proofs:
        if proof.criterion in by_criterion:  # an earlier instrument may not have it
            by_criterion[proof.criterion].append(proof)
    return {name: _of(found, criteria[name], instrument, day) for name, found in by_criterion.items()}


def _of(proofs: list[Proof], block: Block, instrument: Instrument, day: str | None) -> Evidenced:
    there = [proof for proof in proofs if day is None or proof.date <= day]
    valid = [proof for proof in there if day is None or proof.expires is None or proof.expires >= day]
    expired = len(there) - len(valid)
    levels = [(level, proof.kind) for proof in valid if (level := _supported(proof, block, instrument)) is not None]
    if not levels:
        return Evidenced(None, None, len(valid), expired, Reason.NO_CLAIM if valid else Reason.NO_EVIDENCE)
    level, kind = max(levels)
    return Evidenced(level, kind, len(valid), expired)


def _supported(proof: Proof, block: Block, instrument: Instrument) -> float | None:
    claimed = proof.level if proof.level is not None else block.continuous_level
    if claimed is None:
        return None
    return float(min(claimed, instrument.policy.evidence_cap(proof.kind, instrument.levels)))
