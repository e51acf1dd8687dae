"""Columns of shares: losses, yields, and how much of a quantity is used; per cent, per thousand or fractions.

The cell says which, else the header, else what is stated. A column that says it nowhere is of per cent where a number
is above 1, and of fractions otherwise, but for losses: 0.5 may be half a per cent, and it is asked for. A cell that is
hardly what its column says (a yield of 0.9 %, a loss of 0.03 % beside one of 3 %) is rejected. A sign in the cell and
its format count alike. Factors for losses (1.03) are told from shares by the same rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from footprint.errors import Problem, problem
from footprint.layouts.locating.table import Table
from footprint.layouts.measuring.numerals import PER_CENT, Read, numbers
from footprint.layouts.naming.amounts import LARGEST, added
from footprint.layouts.naming.layout import FACTOR, FRACTION, PERCENT, Layout
from footprint.provenance import Place

_LOSSES = frozenset({"loss", "assembly_scrap"})
_TIMES = {"%": 0.01, "‰": 0.001}
_HARDLY = 0.1
"""Per cent below which no loss of a whole column is: as fractions they are up to ten."""
_MOST_FACTOR = 1.5
"""What is lost of anything is less than half of what remains, unless somebody says so."""
_ALL = 0.98
"""From so much on shares are all of a whole, by what rounding leaves."""
_ASKED, _OF_FACTOR = "import-loss", "import-loss-factor"


def shares(table: Table, field: str, layout: Layout) -> Read:
    """Return a column of shares as fractions; ask where nobody says whether they are per cent."""
    read, over, loses = numbers(table, field, layout), table.unit_of(field), field in _LOSSES
    if not table.has(field):
        return read
    bare = [value for value, unit in zip(read.values, read.units, strict=True) if value and not unit]
    doubt = _doubt(bare, over, is_bare=table.sheet.is_bare) if loses else ""
    stated = layout.constants.get("loss", "") if loses and (doubt or not over) else ""
    if doubt and not stated:
        return _asking(read, doubt, table, field)
    by = stated or (PERCENT if loses or over or max(bare, default=0.0) > 1 else FRACTION)
    general = _TIMES.get(over, 0.01) if by == PERCENT else 1.0
    less = 1.0 if by == FACTOR else 0.0
    every = {*zip(read.values, read.units, strict=True)}
    times = {unit: general if not unit else _TIMES.get(unit, 1.0) for _, unit in every}
    written = {value * times.get(unit, 1.0) / _TIMES["%"] if unit else value for value, unit in every
               if value is not None}  # fmt: skip
    large = [value for value in written if value >= 1]
    ends = (min(large, default=0.0), max(large, default=0.0)) if general == _TIMES["%"] else None
    of = {(value, unit): value * times[unit] - (0.0 if unit else less) for value, unit in every if value is not None}
    codes = {key: code for key, share in of.items() if (code := _code(*key, share, field, ends))}
    keys = [*zip(read.values, read.units, strict=True)]
    values = [None if value is None else of[value, unit] for value, unit in keys]
    if not codes:
        return read._replace(values=values)
    found = {at: codes[value, unit] for at, (value, unit) in enumerate(keys)
             if value is not None and (value, unit) in codes}  # fmt: skip
    problems = {at: _problem(code, table.place(at, field), read, values, at) for at, code in found.items()}
    kept = [None if at in found else value for at, value in enumerate(values)]
    return read._replace(values=kept, problems={**read.problems, **problems})


def _doubt(bare: Sequence[float], over: str, *, is_bare: bool) -> str:
    """Return what is asked of losses without a sign, under a header with the unit ``over``.

    A few hundredths may be fractions, and all up to 1 where nobody tells formats, which may show them in per cent; 1.03
    where no header says per cent may be what quantities are multiplied by.
    """
    if not bare or not all(value > 0 for value in bare):
        return ""
    if max(bare) <= {"": 1.0, "%": 1.0 if is_bare else _HARDLY}.get(over, 0.0):
        return _ASKED
    return _OF_FACTOR if not over and _are_factors(bare) else ""


def _are_factors(bare: Sequence[float]) -> bool:
    return all(1 <= value <= _MOST_FACTOR for value in bare) and any(1 < value < _MOST_FACTOR for value in bare)


def _asking(read: Read, code: str, table: Table, field: str) -> Read:
    """Return a column with the question what its first number without a sign is."""
    at = next(at for at, (value, unit) in enumerate(zip(read.values, read.units, strict=True)) if value and not unit)
    place, caption = table.place(at, field), table.caption(field)
    return read._replace(
        asked=(*read.asked, problem(code, place, value=f"{read.values[at]:g}", caption=caption))
    )


def factors(table: Table, layout: Layout) -> Read:
    """Return what quantities are multiplied by for their losses: 1.03, or what is lost besides, 0.03 or 3 %.

    Ask where a number without a sign is large for a factor, or its header says per cent of what looks like one.
    """
    field = "loss_factor"
    read, over = numbers(table, field, layout), table.unit_of(field)
    if not table.has(field):
        return read
    over = over if over in _TIMES else ""
    bare = [value for value, unit in zip(read.values, read.units, strict=True) if value and not unit]
    in_doubt = bool(bare) and (max(bare) <= _HARDLY or _are_factors(bare) if over else max(bare) > _MOST_FACTOR)
    stated = layout.constants.get("loss", "") if in_doubt else ""
    if in_doubt and not stated:
        return _asking(read, _OF_FACTOR, table, field)
    general = _TIMES.get(over or "%", 1.0) if stated == PERCENT or (over and not stated) else 1.0
    told = [None if value is None else float(f"{value * (_TIMES.get(unit, 1.0) if unit else general):.15g}")
            for value, unit in zip(read.values, read.units, strict=True)]  # fmt: skip
    adds = stated == FRACTION or max((value for value in told if value), default=1.0) < 1
    values = [None if value is None else 1 + value if adds else value or 1.0 for value in told]
    below = {at: problem("import-factor", table.place(at, field), value=f"{told[at]:g}")
             for at, value in enumerate(values) if value is not None and value < 1}  # fmt: skip
    kept = [None if at in below else value for at, value in enumerate(values)]
    return read._replace(values=kept, problems={**read.problems, **below})


def parts(table: Table, layout: Layout) -> Iterator[Problem]:
    """Ask about quantities under a header in per cent whose numbers without a sign may be shares of 1: they come to it.

    As per cent they would be next to nothing of the whole.
    """
    field = "quantity" if table.has("quantity") else "total_quantity"
    if "parts" in layout.constants or not (table.has(field) and PER_CENT.search(table.caption(field))):
        return
    read = numbers(table, field, layout)
    cells = zip(read.values, read.units, table.field("unit"), strict=True)
    bare = [value for value, unit, beside in cells if value and not (unit or beside)]
    if len(bare) > 1 and max(bare) <= 1 and added(bare) >= _ALL:
        facts = {"caption": table.caption(field), "told": f"{added(bare):.6g}"}
        yield problem("import-parts", table.place(0, field), (), **facts)


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
