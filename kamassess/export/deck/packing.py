"""The bytes of a deck: the same each time, whenever and wherever it is made.

python-pptx dates nothing by itself, but the files inside are dated by the clock, and so are the workbooks behind its charts. A
clock that stands before 1980, as that of a machine without a battery, is more than an archive can tell: so none is asked.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from pptx.opc.package import OpcPackage
from pptx.opc.packuri import PackURI
from pptx.opc.serialized import PackageWriter, _ZipPkgWriter

__all__ = ["packed", "saved"]

_THEN = (1980, 1, 1, 0, 0, 0)
_DATED = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")


class _Undated(_ZipPkgWriter):  # type: ignore[misc]
    """Writes parts that all have the same date."""

    def write(self, pack_uri: PackURI, blob: bytes) -> None:
        """Write one part."""
        self._zipf.writestr(_entry(pack_uri.membername), blob)


class _Writer(PackageWriter):  # type: ignore[misc]
    """Writes a package without a date."""

    def _write(self) -> None:
        with _Undated(self._pkg_file) as parts:
            self._write_content_types_stream(parts)
            self._write_pkg_rels(parts)
            self._write_parts(parts)


def saved(presentation: Any) -> bytes:
    """The package of a presentation, as python-pptx writes it, but undated."""
    package: OpcPackage = presentation.part.package
    made = io.BytesIO()
    _Writer.write(made, package._rels, tuple(package.iter_parts()))
    return made.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _THEN)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry


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
            new.writestr(_entry(name), part)
    return made.getvalue()
