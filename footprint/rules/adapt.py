"""A bill written for one rule file under another: what it says in the words of its own is chosen anew, and told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from footprint.errors import WorkbookError
from footprint.model.bill import Bill, Entry, Notice, ProcessRow, Product, TransportRow, UseRow
from footprint.model.pcr import Boundary, DeclaredUnit, Pcr, Stage
from footprint.provenance import Place
from footprint.rules.named import without_strange_words
from footprint.rules.scope import amount_of, named
from footprint.rules.what_ifs import counted, names

R = TypeVar("R", ProcessRow, TransportRow, UseRow)


def adapted(bill: Bill, pcr: Pcr, own: Pcr | None) -> Bill:
    """Return ``bill`` with boundary, declared unit and stages that ``pcr`` knows; what was chosen for it is a notice.

    ``own``: the rules the bill was written for, None where they cannot be had.
    """
    if own is not None and own.id == pcr.id:
        return bill
    product, told = _chosen(bill.product, "boundary", pcr.boundaries, pcr.boundaries[:1])
    computable = tuple(unit for unit in pcr.declared_units if _computes(pcr, product, unit))
    product, more = _chosen(product, "declared_unit", computable, computable[:1])
    without = without_strange_words(_without_scenarios(bill), pcr)
    changed = without._replace(product=product, notices=(*without.notices, *told, *more))
    return changed if own is None else _restaged(changed, stages_in(own, pcr))


def _without_scenarios(bill: Bill) -> Bill:
    """Return ``bill`` without its scenarios, which speak of its own rules; what is left away is told."""
    scenarios = names(bill)
    if not scenarios:
        return bill
    facts = {"scenarios": ", ".join(scenarios)}
    notice = Notice("adapted-scenarios", Place(bill.file, "Scenarios"), facts)
    return counted(bill)._replace(what_ifs=(), notices=(*bill.notices, notice))


def stages_in(own: Pcr, pcr: Pcr) -> dict[str, str]:
    """Return for each name of a stage of ``own`` that ``pcr`` does not know its stage of the same name or modules."""
    known = {name.casefold() for stage in pcr.stages for name in _names(stage)}
    found: dict[str, str] = {}
    for stage in own.stages:
        modules = modules_of(stage.module)
        common = [(len(modules & modules_of(other.module)), other.id) for other in pcr.stages]
        most = max((count for count, _ in common), default=0)
        nearest = next((id_ for count, id_ in common if count == most and most), "")
        mine = {name.casefold() for name in _names(stage)}
        same = next((other.id for other in pcr.stages if mine & {n.casefold() for n in _names(other)}), nearest)
        found |= {name: same for name in mine - known if same}
    return found


def _names(stage: Stage) -> tuple[str, ...]:
    return (stage.id, *stage.also, *stage.title.values())


def modules_of(written: str) -> frozenset[str]:
    """Return the modules of EN 15804 that ``A1-A3`` or ``B6`` names."""
    first, _, last = written.partition("-")
    if not last:
        return frozenset({first} - {""})
    return frozenset(f"{first[0]}{number}" for number in range(int(first[1:]), int(last[1:]) + 1))


def _staged(row: ProcessRow | TransportRow | UseRow) -> tuple[str, Place]:
    return row.stage, row.places.get("stage", row.place)


def _restaged(bill: Bill, stages: Mapping[str, str]) -> Bill:
    """Return ``bill`` with the stages of its rows called as the other rules call them, each told once."""
    staged = [*map(_staged, bill.processes), *map(_staged, bill.transport), *map(_staged, bill.use)]
    told = {written: place for written, place in reversed(staged) if written.casefold() in stages}
    notices = (
        Notice("adapted-stage", place, {"written": written, "chosen": stages[written.casefold()]})
        for written, place in told.items()
    )

    def renamed(row: R) -> R:
        return row._replace(stage=stages.get(row.stage.casefold(), row.stage))

    return bill._replace(
        processes=tuple(map(renamed, bill.processes)), transport=tuple(map(renamed, bill.transport)),
        use=tuple(map(renamed, bill.use)), notices=(*bill.notices, *notices),
    )  # fmt: skip


def _chosen(
    product: Product, key: str, known: tuple[Boundary, ...] | tuple[DeclaredUnit, ...],
    instead: tuple[Boundary, ...] | tuple[DeclaredUnit, ...],
) -> tuple[Product, tuple[Notice, ...]]:  # fmt: skip
    """Return ``product`` with ``key`` as it is where it is ``known``, else as the first of ``instead``."""
    entry = product.entries.get(key)
    if entry is None or named(str(entry.value), known) is not None or not instead:
        return product, ()
    facts = {"written": entry.value, "chosen": instead[0].id, **instead[0].title}
    changed = product._replace(entries={**product.entries, key: Entry(instead[0].id, entry.unit, entry.place)})
    return changed, (Notice(f"adapted-{key.replace('_', '-')}", entry.place, facts),)


def _computes(pcr: Pcr, product: Product, unit: DeclaredUnit) -> bool:
    try:
        amount_of(pcr, product, unit.id, product.place)
    except WorkbookError:
        return False
    return True
