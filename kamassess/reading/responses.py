"""Answers: any mix of long CSV files and filled XLSX questionnaires, checked against the engagement and the instrument.

Every distinct value is checked once, whatever the number of rows, so that millions of answers cost little. An answer is
keyed by wave, unit, respondent and question id; neither text nor position nor the order of files matters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from kamassess.instrument import Instrument, Question
from kamassess.reading.places import Gathered
from kamassess.reading.sheets import Sheet, column_letter, read_csv, read_workbook
from kamassess.reading.yaml_tree import suggestion

__all__ = ["ANSWERED", "COLUMNS", "DONT_KNOW", "NOT_APPLICABLE", "UNANSWERED", "read_responses"]

UNANSWERED, ANSWERED, DONT_KNOW, NOT_APPLICABLE = range(4)
"""States of an answer, in column ``state``."""

COLUMNS = ("wave", "unit", "respondent", "role", "question", "answer", "comment")
_REQUIRED = COLUMNS[:-1]
_ALIASES = {
    "轮次": "wave",
    "业务单元": "unit",
    "受访者": "respondent",
    "角色": "role",
    "题目编号": "question",
    "回答": "answer",
    "备注": "comment",
}
_STATES = {
    "": UNANSWERED,
    "dk": DONT_KNOW,
    "不清楚": DONT_KNOW,
    "na": NOT_APPLICABLE,
    "n/a": NOT_APPLICABLE,
    "不适用": NOT_APPLICABLE,
}
_FORM_HEAD = 60


def read_responses(folder: Path, shown: str, instrument: Instrument, units: Sequence[str], faults: Gathered) -> pd.DataFrame:
    """All answers of all waves.

    Parameters
    ----------
    folder
        The ``responses`` folder.
    shown
        Its name in messages.
    instrument, units
        What answers are checked against.
    faults
        Where faults are noted.

    Returns
    -------
    DataFrame
        One row an answer: ``wave``, ``unit``, ``respondent``, ``role``, ``question`` (text), ``value`` (float, NaN unless
        answered), ``state`` (int8), ``comment``; sorted by these keys, so that the order of files and rows is forgotten.
        Respondents without a single answer, don't know or not applicable in a wave are left out.
    """
    frames = []
    for path in _files(folder, shown, faults):
        name = f"{shown}/{path.name}"
        frames += _csv(path, name, faults) if path.suffix.lower() == ".csv" else _workbook(path, name, faults)
    if not frames:
        return _checked(_empty(), instrument, units, faults)
    return _checked(pd.concat(frames, ignore_index=True), instrument, units, faults)


def _files(folder: Path, shown: str, faults: Gathered) -> list[Path]:
    if not folder.is_dir():
        faults.add(
            "there is no such folder", "Make it and put the answers there, as CSV or filled XLSX questionnaires.", file=shown
        )
        return []
    found = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "~$")) or path.is_dir():
            continue
        if path.suffix.lower() in (".csv", ".xlsx"):
            found.append(path)
        elif path.name.lower() not in ("readme.md", "readme.txt"):
            faults.add(
                "is neither .csv nor .xlsx", "Save it in one of these forms, or move it elsewhere.", file=f"{shown}/{path.name}"
            )
    if not found:
        faults.add("holds no answers", "Put CSV files or filled XLSX questionnaires there.", file=shown)
    return found


def _empty() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=str) for name in (*COLUMNS, "file", "sheet")} | {"row": pd.Series(dtype=int)})


# -- CSV and XLSX to one frame of text ---------------------------------------------------------------------------------------


def _csv(path: Path, name: str, faults: Gathered) -> list[pd.DataFrame]:
    raw = read_csv(path, name, faults)
    if raw is None:
        return []
    columns = [_ALIASES.get(column.strip(), column.strip().lower()) for column in raw.columns]
    if not _header(columns, _REQUIRED, name, "", faults):
        return []
    raw.columns = columns
    frame = raw.apply(lambda column: column.str.strip())
    frame = frame.assign(file=name, sheet="", row=frame.index)
    if "comment" not in frame:
        frame["comment"] = ""
    if frame.empty:
        faults.add("has a header but no answers", "Fill it or remove it.", file=name)
    filled = (frame[list(_REQUIRED)] != "").any(axis=1)
    return [frame.loc[filled]]


def _header(columns: Sequence[str], required: Sequence[str], file: str, sheet: str, faults: Gathered) -> bool:
    sound = True
    for column in dict.fromkeys(columns):
        if column not in COLUMNS:
            shown = f"'{column}'" if column else "without a heading"
            faults.add(
                f"column {shown} is not known", suggestion(column, COLUMNS) or "Remove it.", file=file, sheet=sheet, row=None
            )
            sound = False
        elif list(columns).count(column) > 1:
            faults.add(f"column '{column}' stands twice", "Keep one of them.", file=file, sheet=sheet)
            sound = False
    for column in required:
        if column not in columns:
            faults.add(f"column '{column}' is missing", f"Add it; the columns are {', '.join(COLUMNS)}.", file=file, sheet=sheet)
            sound = False
    return sound


def _workbook(path: Path, name: str, faults: Gathered) -> list[pd.DataFrame]:
    sheets = read_workbook(path, name, faults)
    tables = [(sheet, head) for sheet in sheets if (head := _find_header(sheet)) is not None]
    if sheets and not tables:
        faults.add(
            "has no sheet with the columns 'question' and 'answer'", "Use the questionnaire as it was sent out.", file=name
        )
    return [frame for sheet, head in tables if (frame := _form(sheet, head, name, faults)) is not None]


def _find_header(sheet: Sheet) -> int | None:
    for number, row in enumerate(sheet.cells[:_FORM_HEAD]):
        names = {_column(cell) for cell in row}
        if {"question", "answer"} <= names:
            return number
    return None


def _column(cell: str) -> str:
    return _ALIASES.get(cell.strip(), cell.strip().lower())


def _form(sheet: Sheet, head: int, file: str, faults: Gathered) -> pd.DataFrame | None:
    """A questionnaire: constants such as ``unit`` and ``role`` may stand above the table, and other columns beside it."""
    if not sheet.visible:
        faults.add("is a hidden sheet with answers", "Unhide it, or delete it.", file=file, sheet=sheet.name)
        return None
    columns = [_column(cell) for cell in sheet.cells[head]]
    known = {name: columns.index(name) for name in COLUMNS if name in columns}
    constants = {}
    for number, row in enumerate(sheet.cells[:head]):
        key = _column(row[0]) if row else ""
        value = next((cell for cell in row[1:] if cell), "")
        if key in COLUMNS[:4]:
            if key in constants or key in known:
                faults.add(f"'{key}' is given twice", "Keep one of them.", file=file, sheet=sheet.name, row=number + 1)
            constants[key] = value
            if not value:
                faults.add(
                    f"'{key}' is not filled in", "Write it in the cell beside it.", file=file, sheet=sheet.name, row=number + 1
                )
    sound = True
    for name in COLUMNS[:4]:
        if name not in known and name not in constants:
            faults.add(
                f"'{name}' is missing",
                f"Write '{name}' and its value above the table, or add the column.",
                file=file,
                sheet=sheet.name,
            )
            sound = False
    if not sound or not all(constants.values()):
        return None
    records = []
    for number, row in enumerate(sheet.cells[head + 1 :], head + 1):
        record = constants | {name: row[index] if index < len(row) else "" for name, index in known.items()}
        if record["question"] or record["answer"]:
            records.append(record | {"row": number + 1})
    frame = pd.DataFrame(records, columns=[*COLUMNS, "row"]).fillna("").assign(file=file, sheet=sheet.name)
    _layout(sheet, head, known, {int(row) for row in frame["row"]}, file, faults)
    return frame


def _layout(sheet: Sheet, head: int, known: Mapping[str, int], rows: set[int], file: str, faults: Gathered) -> None:
    """Merged and hidden cells inside the table: what a reader sees is then not what the file says."""
    for (top, left), (bottom, right) in sheet.merged:
        touched = [name for name, index in known.items() if left <= index <= right]
        if bottom > head and touched and any(top + 1 <= row <= bottom + 1 for row in rows):
            area = f"{column_letter(left)}{top + 1}:{column_letter(right)}{bottom + 1}"
            faults.add(
                f"cells {area} are merged",
                "Unmerge them and fill each cell.",
                file=file,
                sheet=sheet.name,
                row=top + 1,
                column=column_letter(left),
            )
    for row in sorted(sheet.hidden_rows):
        if row + 1 in rows:
            faults.add("is hidden but holds a question", "Unhide it, or delete it.", file=file, sheet=sheet.name, row=row + 1)
    for name in ("answer", "comment"):
        if name in known and known[name] in sheet.hidden_columns:
            faults.add("is hidden", "Unhide it.", file=file, sheet=sheet.name, column=f"{column_letter(known[name])} ({name})")


# -- the frame against engagement and instrument -------------------------------------------------------------------------------


class _Columns:
    """The frame by codes: each distinct value once, and the rows it stands in."""

    def __init__(self, frame: pd.DataFrame, faults: Gathered) -> None:
        self.frame = frame
        self.faults = faults
        self.codes: dict[str, np.ndarray] = {}
        self.values: dict[str, list[str]] = {}
        for name in (*_REQUIRED, "file", "sheet"):
            codes, values = pd.factorize(frame[name], sort=True)
            self.codes[name], self.values[name] = codes, [str(value) for value in values]

    def refuse(self, rows: np.ndarray, message: str, remedy: str, column: str) -> None:
        """Note the same fault for all *rows* (positions)."""
        for position in rows.tolist():
            place = self.frame.iloc[position] if len(rows) < 50 else None
            file, sheet, row = (place["file"], place["sheet"], place["row"]) if place is not None else self._place(position)
            self.faults.add(message, remedy, file=str(file), sheet=str(sheet), row=int(row), column=column)

    def _place(self, position: int) -> tuple[str, str, int]:
        file = self.values["file"][self.codes["file"][position]]
        sheet = self.values["sheet"][self.codes["sheet"][position]]
        return file, sheet, int(self.frame["row"].to_numpy()[position])

    def place(self, position: int) -> str:
        """Where a row stands, in words."""
        file, sheet, row = self._place(position)
        return f"{file}{f', sheet {sheet}' if sheet else ''}, row {row}"

    def known(self, column: str, allowed: Sequence[str], what: str) -> np.ndarray:
        """Which rows have an *allowed* value; notes the others."""
        codes, values = self.codes[column], self.values[column]
        good = np.array([value in allowed for value in values], dtype=bool)
        for code in np.flatnonzero(~good):
            value = values[code]
            rows = np.flatnonzero(codes == code)
            if value:
                self.refuse(rows, f"'{value}' is no {what}", suggestion(value, list(allowed)), column)
            else:
                self.refuse(rows, f"{column} is empty", f"Write the {what}.", column)
        return good[codes] if len(codes) else np.zeros(0, dtype=bool)

    def filled(self, column: str) -> np.ndarray:
        """Which rows have a value; notes the others."""
        empty = np.array([not value for value in self.values[column]], dtype=bool)
        missing = empty[self.codes[column]] if len(self.frame) else np.zeros(0, dtype=bool)
        self.refuse(np.flatnonzero(missing), f"{column} is empty", f"Write the {column}.", column)
        return ~missing


def _checked(frame: pd.DataFrame, instrument: Instrument, units: Sequence[str], faults: Gathered) -> pd.DataFrame:
    columns = _Columns(frame, faults)
    sound = columns.filled("wave") & columns.filled("respondent")
    sound &= columns.known("unit", list(units), "unit of this engagement")
    sound &= columns.known("role", list(instrument.role_ids), f"role of instrument {instrument.id}")
    sound &= columns.known("question", list(instrument.questions), f"question of instrument {instrument.id}")
    value, state = _answers(columns, instrument, sound)
    _not_asked(columns, instrument, sound & (state == ANSWERED))
    _one_role(columns, sound)
    _answered_twice(columns, sound)
    checked = pd.DataFrame(
        {name: columns.frame[name].to_numpy() for name in _REQUIRED[:-1]}
        | {"value": value, "state": state, "comment": columns.frame["comment"].to_numpy()}
    )
    checked = checked[sound]
    silent = checked.groupby(["wave", "unit", "respondent"], observed=True)["state"].transform("max") == UNANSWERED
    kept: pd.DataFrame = checked[~silent].sort_values(list(_REQUIRED[:-1]), ignore_index=True, kind="stable")
    return kept


def _answers(columns: _Columns, instrument: Instrument, sound: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Value and state of each row; notes answers that are no option of their question's scale."""
    questions, answers = columns.values["question"], columns.values["answer"]
    value = np.full(len(columns.frame), np.nan)
    state = np.zeros(len(columns.frame), dtype=np.int8)
    pair = columns.codes["question"].astype(np.int64) * max(len(answers), 1) + columns.codes["answer"]
    present, inverse = np.unique(pair, return_inverse=True)
    pair_value, pair_state = np.full(len(present), np.nan), np.full(len(present), UNANSWERED, dtype=np.int8)
    for index, code in enumerate(present.tolist()):
        question = instrument.questions.get(questions[code // len(answers)])
        if question is None:
            continue
        answer = answers[code % len(answers)]
        found = _read_answer(answer, question)
        if found is None:
            options = ", ".join(f"{option:g}" for option in question.scale.values[:12])
            rows = np.flatnonzero((inverse == index) & sound)
            columns.refuse(
                rows,
                f"'{answer}' is no answer to {question.id}",
                f"Use {options}, DK (don't know), NA (not applicable) or leave it empty.",
                "answer",
            )
            continue
        pair_value[index], pair_state[index] = found
    if len(present):
        value, state = pair_value[inverse], pair_state[inverse]
    return value, state


def _read_answer(answer: str, question: Question) -> tuple[float, int] | None:
    state = _STATES.get(answer.casefold())
    if state is not None:
        return np.nan, state
    try:
        number = float(answer)
    except ValueError:
        return None
    nearest = min(question.scale.values, key=lambda value: abs(value - number))
    return (nearest, ANSWERED) if abs(nearest - number) < 1e-9 else None


def _not_asked(columns: _Columns, instrument: Instrument, answered: np.ndarray) -> None:
    roles, questions = columns.values["role"], columns.values["question"]
    pair = np.where(answered, columns.codes["role"].astype(np.int64) * max(len(questions), 1) + columns.codes["question"], -1)
    for code in np.unique(pair).tolist():
        if code < 0:
            continue
        role, question = roles[code // len(questions)], instrument.questions[questions[code % len(questions)]]
        if role not in question.roles:
            asked = ", ".join(question.roles)
            remedy = f"Leave it empty, or add {role} to the question's roles in the instrument; it is asked of {asked}."
            columns.refuse(np.flatnonzero(pair == code), f"{question.id} is not asked of role {role}", remedy, "question")


def _one_role(columns: _Columns, sound: np.ndarray) -> None:
    keys = columns.frame.loc[sound, ["wave", "unit", "respondent", "role"]].drop_duplicates()
    double = keys[keys.duplicated(["wave", "unit", "respondent"], keep="first")]
    for position, (_, unit, respondent, role) in zip(double.index, double.itertuples(index=False), strict=True):
        message = f"respondent '{respondent}' of {unit} appears with more than one role, here as {role}"
        columns.refuse(np.array([position]), message, "Give each person one role in a wave.", "role")


def _answered_twice(columns: _Columns, sound: np.ndarray) -> None:
    key = np.zeros(len(columns.frame), dtype=np.int64)
    for name in ("wave", "unit", "respondent", "question"):
        key = key * max(len(columns.values[name]), 1) + columns.codes[name]
    positions = np.flatnonzero(sound)
    order = positions[np.argsort(key[positions], kind="stable")]
    same = np.flatnonzero(key[order][1:] == key[order][:-1])
    for index in same.tolist():
        first, second = int(order[index]), int(order[index + 1])
        respondent = columns.values["respondent"][columns.codes["respondent"][second]]
        question = columns.values["question"][columns.codes["question"][second]]
        message = f"respondent '{respondent}' answers {question} again; the first answer is in {columns.place(first)}"
        columns.refuse(np.array([second]), message, "Keep one of the two.", "question")
