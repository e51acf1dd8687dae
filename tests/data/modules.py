"""The modules of the package, parsed once: what tests of the house read."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import NamedTuple

PACKAGE = Path(__file__).parents[2] / "footprint"


class Source(NamedTuple):
    name: str
    path: Path
    tree: ast.Module
    nodes: tuple[ast.AST, ...]

    def at(self, node: ast.AST) -> str:
        return f"{self.path.relative_to(PACKAGE.parent)}:{getattr(node, 'lineno', 1)}"


@cache
def sources() -> tuple[Source, ...]:
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        found.append(Source(name, path, tree, tuple(ast.walk(tree))))
    return tuple(found)
