"""Where the parts of a supply-chain picture stand: postings on the left, the product on the right.

Widths are kg CO2e per declared unit. Small parts are gathered into one "other"; a loop is drawn as one node; deep
chains end at `DEEPEST` with everything beneath them. So any declaration gives a picture of bounded size.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, NamedTuple

from footprint.publish.chain import Chain

Entry = Mapping[str, Any]
Named = Callable[[Entry], str]
WIDTH, LEFT, RIGHT, BAR = 1000.0, 285.0, 185.0, 9.0
ROOT_HEIGHT, SLOT, HEAD, GAP = 300.0, 17.0, 34.0, 5.0
DEEPEST, MOST_PARTS, SMALLEST = 7, 24, 0.008
LETTER = 6.2
"""Width of a letter of a caption, in units of the view box."""


@dataclass
class Node:
    """A part of the picture: its value, those it is made of, and where it is drawn."""

    name: str
    value: float
    stage: str = ""
    count: int = 1
    loop: bool = False
    parts: list[Node] = field(default_factory=list)
    letters: int = 38
    x: float = 0.0
    y: float = 0.0
    height: float = 0.0

    @property
    def gathered(self) -> bool:
        """Whether this stands for several small parts."""
        return self.count > 1 and not self.parts

    def mix(self) -> dict[str, float]:
        """Return the value by stage; all under ``""`` where credits or unknown parts are in the mix."""
        if not self.parts:
            return {self.stage: self.value}
        mixed: dict[str, float] = {}
        for part in self.parts:
            for stage, value in part.mix().items():
                mixed[stage] = mixed.get(stage, 0.0) + value
        whole = {"": self.value}
        return mixed if all(v * self.value > 0 for v in mixed.values()) else whole


class Ribbon(NamedTuple):
    """A band from a part to what it goes into: an SVG path for each stage in it."""

    bands: tuple[tuple[str, str], ...]
    name: str
    into: str
    value: float


class Picture(NamedTuple):
    """Everything to draw, in units of a view box ``width`` x ``height``."""

    width: float
    height: float
    nodes: tuple[Node, ...]
    ribbons: tuple[Ribbon, ...]


def picture(document: Entry, chain: Chain, named: Named = itemgetter("name")) -> Picture | None:
    """Return the picture of ``document``; None when it has no value to show or a loop too large to solve here.

    ``named``: how a posting is called.
    """
    whole = math.fsum(abs(e["value"]) for e in document["ledger"])
    root = document["demand"]["activity"]
    if not whole or not all(math.isfinite(v) for v in chain.intensity.values()):
        return None
    least = SMALLEST
    tree = _tree(document, chain, root, _Maker(document, chain, least * whole, named))
    while sum(1 for _ in _ends(tree)) > MOST_PARTS and least < 1:
        least *= 1.5
        tree = _tree(document, chain, root, _Maker(document, chain, least * whole, named))
    return _placed(tree)


def _tree(document: Entry, chain: Chain, root: str, maker: _Maker) -> Node:
    return maker.node(root, document["demand"]["amount"] * chain.intensity[root], 0)


class _Maker:
    """Grows the tree of parts from the product down; an activity used in two places stands in both, in proportion."""

    def __init__(self, document: Entry, chain: Chain, least: float, named: Named) -> None:
        self.chain, self.least, self.named = chain, least, named
        self.supply = {a["id"]: a["supply"] for a in document["activities"]}
        self.group = {a: component for component in chain.components for a in component}
        self.postings: dict[str, list[Entry]] = {}
        for entry in document["ledger"]:
            self.postings.setdefault(entry["activity"], []).append(entry)
        self.flows: dict[str, list[Entry]] = {}
        for flow in chain.flows:
            self.flows.setdefault(flow["parent"], []).append(flow)

    def node(self, activity: str, value: float, depth: int) -> Node:
        """Return ``activity`` (with its whole loop) where ``value`` of it is used, and what that is made of."""
        members = self.group[activity]
        node = Node(self.chain.names[activity], value, loop=bool(self.chain.loop_of(activity)))
        if depth < DEEPEST:
            used = self._used(members)
            share = value / used if used else 0.0
            node.parts = self._gathered(list(self._parts(members, share, depth)))
        return node

    def _used(self, members: Sequence[str]) -> float:
        """Return what the component hands out in all [kg CO2e per declared unit]."""
        return math.fsum(p.value for p in self._direct(members, 1.0)) + math.fsum(
            self.chain.carried(f, self.supply) for f in self._outward(members)
        )

    def _parts(self, members: Sequence[str], share: float, depth: int) -> Iterator[Node]:
        yield from self._direct(members, share)
        for flow in self._outward(members):
            value = share * self.chain.carried(flow, self.supply)
            small = abs(value) < self.least
            yield Node(flow["name"], value) if small else self.node(flow["child"], value, depth + 1)

    def _direct(self, members: Sequence[str], share: float) -> Iterator[Node]:
        for member in members:
            for entry in self.postings.get(member, ()):
                yield Node(self.named(entry), share * entry["value"], entry["stage"])

    def _outward(self, members: Sequence[str]) -> Iterator[Entry]:
        for member in members:
            yield from (f for f in self.flows.get(member, ()) if f["child"] not in members)

    def _gathered(self, parts: Sequence[Node]) -> list[Node]:
        kept = [p for p in parts if abs(p.value) >= self.least]
        small = [p for p in parts if abs(p.value) < self.least and p.value]
        kept.sort(key=lambda p: -abs(p.value))
        if len(small) == 1:
            return kept + small
        stages = {p.stage for p in small}
        stage = stages.pop() if len(stages) == 1 else ""
        return kept + ([Node("", math.fsum(p.value for p in small), stage, len(small))] if small else [])


def _ends(node: Node) -> Iterator[Node]:
    if not node.parts:
        yield node
    for part in node.parts:
        yield from _ends(part)


def _all(node: Node) -> Iterator[Node]:
    yield node
    for part in node.parts:
        yield from _all(part)


def _gross(node: Node) -> float:
    """Return the height of a node: all that enters it, credits too."""
    return max(abs(node.value), math.fsum(abs(p.value) for p in node.parts))


def _depth(node: Node) -> int:
    return 1 + max(map(_depth, node.parts)) if node.parts else 0


def _placed(tree: Node) -> Picture:
    scale = ROOT_HEIGHT / _gross(tree)
    step = (WIDTH - LEFT - RIGHT - BAR) / max(1, _depth(tree))
    bottom = _place(tree, 0, 0.0, scale, step)
    _caption(tree, step)
    ribbons = tuple(_ribbons(tree, scale))
    return Picture(WIDTH, math.ceil(bottom), tuple(_all(tree)), ribbons)


def _place(node: Node, depth: int, top: float, scale: float, step: float) -> float:
    """Place ``node`` below ``top``; return where the next may begin."""
    node.x = WIDTH - RIGHT - BAR - depth * step
    node.height = max(1.0, _gross(node) * scale)
    if not node.parts:
        slot = max(SLOT, node.height + GAP)
        node.y = top + (slot - node.height) / 2
        return top + slot
    head = HEAD if depth else 0.0
    bottom = top if node.parts[0].parts else top + head
    for part in node.parts:
        bottom = _place(part, depth + 1, bottom, scale, step)
    middles = [(abs(p.value), p.y + p.height / 2) for p in node.parts]
    weight = math.fsum(w for w, _ in middles) or 1.0
    middle = math.fsum(w * m for w, m in middles) / weight
    node.y = max(top + head, min(middle - node.height / 2, bottom - node.height))
    return max(bottom, node.y + node.height) + GAP


def _caption(tree: Node, step: float) -> None:
    """Give captions the room they have: more where none of the next layer stands at the same height."""
    inner = [node for node in _all(tree) if node.parts and node is not tree]
    for node in inner:
        beside = any(node is not n and abs(n.y - node.y) < HEAD and abs(n.x - node.x) < 1.5 * step for n in inner)
        node.letters = int((step if beside else 1.9 * step) / LETTER)


def _ribbons(node: Node, scale: float) -> Iterator[Ribbon]:
    into = node.y
    for part in node.parts:
        thick = abs(part.value) * scale
        start = part.y + (part.height - thick) / 2
        yield Ribbon(tuple(_bands(part, start, node.x, into, scale)), part.name, node.name, part.value)
        into += thick
        yield from _ribbons(part, scale)


def _bands(part: Node, start: float, x: float, into: float, scale: float) -> Iterator[tuple[str, str]]:
    for stage, value in part.mix().items():
        thick = abs(value) * scale
        yield stage, _band(part.x + BAR, start, x, into, max(0.6, thick))
        start, into = start + thick, into + thick


def _band(x0: float, y0: float, x1: float, y1: float, thick: float) -> str:
    middle = (x0 + x1) / 2
    over = f"M{x0:.1f} {y0:.1f}C{middle:.1f} {y0:.1f} {middle:.1f} {y1:.1f} {x1:.1f} {y1:.1f}"
    under = f"V{y1 + thick:.1f}C{middle:.1f} {y1 + thick:.1f} {middle:.1f} {y0 + thick:.1f} {x0:.1f} {y0 + thick:.1f}Z"
    return over + under
