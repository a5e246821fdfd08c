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
from kamassess.reading.bounds import LOGO_BYTES
from kamassess.reading.colours import contrast, distance, told_apart
from kamassess.reading.contents import TooLargeError, content_of, is_there, leads_out
from kamassess.reading.deck_template import read_template
from kamassess.reading.logos import LOGOS, logo_fault
from kamassess.reading.yaml_tree import Tree, read_tree
from kamassess.resources import carried

__all__ = ["Brand", "contrast", "default_brand", "read_brand", "told_apart"]

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
_ON_PANELS = {"wash": ("ink", "muted", "accent"), "hot": ("ink", "muted")}
"""Grounds beside paper, and what is written on them."""
_SIDE_BY_SIDE = (("claimed", "measured"),)
"""Marks that only their colour tells apart, in the bars of a deck or a workbook."""


@dataclass(frozen=True)
class Brand:
    """Name, colours (``#rrggbb`` by token), footer by language, and the logo as a ``data:`` address or None.

    ``deck`` is the client's own template for decks (PPTX), as base64; no page has use for it, so it is not in :meth:`as_dict`.
    """

    name: str
    font: str
    logo: str | None
    footer: Text
    light: Mapping[str, str]
    dark: Mapping[str, str]
    deck: str | None = None

    @property
    def deck_bytes(self) -> bytes | None:
        """The template for decks."""
        return base64.b64decode(self.deck) if self.deck else None

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


def read_brand(path: Path, shown: str, within: Path | None = None) -> Brand:
    """The brand in *path*.

    Parameters
    ----------
    path
        The file.
    shown
        Its name in messages.
    within
        The folder in which what it names must lie; that of the file by default.

    Raises
    ------
    InputError
        With every fault, unreadable contrast among them.
    """
    tree, faults = read_tree(path, shown)
    home = within or path.parent
    fields = tree.fields(["name", "light"], ["font", "logo", "footer", "dark", "deck"])
    light = _colours(fields["light"]) if "light" in fields else {}
    dark = _colours(fields["dark"]) if "dark" in fields else dict(default_brand().dark)
    footer = {key: value.text() for key, value in fields["footer"].fields([], ["en", "zh"]).items()} if "footer" in fields else {}
    brand = Brand(
        name=fields["name"].text() if "name" in fields else "",
        font=fields["font"].text() if "font" in fields else "Noto Sans SC",
        logo=_logo(fields["logo"], path.parent, home) if "logo" in fields and not fields["logo"].null() else None,
        footer=footer,
        light=light,
        dark=dark,
        deck=_deck(fields["deck"], path.parent, home) if "deck" in fields and not fields["deck"].null() else None,
    )
    if faults.found:
        raise InputError(sorted(faults.found, key=lambda fault: fault.line or 0))
    return brand


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
        _check_together(fields, colours)
    return colours


def _check_together(fields: Mapping[str, Tree], colours: Mapping[str, str]) -> None:
    """Note what cannot be read on a panel, and marks that some readers cannot tell apart."""
    for ground, names in _ON_PANELS.items():
        for name in names:
            found = contrast(colours[name], colours[ground])
            if found < _TEXT_CONTRAST <= contrast(colours[name], colours["paper"]):
                message = (
                    f"has a contrast of {found:.1f} to {name}, which is written on it; at least {_TEXT_CONTRAST:g} is needed"
                )
                fields[ground].fault(message, "Choose a colour nearer to paper.")
    for first, second in _SIDE_BY_SIDE:
        if not told_apart(colours[first], colours[second]):
            apart = distance(colours[first], colours[second])
            message = f"is {apart:.0f} away from {first} for readers who see fewer colours; at least 20 is needed"
            fields[second].fault(message, "Choose one lighter or darker, or blue against orange.")


def _logo(tree: Tree, folder: Path, home: Path) -> str | None:
    name = tree.word()
    path = folder / name
    mime = LOGOS.get(path.suffix.lower())
    if mime is None:
        tree.fault(f"is {quoted(name)}", "Use an SVG or PNG file.")
        return None
    if not _lies_there(path, home):
        tree.fault(f"{quoted(name)} is not there", "Put the file beside the brand file.")
        return None
    try:
        raw = content_of(path, LOGO_BYTES)
    except TooLargeError:
        tree.fault(f"{quoted(name)} has {path.stat().st_size:,} bytes", f"Use a file of at most {LOGO_BYTES:,} bytes.")
        return None
    except OSError as error:
        tree.fault(f"{quoted(name)} cannot be read: {error.strerror}", "Check the file and its permissions.")
        return None
    if wrong := logo_fault(raw, path.suffix.lower()):
        tree.fault(f"{quoted(name)} {wrong[0]}", wrong[1])
        return None
    return f"data:{mime};base64,{base64.b64encode(raw).decode()}"


def _lies_there(path: Path, home: Path) -> bool:
    """Whether there is such a file, and not elsewhere by a link or ``..``."""
    return is_there(path) and path.is_file() and leads_out(path, home) is None


def _deck(tree: Tree, folder: Path, home: Path) -> str | None:
    """The template beside the brand file."""
    name = tree.word()
    if not name:
        return None
    if leads_out(folder / name, home):
        tree.fault(f"{quoted(name)} lies elsewhere", "Put the file itself beside the brand file.")
        return None
    try:
        return base64.b64encode(read_template(folder / name, Path(name).name)).decode()
    except InputError as error:
        for fault in error.faults:
            tree.fault(f"{quoted(Path(name).name)} {fault.message}", fault.remedy)
        return None
