"""The supply chain of a declaration: loops, intensities, and the picture of it."""

from __future__ import annotations

import json
import math
import runpy
from pathlib import Path
from typing import Any

import networkx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footprint.publish import chain, sankey

DATA = Path(__file__).parent / "data"
SAMPLE = runpy.run_path(str(DATA / "sample_declaration.py"))["sample"]


def system(flows: list[tuple[int, int, float]], postings: list[tuple[int, float]], size: int) -> dict[str, Any]:
    """Return as much of a declaration as the chain reads, its supplies found by running the flows until they settle."""
    supply = [0.0] * size
    for _ in range(400):
        asked = [1.0, *[0.0] * (size - 1)]
        for parent, child, amount in flows:
            asked[child] += supply[parent] * amount
        supply = asked

    def line(parent: int) -> dict[str, Any]:
        return {"activity": f"a{parent}", "supply": supply[parent], "coefficient": 1.0, "stage": f"s{parent % 2}"}

    return {
        "activities": [{"id": f"a{i}", "name": f"activity {i}", "supply": supply[i]} for i in range(size)],
        "flows": [{"parent": f"a{p}", "child": f"a{c}", "name": f"{p}-{c}", "coefficient": 1.0, "amount": a}
                  for p, c, a in flows],
        "ledger": [{**line(p), "id": f"L{n}", "name": f"part {n}", "amount": 1.0, "factor": f, "value": supply[p] * f}
                   for n, (p, f) in enumerate(postings)],
        "demand": {"activity": "a0", "amount": 1.0},
    }  # fmt: skip


@st.composite
def systems(draw: st.DrawFn) -> dict[str, Any]:
    """Random systems, loops included; what an activity asks of others adds up to less than one, so loops settle."""
    size = draw(st.integers(1, 7))
    nodes = st.integers(0, size - 1)
    flows = draw(st.lists(st.tuples(nodes, nodes, st.floats(0.01, 0.1)), max_size=9))
    postings = draw(st.lists(st.tuples(nodes, st.floats(-5, 5).map(lambda v: round(v, 3))), min_size=1, max_size=12))
    return system(flows, postings, size)


@given(systems())
@settings(deadline=None)
def test_what_the_product_carries_is_the_total(document: dict[str, Any]) -> None:
    """Demand times the intensity of the product is the sum of all postings, loops included."""
    linked = chain.chain_of(document)
    scale = math.fsum(abs(e["value"]) for e in document["ledger"])
    assert linked.intensity["a0"] == pytest.approx(
        math.fsum(e["value"] for e in document["ledger"]), abs=1e-9 * (scale or 1)
    )


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=30))
def test_components_are_those_of_the_textbook(edges: list[tuple[int, int]]) -> None:
    """Strong components agree with networkx, and each comes after those it leads to."""
    needs: dict[str, list[str]] = {str(i): [] for i in range(10)}
    for one, other in edges:
        needs[str(one)].append(str(other))
    found = list(chain.strong_components(needs))
    graph = networkx.DiGraph(needs)
    assert {frozenset(c) for c in found} == {frozenset(c) for c in networkx.strongly_connected_components(graph)}
    place = {node: i for i, component in enumerate(found) for node in component}
    assert all(place[child] <= place[node] for node, children in needs.items() for child in children)


@given(systems())
@settings(deadline=None)
def test_every_node_is_the_sum_of_its_parts(document: dict[str, Any]) -> None:
    """In the picture nothing is lost: each node's value is the sum of what is drawn into it, small parts gathered."""
    picture = sankey.picture(document, chain.chain_of(document))
    if picture is None:
        assert not any(e["value"] for e in document["ledger"])
        return
    scale = math.fsum(abs(e["value"]) for e in document["ledger"])
    for node in picture.nodes:
        if node.parts:
            assert math.fsum(p.value for p in node.parts) == pytest.approx(node.value, abs=1e-9 * scale)
        assert node.y >= 0
        assert node.y + node.height <= picture.height + 1


def test_what_two_use_is_drawn_with_both_in_proportion() -> None:
    """An activity two others use stands with each of them, with the part of its postings that goes there."""
    document = system([(0, 1, 1.0), (0, 2, 1.0), (1, 3, 3.0), (2, 3, 1.0)], [(3, 1.0), (3, 1.0), (1, 0.5)], 4)
    picture = sankey.picture(document, chain.chain_of(document))
    assert picture is not None
    shared = [node for node in picture.nodes if node.name == "activity 3"]
    assert [node.value for node in shared] == pytest.approx([6.0, 2.0])
    assert [[part.value for part in node.parts] for node in shared] == [[3.0, 3.0], [1.0, 1.0]]


def test_loops_are_one_node() -> None:
    """The module and its rework, which need each other, are drawn as one node marked as a loop."""
    document = SAMPLE()
    picture = sankey.picture(document, chain.chain_of(document))
    assert picture is not None
    assert [n.name for n in picture.nodes if n.loop] == ["电池模组 Module 1P104S"]


def test_a_picture_stays_small() -> None:
    """A ledger of 3,000 lines gives a picture with a bounded number of ends."""
    document = SAMPLE(extra=3000)
    picture = sankey.picture(document, chain.chain_of(document))
    assert picture is not None
    assert sum(not n.parts for n in picture.nodes) <= sankey.MOST_PARTS


def test_a_chain_of_thousands_does_not_sink_it() -> None:
    """A bill nested 300 levels deep is solved and drawn down to a bounded depth; loops are found 20,000 levels down."""
    document = system([(i, i + 1, 1.0) for i in range(300)], [(300, 2.0)], 301)
    assert chain.chain_of(document).intensity["a0"] == pytest.approx(2.0)
    picture = sankey.picture(document, chain.chain_of(document))
    assert picture is not None
    assert len(picture.nodes) <= sankey.DEEPEST + 2
    assert len(list(chain.strong_components({str(i): [str(i + 1)] for i in range(20_000)} | {"20000": []}))) == 20_001


def test_a_loop_too_large_is_left_open() -> None:
    """A loop of more activities than are solved here gives no number and no picture, rather than a wrong one."""
    size = chain.LARGEST_LOOP + 1
    document = system([(i, (i + 1) % size, 0.5) for i in range(size)], [(size - 1, 1.0)], size)
    linked = chain.chain_of(document)
    assert math.isnan(linked.intensity["a0"])
    assert sankey.picture(document, linked) is None


def test_diamonds_do_not_explode() -> None:
    """Twenty levels that each use the next twice draw quickly, though they hold a million paths."""
    flows = [(i, i + 1, 0.5) for i in range(20) for _ in range(2)]
    document = system(flows, [(20, 1.0)], 21)
    picture = sankey.picture(document, chain.chain_of(document))
    assert picture is not None
    assert len(picture.nodes) < 400


def test_credits_are_drawn_as_credits() -> None:
    """A credit keeps its sign in the picture and widens what it enters."""
    document = SAMPLE()
    picture = sankey.picture(document, chain.chain_of(document))
    assert picture is not None
    root = picture.nodes[0]
    assert [r.value < 0 for r in picture.ribbons if "抵扣" in r.name] == [True]
    assert root.height > root.value * sankey.ROOT_HEIGHT / math.fsum(abs(p.value) for p in root.parts)


def test_sample_file_is_readable() -> None:
    """The sample declaration is JSON that keeps the law: the total is the sum of the ledger."""
    document = json.loads((DATA / "sample-declaration.json").read_text(encoding="utf-8"))
    assert math.fsum(e["value"] for e in document["ledger"]) == pytest.approx(document["result"]["total"], rel=1e-11)
