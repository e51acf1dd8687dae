"""Elementary flows of files that were exported for Brightway: CO2 equivalents of a class, and gases by our names.

Their tables come back as they were while nothing is changed; these names tell the flows where something is.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from footprint import gwp
from footprint.model.background import GhgClass

_NAME = "CO2 equivalent, {ghg}, GWP set {made_with}"
_ALONE = ", under {only} alone"
_READ = re.compile(r"CO2 equivalent, ([a-z -]{1,60}), GWP set (\S{1,20}?)(?:, under (\S{1,20}) alone)?")


class Own(NamedTuple):
    """A gas, or CO2e of a class with the set that it was made with, and the one set that it counts under."""

    gas: str
    gwp_set: str = ""
    only_for: str = ""


def name(ghg: str, made_with: str, only: str) -> str:
    """Return what CO2e of a class is called. ``made_with``: a set, or "unknown"; ``only``: the set it counts under."""
    said = _NAME.format(ghg=ghg.replace("_", " "), made_with=made_with)
    return said + (_ALONE.format(only=only) if only else "")


def own(called: str) -> Own | None:
    """Return what a flow called so is, None for what is none of ours."""
    found = _READ.fullmatch(called.strip())
    if found is None:
        gas = _gases().get(called.strip())
        return None if gas is None else Own(gas)
    ghg, made_with, only = found[1].replace(" ", "_"), found[2], found[3] or ""
    is_known = ghg in {each.value for each in GhgClass}
    return Own(f"co2e-{ghg}", "" if made_with == "unknown" else made_with, only) if is_known else None


@cache
def _gases() -> dict[str, str]:
    return {gas.name_en: gas.id for gas in gwp.gases().values()}
