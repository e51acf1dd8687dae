"""Rule files: typed, dated, consistent; all that is wrong is told at once, with its part."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from functools import cache
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
    found = json.loads(_text())
    assert isinstance(found, dict)
    return found


@cache
def _text() -> str:
    return json.dumps(yaml.load(RULES.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader))


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


def said(place: str, fact: str, *near: str) -> str:
    meant = " Did you mean " + ", ".join(f"'{name}'" for name in near) + "?" if near else ""
    return f"rules.yaml{place and ':'}{place}: {fact}. Correct it.{meant} [pcr-part]"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (setting("title", to=None), said("title", "nothing is stated here")),
        (setting("status", to="sure"), said("status", "'sure' is none of verified, secondary, calculated, unverified")),
        (setting("gwp_set", to="AR7"), said("gwp_set", "'AR7' is none of AR5, AR6, EF3.1", "AR6", "AR5")),
        (setting("headline", to="1/1"), said("headline", "'1/1' is none of 0/0, -1/+1", "-1/+1")),
        (setting("figures", to="0"), said("figures", "0 is not from 1 to 12")),
        (setting("mass_tolerance", to="nan"), said("mass_tolerance", "'nan' is not a finite number")),
        (setting("electricity", "accepted", to=["grid", "wind"]),
         said("electricity.accepted", "'wind' is none of grid, on_site, direct_line, contract, green_certificate")),
        (setting("rules", 0, "when", to="line.rolle == 'scrap'"),
         said("rules[scrap-cut-off].when", "there is no name 'line.rolle'", "line.role", "line.of_role", "line.route")),
        (setting("rules", 0, "when", to="line.loss"),
         said("rules[scrap-cut-off].when", "a truth is needed, not a number")),
        (setting("rules", 0, "when", to=None), said("rules[scrap-cut-off].when", "nothing is stated here")),
        (setting("rules", 0, "stage", to="use"),
         said("rules[scrap-cut-off]", "one, and only one, of stage, exclude, derive, note is needed")),
        (setting("rules", 0, "exclude", to=None),
         said("rules[scrap-cut-off]", "one, and only one, of stage, exclude, derive, note is needed")),
        (setting("rules", 0, "wenn", to="x"),
         said("rules[scrap-cut-off]", "there is no key 'wenn', only clause, derive, exclude, id, note, reason, "
              "source, stage, status, topic, when", "when")),
        (setting("rules", 1, "derive", 0, "coefficient", to="line.role"),
         said("rules[recycled-content].derive[0].coefficient", "a number is needed, not a text")),
        (setting("rules", 0, "reason", "zh", to=None),
         said("rules[scrap-cut-off].reason.zh", "nothing is stated here")),
        (setting("rules", 0, "reason", "then that", to="x"),
         said("rules[scrap-cut-off].reason", "'then that' is neither zh nor en; put texts with a comma in "
              "quotation marks")),
        (setting("rules", 0, "clause", to=None), said("rules[scrap-cut-off].clause", "nothing is stated here")),
        (setting("rules", 0, "source", to="hearsay"), said("rules[scrap-cut-off]", "there is no source 'hearsay'")),
        (setting("rules", 2, "stage", to="nowhere"),
         said("rules[stage-of-waste].stage", "there is no stage 'nowhere'")),
        (setting("rules", 2, "id", to="scrap-cut-off"),
         said("rules[scrap-cut-off]", "'scrap-cut-off' stands here twice")),
        (setting("boundaries", 0, "stages", 0, to="nowhere"),
         said("boundaries[cradle-to-grave].stages", "there is no stage 'nowhere'")),
        (setting("parameters", 0, "values", to=[]), said("parameters[cut_off_mass].values", "it is empty")),
        (setting("parameters", 0, "values", 0, "valid_to", to="2024-01-01"),
         said("parameters[cut_off_mass]", "0.05 and 0.02 are both in force on 2024-01-01")),
        (setting("parameters", 0, "values", 1, "valid_from", to=None),
         said("parameters[cut_off_mass]", "0.05 and 0.02 are both in force on 1900-01-01")),
        (setting("parameters", 0, "values", 0, "valid_form", to="2024-01-01"),
         said("parameters[cut_off_mass].values[0]", "there is no key 'valid_form', only valid_from, valid_to, "
              "value", "valid_from", "valid_to")),
        (setting("parameters", 0, "values", 0, "valid_to", to="2023-02-30"),
         said("parameters[cut_off_mass].values[0].valid_to", "'2023-02-30' is no day; it is written YYYY-MM-DD")),
        (setting("parameters", 0, "values", 1, "value", to="0,02"),
         said("parameters[cut_off_mass].values", "a number and a text do not go together")),
        (setting("parameters", 0, "values", 1, "value", to={"a": "1"}),
         said("parameters[cut_off_mass].values", "a table cannot follow a single value, nor a single value a table")),
        (setting("parameters", 0, "values", 1, "value", to="nan"),
         said("parameters[cut_off_mass].values[1].value", "'nan' is not a finite number")),
        (setting("declared_units", 1, "unit", to="kgs"),
         said("declared_units[kilogram].unit", "unit 'kgs' is not known", "kg")),
        (setting("declared_units", 1, "amount", to="product.colour"),
         said("declared_units[kilogram].amount", "there is no name 'product.colour'", "product.country")),
        (setting("checks", 0, "tset", to="x"),
         said("checks[cut-off]", "there is no key 'tset', only clause, for_each, id, sentence, source, status, "
              "test, topic, when", "test")),
        (setting("stages", to="production"), said("stages", "a list is needed")),
        (setting("rules", 0, to="x"), said("rules[0]", "keys with their values are needed")),
        (setting("title", to="Goods"), said("title", "a text under en and one under zh are needed")),
        (setting("title", to=["Goods"]), said("title", "keys with their values are needed")),
        (setting("title", "en", to=None), said("title.en", "nothing is stated here")),
        (setting("stages", 0, "title", "zh", to=""), said("stages[raw_materials].title.zh", "it is empty")),
        (setting("id", to=["a"]), said("id", "one text is needed")),
        (setting("stages", 0, "id", to=["a"]), said("stages[0].id", "one text is needed")),
        (setting("boundaries", 0, "stages", to=[["use"]]),
         said("boundaries[cradle-to-grave].stages", "a list of texts is needed")),
        (setting("product_fields", 0, "type", to="integer"),
         said("product_fields[service_years].type", "'integer' is none of text, number, positive, share, date, "
              "period, choice, unit, reference, level, list")),
        (setting("product_fields", 0, "type", to="choice"),
         said("product_fields[service_years].choices", "nothing is stated here")),
        (setting("product_fields", 0, "required", to="maybe"),
         said("product_fields[service_years].required", "'maybe' is neither yes nor no")),
        (setting("product_fields", 0, "key", to="service years"),
         said("product_fields[service years].key",
              "'service years' is no name for expressions: a letter or '_', then letters, digits and '_'")),
        (setting("product_fields", 0, "key", to="net_mass"),
         said("product_fields[net_mass].key", "'net_mass' is a name of the vocabulary already")),
        (setting("stages", to=[]), said("stages", "it is empty")),
        (setting("sources", to=[]), said("sources", "it is empty")),
        (setting("declared_units", to=[]), said("declared_units", "it is empty")),
        (setting("boundaries", 0, "stages", to=[]), said("boundaries[cradle-to-grave].stages", "it is empty")),
        (setting("rules", 0, "when", to="line.role = 'scrap'"),
         said("rules[scrap-cut-off].when",
              "'line.role = 'scrap'' is no expression; texts stand in quotation marks, equality is ==")),
        (setting("rules", 0, "when", to="(lambda: 1)() == 1"),
         said("rules[scrap-cut-off].when", "'(lambda: 1)()' calls no function of the vocabulary, which are min, max, "
              "abs, contains, known, declining, ceil, floor, days")),
        (setting("rules", 0, "when", to="line.role == 'scarp'"),
         said("rules[scrap-cut-off].when", "line.role is never 'scarp', only product, sales_packaging, "
              "transport_packaging, consumable, processing, energy, fuel, input, emission, transport, waste, scrap, "
              "co-product, use, treatment, internal_return", "scrap")),
        (setting("parameters", 0, "values", 0, "value", to={}),
         said("parameters[cut_off_mass].values[0].value", "it is empty")),
        (setting("rules", 0, "exclude", to="no"),
         said("rules[scrap-cut-off].exclude", "a rule that does nothing misleads")),
        (setting("rules", 0, "exclude", to="false"),
         said("rules[scrap-cut-off].exclude", "a rule that does nothing misleads")),
        (setting("rules", 0, "exclude", to=["yes"]), said("rules[scrap-cut-off].exclude", "one text is needed")),
        (setting("rules", 1, "derive", to=[]),
         said("rules[recycled-content].derive", "a line without a successor would be lost")),
        (setting("rules", 1, "derive", to="primary"), said("rules[recycled-content].derive", "a list is needed")),
        (setting("cases", 0, to="true"), said("cases[0]", "keys with their values are needed")),
        (setting("cases", 0, "expect", to=None), said("cases[0].expect", "nothing is stated here")),
        (setting("cases", 0, "expect", to="nan"), said("cases[0].expect", "'nan' is not a finite number")),
        (setting("cases", 0, "declared_unit", to=None),
         said("cases[0]", "one, and only one, of rule, check, declared_unit, scenario, allocation, benchmark, "
              "product_class is needed")),
        (setting("cases", 1, "given", to="2.5"), said("cases[1].given", "keys with their values are needed")),
        (setting("cases", 1, "given", "product.net_mass", to="much"),
         said("cases[1].given.product.net_mass", "'much' is not a number")),
        (setting("cases", 1, "given", to={"product.mass": "1"}),
         said("cases[1].given.product.mass", "there is no name 'product.mass'", "product.net_mass")),
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


WORDS = [
    ("product.market == 'oversea'", "product.market is never 'oversea', only home, overseas", ("overseas",)),
    ("line.sheet != 'Bom'", "line.sheet is never 'Bom', only Product, BOM, Processes, Transport, Use, ", ("BOM",)),
    ("line.stage in ('production', 'produktion')", "line.stage is never 'produktion', only ", ("production",)),
    ("parameter.cut_off_mass < parameter.km['mars']", "parameter.km is never 'mars', only home, overseas", ()),
    ("line.role == ('scrap' if line.loss > 0 else 'wast')", "line.role is never 'wast', only ", ("waste",)),
    ("product.boundary == 'cradle'", "product.boundary is never 'cradle', only ", ()),
]


@pytest.mark.parametrize(("when", "fact", "near"), WORDS)
def test_a_word_that_a_name_never_holds_is_refused(tmp_path: Path, when: str, fact: str, near: tuple[str, ...]) -> None:
    """What no line, product or table can hold is told with what it can: such a rule would never act, in silence."""

    def change(found: dict[str, Any]) -> None:
        about = {"en": "Market", "zh": "市场", "meaning_en": "x", "meaning_zh": "x"}
        choice = {"key": "market", "type": "choice", "choices": "home=国内|overseas=海外", **about}
        cited = {key: found["rules"][0][key] for key in ("clause", "source", "status")}
        values = [{"value": {"home": "1", "overseas": "2"}}]
        found["product_fields"].append(choice)
        found["parameters"].append({"id": "km", "title": {"en": "km", "zh": "运距"}, "values": values, **cited})
        found["rules"][0]["when"] = when

    (line,) = told(tmp_path, change)
    assert line.startswith(f"rules.yaml:rules[scrap-cut-off].when: {fact}")
    assert all(f"'{word}'" in line.partition("Did you mean")[2] for word in near)


def test_words_are_free_where_a_rule_file_has_none_of_their_kind(tmp_path: Path) -> None:
    """Without components of its own a rule file takes those of the workbook; an empty text is where nothing stands."""
    assert told(tmp_path, setting("rules", 0, "when", to="line.component == 'lid' or line.stage == ''")) == []


def test_who_asks_for_a_part_that_cannot_be_read_is_not_to_blame(tmp_path: Path) -> None:
    """One broken field is one problem, however many expressions and cases ask for it."""
    (line,) = told(tmp_path, setting("product_fields", 0, "type", to="integer"))
    assert line.startswith("rules.yaml:product_fields[service_years].type: ")


@pytest.mark.parametrize(
    ("choices", "fact"),
    [
        ("home,overseas", "'home,overseas' is no choice"),
        ("home=", "'home=' is no choice"),
        ("home||overseas", "'' is no choice"),
        ("home=国内|overseas=国内", "'国内' stands here twice"),
        ("home|home=国内", "'home' stands here twice"),
        ("home=国内|国内=市场", "'国内' stands here twice"),
    ],
)
def test_each_choice_is_told_from_every_other(tmp_path: Path, choices: str, fact: str) -> None:
    """A cell holds a word or its caption: two choices cannot share one."""

    def change(found: dict[str, Any]) -> None:
        found["product_fields"][0] |= {"type": "choice", "choices": choices}
        found["declared_units"] = found["declared_units"][:1]

    assert told(tmp_path, change)[0].startswith(f"rules.yaml:product_fields[service_years].choices: {fact}")


@pytest.mark.parametrize(("yes", "no"), [("yes", "no"), ("true", "false")])
def test_a_truth_is_yes_or_true_wherever_it_stands(tmp_path: Path, yes: str, no: str) -> None:
    """Flags, values, expressions and cases take the same words."""
    found = raw()
    cited = {key: found["rules"][0][key] for key in ("clause", "source", "status")}
    found["product_fields"][0]["required"] = yes
    title = {"en": "strict", "zh": "严格"}
    found["parameters"].append({"id": "strict", "title": title, "values": [{"value": no}], **cited})
    found["rules"][0]["when"] = "line.electricity and not parameter.strict and true"
    found["cases"] = [{"rule": "scrap-cut-off", "given": {"line.electricity": yes}, "expect": yes},
                      {"rule": "scrap-cut-off", "given": {"line.electricity": no}, "expect": no}]  # fmt: skip
    path = tmp_path / "rules.yaml"
    path.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    pcr = load(str(path))
    assert (pcr.fields[0].required, failures(pcr)) == (True, ())


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    """Three parts that cannot be used are three problems of one error."""

    def change(found: dict[str, Any]) -> None:
        found["rules"][0]["when"] = "("
        found["checks"][0]["test"] = "line.loss"
        found["parameters"][0]["values"] = []

    parts = [line.split(": ")[0] for line in told(tmp_path, change)]
    assert {
        "rules.yaml:rules[scrap-cut-off].when",
        "rules.yaml:checks[cut-off].test",
        "rules.yaml:parameters[cut_off_mass].values",
    } <= set(parts)


def test_unknown_rules_are_told_with_those_there_are() -> None:
    """A misspelt id is told with the nearest."""
    with pytest.raises(PcrError) as caught:
        path_of("batery-eu-2023")
    assert str(caught.value).startswith(
        "batery-eu-2023: there are no rules 'batery-eu-2023'. Check the name, or give the path of a YAML file; in a "
        "workbook, from its folder. Did you mean 'battery-eu-2023-1542'"
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
    assert [str(failure) for failure in failures(load(str(path)))] == [
        "plain-goods case 1 (rule scrap-cut-off): expected true, got false",
        "plain-goods case 2 (rule no-such-rule): expected true, got there is no such rule",
        "plain-goods case 3 (declared_unit kilogram): expected 1, got missing product.net_mass",
        "plain-goods case 4 (check review): expected true, got not assessed",
        "plain-goods case 6 (rule recycled-content): expected [0.5, 0.5], got [0.75, 0.25]",
    ]


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
    (failure,) = failures(load(str(path)))
    told = "plain-goods case 1 (declared_unit kilogram): expected 1, got no value: 1 / 0 has no finite value"
    assert str(failure) == told
