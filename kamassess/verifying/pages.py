"""The pages of a PDF: what draws each, and its text. The one owner of pypdf, and always in a child with limits."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

__all__ = ["Page", "pages_of"]

_MOST = 5_000


@dataclass(frozen=True)
class Page:
    """A page as pypdf has it; read as far as somebody asks."""

    page: Any

    def drawing(self) -> bytes:
        """What draws it, unpacked."""
        contents = self.page.get_contents()
        return bytes(contents.get_data()) if contents is not None else b""

    def lines(self) -> tuple[str, ...]:
        """Its text."""
        lines = (" ".join(line.split()) for line in str(self.page.extract_text()).splitlines())
        return tuple(line for line in lines if line)


def pages_of(content: bytes) -> Iterator[Page]:
    """The pages of a PDF, in their order.

    Raises
    ------
    Exception
        It is damaged, in one of the many ways that pypdf has words for.
    """
    import logging

    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    reader = pypdf.PdfReader(io.BytesIO(content))
    if len(reader.pages) > _MOST:
        raise ValueError("no report has so many pages")
    for page in reader.pages:
        yield Page(page)
