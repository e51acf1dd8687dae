"""Run the cases that a rule file brings: each names a rule, a check or a declared unit, its inputs and its outcome."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from footprint.model.expressions import Node, Scalar
from footprint.model.pcr import Pcr
from footprint.rules.expressions import ExpressionError, MissingValueError, evaluate
from footprint.rules.strict import mapping, scalar, text, texts, within
from footprint.rules.vocabulary import Word

_TESTED = ("rule", "check", "declared_unit")


def case(raw: Mapping[str, Any], words: Mapping[str, Word]) -> Mapping[str, object]:
    """Return a case with its inputs as numbers, truths and texts; ValueError for what no case can be."""
    tested = [key for key in _TESTED if key in raw]
    if len(tested) != 1:
        raise ValueError(f"one of {', '.join(_TESTED)} is needed")
    text(raw, tested[0])
    expected = texts(raw, "expect") if isinstance(raw.get("expect"), list) else (text(raw, "expect"),)
    within("expect", lambda: [scalar(each) for each in expected])
    given = mapping(raw, "given") if "given" in raw else {}
    inputs = within("given", lambda: {name: _given(name, text(given, name), words) for name in given})
    return {**raw, "given": inputs}


def _given(name: str, written: str, words: Mapping[str, Word]) -> Scalar:
    """Return an input as what its name asks for."""
    word = words.get(name)
    if word is None or word.is_table:
        raise ValueError(f"{name}: {'not in the vocabulary' if word is None else 'a table cannot be given'}")
    value = written if word.type == "text" else scalar(written)
    if {bool: "truth", float: "number", str: "text"}[type(value)] != word.type:
        raise ValueError(f"{name}: '{written}' is not a {word.type}")
    return value


def failures(pcr: Pcr) -> tuple[str, ...]:
    """Return a line for every case whose outcome is not the expected one."""
    lines = []
    for number, case in enumerate(pcr.cases, start=1):
        seen = _outcome(pcr, case)
        if not _agrees(seen, case["expect"]):
            lines.append(f"{pcr.id} case {number}: expected {case['expect']}, got {seen}")
    return tuple(lines)


def _outcome(pcr: Pcr, case: Mapping[str, Any]) -> object:
    scope = _scope(pcr, case)
    try:
        return _evaluated(pcr, case, scope)
    except MissingValueError as exc:
        return f"missing {exc.path}"
    except ExpressionError as exc:
        return f"no value: {exc}"
    except StopIteration:
        return "no such rule, check or declared unit"


def _evaluated(pcr: Pcr, case: Mapping[str, Any], scope: Mapping[str, Any]) -> object:
    if "declared_unit" in case:
        return evaluate(next(u for u in pcr.declared_units if u.id == case["declared_unit"]).amount, scope)
    if "check" in case:
        return _test(next(c for c in pcr.checks if c.id == case["check"]).test, scope)
    rule = next(r for r in pcr.rules if r.id == case["rule"])
    holds = evaluate(rule.when, scope)
    if holds and rule.derived:
        return [evaluate(d.coefficient, scope) for d in rule.derived]
    return holds


def _test(test: Node | None, scope: Mapping[str, Any]) -> object:
    return "not assessed" if test is None else evaluate(test, scope)


def _scope(pcr: Pcr, case: Mapping[str, Any]) -> dict[str, Any]:
    """Return the case's inputs over the latest value of each parameter."""
    scope: dict[str, Any] = {f"parameter.{p.id}": p.values[-1].value for p in pcr.parameters}
    return {**scope, **case["given"]}


def _agrees(seen: object, expected: Any) -> bool:
    if isinstance(expected, list):
        return isinstance(seen, list) and len(seen) == len(expected) and all(map(_agrees, seen, expected))
    wanted = scalar(str(expected))
    if isinstance(wanted, float) and isinstance(seen, float) and not isinstance(seen, bool):
        return math.isclose(seen, wanted, rel_tol=1e-12)
    return seen == wanted
