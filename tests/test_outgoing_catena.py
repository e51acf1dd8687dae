"""Catena-X: files that the third-party schemas of draft 04 accept, and what those schemas do not ask."""

from __future__ import annotations

import csv
import json
import runpy
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from footprint import publishing
from footprint.errors import PublishError
from footprint.messages import LANGUAGES
from footprint.publish.outgoing import catena_rules, pcf

TESTS = Path(__file__).parent
CONTRACT = runpy.run_path(str(TESTS / "contracts" / "test_outgoing.py"))
DATA = TESTS.parents[1] / "shared/data/catenax"
FILES = {"catena-x.json": ("10.0.0", "10.0.0_pr993"), "catena-x-9.json": ("9.0.0", "9.0.0")}


@pytest.fixture
def order(tmp_path: Path) -> publishing.Order:
    order: publishing.Order = CONTRACT["folder"](tmp_path, CONTRACT["document"]())
    return order._replace(level="customer")


def edited(order: publishing.Order, edit: Callable[[dict[str, Any]], object]) -> publishing.Order:
    path = order.directory / "declaration.json"
    made = json.loads(path.read_text(encoding="utf-8"))
    edit(made)
    path.write_text(json.dumps(made), encoding="utf-8")
    return order


def answers(**told: str) -> Callable[[dict[str, Any]], None]:
    def edit(made: dict[str, Any]) -> None:
        kept = [row for row in made["publication"] if row["key"] not in told]
        made["publication"] = kept + [{"key": k, "value": v, "cell": "Publication!B99"} for k, v in told.items()]

    return edit


def published(order: publishing.Order, name: str = "catena-x.json", lang: str = "en") -> dict[str, Any]:
    made: dict[str, Any] = json.loads(publishing.contents(order, [name], lang)[name])
    return made


def leaves(order: publishing.Order, name: str = "catena-x.json") -> dict[str, Any]:
    return dict(catena_rules.told(published(order, name), name).values)


def upstream(folder: str, name: str) -> dict[str, Any]:
    path = DATA / folder / name
    if not path.is_file():
        pytest.skip(f"{path} is not here")
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", FILES)
def test_the_file_satisfies_the_third_party_schema(order: publishing.Order, name: str, lang: str) -> None:
    edited(order, answers(preceding_ids="0f0a9c1e-4b5d-4c3e-8f7a-123456789abc", comment="A remark"))
    Draft4Validator(upstream(FILES[name][1], "Pcf-schema.json")).validate(published(order, name, lang))


@pytest.mark.parametrize("name", FILES)
def test_what_is_written_breaks_none_of_the_rules_for_reading(order: publishing.Order, name: str) -> None:
    for free in ("yes", "no"):
        edited(order, answers(mass_balancing=free, mass_balance_free="yes", mass_balance_scheme="Example Scheme"))
        made = published(order, name)
        assert catena_rules.faults(made, name, FILES[name][0]) == []
        Draft4Validator(upstream(FILES[name][1], "Pcf-schema.json")).validate(made)


def test_every_field_of_the_third_party_schemas_is_in_the_table() -> None:
    """The table has all leaves of both versions at their place, and asks for what they ask for."""
    for version, folder in FILES.values():
        schema = upstream(folder, "Pcf-schema.json")
        found: dict[str, tuple[str, bool]] = {}
        _walk(schema, schema["components"]["schemas"], [], found)
        rows = catena_rules.table()
        assert found.keys() == rows.keys()
        assert {name: path for name, (path, _) in found.items()} == {name: row.path for name, row in rows.items()}
        major = version.partition(".")[0]
        asked = {name for name, (_, asked) in found.items() if asked}
        assert asked == {name for name, row in rows.items() if {major, "node"} & {*row.needed.split()}}


def _walk(part: dict[str, Any], known: dict[str, Any], path: list[str], found: dict[str, tuple[str, bool]]) -> None:
    def resolved(node: dict[str, Any]) -> dict[str, Any]:
        return known[node["$ref"].rpartition("/")[2]] if "$ref" in node else node  # type: ignore[no-any-return]

    for name, node in part.get("properties", {}).items():
        inner = resolved(resolved(node).get("items", {}))
        if inner.get("properties"):
            _walk(inner, known, [*path, name], found)
        else:
            found[name] = (".".join(path), name in part.get("required", ()))


def test_the_file_keeps_clear_of_the_traps(order: publishing.Order) -> None:
    """Lists of one object, numbers as numbers, packaging not added twice, a region beside the country."""
    made = published(order)
    told = leaves(order)
    assert all(isinstance(part, list) and len(part) == 1 for part in made.values())
    assert isinstance(told["pcfExcludingBiogenicUptake"], float)
    assert (told["geographyCountry"], told["geographyRegionOrSubregion"]) == ("CN", "Eastern Asia")
    assert told["partialFullPcf"] == "Cradle-to-gate"
    assert told["distributionStageIncluded"] is True
    assert not [name for name in told if name.startswith("packaging") and name != "packagingEmissionsIncluded"]
    assert told["referencePeriodEnd"] == "2024-12-31T23:59:59Z"
    assert told["retroOrProspectivePcfType"] == "Retrospective PCF"
    assert told["comment"].startswith("Draft")
    assert told["status"] == "Deprecated"
    assert made["general"] == [{"comment": told["comment"]}]


def test_nine_and_ten_differ_where_they_must(order: publishing.Order) -> None:
    ids = "0f0a9c1e-4b5d-4c3e-8f7a-123456789abc; 1f0a9c1e-4b5d-4c3e-8f7a-123456789abc"
    edited(order, answers(preceding_ids=ids))
    ten, nine = leaves(order), leaves(order, "catena-x-9.json")
    assert ten["precedingPfIds"] == ids.split("; ")
    assert nine["precedingPfIds"] == [{"id": each} for each in ids.split("; ")]
    assert (ten["crossSectoralStandards"], nine["crossSectoralStandards"]) == ("Other", ["Other"])
    assert (nine["freeAttributionInMassBalancing"], nine["massBalancingCertificateScheme"]) == ("not applicable",) * 2
    assert "massBalancingCertificateScheme" not in ten
    assert ten["version"] == nine["version"] == 2


@pytest.mark.parametrize(
    ("edit", "code", "name"),
    [
        (lambda made: made["product"].update(country="XX"), "exchange-country", "catena-x.json"),
        (lambda made: CONTRACT["left_out"](made, 0.11), "exchange-exempted-limit", "catena-x.json"),
        (answers(exempted_share="0.101"), "exchange-exempted-limit", "catena-x-9.json"),
        (answers(mass_balancing="yes"), "exchange-mass-balance", "catena-x-9.json"),
        (answers(waste_incineration=""), "asked-cell", "catena-x.json"),
        (
            lambda made: made["ledger"][0]["classes"].update(technological_removal=-0.01),
            "exchange-removal",
            "catena-x.json",
        ),
    ],
)
def test_what_cannot_be_stated_is_refused_with_its_remedy(
    order: publishing.Order, edit: Callable[[dict[str, Any]], object], code: str, name: str
) -> None:
    with pytest.raises(PublishError) as refused:
        published(edited(order, edit), name)
    assert {p.code for p in refused.value.problems} == {code}
    assert all(p.text(lang) for p in refused.value.problems for lang in LANGUAGES)


def test_mass_balancing_in_ten_needs_no_scheme(order: publishing.Order) -> None:
    edited(order, answers(mass_balancing="yes"))
    assert leaves(order)["massBalancingUsed"] is True


def put(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def mutate(made: dict[str, Any]) -> None:
        *steps, last = path.split(".")
        for step in steps:
            made = made[step][0]
        if value is None:
            made.pop(last)
        else:
            made[last] = value

    return mutate


STAGE = "productLifeCycleStagesAndEmissions.productionStage"
INFO = "pcfAssessmentAndMethodology.pcfAssessmentInformation"
METHOD = "pcfAssessmentAndMethodology.pcfMethodology"
MUTATIONS = [
    (f"{STAGE}.pcfIncludingBiogenicUptake", 1e9, "exchange-sum"),
    (f"{STAGE}.pcfExcludingBiogenicUptake", "5", "exchange-form"),
    (f"{STAGE}.pcfExcludingBiogenicUptake", -1, "exchange-negative"),
    (f"{STAGE}.biogenicCO2Uptake", 3, "exchange-positive"),
    (f"{STAGE}.fossilGhgEmissions", True, "exchange-form"),
    (f"{STAGE}.aircraftGhgEmissions", 1e9, "exchange-part"),
    (f"{INFO}.geography.geographyRegionOrSubregion", None, "exchange-missing"),
    (f"{INFO}.geography.geographyCountry", "China", "exchange-form"),
    (f"{INFO}.boundarySpecifications.exemptedEmissionsPercent", 10.01, "exchange-range"),
    (f"{INFO}.idAndVersion.id", "1", "exchange-form"),
    (f"{INFO}.time.referencePeriodEnd", "2020-01-01T00:00:00Z", "exchange-order"),
    (f"{METHOD}.allocationInForeground.allocationWasteIncineration", None, "exchange-missing"),
    (f"{METHOD}.massBalancingInformation.massBalancingUsed", "no", "exchange-form"),
    (f"{METHOD}.gwpCharacterizationFactorDetails.ipccCharacterizationFactors", "AR6 AR5", "exchange-form"),
    ("scopeOfPcfForm.partialFullPcf", "gate", "exchange-form"),
    ("scopeOfPcfForm.specVersion", "urn:io.catenax.pcf:datamodel:version:8.0.0", "exchange-form"),
    ("companyAndProductInformation.productInformation.declaredUnitAmount", 0, "exchange-zero"),
    ("companyAndProductInformation.companyInformation.companyIds", ["not a uri"], "exchange-form"),
    ("productLifeCycleStagesAndEmissions.packagingStage.packagingPcfExcludingBiogenicUptake", 0.1, "exchange-without"),
    ("general.colour", "green", "exchange-unknown"),
    ("general", {"comment": "no list"}, "exchange-form"),
    ("general", [{}, {}], "exchange-form"),
    ("attestationOfConformance", [{"providerName": "Example"}], "exchange-missing"),
]


@pytest.mark.parametrize(("path", "value", "code"), MUTATIONS)
def test_a_broken_rule_is_named_where_it_is_broken(order: publishing.Order, path: str, value: Any, code: str) -> None:
    made = published(order)
    put(path, value)(made)
    found = catena_rules.faults(made, "supplier.json", "10.0.0")
    pointer = "/" + path.replace(".", "/0/")
    assert code in {p.code for p in found if str(p.place).startswith(f"supplier.json:{pointer}")}
    assert all(p.text("zh") != p.text("en") for p in found)


@pytest.mark.parametrize("version", ["10.0.0", "9.0.0"])
def test_upstream_examples_contradict_their_own_fields(version: str) -> None:
    """Both validate and do not add up: 2.9 is said to be 0.5 + 1.4 + 1.4 + 1; a stage left out has numbers.

    Their validity begins before the period of their data ends.
    """
    folder = dict(FILES.values())[version]
    example = upstream(folder, "Pcf.json")
    Draft4Validator(upstream(folder, "Pcf-schema.json")).validate(example)
    found = catena_rules.faults(example, "Pcf.json", version)
    assert {p.code for p in found} == {"exchange-sum", "exchange-without", "exchange-order"}
    assert Decimal("4.3") in {p.facts.get("total") for p in found}


@pytest.mark.parametrize("content", [None, [], "text", 5, {}, {"general": 5}, {"general": [{"comment": {}}]}])
def test_a_hostile_document_is_faulty_and_nothing_worse(content: Any) -> None:
    found = catena_rules.faults(content, "x.json", "10.0.0")
    assert found
    assert all(p.text(lang) for p in found for lang in LANGUAGES)


names = st.sampled_from(["general", "comment", "productLifeCycleStagesAndEmissions", "productionStage", "x"])
leaves_ = st.none() | st.booleans() | st.floats() | st.text()
parts_ = leaves_ | st.lists(leaves_ | st.dictionaries(names, leaves_))
documents = leaves_ | st.lists(leaves_) | st.dictionaries(names, parts_ | st.lists(st.dictionaries(names, parts_)))


@given(documents)
def test_no_document_breaks_the_reader(content: Any) -> None:
    assert catena_rules.faults(content, "x.json", "9.0.0")


def test_each_country_has_one_subregion() -> None:
    """UN M49 has 17 subregions at the level of the formats; the countries people choose from have one."""
    with (TESTS.parent / "footprint/data/m49.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    codes = [code for row in rows for code in row["countries"].split()]
    assert len(codes) == len(set(codes)) == len(pcf.subregions()) == 248
    words = catena_rules.table()["geographyRegionOrSubregion"].words.split("|")
    assert {row["subregion"] for row in rows} <= set(words)
    assert {
        "CN": "Eastern Asia",
        "DE": "Western Europe",
        "HU": "Eastern Europe",
        "GB": "Northern Europe",
    }.items() <= pcf.subregions().items()
