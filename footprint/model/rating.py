"""What a result rests on."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from footprint.model.findings import Finding
from footprint.model.graph import Exchange
from footprint.model.quality import Quality


class Gap(NamedTuple):
    """Something needed and not known: an own line without data, or an unfilled input of a dataset.

    ``name`` in zh and en; ``amount`` [``unit``] per declared unit; ``non_negative``: it could only raise the result.
    """

    name: Mapping[str, str]
    code: str
    amount: float
    unit: str
    lines: tuple[Exchange, ...]
    non_negative: bool


class Shares(NamedTuple):
    """All together and the largest alone, as shares [-]; None while something in them is not known."""

    total: float | None
    largest: float | None


class LeftOut(NamedTuple):
    """The lines a user left out: how many, and their shares by mass, impact and energy.

    ``by_stage``: the absolute estimate of those in each stage [kg CO2e], None while one of them has none.
    """

    lines: int
    by_mass: Shares
    by_impact: Shares
    by_energy: Shares
    by_stage: Mapping[str, float | None] = MappingProxyType({})


class Estimated(NamedTuple):
    """What stands in for gaps: how many they are, in how many lines; shares of the absolute result and of the mass."""

    gaps: int = 0
    lines: int = 0
    impact_share: float = 0.0
    mass_share: float | None = 0.0


class Rating(NamedTuple):
    """Shares [-] of the sum of absolute contributions, completeness, and the gaps by name.

    ``mass_share`` and ``proxy_mass_share`` are None while the mass of a product line is unknown. ``documented``: share
    of contributions whose amount refers to a document; ``findings``: what is to be said of documents and instruments.
    """

    absolute: float
    by_basis: Mapping[str, float]
    by_status: Mapping[str, float]
    by_set: Mapping[str, float]
    mass_share: float | None
    proxy_mass_share: float | None
    largest_gap_mass_share: float | None
    line_share: float
    gaps: tuple[Gap, ...]
    left_out: LeftOut
    stages: tuple[str, ...]
    quality: Quality
    documented: float = 0.0
    findings: tuple[Finding, ...] = ()
    estimated: Estimated = Estimated()

    @property
    def is_bound(self) -> bool:
        """Whether the result is a lower bound: it has gaps, and each could only raise it."""
        return bool(self.gaps) and all(gap.non_negative for gap in self.gaps)
