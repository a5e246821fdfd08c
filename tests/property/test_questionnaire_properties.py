"""Questionnaires, for any answers and comments: what is written is read back, and written again it is the same file."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kamassess.instrument import Option, Question, Scale
from kamassess.questionnaire import Filled, Form, write_workbook
from kamassess.readable import readable
from kamassess.reading.answer_words import ANSWERED, DONT_KNOW, NOT_APPLICABLE, UNANSWERED, answer_code, option_text, read_answer
from kamassess.reading.engagement import Engagement, load_declared
from kamassess.reading.places import Gathered
from kamassess.reading.responses import read_responses
from kamassess.resources import carried

SAMPLE: Engagement = load_declared(carried("sample_data"))
AWKWARD = (
    "=1+1",
    "+4",
    "-3",
    "@SUM(A1)",
    "\tx",
    "_x000D_",
    "_x0041_",
    "4",
    "1e5",
    "TRUE",
    "2026-04-05",
    "DK",
    "他说“不行”\n第二行",
    "😀 👍🏽",
)

answers = st.one_of(
    st.tuples(st.sampled_from([1.0, 2.0, 3.0, 4.0, 5.0]), st.just(ANSWERED)),
    st.sampled_from([(0.0, state) for state in (UNANSWERED, DONT_KNOW, NOT_APPLICABLE)]),
)
comments = st.one_of(
    st.sampled_from(("", *AWKWARD)),
    st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=60),
    st.lists(st.text("ab 甲乙&<>\"'", max_size=8), max_size=4).map("\n".join),
)


@st.composite
def filled_forms(draw: st.DrawFn) -> tuple[Form, Filled]:
    """A questionnaire of customers, who are asked least, or of sales; any unit; every question filled in somehow."""
    roles = [role for role in SAMPLE.instrument.roles if role.id in ("customer", "sales")]
    unit = SAMPLE.unit(draw(st.sampled_from(["NC", "OM"])))
    form = Form(SAMPLE, draw(st.sampled_from(roles)), draw(st.sampled_from(["en", "zh"])), draw(st.sampled_from([None, unit])))
    given_ones = {question.id: (*draw(answers), draw(comments)) for question in form.questions}
    return form, Filled(draw(st.sampled_from(["K01", "007", "1e3", "李-1", "=x"])), unit.id, given_ones)


def read_back(raw: bytes) -> Filled:
    """What is read from the file, which must be without fault; nothing is known of other files."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "a.xlsx").write_bytes(raw)
        faults, units = Gathered(), [unit.id for unit in SAMPLE.units]
        frame, _ = read_responses(
            Path(folder), "responses", SAMPLE.instrument, units, faults, company=SAMPLE.company, wave=SAMPLE.wave
        )
    assert [str(fault) for fault in faults.faults()] == []
    return Filled.of(frame) if len(frame) else Filled()


def plain(filled: Filled) -> dict[str, tuple[str, str]]:
    """Answers as a CSV file has them, as they are read: without what cannot be seen, and white space around a comment."""
    return {
        name: (answer_code(value, state), readable(comment).strip()) for name, (value, state, comment) in filled.answers.items()
    }


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(filled_forms())
def test_a_filled_form_is_read_back_and_written_again_without_loss(case: tuple[Form, Filled]) -> None:
    # If this fails, what people wrote changes on its way from the mailbox into the scores.
    form, filled = case
    raw = write_workbook(form, filled)
    found = read_back(raw)
    if all(state == UNANSWERED for _, state, _ in filled.answers.values()):
        assert found == Filled(), "who answers nothing is no respondent"
        return
    assert plain(found) == plain(filled)
    assert (found.respondent, found.unit) == (filled.respondent, filled.unit)
    again = write_workbook(form, found)
    assert write_workbook(form, read_back(again)) == again


questions = st.sampled_from(list(SAMPLE.instrument.questions.values()))


@given(questions, st.sampled_from(["en", "zh"]), st.integers(1, 5), st.sampled_from(["–", "-", "—", " ", "：", ". "]))
def test_an_option_is_read_by_value_label_or_both(question: Question, language: str, number: int, dash: str) -> None:
    # If this fails, an answer that everyone understands is refused because of a dash, a capital or the language.
    option = question.scale.options[number - 1]
    label = option.label[language]
    for text in (f"{number}", f"{number}.0", label, label.upper(), f" {number} {dash} {label} ", f"{number}{dash}{label}"):
        assert read_answer(text, question.scale) == (option.value, ANSWERED), text
    other = question.scale.options[number % 5].label[language]
    assert read_answer(f"{number} – {other}", question.scale) is None, "a value with the label of another option is no answer"


labels = st.one_of(st.sampled_from(["", "DK", "4", "1–3 accounts", "– 2", "不清楚", "Not applicable"]), st.text(max_size=12))
values = st.lists(st.floats(-1e6, 1e6).map(lambda value: round(value, 8) + 0.0), min_size=2, max_size=6, unique=True).map(sorted)


@given(values, st.data())
def test_whatever_a_drop_down_shows_is_read_as_what_it_is(numbers: list[float], data: st.DataObject) -> None:
    # If this fails, an instrument with labels of its own kind makes questionnaires that cannot be read back.
    options = tuple(Option(value, {"en": data.draw(labels), "zh": data.draw(labels)}) for value in numbers)
    scale = Scale("any", options)
    for option in options:
        for label in option.label.values():
            assert read_answer(option_text(option.value, label).strip(), scale) == (option.value, ANSWERED)
