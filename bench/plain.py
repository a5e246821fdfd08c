"""What one would do without kamassess' engine and exporters: papermill, nbconvert's own HTML, and a browser's print to PDF."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from measure import Spent, Tree, binary

from kamassess.batch import Job
from kamassess.resources import carried

__all__ = ["plain_report", "printed"]

_FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND"),
)
"""No request leaves the machine: nbconvert's page asks other hosts for scripts, and waiting for them would be no fair measure."""


def _browser() -> str:
    """The Chromium of this machine."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    sys.exit("The plain pipeline prints with Chromium, which was not found. Install it, or leave this part out with --only.")


def plain_report(tree: Tree, job: Job) -> dict[str, Spent]:
    """Make one report by the three commands, and say what each costs."""
    notebook = carried("notebooks") / f"{job.notebook}.ipynb"
    given = [word for name, value in job.parameters.items() for word in ("-r", name, value)]
    steps: dict[str, list[str | Path]] = {
        "papermill": [binary("papermill"), "--engine", "nbclient", "--no-progress-bar", notebook, "plain.ipynb", *given],
        "nbconvert": [binary("jupyter"), "nbconvert", "--to", "html", "plain.ipynb"],
    }
    return {**{name: tree.run(command) for name, command in steps.items()}, "Chromium": printed(tree, tree.folder / "plain.html")}


def printed(tree: Tree, page: Path) -> Spent:
    """Print a page to PDF, and say what that costs."""
    pdf = page.with_suffix(".pdf")
    pdf.unlink(missing_ok=True)
    spent = tree.run([_browser(), *_FLAGS, f"--user-data-dir={tree.folder / 'browser'}", f"--print-to-pdf={pdf}", page.as_uri()])
    if not pdf.exists() or not pdf.stat().st_size:
        sys.exit("Chromium printed nothing")
    return spent
