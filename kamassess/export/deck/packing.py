"""The bytes of a deck: the same each time, whenever and wherever it is made.

python-pptx dates nothing by itself, but the files inside are dated by the clock, and so are the workbooks behind its charts.
"""

from __future__ import annotations

import io
import re
import zipfile

__all__ = ["packed"]

_THEN = (1980, 1, 1, 0, 0, 0)
_DATED = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")


def packed(content: bytes, stamp: str) -> bytes:
    """A package written anew, its parts in one order and undated; workbooks inside are dated by *stamp* (ISO, with time)."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        names = sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", not name.startswith("_rels/"), name))
        for name in names:
            part = old.read(name)
            if name.endswith(".xlsx"):
                part = packed(part, stamp)
            elif name == "docProps/core.xml":
                part = _DATED.sub(rb"\g<1>" + stamp.encode() + rb"\g<2>", part)
            entry = zipfile.ZipInfo(name, _THEN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            new.writestr(entry, part)
    return made.getvalue()
