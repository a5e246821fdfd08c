"""Weights from the comparisons of judges: what each judge and all together say, how consistent that is, and the instrument with
these weights.

Only the weights and the id of the source change; every other character, comments and layout too, stays as it was.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kamassess.batch import write_whole
from kamassess.errors import Fault, InputError, UsageError, quoted
from kamassess.instrument import Instrument
from kamassess.reading.instrument import builtin_instruments, read_instrument
from kamassess.reading.pairwise import Items, PairwiseTable
from kamassess.reading.yaml_tree import ID_PATTERN, read_tree
from kamassess.resources import instruments
from kamassess.result import Reason
from kamassess.stats.hierarchy_process import (
    AHP,
    RANDOM_INDICES,
    Inconsistency,
    aggregate_judgements,
    ahp,
    linked,
    most_inconsistent,
)
from kamassess.temporary import PrivateFolder

__all__ = ["ACCEPTED", "Elicited", "Opinion", "elicit", "remark", "template", "verdict", "write_instrument", "write_template"]

ACCEPTED = 0.10
"""The consistency ratio up to which comparisons are used; Saaty's rule of thumb."""

_YAML = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one judge, or all together (``judge`` is empty), said: ``made`` of ``pairs`` comparisons.

    ``worst`` fits the weights least; ``others`` is the ratio that the other comparisons alone imply for that pair.
    """

    judge: str
    made: int
    pairs: int
    result: AHP
    worst: Inconsistency | None
    others: float | None

    @property
    def inconsistent(self) -> bool:
        """Whether the consistency ratio is known and above what is accepted."""
        return self.result.cr is not None and self.result.cr > ACCEPTED


@dataclass(frozen=True, slots=True)
class Elicited:
    """The weights that judges gave.

    Attributes
    ----------
    items
        What was compared.
    judges
        One opinion each.
    combined
        That of the geometric means of their comparisons.
    weights
        By id, with mean 1, rounded to four decimals; what an instrument gets.
    shares
        By id, the same as shares of 1.
    ranges
        By id, the lowest and highest share that a judge alone gives; empty unless two judges each compared enough for weights.
    uncompared
        Pairs of ids that no judge compared.
    """

    items: Items
    judges: tuple[Opinion, ...]
    combined: Opinion
    weights: Mapping[str, float]
    shares: Mapping[str, float]
    ranges: Mapping[str, tuple[float, float]]
    uncompared: tuple[tuple[str, str], ...]


def elicit(tables: Sequence[PairwiseTable], random_index: str = "saaty") -> Elicited:
    """The weights that follow from the tables of one or more judges, all of the same items.

    Raises
    ------
    InputError
        The comparisons of all judges together do not link all items, so that there are no weights; says which pairs would.
    """
    items = tables[0].items
    judges = tuple(_opinion(table.judge, table.matrix, random_index) for table in tables)
    matrix = aggregate_judgements([table.matrix for table in tables])
    combined = _opinion("", matrix, random_index)
    if combined.result.weights is None:
        raise InputError(_unlinked(items.ids, matrix))
    shares = dict(zip(items.ids, combined.result.weights, strict=True))
    weights = {name: round(share * len(shares), 4) for name, share in shares.items()}
    each = [judge.result.weights for judge in judges if judge.result.weights]
    ranges = {name: (min(found), max(found)) for name, *found in zip(items.ids, *each, strict=True)} if len(each) > 1 else {}
    return Elicited(items, judges, combined, weights, shares, ranges, _uncompared(items.ids, matrix))


def _opinion(judge: str, matrix: NDArray[np.float64], random_index: str) -> Opinion:
    result = ahp(matrix, random_index)
    made = int((matrix > 0).sum() - result.n) // 2
    worst = most_inconsistent(matrix, result.weights) if result.weights else None
    others = _without(matrix, worst.row, worst.column) if worst else None
    return Opinion(judge, made, result.n * (result.n - 1) // 2, result, worst, others)


def _without(matrix: NDArray[np.float64], row: int, column: int) -> float | None:
    """How many times as important *row* is as *column* by all other comparisons; None if they do not link all items."""
    rest = matrix.copy()
    rest[row, column] = rest[column, row] = np.nan
    weights = ahp(rest).weights
    return weights[row] / weights[column] if weights else None


def _uncompared(ids: Sequence[str], matrix: NDArray[np.float64]) -> tuple[tuple[str, str], ...]:
    return tuple((ids[i], ids[j]) for i, j in zip(*np.nonzero(np.triu(np.isnan(matrix))), strict=True))


def _unlinked(ids: Sequence[str], matrix: NDArray[np.float64]) -> Fault:
    group_of = {ids[index]: number for number, group in enumerate(linked(matrix)) for index in group}
    groups = [[name for name in ids if group_of[name] == number] for number in sorted(set(group_of.values()))]
    pairs = [pair for pair in _uncompared(ids, matrix) if group_of[pair[0]] != group_of[pair[1]]]
    return Fault(
        f"there are no weights, since no comparison links these groups: {' | '.join(', '.join(group) for group in groups)}",
        f"Have pairs across the groups compared. Missing are {_pairs(pairs)}.",
    )


# -- words -----------------------------------------------------------------------------------------------------------------


def _in_words(opinion: Opinion, ids: Sequence[str]) -> str:
    """Which comparison of an inconsistent opinion to ask about again; empty if there is nothing to ask."""
    if not opinion.inconsistent or opinion.worst is None or opinion.others is None:
        return ""
    if opinion.result.n == 3:  # all three are then equally far from the weights
        return f"the comparisons of {', '.join(ids)} contradict each other: ask all three again"
    first, second = ids[opinion.worst.row], ids[opinion.worst.column]
    judged, implied = opinion.worst.judged, opinion.others
    if judged < 1:
        first, second, judged, implied = second, first, 1 / judged, 1 / implied
    how = "" if opinion.judge else " on average"
    about = max(implied, 1 / implied)
    about = round(2 * about) / 2
    return (
        f"{first} against {second} was judged {_ratio(judged)}{how}; the other answers imply about "
        f"{_ratio(about if implied >= 1 else 1 / about)}: ask again"
    )


def remark(opinion: Opinion, ids: Sequence[str]) -> str:
    """What to know of the opinion of one judge; empty if it is complete and consistent."""
    if opinion.result.weights is None:
        return "these comparisons alone give no weights"
    if opinion.result.reason == Reason.INCOMPLETE_COMPARISONS:
        return "not all pairs compared, so there is no CR"
    if opinion.result.reason == Reason.NO_RANDOM_INDEX:
        return "too many items for a CR"
    return _in_words(opinion, ids)


def verdict(elicited: Elicited) -> list[str]:
    """How consistent all judges together are, and whether the weights can be used: sentences."""
    together, ids = elicited.combined, elicited.items.ids
    result = together.result
    measured = f"Together: λmax {result.lambda_max:.4f}, CI {result.ci:.4f}"
    if result.cr is not None:
        said = [f"{measured}, CR {result.cr:.3f} (random index: {result.random_index})."]
        if together.inconsistent:
            return [*said, f"Too inconsistent to use (CR at most {ACCEPTED:.2f} is accepted): {_in_words(together, ids)}."]
        return [*said, f"Consistent enough to use (CR at most {ACCEPTED:.2f} is accepted)."]
    if result.reason == Reason.NO_RANDOM_INDEX:
        most = len(RANDOM_INDICES[result.random_index])
        return [f"{measured}; no CR, since the table of random indices ends at {most} items."]
    return [
        f"{measured}; no CR, since nobody compared {_pairs(elicited.uncompared)}.",
        "The weights rest on the comparisons made (Harker's method); nothing can be said of their consistency.",
    ]


def _pairs(pairs: Sequence[tuple[str, str]]) -> str:
    shown = ", ".join(f"{first}–{second}" for first, second in pairs[:12])
    return f"{shown} and {len(pairs) - 12} more" if len(pairs) > 12 else shown


def _ratio(value: float) -> str:
    """A ratio as judges write it: 7, 2.5, 1/3."""
    return f"{round(value, 1):g}" if value >= 0.95 else f"1/{round(1 / value, 1):g}"


# -- files -----------------------------------------------------------------------------------------------------------------


def template(items: Items) -> str:
    """An empty table for one judge, as CSV: the ids, and 1 where an item meets itself."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["", *items.ids])
    for row, name in enumerate(items.ids):
        writer.writerow([name, *("1" if column == row else "" for column in range(len(items.ids)))])
    return buffer.getvalue()


def write_template(items: Items, out: Path) -> None:
    """Write :func:`template` to a new file.

    Raises
    ------
    UsageError
        The file is there already, perhaps filled by a judge, or is not called ``.csv``.
    OutputError
        It cannot be written.
    """
    if out.suffix.lower() != ".csv":
        raise UsageError(Fault(f"{quoted(out.name)} is no name of a CSV file", "Let it end in .csv."))
    if out.exists():
        raise UsageError(Fault(f"{quoted(out.name)} is there already", "Choose another name, or remove it first."))
    write_whole(out, template(items).encode())


def write_instrument(
    name: str, instrument: Instrument, elicited: Elicited, out: Path, new_id: str | None = None, *, accept: bool = False
) -> str:
    """Write a copy of an instrument with the weights that were elicited.

    Parameters
    ----------
    name
        Built-in id or path that the instrument was loaded by.
    instrument
        The instrument itself.
    elicited
        Weights of its dimensions, or of the criteria of one of its dimensions or screens.
    out
        The YAML file to write; one that is there is replaced.
    new_id
        Id of the copy; by default that of the instrument with ``-weighted`` at its end.
    accept
        Write it although the comparisons are inconsistent.

    Returns
    -------
    str
        The id of the copy.

    Raises
    ------
    UsageError
        The file or the id is that of the source, or not valid.
    InputError
        The comparisons are inconsistent; says whom to ask again about what. Nothing is written.
    OutputError
        It cannot be written.
    """
    source = instruments() / f"{name}.yaml" if name in builtin_instruments() else Path(name)
    new_id = new_id or f"{instrument.id.removesuffix('-weighted')}-weighted"
    faults = list(_unusable(source, out, new_id))
    if faults:
        raise UsageError(faults)
    if elicited.combined.inconsistent and not accept:
        raise InputError(list(_inconsistent(elicited)))
    content = _reweighted(source, elicited, new_id)
    with PrivateFolder() as folder:
        trial = folder / "instrument.yaml"
        trial.write_bytes(content)
        read_instrument(trial, shown=out.name)
    write_whole(out, content)
    return new_id


def _unusable(source: Path, out: Path, new_id: str) -> Iterator[Fault]:
    if out.suffix.lower() not in _YAML:
        yield Fault(f"{quoted(out.name)} is no name of an instrument file", "Let it end in .yaml.")
    elif out.resolve() == source.resolve():
        yield Fault(f"{quoted(out.name)} is the instrument itself", "Choose another name; weights go into a copy.")
    if not ID_PATTERN.fullmatch(new_id):
        remedy = "Use letters, digits, dot, hyphen and underscore, beginning with a letter or digit."
        yield Fault(f"{quoted(new_id)} is not a valid id", remedy)
    elif new_id in builtin_instruments():
        yield Fault(f"{quoted(new_id)} is the id of a built-in instrument", "Give the copy an id of its own with --id.")


def _inconsistent(elicited: Elicited) -> Iterator[Fault]:
    """The combined comparison to ask about again, then each judge's."""
    ids = elicited.items.ids
    yield Fault(
        f"nothing is written: CR {elicited.combined.result.cr:.3f} is above {ACCEPTED:.2f}; {_in_words(elicited.combined, ids)}",
        "To use the weights all the same, add --accept-inconsistent.",
    )
    for judge in elicited.judges:
        if judge.inconsistent:
            yield Fault(f"judge {judge.judge}: CR {judge.result.cr:.3f}; {_in_words(judge, ids)}")


# -- the copy --------------------------------------------------------------------------------------------------------------


def _reweighted(source: Path, elicited: Elicited, new_id: str) -> bytes:
    """The bytes of a sound instrument file with other weights and another id, nothing else touched."""
    raw = source.read_bytes()
    mark = b"\xef\xbb\xbf" if raw.startswith(b"\xef\xbb\xbf") else b""
    text = raw.decode("utf-8-sig")
    root = read_tree(source, source.name)[0].node
    _, name = _entry(root, "id")
    quote = "'" if name.style == "'" else '"'
    changes = [(name.start_mark.index, name.end_mark.index, f"{quote}{new_id}{quote}")]
    for item in _compared(root, elicited.items.of):
        _, value = _entry(item, "id")
        changes.append(_change(text, item, elicited.weights[value.value]))
    for start, end, new in sorted(changes, reverse=True):
        text = text[:start] + new + text[end:]
    return mark + text.encode()


def _compared(root: Any, of: str) -> list[Any]:
    """The nodes of the dimensions, or of the criteria of the block *of*."""
    dimensions = list(_entry(root, "dimensions")[1].value)
    if not of:
        return dimensions
    screens = _entry(root, "screens")
    blocks = dimensions + (list(screens[1].value) if screens else [])
    block = next(block for block in blocks if _entry(block, "id")[1].value == of)
    return list(_entry(block, "criteria")[1].value)


def _entry(mapping: Any, key: str) -> Any:
    """Key and value of an entry of a mapping node, or None."""
    return next((pair for pair in mapping.value if pair[0].value == key), None)


def _change(text: str, item: Any, weight: float) -> tuple[int, int, str]:
    """What to put where, so that an item has this weight: in place of its weight, or behind its id if it has none."""
    present = _entry(item, "weight")
    if present:
        return present[1].start_mark.index, present[1].end_mark.index, f"{weight}"
    key, value = _entry(item, "id")
    quote = key.style or ""
    new = f"{quote}weight{quote}: {weight}"
    end = value.end_mark.index
    if item.flow_style:
        return end, end, f", {new}"
    end = min(place for place in (text.find("\r", end), text.find("\n", end), len(text)) if place >= 0)
    line_break = "\r\n" if text.startswith("\r\n", end) else text[end : end + 1] or "\n"
    return end, end, f"{line_break}{' ' * key.start_mark.column}{new}"
