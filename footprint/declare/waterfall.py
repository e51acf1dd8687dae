"""Why two results differ: input, mapping, factor, rule, method or software, posting by posting, and nothing left over.

A posting is supply x coefficient x amount x factor. From one result to the other these change one after the other, and
each step is a cause. Sums are exact (fractions), so that the causes add up to the difference whatever its size.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

Document = Mapping[str, Any]
INPUT, MAPPING, FACTOR, RULE, METHOD, SOFTWARE = "input", "mapping", "factor", "rule", "method", "software"
ROUNDING = "rounding"
CAUSES = (INPUT, MAPPING, FACTOR, RULE, METHOD, SOFTWARE, ROUNDING)
_NOISE = Fraction(1, 10**10)
"""Documents hold 12 digits: a difference in the last of them is none."""
_USERS = frozenset({"comment", "cut-off"})
"""The rules by which a user leaves a row out."""


class Changed(NamedTuple):
    """Which ingredients of two results differ at all: a cause whose ingredient is the same is none."""

    workbook: bool
    rules: bool
    databases: bool
    method: bool

    def possible(self, cause: str) -> str:
        """Return ``cause``, or what must be behind it where its ingredient is the same on both sides."""
        here = {
            INPUT: self.workbook, MAPPING: self.workbook, FACTOR: self.databases or self.workbook, RULE: self.rules,
            METHOD: self.method or self.rules or self.workbook,
        }  # fmt: skip
        if here.get(cause, True):
            return cause
        others = (INPUT, RULE) if cause in {RULE, METHOD} else (RULE, METHOD)
        return next((other for other in others if here[other]), SOFTWARE)


class Effect(NamedTuple):
    """One step: what it makes the result differ by [kg CO2e], by what, on which line; its numbers on both sides."""

    cause: str
    what: str
    cell: str
    name: str
    value: Fraction
    one: object = None
    other: object = None


class Decomposed(NamedTuple):
    """The difference of two results [kg CO2e per ``unit``], and the steps that make it up exactly."""

    unit: str
    total: Fraction
    effects: tuple[Effect, ...]

    @property
    def residual(self) -> Fraction:
        """What the steps leave unexplained."""
        return self.total - sum((effect.value for effect in self.effects), Fraction(0))

    def by_cause(self) -> dict[str, Fraction]:
        """Return the sum of each cause."""
        return {c: sum((e.value for e in self.effects if e.cause == c), Fraction(0)) for c in CAUSES}


def changed(one: Document, other: Document) -> Changed:
    """Return which ingredients of two declarations differ."""
    studies = one["study"], other["study"]
    workbook = one["workbook"]["sha256"] != other["workbook"]["sha256"]
    told = studies[0]["pcr"] != studies[1]["pcr"] or studies[0]["parameters"] != studies[1]["parameters"]
    return Changed(
        workbook=workbook,
        rules=told or (not workbook and _acting(one) != _acting(other)),
        databases=one["databases"] != other["databases"],
        method=_method(one) != _method(other),
    )


def _acting(document: Document) -> set[str]:
    """Return the rules that act on some line: the same bill shows by them whether the rules are the same."""
    return {part["rule"] for part in (*document["ledger"], *document["excluded"])}


def _method(document: Document) -> list[object]:
    """Return the choices of method: warming potentials, biogenic carbon, boundary, how co-products share."""
    study = document["study"]
    shared = [[a.get("process"), a.get("method")] for a in document.get("allocations", ())]
    return [study["gwp_set"], study["headline"], study["boundary"]["id"], shared]


def decomposed(one: Document, other: Document, differing: Changed) -> Decomposed:
    """Return the difference of ``other`` to ``one``: per declared unit where both declare the same, else per item."""
    units = [d["declared_unit"] for d in (one, other)]
    is_same = all(units[0][key] == units[1][key] for key in ("id", "unit", "amount"))
    scales = [Fraction(1) if is_same else Fraction(u["per_item"]) / Fraction(u["amount"]) for u in units]
    sides = _sides(one), _sides(other)
    effects = [
        effect._replace(cause=differing.possible(effect.cause))
        for p, q in _paired(*sides)
        for effect in _Pair(one, other, scales).effects(p, q)
        if effect.value
    ]
    sums = [
        sum((Fraction(p["value"]) * scale for p in document["ledger"]), Fraction(0))
        for document, scale in zip((one, other), scales, strict=True)
    ]
    unit = f"{units[0]['amount']:g} {units[0]['unit']}" if is_same else "item"
    return Decomposed(unit, sums[1] - sums[0], tuple(effects))


# ------------------------------------------------------------------------------------------------ which is which

Posting = Mapping[str, Any]
Key = tuple[object, ...]


def _sides(document: Document) -> dict[Key, Posting]:
    """Return the postings by what they are: name, activity and term; of several alike, each by its number."""
    found: dict[Key, Posting] = {}
    for posting in document["ledger"]:
        term = posting["id"].partition(f" {posting['rule']}.")[2] if posting["rule"] else ""
        key: Key = (posting["activity"], posting["name"], term, posting["role"])
        number = 0
        while (*key, number) in found:
            number += 1
        found[*key, number] = posting
    return found


def _paired(
    one: Mapping[Key, Posting], other: Mapping[Key, Posting]
) -> Iterator[tuple[Posting | None, Posting | None]]:
    """Yield the postings that stand for each other, then those of one side alone; a row renamed keeps its place."""
    yield from ((p, other[key]) for key, p in one.items() if key in other)
    left = [p for key, p in one.items() if key not in other]
    right = {q["id"]: q for key, q in other.items() if key not in one}
    for p in left:
        yield p, right.pop(p["id"], None)
    yield from ((None, q) for q in right.values())


# ------------------------------------------------------------------------------------------------ step by step


class _Pair:
    """What tells two postings apart, in the results they stand in."""

    def __init__(self, one: Document, other: Document, scales: Sequence[Fraction]) -> None:
        self._documents = one, other
        self._scales = scales

    def effects(self, p: Posting | None, q: Posting | None) -> Iterator[Effect]:
        """Yield the steps from one posting to the other."""
        if p is None or q is None:
            yield self._alone(p, q)
        else:
            yield from self._steps(p, q)

    def _alone(self, p: Posting | None, q: Posting | None) -> Effect:
        """Return the effect of a posting that the other result does not have."""
        posting, side = (p, 0) if p is not None else (q, 1)
        assert posting is not None  # noqa: S101  one of the two is there
        value = Fraction(posting["value"]) * self._scales[side] * (1 if side else -1)
        others = self._documents[1 - side]["excluded"]
        rule = next((e["rule"] for e in others if posting["id"].split(" ")[0] in {e["id"], e["cell"]}), posting["rule"])
        cause = RULE if rule and rule not in _USERS else INPUT
        return Effect(
            cause, "added" if side else "removed", posting["cell"], posting["name"], value, other=rule or None
        )

    def _steps(self, p: Posting, q: Posting) -> Iterator[Effect]:
        """Yield amount, supply, coefficient and factor, one after the other; the last takes what roundings leave."""
        at = (Fraction(p["value"]) * self._scales[0], Fraction(q["value"]) * self._scales[1])
        rest = at[1] - at[0]
        if p["unit"] != q["unit"]:
            yield self._effect(_mapped(p, q), "dataset", q, rest, p["target"], q["target"])
            return
        found = [step for step in self._changes(p, q) if step.one != step.other]
        for number, step in enumerate(found):
            is_last = number == len(found) - 1
            value = rest if is_last else step.value
            rest -= value
            yield step._replace(value=value)
        if not found and rest:
            cause = ROUNDING if abs(rest) <= _NOISE * abs(at[0]) else SOFTWARE
            yield self._effect(cause, "value", q, rest, p["value"], q["value"])

    def _changes(self, p: Posting, q: Posting) -> Iterator[Effect]:
        """Yield the four steps, those that change nothing included."""
        a, b = ([Fraction(x[key]) for key in ("amount", "supply", "coefficient", "factor")] for x in (p, q))
        a[1], b[1] = a[1] * self._scales[0], b[1] * self._scales[1]
        what = ("amount", "supply", "coefficient", "factor" if _code(p) == _code(q) else "dataset")
        causes = _amount(p, q), self._supply(), self._coefficient(p, q), self._factor(p, q)
        for i in range(4):
            before, after = _product([*b[:i], *a[i:]]), _product([*b[: i + 1], *a[i + 1 :]])
            shown = (p["target"], q["target"]) if what[i] == "dataset" else (float(a[i]), float(b[i]))
            is_noise = abs(b[i] - a[i]) <= _NOISE * abs(a[i]) and what[i] != "dataset"
            yield self._effect(ROUNDING if is_noise else causes[i], what[i], q, after - before, *shown)

    def _effect(self, cause: str, what: str, q: Posting, value: Fraction, one: object, other: object) -> Effect:
        cell = q["entered"]["cell"] if what == "amount" else q["cell"]
        return Effect(cause, what, cell, q["name"], value, one, other)

    def _supply(self) -> str:
        """Return why activities run more or less often: what was filled in, or how co-products share."""
        flows = [[(f["parent"], f["child"], f["entered"]["value"]) for f in d["flows"]] for d in self._documents]
        return METHOD if flows[0] == flows[1] and _method(self._documents[0]) != _method(self._documents[1]) else INPUT

    def _coefficient(self, p: Posting, q: Posting) -> str:
        """Return why a coefficient differs: how co-products share, another formula or parameter, what was filled in."""
        terms = [x.get("term", {}).get("coefficient", {}).get("words") for x in (p, q)]
        if terms == [None, None]:
            return METHOD if _method(self._documents[0]) != _method(self._documents[1]) else INPUT
        parameters = [d["study"]["parameters"] for d in self._documents]
        return INPUT if terms[0] == terms[1] and parameters[0] == parameters[1] else RULE

    def _factor(self, p: Posting, q: Posting) -> str:
        """Return why the factor differs: another dataset, other warming potentials, or another number of the same."""
        if _code(p) != _code(q):
            return _mapped(p, q)
        studies = [d["study"] for d in self._documents]
        is_same = all(studies[0][key] == studies[1][key] for key in ("gwp_set", "headline"))
        return FACTOR if is_same else METHOD


def _product(parts: Iterable[Fraction]) -> Fraction:
    found = Fraction(1)
    for part in parts:
        found *= part
    return found


def _code(posting: Posting) -> str:
    """Return the dataset of a posting, whatever the version of its database."""
    database, _, code = str(posting["target"]).partition(":")
    return f"{database.partition('@')[0]}:{code}"


def _amount(p: Posting, q: Posting) -> str:
    """Return why an amount differs: what was filled in, or the formula of a line that rules add."""
    return INPUT if p["entered"] != q["entered"] or not q["rule"] else RULE


def _mapped(p: Posting, q: Posting) -> str:
    """Return who chose another dataset: the rules where they act on the line on one side alone, else the workbook."""
    return RULE if p["rule"] != q["rule"] else MAPPING
