"""EcoSpold 1 as tests write it: datasets of exchanges and allocations, and what is imported of them."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace
from xml.sax.saxutils import quoteattr

import pytest

from footprint.background import importers
from footprint.background.importers.asked import Asked, Read
from footprint.errors import DatabaseError

READ = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("reading.py"))))
scores, said = READ.by_name, READ.said
ALL = Asked(allow_unlinked=True)
CO2 = {"category": "air", "subCategory": "unspecified", "name": "Carbon dioxide, fossil", "unit": "kg"}


def exchange(number: int | str, group: str, amount: float | str | None, **said: str) -> str:
    """Return an exchange; ``group``: ``in 5``, ``out 0``."""
    kind, digit = group.split()
    told = {"number": str(number), "unit": "kg", **said} | ({} if amount is None else {"meanValue": str(amount)})
    attributes = " ".join(f"{key}={quoteattr(text)}" for key, text in told.items())
    return f"<exchange {attributes}><{kind}putGroup>{digit}</{kind}putGroup></exchange>"


def allocation(product: int, fraction: float, *numbers: int, method: int = 1) -> str:
    inside = "".join(f"<referenceToInputOutput>{number}</referenceToInputOutput>" for number in numbers)
    return (
        f'<allocation referenceToCoProduct="{product}" allocationMethod="{method}" fraction="{fraction}">'
        f"{inside}</allocation>"
    )


def dataset(
    name: str, *exchanges: str, number: int = 1, location: str = "CH", unit: str = "kg", kind: int = 1, **about: str
) -> str:
    """Return a dataset of one process."""
    told = {"name": name, "unit": unit, "amount": "1", "infrastructureProcess": "false", **about}
    function = " ".join(f"{key}={quoteattr(text)}" for key, text in told.items())
    return (
        f'<dataset number="{number}"><metaInformation><processInformation><referenceFunction {function}/>'
        f'<geography location="{location}"/><timePeriod><startYear>2001</startYear><endYear>2004</endYear></timePeriod>'
        f'<dataSetInformation type="{kind}"/></processInformation></metaInformation>'
        f"<flowData>{''.join(exchanges)}</flowData></dataset>"
    )


def spold(*datasets: str, root: str = "ecoSpold", space: str = "http://www.EcoInvent.org/EcoSpold01") -> str:
    named = f' xmlns="{space}"' if space else ""
    return f'<?xml version="1.0" encoding="UTF-8"?><{root}{named}>{"".join(datasets)}</{root}>'


def product(name: str, number: int = 99, amount: float = 1, group: str = "out 0", **said: str) -> str:
    return exchange(number, group, amount, name=name, **{"location": "CH", **said})


def taken(name: str, amount: float, number: int = 5, group: str = "in 5", **said: str) -> str:
    return exchange(number, group, amount, name=name, **{"location": "CH", **said})


def given_off(amount: float, number: int = 50, **said: str) -> str:
    return exchange(number, "out 4", amount, **{**CO2, **said})


def imported(path: Path, *datasets: str, asked: Asked = Asked()) -> Read:  # noqa: B008  it never changes
    path = path / "data.xml" if path.is_dir() else path
    path.write_text(spold(*datasets), encoding="utf-8")
    return importers.read(path, asked)


def refused(path: Path, *datasets: str) -> str:
    with pytest.raises(DatabaseError) as caught:
        imported(path, *datasets)
    return str(caught.value)


STEEL = dataset("steel", product("steel"), given_off(2.0))
