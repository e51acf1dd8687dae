"""Expressions: parsed from a whitelisted subset of Python's syntax, typed, evaluated, and printed as a sentence.

Nothing is ever executed: Python's own parser gives a syntax tree, of which the few node types below become ours.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial, reduce
from typing import Any

from footprint.errors import UnfitError
from footprint.model.dependent import equal
from footprint.model.expressions import (
    Call,
    Choice,
    Literal,
    Logic,
    Lookup,
    Member,
    Name,
    Node,
    Not,
    Operation,
    Scalar,
)
from footprint.rules.vocabulary import FUNCTIONS, TRUTHS, Word, like_name

_ARITHMETIC: dict[type[ast.AST], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}
_COMPARISON: dict[type[ast.AST], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
_COMPUTE: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
    "==": equal,
    "!=": lambda one, other: not equal(one, other),
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_OPERATORS = "+ - * / ** == != < <= > >= and or not in"
_LONGEST = 2000
_LARGEST_NUMBER = 1e300
_LARGEST_POWER = 10
_DEEPEST = 40
_STEP = re.compile(r"[-+*/<>=!(\[,]|\b(?:not|and|or|if|in)\b")
_FEW = 16
"""Each operator, bracket or comma opens two levels at most: with so few, no tree is deep and none need be walked."""
Scope = Mapping[str, Scalar | Mapping[str, Scalar] | None]
"""Path -> value; None is missing; a table parameter is a mapping."""
Compute = Callable[[Scope], Scalar]


class ExpressionError(UnfitError):
    """An expression that cannot be read or computed, or whose types do not fit."""


class MissingValueError(UnfitError):
    """A value the expression needs is not there. ``path`` names it; ``keys``: those a table has in its place."""

    def __init__(self, path: str, keys: tuple[str, ...] = ()) -> None:
        super().__init__("unfit-no-such-key" if keys else "unfit-no-value", path=path, keys=", ".join(keys))
        self.path = path
        self.keys = keys


def parse(text: str) -> Node:
    """Return the tree of ``text``; `ExpressionError` for any syntax outside the whitelist."""
    if len(text) > _LONGEST:
        raise ExpressionError("unfit-long", most=_LONGEST)
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as exc:
        raise ExpressionError("unfit-syntax", text=text.strip()) from exc
    if len(_STEP.findall(text)) > _FEW and _is_deep(tree):
        raise ExpressionError("unfit-deep", most=_DEEPEST)
    return _node(tree)


def _is_deep(tree: ast.AST) -> bool:
    """Tell whether a tree is deeper than anybody writes: what is read is walked by recursion later."""
    level = [tree]
    for _ in range(_DEEPEST):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    return bool(level)


def _node(tree: ast.AST) -> Node:
    reader = _READERS.get(type(tree))
    if reader is None:
        raise ExpressionError("unfit-form", text=_written(tree))
    return reader(tree)


def _written(tree: ast.AST) -> str:
    try:
        return ast.unparse(tree)
    except (ValueError, RecursionError):
        return "…"


def _constant(tree: Any) -> Node:
    if isinstance(tree.value, bool | str):
        return Literal(tree.value)
    if isinstance(tree.value, int | float) and abs(tree.value) <= _LARGEST_NUMBER:
        return Literal(float(tree.value))
    raise ExpressionError("unfit-form", text=_written(tree))


def _truth(tree: Any) -> Node:
    if tree.id in TRUTHS:
        return Literal(TRUTHS[tree.id])
    raise ExpressionError("unfit-path", text=tree.id)


def _path(tree: Any) -> str:
    if isinstance(tree, ast.Attribute) and isinstance(tree.value, ast.Name):
        return f"{tree.value.id}.{tree.attr}"
    raise ExpressionError("unfit-path", text=_written(tree))


def _compare(tree: Any) -> Node:
    if len(tree.ops) != 1:
        parts = zip([tree.left, *tree.comparators], tree.ops, tree.comparators, strict=False)
        return Logic("and", tuple(_one_comparison(left, op, right) for left, op, right in parts))
    return _one_comparison(tree.left, tree.ops[0], tree.comparators[0])


def _one_comparison(left: ast.AST, op: ast.AST, right: ast.AST) -> Node:
    if isinstance(op, ast.In | ast.NotIn):
        if not isinstance(right, ast.Tuple | ast.List):
            raise ExpressionError("unfit-in", text=_written(right))
        member = Member(_node(left), tuple(_node(item) for item in right.elts))
        return Not(member) if isinstance(op, ast.NotIn) else member
    if type(op) not in _COMPARISON:
        raise ExpressionError("unfit-operator", options=_OPERATORS)
    return Operation(_COMPARISON[type(op)], _node(left), _node(right))


def _binary(tree: Any) -> Node:
    if type(tree.op) not in _ARITHMETIC:
        raise ExpressionError("unfit-operator", options=_OPERATORS)
    return Operation(_ARITHMETIC[type(tree.op)], _node(tree.left), _node(tree.right))


def _unary(tree: Any) -> Node:
    if isinstance(tree.op, ast.Not):
        return Not(_node(tree.operand))
    if isinstance(tree.op, ast.USub):
        return Operation("-", Literal(0.0), _node(tree.operand))
    raise ExpressionError("unfit-operator", options=_OPERATORS)


def _call(tree: Any) -> Node:
    if not isinstance(tree.func, ast.Name) or tree.func.id not in FUNCTIONS or tree.keywords:
        raise ExpressionError("unfit-function", text=_written(tree), options=", ".join(FUNCTIONS))
    least, most = FUNCTIONS[tree.func.id].arity
    if not least <= len(tree.args) <= most:
        raise ExpressionError("unfit-arity", name=tree.func.id, count=least if least == most else f"{least}–{most}")
    return Call(tree.func.id, tuple(_node(item) for item in tree.args))


_READERS: dict[type[ast.AST], Callable[[Any], Node]] = {
    ast.Constant: _constant,
    ast.Name: _truth,
    ast.Attribute: lambda tree: Name(_path(tree)),
    ast.Subscript: lambda tree: Lookup(_path(tree.value), _node(tree.slice)),
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.BoolOp: lambda tree: Logic("and" if isinstance(tree.op, ast.And) else "or", tuple(map(_node, tree.values))),
    ast.Compare: _compare,
    ast.Call: _call,
    ast.IfExp: lambda tree: Choice(_node(tree.test), _node(tree.body), _node(tree.orelse)),
}


def type_of(node: Node, words: Mapping[str, Word]) -> str:  # noqa: C901, PLR0912 - one arm per node type
    """Return number, text or truth; `ExpressionError` for unknown names and types that do not fit."""
    match node:
        case Literal(value):
            return "truth" if isinstance(value, bool) else "text" if isinstance(value, str) else "number"
        case Name(path) | Lookup(path, _):
            if path not in words:
                raise ExpressionError("unfit-word", near=like_name(path, words), name=path)
            if words[path].is_table != isinstance(node, Lookup):
                raise ExpressionError("unfit-table" if words[path].is_table else "unfit-no-table", name=path)
            if isinstance(node, Lookup):
                type_of(node.key, words)
            return words[path].type
        case Operation(op, left, right):
            return _type_of_operation(op, type_of(left, words), type_of(right, words))
        case Member(item, options):
            _same({type_of(item, words), *(type_of(o, words) for o in options)})
        case Call(function, arguments):
            if function == "known" and not isinstance(arguments[0], Name):
                raise ExpressionError("unfit-known")
            return _type_of_call(function, [type_of(a, words) for a in arguments])
        case Choice(condition, then, otherwise):
            _need("truth", type_of(condition, words))
            return _same({type_of(then, words), type_of(otherwise, words)})
        case Not(item):
            _need("truth", type_of(item, words))
        case Logic(_, items):
            for item in items:
                _need("truth", type_of(item, words))
    return "truth"


def _type_of_operation(op: str, left: str, right: str) -> str:
    if op in {"==", "!="}:
        _same({left, right})
        return "truth"
    if op == "+" and left == right == "text":
        return "text"
    _need("number", left)
    _need("number", right)
    return "truth" if op in _COMPARISON.values() else "number"


def _type_of_call(function: str, arguments: list[str]) -> str:
    wanted = FUNCTIONS[function].arguments
    for given in arguments:
        if wanted != "any":
            _need(wanted, given)
    return FUNCTIONS[function].gives


def _same(types: set[str]) -> str:
    if len(types) != 1:
        one, other, *_ = (UnfitError(f"type-{type_}") for type_ in sorted(types))
        raise ExpressionError("unfit-types", one=one, other=other)
    return types.pop()


def _need(wanted: str, given: str) -> None:
    if wanted != given:
        raise ExpressionError("unfit-given", wanted=UnfitError(f"type-{wanted}"), given=UnfitError(f"type-{given}"))


def evaluate(node: Node, scope: Scope) -> Scalar:
    """Return the value of ``node``; `MissingValueError` where a needed value is None or absent."""
    return computed(node)(scope)


def computed(node: Node) -> Compute:  # noqa: C901, PLR0911 - one arm per node type
    """Return the function of the scope that ``node`` is: made once, asked for every line."""
    match node:
        case Literal(value):
            return lambda _: value
        case Name(path):
            return _named(path)
        case Lookup(table, key):
            return _looked_up(table, computed(key))
        case Operation("==" | "!=" as op, Name(path), Literal(str() as text)):
            return _is(_named(path), text, holds=op == "==")  # what conditions ask most, and of no number
        case Operation(op, left, right):
            return _operation(op, computed(left), computed(right))
        case Logic("and", items):
            return reduce(lambda one, next_: lambda scope: one(scope) and next_(scope), map(computed, items))
        case Logic(_, items):
            return reduce(lambda one, next_: lambda scope: one(scope) or next_(scope), map(computed, items))
        case Not(item):
            inner = computed(item)
            return lambda scope: not inner(scope)
        case Member(item, options):
            return _is_one_of(computed(item), options)
        case Call("known", (Name(path),)):
            return lambda scope: scope.get(path) is not None
        case Call(function, arguments):
            return _called(function, tuple(map(computed, arguments)))
        case Choice(condition, then, otherwise):
            asked, yes, no = computed(condition), computed(then), computed(otherwise)
            return lambda scope: yes(scope) if asked(scope) else no(scope)


def _is(asked: Compute, text: str, *, holds: bool) -> Compute:
    return (lambda scope: asked(scope) == text) if holds else (lambda scope: asked(scope) != text)


def _is_one_of(asked: Compute, options: Sequence[Node]) -> Compute:
    texts = frozenset(option.value for option in options if isinstance(option, Literal))
    if all(isinstance(option, Literal) and isinstance(option.value, str) for option in options):
        return lambda scope: asked(scope) in texts
    choices = tuple(map(computed, options))
    return lambda scope: any(map(partial(equal, asked(scope)), (choice(scope) for choice in choices)))


def _called(name: str, given: tuple[Compute, ...]) -> Compute:
    def call(scope: Scope) -> Scalar:
        values = [argument(scope) for argument in given]
        try:
            return FUNCTIONS[name].compute(*values)
        except ValueError as exc:
            raise ExpressionError("unfit-value-of", name=name, values=", ".join(map(_told, values))) from exc

    return call


def _looked_up(table: str, key: Compute) -> Compute:
    def look(scope: Scope) -> Scalar:
        rows = scope.get(table)
        if not isinstance(rows, Mapping):
            raise MissingValueError(table)
        wanted = str(key(scope))
        if wanted not in rows:
            raise MissingValueError(f"{table}[{wanted}]", tuple(rows))
        return rows[wanted]

    return look


def _named(path: str) -> Compute:
    def value(scope: Scope) -> Scalar:
        found = scope.get(path)
        if found is None or isinstance(found, dict):
            raise MissingValueError(path)
        return found  # type: ignore[return-value]

    return value


def _operation(op: str, first: Compute, second: Compute) -> Compute:
    compute = _COMPUTE[op]
    if op in _COMPARISON.values():
        return lambda scope: compute(first(scope), second(scope))
    return lambda scope: _operate(op, first(scope), second(scope))


def _operate(op: str, left: Scalar, right: Scalar) -> Scalar:
    if op == "**" and abs(float(right)) > _LARGEST_POWER:
        raise ExpressionError("unfit-power", most=_LARGEST_POWER)
    try:
        result: Scalar = _COMPUTE[op](left, right)
    except (ZeroDivisionError, OverflowError) as exc:
        raise ExpressionError("unfit-result", text=f"{_told(left)} {op} {_told(right)}") from exc
    if isinstance(result, complex) or (isinstance(result, float) and not math.isfinite(result)):
        raise ExpressionError("unfit-result", text=f"{_told(left)} {op} {_told(right)}")
    return result


def _told(value: Scalar) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


class _Watched(dict[str, Any]):
    """A scope that remembers what was taken from it."""

    def __init__(self, scope: Scope) -> None:
        super().__init__(scope)
        self.taken: set[str] = set()

    def get(self, path: str, default: Any = None) -> Any:
        """Return the value of ``path``, and remember that somebody asked."""
        self.taken.add(path)
        return super().get(path, default)


def asked(node: Node, scope: Scope) -> set[str]:
    """Return the paths that the value of ``node`` rests on in ``scope``: of a choice, those of the side it takes."""
    watched = _Watched(scope)
    evaluate(node, watched)
    return watched.taken


def names(node: Node) -> set[str]:  # noqa: C901, PLR0911 - one arm per node type
    """Return every path a tree mentions."""
    match node:
        case Literal():
            return set()
        case Name(path):
            return {path}
        case Lookup(table, key):
            return {table} | names(key)
        case Operation(_, left, right):
            return names(left) | names(right)
        case Logic(_, items) | Call(_, items):
            return set().union(*map(names, items))
        case Not(item):
            return names(item)
        case Member(item, options):
            return names(item).union(*map(names, options))
        case Choice(condition, then, otherwise):
            return names(condition) | names(then) | names(otherwise)
