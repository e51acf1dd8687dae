"""What a report shows besides the document itself: sums, ranks and bars, computed once, without looks."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

Entry = Mapping[str, Any]
HOTSPOTS = 10
STAGE_COLOURS = ("#2F7F86", "#C98A2B", "#5B7DB1", "#A8605C", "#7F8F3A", "#7D6B9E", "#8A7A66", "#4F9D69")
NEUTRAL = "#8FA1A8"
RANKS = ("#1F5C66", "#5C98A0", "#A9C4C8", "#E0B36A", "#C2702A", "#8FA1A8", "#7D6B9E", "#5B7DB1")


class Bar(NamedTuple):
    """A bar on a common scale of 0..100: where it begins and how long it is. ``zero`` is where nothing stands."""

    start: float
    length: float
    zero: float
    credit: bool


class Hotspot(NamedTuple):
    """A posting among the largest, its share of the absolute contributions and of those up to it."""

    entry: Entry
    share: float
    cumulative: float
    bar: Bar


class Support(NamedTuple):
    """One line of what the number rests on: a caption code, how many, and their share where they have one."""

    code: str
    number: int | None
    share: float | None


def whole(document: Entry) -> float:
    """Return the sum of absolute contributions [kg CO2e per declared unit]."""
    return math.fsum(abs(e["value"]) for e in document["ledger"])


def bars(values: Sequence[float]) -> list[Bar]:
    """Return one bar per value, all on the same scale."""
    low, high = min((0.0, *values)), max((0.0, *values))
    span = (high - low) or 1.0
    zero = -low / span * 100
    return [Bar(zero + min(v, 0.0) / span * 100, abs(v) / span * 100, zero, v < 0) for v in values]


def hotspots(document: Entry) -> list[Hotspot]:
    """Return the largest postings by absolute value."""
    ranked = sorted((e for e in document["ledger"] if e["value"]), key=lambda e: (-abs(e["value"]), e["id"]))[:HOTSPOTS]
    base = whole(document) or 1.0
    shares = [abs(e["value"]) / base for e in ranked]
    lengths = bars([e["value"] for e in ranked])
    return [Hotspot(*row) for row in zip(ranked, shares, accumulate(shares), lengths, strict=True)]


def stacked(shares: Iterable[Entry]) -> list[tuple[float, float, str]]:
    """Return start, length [0..100] and colour of each share of one stacked bar."""
    lengths = [s["share"] * 100 for s in shares]
    starts = accumulate([0.0, *lengths[:-1]])
    return [
        (start, length, RANKS[i % len(RANKS)]) for i, (start, length) in enumerate(zip(starts, lengths, strict=False))
    ]


def stage_colours(document: Entry) -> dict[str, str]:
    """Return a colour for each stage of the rules, and the neutral one for ``""``."""
    stages = [s["id"] for s in document["study"]["stages"]] + [s["id"] for s in document["result"]["by_stage"]]
    distinct = list(dict.fromkeys(stages))
    return {**{s: STAGE_COLOURS[i % len(STAGE_COLOURS)] for i, s in enumerate(distinct)}, "": NEUTRAL}


def behind(document: Entry) -> dict[tuple[str, str], list[str]]:
    """Return the cells of the postings behind the sum of each stage, basis and class."""
    found: dict[tuple[str, str], list[str]] = {}
    for e in document["ledger"]:
        for part in (("stage", e["stage"]), ("basis", e["basis"]), *(("class", name) for name in e["classes"])):
            found.setdefault(part, []).append(e["cell"])
    return found


def rests_on(document: Entry) -> list[Support]:
    """Return what was measured, estimated, taken by default and left out, each with its share of the result."""
    ledger, base = document["ledger"], whole(document)
    proxies = {d["key"] for d in document["datasets"] if d["proxy"]}
    closing = [e for e in ledger if "stands_in" in e]
    basis = {b["id"]: b["share"] for b in document["result"]["by_basis"]}
    status = {s["id"]: s["share"] for s in document["result"]["by_status"]}

    def amounts(code: str, *kinds: str) -> Support:
        count = sum(e["basis"] in kinds for e in ledger)
        return Support(code, count, math.fsum(basis[k] for k in kinds if k in basis))

    def picked(code: str, entries: list[Entry]) -> Support:
        return Support(code, len(entries), math.fsum(abs(e["value"]) for e in entries) / base if base else None)

    def factors(code: str, *kinds: str) -> Support:
        return Support(code, None, math.fsum(status[k] for k in kinds if k in status))

    return [
        amounts("rests-measured", "measured", "supplier"),
        amounts("rests-estimates", "calculated", "proxy"),
        amounts("rests-defaults", "default"),
        *([picked("rests-estimated-gaps", closing)] if closing else []),
        picked("rests-proxies", [e for e in ledger if e["target"] in proxies]),
        factors("rests-calculated-factors", "calculated"),
        factors("rests-unverified", "secondary", "unverified"),
        picked("rests-credits", [e for e in ledger if e["value"] < 0]),
        Support("rests-left-out", len(document["excluded"]), None),
        Support("rests-assumptions", len(document["assumptions"]), None),
        Support("rests-rejected", _rejected(document), None),
    ]


def gap_codes(document: Entry) -> dict[str, Mapping[str, str]]:
    """Return the names of the gaps that datasets carry, by code, with and without their database."""
    names = {}
    for dataset in document["datasets"]:
        database = dataset["key"].rpartition(":")[0]
        for gap in dataset["gaps"]:
            names[gap["code"]] = names[f"{database}:{gap['code']}"] = gap["name"]
    return names


def largest_gaps(document: Entry) -> list[Entry]:
    """Return the named gaps, those known by mass first and the heaviest first of all."""
    return sorted(document["completeness"]["gaps"], key=lambda gap: (gap["unit"] != "kg", -abs(gap["amount"])))


def _rejected(document: Entry) -> int:
    return sum(states["rejected"] for states in document["account"]["counts"])
