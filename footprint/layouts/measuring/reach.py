"""Whether total masses over several levels are for one of the row above, or for the whole product.

A list that is written out may give the mass of all there is of a row in the product, or in one of what it is part of.
Assemblies that tell their own total decide it: as much as their parts together, or as these times how many there are.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from footprint.errors import Problem, problem
from footprint.layouts.locating.table import Table
from footprint.layouts.measuring.masses import SHARE, Masses
from footprint.layouts.measuring.quantities import Quantities
from footprint.layouts.naming.layout import PARENT, PRODUCT, Layout

_ROUNDED, _NEARLY = 0.02, 0.1
"""So far totals may be rounded, and still be those of what they add up; of rows of their own."""


def reached(
    table: Table, kept: Sequence[int], parents: Sequence[int], amounts: Quantities, weights: Masses, layout: Layout
) -> Masses:
    """Return masses [kg] of one unit of each row, total ones parted by how many of the row above a product has."""
    if SHARE not in weights.ways and not weights.both:
        return weights
    above = {} if amounts.are_totals else _above(kept, parents, amounts)
    weights = weights._replace(problems=(*weights.problems, *_differing(table, above, weights)))
    parted = {at: count for at, count in above.items() if weights.ways[at] == SHARE and count not in {0.0, 1.0, None}}
    told = layout.constants.get("weights_for") or _told(kept, parents, amounts, weights) if parted else PARENT
    if not told:
        return weights._replace(asked=(*weights.asked, *_asked(table, kept, parents, amounts, parted)))
    if told == PARENT:
        return weights
    values = [value if value is None or at not in parted else value / (parted[at] or 1.0)
              for at, value in enumerate(weights.values)]  # fmt: skip
    return weights._replace(values=values)


def _differing(table: Table, above: Mapping[int, float | None], weights: Masses) -> Iterator[Problem]:
    """Yield what is said of the first row whose stated mass, times its amount or its total amount, is not its total.

    Where the totals of all parts of several are those of the whole product, it is its amount in that.
    """
    rows = enumerate(zip(*weights.both, strict=True))
    every = [(at, each, told, amount, overall) for at, (each, told, amount, overall) in rows
             if each is not None and told and amount is not None]  # fmt: skip
    whole = {at: each * amount * count for at, each, _, amount, _ in every
             if each is not None and amount is not None and (count := above.get(at)) not in {1.0, None}}  # fmt: skip
    is_whole = all(math.isclose(told or 0.0, whole[at], rel_tol=_NEARLY) for at, _, told, *_ in every if at in whole)
    for at, each, told, *amounts in every:
        found = [each * amount for amount in amounts if amount is not None and each is not None]
        wanted = [whole[at]] if is_whole and at in whole else found
        if any(math.isclose(one, told or 0.0, rel_tol=_NEARLY) for one in wanted):
            continue
        yield problem("import-masses-differ", table.place(at, "total_mass"), told=f"{told:.6g}",
                      found=f"{found[0]:.6g}", caption=table.caption("mass"))  # fmt: skip
        return


def _above(kept: Sequence[int], parents: Sequence[int], amounts: Quantities) -> dict[int, float | None]:
    """Return how many of what it is part of a product has, by row; the product itself is one."""
    found: dict[int, float | None] = {}
    for at, up in zip(kept, parents, strict=False):
        if up < 0:
            found[at] = 1.0
            continue
        count, own = found[kept[up]], amounts.values[kept[up]]
        found[at] = count * own if count is not None and own is not None else None
    return found


def _told(kept: Sequence[int], parents: Sequence[int], amounts: Quantities, weights: Masses) -> str:
    """Return what the totals of assemblies of which there are several say, "" where they say nothing, or both."""
    parts: dict[int, list[float | None]] = {}
    for at, up in zip(kept, parents, strict=False):
        if up >= 0:
            parts.setdefault(kept[up], []).append(_total(at, amounts, weights))
    said = set()
    for at, each in parts.items():
        own, count = _total(at, amounts, weights), amounts.values[at]
        known = [mass for mass in each if mass is not None]
        if own and count not in {1.0, None} and len(known) == len(each):
            whole = {PRODUCT: math.fsum(known), PARENT: math.fsum(known) * (count or 0.0)}
            said.add(next((name for name, mass in whole.items() if math.isclose(own, mass, rel_tol=_ROUNDED)), ""))
    return said.pop() if len(said) == 1 else ""


def _total(at: int, amounts: Quantities, weights: Masses) -> float | None:
    """Return the total mass [kg] that a row states."""
    each, count = weights.values[at], amounts.counted[at]
    return each * count if weights.ways[at] == SHARE and each is not None and count is not None else None


def _asked(
    table: Table, kept: Sequence[int], parents: Sequence[int], amounts: Quantities, parted: Mapping[int, float | None]
) -> Iterator[Problem]:
    """Ask about the first assembly of which there are several, with a part that states a total."""
    ups = (kept[up] for at, up in zip(kept, parents, strict=False) if at in parted)
    at = next((up for up in ups if amounts.values[up] not in {1.0, None}), next(iter(parted)))
    count = amounts.values[at]
    yield problem("import-weights-of", table.place(at, "total_mass"), caption=table.caption("total_mass"),
                  count="?" if count is None else f"{count:g}")  # fmt: skip
