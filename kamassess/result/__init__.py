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
from kamassess.result.customer_groups import CustomerGroup, GroupDifference, GroupRules, GroupTotals, GroupUnit, PriceIndex
from kamassess.result.group import CommonGap, Group, Lesson, Rank, RollUp, Spread
from kamassess.result.known import Evidenced, Known, MeasuredLevel, MetricValue, SayDo, TableLines
from kamassess.result.portfolio import AccountValue, Portfolio
from kamassess.result.progress import Change, Part, Progress, UnitChange
from kamassess.result.reasons import SIGNIFICANCE, Interval, Reason, option_key
from kamassess.result.roadmap import PlannedAction, Roadmap, Stand
from kamassess.result.suitability import (
    BreakEven,
    Covered,
    CoveredAccount,
    FitCondition,
    FitReason,
    FitRules,
    KnockOut,
    Programme,
    Stance,
    Suitability,
    Verdict,
)
from kamassess.result.unit import AnswerRows, UnitResult
from kamassess.result.workshop import (
    AgreedAnswer,
    EarlierWorkshop,
    Moved,
    RoleVote,
    VotedBlock,
    VoteRound,
    Workshop,
    WorkshopGap,
    WorkshopQuestion,
)

__all__ = [
    "SCHEMA",
    "SIGNIFICANCE",
    "AccountAlert",
    "AccountValue",
    "AgreedAnswer",
    "Agreement",
    "AnswerRows",
    "AuditResult",
    "Block",
    "BreakEven",
    "Caveat",
    "Change",
    "Comment",
    "CommonGap",
    "Covered",
    "CoveredAccount",
    "CustomerGroup",
    "EarlierWorkshop",
    "Evidenced",
    "FitCondition",
    "FitReason",
    "FitRules",
    "Group",
    "GroupDifference",
    "GroupRules",
    "GroupTotals",
    "GroupUnit",
    "Interval",
    "KnockOut",
    "Known",
    "Lesson",
    "MeasuredLevel",
    "MetricValue",
    "Moved",
    "Part",
    "PlannedAction",
    "Portfolio",
    "PriceIndex",
    "Programme",
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
    "RoleVote",
    "RollUp",
    "SayDo",
    "Spread",
    "Stance",
    "Stand",
    "Suitability",
    "TableLines",
    "UnitChange",
    "UnitResult",
    "Verdict",
    "VoteRound",
    "VotedBlock",
    "Workshop",
    "WorkshopGap",
    "WorkshopQuestion",
    "option_key",
]
