"""What is measured of many units at once in a fresh process: scores, whole results, metrics, and plain loops beside them."""

from __future__ import annotations

import json
import resource
from typing import Any

from measure import timed

__all__ = ["auditing", "measuring", "plain_auditing", "plain_measuring", "plain_scoring", "scoring"]


def scoring(units: int) -> dict[str, Any]:
    """All units of a synthetic engagement scored at once: answers in a table to scores and intervals in arrays."""
    from synthetic import synthetic_responses

    from kamassess.reading.instrument import load_instrument
    from kamassess.scoring.answers import answers_of
    from kamassess.scoring.scores import score_answers

    instrument = load_instrument("kam")
    names, responses = synthetic_responses(instrument, units)
    score_answers(answers_of(responses[responses["unit"] == names[0]], instrument, names[:1], "1"))
    answers, arranged = timed(lambda: answers_of(responses, instrument, names, "1"))
    _, scored = timed(lambda: score_answers(answers))
    return {"arranged": arranged, "scored": scored, "answers": len(responses)}


def plain_scoring(units: int) -> dict[str, Any]:
    """The same, one unit after the other in pandas, and how far its numbers are from ours."""
    from plain_scoring import differences, score_unit
    from synthetic import synthetic_responses

    from kamassess.reading.instrument import load_instrument
    from kamassess.scoring.answers import answers_of
    from kamassess.scoring.scores import score_answers

    instrument = load_instrument("kam")
    names, responses = synthetic_responses(instrument, units)
    frames = [frame for _, frame in responses.groupby("unit", sort=False)]
    plain, spent = timed(lambda: [score_unit(frame, instrument) for frame in frames])
    ours = score_answers(answers_of(responses, instrument, names, "1"))
    score, interval = differences(plain, ours)
    return {"plain": spent, "difference_of_scores": score, "difference_of_intervals": interval}


def auditing(units: int) -> dict[str, Any]:
    """Everything the result says of all units: scores, agreement, gaps, robustness, ranking, and each unit's JSON."""
    from synthetic import asked_of_all, synthetic_responses

    from kamassess.reading.engagement import Unit
    from kamassess.reading.instrument import load_instrument
    from kamassess.scoring.answers import answers_of
    from kamassess.scoring.group import compare_units
    from kamassess.scoring.reliability import reliability
    from kamassess.scoring.scores import score_answers
    from kamassess.scoring.units import UnitResults

    instrument = asked_of_all(load_instrument("kam"))
    names, responses = synthetic_responses(instrument, units)
    listed = tuple(Unit(name, {"en": name}, None, 1.0, {}) for name in names)

    def everything() -> int:
        scores = score_answers(answers_of(responses, instrument, names, "1"))
        results = UnitResults(scores, listed, responses.iloc[:0][["unit", "role", "question", "comment"]])
        reliability(scores.answers)
        compare_units(scores, listed, results.unlike)
        return sum(len(json.dumps(unit.as_json())) for unit in results.values())

    size, spent = timed(everything)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return {"audited": spent, "answers": len(responses), "bytes": size, "peak": peak}


def plain_auditing(units: int) -> dict[str, Any]:
    """The same, one unit after the other in pandas and scipy."""
    from plain_auditing import audit_unit
    from synthetic import asked_of_all, synthetic_responses

    from kamassess.reading.instrument import load_instrument

    instrument = asked_of_all(load_instrument("kam"))
    _, responses = synthetic_responses(instrument, units)
    frames = [frame for _, frame in responses.groupby("unit", sort=False)]
    _, spent = timed(lambda: [audit_unit(frame, instrument) for frame in frames])
    return {"plain": spent}


def measuring(units: int) -> dict[str, Any]:
    """Every metric of all units of a synthetic company, from checked tables in memory; and the six that the plain loop has."""
    from plain_metrics import NAMES
    from synthetic_tables import synthetic_tables

    from kamassess.metrics import METRICS, Settings, Window, measure

    data = synthetic_tables(units)
    window, settings = Window.until("2026-10-31"), Settings(programme_cost=(1.0,) * units)
    _, six = timed(lambda: [METRICS[name].measure(data, window, settings) for name in NAMES])
    _, spent = timed(lambda: measure(data, window, settings))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    rows = sum(len(frame) for frame in data.tables.values())
    return {"measured": spent, "six": six, "rows": rows, "peak": peak}


def plain_measuring(units: int) -> dict[str, Any]:
    """Six metrics, one unit after the other in pandas, and how far they are from ours."""
    from plain_metrics import NAMES, measure_unit
    from synthetic_tables import ACCOUNTS, synthetic_tables

    from kamassess.metrics import METRICS, Settings, Window

    data = synthetic_tables(units)
    window = Window.until("2026-10-31")
    accounts = [frame for _, frame in data["accounts"].groupby("unit")]
    lines = [data[name].groupby(data[name]["account"] // ACCOUNTS) for name in ("sales", "deliveries", "activities")]
    rows = [[own, *(group.get_group(unit) for group in lines)] for unit, own in enumerate(accounts)]
    plain, spent = timed(lambda: [measure_unit(tables, window) for tables in rows])
    ours = {name: METRICS[name].measure(data, window, Settings()).value for name in NAMES}
    apart = max(abs(found[name] / ours[name][place] - 1) for place, found in enumerate(plain) for name in NAMES)
    return {"plain": spent, "apart": float(apart)}
