"""Columns that are called by sizes of one product, S, M and L: quantities of its variants, and L is no length."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from footprint.errors import Problem, problem
from footprint.layouts.locating.table import Table
from footprint.layouts.naming.captions import IGNORE
from footprint.layouts.naming.layout import Layout

_SIZE = re.compile(r"X{0,3}S|M|X{0,4}L|[2-6]XL")
_MIDDLE = re.compile(r"M|X+[SL]|\dXL")
"""Sizes that are no letters of a measure, as those of length, breadth and strength are."""


def asked(table: Table, layout: Layout) -> Iterator[Problem]:
    """Ask which of several sizes side by side counts, unless that is said: the others are stated not to count."""
    captions = table.header.captions
    sized = [at for at, caption in sorted(captions.items()) if _SIZE.fullmatch(caption.strip())]
    runs = [[at for _, at in run] for _, run in groupby(enumerate(sized), lambda one: one[1] - one[0])]
    for run in runs:
        numeric = [at for at in run if any(isinstance(cell, float) for cell in table.column(at))]
        open_ = [at for at in numeric if not layout.settles(captions[at])]
        read = {at for field, ats in table.columns.items() if field not in _COUNTED for at in ats}
        is_said = len(open_) < len(numeric) and read.isdisjoint(open_)
        names = [captions[at] for at in numeric]
        if len(numeric) > 1 and not is_said and names != _MEASURES and any(_MIDDLE.fullmatch(n.strip()) for n in names):
            stated = " ".join(f'--set "columns.{name}={"quantity" if name == names[0] else IGNORE}"' for name in names)
            yield problem("import-sizes", table.sheet.place(table.header.bottom, numeric[0]), names=", ".join(names),
                          stated=stated)  # fmt: skip


_MEASURES = ["L", "M"]
"""A length and a mass: sizes are told in their order."""
_COUNTED = frozenset({"quantity", "total_quantity"})
