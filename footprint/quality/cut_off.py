"""What was left out, measured against what counts: one line at a time and all together. No limit decides a number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import fsum

from footprint import units
from footprint.model.graph import Exchange, Kind
from footprint.model.ledger import Ledger, Posting
from footprint.model.rating import LeftOut, Shares

_ENERGY = frozenset({"energy", "fuel"})
_SUBSTANCES = frozenset({"mass", "volume", "normal volume"})


def left_out(ledger: Ledger, absolute: float, masses: Sequence[float | None], whole: float | None) -> LeftOut:
    """Return the shares of the lines left out by mass, energy and impact [-].

    ``masses``: those of all lines that have one [kg], in the product or not; ``whole``: the mass of the product with
    its parts among them; None where it is not known. ``absolute``: sum of absolute contributions [kg CO2e].
    """
    if not ledger.left_out:
        return LeftOut(0, Shares(0.0, 0.0), Shares(0.0, 0.0), Shares(0.0, 0.0))
    return LeftOut(
        len(ledger.left_out),
        _of(masses, whole),
        _of([_impact(ledger, p) for p in ledger.left_out], absolute),
        _by_energy(ledger),
        _by_stage(ledger),
    )


def _by_stage(ledger: Ledger) -> dict[str, float | None]:
    found: dict[str, list[float | None]] = {}
    for posting in ledger.left_out:
        found.setdefault(posting.exchange.stage, []).append(_impact(ledger, posting))
    return {
        stage: fsum(known) if len(known := [value for value in values if value is not None]) == len(values) else None
        for stage, values in found.items()
    }


def _of(parts: Sequence[float | None], whole: float | None) -> Shares:
    """Return the sum and the largest of ``parts`` over ``whole``; None while any of them is not known."""
    known = [part for part in parts if part is not None]
    if whole is None or not whole > 0 or len(known) < len(parts):
        return Shares(None, None)
    return Shares(fsum(known) / whole, max(known, default=0.0) / whole)


def is_weighed(line: Exchange) -> bool:
    """Tell whether what is left out has a mass, known or not: all but energy, services and journeys."""
    return line.mass_kg is not None or units.unit(line.amount.unit).dimension in _SUBSTANCES


def _impact(ledger: Ledger, posting: Posting) -> float | None:
    """Return the absolute estimate of a line [kg CO2e], None without one, or with one that has gaps itself."""
    return abs(ledger.value(posting)) if posting.is_whole else None


def _by_energy(ledger: Ledger) -> Shares:
    """Return the shares by energy: of all energy that processes buy."""
    cut = [p for p in ledger.left_out if _may_be_energy(p.exchange)]
    if not cut:
        return Shares(0.0, 0.0)
    every = [_energy(p) for p in (*ledger.postings, *ledger.open_lines) if p.exchange.role in _ENERGY]
    every += map(_energy, cut)
    known = [energy for energy in every if energy is not None]
    return _of([_energy(p) for p in cut], fsum(known) if len(known) == len(every) else None)


def _may_be_energy(line: Exchange) -> bool:
    """Tell whether a line left out is energy, or a substance that nobody says is none: without use or estimate."""
    dimension = units.unit(line.amount.unit).dimension
    unsaid = line.kind is Kind.GAP and line.role == "input" and dimension in _SUBSTANCES
    return line.role in _ENERGY or dimension == "energy" or unsaid


def _energy(posting: Posting) -> float | None:
    """Return the energy of a line [MJ], None where its amount is none."""
    energy = posting.exchange.energy_mj
    return None if energy is None else posting.supply * posting.exchange.coefficient * energy


def energy_shares(ledger: Ledger, together: Mapping[str, str]) -> dict[str, float | None]:
    """Return the share of the energy bought that has data [-], of each process and, under "", of all together.

    ``together``: process -> the name of the steps it is told with. What was left out is bought and has none. None
    where an amount is no energy, or no energy is bought.
    """
    counts = [(p, p.is_whole) for p in (*ledger.postings, *ledger.open_lines) if p.exchange.role in _ENERGY]
    counts += [(p, False) for p in ledger.left_out if _may_be_energy(p.exchange)]
    found: dict[str, list[tuple[float | None, bool]]] = {"": []}
    for posting, has_data in counts:
        energy, process = _energy(posting), str(posting.exchange.facts.get("process", ""))
        for name in {"", together.get(process, "")}:
            found.setdefault(name, []).append((None if energy is None else abs(energy), has_data))
    return {name: _share(pairs) for name, pairs in found.items()}


def _share(pairs: Sequence[tuple[float | None, bool]]) -> float | None:
    known = [(energy, has_data) for energy, has_data in pairs if energy is not None]
    whole = fsum(energy for energy, _ in known)
    if len(known) < len(pairs) or not whole > 0:
        return None
    return fsum(energy for energy, has_data in known if has_data) / whole
