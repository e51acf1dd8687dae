"""Conformity: a clause nobody has read in its issuing text stands in the way wherever the result rests on it."""

from __future__ import annotations

import copy
import json
import runpy
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from footprint.background.open import Background
from footprint.declare.declare import declare
from footprint.intake import read as intake
from footprint.line import solved, under_rules
from footprint.rules.load import load
from footprint.rules.what_ifs import supposed
from footprint.tables.read import read

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "line.py")))
BILL = """
L1 | plate | 7 kg | steel
L2 | foil | 1 kg | copper
L3 | trim | 1 kg | | cut_off=copper
L4 | board | 1 kg | wood
[Processes]
press | product | PUMP | 1 item | price=3
press | co-product | pulp | 3 kg | price=1
press | input | electricity | 10 kWh
press | scrap | cuttings | 1 kg
[End of life]
product | landfill | 1 | treatment=landfill
"""
WORD = {"en": "It is so.", "zh": "如此。"}
VALUES = {
    "one": 1, "outputs": 5, "ratio": 2, "small": 0.01, "years": 1, "hours": 2, "third": 0.3, "energy": 3, "acts": 0,
    "scrap": 0, "limit": 1e6, "applies": 0, "selects": 0, "line": 1e6, "class_field": 0, "skips": 0,
    "country": "CN", "year": "2024", "gas": "sf6", "wood": 0,
    "late": 0, "other_step": 0, "other_scenario": 0, "other_rule": 0, "other_check": 0, "other_unit": 1, "mark": 1e6,
}  # fmt: skip
"""Parameter -> value. Those of the last row are asked for by parts that do not act, and by a benchmark."""


def cited(id_: str, **more: Any) -> dict[str, Any]:
    return {"id": id_, "clause": f"clause of {id_}", "source": "by-hand", "status": "verified", **more}


def titled(id_: str, **more: Any) -> dict[str, Any]:
    return cited(id_, title=WORD, **more)


def grid(id_: str, when: str, amount: str, **more: str) -> dict[str, Any]:
    found = {"stage": "use", "unit": "kWh", "dataset": "electricity", **more}
    return cited(id_, when=when, name=WORD, amount=amount, reason=WORD, **found)


def step(id_: str, when: str) -> dict[str, Any]:
    return cited(id_, when=when, method="economic", reason=WORD)


def rules() -> dict[str, Any]:
    """Return the rules for arithmetic with one part, or parameter, for every way a result may rest on a clause."""
    raw: dict[str, Any] = yaml.load(LINE.RULES.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
    stages = [stage["id"] for stage in raw["stages"]]
    raw["status"], raw["sources"] = "verified", [{**source, "status": "verified"} for source in raw["sources"]]
    raw["functional_unit"] = dict.fromkeys(("what", "how_much", "how_well", "how_long"), WORD) | cited("function")
    del raw["functional_unit"]["id"]
    raw["parameters"] = [titled(id_, unit="-", values=[{"value": str(value)}]) for id_, value in VALUES.items()]
    raw["declared_units"] = [
        titled("item", unit="item", amount="parameter.one"),
        titled("kilogram", unit="kg", amount="parameter.other_unit"),
    ]  # fmt: skip
    raw["boundaries"] = [titled("cradle-to-grave", stages=stages), titled("cradle-to-gate", stages=stages[:2])]
    raw["electricity"] |= {**cited("electricity")}
    del raw["electricity"]["id"]
    raw["classes"] = [
        titled("others", when='product.country == "SE"'),
        titled("goods", when='product.country == "CN" and parameter.class_field == 0'),
    ]
    raw["allocation"] = {
        "ignore_below": "parameter.small",
        "steps": [
            step("many", "process.outputs > parameter.outputs"), step("price", "process.price_ratio > parameter.ratio"),
            step("rest", "process.outputs > parameter.other_step"),
        ],
    }  # fmt: skip
    raw["cut_off"] = {"reason": WORD, **cited("permission")}
    del raw["cut_off"]["id"]
    raw["scenarios"] = [
        grid("running", "product.net_mass > parameter.years", "parameter.hours", country="parameter.country",
             year='product.year if parameter.year > 0 else ""'),
        grid("leaking", "product.net_mass > 0", "0.001", unit="kg", gas="parameter.gas"),
        grid("idling", "product.net_mass < 0", "parameter.other_scenario"),
    ]
    del raw["scenarios"][1]["dataset"]
    foil = [
        {"coefficient": "parameter.third", "dataset": "steel", "title": WORD},
        {"coefficient": "1", "dataset": "grid-2024", "title": WORD, "of": "kg", "unit": "MJ",
         "per": "parameter.energy"},
    ]  # fmt: skip
    same = [{"coefficient": "1", "dataset": "own", "title": WORD}]
    raw["rules"] = [
        cited("scrap-out", when='line.role == "scrap" and parameter.scrap == 0', exclude="yes", reason=WORD),
        cited("foil-of-steel", when='line.name == "foil" and parameter.acts == 0', derive=foil, reason=WORD),
        cited("foil-again", when='line.name == "foil"', derive=same, reason=WORD),
        cited("running-again", when='line.sheet == "Scenario"', derive=same, reason=WORD),
        cited("board-is-made", when='line.name == "board" and parameter.wood == 0', stage="production", reason=WORD),
        cited("note", when='line.name == "board"', note="yes", reason=WORD),
        cited("never", when='line.name == "nothing" and parameter.other_rule == 0', exclude="yes", reason=WORD),
        cited("ends", when='line.sheet == "End of life"', stage="end_of_life", reason=WORD),
        cited("materials", when='line.sheet == "BOM"', stage="raw_materials", reason=WORD),
    ]  # fmt: skip
    raw["checks"] = [
        cited("small-enough", when="parameter.applies == 0", test="result.total < parameter.limit", sentence=WORD),
        cited("each-line", for_each="line.mass_kg > parameter.selects if known(line.mass_kg) else 1 < 0",
              test="line.mass_kg < parameter.line", sentence=WORD),
        cited("elsewhere", when="result.total < parameter.skips", test="result.total < parameter.other_check",
              sentence=WORD),
    ]  # fmt: skip
    raw["benchmarks"] = [titled("best", test="result.total < parameter.mark")]
    raw["statements"] = [cited("said", topic="report", sentence=WORD)]
    raw["subtotals"] = [titled("gate", stages=stages[:2])]
    return raw | {"cases": []}


def parts(node: Any) -> Iterator[dict[str, Any]]:
    """Yield every part of a rule file that has a clause."""
    if isinstance(node, dict):
        if "clause" in node:
            yield node
        node = list(node.values())
    if isinstance(node, list):
        for item in node:
            yield from parts(item)


IN_USE = (
    "item", "function", "cradle-to-grave", "electricity", "goods", "price", "permission", "running", "leaking",
    "scrap-out", "foil-of-steel", "foil-again", "running-again", "board-is-made", "ends", "materials", "small-enough",
    "each-line",
    *(name for name in VALUES if name not in {"late", "mark"} and not name.startswith("other_")),
)  # fmt: skip
NOT_IN_USE = (
    "kilogram", "cradle-to-gate", "others", "many", "rest", "idling", "never", "note", "elsewhere", "best", "said",
    "gate", "late", "mark", "other_step", "other_scenario", "other_rule", "other_check", "other_unit",
)  # fmt: skip


@pytest.fixture(scope="module")
def background(tmp_path_factory: pytest.TempPathFactory) -> Background:
    return LINE.opened(LINE.small(tmp_path_factory.mktemp("databases")))


@pytest.fixture
def conformity(bill: Callable[..., Path], background: Background, tmp_path: Path) -> Callable[..., Any]:
    """Return what tells the conformity of the bill under the rules, the part ``id_`` of them in ``status``."""

    def told(id_: str = "", status: str = "unverified", steps: Any = None, **product: object) -> Any:
        raw = copy.deepcopy(rules())
        raw["allocation"]["steps"] = steps or raw["allocation"]["steps"]
        for part in (raw, *raw["sources"], *parts(raw)):
            if id_ and id_ in {part.get("id"), part.get("clause", "").removeprefix("clause of ")}:
                part["status"] = status
        path = tmp_path / "rules.yaml"
        path.write_text(json.dumps(raw), encoding="utf-8")
        book = read(bill(BILL, product=LINE.plain_product(**product)))
        found = LINE.document(book, background, load(str(path)))["conformity"]
        return found["conforms"], [why["en"] for why in found["why"]]

    return told


def test_what_was_read_throughout_conforms(conformity: Callable[..., Any]) -> None:
    """Every clause in use verified, none failed, no gap: the result may be called conforming."""
    assert conformity() == (True, [])


@pytest.mark.parametrize("id_", IN_USE)
def test_one_clause_not_read_stands_in_the_way(conformity: Callable[..., Any], id_: str) -> None:
    """Unit, boundary, class, step, permission, scenario, rule, check, or a parameter any of them asks for."""
    assert conformity(id_) == (False, [f"it rests on clauses not verified in their issuing text: clause of {id_}"])


@pytest.mark.parametrize(
    ("id_", "why"),
    [
        ("plain-goods", "the rule file plain-goods as a whole is not verified"),
        ("by-hand", "it rests on documents that nobody read: by_hand.md, beside this file"),
    ],
)
def test_the_file_and_its_documents_must_have_been_read(conformity: Callable[..., Any], id_: str, why: str) -> None:
    """Verified clauses of a file, or of a document, that nobody checked are not enough."""
    assert conformity(id_) == (False, [why])


@pytest.mark.parametrize("id_", NOT_IN_USE)
def test_a_clause_that_is_not_in_use_does_not_matter(conformity: Callable[..., Any], id_: str) -> None:
    """What did not act, decide or apply, and what is no part of conformity, leaves the result as it is."""
    assert conformity(id_) == (True, [])


@pytest.mark.parametrize(("id_", "conforms"), [("ends", False), ("running", True), ("running-again", True)])
def test_beyond_the_boundary_only_the_stage_is_in_use(
    conformity: Callable[..., Any], id_: str, conforms: bool
) -> None:
    """What gives a line the stage that leaves it out decides the result; how large it would be does not."""
    assert conformity(id_, boundary="cradle-to-gate")[0] is conforms


@pytest.mark.parametrize(
    ("when", "conforms"),
    [("process.outputs > 1", True), ("process.has_prices", False), ("process.price_ratio > 2", False)],
)
def test_what_is_too_small_for_a_price_matters_with_prices_alone(
    conformity: Callable[..., Any], when: str, conforms: bool
) -> None:
    """Where no step asks for prices or their ratio, nobody asks which outputs need none."""
    assert conformity("small", steps=[step("only", when)])[0] is conforms


@pytest.mark.parametrize(("status", "conforms"), [("secondary", False), ("calculated", True)])
def test_a_clause_known_at_second_hand_is_not_read(conformity: Callable[..., Any], status: str, conforms: bool) -> None:
    """Only what was read in the issuing text counts, and the limits the program sets itself."""
    assert conformity("ratio", status)[0] is conforms


@pytest.mark.parametrize("target", ["parameter.limit | 5000", "allocation | economic"])
def test_a_supposed_value_is_read_nowhere(
    bill: Callable[..., Path], background: Background, tmp_path: Path, target: str
) -> None:
    """What a scenario takes instead of a verified number or step stands in its cell, and in no text."""
    path = tmp_path / "rules.yaml"
    path.write_text(json.dumps(rules()), encoding="utf-8")
    pcr = load(str(path))._replace(mass_tolerance=LINE.ANY_MASS)
    product = LINE.plain_product()
    whole = intake.read(read(bill(f"{BILL}[Scenarios]\nx | {target}", product=product)), pcr.fields)
    found = supposed(whole, pcr, "x", lambda key, _text, _place: whole.product.entries[key])
    conformity = declare(solved(under_rules(found.bill, found.pcr, background)))["conformity"]
    assert [why["en"] for why in conformity["why"]] == [
        "it rests on clauses not verified in their issuing text: Scenarios!B4"
    ]


def test_every_part_is_tried() -> None:
    """The lists above name each part of the rules."""
    known = {part["clause"].removeprefix("clause of ") for part in parts(rules())}
    assert known == {*IN_USE, *NOT_IN_USE}
