"""The columns of answers, and the headings under which a file may have them."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["COLUMNS", "REQUIRED", "column_of", "holds_answers"]

COLUMNS = ("wave", "unit", "respondent", "role", "question", "answer", "comment")
REQUIRED = COLUMNS[:-1]
_ALIASES = {
    "轮次": "wave",
    "业务单元": "unit",
    "受访者": "respondent",
    "角色": "role",
    "题目编号": "question",
    "回答": "answer",
    "备注": "comment",
    "business unit": "unit",
    "respondent code": "respondent",
    "受访者代码": "respondent",
    "question id": "question",
    "comment or reason": "comment",
    "说明或理由": "comment",
}


def column_of(heading: str) -> str:
    """The column that a heading, or the name of a field above the table, means; the heading itself where it means none.

    >>> column_of("Respondent code:"), column_of("回答")
    ('respondent', 'answer')
    """
    text = heading.strip().rstrip(":：").rstrip()
    return _ALIASES.get(text.lower(), text.lower())


def holds_answers(headings: Iterable[str]) -> bool:
    """Whether a row of headings is that of a table of answers."""
    return {"question", "answer"} <= {column_of(heading) for heading in headings}
