"""The plain form of a document: complete, aligned, and harmless in a terminal."""

import pytest
from document_nodes import every_node
from rich.cells import cell_len

from kamassess.document import Cell, Chart, Column, Document, Heading, KeyEntry, Ladder, Paragraph, Step, Table, rich
from kamassess.render.plain import WIDTH, render_plain


def test_every_text_of_every_node_is_there() -> None:
    document = every_node("needle")
    blocks = render_plain(document).split("\n\n")
    assert len(blocks) == len(document.nodes)
    assert all("needle" in block for block in blocks)


@pytest.mark.parametrize("text", ["\x1b]0;owned\x07", "a\x00b", "\u202eabc", "\x9b31m"])
def test_nothing_steers_the_terminal(text: str) -> None:
    shown = render_plain(every_node(text))
    assert not set(shown) & set("\x1b\x07\x00\u202e\x9b")
    assert "\ufffd" in shown


def test_columns_stand_under_each_other_in_both_scripts() -> None:
    rows = tuple((Cell(rich("{x}", x=name)), Cell(rich(str(n)))) for name, n in [("华北", 3), ("North", 12), ("华东事业部", 100)])
    lines = render_plain(Document((Table("t", "T", (Column("Unit"), Column("n", "number")), rows),))).splitlines()
    assert len({cell_len(line) for line in lines[1:]}) == 1, lines


def test_long_cells_are_broken_and_not_cut() -> None:
    text = "双方总经理每季度一起复盘，有会议纪要。" * 8
    shown = render_plain(Document((Table("t", "", (Column("a"), Column("b")), ((Cell(rich("{x}", x=text)), Cell(rich("b"))),)),)))
    assert "".join(line.split("  ")[0].strip() for line in shown.splitlines()[2:]) == text
    assert max(map(cell_len, shown.splitlines())) <= WIDTH


def test_a_dash_says_why() -> None:
    table = Table("t", "", (Column("a"),), ((Cell((), title="too few answers"),),))
    assert "– (too few answers)" in render_plain(Document((table,))).replace("\n", " ")


def test_lines_keep_to_the_width_even_with_a_word_longer_than_it() -> None:
    shown = render_plain(Document((Paragraph(rich("{x}", x="x" * 250 + " 华" * 90)),)))
    assert max(map(cell_len, shown.splitlines())) <= WIDTH
    assert shown.replace("\n", "").replace(" ", "") == "x" * 250 + "华" * 90


def test_a_heading_is_underlined_as_wide_as_it_is() -> None:
    assert render_plain(Document((Heading(1, "战略", "s"),))) == "战略\n===="


def test_a_chart_gives_its_key_and_its_message() -> None:
    chart = Chart("c", "Title", "Sub", "Systems claim 3.8", "", "", (KeyEntry("claimed", "said"), KeyEntry("measured", "seen")))
    assert render_plain(Document((chart,))) == "Title\nSub\n● said  ◆ seen\n[Systems claim 3.8]"


def test_a_ladder_marks_where_the_unit_stands() -> None:
    shown = render_plain(Document((Ladder("L", (Step("1", "a", "here"), Step("2", "b", "next"), Step("3", "c"))),)))
    assert shown == "L\n● 1: a\n○ 2: b\n· 3: c"


def test_an_empty_document_is_empty() -> None:
    assert render_plain(Document(())) == ""
