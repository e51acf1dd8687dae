"""Directions in packages of openLCA: wastes, credits, negative amounts, and what a process is run for."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

OLCA = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "olca.py")))
CAR, MILL, PHYSICAL, SCRAP, SLAG, STEEL = OLCA.CAR, OLCA.MILL, OLCA.PHYSICAL, OLCA.SCRAP, OLCA.SLAG, OLCA.STEEL
exchange, gaps, made, out, process, scores, share, taken, told, used = (
    OLCA.exchange, OLCA.gaps, OLCA.made, OLCA.out, OLCA.process, OLCA.scores, OLCA.share, OLCA.taken, OLCA.told,
    OLCA.used,
)  # fmt: skip


def test_wastes_and_credits_have_their_signs(packed):
    """A waste is treated where it goes in; what is avoided counts against, whatever direction it is written in."""
    treated = process("treated", made(SCRAP), out(0.5))
    plain = process("p", made(CAR), used(SCRAP, 2.0), out(1.0))
    credited = process("q", made(CAR), used(SCRAP, 2.0, isAvoidedProduct=True), out(1.0))
    turned = process("r", made(CAR), exchange(SCRAP, 2.0, into=True, isAvoidedProduct=True), out(1.0))
    product = process("s", made(CAR), exchange(STEEL, 3.0, into=False, isAvoidedProduct=True), out(1.0))
    found = scores(taken(packed(MILL, treated, plain, credited, turned, product)))
    assert found == {"mill": 2.0, "treated": 0.5, "p": 2.0, "q": 0.0, "r": 0.0, "s": -5.0}


def test_negative_amounts_mean_the_other_direction(packed):
    """A negative output is consumed, a treatment with a negative output supplies negative inputs."""
    treatment = process("treatment", made(SLAG, -1.0), out(0.5))
    user = process("p", made(CAR), used(SLAG, -2.0), exchange(STEEL, -3.0))
    assert scores(taken(packed(MILL, treatment, user)))["p"] == 2 * 0.5 + 3 * 2.0


def test_wastes_of_old_databases_go_to_who_takes_them(packed):
    """Older exports know no wastes: a treatment is run for an input, and its user gives the product out to it."""
    treatment = process("t", exchange(SLAG, 2.0, into=True, isQuantitativeReference=True), out(1.0))
    to_it = {"defaultProvider": OLCA.reference("Process", "t")}
    read = taken(packed(treatment, process("p", made(CAR), exchange(SLAG, 4.0, **to_it))))
    assert scores(read)["p"] == 2.0
    assert "olca-reference-against" in told(read)


def test_an_output_is_avoided_only_where_the_file_says_so(packed):
    """A supplier that makes the same takes nothing: the output is a product that shares, and it is told."""
    slag = process("s", made(SLAG), out(2.0))
    shares = [share(STEEL, 0.5), share(SLAG, 0.5)]
    more = {"allocationFactors": shares, "defaultAllocationMethod": PHYSICAL}
    to_it = {"defaultProvider": OLCA.reference("Process", "s")}
    read = taken(packed(slag, process("mill", made(STEEL), exchange(SLAG, 1.0, **to_it), out(6.0), **more)))
    assert scores(read) == {"s": 2.0, "mill_steel": 3.0, "mill_slag": 3.0}
    assert "olca-output-supplied" in told(read)
    avoided = exchange(SLAG, 1.0, isAvoidedProduct=True, **to_it)
    assert scores(taken(packed(slag, process("mill", made(STEEL), avoided, out(6.0)))))["mill"] == 4.0


def test_an_output_to_a_supplier_that_is_not_there_is_a_product(packed):
    """The schema decides: avoided it is a credit, else a co-product that shares; a waste is given to treatment."""
    shares = [share(STEEL, 0.75), share(SLAG, 0.25)]
    more = {"allocationFactors": shares, "defaultAllocationMethod": PHYSICAL}
    to_it = {"defaultProvider": OLCA.reference("Process", "gone")}
    slag = exchange(SLAG, 2.0, **to_it)
    read = taken(packed(process("mill", made(STEEL), slag, out(8.0), **more)))
    assert scores(read) == {"mill_steel": 6.0, "mill_slag": 1.0}
    assert told(read) == ["olca-output-absent"]
    avoided = exchange(SLAG, 2.0, isAvoidedProduct=True, **to_it)
    waste = exchange(SCRAP, 3.0, **to_it)
    read = taken(packed(process("mill", made(STEEL), avoided, waste, out(8.0))), allow_unlinked=True)
    rows = {row["code"]: (row["name_en"], row["category"]) for row in read.source.activities if row["kind"] == "gap"}
    found = {rows[row["flow"]]: float(row["amount"]) for row in read.source.exchanges if row["flow"] in rows}
    assert found == {("slag", "either-way"): -2.0, ("scrap", ""): 3.0}


def test_a_process_without_a_reference_has_its_only_product(packed):
    """It is told; of several products none is the reference, and whoever uses them lacks them."""
    bare = exchange(STEEL, 1.0)
    read = taken(packed(process("mill", bare, out(2.0))))
    assert scores(read) == {"mill": 2.0}
    assert "olca-reference" in told(read)
    several = process("mill", bare, exchange(SLAG, 1.0), out(2.0))
    read = taken(packed(several, process("p", made(CAR), used(STEEL, 1.0))), allow_unlinked=True)
    assert "inventory-no-product" in told(read)
    assert gaps(read) == {"steel": "inventory-unlinked"}


def test_a_flow_that_is_made_twice_is_one_product(packed):
    """Two outputs of one flow add up."""
    assert scores(taken(packed(process("mill", made(STEEL, 1.0), exchange(STEEL, 3.0), out(2.0))))) == {"mill": 0.5}


def test_own_use_is_a_loop(packed):
    """A fifth of the output used inside means 1/0.8 of everything."""
    assert scores(taken(packed(process("mill", made(STEEL), used(STEEL, 0.2), out(2.0)))))["mill"] == pytest.approx(2.5)
