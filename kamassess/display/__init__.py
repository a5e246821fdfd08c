"""What a notebook shows: a call such as ``open_report`` gives a report, each method of which returns one of its sections."""

from kamassess.display.group import GroupReport, open_group
from kamassess.display.progress import ProgressReport, open_progress
from kamassess.display.shown import Display, Report
from kamassess.display.unit import UnitReport, open_report

__all__ = ["Display", "GroupReport", "ProgressReport", "Report", "UnitReport", "open_group", "open_progress", "open_report"]
