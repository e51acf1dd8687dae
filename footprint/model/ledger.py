"""The ledger: each gram posted once."""

from __future__ import annotations

from collections.abc import Mapping
from math import fsum
from types import MappingProxyType
from typing import NamedTuple

from footprint.model.background import Impact, Key
from footprint.model.graph import Exchange, Kind


class Posting(NamedTuple):
    """supply(parent) x coefficient x amount(line) x factor, per declared unit.

    ``supply``: runs of the parent per declared unit [-]; ``factor``: impact of one unit of what the line leads to
    [kg CO2e/unit]; ``gaps``: unfilled inputs this line needs, code -> amount per declared unit.
    ``location``: the factor by location where electricity was bought by contract, else None.
    """

    exchange: Exchange
    supply: float
    factor: Impact
    gaps: Mapping[str, float] = MappingProxyType({})
    location: Impact | None = None

    @property
    def quantity(self) -> float:
        """What the line moves per declared unit [unit of the line's amount]."""
        return self.supply * self.exchange.coefficient * self.exchange.amount.value

    @property
    def is_whole(self) -> bool:
        """Whether the factor is known in full: the line leads to no gap, and no gap stands behind its dataset."""
        return self.exchange.kind is not Kind.GAP and not any(self.gaps.values())

    @property
    def impact(self) -> dict[Key, float]:
        """Impact of the posting by key [kg CO2e per declared unit]."""
        quantity = self.quantity
        return {key: quantity * value for key, value in self.factor.items()}


class Ledger(NamedTuple):
    """All postings of one product and the supply of every activity [runs per declared unit].

    ``headline``: the GHG classes that are summed into the result. ``left_out``: the estimates of the lines the user
    left out, no part of the result; one without an estimate leads to a gap. ``apart``: what the boundary wants
    calculated beside the result.
    """

    postings: tuple[Posting, ...]
    open_lines: tuple[Posting, ...]
    supply: Mapping[str, float]
    headline: frozenset[str]
    gwp_set: str
    left_out: tuple[Posting, ...] = ()
    apart: tuple[Posting, ...] = ()

    def total(self) -> float:
        """Return the result [kg CO2e per declared unit]."""
        return fsum(self.value(p) for p in self.postings)

    def value(self, posting: Posting) -> float:
        """Return a posting's contribution to the result [kg CO2e per declared unit]."""
        quantity = posting.quantity
        return fsum(quantity * v for k, v in posting.factor.items() if k.ghg in self.headline)
