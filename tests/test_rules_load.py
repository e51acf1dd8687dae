"""Rule files: typed, dated, consistent; all that is wrong is told at once, with its part."""

from __future__ import annotations

import copy
import datetime as dt
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from footprint.errors import PcrError
from footprint.model.bill import Entry, Product
from footprint.provenance import Place
from footprint.rules.cases import failures
from footprint.rules.load import load, path_of
from footprint.rules.scope import in_force
from footprint.rules.show import shown

RULES = Path(__file__).parent / "golden" / "pump" / "rules.yaml"


def raw() -> dict[str, Any]:
    found = yaml.load(RULES.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    assert isinstance(found, dict)
    return copy.deepcopy(found)


def told(tmp_path: Path, change: Callable[[dict[str, Any]], object]) -> list[str]:
    """Return what is wrong with the rules after ``change``."""
    found = raw()
    change(found)
    path = tmp_path / "rules.yaml"
    path.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    try:
        load(str(path))
    except PcrError as exc:
        return [p.text("en") for p in exc.problems if p.text("zh") != p.text("en")]
    return []


def test_a_file_that_is_in_order_loads(tmp_path: Path) -> None:
    """The way through JSON changes nothing, so that each error below has one cause."""
    assert told(tmp_path, lambda found: found) == []


def setting(*path: Any, to: Any) -> Callable[[dict[str, Any]], None]:
    """Return what sets the part at ``path``; None deletes it."""

    def change(found: Any) -> None:
        for key in path[:-1]:
            found = found[key]
        if to is None:
            del found[path[-1]]
        else:
            found[path[-1]] = to

    return change


def said(part: str, fact: str) -> str:
    return f"rules.yaml:{part}: {part} of the rule file cannot be used: {fact}. Correct it. [pcr-part]"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (setting("title", to=None), said("file", "title: missing")),
        (setting("status", to="sure"), said("file", "'sure' is not a valid Status")),
        (setting("gwp_set", to="AR7"), said("file", "'AR7' is none of AR5, AR6, EF3.1")),
        (setting("headline", to="1/1"), said("file", "'1/1' is none of 0/0, -1/+1")),
        (setting("figures", to="0"), said("file", "0: not from 1 to 12")),
        (setting("mass_tolerance", to="nan"), said("file", "nan: not from 0 to 1")),
        (setting("electricity", "accepted", to=["grid", "wind"]),
         said("file",
              "electricity.accepted: 'wind' is none of grid, on_site, direct_line, contract, green_certificate")),
        (setting("rules", 0, "when", to="line.rolle == 'scrap'"),
         said("rules[0]", "'line.rolle' is not in the vocabulary")),
        (setting("rules", 0, "when", to="line.loss"),
         said("rules[0]", "'line.loss' gives a number, a truth is needed")),
        (setting("rules", 0, "when", to=None), said("rules[0]", "when: missing")),
        (setting("rules", 0, "stage", to="use"), said("rules[0]", "one of stage, exclude, derive, note is needed")),
        (setting("rules", 0, "exclude", to=None), said("rules[0]", "one of stage, exclude, derive, note is needed")),
        (setting("rules", 0, "wenn", to="x"),
         said("rules[0]",
              "wenn: none of clause, derive, exclude, id, note, reason, source, stage, status, topic, when")),
        (setting("rules", 1, "derive", 0, "coefficient", to="line.role"),
         said("rules[1]", "'line.role' gives a text, a number is needed")),
        (setting("rules", 0, "reason", "zh", to=None), said("rules[0]", "reason.zh: missing")),
        (setting("rules", 0, "reason", "then that", to="x"),
         said("rules[0]", "reason: 'then that' is neither zh nor en; put texts with a comma in quotation marks")),
        (setting("rules", 0, "clause", to=None), said("rules[0]", "clause: missing")),
        (setting("rules", 0, "source", to="hearsay"), said("scrap-cut-off", "hearsay: no such source")),
        (setting("rules", 2, "stage", to="nowhere"), said("stage-of-waste", "nowhere: no such stage")),
        (setting("rules", 2, "id", to="scrap-cut-off"), said("scrap-cut-off", "scrap-cut-off: twice")),
        (setting("boundaries", 0, "stages", 0, to="nowhere"), said("cradle-to-grave", "nowhere: no such stage")),
        (setting("parameters", 0, "values", to=[]), said("parameters[0]", "values: missing")),
        (setting("parameters", 0, "values", 0, "valid_to", to="2024-01-01"),
         said("cut_off_mass", "0.05 and 0.02 are both in force on 2024-01-01")),
        (setting("parameters", 0, "values", 1, "valid_from", to=None),
         said("cut_off_mass", "0.05 and 0.02 are both in force on 1900-01-01")),
        (setting("parameters", 0, "values", 0, "valid_form", to="2024-01-01"),
         said("parameters[0]", "valid_form: none of valid_from, valid_to, value")),
        (setting("parameters", 0, "values", 0, "valid_to", to="2023-02-30"),
         said("parameters[0]", "day is out of range for month")),
        (setting("parameters", 0, "values", 1, "value", to="0,02"), said("parameters[0]", "values: number and text")),
        (setting("parameters", 0, "values", 1, "value", to={"a": "1"}),
         said("parameters[0]", "values: a table and a single value")),
        (setting("parameters", 0, "values", 1, "value", to="nan"), said("parameters[0]", "nan is not a finite number")),
        (setting("declared_units", 1, "unit", to="kgs"), said("declared_units[1]", "unit 'kgs' is not known")),
        (setting("declared_units", 1, "amount", to="product.colour"),
         said("declared_units[1]", "'product.colour' is not in the vocabulary")),
        (setting("checks", 0, "tset", to="x"),
         said("checks[0]", "tset: none of clause, for_each, id, sentence, source, status, test, topic, when")),
        (setting("stages", to="production"), said("stages", "stages: a list is needed")),
        (setting("rules", 0, to="x"), said("rules[0]", "a mapping is needed")),
        (setting("title", to="Goods"), said("file", "title: a mapping is needed")),
        (setting("title", to=["Goods"]), said("file", "title: a mapping is needed")),
        (setting("title", "en", to=None), said("file", "title.en: missing")),
        (setting("stages", 0, "title", "zh", to=""), said("stages[0]", "title.zh: empty")),
        (setting("id", to=["a"]), said("file", "id: a text is needed")),
        (setting("stages", 0, "id", to=["a"]), said("stages[0]", "id: a text is needed")),
        (setting("boundaries", 0, "stages", to=[["use"]]), said("boundaries[0]", "stages: a list of texts is needed")),
        (setting("product_fields", 0, "type", to="integer"),
         said("product_fields[0]", "'integer' is none of text, number, positive, share, date, period, choice, unit, "
              "reference, level, list")),
        (setting("product_fields", 0, "type", to="choice"), said("product_fields[0]", "choices: missing")),
        (setting("product_fields", 0, "required", to="true"),
         said("product_fields[0]", "required: 'true' is neither yes nor no")),
        (setting("parameters", 0, "values", 0, "value", to={}), said("parameters[0]", "value: empty")),
        (setting("rules", 0, "exclude", to="no"), said("rules[0]", "exclude: no: a rule that does nothing")),
        (setting("rules", 0, "exclude", to="false"), said("rules[0]", "exclude: 'false' is neither yes nor no")),
        (setting("rules", 0, "exclude", to=["yes"]), said("rules[0]", "exclude: a text is needed")),
        (setting("rules", 1, "derive", to=[]), said("rules[1]", "derive: a line without a successor would be lost")),
        (setting("rules", 1, "derive", to="primary"), said("rules[1]", "derive: a list is needed")),
        (setting("cases", 0, to="true"), said("cases[0]", "a mapping is needed")),
        (setting("cases", 0, "expect", to=None), said("cases[0]", "expect: missing")),
        (setting("cases", 0, "expect", to="nan"), said("cases[0]", "expect: nan is not a finite number")),
        (setting("cases", 0, "declared_unit", to=None),
         said("cases[0]",
              "one of rule, check, declared_unit, scenario, allocation, benchmark, product_class is needed")),
        (setting("cases", 1, "given", to="2.5"), said("cases[1]", "given: a mapping is needed")),
        (setting("cases", 1, "given", "product.net_mass", to="much"),
         said("cases[1]", "given.product.net_mass: 'much' is not a number")),
        (setting("cases", 1, "given", to={"product.mass": "1"}),
         said("cases[1]", "given.product.mass: not in the vocabulary")),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_part(tmp_path: Path, change: Any, expected: str | None) -> None:
    """A missing, misspelt, mistyped or dangling part is one sentence; nothing falls through."""
    found = told(tmp_path, change)
    assert found
    assert expected is None or expected in found


def paths(part: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every part of a rule file, the whole excepted."""
    inner = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for key, value in inner:
        yield (*path, key)
        yield from paths(value, (*path, key))


WRONG = [None, "", "x", "1e999", "no", [], ["x"], [[]], {}, {"x": "y"}]


@pytest.mark.parametrize("number", range(len(WRONG)))
def test_whatever_a_part_holds_it_is_used_or_refused(tmp_path: Path, number: int) -> None:
    """Any part replaced by anything, or gone: the rules load, print and run their cases, or a `PcrError` says why.

    Every fourth part is tried with each, so that each part is tried with two or three.
    """
    refused = 0
    path = tmp_path / "rules.json.yaml"
    for where in list(paths(raw()))[number % 4 :: 4]:
        found = raw()
        setting(*where, to=WRONG[number])(found)
        path.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
        try:
            pcr = load(str(path))
        except PcrError as exc:
            refused += {p.code for p in exc.problems} == {"pcr-part"}
            continue
        failures(pcr)
        assert all(shown(pcr, lang) for lang in ("zh", "en"))
    assert refused > 10


@pytest.mark.parametrize(("written", "required"), [("yes", True), ("no", False), ("", False), (None, False)])
def test_a_field_is_required_when_it_says_yes(tmp_path: Path, written: str | None, required: bool) -> None:
    """``required`` is yes, no, empty or absent; what reads like a truth is refused above."""
    found = raw()
    setting("product_fields", 0, "required", to=written)(found)
    path = tmp_path / "rules.yaml"
    path.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    assert load(str(path)).fields[0].required is required


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    """Three parts that cannot be used are three problems of one error."""

    def change(found: dict[str, Any]) -> None:
        found["rules"][0]["when"] = "("
        found["checks"][0]["test"] = "line.loss"
        found["parameters"][0]["values"] = []

    parts = [line.split(": ")[0] for line in told(tmp_path, change)]
    assert {"rules.yaml:rules[0]", "rules.yaml:checks[0]", "rules.yaml:parameters[0]"} <= set(parts)


def test_unknown_rules_are_told_with_those_there_are() -> None:
    """A misspelt id is told with the nearest."""
    with pytest.raises(PcrError) as caught:
        path_of("batery-eu-2023")
    assert str(caught.value).startswith(
        "batery-eu-2023: there are no rules 'batery-eu-2023'. Check the name or give the path of a YAML file. "
        "Did you mean 'battery-eu-2023-1542'"
    )
    assert "没有规则" in caught.value.text("zh")


@pytest.mark.parametrize(
    ("end", "expected"), [("2023-12-31", 0.05), ("2024-01-01", 0.02), ("2020-01-01", 0.05), ("2031-06-01", 0.02)]
)
def test_a_parameter_is_the_one_in_force_at_the_end_of_the_period(end: str, expected: float) -> None:
    """Dated values: the last day of the reference period decides, its limits included."""
    (parameter,) = load(str(RULES)).parameters
    day = dt.date.fromisoformat(end)
    assert in_force(parameter, Product(Place("x"), {"period_end": Entry(day, "", Place("x"))})) == expected
    later = parameter._replace(values=tuple(v._replace(valid_from=dt.date(2040, 1, 1)) for v in parameter.values))
    assert in_force(later, Product(Place("x"), {"period_end": Entry(day, "", Place("x"))})) is None


def test_a_case_that_fails_is_named(tmp_path: Path) -> None:
    """Cases that expect the wrong outcome, a missing rule or a missing value are failures, not passes."""
    found = raw()
    found["cases"] = [
        {"rule": "scrap-cut-off", "given": {"line.role": "waste"}, "expect": "true"},
        {"rule": "no-such-rule", "given": {}, "expect": "true"},
        {"declared_unit": "kilogram", "given": {}, "expect": "1"},
        {"check": "review", "given": {}, "expect": "true"},
        {"declared_unit": "item", "given": {}, "expect": "1"},
        {"rule": "recycled-content", "expect": ["0.5", "0.5"],
         "given": {"line.recycled_share": "0.25", "line.sheet": "BOM", "line.leads_to": "dataset"}},
    ]  # fmt: skip
    path = tmp_path / "rules.yaml"
    path.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    assert failures(load(str(path))) == (
        "plain-goods case 1: expected true, got False",
        "plain-goods case 2: expected true, got no such rule",
        "plain-goods case 3: expected 1, got missing product.net_mass",
        "plain-goods case 4: expected true, got not assessed",
        "plain-goods case 6: expected ['0.5', '0.5'], got [0.75, 0.25]",
    )


def test_rules_print_as_they_run() -> None:
    """The shown rule is the sentence of its tree, with clause and source, in both languages."""
    en, zh = (shown(load(str(RULES)), lang) for lang in ("en", "zh"))
    assert "- scrap-cut-off [exclude]: “role” is 'scrap'" in en
    assert "- scrap-cut-off [排除]: 「角色」 为 'scrap'" in zh
    assert "× 1 − “recycled share” → primary: primary material" in en


def test_a_case_without_a_value_is_a_case_that_fails(tmp_path: Path) -> None:
    """A division by zero in a rule's own case is told with the case, not raised."""
    found = raw()
    found["declared_units"][1]["amount"] = "1 / product.net_mass"
    found["cases"] = [{"declared_unit": "kilogram", "given": {"product.net_mass": "0"}, "expect": "1"}]
    path = tmp_path / "rules.yaml"
    path.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    assert failures(load(str(path))) == ("plain-goods case 1: expected 1, got no value: float division by zero",)
