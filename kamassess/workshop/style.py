"""The look of workshop pages: the brand's colours, as reports have them, and a style sheet of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from kamassess.render.html import stylesheet
from kamassess.resources import carried

__all__ = ["styles"]


def styles(brand: Mapping[str, object], *, notebook: bool = True) -> str:
    """The CSS of workshop pages; *notebook* as for :func:`kamassess.render.html.stylesheet`."""
    return stylesheet(brand, notebook=notebook) + _rules()


@cache
def _rules() -> str:
    css = (carried("templates") / "html" / "workshop.css").read_text(encoding="utf-8")
    return " ".join(re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL).split())
