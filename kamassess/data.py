"""The company's own data: which tables there may be, what stands in their columns, and the tables once they are read.

A table is declared once, here: the reader checks files against it, and metrics rely on its types. In the frames an account is its
position in ``accounts`` and a unit its position among the engagement's units, so that ten thousand units are counted at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "CATEGORIES",
    "DAYS",
    "EVIDENCE",
    "LEVELS",
    "OPTION_CRITERIA",
    "OWN_CRITERION",
    "TABLES",
    "ColumnSpec",
    "Data",
    "Kind",
    "OptionCriterion",
    "Proof",
    "TableSpec",
    "bilingual",
    "every_option",
    "option_criterion",
]

Kind = Literal["account", "unit", "criterion", "text", "date", "number", "share", "yes", "choice", "names"]
"""What a cell holds. ``account``, ``unit`` and ``criterion`` name one that is known; ``share`` is a part of 1, or a percentage;
``yes`` is yes or no; ``names`` are names with semicolons between them, or their number."""

CATEGORIES: Mapping[str, tuple[str, ...]] = {
    "visit": ("拜访",),
    "contact": ("联络", "电话", "call", "meeting", "会议"),
    "hospitality": ("招待", "宴请", "gift", "礼品"),
    "price": ("让价", "折扣", "discount", "rebate", "price concession", "price_concession"),
    "service": ("服务",),
    "training": ("培训",),
    "supply": ("备货", "supply priority"),
    "trial": ("试销",),
    "event": ("客户活动", "活动支援"),
    "event_support": ("支援",),
    "promotion": ("促销",),
    "strategy": ("战略研讨", "joint planning"),
    "feedback": ("意见征求", "staff feedback"),
    "incentive": ("奖励",),
    "report": ("信息通报", "information"),
    "forum": ("座谈会",),
    "forum_action": ("座谈会事项", "forum action"),
    "complaint": ("投诉",),
}
"""What an activity can be, and other words for it. ``event`` is one of the customer's own, ``event_support`` what we did for it;
``forum_action`` is something agreed at a forum."""
LEVELS: Mapping[str, tuple[str, ...]] = {
    "front": ("基层", "front line", "frontline"),
    "middle": ("中层", "manager", "经理"),
    "top": ("高层", "executive", "领导"),
}
"""Where in either company someone works."""
_SIDES: Mapping[str, tuple[str, ...]] = {"us": ("我方", "we"), "them": ("客户", "customer", "对方")}


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """One column: its name, what it holds, whether it must be there and filled, and what its values may be."""

    name: str
    kind: Kind
    required: bool = False
    zh: str = ""
    low: float | None = None
    high: float | None = None
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    must_fill: bool = True
    """Whether a required column must have a value in every line."""


@dataclass(frozen=True, slots=True)
class TableSpec:
    """One table: its columns, and those which together stand in one row only. ``open`` tables keep further columns as text."""

    name: str
    columns: tuple[ColumnSpec, ...]
    key: tuple[str, ...] = ()
    open: bool = False

    def column(self, name: str) -> ColumnSpec:
        """The column of this name."""
        return next(column for column in self.columns if column.name == name)


def _c(name: str, kind: Kind, zh: str, **more: object) -> ColumnSpec:
    return ColumnSpec(name, kind, zh=zh, **more)  # type: ignore[arg-type]


def _r(name: str, kind: Kind, zh: str, **more: object) -> ColumnSpec:
    return ColumnSpec(name, kind, required=True, zh=zh, **more)  # type: ignore[arg-type]


TABLES: Mapping[str, TableSpec] = {
    spec.name: spec
    for spec in (
        TableSpec(
            "accounts",
            (
                _r("account", "text", "客户编号"),
                _r("name", "text", "客户名称"),
                _r("unit", "unit", "业务单元"),
                _r("key_account", "yes", "重点客户"),
                _c("group", "text", "客户集团"),
                _c("since", "date", "合作起始"),
                _c("until", "date", "合作终止"),
                _c("manager", "text", "客户经理"),
                _c("industry", "text", "行业"),
                _c("wallet", "number", "品类采购总额", low=0),
                _c("rank_among_suppliers", "number", "供应商排名", low=1),
                _c("suppliers", "number", "供应商数", low=1),
                _c("attractiveness", "number", "吸引力"),
                _c("strength", "number", "我方实力"),
                _c("sponsor", "text", "高层负责人"),
                _c("team_functions", "names", "小组职能", low=0),
            ),
            key=("account",),
        ),
        TableSpec(
            "sales",
            (
                _r("account", "account", "客户编号"),
                _r("date", "date", "日期"),
                _c("product", "text", "产品"),
                _c("quantity", "number", "数量"),
                _r("net_sales", "number", "净销售额"),
                _c("cost_of_goods", "number", "销售成本"),
                _c("cost_to_serve", "number", "服务成本"),
                _c("promotion", "text", "促销"),
            ),
        ),
        TableSpec(
            "deliveries",
            (
                _r("account", "account", "客户编号"),
                _r("order", "text", "订单号"),
                _c("product", "text", "产品"),
                _c("ordered", "date", "下单日期"),
                _r("promised", "date", "承诺日期"),
                _r("delivered", "date", "交货日期", must_fill=False),
                _r("ordered_qty", "number", "订购数量", low=0),
                _r("delivered_qty", "number", "交货数量", low=0, must_fill=False),
                _c("mode", "text", "运输方式"),
            ),
        ),
        TableSpec(
            "activities",
            (
                _r("account", "account", "客户编号"),
                _r("date", "date", "日期"),
                _r("category", "choice", "类别", choices=CATEGORIES),
                _c("initiator", "choice", "发起方", choices=_SIDES),
                _c("our_level", "choice", "我方层级", choices=LEVELS),
                _c("their_level", "choice", "客户层级", choices=LEVELS),
                _c("days", "number", "天数", low=0),
                _c("value", "number", "金额", low=0),
                _c("planned", "yes", "是否计划内"),
                _c("escalated", "yes", "是否上报"),
                _c("answered_after_days", "number", "几天后答复", low=0),
                _c("contact", "text", "客户联系人"),
            ),
        ),
        TableSpec(
            "people",
            (
                _r("manager", "text", "客户经理"),
                _r("unit", "unit", "业务单元"),
                _c("grade", "number", "职级"),
                _c("reference_grade", "number", "对照职级"),
                _c("base_pay", "number", "固定薪酬", low=0),
                _c("variable_pay", "number", "浮动薪酬", low=0),
                _c("long_term_share", "share", "长期占比", low=0, high=1),
                _c("team_share", "share", "团队占比", low=0, high=1),
                _c("training_days", "number", "培训天数", low=0),
                _c("joined", "date", "上任"),
                _c("left", "date", "离任"),
                _c("engineer", "number", "工程师角色", low=1, high=5),
                _c("seller", "number", "销售角色", low=1, high=5),
                _c("leader", "number", "领导者角色", low=1, high=5),
                _c("rater", "text", "评价人"),
            ),
        ),
        TableSpec(
            "plans",
            (
                _r("account", "account", "客户编号"),
                _r("updated", "date", "更新日期"),
                _r("financials", "yes", "财务分析"),
                _r("value_chain", "yes", "价值链分析"),
                _r("buying_process", "yes", "采购流程分析"),
                _r("competitors", "yes", "竞争分析"),
                _c("linked_to_business_plan", "yes", "与经营计划挂钩"),
            ),
            key=("account",),
        ),
        TableSpec(
            "launches",
            (
                _r("product", "text", "产品"),
                _r("launched", "date", "上市日期"),
                _r("account", "account", "客户编号"),
                _r("trialled", "date", "试销日期", must_fill=False),
            ),
            key=("product", "account"),
        ),
        TableSpec(
            "promotions",
            (
                _r("account", "account", "客户编号"),
                _r("start", "date", "开始"),
                _r("end", "date", "结束"),
                _r("cost", "number", "费用", low=0),
                _r("margin_rate", "share", "毛利率", low=-1, high=1),
                _r("co_designed", "yes", "共同设计"),
            ),
        ),
        TableSpec("crm", (_r("account", "text", "客户编号"),), open=True),
        TableSpec(
            "options",
            (
                _r("case", "text", "案例"),
                _r("option", "text", "方案"),
                _r("criterion", "text", "准则"),
                _r("value", "number", "数值"),
                _c("weight", "number", "权重", low=0),
                _c("note", "text", "依据"),
            ),
            key=("case", "option", "criterion"),
        ),
    )
}
"""By name, in the order in which they are read; a table that names accounts comes after them."""

DAYS: Mapping[str, str] = {
    "sales": "date",
    "deliveries": "promised",
    "activities": "date",
    "plans": "updated",
    "promotions": "start",
}
"""Which day of a line decides whether it lies in the days looked at; tables without one are looked at whole."""

EVIDENCE = TableSpec(
    "evidence",
    (
        _r("unit", "unit", "业务单元"),
        _r("criterion", "criterion", "准则"),
        _r(
            "kind",
            "choice",
            "类别",
            choices={"statement": ("说明", "陈述"), "document": ("文件",), "verified": ("核实", "已核实")},
        ),
        _r("title", "text", "名称"),
        _r("date", "date", "日期"),
        _c("expires", "date", "有效期至"),
        _c("reviewer", "text", "核查人"),
        _c("file", "text", "附件"),
        _c("level", "number", "支持等级"),
    ),
)
"""The register of evidence, which stands beside the tables as ``evidence.csv``."""


# -- the table of options --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OptionCriterion:
    """What a criterion of the table ``options`` is.

    ``money`` is an amount of the engagement's currency, a year's unless it says otherwise; ``probability`` and ``rate`` lie
    between 0 and 1; ``score`` is on 1–5, higher is better. ``better`` is None where neither end is. ``of_case``: one value for
    all options of a case.
    """

    id: str
    kind: Literal["money", "probability", "rate", "years", "score"]
    better: Literal["higher", "lower"] | None
    low: float | None = None
    high: float | None = None
    also: tuple[str, ...] = ()
    of_case: bool = False


OPTION_CRITERIA: Mapping[str, OptionCriterion] = {
    found.id: found
    for found in (
        OptionCriterion("cost", "money", "lower", 0, None, ("成本", "年成本")),
        OptionCriterion("one_off", "money", "lower", 0, None, ("one-off", "一次性投入")),
        OptionCriterion("contribution", "money", None, None, None, ("贡献", "年贡献")),
        OptionCriterion("customer_value", "money", "higher", None, None, ("customer value", "客户价值")),
        OptionCriterion("retention", "probability", "higher", 0, 1, ("留存率", "留存概率")),
        OptionCriterion("risk", "probability", "lower", 0, 1, ("风险", "失败风险")),
        OptionCriterion("switching_effort", "score", "higher", 1, 5, ("switching effort", "转换难度")),
        OptionCriterion("discount", "rate", None, 0, 1, ("折现率",), of_case=True),
        OptionCriterion("years", "years", None, 1, 50, ("摊销年数", "年数"), of_case=True),
    )
}
"""Criteria with a fixed meaning (``docs/options.md``); every other one is a score of the company's own."""
OWN_CRITERION = OptionCriterion("", "score", "higher", 1, 5)
"""What any other criterion is."""
_EVERY = frozenset({"all", "*", "全部", "所有方案"})


def bilingual(text: str) -> tuple[str, dict[str, str]]:
    """The id of a case, an option or a criterion, and its names by language: what stands before ``|``, and both.

    >>> bilingual("Price cut | 降价"), bilingual("降价")
    (('Price cut', {'en': 'Price cut', 'zh': '降价'}), ('降价', {'zh': '降价'}))
    """
    parts = [part.strip() for part in text.replace("｜", "|").split("|") if part.strip()]
    names: dict[str, str] = {}
    for part in parts:
        names.setdefault("zh" if any("\u4e00" <= letter <= "\u9fff" for letter in part) else "en", part)
    return (parts[0] if parts else ""), names


def every_option(name: str) -> bool:
    """Whether a line is about all options of its case.

    >>> every_option("All"), every_option("rail")
    (True, False)
    """
    return name.casefold() in _EVERY


def option_criterion(name: str) -> OptionCriterion:
    """What a criterion is by its id, or another word for it; one of the company's own where it is none of these.

    >>> option_criterion("Cost").id, option_criterion("风险").id, option_criterion("trust").kind
    ('cost', 'risk', 'score')
    """
    plain = name.casefold().replace(" ", "_")
    for found in OPTION_CRITERIA.values():
        if plain == found.id or name.casefold() in found.also:
            return found
    return OWN_CRITERION


@dataclass(frozen=True, slots=True)
class Proof:
    """One entry of the register.

    Attributes
    ----------
    kind
        ``statement`` (somebody says so), ``document`` (it is written) or ``verified`` (somebody looked that it is done).
    date, expires
        First and last day on which it counts, as ISO text.
    file, sha256
        The document in the engagement folder, and the digest of its bytes; None where none is given.
    level
        The level that the reviewer found it to show; None where the register does not say.
    """

    unit: str
    criterion: str
    kind: str
    title: str
    date: str
    expires: str | None = None
    reviewer: str | None = None
    file: str | None = None
    sha256: str | None = None
    level: float | None = None


@dataclass(frozen=True)
class Data:
    """The tables that are there, checked.

    Attributes
    ----------
    tables
        By name, every declared column in each, in its order: ``text`` and ``choice`` as text, empty where missing; ``number``,
        ``share`` and ``names`` as float64, ``yes`` as float64 1 or 0, all NaN where missing; ``date`` as datetime64, NaT where
        missing; ``account`` as int64 position in ``accounts``; ``unit`` as int64 position among the units.
    given
        The columns that the file of each table had.
    n_units
        How many units the engagement has.
    """

    tables: Mapping[str, pd.DataFrame]
    given: Mapping[str, frozenset[str]]
    n_units: int

    def __contains__(self, table: str) -> bool:
        return table in self.tables

    def __getitem__(self, table: str) -> pd.DataFrame:
        return self.tables[table]

    def has(self, table: str, *columns: str) -> bool:
        """Whether a table is there, and has these columns."""
        return table in self.tables and set(columns) <= self.given[table]

    def accounts_per_unit(self) -> list[int]:
        """How many accounts each unit has."""
        counts = [0] * self.n_units
        for unit in self.tables["accounts"]["unit"].tolist() if "accounts" in self.tables else ():
            counts[unit] += 1
        return counts
