"""The straight line: a bill as read, linked, built, ruled, solved, rated and assessed. What `service` asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from footprint.background.open import Background
from footprint.engine.estimates import estimated
from footprint.engine.ledger import drawn, solve
from footprint.errors import WorkbookError
from footprint.intake import schema
from footprint.matching.asked import Finder
from footprint.matching.link import link
from footprint.messages import LANGUAGES
from footprint.model.background import Dataset
from footprint.model.bill import Bill
from footprint.model.dependent import above
from footprint.model.expressions import Node
from footprint.model.graph import Added, Ruled, SupplyGraph
from footprint.model.ledger import Ledger
from footprint.model.pcr import Pcr, Text
from footprint.model.result import Result
from footprint.quality.rate import rate
from footprint.rules import load as pcrs
from footprint.rules import scenarios
from footprint.rules.allocate import decider
from footprint.rules.apply import apply
from footprint.rules.assess import assess, benchmarks, needs
from footprint.rules.budget import accepted
from footprint.rules.scenarios import Wanted
from footprint.rules.scope import amount_of, boundary_of, declared_amount, in_force
from footprint.rules.sentences import sentence
from footprint.rules.unread import unread
from footprint.rules.used import parameters_used
from footprint.rules.vocabulary import entries
from footprint.rules.what_ifs import counted
from footprint.supply.build import build


class Prepared(NamedTuple):
    """A bill under its rules, ready to be solved; ``read``: with the rows that count in scenarios only."""

    ruled: Ruled
    pcr: Pcr
    background: Background
    read: Bill


def under_rules(bill: Bill, pcr: Pcr, background: Background) -> Prepared:
    """Return ``bill`` linked, built and under its rules: the rows that count in its result."""
    graph = _built(bill, pcr, background)
    ruled = apply(graph, pcr, _added(pcr, graph, background))
    if bill.estimates:
        ruled = estimated(ruled, lambda key: background.find(key)[0], lambda d: background.intensity(d, pcr.gwp_set))
    ruled = ruled._replace(notices=(*ruled.notices, *unread(ruled, pcr, schema.field)))
    return Prepared(ruled, pcr, background, bill)


def _built(bill: Bill, pcr: Pcr, background: Background) -> SupplyGraph:
    """Return the supply graph; a claim on electricity that nobody metered covers no more than its part of an item's.

    What one item takes is known only from the graph, so that it is built again where rows of the bill say less.
    """
    decide, rows = decider(pcr, bill.product), counted(bill)

    def built(taken: Mapping[str, float]) -> SupplyGraph:
        linked = link(rows, background, pcr.electricity, pcrs.datasets(pcr), taken)
        return build(linked, pcr.mass_tolerance, decide)

    graph = built({})
    taken = drawn(graph) if graph.linked.open else {}
    is_more = any(above(taken.get(id_, 0.0), least) for id_, least in graph.linked.open.items())
    return built(taken) if is_more else graph


def _added(pcr: Pcr, graph: SupplyGraph, background: Background) -> Added:
    """Return the lines that the rules add, and what must be said of their datasets."""
    finder = Finder(background)

    def find(wanted: Wanted) -> Dataset | None:
        if wanted.is_grid:
            return finder.grid(wanted.place, wanted.country, wanted.year)
        return finder.dataset(wanted.place, wanted.dataset)

    added = tuple(scenarios.lines(pcr, graph, find))
    return Added(added, (*finder.notices, *scenarios.lowering(added), *scenarios.standing_back(pcr, graph.linked)))


def items(ready: Prepared) -> float:
    """Return how many product items the declared amount takes [item]."""
    product = ready.ruled.graph.linked.bill.product
    return product.needed("declared_amount") / declared_amount(ready.pcr, product)[0]


def posted(ready: Prepared) -> Ledger:
    """Return the ledger of a prepared bill."""
    pcr, background = ready.pcr, ready.background
    return solve(ready.ruled, lambda d: background.intensity(d, pcr.gwp_set), items(ready), pcr.gwp_set, pcr.headline)


def solved(ready: Prepared) -> Result:
    """Return the result of a prepared bill: ledger, rating and clauses."""
    pcr, product = ready.pcr, ready.ruled.graph.linked.bill.product
    per_item, unit_id = declared_amount(pcr, product)
    amount = product.needed("declared_amount")
    unit = next(u for u in pcr.declared_units if u.id == unit_id)

    def gap(key: str) -> Dataset:
        return ready.background.find(key)[0]

    def intensity(dataset: Dataset) -> Any:
        return ready.background.intensity(dataset, pcr.gwp_set)

    ledger = posted(ready)
    closure = 0.0 if pcr.closure is None else pcr.closure.within
    rating = rate(ledger, gap, ready.ruled.graph, pcr.data_quality, closure)
    held = (pcr, ready.ruled, ledger, rating, ledger.total() * per_item / amount)
    clauses = assess(*held)
    return Result(
        ruled=ready.ruled,
        ledger=ledger,
        pcr=pcr,
        boundary=boundary_of(product, pcr),
        unit_id=unit_id,
        unit_sentence=_said(pcr, unit.amount),
        amount=amount,
        per_item=per_item,
        also=other_units(ready),
        parameters={p.id: in_force(p, product) for p in pcr.parameters},
        rating=rating,
        formulas={s.id: _said(pcr, s.amount) for s in pcr.scenarios},
        topics={e.name: {"en": e.en, "zh": e.zh} for e in entries() if e.kind == "topic"},
        clauses=clauses,
        used=parameters_used(pcr, unit_id, ready.ruled, clauses),
        marks=benchmarks(*held),
        needs=needs(*held),
        gaps_accepted=accepted(pcr, clauses, rating),
        databases=ready.background.infos,
        intensity=intensity,
        gap=gap,
    )


def _said(pcr: Pcr, node: Node) -> Text:
    """Return an expression of ``pcr`` in words."""
    words = pcrs.words_of(pcr)
    return {lang: sentence(node, lang, words) for lang in LANGUAGES}


def other_units(ready: Prepared) -> dict[str, float]:
    """Return how many of the other declared units one item provides, as far as their fields are filled in."""
    pcr, product = ready.pcr, ready.ruled.graph.linked.bill.product
    unit_id, found = declared_amount(pcr, product)[1], {}
    for unit in pcr.declared_units:
        if unit.id != unit_id:
            try:
                found[unit.id] = amount_of(pcr, product, unit.id, product.place)
            except WorkbookError as exc:
                if any(each.code == "declared-unit-value" for each in exc.problems):
                    raise
    return found
