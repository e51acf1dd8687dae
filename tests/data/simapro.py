"""SimaPro CSV as tests write it: a header, units, processes by their sections, and what is imported of it."""

from __future__ import annotations

import runpy
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

from footprint.background import importers, systems
from footprint.background.importers.asked import Asked, Read
from footprint.engine.compile import intensities
from footprint.errors import DatabaseError

READ = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("reading.py"))))
scores, said = READ.by_name, READ.said
ALL = Asked(allow_unlinked=True)
HEADER = """{{SimaPro 9.3.0.3}}
{{processes}}
{{Date: 27/09/2022}}
{{Project: Kitchen}}
{{CSV Format version: 9.0.0}}
{{CSV separator: {separator}}}
{{Decimal separator: {decimal}}}
{{Short date format: dd/MM/yyyy}}
{{Open project: 'Kitchen'}}
"""
UNITS = """Quantities
Mass;Yes

End

Units
kg;Mass;1;kg
g;Mass;0.001;kg
ton;Mass;1000;kg
p;Amount;1;p
MJ;Energy;1;MJ
kWh;Energy;3.6;MJ
crate;Mass;12.5;kg

End

Airborne emissions
Carbonic acid gas;kg;000124-38-9;Formula: CO2
Unlikely name;kg;;Formula: SF6

End
"""
SECTIONS = (
    "Products",
    "Waste treatment",
    "Waste scenario",
    "Avoided products",
    "Resources",
    "Materials/fuels",
    "Electricity/heat",
    "Emissions to air",
    "Emissions to water",
    "Emissions to soil",
    "Final waste flows",
    "Non material emissions",
    "Social issues",
    "Economic issues",
    "Waste to treatment",
    "Separated waste",
    "Remaining waste",
    "Input parameters",
    "Calculated parameters",
)
CO2 = "Carbon dioxide, fossil;low. pop.;kg;{};Undefined;0;0;0;"


def process(id: str, *, kind: str = "material", comment: str = "", **rows: str | Sequence[str]) -> str:  # noqa: A002
    """Return a process; sections by their titles with underscores, each a row or several."""
    given_ = {name.replace("_", " ").casefold(): text for name, text in rows.items()}
    lines = [
        "Process",
        "",
        "Category type",
        kind,
        "",
        "Process identifier",
        id,
        "",
        "Type",
        "Unit process",
        "",
        "Process name",
        str(given_.pop("process name", "")),
        "",
        "Geography",
        str(given_.pop("geography", "")),
        "",
        "Time period",
        "Unspecified",
        "",
        "Comment",
        comment,
        "",
    ]
    for title in SECTIONS:
        found = given_.pop(title.casefold().replace("/", " "), None)
        if found is not None or title not in {"Waste treatment", "Waste scenario", "Separated waste"}:
            lines += [title, *([found] if isinstance(found, str) else found or []), ""]
    assert not given_, given_
    return "\n".join([*lines, "End", ""])


def made(name: str, *air: float, unit: str = "kg", amount: str = "1", **more: str | Sequence[str]) -> str:
    """Return a process of one product that gives off so much fossil CO2."""
    emitted = [CO2.format(each) for each in air]
    return process(
        f"ID-{name}",
        Products=f"{name};{unit};{amount};100;not defined;Metals\\Ferro;",
        Emissions_to_air=emitted,
        **more,
    )


def text(*blocks: str, separator: str = "Semicolon", decimal: str = ".") -> str:
    return "\n".join([HEADER.format(separator=separator, decimal=decimal), *blocks])


def imported(path: Path, *blocks: str, asked: Asked = Asked()) -> Read:  # noqa: B008  it never changes
    return taken(path, text(*blocks), asked=asked)


def taken(path: Path, content: str, encoding: str = "cp1252", asked: Asked = Asked()) -> Read:  # noqa: B008
    file = path / "export.csv"
    file.write_bytes(content.replace("\n", "\r\n").encode(encoding))
    return importers.read(file, asked)


def gaps(read: Read) -> dict[str, dict[str, float]]:
    solved = intensities(systems.system(read.source, "AR6")).gaps
    names = {row["code"]: row["name_en"] for row in read.source.activities}
    return {names[code]: {names[gap]: amount for gap, amount in found.items()} for code, found in solved.items()}


def refused(path: Path, *blocks: str) -> str:
    with pytest.raises(DatabaseError) as caught:
        imported(path, *blocks)
    return str(caught.value)


STEEL = made("Steel", 2.0)
BURNING = process(
    "B", kind="waste treatment", Waste_treatment="Burning;kg;1;All waste types;Others", Emissions_to_air=CO2.format(3)
)
FILLING = process(
    "F", kind="waste treatment", Waste_treatment="Filling;kg;2;All waste types;Others", Emissions_to_air=CO2.format(1)
)
