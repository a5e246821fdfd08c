"""A papermill engine without kernels: each notebook runs in a process forked for it, or in this very one.

``papermill --engine kamassess in.ipynb out.ipynb`` runs any Python notebook. There is no kernel to start and there are no
messages to wait for; what a process has loaded before is there for every notebook. A notebook that hangs, dies, prints without
end or eats memory is stopped, and its file says in which cell and why. ``--engine nbclient`` is the reference: both record the
same outputs.

Options, beside those of papermill's own engine: ``notebook_timeout`` (seconds for the whole notebook; ``execution_timeout`` is
for each cell), ``memory_limit`` and ``output_limit`` (bytes), ``isolate`` (False: run in this process), ``on_cell`` (called with
the number of each cell that begins).

A kernel has what a process has not: no ``get_ipython().kernel``, no running event loop between cells, and output widgets
(``ipywidgets.Output``) leave their outputs in the cell.
"""

from __future__ import annotations

from kamassess.engine.managed import KamassessEngine

__all__ = ["KamassessEngine"]
