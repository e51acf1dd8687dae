"""How far a result may be off, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from footprint.messages import message

Document = Mapping[str, Any]
_TOLD = 6
_LEAST = 0.005


def said(found: Document, lang: str, gaps: int = 0) -> Iterator[str]:
    """Yield how far the result may be off, and how much of it nobody says that of; ``gaps``: what the result lacks."""
    from footprint.publish.figures import spread_of, to_interval
    from footprint.publish.headline import headline
    from footprint.publish.wording import Words

    sampled, open_, unit = found["monte_carlo"], found["not_stated"], Words(lang).per(found["unit"])
    if sampled is None:
        yield message("summary-uncertainty-none", lang)
    else:
        width = spread_of(found)
        told = {key: to_interval(sampled[key], width) for key in ("mean", "median", "low", "high", "deviation")}
        stated = headline(found, Words(lang), gaps)
        yield from (stated,) if stated else ()
        yield message("summary-uncertainty", lang, seed=found["seed"], draws=sampled["draws"], unit=unit, **told)
        if found["first_order"].get("kinks"):
            yield message("summary-kinks", lang, numbers=_listed(found["first_order"]["kinks"]))
        yield from _said_of_held(found.get("held", {}), sampled["draws"], lang)
        if is_outside(found):
            yield message("summary-outside", lang, total=to_interval(found["total"], width), unit=unit)
        if open_["amounts_share"] or open_["factors_share"]:
            shares = {part: _few(open_[f"{part}_share"]) for part in ("amounts", "factors")}
            counts = {f"{part}_count": len(open_.get(part, ())) for part in ("amounts", "factors", "rows")}
            yield message("summary-uncertainty-open", lang, **shares, **counts)
    if found["choices"]:
        yield message("summary-choices", lang, unit=unit)
        yield from (f"  {row['change']:+g}  {row['title'][lang]}" for row in found["choices"][:_TOLD])


def _few(share: float) -> str:
    return "< 1%" if 0 < share < _LEAST else f"{share:.0%}"


def is_outside(found: Document) -> bool:
    """Tell whether the result as calculated is not in the interval of its draws."""
    drawn = found["monte_carlo"]
    return not drawn["low"] <= found["total"] <= drawn["high"]


def _said_of_held(held: Document, draws: int, lang: str) -> Iterator[str]:
    if held.get("draws"):
        numbers = _listed(held["decisions"])
        yield message("summary-decisions", lang, numbers=numbers, count=held["draws"], draws=draws)
    if held.get("functions"):
        yield message("summary-held", lang, numbers=_listed(held["functions"]))


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:_TOLD]) + (" ..." if len(names) > _TOLD else "")
