"""One bill under several rules: a result for each, and every gram of the difference under a cause."""

from __future__ import annotations

import json
import runpy
from collections.abc import Callable
from html import unescape
from math import fsum
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from footprint import contrasts, service
from footprint.errors import FootprintError
from footprint.gwp import gas
from footprint.messages import LANGUAGES, label
from footprint.publish.comparison import comparison
from footprint.rules.adapt import modules_of, stages_in
from footprint.rules.load import load

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "line.py")))
CITED = {"clause": "c. 1", "source": "by-hand", "status": "unverified"}
TEXT = (
    "L1 | plate | 2 kg | copper | recycled_share=0.5, secondary=steel-recycled\nL2 | box | 1 kg | steel | "
    "role=sales_packaging\n[Processes]\nweld | product | PUMP | 1 item\nweld | input | electricity | 10 kWh\n"
)


@pytest.fixture
def contrast(bill: Callable[..., Path], tmp_path: Path) -> Callable[..., Any]:
    """Return what compares the rules for arithmetic with the same rules after ``changes``."""
    database = LINE.small(tmp_path / "databases")

    def made(text: str = TEXT, first: Any = None, **changes: Any) -> Any:
        raw = yaml.load(LINE.RULES.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
        for name, content in (("one", {**raw, "cases": [], **(first or {})}), ("other", {**raw, **changes})):
            (tmp_path / f"{name}.yaml").write_text(json.dumps({**content, "id": name}), encoding="utf-8")
        path = bill(text, product=LINE.plain_product(pcr="one"))
        rules = [str(tmp_path / f"{name}.yaml") for name in ("one", "other")]
        return contrasts.contrast(service.Request(path, databases=(str(database),)), rules)

    return made


def causes(found: Any) -> dict[str, float]:
    (difference,) = found.document["differences"]
    per_item = [r["per_item"] for r in found.document["results"]]
    assert fsum(c["value"] for c in difference["causes"]) == pytest.approx(difference["value"], abs=1e-12)
    assert difference["value"] == pytest.approx(per_item[1] - per_item[0], abs=1e-9)
    return {c["id"]: pytest.approx(c["value"]) for c in difference["causes"]}


def raw(key: str) -> list[Any]:
    found: list[Any] = yaml.load(LINE.RULES.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)[key]
    return found


def raw_rules() -> list[Any]:
    return raw("rules")


def test_the_same_rules_differ_by_nothing(contrast: Callable[..., Any]) -> None:
    """No cause, no difference."""
    found = contrast()
    assert causes(found) == {}
    summary = contrasts.summary(found, (), "en")
    assert "other - one: no difference per product item" in summary
    assert "of which" not in summary
    assert "by its location" not in summary


def region(choices: str, required: str = "") -> dict[str, Any]:
    field = {
        "key": "supply_region", "type": "choice", "required": required, "en": "Region", "zh": "区域",
        "choices": choices, "meaning_en": "Whence.", "meaning_zh": "来源。",
    }  # fmt: skip
    return {"product_fields": [*raw("product_fields"), field]}


def test_a_choice_that_other_rules_do_not_have_is_left_empty_and_told(
    bill: Callable[..., Path], tmp_path: Path
) -> None:
    """What the workbook's own rules let it say is no fault under others; what neither knows, or they require, is."""
    database = LINE.small(tmp_path / "databases")
    rules = yaml.load(LINE.RULES.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader) | {"cases": []}

    def under(written: str, **other: str) -> Any:
        for name, part in (("one", region("eu|outside")), ("other", region("same|other", **other))):
            (tmp_path / f"{name}.yaml").write_text(json.dumps({**rules, **part, "id": name}), encoding="utf-8")
        path = bill(TEXT, product=LINE.plain_product(pcr="one.yaml", supply_region=written))
        path = path.rename(tmp_path / "book.xlsx")
        request = service.Request(path, str(tmp_path / "other.yaml"), (str(database),))
        assert service.check(request, "en").error is None
        return service.calculate(request).document["assumptions"]

    (told,) = [n for n in under("eu") if n["code"] == "adapted-choice"]
    assert told["text"]["en"] == "'eu' is no choice of 'Region' under these rules: the field counts as empty."
    assert not [n for n in under("same") if n["code"] == "adapted-choice"]
    for written, other in (("moon", {}), ("eu", {"required": "yes"})):
        with pytest.raises((AssertionError, FootprintError)):
            under(written, **other)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_result_by_location_stands_beside_one_that_differs(contrast: Callable[..., Any], lang: str) -> None:
    """Where the rules accept a contract, its result has the grid's beside it; where they do not, both are one."""
    claim = (
        "E1 | contract | 100 | generator=wind, certificate=C-1, cancelled_on=2025-02-01, cancelled_for=pump 2024, "
        "market=CN"
    )
    text = TEXT.replace("10 kWh", "10 kWh | supply=E1") + f"[Electricity]\n{claim}\n"
    found = contrast(text, electricity={"accepted": ["grid"], **CITED})
    one, other = found.document["results"]
    assert one["location_declared"] != one["declared"]
    assert other["location_declared"] == other["declared"]
    said = contrasts.summary(found, (), lang)
    assert said.count({"en": "own electricity by its location", "zh": "自用电力按所在地电网计"}[lang]) == 1
    page = comparison(found.document, lang).decode()
    assert page.count(label("report-location-based", lang)) == 1
    assert f"{one['location_declared']} <span" in page


def test_an_exclusion_is_a_cause_with_its_rule_and_cells(contrast: Callable[..., Any]) -> None:
    """What one rule file leaves out and the other counts stands under the rule that leaves it out."""
    rule = {
        "id": "no-packaging", "when": 'line.role == "sales_packaging"', "exclude": "yes",
        "reason": {"en": "No packaging.", "zh": "不计包装。"}, **CITED,
    }  # fmt: skip
    found = contrast(rules=[rule, *raw_rules()])
    assert causes(found) == {"left-out/other/no-packaging": -2}
    (cause,) = found.document["differences"][0]["causes"]
    assert cause["cells"] == "BOM!F5"
    assert cause["sentence"]["en"] == "other leaves out by rule no-packaging: No packaging."


def test_warming_potentials_and_recycling_are_told_apart(contrast: Callable[..., Any]) -> None:
    """Another set changes the factor of the same datasets; without the recycling rule, the whole line is primary."""
    ar5 = causes(contrast(gwp_set="AR5"))
    assert list(ar5) == ["factors"]
    bare = causes(contrast(rules=[r for r in raw_rules() if r["id"] != "recycled-content"]))
    assert bare == {"rules/recycled-content/-": 2 * (3 + 0.01 * 29.8) - (3 + 0.01 * 29.8) - 0.5}
    both = causes(contrast(gwp_set="AR5", rules=[r for r in raw_rules() if r["id"] != "recycled-content"]))
    assert set(both) == {"factors", "rules/recycled-content/-"}


def test_a_rule_that_acts_before_another_is_the_cause(contrast: Callable[..., Any]) -> None:
    """Both results hold recycled content; one also counts the plate twice: that rule, and no other, explains it."""
    twice = {
        "id": "spare", "when": 'line.name == "plate"', "reason": {"en": "A spare.", "zh": "备件。"}, **CITED,
        "derive": [{"coefficient": "2", "dataset": "own", "title": {"en": "with spare", "zh": "含备件"}}],
    }  # fmt: skip
    found = contrast(rules=[twice, *raw_rules()])
    assert causes(found) == {"rules/-/spare": (3 + 0.01 * 29.8) + 0.5}


def test_rules_of_one_name_in_two_files_are_two_rules(contrast: Callable[..., Any]) -> None:
    """Both split the plate under one name, by another clause and share: the rule is the cause, not its datasets."""
    own = next(rule for rule in raw_rules() if rule["id"] == "recycled-content")
    terms = [{**term, "coefficient": "0.1"} for term in own["derive"]]
    other = {**own, "derive": terms, "clause": "c. 9"}
    found = causes(contrast(rules=[other if rule is own or rule["id"] == own["id"] else rule for rule in raw_rules()]))
    assert found == {"rules/recycled-content (one)/recycled-content (other)": -0.8 * (3 + 0.01 * 29.8 + 0.5)}


def test_the_parts_of_one_supply_are_one_line(contrast: Callable[..., Any]) -> None:
    """Half the electricity by contract under one, all from the grid under the other: one cause, no lines added."""
    claim = "certificate=C-1, cancelled_on=2025-02-01, cancelled_for=pump 2024, market=CN"
    text = TEXT.replace("10 kWh", "10 kWh | supply=E1")
    text += f"[Electricity]\nE1 | metered | 200\nE1 | contract | 100 | generator=wind, {claim}\n"
    found = contrast(text, electricity={"accepted": ["grid"], **CITED})
    one, other = found.document["results"]
    assert causes(found) == {"difference-dataset": other["per_item"] - one["per_item"]}


@pytest.mark.parametrize("sides", [(1, 2), (2, 1)])
def test_causes_are_per_item_whatever_is_declared(contrast: Callable[..., Any], sides: tuple[int, int]) -> None:
    """Halves of a pump under one, pumps under the other: only the methane of both parts of a line differs."""
    one, other = ([{**unit, "amount": str(n)} for unit in raw("declared_units")[:1]] for n in sides)
    text = TEXT.replace("secondary=steel-recycled", "secondary=landfill")
    found = contrast(text, first={"declared_units": one}, declared_units=other, cases=[], gwp_set="AR5")
    methane = ((0.01, gas("ch4-fossil")), (0.004, gas("ch4-biogenic")))
    assert causes(found) == {"factors": fsum(kg * (ch4.factor("AR5") - ch4.factor("AR6")) for kg, ch4 in methane)}
    assert [result["scale"] for result in found.document["results"]] == list(sides)


def test_a_line_that_rules_add_is_a_cause(contrast: Callable[..., Any]) -> None:
    """A scenario of one rule file alone stands under its id."""
    scenario = {
        "id": "running", "when": "true", "stage": "use", "name": {"en": "running", "zh": "运行"}, "amount": "4",
        "unit": "kWh", "dataset": "grid-2024", "reason": {"en": "It runs.", "zh": "运行。"}, **CITED,
    }  # fmt: skip
    scenario["when"] = "bill.use_rows == 0"
    assert causes(contrast(scenarios=[scenario])) == {"added/one/running": 2}


def test_the_largest_cause_and_its_largest_line_stand_first(contrast: Callable[..., Any]) -> None:
    """Whatever their sign: packaging left out before a little energy, the case of 3 kg before the box."""
    energy = {
        "id": "running", "when": "bill.use_rows == 0", "stage": "use", "name": {"en": "running", "zh": "运行"},
        "amount": "4", "unit": "kWh", "dataset": "grid-2024", "reason": {"en": "It runs.", "zh": "运行。"}, **CITED,
    }  # fmt: skip
    out = {
        "id": "no-packaging", "when": 'line.role == "sales_packaging"', "exclude": "yes",
        "reason": {"en": "No packaging.", "zh": "不计包装。"}, **CITED,
    }  # fmt: skip
    text = TEXT.replace("[Processes]", "L3 | case | 3 kg | steel | role=sales_packaging\n[Processes]")
    found = contrast(text, rules=[out, *raw_rules()], scenarios=[energy])
    assert list(causes(found)) == ["left-out/other/no-packaging", "added/one/running"]
    assert found.document["differences"][0]["causes"][0]["cells"] == "BOM!F6, BOM!F5"


def test_a_lower_bound_is_told_as_one(contrast: Callable[..., Any]) -> None:
    """Beside its number, declared and per item."""
    whole, open_ = (contrasts.summary(contrast(text), (), "en") for text in (TEXT, "L3 | what | 1 kg\n" + TEXT))
    assert (whole.count(">= "), open_.count(">= ")) == (0, 4)


def test_words_of_other_rules_are_chosen_anew_and_told(contrast: Callable[..., Any]) -> None:
    """A boundary or unit the other rules do not have becomes their first, and a notice says so."""
    raw = yaml.load(LINE.RULES.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
    renamed = [{**b, "id": f"{b['id']}-x", "title": {"en": b["id"] + " x", "zh": "某"}} for b in raw["boundaries"]]
    found = contrast(boundaries=renamed, checks=[], cases=[])
    codes = [a["code"] for a in found.results[1].document["assumptions"]]
    assert codes == ["adapted-boundary"]
    for lang in LANGUAGES:
        (notice,) = found.document["results"][1]["read"]
        assert f"  Product!B11: {notice['text'][lang]}" in contrasts.summary(found, (), lang)
        assert notice["text"][lang] in unescape(comparison(found.document, lang).decode())
    assert causes(found) == {}


def test_scenarios_speak_of_their_own_rules_alone(contrast: Callable[..., Any]) -> None:
    """Under other rules neither changes nor rows of a scenario count; once told, they are gone."""
    rows = "[Use]\ngrid-2024 | 4 kWh\ngrid-2024 | 9 kWh | scenario=worn\n[Scenarios]\nold | grid_year | 2023\n"
    one, other = (r.document for r in contrast(TEXT + rows).results)
    assert [s["id"] for s in one["scenarios"]] == ["old", "worn"]
    assert other.get("scenarios", []) == []
    assert [a["code"] for a in other["assumptions"]] == ["adapted-scenarios"]
    assert other["result"]["total"] == one["result"]["total"]


def test_a_material_the_other_rules_do_not_have_is_left_away(contrast: Callable[..., Any]) -> None:
    """Under its own rules any word stands; under others it is told once, and the line counts without it."""
    materials = [{"id": "metals", "title": {"en": "Metals", "zh": "金属"}}]
    text = TEXT.replace("kg | copper | ", "kg | copper | material=stone, ")
    found = contrast(text.replace("kg | steel | ", "kg | steel | material=stone, "), materials=materials)
    told = [(a["code"], a["cell"], a["text"]["en"]) for a in found.results[1].document["assumptions"]]
    assert told == [("adapted-word", "BOM!V4", "'stone' is no word of these rules and is left away.")]
    assert causes(found) == {}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_everything_is_written_for_people(contrast: Callable[..., Any], lang: str, tmp_path: Path) -> None:
    """A folder for each rule file, and a page and a text that name the causes in the language asked for."""
    contrast(gwp_set="AR5")
    request = service.Request(tmp_path / "pump.xlsx", databases=(str(tmp_path / "databases" / "small"),))
    rules = [str(tmp_path / f"{name}.yaml") for name in ("one", "other")]
    found, written = contrasts.produce(request, rules, tmp_path / "out", lang)
    assert {p.relative_to(tmp_path / "out").as_posix() for p in written} >= {
        "comparison.json", "comparison.html", "one/report.html", "other/declaration.json",
    }  # fmt: skip
    sentence = found.document["differences"][0]["causes"][0]["sentence"][lang]
    assert sentence in contrasts.summary(found, written, lang)
    assert "AR5" in (tmp_path / "out" / "comparison.html").read_text(encoding="utf-8")


def test_stages_are_matched_by_name_or_module() -> None:
    """A stage the other rules do not have becomes theirs of the same name, or that with most modules in common."""
    laundry, any_product = load("laundry-detergent"), load("iso-14067")
    found = stages_in(laundry, any_product)
    assert {name: found[name] for name in ("manufacturing", "packaging", "retail")} == {
        "manufacturing": "production", "packaging": "raw_materials", "retail": "distribution",
    }  # fmt: skip
    assert "raw_materials" not in found
    bare = laundry._replace(stages=(laundry.stages[0]._replace(id="odd", title={}, also=(), module=""),))
    assert stages_in(bare, any_product) == {}
    assert stages_in(any_product, any_product) == {}


@pytest.mark.parametrize(("written", "modules"), [("A1-A3", 3), ("B6", 1), ("", 0), ("C1-C4", 4)])
def test_modules_are_counted(written: str, modules: int) -> None:
    """A range names all between its ends."""
    assert len(modules_of(written)) == modules


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_result_with_gaps_says_so_beside_the_others(contrast: Callable[..., Any], lang: str) -> None:
    """Where a gap may also lower a result there is no bound to print: its name tells that something is missing."""
    found = contrast("L1 | plate | 2 kg | paint\n")
    told = {"en": "1 data gaps: ", "zh": "数据缺口 1 个："}[lang]
    assert contrasts.summary(found, (), lang).count(told) == 2
    assert comparison(found.document, lang).decode().count(label("report-gaps", lang) + ": 1") == 2


def test_a_stage_that_holds_nothing_is_not_zero(contrast: Callable[..., Any]) -> None:
    """No line of use or end of life: the stage prints that there is nothing, not a number."""
    found = contrast("L1 | plate | 2 kg | steel\n")
    stages = {stage["id"]: stage["lines"] for stage in found.results[0].document["result"]["by_stage"]}
    assert {id_ for id_, lines in stages.items() if not lines} == {"production", "distribution", "use", "end_of_life"}
    page = comparison(found.document, "en").decode()
    assert page.count('<td class="n">–</td>') == 2 * 4


def test_rule_files_of_one_id_keep_their_results_apart(bill: Callable[..., Path], tmp_path: Path) -> None:
    """A file against a copy with an edit, or against itself: each has a folder and a name of its own."""
    raw = yaml.load(LINE.RULES.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
    for name, version in (("a", "1"), ("b", "2"), ("c", "2")):
        content = {**raw, "id": "one", "cases": [], "version": version}
        (tmp_path / f"{name}.yaml").write_text(json.dumps(content), encoding="utf-8")
    database = LINE.small(tmp_path / "databases")
    book = bill(TEXT, product=LINE.plain_product(pcr=str(tmp_path / "a.yaml")))
    request = service.Request(book, databases=(str(database),))
    rules = [str(tmp_path / f"{name}.yaml") for name in "abc"]
    found, written = contrasts.produce(request, rules, tmp_path / "out", "en")
    names = [row["name"] for row in found.document["results"]]
    assert names == ["one@1", "one@2-1", "one@2-2"]
    assert len(set(written)) == len(written)
    assert all((tmp_path / "out" / name / "declaration.json").is_file() for name in names)
    assert [(each["from"], each["to"]) for each in found.document["differences"]] == [
        ("one@1", "one@2-1"), ("one@1", "one@2-2"),
    ]  # fmt: skip
    told = comparison(found.document, "en").decode()
    assert "one@2-2" in told
