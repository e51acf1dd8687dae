"""How much a file may ask for before it is refused. Generous for honest workbooks, small for bombs."""

from __future__ import annotations

MAX_FILE = 256 << 20
"""Bytes of a file as it lies on the disk."""

MAX_INFLATED = 1 << 30
"""Bytes of all inflated parts of one container that are read."""

MAX_CHANGED = 256 << 20
"""Bytes of an inflated sheet that is changed where it stands, or whose formulas are looked at."""

MAX_FORMULAS = 1_000_000
"""Formulas of a workbook that is changed."""

MAX_SMALL = 64 << 20
"""Bytes of an inflated part that is read as a whole (list of sheets, relations, styles)."""

MAX_RATIO = 200
"""Inflated over packed size of one part, beyond `RATIO_FLOOR`; sheets of real workbooks stay below 50."""

RATIO_FLOOR = 32 << 20
"""Inflated bytes of a part below which its ratio is not looked at."""

MAX_CELLS = 20_000_000
"""Rows times columns, counted from A1, of a sheet and of all sheets of a file together."""

MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384
"""The grid of a worksheet."""

MAX_TEXT = 256 << 20
"""Bytes of text over all cells; a shared text counts once per cell that shows it."""

MAX_STRINGS = 10_000_000
"""Entries of the table of shared texts."""

MAX_ATTRIBUTES = 64
"""Attributes of one XML element."""
