"""What a dataset is: an activity, what that makes, where, and in what unit. Releases, links and importers compare this.

One activity may make several products, each a dataset of its own, and two of them are never taken for one another. A
name alone, or a name and a place, says which activity is meant and no more.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from footprint import units
from footprint.model.background import Dataset

PARTED = " | "
"""What stands between product and activity in the name of a dataset whose activity makes several."""


class Identity(NamedTuple):
    """``activity`` and ``place`` as they are compared; ``products``: what the product may be called, none for unsaid.

    ``unit``: as it is written.
    """

    activity: str
    products: frozenset[str]
    place: str
    unit: str

    @property
    def called(self) -> tuple[str, str]:
        """The activity and its place: what may have several products."""
        return self.activity, self.place

    def makes_what(self, other: Identity) -> bool:
        """Tell whether both make the same, as far as both say what."""
        return not self.products or not other.products or not self.products.isdisjoint(other.products)

    def converts_to(self, other: Identity) -> bool:
        """Tell whether amounts of one are amounts of the other."""
        return self.unit == other.unit or units.convertible(self.unit, other.unit)


def identity(activity: str, product: str, place: str, unit: str) -> Identity:
    """Return what is called ``activity`` and makes ``product``, "" where nobody says what."""
    return Identity(folded(activity), frozenset(filter(None, (folded(product),))), folded(place), unit)


def of(dataset: Dataset, words: Iterable[str] = ()) -> Identity:
    """Return what a dataset is; where it does not say what it makes, that may be any of its names and ``words``."""
    if not dataset.product:
        names = frozenset(map(folded, (dataset.name_en, *words)))
        return Identity(folded(dataset.name_en), names, folded(dataset.region), dataset.unit)
    activity = dataset.name_en.removeprefix(f"{dataset.product}{PARTED}")
    return identity(activity, dataset.product, dataset.region, dataset.unit)


def folded(text: str) -> str:
    """Return a text as it is compared."""
    return " ".join(text.casefold().split())
