"""Recycling and end of life by rule text (`data/rules-recycling.yaml`), from a real workbook to the declaration.

The factors are on the workbook's own Factors sheet. Numbers: Battery Pass, Rules for calculating the CF of the
Distribution and End-of-life stages v1.1 (Dec 2023), Fig. 20 ("for exemplary representation purposes only"), and the CFF
parameters of the Ecobalyse data; the others are worked out by hand in the docstring that states them.
"""

from __future__ import annotations

from collections.abc import Callable
from math import fsum
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from footprint import service
from footprint.rules.cases import failures
from footprint.rules.load import load

RULES = Path(__file__).parent / "data" / "rules-recycling.yaml"
both = pytest.mark.parametrize("rules", [str(RULES), "pef-2021"], ids=["rule text", "shipped"])
Calculate = Callable[..., dict[str, Any]]

FIG_20 = """
Cu foil      | .2 | 0   | .41 | 0   | .21 | .07      | 1.243e-4 | 0.115086  | anode
graphite     | .2 | 0   | 0   | 0   | 0   | .3343    | 2.117e-4 | 0.3345117 | anode
PVDF anode   | .5 | 0   | 0   | 0   | 0   | .01709   | 3.36e-6  | 0.0170934 | anode
SBR anode    | .5 | 0   | 0   | 0   | 0   | .0077    | 3.36e-6  | 0.0077034 | anode
MnSO4        | .2 | 0   | .30 | 0   | .14 | .06      | 1.126e-4 | 0.0784708 | cathode
NiSO4        | .2 | .04 | .56 | .28 | .28 | .34      | 1.21e-4  | 0.313308  | cathode
Li2CO3       | .2 | 0   | 0   | 0   | 0   | .0538182 | 4.368e-5 | 0.0538619 | cathode
CoSO4        | .2 | .12 | .69 | .35 | .35 | 2.60     | 1.21e-4  | 1.2952907 | cathode
PVDF cathode | .5 | 0   | 0   | 0   | 0   | .00854   | 1.68e-6  | 0.0085417 | cathode
SBR cathode  | .5 | 0   | 0   | 0   | 0   | .00359   | 1.68e-6  | 0.0035917 | cathode
carbon black | .2 | 0   | 0   | 0   | 0   | .03185   | 2.016e-5 | 0.0318702 | cathode
Al foil      | .2 | 0   | 0   | 0   | 0   | .61135   | 7.56e-5  | 0.6114256 | cathode
DMC          | .5 | 0   | 0   | 0   | 0   | .04979   | 3.612e-5 | 0.0498261 | electrolyte
EC           | .5 | 0   | 0   | 0   | 0   | .0350701 | 3.612e-5 | 0.0351062 | electrolyte
PC           | .5 | 0   | 0   | 0   | 0   | .098736  | 3.612e-5 | 0.0987721 | electrolyte
DMC (EMC)    | .5 | 0   | 0   | 0   | 0   | .04979   | 3.612e-5 | 0.0498261 | electrolyte
LiPF6        | .2 | 0   | 0   | 0   | 0   | .0860955 | 2.52e-5  | 0.0861207 | electrolyte
PP film      | .5 | 0   | 0   | 0   | 0   | .0943894 | 7.56e-5  | 0.094465  | separator
PE film      | .5 | 0   | 0   | 0   | 0   | .0361573 | 2.52e-5  | 0.0361825 | separator
"""
"""Material, A, R1, R2, Erecycled, ErecyclingEoL, Ev = E*v, ED [kg CO2e per kg battery], the printed result, component.

The four rows with recycling print inputs rounded to two places, so that their results are met to 1.1 % only; the Ev of
the others is the printed result less ED. B = 0, R3 = 0, all quality ratios 1.
"""
PRINTED = {"anode": 0.4743944, "cathode": 2.3963606, "electrolyte": 0.3196512, "separator": 0.1306475}
ROUNDING = 0.011


class Printed(NamedTuple):
    """A row of Fig. 20."""

    name: str
    a: float
    r1: float
    r2: float
    recycled: float
    recycling: float
    virgin: float
    disposal: float
    result: float
    component: str


def fig_20() -> list[Printed]:
    cells = (map(str.strip, line.split("|")) for line in FIG_20.strip().splitlines())
    return [Printed(name, *map(float, rest[:-1]), rest[-1]) for name, *rest in cells]


@pytest.fixture
def calculate(workbook: Callable[..., Path]) -> Calculate:
    """Return the declaration of rows under one method: ``calculate("cff", bom=[...], end=[...], factors={...})``."""

    def declared(
        method: str, bom: list[Any], end: list[Any], factors: dict[str, Any], rules: str = str(RULES), **product: Any
    ) -> Any:
        fields = {
            "pcr": "recycling-methods", "boundary": "cradle-to-grave", "declared_unit": "item", "gross_kwh": None,
            "recycling_method": method, **product,
        }  # fmt: skip
        given = {code: value if isinstance(value, tuple) else (value, "kg") for code, value in factors.items()}
        keys = ("total", "unit", "energy")
        rows = [{"code": code, **dict(zip(keys, stated, strict=False))} for code, stated in given.items()]
        path = workbook(bom=bom, end_of_life=end, factors=rows, product=fields)
        calculated = service.calculate(service.Request(path, rules, reference=True))
        assert calculated.run["reference"]["difference"] <= 1e-9
        assert fsum(s["value"] for s in calculated.document["result"]["by_stage"]) == pytest.approx(
            calculated.document["result"]["total"], rel=1e-9
        )
        return calculated.document

    return declared


def by_stage(document: dict[str, Any]) -> dict[str, float]:
    """Return the result of each stage that is not zero [kg CO2e], to 1e-9."""
    return {s["id"]: pytest.approx(s["value"], rel=1e-9) for s in document["result"]["by_stage"] if s["value"]}


def total(document: dict[str, Any]) -> float:
    """Return the sum over the lines of the bill and of its end, without those that rules add [kg CO2e]."""
    return fsum(e["value"] for e in document["ledger"] if e["cell"].partition("!")[0] in {"BOM", "End of life"})


def terms(document: dict[str, Any]) -> dict[str, float]:
    """Return the coefficient of each derived posting by dataset."""
    return {e["target"].rpartition(":")[2]: e["coefficient"] for e in document["ledger"] if "term" in e}


def test_the_cases_of_the_file_pass() -> None:
    """The coefficients of the Ecobalyse data, and those that each method gives by definition."""
    assert failures(load(str(RULES))) == ()


def test_each_rule_of_the_file_has_both_outcomes() -> None:
    """A case in which it acts, with all its coefficients, and one in which it does not."""
    pcr = load(str(RULES))
    own = {str(case["rule"]) for case in pcr.cases}
    for rule in (rule for rule in pcr.rules if rule.id in own):
        outcomes = [case["expect"] for case in pcr.cases if case["rule"] == rule.id]
        assert "false" in outcomes, rule.id
        acts = "true" if rule.verb == "exclude" else len(rule.derived)
        assert any(len(o) == acts if isinstance(o, list) else o == acts for o in outcomes), rule.id
    assert {"cut-off-material", "zero-hundred-recycling", "half-disposal", "cff-energy"} < own


@both
def test_the_published_example_of_the_circular_footprint_formula(calculate: Calculate, rules: str) -> None:
    """Fig. 20, row by row: exact where nothing is recycled, within the rounding of the inputs where something is."""
    rows = fig_20()
    bom, end, factors = [], [], {}
    for i, row in enumerate(rows):
        line = {"line": f"L{i}", "name": row.name, "dataset": f"v{i}", "allocation_factor": row.a, "quality_in": 1}
        bom.append(line | ({"recycled_share": row.r1, "secondary": f"s{i}"} if row.r1 else {}))
        factors |= {f"v{i}": row.virgin, f"d{i}": row.disposal}
        factors |= ({f"s{i}": row.recycled} if row.r1 else {}) | ({f"r{i}": row.recycling} if row.r2 else {})
        own = {"part": f"L{i}", "allocation_factor": row.a, "quality_out": 1}
        end.append({**own, "route": "landfill", "share": 1 - row.r2, "treatment": f"d{i}"})
        if row.r2:
            end.append({**own, "route": "recycling", "share": row.r2, "treatment": f"r{i}"})
    document = calculate("cff", bom, end, factors, rules)
    lines = [e for e in document["ledger"] if e["cell"].partition("!")[0] in {"BOM", "End of life"}]
    found = {row.name: 0.0 for row in rows}
    for entry in lines:
        part = entry["name"].partition(":")[0]
        found[rows[int(part[1:])].name if part[0] == "L" and part[1:].isdigit() else entry["name"]] += entry["value"]
    for row in rows:
        if row.r2:
            assert found[row.name] == pytest.approx(row.result, rel=ROUNDING), row.name
        else:
            assert found[row.name] == pytest.approx(row.virgin + row.disposal, rel=1e-12), row.name
            assert round(found[row.name], 7) == row.result, row.name
    for component, printed in PRINTED.items():
        assert fsum(found[r.name] for r in rows if r.component == component) == pytest.approx(printed, rel=ROUNDING)
    assert total(document) == pytest.approx(3.3210536, rel=ROUNDING)
    four = [found[name] for name in ("Cu foil", "MnSO4", "NiSO4", "CoSO4")]
    assert [round(value, 6) for value in four] == [0.115993, 0.079279, 0.312693, 1.304038]


@pytest.mark.parametrize(
    ("material", "content", "end"),
    [
        ("metals", {"v": 0.8, "s": 0.2}, {"r": 0.8, "v": -0.8}),
        ("plastics", {"v": 0.45, "s": 0.5}, {"r": 0.5, "v": -0.45}),
        ("pet-bottle", {"v": 0.5, "s": 0.5}, {"r": 0.5, "v": -0.475}),
        ("rubber", None, {"r": 0.5, "v": -0.375}),
        ("textiles", None, {"r": 0.2, "v": -0.06}),
        ("wood", {"v": 0.2, "s": 0.8}, {"r": 0.2, "v": -0.2}),
    ],
)
def test_coefficients_by_material(
    calculate: Calculate, material: str, content: dict[str, float] | None, end: dict[str, float]
) -> None:
    """All recycled, all to be recycled: the coefficients that the Ecobalyse data give each class of material."""
    factors = {"v": 10, "s": 2, "r": 3}
    line = {"line": "L1", "dataset": "v", "material": material}
    row = {"part": "L1", "route": "recycling", "share": 1, "treatment": "r"}
    plain = calculate("cff", [line], [row], factors)
    assert terms(plain) == pytest.approx(end, rel=1e-12)
    if content is not None:
        used = {"recycled_share": 1, "secondary": "s"}
        full = calculate("cff", [line | used], [row], factors)
        assert terms(full)["s"] == pytest.approx(content["s"], rel=1e-12)
        raw = [e for e in full["ledger"] if e["stage"] == "raw_materials"]
        assert {e["target"].rpartition(":")[2]: e["coefficient"] for e in raw} == pytest.approx(content, rel=1e-12)


METAL = {
    "line": "L1",
    "dataset": "v",
    "recycled_share": 0.5,
    "secondary": "s",
    "allocation_factor": 0.2,
    "quality_in": 1,
}
SCRAP = {"part": "L1", "route": "recycling", "share": 1, "treatment": "s", "allocation_factor": 0.2, "quality_out": 1}


@both
def test_a_recycled_metal_by_hand(calculate: Calculate, rules: str) -> None:
    """A 0.2, R1 0.5, R2 0.9: 0.5*10 + 0.5*(0.2*2 + 0.8*10) = 9.2; 0.8*0.9*(2 - 10) = -5.76; 0.1*0.1 = 0.01; 3.45."""
    row = SCRAP | {"recovery": 0.9, "disposal": "d"}
    factors = {"v": 10, "s": 2, "d": 0.1}
    document = calculate("cff", [METAL], [row], factors, rules)
    assert total(document) == pytest.approx(3.45, rel=1e-9)
    assert by_stage(document)["end_of_life"] == -5.75
    collected = calculate("cff", [METAL], [SCRAP | {"collection": 0.9, "disposal": "d"}], factors, rules)
    assert total(collected) == pytest.approx(3.45, rel=1e-9)


@both
def test_a_burned_plastic_by_hand(calculate: Calculate, rules: str) -> None:
    """A 0.5, R2 0.4, R3 0.3: 3 + 0.5*0.4*(1 - 3*0.9) + 0.3*(2.5 - 40*0.2*0.07 - 40*0.1*0.12) + 0.3*0.05 = 3.113."""
    line = {"line": "L1", "dataset": "v", "material": "塑料"}
    end = [
        {"part": "L1", "route": "recycling", "share": 0.4, "treatment": "r"},
        {"part": "L1", "route": "incineration", "share": 0.3, "treatment": "b", "lhv": 40, "heat_efficiency": 0.2,
         "heat": "h", "electricity_efficiency": 0.1, "electricity": "e"},
        {"part": "L1", "route": "landfill", "share": 0.3, "treatment": "d"},
    ]  # fmt: skip
    factors = {"v": 3, "r": 1, "b": 2.5, "h": (0.07, "MJ", "heat"), "e": (0.12, "MJ", "electricity"), "d": 0.05}
    document = calculate("cff", [line], end, factors, rules)
    assert total(document) == pytest.approx(3.113, rel=1e-9)
    values = {e["target"].rpartition(":")[2]: e["value"] for e in document["ledger"] if e["stage"] == "end_of_life"}
    expected = {"r": 0.2, "v": -0.54, "b": 0.75, "h": -0.168, "e": -0.144, "d": 0.015}
    assert values == pytest.approx(expected, rel=1e-9)
    assert by_stage(document)["end_of_life"] == 0.113


@both
@pytest.mark.parametrize(("a", "expected"), [(1.0, 7.6), (0.2, 9.52)])
def test_cradle_to_gate_nothing_of_the_end_counts(calculate: Calculate, rules: str, a: float, expected: float) -> None:
    """R1 0.3: 0.7*10 + 0.3*2 = 7.6 with A = 1; 0.7*10 + 0.3*(0.2*2 + 0.8*10) = 9.52 with A = 0.2; the end is listed."""
    line = METAL | {"recycled_share": 0.3, "allocation_factor": a}
    row = SCRAP | {"allocation_factor": a, "recovery": 0.9, "disposal": "d"}
    document = calculate("cff", [line], [row], {"v": 10, "s": 2, "d": 0.1}, rules, boundary="cradle-to-gate")
    assert total(document) == pytest.approx(expected, rel=1e-9)
    assert {e["cell"].partition("!")[0] for e in document["excluded"]} == {"End of life"}
    assert {e["rule"] for e in document["excluded"]} == {"boundary"} | ({"cff-recycling"} if a == 1 else set())
    assert document["result"]["complete"]


@pytest.mark.parametrize(
    ("method", "raw", "end"),
    [
        # 0.5*10 + 0.5*2; 0.1*0.1
        ("cut-off", 6, 0.01),
        # 10; 0.9*(2 - 10) + 0.1*0.1
        ("0-100", 10, -7.19),
        # 0.75*10 + 0.25*2; 0.45*(2 - 10) + (1 - 0.45)*0.1 - 0.25*0.1
        ("50-50", 8, -3.57),
    ],
)
def test_the_other_methods_by_hand(calculate: Calculate, method: str, raw: float, end: float) -> None:
    """The metal of the example above, with R1 0.5 and R2 0.9, by the method of the rules."""
    row = SCRAP | {"recovery": 0.9, "disposal": "d"}
    document = calculate(method, [METAL], [row], {"v": 10, "s": 2, "d": 0.1})
    assert by_stage(document) == {"raw_materials": raw, "end_of_life": end}
    assert document["result"]["complete"]


@pytest.mark.parametrize("share", [0.3, 0.6])
def test_the_formula_of_halves_is_the_same_by_every_way(calculate: Calculate, share: float) -> None:
    """Collected in part, buried in part, burned in part: (1 - R2/2 - R3) ED - R1/2 E*D whatever the rows look like."""
    end = [
        SCRAP | {"share": share, "collection": 0.8, "recovery": 0.5, "disposal": "d"},
        {"part": "L1", "route": "landfill", "share": 0.9 - share, "treatment": "d", "disposal": "d"},
        {"part": "L1", "route": "other", "share": 0.1, "treatment": "d", "disposal": "d"},
    ]
    r2 = share * 0.8 * 0.5
    document = calculate("50-50", [METAL], end, {"v": 10, "s": 2, "d": 0.1})
    expected = r2 / 2 * (2 - 10) + (1 - r2 / 2) * 0.1 - 0.25 * 0.1
    assert by_stage(document) == {"raw_materials": 8, "end_of_life": pytest.approx(expected, rel=1e-9)}


def test_the_reduced_formula_of_ecobalyse(calculate: Calculate) -> None:
    """Recycled material of mass m: m (A Erec + (1 - A) Q Ev), as the Ecobalyse source has it, and no end of life."""
    line = METAL | {"quantity": 2, "recycled_share": 1, "allocation_factor": 0.8, "quality_in": 0.3}
    document = calculate("cff", [line], [], {"v": 10, "s": 2})
    assert document["result"]["total"] == pytest.approx(2 * (0.8 * 2 + 0.2 * 0.3 * 10), rel=1e-9)


@pytest.mark.parametrize(("formula", "bought", "lost"), [("divide", 2, 1), ("multiply", 1.5, 0.5)])
def test_the_two_waste_formulas_of_ecobalyse(calculate: Calculate, formula: str, bought: float, lost: float) -> None:
    """Of 1 kg with a waste of 0.5: 2 kg in and 1 kg lost in the later formula, 1.5 kg and 0.5 kg in the former."""
    line = {"line": "L1", "dataset": "v", "loss": 0.5, "loss_to": "d"}
    document = calculate("cut-off", [line], [], {"v": 10, "d": 1}, loss_formula=formula)
    amounts = {e["target"].rpartition(":")[2]: e["amount"] for e in document["ledger"]}
    assert amounts == pytest.approx({"v": bought, "d": lost}, rel=1e-12)
