"""Formulas of others, worked out without running anything: numbers, names, operators and functions in a closed list.

The language is that of openLCA, which SimaPro shares: ``^`` and ``**`` are powers and group from the left, a sign binds
tighter than a power (``-2^2`` is 4), ``log`` has base 10, words are the same in any case, and ``if(c; a; b)`` takes
``;`` or ``,`` between its arguments. A formula becomes a list of steps for a stack of numbers, so that neither length
nor depth reaches Python's own stack; what divides by nought or overflows counts as long as nothing rests on it.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from footprint.errors import UnfitError

MAX_LENGTH = 20_000
"""Characters of a formula."""
MAX_DEPTH = 40
"""Brackets inside brackets."""
_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[^\W\d]\w*)"
    r"|(?P<sign><=|>=|<>|!=|==|&&|\|\||\*\*|[-+*/^()<>=;,&|!]))"
)
_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)|(?<![\w,]),(?=\d)")
_SHOWN = 80
NUMBER, NAME = -1, -2
"""In place of an arity: a step that puts a number, or the number of a name, on the stack."""

Operation = Callable[..., float]
Step = tuple[int, Any]
"""How many numbers a step takes from the stack and what it makes of them; or what it puts there."""


class Program(NamedTuple):
    """A formula as steps for a stack, and the names that it rests on, each as `folded`."""

    steps: tuple[Step, ...]
    names: frozenset[str]


def folded(name: str) -> str:
    """Return a name as names are compared."""
    return name.strip().casefold()


def safe(operation: Operation) -> Operation:
    """Return ``operation`` with no number where it has none, as floating-point arithmetic has it."""

    def safe(*given: float) -> float:
        if any(map(math.isnan, given)):
            return math.nan
        try:
            found = operation(*given)
            return math.nan if isinstance(found, complex) else float(found)
        except (ValueError, ZeroDivisionError):
            return math.nan
        except OverflowError:
            return math.inf

    return safe


def _choice(condition: float, one: float, other: float) -> float:
    """Return one of two, whatever the other is."""
    return math.nan if math.isnan(condition) else (one if condition else other)


def _rounded(x: float) -> float:
    return math.floor(x + 0.5)


_SIGNS: Mapping[str, Operation] = {
    "|": safe(lambda a, b: bool(a) or bool(b)), "xor": safe(lambda a, b: bool(a) != bool(b)),
    "&": safe(lambda a, b: bool(a) and bool(b)),
    "<": safe(operator.lt), "<=": safe(operator.le), "=": safe(operator.eq), "<>": safe(operator.ne),
    ">": safe(operator.gt), ">=": safe(operator.ge),
    "+": safe(operator.add), "-": safe(operator.sub), "*": safe(operator.mul), "/": safe(operator.truediv),
    "div": safe(lambda a, b: math.trunc(_rounded(a) / _rounded(b))), "mod": safe(math.fmod),
    "^": safe(math.pow),
}  # fmt: skip
_SAME = {"||": "|", "or": "|", "&&": "&", "and": "&", "==": "=", "!=": "<>", "**": "^"}
_LEVELS = (("|",), ("xor",), ("&",), ("<", "<=", "=", "<>", ">", ">="), ("+", "-"), ("*", "/", "div", "mod"), ("^",))
_NEGATED, _NOT = safe(operator.neg), safe(operator.not_)
_ANY = -1
_FUNCTIONS: Mapping[str, tuple[int, Operation]] = {
    "abs": (1, safe(abs)), "ceil": (1, safe(math.ceil)), "floor": (1, safe(math.floor)),
    "frac": (1, safe(lambda x: math.modf(x)[0])), "int": (1, safe(math.trunc)), "round": (1, safe(_rounded)),
    "sqr": (1, safe(lambda x: x * x)), "sqrt": (1, safe(math.sqrt)), "exp": (1, safe(math.exp)),
    "ln": (1, safe(math.log)), "log": (1, safe(math.log10)), "log2": (1, safe(math.log2)),
    "power": (2, _SIGNS["^"]), "ipower": (2, safe(lambda a, b: math.pow(a, math.trunc(b)))),
    "acos": (1, safe(math.acos)), "asin": (1, safe(math.asin)), "atan": (1, safe(math.atan)),
    "atan2": (2, safe(math.atan2)), "cos": (1, safe(math.cos)), "cosh": (1, safe(math.cosh)),
    "cotan": (1, safe(lambda x: 1 / math.tan(x))), "sin": (1, safe(math.sin)), "sinh": (1, safe(math.sinh)),
    "tan": (1, safe(math.tan)), "tanh": (1, safe(math.tanh)), "acosh": (1, safe(math.acosh)),
    "asinh": (1, safe(math.asinh)), "atanh": (1, safe(math.atanh)),
    "min": (_ANY, safe(min)), "max": (_ANY, safe(max)), "sum": (_ANY, safe(lambda *each: math.fsum(each))),
    "avg": (_ANY, safe(lambda *each: math.fsum(each) / len(each))), "not": (1, _NOT), "if": (3, _choice),
    "and": (_ANY, safe(lambda *each: all(each))), "or": (_ANY, safe(lambda *each: any(each))),
    "xor": (2, _SIGNS["xor"]), "mod": (2, _SIGNS["mod"]), "div": (2, _SIGNS["div"]),
}  # fmt: skip
_ALSO = {
    "mean": "avg", "average": "avg", "trunc": "int", "ipow": "ipower", "intpower": "ipower", "pow": "power",
    "lg": "log", "log10": "log", "arccos": "acos", "arcsin": "asin", "arctan": "atan", "arccosh": "acosh",
    "arcsinh": "asinh", "arctanh": "atanh", "arctan2": "atan2", "cot": "cotan", "iff": "if", "iif": "if",
    "ceiling": "ceil",
}  # fmt: skip
_CONSTANTS = {"pi": math.pi, "e": math.e, "true": 1.0, "false": 0.0}


@lru_cache(maxsize=16_384)
def program(text: str, decimal: str = ".") -> Program:
    """Return the steps of a formula; `UnfitError` for what is none. ``decimal``: the decimal sign of its numbers."""
    if len(text) > MAX_LENGTH:
        raise UnfitError("inventory-formula-long", text=_short(text), most=MAX_LENGTH)
    reader = _Reader(_DECIMAL_COMMA.sub(".", text.replace(".", "\0")) if decimal == "," else text)
    return Program(reader.steps(), frozenset(reader.names))


class _Reader:
    """One formula under way: operators by their levels, each level before what binds less."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.depth = text, 0, 0
        self.found: list[Step] = []
        self.names: set[str] = set()
        self.kind, self.word = "", ""
        self._next()

    def steps(self) -> tuple[Step, ...]:
        """Return the steps of the whole formula."""
        self._level(0)
        if self.kind:
            raise self._refused()
        return tuple(self.found)

    def _next(self) -> None:
        match = _TOKEN.match(self.text, self.at)
        if match is None:
            if self.text[self.at :].strip():
                raise self._refused()
            self.kind, self.word = "", ""
            return
        self.at = match.end()
        self.kind, self.word = match.lastgroup or "", match[match.lastgroup or 0].casefold()

    def _refused(self) -> UnfitError:
        rest = self.word + self.text[self.at :]
        return UnfitError("inventory-formula-syntax", text=_short(self.text), rest=_short(rest.strip()))

    def _level(self, level: int) -> None:
        """Read a chain of the operators of one level, from the left."""
        if level == len(_LEVELS):
            self._signed()
            return
        self._level(level + 1)
        while self.kind and (sign := _SAME.get(self.word, self.word)) in _LEVELS[level]:
            self._next()
            self._level(level + 1)
            self.found.append((2, _SIGNS[sign]))

    def _signed(self) -> None:
        signs: list[Operation] = []
        while self.kind == "sign" and self.word in {"-", "+", "!"}:
            signs += {"-": [_NEGATED], "!": [_NOT]}.get(self.word, [])
            self._next()
        self._element()
        self.found += [(1, sign) for sign in reversed(signs)]

    def _element(self) -> None:
        kind, word = self.kind, self.word
        if kind == "number":
            self.found.append((NUMBER, float(word)))
            self._next()
        elif kind == "name":
            self._next()
            self._named(word)
        elif word != "(" or self._enclosed() != 1:
            raise self._refused()

    def _named(self, name: str) -> None:
        if self.word == "(":
            self._called(name)
        else:
            self.names.add(name)
            self.found.append((NAME, name))

    def _enclosed(self) -> int:
        """Read what stands in brackets, and return how many arguments that is."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise UnfitError("inventory-formula-deep", text=_short(self.text), most=MAX_DEPTH)
        self._next()
        count = 0
        while self.word != ")" or count:
            self._level(0)
            count += 1
            if self.word not in {";", ","}:
                break
            self._next()
        if self.word != ")":
            raise self._refused()
        self.depth -= 1
        self._next()
        return count

    def _called(self, name: str) -> None:
        arity, operation = _FUNCTIONS.get(_ALSO.get(name, name), (0, None))
        if operation is None and name not in _CONSTANTS:
            raise UnfitError("inventory-formula-function", text=_short(self.text), name=_short(name))
        count = self._enclosed()
        if count != arity and not (arity == _ANY and count):
            raise UnfitError("inventory-formula-arguments", text=_short(self.text), name=name, count=count)
        self.found.append((NUMBER, _CONSTANTS[name]) if operation is None else (count, operation))


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


class Values:
    """Names with their numbers: stated, or worked out of formulas when they are asked for, each once.

    ``outer``: where names are looked up that are none of these. Names are compared as `folded`.
    ``read``: makes steps of a formula, where it is written in another language. ``wrong``: names stated with what is no
    number, which matters to what rests on them.
    """

    def __init__(
        self,
        numbers: Mapping[str, float] | None = None,
        formulas: Mapping[str, str] | None = None,
        outer: Values | None = None,
        decimal: str = ".",
        read: Callable[[str, str], Program] | None = None,
        wrong: Mapping[str, UnfitError] | None = None,
    ) -> None:
        self._wrong = {folded(name): why for name, why in (wrong or {}).items()}
        self._numbers = {folded(name): number for name, number in (numbers or {}).items()}
        self._formulas = {folded(name): text for name, text in (formulas or {}).items()}
        self._outer, self._decimal, self._read = outer, decimal, read or program

    def number(self, text: str) -> float:
        """Return what a formula comes to; `UnfitError` for one that cannot be read, or comes to no number."""
        found = self._run(self._read(text, self._decimal))
        if not math.isfinite(found):
            raise UnfitError("inventory-formula-number", text=_short(text))
        return found

    def value(self, name: str) -> float:
        """Return the number of a name; `UnfitError` where it has none."""
        key = folded(name)
        if key in self._numbers:
            return self._numbers[key]
        if key in self._formulas:
            self._work_out(key)
            return self._numbers[key]
        if key in self._wrong:
            raise self._wrong[key]
        if self._outer is not None:
            return self._outer.value(key)
        if key in _CONSTANTS:
            return _CONSTANTS[key]
        raise UnfitError("inventory-formula-name", name=_short(name.strip()))

    def _run(self, steps: Program) -> float:
        stack: list[float] = []
        for arity, what in steps.steps:
            if arity < 0:
                stack.append(self.value(what) if arity == NAME else what)
            else:
                given = stack[len(stack) - arity :]
                del stack[len(stack) - arity :]
                stack.append(what(*given))
        return stack[-1]

    def _work_out(self, key: str) -> None:
        """Work out a name after all it rests on; `UnfitError` where it rests on itself."""
        path, under_way = [key], {key}
        while path:
            name = path[-1]
            if name in self._numbers:
                path.pop()
                continue
            steps = self._read(self._formulas[name], self._decimal)
            open_names = [n for n in steps.names if n in self._formulas and n not in self._numbers]
            if any(n in under_way for n in open_names):
                raise UnfitError("inventory-formula-loop", name=_short(name))
            if open_names:
                path += sorted(open_names)
                under_way.add(name)
            else:
                self._numbers[name] = self._run(steps)
                under_way.discard(name)
                path.pop()
