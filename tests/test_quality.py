"""Rating: shares of absolute contributions, completeness by the mass of the product, gaps by name."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from footprint.background.open import Background
from footprint.tables.read import read

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "line.py")))
Rate = Callable[..., Any]


@pytest.fixture(scope="module")
def background(tmp_path_factory: pytest.TempPathFactory) -> Background:
    return LINE.opened(LINE.small(tmp_path_factory.mktemp("databases")))


@pytest.fixture
def rated(bill: Callable[..., Path], background: Background) -> Rate:
    """Return what rates a compact text."""

    def rating(text: str, pcr: Any = None, **product: object) -> Any:
        path = bill(text, product=LINE.plain_product(**product))
        return LINE.result(read(path), background, pcr or LINE.rules()).rating

    return rating


def test_shares_are_of_absolute_contributions(rated: Rate) -> None:
    """Credits hide nothing: +4 measured and -1.6 by proxy are 5/7 and 2/7 of what moves, not 5/3 and -2/3."""
    pcr = LINE.rules()._replace(headline="-1/+1")
    rating = rated("L1 | plate | 2 kg | steel | basis=measured\nL2 | board | 1 kg | wood | basis=proxy", pcr)
    assert rating.absolute == pytest.approx(5.6, rel=1e-12)
    assert rating.by_basis == pytest.approx({"measured": 4 / 5.6, "proxy": 1.6 / 5.6}, rel=1e-12)


def test_statuses_and_sets_are_those_of_the_leaves(rated: Rate) -> None:
    """A dataset made of others rests on what they rest on; an aggregate keeps its set, a gas takes the rules'."""
    rating = rated("L1 | plate | 1 kg | stamping\nL2 | foil | 1 kg | copper")
    copper = 3 + 0.01 * 29.8
    whole = copper + 0.25
    assert rating.by_status == pytest.approx({"secondary": 0.25 / whole, "unverified": copper / whole}, rel=1e-12)
    assert rating.by_set == pytest.approx({"AR5": 0.25 / whole, "AR6": copper / whole}, rel=1e-12)


BOM = """
B | board | 2 item | net_mass=1.5, loss=0.5, loss_to=landfill
  C | chip | 1 kg | chip | basis=proxy, net_mass=0.1
  F | foil | 0.5 kg | {}
L | plate | 1 kg | steel | loss=0.5, loss_to=recycling
X | box   | 9 kg | steel | role=sales_packaging
"""


def test_completeness_is_by_the_mass_in_the_product(rated: Rate) -> None:
    """Of 4 kg, 1 kg of foil has no number and 2 kg of chips a proxy amount, whatever is lost on the way there."""
    for foil in ("resin", "foil", "x=y"):
        rating = rated(BOM.format(foil if foil == "resin" else ""), net_mass=4)
        assert rating.mass_share == pytest.approx(0.75, rel=1e-12)
        assert rating.largest_gap_mass_share == pytest.approx(0.25, rel=1e-12)
        assert rating.proxy_mass_share == pytest.approx(0.5, rel=1e-12)
    whole = rated(BOM.format("copper"), net_mass=4)
    assert (whole.mass_share, whole.largest_gap_mass_share) == (1.0, 0.0)


def test_what_no_line_explains_is_no_part_with_data(rated: Rate) -> None:
    """Lines of 1 kg explain half of a product of 2 kg, whatever tolerance the rules have; too much explains all."""
    text = "L1 | plate | 1 kg | steel"
    assert rated(text, net_mass=2).mass_share == pytest.approx(0.5, rel=1e-12)
    assert rated(text, net_mass=0.5).mass_share == rated(text, net_mass=1).mass_share == 1.0


def test_recycled_content_is_one_part_by_mass(rated: Rate) -> None:
    """A line of two postings weighs what it weighs."""
    text = "L1 | plate | 3 kg | steel | recycled_share=0.4, secondary=resin\nL2 | foil | 1 kg | copper"
    rating = rated(text)
    assert rating.mass_share == pytest.approx((3 * 0.6 + 1) / 4, rel=1e-12)
    assert rating.largest_gap_mass_share == pytest.approx(3 * 0.4 / 4, rel=1e-12)


def test_an_unknown_mass_leaves_completeness_open(rated: Rate) -> None:
    """Nobody knows the share of a whole of unknown mass: it is missing, not one."""
    rating = rated("L1 | plate | 1 kg | steel\nL2 | chip | 2 item | chip")
    assert (rating.mass_share, rating.largest_gap_mass_share, rating.proxy_mass_share) == (None, None, None)
    assert rating.line_share == 1


def test_gaps_are_named_with_their_amount_and_what_they_may_do(rated: Rate) -> None:
    """Own lines and inputs of datasets; each once, with all lines that need it; only upward unless uptake counts."""
    text = "L1 | what | 3 kg\nL2 | paint | 2 kg | paint\nL3 | paint | 3 kg | paint"
    gaps = {gap.name["en"]: gap for gap in rated(text, declared_amount=2).gaps}
    assert gaps["what"].amount == pytest.approx(6, rel=1e-12)
    assert gaps["resin, no number"].amount == pytest.approx(4, rel=1e-12)
    assert [line.place.address for line in gaps["resin, no number"].lines] == ["BOM!F5", "BOM!F6"]
    assert all(gap.non_negative for gap in gaps.values())
    counted = rated(text, LINE.rules()._replace(headline="-1/+1"))
    assert not any(gap.non_negative for gap in counted.gaps)


def test_lines_with_numbers_are_counted_among_all_lines(rated: Rate) -> None:
    """One line of three without a number: two thirds."""
    assert rated("L1 | a | 1 kg | steel\nL2 | b | 1 kg\nL3 | c | 1 kg | steel").line_share == pytest.approx(2 / 3)


def test_what_counts_against_the_total_weighs_as_much_as_what_adds_to_it(rated: Rate) -> None:
    """Wood that takes up 1.6 kg beside steel of 2 kg: shares of the sum of absolute values, none below zero."""
    text = "L1 | wood | 1 kg | wood\nL2 | plate | 1 kg | steel"
    found = rated(text, LINE.rules()._replace(headline="-1/+1")).quality
    shares = sorted(line.share for line in found.lines.values())
    assert shares == pytest.approx([1.6 / 3.6, 2 / 3.6], rel=1e-9)
