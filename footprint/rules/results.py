"""What clauses may ask of a result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import fsum

from footprint.model.expressions import Scalar
from footprint.model.graph import Ruled
from footprint.model.ledger import Ledger
from footprint.model.rating import Rating
from footprint.rules.scope import component_of

Values = dict[str, Scalar | Mapping[str, Scalar] | None]


def result_scope(ruled: Ruled, ledger: Ledger, rating: Rating, per_item: float) -> Values:
    """Return what expressions may ask of a result, by name."""
    return {
        "result.total": ledger.total(),
        "result.per_item": per_item,
        "result.absolute": rating.absolute,
        "result.by_stage": _by_stage(ledger),
        "result.by_basis": dict(rating.by_basis),
        "result.components": " ".join(_components(ledger)),
        **_quality(rating),
        **_left_out(rating),
        "result.allocation_deviations": 0.0,
        "result.unproven_supplies": 0.0,
        "result.mass_difference": _mass_difference(ruled),
    }


def _by_stage(ledger: Ledger) -> dict[str, Scalar]:
    sums: dict[str, list[float]] = {}
    for posting in ledger.postings:
        sums.setdefault(posting.exchange.stage, []).append(ledger.value(posting))
    return {stage: fsum(values) for stage, values in sums.items()}


def _components(ledger: Ledger) -> Iterable[str]:
    lines = (p.exchange for p in (*ledger.postings, *ledger.open_lines))
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


def _left_out(rating: Rating) -> Values:
    left_out = rating.left_out
    found: Values = {"result.cut_off_lines": float(left_out.lines)}
    for name, shares in (("mass", left_out.by_mass), ("impact", left_out.by_impact), ("energy", left_out.by_energy)):
        found[f"result.cut_off_{name}_share"] = shares.total
        found[f"result.cut_off_largest_{name}_share"] = shares.largest
    return found


def _mass_difference(ruled: Ruled) -> float | None:
    """Return by how much the lines miss the stated mass of the product [-], None while a mass is not known."""
    balance = ruled.graph.mass_balance
    if balance.unknown or not balance.stated_kg:
        return None
    return abs(balance.summed_kg - balance.stated_kg) / balance.stated_kg
