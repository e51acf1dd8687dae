"""The ledger, the flows inside the bill and what was left out, as parts of the document."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any

from footprint.declare.estimates import estimate
from footprint.declare.numbers import exact, total
from footprint.declare.texts import Both, caption, said, same
from footprint.model.amounts import Amount
from footprint.model.background import Dataset, Impact, Key
from footprint.model.graph import APART, CUT_OFF, Activity, Exchange, Exclusion, Formula, Kind
from footprint.model.ledger import Ledger, Posting
from footprint.model.pcr import Pcr, Text

Part = dict[str, Any]
BY_CLASS, BY_STATUS, BY_SET = attrgetter("ghg"), attrgetter("status"), attrgetter("gwp")
"""The parts of the key of an impact that it is split by."""
Reasons = Mapping[str, Text]
"""Id of a rule -> why it acts."""


def posting(ledger: Ledger, posted: Posting, reasons: Reasons) -> Part:
    """Return one posting: value = supply x coefficient x amount x factor."""
    line, whole = posted.exchange, posted.impact
    impact = {key: value for key, value in whole.items() if key.ghg in ledger.headline}
    factor = total(v for k, v in posted.factor.items() if k.ghg in ledger.headline)
    return {
        **_line(line),
        "stage": line.stage,
        "role": line.role,
        "supply": exact(posted.supply),
        "target": line.dataset.key if line.dataset else f"gas:{line.target}",
        "target_name": _target_name(line),
        "factor": factor,
        "value": total(impact.values()),
        "classes": split(whole, BY_CLASS),
        "statuses": split(impact, BY_STATUS),
        "sets": split(impact, BY_SET),
        "basis": line.amount.basis.value,
        "evidence": line.amount.evidence,
        "rule": line.rule,
        "clause": line.clause,
        "reason": dict(reasons.get(line.rule) or same("")),
        "gaps": sorted(code for code, amount in posted.gaps.items() if amount),
        "location_value": location_value(ledger, posted),
        **_derived(line),
    }


def _derived(line: Exchange) -> Part:
    """Return what a line is a part of, and of a derived one its title and its coefficient."""
    term = line.term
    base: Part = {"base": line.base} if line.base else {}
    if line.estimate is not None:
        base |= {"stands_in": estimate(line.estimate)}
    if term is None:
        return base
    per = None if term.per is None else _formula(term.per)
    title = {"title": dict(term.title), "coefficient": _formula(term.coefficient), "per": per}
    return {**base, "term": title}


def _formula(formula: Formula) -> Part:
    return {"words": dict(formula.words), "numbers": dict(formula.numbers)}


def _line(line: Exchange) -> Part:
    return {
        "id": line.id,
        "cell": line.place.address,
        "activity": line.activity,
        "name": line.name,
        "coefficient": exact(line.coefficient),
        **_amount(line.amount),
    }


def _amount(amount: Amount) -> Part:
    return {
        "entered": {
            "value": exact(amount.entered.value),
            "unit": amount.entered.unit,
            "cell": amount.place.address,
        },
        "steps": [
            {"what": s.what, "title": caption(f"step-{s.what}"), "factor": exact(s.factor), "cell": s.place.address}
            for s in amount.steps
        ],
        "amount": exact(amount.value),
        "unit": amount.unit,
    }


def _target_name(line: Exchange) -> Both:
    if line.dataset is not None:
        return {"zh": line.dataset.name_zh, "en": line.dataset.name_en}
    return same(line.name)


def reasons(pcr: Pcr, formulas: Reasons) -> dict[str, Text]:
    """Return why each rule acts, by its id; of a line that rules add, with the formula of its amount."""
    found: dict[str, Text] = {rule.id: rule.reason for rule in pcr.rules}
    added = {s.id: {lang: f"{s.reason[lang]} = {formulas[s.id][lang]}" for lang in s.reason} for s in pcr.scenarios}
    permitted = {} if pcr.cut_off is None else {CUT_OFF: pcr.cut_off.reason}
    permitted[APART] = said("apart")
    shared = {} if pcr.allocation is None else {step.id: step.reason for step in pcr.allocation.steps}
    return {**shared, **found, **added, **permitted}


def split(impact: Impact, part: Callable[[Key], str]) -> dict[str, float]:
    """Return an impact by a part of its keys, [kg CO2e]."""
    parts: dict[str, list[float]] = {}
    for key, value in impact.items():
        parts.setdefault(part(key), []).append(value)
    return {name: total(values) for name, values in sorted(parts.items())}


def location_value(ledger: Ledger, posted: Posting) -> float | None:
    """Return what a contractual electricity line would contribute by location [kg CO2e], None for all other lines."""
    if posted.location is None:
        return None
    return total(posted.quantity * v for k, v in posted.location.items() if k.ghg in ledger.headline)


def activity(found: Activity, supply: Mapping[str, float]) -> Part:
    """Return one activity and its runs per declared unit."""
    return {
        "id": found.id,
        "name": found.name,
        "supply": exact(supply[found.id]),
        "unit": found.unit,
        "output": exact(found.output),
        "cell": found.place.address,
    }


RUN = "run"
"""The unit of what an activity makes in one run, where that is not one of its unit."""


def flow(line: Exchange, activities: Mapping[str, Activity]) -> Part:
    """Return an exchange inside the bill; its amount is in runs of the child."""
    output, place = activities[line.target].output, activities[line.target].place
    amount = line.amount if output == 1 else line.amount.times("per_output", 1 / output, place, RUN)
    return {"parent": line.activity, "child": line.target, **_line(line), **_amount(amount)}


def excluded(left_out: Exclusion, reasons: Reasons, estimates: Mapping[str, Part]) -> Part:
    """Return a line that a rule, or the user, left out; the latter with what estimates it."""
    line = left_out.exchange
    reason = reasons.get(left_out.rule)
    return {
        **estimates.get(line.id, {}),
        "cell": line.place.address,
        "id": line.id,
        "name": line.name,
        "rule": left_out.rule,
        "clause": left_out.clause,
        "reason": said("outside-boundary", stage=line.stage) if reason is None else dict(reason),
        "stage": line.stage,
        **_derived(line),
    }


def estimates(ledger: Ledger, absolute: float) -> dict[str, Part]:
    """Return what each line beside the result would add, by its id: kg CO2e.

    Of one the user left out its estimate, and the share of the absolute sum; of one reported apart its value.
    """
    found: dict[str, Part] = {
        p.exchange.id: {"value": exact(ledger.value(p)) if p.is_whole else None} for p in ledger.apart
    }
    for posted in ledger.left_out:
        line, value = posted.exchange, ledger.value(posted)
        known = posted.is_whole
        found[line.id] = {
            "estimate": exact(value) if known else None,
            "share": exact(abs(value) / absolute) if known and absolute else None,
            "target": line.dataset.key if known and line.dataset else "",
        }
    return found


def is_internal(line: Exchange) -> bool:
    """Tell whether an exchange stays inside the bill."""
    return line.kind is Kind.ACTIVITY


def proxies(ledger: Ledger) -> list[Part]:
    """Return what every dataset used as a stand-in stands in for, with the cells that use it."""
    cells: dict[str, list[str]] = {}
    found: dict[str, Dataset] = {}
    for posted in ledger.postings:
        dataset = posted.exchange.dataset
        if dataset is not None and dataset.proxy:
            found[dataset.key] = dataset
            cells.setdefault(dataset.key, []).append(posted.exchange.place.address)
    return [
        {
            "cell": few(cells[key]),
            "code": "dataset-proxy",
            "text": said("dataset-proxy", dataset=found[key].code, proxy=found[key].proxy),
        }
        for key in sorted(found)
    ]


def credits_of(ledger: Ledger) -> list[Part]:
    """Return what is taken off the result for each co-product that replaces something elsewhere, with its cell."""
    found: dict[str, list[Posting]] = {}
    for posted in ledger.postings:
        if posted.exchange.role == "co-product" and posted.exchange.coefficient < 0:
            found.setdefault(posted.exchange.place.address, []).append(posted)
    return [
        {
            "cell": cell,
            "code": "substitution-credit",
            "text": said(
                "substitution-credit",
                flow=posted[0].exchange.name,
                dataset="" if posted[0].exchange.dataset is None else posted[0].exchange.dataset.code,
                value=f"{total(ledger.value(p) for p in posted):.4g}",
            ),
        }
        for cell, posted in found.items()
    ]


def few(cells: Sequence[str], most: int = 5) -> str:
    """Return the first of ``cells``, each once, and a mark that there are more."""
    once = list(dict.fromkeys(cells))
    return ", ".join(once[:most]) + (" …" if len(once) > most else "")
