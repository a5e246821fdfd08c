"""Questionnaires to send out: from the engagement's instrument, one for each role and language, and for each unit on request.

``choosing`` decides which, ``form`` says what one asks, ``workbook`` and the modules it is put together from write it as XLSX,
and ``xlsform`` writes it for the platforms that collect answers. Reading them back is the work of ``kamassess.reading.forms``.
"""

from kamassess.questionnaire.choosing import FORMATS, Wanted, questionnaires, write_questionnaires
from kamassess.questionnaire.form import Filled, Form
from kamassess.questionnaire.workbook import write_workbook

__all__ = ["FORMATS", "Filled", "Form", "Wanted", "questionnaires", "write_questionnaires", "write_workbook"]
