"""A document with one node of each kind, every text in it the same: for tests of the writers."""

from kamassess.document import (
    Banner,
    Bullets,
    Card,
    Cards,
    Cell,
    Chart,
    Column,
    Cover,
    Definitions,
    Document,
    Heading,
    KeyEntry,
    KeyFigure,
    KeyFigures,
    Ladder,
    Paragraph,
    Quote,
    Quotes,
    Run,
    Step,
    Table,
)

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 300"><text x="1" y="9">图 "a"</text></svg>'


def every_node(text: str) -> Document:
    """All kinds of node with *text* wherever a text can be."""
    words = (Run(text), Run(text, "strong"), Run(text, "code", "#" + text), Run(text, "muted"), Run(text, "action"))
    cell = Cell(words, 1.0, 0.5, text)
    return Document(
        (
            Cover(text, text, words, ((text, words),)),
            Heading(1, text, text),
            Paragraph(words, "lead"),
            Paragraph(words, "sub"),
            Paragraph(words, "note"),
            Paragraph(words),
            KeyFigures((KeyFigure(text, text, text),)),
            Cards((Card("gap", text, (words, words)),)),
            Banner("warning", words),
            Bullets((words,)),
            Definitions(((words, words),)),
            Quotes((Quote(text, text),)),
            Ladder(text, (Step(text, text, "here"),)),
            Table(text, text, (Column(text), Column(text, "number")), ((cell, Cell((), title=text)),), words),
            Chart(text, text, text, text, SVG, SVG, (KeyEntry("claimed", text),)),
        )
    )
