"""The READMEs say of imports what the program does: every rule, key, constant and field, and a map that reads."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from footprint.layouts.counting import noise, rules
from footprint.layouts.naming import headers, layout
from footprint.messages import label_codes

READMES = {"en": ("README.md", "### Bills of other systems"), "zh": ("README.zh.md", "### 其他系统的物料清单")}


def section(lang: str) -> str:
    """Return the part of a README on imports."""
    name, title = READMES[lang]
    text = (Path(__file__).parents[1] / name).read_text(encoding="utf-8")
    return text.partition(f"{title}\n")[2].partition("\n## ")[0].partition("\n### ")[0]


@pytest.mark.parametrize("lang", READMES)
def test_every_rule_constant_and_field_is_named(lang: str) -> None:
    """What a map may say and what an account may name stands in the README, and no more of it."""
    said = {*re.findall(r"`([a-z][a-z_-]*)`", section(lang))}
    of_rules = {code.removeprefix("import-why-") for code in label_codes() if code.startswith("import-why-")}
    assert {*rules.RULES, *noise.NOISE} <= of_rules
    known = {*of_rules, *layout.CONSTANTS, *headers.types(), *layout.STRUCTURES}
    assert {*of_rules, *layout.CONSTANTS, *headers.types()} <= said
    assert said - known <= {word for words in layout.CONSTANTS.values() for word in words}


@pytest.mark.parametrize("lang", READMES)
def test_the_map_in_the_readme_reads(lang: str, tmp_path: Path) -> None:
    """The example has every part that a map may have, and all its structures."""
    text = re.search(r"```text\n(footprint-map.*?)```", section(lang), re.DOTALL)
    assert text
    (tmp_path / "map.yaml").write_text(text[1], encoding="utf-8")
    found = layout.load(tmp_path / "map.yaml")
    assert all(part for part in (found.columns, found.constants, found.structure, found.units, found.materials,
                                 found.filters, found.sheets))  # fmt: skip
    assert all(structure in text[1] for structure in layout.STRUCTURES)
