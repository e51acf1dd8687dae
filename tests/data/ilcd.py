"""ILCD packages as tests write them: units, properties, flows and processes in XML."""

from __future__ import annotations

import runpy
import zipfile
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace

READ = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("reading.py"))))
taken, scores = READ.taken, READ.by_code
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
    categories = "".join(f'<common:category level="{at}">{word}</common:category>' for at, word in enumerate(within))
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
