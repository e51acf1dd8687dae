"""Rules applied to a bill: stages, exclusions, derived lines; what cannot run says which rule, which line and why."""

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
from footprint.tables.read import read

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "line.py")))
Run = Callable[..., Any]
CITED = {"clause": "c. 1", "source": "by-hand", "status": "unverified"}
REASON = {"reason": {"en": "A reason.", "zh": "理由。"}}


@pytest.fixture(scope="module")
def background(tmp_path_factory: pytest.TempPathFactory) -> Background:
    return LINE.opened(LINE.small(tmp_path_factory.mktemp("databases")))


@pytest.fixture
def run(bill: Callable[..., Path], background: Background, tmp_path: Path) -> Run:
    """Return what calculates a compact text under the rules for arithmetic, with ``rules`` before its own."""

    def calculate(text: str, *rules: dict[str, Any], **product: object) -> Any:
        raw = yaml.load(LINE.RULES.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
        raw["stages"][1]["also"] = ["making"]
        raw["rules"][:0] = [{**CITED, **REASON, **rule} for rule in rules]
        path = tmp_path / "rules.yaml"
        path.write_text(json.dumps(raw), encoding="utf-8")
        workbook = bill(text, product=LINE.plain_product(**product))
        return LINE.run(read(workbook), background, load(str(path)))

    return calculate


PLATE = "L1 | plate | 2 kg | steel\n"
WELD = "[Processes]\nweld | product | PUMP | 1 item\nweld | input | electricity | 10 kWh | stage={}"


@pytest.mark.parametrize("stage", ["production", "Production", " PRODUCTION", "生产", "Making"])
def test_a_stage_is_named_by_id_or_title(run: Run, stage: str) -> None:
    """In either language, in any case, or by another name that the rules give it."""
    solved = run(PLATE + WELD.format(stage))
    assert [p.exchange.stage for p in solved.ledger.postings] == ["raw_materials", "production"]


def test_an_unknown_stage_is_told_with_those_there_are(run: Run) -> None:
    """A stage of other rules is an error at its row."""
    assert LINE.refused(lambda: run(PLATE + WELD.format("assembly"))) == (
        "pump.xlsx:Processes!G5: the rules have no stage 'assembly' ('electricity'). Choose a stage of the rules. "
        "Did you mean 'raw_materials', 'production', 'distribution', 'use', 'end_of_life'? [stage-unknown]"
    )


def test_a_line_without_a_stage_is_an_error(run: Run) -> None:
    """Rules that give a line no stage leave it nowhere; it may not fall out of the sum."""
    rules = LINE.rules()
    assert LINE.refused(lambda: _without_stages(run, rules)).startswith(
        "pump.xlsx:BOM!F4: 'plate' has no stage, and no rule gives it one. Enter the stage."
    )


def _without_stages(run: Run, rules: Any) -> Any:

    from footprint.rules.apply import apply

    bare = rules._replace(rules=tuple(rule for rule in rules.rules if rule.verb != "stage"))
    return apply(run(PLATE).graph, bare)


def test_an_unknown_boundary_is_told_with_those_there_are(run: Run) -> None:
    """The boundary is one of the rules, by id or title."""
    assert LINE.refused(lambda: run(PLATE, boundary="gate-to-gate")) == (
        "pump.xlsx:Product!B11: the rules have no boundary 'gate-to-gate'. Choose a boundary of the rules. "
        "Did you mean 'cradle-to-grave', 'no-use', 'cradle-to-gate'? [boundary-unknown]"
    )
    assert run(PLATE, boundary="摇篮到大门").ledger.total() == 4


def test_a_boundary_leaves_out_by_name(run: Run) -> None:
    """What is outside is listed with the boundary's clause, and posts nothing."""
    solved = run(f"{PLATE}[Use]\ngrid-2024 | 7 kWh", boundary="no-use")
    assert [(e.rule, e.clause, e.exchange.role) for e in solved.ruled.excluded] == [("boundary", "by hand, 2", "use")]
    assert solved.ledger.total() == 4


def test_a_declared_unit_needs_its_fields(run: Run) -> None:
    """A unit whose formula lacks a field names the field; one that does not exist is told with those there are."""
    assert LINE.refused(lambda: run(PLATE, declared_unit="service-year")) == (
        "pump.xlsx:Product!B12: declared unit 'service-year' needs product.service_years. Fill it in on the Product "
        "sheet. [declared-unit-needs]"
    )
    assert LINE.refused(lambda: run(PLATE, declared_unit="litre")) == (
        "pump.xlsx:Product!B12: the rules have no declared unit 'litre'. Choose one of the rules. "
        "Did you mean 'item', 'kilogram', 'service-year'? [declared-unit-unknown]"
    )
    assert run(PLATE, declared_unit="service-year", service_years=8).ledger.total() == 0.5


def test_another_unit_of_nothing_is_an_error_too(bill: Callable[..., Path], background: Background) -> None:
    """What is printed beside the result does not vanish because nothing divides by zero."""
    book = read(bill(PLATE, product=LINE.plain_product(service_years=0)))
    assert "[declared-unit-value]" in LINE.refused(lambda: LINE.document(book, background, LINE.rules()))


def test_a_declared_unit_of_nothing_is_an_error(run: Run) -> None:
    """A product that serves no time provides no unit to divide by."""
    assert LINE.refused(lambda: run(PLATE, declared_unit="service-year", service_years=0)) == (
        "pump.xlsx:Product!B12: the amount of declared unit 'service-year' cannot be used: 0. Check the Product sheet. "
        "[declared-unit-value]"
    )


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("line.recycled_share > 0", "line.recycled_share: missing"),
        ("product.service_years > 1", "product.service_years: missing"),
        ("1 / line.loss > 2", "1 / 0 has no finite value"),
        ("line.loss ** 0.5 / line.loss > 2", "0 / 0 has no finite value"),
    ],
)
def test_a_rule_that_cannot_run_says_which_line_and_why(run: Run, when: str, said: str) -> None:
    """A missing value is neither zero nor false: the rule must ask first whether it is known."""
    assert LINE.refused(lambda: run(PLATE, {"id": "mine", "when": when, "exclude": "yes"})) == (
        f"pump.xlsx:BOM!F4: rule plain-goods/mine cannot run: {said}. Fill in what is missing, or correct the "
        "rule file: known() guards what may be missing. [rule-cannot-run]"
    )


def derive(*parts: tuple[str, str]) -> dict[str, Any]:
    """Return a rule that turns steel into parts: coefficient and dataset."""
    title = {"en": "part", "zh": "部分"}
    derived = [{"coefficient": c, "dataset": d, "title": title} for c, d in parts]
    return {"id": "mine", "when": 'line.name == "plate"', "derive": derived}


def test_a_derived_line_may_be_negative_and_name_a_dataset(run: Run) -> None:
    """A credit is a line of its own with its clause; amounts follow the unit of the dataset."""
    solved = run(PLATE, derive(("1", "primary"), ("-0.25", "steel-recycled-t")))
    assert LINE.used(solved) == pytest.approx({"steel": 2, "steel-recycled-t": -0.0005}, rel=1e-12)
    assert [(p.exchange.rule, p.exchange.clause) for p in solved.ledger.postings] == [("mine", "c. 1")] * 2
    assert solved.ledger.total() == pytest.approx(4 - 0.25, rel=1e-12)


def test_a_line_without_data_may_be_derived_in_its_own_unit(run: Run) -> None:
    """500 g of what nobody knows, put on a dataset in kilograms by a rule, are half a kilogram."""
    assert LINE.used(run("P | plate | 500 g | \nL1 | rest | 1 kg | steel", derive(("1", "copper")))) == pytest.approx(
        {"copper": 0.5, "steel": 1}, rel=1e-12
    )


def test_what_is_made_here_is_not_derived(run: Run) -> None:
    """An assembly leads to its parts, not to a dataset that a rule could put another for."""
    text = "B | plate | 1 item\n  L1 | sheet | 2 kg | steel\n"
    own = {**derive(("1", "primary")), "derive": [{"coefficient": "1", "dataset": "own", "title": REASON["reason"]}]}
    assert "a line that leads to activity" in LINE.refused(lambda: run(text, own))


def test_a_derived_line_in_a_unit_that_does_not_convert_is_an_error(run: Run) -> None:
    """Kilograms do not become pieces by a rule."""
    assert LINE.refused(lambda: run(PLATE, derive(("1", "chip")))) == (
        "pump.xlsx:BOM!F4: rule plain-goods/mine cannot run: kg does not convert to item. Fill in what is "
        "missing, or correct the rule file: known() guards what may be missing. [rule-cannot-run]"
    )


def test_a_derived_role_that_is_not_there_is_a_gap(run: Run) -> None:
    """A rule that asks for the recycled dataset of a line without one leaves a gap, not a zero."""
    solved = run(PLATE, derive(("0.5", "primary"), ("0.5", "secondary")))
    assert [p.quantity for p in solved.ledger.open_lines] == [1]


def test_what_stands_under_an_excluded_assembly_is_excluded_with_it(run: Run) -> None:
    """Its parts, their waste and their way: by the rule that left the assembly out, each listed."""
    solved = run(
        f"""
        B | box | 1 item | role=sales_packaging
          C | card | 1 kg | copper | loss=0.5, loss_to=landfill
        {PLATE}
        [Transport]
        all inbound | truck | 10
        """,
        {"id": "mine", "when": 'line.role == "sales_packaging"', "exclude": "yes"},
        net_mass=2,
    )
    assert [p.exchange.name for p in solved.ledger.postings] == ["plate", "leg: plate"]
    assert [(e.exchange.name, e.rule) for e in solved.ruled.excluded] == [
        ("box", "mine"), ("card", "mine"), ("card", "mine"), ("leg: card", "mine"),
    ]  # fmt: skip


def test_a_note_remarks_and_changes_nothing(run: Run) -> None:
    """The verb note leaves the line and tells the reader."""
    solved = run(PLATE, {"id": "mine", "when": 'line.name == "plate"', "note": "yes"})
    assert solved.ledger.total() == 4
    (notice,) = solved.ruled.notices
    assert (notice.code, notice.facts["en"], notice.facts["zh"]) == ("rule-note", "A reason.", "理由。")


def test_rules_act_in_the_order_of_the_file(run: Run) -> None:
    """The first stage wins, the first exclusion takes the line."""
    first = {"id": "one", "when": 'line.name == "plate"', "stage": "production"}
    second = {"id": "two", "when": 'line.stage == "production"', "exclude": "yes"}
    solved = run(f"{PLATE}L2 | foil | 1 kg | copper", first, second)
    assert [(e.exchange.name, e.rule) for e in solved.ruled.excluded] == [("plate", "two")]
