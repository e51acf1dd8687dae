"""Results of impact assessment in EcoSpold 2: releases that publish indicators in place of exchanges.

Such an activity has no exchange of a gas, so that it would count nought. One of its indicators, named by the user,
counts as its CO2e; its parts (method, category, name) are told apart by colons. Where an activity does not have it, or
it cannot be read there, that is left open as exchanges are; a name that no activity has is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from footprint import units
from footprint.background.importers.ecospold2_words import NAME, SPACE, UNIT, number, text
from footprint.background.importers.elementary import folded
from footprint.background.importers.inventory import Emission
from footprint.errors import UnfitError

INDICATOR = f"{SPACE}impactIndicator"
_PARTS = (f"{SPACE}impactMethodName", f"{SPACE}impactCategoryName", NAME)
_CO2E, _TOLD = "kgCO2e", 3
RESULT = "co2e-unsplit"
"""What an indicator counts as."""
NONE = "-"
NUMBER = -1
"""What stands for an indicator among the exchanges of its activity."""


def result(indicators: Sequence[ET.Element], wanted: str, number_of: int) -> Emission:
    """Return the indicator called ``wanted`` as CO2e; `UnfitError` naming some where none, or several, are meant."""
    if not wanted:
        raise UnfitError("ecospold2-results", name=_some(indicators))
    asked = {folded(part) for part in wanted.split(":")}
    found = [each for each in indicators if folded(_called(each)) == folded(wanted)] or [
        each for each in indicators if asked <= {folded(text(each, tag)) for tag in _PARTS}]  # fmt: skip
    if len(found) != 1:
        raise UnfitError("ecospold2-method", wanted=wanted, count=len(found), name=_some(found or indicators))
    (only,) = found
    try:
        factor = units.factor(text(only, UNIT), _CO2E)
    except ValueError as exc:
        raise UnfitError("ecospold2-method-unit", name=_called(only), unit=text(only, UNIT)) from exc
    return Emission(number_of, RESULT, number(only) * factor, note=_called(only), at=only.get("id", ""))


def _called(indicator: ET.Element) -> str:
    return ": ".join(text(indicator, tag) for tag in _PARTS)


def _some(indicators: Sequence[ET.Element]) -> str:
    """Return the names of some indicators, of CO2e if any are."""
    named = [_called(each) for each in indicators if "co2" in text(each, UNIT).casefold()]
    return "; ".join((named or [_called(each) for each in indicators])[:_TOLD]) or NONE
