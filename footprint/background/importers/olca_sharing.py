"""How a process of openLCA shares its exchanges between its products: as its factors and its default method say.

Physical and economic factors are one per product; causal ones are one per product and exchange. openLCA applies a
method that has no factors, or no method, as if every product bore everything; here the reference product does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import fsum
from typing import Any, NamedTuple

from footprint.background.importers.formulas import Values
from footprint.background.importers.inventory import EMPTY
from footprint.background.importers.olca_package import Entity, id_of, number, part, parts, text

PHYSICAL, ECONOMIC, CAUSAL = "PHYSICAL_ALLOCATION", "ECONOMIC_ALLOCATION", "CAUSAL_ALLOCATION"
_METHODS = (PHYSICAL, ECONOMIC, CAUSAL)
_NONE = ("NO_ALLOCATION", "NONE")
_SHORT = {method.partition("_")[0]: method for method in _METHODS}
_SUM = 1e-3
"""How far shares may sum up beside 1: files round them."""

Table = dict[str, dict[int, float]]


class Sharing(NamedTuple):
    """Per product its share of every exchange, None where none is stated, and of single exchanges by number.

    ``method``: of the file, in its word; ``remarks``: codes of what must be told, with their facts.
    """

    shares: tuple[float | None, ...]
    single: tuple[Mapping[int, float], ...]
    method: str = ""
    remarks: tuple[tuple[str, Mapping[str, Any]], ...] = ()


def shared(process: Entity, products: Sequence[str], moved: Sequence[int], scope: Values) -> Sharing:
    """Return how the exchanges numbered ``moved`` are shared between ``products``: flows, the reference first."""
    factors = parts(process, "allocationFactors")
    stated = {_method_of(each, "allocationType") for each in factors if id_of(part(each, "product")) in products}
    method, remarks = _method(_method_of(process, "defaultAllocationMethod"), stated, len(products))
    name = text(process, "name")
    told = tuple((code, {"name": name, "methods": ", ".join(sorted(stated & set(_METHODS)))}) for code in remarks)
    mine = [each for each in factors if _method_of(each, "allocationType") == method]
    unshared = Sharing((None,) * len(products), (EMPTY,) * len(products), "", told)
    if not method or not mine:
        return unshared
    if method == CAUSAL:
        return _causal(process, products, moved, _by_exchange(process, mine, scope), told)
    found = {id_of(part(each, "product")): _value(each, scope) for each in mine}
    shares = tuple(found.get(product) for product in products)
    if not any(shares):
        return unshared._replace(remarks=(*told, ("olca-shares-nought", {"name": name, "methods": method})))
    if len(products) == 1 and shares[0] is not None and abs(shares[0] - 1) > _SUM:
        told += (("olca-share-alone", {"name": name, "share": f"{shares[0]:.6g}"}),)
    return Sharing(shares, (EMPTY,) * len(products), method, told)


def _method_of(entity: Entity, key: str) -> str:
    """Return the method that a field names; some exports name it by its first word alone."""
    found = text(entity, key)
    return _SHORT.get(found, found)


def _method(default: str, stated: set[str], count: int) -> tuple[str, tuple[str, ...]]:
    """Return the method that counts, "" for none, and what must be told of the choice."""
    if default in _METHODS:
        return default, ()
    usable = [method for method in _METHODS if method in stated]
    if default in _NONE or count < 2 or not usable:
        return "", ()
    if len(usable) == 1:
        return usable[0], ("olca-allocation-only",)
    return "", ("olca-allocation-which",)


def _value(factor: Entity, scope: Values) -> float:
    """Return a factor: what its formula comes to, else its number; openLCA takes one without either as 1."""
    formula = text(factor, "formula")
    if formula:
        return scope.number(formula)
    found = number(factor, "value", "allocationFactors")
    return 1.0 if found is None else found


def _by_exchange(process: Entity, factors: Sequence[Entity], scope: Values) -> Table:
    """Return causal factors by product and number of the exchange; those of exchanges that are not there fall away."""
    exchanges = parts(process, "exchanges")
    by_number = {str(each["internalId"]): at for at, each in enumerate(exchanges) if "internalId" in each}
    by_id = {id_of(each): at for at, each in enumerate(exchanges) if id_of(each)}
    by_flow: dict[str, list[int]] = {}
    for at, each in enumerate(exchanges):
        by_flow.setdefault(id_of(part(each, "flow")), []).append(at)
    found: Table = {}
    for factor in factors:
        exchange = part(factor, "exchange")
        same = by_flow.get(id_of(part(exchange, "flow")), [])
        alone = same[0] if len(same) == 1 else None
        number_ = by_number.get(str(exchange.get("internalId")), by_id.get(id_of(exchange), alone))
        if number_ is not None:
            found.setdefault(id_of(part(factor, "product")), {})[number_] = _value(factor, scope)
    return found


def _causal(
    process: Entity,
    products: Sequence[str],
    moved: Sequence[int],
    table: Table,
    told: tuple[tuple[str, Mapping[str, Any]], ...],
) -> Sharing:
    """Return the shares of single exchanges; of an exchange without any factor the reference bears everything."""
    nought = _cleared(table, products, moved)
    lacking, free = {product for product in products if not table.get(product)}, 0
    for at in moved:
        stated = [table[product][at] for product in products if at in table.get(product, {})]
        is_whole = abs(fsum(stated) - 1) <= _SUM
        free += not stated
        if stated and len(stated) < len(products):
            missing = [product for product in products if at not in table.get(product, {})]
            lacking |= set() if is_whole else set(missing)
            for product in missing:
                table.setdefault(product, {})[at] = 0.0
    name = text(process, "name")
    counts = {
        "olca-causal-free": free - nought if len(products) > 1 else 0,
        "olca-causal-nought": nought,
    }
    told += tuple((code, {"name": name, "count": count}) for code, count in counts.items() if count)
    whole = [1.0] + [0.0] * (len(products) - 1)
    shares = tuple(None if product in lacking else share for product, share in zip(products, whole, strict=True))
    single = tuple(table.get(product, {}) for product in products)
    return Sharing(shares, single, CAUSAL, told)


def _cleared(table: Table, products: Sequence[str], moved: Sequence[int]) -> int:
    """Drop the factors of exchanges whose factors are all nought, as they are before anybody states them."""
    nought = [at for at in moved if not any(table.get(product, {}).get(at) for product in products)]
    dropped = {at for at in nought for product in products if table.get(product, {}).pop(at, None) is not None}
    return len(dropped)
