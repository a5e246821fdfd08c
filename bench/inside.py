"""Measurements inside a fresh process: ``python inside.py WHAT '{"argument": value}'`` prints JSON in its last line.

A process of its own for each measurement: what one has loaded, read or set before must not be a gift to the next.
"""

from __future__ import annotations

import dataclasses
import json
import os
import sys

import inside_batch
import inside_forms
import inside_report
import inside_units

_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
_WHERE = (inside_batch, inside_forms, inside_report, inside_units)


def main() -> None:
    """Measure what is asked for."""
    what, arguments = sys.argv[1:]
    for name in _THREADS:  # as the command line does, before numpy is loaded
        os.environ.setdefault(name, "1")
    measures = {name: getattr(module, name) for module in _WHERE for name in module.__all__}
    print(json.dumps(measures[what](**json.loads(arguments)), default=dataclasses.asdict))


if __name__ == "__main__":
    main()
