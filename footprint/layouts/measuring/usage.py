"""Which share of its quantity a row counts with: of what stands for each other, how much of each is used.

Systems print 0 for what stands for nothing else: that is no share. Where no column tells the groups, nobody knows
whether such a row is not used, or stands by itself.
"""

from __future__ import annotations

from footprint.errors import problem
from footprint.layouts.locating.flags import flagged
from footprint.layouts.locating.table import Table
from footprint.layouts.measuring.numerals import Read
from footprint.layouts.measuring.shares import shares
from footprint.layouts.naming.layout import Layout
from footprint.layouts.naming.sayings import is_filler

USAGE = "usage_share"
_SUBSTITUTES = ("substitute_flag", "main_flag")
"""Fields that tell which rows stand for others, where no groups are told."""


def usage(table: Table, layout: Layout) -> Read:
    """Return the share of its quantity that each row is used with, None where none is told.

    Ask what 0 is where rows differ in it and nothing tells which stand for each other.
    """
    read = shares(table, USAGE, layout)
    none = [at for at, value in enumerate(read.values) if value == 0]
    if not none:
        return read
    groups, is_grouped = table.field("substitute_group"), table.has("substitute_group")
    alone = [at for at in none if is_filler(groups[at])] if is_grouped else none
    if is_grouped or len(none) == sum(value is not None for value in read.values):
        return read._replace(values=[None if at in {*alone} else value for at, value in enumerate(read.values)])
    if layout.settles(table.caption(USAGE)) or any(_are_flagged(table, field) for field in _SUBSTITUTES):
        return read
    asked = problem("import-usage-none", table.place(none[0], USAGE), caption=table.caption(USAGE), count=len(none))
    return read._replace(asked=(*read.asked, asked))


def _are_flagged(table: Table, field: str) -> bool:
    return any(True for _ in flagged(table, range(len(table)), field))
