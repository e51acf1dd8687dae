"""How far a result may be off: its random variables, Monte Carlo and first order, and what nobody states."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from math import floor, fsum, inf, isfinite, isinf, log10
from typing import Any, NamedTuple

from footprint.chained import PEDIGREE, chained
from footprint.choosing import choices
from footprint.engine.divisors import reaching_nothing
from footprint.engine.first_order import FirstOrder, first_order
from footprint.engine.response import Known, Response, Traced, response
from footprint.engine.sampling import Told, errors, histogram, moments, told, totals
from footprint.errors import CalculationError, WorkbookError, problem
from footprint.line import Prepared, items, posted
from footprint.messages import LANGUAGES
from footprint.model.background import Dataset
from footprint.model.bill import Bill
from footprint.model.dependent import Formulas
from footprint.model.graph import Ruled
from footprint.model.ledger import Ledger
from footprint.model.result import Result
from footprint.model.student import coverage_factor
from footprint.model.uncertain import LOGNORMAL, NORMAL, Distribution, Exact, Variable, told_wide
from footprint.moved import traced
from footprint.provenance import Place
from footprint.quality.measured import instrumented, repeated
from footprint.quality.pedigree import DEMAND, TRANSPORT, spread
from footprint.unstated import Unstated, as_exact, unstated

Document = dict[str, Any]
SCHEMA = "footprint-uncertainty/1.0"
DIGITS = 4
LEVEL = 0.95
STUDENT = "student"
_MOST_DIGITS = 12
_NOISE = 1e-9
INSTRUMENT, READINGS = "instrument", "readings"


class Uncertain(NamedTuple):
    """The variables of a result and how it answers to them; ``traced``: its ledger with all formulas."""

    response: Response
    known: Known
    traced: Traced


def uncertain(ready: Prepared, result: Result) -> Uncertain:
    """Return the random variables of a solved bill, and how its total answers to them."""
    cells: dict[Place, list[Variable]] = {}
    for place, variable in _of_amounts(ready.ruled.graph.linked.bill, result.pcr.matrix):
        cells.setdefault(place, []).append(variable)
    of = _traced(ready, result, {place: [v.id for v in found] for place, found in cells.items()})
    datasets = dict(_factors(ready, result._replace(ledger=of.ledger)))
    variables = _by_id((*chain(*cells.values()), *datasets.values()))
    numbering = {id_: at for at, id_ in enumerate(variables)}
    numbers = {place: tuple(numbering[v.id] for v in found) for place, found in cells.items()}
    known = Known(numbers, {key: numbering[variable.id] for key, variable in datasets.items()})
    found = response(of, tuple(variables.values()), known)
    _refuse_divisors(found, known)
    return Uncertain(found, known, of)


def _by_id(variables: Iterable[Variable]) -> dict[str, Variable]:
    """Return variables by id; what is drawn once has one distribution."""
    found: dict[str, Variable] = {}
    for variable in variables:
        if found.setdefault(variable.id, variable).distribution != variable.distribution:
            raise ValueError(f"{variable.id} is two random variables under one name")
    return found


def _refuse_divisors(of: Response, known: Known) -> None:
    """Raise for numbers that a result is divided by and that may be drawn as nothing."""
    places = {at: place for place, numbers in known.cells.items() for at in numbers}
    wide = [(places[at], of.variables[at].distribution) for at in reaching_nothing(of) if at in places]
    if wide:
        raise WorkbookError(*(problem("uncertainty-divisor", place, **told_wide(given)) for place, given in wide))


def _traced(ready: Prepared, result: Result, names: Mapping[Place, Sequence[str]]) -> Traced:
    """Return the ledger of a bill built of numbers that remember their variables; the one there is, without any."""
    if not names:
        return Traced(ready.ruled, result.ledger, items(ready), Formulas())
    anew, formulas = traced(ready, names)
    ledger = posted(anew)
    _insist_on_the_same(ledger, result)
    return Traced(anew.ruled, ledger, items(anew), formulas)


def _insist_on_the_same(ledger: Ledger, result: Result) -> None:
    """Raise unless the bill built anew says what was calculated: its draws would be those of another result."""
    one, other = ledger.total(), result.ledger.total()
    if abs(one - other) > _NOISE * fsum(abs(result.ledger.value(each)) for each in result.ledger.postings):
        raise CalculationError(problem("uncertainty-other", "uncertainty", drawn=f"{one:.9g}", total=f"{other:.9g}"))


def _of_amounts(bill: Bill, matrix: str) -> Iterator[tuple[Place, Variable]]:
    """Yield the variables of each cell: as stated, else its instrument's and its readings', else its pedigree's."""
    measured: dict[Place, list[Variable]] = {}
    for place, variable in (*_instruments(bill), *_readings(bill)):
        measured.setdefault(place, []).append(variable)
    for place, variable in _stated(bill, matrix):
        if variable.basis == "stated" or place not in measured:
            measured.pop(place, None)
            yield place, variable
    for place, found in measured.items():
        yield from ((place, variable) for variable in found)


def _instruments(bill: Bill) -> Iterator[tuple[Place, Variable]]:
    for found in instrumented(bill):
        row = found.calibration
        causes = ((found.cause, 1.0),) if found.cause else ()
        made = Variable(found.variable, found.distribution, INSTRUMENT, f"{row.id} {row.what}", causes)
        yield found.amount.place, made


def _readings(bill: Bill) -> Iterator[tuple[Place, Variable]]:
    for found in repeated(bill):
        if found.deviation:
            distribution = Distribution(NORMAL, (found.deviation,), found.dof)
            yield found.amount.place, Variable(found.place.address, distribution, READINGS, found.document.document)


def _stated(bill: Bill, matrix: str) -> Iterator[tuple[Place, Variable]]:
    """Yield the variable of each number of the workbook that states how far it may be off, or its pedigree."""
    factors = {(row.place.sheet, row_of(row.place)) for row in bill.factors}
    kinds = {row.distance.place: TRANSPORT for row in bill.transport}
    kinds |= {row.amount.place: row.flow for row in bill.processes if row.direction == "emission"}
    for place, stated in bill.spreads.items():
        is_factor = (place.sheet, row_of(place)) in factors
        kind = kinds.get(place, DEMAND)
        found = None if is_factor else _distribution(stated.distribution, stated.pedigree, matrix, kind)
        if found is not None:
            yield place, Variable(place.address, found[0], found[1])


def _distribution(
    stated: Distribution | None, pedigree: str, matrix: str, kind: str = DEMAND
) -> tuple[Distribution, str] | None:
    """Return a distribution and what it rests on: a statement, else pedigree, else None."""
    if stated is not None:
        return stated, "stated"
    sigma = spread(pedigree, None, kind, matrix)
    return None if sigma is None else (Distribution(LOGNORMAL, (sigma,)), PEDIGREE)


def _factors(ready: Prepared, result: Result) -> Iterator[tuple[str, Variable]]:
    """Yield the variable of each dataset the ledger uses whose chain, scatter or pedigree is known, by key."""
    used = {p.exchange.dataset.key: p.exchange.dataset for p in result.ledger.postings if p.exchange.dataset}
    own = dict(_supplied(ready.ruled.graph.linked.bill))
    for database in ready.background.databases:
        prefix = f"{database.info.id}@{database.info.version}:"
        here = [dataset for key, dataset in used.items() if key.startswith(prefix)]
        is_own = prefix.startswith("workbook@")
        known = {} if is_own else chained(database, here, result)
        for dataset in here:
            of = known.get(dataset.code)
            if of is not None:
                exact = Exact(of.open, of.exact)
                yield dataset.key, Variable(dataset.key, of.distribution, of.basis, dataset.name_en, of.causes, exact)
                continue
            stated, pedigree = own.get(dataset.code, (None, "")) if is_own else (None, "")
            found = _distribution(stated, pedigree or dataset.pedigree, result.pcr.matrix)
            if found is not None:
                yield dataset.key, Variable(dataset.key, *found, dataset.name_en)


def _supplied(bill: Bill) -> Iterator[tuple[str, tuple[Distribution | None, str]]]:
    """Yield what the workbook says of its own factors, by code."""
    by_row = {(place.sheet, row_of(place)): spread for place, spread in bill.spreads.items()}
    for factor in bill.factors:
        found = by_row.get((factor.place.sheet, row_of(factor.place)))
        if found is not None:
            yield factor.code, (found.distribution, found.pedigree)


def row_of(place: Place) -> str:
    """Return the number of the row of a cell."""
    return place.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def uncertainty(
    ready: Prepared, result: Result, draws: int, seed: int, *,
    reference: bool = False, scenarios: Sequence[Document] = (),
) -> Document:  # fmt: skip
    """Return what ``uncertainty.json`` says of a result, and of what other choices make of it.

    ``reference``: with every dataset drawn anew besides; ``scenarios``: those of the workbook, as declared.
    """
    found = uncertain(ready, result)
    of = found.response
    analytic = first_order(of)
    drawn = totals(of, draws, seed) if of.variables else None
    of_draws = None if drawn is None else told(of, drawn, seed)
    width = analytic.combined if drawn is None or not analytic.kinks else moments(drawn).deviation
    unit = next(u for u in result.pcr.declared_units if u.id == result.unit_id)
    bill = ready.ruled.graph.linked.bill
    chosen = choices(ready, result, scenarios)
    return {
        "schema": SCHEMA,
        "product": bill.product.text("id"),
        "workbook_sha256": bill.sha256,
        "pcr": {"id": result.pcr.id, "version": result.pcr.version},
        "unit": f"kg CO2e / {result.amount:g} {unit.unit}",
        "total": _beside(analytic.total, width),
        "seed": seed,
        "monte_carlo": None if drawn is None else _sampled(drawn, _fewest(of)) | {"classes": _classes(drawn)},
        "whole_system": _whole(ready, result, found, drawn, draws, seed) if reference else None,
        "first_order": _analytic(of, analytic),
        "held": _held(of, of_draws),
        "variables": sorted(_variables(found, analytic, of_draws, result), key=_rank),
        "lines": sorted(_lines(of, analytic), key=lambda line: (-line["share"], line["id"])),
        "not_stated": _not_stated(unstated(ready.ruled, of, found.known)),
        "exact": [{"reason": of, "numbers": [*numbers]} for of, numbers in as_exact(result, found.known).items()],
        "choices": [row | {"total": _short(row["total"]), "change": _short(row["change"])} for row in chosen.moved],
        "choices_open": chosen.open,
    }


def _whole(
    ready: Prepared, result: Result, found: Uncertain, ordinary: Any, draws: int, seed: int
) -> Document | None:  # fmt: skip
    """Return the moments with every dataset drawn anew, beside those of as many ``ordinary`` draws."""
    from footprint.resampling import whole

    told = whole(ready, result, found, draws, seed)
    if told is None:
        return None
    dof = _fewest(found.response)
    beside = {} if ordinary is None else {"ordinary": _sampled(ordinary[: len(told[0])], dof)}
    return _sampled(told[0], dof) | {"databases": list(told[1])} | beside


def _fewest(of: Response) -> float:
    return min((v.distribution.dof for v in of.variables), default=inf)


def _classes(results: Any) -> Document:
    """Return the histogram; its beginning to the fourth digit of a class."""
    found = histogram(results)
    return {**found._asdict(), "low": _beside(found.low, found.step)}


def _short(value: float) -> float | None:
    """Return a number to four digits; None for what has no bound or does not exist."""
    return float(f"{value:.{DIGITS}g}") if isfinite(value) else None


def _beside(value: float, deviation: float) -> float:
    """Return a number to four digits, and to the fourth digit of its standard ``deviation``."""
    if not value or not deviation:
        return float(f"{value:.{DIGITS}g}")
    apart = floor(log10(abs(value))) - floor(log10(abs(deviation)))
    return float(f"{value:.{min(max(DIGITS, DIGITS + apart), _MOST_DIGITS)}g}")


def _sampled(results: Any, dof: float) -> Document:
    """Return the moments of draws, and the standard error that the number of draws leaves in each."""
    found = moments(results)
    names = ("mean", "deviation", "median", "low", "high")
    told = {name: _beside(getattr(found, name), found.deviation) for name in names}
    return {"draws": found.draws, **told, "errors": {k: _short(error) for k, error in errors(results, dof).items()}}


def _analytic(of: Response, found: FirstOrder) -> Document:
    """Return what the derivatives tell: combined and expanded uncertainty, with k of the degrees of freedom.

    Where the result has a kink there are none, and the variables that reach it are named.

    References: JCGM 100:2008, 6.2.1, G.4.1: degrees of freedom are cut to whole ones.
    """
    kinks = [of.variables[at].id for at in found.kinks]
    if kinks:
        names = ("mean", "deviation", "combined", "dof", "relative", "k", "expanded")
        return dict.fromkeys(names) | {"level": LEVEL, "kinks": kinks}
    k = coverage_factor(found.dof if isinf(found.dof) else floor(found.dof + _NOISE), LEVEL)
    relative = abs(found.combined / found.total) if found.total else inf
    return {
        "mean": _beside(found.mean, found.combined), "deviation": _short(found.deviation),
        "combined": _short(found.combined), "dof": _short(found.dof), "relative": _short(relative), "level": LEVEL,
        "k": _short(k), "expanded": _short(k * found.combined), "kinks": [],
    }  # fmt: skip


def _held(of: Response, drawn: Told | None) -> Document:
    """Return what draws leave as entered: functions of rules without a formula, comparisons that turn out otherwise.

    ``draws``: those in which some comparison would; they are calculated as decided for the numbers entered.
    """
    deciding = () if drawn is None else drawn.deciding
    return {
        "functions": [of.variables[at].id for at in of.held],
        "decisions": [of.variables[at].id for at in deciding],
        "draws": 0 if drawn is None else drawn.otherwise,
    }


def _rank(variable: Document) -> tuple[float, str]:
    drawn = variable["share_drawn"]
    return -(variable["share"] if drawn is None else drawn), variable["id"]


def _variables(found: Uncertain, analytic: FirstOrder, drawn: Told | None, result: Result) -> Iterator[Document]:
    """Yield each variable with what it does to the result: ``slope`` [%/%], ``share`` of the variance, by derivatives.

    ``share_drawn``: by the draws, its squared correlation with the result.
    """
    names, lapsed = _names(found, result.ruled), _lapsed(result)
    for at, variable in enumerate(found.response.variables):
        given = variable.distribution
        slope = analytic.slopes[at] / analytic.total if analytic.total else 0.0
        yield {
            "id": variable.id,
            "kind": _kind(variable, at, found.known),
            "name": names.get(at, {"zh": variable.name, "en": variable.name}),
            "basis": variable.basis,
            "distribution": given.kind if isinf(given.dof) else STUDENT,
            "parameters": [_short(p) for p in given.parameters],
            "dof": _short(given.dof),
            "deviation": _short(given.deviation),
            "slope": None if at in analytic.kinks else _short(slope),
            "share": _short(analytic.variables[at]),
            "share_drawn": None if drawn is None else _short(drawn.shares[at]),
            **({"lapsed": True} if variable.id in lapsed else {}),
        }


def _lapsed(result: Result) -> frozenset[str]:
    """Return the variables of instruments that were used on days without a valid calibration."""
    found = {each.facts["instrument"] for each in result.rating.findings if each.id == "calibration-lapsed"}
    bill = result.ruled.graph.linked.bill
    return frozenset(each.variable for each in instrumented(bill) if each.calibration.id in found)


def _kind(variable: Variable, at: int, known: Known) -> str:
    """Return what a variable is: an ``instrument`` behind amounts, an ``amount``, a ``factor``."""
    if variable.basis == INSTRUMENT:
        return INSTRUMENT
    return "factor" if at in known.datasets.values() else "amount"


def _names(found: Uncertain, ruled: Ruled) -> dict[int, Mapping[str, str]]:
    """Return what each variable is called: its instrument, parameter or dataset, else the first line of its cell."""
    bill = ruled.graph.linked.bill
    own = ((at, v) for at, v in enumerate(found.response.variables) if v.basis == INSTRUMENT)
    names: dict[int, Mapping[str, str]] = {at: dict.fromkeys(LANGUAGES, variable.name) for at, variable in own}
    told = {place: spread.called for place, spread in bill.spreads.items() if spread.called}
    told |= {row.value_place: dict.fromkeys(LANGUAGES, row.name) for row in bill.parameters}
    names |= {at: told[place] for place, numbers in found.known.cells.items() if place in told for at in numbers}
    for leaf in found.response.leaves:
        line = leaf.posting.exchange
        for cell in line.amount.cells:
            for at in found.known.cells.get(cell, ()):
                names.setdefault(at, line.called)
        if line.dataset is not None and line.dataset.key in found.known.datasets:
            names.setdefault(found.known.datasets[line.dataset.key], _called(line.dataset))
    inside = [(cell, line.called) for line in ruled.exchanges for cell in line.amount.cells]
    outputs = [(c, dict.fromkeys(LANGUAGES, each.name)) for each in ruled.graph.activities.values() for c in each.cells]
    for cell, called in (*inside, *outputs):
        for at in found.known.cells.get(cell, ()):
            names.setdefault(at, called)
    return names


def _called(dataset: Dataset) -> dict[str, str]:
    return {"zh": dataset.name_zh, "en": dataset.name_en}


def _lines(of: Response, analytic: FirstOrder) -> Iterator[Document]:
    for leaf, share in zip(of.leaves, analytic.lines, strict=True):
        line = leaf.posting.exchange
        value = of.runs[leaf.activity] * leaf.value
        yield {
            "id": line.id, "cell": line.place.address, "name": line.called, "stage": line.stage,
            "value": _short(value), "share": _short(share),
        }  # fmt: skip


def _not_stated(found: Unstated) -> Document:
    """Return what rests on numbers of which nobody says how far they may be off: shares of the absolute result [-]."""
    return {
        "amounts_share": _short(found.amounts),
        "factors_share": _short(found.factors),
        "both_share": _short(found.both),
        "amounts": list(found.cells),
        "factors": list(found.datasets),
        "rows": list(found.rows),
        "carried": {name: _short(share) for name, share in (found.cells | found.datasets | found.rows).items()},
    }
