"""From an engagement to files: plan which reports, make each whole in a process of its own, and list what failed.

A batch reads and scores the engagement once (``planning``), and stores what each report is made from. Each report has a key, the
digest of all that it depends on (``keys``); a manifest remembers which keys have been made (``manifest``), so that a batch that
was stopped or killed goes on where it was, and one that is run again makes only what would be different. Reports are made by
forked children here (``running``) or on a Dask cluster (``cluster``), and appear whole or not at all (``files``).

``render`` is the one way a report is made, by ``kamassess report`` as by ``kamassess batch``.
"""

from __future__ import annotations

from kamassess.batch.choosing import Request, plan
from kamassess.batch.cluster import DaskMaker
from kamassess.batch.fetching import at_hand, folder_at_hand
from kamassess.batch.files import writable, write_whole
from kamassess.batch.jobs import FORMATS, GROUP, NOTEBOOKS, Job, Outcome
from kamassess.batch.making import make, render, write
from kamassess.batch.places import below, place_of
from kamassess.batch.running import LIMITS, Batch, LocalMaker, Maker

__all__ = [
    "FORMATS",
    "GROUP",
    "LIMITS",
    "NOTEBOOKS",
    "Batch",
    "DaskMaker",
    "Job",
    "LocalMaker",
    "Maker",
    "Outcome",
    "Request",
    "at_hand",
    "below",
    "folder_at_hand",
    "make",
    "place_of",
    "plan",
    "render",
    "writable",
    "write",
    "write_whole",
]
