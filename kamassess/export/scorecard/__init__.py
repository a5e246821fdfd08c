"""The result as a workbook: every figure where a spreadsheet can filter, sort and trace it, in the words of the report."""

from kamassess.export.scorecard.group import group_scorecard
from kamassess.export.scorecard.unit import unit_scorecard

__all__ = ["group_scorecard", "unit_scorecard"]
