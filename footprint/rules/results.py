"""What clauses may ask of a result."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import fsum

from footprint.model.background import GhgClass
from footprint.model.expressions import Scalar
from footprint.model.findings import kinds
from footprint.model.graph import Ruled
from footprint.model.ledger import Ledger
from footprint.model.linked import Linked
from footprint.model.pcr import Closure, Subtotal
from footprint.model.quality import INDICATORS, Profile, Quality, printed
from footprint.model.rating import Rating
from footprint.rules.scope import component_of

Values = dict[str, Scalar | Mapping[str, Scalar] | None]


def result_scope(
    ruled: Ruled,
    ledger: Ledger,
    rating: Rating,
    per_item: float,
    subtotals: Sequence[Subtotal] = (),
    closure: Closure | None = None,
) -> Values:
    """Return what expressions may ask of a result, by name."""
    return {
        "result.total": ledger.total(),
        "result.per_item": per_item,
        "result.absolute": rating.absolute,
        "result.by_stage": _by_stage(ledger, subtotals),
        "result.by_class": _by_class(ledger),
        "result.by_basis": dict(rating.by_basis),
        "result.components": " ".join(_components(ledger)),
        **_quality(rating),
        **_left_out(rating),
        **_evidence(rating),
        **_data_quality(rating.quality),
        **_balances(rating.quality, closure),
        "result.allocation_deviations": float(sum(found.deviates for found in ruled.graph.allocated)),
        "result.unproven_supplies": _unproven(ruled.graph.linked),
        "result.mass_difference": _mass_difference(ruled),
    }


def _by_stage(ledger: Ledger, subtotals: Sequence[Subtotal]) -> dict[str, Scalar]:
    """Return the sum of each stage that holds a posting, apart or not, and of each subtotal that holds such a stage."""
    values: dict[str, list[float]] = {}
    for posting in (*ledger.postings, *ledger.apart):
        values.setdefault(posting.exchange.stage, []).append(ledger.value(posting))
    held = {s.id: [v for stage in s.stages for v in values.get(stage, ())] for s in subtotals}
    sums = {**{id_: found for id_, found in held.items() if found}, **values}
    return {id_: fsum(found) for id_, found in sums.items()}


def _by_class(ledger: Ledger) -> dict[str, Scalar]:
    """Return the sums of every class, those outside the headline too."""
    sums: dict[str, list[float]] = {ghg.value: [] for ghg in GhgClass}
    for posting in ledger.postings:
        for key, value in posting.impact.items():
            sums[key.ghg].append(value)
    return {ghg: fsum(values) for ghg, values in sums.items()}


def _components(ledger: Ledger) -> Iterable[str]:
    """Return the components of which there is anything: a line of nothing is no component."""
    lines = (p.exchange for p in (*ledger.postings, *ledger.open_lines) if p.quantity)
    return dict.fromkeys(component for line in lines if (component := component_of(line)))


def _quality(rating: Rating) -> Values:
    return {
        "result.mass_share": rating.mass_share,
        "result.line_share": rating.line_share,
        "result.gaps": float(len(rating.gaps)),
        "result.largest_gap_mass_share": rating.largest_gap_mass_share,
        "result.proxy_mass_share": rating.proxy_mass_share,
        "result.unverified_share": rating.by_status.get("unverified", 0.0),
        "result.stages_with_lines": " ".join(rating.stages),
    }


def _data_quality(found: Quality) -> Values:
    """Return what was rated, as printed, over the lines the rules rate; the other sides of lines apart."""
    sides = {"dqr": found.whole, "dqr_activity": found.activity, "dqr_factor": found.factor}
    return {
        **{f"result.{name}": _printed(side.rating) for name, side in sides.items()},
        "result.dqr_share": found.whole.rated,
        "result.dqr_worst": _printed(found.whole.worst),
        **{f"result.dqr_{indicator}": _printed(found.whole.scores.get(indicator)) for indicator in INDICATORS},
        "result.primary_share": found.primary,
        "result.energy_share": found.energy,
    }


def _balances(found: Quality, closure: Closure | None) -> Values:
    """Return how far balances of processes miss, over those that can be assessed, and how far they may."""
    masses = [d for b in found.balances if (d := b.mass.difference) is not None]
    energies = [d for b in found.balances if (d := b.energy.difference) is not None]
    return {
        "result.process_mass_difference": max(masses, default=None),
        "result.process_energy_difference": max(energies, default=None),
        "result.closure": None if closure is None else closure.within,
    }


def _left_out(rating: Rating) -> Values:
    left_out = rating.left_out
    found: Values = {"result.cut_off_lines": float(left_out.lines)}
    for name, shares in (("mass", left_out.by_mass), ("impact", left_out.by_impact), ("energy", left_out.by_energy)):
        found[f"result.cut_off_{name}_share"] = shares.total
        found[f"result.cut_off_largest_{name}_share"] = shares.largest
    return found


def _unproven(linked: Linked) -> float | None:
    """Return how many claims on electricity lack a proof; None where nobody knows whether those that count hold."""
    count = float(sum(supply.unproven for supply in linked.supplies))
    return None if (linked.open or linked.claimed) and not count else count


def _evidence(rating: Rating) -> Values:
    """Return how often each kind of finding about documents and instruments was made, and all faults and gaps."""
    counts = Counter[str]()
    for found in rating.findings:
        counts[found.id] += found.times
        counts[kinds()[found.id].kind] += found.times
    totals = {f"result.evidence_{name}s": float(counts[name]) for name in ("fault", "gap")}
    named = {kind.name: float(counts[id_]) for id_, kind in kinds().items()}
    return {"result.evidence_share": rating.documented, **totals, **named}


def _mass_difference(ruled: Ruled) -> float | None:
    """Return by how much the lines miss the stated mass of the product [-], None while a mass is not known."""
    balance = ruled.graph.mass_balance
    if balance.unknown:
        return None
    return abs(balance.summed_kg - balance.stated_kg) / balance.stated_kg


def quality_of(profile: Profile) -> Mapping[str, Scalar | None]:
    """Return what expressions may ask of the quality of lines with ``profile``."""
    told: dict[str, Scalar | None] = {
        "line.dqr": _printed(profile.rating),
        "line.activity_dqr": _printed(profile.activity_rating),
        "line.factor_dqr": _printed(profile.factor_rating),
    }
    for side, scores in (("activity", profile.activity), ("factor", profile.factor)):
        told |= {f"line.{side}_{indicator}": float(score.value) for indicator, score in scores.items()}
    return told


def _printed(value: float | None) -> float | None:
    return None if value is None else printed(value)
