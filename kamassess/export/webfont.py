"""The fonts that travel inside an HTML report.

A report must look the same on a machine that has no Chinese font, without asking any host for one; the whole font has 2 MB.
So each page carries the letters it uses and no others: the carried fonts are subset with HarfBuzz, packed as WOFF2, and
written into the style sheet. The same letters give the same bytes.

Brotli's quality is 5: on 1,000 hanzi it costs 3 ms, where quality 9 costs 25 ms for 1 % and quality 11 costs 570 ms for 8 % fewer
bytes.
"""

from __future__ import annotations

import base64
import re
import struct
import unicodedata
from functools import cache, lru_cache
from html import unescape

import brotli
import uharfbuzz as hb

from kamassess.resources import fonts

__all__ = ["FAMILY", "font_faces", "missing_characters", "page_letters", "woff2"]

FAMILY = "Kam Sans"
QUALITY = 5

_FILES = {400: "NotoSansSC-Regular.otf", 700: "NotoSansSC-Bold.otf"}
_ALWAYS = "".join(map(chr, range(0x20, 0x7F))) + "–→"  # the style sheet writes the dash and the arrow
_FEATURES = ("kern", "pwid", "ccmp")
_BOLD_TAGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "strong", "b", "em", "caption", "summary", "dt"})
_CHINESE = re.compile(r"<html[^>]* lang=\"?zh")
_NO_TEXT = re.compile(r"<(script|style)\b.*?</\1>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:[^>\"']++|\"[^\"]*\"|'[^']*')*+)>")
_BOLD_STYLE = re.compile(r"font-weight\s*[:=]\s*\"?\s*(?:bold|[6-9]00)")


def page_letters(page: str) -> tuple[str, str]:
    """Return the characters of an HTML page: all of them, and those that may be set in bold.

    Both are sorted and err on the side of too many: letters in attributes count, and all of an element that opens in bold. On a
    Chinese page only those of drawings count: the style sheet makes text strong by drawing its outlines thicker.

    Parameters
    ----------
    page
        HTML in which ``>`` does not stand bare in text.

    Examples
    --------
    >>> page_letters("<p>ab<b>c</b>&lt;</p>")
    ('/<>abcp', 'c')
    """
    heavy = frozenset[str]() if _CHINESE.search(page) else _BOLD_TAGS
    page = _NO_TEXT.sub("", page)
    bold: list[str] = []
    open_tag, depth, since = "", 0, 0
    for found in _TAG.finditer(page):
        closing, tag, attributes = found.groups()
        tag = tag.lower()
        if not open_tag:
            if not closing and not attributes.endswith("/") and (tag in heavy or _bold(attributes)):
                open_tag, depth, since = tag, 1, found.end()
        elif tag == open_tag and not attributes.endswith("/"):
            depth += -1 if closing else 1
            if not depth:
                bold.append(page[since : found.start()])
                open_tag = ""
    if open_tag:
        bold.append(page[since:])
    return _letters(page), _letters(_TAG.sub("", "".join(bold)))


def _bold(attributes: str) -> bool:
    return "font-weight" in attributes and _BOLD_STYLE.search(attributes) is not None


def missing_characters(text: str) -> str:
    r"""Return the characters of *text* that the carried fonts have no glyph for, sorted.

    Spaces, control and format characters need no glyph and are never named.

    Examples
    --------
    >>> missing_characters("North 华北 \U00020bb7\n")
    '𠮷'
    """
    held = _face(400)[1]
    return "".join(sorted(c for c in set(text) if ord(c) not in held and unicodedata.category(c) not in _UNSEEN))


_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"})


@lru_cache(maxsize=32)
def font_faces(letters: str, bold: str) -> str:
    """Return the ``@font-face`` rules of family :data:`FAMILY` for a page with these characters, fonts included.

    Parameters
    ----------
    letters, bold
        As :func:`page_letters` gives them. ASCII is always carried in both weights.
    """
    rules = []
    for weight, wanted in ((400, letters), (700, bold)):
        data = base64.b64encode(woff2(weight, "".join(sorted({*wanted, *_ALWAYS})))).decode("ascii")
        rules.append(
            f'@font-face{{font-family:"{FAMILY}";font-weight:{weight};font-style:normal;'
            f'src:url(data:font/woff2;base64,{data}) format("woff2")}}'
        )
    return "".join(rules)


@lru_cache(maxsize=32)
def woff2(weight: int, letters: str) -> bytes:
    """Return the carried font of *weight* (400 or 700) with the glyphs for *letters* only, as a WOFF2 file."""
    wanted = hb.SubsetInput()
    wanted.unicode_set.set({ord(c) for c in letters})
    wanted.layout_feature_tag_set.set({int.from_bytes(tag.encode("ascii"), "big") for tag in _FEATURES})
    wanted.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.DESUBROUTINIZE
    return _pack(hb.subset(_face(weight)[0], wanted).blob.data)


@cache
def _face(weight: int) -> tuple[hb.Face, frozenset[int]]:
    face = hb.Face(hb.Blob.from_file_path(str(fonts() / _FILES[weight])))
    return face, frozenset(face.unicodes)


def _letters(text: str) -> str:
    return "".join(sorted(c for c in set(unescape(text)) if unicodedata.category(c) != "Cc"))


# --- WOFF2 (https://www.w3.org/TR/WOFF2/): a header, a directory, and all tables as one Brotli stream -----------------

_KNOWN = (
    "cmap head hhea hmtx maxp name OS/2 post cvt_ fpgm glyf loca prep CFF_ VORG EBDT EBLC gasp hdmx kern LTSH PCLT VDMX "
    "vhea vmtx BASE GDEF GPOS GSUB"
).replace("_", " ")
_INDEX = {_KNOWN[i : i + 4].encode("ascii"): i // 5 for i in range(0, len(_KNOWN), 5)}
_OTHER_TAG = 63
_LOSSLESS = 1 << 11  # of head.flags: the font has been through a compressor


def _pack(sfnt: bytes) -> bytes:
    """Wrap an OpenType font with CFF outlines, untransformed."""
    flavour, count = struct.unpack(">4sH", sfnt[:6])
    directory, stream, size = b"", b"", 12 + 16 * count
    for i in range(count):
        tag, _, offset, length = struct.unpack(">4s3L", sfnt[12 + 16 * i : 28 + 16 * i])
        table = sfnt[offset : offset + length]
        if tag == b"head":
            table = table[:16] + struct.pack(">H", struct.unpack(">H", table[16:18])[0] | _LOSSLESS) + table[18:]
        index = _INDEX.get(tag, _OTHER_TAG)
        directory += bytes([index]) + (tag if index == _OTHER_TAG else b"") + _base128(length)
        stream += table
        size += -(-length // 4) * 4
    packed = brotli.compress(stream, mode=brotli.MODE_FONT, quality=QUALITY)
    total = 48 + len(directory) + len(packed)
    padding = -total % 4
    header = struct.pack(">4s4sLHHLLHH5L", b"wOF2", flavour, total + padding, count, 0, size, len(packed), 1, 0, *[0] * 5)
    return bytes(header + directory + packed + b"\0" * padding)


def _base128(number: int) -> bytes:
    digits = [number & 0x7F]
    while number := number >> 7:
        digits.append(number & 0x7F | 0x80)
    return bytes(reversed(digits))
