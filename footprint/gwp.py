"""Global warming potentials over 100 years: one table (``data/gwp.csv``), three sets, each gas in one GHG class.

A set is a column: AR5 and AR6 are the IPCC's tables, EF 3.1 the European Commission's. They differ (SF6: 23500, 24300,
25200), so they are never mixed. A gas its set does not list has no factor: missing is not zero.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

SETS = ("AR5", "AR6", "EF3.1")
TABLE = Path(__file__).parent / "data" / "gwp.csv"


class GwpError(KeyError):
    """An unknown gas, an unknown set, or a gas without a factor in its set; ``near`` holds what may have been meant."""

    def __init__(self, said: str, near: tuple[str, ...] = ()) -> None:
        super().__init__(said)
        self.near = near

    def __str__(self) -> str:
        return str(self.args[0])


class Gas(NamedTuple):
    """A greenhouse gas as a flow: its ``ghg`` class, its factors by set [kg CO2e/kg], and where they come from."""

    id: str
    name_en: str
    name_zh: str
    ghg: str
    factors: Mapping[str, float]
    status: str
    citation: str

    def factor(self, gwp_set: str) -> float:
        """Return the factor in ``gwp_set`` [kg CO2e/kg]; `GwpError` when the set does not list this gas."""
        if _known(gwp_set) not in self.factors:
            raise GwpError(f"gas '{self.id}' has no factor in {gwp_set}")
        return self.factors[gwp_set]

    def name(self, lang: str) -> str:
        """Return the name in ``lang``."""
        return self.name_zh if lang == "zh" else self.name_en


@cache
def rows() -> tuple[dict[str, str], ...]:
    """Return the table as text, row by row."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def gases() -> dict[str, Gas]:
    """Return every gas by id, in the table's order."""
    return {row["gas"]: _gas(row) for row in rows()}


def _gas(row: dict[str, str]) -> Gas:
    factors = {name: float(row[name]) for name in SETS if row[name]}
    return Gas(row["gas"], row["name_en"], row["name_zh"], row["class"], factors, row["status"], row["citation"])


def gas(gas_id: str) -> Gas:
    """Return the gas with id ``gas_id``; `GwpError` with the nearest ids otherwise."""
    found = gases().get(gas_id)
    if found is None:
        raise GwpError(f"gas '{gas_id}' is not known", _near(gas_id.casefold()))
    return found


def _near(gas_id: str) -> tuple[str, ...]:
    from difflib import get_close_matches

    longer = [known for known in gases() if gas_id and known.startswith(f"{gas_id}-")]
    return tuple(longer[:3] or get_close_matches(gas_id, gases(), 3, 0.6))


def _known(gwp_set: str) -> str:
    if gwp_set not in SETS:
        raise GwpError(f"GWP set '{gwp_set}' is not known, only {', '.join(SETS)}", SETS)
    return gwp_set
