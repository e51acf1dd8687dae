"""EcoSpold 2 as tests write it: activities, one in each file, and what is imported of them."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace

from footprint.background import importers
from footprint.background.importers.asked import Asked, Read

READ = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("reading.py"))))
scores, told = READ.by_code, READ.told
SPACE = 'xmlns="http://www.EcoInvent.org/EcoSpold02"'
ASKED = Asked("trial", "1")
OPEN = ASKED._replace(allow_unlinked=True)
PEDIGREE = (
    '<pedigreeMatrix reliability="2" completeness="1" temporalCorrelation="3" geographicalCorrelation="1" '
    'furtherTechnologyCorrelation="4"/>'
)


def spread(inside: str) -> str:
    return f"<uncertainty>{inside}</uncertainty>"


LOGNORMAL = spread(
    f'<lognormal meanValue="1" mu="0" variance="0.04" varianceWithPedigreeUncertainty="0.05"/>{PEDIGREE}'
)


def moved(
    flow: str, amount: object, group: str, supplier: str = "", unit: str = "kg", more: str = "", at: str = ""
) -> str:  # fmt: skip
    """Return an exchange of a product; ``group``: ``out 0``, ``in 5``."""
    way, number = group.split()
    link = f' activityLinkId="{supplier}"' if supplier else ""
    return (
        f'<intermediateExchange id="{at or f"x-{flow}"}" amount="{amount}" intermediateExchangeId="{flow}"{link}>'
        f'<name xml:lang="de">Ware {flow}</name><name xml:lang="en">good {flow}</name>'
        f'<unitName xml:lang="en">{unit}</unitName>{more}'
        f'<property propertyId="p" amount="1"><name xml:lang="en">dry mass</name></property>'
        f"<{way}putGroup>{number}</{way}putGroup></intermediateExchange>"
    )


def given_off(
    name: str, amount: object, cas: str = "", within: tuple[str, str] = ("air", "unspecified"), unit: str = "kg",
    group: str = "out 4",
) -> str:  # fmt: skip
    """Return an exchange with the environment."""
    way, number = group.split()
    return (
        f'<elementaryExchange id="e-{name}" amount="{amount}" elementaryExchangeId="id-{name}" casNumber="{cas}">'
        f'<name xml:lang="en">{name}</name><unitName xml:lang="en">{unit}</unitName>'
        f'<compartment subcompartmentId="s"><compartment xml:lang="en">{within[0]}</compartment>'
        f'<subcompartment xml:lang="en">{within[1]}</subcompartment></compartment>'
        f"<{way}putGroup>{number}</{way}putGroup></elementaryExchange>"
    )


CO2 = given_off("Carbon dioxide, fossil", 2.5, "000124-38-9")
DUST = given_off("Particulates, > 10 um", 1)


def spold(id_: str, *exchanges: str, kind: str = "activityDataset", place: str = "DE") -> str:
    """Return a file of one activity."""
    return (
        f'<?xml version="1.0" encoding="utf-8"?><ecoSpold {SPACE}><{kind}><activityDescription>'
        f'<activity id="{id_}" type="1"><activityName xml:lang="en">making {id_}</activityName><generalComment>'
        f'<text xml:lang="en" index="1">Of two</text><text xml:lang="en" index="2">parts.</text></generalComment>'
        f"</activity><geography><shortname>{place}</shortname></geography>"
        f'<timePeriod startDate="2015-01-01" endDate="2025-12-31"/></activityDescription>'
        f"<flowData>{''.join(exchanges)}</flowData></{kind}></ecoSpold>"
    )


def imported(path: Path, asked: Asked = ASKED) -> Read:
    return importers.read(path, asked)


def rows(read: Read, column: str = "flow") -> list[str]:
    return [row[column] for row in read.source.exchanges]
