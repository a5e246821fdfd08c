"""Why there is no value, and what all parts of a result share."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias

__all__ = ["SIGNIFICANCE", "Interval", "Reason", "option_key"]

SIGNIFICANCE = 0.05
"""A difference counts as more than noise up to this probability of chance."""
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
    """Too few respondents to show without showing who said it, or another figure that so few gave could be worked out from it."""
    NOT_ASKED = "not_asked"
    """No question of it that counts goes to the role."""
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
    NOT_RECORDED = "not_recorded"
    """The log has no entry of the kind at all, so it does not say whether such things are done."""
    NO_VALUES = "no_values"
    """The column it needs is empty for every account of the unit."""
    NO_KEY_ACCOUNTS = "no_key_accounts"
    """The unit has no key account."""
    TOO_FEW_ACCOUNTS = "too_few_accounts"
    """Fewer accounts, or fewer of them lost, than are needed to tell; for metrics of key accounts, fewer than three."""
    NEGATIVE_SALES = "negative_sales"
    """The account returned more than it bought."""
    WALLET_TOO_LOW = "wallet_too_low"
    """The account bought more from us than is given as all its purchases."""
    NO_COMMON_PRODUCT = "no_common_product"
    """No product is sold by two units with a quantity, so their prices cannot be compared."""
    TOO_FEW_LINES = "too_few_lines"
    """Too few products and lines to go by."""
    NO_PROGRAMME_COST = "no_programme_cost"
    """What the programme costs is not declared."""
    VERDICT_OPEN = "verdict_open"
    """What is not known could change the verdict."""
    NO_METRIC = "no_metric"
    """The instrument names no metric for it."""
    NO_CURVE = "no_curve"
    """Its metrics have values, and none has a curve that makes a level of it."""
    NO_EVIDENCE = "no_evidence"
    """The register has nothing that counts for it."""
    NO_CLAIM = "no_claim"
    """The register has an entry that names no level, and no level is claimed that it could support."""
    NO_ACTIONS = "no_actions"
    """No library of actions is known for the instrument."""
    NO_GAP = "no_gap"
    """Every criterion stands where it should, so there is nothing to do."""
    NO_CRITERION = "no_criterion"
    """A criterion of an option that it is made of is not given."""
    NO_BASELINE = "no_baseline"
    """No option, or more than one, stands for doing nothing, so there is nothing to compare with."""
    NO_COST = "no_cost"
    """It costs nothing, so nothing comes on a unit of cost."""
    NO_OTHER = "no_other"
    """There is no second option to compare with."""
    NO_END = "no_end"
    """Nobody leaves and nothing is discounted, so the sum over the years has no end."""
    OUT_OF_RANGE = "out_of_range"
    """No value that is possible does it."""
    NO_RANDOM_INDEX = "no_random_index"
    """More items were compared than the table of random indices covers, so there is no consistency ratio."""
