"""XML from strangers: a part of a workbook, a presentation or a picture is parsed only if it declares nothing of its own.

A document type is what entities are declared in: a few lines of them grow without end, or name a file of this machine. No office
program writes one.
"""

from __future__ import annotations

import re
from xml.parsers import expat

from kamassess.reading.bounds import XML_DEPTH

__all__ = ["declares", "is_sound"]

_ENCODING = re.compile(rb"""encoding\s*=\s*["']([^"']*)["']""")
_ENCODINGS = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii"})


def declares(content: bytes) -> bool:
    """Whether a part has a document type, or an encoding in which one could be hidden; only what stands before it is looked at.

    >>> declares(b"<?xml version='1.0'?><!-- note --><a/>"), declares(b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>")
    (False, True)
    """
    at = 3 if content.startswith(b"\xef\xbb\xbf") else 0
    if content[at : at + 2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in content[at : at + 4]:
        return True
    while True:
        while content[at : at + 1].isspace():
            at += 1
        if content.startswith(b"<?", at):
            end = content.find(b"?>", at)
            told = _ENCODING.search(content[at : min(end, at + 500)]) if content.startswith(b"<?xml", at) else None
            if told and told[1].lower() not in _ENCODINGS:
                return True
            at = end + 2
        elif content.startswith(b"<!--", at):
            end = content.find(b"-->", at)
            at = end + 3
        else:
            return content.startswith(b"<!", at)
        if end < 0:
            return False


def is_sound(content: bytes) -> bool:
    """Whether a part is well-formed XML of a depth that programs write, and declares nothing."""
    depth = 0

    def refuse(*_: object) -> None:
        raise ValueError("a document type")

    def began(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > XML_DEPTH:
            raise ValueError("too deep")

    def ended(*_: object) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler, parser.EndElementHandler = began, ended
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError):
        return False
    return True
