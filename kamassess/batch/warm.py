"""Load this module, and the process is ready to fork children that make reports.

Whoever forks is told by name what to load first: this process itself, or a helper where this one has threads. A child finds
everything loaded, IPython's shell made, and shares the memory of both: what is loaded is frozen, so that no later collection
walks over it and children go on sharing its pages. Nothing here starts a thread.
"""

from __future__ import annotations

import gc

import papermill  # noqa: F401

import kamassess.display
import kamassess.export.html
import kamassess.export.pdf  # noqa: F401
from kamassess.engine.shell import ready
from kamassess.stored import decoders

__all__: list[str] = []

ready()
decoders()
gc.collect()
gc.freeze()
