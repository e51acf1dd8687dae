"""openLCA's JSON: what a file states is what is counted, in both schemas, and what it lacks is said at its place."""

from __future__ import annotations

import json
import runpy
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from footprint import holdings
from footprint.background import importers, systems
from footprint.background.importers import olca
from footprint.background.importers.asked import Asked, Read
from footprint.cli import main
from footprint.engine.compile import intensities
from footprint.errors import DatabaseError

TESTS = Path(__file__).parents[1]
OLCA = SimpleNamespace(**runpy.run_path(str(TESTS / "data" / "olca.py")))
SHARED = TESTS.parents[1] / "shared"
flow, process, made, used, exchange, share = OLCA.flow, OLCA.process, OLCA.made, OLCA.used, OLCA.exchange, OLCA.share
Json = dict[str, Any]
Write = Callable[..., Path]

AIR = "Elementary flows/Emission to air/unspecified"
CO2 = flow("Carbon dioxide, fossil", OLCA.ELEMENTARY, category=AIR)
STEEL, SLAG, CAR = flow("steel"), flow("slag"), flow("car", measured="items")
SCRAP = flow("scrap", OLCA.WASTE)
PHYSICAL, ECONOMIC, CAUSAL = "PHYSICAL_ALLOCATION", "ECONOMIC_ALLOCATION", "CAUSAL_ALLOCATION"


def out(amount: float | None, **more: Any) -> Json:
    """Return an emission of fossil CO2 [kg]."""
    return exchange(CO2, amount, **more)


MILL = process("mill", made(STEEL), out(2.0))


@pytest.fixture
def packed(tmp_path: Path) -> Write:
    """Write a package and return where; the flows of this module are in it."""

    def write(*entities: Json, schema: int = 2, name: str = "package") -> Path:
        return OLCA.package(tmp_path / name, CO2, STEEL, SLAG, CAR, SCRAP, *entities, schema=schema)

    return write


def scores(read: Read) -> dict[str, float]:
    """Return kg CO2e per unit of each dataset, by its code."""
    solution = intensities(systems.system(read.source, "AR6"))
    return {code: sum(impact.values()) for code, impact in solution.impact.items()}


def gaps(read: Read) -> dict[str, str]:
    """Return why each gap is one, by its name."""
    return {row["name_en"]: row["note"] for row in read.source.activities if row["kind"] == "gap"}


def told(read: Read) -> list[str]:
    """Return the codes of what is told of an import."""
    return [notice.code for notice in read.notices]


def taken(path: Path, **asked: Any) -> Read:
    return importers.read(path, Asked(**asked))


def refused(path: Path, **asked: Any) -> str:
    with pytest.raises(DatabaseError) as caught:
        taken(path, **asked)
    assert caught.value.text("zh")
    return str(caught.value)


# --- the package


@pytest.mark.parametrize("schema", [1, 2])
@pytest.mark.parametrize("name", ["package", "package.zip"])
def test_both_schemas_folders_and_zips_are_one_database(packed, schema, name):
    """Names of fields, a folder or a zip: the content is the same, and so is its checksum."""
    car = process("plant", made(CAR), used(STEEL, 900.0, "mill"), category="vehicles/cars")
    new = taken(packed(MILL, car, name="new"), id="x").source
    same = taken(packed(MILL, car, schema=schema, name=name), id="x").source
    assert [dict(row) for row in same.exchanges] == [dict(row) for row in new.exchanges]
    kept = [key for key in new.activities[0] if key != "citation"]
    assert [[row[key] for key in kept] for row in same.activities] == [
        [row[key] for key in kept] for row in new.activities
    ]
    assert scores(taken(packed(MILL, car, schema=schema, name=name))) == {"mill": 2.0, "plant": 1800.0}


def test_a_package_below_other_folders_is_found(tmp_path):
    """Zips of a folder have it as the first part of every name."""
    with zipfile.ZipFile(tmp_path / "x.bin", "w") as archive:
        for name, content in OLCA.files([CO2, STEEL, MILL]):
            archive.writestr(f"export 2023/{name}", content)
    assert scores(taken(tmp_path / "x.bin")) == {"mill": 2.0}


def test_folders_may_be_called_anything(packed, tmp_path):
    """Files whose folder says nothing are told by their type."""
    for path in packed(MILL).rglob("*.json"):
        path.rename(tmp_path / f"{path.parent.name}-{path.name}")
    for folder in (tmp_path / "package").iterdir():
        folder.rmdir()
    (tmp_path / "package").rmdir()
    assert scores(taken(tmp_path)) == {"mill": 2.0}


@pytest.mark.parametrize(
    "written",
    [
        lambda found: json.dumps(found, indent=4, sort_keys=True).encode(),
        lambda found: b"\xef\xbb\xbf" + json.dumps(found).encode(),
        lambda found: json.dumps(found, ensure_ascii=False).encode("utf-16"),
    ],
)
def test_however_the_json_is_written(packed, written):
    """Indented, sorted, with a mark of its encoding, in another one."""
    path = packed(MILL) / "processes" / "mill.json"
    path.write_bytes(written(json.loads(path.read_bytes())))
    assert scores(taken(path.parents[1])) == {"mill": 2.0}


def test_one_file_of_a_process_is_a_package(tmp_path):
    """References say what their flows are, where no file does."""
    flows = {"flow": OLCA.reference("Flow", "co2", flowType=OLCA.ELEMENTARY, category=AIR) | {"name": "Carbon dioxide"}}
    path = tmp_path / "one.json"
    path.write_text(json.dumps(process("mill", made(STEEL, unit="t"), out(2000.0, unit="kg") | flows)), "utf-8")
    assert importers.importer("olca").sniff(path)
    assert scores(taken(path)) == {"mill": 2000.0}
    assert taken(path).source.activities[0]["unit"] == "t"


def test_a_database_of_openlca_itself_is_told(tmp_path):
    """A ``.zolca`` is no export: what to do is said."""
    with zipfile.ZipFile(tmp_path / "x.zolca", "w") as archive:
        archive.writestr("service.properties", b"#")
        archive.writestr("seg0/c10.dat", b"\0" * 9)
    assert "[olca-zolca]" in refused(tmp_path / "x.zolca")


def test_files_that_are_no_json_are_all_told(packed):
    """Each with its name; nothing is imported."""
    path = packed(MILL)
    (path / "processes" / "a.json").write_bytes(b"{")
    (path / "processes" / "b.json").write_bytes(b"[" * 100_000)
    (path / "processes" / "c.json").write_bytes(b"[]")
    (path / "flows" / "d.json").write_bytes(b'{"x": ' + b"1" * 5000 + b"}")
    said = refused(path)
    assert said.count("[olca-json]") == 4
    assert all(f"{name}.json: " in said for name in "abcd")


def test_libraries_and_uncertain_parameters_are_told(packed):
    """What a package does not hold, and what is not carried on."""
    uncertain = parameter("p", 1.0) | {"uncertainty": {"distributionType": "UNIFORM_DISTRIBUTION", "minimum": 0}}
    path = packed(MILL | {"parameters": [uncertain]}, uncertain)
    (path / "openlca.json").write_text('{"schemaVersion": 2, "libraries": [{"id": "lib 1.0"}]}', "utf-8")
    read = taken(path)
    assert sorted(told(read)) == ["olca-libraries", "olca-parameters"]
    assert [notice.facts for notice in read.notices] == [{"names": "lib 1.0"}, {"count": 2}]


@pytest.mark.parametrize("schema", [1, 2])
def test_a_protected_package_is_passed_on_by_licence_holders_alone(packed, schema):
    """One process that says so is enough."""
    key = "isCopyrightProtected" if schema == 2 else "copyright"
    free = taken(packed(MILL | {"processDocumentation": {key: False}}, schema=schema))
    assert free.source.meta["licensed"] == "no"
    read = taken(packed(MILL | {"processDocumentation": {key: True}}, schema=schema))
    assert (read.source.meta["licensed"], told(read)) == ("yes", ["olca-copyright"])


# --- linking


def test_a_named_supplier_comes_before_all_others(packed):
    """Of two mills, the one that is named; where none is named, none is guessed."""
    other = process("other mill", made(STEEL), out(5.0))
    assert scores(taken(packed(MILL, other, process("p", made(CAR), used(STEEL, 1.0, "other mill")))))["p"] == 5.0
    assert "[inventory-several]" in refused(packed(process("p", made(CAR), used(STEEL, 1.0))))


def test_a_supplier_that_is_not_there_or_makes_something_else_is_told(packed):
    """The flow says what is consumed: never something else because of a wrong supplier."""
    wrong = process("p", made(CAR), used(STEEL, 1.0, "slagger"), used(SLAG, 1.0, "nowhere"))
    read = taken(packed(MILL, process("slagger", made(SLAG), out(7.0)), wrong))
    assert scores(read)["p"] == 9.0
    assert {"olca-supplier", "inventory-supplier"} <= set(told(read))


def test_what_nobody_makes_stops_the_import_or_is_a_gap(packed):
    """It is told with its file and exchange."""
    path = packed(process("p", made(CAR), used(STEEL, 900.0), out(1.0)))
    assert "package/processes/p.json:exchange 2: no dataset makes 'steel' (kg, -)" in refused(path)
    read = taken(path, allow_unlinked=True)
    assert gaps(read) == {"steel": "inventory-unlinked"}


def test_a_result_supplies_as_a_process_does(packed):
    """A stored result of flows, or of the impact that is asked for, is a dataset; one of neither is told."""
    rows = [{"flow": OLCA.reference("Flow", "scrap"), "amount": 1.0, "isInput": True, "isRefFlow": True}]
    gas = {"flow": OLCA.reference("Flow", CO2["@id"]), "amount": 3.0}
    impact = {"indicator": OLCA.reference("ImpactCategory", "category-gwp"), "amount": 21.0}
    method = OLCA.category("gwp", {"co2": 1.0}, {"co2": CO2})
    plant = process("p", made(CAR), used(SCRAP, 2.0, "treated"), out(0.0))
    full = OLCA.reference("Result", "treated", flowResults=[*rows, gas], impactResults=[impact])
    path = packed(method, full, plant)
    assert scores(taken(path))["p"] == 6.0
    assert scores(taken(path, method="gwp"))["p"] == 42.0
    bare = packed(plant, OLCA.reference("Result", "treated", flowResults=rows, impactResults=[impact]), name="bare")
    assert "olca-result-empty" in told(taken(bare, allow_unlinked=True))
    assert "[inventory-unlinked]" in refused(bare)


def test_a_product_system_as_supplier_is_its_process_and_told(packed):
    """Its own links and parameters do not count; it is said."""
    system = OLCA.reference("ProductSystem", "s", refProcess=OLCA.reference("Process", "mill"))
    read = taken(packed(MILL, system, process("p", made(CAR), used(STEEL, 2.0, "s"))))
    assert scores(read)["p"] == 4.0
    assert {"olca-system", "olca-unread"} <= set(told(read))


def test_product_systems_that_nobody_uses_are_not_even_read(packed):
    """They may be larger than everything else together."""
    path = packed(MILL, OLCA.reference("ProductSystem", "s"))
    (path / "product_systems" / "s.json").write_bytes(b"[" * 1000)
    read = taken(path)
    assert (scores(read), told(read)) == ({"mill": 2.0}, ["olca-unread"])


# --- directions


def test_wastes_and_credits_have_their_signs(packed):
    """A waste is treated where it goes in; what is avoided counts against, whatever direction it is written in."""
    treated = process("treated", made(SCRAP), out(0.5))
    plain = process("p", made(CAR), used(SCRAP, 2.0), out(1.0))
    credited = process("q", made(CAR), used(SCRAP, 2.0, isAvoidedProduct=True), out(1.0))
    turned = process("r", made(CAR), exchange(SCRAP, 2.0, into=True, isAvoidedProduct=True), out(1.0))
    product = process("s", made(CAR), exchange(STEEL, 3.0, into=False, isAvoidedProduct=True), out(1.0))
    found = scores(taken(packed(MILL, treated, plain, credited, turned, product)))
    assert found == {"mill": 2.0, "treated": 0.5, "p": 2.0, "q": 0.0, "r": 0.0, "s": -5.0}


def test_negative_amounts_mean_the_other_direction(packed):
    """A negative output is consumed, a treatment with a negative output supplies negative inputs."""
    treatment = process("treatment", made(SLAG, -1.0), out(0.5))
    user = process("p", made(CAR), used(SLAG, -2.0), exchange(STEEL, -3.0))
    assert scores(taken(packed(MILL, treatment, user)))["p"] == 2 * 0.5 + 3 * 2.0


def test_wastes_of_old_databases_go_to_who_takes_them(packed):
    """Older exports know no wastes: a treatment is run for an input, and its user gives the product out to it."""
    treatment = process("t", exchange(SLAG, 2.0, into=True, isQuantitativeReference=True), out(1.0))
    to_it = {"defaultProvider": OLCA.reference("Process", "t")}
    read = taken(packed(treatment, process("p", made(CAR), exchange(SLAG, 4.0, **to_it))))
    assert scores(read)["p"] == 2.0
    assert "olca-reference-against" in told(read)


def test_an_output_is_avoided_only_where_the_file_says_so(packed):
    """A supplier that makes the same takes nothing: the output is a product that shares, and it is told."""
    slag = process("s", made(SLAG), out(2.0))
    shares = [share(STEEL, 0.5), share(SLAG, 0.5)]
    more = {"allocationFactors": shares, "defaultAllocationMethod": PHYSICAL}
    to_it = {"defaultProvider": OLCA.reference("Process", "s")}
    read = taken(packed(slag, process("mill", made(STEEL), exchange(SLAG, 1.0, **to_it), out(6.0), **more)))
    assert scores(read) == {"s": 2.0, "mill_steel": 3.0, "mill_slag": 3.0}
    assert "olca-output-supplied" in told(read)
    avoided = exchange(SLAG, 1.0, isAvoidedProduct=True, **to_it)
    assert scores(taken(packed(slag, process("mill", made(STEEL), avoided, out(6.0)))))["mill"] == 4.0


def test_a_process_without_a_reference_has_its_only_product(packed):
    """It is told; of several products none is the reference, and whoever uses them lacks them."""
    bare = exchange(STEEL, 1.0)
    read = taken(packed(process("mill", bare, out(2.0))))
    assert scores(read) == {"mill": 2.0}
    assert "olca-reference" in told(read)
    several = process("mill", bare, exchange(SLAG, 1.0), out(2.0))
    read = taken(packed(several, process("p", made(CAR), used(STEEL, 1.0))), allow_unlinked=True)
    assert "inventory-no-product" in told(read)
    assert gaps(read) == {"steel": "inventory-unlinked"}


def test_a_flow_that_is_made_twice_is_one_product(packed):
    """Two outputs of one flow add up."""
    assert scores(taken(packed(process("mill", made(STEEL, 1.0), exchange(STEEL, 3.0), out(2.0))))) == {"mill": 0.5}


def test_own_use_is_a_loop(packed):
    """A fifth of the output used inside means 1/0.8 of everything."""
    assert scores(taken(packed(process("mill", made(STEEL), used(STEEL, 0.2), out(2.0)))))["mill"] == pytest.approx(2.5)


# --- allocation

SHARES = (
    share(STEEL, 0.75), share(SLAG, 0.25), share(STEEL, 0.9, ECONOMIC), share(SLAG, 0.1, ECONOMIC),
    share(STEEL, 1.0, CAUSAL, 3), share(SLAG, 0.0, CAUSAL, 3),
    share(STEEL, 0.5, CAUSAL, 4), share(SLAG, 0.5, CAUSAL, 4),
)  # fmt: skip


def joint(*factors: Json, **more: Any) -> Json:
    """Return a process of two products that gives off 1 kg and 2 kg of CO2."""
    return process(
        "mill", made(STEEL), exchange(SLAG, 2.0), out(1.0), out(2.0), allocationFactors=list(factors), **more
    )


@pytest.mark.parametrize(
    ("method", "steel", "slag"),
    [
        (PHYSICAL, 2.25, 0.375),
        (ECONOMIC, 2.7, 0.15),
        (CAUSAL, 2.0, 0.5),
    ],
)
@pytest.mark.parametrize("schema", [1, 2])
def test_products_share_as_the_default_method_says(packed, method, steel, slag, schema):
    """Physical, economic and causal factors stand in one file; one method counts, per unit of each product."""
    read = taken(packed(joint(*SHARES, defaultAllocationMethod=method), schema=schema))
    assert scores(read) == pytest.approx({"mill_steel": steel, "mill_slag": slag})
    assert all(method in row["note"] for row in read.source.activities)


def test_methods_may_be_called_by_their_first_word(packed):
    """As the oldest exports do."""
    factors = [share(STEEL, 0.75, "PHYSICAL"), share(SLAG, 0.25, "PHYSICAL"), share(STEEL, 1.0, "ECONOMIC")]
    read = taken(packed(joint(*factors, defaultAllocationMethod="PHYSICAL")))
    assert scores(read) == {"mill_steel": 2.25, "mill_slag": 0.375}
    assert scores(taken(packed(joint(*factors[:2], defaultAllocationMethod="NONE")))) == {"mill_steel": 3.0}


def test_avoided_products_and_wastes_are_shared_too(packed):
    """Three quarters of what is given off, and of what is avoided."""
    p = process(
        "p", made(CAR), exchange(SLAG, 1.0), out(2.0), exchange(STEEL, 0.5, isAvoidedProduct=True),
        allocationFactors=[share(CAR, 0.75), share(SLAG, 0.25)], defaultAllocationMethod=PHYSICAL,
    )  # fmt: skip
    assert scores(taken(packed(process("mill", made(STEEL), out(1.5)), p)))["p_car"] == 0.9375


def test_a_waste_that_is_taken_is_a_product_that_shares(packed):
    """A process run for a product and for the waste it takes: both are datasets."""
    p = process(
        "p", made(CAR), exchange(SCRAP, 4.0, into=True), out(2.0),
        allocationFactors=[share(CAR, 0.25, ECONOMIC), share(SCRAP, 0.75, ECONOMIC)], defaultAllocationMethod=ECONOMIC,
    )  # fmt: skip
    assert scores(taken(packed(p))) == {"p_car": 0.5, "p_scrap": 0.375}


@pytest.mark.parametrize(
    "more", [{}, {"defaultAllocationMethod": "NO_ALLOCATION"}, {"defaultAllocationMethod": ECONOMIC}]
)
def test_without_factors_the_reference_bears_everything(packed, more):
    """Its co-product is a gap for whoever uses it, and both are told."""
    path = packed(joint(**more), process("p", made(CAR), used(SLAG, 1.0)))
    assert "[inventory-no-share]" in refused(path)
    read = taken(path, allow_unlinked=True)
    assert scores(read)["mill_steel"] == 3.0
    assert gaps(read) == {"slag": "inventory-no-share"}
    assert {"inventory-all-to-first", "inventory-no-share"} <= set(told(read))


def test_a_named_supplier_without_a_share_is_not_replaced_by_another(packed):
    """Somebody else makes the same: the input still lacks what it names."""
    others = process("slagger", made(SLAG), out(9.0)), process("p", made(CAR), used(SLAG, 1.0, "mill"))
    read = taken(packed(joint(), *others), allow_unlinked=True)
    assert scores(read)["p"] == 0.0
    assert gaps(read) == {"slag": "inventory-no-share"}


def test_factors_without_a_default_method(packed):
    """Factors of one method alone are what the file says; of several, none is chosen, as in openLCA; both are told."""
    read = taken(packed(joint(*SHARES[:2])))
    assert scores(read) == {"mill_steel": 2.25, "mill_slag": 0.375}
    assert "olca-allocation-only" in told(read)
    read = taken(packed(joint(*SHARES)))
    assert scores(read) == {"mill_steel": 3.0}
    assert {"olca-allocation-which", "inventory-all-to-first"} <= set(told(read))
    read = taken(packed(joint(*SHARES[:2], defaultAllocationMethod="NO_ALLOCATION")))
    assert scores(read) == {"mill_steel": 3.0}


def test_factors_that_are_all_nought_are_none(packed):
    """They stand so before anybody states them: nothing loses its emissions by them."""
    nought = [share(each, 0.0) for each in (STEEL, SLAG)]
    read = taken(packed(joint(*nought, defaultAllocationMethod=PHYSICAL)))
    assert scores(read) == {"mill_steel": 3.0}
    assert "olca-shares-nought" in told(read)
    causal = [share(each, 0.0, CAUSAL, at) for each in (STEEL, SLAG) for at in (3, 4)]
    read = taken(packed(joint(*causal, defaultAllocationMethod=CAUSAL)))
    assert scores(read) == {"mill_steel": 3.0}
    assert "olca-causal-nought" in told(read)


def test_exchanges_without_a_causal_factor_are_the_references(packed):
    """And a factor that is left out beside others that make up the whole is nought."""
    factors = [share(STEEL, 0.5, CAUSAL, 3), share(SLAG, 0.5, CAUSAL, 3)]
    read = taken(packed(joint(*factors, defaultAllocationMethod=CAUSAL)))
    assert scores(read) == {"mill_steel": 2.5, "mill_slag": 0.25}
    assert "olca-causal-free" in told(read)
    factors += [share(SLAG, 1.0, CAUSAL, 4)]
    assert scores(taken(packed(joint(*factors, defaultAllocationMethod=CAUSAL)))) == {
        "mill_steel": 0.5,
        "mill_slag": 1.25,
    }
    lacking = [*factors[:2], share(SLAG, 0.4, CAUSAL, 4)]
    read = taken(packed(joint(*lacking, defaultAllocationMethod=CAUSAL)))
    assert scores(read) == {"mill_slag": pytest.approx(0.65)}
    assert "inventory-no-share" in told(read)


def test_factors_are_found_by_number_id_or_flow(packed):
    """Exports of 1.4 refer to exchanges by their ids, others by the flow alone."""
    rows = [made(STEEL), exchange(SLAG, 2.0), used(CAR, 1.0), out(4.0)]
    rows[3]["@id"] = "abc"
    factors = [
        {**share(product, value, CAUSAL), "exchange": at}
        for at in ({"@id": "abc"}, {"flow": OLCA.reference("Flow", "car")})
        for product, value in ((STEEL, 0.75), (SLAG, 0.25))
    ]
    p = process("mill", *rows, allocationFactors=factors, defaultAllocationMethod=CAUSAL)
    read = taken(packed(p, process("works", made(CAR), out(8.0))))
    assert scores(read) == {"works": 8.0, "mill_steel": 9.0, "mill_slag": 1.5}


def test_shares_may_be_formulas(packed):
    """And one that states neither value nor formula is 1, as openLCA reads it."""
    parameters = [{"name": "part", "isInputParameter": True, "value": 25}]
    factors = [share(STEEL, 7.0, formula="1-part/100"), share(SLAG, 7.0, formula="part/100")]
    read = taken(packed(joint(*factors, defaultAllocationMethod=PHYSICAL, parameters=parameters)))
    assert scores(read) == {"mill_steel": 2.25, "mill_slag": 0.375}
    read = taken(packed(joint(share(STEEL, None), share(SLAG, 0.0), defaultAllocationMethod=PHYSICAL)))
    assert scores(read) == {"mill_steel": 3.0, "mill_slag": 0.0}


def test_a_share_that_stayed_behind_is_told(packed):
    """A process of one product with half of its burdens: it counts as openLCA counts it, and it is said."""
    lone = process(
        "mill", made(STEEL), out(2.0), allocationFactors=[share(STEEL, 0.5)], defaultAllocationMethod=PHYSICAL
    )
    read = taken(packed(lone))
    assert scores(read) == {"mill": 1.0}
    assert "olca-share-alone" in told(read)


# --- units


def test_units_and_properties_of_the_file_convert(packed):
    """A unit by its factor, a property by its own: 500 L of dry volume at 0.8 m3/m3 and 255 kg/m3 are 0.625 m3."""
    listed = [
        {"conversionFactor": 1.0, "isRefFlowProperty": True, "flowProperty": OLCA.reference("FlowProperty", "volume")},
        {"conversionFactor": 0.8, "flowProperty": OLCA.reference("FlowProperty", "energy")},
        {"conversionFactor": 255.0, "flowProperty": OLCA.reference("FlowProperty", "mass")},
    ]
    wood = flow("wood") | {"flowProperties": listed}
    mass, dry = OLCA.reference("FlowProperty", "mass"), OLCA.reference("FlowProperty", "energy")
    grown = process("forest", made(wood, 1.0), out(10.0))
    p = process("p", made(CAR), used(wood, 127.5, unit="kg", flowProperty=mass))
    q = process("q", made(CAR), used(wood, 1.8, unit="kWh", flowProperty=dry))
    found = scores(taken(packed(wood, grown, p, q)))
    assert found == pytest.approx({"forest": 10.0, "p": 5.0, "q": 1.8 * 3.6 / 0.8 * 10})
    assert taken(packed(wood, grown)).source.activities[0]["unit"] == "m3"


def test_a_reference_unit_that_is_none_of_ours_has_another_of_its_group(packed):
    """``head`` is no unit here; its group has a ``dozen`` of ten, which counts as the file says."""
    group = OLCA.unit_group("heads", {"head": 1.0, "Dozen(s)": 10.0})
    cow = flow("cow", measured="heads")
    read = taken(packed(group, OLCA.flow_property("heads"), cow, process("farm", made(cow, 30.0), out(6.0))))
    (farm,) = read.source.activities
    assert (farm["unit"], float(farm["amount"])) == ("dozen", 3.0)
    assert scores(read) == {"farm": 2.0}


def test_a_unit_that_nobody_knows_is_kept_as_its_own(packed):
    """What is made and used in it is linked, by the factors of its group; it is told once."""
    group = OLCA.unit_group("heads", {"head": 1.0, "herd": 50.0})
    cow = flow("cow", measured="heads")
    herd = used(cow, 2.0) | {"unit": {"name": "herd"}}
    farms = process("farm", made(cow), out(6.0)), process("p", made(CAR), herd)
    read = taken(packed(MILL, group, OLCA.flow_property("heads"), cow, *farms))
    assert told(read).count("inventory-own-unit") == 1
    assert {row["code"]: row["unit"] for row in read.source.activities}["farm"] == "[head]"
    assert scores(read) == {"mill": 2.0, "farm": 6.0, "p": 600.0}


def test_a_factor_of_the_file_that_differs_from_ours_is_told(packed):
    """It counts, since amounts were written with it."""
    group = OLCA.unit_group("mass", {"kg": 1.0, "oz": 0.02})
    path = packed(group, process("mill", made(STEEL), exchange(CO2, 100.0, unit="oz")))
    (path / "unit_groups" / "units-of-mass.json").write_text(json.dumps(group), "utf-8")
    read = taken(path)
    assert scores(read) == {"mill": 2.0}
    assert "olca-unit-factor" in told(read)


def test_units_without_a_factor_hurt_only_who_uses_them(packed):
    """Currencies stand in such groups with a factor of nought; a name comes before a synonym of another unit."""
    group = OLCA.unit_group("mass", {"kg": 1.0, "stone": 0.0, "lot": 0.5, "pfund": 0.4})
    group["units"][2]["synonyms"] = ["pfund"]
    path = packed(group, process("mill", made(STEEL), exchange(CO2, 5.0, unit="pfund")))
    (path / "unit_groups" / "units-of-mass.json").write_text(json.dumps(group), "utf-8")
    assert scores(taken(path)) == {"mill": 2.0}
    bad = packed(process("mill", made(STEEL), exchange(CO2, 5.0, unit="stone")))
    (bad / "unit_groups" / "units-of-mass.json").write_text(json.dumps(group), "utf-8")
    assert "[olca-unit]" in refused(bad)


@pytest.mark.parametrize(("broken", "code"), [
    ({"unit": OLCA.reference("Unit", "?") | {"name": "parsec"}}, "olca-unit"),
    ({"flowProperty": OLCA.reference("FlowProperty", "energy")}, "olca-property"),
    ({"amount": "many"}, "inventory-number"), ({"amount": None}, "inventory-number"),
    ({"amount": float("nan")}, "inventory-number"), ({"amount": 1e999}, "inventory-number"),
    ({"amount": True}, "inventory-number"), ({"amount": [1]}, "inventory-number"),
    ({"amountFormula": "1+", "amount": None}, "inventory-formula-syntax"),
])  # fmt: skip
def test_what_cannot_be_counted_is_told_at_its_exchange(packed, broken, code):
    """All of them at once, with file and exchange, and nothing is imported."""
    said = refused(packed(process("mill", made(STEEL), out(1.0) | broken), process("p", made(CAR), out(1.0) | broken)))
    assert said.count(f"[{code}]") == 2
    assert "package/processes/mill.json:exchange 2" in said


@pytest.mark.parametrize("lost", [{"flow": None}, {"flow": {"@id": "nowhere"}}, {"flow": 3}])
def test_an_exchange_of_nobody_knows_what_is_unlinked(packed, lost):
    """Exports lose flows: it stops the import or is a gap, which may be of either sign where it goes out."""
    path = packed(process("mill", made(STEEL), out(1.0), exchange(CO2, 5.0) | lost))
    assert "package/processes/mill.json:exchange 3: no dataset makes" in refused(path)
    read = taken(path, allow_unlinked=True)
    assert scores(read) == {"mill": 1.0}
    (gap,) = (row for row in read.source.activities if row["kind"] == "gap")
    assert gap["category"] == "either-way"


def test_a_unit_tells_the_property_where_nothing_else_does(packed):
    """3.6 MJ in kWh, of a flow that is counted in kg and states how much energy that is."""
    energy = {"conversionFactor": 10.0, "flowProperty": OLCA.reference("FlowProperty", "energy")}
    coal = flow("coal")
    coal["flowProperties"].append(energy)
    mine = process("mine", made(coal, 1.0, unit="kg"), out(2.0))
    read = taken(packed(coal, mine, process("p", made(CAR), used(coal, 100.0, unit="kWh"))))
    assert scores(read)["p"] == pytest.approx(100 * 3.6 / 10 * 2)


def test_a_gas_that_is_no_mass_is_told_or_weighed(packed):
    """A volume of methane counts by the mass that its flow states, and is refused without."""
    volume = [
        {"conversionFactor": 1.0, "isRefFlowProperty": True, "flowProperty": OLCA.reference("FlowProperty", "volume")}
    ]
    mass = [{"conversionFactor": 0.5, "flowProperty": OLCA.reference("FlowProperty", "mass")}]
    gas = flow("Methane, fossil", OLCA.ELEMENTARY, category=AIR)
    weighed = packed(
        process("mill", made(STEEL), exchange(gas, 2000.0, unit="L")), gas | {"flowProperties": volume + mass}
    )
    assert scores(taken(weighed)) == pytest.approx({"mill": 29.8})
    bare = packed(process("mill", made(STEEL), exchange(gas, 1.0)), gas | {"flowProperties": volume}, name="bare")
    assert "[inventory-gas-unit]" in refused(bare)


@pytest.mark.parametrize(("row", "either"), [
    (used(STEEL, 1.0) | {"unit": {"name": "parsec"}}, False),
    (used(STEEL, 1.0) | {"flowProperty": {"@id": "nowhere", "name": "luck"}}, False),
    (exchange(STEEL, 1.0) | {"unit": {"name": "parsec"}}, True),
    (out(1.0) | {"unit": {"name": "parsec"}}, False),
])  # fmt: skip
def test_what_cannot_be_converted_may_be_left_open_with_its_name(packed, row, either):
    """One bad unit stops an import, or is a gap for who uses it: the rest of the database is there."""
    path = packed(MILL, process("p", made(CAR), row, out(1.0)))
    assert "p.json:exchange 2" in refused(path)
    read = taken(path, allow_unlinked=True)
    assert scores(read) == {"mill": 2.0, "p": 1.0}
    (gap,) = (each for each in read.source.activities if each["kind"] == "gap")
    assert (gap["name_en"], gap["category"] == "either-way") == (row["flow"]["name"], either)
    assert {"olca-unit", "olca-property"} & set(told(read))


def test_a_product_in_a_bad_unit_is_left_open_too(packed):
    """Whoever uses it lacks it; nobody else is the reference in its place."""
    path = packed(MILL, process("p", made(CAR) | {"unit": {"name": "parsec"}}, exchange(SLAG, 1.0), out(1.0)))
    read = taken(path, allow_unlinked=True)
    assert {"olca-unit", "inventory-unit", "inventory-no-share"} <= set(told(read))
    assert scores(read) == {"mill": 2.0}


@pytest.mark.parametrize(
    ("name", "category", "into", "ghg", "sign"),
    [
        ("Carbon dioxide, fossil", "Elementary flows/Emission to air/high population density", False, "fossil", 1),
        ("Carbon dioxide, fossil", "Elementary flows/Emission to air/unspecified", True, "fossil", -1),
        ("Carbon dioxide", "Elementary flows/emission/air/unspecified", False, "fossil", 1),
        ("Carbon dioxide, biogenic", "Elementary flows/Emission to air/unspecified", False, "biogenic_release", 1),
        ("Carbon dioxide, in air", "Elementary flows/Resource/in air", True, "biogenic_uptake", -1),
        ("Carbon dioxide", "Elementary Flows/resource/air", True, "biogenic_uptake", -1),
        (
            "Carbon dioxide, land transformation",
            "Elementary flows/Emission to air/unspecified",
            False,
            "land_use_change",
            1,
        ),
    ],
)
@pytest.mark.parametrize("schema", [1, 2])
def test_gases_are_known_by_name_and_categories(packed, name, category, into, ghg, sign, schema):
    """Names and categories of openLCA's own lists and of the Federal LCA Commons."""
    gas = flow(name, OLCA.ELEMENTARY, category=category)
    path = packed(gas, process("mill", made(STEEL), exchange(gas, 1.0, into=into)), schema=schema)
    solution = intensities(systems.system(taken(path).source, "AR6"))
    assert {key.ghg: value for key, value in solution.impact["mill"].items()} == {ghg: sign}


def test_categories_that_refer_to_themselves_end(packed):
    """A circle of categories is no endless path."""
    path = packed(MILL, schema=1)
    (path / "categories").mkdir(exist_ok=True)
    for name, above in (("a", "b"), ("b", "a")):
        loop = OLCA.reference("Category", name, category=OLCA.reference("Category", above))
        (path / "categories" / f"{name}.json").write_text(json.dumps(loop), "utf-8")
    mill = json.loads((path / "processes" / "mill.json").read_bytes()) | {"category": OLCA.reference("Category", "a")}
    (path / "processes" / "mill.json").write_text(json.dumps(mill), "utf-8")
    assert taken(path).source.activities[0]["category"].startswith("b/a")


# --- parameters


def parameter(name: str, value: float | None = None, formula: str = "", scope: str = "GLOBAL_SCOPE") -> Json:
    """Return a parameter: stated, or worked out where it has a formula."""
    found = OLCA.reference("Parameter", name, parameterScope=scope, isInputParameter=not formula)
    return found | ({"formula": formula} if formula else {}) | ({} if value is None else {"value": value})


@pytest.mark.parametrize("schema", [1, 2])
def test_formulas_count_with_the_parameters_of_process_and_package(packed, schema):
    """Those of a process hide those of all; a stated parameter is stated, whatever formula stands beside it."""
    everyone = [parameter("Rate", 0.5), parameter("loss", formula="2*rate"), parameter("Odd", 4.0) | {"formula": "1/0"}]
    own = [parameter("rate", 3.0, scope="PROCESS_SCOPE"), parameter("sum_", formula="RATE+loss+odd")]
    mill = process("mill", made(STEEL), out(99.0, amountFormula="if(rate > 1; sum_; 0)"), parameters=own)
    read = taken(packed(*everyone, mill, schema=schema))
    assert scores(read) == {"mill": 8.0}
    assert told(read).count("olca-formula-other") == 1
    assert "= if(rate > 1; sum_; 0)" in read.source.exchanges[0]["note"]


def test_a_formula_that_agrees_with_its_amount_is_not_told(packed):
    """Exports hold both."""
    assert told(taken(packed(process("mill", made(STEEL), out(2.0, amountFormula="1+1"))))) == []


@pytest.mark.parametrize("formula", ["nobody*2", "1/0", "foo(1)", "((", "a"])
def test_a_formula_that_cannot_be_worked_out_leaves_its_amount(packed, formula):
    """Files keep what was worked out last; it is told. Without an amount the exchange is refused."""
    own = [parameter("a", formula="b"), parameter("b", formula="a")]
    read = taken(packed(process("mill", made(STEEL), out(2.0, amountFormula=formula), parameters=own)))
    assert scores(read) == {"mill": 2.0}
    assert told(read) == ["olca-formula-kept"]
    assert "[inventory-formula-" in refused(
        packed(process("mill", made(STEEL), out(None, amountFormula=formula), parameters=own))
    )


# --- impact categories


def test_a_category_of_the_package_counts_in_place_of_the_gases(packed):
    """Its factors, its unit, units of its factors; flows without a factor are counted as such."""
    odd = flow("Bad stuff", OLCA.ELEMENTARY)
    factor = {"flow": OLCA.reference("Flow", "Bad stuff"), "value": 0.004, "unit": OLCA.reference("Unit", "unit-g")}
    category = OLCA.category("warming", {}, {}) | {"impactFactors": [factor], "refUnit": "t CO2 eq"}
    method = OLCA.reference(
        "ImpactMethod", "method A", impactCategories=[OLCA.reference("ImpactCategory", "category-warming")]
    )
    path = packed(odd, category, method, process("mill", made(STEEL), out(5.0), exchange(odd, 2.0)))
    for name in ("warming", "Warming", "category-warming", "method A: warming", "Method A"):
        read = taken(path, method=name)
        assert scores(read) == {"mill": 8000.0}
        assert (read.counts["gases"], read.counts["others"]) == (1, 1)
        assert [row["flow"] for row in read.source.exchanges] == ["co2e-unsplit"]
    assert scores(taken(path)) == {"mill": 5.0}


def test_a_package_without_any_gas_says_so(packed):
    """Flows that no table knows make every dataset nought: that is told, and what helps."""
    e = flow("e", OLCA.ELEMENTARY)
    read = taken(packed(e, process("mill", made(STEEL), exchange(e, 1.0))))
    assert told(read) == ["inventory-no-gases"]


def test_a_factor_that_cannot_be_read_hurts_only_who_uses_it(packed):
    """Methods list flows by the thousand that no process has."""
    rows = [{"flow": OLCA.reference("Flow", "nowhere"), "value": 1.0}, {"flow": OLCA.reference("Flow", CO2["@id"])}]
    path = packed(MILL, OLCA.category("c", {}, {}) | {"impactFactors": rows})
    assert "[inventory-number]" in refused(path, method="c")
    rows[1]["value"] = 3.0
    assert scores(taken(packed(MILL, OLCA.category("c", {}, {}) | {"impactFactors": rows}), method="c")) == {
        "mill": 6.0
    }


def test_a_category_that_is_not_there_or_twice_is_told(packed):
    """With those there are."""

    def of(name: str, method: str) -> tuple[Json, Json]:
        category = OLCA.category("warming", {}, {}) | {"@id": name}
        return category, OLCA.reference(
            "ImpactMethod", method, impactCategories=[OLCA.reference("ImpactCategory", name)]
        )

    toxic = OLCA.category("toxicity", {}, {}, refUnit="CTUh")
    path = packed(MILL, *of("x", "A"), *of("y", "B"), toxic)
    assert "'A: warming'" in refused(path, method="warming")
    assert "'toxicity'" in refused(path, method="cooling")
    assert "'CTUh'" in refused(path, method="toxicity")
    assert taken(path, method="B: warming").counts["others"] == 1


@pytest.mark.parametrize(
    ("direction", "resource", "emission", "score"),
    [
        ("INPUT", 1.0, 0.5, 0.5),
        ("INPUT", 1.0, -0.5, 1.5),
        ("", 1.0, -0.5, 0.5),
    ],
)
@pytest.mark.parametrize("swapped", [False, True])
def test_directions_of_a_category_are_openlcas(packed, direction, resource, emission, score, swapped):
    """The signs that openLCA asserts: opposite directions count against where the category has one."""
    r, e = flow("r", OLCA.ELEMENTARY), flow("e", OLCA.ELEMENTARY)
    factors = OLCA.category("c", {"r": resource, "e": emission}, {"r": r, "e": e}) | (
        {"direction": direction} if direction else {}
    )
    sign = -1.0 if swapped and direction else 1.0
    rows = [exchange(r, sign, into=sign > 0), exchange(e, sign, into=sign < 0)]
    assert scores(taken(packed(r, e, factors, process("mill", made(STEEL), *rows)), method="c")) == {"mill": score}


def test_the_same_flow_in_and_out_cancels(packed):
    """Whatever the direction of its category."""
    e = flow("e", OLCA.ELEMENTARY)
    rows = [exchange(e, 1.0, into=True), exchange(e, 1.0)]
    path = packed(e, OLCA.category("c", {"e": 1.0}, {"e": e}), process("mill", made(STEEL), *rows))
    assert scores(taken(path, method="c")) == {"mill": 0.0}


def test_factors_of_places_hold_there(packed):
    """For exchanges there, or of a process there; elsewhere the factor without a place counts."""
    e = flow("e", OLCA.ELEMENTARY)
    everywhere = {"flow": OLCA.reference("Flow", "e"), "value": 3.0}
    rows = [everywhere, everywhere | {"value": 9.0, "location": OLCA.reference("Location", "L1")}]
    category = OLCA.category("c", {}, {}) | {"impactFactors": rows}
    there, elsewhere = ({"location": OLCA.reference("Location", name)} for name in ("L1", "L3"))
    made_there = process("a", made(STEEL), exchange(e, 1.0)) | there
    made_elsewhere = process("b", made(SLAG), exchange(e, 1.0), exchange(e, 1.0) | there) | elsewhere
    assert scores(taken(packed(e, category, made_there, made_elsewhere), method="c")) == {"a": 9.0, "b": 12.0}


def test_factors_may_be_formulas_of_the_category(packed):
    """With the category's own parameters and those of all."""
    e = flow("e", OLCA.ELEMENTARY)
    rows = [{"flow": OLCA.reference("Flow", "e"), "value": 0.0, "formula": "own*all_"}]
    category = OLCA.category("c", {}, {}) | {"impactFactors": rows, "parameters": [parameter("own", 3.0)]}
    path = packed(e, parameter("all_", 2.0), category, process("mill", made(STEEL), exchange(e, 1.0)))
    assert scores(taken(path, method="c")) == {"mill": 6.0}


# --- words

PEDIGREE = OLCA.reference("DQSystem", "pedigree", indicators=[
    {"position": at + 1, "name": name} for at, name in enumerate((
        "Flow reliability", "Temporal correlation", "Geographical correlation", "Technological correlation",
        "Data collection methods",
    ))
])  # fmt: skip


def test_uncertainty_and_scores_are_kept(packed):
    """Scores by the names of their indicators, whatever their order; a deviation holds the scores beside it."""
    lognormal = {"distributionType": "LOG_NORMAL_DISTRIBUTION", "geomMean": 2.0, "geomSd": 1.3}
    triangle = {"distributionType": "TRIANGLE_DISTRIBUTION", "minimum": 1.0, "mode": 2.0, "maximum": 3.0}
    rows = [
        out(2.0, uncertainty=lognormal, dqEntry="(1;2;3;n.a.;5)"),
        out(1.0, dqEntry="(2;2;2;2;2)", baseUncertainty=1.05),
        out(1.0, uncertainty=triangle), out(1.0, uncertainty=lognormal | {"geomSd": 0.5}),
    ]  # fmt: skip
    mill = process("mill", made(STEEL), *rows, exchangeDqSystem=OLCA.reference("DQSystem", "pedigree"))
    first, second, third, fourth = taken(packed(PEDIGREE, mill)).source.exchanges
    assert (first["gsd"], first["gsd_is"], first["pedigree"]) == ("1.3", "total", "1;5;2;3;-")
    assert (second["gsd"], second["pedigree"]) == ("", "2;2;2;2;2")
    assert "1.05" in second["note"]
    assert third["note"] == "TRIANGLE_DISTRIBUTION minimum=1.0 mode=2.0 maximum=3.0"
    assert (fourth["gsd"], "geomSd=0.5" in fourth["note"]) == ("", True)


def test_scores_of_other_systems_stay_words(packed):
    """Two indicators of a process review are no pedigree."""
    system = OLCA.reference("DQSystem", "s", indicators=[{"position": 1, "name": "Process review"}])
    mill = process("mill", made(STEEL), out(1.0), dqSystem=OLCA.reference("DQSystem", "s"), dqEntry="(3)")
    (row,) = taken(packed(system, mill)).source.activities
    assert row["pedigree"] == ""
    assert "data quality (3)" in row["note"]


def test_documentation_is_kept(packed):
    """Place, years, technology, sources, description, category."""
    documentation = {
        "validFrom": "2016-01-01-05:00", "validUntil": "2018-12-31", "technologyDescription": "Electric  arc.",
        "geographyDescription": "North.", "sources": [OLCA.reference("Source", f"Study {name}") for name in "AB"],
    }  # fmt: skip
    place = OLCA.reference("Location", "somewhere", code="DJ")
    mill = MILL | {"processDocumentation": documentation, "description": "A mill.", "category": "metals/steel"}
    mill |= {"location": OLCA.reference("Location", "somewhere")}
    (row,) = taken(packed(place, mill)).source.activities
    assert (row["region"], row["period"], row["technology"]) == ("DJ", "2016-2018", "Electric arc.")
    assert (row["citation"], row["category"]) == ("Study A; Study B", "metals/steel")
    assert row["note"] == "A mill. North."


# --- third-party packages, and the command


def test_the_packages_of_others_read(tmp_path):
    """Rounded units, causal factors that are nought, wastes without treatment: read, and everything is told."""
    path = SHARED / "data" / "datasets" / "openlca-jsonld" / "US-FPL"
    if not path.is_dir():
        pytest.skip("the package is not beside the checkout")
    assert "[inventory-unlinked]" in refused(path)
    read = taken(path, allow_unlinked=True)
    assert (read.counts["processes"], read.counts["exchanges"], read.counts["datasets"]) == (4, 31, 5)
    assert {"olca-causal-nought", "olca-unit-factor", "inventory-no-share"} <= set(told(read))
    (briquette,) = (row for row in read.source.activities if row["name_en"].startswith("Wood chip briquette"))
    assert (briquette["unit"], float(briquette["amount"]), briquette["region"]) == ("kg", 1000.0, "US")


def test_an_output_that_should_have_been_avoided_is_not_guessed_at():
    """Two makers of plastic, one of them the process that uses it: which is meant is for the file to say."""
    path = SHARED / "cases" / "19_openlca_bottle_jsonld" / "My_little_database_cats_locs_avoidedproduct.zip"
    if not path.is_file():
        pytest.skip("the package is not beside the checkout")
    assert "'Plastic' (kg, DJ) is made by several datasets" in refused(path, method="Global warming")


def test_the_command_imports_a_package(packed, tmp_path, monkeypatch):
    """Told by its content, counted, kept."""
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))
    path = packed(MILL, process("plant", made(CAR), used(STEEL, 900.0)), name="mine.bin.zip")
    found = CliRunner().invoke(main, ["db", "import", str(path), "--name", "mine", "--version", "1", "--lang", "en"])
    assert found.exit_code == 0, found.output
    assert "read 2 processes with 4 exchanges: 2 datasets" in found.output
    assert (
        "1,800" in CliRunner().invoke(main, ["db", "show", "mine:plant", "--database", "mine", "--lang", "en"]).output
    )


def test_suppliers_in_another_package_are_found_in_the_store(packed, tmp_path, monkeypatch):
    """By the ids that a part of a database keeps of the rest, co-products among them, before anybody else's product."""
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))
    rest = packed(joint(*SHARES[:2], defaultAllocationMethod=PHYSICAL), process("car works", made(CAR), out(7.0)))
    holdings.take_in(rest, Asked("rest", "1"), "auto", "en")
    plant = process("p", made(flow("van")), used(SLAG, 2.0, "mill"), used(CAR, 1.0, "car works"))
    near = process("near", made(SLAG), out(99.0))
    read = taken(packed(flow("van"), plant, near, name="part"), link=("rest",))
    assert scores(read)["p"] == pytest.approx(2 * 0.375 + 7.0)
    assert read.counts["by-other"] == 2


def test_other_json_is_none_of_openlcas(tmp_path):
    """Linked data of others, and lists."""
    for content in ('{"@context": "https://schema.org", "@type": "Product", "@id": "x"}', "[]", '{"@type": "Process"}'):
        (tmp_path / "x.json").write_text(content, "utf-8")
        assert not olca.sniff(tmp_path / "x.json")
