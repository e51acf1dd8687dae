"""Greenhouse gas classes of a supplier's factor, as people write them: ``fossil=1.9; land_use_change=0.2``."""

from __future__ import annotations

from collections.abc import Iterator
from math import fsum, isclose, isfinite

from footprint.errors import Problem, problem
from footprint.model.background import GhgClass
from footprint.tables.typed.table import Row

BESIDE = frozenset({GhgClass.BIOGENIC_UPTAKE, GhgClass.BIOGENIC_RELEASE})
"""Classes that do not count in the total of a factor."""
_CLOSE = 1e-6


def classes(text: str) -> dict[GhgClass, float] | None:
    """Return kg CO2e by class, None where the text says no such thing."""
    found: dict[GhgClass, float] = {}
    for part in text.replace("；", ";").replace("＝", "=").split(";"):
        name, _, number = (each.strip() for each in part.partition("="))
        try:
            ghg, value = GhgClass(name.casefold().replace(" ", "_")), float(number)
        except ValueError:
            return None
        if ghg in found or not isfinite(value):
            return None
        found[ghg] = value
    return found


def problems(row: Row) -> Iterator[Problem]:
    """Yield what is wrong in the classes of a factor: unreadable, or not adding up to its total."""
    text, total = row.text("classes"), row.number("total")
    if not text:
        return
    found = classes(text)
    if found is None:
        known = ", ".join(GhgClass)
        yield problem("classes-form", row.place("classes"), text=text, known=known)
        return
    summed = fsum(value for ghg, value in found.items() if ghg not in BESIDE)
    if total is not None and not isclose(summed, total, rel_tol=_CLOSE):
        yield problem("classes-sum", row.place("classes"), summed=f"{summed:.6g}", total=f"{total:.6g}")
    if found.get(GhgClass.BIOGENIC_RELEASE) and GhgClass.BIOGENIC_UPTAKE not in found:
        yield problem("classes-uptake", row.place("classes"))
