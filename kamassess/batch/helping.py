"""Load this module, and the process is ready to fork children that make reports.

A helper that forks for a process with threads is told by name what to load, and nothing else; so this is what
:mod:`kamassess.batch.warming` does, as far as it can be done before the first report is known.
"""

from __future__ import annotations

from kamassess.batch.warming import keep, load
from kamassess.engine.shell import renew
from kamassess.export.pdf import load_fonts
from kamassess.stored import decoders

__all__: list[str] = []

load()
renew()
decoders()
load_fonts()
keep()
