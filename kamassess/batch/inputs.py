"""What a batch starts from, as digests: the engagement's files, and all that makes reports of them.

Light on purpose: a batch that finds nothing changed has nothing else to load.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from kamassess.batch.files import sha256_of
from kamassess.maker import made_by
from kamassess.reading.standing_still import input_files
from kamassess.stored import digest

__all__ = ["inputs_key", "made_by"]


def inputs_key(folder: Path, asked: Mapping[str, object], stamp: str | None, named: Sequence[str] = ()) -> str:
    """The digest of everything a batch starts from: as long as it is the same, so are the reports and all their keys.

    Parameters
    ----------
    folder
        The engagement.
    asked
        What is asked for, as plain values.
    stamp
        What stands for now, if it is set from outside.
    named
        Files that the engagement names, wherever they lie.
    """
    parts: list[bytes | str] = [made_by(), json.dumps(asked, sort_keys=True), stamp or ""]
    for path in (*input_files(folder), *(folder / name for name in named)):
        parts += [os.path.relpath(path, folder), sha256_of(path) or ""]
    return digest(*parts)
