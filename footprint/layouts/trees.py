"""The parts of a product over all tables of an import: within a table, by codes between them, each use written out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from footprint.layouts.levels import LOST, PRODUCT

MOST_LINES = 2_000_000
"""Lines that writing out every use of every assembly may come to."""


class Rows(NamedTuple):
    """The rows of a table as a tree sees them. ``parents``: position, `PRODUCT` or `LOST`; empty where ``above`` tells.

    ``codes``: what each row is; ``above``: the code of its parent, for pairs; ``keys``: the names of what the whole
    table is the bill of, the likeliest first.
    """

    codes: Sequence[str]
    parents: Sequence[int] = ()
    above: Sequence[str] = ()
    keys: Sequence[str] = ()


Node = tuple[int, int]
"""A row: the number of its table, and its position there."""

class Tree(NamedTuple):
    """The lines of a product in their order: the row of each, and the line it is part of, or `PRODUCT`.

    A row without a place has the parent `LOST`. ``unreached``: rows that are no part of the product; ``ring``: the
    codes of an assembly that contains itself; ``roots``: the products there would be, where it is not clear which is
    meant.
    """

    rows: Sequence[Node] = ()
    parents: Sequence[int] = ()
    unreached: Sequence[Node] = ()
    ring: Sequence[str] = ()
    roots: Sequence[str] = ()
    too_many: bool = False


def tree(tables: Sequence[Rows], product: str = "") -> Tree:
    """Return the tree of ``product``, or of the only one there is."""
    made = _made(tables)
    if not made and not any(rows.above for rows in tables):
        return _as_it_stands(tables)
    links = _Links(tables, made)
    roots = links.roots()
    if product not in roots and len(roots) > 1:
        return Tree(roots=roots)
    top = links.top(product or next(iter(roots), ""))
    return links.written_out(top or links.every())


def _as_it_stands(tables: Sequence[Rows]) -> Tree:
    """Return the tree of tables that do not refer to each other: all are parts of the product, in their order."""
    rows: list[Node] = []
    parents: list[int] = []
    for number, table in enumerate(tables):
        start = len(rows)
        rows += [(number, at) for at in range(len(table.parents))]
        parents += [start + up if up >= 0 else up for up in table.parents]
    return Tree(rows, parents)


def _made(tables: Sequence[Rows]) -> dict[str, int]:
    """Return the tables that are the bill of a row of another table, by the code of that row."""
    keys: dict[str, int] = {}
    for number, table in enumerate(tables):
        for key in table.keys:
            keys.setdefault(key, number)
    found: dict[str, int] = {}
    for number, table in enumerate(tables) if keys else ():
        for code in keys.keys() & set(table.codes):
            if keys[code] != number:
                found[code] = keys[code]
    return found


class _Links:
    """What refers to what: rows by codes, tables by what they are the bill of."""

    def __init__(self, tables: Sequence[Rows], made: Mapping[str, int]) -> None:
        self._tables, self._made = tables, made
        self._by_code: dict[str, list[Node]] = {}
        self._inside: dict[Node, list[Node]] = {}
        self._tops: dict[int, list[Node]] = {}
        self._lost: list[Node] = []
        for number, table in enumerate(tables):
            for at, code in enumerate(table.above):
                self._by_code.setdefault(code, []).append((number, at))
            for at, up in enumerate(table.parents):
                if up >= 0:
                    self._inside.setdefault((number, up), []).append((number, at))
                elif up == PRODUCT:
                    self._tops.setdefault(number, []).append((number, at))
                else:
                    self._lost.append((number, at))

    def code(self, node: Node) -> str:
        """Return what a row is."""
        table, at = node
        return self._tables[table].codes[at]

    def roots(self) -> tuple[str, ...]:
        """Return the products there may be: parents that are part of nothing."""
        children = {code for table in self._tables for code in table.codes if code}
        return tuple(code for code in self._by_code if code and code not in children)

    def top(self, product: str) -> list[Node]:
        """Return the rows that are parts of the product itself: its pairs, and the tables that nothing refers to."""
        used = set(self._made.values())
        whole = [number for number, table in enumerate(self._tables) if table.parents and number not in used]
        return [*self._by_code.get(product, ()), *(node for number in whole for node in self._tops.get(number, ()))]

    def every(self) -> list[Node]:
        """Return all rows: where nothing is a product, one of them contains itself."""
        return [(t, at) for t, table in enumerate(self._tables) for at in range(len(table.codes))]

    def _parts(self, node: Node) -> list[Node]:
        code = self.code(node)
        by_code = self._by_code.get(code, ()) if code else ()
        table = self._made.get(code)
        of_table = self._tops.get(table, ()) if table is not None and table != node[0] else ()
        return [*self._inside.get(node, ()), *by_code, *of_table]

    def written_out(self, top: Sequence[Node]) -> Tree:
        """Return every line below the rows of the product, each use of an assembly with all its parts."""
        ring = self._ring([*top, *self._lost])
        if ring:
            return Tree(ring=ring)
        rows: list[Node] = []
        parents: list[int] = []
        waiting = [*((node, LOST) for node in reversed(self._lost)), *((node, PRODUCT) for node in reversed(top))]
        while waiting:
            node, parent = waiting.pop()
            line = len(rows)
            if line >= MOST_LINES:
                return Tree(too_many=True)
            rows.append(node)
            parents.append(parent)
            waiting += [(part, line) for part in reversed(self._parts(node))]
        reached = set(rows)
        return Tree(rows, parents, [node for node in self.every() if node not in reached])

    def _ring(self, top: Sequence[Node]) -> tuple[str, ...]:
        """Return the codes from an assembly that contains itself back to it; () for none."""
        path: dict[Node, None] = {}
        done: set[Node] = set()
        waiting: list[tuple[Node, bool]] = [(node, False) for node in reversed(top)]
        while waiting:
            node, left = waiting.pop()
            if left:
                del path[node]
                done.add(node)
            elif node in path:
                known = [*path]
                return tuple(self.code(each) for each in (*known[known.index(node) :], node))
            elif node not in done and (parts := self._parts(node)):
                path[node] = None
                waiting.append((node, True))
                waiting += [(part, False) for part in parts]
        return ()
