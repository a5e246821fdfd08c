"""How large, long, deep and dense an input may be. All limits of readers stand here, and for people in ``docs/limits.md``.

They lie far above what an engagement of ten thousand units has, and below what takes a machine's memory away. Files come from
many hands: a few kilobytes can be written so that they unpack to gigabytes, or name a cell seventeen billion places away.
"""

from __future__ import annotations

__all__ = [
    "CELLS_OF_CSV",
    "CELLS_OF_WORKBOOK",
    "CHARACTERS_OF_CELL",
    "CHARACTERS_OF_PATTERN",
    "CHARACTERS_OF_WORKBOOK",
    "COLUMNS",
    "DECK_BYTES",
    "DECK_UNPACKED",
    "DEFLATE_AT_MOST",
    "LOGO_BYTES",
    "LOGO_ELEMENTS",
    "LOGO_PIXELS",
    "LOGO_SIDE",
    "MATCHED_CHARACTERS",
    "NUMBER_LEAST",
    "NUMBER_MOST",
    "PARTS",
    "PART_SMALL",
    "PART_STEEPEST",
    "PEOPLE",
    "RECORD_BYTES",
    "ROWS",
    "SHEETS",
    "TABLE_BYTES",
    "UNITS_DEEP",
    "WORKBOOK_BYTES",
    "WORKBOOK_UNPACKED",
    "XML_DEPTH",
    "YAML_BYTES",
    "YAML_DEPTH",
    "YAML_EVENTS",
    "YAML_FAULTS",
    "YAML_VALUES",
    "in_words",
]

# -- tables ----------------------------------------------------------------------------------------------------------------

TABLE_BYTES = 500_000_000
"""A CSV file, after it is unpacked where it ends in ``.gz``."""
ROWS = 5_000_000
COLUMNS = 16_384
"""As many as a sheet of Excel has."""
CELLS_OF_CSV = 50_000_000
CHARACTERS_OF_CELL = 131_072
"""What the standard library takes for a cell of a CSV file; Excel has 32,767 at most."""

# -- workbooks and other archives ----------------------------------------------------------------------------------------------

WORKBOOK_BYTES = 200_000_000
WORKBOOK_UNPACKED = 1_000_000_000
CELLS_OF_WORKBOOK = 20_000_000
"""From A1 to the last filled row and column, empty ones too, of all sheets."""
CHARACTERS_OF_WORKBOOK = 500_000_000
"""Of all cells: a text that a file holds once may stand in millions of them."""
SHEETS = 1_000
PARTS = 10_000
PART_SMALL, PART_STEEPEST = 10_000_000, 300
"""A part below this size may be as repetitive as it likes; sheets of equal cells shrink to a hundredth, bombs to a thousandth."""
DEFLATE_AT_MOST = 1_032
"""How many times its packed size a part can have at most."""
XML_DEPTH = 200

# -- YAML ------------------------------------------------------------------------------------------------------------------

YAML_BYTES = 20_000_000
YAML_DEPTH = 40
YAML_EVENTS = 2_000_000
"""Keys and values, and where lists and mappings begin and end."""
YAML_VALUES = 100_000
"""Values of a file that uses aliases, when all are written out; one that does is a fault anyway."""
YAML_FAULTS = 1_000
"""Faults that are said one by one."""
UNITS_DEEP = 40
"""Units above one another."""
CHARACTERS_OF_PATTERN = 200
MATCHED_CHARACTERS = 256
"""Of a cell that is held against a pattern of an engagement; a longer one is none of its field."""

# -- numbers ---------------------------------------------------------------------------------------------------------------

NUMBER_LEAST, NUMBER_MOST = 1e-18, 1e18
"""How near to nothing and how far from it a number may be, whatever its sign; 0 is one too."""
PEOPLE = 100_000
"""In a workshop."""

# -- brand -----------------------------------------------------------------------------------------------------------------

LOGO_BYTES = 200_000
LOGO_PIXELS, LOGO_SIDE = 16_000_000, 8_000
LOGO_ELEMENTS = 10_000
"""Elements of an SVG picture, each counted as often as it is drawn."""
DECK_BYTES, DECK_UNPACKED = 30_000_000, 200_000_000

# -- what a batch keeps ----------------------------------------------------------------------------------------------------

RECORD_BYTES = 500_000_000
"""A part of a stored result (a unit, the comparison of all units), unpacked; what is larger is not written either."""


def in_words(count: int) -> str:
    """A number of bytes as people say it.

    >>> in_words(500_000_000), in_words(200_000)
    ('500 MB', '200 kB')
    """
    return f"{count // 1_000_000:,} MB" if count >= 1_000_000 else f"{count // 1_000:,} kB"
