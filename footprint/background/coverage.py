"""How far the unit processes of a database rest on data of their own: linked, standing in, missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from math import fsum
from typing import NamedTuple

from footprint.background.source import Source
from footprint.model.background import Key
from footprint.model.system import System


class Coverage(NamedTuple):
    """One unit process. Shares are of its own inputs by count [-] and of its score, chain included [-].

    ``score`` [kg CO2e/unit] is a lower bound while ``gaps``, the inputs of its chain that nobody has a number for, is
    not zero; what they would add is not known, so that the two shares of the score are of what is counted.
    """

    code: str
    inputs: int
    linked: float
    proxied: float
    missing: float
    score: float
    score_linked: float
    score_proxied: float
    gaps: int


def without_proxies(source: Source, system: System) -> System:
    """Return ``system`` without the inputs that are taken from datasets standing in for something else."""
    proxies = {row["code"] for row in source.activities if row["proxy"]}
    kept = (row for row in system.technosphere if system.codes[row[1]] not in proxies)
    return system._replace(technosphere=tuple(kept))


def coverage(
    source: Source,
    whole: Mapping[str, Mapping[Key, float]],
    own: Mapping[str, Mapping[Key, float]],
    gaps: Mapping[str, Mapping[str, float]],
) -> tuple[Coverage, ...]:
    """Return one record per unit process: scores ``whole`` and ``own`` (without proxies), gaps of its chain by code."""
    kinds = {row["code"]: "missing" if row["kind"] == "gap" else "proxied" if row["proxy"] else "linked"
             for row in source.activities}  # fmt: skip
    inputs: dict[str, Counter[str]] = {}
    for row in source.exchanges:
        if row["direction"] == "input":
            inputs.setdefault(row["activity"], Counter())[kinds[row["flow"]]] += 1
    codes = [row["code"] for row in source.activities if row["kind"] == "unit-process"]
    return tuple(
        _covered(code, kinds[code] == "proxied", inputs.get(code, Counter()), whole[code], own[code], len(gaps[code]))
        for code in codes
    )


def _covered(
    code: str,
    is_proxy: bool,  # noqa: FBT001  one of the facts of a dataset
    inputs: Counter[str],
    whole: Mapping[Key, float],
    own: Mapping[Key, float],
    gaps: int,
) -> Coverage:
    count = inputs.total()
    linked, proxied, missing = (inputs[name] / count if count else 0.0 for name in ("linked", "proxied", "missing"))
    of_own = 0.0 if is_proxy else fsum(map(abs, own.values()))
    total = fsum(map(abs, whole.values()))
    share = min(1.0, of_own / total) if total else 0.0
    rest = 1 - share if total else 0.0
    return Coverage(code, count, linked, proxied, missing, fsum(whole.values()), share, rest, gaps)
