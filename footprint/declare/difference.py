"""Why two results of one bill differ: every gram of the difference under the rule that makes it, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import fsum
from typing import Any, NamedTuple

from footprint.declare.lines import few
from footprint.declare.numbers import exact, total
from footprint.declare.texts import Both, said

Document = Mapping[str, Any]
Part = dict[str, Any]
_SHOWN = 8
_DATASET, _AMOUNT = "difference-dataset", "difference-amount"
_NOISE = 1e-10
"""Documents hold 12 digits: a difference in the last of them is none."""


class Line(NamedTuple):
    """One line of the bill in one result: what it adds per item [kg CO2e], on what, and by which rules."""

    cell: str
    postings: tuple[Mapping[str, Any], ...] = ()
    excluded: Mapping[str, Any] | None = None

    def value(self, items: float) -> float:
        """Return what the line adds per product item [kg CO2e]; ``items``: product items per declared amount."""
        return fsum(p["value"] for p in self.postings) / items

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that made the line what it is, in the order they acted."""
        return tuple(dict.fromkeys(rule for posting in self.postings for rule in _acted(posting)))

    @property
    def clauses(self) -> frozenset[tuple[str, ...]]:
        """What its rules say and where: rules of one name may be others in another file."""
        return frozenset((p["rule"], p["clause"], *p["reason"].values()) for p in self.postings if p["rule"])


class Cause(NamedTuple):
    """What makes a difference: a key by which lines are gathered, and its sentence."""

    key: tuple[str, ...]
    sentence: Both


def difference(one: Document, other: Document) -> Part:
    """Return by how much ``other`` exceeds ``one`` per product item [kg CO2e], and the causes, largest first.

    The causes sum to the difference: each line stands under one cause for its structure, and under one for its factors.
    """
    sides = _lines(one), _lines(other)
    items = _items(one), _items(other)
    causes: dict[tuple[str, ...], tuple[Cause, list[tuple[str, float]]]] = {}
    least = _NOISE * max(one["result"]["absolute"] / items[0], other["result"]["absolute"] / items[1])
    for id_ in dict.fromkeys((*sides[0], *sides[1])):
        pair = sides[0].get(id_), sides[1].get(id_)
        for cause, value in _causes(one, other, pair, items):
            if abs(value) > least:
                causes.setdefault(cause.key, (cause, []))[1].append((_cell(pair), value))
    parts = sorted((_part(*found) for found in causes.values()), key=lambda p: -abs(p["value"]))
    return {"value": total(value for _, found in causes.values() for _, value in found), "causes": parts}


def of_unit(one: Document, other: Document) -> list[Part]:
    """Return the cause that no gram stands under: an item provides more or less of the unit, or another unit."""
    units = one["declared_unit"], other["declared_unit"]
    if all(units[0][key] == units[1][key] for key in ("id", "per_item")):
        return []
    facts = {side: f"{u['per_item']:.6g} {u['unit']}" for side, u in zip(("one", "other"), units, strict=True)}
    return [{"id": "unit", "sentence": said("difference-unit", **facts), "value": 0.0, "cells": "", "lines": 0}]


def _items(document: Document) -> float:
    unit = document["declared_unit"]
    return float(unit["amount"] / unit["per_item"])


def _cell(pair: tuple[Line | None, Line | None]) -> str:
    return next(line.cell for line in pair if line is not None)


def _part(cause: Cause, found: Sequence[tuple[str, float]]) -> Part:
    largest = sorted(found, key=lambda each: -abs(each[1]))
    return {
        "id": "/".join(cause.key),
        "sentence": cause.sentence,
        "value": exact(fsum(value for _, value in found)),
        "cells": few([cell for cell, _ in largest], _SHOWN),
        "lines": len(found),
    }


def _lines(document: Document) -> dict[str, Line]:
    """Return the lines of a result by the id they had before any rule derived others from them."""
    found: dict[str, Line] = {}
    for posting in document["ledger"]:
        id_ = posting.get("base", posting["id"])
        line = found.get(id_, Line(posting["cell"]))
        found[id_] = line._replace(postings=(*line.postings, posting))
    for left_out in document["excluded"]:
        found.setdefault(left_out.get("base", left_out["id"]), Line(left_out["cell"], (), left_out))
    return found


def _acted(posting: Mapping[str, Any]) -> Iterable[str]:
    """Return the rules that made a posting what it is: a derived one has ``base rule.number rule.number`` as its id."""
    if "term" not in posting:
        return filter(None, (posting["rule"],))
    steps = posting["id"].removeprefix(posting["base"]).split()
    return filter(None, (step.rpartition(".")[0] for step in steps))


Causes = Iterable[tuple[Cause, float]]


def _causes(
    one: Document, other: Document, pair: tuple[Line | None, Line | None], items: tuple[float, float]
) -> Causes:
    """Yield the causes of one line's difference: of its factors where both results have them, then of its structure."""
    before = pair[0].value(items[0]) if pair[0] else 0.0
    after = pair[1].value(items[1]) if pair[1] else 0.0
    by_factor = _by_factor(pair, items[0]) if pair[0] and pair[1] else 0.0
    if by_factor:
        yield _factors(one, other), by_factor
    cause, rest = _structure(one, other, *pair), after - before - by_factor
    if cause.key == (_DATASET,):
        by_dataset = _by_dataset(pair, items[1])
        if by_dataset is not None:
            yield Cause((_AMOUNT,), said(_AMOUNT)), rest - by_dataset
            rest = by_dataset
    yield cause, rest


def _by_dataset(pair: tuple[Line | None, Line | None], items: float) -> float | None:
    """Return what other datasets alone change of a line's amounts [kg CO2e per item]; the rest is other amounts.

    None where the postings of both results do not stand for each other one by one.
    """
    postings = [line.postings if line else () for line in pair]
    units = [[p["unit"] for p in side] for side in postings]
    if units[0] != units[1]:
        return None
    pairs = [(p, q) for p, q in zip(*postings, strict=True) if p["target"] != q["target"]]
    return fsum(_quantity(q) * (q["factor"] - p["factor"]) for p, q in pairs) / items


def _quantity(posting: Mapping[str, Any]) -> float:
    """Return how much of its dataset a posting takes per declared amount [its unit]."""
    return float(posting["supply"] * posting["coefficient"] * posting["amount"])


def _by_factor(pair: tuple[Line | None, Line | None], items: float) -> float:
    """Return what the line would change by if it only took the other result's factors [kg CO2e per item]."""
    line, other = pair
    if line is None or other is None:
        return 0.0
    known = {p["target"]: p["factor"] for p in other.postings}
    changed = [(p, known[p["target"]]) for p in line.postings if p["target"] in known]
    return fsum(_quantity(p) * (factor - p["factor"]) for p, factor in changed) / items


def _factors(one: Document, other: Document) -> Cause:
    """Return the cause of different factors on the same datasets: the warming potentials, or what is summed up."""
    studies = one["study"], other["study"]
    facts = {f"{key}_{side}": s[key] for side, s in zip(("one", "other"), studies, strict=True) for key in _SUMMED}
    return Cause(("factors",), said("difference-factors", **facts))


_SUMMED = ("gwp_set", "headline")


def _structure(one: Document, other: Document, before: Line | None, after: Line | None) -> Cause:
    """Return why a line counts otherwise: left out, added, derived, or on another dataset or amount."""
    for line, counts, sides in ((before, after, (one, other)), (after, before, (other, one))):
        if counts is not None and (line is None or not line.postings):
            return _only_one(*sides, line, counts)
    rules = tuple(line.rules if line else () for line in (before, after))
    if rules[0] != rules[1]:
        alone = [[rule for rule in mine if rule not in theirs] for mine, theirs in (rules, rules[::-1])]
        named = dict(zip(("one", "other"), (", ".join(found) or "-" for found in alone), strict=True))
        return Cause(("rules", *named.values()), said("difference-rules", **named))
    clauses = tuple(line.clauses if line else frozenset() for line in (before, after))
    if clauses[0].isdisjoint(clauses[1]) and any(clauses):
        files = (doc["study"]["pcr"]["id"] for doc in (one, other))
        named = {side: f"{', '.join(rules[0])} ({file})" for side, file in zip(("one", "other"), files, strict=True)}
        return Cause(("rules", *named.values()), said("difference-rules", **named))
    targets = [tuple(p["target"] for p in line.postings) if line else () for line in (before, after)]
    code = _DATASET if targets[0] != targets[1] else _AMOUNT
    return Cause((code,), said(code))


def _only_one(side: Document, other: Document, line: Line | None, counts: Line) -> Cause:
    """Return why a line counts in the other result only: ``side`` leaves it out, or the other's rules add it."""
    pcr = side["study"]["pcr"]["id"]
    alone = "" if pcr == other["study"]["pcr"]["id"] else "-by"
    if line is not None and line.excluded is not None:
        rule = str(line.excluded["rule"])
        reason: Both = line.excluded["reason"]
        told = said(f"difference-left-out{alone}", pcr=pcr, rule=rule)
        return Cause(("left-out", pcr, rule), {lang: f"{told[lang]} {reason[lang]}" for lang in told})
    rule = ", ".join(counts.rules) or "-"
    return Cause(("added", pcr, rule), said(f"difference-added{alone}", pcr=pcr, rule=rule))
