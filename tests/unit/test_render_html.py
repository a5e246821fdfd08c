"""A report that lets markup through, sends a request, or changes from run to run betrays its client: none of it may pass."""

from __future__ import annotations

import copy
import dataclasses
import logging
import re
from collections import Counter
from html.parser import HTMLParser
from itertools import combinations
from random import Random

import nbformat
import pytest
import yaml

from kamassess.document import (
    DOCUMENT_MIME,
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
    Meta,
    Paragraph,
    Quote,
    Quotes,
    Run,
    Step,
    Table,
)
from kamassess.errors import InputError, ReportError
from kamassess.export.html import KamHTMLExporter, default_brand
from kamassess.export.webfont import font_faces, missing_characters, page_letters, woff2
from kamassess.render.html import TOKENS, environment, render_html, stylesheet
from kamassess.resources import carried

HOSTILE = """<script>alert(1)</script>"'><img src=x onerror=alert(2)>&{{7*7}}</style>"""
T = (Run(HOSTILE), Run(HOSTILE, "strong"), Run(HOSTILE, "action", "javascript:alert(3)"), Run(HOSTILE, "code", '#a"b'))

SVG = """<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
width="840pt" height="300pt" viewBox="0 0 840 300">
<metadata>made by</metadata><defs><style>*{stroke-linecap: butt}</style>
<clipPath id="p1"><rect x="0" y="0" width="10" height="9"/></clipPath></defs>
<g id="figure_1"><path d="M 1.23456 2
L 3 4" clip-path="url(#p1)" style="fill: none; stroke: #2F5D8A"/><script>alert(4)</script>
<path d="M 0 0 L 1 1" onclick="alert(5)" style="stroke: #2f5d8a; fill: url(http://evil.example/a)"/><a href="http://evil.example">x</a>
<text x="1" y="2" style="font: 700 11px 'Noto Sans SC'; fill: #17212b">R&amp;D &lt;b&gt;</text>
<use xlink:href="#p1"/><foreignObject><p>x</p></foreignObject><image href="http://evil.example/a.png"/></g></svg>"""
PALETTE = {"#2f5d8a": "claimed", "#17212b": "ink"}
CHART = Chart("c1", "T", "S", "The message", SVG, SVG.replace("840", "340"), (KeyEntry("claimed", "claimed"),), PALETTE)


def _table(text: str = "x", sortable: bool = True) -> Table:
    columns = (Column("Name"), Column("Value", "number"), Column("Id", "id"), Column("Heat", "number"))
    rows = (
        (Cell((Run(text),)), Cell((Run("1,204"),), 1204), Cell((Run("A-1"),)), Cell((Run("4.4"),), 4.4, 0.85)),
        (Cell((Run(text),)), Cell((Run("–"),), title="too few raters"), Cell((Run("A-2"),)), Cell((Run("2.0"),), 2.04, 3.0)),
    )
    return Table("t1", "A caption", columns, rows, (Run("note"),), sortable)


def _all_nodes(text: str, rich: tuple[Run, ...]) -> tuple[object, ...]:
    steps = (Step(text, text, "here"), Step(text, text, "next"), Step(text, text))
    cell = Cell(rich, 1.0, 0.5, text)
    return (
        Cover(text, text, rich, ((text, rich),)),
        Heading(1, text, "h1"),
        Heading(2, text, "h2"),
        Paragraph(rich),
        *(Paragraph(rich, kind) for kind in ("lead", "sub", "note")),
        KeyFigures((KeyFigure(text, text, text),)),
        Cards(tuple(Card(kind, text, (rich,)) for kind in ("strength", "gap", "disagreement", "say_do", "neutral"))),
        Banner("warning", rich),
        Banner("info", rich),
        Bullets((rich,)),
        Definitions(((rich, rich),)),
        Quotes((Quote(text, text),)),
        Ladder(text, steps),
        Table("t0", text, (Column(text), Column(text, "number")), ((cell, cell),), rich, True),
        dataclasses.replace(CHART, id="c0", title=text, subtitle=text, alt=text, key=(KeyEntry("target", text),)),
    )


_ENDED_BY = {"td": {"td", "th"}, "th": {"td", "th"}, "tr": {"td", "th", "tr"}}
"""What is open no longer where another begins: end tags that HTML lets one leave out."""


class _Elements(HTMLParser):
    """Names, ids and attributes of all elements, as a browser would see them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes.append((tag, dict(attrs)))
        self._leave(_ENDED_BY.get(tag, set()))
        if tag not in {"meta", "br", "img", "col", "hr", "link"}:
            self.open.append(tag)

    def _leave(self, ended: set[str]) -> None:
        while self.open and self.open[-1] in ended:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in {"thead", "tbody", "table"}:
            self._leave({"td", "th", "tr"})
        assert self.open, f"</{tag}> ends nothing"
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes.append((tag, dict(attrs)))

    def ids(self) -> list[str]:
        return [a["id"] or "" for _, a in self.attributes if "id" in a]


def _notebook(*documents: Document, language: str = "en", **extra: object) -> nbformat.NotebookNode:
    notebook = nbformat.v4.new_notebook()
    meta = Meta("A <title>", language, "Head & er", "Confidential", "We", "2026-03-31", default_brand(), {})
    for document in documents:
        data = {
            DOCUMENT_MIME: {
                "meta": {**{f.name: getattr(meta, f.name) for f in dataclasses.fields(meta)}, **extra},
                "headings": [{"level": n.level, "text": n.text, "id": n.id} for n in document.nodes if isinstance(n, Heading)],
            },
            "text/html": render_html(document),
            "text/vnd.typst": "",
            "text/plain": "",
        }
        cell = nbformat.v4.new_code_cell("show()", outputs=[nbformat.v4.new_output("display_data", data=data)])
        notebook.cells.append(cell)
    return notebook


def _export(notebook: nbformat.NotebookNode, **options: object) -> str:
    return KamHTMLExporter(**options).from_notebook_node(notebook)[0]


@pytest.mark.parametrize("node", _all_nodes(HOSTILE, T), ids=lambda node: type(node).__name__)
def test_no_string_of_any_node_becomes_markup(node):
    page = _Elements(render_html(Document((node,))))
    assert not page.open
    assert "img" not in page.tags
    assert "script" not in page.tags
    assert not [name for _, a in page.attributes for name in a if name.startswith("on")]
    assert all((a.get("href") or "#").startswith("#") for _, a in page.attributes)


def test_hostile_strings_stay_text_in_the_whole_page():
    nodes = _all_nodes(HOSTILE, T)
    html = _export(_notebook(Document(nodes), title=HOSTILE, header=HOSTILE, footer=HOSTILE, author=HOSTILE, date=HOSTILE))
    page = _Elements(html)
    assert not page.open
    assert page.tags["script"] == 1, "only ours"
    assert page.tags["img"] == 0
    assert page.tags["h1"] == 1


def test_markup_in_a_narrative_cell_is_shown_not_run():
    notebook = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell(
                "# Title\n\n<script>x</script> ![alt](http://a.example/x.png) [l](javascript:x)\n\n## Part\n"
            )
        ]
    )
    html = _export(notebook)
    page = _Elements(html)
    assert page.tags["script"] == 1
    assert page.tags["img"] == 0
    assert "alt" in html
    assert 'href="javascript' not in html
    assert "<h1>Title</h1>" in html
    assert '<h2 id="narrative-1">Part</h2>' in html
    assert '<a href="#narrative-1">Part</a>' in html


def test_another_librarys_html_keeps_its_table_and_nothing_else():
    frame = "<style>td{color:red}</style><table onclick='x'><tr><th></th><th scope=col>a</th></tr><tr><td><a href='http://a.example'>1</a></td></tr></table>"
    outputs = [
        nbformat.v4.new_output("execute_result", data={"text/html": frame, "text/plain": "a 1"}),
        nbformat.v4.new_output("execute_result", data={"text/html": "<video src='http://a.example/v'>", "text/plain": "<Video>"}),
        nbformat.v4.new_output("display_data", data={"image/png": "iVBO\nRw0=\n", "text/plain": "<Figure>"}),
        nbformat.v4.new_output("error", ename="ValueError", evalue="\x1b[31mbad <b>\x1b[0m", traceback=[]),
        nbformat.v4.new_output("stream", name="stdout", text="<i>printed</i>"),
    ]
    html = _export(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1/0 # <hidden>", outputs=outputs)]))
    body = html[html.index("<main") :]
    assert "color:red" not in body
    assert "onclick" not in body
    assert "a.example" not in body
    assert "<table>" in body
    assert "&lt;Video&gt;" in body
    assert 'src="data:image/png;base64,iVBORw0="' in body
    assert '<div class="error"><strong>ValueError</strong>bad &lt;b&gt;</div>' in body
    assert "&lt;i&gt;printed" in body
    assert "hidden" not in body


def test_code_is_shown_on_request_only():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("a < b")])
    assert "a &lt; b" not in _export(notebook)
    assert "a &lt; b" in _export(notebook, with_code=True)


def test_ids_are_unique_in_a_page_with_two_charts():
    nodes = (*_all_nodes("x", (Run("x"),)), CHART, dataclasses.replace(CHART, id="c2"), _table())
    ids = _Elements(_export(_notebook(Document(nodes)))).ids()
    assert {"c0", "c1", "c2", "t0", "t1"} <= set(ids)
    assert not [name for name, n in Counter(ids).items() if n > 1]


def test_a_table_says_what_its_cells_belong_to():
    html = render_html(Document((_table(),)))
    assert '<caption id="t1-caption">A caption</caption>' in html
    assert 'role="region" tabindex="0" aria-labelledby="t1-caption"' in html
    assert len(re.findall("<th scope=col", html)) == 4
    assert len(re.findall("<th scope=row", html)) == 2
    assert 'title="too few raters"><span class=no>too few raters</span>' in html, "the style sheet draws the dash"
    assert '<table class="sortable numbers">' in html


def test_a_cell_says_what_it_is_only_where_its_table_does_not():
    dash = ' title="too few raters"><span class=no>too few raters</span>'
    rows = [row for row in render_html(Document((_table(),))).split("\n") if row.startswith("<tr>")]
    assert rows == [
        "<tr><th scope=row>x<td>1,204<td class=id>A-1<td style=--t:.85>4.4",
        f"<tr><th scope=row>x<td{dash}<td class=id>A-2<td style=--t:1.00>2.0",
    ]
    words = Table(
        "t2", "c", (Column("a"), Column("b"), Column("c"), Column("d", "number")), ((Cell((Run("x"),)),) * 4,), (), False
    )
    assert "<tr><th scope=row>x<td>x<td>x<td class=n>x" in render_html(Document((words,)))


def _said(*cells: tuple[str, float | None], kind: str = "number") -> list[str | None]:
    """What each cell of a column says it is to be sorted by."""
    rows = tuple((Cell((Run("x"),)), Cell((Run(text),), value)) for text, value in cells)
    table = Table("t", "c", (Column("a"), Column("b", kind)), rows, (), True)  # type: ignore[arg-type]
    found = re.findall(r"<td(?: class=\w+)?(?: data-sort=(\S+?))?>", render_html(Document((table,))))
    return [value or None for value in found]


def test_a_table_sorts_by_the_value_where_the_text_says_less():
    # If this fails, a column sorts wrongly, or every cell carries digits that nobody reads.
    assert _said(("4.4", 4.4), ("2.0", 2.04), ("1,204", 1204.0)) == [None] * 3, "the texts have the order of the values"
    assert _said(("3.8 3.5–4.2", 3.83), ("3.8 3.6–4.0", 3.79), ("4.0", 4.0)) == ["3.83", "3.79", None]
    assert _said(("83%", 0.8333), ("100%", 1.0), ("9%", 0.09)) == [None] * 3
    assert _said(("83%", 0.8333), ("83%", 0.8312), ("9%", 0.09)) == ["0.833", "0.831", "0.09"], "one scale for a whole column"
    assert _said(("3 m", 3e6), ("20 k", 2e4), ("–", None)) == ["3e+06", "2e+04", None]
    assert _said(("low", 1.0), ("high", 3.0), ("medium", 2.0), kind="text") == ["1", "3", "2"]
    assert _said(("\u22121.2", -1.2), ("€1,000", 1000.0), ("0.5", 0.5)) == [None] * 3
    assert _said(("2.6 2.2–3.0", 2.61), ("2.6 1.9–3.0", 2.61)) == [None, None]
    assert _said(("strong 0.92", 0.92), ("weak 0.4", 0.4), ("> 1", 1.0)) == ["0.9", "0.4", None]
    assert _said(("4", None), ("3.0", 3.04), ("3.0", 2.96)) == [None, "3.04", "2.96"]
    assert _said(("b", None), ("a", None), kind="text") == [None, None]
    assert "data-sort" not in render_html(Document((_table(sortable=False),)))


@pytest.mark.parametrize("seed", range(20))
def test_what_cells_say_always_sorts_as_their_values_do(seed):
    # If this fails, some column of some client is sorted wrongly.
    random = Random(seed)
    scale, digits = random.choice([1.0, 100.0, 1e6]), random.choice([0, 1, 2])
    values = [round(random.gauss(3, 1), random.choice([1, 2, 5])) * scale for _ in range(12)]
    texts = [f"{value:,.{digits}f}" for value in values]
    said = _said(*zip(texts, values, strict=True))
    keys = [float(key) if key else float(text.replace(",", "")) for key, text in zip(said, texts, strict=True)]
    exact = [float(f"{value:.6g}") for value in values]
    for i, j in combinations(range(12), 2):
        assert (exact[i] < exact[j], exact[i] == exact[j]) == (keys[i] < keys[j], keys[i] == keys[j])


def test_heat_is_a_share_between_none_and_all():
    html = render_html(Document((_table(),)))
    assert re.findall(r"--t:([\d.]+)", html) == [".85", "1.00"]


def test_findings_are_headed_one_level_below_what_they_stand_under():
    card = Cards((Card("gap", "Gap", ((Run("x"),),)),))
    cover = Cover("k", "t", (), ())
    assert "<h2>Gap</h2>" in render_html(Document((cover, card)))
    assert "<h3>Gap</h3>" in render_html(Document((Heading(1, "a", "a"), card)))
    assert "<h4>Gap</h4>" in render_html(Document((Heading(1, "a", "a"), Heading(2, "b", "b"), card)))


def test_a_chart_is_repainted_renamed_and_cleaned():
    html = render_html(Document((CHART,)))
    assert "#2f5d8a" not in html.lower()
    assert "var(--claimed)" in html
    assert "var(--ink)" in html
    assert "id=c1-w0" in html
    assert "id=c1-n0" in html
    assert "url(#c1-w0)" in html
    assert "alert" not in html
    assert "evil" not in html
    assert "metadata" not in html
    assert "stroke-linecap" not in html, "a rule for * would reach the whole page"
    assert "R&amp;D &lt;b&gt;" in html
    assert "font-weight=700" in html
    assert "Noto" not in html
    assert "d=M1.2,2L3,4" in html


def _drawn(content: str) -> tuple[str, dict[str, str]]:
    """The content of a drawing as it stands in a page, and the rules of its classes."""
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{content}</svg>'
    html = render_html(Document((dataclasses.replace(CHART, wide=svg, narrow=""),)))
    found = re.search(r"aria-hidden=\"true\">(?:<style>(.*?)</style>)?(.*)</svg>\n</div>", html)
    assert found
    rules = dict(re.findall(r"\.kam \.(\w+)\{([^}]*)\}", found[1] or ""))
    return found[2], {style: name for name, style in rules.items()}


def test_the_words_of_a_mark_stay_in_the_mark():
    # If this fails, the pointer brings up the first mark's words wherever it rests.
    drawn, names = _drawn('<circle cx="1" cy="2" r="3" style="fill:#123456"><title>a &lt; b</title></circle>')
    assert drawn == f"<circle cx=1 cy=2 r=3 class={names['fill:#123456']}><title>a &lt; b</title></circle>"
    drawn, _ = _drawn('<g><title>both</title><path d="M0 0"/><path d="M1 1"/></g>')
    assert drawn == "<g><title>both</title><path d=M0,0 /><path d=M1,1 /></g>"


def test_bars_in_rows_that_look_alike_are_one():
    bars = "".join(
        f'<rect x="{x}" y="{y}" width="4" height="3" style="fill:{fill}"/>'
        for y in (0, 5)
        for x, fill in ((0, "#aaaaaa"), (4, "#bbbbbb"))
    )
    drawn, names = _drawn(bars)
    first, second = (names[f"fill:none;stroke:{colour};stroke-width:3"] for colour in ("#aaaaaa", "#bbbbbb"))
    assert drawn == f"<path d=M0,1.5h4M0,6.5h4 class={first} /><path d=M4,1.5h4M4,6.5h4 class={second} />"


def test_bars_on_each_other_keep_their_order():
    # If this fails, a bar hides what was drawn on it.
    fills = ("#aaaaaa", "#bbbbbb", "#aaaaaa")
    bars = "".join(f'<rect x="{x}" y="0" width="4" height="3" style="fill:{fill}"/>' for x, fill in enumerate(fills))
    assert _drawn(bars)[0].count("<path") == 3
    edged = '<rect x="0" y="0" width="4" height="3" style="fill:#aaaaaa;stroke:#bbbbbb"/>'
    drawn, _ = _drawn(edged + edged.replace("aaaaaa", "cccccc"))
    assert re.findall("d=(M.*?z)", drawn) == ["M0,0h4v3H0z"] * 2


def test_lines_are_one_path_unless_they_shine_through():
    line = '<path d="M0,{0}h4" style="fill:none;stroke:#aaaaaa{1}"/>'
    assert _drawn(line.format(0, "") + line.format(1, ""))[0].startswith("<path d=M0,0h4M0,1h4 class=")
    assert _drawn(line.format(0, ";stroke-opacity:.4") * 2)[0].count("<path") == 2


def test_figures_are_one_text_and_words_are_not():
    label = '<text x="{0}" y="{1}" style="font-size:12px">{2}</text>'
    drawn, names = _drawn(
        label.format(1, 5, "3") + label.format(2, 5, "n = 9") + label.format(3, 6, "4") + label.format(4, 6, " ")
    )
    name = names["font-size:12px"]
    assert drawn == (f"<g class={name}><text x=1,3 y=5,6>34</text><text x=2 y=5>n = 9</text><text x=4 y=6> </text></g>")
    bold = label.replace('12px"', '12px;font-weight:700"')
    assert _drawn(bold.format(0, 1, "a b"))[0] == f"<text y=1 font-weight=700 class={name}>a b</text>"


def test_a_page_has_each_rule_of_its_drawings_once():
    # If this fails, fifteen charts bring the same rules fifteen times, or the second has none and is black.
    second = dataclasses.replace(CHART, id="c2", wide=SVG.replace("#2F5D8A", "#445566"))
    html = _export(_notebook(Document((CHART,)), Document((second,))))
    rules = re.findall(r"\.kam \.(k\w{6})\{", html)
    assert len(rules) == len(set(rules)) >= 3
    used = set(re.findall(r"class=(k\w{6})\b", html))
    assert used == set(rules)


def test_a_chart_is_heard_once():
    html = render_html(Document((CHART,)))
    assert html.count("The message") == 1
    assert 'role="img" aria-label="The message"' in html
    assert len(re.findall(r'<svg class="(wide|narrow)"[^>]*aria-hidden="true"', html)) == 2
    assert 'class="wide only"' in render_html(Document((dataclasses.replace(CHART, narrow=""),)))


def test_a_drawing_that_is_none_is_an_error_with_its_name():
    with pytest.raises(ReportError, match="'c1'"):
        render_html(Document((dataclasses.replace(CHART, wide="<svg><g></svg>"),)))


def test_entities_of_a_drawing_are_never_expanded():
    bomb = '<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><text>&a;</text></svg>'
    with pytest.raises(ReportError):
        render_html(Document((dataclasses.replace(CHART, wide=bomb),)))


def test_the_same_notebook_gives_the_same_bytes():
    notebook = _notebook(Document((*_all_nodes("Ünïted 华北", (Run("说"),)), CHART)), language="zh")
    first = _export(notebook)
    font_faces.cache_clear()
    woff2.cache_clear()
    environment.cache_clear()
    assert _export(copy.deepcopy(notebook)) == first


def test_the_page_asks_nobody_for_anything():
    html = _export(_notebook(Document((*_all_nodes("x", (Run("x"),)), CHART))))
    assert not re.search(r"https?://", re.sub(r'xmlns(:\w+)?="[^"]*"', "", html))
    assert "@import" not in html
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)
    assert policy
    for rule in (
        "default-src &#39;none&#39;",
        "script-src &#39;sha256-",
        "base-uri &#39;none&#39;",
        "form-action &#39;none&#39;",
    ):
        assert rule in policy[1]
    assert all(a.get("src", "data:").startswith("data:") for _, a in _Elements(html).attributes)


def test_language_title_and_contents_of_a_chinese_report():
    document = Document((Heading(1, "战略", "s"), Heading(2, "准则", "c"), Heading(3, "原话", "q")))
    html = _export(_notebook(document, language="zh", labels={"contents": "目录"}))
    assert '<html lang="zh-Hans"' in html
    assert "<summary>目录</summary>" in html
    assert '<li><a href="#s">战略</a><ol><li><a href="#c">准则</a></li></ol></li>' in html
    assert "#q" not in html
    assert "Skip to content" in html, "English where the report has no word"


def test_a_notebook_of_somebody_else_is_titled_by_its_name():
    html, resources = KamHTMLExporter().from_notebook_node(nbformat.v4.new_notebook(), {"metadata": {"name": "a & b"}})
    assert "<h1>a &amp; b</h1>" in html
    assert resources["output_extension"] == ".html"


def test_characters_no_font_has_are_named(caplog):
    assert missing_characters("好𠮷✗\u200b\n ") == "✗𠮷"
    exporter = KamHTMLExporter()
    exporter.log = logging.getLogger("test_render_html")
    with caplog.at_level(logging.WARNING, "test_render_html"):
        exporter.from_notebook_node(_notebook(Document((Paragraph((Run("𠮷野家"),)),))))
    assert "𠮷 (U+20BB7)" in caplog.text
    assert "野" not in caplog.text


def test_every_letter_of_a_page_is_carried_in_the_weight_it_is_set_in():
    document = Document((Heading(1, "战略", "s"), Paragraph((Run("细"), Run("粗", "strong"))), CHART))
    regular, bold = page_letters(render_html(document))
    assert set("战略细粗") <= set(regular)
    assert set("战略粗D") <= set(bold)
    assert "细" not in bold
    assert woff2(400, "ab华")[:4] == b"wOF2"


def test_a_chinese_page_carries_one_weight_of_hanzi_and_draws_the_other():
    # If this fails, a Chinese unit audit is above 500 kB, or its titles are set in a font the reader does not have.
    document = Document((Heading(1, "战略", "s"), Paragraph((Run("细"), Run("粗", "strong"))), CHART))
    page = f'<html lang="zh-Hans">{render_html(document)}</html>'
    regular, bold = page_letters(page)
    assert set("战略细粗") <= set(regular)
    assert not set("战略细粗") & set(bold)
    assert "D" in bold, "drawings keep theirs"
    css = (carried("templates") / "html" / "report.css").read_text(encoding="utf-8")
    (drawn,) = re.findall(r"\n(\.kam:lang\(zh\) :is\(h1[^{]*)\{ font-weight: 400; -webkit-text-stroke", css)
    assert all(name in drawn for name in ("h1", "h6", "strong", "b", "em", "caption", "summary", ".defs dt"))


def test_bold_rules_of_the_style_sheet_name_only_elements_whose_letters_are_carried():
    css = re.sub(r"/\*.*?\*/", "", (carried("templates") / "html" / "report.css").read_text(encoding="utf-8"), flags=re.DOTALL)
    bold = re.compile(r"(h[1-6]|strong|b|em|th|caption|summary|dt)$")
    for selectors, rules in re.findall(r"([^{}]+)\{([^{}]*)\}", css):
        if re.search(r"font(-weight)?:[^;]*\b([6-9]00|bold)", rules):
            for selector in re.sub(r":is\([^)]*\)", " h1", selectors).split(","):
                assert bold.search(selector.strip()), selector


def test_no_rule_reaches_beyond_the_report():
    css = stylesheet(default_brand())
    for selectors in re.findall(r"(?:^|[{}])\s*([^{}@]+)\{", css):
        for selector in re.sub(r"\([^()]*\)", "", re.sub(r"\([^()]*\)", "", selectors)).split(","):
            assert re.search(r"\.kam(-page)?\b", selector), selector


def test_a_brand_with_a_colour_missing_or_wrong_is_refused_with_every_fault():
    brand = yaml.safe_load((carried("templates") / "brand.yaml").read_text(encoding="utf-8"))
    brand["light"]["accent"] = "red;} body{display:none"
    del brand["dark"]["ink"]
    with pytest.raises(InputError) as caught:
        stylesheet(brand)
    assert len(caught.value.faults) == 2
    assert set(TOKENS) == set(default_brand()["light"])
