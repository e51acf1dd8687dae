"""The tree of a coefficient as it was computed for one line: choices made, and numbers in the place of names."""

from __future__ import annotations

from footprint.model.expressions import Call, Choice, Literal, Lookup, Name, Node, Operation
from footprint.rules.expressions import Scope, evaluate


def taken(node: Node, scope: Scope) -> Node:
    """Return ``node`` with each choice replaced by what it chose in ``scope``."""
    match node:
        case Choice(condition, then, otherwise):
            return taken(then if evaluate(condition, scope) else otherwise, scope)
        case Operation(op, left, right):
            return Operation(op, taken(left, scope), taken(right, scope))
        case Call(function, arguments):
            return Call(function, tuple(taken(argument, scope) for argument in arguments))
    return node


def filled(node: Node, scope: Scope) -> Node:
    """Return ``node``, a number without choices, with the values of ``scope`` in the place of its names."""
    match node:
        case Name() | Lookup():
            return Literal(evaluate(node, scope))
        case Operation(op, left, right):
            return Operation(op, filled(left, scope), filled(right, scope))
        case Call(function, arguments):
            return Call(function, tuple(filled(argument, scope) for argument in arguments))
    return node
