"""Make the two fonts that travel with kamassess: Noto Sans SC Regular and Bold.

A report must look the same, in Chinese and in English, on a machine that has no CJK font at all. The full fonts are
19 MB apiece and hold ten faces each, so this command takes the Simplified Chinese face out of Debian's
``fonts-noto-cjk`` collections and keeps what a report can need: GB 2312 whole, Latin, and the symbols that charts and
text use. What is kept of the layout features is what horizontal text uses; the default digits all have one width, so
no ``tnum`` is needed (the source has none).

The outputs depend on the source files and the fontTools version only: no time, path or user enters them.

    python tools/make_fonts.py --source /usr/share/fonts/opentype/noto --out templates/fonts

Needs ``fonttools`` and the Debian package ``fonts-noto-cjk``; neither is needed to use the fonts.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from fontTools.pens.recordingPen import RecordingPen  # type: ignore[import-untyped]
from fontTools.pens.t2CharStringPen import T2CharStringPen  # type: ignore[import-untyped]
from fontTools.pens.transformPen import TransformPen  # type: ignore[import-untyped]
from fontTools.subset import Options, Subsetter  # type: ignore[import-untyped]
from fontTools.ttLib import TTCollection, TTFont  # type: ignore[import-untyped]
from fontTools.ttLib.scaleUpem import scale_upem

SOURCE_FAMILY: Final = "Noto Sans CJK SC"
FAMILY: Final = "Noto Sans SC"
WEIGHTS: Final = {"Regular": 400, "Bold": 700}

#: Unicode ranges kept beside GB 2312, ends included. A code point the source lacks is left out without complaint.
RANGES: Final = (
    (0x0020, 0x007E),  # Basic Latin
    (0x00A0, 0x00FF),  # Latin-1
    (0x0100, 0x017F),  # Latin Extended-A
    (0x01CD, 0x01DC),  # vowels with pinyin tones
    (0x0300, 0x036F),  # combining accents, for decomposed names
    (0x2000, 0x206F),  # general punctuation
    (0x2070, 0x209F),  # superscripts and subscripts
    (0x20A0, 0x20CF),  # currency
    (0x2100, 0x214F),  # letterlike symbols
    (0x2150, 0x218F),  # number forms
    (0x2190, 0x21FF),  # arrows
    (0x2200, 0x22FF),  # mathematical operators
    (0x2460, 0x24FF),  # enclosed numbers and letters
    (0x25A0, 0x25FF),  # geometric shapes
    (0x2600, 0x27BF),  # stars, ticks, dingbats
    (0x2B00, 0x2BFF),  # further arrows and shapes
    (0x3000, 0x303F),  # CJK punctuation
    (0x3200, 0x33FF),  # enclosed CJK, squared units
    (0xFF01, 0xFF5E),  # full-width forms
    (0xFFE0, 0xFFE6),  # full-width currency
)

#: Layout features kept. The source has all but tnum; pwid gives English text its narrow quotation marks and ellipsis.
FEATURES: Final = ("ccmp", "halt", "kern", "liga", "mark", "palt", "pwid", "tnum")

#: Tables that only vertical text uses.
VERTICAL_TABLES: Final = ("VORG", "vhea", "vmtx")

#: Hanzi outside GB 2312 that occur in the names of people and companies.
NAMES: Final = (
    "璟珺喆玥昇煊瑢堃镕暘赟翀旻玘晞珅琤瑀瑒玚垚犇骉祎婳嬅珝玹昉晅昪晙晢暄曦旸昳炘烜焜煐燊琎琰瑄瑆瑨璘璠璥璩璪瓒瓛禛禔禩珩玙琇琋琍琬琭瑗瑝璇"
    "璈璐钊钲铖铠锜锟镔鎏淏淽湉湜溍滢澍澔瀚灏浠浥涴洢洺洣沄沚泂泠芃苒苡荃莀莙莜菀菡葳蓁蓥蕖薏蘅恺悫惇愔愫慜懋斓晔晗杙杬柃桄棪槿樾毓甯畯皓皞"
    "祯竑筠箐绮翎翊翙翚翛翯聿舸烨煦彧彥奭奕姝婧婕嫚孛宸屾岍岚峣峤嵘嵩巍帼廞弢彤徕忞怿恬悌憬挺捷攸敉昃昕昫晁暾朐朗杲枟柘柷栩栻桢梃榑槭橚欤"
    "氤汧沨泖泷洧浛浟涵淇淙淼渌渟湑湲溁滈滟潆濂瀛炅炜烽焓煚熜燚爔牧犨猷玎玭珂珈珉珑珞珣珮珽琏琚琛琦琨琪琮琯琳琴瑛瑜瑞瑟瑭瑶瑾璀璋璎瓃甡畀畅"
)

#: Coordinates are in 1/320 em, not 1/1000: invisible at any size a report uses, and a fifth of what a page carries.
UNITS_PER_EM: Final = 320

#: English names kept: copyright to version, PostScript name, trademark, makers, licence and its address.
NAME_IDS: Final = tuple(range(15))


def gb2312() -> Iterator[int]:
    """Yield every code point that GB 2312 encodes outside ASCII."""
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            try:
                yield ord(bytes((row, cell)).decode("gb2312"))
            except UnicodeDecodeError:
                continue


def wanted() -> set[int]:
    """Return the code points to keep where the source has them."""
    return {*gb2312(), *map(ord, NAMES)}.union(*(range(first, last + 1) for first, last in RANGES))


def simplified_face(collection: Path) -> TTFont:
    """Return the Simplified Chinese face of a Noto Sans CJK collection, or stop with what was looked for."""
    for face in TTCollection(collection, lazy=True).fonts:
        if face["name"].getDebugName(1) == SOURCE_FAMILY:
            face.recalcTimestamp = False  # head.modified stays that of the source
            face.recalcBBoxes = False  # the line metrics of the whole font, so that text does not move
            return face
    raise SystemExit(f"{collection}: no face named {SOURCE_FAMILY!r}")


def subset(font: TTFont) -> None:
    """Cut the font down to the wanted characters and features."""
    options = Options()
    options.layout_features = list(FEATURES)
    options.layout_scripts = ["*"]
    options.drop_tables = [*options.drop_tables, *VERTICAL_TABLES]
    options.name_IDs = list(NAME_IDS)
    options.name_languages = [0x0409]
    options.notdef_outline = True
    options.hinting = False  # no screen of today needs it, and scaling would spoil it
    options.desubroutinize = True  # a page's fonts are: Brotli does better without
    options.recalc_timestamp = False
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=wanted())
    subsetter.subset(font)


def scale(font: TTFont) -> None:
    """Scale the font, rounding the place of each point once.

    Charstrings hold steps from point to point. Rounding those, as fontTools does, adds up along an outline: at 1/500 em its error
    was plain to see (成, 餐, 鑫 leant to one side).
    """
    factor = UNITS_PER_EM / font["head"].unitsPerEm
    drawn = {}
    for name, glyph in font.getGlyphSet().items():
        outline = RecordingPen()
        glyph.draw(outline)
        drawn[name] = outline
    scale_upem(font, UNITS_PER_EM)
    charstrings, widths = font["CFF "].cff.topDictIndex[0].CharStrings, font["hmtx"].metrics
    for name, outline in drawn.items():
        charstring = charstrings[name]
        width, private = widths[name][0], charstring.private
        pen = T2CharStringPen(None if width == private.defaultWidthX else width - private.nominalWidthX, None)
        outline.replay(TransformPen(pen, (factor, 0, 0, factor, 0, 0)))
        charstring.setProgram(pen.getCharString(optimize=True).program)


def rename(font: TTFont, style: str) -> None:
    """Give the font its plain family name and weight, in every place where a program may look."""
    postscript = f"{FAMILY.replace(' ', '')}-{style}"
    full = FAMILY if style == "Regular" else f"{FAMILY} {style}"
    names = font["name"]
    version = str(names.getDebugName(5)).split(";")[0]
    for name_id, text in {
        1: FAMILY,
        2: style,
        3: f"{version.removeprefix('Version ')};{postscript};subset",
        4: full,
        5: f"{version};subset",
        6: postscript,
    }.items():
        names.setName(text, name_id, 3, 1, 0x0409)
    font["OS/2"].usWeightClass = WEIGHTS[style]

    cff: Any = font["CFF "].cff
    source_postscript = cff.fontNames[0]
    cff.fontNames[0] = postscript
    top = cff.topDictIndex[0]
    top.FamilyName, top.FullName, top.Weight = FAMILY, full, style
    for part in top.FDArray:
        part.FontName = part.FontName.replace(source_postscript, postscript)


def renumber(font: TTFont) -> TTFont:
    """Return the font with its glyphs numbered one after another.

    The numbers of an Adobe-Identity-0 font carry no meaning. Those of the source, where three in four glyphs are gone, make
    thousands of ranges, and Typst walks them for each text of a drawing. All tables but CFF know a glyph by its place alone: they
    are read again as the bytes they were written as.
    """
    written = BytesIO()
    font.save(written)
    font = TTFont(written, recalcTimestamp=False, recalcBBoxes=False)
    top = font["CFF "].cff.topDictIndex[0]
    names = [".notdef", *(f"cid{number:05d}" for number in range(1, len(top.charset)))]
    places = top.CharStrings.charStrings
    top.CharStrings.charStrings = {name: places[source] for name, source in zip(names, top.charset, strict=True)}
    top.charset = names
    font.setGlyphOrder(names)
    return font


def make(source: Path, out: Path, style: str) -> Path:
    """Write one weight and return its path."""
    font = simplified_face(source / f"NotoSansCJK-{style}.ttc")
    subset(font)
    scale(font)
    rename(font, style)
    target = out / f"{FAMILY.replace(' ', '')}-{style}.otf"
    renumber(font).save(target, reorderTables=True)
    return target


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description="Subset Noto Sans SC Regular and Bold for kamassess.")
    parser.add_argument(
        "--source",
        type=Path,
        default=Path("/usr/share/fonts/opentype/noto"),
        help="directory with NotoSansCJK-Regular.ttc and NotoSansCJK-Bold.ttc (default: %(default)s)",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path(__file__).resolve().parent.parent / "templates" / "fonts",
        help="directory to write to (default: %(default)s)",
    )
    arguments = parser.parse_args(argv)
    arguments.out.mkdir(parents=True, exist_ok=True)
    for style in WEIGHTS:
        target = make(arguments.source, arguments.out, style)
        print(f"{target}: {target.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
