"""Columns of shares: losses, yields, and how much of a quantity is used; per cent, per thousand or fractions.

The cell says which, else the header, else what is stated. A column that says it nowhere is of per cent where a number
is above 1, and of fractions otherwise, but for losses: 0.5 may be half a per cent, and it is asked for. A cell that is
hardly what its column says (a yield of 0.9 %, a loss of 0.03 % beside one of 3 %) is rejected.
"""

from __future__ import annotations

from collections.abc import Sequence

from footprint.errors import Problem, problem
from footprint.layouts.amounts import LARGEST
from footprint.layouts.layout import FRACTION, PERCENT, Layout
from footprint.layouts.quantities import Read, numbers
from footprint.layouts.table import Table
from footprint.provenance import Place

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
    every = {*zip(read.values, read.units, strict=True)}
    times = {unit: general if not unit else _TIMES.get(unit, 1.0) for _, unit in every}
    large = [value for value, unit in every if value is not None and value >= 1 and not unit]
    ends = (min(large, default=0.0), max(large, default=0.0)) if general == _TIMES["%"] else None
    codes = {(value, unit): code for value, unit in every
             if value is not None and (code := _code(value, unit, value * times[unit], field, ends))}  # fmt: skip
    values = [value and value * times[unit] for value, unit in zip(read.values, read.units, strict=True)]
    if not codes:
        return read._replace(values=values)
    found = {at: codes[key] for at, key in enumerate(zip(read.values, read.units, strict=True)) if key in codes}
    problems = {at: _problem(code, table.place(at, field), read, values, at) for at, code in found.items()}
    kept = [None if at in found else value for at, value in enumerate(values)]
    return read._replace(values=kept, problems={**read.problems, **problems})


def _code(value: float, unit: str, share: float, field: str, ends: tuple[float, float] | None) -> str:
    """Return the code of what is said of a number that is no share, or hardly the one that its column says.

    ``ends``: the least and the largest of the numbers above 1, in a column of per cent.
    """
    if unit and unit not in _TIMES:
        return "import-number"
    if not (1 / LARGEST if field == "yield" else 0.0) <= share <= 1:
        return "import-share"
    return "import-share-doubt" if ends and not unit and _is_hardly(value, field, *ends) else ""


def _is_hardly(value: float, field: str, least: float, most: float) -> bool:
    """Tell whether a number of a column in per cent is rather a fraction.

    So little is never made nor used; of a loss, where it is a tenth of any other, and like them as a fraction.
    """
    if field not in _LOSSES:
        return 0 < value <= 1
    return 0 < value < 0.1 * least and 0.5 * least <= 100 * value <= 2 * most


def _problem(code: str, place: Place, read: Read, values: Sequence[float | None], at: int) -> Problem:
    if code == "import-number":
        return problem(code, place, text=f"{read.values[at]:g} {read.units[at]}")
    return problem(code, place, value=f"{(values if code == 'import-share' else read.values)[at]:g}")
