"""How many parts the designators of a row name: ``C7, C8, R1-R4`` are six."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from footprint.model.sheets import Cell

_DESIGNATORS = re.compile(r"[,;，；、\s]+")
_RANGE = re.compile(r"(?<![A-Za-z])([A-Za-z]++)(\d{1,9}+)\s*+[-~]\s*+([A-Za-z]*+)(\d{1,9}+)(?!\d)")
_MOST_IN_RANGE = 10_000


def counted_by(
    cells: Sequence[Cell], values: Sequence[float | None], problems: Collection[int], continued: Sequence[int]
) -> list[float | None]:
    """Return quantities with those of rows without, but with designators: ``C7, C8`` are two.

    ``problems``: the rows whose quantity is none; ``continued``: the rows whose designators carry on the row above.
    """
    counted = [*values]
    texts = {at: cell for at, cell in enumerate(cells) if isinstance(cell, str) and cell.strip()}
    for at in sorted(continued, reverse=True):
        texts[at - 1] = f"{texts.get(at - 1, '')},{texts.pop(at, '')}"
    for at, text in texts.items():
        if counted[at] is None and at not in problems and text.strip(", "):
            counted[at] = float(designators(text))
    return counted


def designators(text: str) -> int:
    """Return how many parts a list of designators names; ``R1-R4`` are four."""
    ranges = [match for match in _RANGE.finditer(text) if not match[3] or match[3] == match[1]]
    within = [int(match[4]) - int(match[2]) + 1 for match in ranges]
    if any(not 0 < count <= _MOST_IN_RANGE for count in within):
        ranges, within = [], []
    read = {match.start() for match in ranges}
    rest = _RANGE.sub(lambda match: " " if match.start() in read else match[0], text)
    return sum(within) + sum(bool(part) for part in _DESIGNATORS.split(rest))
