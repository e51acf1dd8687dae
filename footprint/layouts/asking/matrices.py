"""Columns side by side that tick the rows of variants, ``Model S, Model L``: which variant counts must be said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from footprint.errors import Problem, problem
from footprint.layouts.locating.table import Table
from footprint.layouts.naming.captions import IGNORE
from footprint.layouts.naming.layout import Layout
from footprint.model.sheets import Cell

_TICK = re.compile(r"\s*(?:[√✓✔●○◯■☑xXvVyY]|yes|是|有)\s*", re.IGNORECASE)
_NONE = frozenset({"", "-", "--", "—", "/", "\\"})
_LAST = re.compile(r"[\s_-]*(?:[A-Za-z]?\d[\w.-]*|[A-Za-z]{1,3}|[甲乙丙丁]|[一二三四])$")
"""What tells variants apart in captions that are alike besides."""
_LEAST, _SHOWN = 2, 6


def asked(table: Table, kept: Sequence[int], layout: Layout) -> Iterator[Problem]:
    """Ask which variant counts where columns called alike tick each row, some in several and some not in all."""
    captions = table.header.captions
    open_ = [at for at in table.header.unused if _are_ticks([table.column(at)[row] for row in kept])]
    for stem, run in groupby(open_, lambda at: _LAST.sub("", captions[at].strip())):
        ats = [*run]
        names = [captions[at] for at in ats]
        if not stem or len({*names}) < max(_LEAST, len(ats)) or any(map(layout.settles, names)):
            continue
        counts = {sum(_is_tick(table.column(at)[row]) for at in ats) for row in kept}
        if min(counts, default=0) and counts != {1} and counts != {len(ats)}:
            stated = " ".join(f'--set "columns.{name}={"fitted" if name == names[0] else IGNORE}"' for name in names)
            ignored = " ".join(f'--set "columns.{name}={IGNORE}"' for name in names)
            yield problem("import-variant-ticks", table.sheet.place(table.header.bottom, ats[0]), (),
                          names=", ".join(names[:_SHOWN]), stated=stated, ignored=ignored)  # fmt: skip
            return


def _are_ticks(cells: Sequence[Cell]) -> bool:
    return any(map(_is_tick, cells)) and all(_is_tick(cell) or _is_none(cell) for cell in cells)


def _is_tick(cell: Cell) -> bool:
    return isinstance(cell, str) and _TICK.fullmatch(cell) is not None


def _is_none(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and cell.strip() in _NONE)
