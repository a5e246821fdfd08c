"""The Typst form of a document: literals that stay literals, and widths that fit a page."""

import pytest
from document_nodes import SVG, every_node
from rich.cells import cell_len

from kamassess.document import (
    Cell,
    Chart,
    Column,
    Document,
    Paragraph,
    Run,
    Table,
    rich,
)
from kamassess.errors import ReportError
from kamassess.render.typst import check_fragment, literal, printable, render_typst, value
from kamassess.render.typst_columns import measure

HOSTILE = ['"); #panic("', "\\u{41}\\", "a\nb\r\nc\u2028d", '#import "x": *', "*b* _e_ $x$ `c` @r <l> // c", "\x00\x1b[31m\u202e"]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_leaves_its_literal_in_any_node(text: str) -> None:
    source = render_typst(every_node(text))
    check_fragment(source)
    assert source.count("\n") == len(every_node(text).nodes), "a line break in a text must not end a line of the source"


def test_every_node_is_a_call_of_its_own_function() -> None:
    lines = render_typst(every_node("x")).splitlines()
    names = [line.split("(")[0] for line in lines]
    assert names[:3] == ["#kam-cover", "#kam-heading", "#kam-paragraph"]
    assert {"#kam-key-figures", "#kam-cards", "#kam-table", "#kam-chart", "#kam-ladder"} <= set(names)


def test_equal_documents_give_equal_source() -> None:
    assert render_typst(every_node("华北")) == render_typst(every_node("华北"))


def test_printable_names_what_would_steer_and_drops_what_says_nothing() -> None:
    assert printable("a\ufeffb\ufe0f\u200ec") == "abc"
    assert printable("\u202ea\x07") == "[U+202E]a[U+0007]"
    assert printable("a\tb\rc") == "a    b\nc"


def test_literal_escapes_the_backslash_before_the_quote() -> None:
    assert literal('\\"') == r'"\\\""'


def test_value_refuses_what_it_cannot_write() -> None:
    with pytest.raises(TypeError, match="object"):
        value(object())


@pytest.mark.parametrize(
    "source",
    [
        '#read("/etc/passwd")',
        '#kam-heading(level: 1, text: read("x"), id: "")',
        '#import "@preview/x:1.0.0"',
        "text",
        '#kam-code(text: "a")',
        '#kam-heading(level: 1, text: "a", id: "b") #panic()',
        '#kam-heading(level: 1, text: "a".len(), id: "b")',
        '#kam-heading(level: 1, text: "a\\u{41}", id: "b")',
        '#kam-heading(level: 1, text: [a], id: "b")',
    ],
)
def test_source_that_is_no_document_is_refused(source: str) -> None:
    with pytest.raises(ReportError, match="line 1"):
        check_fragment(source)


def test_only_links_inside_the_report_survive() -> None:
    source = render_typst(Document((Paragraph((Run("a", "plain", "#here"), Run("b", "plain", "https://example.org"))),)))
    assert '("a", "plain", "here",)' in source
    assert "example.org" not in source


def test_a_dash_brings_its_reason_under_the_table() -> None:
    rows = ((Cell(rich("a")), Cell((), title="too few")), (Cell(rich("b")), Cell(rich("–"), title="too few")))
    source = render_typst(Document((Table("t", "T", (Column("x"), Column("y", "number")), rows),)))
    assert source.count('mark: "a"') == 2
    assert 'reasons: (("a", "too few",),)' in source


def test_a_chart_without_words_still_says_something() -> None:
    assert 'alt: "c"' in render_typst(Document((Chart("c", "", "", "", SVG, SVG),)))


def test_a_drawing_without_size_is_an_error_that_names_the_chart() -> None:
    with pytest.raises(ReportError, match="c7"):
        render_typst(Document((Chart("c7", "", "", "a", "<svg></svg>", ""),)))


def test_size_of_a_drawing_may_stand_in_its_attributes() -> None:
    assert "size: (400, 200,)" in render_typst(Document((Chart("c", "", "", "a", '<svg width="400pt" height="200"/>', ""),)))


def table(weights: list[float], names: list[str], rows: list[list[str]]) -> Table:
    columns = tuple(Column(name, weight=weight) for name, weight in zip(names, weights, strict=True))
    return Table("t", "", columns, tuple(tuple(Cell(rich("{x}", x=text)) for text in row) for row in rows))


def test_widths_fill_the_page_and_follow_the_weights() -> None:
    _, widths = measure(table([3, 1, 1], ["a", "b", "c"], [["x", "y", "z"]]))
    assert sum(widths) == pytest.approx(1, abs=0.001)
    assert widths[0] == pytest.approx(0.6, abs=0.01)


def test_without_weights_long_texts_get_more_room_than_figures() -> None:
    _, widths = measure(table([1, 1], ["Question", "n"], [["How often does the customer see the plan? " * 3, "12"]]))
    assert widths[0] > 3 * widths[1]


def test_no_column_is_narrower_than_its_longest_word() -> None:
    size, widths = measure(table([20, 1], ["a", "b"], [["x", "Responsibility"]]))
    assert widths[1] * 482 >= cell_len("Responsibility") * size * 0.5


def test_text_shrinks_with_the_number_of_columns_and_stays_readable() -> None:
    sizes = [measure(table([1.0] * n, ["a"] * n, [["1"] * n]))[0] for n in (4, 9, 12, 20)]
    assert sizes == sorted(sizes, reverse=True)
    assert min(sizes) >= 6.5


def test_a_table_without_columns_or_rows_is_no_error() -> None:
    check_fragment(render_typst(Document((Table("t", "", (), ()), Table("u", "", (Column("a"),), ())))))


@pytest.mark.parametrize(
    ("text", "tall", "together"), [("short", "()", "true"), ("word " * 500, "(0, 1,)", "false"), ("\n" * 40, "(0, 1,)", "false")]
)
def test_only_what_may_not_fit_a_page_breaks(text: str, tall: str, together: str) -> None:
    source = render_typst(Document((table([1, 1], ["a", "b"], [["x", text], [text, "y"]]),)))
    assert f"tall: {tall}, together: {together}" in source


def test_a_table_of_many_rows_breaks_between_them() -> None:
    assert "tall: (), together: false" in render_typst(Document((table([1], ["a"], [["x"]] * 13),)))


@pytest.mark.parametrize("figure", ["3.3", "88%", "2.4–3.2", "10,000"])
def test_a_figure_is_written_as_a_bare_string(figure: str) -> None:
    assert f'rows: (("{figure}",),)' in render_typst(Document((table([1], ["a"], [[figure]]),)))


@pytest.mark.parametrize("text", ["n/a", "88 %", "华北"])
def test_what_is_no_figure_is_written_with_its_style(text: str) -> None:
    assert f'rows: (((("{text}", "plain",),),),)' in render_typst(Document((table([1], ["a"], [[text]]),)))
