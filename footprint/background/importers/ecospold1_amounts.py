"""How much an exchange of EcoSpold 1 is, and how far that may be off."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import fsum

from footprint.background.importers.inventory import Spread
from footprint.background.importers.spelling import finite, lognormal, number, scattered, scores
from footprint.errors import UnfitError
from footprint.model.uncertain import NORMAL, TRIANGULAR, UNIFORM

_LOGNORMAL, _WIDTH = "1", "standardDeviation95"
_LIMITS: Mapping[str, tuple[str, ...]] = {
    "3": ("minValue", "mostLikelyValue", "maxValue"), "4": ("minValue", "maxValue"),
}  # fmt: skip
_SHAPES = {"2": NORMAL, "3": TRIANGULAR, "4": UNIFORM}
_DISTRIBUTION = ("uncertaintyType", _WIDTH, "minValue", "mostLikelyValue", "maxValue")


def stated_number(text: Callable[[str, str], str], key: str, *at: str) -> float:
    """Return the number of an attribute; `UnfitError` for none, which is told by the attribute's name."""
    written = text(key, "").strip()
    if not written:
        raise UnfitError("ecospold1-attribute", *at, name=key)
    return number(written, *at)


def amount_of(text: Callable[[str], str]) -> tuple[float, Spread, str]:
    """Return amount, spread and comment of an exchange whose attributes ``text`` returns; `UnfitError` for no number.

    A distribution between bounds may state no mean. A normal one states its deviation twice, a lognormal one squared.
    """
    kind, comment = text("uncertaintyType"), text("generalComment")
    told = () if kind in {"", "0"} else (f"{key}={text(key)}" for key in _DISTRIBUTION if text(key))
    said, mean, limits = " ".join(told), text("meanValue"), _LIMITS.get(kind, ())
    if not mean and limits:
        bounds = [number(text(key)) for key in limits]
        amount = fsum(bounds) / len(bounds)
    else:
        amount = stated_number(lambda key, _: text(key), "meanValue")
    width = finite(text(_WIDTH))
    if kind == _LOGNORMAL:
        return amount, lognormal(width, comment, said), comment
    numbers = [finite(text(key)) for key in limits] or [None if width is None else width / 2]
    return amount, scattered(_SHAPES.get(kind, ""), amount, numbers, scores(comment), said), comment
