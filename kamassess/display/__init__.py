"""What a notebook shows: a call such as ``open_report`` gives a report, whose methods each return one section in several forms."""

from kamassess.display.group import GroupReport, open_group
from kamassess.display.shown import Display, Report
from kamassess.display.unit import UnitReport, open_report

__all__ = ["Display", "GroupReport", "Report", "UnitReport", "open_group", "open_report"]
