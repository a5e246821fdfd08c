"""Which of a template's colours stands for what: of ours the brand's, written into its theme; of a client's those of its own.

All that is drawn names a slot of the theme and no colour, so that a deck changes as a whole when its theme is changed.
"""

from __future__ import annotations

import colorsys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.oxml.ns import qn

from kamassess.reading.brand import Brand, contrast, told_apart

__all__ = ["Palette", "Shade", "brand_palette", "dress", "theme_palette"]

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
    """Shades by the tokens of a brand, and what each comes to as ``#rrggbb``."""

    shades: Mapping[str, Shade]
    colours: Mapping[str, str]

    def paler(self, token: str, opacity: float) -> str:
        """What a token's colour comes to on paper when it lets so much of it through (0–1)."""
        return _mixed(self.colours[token], self.colours["paper"], opacity)

    def on(self, colour: str) -> str:
        """The token whose text is best read on a colour: ink or paper."""
        return max(("ink", "paper"), key=lambda token: contrast(self.colours[token], colour))


def brand_palette(brand: Brand) -> Palette:
    """The colours of a brand, each in the slot of our own template that :func:`dress` writes it into."""
    return Palette({token: Shade(_NAMED[slot]) for token, slot in _OURS.items()}, brand.light)


def theme_palette(theme: Any, mapping: Mapping[str, str]) -> Palette:
    """What of a client's theme stands for what.

    Claims and measurements have accents that are seen on the ground and told apart; where it has none, text in a lighter shade.

    Parameters
    ----------
    theme
        The root of its XML.
    mapping
        Which slots text and ground are taken from, as the master has it.
    """
    found = _scheme(theme)
    ground, ink = found[mapping.get("bg1", "lt1")], found[mapping.get("tx1", "dk1")]
    dark = contrast(ground, "#ffffff") > contrast(ground, "#000000")
    text, paper = MSO_THEME_COLOR.TEXT_1, MSO_THEME_COLOR.BACKGROUND_1
    shades = {"ink": Shade(text), "paper": Shade(paper), "target": Shade(text)}
    quiet = {"muted": 0.35, "evidenced": 0.45, "line": 0.8} if not dark else {"muted": -0.2, "evidenced": -0.35, "line": -0.6}
    shades |= {token: Shade(text, lightness) for token, lightness in quiet.items()}
    shades |= dict.fromkeys(("wash", "hot"), Shade(paper, 0.1 if dark else -0.05))
    colours = {token: _lit(ink if shade.slot is text else ground, shade.lightness) for token, shade in shades.items()}
    for token, least in (("muted", _TEXT), ("evidenced", _MARK)):
        if contrast(colours[token], ground) < least:
            shades[token], colours[token] = Shade(text), ink
    accents = [name for name in _SLOTS if name.startswith("accent") and contrast(found[name], ground) >= _MARK]
    first = accents[0] if accents else ""
    second = next((name for name in accents[1:] if told_apart(found[name], found[first])), "")
    for token, name in (("claimed", first), ("measured", second)):
        if name:
            shades[token], colours[token] = Shade(_NAMED[name]), found[name]
        else:
            shades[token], colours[token] = (shades["evidenced"], colours["evidenced"]) if first else (Shade(text), ink)
    strong = next((name for name in accents if contrast(found[name], ground) >= _TEXT), "")
    shades["accent"], colours["accent"] = (Shade(_NAMED[strong]), found[strong]) if strong else (Shade(text), ink)
    return Palette(shades, colours)


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


def _scheme(theme: Any) -> dict[str, str]:
    """The colours of a theme by slot; black or white for one that it does not tell."""
    found = {slot: "#ffffff" if slot.startswith("lt") else "#000000" for slot in _SLOTS}
    scheme = theme.find(f".//{qn('a:clrScheme')}")
    for entry in scheme if scheme is not None else ():
        slot = etree.QName(entry).localname
        value = next((child.get("lastClr") or child.get("val") or "" for child in entry), "")
        if slot in found and len(value) == 6:
            found[slot] = f"#{value.lower()}"
    return found


def _lit(colour: str, lightness: float) -> str:
    """A colour as programs draw it when its luminance is changed."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    hue, light, saturation = colorsys.rgb_to_hls(red, green, blue)
    light = light * (1 - lightness) + lightness if lightness > 0 else light * (1 + lightness)
    return "#" + "".join(f"{round(255 * part):02x}" for part in colorsys.hls_to_rgb(hue, light, saturation))


def _mixed(colour: str, ground: str, opacity: float) -> str:
    pairs = [(int(colour[at : at + 2], 16), int(ground[at : at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(opacity * above + (1 - opacity) * below):02x}" for above, below in pairs)
