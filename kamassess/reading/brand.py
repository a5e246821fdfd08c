"""The look of a report as data: colours, footer and logo from a ``brand.yaml``, checked for contrast before anything is drawn."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kamassess.errors import InputError, quoted
from kamassess.instrument import Text
from kamassess.reading.yaml_tree import Tree, read_tree
from kamassess.resources import carried

__all__ = ["Brand", "contrast", "default_brand", "read_brand"]

TOKENS = ("ink", "muted", "line", "paper", "wash", "accent", "claimed", "evidenced", "measured", "target", "hot")
"""Colours of a brand, for light and for dark pages."""

_TEXT_CONTRAST = 4.5
_MARK_CONTRAST = 3.0
_ON_PAPER = {
    "ink": _TEXT_CONTRAST,
    "muted": _TEXT_CONTRAST,
    "accent": _TEXT_CONTRAST,
    "claimed": _TEXT_CONTRAST,
    "measured": _TEXT_CONTRAST,
}
_MARKS = {"evidenced": _MARK_CONTRAST, "target": _MARK_CONTRAST}
_LOGOS = {".svg": "image/svg+xml", ".png": "image/png"}
_LOGO_LIMIT = 200_000
_SIGNATURES = {"image/svg+xml": b"<svg", "image/png": b"\x89PNG\r\n\x1a\n"}


@dataclass(frozen=True)
class Brand:
    """Name, colours (``#rrggbb`` by token), footer by language, and the logo as a ``data:`` address or None."""

    name: str
    font: str
    logo: str | None
    footer: Text
    light: Mapping[str, str]
    dark: Mapping[str, str]

    def as_dict(self) -> dict[str, object]:
        """The shape of ``brand.yaml``, for exporters."""
        return {
            "name": self.name,
            "font": self.font,
            "logo": self.logo,
            "footer": dict(self.footer),
            "light": dict(self.light),
            "dark": dict(self.dark),
        }


@cache
def default_brand() -> Brand:
    """The brand that travels with the package."""
    return read_brand(carried("templates") / "brand.yaml", "templates/brand.yaml")


def read_brand(path: Path, shown: str) -> Brand:
    """The brand in *path*.

    Raises
    ------
    InputError
        With every fault, unreadable contrast among them.
    """
    tree, faults = read_tree(path, shown)
    fields = tree.fields(["name", "light"], ["font", "logo", "footer", "dark"])
    light = _colours(fields["light"]) if "light" in fields else {}
    dark = _colours(fields["dark"]) if "dark" in fields else dict(default_brand().dark)
    footer = {key: value.text() for key, value in fields["footer"].fields([], ["en", "zh"]).items()} if "footer" in fields else {}
    brand = Brand(
        name=fields["name"].text() if "name" in fields else "",
        font=fields["font"].text() if "font" in fields else "Noto Sans SC",
        logo=_logo(fields["logo"], path.parent) if "logo" in fields and not fields["logo"].null() else None,
        footer=footer,
        light=light,
        dark=dark,
    )
    if faults.found:
        raise InputError(sorted(faults.found, key=lambda fault: fault.line or 0))
    return brand


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two ``#rrggbb`` colours, 1 to 21 (WCAG 2.2, relative luminance).

    >>> round(contrast("#000000", "#ffffff"), 2)
    21.0
    """
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    red, green, blue = (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _colours(tree: Tree) -> dict[str, str]:
    fields = tree.fields(TOKENS)
    colours = {}
    for name, value in fields.items():
        text = value.text()
        if not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
            if text:
                value.fault(f"is {quoted(text)}, not a colour", 'Write it as "#rrggbb", in quotes.')
            continue
        colours[name] = text.lower()
    if len(colours) == len(TOKENS):
        for name, least in (_ON_PAPER | _MARKS).items():
            found = contrast(colours[name], colours["paper"])
            if found < least:
                fields[name].fault(
                    f"has a contrast of {found:.1f} to paper; at least {least:g} is needed to be read",
                    "Choose a colour further from paper.",
                )
    return colours


def _logo(tree: Tree, folder: Path) -> str | None:
    name = tree.word()
    path = folder / name
    mime = _LOGOS.get(path.suffix.lower())
    if mime is None:
        tree.fault(f"is {quoted(name)}", "Use an SVG or PNG file.")
        return None
    if not path.is_file():
        tree.fault(f"{quoted(name)} is not there", "Put the file beside the brand file.")
        return None
    try:
        raw = path.read_bytes()
    except OSError as error:
        tree.fault(f"{quoted(name)} cannot be read: {error.strerror}", "Check the file and its permissions.")
        return None
    if _SIGNATURES[mime] not in raw[:1000]:
        tree.fault(f"{quoted(name)} is no {path.suffix[1:].upper()} image, whatever its name says", "Use an SVG or PNG file.")
        return None
    if len(raw) > _LOGO_LIMIT:
        tree.fault(f"{quoted(name)} has {len(raw):,} bytes", f"Use a file of at most {_LOGO_LIMIT:,} bytes.")
        return None
    return f"data:{mime};base64,{base64.b64encode(raw).decode()}"
