"""What a result would be if those who calculated it had chosen otherwise: one choice at a time, all else as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import fsum
from typing import Any, NamedTuple

from footprint.errors import FootprintError, problem
from footprint.gwp import SETS
from footprint.intake import product
from footprint.line import Prepared, solved, under_rules
from footprint.messages import LANGUAGES, label
from footprint.model.bill import Entry, WhatIf
from footprint.model.ledger import Ledger
from footprint.model.result import Result
from footprint.provenance import Place
from footprint.publish.wording import percent
from footprint.rules.vocabulary import entries
from footprint.rules.what_ifs import ALLOCATION, supposed

Document = dict[str, Any]
_END = "End of life"
_FACTORS = (0.2, 0.5, 0.8)
"""Allocation factors A of the circular footprint formula: those that its tables know."""
_SHARED = ("mass", "energy", "volume", "economic")
_LEAST = 1e-9
_TOLD = 3


class Choices(NamedTuple):
    """What other choices make of the total, what changes most first; and those that could not be calculated, and why.

    What changes nothing is in neither.
    """

    moved: list[Document]
    open: list[Document]


def choices(ready: Prepared, result: Result, scenarios: Sequence[Document]) -> Choices:
    """Return what each other choice makes of the total. ``scenarios``: those of the workbook, as declared."""
    total = result.ledger.total()
    unit = next(u.unit for u in result.pcr.declared_units if u.id == result.unit_id)
    tried = [
        *_allocation(ready),
        *_end_of_life(ready, result),
        *_electricity(result),
        *_sets(ready, result),
        *(("scenario", s["id"], s["id"], _of_scenario(s, unit)) for s in scenarios),
    ]
    rows = [_row(*each, total) for each in tried]
    moved = [row for row in rows if "change" in row and abs(row["change"]) > _LEAST * abs(total)]
    moved.sort(key=lambda row: (-abs(row["change"]), row["kind"], row["id"]))
    return Choices(moved, [row for row in rows if "why" in row])


_Total = float | FootprintError
_Found = tuple[str, str, str | dict[str, str], _Total]


def _row(kind: str, id_: str, value: str | dict[str, str], other: _Total, total: float) -> Document:
    """Return one choice, called by its kind and value in both languages: its total, or why it has none."""
    title = {
        lang: label(f"report-choice-{kind}", lang).format(value=value if isinstance(value, str) else value[lang])
        for lang in LANGUAGES
    }
    row = {"kind": kind, "id": id_, "title": title}
    if isinstance(other, FootprintError):
        return row | {"why": {lang: _why(other, lang) for lang in LANGUAGES}}
    return row | {"total": other, "change": other - total}


def _why(found: FootprintError, lang: str) -> str:
    """Return the first problems that stood in the way of a choice."""
    told = [p.text(lang) for p in found.problems]
    return "\n".join([*told[:_TOLD], *(["…"] if told[_TOLD:] else [])])


def _of_scenario(scenario: Document, unit: str) -> _Total:
    """Return the total of a scenario, or that it is stated for another unit than ``unit``."""
    if scenario["unit"] == unit:
        return float(scenario["total"])
    place = next((change["cell"] for change in scenario.get("changes", ())), scenario["id"])
    return FootprintError(problem("choice-unit", place, unit=scenario["unit"], wanted=unit))


def _total(ready: Prepared) -> _Total:
    """Return the total of a bill, or what stands in its way."""
    try:
        return solved(ready).ledger.total()
    except FootprintError as exc:
        return exc


def _built(ready: Prepared, **changed: Any) -> _Total:
    """Return the total with another bill or other rules, or what stands in its way."""
    try:
        moved = under_rules(changed.get("bill", ready.read), changed.get("pcr", ready.pcr), ready.background)
    except FootprintError as exc:
        return exc
    return _total(moved)


def _allocation(ready: Prepared) -> Iterator[_Found]:
    """Yield the total with the burdens of all co-products shared by each method."""
    if not ready.ruled.graph.allocated:
        return

    def read(key: str, written: str, place: Place) -> Entry:
        return product.supposed(key, written, place, ready.pcr.fields)

    place = Place(ready.read.file, ALLOCATION)
    for method in (e for e in entries() if e.kind == "method" and e.name in _SHARED):
        asked = WhatIf(method.name, ALLOCATION, method.name, place, place)
        bill, pcr, _ = supposed(ready.read._replace(what_ifs=(asked,)), ready.pcr, method.name, read)
        other = _built(ready, bill=bill._replace(what_ifs=ready.read.what_ifs), pcr=pcr)
        yield "allocation", method.name, {"en": method.en, "zh": method.zh}, other


def _end_of_life(ready: Prepared, result: Result) -> Iterator[_Found]:
    """Yield the total without credits for what is recovered, and with other allocation factors."""
    kept = [v for v, is_credit in _values(result.ledger) if not is_credit]
    yield "credits", "none", "", fsum(kept)
    rows = ready.read
    if any(row.recycled_share or row.allocation_factor is not None for row in rows.bom) or rows.end_of_life:
        for factor in _FACTORS:
            ends = tuple(row._replace(allocation_factor=factor) for row in rows.end_of_life)
            bom = tuple(row._replace(allocation_factor=factor) for row in rows.bom)
            other = _built(ready, bill=rows._replace(end_of_life=ends, bom=bom))
            yield "end_of_life", f"{factor:g}", f"{factor:g}", other


def _values(ledger: Ledger) -> Iterator[tuple[float, bool]]:
    """Yield the value of each posting, and whether it is a credit for what is recovered at the end of life."""
    for posting in ledger.postings:
        value = ledger.value(posting)
        yield value, value < 0 and posting.exchange.place.sheet == _END


def _electricity(result: Result) -> Iterator[_Found]:
    """Yield the total with electricity as the grids deliver it, whatever was bought by contract."""
    ledger = result.ledger
    if any(posting.location is not None for posting in ledger.postings):
        grids = (ledger.value(p if p.location is None else p._replace(factor=p.location)) for p in ledger.postings)
        yield "electricity", "location", "", fsum(grids)


def _sets(ready: Prepared, result: Result) -> Iterator[_Found]:
    """Yield the total with the warming potentials of the other sets, with the share that these could be put into.

    What is published as one number of CO2e of another set, or of nobody says which, stands in both totals.
    """
    for name in (each for each in SETS if each != result.ledger.gwp_set):
        try:
            other = solved(ready._replace(pcr=ready.pcr._replace(gwp_set=name)))
        except FootprintError as exc:
            yield "gwp_set", name, name, exc
            continue
        share = other.rating.by_set.get(name, 0.0)
        facts = {"set": name, "share": percent(share)}
        told = {lang: label("report-choice-converted", lang).format(**facts) for lang in LANGUAGES}
        none = FootprintError(problem("choice-unconverted", Place(ready.read.file), set=name))
        yield "gwp_set", name, told, other.ledger.total() if share else none
