"""The minutes of a workshop, made when a facilitator asks for them."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from kamassess.errors import Fault, ReportError
from kamassess.workshop.opening import Workshop
from kamassess.workshop.recording import Recorder

__all__ = ["make_minutes"]

_MINUTES_SECONDS = 600


def make_minutes(recorder: Recorder, workshop: Workshop) -> list[str]:
    """Make the minutes of a workshop in a process of their own.

    Returns
    -------
    list of str
        The names of their files, in the engagement.

    Raises
    ------
    OutputError
        The record cannot be written.
    ReportError
        There is nothing to report yet, or the minutes could not be made.
    """
    if not recorder.write():
        raise ReportError("Nothing was shown, agreed or planned yet, so there are no minutes.")
    about = [f"--unit={workshop.unit.id}", f"--wave={workshop.wave}", "--notebook=workshop_minutes"]
    command = [sys.executable, "-m", "kamassess", "report", *about, "--", str(recorder.folder)]
    remedy = "The workshop is kept; try again, or make them later with 'kamassess report --notebook workshop_minutes'."
    try:
        made = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_MINUTES_SECONDS)  # noqa: S603 - ours
    except subprocess.TimeoutExpired:
        raise ReportError(Fault(f"making the minutes took longer than {_MINUTES_SECONDS // 60} minutes", remedy)) from None
    except OSError as error:
        raise ReportError(Fault(f"the minutes could not be begun: {error.strerror}", remedy)) from None
    if made.returncode < 0:
        hint = "; the machine may have run out of memory" if made.returncode == -signal.SIGKILL else ""
        raise ReportError(Fault(f"what made the minutes was ended by signal {-made.returncode}{hint}", remedy))
    if made.returncode:
        raise ReportError(made.stderr.strip() or made.stdout.strip() or str(Fault("the minutes could not be made", remedy)))
    root = recorder.folder.resolve()
    files = [Path(line).resolve() for line in made.stdout.splitlines() if line.strip()]
    return [(file.relative_to(root) if file.is_relative_to(root) else Path(file.name)).as_posix() for file in files]
