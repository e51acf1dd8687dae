"""Background datasets and their intensities."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple


class GhgClass(StrEnum):
    """The exclusive classes in which greenhouse gases are kept apart."""

    FOSSIL = "fossil"
    AIRCRAFT = "aircraft"
    BIOGENIC_RELEASE = "biogenic_release"
    BIOGENIC_UPTAKE = "biogenic_uptake"
    BIOGENIC_NON_CO2 = "biogenic_non_co2"
    LAND_USE_CHANGE = "land_use_change"
    LAND_MANAGEMENT_EMISSION = "land_management_emission"
    LAND_MANAGEMENT_REMOVAL = "land_management_removal"
    TECHNOLOGICAL_REMOVAL = "technological_removal"
    UNSPLIT = "unsplit"


class Key(NamedTuple):
    """What an intensity is split by: GHG class, GWP set it was characterised with, status of the leaf it comes from."""

    ghg: str
    gwp: str
    status: str


Impact = Mapping[Key, float]
"""kg CO2e by `Key`: per unit of a dataset (an intensity), or of a posting."""


EITHER_WAY = "either-way"
"""Category of a gap that could as well lower as raise what it is missing from."""


class Dataset(NamedTuple):
    """One background dataset: what it is, where it comes from. ``key`` is ``database@version:code``.

    ``kind``: unit-process, factor, or gap (known to be needed, nobody's number at hand). ``boundary``: cradle-to-gate,
    direct (combustion only), gate-to-gate, service ... ``includes_transport``: a market that already delivers.
    ``gwp_set``: of numbers known only as CO2e. ``status``: of its own numbers. ``proxy``: what it stands in for.
    ``pedigree``: scores 1 (best) to 5 for reliability, completeness, temporal, geographical and technological
    representativeness, ``2;3;1;1;2``, "-" where nobody gave one, "" where it was not assessed.
    ``product``: what its activity makes here, "" where nobody says.
    """

    key: str
    code: str
    name_en: str
    name_zh: str
    unit: str
    region: str
    period: str
    kind: str
    boundary: str
    category: str
    gwp_set: str
    status: str
    citation: str
    includes_transport: bool = False
    proxy: str = ""
    note: str = ""
    technology: str = ""
    pedigree: str = ""
    product: str = ""

    def name(self, lang: str) -> str:
        """Return the name in ``lang``."""
        return self.name_zh if lang == "zh" else self.name_en


class Intensity(NamedTuple):
    """What one unit of a dataset causes, its whole supply chain included.

    ``impact`` [kg CO2e/unit]; ``gaps``: code of each unfilled input in the chain -> amount [its unit/unit].
    """

    impact: Impact
    gaps: Mapping[str, float] = MappingProxyType({})


class DatabaseInfo(NamedTuple):
    """What a report says of a database it used. ``licensed``: ``yes`` when only a licence holder may pass it on."""

    id: str
    version: str
    title_en: str
    title_zh: str
    licence: str
    citation: str
    checksum: str
    licensed: str = "no"
