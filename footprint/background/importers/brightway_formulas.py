"""Formulas and parameters of Brightway, which are written in Python's signs: read as a tree, and never run as Python.

What differs from the formulas of others: ``-2**2`` is -4, powers group from the right, and ``log`` is the natural one.
Names are the same in any case; two parameters of one place whose names differ in nothing else are none.
"""

from __future__ import annotations

import ast
import math
import operator
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from footprint.background.importers.formulas import (
    MAX_LENGTH,
    NAME,
    NUMBER,
    Operation,
    Program,
    Step,
    Values,
    folded,
    safe,
)
from footprint.errors import UnfitError

_SIGNS: Mapping[type, Operation] = {
    ast.Add: safe(operator.add), ast.Sub: safe(operator.sub), ast.Mult: safe(operator.mul),
    ast.Div: safe(operator.truediv), ast.Pow: safe(math.pow), ast.FloorDiv: safe(operator.floordiv),
    ast.Mod: safe(operator.mod), ast.USub: safe(operator.neg), ast.UAdd: safe(operator.pos),
    ast.Lt: safe(operator.lt), ast.LtE: safe(operator.le), ast.Gt: safe(operator.gt), ast.GtE: safe(operator.ge),
    ast.Eq: safe(operator.eq), ast.NotEq: safe(operator.ne),
}  # fmt: skip
_ONE: Mapping[str, Operation] = {
    name: safe(getattr(math, name))
    for name in ("sqrt", "exp", "log", "log10", "log2", "sin", "cos", "tan", "asin", "acos", "atan", "floor", "ceil")
}
_ALSO: Mapping[str, Operation] = {"abs": safe(abs), "round": safe(round), "int": safe(math.trunc), "float": safe(float)}
_SEVERAL: Mapping[str, Operation] = {"min": safe(min), "max": safe(max)}
_CHOICE: Operation = lambda condition, one, other: one if condition else other  # noqa: E731
_SHOWN = 80


@lru_cache(maxsize=16_384)
def python(text: str, _decimal: str = ".") -> Program:
    """Return the steps of a formula; `UnfitError` for what is none."""
    shown = text[:_SHOWN]
    if len(text) > MAX_LENGTH:
        raise UnfitError("inventory-formula-long", text=shown, most=MAX_LENGTH)
    steps: list[Step] = []
    try:
        _put(ast.parse(text.strip(), mode="eval").body, steps)
    except (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError) as exc:
        raise UnfitError("inventory-formula-syntax", text=shown, rest=shown) from exc
    return Program(tuple(steps), frozenset(what for arity, what in steps if arity == NAME))


def _put(node: ast.expr, steps: list[Step]) -> None:
    """Add the steps of a part of a formula; ValueError for one that is none of arithmetic."""
    match node:
        case ast.Constant(value=bool() | int() | float() as value):
            steps.append((NUMBER, float(value)))
        case ast.Name(id=name):
            steps.append((NAME, folded(name)))
        case ast.BinOp(left=left, op=sign, right=right) | ast.Compare(left=left, ops=[sign], comparators=[right]):
            _all((left, right), steps, _SIGNS.get(type(sign)))
        case ast.UnaryOp(op=sign, operand=inner):
            _all((inner,), steps, _SIGNS.get(type(sign)))
        case ast.IfExp(test=test, body=one, orelse=other):
            _all((test, one, other), steps, safe(_CHOICE))
        case ast.Call(func=ast.Name(id=name), args=given, keywords=[]):
            alone = _ONE.get(name) or _ALSO.get(name)
            _all(given, steps, alone if alone and len(given) == 1 else _SEVERAL.get(name) if len(given) > 1 else None)
        case _:
            raise ValueError(type(node).__name__)


def _all(given: Sequence[ast.expr], steps: list[Step], operation: Operation | None) -> None:
    """Add the steps of what an operation takes, then its own."""
    if operation is None:
        raise ValueError("operation")
    for each in given:
        _put(each, steps)
    steps.append((len(given), operation))


def parameters(rows: Iterable[tuple[str, Any, str]], outer: Values | None = None) -> Values:
    """Return the parameters of one place by name, amount and formula, which comes before the amount.

    A name that is stated with nothing, or with several things, has no number, and takes none from further out.
    """
    listed = dict.fromkeys((folded(name), None if formula else amount, formula) for name, amount, formula in rows)
    counts = Counter(name for name, _, _ in listed)
    numbers: dict[str, float] = {}
    formulas: dict[str, str] = {}
    wrong: dict[str, UnfitError] = {}
    for name, amount, formula in listed:
        if counts[name] > 1:
            wrong[name] = UnfitError("brightway-parameter-twice", name=name)
        elif formula:
            formulas[name] = formula
        elif amount is not None:
            numbers[name] = amount
        else:
            wrong[name] = UnfitError("inventory-formula-name", name=name)
    return Values(numbers, formulas, outer, read=python, wrong=wrong)
