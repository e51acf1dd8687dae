"""Quantities in parts of a recipe: per hundred of rubber, by weight. Only their sum tells how much of each one is."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from footprint.errors import Problem, problem
from footprint.layouts.locating.blocks import Block
from footprint.layouts.locating.flags import Left
from footprint.layouts.locating.table import Table
from footprint.layouts.measuring.quantities import Quantities
from footprint.layouts.naming.layout import Layout

_PARTS = re.compile(
    r"(?<![a-z])(?:phr|pbw)(?![a-z])|parts (?:per hundred|by (?:weight|mass))|[质重]量份|(?<![台套件])份数?$"
    r"|gewichtsteile|massenteile", re.IGNORECASE,
)


def asked(table: Table, left: Left, amounts: Quantities, layout: Layout, above: Block) -> Iterator[Problem]:
    """Ask what the parts of a recipe make, unless that is stated."""
    caption = table.caption("quantity")
    is_stated = "base_quantity" in layout.constants or "base_quantity" in above.said or table.has("base_quantity")
    values = [value for at in left if (value := amounts.counted[at]) is not None]
    if values and _PARTS.search(caption) and not is_stated:
        total = f"{math.fsum(values):.10g}"
        yield problem("import-recipe-parts", table.place(left[0], "quantity"), caption=caption, sum=total)
