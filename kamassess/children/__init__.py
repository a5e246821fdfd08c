"""Work done in processes of its own, one for each piece, so that a piece that hangs, dies or eats memory harms no other.

A pool forks a child for each task from this process, which has loaded what all tasks need; that costs about two milliseconds.
Fork is safe only while this process has one thread. Where it has more, a helper process is started once, and forks; where there
is no fork, or it is unsafe, processes are started anew and kept warm: each waits for its task with everything loaded, does one,
and ends. Whoever uses a pool sees no difference.

A child tells what it is at (a step), so that a deadline can be set for each step and for the whole; it is asked to stop first,
and killed when it does not. It leads a process group of its own, and is killed with all that it started. It never outlives its
parent.
"""

from __future__ import annotations

from kamassess.children.limits import Answer, Limits, Lost, Overdue, Tell
from kamassess.children.pool import Method, Pool, safe_to_fork, start_method

__all__ = ["Answer", "Limits", "Lost", "Method", "Overdue", "Pool", "Tell", "safe_to_fork", "start_method"]
