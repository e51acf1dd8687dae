"""The vocabulary: all a stranger needs to write rules, and the same table by which rules are read."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from footprint import forms, stock
from footprint.errors import PcrError
from footprint.messages import LANGUAGES
from footprint.rules.cases import failures
from footprint.rules.glossary import glossary
from footprint.rules.load import load
from footprint.rules.show import shown
from footprint.rules.strict import TESTED
from footprint.rules.vocabulary import FUNCTIONS, declining, entries, example

RULES = Path(__file__).parent / "golden" / "pump" / "rules.yaml"
STAND_IN: dict[str, Any] = {
    "truth expression": "product.net_mass > 0", "number expression": "product.net_mass", "text expression": '"sf6"',
    "both": {"en": "x", "zh": "某"}, "yes/no": "yes",
}  # fmt: skip


def raw() -> Any:
    return yaml.load(RULES.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_everything_is_printed_with_its_meaning(lang: str) -> None:
    """Every key, name, function and term stands in the text, with a meaning in the language asked for."""
    text = glossary(lang)
    for entry in entries():
        name = entry.name.partition(".")[2] if entry.kind == "key" else entry.name
        assert re.search(rf"^{re.escape(name)}\b", text, re.MULTILINE)
        assert (entry.meaning_zh if lang == "zh" else entry.meaning_en) in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_words_that_names_can_hold_are_printed_with_them(lang: str) -> None:
    """The same choices that expressions are held to; lists of the file itself by their key."""
    (role,) = (line for line in glossary(lang).splitlines() if line.startswith("line.role "))
    assert all(word in role for word in ("product", "co-product", "internal_return"))
    (stage,) = (line for line in glossary(lang).splitlines() if line.startswith("result.by_stage "))
    assert "stages" in stage
    assert "subtotals" in stage
    for text in ("sf6", "kWh", "YYYY-MM-DD", "no-estimate", "not applicable", "missing product.hours"):
        assert text in glossary(lang)


def test_the_printed_rule_file_is_in_order_and_can_be_calculated(tmp_path: Path) -> None:
    """What stands at the end of the vocabulary loads, passes its cases, prints, and makes a workbook."""
    text = glossary("en")
    path = tmp_path / "my-rules.yaml"
    path.write_text(text[text.index("id: my-rules") :], encoding="utf-8")
    pcr = load(str(path))
    assert failures(pcr) == ()
    assert "my-rules is in order" in stock.pcr_check(str(path), "en")
    assert "生物碳 (biogenic-carbon)" in stock.pcr_check(str(path), "zh")
    named = {str(case[kind]) for case in pcr.cases for kind in TESTED if kind in case}
    assert {part.id for parts in (pcr.rules, pcr.checks, pcr.scenarios, pcr.declared_units) for part in parts} == named
    forms.template(str(path), tmp_path / "book.xlsx", "zh")


def test_rules_print_how_the_result_is_rounded_and_what_the_workbook_must_say(tmp_path: Path) -> None:
    """Figures, rounding, tolerance and fields of the Product sheet are part of what is shown."""
    path = tmp_path / "rules.yaml"
    path.write_text(example().replace("figures: 3", "figures: 4\nround_to: 50\nmass_tolerance: 0.02"), encoding="utf-8")
    en, zh = (shown(load(str(path)), lang) for lang in LANGUAGES[::-1])
    assert "Declared figures: 4; rounded to multiples of 50 kg CO2e; Tolerance of the mass balance: 0.02" in en
    assert "声明值有效数字: 4" in zh
    assert "- product.market: Market (mandatory): home (home), export (export)\n    Where it is sold." in en
    assert "- product.market: 市场 (必备): 国内 (home)、出口 (export)" in zh


def test_every_entry_is_told_in_both_languages_once() -> None:
    """No meaning is empty, none is the same in both, no word stands twice."""
    for entry in entries():
        assert entry.meaning_en.strip(), entry.name
        assert re.search(r"[\u4e00-\u9fff]", entry.meaning_zh), entry.name
    names = [(e.kind, e.name) for e in entries()]
    assert len(names) == len(set(names))
    assert {e.name for e in entries() if e.kind == "function"} == set(FUNCTIONS)


def test_captions_tell_names_apart() -> None:
    """A printed sentence means one thing: no two names have one caption."""
    for lang in LANGUAGES:
        captions = [e.zh if lang == "zh" else e.en for e in entries() if e.kind == "name"]
        assert sorted({c for c in captions if captions.count(c) > 1}) == []


@pytest.mark.parametrize("section", ["file", "declared_units", "stages", "boundaries", "rules", "checks", "sources"])
def test_what_the_table_calls_required_is(section: str, tmp_path: Path) -> None:
    """A part without a required key is refused; that is what the star says."""
    for entry in entries():
        part, _, key = entry.name.partition(".")
        if entry.kind != "key" or part != section or not entry.required:
            continue
        found = raw()
        target = found if section == "file" else found[section][0]
        del target[key]
        path = tmp_path / "rules.yaml"
        path.write_text(json.dumps(found), encoding="utf-8")
        with pytest.raises(PcrError):
            load(str(path))


def test_declining_years_are_a_geometric_sum() -> None:
    """Without a decline it is the number of years; with one, the closed form; nonsense is refused."""
    assert declining(0.0, 30) == 30
    assert declining(0.005, 30) == pytest.approx((1 - 0.995**30) / 0.005)
    assert declining(1.0, 5) == 1
    for rate, years in ((-0.1, 3), (1.1, 3), (0.1, 2.5), (0.1, -1), (0.1, 201)):
        with pytest.raises(ValueError, match="declining"):
            declining(rate, years)
