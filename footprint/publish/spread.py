"""How far a result may be off, ready to be drawn: a histogram, the largest shares of the variance, a tornado."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from footprint.publish import view
from footprint.publish.figures import to_interval
from footprint.publish.headline import borne, freedom
from footprint.publish.view import Bar
from footprint.publish.wording import entered, number, percent, rounded

Entry = Mapping[str, Any]
WIDTH, HEIGHT = 640.0, 150.0
LISTED = 10
_TICKS = 5
_MOMENTS = ("mean", "median", "deviation")


class Column(NamedTuple):
    """A class of draws: where it stands, how high, and whether its middle is in the interval."""

    x: float
    y: float
    width: float
    height: float
    inside: bool


class Mark(NamedTuple):
    """A value on the axis: where, and what stands there (a caption code, or the number itself)."""

    x: float
    text: str
    value: str


class Spread(NamedTuple):
    """What a report shows of an uncertainty. ``open``: shares of the result that count as exact, by what is unknown."""

    columns: tuple[Column, ...]
    marks: tuple[Mark, ...]
    ticks: tuple[Mark, ...]
    interval: tuple[float, float]
    numbers: tuple[tuple[str, str], ...]
    lines: Sequence[Entry]
    variables: Sequence[Entry]
    choices: Sequence[tuple[Entry, Bar]]


def spread(document: Entry) -> Spread | None:
    """Return what is shown of the uncertainty of ``document``, None where nobody asked for it."""
    found = document.get("uncertainty")
    if found is None:
        return None
    drawn = found["monte_carlo"]
    picture = _picture(drawn, found["total"]) if drawn and drawn["classes"]["counts"] else ((), (), (), (0.0, 0.0))
    bars = view.bars([row["change"] for row in found["choices"]])
    lines = [row for row in found["lines"] if row["share"]]
    variables = [row for row in found["variables"] if row["share"] or share_drawn(row)]
    chosen = sorted(lines, key=lambda row: -abs(row["share"]))[:LISTED]
    return Spread(
        *picture, tuple(_numbers(found)), chosen, variables[:LISTED], tuple(zip(found["choices"], bars, strict=True))
    )


def share_drawn(variable: Entry) -> float:
    """Return the share of a variable in the variance: by the draws, in older documents by derivatives.

    What so few draws cannot tell from nothing is nothing.
    """
    drawn = variable.get("share_drawn")
    return float(variable["share"] if drawn is None else max(drawn, 0.0))


def _picture(
    drawn: Entry, total: float
) -> tuple[tuple[Column, ...], tuple[Mark, ...], tuple[Mark, ...], tuple[float, float]]:
    low, step, counts = (drawn["classes"][key] for key in ("low", "step", "counts"))
    wide, top = WIDTH / len(counts), max(counts)

    def at(value: float) -> float:
        return rounded(min(max((value - low) / step * wide, 0.0), WIDTH), 2)

    columns = []
    for place, count in enumerate(counts):
        height = rounded(HEIGHT * count / top, 2)
        middle = low + step * (place + 0.5)
        inside = drawn["low"] <= middle <= drawn["high"]
        columns.append(Column(rounded(place * wide, 2), HEIGHT - height, rounded(wide, 2), height, inside))
    deviation = drawn["deviation"]
    marks = [Mark(at(drawn[k]), f"spread-{k}", to_interval(drawn[k], deviation)) for k in ("mean", "median")]
    marks.append(Mark(at(total), "spread-total", to_interval(total, deviation)))
    values = [low + step * len(counts) * tick / (_TICKS - 1) for tick in range(_TICKS)]
    ticks = tuple(Mark(at(value), "", to_interval(value, deviation)) for value in values)
    return tuple(columns), tuple(marks), ticks, (at(drawn["low"]), at(drawn["high"]))


def _numbers(found: Entry) -> Iterator[tuple[str, str]]:
    """Yield caption code and text of each number, to the figures that the interval lets stand."""
    drawn, whole, analytic = found["monte_carlo"], found.get("whole_system"), found["first_order"]
    if drawn is not None:
        yield from _moments(drawn, "spread-")
    yield from _analytic(analytic)
    of = None if drawn is None else borne(found)
    if of is not None:
        told = number(of.apart, 2), number(of.tolerance, 2)
        yield f"spread-{'borne' if of.is_valid else 'not-borne'}", " / ".join(told)
    if whole is not None:
        yield "spread-whole-draws", entered(whole["draws"])
        yield from _moments(whole, "spread-whole-")
        if "ordinary" in whole:
            yield from _moments(whole["ordinary"], "spread-ordinary-", ("deviation",))


def _analytic(of: Entry) -> Iterator[tuple[str, str]]:
    """Yield combined and expanded uncertainty, with what the coverage factor rests on."""
    if of.get("kinks"):
        yield "spread-kinks", ", ".join(of["kinks"])
        return
    combined = of.get("combined", of["deviation"])
    yield "spread-first-order", to_interval(combined, combined)
    if of["relative"] is not None:
        yield "spread-relative", percent(of["relative"])
    yield "spread-dof", freedom(of["dof"])
    if "expanded" in of:
        yield "spread-k", f"{of['k']:.2f}"
        yield "spread-expanded", to_interval(of["expanded"], of["expanded"])


def _moments(of: Entry, prefix: str, keys: Sequence[str] = _MOMENTS) -> Iterator[tuple[str, str]]:
    """Yield moments, and the standard error that the number of draws leaves in deviation and interval."""
    deviation, errors = of["deviation"], of.get("errors", {})
    for key in keys:
        yield prefix + key, to_interval(of[key], deviation) + _error(errors.get(key))
    ends = (to_interval(of[key], deviation) + _error(errors.get(key)) for key in ("low", "high"))
    yield f"{prefix}interval", " – ".join(ends)


def _error(error: float | None) -> str:
    """Return a standard error to one figure, as the last digits it concerns: `` (0.04)``; "" where none is known."""
    return "" if not error else f" ({number(error, 1)})"
