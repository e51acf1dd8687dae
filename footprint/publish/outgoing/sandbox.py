"""A laboratory's own template runs here: it prints what it is given, in loops and conditions, and can do nothing else.

A loop goes over data alone, and one inside another over a part of the outer one's item, so that no template takes
longer than what it prints; there are no calls, no imports and no attributes but the names of what it is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment, nodes

MOST = 64 << 20
"""Characters that a part of a document may have."""
_NODES = frozenset({
    "Template", "Output", "TemplateData", "Name", "Const", "Getattr", "Getitem", "For", "If", "Not", "And", "Or",
    "Compare", "Operand", "CondExpr", "Filter", "Test",
})  # fmt: skip
_FILTERS = frozenset({"length", "upper", "lower", "trim", "e"})
_TESTS = frozenset({"defined"})
_WORD = "template-word"
_LOOP = frozenset({"first", "last", "index", "index0", "length"})


@cache
def environment() -> Environment:
    """Return the environment that templates of laboratories run in; values are escaped for XML."""
    from jinja2 import StrictUndefined
    from jinja2.exceptions import SecurityError
    from jinja2.runtime import LoopContext
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Sandbox(ImmutableSandboxedEnvironment):
        concat = staticmethod(_joined)

        def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
            tree = super()._parse(source, name, filename)
            _check(tree, ())
            return tree

        def getattr(self, obj: Any, attribute: str) -> Any:
            return self.getitem(obj, attribute)

        def getitem(self, obj: Any, argument: Any) -> Any:
            if isinstance(obj, LoopContext) and argument in _LOOP:
                return getattr(obj, argument)
            known = isinstance(obj, dict) and isinstance(argument, str) and argument in obj
            return obj[argument] if known else self.undefined(obj=obj, name=argument)

    def printed(value: Any) -> Any:
        if isinstance(value, str | int | float | StrictUndefined) or hasattr(value, "__html__"):
            return value
        raise SecurityError("template-list")

    made = Sandbox(autoescape=True, undefined=StrictUndefined, auto_reload=False, cache_size=0, finalize=printed)
    made.globals.clear()
    return made


def _joined(parts: Iterable[str]) -> str:
    """Join what a template prints; raise as soon as that is more than any document."""
    from jinja2.exceptions import SecurityError

    def counted() -> Iterator[str]:
        size = 0
        for part in parts:
            size += len(part)
            if size > MOST:
                raise SecurityError("template-long")
            yield part

    return "".join(counted())


def _check(node: nodes.Node, loops: tuple[str, ...]) -> None:
    """Raise for what a template may not do; ``loops``: the variables of the loops around ``node``, inmost last."""
    kind = type(node).__name__
    name = getattr(node, "name", "")
    if kind not in _NODES or (kind == "Filter" and name not in _FILTERS) or (kind == "Test" and name not in _TESTS):
        _refuse(f"{_WORD}:{name or kind.lower()}", node)
    if kind == "Getitem" and type(getattr(node, "arg", None)).__name__ != "Const":
        _refuse("template-key", node)
    inner = loops
    if kind == "For":
        inner = (*loops, _looped(node, loops))
    for child in node.iter_child_nodes():
        _check(child, inner)


def _looped(loop: Any, loops: tuple[str, ...]) -> str:
    """Return the variable of a loop over data; inside another loop, over a part of that one's item."""
    root = loop.iter
    while type(root).__name__ in {"Getattr", "Getitem"}:
        root = root.node
    data = type(root).__name__ == "Name" and type(loop.target).__name__ == "Name" and not loop.recursive
    if not data or (loops and root.name != loops[-1]):
        _refuse("template-loop", loop)
    return str(loop.target.name)


def _refuse(code: str, node: nodes.Node) -> None:
    """Raise with the code of a message, which says it in the language of the user."""
    from jinja2 import TemplateSyntaxError

    raise TemplateSyntaxError(code, node.lineno)
