"""PACT 3.0: files that third-party schemas accept, and rules that find what those schemas let through."""

from __future__ import annotations

import copy
import json
import runpy
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from footprint import publishing, service
from footprint.errors import PublishError
from footprint.messages import LANGUAGES
from footprint.publish.outgoing import pact, pact_rules, pcf
from footprint.publish.outgoing.statement import Gate, Statement

CONTRACT = runpy.run_path(str(Path(__file__).parent / "contracts" / "test_outgoing.py"))
OPENAPI = Path(__file__).parents[2] / "shared/data/pact/openapi_v3_0.yaml"
Footprint = dict[str, Any]


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


def answer(key: str, value: str) -> Callable[[dict[str, Any]], object]:
    return lambda made: made["publication"].append({"key": key, "value": value, "cell": "Publication!B99"})


def published(order: publishing.Order, lang: str = "en") -> Footprint:
    made: Footprint = json.loads(publishing.contents(order, ["pact.json"], lang)["pact.json"])
    return made


def sound() -> Footprint:
    """Return a footprint that breaks no rule, with every part of the sum."""
    return {
        "id": "0f0a9c1e-4b5d-4c3e-8f7a-123456789abc",
        "specVersion": "3.0.3",
        "created": "2025-03-31T00:00:00Z",
        "status": "Active",
        "validityPeriodStart": "2025-03-31T00:00:00Z",
        "validityPeriodEnd": "2027-12-31T23:59:59Z",
        "companyName": "Example Co.",
        "companyIds": ["urn:example:company:1"],
        "productDescription": "Wooden case with fittings",
        "productIds": ["urn:example:product:case"],
        "productNameCompany": "Case",
        "pcf": {
            "declaredUnitOfMeasurement": "piece",
            "declaredUnitAmount": "1",
            "productMassPerDeclaredUnit": "2.5",
            "referencePeriodStart": "2024-01-01T00:00:00Z",
            "referencePeriodEnd": "2025-01-01T00:00:00Z",
            "geographyCountry": "CN",
            "pcfExcludingBiogenicUptake": "5.05",
            "pcfIncludingBiogenicUptake": "3.05",
            "fossilCarbonContent": "0.1",
            "biogenicCarbonContent": "0.545",
            "fossilGhgEmissions": "4.80",
            "landUseChangeGhgEmissions": "0.20",
            "landManagementBiogenicCO2Emissions": "0.10",
            "landManagementBiogenicCO2Removals": "-0.05",
            "technologicalCO2Removals": "-0.02",
            "ccsTechnologicalCO2Capture": "-0.01",
            "biogenicNonCO2Emissions": "0.03",
            "biogenicCO2Uptake": "-2.00",
            "aircraftGhgEmissions": "0.01",
            "packagingEmissionsIncluded": True,
            "packagingGhgEmissions": "0.4",
            "ccsTechnologicalCO2CaptureIncluded": True,
            "ipccCharacterizationFactors": ["AR6"],
            "crossSectoralStandards": ["ISO14067"],
            "productOrSectorSpecificRules": [
                {"operator": "Other", "ruleNames": ["Rules for cases"], "otherOperatorName": "Example Association"}
            ],
            "exemptedEmissionsPercent": "1.5",
            "primaryDataShare": "40",
            "dqi": {"technologicalDQR": "1.5", "geographicalDQR": "2.0", "temporalDQR": "3.0"},
            "verification": {"coverage": "product level", "providerName": "Example Verifier"},
        },
    }


def validator() -> jsonschema.protocols.Validator:
    if not OPENAPI.is_file():
        pytest.skip(f"{OPENAPI} is not here")
    spec = yaml.load(OPENAPI.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    schema = {"$ref": "#/components/schemas/ProductFootprint", "components": spec["components"]}
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("level", ["public", "customer", "verifier"])
def test_the_file_satisfies_the_third_party_schema(order: publishing.Order, level: str, lang: str) -> None:
    validator().validate(published(order._replace(level=level), lang))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_written_breaks_none_of_the_rules_for_reading(order: publishing.Order, lang: str) -> None:
    assert pact_rules.faults(published(order, lang), "pact.json") == []
    assert pact_rules.faults(sound(), "sound.json") == []


def test_the_file_states_what_is_known_and_nothing_else(order: publishing.Order) -> None:
    """The draft says so, what is not split is told, and no field is made up."""
    made = published(order)
    stated = made["pcf"]
    assert made["comment"].startswith("Draft")
    assert "stand under fossil emissions" in made["comment"]
    assert "unknown" in made["comment"]
    assert stated["referencePeriodEnd"] == "2025-01-01T00:00:00Z"  # exclusive: the day after the last one
    assert (stated["geographyCountry"], stated["declaredUnitOfMeasurement"]) == ("CN", "piece")
    assert not {"geographyRegionOrSubregion", "landManagementBiogenicCO2Removals", "verification"} & stated.keys()
    assert stated["dqi"] == {"technologicalDQR": "2.00000", "geographicalDQR": "2.00000", "temporalDQR": "2.00000"}
    assert 0 < Decimal(stated["primaryDataShare"]) < 100
    assert stated["exemptedEmissionsPercent"] == "0.40"
    assert stated["productOrSectorSpecificRules"][0]["otherOperatorName"] == "Example Association"


def complete(made: dict[str, Any]) -> None:
    made["completeness"]["gaps"] = []
    made["result"] |= {"complete": True, "lower_bound": False}


def test_the_verification_is_told_where_somebody_stated_it(order: publishing.Order) -> None:
    edited(order, complete)
    edited(order, lambda made: made["study"].update(issue_date="2025-06-01"))
    for key, value in (
        ("verifier", "Example Verifier"), ("verified_on", "2025-05-31"), ("verification_standard", "ISO 14064-3"),
        ("verification_scope", "product level"),
    ):  # fmt: skip
        edited(order, answer(key, value))
    assert published(order)["pcf"]["verification"] == {
        "coverage": "product level",
        "providerName": "Example Verifier",
        "completedAt": "2025-05-31T00:00:00Z",
        "standardName": "ISO 14064-3",
    }


def test_a_kilogram_of_product_weighs_a_kilogram(order: publishing.Order) -> None:
    """Under a declared unit of mass everything is per kilogram, carbon contents too."""
    unit = {"unit": "kg", "amount": 1.0, "per_item": 642.0}
    made = published(edited(order, lambda made: made["declared_unit"].update(unit)))["pcf"]
    assert (made["declaredUnitOfMeasurement"], made["productMassPerDeclaredUnit"]) == ("kilogram", "1.00000")
    assert made["fossilCarbonContent"] == f"{10 / 642:.7f}"


def drop(key: str) -> Callable[[dict[str, Any]], object]:
    def edit(made: dict[str, Any]) -> None:
        made["publication"] = [row for row in made["publication"] if row["key"] != key]

    return edit


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (lambda made: made["study"].update(gwp_set="EF3.1"), "exchange-gwp"),
        (lambda made: made.pop("data_quality"), "exchange-older"),
        (lambda made: [stage.pop("module") for stage in made["study"]["stages"]], "exchange-gate"),
        (lambda made: made["completeness"]["cut_off"]["by_stage"][0].update(value=None), "exchange-exempted-share"),
        (lambda made: made["completeness"]["gaps"][0].update(stages=["production", "use"]), "exchange-exempted-share"),
        (lambda made: made["completeness"]["gaps"][0].pop("stages"), "exchange-exempted-share"),
        (drop("rules_operator"), "exchange-operator"),
        (lambda made: made["ledger"][0]["classes"].update(biogenic_release=9.0), "exchange-release"),
        (lambda made: made["ledger"][0]["classes"].update(fossil=-900.0), "exchange-negative"),
        (lambda made: made["study"].update(issue_date=None), "asked-row"),
        (lambda made: answer("valid_until", "2028-06-30")(drop("valid_until")(made) or made), "exchange-window"),
        (lambda made: answer("product_ids", "4712345060507")(drop("product_ids")(made) or made), "exchange-form"),
    ],
)
def test_what_cannot_be_stated_is_refused_with_its_remedy(
    order: publishing.Order, edit: Callable[[dict[str, Any]], object], code: str
) -> None:
    with pytest.raises(PublishError) as refused:
        published(edited(order, edit))
    assert {p.code for p in refused.value.problems} == {code}
    assert all(p.text(lang) for p in refused.value.problems for lang in LANGUAGES)


def test_a_share_nobody_could_estimate_is_taken_from_the_publication_sheet(order: publishing.Order) -> None:
    edited(order, lambda made: made["completeness"]["gaps"][0].update(stages=["production"]))
    edited(order, answer("exempted_share", ""))
    with pytest.raises(PublishError) as refused:
        published(order)
    assert [str(p.place) for p in refused.value.problems] == [f"{CONTRACT['SECRET']}.xlsx:Publication!B99"]
    edited(order, drop("exempted_share"))
    made = published(edited(order, answer("exempted_share", "0.02")))["pcf"]
    assert made["exemptedEmissionsPercent"] == "2.00"
    assert "What has no data is not counted." in made["exemptedEmissionsDescription"]
    assert "estimate of the company" in made["exemptedEmissionsDescription"]


@pytest.mark.parametrize(("stated", "shown"), [("0.001", "0.40"), ("0.02", "2.00")])
def test_the_larger_of_two_shares_left_out_is_stated(order: publishing.Order, stated: str, shown: str) -> None:
    """What the workbook estimates is not stated smaller, nor what the company knows besides."""
    made = published(edited(order, answer("exempted_share", stated)))["pcf"]
    assert made["exemptedEmissionsPercent"] == shown
    assert ("estimate of the company" in made["exemptedEmissionsDescription"]) == (shown == "2.00")


def test_what_is_left_out_counts_up_to_the_gate_alone(order: publishing.Order) -> None:
    """A heavy use stage makes it no smaller, what is left out of the use no larger."""
    before = published(order)["pcf"]["exemptedEmissionsPercent"]

    def heavy(made: dict[str, Any]) -> None:
        made["completeness"]["cut_off"]["by_stage"][1]["value"] = 1e6
        use = next(row for row in made["ledger"] if row["stage"] not in {"raw_materials", "production"})
        use["value"] += 1e6
        use["classes"]["fossil"] = use["classes"].get("fossil", 0.0) + 1e6

    assert published(edited(order, heavy))["pcf"]["exemptedEmissionsPercent"] == before == "0.40"


def test_a_draft_is_not_to_be_used_and_what_is_complete_is_active(order: publishing.Order) -> None:
    """No word of the format is nearer to a draft than the one for what recipients should not use."""
    assert published(order)["status"] == "Deprecated"
    assert published(edited(order, complete))["status"] == "Active"


def put(path: str, value: Any) -> Callable[[Footprint], None]:
    def mutate(made: Footprint) -> None:
        *steps, last = path.split(".")
        for step in steps:
            made = made[step]
        if value is None:
            del made[last]
        else:
            made[last] = value

    return mutate


MUTATIONS = [  # field, its value (None: left out), the rule broken, its place: all that two public schemas let through
    ("pcf.pcfExcludingBiogenicUptake", "abc", "exchange-form", "/pcf/pcfExcludingBiogenicUptake"),
    ("pcf.pcfExcludingBiogenicUptake", "1e-3", "exchange-form", "/pcf/pcfExcludingBiogenicUptake"),
    ("pcf.declaredUnitAmount", "0", "exchange-zero", "/pcf/declaredUnitAmount"),
    ("pcf.fossilGhgEmissions", "-5", "exchange-negative", "/pcf/fossilGhgEmissions"),
    ("pcf.biogenicCO2Uptake", "+5", "exchange-positive", "/pcf/biogenicCO2Uptake"),
    ("pcf.biogenicCO2Uptake", "50", "exchange-positive", "/pcf/biogenicCO2Uptake"),
    ("pcf.declaredUnitAmount", "12abc", "exchange-form", "/pcf/declaredUnitAmount"),
    ("pcf.primaryDataShare", None, "exchange-missing", "/pcf/primaryDataShare"),
    ("pcf.packagingEmissionsIncluded", None, "exchange-missing", "/pcf/packagingEmissionsIncluded"),
    ("pcf.ccsTechnologicalCO2CaptureIncluded", None, "exchange-missing", "/pcf/ccsTechnologicalCO2CaptureIncluded"),
    ("validityPeriodEnd", "2028-01-01T00:00:01Z", "exchange-window", "/validityPeriodEnd"),
    ("pcf.pcfIncludingBiogenicUptake", "3.06", "exchange-sum", "/pcf/pcfIncludingBiogenicUptake"),
    ("pcf.pcfExcludingBiogenicUptake", "5.06", "exchange-sum", "/pcf/pcfExcludingBiogenicUptake"),
    ("pcf.colour", "green", "exchange-unknown", "/pcf/colour"),
    ("otherOperatorName", "TfS", "exchange-unknown", "/otherOperatorName"),
    ("id", "12345678-9abc-def0-1234-567812345678", "exchange-form", "/id"),
    ("pcf.productMassPerDeclaredUnit", 2.5, "exchange-form", "/pcf/productMassPerDeclaredUnit"),
    ("productIds", ["4712345060507"], "exchange-form", "/productIds/0"),
    ("created", "2025-03-31T00:00:00", "exchange-form", "/created"),
    ("pcf.geographyRegionOrSubregion", "Eastern Asia", "exchange-together", "/pcf/geographyCountry"),
    ("pcf.declaredUnitAmount", "1\n", "exchange-form", "/pcf/declaredUnitAmount"),
    ("pcf.declaredUnitAmount", "\u0661", "exchange-form", "/pcf/declaredUnitAmount"),
    ("pcf.declaredUnitAmount", "NaN", "exchange-form", "/pcf/declaredUnitAmount"),
    ("created", "2025-02-30T00:00:00Z", "exchange-form", "/created"),
    ("pcf.referencePeriodEnd", "2023-01-01T00:00:00Z", "exchange-order", "/pcf/referencePeriodEnd"),
    ("validityPeriodStart", "2024-12-31T00:00:00Z", "exchange-order", "/validityPeriodStart"),
    ("validityPeriodStart", None, "exchange-missing", "/validityPeriodStart"),
    ("pcf.aircraftGhgEmissions", "4.81", "exchange-part", "/pcf/aircraftGhgEmissions"),
    ("pcf.packagingEmissionsIncluded", False, "exchange-without", "/pcf/packagingGhgEmissions"),
    ("pcf.primaryDataShare", "100.1", "exchange-range", "/pcf/primaryDataShare"),
    ("pcf.dqi", {"technologicalDQR": "0"}, "exchange-range", "/pcf/dqi/technologicalDQR"),
    ("pcf.ipccCharacterizationFactors", ["EF3.1"], "exchange-form", "/pcf/ipccCharacterizationFactors/0"),
    ("pcf.productOrSectorSpecificRules", [{"operator": "Other", "ruleNames": ["A"]}], "exchange-missing",
     "/pcf/productOrSectorSpecificRules/0/otherOperatorName"),
    ("pcf.productOrSectorSpecificRules", [{"operator": "PEF", "ruleNames": []}], "exchange-form",
     "/pcf/productOrSectorSpecificRules/0/ruleNames"),
    ("companyIds", [], "exchange-form", "/companyIds"),
    ("companyName", " ", "exchange-form", "/companyName"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "code", "place"), MUTATIONS)
def test_a_broken_rule_is_named_where_it_is_broken(path: str, value: Any, code: str, place: str) -> None:
    """Each mutation of a sound footprint is found, with its JSON pointer, in both languages."""
    made = sound()
    put(path, value)(made)
    found = pact_rules.faults(made, "supplier.json")
    assert (code, f"supplier.json:{place}") in {(p.code, str(p.place)) for p in found}
    assert all(p.text("zh") != p.text("en") for p in found)


def test_the_schema_lets_through_what_the_rules_find() -> None:
    """Without the rules of this program these mutations pass the third-party schema."""
    check = validator()
    passed = 0
    for path, value, _, _ in MUTATIONS[:16]:
        made = sound()
        put(path, value)(made)
        passed += check.is_valid(made)
    assert passed > 12


def test_null_is_no_value() -> None:
    made = sound()
    made["comment"] = None
    assert [p.code for p in pact_rules.faults(made, "x")] == ["exchange-null"]


@pytest.mark.parametrize("content", [None, [], "text", 5, {}, {"pcf": []}, {"pcf": {"dqi": 3}}, {"id": {"a": 1}}])
def test_a_hostile_document_is_faulty_and_nothing_worse(content: Any) -> None:
    found = pact_rules.faults(content, "x.json")
    assert found
    assert all(p.text(lang) for p in found for lang in LANGUAGES)


EXAMPLES = [  # name, excluding, including, fossil, land-use change, land emission, removal, non-CO2, uptake, true sum
    ("example-1", "0.384", "-1.23", "0.35", "0", "0.004", "0", "0.002", "-1.61", "0.356"),
    ("example-2", "5.14", "-14.22", "4.78", "0", None, "0", "0.024", "-19.36", "4.804"),
    ("example-3", "77.0", "77.0", "77", "0", "0", "0", "0", "0", None),
    ("example-4", "0.42", "0.05", "0.17", "0.2", "0", "0", "0.001", "-0.37", "0.371"),
    ("get-footprint-response", "1.85", "1.63", "1.5", None, "0.6", "-0.4", None, "-1.5", "1.7"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "excl", "incl", "fossil", "luc", "land", "removal", "other", "uptake", "sum_"), EXAMPLES
)
def test_published_examples_break_their_own_formula(
    name: str, excl: str, incl: str, fossil: str, luc: str | None, land: str | None, removal: str, other: str | None,
    uptake: str, sum_: str | None,
) -> None:  # fmt: skip
    """Examples of wbcsd/data-exchange-protocol, spec/v3/examples: of these only the third adds up."""
    made = sound()
    for field in (*pact_rules.CAPTURED, "aircraftGhgEmissions"):
        del made["pcf"][field]
    numbers = {
        "pcfExcludingBiogenicUptake": excl, "pcfIncludingBiogenicUptake": incl, "fossilGhgEmissions": fossil,
        "landUseChangeGhgEmissions": luc, "landManagementBiogenicCO2Emissions": land,
        "landManagementBiogenicCO2Removals": removal, "biogenicNonCO2Emissions": other, "biogenicCO2Uptake": uptake,
    }  # fmt: skip
    for field, value in numbers.items():
        made["pcf"][field] = value
        if value is None:
            del made["pcf"][field]
    found = [p for p in pact_rules.faults(made, name) if p.code == "exchange-sum"]
    assert [str(p.facts["total"]) for p in found if p.facts["key"] == pact_rules.EXCLUDING] == ([sum_] if sum_ else [])


def test_a_company_name_is_written_as_it_is(order: publishing.Order) -> None:
    """Quotes, line breaks, brackets and half a surrogate neither break the file nor run anything."""
    name = '"}],<script>\u2028\ud800=cmd|\n压力泵'
    edited(order, lambda made: made["product"].update(name=name))
    made = published(order)
    assert made["productNameCompany"] == name.replace("\ud800", "?")
    validator().validate(made)


amounts = st.floats(0, 1e6, allow_subnormal=False) | st.sampled_from([0.0, 1e-9, 0.1, 1 / 3, 5e5])
gates = st.builds(
    lambda plus, minus, release, outbound: Gate(
        "item", 2.5, 1.0,
        {**plus, **{name: -value for name, value in minus.items()}, "biogenic_release": release,
         "biogenic_uptake": -release - minus.get("technological_removal", 0.0)},
        {}, None, 0.0, outbound,
    ),
    st.dictionaries(
        st.sampled_from([name for classes in pcf.ADDED.values() for name in classes if "removal" not in name]),
        amounts,
    ),
    st.dictionaries(st.sampled_from(["land_management_removal", "technological_removal"]), amounts),
    amounts,
    st.dictionaries(st.just("fossil"), amounts),
)  # fmt: skip


@given(gates)
def test_rounded_parts_add_up_and_are_read_back_as_the_same_numbers(gate: Gate) -> None:
    """Whatever the classes: sums hold exactly, no part is more than a unit off, and reading gives what was written."""
    parts = pcf.parts(gate)
    unit = max((abs(v) for v in gate.classes.values()), default=0.0) * 10
    step = Decimal(1).scaleb(min(p.as_tuple().exponent for p in parts.added.values() if p is not None))  # type: ignore[type-var]
    for name, classes in pcf.ADDED.items():
        exact = sum(gate.classes.get(each, 0.0) for each in classes)
        assert abs(float(parts.added[name] or 0) - exact) <= float(step) * 1.0000001 + unit * 1e-12
    written = {
        field: pcf.plain(parts.added[part]) for field, part in pact.ADDED.items() if parts.added[part] is not None
    }  # type: ignore[arg-type]
    total = sum(map(Decimal, written.values()), Decimal())
    told = pact_rules.told({"pcf": {**written, pact_rules.EXCLUDING: pcf.plain(parts.excluding)}}, "x")
    assert told.number(pact_rules.EXCLUDING) == total == parts.excluding
    assert parts.including == total + (parts.uptake or 0)
    assert all("e" not in text.lower() and text != "-0" for text in written.values())
    if parts.excluding >= 0 and (parts.uptake or 0) <= 0:
        made = copy.deepcopy(sound())
        for field in (*pact_rules.ADDED, "biogenicCO2Uptake", "aircraftGhgEmissions"):
            made["pcf"].pop(field, None)
        made["pcf"] |= written | {
            pact_rules.EXCLUDING: pcf.plain(parts.excluding), pact_rules.INCLUDING: pcf.plain(parts.including),
        }  # fmt: skip
        if parts.uptake is not None:
            made["pcf"]["biogenicCO2Uptake"] = pcf.plain(parts.uptake)
        assert pact_rules.faults(made, "x") == []


def test_a_standard_is_named_and_its_rules_are_no_sector_rules() -> None:
    """Rules that are a cross-sectoral standard stand there, and those of a product under rules of a sector."""
    pcr = {"id": "pact-3", "version": "1", "layers": ["iso-14067", "pact-3"], "title": {"en": "PACT", "zh": "PACT"}}
    for conforms, named in ((True, ["ISO14067", "PACT-3.0"]), (False, [])):
        document = {"study": {"pcr": pcr}, "conformity": {"conforms": conforms}}
        told = Statement(document, None, {}, {}, "x", "public", draft=False)  # type: ignore[arg-type]
        assert pcf.standards(told, 0) == named
        assert pcf.standards(told, 1) == [name.replace("O14", "O 14") for name in named]
        assert not pcf.is_sectoral(told)


@pytest.mark.parametrize("layers", [["iso-14067", "pact-3"], ["iso-14067", "pef-2021", "sample"]])
def test_no_standard_is_claimed_of_a_result_that_does_not_conform(order: publishing.Order, layers: list[str]) -> None:
    """The rules are named by their own name then; one on climate change alone is no PEF at all."""

    def conforms(made: dict[str, Any]) -> None:
        made["conformity"]["conforms"] = True

    edited(order, lambda made: made["study"]["pcr"].update(layers=layers))
    made = published(order)
    (named,) = made["pcf"]["crossSectoralStandards"]
    assert named.startswith("battery-sample 0.3: ")
    assert "no claim of conformity" in made["comment"]
    assert "ISO14067" in published(edited(order, conforms))["pcf"]["crossSectoralStandards"]
    assert "PEF" not in json.dumps(published(order))


def test_the_formats_that_refuse_are_named(order: publishing.Order) -> None:
    """The others of the same call can go without them."""
    edited(order, lambda made: made["study"].update(gwp_set="EF3.1"))
    with pytest.raises(PublishError) as refused:
        publishing.contents(order, ["catena-x.json", "aas.json", "pact.json"], "en")
    (found,) = refused.value.problems
    assert found.facts["formats"] == "catena-x.json, pact.json"
    assert "catena-x.json, pact.json" in str(found)


@pytest.mark.parametrize(
    "name", ["battery", "transformer", *(pytest.param(n, marks=pytest.mark.slow) for n in ("detergent", "nev", "pv"))]
)
def test_each_example_is_stated_from_cradle_to_gate_or_refused_for_its_warming_potentials(
    name: str, tmp_path: Path
) -> None:
    """Examples under rules with AR6 are written, accepted by the third-party schema; those with EF 3.1 are refused."""
    service.demo(name, tmp_path, "en")
    order: publishing.Order = CONTRACT["folder"](
        tmp_path, json.loads((tmp_path / "declaration.json").read_text("utf-8"))
    )
    for key, value in CONTRACT["ASKED"].items():
        edited(order, answer(key, value))
    edited(order, lambda made: made["product"].update(fossil_carbon_kg=0.01))
    packed = "yes" if name in {"detergent", "pv"} else "no"
    edited(order, lambda made: [row.update(value=packed) for row in made["publication"] if row["key"] == "packaging"])
    edited(order, lambda made: made["study"].update(issue_date="2026-10-01"))
    given_ = order._replace(level="public")
    if name in {"detergent", "transformer"}:
        with pytest.raises(PublishError) as refused:
            published(given_)
        assert {p.code for p in refused.value.problems} == {"exchange-gwp"}
        return
    made = published(given_)
    assert pact_rules.faults(made, "pact.json") == []
    assert Decimal(made["pcf"]["pcfExcludingBiogenicUptake"]) > 0
    validator().validate(made)


def test_what_stands_in_the_way_of_several_formats_is_said_once(order: publishing.Order) -> None:
    """One place, one sentence, however many formats ask."""
    edited(order, lambda made: made["completeness"].pop("cut_off"))
    with pytest.raises(PublishError) as refused:
        publishing.contents(order, ["pact.json", "catena-x.json", "catena-x-9.json"], "en")
    assert [str(p.place) for p in refused.value.problems] == ["declaration.json"]
