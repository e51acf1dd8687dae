"""A bill written for one rule file under another: what it says in the words of its own is chosen anew, and told."""

from __future__ import annotations

from footprint.errors import WorkbookError
from footprint.model.bill import Bill, Entry, Notice, Product
from footprint.model.pcr import Boundary, DeclaredUnit, Pcr
from footprint.rules.scope import amount_of, named


def adapted(bill: Bill, pcr: Pcr) -> Bill:
    """Return ``bill`` with a boundary and a declared unit that ``pcr`` knows; what was chosen for it is a notice."""
    if bill.product.text("pcr") == pcr.id:
        return bill
    product, told = _chosen(bill.product, "boundary", pcr.boundaries, pcr.boundaries[:1])
    computable = [unit for unit in pcr.declared_units if _computes(pcr, product, unit)]
    product, more = _chosen(product, "declared_unit", pcr.declared_units, tuple(computable[:1]))
    return bill._replace(product=product, notices=(*bill.notices, *told, *more))


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
