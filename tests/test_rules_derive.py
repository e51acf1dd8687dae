"""Derived lines: coefficients and amounts of other kinds, stages, roles, credits, what is zero and what is missing."""

from __future__ import annotations

import json
import runpy
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from footprint.background.open import Background
from footprint.rules.load import load
from footprint.rules.scope import line_scope
from footprint.tables.read import read

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "line.py")))
Run = Callable[..., Any]
CITED = {"clause": "c. 1", "source": "by-hand", "status": "unverified", "reason": {"en": "A reason.", "zh": "理由。"}}
TITLE = {"en": "part", "zh": "部分"}
MATERIALS = [
    {"id": id_, "title": {"en": en, "zh": zh}} for id_, en, zh in (("metals", "Metals", "金属"), ("pet", "PET", "聚酯"))
]
TABLE = {
    "id": "a", "title": {"en": "A", "zh": "甲"}, "values": [{"value": {"metals": "0.2", "pet": "0.5"}}],
    "clause": "c. 2", "source": "by-hand", "status": "unverified",
}  # fmt: skip
PLATE = "L1 | plate | 2 kg | steel\n"
WELD = f"{PLATE}[Processes]\nweld | product | PUMP | 1 item\n"
END = "[End of life]\nL1 | {} | 1 | {}"


@pytest.fixture(scope="module")
def background(tmp_path_factory: pytest.TempPathFactory) -> Background:
    return LINE.opened(LINE.small(tmp_path_factory.mktemp("databases")))


@pytest.fixture
def rules(tmp_path: Path) -> Callable[..., Any]:
    """Return the rules for arithmetic with others before them, a list of materials and a table by material."""

    def make(*rules: dict[str, Any], **more: Any) -> Any:
        raw = yaml.load(LINE.RULES.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
        raw["rules"][:0] = [{**CITED, **rule} for rule in rules]
        raw["parameters"].append(TABLE)
        raw |= {"materials": MATERIALS, **more}
        path = tmp_path / "rules.yaml"
        path.write_text(json.dumps(raw), encoding="utf-8")
        return load(str(path))

    return make


@pytest.fixture
def run(bill: Callable[..., Path], background: Background, rules: Callable[..., Any]) -> Run:
    """Return what calculates a compact text: ``run(text, rule, ...)``."""

    def calculate(text: str, *given: dict[str, Any], **product: object) -> Any:
        return LINE.run(read(bill(text, product=LINE.plain_product(**product))), background, rules(*given))

    return calculate


def derive(*parts: dict[str, Any], when: str = 'line.name == "plate"') -> dict[str, Any]:
    return {"id": "mine", "when": when, "derive": [{"title": TITLE, **part} for part in parts]}


AT_THE_END = 'line.sheet == "End of life"'


def told(solved: Any) -> list[tuple[str, str, float, str]]:
    """Return dataset, stage, quantity and unit of each derived posting."""
    lines = [(p, p.exchange) for p in solved.ledger.postings if p.exchange.rule == "mine"]
    return [(e.dataset.code, e.stage, pytest.approx(p.quantity, rel=1e-12), e.amount.unit) for p, e in lines]


def test_an_amount_becomes_one_of_another_kind(run: Run) -> None:
    """2 kg burned at 40 MJ/kg, of which a fifth is heat, replace 16 MJ of gas and, at a tenth, 8 MJ = 2.22 kWh."""
    heat = {"coefficient": "-1", "dataset": "heat", "of": "kg", "per": "line.lhv * line.heat_efficiency", "unit": "MJ"}
    power = {**heat, "dataset": "electricity", "per": "line.lhv * line.electricity_efficiency"}
    row = "treatment=burning, lhv=40, heat_efficiency=0.2, electricity_efficiency=0.1, heat=gas-burned, electricity=电"
    solved = run(PLATE + END.format("incineration", row), derive(heat, power, when=AT_THE_END))
    assert told(solved) == [
        ("gas-burned", "end_of_life", -16, "MJ"), ("grid-2024", "end_of_life", -8 / 3.6, "kWh"),
    ]  # fmt: skip
    steps = [s for p in solved.ledger.postings[1:] for s in p.exchange.amount.steps if s.what == "per"]
    assert [s.factor for s in steps] == [8, 4]


def test_an_amount_is_first_brought_to_the_unit_of_the_rule(run: Run) -> None:
    """500 g at 2 MJ/kg are 1 MJ, not 1000."""
    heat = {"coefficient": "1", "dataset": "gas-burned", "of": "kg", "per": "2", "unit": "MJ"}
    assert told(run("P | plate | 500 g | \nL1 | rest | 1 kg | steel", derive(heat))) == [
        ("gas-burned", "raw_materials", 1, "MJ")
    ]


def test_dimensions_that_do_not_fit_are_named(run: Run) -> None:
    """Of, unit and dataset must each be of a kind with what they meet."""
    base = {"coefficient": "1", "dataset": "gas-burned", "per": "2"}
    for part, said in (
        ({"of": "kWh", "unit": "MJ"}, "kg does not convert to kWh"),
        ({"of": "kg", "unit": "m3"}, "m3 does not convert to MJ"),
    ):
        assert said in LINE.refused(lambda part=part: run(PLATE, derive({**base, **part})))


def test_a_derived_line_has_the_stage_of_its_term(run: Run) -> None:
    """One line may stand in several stages; a term without one takes the stage later rules give the line."""
    parts = (
        {"coefficient": "1", "dataset": "primary"},
        {"coefficient": "-0.5", "dataset": "steel-recycled", "stage": "end_of_life"},
    )
    assert told(run(PLATE, derive(*parts))) == [
        ("steel", "raw_materials", 2, "kg"), ("steel-recycled", "end_of_life", -1, "kg"),
    ]  # fmt: skip


def test_a_line_may_be_counted_once_more(run: Run) -> None:
    """Whatever it leads to: the dataset of a material or an energy, the gas of an emission; each in its stage."""
    text = f"{WELD}weld | input | gas-burned | 3 MJ | fuel_use=burned\nweld | emission | sf6 | 0.5 kg"
    own = ({"coefficient": "1", "dataset": "own"}, {"coefficient": "2", "dataset": "own", "stage": "use"})
    again = derive(*own, when='line.leads_to in ("dataset", "gas")')
    found = [(p.exchange.name, p.exchange.stage, p.exchange.coefficient) for p in run(text, again).ledger.postings]
    assert found == [
        ("plate", "raw_materials", 1), ("plate", "use", 2), ("gas, burned", "production", 1), ("gas, burned", "use", 2),
        ("Sulphur hexafluoride", "production", 1), ("Sulphur hexafluoride", "use", 2),
    ]  # fmt: skip


def test_a_gas_is_not_a_dataset_of_another_name(run: Run) -> None:
    """An emission has no role; only the line itself may be counted again."""
    parts = ({"coefficient": "1", "dataset": "own"}, {"coefficient": "1", "dataset": "primary"})
    rule = derive(*parts, when='line.leads_to == "gas"')
    assert "derive cannot act on a line that leads to gas" in LINE.refused(
        lambda: run(f"{WELD}weld | emission | sf6 | 1 kg", rule)
    )


def test_a_stage_outside_the_boundary_leaves_the_term_out(run: Run) -> None:
    """Cradle to gate, the terms of the end of life do not count, and are listed."""
    parts = (
        {"coefficient": "1", "dataset": "primary"},
        {"coefficient": "-0.5", "dataset": "steel-recycled", "stage": "end_of_life"},
    )
    solved = run(PLATE, derive(*parts), boundary="cradle-to-gate")
    assert told(solved) == [("steel", "raw_materials", 2, "kg")]
    assert [(e.rule, e.exchange.term.title["en"]) for e in solved.ruled.excluded] == [("boundary", "part")]


def test_a_zero_makes_no_line(run: Run) -> None:
    """Neither a coefficient nor an amount of zero is posted; nor does a role without a dataset open a gap then."""
    parts = (
        {"coefficient": "1", "dataset": "primary"},
        {"coefficient": "line.loss", "dataset": "secondary"},
        {"coefficient": "1", "dataset": "heat", "of": "kg", "per": "0", "unit": "MJ"},
    )
    solved = run(PLATE, derive(*parts))
    assert told(solved) == [("steel", "raw_materials", 2, "kg")]
    assert not solved.ledger.open_lines


def test_a_line_of_which_nothing_is_left_is_listed(run: Run) -> None:
    """When every term is zero, the line is left out by the rule, and said to be."""
    solved = run(f"{PLATE}L2 | foil | 1 kg | copper", derive({"coefficient": "0", "dataset": "primary"}))
    assert [(e.exchange.name, e.rule, e.clause) for e in solved.ruled.excluded] == [("plate", "mine", "c. 1")]


def test_a_missing_credit_is_a_gap_that_may_lower_the_result(
    bill: Callable[..., Path], background: Background, rules: Callable[..., Any]
) -> None:
    """A result without a credit is no lower bound; without a burden it is."""
    row = END.format("recycling", "treatment=steel-recycled")
    for coefficient, bound in (("-1", False), ("1", True)):
        pcr = rules(derive({"coefficient": coefficient, "dataset": "disposal"}, when=AT_THE_END))
        document = LINE.document(read(bill(PLATE + row, product=LINE.plain_product())), background, pcr)
        assert (document["result"]["complete"], document["result"]["lower_bound"]) == (False, bound)
        (gap,) = document["completeness"]["gaps"]
        assert gap["title"] == {"zh": "L1: recycling · 部分", "en": "L1: recycling · part"}
        assert gap["amount"] == 2 * float(coefficient)
        assert gap["why"]["en"] == "rule 'mine' asks for the dataset of 'disposal', and the line names none."


def test_a_role_is_of_the_line_and_of_no_other(run: Run) -> None:
    """A row that names the grid as replaced does not name it for the row below."""
    row = "treatment=burning, lhv=36, electricity_efficiency=0.1"
    plates = PLATE + "L2 | lid | 1 kg | steel\n"
    text = f"{plates}{END.format('incineration', row)}, electricity=electricity\nL2 | incineration | 1 | {row}"
    power = {"coefficient": "-1", "dataset": "electricity", "of": "kg", "per": "3.6", "unit": "MJ"}
    solved = run(text, derive(power, when=AT_THE_END))
    assert told(solved) == [("grid-2024", "end_of_life", -2, "kWh")]
    assert [(p.exchange.name, p.quantity) for p in solved.ledger.open_lines] == [("L2: incineration", -3.6)]


def test_a_term_tells_its_numbers(run: Run) -> None:
    """The coefficient in words, as it was chosen for this line, and with the numbers it was computed from."""
    a = "(line.allocation_factor if known(line.allocation_factor) else parameter.a[line.material])"
    part = {"coefficient": f"0 - (1 - {a}) * max(line.recovery, 0.1)", "dataset": "avoided"}
    row = END.format("recycling", "recovery=0.9, treatment=steel-recycled, disposal=landfill")
    solved = run(PLATE.replace("steel", "steel | material=pet") + row, derive(part, when='line.route == "recycling"'))
    line = next(p.exchange for p in solved.ledger.postings if p.exchange.rule == "mine")
    assert line.coefficient == pytest.approx(-0.45, rel=1e-12)
    assert line.term.coefficient.words["en"] == "0 − (1 − “A”[“material”]) × the larger of(“recovery yield”, 0.1)"
    assert line.term.coefficient.numbers["en"] == "0 − (1 − 0.5) × the larger of(0.9, 0.1)"
    assert line.term.coefficient.numbers["zh"] == "0 − (1 − 0.5) × 取大(0.9, 0.1)"
    assert line.called == {"en": "L1: recycling · part", "zh": "L1: recycling · 部分"}


def test_a_key_that_a_table_lacks_is_named(run: Run) -> None:
    """With the keys that are there: a value nobody gave is neither zero nor another's."""
    part = {"coefficient": "parameter.a[line.name]", "dataset": "primary"}
    assert LINE.refused(lambda: run(PLATE, derive(part))) == (
        "pump.xlsx:BOM!F4: 'plain-goods/mine' needs what the rules do not say for the end of the reference period: "
        "parameter.a[plate]: missing; there are metals, pet. Add the value to the rule file, or correct what it is "
        "looked up by. [parameter-lacking]"
    )


def test_a_derived_line_is_the_subject_of_later_rules(run: Run) -> None:
    """Not of its own rule again: later ones see its dataset and its amount."""
    first = derive({"coefficient": "0.5", "dataset": "primary"}, {"coefficient": "0.5", "dataset": "copper"})
    second = {"id": "late", "when": 'line.name == "plate" and line.amount == 1', "exclude": "yes"}
    solved = run(f"{PLATE}L2 | foil | 1 kg | copper", first, second)
    assert [(e.rule, e.exchange.dataset.code) for e in solved.ruled.excluded] == [("late", "steel"), ("late", "copper")]


def test_terms_of_terms_multiply(run: Run) -> None:
    """Half of the line, a fifth of that given back: minus a tenth, and the numbers say so."""
    half = derive({"coefficient": "0.5", "dataset": "primary"})
    again = derive({"coefficient": "0 - (line.loss + 0.2)", "dataset": "copper"}, when='line.leads_to == "dataset"')
    solved = run(PLATE, half, {**again, "id": "again"})
    (posted,) = solved.ledger.postings
    assert (posted.quantity, posted.exchange.coefficient) == (pytest.approx(-0.2, rel=1e-12), -0.1)
    assert posted.exchange.term.coefficient.words["en"] == "0.5 × (0 − (“loss” + 0.2))"
    assert posted.exchange.term.coefficient.numbers["en"] == "0.5 × (0 − (0 + 0.2))"


def test_terms_share_the_mass_of_their_line(
    bill: Callable[..., Path], background: Background, rules: Callable[..., Any]
) -> None:
    """Of 4 kg, a line of 2 kg on terms of 0.3 and 0.6 is half; a third of it without data leaves 5/6, credits aside."""
    parts = ({"coefficient": "0.6", "dataset": "primary"}, {"coefficient": "0.3", "dataset": "secondary"},
             {"coefficient": "-0.7", "dataset": "copper"})  # fmt: skip
    workbook = bill(f"{PLATE}L2 | foil | 2 kg | copper", product=LINE.plain_product())
    document = LINE.document(read(workbook), background, rules(derive(*parts)))
    assert document["completeness"]["mass_share"] == pytest.approx(5 / 6, rel=1e-12)


def asked(run: Run, text: str, sheet: str, *names: str) -> list[dict[str, Any]]:
    """Return what rules see of the lines of ``text`` that stand on ``sheet`` and leave the bill."""
    scopes = [line_scope(line) for line in run(text).ruled.exchanges if line.crossing]
    return [{name: s[f"line.{name}"] for name in names} for s in scopes if s["line.sheet"] == sheet]


def test_rules_see_what_a_line_states(run: Run) -> None:
    """What stands in the row, in the rule file's words; what is not stated is missing, not zero."""
    more = "component=frame, material= 金属, quality_in=0.9, allocation_factor=0.4, supplier=S"
    names = ("component", "material", "quality_in", "allocation_factor", "recycled_share", "amount", "unit")
    (seen,) = asked(
        run, f"L1 | plate | 2 kg | steel | {more}", "BOM", *names, "energy_mj", "supplier", "country", "evidence"
    )
    assert seen == {
        "component": "frame", "material": "metals", "quality_in": 0.9, "allocation_factor": 0.4, "recycled_share": None,
        "amount": 2, "unit": "kg", "energy_mj": None, "supplier": "S", "country": "", "evidence": "",
    }  # fmt: skip


def test_rules_see_what_becomes_of_a_part(run: Run) -> None:
    """The end of a part knows its material and recycled share; what is left over is disposed of."""
    row = "collection=0.9, recovery=0.8, treatment=steel-recycled, disposal=landfill, quality_out=0.7, evidence=E1"
    plate = "L1 | plate | 2 kg | steel | material=METALS, recycled_share=0.25, secondary=steel-recycled\n"
    text = f"{plate}{END.format('recycling', row)}\n[Evidence]\nE1 | a paper"
    names = ("route", "collected", "material", "recycled_share", "recovery", "quality_out", "evidence")
    seen = asked(run, text, "End of life", *names)
    known = {"material": "metals", "recycled_share": 0.25, "recovery": 0.8, "quality_out": 0.7, "evidence": "E1"}
    assert seen == [
        {"route": "disposal", "collected": False, **known},
        {"route": "recycling", "collected": True, **known},
        {"route": "disposal", "collected": True, **known},
    ]


def test_rules_see_energy_and_the_country_of_a_process(run: Run) -> None:
    """Kilowatt-hours are megajoules to those who ask; a process runs in the country of the product, or says where."""
    made = f"{PLATE}[Processes]\nweld | product | PUMP | 1 item"
    text = f"{made}\nweld | input | gas-burned | 10 kWh | fuel_use=burned, country={{}}"
    for country, seen in (("", "CN"), ("DE", "DE")):
        (found,) = asked(run, text.format(country), "Processes", "energy_mj", "country")
        assert found == {"energy_mj": pytest.approx(36, rel=1e-12), "country": seen}


def test_words_the_rules_do_not_have_are_errors(run: Run) -> None:
    """Each at its cell, with the words there are; rules without words take any."""
    text = "L1 | plate | 2 kg | steel | material=stone\nL2 | foil | 1 kg | copper | material=wool, component=frame"
    assert LINE.refused(lambda: run(text)) == (
        "pump.xlsx:BOM!V4: the rules have no material 'stone'. Choose one of the rules. Did you mean 'metals', 'pet'? "
        "[material-unknown]\n"
        "pump.xlsx:BOM!V5: the rules have no material 'wool'. Choose one of the rules. Did you mean 'metals', 'pet'? "
        "[material-unknown]"
    )
