"""The substances of a SimaPro file: known by its sections, and by the numbers and formulas that it gives to names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from footprint.background.importers.elementary import Elementary, Found, Substance
from footprint.background.importers.simapro_file import NATURE, Block, Row

_COMPARTMENTS: Mapping[str, str] = {
    "emissions to air": "air", "emissions to water": "water", "emissions to soil": "soil", "resources": "resource",
}  # fmt: skip
"""Sections of flows from and to nature; the others hold wastes and issues that are none."""
_FORMULA = re.compile(r"Formula: ?([A-Za-z0-9]{1,30})\b")


class Gases:
    """The greenhouse gases among the rows of one file."""

    def __init__(self, blocks: Iterable[Block], flows: Elementary) -> None:
        self._flows = flows
        self._defined = {
            (block.title, row.cells[0].casefold()): (row.cells[2], _formula(" ".join(row.cells[3:])))
            for block in blocks
            if block.title in NATURE
            for row in block.rows()
            if len(row.cells) > 2
        }
        self._substances: dict[tuple[str, str, str], Substance] = {}

    def gas(self, section: str, row: Row) -> Found | None:
        """Return the gas of a row of a section, None for what is none; every row is counted."""
        key = (section, row.cells[0], row.cells[1] if len(row.cells) > 1 else "")
        if key not in self._substances:
            self._substances[key] = self._substance(*key)
        substance = self._substances[key]
        if section in _COMPARTMENTS:
            return self._flows.gas(substance)
        self._flows.others[substance] += 1
        return None

    def _substance(self, section: str, name: str, within: str) -> Substance:
        cas, formula = self._defined.get((section, name.casefold()), ("", ""))
        compartment = _COMPARTMENTS.get(section, section)
        parts = (compartment, within) if within else (compartment,)
        return Substance(name, parts, cas, formula, is_input=section == "resources")


def _formula(text: str) -> str:
    found = _FORMULA.search(text)
    return found[1] if found else ""
