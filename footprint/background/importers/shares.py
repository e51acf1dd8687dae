"""Which share of which exchange each product of a process bears, where a file states it exchange by exchange."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from math import fsum
from typing import NamedTuple

from footprint.background.importers.inventory import EMPTY, Emission, Input, Process, Product

_OFF = 1e-3
EVERY = ""
"""The number of an exchange that stands for every one of them."""


class Shares(NamedTuple):
    """What one product bears: ``share`` of every exchange [-], None where nothing says it, but for those of ``of``."""

    share: float | None
    of: Mapping[int, float] = EMPTY


class Shared(NamedTuple):
    """The shares of the products of a process, and what is odd about them.

    ``is_ratio``: they were stated as parts of one. ``unstated``: exchanges that no product bears by what is stated, so
    that the reference bears them.
    """

    products: tuple[Shares, ...]
    is_ratio: bool = False
    unstated: tuple[int, ...] = ()


def shared(
    stated: Sequence[Mapping[str, float] | None], numbers: Mapping[int, str], *, is_percent: bool = False
) -> Shared:
    """Return the shares of products, the reference first.

    ``stated``: of each product the share [% or -] by number of exchange, None where the file has none of it.
    ``numbers``: the number of each exchange by its index; one number may stand for several. ``is_percent``: the file
    says that they are in per cent; else they are parts of one where they sum up to one.
    """
    if not any(stated) or not numbers:
        return Shared(tuple(Shares(None) for _ in stated))
    rows = {index: _row(stated, number) for index, number in numbers.items()}
    sums = [fsum(row) for row in rows.values() if row is not None]
    is_ratio = bool(sums) and max(sums) <= 1 + _OFF and not is_percent
    scale = 1.0 if is_ratio else 100.0
    first = (1.0, *(0.0 for _ in stated[1:]))
    parts = {i: first if row is None else tuple(each / scale for each in row) for i, row in rows.items()}
    usual = Counter(parts.values()).most_common(1)[0][0]
    is_off = any(abs(fsum(row) - 1) > _OFF for row in parts.values())
    made = (
        Shares(None) if is_off and stated[n] is None else Shares(usual[n], _apart(parts, usual[n], n))
        for n in range(len(stated))
    )
    return Shared(tuple(made), is_ratio, tuple(i for i, row in rows.items() if row is None))


def _row(stated: Sequence[Mapping[str, float] | None], number: str) -> tuple[float, ...] | None:
    """Return what each product bears of one exchange as it is stated; None where none bears anything of it."""
    found = [each and each.get(number, each.get(EVERY)) for each in stated]
    if all(each is None or each == {} for each in found):
        return None
    return tuple(float(each) if isinstance(each, float) else 0.0 for each in found)


def _apart(parts: Mapping[int, tuple[float, ...]], usual: float, n: int) -> Mapping[int, float]:
    return {index: row[n] for index, row in parts.items() if row[n] != usual} or EMPTY


def together(products: tuple[Product, ...]) -> tuple[Product, ...]:
    """Return products of which each flow is one: what is made of it in two places, and borne there, is summed up."""
    found: dict[str, Product] = {}
    for product in products:
        other = found.get(product.flow.id)
        found[product.flow.id] = product if other is None else _sum(other, product)
    return products if len(found) == len(products) else tuple(found.values())


def _sum(one: Product, other: Product) -> Product:
    shares = [each.share for each in (one, other) if each.share is not None]
    single = {
        number: sum(each.shares.get(number, each.share or 0.0) for each in (one, other))
        for number in {*one.shares, *other.shares}
    }
    return one._replace(amount=one.amount + other.amount, share=sum(shares) if shares else None, shares=single)


def totals(process: Process) -> Iterator[tuple[str, float]]:
    """Yield the sum of the shares of all products [-]: of a process, or of each exchange that has shares of its own."""
    own = {number for product in process.products for number in product.shares}
    if not own:
        yield "", sum(product.share or 0.0 for product in process.products)
    moved: tuple[Input | Emission, ...] = (*process.inputs, *process.emissions)
    for each in moved:
        if each.number in own:
            shares = (product.shares.get(each.number, product.share) for product in process.products)
            yield each.at, sum(share or 0.0 for share in shares)
