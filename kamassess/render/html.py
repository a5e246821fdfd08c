"""Documents as HTML fragments, and the style sheet they need.

A fragment stands in two places: a notebook's output in JupyterLab and the exported page. So it is plain semantic HTML under
one class (``kam``), its colours are custom properties, and nothing in it needs a script. Markup is made in one place only, the
autoescaping macros of ``templates/html/blocks.html.j2``; drawings are the exception, see :mod:`kamassess.render.drawing`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import groupby, pairwise
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from kamassess.document import Cards, Cell, Chart, Cover, Document, Heading, Node, Table, plain
from kamassess.errors import Fault, InputError
from kamassess.reading.brand import TOKENS
from kamassess.render.drawing import redraw
from kamassess.resources import carried

__all__ = ["TOKENS", "css_string", "environment", "render_html", "stylesheet"]

_HUMP = re.compile("(?<=[a-z])(?=[A-Z])")
_FIGURES = re.compile(r"[^0-9-]?\s*(-?[0-9]+(?:\.[0-9]+)?)")
_LONG_TEXT = 32  # Latin letters; a column of longer texts is not squeezed


@cache
def environment() -> Environment:
    """Return the one Jinja2 environment of all HTML we write: it escapes everything and refuses what is undefined."""
    made = Environment(
        loader=FileSystemLoader(carried("templates") / "html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["css_string"] = css_string
    return made


def render_html(document: Document) -> str:
    r"""Write *document* as one HTML fragment.

    The fragment needs the rules of :func:`stylesheet`. Equal documents give equal text.

    Parameters
    ----------
    document
        Its strings are taken as text, never as markup; its drawings are cleaned and repainted.

    Returns
    -------
    str
        ``<div class="kam">…</div>``, without scripts, addresses or external references.

    Raises
    ------
    ReportError
        A chart's SVG cannot be read.

    Examples
    --------
    >>> render_html(Document((Heading(1, "Gaps <3", "gaps"),)))
    '<div class="kam">\n<h2 id="gaps">Gaps &lt;3</h2>\n</div>'
    """
    blocks: Any = environment().get_template("blocks.html.j2").module
    written = ['<div class="kam">']
    above = 1 if any(isinstance(node, Cover) for node in document.nodes) else 2
    for node in document.nodes:
        macro = getattr(blocks, _HUMP.sub("_", type(node).__name__).lower())  # KeyFigures by key_figures
        written.append(str(macro(node, **_beside(node, above))).strip())
        if isinstance(node, Heading):
            above = node.level + 1
    return "\n".join([*written, "</div>"])


def _beside(node: Node, above: int) -> dict[str, Any]:
    """Work out what a macro needs beside its node, because a template must not."""
    if isinstance(node, Table):
        return _beside_table(node)
    if isinstance(node, Chart):
        drawings, rules = redraw(node)
        return {"drawings": drawings, "rules": rules}
    return {"level": above + 1} if isinstance(node, Cards) else {}


# --- tables -----------------------------------------------------------------------------------------------------------


def _beside_table(table: Table) -> dict[str, Any]:
    """What a table looks like as a whole, so that its cells need not say it each for itself."""
    columns = [[row[i] for row in table.rows] for i in range(len(table.columns))]
    total = sum(column.weight for column in table.columns) or 1.0
    widths = [f"{100 * column.weight / total:.0f}%" for column in table.columns]
    kinds = [
        "h" if any(cell.heat is not None for cell in cells) else "n" if column.kind == "number" else column.kind
        for column, cells in zip(table.columns, columns, strict=True)
    ]
    numbers = kinds[1:].count("n") > kinds[1:].count("text")
    usual = ["text", *["n" if numbers else "text"] * len(kinds)]
    said = ["" if kind == other else kind for kind, other in zip(kinds, usual, strict=False)]
    orders = [
        _orders(cells, number=kind in {"h", "n"}) if table.sortable else [""] * len(cells)
        for kind, cells in zip(kinds, columns, strict=True)
    ]
    return {
        "kinds": kinds,
        "long": [i > 0 and any(_breadth(cell) > _LONG_TEXT for cell in cells) for i, cells in enumerate(columns)],
        "widths": [(width, len(list(same))) for width, same in groupby(widths)] if len(set(widths)) > 1 else (),
        "numbers": numbers,
        "rows": [
            [(i == 0, _shade(cell), said[i], order[i], _alone(cell), cell) for i, cell in enumerate(row)]
            for row, order in zip(table.rows, zip(*orders, strict=True), strict=False)
        ],
    }


def _shade(cell: Cell) -> str:
    """How strongly a cell is shaded, in as few digits as do."""
    return f"{min(max(cell.heat, 0.0), 1.0):.2f}".removeprefix("0") if cell.heat is not None else ""


def _alone(cell: Cell) -> str | None:
    """The text of a cell of which no more need be said, as it is with most of them; None of any other."""
    if len(cell.text) != 1 or cell.title:
        return None
    (run,) = cell.text
    return run.text if run.style == "plain" and not run.href else None


def _breadth(cell: Cell) -> int:
    """Count the letters of a cell, a hanzi as two."""
    text = plain(cell.text)
    return len(text) if text.isascii() else sum(2 if c > "\u2e80" else 1 for c in text)


def _orders(cells: Sequence[Cell], *, number: bool) -> list[str]:
    """Write what cells of a column must say to be sorted by value: nothing where their texts do, else as few digits as do.

    The page's script takes the number a text of a *number* column begins with. That will not do where two values look alike, or
    where thousands and millions stand in one column.
    """
    values = {i: float(f"{cell.sort:.6g}") for i, cell in enumerate(cells) if cell.sort is not None}
    if not values:
        return [""] * len(cells)
    shown = {i: seen for i, cell in enumerate(cells) if (seen := _leading(plain(cell.text))) is not None}
    exact = {**shown, **values}
    looks: dict[float | None, set[float]] = defaultdict(set)
    for i, value in exact.items():
        looks[shown.get(i)].add(value)
    unclear = {i for i in values if i not in shown or len(looks[shown[i]]) > 1}
    tries = [(said, digits) for said in ((unclear, values) if number else (values,)) for digits in range(1, 7)]
    for said, digits in tries:
        written = {i: f"{values[i]:.{digits}g}" for i in said}
        if _same_order([(value, float(written.get(i, shown.get(i, 0)))) for i, value in exact.items()]):
            break
    return [written.get(i, "") for i in range(len(cells))]


def _leading(text: str) -> float | None:
    """Read the number a text begins with, as ``report.js`` does."""
    bare = text.strip().replace(",", "")
    if not bare.isascii():
        bare = bare.replace("\u202f", "").replace("\u2212", "-", 1)
    found = _FIGURES.match(bare)
    return float(found[1]) if found else None


def _same_order(pairs: Sequence[tuple[float, float]]) -> bool:
    """Tell whether the second numbers rise where the first do, and only there."""
    return all(c < d if a < b else c == d for (a, c), (b, d) in pairwise(sorted(pairs)))


# --- style sheet ------------------------------------------------------------------------------------------------------


def stylesheet(brand: Mapping[str, object], *, notebook: bool = True) -> str:
    """Return the CSS of fragments and pages, with the colours of *brand*.

    Every rule is scoped under ``.kam`` or ``.kam-page``: nothing leaks into JupyterLab. The dark set is used where the reader's
    system asks for it (in JupyterLab: where its theme is dark), and never on paper.

    Parameters
    ----------
    brand
        As ``templates/brand.yaml``: ``light`` and ``dark`` map each of :data:`TOKENS` to ``#rrggbb``.
    notebook
        With what JupyterLab needs; a page does not.

    Raises
    ------
    InputError
        A colour is missing or is no colour; all such faults at once.
    """
    light, dark = _declarations(brand)
    colours = (
        f".kam,.kam-page{{color-scheme:light;{light}}}"
        f"@media screen and (prefers-color-scheme:dark){{.kam,.kam-page{{color-scheme:dark;{dark}}}}}"
    )
    if not notebook:
        return colours + re.sub(r"\.jp-[^{}]*\{[^{}]*\}", "", _rules())
    return (
        f"{colours}"
        f"body[data-jp-theme-light=true] .kam{{color-scheme:light;{light}}}"
        f"body[data-jp-theme-light=false] .kam{{color-scheme:dark;{dark}}}"
        f"{_rules()}"
    )


def css_string(text: str) -> str:
    """Return *text* as a CSS string that can end neither the string nor the style element."""
    return '"' + re.sub(r"[\"\\<>&\x00-\x1f\x7f]", lambda found: f"\\{ord(found[0]):x} ", text) + '"'


@cache
def _rules() -> str:
    css = (carried("templates") / "html" / "report.css").read_text(encoding="utf-8")
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"\s*([{};,])\s*", r"\1", " ".join(css.split())).replace(";}", "}")
    return re.sub(r"(?<=[{;])([a-z-]+): ", r"\1:", css)


def _declarations(brand: Mapping[str, object]) -> tuple[str, str]:
    faults: list[Fault] = []
    written: list[str] = []
    for scheme in ("light", "dark"):
        colours = brand.get(scheme)
        colours = colours if isinstance(colours, Mapping) else {}
        for token in TOKENS:
            if not re.fullmatch(r"#[0-9a-fA-F]{6}", str(colours.get(token, ""))):
                shown = repr(colours[token]) if token in colours else "missing"
                faults.append(Fault(f"the brand's colour {scheme}.{token} is {shown}", 'Write it as "#rrggbb", in quotes'))
        written.append("".join(f"--{token}:{colours.get(token)};" for token in TOKENS))
    if faults:
        raise InputError(faults)
    return written[0], written[1]
