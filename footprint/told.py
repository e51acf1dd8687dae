"""How far a result may be off, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from footprint.messages import label, message

Document = Mapping[str, Any]
_MANY = 1000.0
_TOLD = 6
_LEAST = 0.005


def said(found: Document, lang: str) -> Iterator[str]:
    """Yield how far the result may be off, and how much of it nobody says that of."""
    from footprint.publish.wording import Words

    sampled, open_, unit = found["monte_carlo"], found["not_stated"], Words(lang).per(found["unit"])
    if sampled is None:
        yield message("summary-uncertainty-none", lang)
    else:
        yield message("summary-uncertainty", lang, seed=found["seed"], unit=unit, **sampled)
        yield from _said_of_derivatives(found["first_order"], unit, lang)
        yield from _said_of_held(found.get("held", {}), sampled["draws"], lang)
        if is_outside(found):
            yield message("summary-outside", lang, total=found["total"], unit=unit)
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


def _said_of_derivatives(analytic: Document, unit: str, lang: str) -> Iterator[str]:
    if analytic.get("kinks"):
        yield message("summary-kinks", lang, numbers=_listed(analytic["kinks"]))
    else:
        dof = label("dof-many", lang) if is_many(analytic["dof"]) else f"{analytic['dof']:.3g}"
        combined = analytic.get("combined", analytic["deviation"])
        yield message("summary-expanded", lang, **{**analytic, "combined": combined, "dof": dof}, unit=unit)


def _said_of_held(held: Document, draws: int, lang: str) -> Iterator[str]:
    if held.get("draws"):
        numbers = _listed(held["decisions"])
        yield message("summary-decisions", lang, numbers=numbers, count=held["draws"], draws=draws)
    if held.get("functions"):
        yield message("summary-held", lang, numbers=_listed(held["functions"]))


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:_TOLD]) + (" ..." if len(names) > _TOLD else "")


def is_many(dof: float | None) -> bool:
    """Tell whether degrees of freedom are as good as infinite (None)."""
    return dof is None or dof > _MANY
