"""Measurements inside a fresh process: ``python inside.py WHAT '{"argument": value}'`` prints JSON in its last line.

A process of its own for each measurement: what one has loaded, read or set before must not be a gift to the next.
"""

from __future__ import annotations

import dataclasses
import json
import os
import sys

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")  # as the command line does, before numpy is loaded

import inside_batch  # noqa: E402
import inside_forms  # noqa: E402
import inside_report  # noqa: E402
import inside_units  # noqa: E402

_WHERE = (inside_batch, inside_forms, inside_report, inside_units)


def main() -> None:
    """Measure what is asked for."""
    what, arguments = sys.argv[1:]
    measures = {name: getattr(module, name) for module in _WHERE for name in module.__all__}
    print(json.dumps(measures[what](**json.loads(arguments)), default=dataclasses.asdict))


if __name__ == "__main__":
    main()
