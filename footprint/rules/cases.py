"""Run the cases that a rule file brings: each names a part, its inputs and its outcome."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from footprint.errors import UnfitError
from footprint.model.expressions import Node, Scalar
from footprint.model.pcr import Check, Derived, Pcr, Rule, Scenario
from footprint.rules.expressions import ExpressionError, MissingValueError, evaluate
from footprint.rules.strict import TESTED, mapping, scalar, text, texts, within
from footprint.rules.vocabulary import Word, like_name


def case(raw: Mapping[str, Any], words: Mapping[str, Word]) -> Mapping[str, object]:
    """Return a case with its inputs as numbers, truths and texts; `UnfitError` for what no case can be."""
    tested = [key for key in TESTED if key in raw]
    if len(tested) != 1:
        raise UnfitError("unfit-one-of-these", options=", ".join(TESTED))
    text(raw, tested[0])
    expected = texts(raw, "expect") if isinstance(raw.get("expect"), list) else (text(raw, "expect"),)
    within("expect", lambda: [scalar(each) for each in expected])
    given = mapping(raw, "given") if "given" in raw else {}
    inputs = within("given", lambda: {name: _given(name, given, words) for name in given})
    return {**raw, "given": inputs}


def _given(name: str, given: Mapping[str, Any], words: Mapping[str, Word]) -> Scalar | Mapping[str, Scalar]:
    """Return an input as what its name asks for: a value, or a table of values by key."""
    word = words.get(name)
    if word is None:
        raise UnfitError("unfit-word", name, near=like_name(name, words), name=name)
    if not word.is_table:
        return _value(name, text(given, name, ""), word)
    table = mapping(given, name)
    return {key: within(name, lambda key=key: _value(key, text(table, key), word)) for key in table}  # type: ignore[misc]


def _value(name: str, written: str, word: Word) -> Scalar:
    value = written if word.type == "text" else within(name, lambda: scalar(written))
    if {bool: "truth", float: "number", str: "text"}[type(value)] != word.type:
        raise UnfitError("unfit-type", name, value=written, wanted=UnfitError(f"type-{word.type}"))
    return value


def failures(pcr: Pcr) -> tuple[UnfitError, ...]:
    """Return what is told of every case whose outcome is not the expected one."""
    found = []
    for number, case in enumerate(pcr.cases, start=1):
        seen, expected = _outcome(pcr, case), case["expect"]
        if not _agrees(seen, expected):
            part = next(f"{key} {case[key]}" for key in TESTED if key in case)
            told, got = _told(expected), _told(seen)
            found.append(UnfitError("case-differs", pcr=pcr.id, part=part, number=number, expected=told, seen=got))
    return tuple(found)


def _told(outcome: object) -> object:
    """Return an outcome as a file writes it."""
    if isinstance(outcome, list):
        return f"[{', '.join(str(_told(each)) for each in outcome)}]"
    if isinstance(outcome, bool):
        return str(outcome).lower()
    return f"{outcome:.12g}" if isinstance(outcome, float) else outcome


def _outcome(pcr: Pcr, case: Mapping[str, Any]) -> object:
    scope = _scope(pcr, case)
    kind = next(key for key in TESTED if key in case)
    part = _part(pcr, kind, str(case[kind]))
    if part is None:
        return UnfitError("case-without-part", kind=kind)
    try:
        return _EVALUATED[kind](part, scope)
    except MissingValueError as exc:
        return f"missing {exc.path}"
    except ExpressionError as exc:
        return UnfitError("case-without-value", said=exc)


def _part(pcr: Pcr, kind: str, id_: str) -> Any:
    parts: Mapping[str, Sequence[Any]] = {
        "rule": pcr.rules,
        "check": pcr.checks,
        "declared_unit": pcr.declared_units,
        "scenario": pcr.scenarios,
        "allocation": pcr.allocation.steps if pcr.allocation else (),
        "benchmark": pcr.benchmarks,
        "product_class": pcr.classes,
    }
    return next((part for part in parts[kind] if part.id == id_), None)


Given = Mapping[str, Any]


def _of_rule(rule: Rule, scope: Given) -> object:
    """Return whether a rule holds; of one that derives, its coefficients, each times ``per`` where that stands."""
    holds = evaluate(rule.when, scope)
    return [_coefficient(d, scope) for d in rule.derived] if holds and rule.derived else holds


def _coefficient(derived: Derived, scope: Given) -> float:
    coefficient = float(evaluate(derived.coefficient, scope))
    return coefficient if derived.per is None else coefficient * float(evaluate(derived.per, scope))


def _of_scenario(scenario: Scenario, scope: Given) -> object:
    """Return the amount of a scenario, false where it does not apply."""
    return evaluate(scenario.amount, scope) if evaluate(scenario.when, scope) else False


def _of_check(check: Check, scope: Given) -> object:
    """Return what a check finds, of a line where it asks for each; false for ``when``: not applicable."""
    applies = all(evaluate(node, scope) for node in (check.when, check.for_each) if node is not None)
    return _test(check.test, scope) if applies else "not applicable"


def _test(test: Node | None, scope: Given) -> object:
    return "not assessed" if test is None else evaluate(test, scope)


_EVALUATED: Mapping[str, Callable[[Any, Given], object]] = {
    "rule": _of_rule,
    "check": _of_check,
    "declared_unit": lambda unit, scope: evaluate(unit.amount, scope),
    "scenario": _of_scenario,
    "allocation": lambda step, scope: evaluate(step.when, scope),
    "benchmark": lambda benchmark, scope: _test(benchmark.test, scope),
    "product_class": lambda class_, scope: _test(class_.when, scope),
}


def _scope(pcr: Pcr, case: Mapping[str, Any]) -> dict[str, Any]:
    """Return the case's inputs over the latest value of each parameter."""
    scope: dict[str, Any] = {f"parameter.{p.id}": p.values[-1].value for p in pcr.parameters if p.values}
    return {**scope, **case["given"]}


def _agrees(seen: object, expected: Any) -> bool:
    if isinstance(expected, list):
        return isinstance(seen, list) and len(seen) == len(expected) and all(map(_agrees, seen, expected))
    wanted = scalar(str(expected))
    if isinstance(wanted, float) and isinstance(seen, float) and not isinstance(seen, bool):
        return math.isclose(seen, wanted, rel_tol=1e-12)
    return seen == wanted
