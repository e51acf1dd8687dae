"""A whole system of unit processes as plain arrays-to-be: what the engine compiles and what the reference solves."""

from __future__ import annotations

from typing import NamedTuple

from footprint.model.background import Key


class System(NamedTuple):
    """Activities 0..n-1, each making one unit of its own reference flow times ``outputs[i]``.

    ``technosphere``: (activity, consumed activity, amount) per run, positive when consumed, summed over duplicates.
    ``emissions``: (activity, key, kg CO2e per run). ``gaps``: (activity, gap code, amount per run).
    ``codes`` names the activities in the order of their numbers.
    """

    codes: tuple[str, ...]
    outputs: tuple[float, ...]
    technosphere: tuple[tuple[int, int, float], ...]
    emissions: tuple[tuple[int, Key, float], ...]
    gaps: tuple[tuple[int, str, float], ...] = ()
