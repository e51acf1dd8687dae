"""Lines that are left out: estimated, listed and measured, never counted; a limit decides a clause and no number."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

UNDER = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "permitted.py")))
LINE, PERMITTED, TWO, check, outcomes = UNDER.LINE, UNDER.PERMITTED, UNDER.TWO, UNDER.check, UNDER.outcomes


def test_a_line_left_out_is_estimated_and_not_counted(document: Callable[..., Any]) -> None:
    """Its estimate stands beside the result, with its share of the absolute sum; the account calls its row excluded."""
    found = document(TWO.format("copper"))
    left = found["excluded"][0]
    copper = 2 * (3 + 0.01 * 29.8)
    assert found["result"]["total"] == 16
    assert (left["rule"], left["cell"], left["reason"]["en"]) == ("cut-off", "BOM!F5", "Small.")
    assert (left["estimate"], left["share"]) == (pytest.approx(copper), pytest.approx(copper / 16))
    assert found["account"]["counts"][1]["excluded"] == 1
    assert found["completeness"]["mass_share"] == pytest.approx(0.8)
    assert found["completeness"]["gaps"] == []
    (told,) = found["completeness"]["cut_off"]["by_stage"]
    assert told == {"id": left["stage"], "value": pytest.approx(copper)}


@pytest.mark.parametrize("limit", ["0.01", "0.2", "0.9"])
def test_changing_a_limit_changes_no_number(document: Callable[..., Any], limit: str) -> None:
    """The same total and the same list under every limit; only the clause knows."""
    found = document(TWO.format("copper"), check("mass", f"result.cut_off_mass_share <= {limit}"))
    assert found["result"]["total"] == 16
    assert outcomes(found) == {"mass": "failed" if limit == "0.01" else "passed"}


def test_what_is_left_out_is_tested_alone_and_together(document: Callable[..., Any]) -> None:
    """Two lines of 1 kg beside 8 kg: a tenth each, a fifth together."""
    text = "L1 | plate | 8 kg | steel\nL2 | trim | 1 kg | | cut_off=steel\nL3 | clip | 1 kg | | cut_off=steel\n"
    alone = check("alone", "0.0999 < result.cut_off_largest_mass_share <= 0.1")
    together = check("together", "0.1999 < result.cut_off_mass_share <= 0.2")
    impact = check("impact", "result.cut_off_impact_share == 0.25 and result.cut_off_largest_impact_share == 0.125")
    lines = check("lines", "result.cut_off_lines == 2")
    found = outcomes(document(text, alone, together, impact, lines))
    assert set(found.values()) == {"passed"}, found


def test_without_an_estimate_the_impact_needs_evidence(document: Callable[..., Any]) -> None:
    """Nobody knows what was left out: the mass still counts, the impact is not assumed to be small."""
    mass, impact = check("mass", "result.cut_off_mass_share <= 0.2"), check("impact", "result.cut_off_impact_share < 1")
    found = document(TWO.format("no-estimate"), mass, impact)
    assert outcomes(found) == {"mass": "passed", "impact": "needs-evidence"}
    assert (found["excluded"][0]["estimate"], found["excluded"][0]["share"]) == (None, None)
    (told,), (gap,) = found["completeness"]["cut_off"]["by_stage"], found["completeness"]["gaps"]
    assert told["value"] is None
    assert gap["stages"] == [told["id"]]


def test_an_estimate_with_a_gap_is_none(document: Callable[..., Any]) -> None:
    """Paint has a resin nobody has numbers of: what it would add is not known to be small."""
    found = document(TWO.format("paint"), check("impact", "result.cut_off_impact_share < 1"))
    assert outcomes(found) == {"impact": "needs-evidence"}


def test_an_estimated_credit_is_as_large_as_a_burden(document: Callable[..., Any]) -> None:
    """Two kilograms of wood would take up 3.2 kg beside 16 kg of steel: a fifth, whatever its sign."""
    text = TWO.format("wood")
    checks = (
        check("impact", "0.1999 < result.cut_off_impact_share < 0.2001"),
        check("line", "3.199 < line.contribution < 3.201", for_each="line.excluded"),
        check("counted", "line.contribution > 0", for_each="not line.excluded"),
        check("share", "0.833 < line.contribution_share < 0.834", for_each='line.name == "plate"'),
    )
    assert set(outcomes(document(text, *checks[:3], headline="-1/+1")).values()) == {"passed"}
    both = document("L1 | plate | 8 kg | steel\nL2 | board | 2 kg | wood\n", *checks[2:], headline="-1/+1")
    assert (both["result"]["total"], set(outcomes(both).values())) == (pytest.approx(12.8), {"passed"})


def test_a_bill_of_nothing_but_cut_offs_has_no_shares(document: Callable[..., Any]) -> None:
    """Measured against nothing, a share is not known."""
    found = document("L1 | plate | 8 kg | | cut_off=steel\n", check("impact", "result.cut_off_impact_share < 9"))
    assert outcomes(found) == {"impact": "needs-evidence"}


def test_the_largest_line_left_out_is_the_heaviest(document: Callable[..., Any]) -> None:
    """Of 3 kg and 1 kg beside 4 kg of steel."""
    text = "L1 | a | 4 kg | steel\nL2 | b | 3 kg | | cut_off=steel\nL3 | c | 1 kg | | cut_off=steel\n"
    shares = "result.cut_off_largest_mass_share == 0.375 and result.cut_off_largest_impact_share == 0.75"
    largest = check("mass", shares)
    assert outcomes(document(text, largest)) == {"mass": "passed"}


def test_energy_without_a_number_is_energy(document: Callable[..., Any]) -> None:
    """10 kWh left out beside 40 kWh and 36 MJ that have no dataset: a sixth of the energy."""
    text = (
        "L1 | plate | 8 kg | steel\n[Processes]\nweld | product | PUMP | 1 item\nweld | input | electricity | 40 kWh\n"
        "weld | input | lamps | 10 kWh | cut_off=grid-2024\nweld | input | gas-burned | 36 MJ | fuel_use=burned"
    )
    raw = yaml.load(LINE.RULES.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
    nothing = [{"coefficient": "1", "dataset": "secondary", "title": PERMITTED["reason"]}]
    gap = {**PERMITTED, "id": "gap", "when": 'line.role == "fuel"', "derive": nothing}
    sixth = check("energy", "0.1666 < result.cut_off_energy_share < 0.1667")
    found = document(text, sixth, rules=[gap, *raw["rules"]], cases=[])
    assert (outcomes(found), len(found["completeness"]["gaps"])) == ({"energy": "passed"}, 1)
    weighed = [{**nothing[0], "dataset": "steel", "of": "MJ", "per": "0.02", "unit": "kg"}]
    found = document(text, sixth, rules=[{**gap, "derive": weighed}, *raw["rules"]], cases=[])
    assert outcomes(found) == {"energy": "needs-evidence"}


def test_energy_left_out_is_measured_against_all_energy(document: Callable[..., Any]) -> None:
    """10 kWh of 50 kWh left out is a fifth of the energy."""
    text = (
        "L1 | plate | 8 kg | steel\n[Processes]\nweld | product | PUMP | 1 item\nweld | input | electricity | 40 kWh\n"
        "weld | input | lamps | 10 kWh | cut_off=grid-2024"
    )
    found = document(text, check("energy", "result.cut_off_energy_share == 0.2"))
    assert outcomes(found) == {"energy": "passed"}
    assert found["result"]["total"] == 16 + 40 * 0.5


WELDED = "L1 | plate | 8 kg | steel\n[Processes]\nweld | product | PUMP | 1 item\nweld | input | electricity | 40 kWh\n"


@pytest.mark.parametrize(
    ("row", "share"),
    [
        ("2 kg | cut_off=steel", 0.25),
        ("2 kg | cut_off=no-estimate", 0.25),
        ("10 kWh | cut_off=grid-2024", 0),
        ("2 L | cut_off=no-estimate", None),
    ],
)
def test_what_is_left_out_counts_by_its_mass_outside_the_product_too(
    document: Callable[..., Any], row: str, share: float | None
) -> None:
    """A solvent of 2 kg beside a product of 8 kg is a quarter of it; energy has no mass, a volume has one unknown."""
    tested = check("mass", f"result.cut_off_largest_mass_share == {share or 0} == result.cut_off_mass_share")
    found = outcomes(document(WELDED + f"weld | input | solvent | {row}\n", tested))
    assert found == {"mass": "needs-evidence" if share is None else "passed"}


def test_a_permission_by_mass_does_not_cover_what_has_none(document: Callable[..., Any]) -> None:
    """A clause on each line that is cut off finds the electricity that no mass test can see."""
    weighed = check("weighed", "known(line.mass_kg)", for_each='line.excluded_by == "cut-off"')
    heavy = WELDED + "weld | input | solvent | 2 kg | cut_off=no-estimate\n"
    assert outcomes(document(heavy, weighed)) == {"weighed": "passed"}
    assert outcomes(document(heavy + "weld | input | lamps | 1 kWh | cut_off=grid-2024\n", weighed)) == {
        "weighed": "failed"
    }


@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        ("lamps | 10 kWh | cut_off=no-estimate", "passed"),
        ("lamps | 36 MJ | cut_off=grid-2024", "passed"),
        ("gas | 36 MJ | cut_off=gas-burned", "passed"),
        ("diesel | 2 kg | cut_off=no-estimate, fuel_use=burned", "needs-evidence"),
        ("diesel | 2 kg | cut_off=no-estimate", "needs-evidence"),
        ("diesel | 2 kg | cut_off=steel, fuel_use=burned", "needs-evidence"),
    ],
)
def test_energy_left_out_counts_however_it_is_stated(document: Callable[..., Any], row: str, outcome: str) -> None:
    """10 kWh of 50 kWh is a fifth, estimated or not; what may be a fuel and has no energy leaves the share unknown."""
    fifth = check("energy", "0.1999 < result.cut_off_energy_share < 0.2001")
    assert outcomes(document(WELDED + f"weld | input | {row}\n", fifth)) == {"energy": outcome}


def test_completeness_by_energy_is_not_made_up(document: Callable[..., Any]) -> None:
    """40 of 50 kWh have data: 80 %; where a fuel has no energy nobody knows the share, whatever the rest says."""
    four_fifths = check("energy", "result.energy_share == 0.8")
    lamps = "weld | input | lamps | 10 kWh | cut_off=no-estimate\n"
    assert outcomes(document(WELDED + lamps, four_fifths)) == {"energy": "passed"}
    diesel = "weld | input | diesel | 2 kg | cut_off=no-estimate, fuel_use=burned\n"
    assert outcomes(document(WELDED + lamps + diesel, four_fifths)) == {"energy": "needs-evidence"}
    assert document(WELDED + lamps + diesel, four_fifths)["data_quality"]["energy_share"] is None


def test_a_substance_that_is_estimated_as_no_fuel_is_no_energy(document: Callable[..., Any]) -> None:
    """Its estimate says what it is."""
    none = check("energy", "result.cut_off_energy_share == 0")
    assert outcomes(document(WELDED + "weld | input | glue | 2 kg | cut_off=steel\n", none)) == {"energy": "passed"}


@pytest.mark.parametrize("cells", ["", "| cut_off=no-estimate", "paint", "| cut_off=paint"])
def test_what_nobody_estimated_contributes_no_zero(document: Callable[..., Any], cells: str) -> None:
    """A line without data, or with some that leads to a gap, counted or left out: what it adds is not known."""
    small = check("small", "line.contribution < 100", for_each='line.sheet == "BOM"')
    found = document(f"L1 | plate | 8 kg | steel\nL2 | trim | 2 kg | {cells}\n", small)["clauses"][0]
    assert (found["outcome"], found["cells"]) == ("needs-evidence", ["BOM!F5"])


def test_a_derived_line_has_its_part_of_the_energy(document: Callable[..., Any]) -> None:
    """Half of 10 kWh are 18 MJ; what is not said of its collection is of no end of life, and collected."""
    raw = yaml.load(LINE.RULES.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
    half = [{"coefficient": "0.5", "dataset": "own", "title": PERMITTED["reason"]}]
    rule = {**PERMITTED, "id": "half", "when": "line.electricity", "derive": half}
    text = "L1 | plate | 8 kg | steel\n[Processes]\nw | product | PUMP | 1 item\nw | input | electricity | 10 kWh\n"
    seen = check("energy", "17.99 < line.energy_mj < 18.01 and line.collected", for_each="line.electricity")
    assert outcomes(document(text, seen, rules=[rule, *raw["rules"]], cases=[])) == {"energy": "passed"}


def test_rules_without_a_cut_off_permit_none(document: Callable[..., Any]) -> None:
    """A line left out under rules that do not say it may be is an error at its cell."""
    assert LINE.refused(lambda: document(TWO.format("copper"), permitted=False)) == (
        "pump.xlsx:BOM!F5: the line is left out, but rules 'plain-goods' permit no cut-off. Give it a dataset, or "
        "leave both cells empty: a named gap. [cut-off-not-permitted]"
    )


def test_an_assembly_cannot_be_left_out(document: Callable[..., Any]) -> None:
    """Its parts have data, and what has data is counted."""
    text = "L1 | box | 1 item | | cut_off=no-estimate, net_mass=8\n  L2 | plate | 8 kg | steel\n"
    assert "[cut-off-with-data]" in LINE.refused(lambda: document(text))


@pytest.mark.parametrize("estimate", ["no-estimate", "resin", "paint"])
def test_what_is_left_out_and_not_estimated_makes_the_result_incomplete(
    document: Callable[..., Any], estimate: str
) -> None:
    """A motor ten times as heavy as all else, left out without a number: named as a gap, the result a lower bound."""
    found = document(f"L1 | plate | 8 kg | steel\nL2 | motor | 80 kg | | cut_off={estimate}\n")
    result, (gap,) = found["result"], found["completeness"]["gaps"]
    assert (result["total"], result["complete"], result["lower_bound"]) == (16, False, True)
    assert (gap["name"], gap["cell"], gap["amount"]) == ("motor", "BOM!F5", 80)
    assert gap["why"]["en"] == "it was left out and no estimate of it is known."
    assert not found["conformity"]["conforms"]
