"""All files say the same: what a file says otherwise than the declaration is found, word or number."""

from __future__ import annotations

import json
import re
import runpy
from decimal import Decimal
from fractions import Fraction
from math import fsum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint import publishing
from footprint.messages import LANGUAGES
from footprint.publish import outgoing
from footprint.publish.outgoing import agreeing
from footprint.publish.outgoing.statement import Statement, gate

CONTRACT = runpy.run_path(str(Path(__file__).parent / "contracts" / "test_outgoing.py"))
ID = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
SINGLE = ("A1", "A2", "A3", "A4", "A5", "B1", "B2", "B3", "B4", "B5", "B6", "B7", "C1", "C2", "C3", "C4", "D")
CHANGES: dict[str, dict[str, str]] = {  # key -> field of the file
    "pact.json": {
        "company": "companyName", "valid_until": "validityPeriodEnd", "issued": "created", "draft": "status",
        "packaging": "packagingEmissionsIncluded", "gate:primary": "primaryDataShare", "country": "geographyCountry",
        "gate:exempted": "exemptedEmissionsPercent", "gate:gwp": "ipccCharacterizationFactors",
        "standard:iso-14067": "crossSectoralStandards",
    },
    "catena-x.json": {
        "company": "companyName", "valid_until": "validityPeriodEnd", "issued": "created", "draft": "status",
        "packaging": "packagingEmissionsIncluded", "gate:primary": "primaryDataShare",
        "gate:exempted": "exemptedEmissionsPercent", "gwp_set": "ipccCharacterizationFactors",
        "standard:iso-14067": "crossSectoralStandards", "pcr": "productOrSectorSpecificRules",
    },
}  # fmt: skip
OTHERS: dict[str, Any] = {
    "companyName": "Other Co.", "validityPeriodEnd": "2027-06-29T23:59:59Z", "created": "2025-04-01T00:00:00Z",
    "status": "Active", "packagingEmissionsIncluded": True, "primaryDataShare": "99.00", "geographyCountry": "DE",
    "exemptedEmissionsPercent": "0.00", "productOrSectorSpecificRules": ["other 1: Other"],
}  # fmt: skip


def truth(made: dict[str, Any], order: publishing.Order) -> agreeing.Reference:
    told = {row["key"]: row["value"] for row in made["publication"]}
    return agreeing.reference(made, Statement(made, gate(made), CONTRACT["COMPANY"], told, ID, "verifier", draft=True))


def replaced(part: Any, field: str, value: Any) -> Any:
    if isinstance(part, dict):
        return {key: value if key == field else replaced(each, field, value) for key, each in part.items()}
    return [replaced(each, field, value) for each in part] if isinstance(part, list) else part


def other(file: str, field: str) -> Any:
    nested = file != "pact.json"
    if field == "ipccCharacterizationFactors":
        return "AR5" if nested else ["AR5"]
    if field == "crossSectoralStandards":
        return "ISO 14067" if nested else ["ISO14067"]
    value = OTHERS[field]
    return float(value) if nested and re.fullmatch(r"[0-9.]+", str(value)) else value


@pytest.mark.parametrize(("file", "key"), [(file, key) for file, keys in CHANGES.items() for key in keys])
def test_what_a_file_says_otherwise_is_found(file: str, key: str, tmp_path: Path) -> None:
    """Each statement beside the numbers is held against the declaration, under its own name."""
    made = CONTRACT["document"]()
    order = CONTRACT["folder"](tmp_path, made)
    content = publishing.contents(order, [file], "en")[file]
    field = CHANGES[file][key]
    right = outgoing.module(file).stated(content)
    wrong = outgoing.module(file).stated(json.dumps(replaced(json.loads(content), field, other(file, field))).encode())
    reference = {**truth(made, order), "id": right["id"]}
    assert [*agreeing.disagreements(reference, {file: right})] == []
    assert key in {p.facts["key"] for p in agreeing.disagreements(reference, {file: wrong})}


@pytest.mark.parametrize("file", ["label.html", "customer.html", "study.html", "report.docx", "battery-cfb.docx"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_documents_state_their_days_and_who_states_them(file: str, lang: str, tmp_path: Path) -> None:
    made = CONTRACT["document"]()
    if file == "battery-cfb.docx":
        made["declared_unit"]["id"] = "kwh-delivered"
    order = CONTRACT["folder"](tmp_path, made)
    stated = outgoing.module(file).stated(publishing.contents(order, [file], lang)[file])
    expected = {"valid_until": "2027-06-30", "issued": made["study"]["issue_date"], "company": "Example Co."}
    without = {"label.html": {"issued", "company"}, "battery-cfb.docx": {"valid_until"}}.get(file, set())
    assert {key: stated.get(key) for key in expected.keys() - without} == {
        key: value for key, value in expected.items() if key not in without
    }


@pytest.mark.parametrize(
    ("stated", "known", "agree"),
    [
        ("0", 0.4, False),
        ("0", 1e-12, False),
        ("0", 0, True),
        ("0E+3", 12, False),
        ("0.00", 0.004, True),
        ("0.00", 0.006, False),
        ("-0", 0, True),
        ("1.00", 1.014, True),
        ("1.00", 1.016, False),
    ],
)
def test_a_zero_hides_nothing(stated: str, known: float, agree: bool) -> None:
    """A zero agrees with what its decimals hide, without decimals with nothing but zero."""
    found = [*agreeing.disagreements({"total": Fraction(known)}, {"x": {"total": Decimal(stated)}})]
    assert (not found) == agree


@pytest.mark.parametrize("name", ["ledger.csv", "ledger.parquet", "report.xlsx", "aas.json", "battery-pass.json"])
def test_a_round_number_is_told_with_all_its_digits(name: str, tmp_path: Path) -> None:
    """Five kilograms do not pass for 5.4, nor nothing for 0.04."""
    made = CONTRACT["document"]()
    made["declared_unit"] |= {"id": "kwh-delivered", "amount": 1.0, "per_item": 1.0}
    for at, entry in enumerate(made["ledger"]):
        entry |= {"value": 0.0 if at else 5.0, "classes": {} if at else {"fossil": 5.0}}
    for stage in made["result"]["by_stage"]:
        stage["value"] = 5.0 if stage["id"] == made["ledger"][0]["stage"] else 0.0
    for row in made["result"]["by_class"]:
        row["value"] = 5.0 if row["id"] == "fossil" else 0.0
    made["result"] |= {"total": 5.0, "per_item": 5.0, "declared": "5.0"}
    order = CONTRACT["folder"](tmp_path, made)
    stated = outgoing.module(name).stated(publishing.contents(order, [name], "en")[name])
    known = truth(made, order)
    for key, value in stated.items():
        if isinstance(value, Decimal) and key in known and not key.startswith(("mass", "gate:mass")):
            off = {key: Fraction(known[key]) + Fraction(4, 100)}
            assert [p.facts["key"] for p in agreeing.disagreements(off, {name: {key: value}})] == [key]


def test_texts_agree_as_every_format_can_write_them() -> None:
    """Line breaks, and characters that a format has to replace, are no disagreement."""
    known = {"company": "A  & B\r\nCo.\u2028 \ud800\x0b"}
    for written in ("A & B Co.? ??", "A & B\nCo.\ufffd \ufffd\ufffd"):
        assert [*agreeing.disagreements(known, {"x": {"company": written}})] == []
    assert [*agreeing.disagreements(known, {"x": {"company": "A & B"}})]


spans = st.sampled_from([*SINGLE, "A1-A2", "A1-A3", "A4-A5", "B1-B7", "B2-B4", "C1-C4", "C2-C4", "A1-A5", "A4-C4"])


@given(
    modules=st.lists(spans, min_size=5, max_size=5),
    values=st.lists(st.floats(-1e8, 1e8, allow_subnormal=False), min_size=5, max_size=5),
)
def test_the_shell_agrees_whatever_the_stages_and_the_size(modules: list[str], values: list[float]) -> None:
    """Several stages of one module, spans beside their parts, a million kilograms beside a gram: each is told."""
    aas = outgoing.module("aas.json")
    made = CONTRACT["document"]()
    stages = made["study"]["stages"]
    for stage, module in zip(stages, modules, strict=True):
        stage["module"] = module
    made["ledger"] = [
        {**made["ledger"][0], "id": stage["id"], "stage": stage["id"], "value": value, "classes": {"fossil": value}}
        for stage, value in zip(stages, values, strict=True)
    ]
    counted = dict(zip((s["id"] for s in stages), values, strict=True))
    made["result"]["by_stage"] = [{"id": i, "title": {}, "value": v, "lines": 1} for i, v in counted.items()]
    unit = made["declared_unit"]
    made["result"]["total"] = fsum(values)
    made["result"]["per_item"] = fsum(values) * unit["per_item"] / unit["amount"]
    told = {row["key"]: row["value"] for row in made["publication"]}
    statement = Statement(made, gate(made), {}, told, ID, "verifier", draft=True)
    stated = aas.stated(aas.render(statement, "en"))
    assert [*aas.problems(statement)] == []
    assert {f"item:module:{module}" for module in modules} <= stated.keys()
    assert [*agreeing.disagreements(agreeing.reference(made, statement), {"aas.json": stated})] == []


def test_a_stage_without_a_module_is_no_phase_of_a_life_cycle(tmp_path: Path) -> None:
    made = CONTRACT["document"]()
    made["study"]["stages"][3]["module"] = ""
    made["study"]["stages"][4]["module"] = "E1-E2"
    with pytest.raises(publishing.PublishError) as refused:
        publishing.contents(CONTRACT["folder"](tmp_path, made), ["aas.json"], "en")
    assert {p.code for p in refused.value.problems} == {"aas-module"}
