"""ILCD packages, in XML and in JSON: flows with their units, allocation, wastes, versions, declarations by module."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from footprint.background import importers, systems
from footprint.background.importers.asked import Asked, Read
from footprint.engine.compile import intensities
from footprint.errors import DatabaseError, FootprintError

SHARED = Path(__file__).parents[3] / "shared" / "data" / "datasets" / "ilcd"
SPACES = (
    'xmlns:common="http://lca.jrc.it/ILCD/Common" xmlns:epd="http://www.iai.kit.edu/EPD/2013" '
    'xmlns:xml="http://www.w3.org/XML/1998/namespace"'
)
AIR = ("Emissions", "Emissions to air", "Emissions to air, unspecified")


def dataset(kind: str, space: str, uuid: str, inside: str, version: str = "01.00.000") -> str:
    """Return a dataset of ILCD around what is inside its first part."""
    said = f"<common:dataSetVersion>{version}</common:dataSetVersion>"
    owner = f"<publicationAndOwnership>{said}</publicationAndOwnership>"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><{kind} xmlns="http://lca.jrc.it/ILCD/{space}" {SPACES}>'
        f"{inside.replace('UUID', f'<common:UUID>{uuid}</common:UUID>')}"
        f"<administrativeInformation>{owner}</administrativeInformation></{kind}>"
    )


def unit_group(uuid: str, units: Mapping[str, float]) -> str:
    listed = "".join(
        f'<unit dataSetInternalID="{at}"><name>{name}</name><meanValue>{value}</meanValue></unit>'
        for at, (name, value) in enumerate(units.items())
    )
    return dataset(
        "unitGroupDataSet", "UnitGroup", uuid,
        "<unitGroupInformation><dataSetInformation>UUID</dataSetInformation><quantitativeReference>"
        "<referenceToReferenceUnit>0</referenceToReferenceUnit></quantitativeReference></unitGroupInformation>"
        f"<units>{listed}</units>",
    )  # fmt: skip


def flow_property(uuid: str, group: str) -> str:
    return dataset(
        "flowPropertyDataSet", "FlowProperty", uuid,
        "<flowPropertiesInformation><dataSetInformation>UUID</dataSetInformation><quantitativeReference>"
        f'<referenceToReferenceUnitGroup refObjectId="{group}"/></quantitativeReference></flowPropertiesInformation>',
    )  # fmt: skip


def flow(uuid: str, name: str, kind: str, of: str = "p-mass", within: tuple[str, ...] = (), cas: str = "") -> str:
    categories = "".join(
        f'<common:category level="{at}">{word}</common:category>' for at, word in enumerate(within)
    )
    classified = f"<common:elementaryFlowCategorization>{categories}</common:elementaryFlowCategorization>"
    return dataset(
        "flowDataSet", "Flow", uuid,
        f'<flowInformation><dataSetInformation>UUID<name><baseName xml:lang="en">{name}</baseName></name>'
        f"<classificationInformation>{classified if within else ''}</classificationInformation>"
        f"<CASNumber>{cas}</CASNumber></dataSetInformation><quantitativeReference>"
        "<referenceToReferenceFlowProperty>0</referenceToReferenceFlowProperty></quantitativeReference>"
        f"</flowInformation><modellingAndValidation><LCIMethod><typeOfDataSet>{kind}</typeOfDataSet></LCIMethod>"
        '</modellingAndValidation><flowProperties><flowProperty dataSetInternalID="0">'
        f'<referenceToFlowPropertyDataSet refObjectId="{of}"/><meanValue>1</meanValue></flowProperty></flowProperties>',
    )  # fmt: skip


def exchange(at: int, of: str, direction: str, amount: float, fractions: Mapping[int, float] | None = None) -> str:
    stated = "".join(
        f'<allocation internalReferenceToCoProduct="{to}" allocatedFraction="{share}"/>'
        for to, share in (fractions or {}).items()
    )
    return (
        f'<exchange dataSetInternalID="{at}"><referenceToFlowDataSet refObjectId="{of}">'
        f'<common:shortDescription xml:lang="en">{of}</common:shortDescription></referenceToFlowDataSet>'
        f"<exchangeDirection>{direction}</exchangeDirection><meanAmount>{amount}</meanAmount>"
        f"<resultingAmount>{amount}</resultingAmount>"
        + (f"<allocations>{stated}</allocations>" if stated else "")
        + "</exchange>"
    )


def process(
    uuid: str, exchanges: str, *, reference: int = 0, results: str = "", version: str = "1.0", kind: str = "LCI result"
) -> str:
    return dataset(
        "processDataSet", "Process", uuid,
        f'<processInformation><dataSetInformation>UUID<name><baseName xml:lang="en">{uuid}</baseName>'
        f'<baseName xml:lang="zh">过程</baseName></name></dataSetInformation><quantitativeReference>'
        f"<referenceToReferenceFlow>{reference}</referenceToReferenceFlow></quantitativeReference>"
        '<geography><locationOfOperationSupplyOrProduction location="CN"/></geography></processInformation>'
        f"<modellingAndValidation><LCIMethodAndAllocation><typeOfDataSet>{kind}</typeOfDataSet>"
        f"</LCIMethodAndAllocation></modellingAndValidation><exchanges>{exchanges}</exchanges>{results}",
        version,
    )  # fmt: skip


PARTS = {
    "unitgroups/a.xml": unit_group("g-mass", {"kg": 1, "t": 1000}),
    "unitgroups/b.xml": unit_group("g-odd", {"jiffy": 1, "h": 2}),
    "flowproperties/a.xml": flow_property("p-mass", "g-mass"),
    "flowproperties/b.xml": flow_property("p-odd", "g-odd"),
    "flows/co2.xml": flow("co2", "carbon dioxide (fossil)", "Elementary flow", within=AIR, cas="000124-38-9"),
    "flows/bio.xml": flow("bio", "carbon dioxide (biogenic)", "Elementary flow", within=AIR, cas="000124-38-9"),
    "flows/in.xml": flow("in", "carbon dioxide", "Elementary flow", within=("Resources", "Resources from air")),
    "flows/luc.xml": flow("luc", "carbon dioxide (land use change)", "Elementary flow", within=AIR),
    "flows/ch4.xml": flow("ch4", "methane (biogenic)", "Elementary flow", within=AIR),
    "flows/h2o.xml": flow("h2o", "water", "Elementary flow", within=("Resources", "Resources from water")),
    "flows/steel.xml": flow("steel", "steel", "Product flow"),
    "flows/slag.xml": flow("slag", "slag", "Product flow"),
    "flows/work.xml": flow("work", "work", "Product flow", of="p-odd"),
    "flows/scrap.xml": flow("scrap", "scrap", "Waste flow"),
}


def package(path: Path, *processes: str, parts: Mapping[str, str] = PARTS) -> Path:
    """Write a package as a zip."""
    with zipfile.ZipFile(path / "set.zip", "w") as archive:
        for name, content in {**parts, **{f"processes/{at}.xml": text for at, text in enumerate(processes)}}.items():
            archive.writestr(f"ILCD/{name}", content)
    return path / "set.zip"


def taken(path: Path, **asked: Any) -> Read:
    return importers.read(path, Asked(**asked))


def scores(read: Read) -> dict[str, float]:
    """Return kg CO2e of each dataset, all classes together, with AR6."""
    solved = intensities(systems.system(read.source, "AR6"))
    return {code: sum(impact.values()) for code, impact in solved.impact.items()}


def test_flows_become_gases_by_origin_and_compartment(tmp_path: Path) -> None:
    """Fossil, biogenic, land use, methane and uptake are kept apart; water is counted and not characterised."""
    given_off = (("co2", 2), ("bio", 3), ("luc", 5), ("ch4", 7))
    body = exchange(0, "steel", "Output", 1) + exchange(9, "h2o", "Input", 4) + exchange(8, "in", "Input", 11)
    body += "".join(exchange(at, name, "Output", amount) for at, (name, amount) in enumerate(given_off, 1))
    read = taken(package(tmp_path, process("make", body)))
    assert {(row["flow"], row["amount"]) for row in read.source.exchanges} == {
        ("co2-fossil", "2.0"), ("co2-biogenic", "3.0"), ("co2-luc", "5.0"), ("ch4-biogenic", "7.0"),
        ("co2-uptake", "11.0"),
    }  # fmt: skip
    assert (read.counts["gases"], read.counts["others"]) == (5, 1)
    assert read.source.activities[0]["name_zh"] == "过程"
    assert read.source.activities[0]["region"] == "CN"


def test_chains_link_by_flow_and_units_are_those_of_the_package(tmp_path: Path) -> None:
    """A unit nobody knows is counted in another of its group: 3 jiffies of 0.5 h each are 1.5 h."""
    work = process("worker", exchange(0, "work", "Output", 1) + exchange(1, "co2", "Output", 8))
    steel = process("mill", exchange(0, "steel", "Output", 2) + exchange(1, "work", "Input", 3))
    read = taken(package(tmp_path, work, steel))
    assert {row["code"]: row["unit"] for row in read.source.activities} == {"worker": "h", "mill": "kg"}
    assert scores(read) == pytest.approx({"worker": 16.0, "mill": 3 * 0.5 * 16 / 2})


def test_fractions_share_each_exchange(tmp_path: Path) -> None:
    """What states no fraction is borne by the reference product, and counted; the parts are the whole."""
    body = exchange(0, "steel", "Output", 1) + exchange(1, "slag", "Output", 4)
    body += exchange(2, "co2", "Output", 10, {0: 70, 1: 30}) + exchange(3, "luc", "Output", 2)
    read = taken(package(tmp_path, process("mill", body)))
    assert scores(read) == pytest.approx({"mill_steel": 9.0, "mill_slag": 3 / 4})
    assert [n.facts["count"] for n in read.notices if n.code == "inventory-unshared"] == [1]


def test_a_co_product_that_no_fraction_names_is_a_gap(tmp_path: Path) -> None:
    """It is not free of burden; nor are fractions of the products themselves those of what the process takes."""
    body = exchange(0, "steel", "Output", 1) + exchange(1, "slag", "Output", 1) + exchange(2, "work", "Output", 1)
    body += exchange(3, "co2", "Output", 4, {0: 50, 1: 50})
    read = taken(package(tmp_path, process("mill", body)))
    assert scores(read) == pytest.approx({"mill_steel": 2.0, "mill_slag": 2.0})
    assert "inventory-no-share" in {n.code for n in read.notices}
    own = exchange(0, "steel", "Output", 1, {0: 60, 1: 40}) + exchange(1, "slag", "Output", 1)
    read = taken(package(tmp_path, process("mill", own + exchange(2, "co2", "Output", 4))))
    assert scores(read) == {"mill_steel": 4.0}
    assert {"inventory-all-to-first", "inventory-no-share"} <= {n.code for n in read.notices}


def test_fractions_that_are_not_the_whole_are_told(tmp_path: Path) -> None:
    """70 % and 20 % are taken as stated, and said to be 0.9."""
    body = exchange(0, "steel", "Output", 1) + exchange(1, "slag", "Output", 1)
    read = taken(package(tmp_path, process("mill", body + exchange(2, "co2", "Output", 10, {0: 70, 1: 20}))))
    assert [n.facts["sum"] for n in read.notices if n.code == "inventory-shares"] == ["0.9"]


def test_without_fractions_the_reference_bears_everything_and_users_of_the_rest_have_a_gap(tmp_path: Path) -> None:
    """Nothing is guessed, and nothing free of burden."""
    body = exchange(0, "steel", "Output", 1) + exchange(1, "slag", "Output", 1) + exchange(2, "co2", "Output", 10)
    user = process("user", exchange(0, "work", "Output", 1) + exchange(1, "slag", "Input", 1))
    path = package(tmp_path, process("mill", body), user)
    with pytest.raises(DatabaseError, match="which share of the process it bears"):
        taken(path)
    read = taken(path, allow_unlinked=True)
    assert scores(read)["mill_steel"] == 10
    assert [row["kind"] for row in read.source.activities if row["code"] == "mill_slag"] == ["gap"]


def test_a_waste_given_away_is_treatment_consumed(tmp_path: Path) -> None:
    """A process run for a waste that it takes is what others give their waste to."""
    oven = process("oven", exchange(0, "scrap", "Input", 1) + exchange(1, "co2", "Output", 3))
    mill = process("mill", exchange(0, "steel", "Output", 1) + exchange(1, "scrap", "Output", 0.5))
    assert scores(taken(package(tmp_path, oven, mill))) == {"oven": 3.0, "mill": 1.5}


def test_a_waste_that_a_process_is_run_to_give_is_taken_by_its_users(tmp_path: Path) -> None:
    """Who takes two of it bears twice the burden; it is no credit."""
    source = process("source", exchange(0, "scrap", "Output", 1) + exchange(1, "co2", "Output", 1))
    user = process("user", exchange(0, "steel", "Output", 1) + exchange(1, "scrap", "Input", 2))
    assert scores(taken(package(tmp_path, source, user))) == {"source": 1.0, "user": 2.0}


def test_the_place_that_an_exchange_names_says_whose_product_is_meant(tmp_path: Path) -> None:
    """It counts before the consumer's own place; where nobody there makes it, the only maker is taken and told."""
    here = process("here", exchange(0, "steel", "Output", 1) + exchange(1, "co2", "Output", 10))
    there = process("there", exchange(0, "steel", "Output", 1) + exchange(1, "co2", "Output", 1))
    there = there.replace('location="CN"', 'location="US"')
    stated = exchange(1, "steel", "Input", 1).replace("</exchange>", "<location>US</location></exchange>")
    user = process("user", exchange(0, "slag", "Output", 1) + stated)
    read = taken(package(tmp_path, here, there, user))
    assert scores(read)["user"] == 1.0
    assert not [n for n in read.notices if n.code == "inventory-elsewhere"]
    read = taken(package(tmp_path, here, user))
    assert scores(read)["user"] == 10.0
    assert [(n.facts["location"], n.facts["count"]) for n in read.notices if n.code == "inventory-elsewhere"] == [
        ("US", 1)
    ]
    far = [process(name, exchange(0, "steel", "Output", 1)).replace('"CN"', f'"{name}"') for name in ("DE", "FR")]
    with pytest.raises(DatabaseError, match="made by several datasets"):
        taken(package(tmp_path, here, *far, user))


def test_the_highest_version_counts(tmp_path: Path) -> None:
    """02.10 is later than 02.9; the other is left out and told."""
    old = process("mill", exchange(0, "steel", "Output", 1) + exchange(1, "co2", "Output", 1), version="02.09.000")
    new = process("mill", exchange(0, "steel", "Output", 1) + exchange(1, "co2", "Output", 2), version="02.10.000")
    for pair in ((old, new), (new, old)):
        read = taken(package(tmp_path, *pair))
        assert scores(read) == {"mill": 2.0}
        assert [n.code for n in read.notices] == ["inventory-older"]


def test_a_flow_that_is_not_in_the_package_is_named(tmp_path: Path) -> None:
    """A reference flow without a dataset has no unit; an input without one leads nowhere."""
    alone = process("mill", exchange(0, "nowhere", "Output", 1))
    with pytest.raises(DatabaseError, match=r"its reference flow 'nowhere' has no dataset of its own"):
        taken(package(tmp_path, alone))
    user = process("mill", exchange(0, "steel", "Output", 1) + exchange(1, "nowhere", "Input", 1))
    with pytest.raises(DatabaseError, match="no dataset makes 'nowhere'"):
        taken(package(tmp_path, user))


@pytest.mark.parametrize("written", ["", "viel", "nan", "inf", "1,5"])
def test_an_amount_that_is_no_number_is_told_with_its_exchange(tmp_path: Path, written: str) -> None:
    """File and exchange, not a traceback and not zero."""
    body = exchange(0, "steel", "Output", 1) + exchange(4, "co2", "Output", 77).replace("77", written)
    with pytest.raises(DatabaseError, match=r"processes/0\.xml:exchange 4: '.*' is no number"):
        taken(package(tmp_path, process("mill", body)))


def epd(amounts: Mapping[str, Mapping[str, float | str]]) -> str:
    """Return results by indicator and module."""
    told = "".join(
        f"<LCIAResult><referenceToLCIAMethodDataSet><common:shortDescription>{name}</common:shortDescription>"
        "</referenceToLCIAMethodDataSet><common:other>"
        + "".join(f'<epd:amount epd:module="{module}">{value}</epd:amount>' for module, value in found.items())
        + "</common:other></LCIAResult>"
        for name, found in amounts.items()
    )
    return f"<LCIAResults>{told}</LCIAResults>"


TOTAL, FOSSIL = "Global Warming Potential - total (GWP-total)", "Global Warming Potential - fossil fuels (GWP-fossil)"
BIOGENIC, LULUC = "Globales Erwärmungspotenzial - biogen (GWP-biogenic)", "Global Warming Potential - luluc (GWP-luluc)"


def test_modules_of_a_declaration_are_datasets(tmp_path: Path) -> None:
    """Parts by class, below zero an uptake; A1-A3 is the sum of its modules where all three are declared."""
    found = {
        TOTAL: {"A1": -0.5, "A2": 1, "A3": 2, "C3": 4}, FOSSIL: {"A1": 1, "A2": 1, "A3": 2},
        BIOGENIC: {"A1": -1.6, "A2": 0, "A3": 0}, LULUC: {"A1": 0.1, "A2": 0, "A3": 0},
        "Acidification potential (AP)": {"A1": 99},
        "Global warming potential except biogenic carbon (GWP-GHG)": {"A1": 50},
    }  # fmt: skip
    read = taken(package(tmp_path, process("panel", exchange(0, "steel", "Output", 2), results=epd(found), kind="EPD")))
    assert scores(read) == pytest.approx(
        {"panel_A1": -0.25, "panel_A2": 0.5, "panel_A3": 1.0, "panel_A1-A3": 1.25, "panel_C3": 2.0}
    )
    rows = {(row["activity"], row["flow"]): row["gwp_set"] for row in read.source.exchanges}
    assert rows["panel_A1", "co2e-biogenic_uptake"] == rows["panel_C3", "co2e-unsplit"] == "unknown"
    assert {row["boundary"] for row in read.source.activities} == {
        "module A1", "module A2", "module A3", "cradle-to-gate", "module C3"
    }  # fmt: skip


def test_potentials_are_known_by_their_indicator_and_in_other_languages(tmp_path: Path) -> None:
    """An indicator of the standard counts whatever it is called; a total is one that names its parts, too."""
    steel, uuid = exchange(0, "steel", "Output", 1), "6a37f984-a4b3-458a-a20a-64418c145fa2"
    known = epd({"Ilmaston": {"A1-A3": 5}})
    known = known.replace("<referenceToLCIAMethodDataSet>", f'<referenceToLCIAMethodDataSet refObjectId="{uuid}">')
    names = (
        "Potencial de calentamiento global (PCG)",
        "Réchauffement climatique - total",
        "Climate change, total (fossil, biogenic, land use and land use change)",
    )
    found = [process(f"p{at}", steel, results=epd({name: {"A1-A3": 5}})) for at, name in enumerate(names)]
    read = taken(package(tmp_path, process("known", steel, results=known), *found))
    assert scores(read) == dict.fromkeys(("known_A1-A3", "p0_A1-A3", "p1_A1-A3", "p2_A1-A3"), 5.0)


def test_a_potential_of_no_kind_is_the_total_where_none_is_called_so(tmp_path: Path) -> None:
    """Declarations state that of the older standard beside the newer; what leaves carbon out is neither."""
    steel, plain = exchange(0, "steel", "Output", 1), "Global warming potential (GWP)"
    without = "Calentamiento global, excluyendo carbono biogénico"
    both = process("both", steel, results=epd({plain: {"A1-A3": 4}, TOTAL: {"A1-A3": 5}, without: {"A1-A3": 6}}))
    one = process("one", steel, results=epd({without: {"A1-A3": 6}, plain: {"A1-A3": 4}}))
    assert scores(taken(package(tmp_path, both, one))) == {"both_A1-A3": 5.0, "one_A1-A3": 4.0}


def test_an_odd_declaration_is_told_and_stops_no_other(tmp_path: Path) -> None:
    """Without a potential, with parts alone, with words for numbers: each is named, and nothing else is lost."""
    steel = exchange(0, "steel", "Output", 1)
    silent = steel + '<exchange dataSetInternalID="1"><exchangeDirection>Input</exchangeDirection></exchange>'
    read = taken(
        package(
            tmp_path,
            process("sound", silent, results=epd({TOTAL: {"A1-A3": 5, "A4": "ND", "C1": "MND"}})),
            process("parts", steel, results=epd({TOTAL: {"A1-A3": 7}, FOSSIL: {"A1-A3": 7, "D": -1}})),
            process("none", steel, results=epd({"Acidification": {"A1-A3": 5}})),
            process("words", steel, results=epd({TOTAL: {"A1-A3": "viel"}})),
        )
    )
    assert scores(read) == {"sound_A1-A3": 5.0, "parts_A1-A3": 7.0}
    assert sorted(n.code for n in read.notices) == ["inventory-epd-none", "inventory-epd-total", "inventory-number"]


def test_parts_that_are_not_the_total_are_told(tmp_path: Path) -> None:
    """Fossil 1 and total 3 cannot both be right."""
    found = {TOTAL: {"A1-A3": 3}, FOSSIL: {"A1-A3": 1}, BIOGENIC: {"A1-A3": 0}, LULUC: {"A1-A3": 0}}
    read = taken(package(tmp_path, process("panel", exchange(0, "steel", "Output", 1), results=epd(found))))
    assert [n.code for n in read.notices] == ["inventory-epd-sum"]


def as_json(text: str) -> str:
    """Return an XML dataset as JSON of the same structure."""
    from xml.etree import ElementTree as ET

    def told(element: ET.Element) -> Any:
        inner: dict[str, Any] = {f"@{key.rpartition('}')[2]}": value for key, value in element.attrib.items()}
        for child in element:
            inner.setdefault(child.tag.rpartition("}")[2], []).append(told(child))
        return {**inner, "#text": element.text} if element.text else inner

    root = ET.fromstring(text)
    return json.dumps({root.tag.rpartition("}")[2]: told(root)})


def test_json_of_the_same_structure_is_the_same_database(tmp_path: Path) -> None:
    """Rows of activities and exchanges are equal but for the names of files."""
    mill = process("mill", exchange(0, "steel", "Output", 1) + exchange(1, "co2", "Output", 2))
    (tmp_path / "xml").mkdir()
    plain = taken(package(tmp_path / "xml", mill))
    told = taken(package(tmp_path, as_json(mill), parts={name: as_json(text) for name, text in PARTS.items()}))
    assert [dict(row) for row in told.source.exchanges] == [dict(row) for row in plain.source.exchanges]
    assert scores(told) == scores(plain)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the samples of ILCD are not here")
def test_the_samples_are_refused_with_the_reason() -> None:
    """A process without its flows cannot be counted in any unit."""
    with pytest.raises(DatabaseError, match="has no dataset of its own in the package"):
        taken(SHARED / "process.xml")


WHOLE = process("mill", exchange(0, "steel", "Output", 1) + exchange(1, "co2", "Output", 2)).encode()


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 40), st.binary(max_size=12))
def test_a_damaged_file_is_refused_or_read(tmp_path: Path, at: int, cut: int, put: bytes) -> None:
    """Bytes cut out and put in: a problem that names the file, or a database; never anything else."""
    damaged = WHOLE[:at] + put + WHOLE[at + cut :]
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        for name, content in {**PARTS, "processes/0.xml": damaged}.items():
            archive.writestr(name, content)
    said = ""
    try:
        taken(tmp_path / "set.zip", allow_unlinked=True)
    except FootprintError as exc:
        said = exc.text()
    assert not said or "set.zip" in said


def test_a_folder_a_zip_and_another_name_are_the_same_database(tmp_path: Path) -> None:
    """Who imports the same files under one id and version has one checksum, wherever they lay."""
    mill = process("mill", exchange(0, "steel", "Output", 1) + exchange(1, "co2", "Output", 2))
    zipped = package(tmp_path, mill)
    with zipfile.ZipFile(zipped) as archive:
        archive.extractall(tmp_path / "folder")
    again = zipped.with_name("other.zip")
    again.write_bytes(zipped.read_bytes())
    sums = {taken(path, id="x", version="1").source.checksum() for path in (zipped, again, tmp_path / "folder")}
    assert len(sums) == 1
