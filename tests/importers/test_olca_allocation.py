"""Allocation in packages of openLCA: which method counts, and what products without a share bear."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

OLCA = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "olca.py")))
CAR, CAUSAL, ECONOMIC, PHYSICAL, SCRAP, SHARES, SLAG, STEEL = (
    OLCA.CAR, OLCA.CAUSAL, OLCA.ECONOMIC, OLCA.PHYSICAL, OLCA.SCRAP, OLCA.SHARES, OLCA.SLAG, OLCA.STEEL,
)  # fmt: skip
exchange, gaps, joint, made, out, process, refused, scores, share, taken, told, used = (
    OLCA.exchange, OLCA.gaps, OLCA.joint, OLCA.made, OLCA.out, OLCA.process, OLCA.refused, OLCA.scores, OLCA.share,
    OLCA.taken, OLCA.told, OLCA.used,
)  # fmt: skip


@pytest.mark.parametrize(
    ("method", "steel", "slag"),
    [
        (PHYSICAL, 2.25, 0.375),
        (ECONOMIC, 2.7, 0.15),
        (CAUSAL, 2.0, 0.5),
    ],
)
@pytest.mark.parametrize("schema", [1, 2])
def test_products_share_as_the_default_method_says(packed, method, steel, slag, schema):
    """Physical, economic and causal factors stand in one file; one method counts, per unit of each product."""
    read = taken(packed(joint(*SHARES, defaultAllocationMethod=method), schema=schema))
    assert scores(read) == pytest.approx({"mill_steel": steel, "mill_slag": slag})
    assert all(method in row["note"] for row in read.source.activities)


def test_methods_may_be_called_by_their_first_word(packed):
    """As the oldest exports do."""
    factors = [share(STEEL, 0.75, "PHYSICAL"), share(SLAG, 0.25, "PHYSICAL"), share(STEEL, 1.0, "ECONOMIC")]
    read = taken(packed(joint(*factors, defaultAllocationMethod="PHYSICAL")))
    assert scores(read) == {"mill_steel": 2.25, "mill_slag": 0.375}
    assert scores(taken(packed(joint(*factors[:2], defaultAllocationMethod="NONE")))) == {"mill_steel": 3.0}


def test_avoided_products_and_wastes_are_shared_too(packed):
    """Three quarters of what is given off, and of what is avoided."""
    p = process(
        "p", made(CAR), exchange(SLAG, 1.0), out(2.0), exchange(STEEL, 0.5, isAvoidedProduct=True),
        allocationFactors=[share(CAR, 0.75), share(SLAG, 0.25)], defaultAllocationMethod=PHYSICAL,
    )  # fmt: skip
    assert scores(taken(packed(process("mill", made(STEEL), out(1.5)), p)))["p_car"] == 0.9375


def test_a_waste_that_is_taken_is_a_product_that_shares(packed):
    """A process run for a product and for the waste it takes: both are datasets."""
    p = process(
        "p", made(CAR), exchange(SCRAP, 4.0, into=True), out(2.0),
        allocationFactors=[share(CAR, 0.25, ECONOMIC), share(SCRAP, 0.75, ECONOMIC)], defaultAllocationMethod=ECONOMIC,
    )  # fmt: skip
    assert scores(taken(packed(p))) == {"p_car": 0.5, "p_scrap": 0.375}


@pytest.mark.parametrize(
    "more", [{}, {"defaultAllocationMethod": "NO_ALLOCATION"}, {"defaultAllocationMethod": ECONOMIC}]
)
def test_without_factors_the_reference_bears_everything(packed, more):
    """Its co-product is a gap for whoever uses it, and both are told."""
    path = packed(joint(**more), process("p", made(CAR), used(SLAG, 1.0)))
    assert "[inventory-no-share]" in refused(path)
    read = taken(path, allow_unlinked=True)
    assert scores(read)["mill_steel"] == 3.0
    assert gaps(read) == {"slag": "inventory-no-share"}
    assert {"inventory-all-to-first", "inventory-no-share"} <= set(told(read))


def test_a_named_supplier_without_a_share_is_not_replaced_by_another(packed):
    """Somebody else makes the same: the input still lacks what it names."""
    others = process("slagger", made(SLAG), out(9.0)), process("p", made(CAR), used(SLAG, 1.0, "mill"))
    read = taken(packed(joint(), *others), allow_unlinked=True)
    assert scores(read)["p"] == 0.0
    assert gaps(read) == {"slag": "inventory-no-share"}


def test_factors_without_a_default_method(packed):
    """Factors of one method alone are what the file says; of several, none is chosen, as in openLCA; both are told."""
    read = taken(packed(joint(*SHARES[:2])))
    assert scores(read) == {"mill_steel": 2.25, "mill_slag": 0.375}
    assert "olca-allocation-only" in told(read)
    read = taken(packed(joint(*SHARES)))
    assert scores(read) == {"mill_steel": 3.0}
    assert {"olca-allocation-which", "inventory-all-to-first"} <= set(told(read))
    read = taken(packed(joint(*SHARES[:2], defaultAllocationMethod="NO_ALLOCATION")))
    assert scores(read) == {"mill_steel": 3.0}


def test_factors_that_are_all_nought_are_none(packed):
    """They stand so before anybody states them: nothing loses its emissions by them."""
    nought = [share(each, 0.0) for each in (STEEL, SLAG)]
    read = taken(packed(joint(*nought, defaultAllocationMethod=PHYSICAL)))
    assert scores(read) == {"mill_steel": 3.0}
    assert "olca-shares-nought" in told(read)
    causal = [share(each, 0.0, CAUSAL, at) for each in (STEEL, SLAG) for at in (3, 4)]
    read = taken(packed(joint(*causal, defaultAllocationMethod=CAUSAL)))
    assert scores(read) == {"mill_steel": 3.0}
    assert "olca-causal-nought" in told(read)


def test_exchanges_without_a_causal_factor_are_the_references(packed):
    """And a factor that is left out beside others that make up the whole is nought."""
    factors = [share(STEEL, 0.5, CAUSAL, 3), share(SLAG, 0.5, CAUSAL, 3)]
    read = taken(packed(joint(*factors, defaultAllocationMethod=CAUSAL)))
    assert scores(read) == {"mill_steel": 2.5, "mill_slag": 0.25}
    assert "olca-causal-free" in told(read)
    factors += [share(SLAG, 1.0, CAUSAL, 4)]
    assert scores(taken(packed(joint(*factors, defaultAllocationMethod=CAUSAL)))) == {
        "mill_steel": 0.5,
        "mill_slag": 1.25,
    }
    lacking = [*factors[:2], share(SLAG, 0.4, CAUSAL, 4)]
    read = taken(packed(joint(*lacking, defaultAllocationMethod=CAUSAL)))
    assert scores(read) == {"mill_slag": pytest.approx(0.65)}
    assert "inventory-no-share" in told(read)


def test_factors_are_found_by_number_id_or_flow(packed):
    """Exports of 1.4 refer to exchanges by their ids, others by the flow alone."""
    rows = [made(STEEL), exchange(SLAG, 2.0), used(CAR, 1.0), out(4.0)]
    rows[3]["@id"] = "abc"
    factors = [
        {**share(product, value, CAUSAL), "exchange": at}
        for at in ({"@id": "abc"}, {"flow": OLCA.reference("Flow", "car")})
        for product, value in ((STEEL, 0.75), (SLAG, 0.25))
    ]
    p = process("mill", *rows, allocationFactors=factors, defaultAllocationMethod=CAUSAL)
    read = taken(packed(p, process("works", made(CAR), out(8.0))))
    assert scores(read) == {"works": 8.0, "mill_steel": 9.0, "mill_slag": 1.5}


def test_shares_may_be_formulas(packed):
    """And one that states neither value nor formula is 1, as openLCA reads it."""
    parameters = [{"name": "part", "isInputParameter": True, "value": 25}]
    factors = [share(STEEL, 7.0, formula="1-part/100"), share(SLAG, 7.0, formula="part/100")]
    read = taken(packed(joint(*factors, defaultAllocationMethod=PHYSICAL, parameters=parameters)))
    assert scores(read) == {"mill_steel": 2.25, "mill_slag": 0.375}
    read = taken(packed(joint(share(STEEL, None), share(SLAG, 0.0), defaultAllocationMethod=PHYSICAL)))
    assert scores(read) == {"mill_steel": 3.0, "mill_slag": 0.0}


def test_a_share_that_stayed_behind_is_told(packed):
    """A process of one product with half of its burdens: it counts as openLCA counts it, and it is said."""
    lone = process(
        "mill", made(STEEL), out(2.0), allocationFactors=[share(STEEL, 0.5)], defaultAllocationMethod=PHYSICAL
    )
    read = taken(packed(lone))
    assert scores(read) == {"mill": 1.0}
    assert "olca-share-alone" in told(read)
