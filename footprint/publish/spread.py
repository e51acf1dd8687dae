"""How far a result may be off, ready to be drawn: a histogram, the largest shares of the variance, a tornado."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from footprint.publish import view
from footprint.publish.figures import to_interval
from footprint.publish.view import Bar
from footprint.publish.wording import rounded

Entry = Mapping[str, Any]
WIDTH, HEIGHT = 640.0, 150.0
LISTED = 10
_TICKS = 5


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
    lines, variables = ([row for row in found[part] if row["share"]] for part in ("lines", "variables"))
    chosen = sorted(lines, key=lambda row: -abs(row["share"]))[:LISTED]
    return Spread(
        *picture, tuple(_numbers(found)), chosen, variables[:LISTED], tuple(zip(found["choices"], bars, strict=True))
    )


def _picture(
    drawn: Entry, total: float
) -> tuple[tuple[Column, ...], tuple[Mark, ...], tuple[Mark, ...], tuple[float, float]]:
    low, step, counts = (drawn["classes"][key] for key in ("low", "step", "counts"))
    wide, top = WIDTH / len(counts), max(counts)

    def at(value: float) -> float:
        return rounded(min(max((value - low) / step * wide, 0.0), WIDTH), 2)

    columns = []
    for number, count in enumerate(counts):
        height = rounded(HEIGHT * count / top, 2)
        middle = low + step * (number + 0.5)
        inside = drawn["low"] <= middle <= drawn["high"]
        columns.append(Column(rounded(number * wide, 2), HEIGHT - height, rounded(wide, 2), height, inside))
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
    if whole is not None:
        yield from _moments(whole, "spread-whole-")
    yield "spread-first-order", to_interval(analytic["deviation"], analytic["deviation"])


def _moments(of: Entry, prefix: str) -> Iterator[tuple[str, str]]:
    deviation = of["deviation"]
    for key in ("mean", "median", "deviation"):
        yield prefix + key, to_interval(of[key], deviation)
    yield f"{prefix}interval", " – ".join(to_interval(of[key], deviation) for key in ("low", "high"))
