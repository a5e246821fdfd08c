"""An instrument by id or from a file, with all faults at once, each with its line. The file form is in ``docs/instrument.md``."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from kamassess.errors import Fault, InputError, quoted
from kamassess.instrument import Instrument
from kamassess.reading.contents import is_there
from kamassess.reading.instrument_tree import InstrumentReader
from kamassess.reading.yaml_tree import read_tree, suggestion
from kamassess.resources import instruments

__all__ = ["builtin_instruments", "load_instrument", "read_instrument"]


def builtin_instruments() -> list[str]:
    """Ids of the instruments that travel with the package."""
    return sorted(path.stem for path in instruments().glob("*.yaml"))


def load_instrument(name: str | Path = "kam", *, base: Path | None = None) -> Instrument:
    """A built-in instrument by id, or one from a file.

    Parameters
    ----------
    name
        A built-in id (``"kam"``) or the path of a YAML file.
    base
        The folder a relative path starts from; the current folder by default.

    Raises
    ------
    InputError
        With every fault of the file, each with its line.
    """
    if str(name) in builtin_instruments():
        return read_instrument(instruments() / f"{name}.yaml", shown=f"{name}.yaml")
    path = Path(name)
    if not path.suffix and not is_there((base or Path()) / path):
        remedy = suggestion(str(name), builtin_instruments()) + " Or give the path of a YAML file."
        raise InputError(Fault(f"there is no built-in instrument {quoted(path.name)}", remedy))
    return read_instrument((base or Path()) / path, shown=path.name if path.is_absolute() else path.as_posix())


def read_instrument(path: Path, shown: str = "") -> Instrument:
    """The instrument in the YAML file *path*; ``shown`` is its name in messages.

    Raises
    ------
    InputError
        With every fault of the file, each with its line.
    """
    shown = shown or path.name
    try:
        stamp = path.stat()
    except (OSError, ValueError):
        stamp = None
    return _read(path.absolute(), shown, (stamp.st_mtime_ns, stamp.st_size) if stamp else None)


@lru_cache(maxsize=8)
def _read(path: Path, shown: str, _stamp: tuple[int, int] | None) -> Instrument:
    tree, faults = read_tree(path, shown, "Check the name and the folder.")
    instrument = InstrumentReader(faults).instrument(tree, hashlib.sha256(path.read_bytes()).hexdigest())
    if faults.found:
        raise InputError(sorted(faults.found, key=lambda fault: fault.line or 0))
    return instrument
