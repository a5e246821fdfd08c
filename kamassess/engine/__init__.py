"""A papermill engine without kernels: each notebook runs in a process forked for it, or in this very one.

``papermill --engine kamassess in.ipynb out.ipynb`` runs any Python notebook. There is no kernel to start and there are no
messages to wait for; what a process has loaded before is there for every notebook. A notebook that hangs, dies, prints without
end or eats memory is stopped, and its file says in which cell and why. ``--engine nbclient`` is the reference: both record the
same outputs.

Options, beside those of papermill's own engine: ``notebook_timeout`` (seconds for the whole notebook; ``execution_timeout`` is
for each cell), ``memory_limit`` (bytes that the notebook may need), ``output_limit`` (characters of all its outputs; 64 million
if nothing is said, None for no limit), ``isolate`` (False: run in this process, which does nothing else meanwhile and whose
libraries keep what the notebook sets in them) and ``on_cell`` (called with the number of each cell that begins).

What differs from nbclient with a kernel:

- Tracebacks have no colours, and show the line of a cell where the error happened (a kernel, the line that was reached since).
- Standard output and error, of Python and of programs, stand in the order in which they were written.
- There is no ``get_ipython().kernel``, and no event loop runs between cells: ``await`` works, ``asyncio.get_running_loop()`` in a
  cell that awaits nothing does not, and ``asyncio.run`` does. Output widgets leave their outputs in the cell.
- IPython's profile is not read: no start-up files, no history of other days, no ``%store``.
- ``sys.argv`` and ``sys.path`` are those of the program that runs the notebook, with the working folder.
- What a thread prints after its cell has ended belongs to the cell that runs then. What a forked process displays is lost; what
  it prints is not.
- When the notebook ends, its process ends: files that it left open are written, functions of ``atexit`` are not called. Processes
  that it started are ended with it, unless they lead a session of their own (as a daemon does).
- A cell after one that has called ``exit()`` fails, with that for a reason; so does a cell that swallows that its time is over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kamassess.engine.managed import KamassessEngine

__all__ = ["KamassessEngine"]


def __getattr__(name: str) -> Any:
    """The engine, loaded when it is asked for: a process that only runs cells has no need of papermill, a second to load."""
    if name in __all__:
        from kamassess.engine import managed

        return getattr(managed, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
