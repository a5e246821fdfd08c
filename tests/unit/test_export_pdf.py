"""The PDF: conformant, the same every time, and with all that the notebook says, word for word."""

import base64
import dataclasses
import logging
import re
import unicodedata
import zlib
from functools import cache
from io import BytesIO

import nbformat
import pikepdf
import pypdf
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

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
    rich,
)
from kamassess.errors import ReportError
from kamassess.export.markdown_typst import first_title, markdown_typst
from kamassess.export.pdf import KamPDFExporter
from kamassess.export.pieces import DOCUMENT_MIME
from kamassess.render.plain import render_plain
from kamassess.render.typst import render_typst

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 300"><text x="10" y="40" font-size="13" '
    'font-family="\'Noto Sans SC\'">战略契合 Alignment</text><rect x="9" y="90" width="80" height="9" fill="#2f5d8a"/></svg>'
)
HOSTILE = (
    '"); #panic("x")',
    "\\u{41}\\n",
    "*b* _e_ $x$ `c` @r <l>",
    "// c /* d */ = h",
    '#import "x": *',
    "</script>{{x}}[#y]",
)


def meta(language: str = "en", **changes: object) -> Meta:
    known = {"title": "Audit 华北", "header": "Wave 2026", "footer": "Confidential", "author": "kamassess", "date": "2026-03-31"}
    return Meta(**{**known, "language": language, "brand": {}, "labels": {}, **changes})


def notebook(*documents: Document, cells: tuple = ()) -> nbformat.NotebookNode:
    shown = []
    for i, document in enumerate(documents):
        about = dataclasses.asdict(document.meta) if document.meta else None
        data = {
            "text/html": "<p></p>",
            "text/vnd.typst": render_typst(document),
            "text/plain": render_plain(document),
            DOCUMENT_MIME: {"meta": about, "headings": []},
        }
        shown.append(new_code_cell("secret_code()", id=f"d{i}", outputs=[new_output("display_data", data)]))
    return new_notebook(cells=[*shown, *cells])


def export(nb: nbformat.NotebookNode, **options: object) -> bytes:
    return KamPDFExporter(**options).from_notebook_node(nb, {"metadata": {"name": "a name"}})[0]


def text_of(pdf: bytes) -> str:
    """All text without spaces: lines may break anywhere in a long word."""
    pages = pypdf.PdfReader(BytesIO(pdf)).pages
    return "".join(unicodedata.normalize("NFKC", "".join(page.extract_text() for page in pages)).split())


def bare(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def foreign(*markdown: str, outputs: tuple = ()) -> nbformat.NotebookNode:
    cells = [new_markdown_cell(text, id=f"m{i}") for i, text in enumerate(markdown)]
    return new_notebook(cells=[*cells, new_code_cell("1 + 1", id="c", outputs=list(outputs))])


def sections(language: str) -> Document:
    rows = tuple((Cell(rich(f"row {i}")), Cell(rich(f"{i / 10:.1f}"), heat=i / 90)) for i in range(90))
    return Document(
        (
            Cover("Kicker", "华北 stands at level 2", rich("Lead."), (("Unit", rich("NC")),)),
            *(Heading(1, f"Section {i}", f"s{i}") for i in range(7)),
            Heading(2, "Below", "b"),
            Chart("c", "Chart", "Sub", "Systems claim 3.8 and measure 1.6", SVG, SVG),
            Table("t", "Caption", (Column("Head word"), Column("Level", "number")), rows),
            Paragraph((Run("to the first", "plain", "#s0"), Run("to nowhere", "plain", "#nowhere"))),
            *(Paragraph(rich("{x}", x="Long text. " * 90)) for _ in range(12)),
        ),
        meta(language),
    )


@cache
def report(language: str) -> bytes:
    return export(notebook(sections(language)))


# --- the file ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "tag"), [("en", "en"), ("zh", "zh-CN")])
def test_the_file_says_what_it_conforms_to(language: str, tag: str) -> None:
    with pikepdf.open(BytesIO(report(language))) as pdf:
        known = pdf.Root.Metadata.read_bytes().decode()
        assert str(pdf.Root.Lang) == tag
        assert bool(pdf.Root.MarkInfo.Marked)
        assert "/StructTreeRoot" in pdf.Root
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        assert str(pdf.docinfo.Title) == "Audit 华北"
        assert [round(float(side)) for side in pdf.pages[0].mediabox] == [0, 0, 595, 842]
    assert "<pdfuaid:part>1<" in known
    assert "<pdfaid:part>2<" in known
    assert "<pdfaid:conformance>A<" in known


def test_the_same_notebook_gives_the_same_bytes() -> None:
    first = export(notebook(sections("en")))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "Asia/Shanghai")
        patch.setenv("SOURCE_DATE_EPOCH", "1")
        assert export(notebook(sections("en"))) == first


def created(pdf: bytes) -> str:
    with pikepdf.open(BytesIO(pdf)) as opened:
        return str(opened.docinfo.CreationDate)


def test_the_date_is_the_reports_then_the_environments_then_a_fixed_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert created(report("en")).startswith("D:20260331000000")
    assert created(export(foreign("# A"))).startswith("D:19800101")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert created(export(foreign("# A"))).startswith("D:20231114")


def test_a_date_that_is_none_is_an_error() -> None:
    with pytest.raises(ReportError, match="YYYY-MM-DD"):
        export(notebook(Document((), meta(date="soon"))))


def test_all_fonts_are_ours_and_embedded() -> None:
    found = set()
    with pikepdf.open(BytesIO(report("zh"))) as pdf:
        for page in pdf.pages:
            for font in page.Resources.get("/Font", {}).values():
                below = font.DescendantFonts[0]
                found.add(str(below.BaseFont).split("+")[1].removesuffix("-Identity-H"))
                assert "/FontFile3" in below.FontDescriptor
                assert "/ToUnicode" in font
    assert found == {"NotoSansSC-Regular", "NotoSansSC-Bold"}


def test_sections_are_bookmarks() -> None:
    outline = pypdf.PdfReader(BytesIO(report("en"))).outline
    titles = [entry.title for entry in outline if not isinstance(entry, list)]
    assert titles == [f"Section {i}" for i in range(7)]
    assert [entry.title for entry in outline[-1]] == ["Below"]


def structure(pdf: bytes) -> list[tuple[str, str]]:
    """Kind and alt text of every element of the structure tree, in reading order."""
    found = []

    def walk(node: object) -> None:
        if isinstance(node, pikepdf.Array):
            for child in node:
                walk(child)
        elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
            found.append((str(node.S), str(node.get("/Alt", ""))))
            walk(node.get("/K"))

    with pikepdf.open(BytesIO(pdf)) as opened:
        walk(opened.Root.StructTreeRoot.K)
    return found


def alts(pdf: bytes) -> list[str]:
    return [alt for _, alt in structure(pdf) if alt]


def test_what_is_shown_is_tagged_as_what_it_is() -> None:
    kinds = [kind for kind, _ in structure(report("en"))]
    assert kinds.count("/H1") == 7
    assert kinds.count("/TH") == 2, "a heading repeated on the next page is read once"
    assert kinds.count("/TD") == 180
    assert {"/TOC", "/TOCI", "/Table", "/Caption", "/Link"} <= set(kinds)
    assert ("/Figure", "Systems claim 3.8 and measure 1.6") in structure(report("en"))
    assert alts(report("en")) == ["Systems claim 3.8 and measure 1.6"]


def test_a_table_repeats_its_header_and_pages_are_counted_in_the_language() -> None:
    pages = [page.extract_text() for page in pypdf.PdfReader(BytesIO(report("zh"))).pages]
    assert sum("Head word" in page for page in pages) >= 3
    assert all(f"第 {i} 页，共 {len(pages)} 页" in page.replace("\xa0", " ") for i, page in enumerate(pages, 1))
    assert "Wave 2026" not in pages[0]
    assert all("Wave 2026" in page for page in pages[1:])
    assert "目录" in pages[0]
    assert "Page 2 of" in pypdf.PdfReader(BytesIO(report("en"))).pages[1].extract_text()


def test_a_short_report_has_no_contents() -> None:
    document = Document((Cover("", "T", (), ()), *(Heading(1, f"S{i}", f"s{i}") for i in range(7))), meta())
    assert "Contents" not in text_of(export(notebook(document)))


def test_a_report_of_few_sections_has_no_contents() -> None:
    nodes = [node for i in range(4) for node in (Heading(1, f"S{i}", f"s{i}"), *[Paragraph(rich("Long text. " * 90))] * 12)]
    pdf = export(notebook(Document((Cover("", "T", (), ()), *nodes), meta())))
    assert len(pypdf.PdfReader(BytesIO(pdf)).pages) > 6
    assert "Contents" not in text_of(pdf)


def test_words_in_a_drawing_are_text() -> None:
    assert "战略契合Alignment" in text_of(report("en"))


# --- hostile text -----------------------------------------------------------------------------------------------------


@cache
def hostile_report() -> str:
    """The text of a PDF that holds every hostile string in every kind of node, each behind its own mark."""
    documents = []
    for i, text in enumerate(HOSTILE):
        t = [f"{i}{mark}:{text}:" for mark in "abcdefghijklmnopqrstuvwxyz"]
        cell = Cell((Run(t[21]),), None, 0.5)
        documents.append(
            Document(
                (
                    Cover(t[0], t[1], (Run(t[2], "action"),), ((t[3], (Run(t[4]),)),)),
                    Heading(1, t[5], text),
                    Paragraph((Run(t[6], "code"), Run(t[7], "muted", "#" + text))),
                    KeyFigures((KeyFigure(t[8], t[9], t[10]),)),
                    Cards((Card("gap", t[11], ((Run(t[12], "strong"),),)),)),
                    Banner("info", (Run(t[13]),)),
                    Bullets(((Run(t[14]),),)),
                    Definitions((((Run(t[15]),), (Run(t[16]),)),)),
                    Quotes((Quote(t[17], t[18]),)),
                    Ladder(t[19], (Step(t[20], "x"),)),
                    Table(text, t[22], (Column(t[23], weight=3),), ((cell,),), (Run(t[24]),)),
                    Chart(text, t[25], "", text, SVG.replace("Alignment", "[x]"), SVG),
                ),
                meta(title=f"T{HOSTILE[0]}", header=HOSTILE[2], footer=HOSTILE[4]) if not i else None,
            )
        )
    return text_of(export(notebook(*documents)))


@pytest.mark.parametrize(("i", "mark"), [(i, mark) for i in range(len(HOSTILE)) for mark in "abcdefghijklmnopqrstuvwxyz"])
def test_hostile_text_arrives_as_it_is(i: int, mark: str) -> None:
    assert bare(f"{i}{mark}:{HOSTILE[i]}:") in hostile_report()


def test_hostile_running_lines_arrive_as_they_are() -> None:
    assert hostile_report().count(bare(HOSTILE[4])) > 20


def test_a_fragment_that_is_more_than_a_document_is_refused() -> None:
    nb = notebook(Document((Heading(1, "a", "a"),), meta()))
    nb.cells[0].outputs[0].data["text/vnd.typst"] = '#read("/etc/hostname")\n'
    with pytest.raises(ReportError, match="not written by kamassess"):
        export(nb)


def test_characters_without_a_glyph_are_named_and_do_not_break_the_file(caplog: pytest.LogCaptureFixture) -> None:
    chart = Chart("c", "", "", "a 😀", SVG.replace("Alignment", "𠮷"), "")
    document = Document((Paragraph(rich("a {x}\x00b\u202e", x="😀")), chart), meta(title="T 𠮷"))
    exporter = KamPDFExporter()
    exporter.log = logging.getLogger("test-pdf")
    with caplog.at_level(logging.WARNING):
        pdf, _ = exporter.from_notebook_node(notebook(document), {"metadata": {"name": "n"}})
    text = text_of(pdf)
    assert "a[U+1F600][U+0000]b[U+202E]" in text
    assert "战略契合[U+20BB7]" in text
    assert "😀 (U+1F600), 𠮷 (U+20BB7)" in caplog.text or "𠮷 (U+20BB7), 😀 (U+1F600)" in caplog.text


def test_a_long_word_stays_in_its_column() -> None:
    columns = tuple(Column(f"c{i}", "number" if i else "text") for i in range(12))
    word = "ΩΨΦΞΠΣΘΛ_" * 5  # letters that stand nowhere else on the page
    row = (Cell((Run(word),)), *(Cell((Run(f"{i}.25"),)) for i in range(11)))
    pdf = export(notebook(Document((Table("t", "", columns, (row,) * 3),), meta())))
    ends = []
    pypdf.PdfReader(BytesIO(pdf)).pages[0].extract_text(visitor_text=lambda text, cm, *_: ends.append((text.strip(), cm[4])))
    assert bare(word) in text_of(pdf)
    first = [x for text, x in ends if text == "0.25"]
    assert first
    letters = [x for text, x in ends if text and set(text) <= set(word)]
    assert letters
    assert max(letters) < min(first)


@pytest.mark.parametrize("text", ["All work and no play. " * 400, "line\n" * 200, "华北的重点客户，" * 400])
def test_no_text_is_so_long_that_it_leaves_the_page(text: str) -> None:
    """Text that is kept on one page must give that up before it runs over the end of the page."""
    run = (Run(text),)
    nodes = (
        Paragraph(run, "sub"),
        KeyFigures((KeyFigure("a", "b", text),)),
        Cards((Card("gap", "t", (run,)),)),
        Banner("warning", run),
        Definitions(((run, run),)),
        Quotes((Quote(text, "x"), Quote("x", text))),
        Ladder("l", (Step("1", text),)),
        Table("t", "", tuple(Column(f"c{i}") for i in range(9)), ((Cell(run), *(Cell(rich("x")),) * 8),)),
    )
    heights = []
    for page in pypdf.PdfReader(BytesIO(export(notebook(*(Document((node,), meta()) for node in nodes))))).pages:
        page.extract_text(visitor_text=lambda found, cm, *_: heights.append(cm[5]) if found.strip() else None)
    assert min(heights) > 25
    assert max(heights) < 842 - 25


# --- structure of any notebook ----------------------------------------------------------------------------------------


def levels(pdf: bytes) -> list[str]:
    return [kind for kind, _ in structure(pdf) if re.fullmatch("/H[1-6]", kind)]


def test_levels_of_headings_are_never_skipped() -> None:
    documents = [Document((Heading(3, "a", "a"), Heading(1, "b", "b"), Heading(3, "c", "c"), Heading(2, "d", "d")), meta())]
    cells = (new_markdown_cell("#### e\n\n# f", id="m"),)
    assert levels(export(notebook(*documents, cells=cells))) == ["/H1", "/H1", "/H2", "/H2", "/H3", "/H1"]


def test_code_is_hidden_unless_asked_for() -> None:
    nb = notebook(Document((Heading(1, "a", "a"),), meta()))
    assert "secret_code" not in text_of(export(nb))
    assert "secret_code()" in text_of(export(nb, with_code=True))


PNG_HEAD = b"\x89PNG\r\n\x1a\n"


def png(width: int, height: int) -> str:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\0\0\0"
    rows = zlib.compress((b"\0" + b"\x2f\x5d\x8a" * width) * height)
    return base64.b64encode(PNG_HEAD + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")).decode()


def test_a_notebook_of_someone_elses_is_exported_too() -> None:
    outputs = (
        new_output("stream", name="stdout", text="printed \x1b[31mred\x1b[0m\n  indented"),
        new_output("display_data", {"image/png": png(4, 3), "text/plain": "<Figure size 4x3>"}),
        new_output("display_data", {"image/svg+xml": SVG, "text/plain": "Six dimensions"}),
        new_output(
            "execute_result", {"text/html": "<table><tr><td>1</td></tr></table>", "text/plain": "   a\n0  1"}, execution_count=1
        ),
        new_output("error", ename="ValueError", evalue="no such unit", traceback=[]),
    )
    pdf = export(foreign("# The *title*\n\nText.", "## Part", outputs=outputs))
    text = text_of(pdf)
    assert text.startswith("ThetitleText.Part"), "the title stands once on the page"
    assert "printedredindented" in text
    assert "a01" in text
    assert "ValueError:nosuchunit" in text
    assert alts(pdf) == ["Figure", "Six dimensions"]
    with pikepdf.open(BytesIO(pdf)) as opened:
        assert str(opened.docinfo.Title) == "The title"


def test_a_notebook_without_title_takes_its_name() -> None:
    assert text_of(export(foreign("Just text."))).startswith("anameJusttext.")


@pytest.mark.parametrize(
    "data", ["<svg", '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><image href="file:///etc/hostname"/></svg>']
)
def test_a_picture_typst_cannot_read_is_one_clear_line(data: str) -> None:
    with pytest.raises(ReportError, match=r"\Athe PDF could not be made: [^\n]*SVG[^\n]*\Z"):
        export(foreign("# A", outputs=(new_output("display_data", {"image/svg+xml": data, "text/plain": "x"}),)))


@pytest.mark.parametrize("mime", ["image/svg+xml", "image/png"])
def test_the_logo_stands_on_the_cover(mime: str) -> None:
    data = png(8, 4) if mime == "image/png" else base64.b64encode(SVG.encode()).decode()
    brand = {"name": "Beraterhaus", "logo": f"data:{mime};base64,{data}", "light": {"ink": "#102030"}}
    pdf = export(notebook(Document((Cover("", "T", (), ()),), meta(brand=brand))))
    assert alts(pdf) == ["Beraterhaus"]


def test_a_logo_elsewhere_is_refused() -> None:
    with pytest.raises(ReportError, match="logo"):
        export(notebook(Document((), meta(brand={"logo": "https://example.org/a.png"}))))


# --- markdown ---------------------------------------------------------------------------------------------------------

MARKDOWN = f"""# Title

Text with *emphasis*, **strong *both***, `co"de`, ~~gone~~, [words](https://example.org "t"), <b>html</b>, #panic()
and \\*stars\\*.
Soft
break.\\
Hard.

- one
  1. inner
- two

  second paragraph

3. third

> said `x`
>
> # inside

| a | b |
|---|--:|
| x *y* | #1 |

```python
if x:
    return "y"
```

    indented

---
![remote](http://example.org/x.png) ![near](data:image/png;base64,{png(3, 3)})
"""


def test_markdown_arrives_as_text_with_structure() -> None:
    pdf = export(foreign("# Other\n\nx", MARKDOWN))
    text = text_of(pdf)
    for words in (
        "strongboth",
        'co"de',
        "gone",
        "words,<b>html</b>,#panic()and*stars*.",
        "Softbreak.",
        "xy#1",
        'ifx:return"y"',
        "remote",
    ):
        assert bare(words) in text, words
    assert "example.org" not in text
    kinds = {kind for kind, _ in structure(pdf)}
    assert {"/H1", "/L", "/LI", "/Table", "/TH", "/Code"} <= kinds
    assert alts(pdf) == ["near"]
    assert len(levels(pdf)) == 1, "a heading inside a quotation is no heading of the report"


@pytest.mark.parametrize(
    "source", ["", "\n", "-", "1.", ">", "# ", "||\n|-|", "![]()", "```\n```", "[x]: /y", "***", "- - -", "* # a"]
)
def test_odd_markdown_makes_a_sound_file(source: str) -> None:
    assert export(foreign("# T\n\nx", source)).startswith(b"%PDF")


def test_first_title_is_the_words_of_the_first_h1() -> None:
    assert first_title("text\n\n## b\n\n# The `x` *way*\n\n# c") == "The x way"
    assert first_title("## b") is None


def test_markdown_is_written_with_literals_only() -> None:
    assert markdown_typst('a "b" #c') == '#par({ said("a \\"b\\" #c") })\n'
