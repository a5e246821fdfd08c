"""Sound files made unsound: what a hostile, hurried or broken writer could have done to them. The same seed does the same.

>>> import random
>>> of_table(random.Random(1), b"unit,role\\nN,lead\\n") == of_table(random.Random(1), b"unit,role\\nN,lead\\n")
True
"""

from __future__ import annotations

import contextlib
import csv
import gzip
import io
import json
import random
import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import yaml

__all__ = ["Mutation", "of_archive", "of_bytes", "of_json", "of_packed_table", "of_table", "of_tree", "of_yaml"]

Mutation: TypeAlias = Callable[[random.Random, bytes], bytes]

ODD_TEXTS: Sequence[str] = (
    *("", " ", "\u3000", "\u200b", "\ufeff", "\u202e", "\x1b[31m", "\x00", "\x85", "\u2028", "\ud7ff", "\ufffe", "😀" * 40),
    *(
        "0",
        "-0",
        "-1",
        "1e308",
        "1e400",
        "-1e400",
        "inf",
        "-Infinity",
        "nan",
        "NaN",
        "1e-320",
        "9" * 400,
        "9" * 5_000,
        "0x1F",
        "1_0",
    ),
    *("²", "½", "①", "９", "٣", "1,5", "1.5.5", "1:30", "1/0", "0/0", "1/3", "+1", "--1", "12.5%", "￥5", "(5)", "1 000", "1e5"),
    *("2026-02-30", "0000-00-00", "9999-12-31", "10000-01-01", "1600-01-01", "2026-1-1", "31/12/2026", "60", "2958466", "1e9"),
    *("true", "No", "null", "~", "yes", "DK", "NA", "#N/A", "#REF!", "=1+1", "=cmd|' /C calc'!A0", "@SUM(1)", "<!ENTITY x 'y'>"),
    *(
        "../../etc/passwd",
        "/etc/passwd",
        "C:\\x",
        "CON",
        ".",
        "..",
        "a/b",
        "file:///etc/passwd",
        "{{ 7*7 }}",
        "${x}",
        "%s",
        "\\N{DASH}",
    ),
    *("'", '"', '"""', "a\nb", "a\r\nb", "a\tb", ",", ";", "ß" * 70_000, "x" * 140_000, "&amp;", "<b>", "<![CDATA[x]]>", "&#0;"),
)
"""What a cell or a value of a file may hold, and nobody thought of."""

ODD_BYTES: Sequence[bytes] = (
    *(b"\x00", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xc0\xaf", b"\x81\x30\x81\x30", b"\x80", b"\x1a"),
    *(b"\r", b"\n\n\n", b'"', b'""', b"'", b",,,,", b"\t", b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0", b"\x1f\x8b\x08"),
    *(b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"&b;", b"]]>", b"<!--", b"<row r='1048576'>", b'<c r="XFD1048576"><v>1</v></c>'),
    *(
        b"*a",
        b"&a ",
        b"!!python/object:os.system ",
        b"<<: ",
        b"? ",
        b"- - - - ",
        b"[[[[",
        b"{{{{",
        b"---\n",
        b"%YAML 9.9\n",
        b"\xe2\x80\xa9",
    ),
)

_NUMBER = re.compile(rb"\d+")
_QUOTED = re.compile(rb'"[^"<>]*"')
_TAG = re.compile(rb"<[^<>]+>")


# -- bytes ---------------------------------------------------------------------------------------------------------------------


def of_bytes(luck: random.Random, raw: bytes) -> bytes:
    """Bytes changed, dropped, doubled, inserted, moved or cut off, once or a few times."""
    for _ in range(luck.choice((1, 1, 1, 2, 4))):
        raw = luck.choice(_ON_BYTES)(luck, raw)
    return raw


def _place(luck: random.Random, raw: bytes) -> tuple[int, int]:
    start = luck.randrange(len(raw) + 1)
    return start, min(len(raw), start + luck.choice((1, 1, 2, 4, 16, 64, 512)))


def _flipped(luck: random.Random, raw: bytes) -> bytes:
    at = luck.randrange(len(raw) or 1)
    return raw[:at] + bytes([luck.randrange(256)]) + raw[at + 1 :]


def _dropped(luck: random.Random, raw: bytes) -> bytes:
    start, end = _place(luck, raw)
    return raw[:start] + raw[end:]


def _doubled(luck: random.Random, raw: bytes) -> bytes:
    start, end = _place(luck, raw)
    return raw[:end] + raw[start:end] * luck.choice((1, 1, 3, 40)) + raw[end:]


def _inserted(luck: random.Random, raw: bytes) -> bytes:
    at, _ = _place(luck, raw)
    added = luck.choice(ODD_BYTES) if luck.random() < 0.5 else luck.choice(ODD_TEXTS).encode("utf-8", "surrogatepass")
    return raw[:at] + added + raw[at:]


def _moved(luck: random.Random, raw: bytes) -> bytes:
    start, end = _place(luck, raw)
    rest = raw[:start] + raw[end:]
    at = luck.randrange(len(rest) + 1)
    return rest[:at] + raw[start:end] + rest[at:]


def _cut(luck: random.Random, raw: bytes) -> bytes:
    return raw[: luck.randrange(len(raw) + 1)]


def _renumbered(luck: random.Random, raw: bytes) -> bytes:
    return _replaced(luck, raw, _NUMBER, (b"0", b"-1", b"1048577", b"99999999999", b"1e400", b"4294967296", b"007"))


def _replaced(luck: random.Random, raw: bytes, pattern: re.Pattern[bytes], others: Sequence[bytes]) -> bytes:
    found = list(pattern.finditer(raw))
    if not found:
        return raw
    chosen = luck.choice(found)
    return raw[: chosen.start()] + luck.choice(others) + raw[chosen.end() :]


_ON_BYTES = (_flipped, _flipped, _dropped, _doubled, _inserted, _inserted, _moved, _cut, _renumbered)


# -- tables --------------------------------------------------------------------------------------------------------------------


def of_table(luck: random.Random, raw: bytes) -> bytes:
    """A CSV file with other cells, columns or rows, in another dialect or encoding, or with bytes out of place."""
    if luck.random() < 0.3:
        return of_bytes(luck, raw)
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    for _ in range(luck.choice((1, 1, 2, 3))):
        luck.choice(_ON_ROWS)(luck, rows)
    text = io.StringIO()
    ends = luck.choice(("\n", "\n", "\r\n", "\r"))
    quoting = luck.choice((csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
    csv.writer(text, delimiter=luck.choice((",", ",", ",", ";", "\t")), lineterminator=ends, quoting=quoting).writerows(rows)
    encoding = luck.choice(("utf-8", "utf-8", "utf-8", "utf-8-sig", "gb18030", "utf-16", "latin-1", "big5"))
    return text.getvalue().encode(encoding, "replace")


def of_packed_table(luck: random.Random, raw: bytes) -> bytes:
    """The same of a packed file; or the packing itself is damaged."""
    with contextlib.suppress(OSError, EOFError, zlib.error):
        raw = gzip.decompress(raw)
    packed = gzip.compress(of_table(luck, raw), 1, mtime=0)
    return of_bytes(luck, packed) if luck.random() < 0.3 else packed


def _other_cell(luck: random.Random, rows: list[list[str]]) -> None:
    row = luck.choice(rows)
    if row:
        row[luck.randrange(len(row))] = luck.choice(ODD_TEXTS)


def _swapped_cells(luck: random.Random, rows: list[list[str]]) -> None:
    one, other = luck.choice(rows), luck.choice(rows)
    if one and other:
        here, there = luck.randrange(len(one)), luck.randrange(len(other))
        one[here], other[there] = other[there], one[here]


def _other_column(luck: random.Random, rows: list[list[str]]) -> None:
    at = luck.randrange(max(len(rows[0]), 1))
    change = luck.randrange(4)
    value = luck.choice(ODD_TEXTS)
    for row in rows:
        if at >= len(row):
            continue
        if change == 0:
            del row[at]
        elif change == 1:
            row.insert(at, row[at])
        elif change == 2:
            row.insert(luck.randrange(len(row)), row.pop(at))
        elif row is not rows[0]:
            row[at] = value


def _other_rows(luck: random.Random, rows: list[list[str]]) -> None:
    at = luck.randrange(len(rows))
    change = luck.randrange(4)
    if change == 0 and len(rows) > 1:
        del rows[at]
    elif change == 1:
        rows.insert(at, list(rows[at]))
    elif change == 2:
        rows.insert(at, [luck.choice(ODD_TEXTS) for _ in range(luck.randrange(12))])
    else:
        rows.insert(luck.randrange(len(rows)), rows.pop(at))


_ON_ROWS = (_other_cell, _other_cell, _other_cell, _swapped_cells, _other_column, _other_rows)


# -- trees ---------------------------------------------------------------------------------------------------------------------


def of_yaml(luck: random.Random, raw: bytes) -> bytes:
    """A YAML file with other values, keys or nesting, or with bytes out of place."""
    if luck.random() < 0.4:
        return of_bytes(luck, raw)
    root = yaml.load(raw, Loader=yaml.CSafeLoader)
    for _ in range(luck.choice((1, 1, 2, 3))):
        root = of_tree(luck, root)
    return json.dumps(root, ensure_ascii=False, indent=luck.choice((None, 1)), default=str).encode()  # which is YAML too


def of_json(luck: random.Random, raw: bytes) -> bytes:
    """The same of JSON; numbers that JSON does not have stand in it too."""
    if luck.random() < 0.3:
        return of_bytes(luck, raw)
    return json.dumps(of_tree(luck, json.loads(raw)), ensure_ascii=luck.random() < 0.5).encode("utf-8", "surrogatepass")


def of_tree(luck: random.Random, root: Any) -> Any:
    """One node of a tree in lists and mappings becomes another; the tree itself is changed."""
    holders = [root] if isinstance(root, dict | list) and root else []
    for holder in holders:
        inner = holder.values() if isinstance(holder, dict) else holder
        holders += [node for node in inner if isinstance(node, dict | list) and node]
    if not holders:
        return _odd_value(luck)
    holder = luck.choice(holders)
    key = luck.choice(list(holder)) if isinstance(holder, dict) else luck.randrange(len(holder))
    change = luck.randrange(7)
    if change == 0:
        del holder[key]
    elif change == 1:
        other = luck.choice(holders)
        with contextlib.suppress(ValueError):
            holder[key] = json.loads(json.dumps(other, default=str, skipkeys=True))
    elif change == 2 and isinstance(holder, dict):
        holder[luck.choice((*ODD_TEXTS[:60], *map(str, holder)))] = holder.pop(key)
    elif change == 3 and isinstance(holder, list):
        holder += holder[: luck.choice((1, 3))]
    elif change == 4:
        deep: Any = holder[key]
        for _ in range(luck.choice((1, 2, 50))):
            deep = [deep] if luck.random() < 0.5 else {"a": deep}
        holder[key] = deep
    else:
        holder[key] = _odd_value(luck)
    return root


def _odd_value(luck: random.Random) -> Any:
    odd = (None, True, False, 0, -1, 10**400, 1.5, -0.0, float("inf"), float("nan"), [], {}, [[]], {"": ""}, [None], 2**63)
    return luck.choice(odd) if luck.random() < 0.5 else luck.choice(ODD_TEXTS)


# -- archives ------------------------------------------------------------------------------------------------------------------


def of_archive(luck: random.Random, raw: bytes) -> bytes:
    """A workbook or presentation of which a part is another, is gone, or stands twice, or with bytes out of place."""
    if luck.random() < 0.2:
        return of_bytes(luck, raw)
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        parts = [(part.filename, archive.read(part)) for part in archive.infolist()]
    for _ in range(luck.choice((1, 1, 2))):
        luck.choice(_ON_PARTS)(luck, parts)
    made = io.BytesIO()
    parts = list(dict(parts).items()) if luck.random() < 0.9 else parts
    packing = luck.choice((zipfile.ZIP_STORED, zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2))
    with warnings.catch_warnings(), zipfile.ZipFile(made, "w", packing, compresslevel=1) as archive:
        warnings.simplefilter("ignore")  # of a name that stands twice, which is meant
        for name, content in parts:
            with archive.open(
                zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)) if packing == zipfile.ZIP_STORED else name, "w"
            ) as part:
                part.write(content)
    return made.getvalue()


def _other_part(luck: random.Random, parts: list[tuple[str, bytes]]) -> None:
    at = luck.randrange(len(parts))
    name, content = parts[at]
    parts[at] = (name, luck.choice(_ON_XML)(luck, content))


def _other_sheet(luck: random.Random, parts: list[tuple[str, bytes]]) -> None:
    """As above, of the parts that a reader looks at most."""
    read = [at for at, (name, _) in enumerate(parts) if "sheet" in name or "sharedStrings" in name or "workbook" in name]
    if read:
        at = luck.choice(read)
        name, content = parts[at]
        parts[at] = (name, luck.choice(_ON_XML)(luck, content))


def _other_list(luck: random.Random, parts: list[tuple[str, bytes]]) -> None:
    at, other = luck.randrange(len(parts)), luck.randrange(len(parts))
    change = luck.randrange(4)
    if change == 0 and len(parts) > 1:
        del parts[at]
    elif change == 1:
        parts[at] = (parts[other][0].upper() if luck.random() < 0.3 else parts[at][0], parts[other][1])
    elif change == 2:
        parts[at] = (
            luck.choice(("../../x", "/etc/x", "xl/vbaProject.bin", "mimetype", parts[at][0] + "/", "", "a\\b")),
            parts[at][1],
        )
    else:
        parts.append((luck.choice(("docProps/custom.xml", "xl/externalLinks/x.xml", "xl/worksheets/sheet9.xml")), parts[at][1]))


def _other_value(luck: random.Random, content: bytes) -> bytes:
    others = [text.encode("utf-8", "replace") for text in ODD_TEXTS if '"' not in text and len(text) < 1_000]
    return _replaced(luck, content, _QUOTED, [b'"%s"' % text for text in others])


def _other_tag(luck: random.Random, content: bytes) -> bytes:
    tags = _TAG.findall(content)
    return _replaced(luck, content, _TAG, tags) if tags else content


def _without_tag(luck: random.Random, content: bytes) -> bytes:
    return _replaced(luck, content, _TAG, (b"", b"<x/>"))


def _other_text(luck: random.Random, content: bytes) -> bytes:
    escaped = [text.replace("&", "&amp;").replace("<", "&lt;").encode("utf-8", "replace") for text in ODD_TEXTS]
    return _replaced(luck, content, re.compile(rb"(?<=>)[^<>]+(?=<)"), escaped)


_ON_PARTS = (_other_part, _other_sheet, _other_sheet, _other_sheet, _other_list)
_ON_XML = (of_bytes, _other_value, _other_value, _other_tag, _without_tag, _other_text, _renumbered)
