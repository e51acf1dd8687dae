"""Lines that are left out: estimated, listed and measured, never counted; a limit decides a clause and no number."""

from __future__ import annotations

import html
import io
import json
import runpy
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
import yaml

from footprint import publish
from footprint.background.open import Background
from footprint.rules.load import load
from footprint.tables.read import read

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "line.py")))
CITED = {"clause": "c. 1", "source": "by-hand", "status": "unverified"}
PERMITTED = {"reason": {"en": "Small.", "zh": "占比小。"}, **CITED}
STAGED = [
    {"id": "bom", "when": 'line.sheet == "BOM"', "stage": "raw_materials", "reason": PERMITTED["reason"], **CITED}
]
TWO = "L1 | plate | 8 kg | steel\nL2 | trim | 2 kg | | cut_off={}\n"


def check(name: str, test: str, **more: str) -> dict[str, Any]:
    return {"id": name, "test": test, "sentence": {"en": "It holds.", "zh": "成立。"}, **CITED, **more}


@pytest.fixture(scope="module")
def background(tmp_path_factory: pytest.TempPathFactory) -> Background:
    return LINE.opened(LINE.small(tmp_path_factory.mktemp("databases")))


@pytest.fixture
def document(bill: Callable[..., Path], background: Background, tmp_path: Path) -> Callable[..., Any]:
    """Return what declares a compact text under the rules for arithmetic with ``checks`` and a permitted cut-off."""

    def made(text: str, *checks: dict[str, Any], permitted: bool = True, **more: Any) -> Any:
        raw = yaml.load(LINE.RULES.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
        raw |= {"checks": list(checks), **more}
        if permitted:
            raw["cut_off"] = PERMITTED
        path = tmp_path / "rules.yaml"
        path.write_text(json.dumps(raw), encoding="utf-8")
        return LINE.document(read(bill(text, product=LINE.plain_product())), background, load(str(path)))

    return made


def outcomes(document: Any) -> dict[str, str]:
    return {clause["id"]: clause["outcome"] for clause in document["clauses"]}


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
    raw = yaml.load(LINE.RULES.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
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


def test_a_clause_on_each_line_names_the_cells_that_fail(document: Callable[..., Any]) -> None:
    """Copper is never left out: the clause fails at the line; lines it is not for do not matter."""
    never = check("copper", 'line.name != "wire"', for_each="line.excluded")
    text = "L1 | plate | 8 kg | steel\nL2 | wire | 1 kg | | cut_off=copper\nL3 | clip | 1 kg | | cut_off=steel\n"
    found = next(c for c in document(text, never)["clauses"] if c["id"] == "copper")
    assert (found["outcome"], found["cells"]) == ("failed", ["BOM!F5"])
    assert found["seen"]["en"] == "BOM!F5: name = wire"


def test_a_clause_on_lines_passes_lacks_or_does_not_apply(document: Callable[..., Any]) -> None:
    """All lines hold: passed; one lacks a value: needs evidence, with its cell; none is meant: not applicable."""
    checks = (
        check("basis", 'line.basis == "measured"', for_each="not line.excluded"),
        check("share", "line.recycled_share > 0", for_each='line.role == "product"'),
        check("none", "line.mass_kg > 0", for_each='line.role == "transport"'),
        check("part", "line.contribution_share == 1", for_each="not line.excluded"),
    )
    found = document(TWO.format("copper"), *checks)
    assert outcomes(found) == {"basis": "passed", "share": "needs-evidence", "none": "not-applicable", "part": "passed"}
    assert next(c for c in found["clauses"] if c["id"] == "share")["cells"] == ["BOM!F4", "BOM!F5"]


@pytest.mark.parametrize(
    ("test", "outcome"),
    [
        ("line.recycled_share < 0.1", "failed"), ("line.recycled_share > 0.1", "needs-evidence"),
        ("line.recycled_share > 0.1 if known(line.recycled_share) else 1 > 0", "passed"),
    ],
)  # fmt: skip
def test_the_worst_line_decides(document: Callable[..., Any], test: str, outcome: str) -> None:
    """One that fails outweighs one that lacks a value, and that one all that pass; the cells are theirs."""
    text = "L1 | plate | 4 kg | steel | recycled_share=0.5, secondary=steel-recycled\nL2 | foil | 4 kg | copper\n"
    own = check("own", test, for_each='line.sheet == "BOM"')
    cited = next(c for c in document(text, own, rules=STAGED, cases=[])["clauses"] if c["id"] == "own")
    cells = {"failed": ["BOM!F4"], "needs-evidence": ["BOM!F5"], "passed": []}
    assert (cited["outcome"], cited["cells"]) == (outcome, cells[outcome])


@pytest.mark.parametrize("cells", ["", "| cut_off=no-estimate", "paint", "| cut_off=paint"])
def test_what_nobody_estimated_contributes_no_zero(document: Callable[..., Any], cells: str) -> None:
    """A line without data, or with some that leads to a gap, counted or left out: what it adds is not known."""
    small = check("small", "line.contribution < 100", for_each='line.sheet == "BOM"')
    found = document(f"L1 | plate | 8 kg | steel\nL2 | trim | 2 kg | {cells}\n", small)["clauses"][0]
    assert (found["outcome"], found["cells"]) == ("needs-evidence", ["BOM!F5"])


@pytest.mark.parametrize(
    ("whens", "outcome"),
    [
        (("product.net_mass > 1",), "passed"),
        (("product.net_mass < 1",), "failed"),
        (("product.net_mass < 1", "product.service_years > 1"), "needs-evidence"),
        (("product.service_years > 1", "product.net_mass > 1"), "passed"),
        (("product.net_mass < 1", "product.net_mass > 1"), "passed"),
        ((None,), "not-assessed"),
    ],
)
def test_a_product_of_one_class_is_in_scope(document: Callable[..., Any], whens: Any, outcome: str) -> None:
    """One class that holds is enough; where none does, one that lacks a value leaves it open."""
    kinds = [{"id": f"k{i}", "title": PERMITTED["reason"], **CITED} for i, _ in enumerate(whens)]
    classes = [{**kind, "when": when} if when else kind for kind, when in zip(kinds, whens, strict=True)]
    assert outcomes(document("L1 | plate | 8 kg | steel\n", classes=classes)) == {"scope": outcome}


def test_a_condition_that_lacks_a_value_needs_evidence(document: Callable[..., Any]) -> None:
    """Whether the clause applies is not known: neither its test nor its lines decide."""
    checks = (
        check("passes", "result.total > 0", when="product.service_years > 1"),
        check("fails", "result.total < 0", when="product.service_years > 1"),
        check("lines", "line.mass_kg > 0", when="product.service_years > 1", for_each='line.sheet == "BOM"'),
    )
    found = outcomes(document("L1 | plate | 8 kg | steel\n", *checks))
    assert found == dict.fromkeys(("passes", "fails", "lines"), "needs-evidence")


def test_of_many_lines_that_fail_the_first_five_are_shown(document: Callable[..., Any]) -> None:
    """All cells are named; what the test saw is told of five, and a mark says there are more."""
    text = "".join(f"L{i} | plate {i} | 1 kg | steel\n" for i in range(7))
    found = document(text, check("none", "line.mass_kg > 2", for_each='line.sheet == "BOM"'))["clauses"][0]
    assert (len(found["cells"]), found["seen"]["en"].count("\n"), found["seen"]["en"][-2:]) == (7, 4, " …")


def test_a_derived_line_has_its_part_of_the_energy(document: Callable[..., Any]) -> None:
    """Half of 10 kWh are 18 MJ; what is not said of its collection is of no end of life, and collected."""
    raw = yaml.load(LINE.RULES.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    half = [{"coefficient": "0.5", "dataset": "own", "title": PERMITTED["reason"]}]
    rule = {**PERMITTED, "id": "half", "when": "line.electricity", "derive": half}
    text = "L1 | plate | 8 kg | steel\n[Processes]\nw | product | PUMP | 1 item\nw | input | electricity | 10 kWh\n"
    seen = check("energy", "17.99 < line.energy_mj < 18.01 and line.collected", for_each="line.electricity")
    assert outcomes(document(text, seen, rules=[rule, *raw["rules"]], cases=[])) == {"energy": "passed"}


def test_gaps_and_masses_are_counted(document: Callable[..., Any]) -> None:
    """Two lines without data; 3 kg in a pump of 4 kg miss a quarter, 5 kg as much."""
    for kg in (1, 3):
        checks = check("gaps", "result.gaps == 2"), check("mass", "result.mass_difference == 0.25")
        text = f"L1 | a | {kg} kg\nL2 | b | 1 kg\nL3 | c | 1 kg | steel\n[Product]\nnet_mass = 4\n"
        assert outcomes(document(text, *checks)) == {"gaps": "passed", "mass": "passed"}


def test_every_process_that_deviates_is_counted(document: Callable[..., Any]) -> None:
    """Two processes that state mass where the rules share by price deviate twice."""
    rows = "".join(
        f"{name} | product | {flow} | 1 item | allocation=mass, unit_mass=1, price=1\n"
        f"{name} | co-product | {name} side | 1 kg | price=1\n{name} | input | electricity | 2 kWh\n"
        for name, flow in (("a", "PUMP"), ("b", "case"))
    )
    text = f"L1 | plate | 1 kg | steel\n[Processes]\n{rows}a | input | case | 1 item\n"
    steps = [{"id": "price", "when": "process.has_prices", "method": "economic", **PERMITTED}]
    found = document(text, check("two", "result.allocation_deviations == 2"), allocation={"steps": steps}, cases=[])
    assert outcomes(found) == {"two": "passed"}


def test_a_stage_without_lines_has_no_number(document: Callable[..., Any]) -> None:
    """A subtotal of stages that hold nothing is not zero: a clause on it needs evidence."""
    parts = [
        {"id": name, "title": PERMITTED["reason"], "stages": stages, **CITED}
        for name, stages in (("goods", ["raw_materials", "use"]), ("service", ["use"]))
    ]
    checks = (
        check("goods", 'result.by_stage["goods"] == 16'), check("service", 'result.by_stage["service"] < 1'),
        check("use", 'result.by_stage["use"] < 1'),
    )  # fmt: skip
    found = outcomes(document("L1 | plate | 8 kg | steel\n", *checks, subtotals=parts))
    assert found == {"goods": "passed", "service": "needs-evidence", "use": "needs-evidence"}


def test_clauses_ask_for_components_status_and_mass(document: Callable[..., Any]) -> None:
    """A component without data is one; two ninths of the steel's eight are secondary; an unknown mass is no match."""
    checks = (
        check("parts", 'contains(result.components, "anode")'),
        check("status", "0.888 < result.unverified_share < 0.889"),
        check("mass", "result.mass_difference == 0"),
    )
    text = "L1 | plate | 1 kg | steel\nL2 | foil | 1 kg | {}\n[Processes]\nw | product | PUMP | 1 item\n"
    whole = text + "w | input | stamping | 1 kg | destination=evaporated\n"
    foil = document(whole.format("| component=anode"), *checks)
    assert outcomes(foil) == {"parts": "passed", "status": "passed", "mass": "passed"}
    pieces = whole.replace("1 kg | {}", "2 item | chip")
    assert outcomes(document(pieces, checks[0], checks[2])) == {"parts": "failed", "mass": "needs-evidence"}


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


def test_a_line_of_nothing_is_no_component(document: Callable[..., Any]) -> None:
    """A separator of 0 kg does not make the separator stand in the result."""
    parts = [{"id": "separator", "title": {"en": "separator", "zh": "隔膜"}}]
    there = check("there", 'contains(result.components, "separator")')
    text = "L1 | plate | 8 kg | steel\nL2 | film | {} kg | steel | component=separator\n"
    for amount, outcome in ((0, "failed"), (0.001, "passed")):
        assert outcomes(document(text.format(amount), there, components=parts)) == {"there": outcome}


def test_a_benchmark_is_of_its_stages_and_needs_its_clauses(document: Callable[..., Any]) -> None:
    """While a stage it is of holds no line, or a clause it needs does not pass, nobody knows that it is reached."""
    low = {"id": "low", "test": "result.total < 20", "title": {"en": "Low", "zh": "低碳"}, **CITED}
    seen: dict[str, tuple[str, list[str]]] = {}
    for name, more in (
        ("held", {"stages": ["raw_materials"], "needs": ["heavy"]}),
        ("empty", {"stages": ["raw_materials", "use"]}),
        ("open", {"needs": ["light"]}),
    ):
        tests = [check("heavy", "result.total > 1"), check("light", "result.total < 1")]
        (mark,) = document("L1 | plate | 8 kg | steel\n", *tests, benchmarks=[{**low, **more}], rules=STAGED)[
            "benchmarks"
        ]
        seen[name] = mark["outcome"], mark["seen"]["en"].splitlines()[1:]
    assert seen == {
        "held": ("passed", []),
        "empty": ("needs-evidence", ["not known while stages it is of hold no line: Use"]),
        "open": ("needs-evidence", ["not known while clauses it needs do not pass: It holds."]),
    }
    for key, told in (("stages", "there is no stage 'drying'"), ("needs", "there is no check 'drying'")):
        said = LINE.refused(lambda key=key: document("", benchmarks=[{**low, key: ["drying"]}]))
        assert told in said


def test_benchmarks_are_told_and_decide_nothing(document: Callable[..., Any]) -> None:
    """One that is missed, one that is reached and one nobody could read leave conformity as it is."""
    about = {"title": {"en": "Low", "zh": "低碳"}, **CITED}
    marks = [
        {"id": "low", "test": "result.total < 10", **about},
        {"id": "high", "test": "result.total < 20", **about},
        {"id": "class", "todo": {"en": "No limits yet.", "zh": "尚无限值。"}, **about},
    ]
    text = "L1 | plate | 8 kg | steel\n"
    found, bare = document(text, benchmarks=marks), document(text)
    assert [b["outcome"] for b in found["benchmarks"]] == ["failed", "passed", "not-assessed"]
    assert [b["todo"] and b["todo"]["zh"] for b in found["benchmarks"]] == [None, None, "尚无限值。"]
    assert (found["conformity"], found["result"]) == (bare["conformity"], bare["result"])
    assert [b["seen"]["en"] for b in found["benchmarks"]] == ["result = 16", "result = 16", ""]
    open_ = document(text + "L2 | trim | 1 kg\n", benchmarks=marks)
    assert [b["outcome"] for b in open_["benchmarks"]] == ["failed", "needs-evidence", "not-assessed"]


@pytest.mark.parametrize(("lang", "told"), [
    ("en", "result of the stage [raw_materials] = 16; highest [CN] = 20"),
    ("zh", "阶段结果 [raw_materials] = 16；上限 [CN] = 20"),
])  # fmt: skip
def test_a_benchmark_shows_its_test_and_what_it_took_from_tables(
    document: Callable[..., Any], lang: str, told: str
) -> None:
    """The limit of a class stands beside the number that was held against it, in both reports."""
    limit = {
        "id": "highest", "title": {"en": "highest", "zh": "上限"}, "values": [{"value": {"CN": "20", "DE": "9"}}],
        **CITED,
    }  # fmt: skip
    test = 'result.by_stage["raw_materials"] <= parameter.highest[product.country]'
    mark = {"id": "class", "test": test, "title": {"en": "Class", "zh": "等级"}, **CITED}
    found = document("L1 | plate | 8 kg | steel\n", benchmarks=[mark], parameters=[limit])
    (row,) = found["benchmarks"]
    assert (row["outcome"], row["seen"][lang].partition("; " if lang == "en" else "；")[2]) == ("passed", told)
    assert row["test"][lang] in html.unescape(publish.render("report.html", found, lang).decode())
    book = openpyxl.load_workbook(io.BytesIO(publish.render("report.xlsx", found, lang)))
    assert any(row["test"][lang] in str(cell.value) for sheet in book for line in sheet.iter_rows() for cell in line)


def test_subtotals_sum_their_stages_and_a_rule_may_round(document: Callable[..., Any]) -> None:
    """A subtotal is the sum of its stages; the declared number may be a multiple that the rules ask for."""
    text = "L1 | plate | 8 kg | steel\n[Use]\ngrid-2024 | 7 kWh\n"
    part = {"id": "goods", "title": {"en": "Goods", "zh": "产品"}, "stages": ["raw_materials", "production"], **CITED}
    found = document(text, subtotals=[part], round_to="5")["result"]
    assert (found["total"], found["declared"]) == (19.5, "20")
    assert [(s["id"], s["value"], s["declared"]) for s in found["subtotals"]] == [("goods", 16, "16.00")]


def test_a_lower_bound_is_rounded_down(document: Callable[..., Any]) -> None:
    """What is printed after >= must hold; nothing that has been posted is declared as none."""
    text = "L1 | plate | 8.9996 kg | steel\n"
    whole, bound = document(text), document(text + "L2 | trim | 1 kg\n")
    assert (whole["result"]["declared"], bound["result"]["declared"]) == ("18.00", "17.99")
    coarse = document(text + "L2 | trim | 1 kg\n", round_to="5")["result"]
    assert (coarse["declared"], document(text, round_to="50")["result"]["declared"]) == ("15", "18.00")


def test_nothing_conforms_to_nothing(document: Callable[..., Any]) -> None:
    """Rules that leave out every line give no footprint of zero to be called conforming."""
    none = {"id": "none", "when": "line.mass_kg >= 0", "exclude": "yes", "reason": PERMITTED["reason"], **CITED}
    conformity = document("L1 | plate | 8 kg | steel\n", rules=[none], cases=[])["conformity"]
    assert conformity["conforms"] is False
    assert any(why["en"].startswith("nothing counts") for why in conformity["why"])
