"""The entry point papermill loads when it starts. It hands on to ``kamassess.engine`` only when a notebook runs.

papermill loads every registered engine while it is itself being imported; an engine module that imports papermill could then
not be imported first. And whoever runs papermill with another engine should not pay for ours.
"""

from __future__ import annotations

from typing import Any

__all__ = ["EngineEntry"]


class EngineEntry:
    """What papermill asks of an engine, answered by :class:`kamassess.engine.KamassessEngine`."""

    @classmethod
    def execute_notebook(cls, *arguments: Any, **options: Any) -> Any:
        """Run a notebook."""
        from kamassess.engine.managed import KamassessEngine

        return KamassessEngine.execute_notebook(*arguments, **options)

    @classmethod
    def nb_kernel_name(cls, *arguments: Any, **options: Any) -> Any:
        """The notebook's kernel name."""
        from kamassess.engine.managed import KamassessEngine

        return KamassessEngine.nb_kernel_name(*arguments, **options)

    @classmethod
    def nb_language(cls, *arguments: Any, **options: Any) -> Any:
        """The notebook's language."""
        from kamassess.engine.managed import KamassessEngine

        return KamassessEngine.nb_language(*arguments, **options)
