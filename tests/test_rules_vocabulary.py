"""The vocabulary: all a stranger needs to write rules, and the same table by which rules are read."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from footprint.errors import PcrError
from footprint.messages import LANGUAGES
from footprint.rules.glossary import glossary
from footprint.rules.load import load
from footprint.rules.vocabulary import FUNCTIONS, declining, entries

RULES = Path(__file__).parent / "golden" / "pump" / "rules.yaml"
STAND_IN: dict[str, Any] = {
    "truth expression": "product.net_mass > 0", "number expression": "product.net_mass", "text expression": '"sf6"',
    "both": {"en": "x", "zh": "某"}, "yes/no": "yes",
}  # fmt: skip


def raw() -> Any:
    return yaml.load(RULES.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_everything_is_printed_with_its_meaning(lang: str) -> None:
    """Every key, name, function and term stands in the text, with a meaning in the language asked for."""
    text = glossary(lang)
    for entry in entries():
        name = entry.name.partition(".")[2] if entry.kind == "key" else entry.name
        assert re.search(rf"^{re.escape(name)}\b", text, re.MULTILINE)
        assert (entry.meaning_zh if lang == "zh" else entry.meaning_en) in text


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
