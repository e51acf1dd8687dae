"""Run the cases that a rule file brings: each names a rule, a check or a declared unit, its inputs and its outcome."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from footprint.model.expressions import Node, Scalar
from footprint.model.pcr import Pcr
from footprint.rules.expressions import MissingValueError, evaluate


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
    scope.update({name: _scalar(value) for name, value in case.get("given", {}).items()})
    return scope


def _scalar(text: str) -> Scalar:
    if text in {"true", "false"}:
        return text == "true"
    try:
        return float(text)
    except ValueError:
        return text


def _agrees(seen: object, expected: Any) -> bool:
    if isinstance(expected, list):
        return isinstance(seen, list) and len(seen) == len(expected) and all(map(_agrees, seen, expected))
    wanted = _scalar(str(expected))
    if isinstance(wanted, float) and isinstance(seen, float) and not isinstance(seen, bool):
        return math.isclose(seen, wanted, rel_tol=1e-12)
    return seen == wanted
