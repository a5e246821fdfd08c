"""Which texts of the overview have words of their own for a group of two units: neither of two is the first of many."""

from __future__ import annotations

__all__ = ["OF_TWO"]

# fmt: off
OF_TWO = frozenset({
    "group_headline_unranked_two", "group_headline_alike_two", "group_headline_contradicted_two", "group_counts_all_two",
    "group_span_levels_two", "group_span_level_two", "group_span_scores_two", "group_figure_first_two", "group_first_of_two",
    "group_first_only_with_two", "group_figure_open_two", "table_units_note_two", "card_lead_two", "card_common_two",
    "card_teach_two", "card_spread_two", "section_ranking_two", "section_common_two", "section_lessons_two",
    "section_roll_up_two", "ranking_intro_two", "ranking_alike_two", "again_same_first_two", "again_other_first_two",
    "again_kept_two", "table_ranking_two", "table_ranking_note_two", "column_first_two", "ranking_chart_title_two",
    "ranking_chart_subtitle_two", "again_nothing_left_two", "common_intro_two", "common_none_two", "common_all_two",
    "common_next_two", "table_common_two", "lessons_intro_two", "lessons_none_two", "roll_up_intro_two",
    "roll_up_intro_no_size_two", "roll_up_all_two", "column_weakest_two", "table_roll_up_note_two", "section_customers_two",
    "customers_none_two", "customers_intro_two", "customers_intro_no_sales_two", "customers_money_two", "table_customers_two",
    "table_customers_note_two", "deck_ranks_none_two", "deck_ranks_with_two", "deck_decide_common_two", "deck_group_near_two",
})
# fmt: on
"""Labels in place of those without ``_two``."""
