"""Releases in EcoSpold 2 of any size, made up: hubs, loops, wastes, lognormals with scores; same seed, same bytes.

python tests/bench/releases.py DIR --datasets 23500
"""

from __future__ import annotations

import argparse
import random
import uuid
from collections.abc import Iterator
from itertools import accumulate
from math import exp, log
from pathlib import Path
from typing import NamedTuple

INPUTS, FLOWS = 23.4, 64.0
"""Exchanges of a dataset, on average: 550,000 and 1.5 million of 23,500 datasets."""
_HUBS, _WASTES, _ELEMENTARY = 400, 0.08, 4300
_UNITS = ("kg", "kg", "kg", "kg", "MJ", "m3", "kWh", "metric ton*km", "unit", "m2")
_PLACES = ("GLO", "RoW", "RER", "CN", "DE", "US", "FR", "IN", "BR", "ZA")
_GASES = (
    ("Carbon dioxide, fossil", "000124-38-9"), ("Methane, fossil", "000074-82-8"),
    ("Dinitrogen monoxide", "010024-97-2"),
    ("Carbon dioxide, non-fossil", "000124-38-9"), ("Methane, non-fossil", "000074-82-8"),
    ("Carbon dioxide, from soil or biomass stock", "000124-38-9"), ("Sulfur hexafluoride", "002551-62-4"),
    ("Methane, tetrafluoro-, CFC-14", "000075-73-0"), ("Ethane, 1,1,1,2-tetrafluoro-, HFC-134a", "000811-97-2"),
    ("Methane, chlorodifluoro-, HCFC-22", "000075-45-6"),
)  # fmt: skip
_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<ecoSpold xmlns="http://www.EcoInvent.org/EcoSpold02">\n'
_ACTIVITY = """ <activityDataset>
  <activityDescription>
   <activity id="{id}" activityNameId="{name_id}" type="1" specialActivityType="0">
    <activityName xml:lang="en">{name}</activityName>
    <generalComment><text xml:lang="en" index="1">A made-up dataset that stands for one of its kind. {name}.</text>
    </generalComment>
   </activity>
   <classification classificationId="{class_id}"><classificationSystem xml:lang="en">ISIC rev.4 ecoinvent
    </classificationSystem><classificationValue xml:lang="en">2410:Manufacture of things</classificationValue>
   </classification>
   <geography geographyId="{place_id}"><shortname xml:lang="en">{place}</shortname></geography>
   <technology technologyLevel="3"><comment><text xml:lang="en" index="1">As is usual.</text></comment></technology>
   <timePeriod startDate="2015-01-01" endDate="2025-12-31" isDataValidForEntirePeriod="true" />
   <macroEconomicScenario macroEconomicScenarioId="{class_id}"><name xml:lang="en">Business-as-Usual</name>
   </macroEconomicScenario>
  </activityDescription>
  <flowData>
"""
_TAIL = """  </flowData>
  <modellingAndValidation><representativeness percent="100.0" systemModelId="{id}">
   <systemModelName xml:lang="en">Allocation, cut-off</systemModelName></representativeness>
  </modellingAndValidation>
  <administrativeInformation>
   <dataEntryBy personId="{id}" isActiveAuthor="false" personName="Nobody" personEmail="nobody@example.org" />
   <dataGeneratorAndPublication personId="{id}" personName="Nobody" personEmail="nobody@example.org"
    dataPublishedIn="0" isCopyrightProtected="true" accessRestrictedTo="1" />
   <fileAttributes majorRelease="3" minorRelease="0" majorRevision="1" minorRevision="0" internalSchemaVersion="2.0.12"
    defaultLanguage="en" creationTimestamp="2024-01-01T00:00:00" fileGenerator="made up">
   </fileAttributes>
  </administrativeInformation>
 </activityDataset>
</ecoSpold>
"""
_PROPERTIES = "".join(
    f'    <property propertyId="3a0af1d6-04c3-41c6-a3da-92c4f61e0ea{at}" amount="{amount}" unitId="577e242a-461f-44a7-'
    f'922c-d8e1c3d2bf4{at}"><name xml:lang="en">{name}</name><unitName xml:lang="en">{unit}</unitName></property>\n'
    for at, (name, amount, unit) in enumerate((("dry mass", 1, "kg"), ("price", 0.37, "EUR2005")))
)
_PRODUCT = """   <intermediateExchange id="{id}" unitId="{unit_id}" amount="{amount!r}" \
intermediateExchangeId="{flow}"{link}>
    <name xml:lang="en">{name}</name>
    <unitName xml:lang="en">{unit}</unitName>
{spread}{properties}    {group}
   </intermediateExchange>
"""
_EMISSION = """   <elementaryExchange id="{id}" unitId="487df68b-4994-4027-8fdc-a4dc298257b7" amount="{amount!r}" \
elementaryExchangeId="{flow}"{cas}>
    <name xml:lang="en">{name}</name>
    <unitName xml:lang="en">kg</unitName>
    <compartment subcompartmentId="{within_id}"><compartment xml:lang="en">{outer}</compartment>\
<subcompartment xml:lang="en">{inner}</subcompartment></compartment>
{spread}    {group}
   </elementaryExchange>
"""
_SPREAD = """    <uncertainty><lognormal meanValue="{amount!r}" mu="{mu:.4f}" variance="{basic}" \
varianceWithPedigreeUncertainty="{whole}" />
     <pedigreeMatrix reliability="{a}" completeness="{b}" temporalCorrelation="{c}" geographicalCorrelation="{d}" \
furtherTechnologyCorrelation="{e}" /></uncertainty>
"""
_WITHIN = (
    ("air", "unspecified"),
    ("air", "urban air close to ground"),
    ("water", "surface water"),
    ("soil", "industrial"),
)


class _Dataset(NamedTuple):
    """A dataset to be written: what it is, what one unit is worth, and whether it takes a waste."""

    id: str
    flow: str
    name: str
    unit: str
    place: str
    worth: float
    takes_waste: bool

    @property
    def output(self) -> float:
        """What it makes per run [unit]."""
        return -1.0 if self.takes_waste else 1.0


def _id(of: random.Random) -> str:
    return str(uuid.UUID(int=of.getrandbits(128), version=4))


def _datasets(count: int, of: random.Random) -> list[_Dataset]:
    made = []
    for at in range(count):
        takes_waste = of.random() < _WASTES
        unit = "kg" if takes_waste else of.choice(_UNITS)
        name = f"treatment of waste {at}" if takes_waste else f"{'market for ' * (at % 3 == 0)}product {at}"
        made.append(_Dataset(_id(of), _id(of), name, unit, of.choice(_PLACES), exp(of.gauss(0, 3)), takes_waste))
    return made


def _spread(amount: float, of: random.Random) -> str:
    """Return a lognormal with scores, as five of six exchanges have one."""
    if of.random() < 1 / 6 or not amount:
        return ""
    scores = [of.randint(1, 5) for _ in range(5)]
    basic = of.choice((0.0006, 0.0006, 0.04, 0.12))
    whole = round(basic + sum(0.002 * (score - 1) for score in scores), 5)
    named = dict(zip("abcde", scores, strict=True))
    return _SPREAD.format(amount=amount, mu=log(abs(amount)), basic=basic, whole=whole, **named)


class Release:
    """A release of ``count`` datasets."""

    def __init__(self, count: int, seed: int) -> None:
        self.of = random.Random(seed)
        self.datasets = _datasets(count, self.of)
        hubs = min(_HUBS, count)
        self._hubs = range(0, count, max(1, count // hubs))
        self._weights = [*accumulate(1 / (rank + 3) for rank in range(len(self._hubs)))]
        self._flows = [(_id(self.of), *self._flow(at)) for at in range(_ELEMENTARY)]
        self._flow_weights = [*accumulate(1 / (rank + 20) for rank in range(_ELEMENTARY))]

    def _flow(self, at: int) -> tuple[str, str, tuple[str, str]]:
        """Return name, CAS number and compartments of an elementary flow; a gas among every twenty of the first."""
        if at % 20 == 0 and at // 20 < 2 * len(_GASES):
            return *_GASES[at // 20 % len(_GASES)], _WITHIN[at // 20 // len(_GASES)]
        return f"Substance {at}", "", _WITHIN[at % len(_WITHIN)]

    def file(self, at: int) -> tuple[str, str]:
        """Return name and content of the file of one dataset."""
        one = self.datasets[at]
        head = _ACTIVITY.format(id=one.id, name=one.name, place=one.place, **dict.fromkeys(
            ("name_id", "class_id", "place_id"), one.flow))  # fmt: skip
        parts = [*self._products(at), *self._emissions()]
        return f"{one.id}_{one.flow}.spold", "".join((_HEAD, head, *parts, _TAIL.format(id=one.id)))

    def _products(self, at: int) -> Iterator[str]:
        one, of = self.datasets[at], self.of
        yield self._product(one, one.output, "<outputGroup>0</outputGroup>", "", "")
        if of.random() < 0.1:
            by_product = self.datasets[of.randrange(len(self.datasets))]
            yield self._product(by_product, 0.0, "<outputGroup>2</outputGroup>", "", "")
        count = max(1, round(of.gammavariate(2, INPUTS / 2)))
        parts = [of.random() ** 3 for _ in range(count)]
        whole = (0.35 + 0.55 * of.random()) / sum(parts)
        for part in parts:
            other = self.datasets[self._supplier(at)]
            amount = part * whole * one.worth / other.worth * other.output
            link = f' activityLinkId="{other.id}"'
            yield self._product(other, amount, "<inputGroup>5</inputGroup>", link, _spread(amount, of))

    def _product(self, one: _Dataset, amount: float, group: str, link: str, spread: str) -> str:
        return _PRODUCT.format(
            id=_id(self.of), unit_id=one.flow, amount=amount, flow=one.flow, link=link, name=one.name, unit=one.unit,
            spread=spread, properties=_PROPERTIES, group=group,
        )  # fmt: skip

    def _supplier(self, at: int) -> int:
        """Return whom a dataset buys from: a hub, a neighbour, anybody; loops come about by themselves."""
        kind = self.of.random()
        if kind < 0.6:
            return self.of.choices(self._hubs, cum_weights=self._weights)[0]
        if kind < 0.9:
            return max(0, min(len(self.datasets) - 1, at - self.of.randint(-15, 25)))
        return self.of.randrange(len(self.datasets))

    def _emissions(self) -> Iterator[str]:
        of = self.of
        for at in of.choices(
            range(_ELEMENTARY), cum_weights=self._flow_weights, k=round(of.gammavariate(2, FLOWS / 2))
        ):
            flow, name, cas, (outer, inner) = self._flows[at]
            amount = exp(of.gauss(-7, 3))
            yield _EMISSION.format(
                id=_id(of), amount=amount, flow=flow, cas=f' casNumber="{cas}"' * bool(cas), name=name, outer=outer,
                inner=inner, within_id=flow, spread=_spread(amount, of), group="<outputGroup>4</outputGroup>",
            )  # fmt: skip


def write(folder: Path, count: int, seed: int = 7) -> Path:
    """Write a release of ``count`` datasets into ``folder`` and return where its files are."""
    files = folder / "datasets"
    files.mkdir(parents=True, exist_ok=True)
    release = Release(count, seed)
    for at in range(count):
        name, content = release.file(at)
        (files / name).write_text(content, encoding="utf-8")
    return files


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--datasets", type=int, default=23_500)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    print(write(given.folder, given.datasets, given.seed))
