"""Two products beside each other, on common random numbers: how far apart they are, and how surely."""

from __future__ import annotations

from typing import Any, NamedTuple

from footprint.engine.response import Response
from footprint.engine.sampling import Moments, moments, totals
from footprint.errors import RequestError, problem
from footprint.line import solved
from footprint.messages import message
from footprint.provenance import Place
from footprint.service import Request, prepare
from footprint.uncertainty import uncertain


class Rivals(NamedTuple):
    """Two results and second less first [kg CO2e per declared unit]; the share of draws in which the first is lower."""

    unit: str
    names: tuple[str, str]
    results: tuple[Moments, Moments]
    difference: Moments
    first_lower: float


def compare(first: Request, second: Request) -> Rivals:
    """Return two products on common random numbers: `RequestError` where they are stated for different units.

    A dataset of both is drawn once for both, and so are suppliers' factors where both workbooks bring the same ones;
    what was measured of one is nothing to the other, unless both are the same file.
    """
    (unit, name, one), (other_unit, other_name, other) = (_answer(request) for request in (first, second))
    if unit != other_unit:
        raise RequestError(problem("compare-units", Place(second.workbook.name), unit=other_unit, wanted=unit))
    draws = [totals(of, first.draws, first.seed) for of in (one, other)]
    apart: Any = draws[1] - draws[0]
    lower = float((apart > 0).mean())
    return Rivals(unit, (name, other_name), (moments(draws[0]), moments(draws[1])), moments(apart), lower)


def _answer(request: Request) -> tuple[str, str, Response]:
    """Return declared unit, product and response of a workbook, its own numbers told apart from others'."""
    ready = prepare(request)
    result = solved(ready)
    of, known = uncertain(ready, result)
    shared = set(known.datasets.values())
    mark = ready.ruled.graph.linked.bill.sha256
    named = (v if at in shared else v._replace(id=f"{mark} {v.id}") for at, v in enumerate(of.variables))
    unit = next(u for u in result.pcr.declared_units if u.id == result.unit_id)
    product = ready.ruled.graph.linked.bill.product.text("id")
    return f"{result.amount:g} {unit.unit}", product, of._replace(variables=tuple(named))


def told(found: Rivals, lang: str) -> str:
    """Return a comparison in words."""
    lines = [
        message("compare-one", lang, name=name, unit=found.unit, **_short(result))
        for name, result in zip(found.names, found.results, strict=True)
    ]
    facts = {"first": found.names[0], "second": found.names[1], "lower": f"{found.first_lower:.1%}"}
    return "\n".join([*lines, message("compare-apart", lang, unit=found.unit, **facts, **_short(found.difference))])


def _short(of: Moments) -> dict[str, str]:
    return {name: f"{value:.4g}" for name, value in of._asdict().items()}
