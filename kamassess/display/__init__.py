"""What a notebook shows: a call such as ``open_report`` gives a report, each method of which returns one of its sections."""

from kamassess.display.group import GroupReport, open_group, view_of_group
from kamassess.display.minutes import MinutesReport, open_minutes, view_of_minutes
from kamassess.display.options import OptionsReport, open_options
from kamassess.display.progress import ProgressReport, open_progress
from kamassess.display.shown import Display, Report
from kamassess.display.unit import UnitReport, open_report, view_of_unit
from kamassess.display.value import AccountValueReport, open_account_value

__all__ = [
    "AccountValueReport",
    "Display",
    "GroupReport",
    "MinutesReport",
    "OptionsReport",
    "ProgressReport",
    "Report",
    "UnitReport",
    "open_account_value",
    "open_group",
    "open_minutes",
    "open_options",
    "open_progress",
    "open_report",
    "view_of_group",
    "view_of_minutes",
    "view_of_unit",
]
