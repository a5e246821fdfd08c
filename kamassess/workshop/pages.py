"""What a page of a workshop is: a widget, and how it is told what holds now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ipywidgets

    from kamassess.workshop.state import State

__all__ = ["Page"]


@dataclass(frozen=True, slots=True)
class Page:
    """A page: plain ipywidgets, so that it is the same in JupyterLab and served to a phone.

    ``show`` brings it up to a state; it may be called from any thread, one call at a time, and changes only what differs.
    """

    widget: ipywidgets.Widget
    show: Callable[[State], None]
