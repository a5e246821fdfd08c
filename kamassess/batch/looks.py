"""The look that reports are asked to have: another brand than the engagement's, a template for their decks."""

from __future__ import annotations

import base64
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kamassess.errors import Fault, InputError, UsageError, quoted
from kamassess.reading.yaml_tree import suggestion

if TYPE_CHECKING:
    from kamassess.batch.choosing import Request
    from kamassess.reading.brand import Brand

__all__ = ["look_key", "look_of", "remarks_on"]

BRANDS = "brands"
"""Folder of an engagement in which brands lie that can be asked for by name."""
DECK = "pptx"


def look_of(request: Request, own: Brand) -> Brand:
    """The brand of the reports that are asked for: *own* is that of the engagement.

    Raises
    ------
    InputError, UsageError
        There is no such brand or template, or it cannot be used.
    """
    brand = _brand(request, own)
    if request.template:
        from kamassess.reading.deck_template import read_template

        if DECK not in request.formats:
            raise UsageError(Fault("--template is for decks, and none is asked for", "Add pptx to --format, or leave it out."))
        content = read_template(Path(request.template), Path(request.template).name)
        brand = replace(brand, deck=base64.b64encode(content).decode())
    if DECK in request.formats and brand.deck is not None:
        from kamassess.export.deck.templates import opened_template

        opened_template(brand)
    return brand


def remarks_on(brand: Brand, formats: Sequence[str]) -> tuple[Fault, ...]:
    """What is changed in the template of decks, or could not be told of it; nothing where no deck is made of one."""
    if DECK not in formats or brand.deck is None:
        return ()
    from kamassess.export.deck.templates import opened_template

    return opened_template(brand).remarks


def _brand(request: Request, own: Brand) -> Brand:
    if not request.brand:
        return own
    from kamassess.reading.brand import read_brand

    path = _path(request)
    try:
        shown = os.path.relpath(path, request.engagement) if _is_name(request.brand) else path.name
        return read_brand(path, Path(shown).as_posix())
    except InputError:
        if path.is_file():
            raise
        raise UsageError(Fault(f"there is no brand {quoted(Path(request.brand).name)}", _remedy(request))) from None


def _is_name(brand: str) -> bool:
    return not brand.lower().endswith((".yaml", ".yml")) and Path(brand).name == brand


def _path(request: Request) -> Path:
    """A brand by its name lies in the engagement; anything else is a file."""
    if not _is_name(request.brand):
        return Path(request.brand)
    return Path(request.engagement) / BRANDS / f"{request.brand}.yaml"


def _remedy(request: Request) -> str:
    known = sorted(path.stem for path in (Path(request.engagement) / BRANDS).glob("*.yaml"))
    if _is_name(request.brand) and known:
        return suggestion(request.brand, known)
    return "Name a brand file, or put it into the folder 'brands' of the engagement and give its name."


def look_key(request: Request) -> str:
    """What changes with the files of a look that is asked for; empty where none is, or where it cannot be read."""
    if not request.brand and not request.template:
        return ""
    from kamassess.reading.brand import default_brand
    from kamassess.stored import digest, encoded

    try:
        return digest(encoded(look_of(request, default_brand())))
    except (InputError, UsageError):
        return ""
