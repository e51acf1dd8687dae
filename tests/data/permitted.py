"""The rules for arithmetic with clauses of a test and a permitted cut-off."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import yaml

from footprint.background.open import Background
from footprint.rules.load import load
from footprint.tables.read import read

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("line.py"))))
TWO = "L1 | plate | 8 kg | steel\nL2 | trim | 2 kg | | cut_off={}\n"
CITED = {"clause": "c. 1", "source": "by-hand", "status": "unverified"}
PERMITTED = {"reason": {"en": "Small.", "zh": "占比小。"}, **CITED}
STAGED = [
    {"id": "bom", "when": 'line.sheet == "BOM"', "stage": "raw_materials", "reason": PERMITTED["reason"], **CITED}
]


def check(name: str, test: str, **more: str) -> dict[str, Any]:
    return {"id": name, "test": test, "sentence": {"en": "It holds.", "zh": "成立。"}, **CITED, **more}


def declared(
    workbook: Path, background: Background, *checks: dict[str, Any], permitted: bool = True, **more: Any
) -> Any:
    """Return the declaration of a workbook under the rules for arithmetic with ``checks``, written beside it."""
    raw = yaml.load(LINE.RULES.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
    raw |= {"checks": list(checks), **more}
    if permitted:
        raw["cut_off"] = PERMITTED
    path = workbook.with_name("rules.yaml")
    path.write_text(json.dumps(raw), encoding="utf-8")
    return LINE.document(read(workbook), background, load(str(path)))


def outcomes(document: Any) -> dict[str, str]:
    return {clause["id"]: clause["outcome"] for clause in document["clauses"]}
