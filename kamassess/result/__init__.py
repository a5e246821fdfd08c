"""The wall: everything a report may say, computed once, at full precision, with where it comes from.

What stands before this module computes; what stands after it shows. Objects are frozen, hold no arrays and no files, and have
one JSON form (``docs/result.md``). A number that does not exist is None with a reason from :class:`Reason`, never NaN.
"""

from kamassess.result.alerts import AccountAlert
from kamassess.result.audit import SCHEMA, AuditResult, Provenance
from kamassess.result.claimed import (
    Agreement,
    Block,
    Caveat,
    Comment,
    QuestionResult,
    Reliability,
    Robustness,
    RoleGap,
    RoleReliability,
    RoleView,
)
from kamassess.result.group import CommonGap, Group, Lesson, Rank, RollUp, Spread
from kamassess.result.known import Evidenced, Known, MeasuredLevel, MetricValue, SayDo, TableLines
from kamassess.result.portfolio import AccountValue, Portfolio
from kamassess.result.progress import Change, Part, Progress, UnitChange
from kamassess.result.reasons import SIGNIFICANCE, Interval, Reason, option_key
from kamassess.result.roadmap import PlannedAction, Roadmap, Stand
from kamassess.result.unit import UnitResult

__all__ = [
    "SCHEMA",
    "SIGNIFICANCE",
    "AccountAlert",
    "AccountValue",
    "Agreement",
    "AuditResult",
    "Block",
    "Caveat",
    "Change",
    "Comment",
    "CommonGap",
    "Evidenced",
    "Group",
    "Interval",
    "Known",
    "Lesson",
    "MeasuredLevel",
    "MetricValue",
    "Part",
    "PlannedAction",
    "Portfolio",
    "Progress",
    "Provenance",
    "QuestionResult",
    "Rank",
    "Reason",
    "Reliability",
    "Roadmap",
    "Robustness",
    "RoleGap",
    "RoleReliability",
    "RoleView",
    "RollUp",
    "SayDo",
    "Spread",
    "Stand",
    "TableLines",
    "UnitChange",
    "UnitResult",
    "option_key",
]
