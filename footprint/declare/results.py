"""The numbers of a result: total, stages, classes, shares, completeness, conformity."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import fsum
from typing import Any

from footprint.declare.electricity import by_location
from footprint.declare.estimates import estimated
from footprint.declare.lines import few
from footprint.declare.numbers import declared, exact, total
from footprint.declare.texts import Both, caption, said
from footprint.messages import LANGUAGES, message
from footprint.model.background import GhgClass
from footprint.model.clauses import Clause, Mark, Outcome
from footprint.model.ledger import Ledger
from footprint.model.pcr import Cited, Pcr, Subtotal
from footprint.model.rating import Gap, Rating
from footprint.model.result import Result
from footprint.provenance import Status

Part = dict[str, Any]
_UNPROVEN = {
    Outcome.FAILED.value: "not-conforming-clause",
    Outcome.NEEDS_EVIDENCE.value: "not-conforming-evidence",
    Outcome.NOT_ASSESSED.value: "not-conforming-unassessed",
}
_READ = frozenset({Status.VERIFIED, Status.CALCULATED})
"""What is read in its issuing text, and the limits that the program itself sets where a standard gives no number."""


def result(res: Result) -> Part:
    """Return the result per declared amount, with its parts."""
    ledger, rating = res.ledger, res.rating
    headline = ledger.total()
    complete = not rating.gaps
    return {
        "unit": "kg CO2e",
        "total": exact(headline),
        "declared": declared(headline, res.pcr.figures, res.pcr.round_to, bound=rating.is_bound),
        "per_item": exact(headline * res.per_item / res.amount),
        "complete": complete,
        "lower_bound": rating.is_bound,
        **({"gaps_accepted": True} if res.gaps_accepted else {}),
        **by_location(res),
        "also": [_also(res, id_, amount, headline) for id_, amount in res.also.items()],
        "by_stage": _by_stage(res),
        "subtotals": [*_subtotals(res), *_apart(res)],
        "by_class": _by_class(ledger),
        "by_basis": _shares(rating.by_basis, "report-basis-"),
        "by_status": _shares(rating.by_status, "report-status-"),
        "by_gwp_set": [{"id": name, "share": exact(share)} for name, share in rating.by_set.items()],
        "absolute": exact(rating.absolute),
    }


def _also(res: Result, id_: str, amount: float, headline: float) -> Part:
    unit = next(u for u in res.pcr.declared_units if u.id == id_)
    value = headline * res.per_item / res.amount / amount
    return {
        "id": id_,
        "title": dict(unit.title),
        "unit": unit.unit,
        "per_item": exact(amount),
        "total": exact(value),
        "declared": declared(value, res.pcr.figures, bound=res.rating.is_bound),
    }


def _by_stage(res: Result) -> list[Part]:
    sums = {stage: [] for stage in res.boundary.stages}  # type: dict[str, list[float]]
    for posted in res.ledger.postings:
        sums[posted.exchange.stage].append(res.ledger.value(posted))
    titles = {stage.id: dict(stage.title) for stage in res.pcr.stages}
    absolute = res.rating.absolute
    return [
        {"id": id_, "title": titles[id_], "lines": len(values), "value": total(values),
         "share": _share(values, absolute)}
        for id_, values in sums.items()
    ]  # fmt: skip


def _subtotals(res: Result) -> list[Part]:
    """Return the sums over some stages; of stages that are all outside the boundary there is none, not one of zero."""
    inside = {*res.boundary.stages, *res.boundary.apart}
    return [_subtotal(res, part) for part in res.pcr.subtotals if inside.intersection(part.stages)]


def _apart(res: Result) -> Iterator[Part]:
    """Yield the sum of each stage that is reported apart from the result."""
    for stage in (s for s in res.pcr.stages if s.id in res.boundary.apart):
        whole = all(p.is_whole for p in res.ledger.apart if p.exchange.stage == stage.id)
        code = "apart-whole" if whole else "apart-open"
        title = {lang: message(code, lang, title=stage.title[lang]) for lang in LANGUAGES}
        alone = Subtotal(stage.id, title, (stage.id,), res.boundary.cited)
        yield {**_subtotal(res, alone), "apart": True}


def _subtotal(res: Result, subtotal: Subtotal) -> Part:
    """Return the sum over some stages, as declared and exact."""
    posted = (p for p in (*res.ledger.postings, *res.ledger.apart) if p.exchange.stage in subtotal.stages)
    value = fsum(res.ledger.value(p) for p in posted)
    return {
        "id": subtotal.id,
        "title": dict(subtotal.title),
        "stages": list(subtotal.stages),
        "value": exact(value),
        "declared": declared(value, res.pcr.figures, bound=res.rating.is_bound),
        "clause": subtotal.cited.clause,
    }


def _share(values: Iterable[float], absolute: float) -> float:
    return exact(fsum(abs(v) for v in values) / absolute) if absolute else 0.0


def _by_class(ledger: Ledger) -> list[Part]:
    sums: dict[str, list[float]] = {ghg.value: [] for ghg in GhgClass}
    for posted in ledger.postings:
        for key, value in posted.impact.items():
            sums[key.ghg].append(value)
    return [
        {"id": ghg, "title": caption(f"report-class-{ghg}"), "value": total(values), "in_total": ghg in ledger.headline}
        for ghg, values in sums.items()
    ]


def _shares(shares: Mapping[str, float], prefix: str) -> list[Part]:
    return [{"id": id_, "title": caption(prefix + id_), "share": exact(share)} for id_, share in shares.items()]


def completeness(rating: Rating) -> Part:
    """Return completeness by mass and by lines, and every gap by name."""
    return {
        "mass_share": _known(rating.mass_share),
        "line_share": exact(rating.line_share),
        "gaps": [_gap(gap) for gap in rating.gaps],
        **estimated(rating.estimated),
        "cut_off": {
            "lines": rating.left_out.lines,
            "impact_share": _known(rating.left_out.by_impact.total),
            "by_stage": [{"id": id_, "value": _known(kg)} for id_, kg in sorted(rating.left_out.by_stage.items())],
        },
    }


def _known(value: float | None) -> float | None:
    return None if value is None else exact(value)


def _gap(gap: Gap) -> Part:
    cells = [line.place.address for line in gap.lines]
    why = said("gap-in-background", gap=gap.code) if gap.code else _own_why(gap)
    return {
        "cell": few(cells),
        "name": gap.name["en"],
        "title": dict(gap.name),
        "code": gap.code,
        "why": why,
        "amount": exact(gap.amount),
        "unit": gap.unit,
        "stages": sorted({line.stage for line in gap.lines}),
        "non_negative": gap.non_negative,
    }


def _own_why(gap: Gap) -> Both:
    line = gap.lines[0]
    if line.facts.get("cut_off"):
        return said("gap-left-out")
    if line.dataset is not None:
        return said("gap-dataset", dataset=line.dataset.code)
    if "asked" in line.facts:
        return said("rule-dataset-unknown", rule=line.rule, dataset=line.facts["asked"])
    return said("gap-in-bill") if line.term is None else said("gap-of-term", rule=line.rule, **line.term.asked)


def clause(found: Clause) -> Part:
    """Return one clause with its outcome and what was seen."""
    return {
        "id": found.id,
        "clause": found.cited.clause,
        "source": found.cited.source,
        "status": found.cited.status.value,
        "outcome": found.outcome.value,
        "sentence": dict(found.sentence),
        "test": dict(found.test),
        "seen": dict(found.seen),
        "cells": list(found.cells),
    }


def benchmark(mark: Mark) -> Part:
    """Return how the result stands to a benchmark; where no limit could be read, what is to be looked up."""
    found = mark.benchmark
    return {
        "id": found.id,
        "title": dict(found.title),
        "clause": found.cited.clause,
        "source": found.cited.source,
        "status": found.cited.status.value,
        "outcome": mark.outcome.value,
        "test": dict(mark.test),
        "seen": dict(mark.seen),
        "todo": None if found.todo is None else dict(found.todo),
    }


def conformity(res: Result) -> Part:
    """Return whether the result may be called conforming, and every reason why not."""
    why = unproven([clause(each) for each in res.clauses])
    if res.rating.gaps:
        why.append(said("not-conforming-gaps", count=len(res.rating.gaps)))
    if not res.ledger.postings:
        why.append(said("not-conforming-nothing"))
    why += _unread(res)
    return conclusion(why, res.pcr.id)


def conclusion(why: Sequence[Both], pcr: str) -> Part:
    """Return what may be said of a result under rules ``pcr`` which ``why`` keeps from conforming."""
    return {"conforms": not why, "wording": said("not-conforming" if why else "conforming", pcr=pcr), "why": [*why]}


def unproven(clauses: Sequence[Part]) -> list[Both]:
    """Return what is said of each clause of a declaration that did not pass, by outcome."""
    return [_about(code, each) for outcome, code in _UNPROVEN.items() for each in clauses if each["outcome"] == outcome]


def _unread(res: Result) -> Iterable[Both]:
    """Yield what of the rules nobody read in its issuing text: the file, documents it rests on, clauses in use."""
    if res.pcr.status not in _READ:
        yield said("not-conforming-file", pcr=res.pcr.id)
    used = tuple(_in_use(res))
    cited = {c.source for c in used}
    documents = sorted(d.title for d in res.pcr.sources if d.id in cited and d.status not in _READ)
    if documents:
        yield said("not-conforming-documents", documents="; ".join(documents))
    clauses = sorted({c.clause for c in used if c.status not in _READ})
    if clauses:
        yield said("not-conforming-unverified", clauses="; ".join(clauses))


def _about(code: str, found: Part) -> Both:
    """Return what is said of a clause, in each language with its own sentence."""
    return {lang: message(code, lang, clause=sentence) for lang, sentence in found["sentence"].items()}


def _in_use(res: Result) -> Iterable[Cited]:
    """Yield the citation of every rule value this result rests on."""
    pcr: Pcr = res.pcr
    yield from (u.cited for u in pcr.declared_units if u.id == res.unit_id)
    if pcr.functional_unit is not None:
        yield pcr.functional_unit.cited
    yield res.boundary.cited
    yield pcr.electricity.cited
    yield from (p.cited for p in pcr.parameters if p.id in res.used)
    yield from (rule.cited for rule in pcr.rules if rule.id in res.ruled.acted)
    yield from (scenario.cited for scenario in pcr.scenarios if scenario.id in res.ruled.acted)
    yield from (found.decision.cited for found in res.ruled.graph.allocated if found.decision.cited is not None)
    if pcr.cut_off is not None and res.ledger.left_out:
        yield pcr.cut_off.cited
    yield from (c.cited for c in res.clauses if c.outcome is not Outcome.NOT_APPLICABLE)
