"""What a supplier's PACT or Catena-X file says, by one set of names, and what it contradicts in itself."""

from __future__ import annotations

import json
import runpy
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint import publishing
from footprint.messages import LANGUAGES, label
from footprint.publish.outgoing import pcf, supplied
from footprint.publish.outgoing.statement import gate

TESTS = Path(__file__).parent
CONTRACT = runpy.run_path(str(TESTS / "contracts" / "test_outgoing.py"))
SOUND = runpy.run_path(str(TESTS / "test_outgoing_pact.py"))["sound"]
CATENA = TESTS.parents[1] / "shared/data/catenax"
FORMATS = {"pact.json": "pact 3", "catena-x.json": "catena-x 10", "catena-x-9.json": "catena-x 9"}
shares = st.floats(0.001, 1000)


def written(tmp_path: Path, made: dict[str, Any], name: str) -> dict[str, Any]:
    order = CONTRACT["folder"](tmp_path, made)._replace(level="customer")
    found: dict[str, Any] = json.loads(publishing.contents(order, [name], "zh")[name])
    return found


def read(document: dict[str, Any]) -> supplied.Supplied:
    found = supplied.supplied(document, "supplier.json")
    assert found is not None
    return found


@pytest.mark.parametrize("name", FORMATS)
@given(scale=shares, extra=st.dictionaries(st.sampled_from(["land_use_change", "aircraft", "unsplit"]), shares))
def test_what_is_written_is_read_back_as_the_same_numbers(
    name: str, scale: float, extra: dict[str, float], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Total, parts, mass, carbon, period, shares and ids survive the way through each format."""
    made = CONTRACT["document"]()
    for entry in made["ledger"]:
        entry["classes"] = {name: value * scale for name, value in entry["classes"].items()}
        entry["value"] *= scale
    for key, value in extra.items():
        made["ledger"][0]["classes"][key] = made["ledger"][0]["classes"].get(key, 0.0) + value
        made["ledger"][0]["value"] += value
    CONTRACT["left_out"](made, 0.004)
    parts = pcf.parts(gate(made))
    document = written(tmp_path_factory.mktemp("x"), made, name)
    assert supplied.recognised(document) == FORMATS[name]
    assert supplied.faults(document, name) == []
    told = read(document)
    assert (
        told.total == sum(value for key, value in told.classes.items() if key != "biogenic_uptake") == parts.excluding
    )
    assert told.classes.get("biogenic_uptake", 0) == (parts.uptake or 0)
    assert told.classes.get("aircraft") == parts.aircraft
    assert told.classes.get("fossil", 0) + told.classes.get("aircraft", 0) == parts.added["fossil"]
    assert (told.start, told.end, told.valid_until) == ("2024-01-01", "2024-12-31", "2027-06-30")
    assert (told.unit, told.region, told.status) == ("item", "CN", "Deprecated")
    assert (told.outbound, told.mass) == (parts.outbound, pcf.significant(gate(made).mass))
    assert told.fossil_carbon == 10
    assert told.exempted_share == Decimal("0.004")
    assert told.primary_share == pcf.percent(gate(made).primary or 0.0) / 100
    assert set(told.scores.values()) == {2}
    assert told.gwp_sets[-1] == "AR6"
    assert told.packaging is False
    assert told.company == "Example Co."


def test_amounts_of_several_units_are_divided() -> None:
    made = SOUND()
    made["pcf"]["declaredUnitAmount"] = "12"
    told = read(made)
    assert told.total == Decimal("5.05") / 12
    assert told.mass == Decimal("2.5") / 12
    assert told.classes["fossil"] == Decimal("4.79") / 12
    assert told.classes["technological_removal"] == Decimal("-0.03") / 12


def test_parts_that_miss_the_total_are_listed_and_the_total_counts() -> None:
    """A published example says 5.14 of parts that make 4.804."""
    made = SOUND()
    made["pcf"] |= {"pcfExcludingBiogenicUptake": "5.14", "pcfIncludingBiogenicUptake": "3.14"}
    assert [p.code for p in supplied.faults(made, "x")] == ["exchange-sum"]
    assert read(made).classes == {"unsplit": Decimal("5.14"), "biogenic_uptake": Decimal("-2.00")}


def older() -> dict[str, Any]:
    """Return a footprint of PACT 2."""
    return {
        "id": "0f0a9c1e-4b5d-4c3e-8f7a-123456789abc", "specVersion": "2.2.0", "version": 1, "status": "Active",
        "created": "2024-05-01T00:00:00Z", "companyName": "Old Co.", "companyIds": ["urn:example:company:2"],
        "productDescription": "Solvent", "productIds": ["urn:example:product:s"], "productNameCompany": "S",
        "productCategoryCpc": "1", "comment": "",
        "pcf": {
            "declaredUnit": "liter", "unitaryProductAmount": "12", "pCfExcludingBiogenic": "1.63",
            "pCfIncludingBiogenic": "1.5", "fossilGhgEmissions": "1.5", "fossilCarbonContent": "0.1",
            "biogenicCarbonContent": "0.2", "biogenicCarbonWithdrawal": "-0.7", "dLucGhgEmissions": "0.03",
            "aircraftGhgEmissions": "0.1", "characterizationFactors": "AR5",
            "referencePeriodStart": "2023-01-01T00:00:00Z", "referencePeriodEnd": "2024-01-01T00:00:00Z",
            "geographyRegionOrSubregion": "Western Europe", "exemptedEmissionsPercent": 3.0,
            "primaryDataShare": 56.12, "packagingEmissionsIncluded": True,
            "dqi": {"technologicalDQR": 2.0, "geographicalDQR": 2.0, "temporalDQR": 2.0},
        },
    }  # fmt: skip


def test_version_2_states_one_unit_and_rates_on_another_scale() -> None:
    told = read(older())
    assert supplied.faults(older(), "x") == []
    assert (told.format, told.unit, told.total, told.region) == ("pact 2", "L", Decimal("1.63"), "Western Europe")
    assert told.classes == {
        "fossil": Decimal("1.4"), "aircraft": Decimal("0.1"), "land_use_change": Decimal("0.03"),
        "unsplit": Decimal("0.10"), "biogenic_uptake": Decimal("-0.7"),
    }  # fmt: skip
    assert told.primary_share == Decimal("0.5612")
    assert told.gwp_sets == ("AR5",)
    assert told.scores == {}


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("pCfExcludingBiogenic", None, "exchange-missing"),
        ("pCfExcludingBiogenic", "1.6e0", "exchange-form"),
        ("fossilGhgEmissions", "-1", "exchange-negative"),
        ("biogenicCarbonWithdrawal", "0.7", "exchange-positive"),
        ("referencePeriodEnd", "2022-01-01T00:00:00Z", "exchange-order"),
        ("referencePeriodStart", "2023-01-01", "exchange-form"),
        ("primaryDataShare", 156, "exchange-range"),
        ("unitaryProductAmount", "0", "exchange-zero"),
    ],
)
def test_an_older_file_is_held_against_the_rules_it_has(key: str, value: Any, code: str) -> None:
    made = older()
    made["pcf"][key] = value
    found = supplied.faults(made, "x")
    assert found[0].code == code
    assert str(found[0].place) == f"x:/pcf/{key}" or code == "exchange-missing"
    assert all(found[0].text(lang) for lang in LANGUAGES)


@pytest.mark.parametrize("version", ["9.0.0", "10.0.0_pr993"])
def test_the_examples_of_catena_are_read_with_what_they_contradict(version: str) -> None:
    """They say 2.9 of parts that make 4.3, a carbon content of 0.52 of 0.1 and 0, and a stage that is not included."""
    path = CATENA / version / "Pcf.json"
    if not path.is_file():
        pytest.skip(f"{path} is not here")
    document = json.loads(path.read_text(encoding="utf-8"))
    told = read(document)
    assert (told.total, told.unit, told.region, told.mass) == (Decimal("2.9"), "L", "US-NY", Decimal("0.456"))
    assert told.classes == {"unsplit": Decimal("2.9"), "biogenic_uptake": Decimal(-1)}
    assert (told.start, told.end, told.valid_until) == ("2022-01-01", "2022-12-31", "2022-12-31")
    assert (told.primary_share, {*told.scores.values()}) == (Decimal("0.5612"), {2})
    found = [p.code for p in supplied.faults(document, "x")]
    assert {*found} == {"exchange-sum", "exchange-order", "exchange-without"}


def test_an_older_total_that_its_parts_exceed_is_told() -> None:
    """What a total leaves out of its own parts may be missing from it; one that says more has a part not split."""
    made = older()
    made["pcf"]["dLucGhgEmissions"] = "0.5"
    assert [p.code for p in supplied.faults(made, "x")] == ["exchange-sum"]
    assert read(made).classes["unsplit"] == Decimal("1.63")


@pytest.mark.parametrize(("end", "until"), [("2024-01-01", "2026-12-31"), ("2024-02-29", "2027-02-27")])
def test_pact_is_valid_for_three_years_where_it_does_not_say(end: str, until: str) -> None:
    for made in (older(), SOUND()):
        made["pcf"]["referencePeriodEnd"] = f"{end}T00:00:00Z"
        made.pop("validityPeriodStart", None)
        made.pop("validityPeriodEnd", None)
        assert read(made).valid_until == until


def test_what_is_not_final_is_told_apart() -> None:
    """Withdrawn by its status; a draft of ours by its comment, in either language, whatever its status."""
    made = SOUND()
    assert read(made).states == ()
    assert read({**made, "status": "Deprecated"}).states == ("deprecated",)
    for lang in LANGUAGES:
        draft = {**made, "comment": f"Ours.\n{label('publish-draft', lang)}", "status": "Deprecated"}
        assert read(draft).states == ("draft",)


def test_a_unit_that_nothing_is_counted_in_is_told() -> None:
    made = SOUND()
    made["pcf"]["declaredUnitOfMeasurement"] = "megabit second"
    assert [p.code for p in supplied.faults(made, "x")] == ["supplied-unit"]
    assert supplied.supplied(made, "x") is None


def test_the_flat_version_of_catena_is_read() -> None:
    """The upstream example of 7.0.0 says 2 of parts that make 2.2, is valid before its data end, replaces itself."""
    path = CATENA / "7.0.0" / "Pcf.json"
    if not path.is_file():
        pytest.skip(f"{path} is not here")
    document = json.loads(path.read_text(encoding="utf-8"))
    told = read(document)
    assert (told.format, told.unit, told.total, told.region) == ("catena-x 7", "L", 2, "US-NY")
    assert told.classes == {"unsplit": 2}
    assert (told.outbound, told.mass, told.gwp_sets) == (Decimal("1.5"), Decimal("0.456"), ("AR5",))
    assert {p.code for p in supplied.faults(document, "x")} == {"exchange-itself", "exchange-order", "exchange-sum"}


STRANGE = [
    None, [], {}, "x", {"specVersion": "3.0.0"}, {"specVersion": "1.0.0", "pcf": {}}, {"scopeOfPcfForm": [5]},
    {"scopeOfPcfForm": [{"specVersion": "urn:x:8.0.0"}]},
]  # fmt: skip


@pytest.mark.parametrize("content", STRANGE)
def test_what_is_no_footprint_is_not_recognised(content: Any) -> None:
    assert supplied.recognised(content) == ""


def test_a_footprint_without_total_or_unit_is_no_dataset() -> None:
    for key in ("pcfExcludingBiogenicUptake", "declaredUnitOfMeasurement"):
        made = SOUND()
        del made["pcf"][key]
        assert supplied.supplied(made, "x") is None


def test_answers_of_a_server_are_unwrapped() -> None:
    one, two = SOUND(), older()
    assert supplied.documents({"data": one}) == [one]
    assert supplied.documents({"data": [one, two]}) == supplied.documents([one, two]) == [one, two]
    assert supplied.documents(one) == [one]


extreme = st.sampled_from(["9" * 1_000_000, "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2024-02-29T00:00:00Z"])
junk = (
    extreme
    | st.none()
    | st.booleans()
    | st.floats()
    | st.text()
    | st.lists(st.text(), max_size=2)
    | st.just({"a": [1]})
)
fields = st.sampled_from([*SOUND(), *(f"pcf.{name}" for name in {**SOUND()["pcf"], **older()["pcf"]})])


@given(st.dictionaries(fields.filter(lambda name: name not in {"pcf", "specVersion"}), junk, max_size=4), st.booleans())
def test_junk_in_a_field_breaks_no_reader(changes: dict[str, Any], is_new: bool) -> None:
    """Whatever stands in a field: the file is read or not, its faults are named, and nothing worse happens."""
    made = SOUND() if is_new else older()
    for name, value in changes.items():
        part = made["pcf"] if name.startswith("pcf.") else made
        part[name.removeprefix("pcf.")] = value
    supplied.supplied(made, "x")
    assert all(p.text("zh") for p in supplied.faults(made, "x"))
