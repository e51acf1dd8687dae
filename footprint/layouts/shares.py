"""Columns of shares: losses, yields, and how much of a quantity is used; per cent, per thousand or fractions.

The cell says which, else the header, else what is stated. A column that says it nowhere is of per cent where a number
is above 1, and of fractions otherwise, but for losses: 0.5 may be half a per cent, and it is asked for. A cell that is
hardly what its column says (a yield of 0.9 %, a loss of 0.03 % beside one of 3 %) is rejected.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from footprint.errors import Problem, problem
from footprint.layouts.amounts import LARGEST
from footprint.layouts.layout import FRACTION, PERCENT, Layout
from footprint.layouts.quantities import Read, numbers
from footprint.layouts.table import Table

_LOSSES = frozenset({"loss", "assembly_scrap"})
_TIMES = {"%": 0.01, "‰": 0.001}
_HARDLY = 0.1
"""Per cent below which no loss of a whole column is: as fractions they are up to ten."""


def shares(table: Table, field: str, layout: Layout) -> Read:
    """Return a column of shares as fractions; ask where nobody says whether they are per cent."""
    read, over, loses = numbers(table, field, layout), table.unit_of(field), field in _LOSSES
    bare = [value for value, unit in zip(read.values, read.units, strict=True) if value and not unit]
    in_doubt = loses and bool(bare) and 0 < max(bare) <= {"": 1.0, "%": _HARDLY}.get(over, 0.0)
    stated = layout.constants.get("loss", "") if loses and (in_doubt or not over) else ""
    if in_doubt and not stated:
        at = next(at for at, value in enumerate(read.values) if value)
        return read._replace(asked=(*read.asked, problem("import-loss", table.place(at, field), value=f"{bare[0]:g}")))
    by = stated or (PERCENT if loses or over or max(bare, default=0.0) > 1 else FRACTION)
    general = 1.0 if by == FRACTION else _TIMES.get(over, 0.01)
    times = [general if not unit else _TIMES.get(unit, 1.0) for unit in read.units]
    values = [None if value is None else value * each for value, each in zip(read.values, times, strict=True)]
    found = dict(_doubtful(table, field, read, values, general))
    kept = [None if at in found else value for at, value in enumerate(values)]
    return read._replace(values=kept, problems={**read.problems, **found})


def _doubtful(
    table: Table, field: str, read: Read, values: Sequence[float | None], general: float
) -> Iterator[tuple[int, Problem]]:
    """Yield what is no share, or hardly the one that its column says, with its position."""
    least = 1 / LARGEST if field == "yield" else 0.0
    bare = [value for value, unit in zip(read.values, read.units, strict=True) if value and not unit]
    large = [value for value in bare if value >= 1]
    for at, (value, share, unit) in enumerate(zip(read.values, values, read.units, strict=True)):
        if value is None or share is None:
            continue
        if unit and unit not in _TIMES:
            yield at, problem("import-number", table.place(at, field), text=f"{value:g} {unit}")
        elif not least <= share <= 1:
            yield at, problem("import-share", table.place(at, field), value=f"{share:g}")
        elif general == _TIMES["%"] and not unit and _is_hardly(value, field, large):
            yield at, problem("import-share-doubt", table.place(at, field), value=f"{value:g}")


def _is_hardly(value: float, field: str, large: Sequence[float]) -> bool:
    """Tell whether a number of a column in per cent is rather a fraction.

    So little is never made nor used; of a loss, where it is a tenth of any other, and like them as a fraction.
    """
    if field not in _LOSSES:
        return 0 < value <= 1
    return bool(large) and 0 < value < 0.1 * min(large) and 0.5 * min(large) <= 100 * value <= 2 * max(large)
