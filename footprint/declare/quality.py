"""The quality of the data as the document carries it: ratings, their means, and what would improve the result most."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import nsmallest
from math import fsum
from typing import Any

from footprint.declare.matched import matching
from footprint.declare.numbers import exact
from footprint.declare.texts import caption
from footprint.model.balance import Balance, Flows
from footprint.model.pcr import DataQuality
from footprint.model.quality import COVERED, SCHEMES, UNRATED, WORST, Profile, Quality, Roll, Scores, level
from footprint.model.result import Result

Part = dict[str, Any]
LARGEST = 10
_LEAST = 1e-9


def data_quality(res: Result) -> Part:
    """Return the part on the quality of data."""
    found, asked = res.rating.quality, res.pcr.data_quality
    within = None if res.pcr.closure is None else res.pcr.closure.within
    indicators = SCHEMES[found.scheme]
    numbers = {id(profile): at for at, profile in enumerate(found.profiles)}
    return {
        "scheme": {"id": found.scheme, "title": caption(f"report-scheme-{found.scheme}")},
        "asked": _asked(asked, within),
        "indicators": [{"id": name, "title": caption(f"report-indicator-{name}")} for name in indicators],
        "whole": _roll(found, found.whole),
        "activity": _roll(found, found.activity),
        "factor": _roll(found, found.factor),
        "by_stage": [{"id": stage, **_roll(found, roll)} for stage, roll in found.stages.items()],
        "primary_share": None if found.primary is None else exact(found.primary),
        **_untold(found),
        "energy_share": None if found.energy is None else exact(found.energy),
        "product": _flows(found.product, within, "kg"),
        "processes": [_balance(balance, found.energies.get(balance.process), within) for balance in found.balances],
        "profiles": [_profile(profile) for profile in found.profiles],
        "lines": [
            {
                "id": id_,
                "profile": numbers[id(line.profile)],
                "relevant": line.relevant,
                **_primary(line.primary),
            }
            for id_, line in found.lines.items()
        ],
        "improve": _improve(res),
        "matching": matching(res),
        **_needs(res),
    }


def _primary(share: float | None) -> Part:
    """Return how much of a line is of the company or a supplier; nothing where it is nothing."""
    return {} if share == 0 else {"primary": None if share is None else exact(share)}


def _untold(found: Quality) -> Part:
    """Return between which shares that of primary data lies, where some factors do not say whose they are."""
    if not found.untold:
        return {}
    most = min(found.known + fsum(found.untold.values()), 1.0)
    cells = sorted(found.untold, key=lambda cell: -found.untold[cell])[:LARGEST]
    return {"primary_open": {"least": exact(found.known), "most": exact(most), "cells": cells}}


def _needs(res: Result) -> Part:
    """Return what the data needs matrix asks of each line whose situation is stated; nothing where rules have none."""
    asked = res.pcr.data_quality
    if asked is None or not asked.needs:
        return {}
    lines = [
        {
            "id": need.line.id,
            "cell": need.line.place.address,
            "title": dict(need.line.called),
            "situation": str(need.line.facts["situation"]),
            "check": need.check.id,
            "asked": dict(need.check.sentence),
            "outcome": need.outcome.value,
            "seen": dict(need.seen),
            "clause": need.check.cited.clause,
            "source": need.check.cited.source,
            "status": need.check.cited.status.value,
        }
        for need in res.needs
    ]
    return {"needs": {"lines": lines, "open": len(res.ledger.postings) - len(lines)}}


def _asked(asked: DataQuality | None, within: float | None) -> Part | None:
    if asked is None:
        return None
    cited = asked.cited
    return {
        "most_relevant": asked.most_relevant,
        "closure": within,
        "clause": cited.clause,
        "source": cited.source,
        "status": cited.status.value,
    }


def _roll(found: Quality, roll: Roll) -> Part:
    return {
        "scores": {name: exact(score) for name, score in roll.scores.items()},
        "rating": None if roll.rating is None else exact(roll.rating),
        "level": _level(found.scheme, roll),
        "rated_share": exact(roll.rated),
        "assessed": {name: exact(share) for name, share in roll.assessed.items()},
        "worst": None if roll.worst is None or found.scheme in UNRATED else exact(roll.worst),
    }


def _level(scheme: str, roll: Roll) -> Part | None:
    """Return the level of a rating, None while too little is rated to speak of the whole."""
    if roll.rating is None or roll.rated < COVERED:
        return None
    name = level(scheme, roll.rating)
    return {"id": name, "title": caption(f"report-level-{name}")}


def _profile(found: Profile) -> Part:
    return {
        "activity": _scores(found.activity),
        "factor": _scores(found.factor),
        "scores": dict(found.scores),
        "rating": None if found.rating is None else exact(found.rating),
    }


def _scores(scores: Scores) -> dict[str, list[Any]]:
    return {name: [*score] for name, score in scores.items()}


def _balance(found: Balance, covered: float | None, within: float | None) -> Part:
    """Return the balances of a process; ``covered``: the share of the energy bought for it that has data."""
    energy = {**_flows(found.energy, within, "mj"), "share": None if covered is None else exact(covered)}
    return {"process": found.process, "cell": found.cell, **_flows(found.mass, within, "kg"), "energy": energy}


def _flows(found: Flows, within: float | None, unit: str) -> Part:
    """Return both sides of a balance, and why nobody can tell whether it closes."""
    difference = found.difference
    sides = {f"in_{unit}": found.into, f"out_{unit}": found.out, "difference": difference}
    told = {name: None if value is None else exact(value) for name, value in sides.items()}
    closes = None if difference is None or within is None else difference <= within
    if not found.why:
        return {**told, "closes": closes}
    text = {lang: said.format(cell=found.cell) for lang, said in caption(f"report-balance-{found.why}").items()}
    return {**told, "closes": closes, "why": {"id": found.why, "cell": found.cell, "text": text}}


def _improve(res: Result) -> list[Part]:
    """Return the lines whose better data would tell most: share x how far they may be from the best score [-]."""
    found = res.rating.quality
    names = {p.exchange.id: (p.exchange.place.address, dict(p.exchange.called)) for p in res.ledger.postings}
    weighed = [(line.share * (line.profile.worst - 1) / (WORST - 1), id_, line) for id_, line in found.lines.items()]
    largest = nsmallest(LARGEST, weighed, key=lambda each: (-each[0], each[1]))
    return [
        {
            "id": id_,
            "cell": names[id_][0],
            "title": names[id_][1],
            "share": exact(line.share),
            "worst": exact(line.profile.worst),
            "weight": exact(weight),
            "what": [*_poor(found.scheme, line.profile)],
        }
        for weight, id_, line in largest
        if weight > _LEAST
    ]


def _poor(scheme: str, line: Profile) -> Iterator[Part]:
    """Yield what makes a line poor: what is not assessed, and its worst scores."""
    worst = max(line.scores.values(), default=0)
    for name in SCHEMES[scheme]:
        score = line.scores.get(name)
        if score is None or (score == worst and score > 1):
            yield {"indicator": name, "title": caption(f"report-indicator-{name}"), "score": score}
