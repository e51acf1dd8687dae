"""The parts of a product over all tables of an import: within a table, by codes between them, each use written out."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from footprint.layouts.naming.levels import LOST, PRODUCT

MOST_LINES = 1_000_000
"""Lines that writing out every use of every assembly may come to, and rows of a source: what a worksheet holds."""
_AROUND = re.compile(
    r"^(?:(?:见|参见|详见)[\s:：]*|(?:see|siehe|bom)[\s:：#_-]+)?#*\s*|\.(?:xls[xmb]?|csv|tsv|txt|ods)$", re.IGNORECASE
)
_LEAST_CODE = 4
_FIRST = re.compile(r"[\w.-]*[\w]")


class Rows(NamedTuple):
    """The rows of a table as a tree sees them. ``parents``: position, `PRODUCT` or `LOST`; empty where ``above`` tells.

    ``codes``: what each row is; ``above``: the code of its parent, for pairs, "" for the product itself; ``keys``: the
    names of what the whole table says it is the bill of, the likeliest first; ``titles``: those of its sheet and file.
    """

    codes: Sequence[str]
    parents: Sequence[int] = ()
    above: Sequence[str] = ()
    keys: Sequence[str] = ()
    titles: Sequence[str] = ()


Node = tuple[int, int]
"""A row: the number of its table, and its position there."""


class Tree(NamedTuple):
    """The lines of a product in their order: the row of each, and the line it is part of, or `PRODUCT`.

    A row without a place has the parent `LOST`. ``unreached``: rows that are no part of the product; ``twice``: those
    of them that tell an assembly which is told elsewhere, too; ``ring``: the codes of an assembly that contains itself;
    ``roots``: the products there would be, where it is not clear which is meant; ``product``: the one that pairs tell;
    ``differs``: rows of an assembly that is told in several places, and not alike; ``missing``: what has parts, where
    that which is wanted has none.
    """

    rows: Sequence[Node] = ()
    parents: Sequence[int] = ()
    unreached: Sequence[Node] = ()
    twice: frozenset[Node] = frozenset()
    ring: Sequence[str] = ()
    roots: Sequence[str] = ()
    too_many: bool = False
    product: str = ""
    differs: Sequence[Node] = ()
    missing: Sequence[str] = ()


def tree(tables: Sequence[Rows], product: str = "") -> Tree:
    """Return the tree of ``product``, or of the only one there is."""
    made = _made(tables)
    if not product and not made and not any(rows.above for rows in tables):
        return _as_it_stands(tables)
    links = _Links(tables, made)
    top, roots = links.of(product) if product else [], links.roots()
    if product and not top and (wholes := links.wholes(product)):
        return Tree(missing=wholes)
    if not top and len(roots) > 1:
        return Tree(roots=roots)
    only = next(iter(roots), "")
    found = links.written_out(top or links.top(only) or links.every())
    return found._replace(product=product if top else only or links.head)


def _as_it_stands(tables: Sequence[Rows]) -> Tree:
    """Return the tree of tables that do not refer to each other: all are parts of the product, in their order."""
    rows: list[Node] = []
    parents: list[int] = []
    for number, table in enumerate(tables):
        start = len(rows)
        rows += [(number, at) for at in range(len(table.parents))]
        parents += [start + up if up >= 0 else up for up in table.parents]
    return Tree(rows, parents)


@lru_cache(65536)
def key(text: str) -> str:
    """Return a code as tables are looked up by it: ``#9002A``, ``9002a.xlsx`` and ``见 9002A`` are one."""
    return _AROUND.sub("", unicodedata.normalize("NFKC", text).strip()).casefold()


def _made(tables: Sequence[Rows]) -> dict[str, Sequence[int]]:
    """Return the tables that are the bill of a row of another table, by the code of that row.

    A table is known by what it says it is the bill of, as others may be, too; then by the names of sheet and file,
    whole or their first word.
    """
    keys = _keys(tables) if len(tables) > 1 else {}
    found: dict[str, Sequence[int]] = {}
    for number, table in enumerate(tables) if keys else ():
        for code in _like({*table.codes}, keys):
            made = keys.get(key(code), [number])
            if number not in made:
                found[code] = made
    return found


def _keys(tables: Sequence[Rows]) -> dict[str, list[int]]:
    """Return the tables by what they are known by."""
    keys: dict[str, list[int]] = {}
    for at, table in enumerate(tables):
        for each in dict.fromkeys(map(key, table.keys)):
            keys.setdefault(each, []).append(at)
    readings = (*(table.titles for table in tables), *([_first(each) for each in table.titles] for table in tables))
    for at, names in enumerate(readings):
        for each in names:
            keys.setdefault(key(each), [at % len(tables)])
    keys.pop("", None)
    return keys


def _like(codes: set[str], keys: Iterable[str]) -> Iterator[str]:
    """Yield the codes that may be one of the ``keys``: those of plain letters that end like one, and all others."""
    ends = {each[-1] for each in keys}
    yield from (code for code in codes if not code.isascii() or not code.isalnum() or code[-1].casefold() in ends)


def _first(title: str) -> str:
    """Return the first word of a title, where it is long enough to be a code: ``100 parts`` is the bill of no 100."""
    match = _FIRST.match(title)
    least = _LEAST_CODE if match and match[0].isdecimal() else _LEAST_CODE - 1
    return match[0] if match and len(match[0]) >= least else ""


class _Links:
    """What refers to what: rows by codes, tables by what they are the bill of."""

    def __init__(self, tables: Sequence[Rows], made: Mapping[str, Sequence[int]]) -> None:
        self._tables, self._made = tables, made
        self._by_code: dict[str, dict[int, list[Node]]] = {}
        self._paired: dict[str, list[Node]] = {}
        self._differs: list[Node] = []
        self._inside: dict[Node, list[Node]] = {}
        self._tops: dict[int, list[Node]] = {}
        self._lost: list[Node] = []
        for number, table in enumerate(tables):
            for at, code in enumerate(table.above):
                self._by_code.setdefault(code, {}).setdefault(number, []).append((number, at))
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

    def _whole(self) -> list[int]:
        """Return the tables with a structure of their own that nothing refers to."""
        used = {number for numbers in self._made.values() for number in numbers}
        return [number for number, table in enumerate(self._tables) if table.parents and number not in used]

    def roots(self) -> tuple[str, ...]:
        """Return the products there may be: parents that are part of nothing, and what tables beside others name.

        Beside such a parent, rows that are said to be parts of nothing are products, too.
        """
        children = {code for table in self._tables for code in table.codes if code}
        named = (next(iter(self._tables[number].keys), "") for number in self._whole() if self._made)
        found = (*(code for code in self._by_code if code and code not in children), *filter(None, named))
        tops = map(self.code, self._topmost()) if found else ()
        return tuple(dict.fromkeys((*found, *tops)))

    def _topmost(self) -> list[Node]:
        """Return the pairs without a parent: parts of the product itself, or the product."""
        return [node for nodes in self._by_code.get("", {}).values() for node in nodes]

    @property
    def head(self) -> str:
        """The code of the product where a row of pairs is that."""
        return next((table.keys[0] for table in self._tables if table.above and table.keys), "")

    def wholes(self, product: str) -> tuple[str, ...]:
        """Return the codes of what has parts, where ``product`` has none: a row, or no parent of those that pairs tell.

        None where a table has no such name: it may be called anything.
        """
        own = (self.code(node) for node in self._inside)
        keys = (each for table in self._tables for each in table.keys)
        found = dict.fromkeys(filter(None, (*keys, *self._by_code, *own, *self._made)))
        is_row = any(product in table.codes for table in self._tables)
        return (*found, "") if is_row or any(self._by_code) else ()

    def of(self, product: str) -> list[Node]:
        """Return the rows that are parts of a product or assembly of that name; none where there is no such."""
        wanted, is_row = key(product), any(product in table.codes for table in self._tables)
        known = [{*map(key, each.keys if is_row else (*each.keys, *each.titles))} for each in self._tables]
        table = next((n for n, keys in enumerate(known) if wanted in keys), -1)
        called = [self._tops.get(n, []) for n, each in enumerate(self._tables) if wanted in map(key, each.keys)]
        nodes = self._pairs(product) or (self._once(product, called) if called else self._tops.get(table, []))
        uses = (self._parts((n, at)) for n, t in enumerate(self._tables) for at, code in enumerate(t.codes)
                if code == product)  # fmt: skip
        return nodes or next((parts for parts in uses if parts), [])

    def top(self, product: str) -> list[Node]:
        """Return the rows that are parts of the product itself: its pairs, and the tables that nothing refers to."""
        whole = (node for number in self._whole() for node in self._tops.get(number, ()))
        return [*self._pairs(product), *self._topmost(), *whole]

    def every(self) -> list[Node]:
        """Return all rows: where nothing is a product, one of them contains itself."""
        return [(t, at) for t, table in enumerate(self._tables) for at in range(len(table.codes))]

    def _pairs(self, code: str) -> list[Node]:
        """Return the pairs with a parent, over all tables."""
        if not code or code not in self._by_code:
            return []
        if code not in self._paired:
            self._paired[code] = self._once(code, self._by_code[code].values())
        return self._paired[code]

    def _once(self, code: str, tellings: Iterable[list[Node]]) -> list[Node]:
        """Return the parts that several tables tell of an assembly: one told twice counts once, others go together.

        Tellings that have only some parts in common are no such thing, and are noted.
        """
        found: list[Node] = []
        for nodes in tellings:
            before, these = self._codes(code, found), self._codes(code, nodes)
            if not before & these:
                found = [*found, *nodes]
            elif before != these:
                self._differs += [found[0], nodes[0]]
        return found

    def _codes(self, code: str, nodes: Sequence[Node]) -> Counter[str]:
        """Return the codes of the parts of an assembly, those below it where it stands above them itself."""
        inside = self._inside.get(nodes[0], []) if len(nodes) == 1 and self.code(nodes[0]) == code else nodes
        return Counter(map(self.code, inside))

    def _parts(self, node: Node) -> list[Node]:
        """Return the parts of a row: below it, else by pairs, else by tables of their own; told alike where by two."""
        code, inside = self.code(node), self._inside.get(node, [])
        made = self._made.get(code, ())
        tables = [] if node[0] in made else [tops for number in made if (tops := self._tops.get(number))]
        tellings = [each for each in (inside, self._pairs(code), self._once(code, tables)) if each]
        for other in tellings[1:]:
            if self._codes(code, other) != self._codes(code, tellings[0]):
                self._differs += [tellings[0][0], other[0]]
        return tellings[0] if tellings else []

    def written_out(self, top: Sequence[Node]) -> Tree:
        """Return every line below the rows of the product, each use of an assembly with all its parts."""
        ring = self._ring([*top, *self._lost])
        if ring:
            return Tree(ring=ring)
        rows: list[Node] = []
        parents: list[int] = []
        doubtful = min(2 * len(self.every()), MOST_LINES)
        waiting = [*((node, LOST) for node in reversed(self._lost)), *((node, PRODUCT) for node in reversed(top))]
        while waiting:
            node, parent = waiting.pop()
            line = len(rows)
            if self._differs or (line == doubtful and self._lines([*top, *self._lost]) > MOST_LINES):
                return Tree(differs=self._differs[:2], too_many=not self._differs)
            rows.append(node)
            parents.append(parent)
            waiting += [(part, line) for part in reversed(self._parts(node))]
        if self._differs:
            return Tree(differs=self._differs[:2])
        reached = set(rows)
        unreached = [node for node in self.every() if node not in reached]
        return Tree(rows, parents, unreached, self._twice(reached, unreached))

    def _lines(self, top: Sequence[Node]) -> int:
        """Return how many lines writing out comes to: each assembly is counted once, however often it is used."""
        counted: dict[Node, int] = {}
        waiting = list(top)
        while waiting:
            parts = self._parts(waiting[-1])
            open_ = [part for part in parts if part not in counted]
            if open_:
                waiting += open_
            else:
                counted[waiting.pop()] = 1 + sum(counted[part] for part in parts)
        return sum(counted[node] for node in top)

    def _twice(self, reached: set[Node], unreached: Sequence[Node]) -> frozenset[Node]:
        """Return the rows of assemblies that the product has, told a second time."""
        codes = {self.code(node) for node in reached} if unreached else set()
        tables = {number for code, numbers in self._made.items() if code in codes for number in numbers}
        return frozenset(
            (number, at) for number, at in unreached
            if number in tables or (self._tables[number].above and self._tables[number].above[at] in codes)
        )  # fmt: skip

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
