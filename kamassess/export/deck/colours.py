"""Which of a template's colours stands for what: of ours the brand's, written into its theme; of a client's those of its own.

All that is drawn names a slot of the theme and no colour, so that a deck changes as a whole when its theme is changed.
"""

from __future__ import annotations

import colorsys
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.oxml.ns import qn

from kamassess.export.deck.grounds import Scheme
from kamassess.reading.brand import Brand, contrast, told_apart

__all__ = ["Palette", "Shade", "brand_palette", "dress", "lit", "readable", "text_on", "theme_palette"]

_TEXT, _MARK = 4.5, 3.0
_SLOTS = ("dk1", "lt1", "dk2", "lt2", *(f"accent{number}" for number in range(1, 7)), "hlink", "folHlink")
_OURS = {
    "ink": "dk1",
    "paper": "lt1",
    "muted": "dk2",
    "wash": "lt2",
    "claimed": "accent1",
    "measured": "accent2",
    "evidenced": "accent3",
    "accent": "accent4",
    "line": "accent5",
    "hot": "accent6",
    "target": "folHlink",
}
_NAMED = {
    "dk1": MSO_THEME_COLOR.TEXT_1,
    "lt1": MSO_THEME_COLOR.BACKGROUND_1,
    "dk2": MSO_THEME_COLOR.TEXT_2,
    "lt2": MSO_THEME_COLOR.BACKGROUND_2,
    **{f"accent{number}": getattr(MSO_THEME_COLOR, f"ACCENT_{number}") for number in range(1, 7)},
    "folHlink": MSO_THEME_COLOR.FOLLOWED_HYPERLINK,
}
_TEXTS = {
    "tx1": MSO_THEME_COLOR.TEXT_1,
    "bg1": MSO_THEME_COLOR.BACKGROUND_1,
    "tx2": MSO_THEME_COLOR.TEXT_2,
    "bg2": MSO_THEME_COLOR.BACKGROUND_2,
}
_ACCENTS = tuple(f"accent{number}" for number in range(1, 7))
_PALER, _STEP = 0.08, 0.05
LATIN, CHINESE = "Arial", "Microsoft YaHei"
"""Fonts that every PowerPoint has. The carried one is on few machines, and a deck cannot carry it."""
CARRIED = "Noto Sans SC"


@dataclass(frozen=True, slots=True)
class Shade:
    """A slot of the theme, and how much lighter (or, below 0, darker) than it a colour is."""

    slot: MSO_THEME_COLOR
    lightness: float = 0.0


@dataclass(frozen=True)
class Palette:
    """Shades by the tokens of a brand, what each comes to as ``#rrggbb``, and the colour of the ground they stand on."""

    shades: Mapping[str, Shade]
    colours: Mapping[str, str]
    ground: str

    def heat(self, share: float) -> tuple[float, str]:
        """How much of its colour a cell has (0–1), and the token of the text on it; less colour where text could not be read."""
        opacity = _PALER + 0.47 * share
        while True:
            made = _mixed(self.colours["claimed"], self.ground, opacity)
            token = self.on(made)
            if opacity <= _PALER or contrast(self.colours[token], made) >= _TEXT:
                return opacity, token
            opacity = max(opacity - _STEP, _PALER)

    def on(self, colour: str) -> str:
        """The token whose text is best read on a colour: ink or paper."""
        return max(("ink", "paper"), key=lambda token: contrast(self.colours[token], colour))


def brand_palette(brand: Brand) -> Palette:
    """The colours of a brand, each in the slot of our own template that :func:`dress` writes it into."""
    return Palette({token: Shade(_NAMED[slot]) for token, slot in _OURS.items()}, brand.light, brand.light["paper"])


def theme_palette(scheme: Scheme, grounds: Collection[str]) -> Palette:
    """What of a client's theme stands for what, on a ground of these colours.

    Text takes the slot that is read best there, dark or light. Claims and measurements have accents that are seen on the ground
    and told apart; where it has none, text in a lighter shade.
    """
    found = scheme.colours
    text, ink = text_on(scheme, grounds)
    other = MSO_THEME_COLOR.BACKGROUND_1 if text is not MSO_THEME_COLOR.BACKGROUND_1 else MSO_THEME_COLOR.TEXT_1
    ground = min(grounds, key=lambda colour: (contrast(ink, colour), colour))
    dark = contrast(ground, "#ffffff") > contrast(ground, "#000000")
    against = scheme.named("bg1" if other is MSO_THEME_COLOR.BACKGROUND_1 else "tx1") or ground
    shades = {"ink": Shade(text), "paper": Shade(other), "target": Shade(text)}
    colours = {"ink": ink, "paper": against, "target": ink}
    quiet = {"muted": 0.35, "evidenced": 0.45, "line": 0.8} if not dark else {"muted": -0.2, "evidenced": -0.35, "line": -0.6}
    for token, lightness in quiet.items():
        shades[token], colours[token] = Shade(text, lightness), lit(ink, lightness)
    for token, least in (("muted", _TEXT), ("evidenced", _MARK)):
        if _least(colours[token], grounds) < least:
            shades[token], colours[token] = Shade(text), ink
    shades["wash"] = shades["hot"] = shades["line"]
    colours["wash"] = colours["hot"] = colours["line"]
    accents = [name for name in _ACCENTS if _least(found[name], grounds) >= _MARK]
    first = accents[0] if accents else ""
    second = next((name for name in accents[1:] if told_apart(found[name], found[first])), "")
    for token, name in (("claimed", first), ("measured", second)):
        if name:
            shades[token], colours[token] = Shade(_NAMED[name]), found[name]
        else:
            shades[token], colours[token] = (shades["evidenced"], colours["evidenced"]) if first else (Shade(text), ink)
    strong = next((name for name in accents if _least(found[name], grounds) >= _TEXT), "")
    shades["accent"], colours["accent"] = (Shade(_NAMED[strong]), found[strong]) if strong else (Shade(text), ink)
    return Palette(shades, colours, ground)


def text_on(scheme: Scheme, grounds: Collection[str]) -> tuple[MSO_THEME_COLOR, str]:
    """The slot for text that is read best on all of these colours, and its colour; the usual one where it is good enough."""
    slots = {
        name: colour
        for name, colour in ((name, scheme.named(name)) for name in ("tx1", "bg1", "tx2", "bg2"))
        if colour is not None
    }
    usual = [name for name in slots if name in ("tx1", "bg1") and _least(slots[name], grounds) >= _TEXT]
    best = usual[0] if usual else max(slots, key=lambda name: _least(slots[name], grounds))
    return _TEXTS[best], slots[best]


def readable(colour: str, grounds: Collection[str]) -> bool:
    """Whether text of a colour is read on all of *grounds* (WCAG 2.2 AA)."""
    return _least(colour, grounds) >= _TEXT


def _least(colour: str, grounds: Collection[str]) -> float:
    return min(contrast(colour, ground) for ground in grounds)


def dress(theme: Any, brand: Brand) -> None:
    """Write a brand's colours and fonts into the theme of our own template."""
    scheme = theme.find(f".//{qn('a:clrScheme')}")
    scheme.set("name", "kamassess")
    slots = {slot: token for token, slot in _OURS.items()} | {"hlink": "accent"}
    for slot in _SLOTS:
        entry = scheme.find(qn(f"a:{slot}"))
        for child in list(entry):
            entry.remove(child)
        etree.SubElement(entry, qn("a:srgbClr")).set("val", brand.light[slots[slot]][1:].upper())
    latin = LATIN if brand.font == CARRIED else brand.font
    for font in theme.findall(f".//{qn('a:fontScheme')}/*"):
        for name, typeface in (("latin", latin), ("ea", CHINESE)):
            font.find(qn(f"a:{name}")).set("typeface", typeface)


def lit(colour: str, lightness: float) -> str:
    """A colour as programs draw it when its luminance is changed."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    hue, light, saturation = colorsys.rgb_to_hls(red, green, blue)
    light = light * (1 - lightness) + lightness if lightness > 0 else light * (1 + lightness)
    return "#" + "".join(f"{round(255 * part):02x}" for part in colorsys.hls_to_rgb(hue, light, saturation))


def _mixed(colour: str, ground: str, opacity: float) -> str:
    pairs = [(int(colour[at : at + 2], 16), int(ground[at : at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(opacity * above + (1 - opacity) * below):02x}" for above, below in pairs)
