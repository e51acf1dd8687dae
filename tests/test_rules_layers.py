"""Rule files in layers: a child holds all its parents say, but for what it says itself or does without."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from footprint.errors import PcrError
from footprint.rules.cases import failures
from footprint.rules.load import load

RULES = Path(__file__).parent / "golden" / "pump" / "rules.yaml"
CITED = {"clause": "1", "source": "plain", "status": "secondary"}


def raw() -> dict[str, Any]:
    found = yaml.load(RULES.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
    assert isinstance(found, dict)
    return found


def write(folder: Path, name: str, content: dict[str, Any]) -> str:
    path = folder / name
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return str(path)


def family(folder: Path, **child: Any) -> str:
    """Write the pump's rules as a parent and a child that says only ``child``; return the child's path."""
    write(folder, "parent.yaml", raw())
    return write(folder, "child.yaml", {"id": "child", "extends": "parent.yaml", **child})


def check(id_: str, **more: Any) -> dict[str, Any]:
    return {"id": id_, "sentence": {"en": "It holds.", "zh": "成立。"}, **CITED, **more}


def test_a_child_that_says_nothing_holds_what_its_parent_holds(tmp_path: Path) -> None:
    """Only name, layers, cases and so the checksum differ: a parent's cases are run with the parent."""
    parent, child = load(str(RULES)), load(family(tmp_path))
    assert child._replace(id=parent.id, layers=parent.layers, cases=parent.cases, digest=parent.digest) == parent
    assert (child.layers, child.cases) == ((parent.id, "child"), ())


def test_a_part_of_the_same_name_stands_in_place_of_the_parents(tmp_path: Path) -> None:
    """The order of the parent stays; what is new in the child comes first among rules and checks, last elsewhere."""
    parent = load(str(RULES))
    source = {"id": "plain", "title": "another", "status": "verified"}
    first = parent.checks[0].id
    child = load(family(tmp_path, checks=[check("new"), check(first)], sources=[source, {**source, "id": "own"}]))
    assert [c.id for c in child.checks] == ["new", *(c.id for c in parent.checks)]
    assert child.checks[1].sentence["en"] == "It holds."
    assert [s.id for s in child.sources] == [*(s.id for s in parent.sources), "plain", "own"]


def test_a_child_that_writes_all_anew_stands_in_its_own_order(tmp_path: Path) -> None:
    """Stages run as the child lists them when it lists all it keeps; one it leaves out keeps the parent's order."""
    stages = raw()["stages"]
    own = {"id": "between", "title": {"en": "between", "zh": "其间"}}
    mixed = [stages[-1], own, *stages[:-1]]
    assert [s.id for s in load(family(tmp_path, stages=mixed)).stages] == [s["id"] for s in mixed]
    some = load(family(tmp_path, stages=[own, stages[-1]]))
    assert [s.id for s in some.stages] == [*(s["id"] for s in stages), "between"]


def test_a_child_does_without_the_parts_it_names(tmp_path: Path) -> None:
    """``without`` takes parts of the parents away; a name that no parent has is refused."""
    parent = load(str(RULES))
    gone = parent.rules[0].id
    child = load(family(tmp_path, without=[gone]))
    assert [r.id for r in child.rules] == [r.id for r in parent.rules if r.id != gone]
    with pytest.raises(PcrError, match=r"child.yaml:without: no part of the parents is called 'scarp'"):
        load(family(tmp_path, without=["scarp"]))


def test_cases_give_tables_and_clauses_ask_for_subtotals(tmp_path: Path) -> None:
    """A benchmark on the sum of some stages has cases; a table of the wrong type is refused."""
    subtotal = {"id": "gate", "title": {"en": "Gate", "zh": "大门"}, "stages": ["production"], **CITED}
    limit = {"id": "low", "title": {"en": "Low", "zh": "低"}, "test": 'result.by_stage["gate"] <= 2', **CITED}
    cases = [{"benchmark": "low", "given": {"result.by_stage": {"gate": g}}, "expect": e, "source": "by definition"}
             for g, e in (("2", "true"), ("3", "false"))]  # fmt: skip
    source = {"id": "plain", "title": "plain", "status": "secondary"}
    parts = {"subtotals": [subtotal], "benchmarks": [limit], "sources": [source]}
    assert failures(load(family(tmp_path, **parts, cases=cases))) == ()
    wrong = [{**cases[0], "given": {"result.by_stage": {"gate": "much"}}}]
    with pytest.raises(PcrError, match=r"given\.result\.by_stage\.gate: 'much' is not a number"):
        load(family(tmp_path, **parts, cases=wrong))


def test_three_layers_merge_from_the_root_down(tmp_path: Path) -> None:
    """The grandchild's word is last, whatever stands between."""
    family(tmp_path, figures="4", mass_tolerance="0.5")
    path = write(tmp_path, "grandchild.yaml", {"id": "grandchild", "extends": "child.yaml", "figures": "5"})
    found = load(path)
    assert (found.layers[1:], found.figures, found.mass_tolerance) == (("child", "grandchild"), 5, 0.5)


def test_a_loop_of_layers_is_refused(tmp_path: Path) -> None:
    """A file that extends itself through another says so, at its ``extends``."""
    write(tmp_path, "one.yaml", {"id": "one", "extends": "two.yaml"})
    path = write(tmp_path, "two.yaml", {"id": "two", "extends": "one.yaml"})
    with pytest.raises(PcrError, match="pcr-extends-loop"):
        load(path)


def test_an_unknown_parent_is_refused_with_near_ones(tmp_path: Path) -> None:
    """A misspelt parent names the rules that come closest."""
    path = write(tmp_path, "child.yaml", {"id": "child", "extends": "batery-eu-2023-1542"})
    with pytest.raises(PcrError, match="battery-eu-2023-1542"):
        load(path)


def test_what_is_wrong_with_a_parent_is_told_with_the_parents_file(tmp_path: Path) -> None:
    """A part stands where it was written, not in the file that inherits it."""
    broken = raw()
    broken["rules"][0]["when"] = "line.rolle == 'scrap'"
    write(tmp_path, "parent.yaml", broken)
    path = write(tmp_path, "child.yaml", {"id": "child", "extends": "parent.yaml", "checks": [check("new", test="1")]})
    with pytest.raises(PcrError) as caught:
        load(path)
    places = [str(p.place) for p in caught.value.problems]
    assert places == ["parent.yaml:rules[scrap-cut-off].when", "child.yaml:checks[new].test"]


def test_an_expression_asks_only_what_is_known_where_it_stands(tmp_path: Path) -> None:
    """A unit cannot ask for a line, nor a rule for the result: it would be missing whenever it runs."""
    rule = {"id": "late", "when": "result.total > 1", "note": "yes", "reason": {"en": "x", "zh": "x"}, **CITED}
    with pytest.raises(PcrError, match=r"when: result\.total is not known here"):
        load(family(tmp_path, rules=[rule]))
    with pytest.raises(PcrError, match=r"test: line\.role is not known here"):
        load(family(tmp_path, checks=[check("lines", test='line.role == "product"')]))


def test_a_parameter_nobody_could_read_has_no_value_and_says_what_to_look_up(tmp_path: Path) -> None:
    """Without values a parameter needs ``todo``; it is in no day in force."""
    about = {"id": "limit", "title": {"en": "limit", "zh": "限值"}, "unit": "-", **CITED}
    todo = {"en": "Read clause 4.", "zh": "查阅第 4 条。"}
    source = {"id": "plain", "title": "plain", "status": "secondary"}
    found = load(family(tmp_path, parameters=[{**about, "todo": todo}], sources=[source]))
    assert next(p for p in found.parameters if p.id == "limit").values == ()
    with pytest.raises(PcrError, match=r"limit\].todo: nothing is stated here"):
        load(family(tmp_path, parameters=[about], sources=[source]))


@pytest.mark.parametrize("id_", ["../evil", "a/b", "", ".hidden", "规则"])
def test_an_id_cannot_lead_elsewhere(tmp_path: Path, id_: str) -> None:
    """Results are written into a folder of that name."""
    with pytest.raises(PcrError, match="id"):
        load(write(tmp_path, "rules.yaml", {**raw(), "id": id_}))


def test_extends_is_one_text(tmp_path: Path) -> None:
    """A list of parents is refused, not passed over."""
    with pytest.raises(PcrError, match="one text is needed"):
        load(write(tmp_path, "child.yaml", {**raw(), "extends": ["parent.yaml"]}))
