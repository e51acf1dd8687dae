"""Why two results differ: input, mapping, factor, rule, method or software, posting by posting, and nothing left over.

A posting is supply x coefficient x amount x factor. From one result to the other these change one after the other in
the order amount, supply, coefficient, dataset or its number, method; each step is a cause. In another order the parts
would be others, their sum would not. Sums are exact (fractions): the causes add up to the difference whatever its size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

Document = Mapping[str, Any]
INPUT, MAPPING, FACTOR, RULE, METHOD, SOFTWARE = "input", "mapping", "factor", "rule", "method", "software"
ROUNDING, UNKNOWN = "rounding", "unknown"
CAUSES = (INPUT, MAPPING, FACTOR, RULE, METHOD, SOFTWARE, ROUNDING, UNKNOWN)
Under = Callable[[str, str, frozenset[str]], float | None]
"""A dataset, a GWP set, GHG classes -> its factor under them [kg CO2e/unit], None where nobody knows."""
_NOISE = Fraction(1, 10**10)
"""Documents hold 12 digits: a difference in the last of them is none."""
_USERS = frozenset({"comment", "cut-off"})
"""The rules by which a user leaves a row out."""


class Changed(NamedTuple):
    """Which ingredients of two results differ at all: a cause whose ingredient is the same is none.

    ``software``: None where not both results say which program made them.
    """

    workbook: bool
    rules: bool
    databases: bool
    method: bool
    software: bool | None = None

    def possible(self, cause: str) -> str:
        """Return ``cause``, or what must be behind it where its ingredient is the same on both sides."""
        here = {
            INPUT: self.workbook, MAPPING: self.workbook or self.databases, RULE: self.rules,
            FACTOR: self.databases or self.workbook,
            METHOD: self.method or self.rules or self.workbook, SOFTWARE: self.software is not False,
        }  # fmt: skip
        if here.get(cause, True):
            return cause
        others = () if cause == SOFTWARE else (INPUT, RULE) if cause in {RULE, METHOD} else (RULE, METHOD)
        return next((other for other in (*others, SOFTWARE) if here[other]), UNKNOWN)


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
    told = _said(studies) or studies[0]["parameters"] != studies[1]["parameters"]
    return Changed(
        workbook=workbook,
        rules=told or (not workbook and _acting(one) != _acting(other)),
        databases=one["databases"] != other["databases"],
        method=_method(one) != _method(other),
    )


def _said(studies: Sequence[Document]) -> bool:
    """Tell whether two rule files differ: by what they say where both results know that, else by id and version."""
    rules = [dict(study["pcr"]) for study in studies]
    if not all("sha256" in each for each in rules):
        rules = [{key: value for key, value in each.items() if key != "sha256"} for each in rules]
    return rules[0] != rules[1]


def _acting(document: Document) -> set[str]:
    """Return the rules that act on some line: the same bill shows by them whether the rules are the same."""
    return {part["rule"] for part in (*document["ledger"], *document["excluded"])}


def _method(document: Document) -> list[object]:
    """Return the choices of method: warming potentials, biogenic carbon, boundary, how co-products share."""
    study = document["study"]
    shared = [[a.get("process"), a.get("method")] for a in document.get("allocations", ())]
    return [study["gwp_set"], study["headline"], study["boundary"]["id"], shared]


def decomposed(one: Document, other: Document, differing: Changed, under: Under = lambda *_: None) -> Decomposed:
    """Return the difference of ``other`` to ``one``: per declared unit where both declare the same, else per item.

    ``under``: what the factors of ``other`` would be under another method.
    """
    units = [d["declared_unit"] for d in (one, other)]
    is_same = all(units[0][key] == units[1][key] for key in ("id", "unit", "amount"))
    scales = [Fraction(1) if is_same else Fraction(u["per_item"]) / Fraction(u["amount"]) for u in units]
    sides = _sides(one), _sides(other)
    effects = [
        effect._replace(cause=differing.possible(effect.cause))
        for p, q in _paired(*sides)
        for effect in _Pair(one, other, scales, under).effects(p, q)
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

    def __init__(self, one: Document, other: Document, scales: Sequence[Fraction], under: Under) -> None:
        self._documents = one, other
        self._scales = scales
        self._under = under

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
        other, id_ = self._documents[1 - side], posting["id"].split(" ")[0]
        if any(gap["cell"] == posting["cell"] and not gap["code"] for gap in other["completeness"]["gaps"]):
            return Effect(MAPPING, "gap-before" if side else "gap", posting["cell"], posting["name"], value)
        rule = next((e["rule"] for e in other["excluded"] if id_ in {e["id"], e["cell"]}), posting["rule"])
        cause = RULE if rule and rule not in _USERS else INPUT
        return Effect(
            cause, "added" if side else "removed", posting["cell"], posting["name"], value, other=rule or None
        )

    def _steps(self, p: Posting, q: Posting) -> Iterator[Effect]:
        """Yield amount, supply, coefficient and factor, one after the other; the last takes what roundings leave.

        What is left besides, because a posting is not the product of its numbers, nothing explains: it is a residual.
        """
        at = (Fraction(p["value"]) * self._scales[0], Fraction(q["value"]) * self._scales[1])
        rest = at[1] - at[0]
        if p["unit"] != q["unit"]:
            yield self._effect(_mapped(p, q), "dataset", q, rest, p["target"], q["target"])
            return
        found = [step for step in self._changes(p, q) if step.one != step.other]
        left = rest - sum((step.value for step in found), Fraction(0))
        is_rounded = abs(left) <= _NOISE * max(abs(each) for each in at)
        for number, step in enumerate(found):
            is_last = number == len(found) - 1
            yield step._replace(value=step.value + left) if is_last and is_rounded else step
        if not found and rest:
            cause = ROUNDING if abs(rest) <= _NOISE * abs(at[0]) else SOFTWARE
            yield self._effect(cause, "value", q, rest, p["value"], q["value"])

    def _changes(self, p: Posting, q: Posting) -> Iterator[Effect]:
        """Yield the steps, those that change nothing included."""
        a, b = ([Fraction(x[key]) for key in ("amount", "supply", "coefficient", "factor")] for x in (p, q))
        a[1], b[1] = a[1] * self._scales[0], b[1] * self._scales[1]
        between = self._between(p, q, (a[3], b[3]))
        what = ("amount", "supply", "coefficient", "factor" if _code(p) == _code(q) else "dataset")
        by_data = FACTOR if _code(p) == _code(q) else _mapped(p, q)
        causes = (_amount(p, q), self._supply(), self._coefficient(p, q), by_data)
        ends = [*b[:3], between]
        for i in range(4):
            before, after = _product([*ends[:i], *a[i:]]), _product([*ends[: i + 1], *a[i + 1 :]])
            shown = (p["target"], q["target"]) if what[i] == "dataset" else (float(a[i]), float(ends[i]))
            is_noise = abs(ends[i] - a[i]) <= _NOISE * abs(a[i]) and what[i] != "dataset"
            yield self._effect(ROUNDING if is_noise else causes[i], what[i], q, after - before, *shown)
        by_method = _product(b) - _product(ends)
        is_noise = abs(b[3] - between) <= _NOISE * abs(b[3])
        yield self._effect(ROUNDING if is_noise else METHOD, "factor", q, by_method, float(between), float(b[3]))

    def _between(self, p: Posting, q: Posting, factors: tuple[Fraction, Fraction]) -> Fraction:
        """Return the factor of the other dataset under the method of the first: what stands between data and method.

        Asked for where rows are at hand. Else a database that is the same changes by method alone, and of two that
        differ what no set of warming potentials touches, because it is known as CO2e only, is a matter of data.
        """
        methods = [(d["study"]["gwp_set"], _counted(d)) for d in self._documents]
        if methods[0] == methods[1]:
            return factors[1]
        known = self._under(str(q["target"]), *methods[0])
        if known is not None:
            return Fraction(known)
        if p["target"] == q["target"] and self._is_same_database(str(p["target"])):
            return factors[0]
        if _code(p) != _code(q) or methods[0][1] != methods[1][1]:
            return factors[1]
        fixed = [_fixed(x, method[0]) for x, method in zip((p, q), methods, strict=True)]
        return factors[0] + fixed[1] - fixed[0]

    def _is_same_database(self, target: str) -> bool:
        name = target.partition(":")[0]
        each = [{f"{d['id']}@{d['version']}": d["checksum"] for d in doc["databases"]} for doc in self._documents]
        return each[0].get(name) == each[1].get(name)

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


def _counted(document: Document) -> frozenset[str]:
    """Return the GHG classes that a result sums."""
    return frozenset(each["id"] for each in document["result"]["by_class"] if each["in_total"])


def _fixed(posting: Posting, gwp_set: str) -> Fraction:
    """Return the part of a factor that the set of warming potentials does not touch [kg CO2e/unit]."""
    moved = _product(Fraction(posting[key]) for key in ("supply", "coefficient", "amount"))
    others = sum((Fraction(value) for name, value in posting["sets"].items() if name != gwp_set), Fraction(0))
    return others / moved if moved else Fraction(0)


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
