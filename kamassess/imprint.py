"""What a report says of itself for programs: which report it is, of what, by whom made, and from which inputs, by digests.

One line of ASCII that stands alike in the head of a page, among the keywords of a PDF, a workbook and a deck. It names no file,
no place and no person; ``kamassess verify`` reads it to know what to make anew, and believes nothing of it.

>>> print(Imprint("unit_audit", "R&D", "en", "2026", version="0.1.0"))
kamassess.report/1;notebook=unit_audit;unit=R%26D;language=en;wave=2026;version=0.1.0
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from urllib.parse import quote, unquote

__all__ = ["SHORT", "WITH_CODE", "Imprint", "read_imprint"]

SHORT = 16
"""Letters of a digest in an imprint."""
WITH_CODE = ";code=shown"
"""What an exporter adds that shows the notebook's code."""
_SCHEMA = "kamassess.report/1"
_LINE = re.compile(re.escape(_SCHEMA.encode()) + rb"((?:;[a-z_]{1,20}=[A-Za-z0-9_.~%-]{1,1000}){4,20})")
"""What :class:`Imprint` writes, wherever it stands."""


@dataclass(frozen=True, slots=True)
class Imprint:
    """What a report claims to be; a field that is empty does not apply.

    Attributes
    ----------
    notebook, unit, language, wave
        Which report; ``unit`` is ``_group`` where it is about all units.
    since
        The earlier wave that it tells changes from.
    code
        ``shown`` where the notebook's code is.
    date
        The day that stands for now (ISO).
    brand
        Digest of its look; of a deck, with its template.
    rests_on
        Digest of what it rests on: files, and of answers those that it tells of.
    made_by, version
        Digest of all that made it (:func:`kamassess.maker.made_by`), and the version of kamassess.
    """

    notebook: str
    unit: str
    language: str
    wave: str
    since: str = ""
    code: str = ""
    date: str = ""
    brand: str = ""
    rests_on: str = ""
    made_by: str = ""
    version: str = ""

    def __str__(self) -> str:
        told = ((field.name, getattr(self, field.name)) for field in fields(self))
        return ";".join([_SCHEMA, *(f"{name}={quote(value, safe='')}" for name, value in told if value)])


def read_imprint(content: bytes) -> Imprint | None:
    """The first imprint in *content*; None where there is none.

    >>> read_imprint(b"<x>kamassess.report/1;notebook=progress;unit=_group;language=zh;wave=2026</x>").language
    'zh'
    """
    found = _LINE.search(content)
    if not found:
        return None
    told = dict(part.split("=", 1) for part in found[1].decode("ascii")[1:].split(";"))
    known = {field.name: unquote(told.get(field.name, "")) for field in fields(Imprint)}
    return Imprint(**known) if all(known[name] for name in ("notebook", "unit", "language", "wave")) else None
