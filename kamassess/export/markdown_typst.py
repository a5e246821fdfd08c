"""Narrative cells as Typst source.

Markdown comes from whoever wrote the notebook. It is parsed by markdown-it and written as calls with string literals, like
everything else that goes to Typst: no text of a cell is ever read as markup a second time. Nothing is fetched, so a picture is
shown only if it lies in the text itself, and a link is its words.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from kamassess.render.typst import literal, value

__all__ = ["first_title", "markdown_typst"]


def markdown_typst(
    source: str,
    *,
    level: Callable[[int], int] = lambda depth: depth,
    picture: Callable[[str, str], str | None] = lambda _source, _alt: None,
    shown: str = "",
) -> str:
    r"""Write Markdown (CommonMark with tables, HTML shown as text) as Typst source for ``templates/pdf/report.typ``.

    Parameters
    ----------
    source
        The text of a cell.
    level
        From the depth of a heading as written to the level it has in the document.
    picture
        From the address and the description of a picture to a Typst expression; None shows the description.
    shown
        A title that is on the page already: a heading of level 1 with these words, before anything else, is left out.

    Examples
    --------
    >>> print(markdown_typst("# A *b*\n\n1 #c"), end="")
    #kam-heading(level: 1, text: "A b")
    #par({ said("1 #c") })
    """
    tree = SyntaxTreeNode(_parser().parse(source))
    writer = _Writer(level, picture)
    blocks = tree.children
    if shown and blocks and blocks[0].tag == "h1" and " ".join(_words(blocks[0]).split()) == shown:
        blocks = blocks[1:]
    shown_blocks = (node for node in blocks if node.type != "heading" or _words(node).strip())
    return "".join(f"#{writer.block(node, top=True)}\n" for node in shown_blocks)


def first_title(source: str) -> str | None:
    """Return the words of the first heading of level 1, if there is one."""
    tree = SyntaxTreeNode(_parser().parse(source))
    return next((_words(node) for node in tree.walk() if node.type == "heading" and node.tag == "h1"), None)


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def _words(node: SyntaxTreeNode) -> str:
    if node.type in ("softbreak", "hardbreak"):
        return " "
    if node.type == "image":
        return str(node.content)
    return "".join(map(_words, node.children)) if node.children else str(node.content)


class _Writer:
    """Writes blocks as calls, and what is in a line as a code block whose parts Typst joins."""

    def __init__(self, level: Callable[[int], int], picture: Callable[[str, str], str | None]) -> None:
        self.level, self.picture = level, picture
        self.pictures: list[str] = []

    def block(self, node: SyntaxTreeNode, *, top: bool = False) -> str:
        """Return one block; pictures out of its lines stand below it, where there is room for them."""
        written = self._block(node, top=top)
        if not self.pictures:
            return written
        below, self.pictures = "; ".join(self.pictures), []
        return f"{{ {written}; {below} }}"

    def _block(self, node: SyntaxTreeNode, *, top: bool) -> str:
        match node.type:
            case "heading" if top:
                return f"kam-heading(level: {self.level(int(node.tag[1]))}, text: {literal(_words(node))})"
            case "heading":
                return f"par(strong({self.line(node)}))"
            case "paragraph":
                return f"par({self.line(node)})"
            case "bullet_list":
                return f"list({self._items(node)})"
            case "ordered_list":
                return f"enum(start: {int(node.attrGet('start') or 1)}, {self._items(node)})"
            case "blockquote":
                return f"kam-aside({self._blocks(node)})"
            case "fence" | "code_block":
                return f"kam-code(text: {literal(node.content.rstrip())})"
            case "hr":
                return "kam-rule()"
            case "table":
                return self._table(node)
        return f"par({self.line(node)})"

    def _blocks(self, node: SyntaxTreeNode) -> str:
        return f"{{ {'; '.join(map(self.block, node.children))} }}" if node.children else "[]"

    def _items(self, node: SyntaxTreeNode) -> str:
        """Items as arguments; a paragraph alone in its item is a line."""
        tight = all(child.hidden for item in node.children for child in item.children if child.type == "paragraph")
        items = [f"tight: {'true' if tight else 'false'}"]
        for item in node.children:
            parts = [
                self.line(child) if child.type == "paragraph" and child.hidden else self.block(child) for child in item.children
            ]
            items.append(f"{{ {'; '.join(parts)} }}" if parts else "[]")
        return ", ".join(items)

    def _table(self, node: SyntaxTreeNode) -> str:
        head, *rest = node.children
        names = [_words(cell) for row in head.children for cell in row.children]
        styles = [str(cell.attrGet("style") or "") for row in head.children for cell in row.children]
        share = 1 / max(len(names), 1)
        columns = [(name, "number" if "right" in style else "text", share) for name, style in zip(names, styles, strict=True)]
        rows = [f"({''.join(self.line(cell) + ', ' for cell in row.children)})" for body in rest for row in body.children]
        return f"kam-table(columns: {value(columns)}, rows: ({''.join(row + ', ' for row in rows)}))"

    def line(self, node: SyntaxTreeNode) -> str:
        """Return what stands in one block of text."""
        inline = node.children[0].children if node.children and node.children[0].type == "inline" else node.children
        parts = [self._span(child) for child in inline]
        return f"{{ {'; '.join(parts)} }}" if any(parts) else "[]"

    def _span(self, node: SyntaxTreeNode) -> str:
        match node.type:
            case "strong":
                return f"strong({self.line(node)})"
            case "em":
                return f"emph({self.line(node)})"
            case "s":
                return f"strike({self.line(node)})"
            case "code_inline":
                return f"raw({literal(node.content)})"
            case "softbreak":
                return '" "'
            case "hardbreak":
                return "linebreak()"
            case "image":
                drawn = self.picture(str(node.attrs.get("src", "")), node.content)
                if drawn:
                    self.pictures.append(drawn)
                return '""' if drawn else f"said({literal(node.content)})"
            case "link":
                return self.line(node)
        return f"said({literal(node.content)})" if not node.children else self.line(node)
