"""The ledger: each line posted once, with supply, coefficient, amount and factor; what cannot be is refused."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from math import fsum
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from footprint import gwp

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "line.py")))
Run = Callable[..., Any]


def test_a_posting_is_supply_times_coefficient_times_amount_times_factor(run: Run) -> None:
    """3 items declared, 4 kg each, a quarter recycled, 0.5 kg CO2e/kg: 1.5 kg; one line is two postings."""
    solved = run("L1 | plate | 4 kg | steel | recycled_share=0.25, secondary=steel-recycled", declared_amount=3)
    first, second = solved.ledger.postings
    assert (first.supply, first.exchange.coefficient, first.exchange.amount.value) == (3, 0.75, 4)
    assert (first.quantity, solved.ledger.value(first)) == (9, 18)
    assert (second.quantity, solved.ledger.value(second)) == (3, 1.5)
    assert solved.ledger.total() == 19.5


def test_a_declared_unit_takes_its_share_of_an_item(run: Run) -> None:
    """Per kilogram of a product of 4 kg everything is a quarter of what it is per item."""
    text = "L1 | plate | 4 kg | steel\n[Processes]\np | product | PUMP | 5 item\np | input | electricity | 10 kWh"
    item, kilogram = run(text), run(text, declared_unit="kilogram")
    assert LINE.values(kilogram) == pytest.approx({k: v / 4 for k, v in LINE.values(item).items()}, rel=1e-12)


def test_the_intensity_of_a_dataset_contains_its_chain_and_its_gaps(run: Run) -> None:
    """Delivered steel is steel and half a tonne-kilometre; paint needs a resin nobody has a number for."""
    solved = run("L1 | plate | 1 kg | steel-market\nL2 | paint | 2 kg | paint")
    delivered, paint = solved.ledger.postings
    assert solved.ledger.value(delivered) == pytest.approx(2 + 0.5 * 0.1, rel=1e-12)
    assert paint.gaps == {"small@1:resin": pytest.approx(0.8, rel=1e-12)}
    assert solved.ledger.value(paint) == 2


def test_the_headline_leaves_uptake_out_or_counts_it(run: Run) -> None:
    """A kilogram of wood took 1.8 kg CO2 from the air: 0.2 under 0/0, -1.6 under -1/+1; it is posted either way."""
    pcr = LINE.rules()
    text = "L1 | board | 1 kg | wood"
    zero, counted = run(text, pcr), run(text, pcr._replace(headline="-1/+1"))
    assert zero.ledger.total() == pytest.approx(0.2, rel=1e-12)
    assert counted.ledger.total() == pytest.approx(-1.6, rel=1e-12)
    classes = {key.ghg: value for key, value in zero.ledger.postings[0].impact.items()}
    assert classes == pytest.approx({"fossil": 0.2, "biogenic_uptake": -1.8}, rel=1e-12)


def test_gases_take_the_set_of_the_rules_and_aggregates_keep_their_own(run: Run) -> None:
    """SF6 is 23,500 in AR5 and 24,300 in AR6; a factor known only as CO2e stays what it was."""
    text = "L1 | chip | 1 item | chip | net_mass=1\nL2 | plate | 1 kg | stamping"
    for name, sf6 in (("AR5", 23500), ("AR6", 24300)):
        solved = run(text, LINE.rules()._replace(gwp_set=name))
        chip, stamped = solved.ledger.postings
        assert solved.ledger.value(chip) == pytest.approx(1.5 + 0.0001 * sf6, rel=1e-12)
        assert {key.gwp for key in chip.impact} == {name}
        assert [*stamped.impact.items()] == [(("fossil", "AR5", "secondary"), 0.25)]


def test_a_gas_the_set_does_not_list_is_refused(run: Run) -> None:
    """No factor is not a factor of zero: every such row is told at once."""
    unlisted = [g.id for g in gwp.gases().values() if "EF3.1" not in g.factors][:2]
    rows = "\n".join(f"p | emission | {gas} | 1 kg" for gas in unlisted)
    text = f"L1 | part | 1 kg\n[Processes]\np | product | PUMP | 1 item\n{rows}"
    pcr = LINE.rules()._replace(gwp_set="EF3.1")
    assert LINE.refused(lambda: run(text, pcr)).splitlines() == [
        f"pump.xlsx:Processes!G{row}: the GWP set EF3.1 of the rules has no factor for gas '{gas}'. Use rules with a "
        "set that lists it. [gas-unlisted]"
        for row, gas in enumerate(unlisted, start=5)
    ]


def test_a_set_that_was_not_compiled_is_refused(run: Run) -> None:
    """Datasets are not relabelled from one set to another."""
    assert LINE.refused(lambda: run("L1 | part | 1 kg | copper", LINE.rules()._replace(gwp_set="EF3.1"))) == (
        "small: dataset 'copper' was not compiled for EF3.1, only for AR5, AR6. Use a rule file with one of these GWP "
        "sets. [gwp-set-not-compiled]"
    )


def test_biogenic_release_needs_its_uptake(run: Run) -> None:
    """Burning biomass whose growth nobody counted is refused; with wood in the bill it is accepted."""
    text = "L1 | part | 1 kg | {}\n[Processes]\np | product | PUMP | 1 item\np | emission | co2-biogenic | 1 kg"
    assert LINE.refused(lambda: run(text.format("steel"))) == (
        "pump.xlsx:Processes!G5: biogenic CO2 is released, but nothing takes it up. Add a row co2-uptake with the "
        "carbon the biomass took from the air. [biogenic-without-uptake]"
    )
    assert run(text.format("wood")).ledger.total() == pytest.approx(0.2, rel=1e-12)


def test_credits_are_posted_with_their_sign(run: Run) -> None:
    """A dataset that saves more than it costs lowers the total, in the open."""
    solved = run("L1 | filler | 10 kg | slag")
    assert solved.ledger.value(solved.ledger.postings[0]) == pytest.approx(10 * (0.1 - 0.3 * 0.07 / 0.97), rel=1e-12)


def test_gaps_are_lines_of_their_own(run: Run) -> None:
    """A line without a number is open, with its quantity, and adds nothing that could be mistaken for a value."""
    solved = run("L1 | part | 1 kg | steel\nL2 | what | 3 kg", declared_amount=2)
    assert [(p.exchange.name, p.quantity, dict(p.factor)) for p in solved.ledger.open_lines] == [("what", 6, {})]
    assert solved.ledger.total() == fsum(solved.ledger.value(p) for p in solved.ledger.postings) == 4
