"""Statistics on plain arrays: arrays in, small frozen results out; undefined is a result with a reason.

Free of the rest of kamassess but for the reasons. Formulas, what ``n`` counts and sources stand with each function.

========================================  ==============================================================================
Reliability                               :func:`cronbach_alpha`, :func:`mcdonald_omega`
Intraclass correlation                    :func:`icc` (targets × raters), :func:`icc_groups`
Agreement                                 :func:`rwg`, :func:`rwg_j`, :func:`rwg_j_null`, :func:`average_deviation`,
                                          :func:`krippendorff_alpha`
Comparison                                :func:`hedges_g`, :func:`permutation_test`, :func:`permutation_matrix`,
                                          :func:`holm`, :func:`tarone_holm`, :func:`least_p`,
                                          :func:`bootstrap_ci`
Concentration, diversity, retention       :func:`concentration`, :func:`diversity`, :func:`retention`
Weights from comparisons                  :func:`ahp`, :func:`aggregate_judgements`, :func:`most_inconsistent`
========================================  ==============================================================================

Results hold ``value``, ``ci_low``, ``ci_high``, ``n`` and ``reason`` (:class:`Estimate`), or several figures by their names:
:class:`ICC`, :class:`GroupICC`, :class:`WithinGroupAgreement`, :class:`PermutationTest`, :class:`Concentration`,
:class:`Diversity`, :class:`Retention`, :class:`AHP`. NaN stands for what is missing; infinite values are refused.
"""

from kamassess.stats._results import (
    ICC,
    Concentration,
    Diversity,
    Estimate,
    GroupICC,
    PermutationTest,
    Retention,
    WithinGroupAgreement,
)
from kamassess.stats.agreement import average_deviation, rwg, rwg_j, rwg_j_null
from kamassess.stats.comparison import bootstrap_ci, hedges_g, holm, least_p, permutation_matrix, permutation_test, tarone_holm
from kamassess.stats.hierarchy_process import AHP, aggregate_judgements, ahp, most_inconsistent
from kamassess.stats.inequality import concentration, diversity, retention
from kamassess.stats.intraclass import icc, icc_groups
from kamassess.stats.krippendorff import krippendorff_alpha
from kamassess.stats.reliability import cronbach_alpha, mcdonald_omega

__all__ = [
    "AHP",
    "ICC",
    "Concentration",
    "Diversity",
    "Estimate",
    "GroupICC",
    "PermutationTest",
    "Retention",
    "WithinGroupAgreement",
    "aggregate_judgements",
    "ahp",
    "average_deviation",
    "bootstrap_ci",
    "concentration",
    "cronbach_alpha",
    "diversity",
    "hedges_g",
    "holm",
    "icc",
    "icc_groups",
    "krippendorff_alpha",
    "least_p",
    "mcdonald_omega",
    "most_inconsistent",
    "permutation_matrix",
    "permutation_test",
    "retention",
    "rwg",
    "rwg_j",
    "rwg_j_null",
    "tarone_holm",
]
