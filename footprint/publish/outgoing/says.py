"""Numbers as documents print them, and back again: what a reader sees is what is held against the declaration."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from footprint.publish.outgoing.statement import Stated
from footprint.publish.wording import MINUS

_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_NUMBER = re.compile(rf"[-{MINUS}]?[0-9][0-9,]*(?:\.[0-9]+)?(?: × 10([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+))?")
_LEAST = 2
"""Digits of a whole number that count; zeros behind them may only fill it up to its size: 1,050,000 is 105 x 10^4."""
NUMBERS = ("total", "per_item", "mass", "stage:", "class:")


def read(said: Mapping[str, str]) -> Stated:
    """Return what was said by name, with the digits printed; a number that is none stays a text, and so disagrees."""
    return {key: _number(text) if key.startswith(NUMBERS) else text for key, text in said.items()}


def _number(text: str) -> Decimal | str:
    bare = text.removeprefix("≥ ")
    found = _NUMBER.fullmatch(bare)
    if found is None:
        return text
    mantissa = bare.partition(" × ")[0].replace(",", "").replace(MINUS, "-")
    least = _LEAST + mantissa.startswith("-")
    filling = 0 if "." in mantissa else max(0, len(mantissa) - max(len(mantissa.rstrip("0")), least))
    power = int((found[1] or "0").translate(_RAISED)) + filling
    return Decimal(f"{mantissa[: len(mantissa) - filling]}E{power}")
