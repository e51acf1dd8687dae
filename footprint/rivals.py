"""Two products beside each other, on common random numbers: how far apart they are, and how surely."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import fsum, sqrt
from typing import Any, NamedTuple

from footprint.chained import CHAIN
from footprint.common import names
from footprint.engine.first_order import first_order, independent
from footprint.engine.response import Response
from footprint.engine.sampling import NOTHING, Moments, moments, totals
from footprint.errors import RequestError, problem
from footprint.line import solved
from footprint.messages import message
from footprint.model.result import Result
from footprint.provenance import Place
from footprint.publish.figures import to_interval
from footprint.publish.wording import Words, percent
from footprint.resampling import MOST, anew
from footprint.service import Request, prepare
from footprint.uncertainty import uncertain
from footprint.unstated import unstated

_NAMED = 8
_EQUAL = 1e-9
"""What the engine may be off by [-]: results within it of each other are the same."""


class Number(NamedTuple):
    """A random variable of a study: what it is called there, by content, and its share of the variance [-]."""

    id: str
    name: str
    share: float
    basis: str


class Study(NamedTuple):
    """One of the two: workbook and product, result, and how it answers to its ``numbers``; ``given``: drawn elsewhere.

    ``told``: what has to be the same in both, or be said: rule file, boundary, GWP set, number of gaps. ``exact``: the
    shares of the result behind amounts and behind factors of which nobody says how far they may be off [-].
    """

    workbook: str
    product: str
    unit: tuple[str, str]
    told: Mapping[str, str]
    response: Response
    numbers: tuple[Number, ...]
    given: Mapping[int, Any]
    exact: tuple[float, float]


class Rivals(NamedTuple):
    """Two results and second less first [kg CO2e per declared unit]; the shares of draws in which each is lower.

    ``equal``: in which neither is. All three say nothing of products where a result has gaps: see `has_verdict`.
    ``errors``: the standard error that the number of draws leaves in each of the three.
    ``common``: how many numbers are drawn once for both; ``held``: their share of the variance of each result [-], None
    where datasets were drawn anew.
    """

    studies: tuple[Study, Study]
    results: tuple[Moments, Moments]
    difference: Moments
    lower: tuple[float, float]
    equal: float
    errors: tuple[float, float, float]
    seed: int
    common: int
    held: tuple[float, float] | None

    @property
    def has_verdict(self) -> bool:
        """Whether the draws tell which is lower: both results hold all that belongs to them."""
        return all(of.told["gaps"] == "0" for of in self.studies)


def compare(first: Request, second: Request) -> Rivals:
    """Return two studies on common random numbers: `RequestError` where they are stated for different units.

    What is the same number in both is drawn once (see `footprint.common`). With ``reference`` every dataset of the
    databases is drawn anew, for both at once: what two datasets have in common upstream is common then.
    """
    one, other = _study(first), _study(second)
    if one.unit[0] != other.unit[0] or (one.told["pcr"] == other.told["pcr"] and one.unit != other.unit):
        unit, wanted = " ".join(other.unit), " ".join(one.unit)
        raise RequestError(problem("compare-units", Place(second.workbook.name), unit=unit, wanted=wanted))
    is_anew = bool(one.given or other.given)
    count = min(first.draws, MOST) if is_anew else first.draws
    drawn = [totals(of.response, count, first.seed, of.given) for of in (one, other)]
    apart: Any = drawn[1] - drawn[0]
    least = _EQUAL * abs(drawn[0])
    lower = float((apart > least).mean()), float((apart < -least).mean())
    equal = float((abs(apart) <= least).mean())
    origins = [independent(of.response) for of in (one, other)]
    shared = {name for name, share in origins[0].items() if share and origins[1].get(name)}
    held = [fsum(of[name] for name in shared) for of in origins]
    return Rivals(
        (one, other), (moments(drawn[0]), moments(drawn[1])), moments(apart), lower, equal,
        (_error(lower[0], count), _error(lower[1], count), _error(equal, count)), first.seed, len(shared),
        None if is_anew else (held[0], held[1]),
    )  # fmt: skip


def _error(share: float, draws: int) -> float:
    """Return the standard error of a share of draws [-], by Laplace's rule: none of ten is not never."""
    guess = (share * draws + 1) / (draws + 2)
    return sqrt(guess * (1 - guess) / draws)


def _study(request: Request) -> Study:
    """Return a workbook as a study whose variables are called what they are."""
    ready = prepare(request)
    result = solved(ready)
    found = uncertain(ready, result)
    called = dict(zip((v.id for v in found.response.variables), names(found, result), strict=True))
    shares = first_order(found.response).variables
    numbers = tuple(
        Number(v.id, called[v.id], share, v.basis)
        for v, share in zip(found.response.variables, shares, strict=True)
    )  # fmt: skip
    drawn = anew(ready, result, found, min(request.draws, MOST), request.seed) if request.reference else None
    of, given = (found.response, NOTHING) if drawn is None else (drawn.response, drawn.given)
    of = of._replace(variables=tuple(v._replace(id=called.get(v.id, v.id)) for v in of.variables))
    unit = next(u for u in result.pcr.declared_units if u.id == result.unit_id)
    product = ready.ruled.graph.linked.bill.product.text("id")
    open_ = unstated(ready.ruled, found.response, found.known)
    return Study(
        str(request.workbook), product, (f"{result.amount:g} {unit.unit}", f"({unit.id})"), _told(result), of,
        numbers, given, (open_.amounts, open_.factors),
    )  # fmt: skip


def _told(result: Result) -> dict[str, str]:
    return {
        "pcr": f"{result.pcr.id} {result.pcr.version}", "boundary": result.boundary.id, "gwp": result.ledger.gwp_set,
        "gaps": str(len(result.rating.gaps)),
    }  # fmt: skip


def told(found: Rivals, lang: str) -> str:
    """Return a comparison in words: both results, their difference, how surely, and what they have in common."""
    return "\n".join(_lines(found, lang))


def _lines(found: Rivals, lang: str) -> Iterator[str]:
    one, other = found.studies
    called = [f"{of.workbook} ({of.product})" for of in found.studies]
    unit = Words(lang).per(one.unit[0])
    for of, name, result in zip(found.studies, called, found.results, strict=True):
        yield message("compare-one", lang, name=name, unit=unit, **_short(result))
        if of.told["gaps"] != "0":
            yield message("compare-gaps", lang, name=name, count=of.told["gaps"])
        if any(of.exact):
            amounts, factors = map(percent, of.exact)
            yield message("compare-exact", lang, name=name, amounts=amounts, factors=factors)
    for key in ("pcr", "boundary", "gwp"):
        if one.told[key] != other.told[key]:
            yield message(f"compare-{key}", lang, one=one.told[key], other=other.told[key])
    facts = {"first": called[0], "second": called[1], "unit": unit, "seed": found.seed}
    yield message("compare-apart", lang, **facts, **_short(found.difference))
    yield from _verdict(found, lang, facts)
    yield from _in_common(found, called, lang)


def _verdict(found: Rivals, lang: str, facts: Mapping[str, object]) -> Iterator[str]:
    """Yield how surely one is lower; where a result lacks something, that nobody can tell."""
    if not found.has_verdict:
        yield message("compare-bound", lang)
        return
    if found.equal:
        yield message("compare-equal", lang, equal=percent(found.equal))
    if found.equal < 1:
        one, other = map(_chance, found.lower, found.errors[:2])
        yield message("compare-lower", lang, **facts, first_lower=one, second_lower=other, draws=found.difference.draws)


def _in_common(found: Rivals, called: list[str], lang: str) -> Iterator[str]:
    if found.held is None:
        yield message("compare-anew", lang, common=found.common)
        return
    facts = {"common": found.common, "one": percent(found.held[0]), "other": percent(found.held[1])}
    yield message("compare-common", lang, first=called[0], second=called[1], **facts)
    changed = changed_numbers(found)
    if changed:
        more = " ..." if len(changed) > _NAMED else ""
        yield message("compare-changed", lang, numbers=", ".join(changed[:_NAMED]) + more)
    if any(number.basis == CHAIN for of in found.studies for number in of.numbers):
        yield message("compare-chains", lang)


def changed_numbers(found: Rivals) -> list[str]:
    """Return what both studies have by name but not by content, the largest share of the variance first."""
    one, other = ({_label(n.id): n for n in of.numbers} for of in found.studies)
    both = [(max(one[id_].share, n.share), id_) for id_, n in other.items() if id_ in one and n.name != one[id_].name]
    return [id_ for _, id_ in sorted(both, key=lambda each: (-each[0], each[1]))]


def _label(id_: str) -> str:
    """Return the code of a dataset, or the cell of another number."""
    return id_.split(":", 1)[1] if "@" in id_.split(":", 1)[0] else id_


def _chance(share: float, error: float) -> str:
    """Return a share of draws with its standard error, to the figures of that."""
    return f"{to_interval(100 * share, 100 * error)} % ± {to_interval(100 * error, 100 * error)} %"


def _short(of: Moments) -> dict[str, str]:
    """Return moments to the figures that the standard uncertainty lets stand, as reports print them."""
    told = of._asdict().items()
    return {key: str(value) if key == "draws" else to_interval(value, of.deviation) for key, value in told}


def document(found: Rivals) -> dict[str, Any]:
    """Return a comparison as data; no shares of draws where a result has gaps."""
    lowers, equal = (found.lower, found.equal) if found.has_verdict else ((None, None), None)
    studies = [
        {"workbook": of.workbook, "product": of.product, **of.told, **result._asdict(), "lower": lower,
         "counted_as_exact": dict(zip(("amounts", "factors"), of.exact, strict=True)),
         "variance_in_common": None if found.held is None else found.held[at]}
        for at, (of, result, lower) in enumerate(zip(found.studies, found.results, lowers, strict=True))
    ]  # fmt: skip
    difference = found.difference._asdict()
    chances = zip(("lower_first", "lower_second", "equal"), found.errors, strict=True)
    common = {"count": found.common, "changed": changed_numbers(found)}
    return {
        "unit": f"kg CO2e / {found.studies[0].unit[0]}", "seed": found.seed, "studies": studies,
        "difference": difference, "equal": equal, "common": common,
        "errors": dict(chances) if found.has_verdict else None,
    }  # fmt: skip
