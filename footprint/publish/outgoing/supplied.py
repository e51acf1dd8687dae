"""What a supplier's footprint says, whatever its format: PACT 2 and 3, Catena-X 7, 9 and 10, read into one form.

Amounts are per ONE declared unit: versions 2 of PACT and 7 of Catena-X state them so, the later ones for
``declaredUnitAmount`` units, by which they are divided here (PACT data model 3.0, change from 2.x). What the file
contradicts in itself is listed; then the stated total counts, not split, instead of parts that miss it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import MAXYEAR, MINYEAR, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from footprint.errors import Problem
from footprint.messages import LANGUAGES, label
from footprint.publish.outgoing import catena_rules, pact_rules, pcf
from footprint.publish.outgoing.pcf_rules import VALID_YEARS, Rule, Told, as_heavy, between, broken, formed, needed

UNITS = {**{word: unit for unit, word in pcf.UNITS.items()}, "kilowatt hour": "kWh", "megajoule": "MJ"}
CLASSES = {
    "fossilGhgEmissions": "fossil",
    "landUseChangeGhgEmissions": "land_use_change",
    "landManagementBiogenicCO2Emissions": "land_management_emission",
    "landManagementBiogenicCO2Removals": "land_management_removal",
    "technologicalCO2Removals": "technological_removal",
    "ccsTechnologicalCO2Capture": "technological_removal",
    "biogenicNonCO2Emissions": "biogenic_non_co2",
}
"""Field -> GHG class; aircraft is taken out of the fossil ones, where it is a part."""
_TWO = {  # PACT 2 and Catena-X 7 -> names of PACT 3
    "pCfExcludingBiogenic": pact_rules.EXCLUDING,
    "pCfIncludingBiogenic": pact_rules.INCLUDING,
    "declaredUnit": "declaredUnitOfMeasurement",
    "unitaryProductAmount": "declaredUnitAmount",
    "dLucGhgEmissions": "landUseChangeGhgEmissions",
    "biogenicCarbonWithdrawal": "biogenicCO2Uptake",
    "characterizationFactors": "ipccCharacterizationFactors",
    "crossSectoralStandardsUsed": "crossSectoralStandards",
}


DRAFT, LOWER_BOUND, DEPRECATED, CONTRADICTORY = "draft", "lower-bound", "deprecated", "contradictory"
"""What keeps a footprint from being final: data gaps; gaps that could only raise it; another one replaces it; its file
states what cannot all be true."""
_UNTRUE = frozenset({
    "exchange-negative", "exchange-positive", "exchange-zero", "exchange-range", "exchange-sum", "exchange-part",
    "exchange-order", "exchange-together", "exchange-without", "exchange-mass", "exchange-heavier",
    "exchange-itself", "json-twice",
})  # fmt: skip
"""Faults that leave open which of the things stated is meant; the others are of form."""


class Supplied(NamedTuple):
    """A footprint as a supplier stated it. Emissions [kg CO2e], carbon and mass [kg] per ``unit`` of the product.

    ``classes``: by GHG class, ``unsplit`` what no field tells apart, ``biogenic_uptake`` with its sign; ``total``:
    excluding uptake. ``start``, ``end``: first and last day of the data; ``valid_until``: last day of validity, as
    stated or, in PACT, three years after the data; shares [-]; ``scores``: ratings 1 to 5 by indicator of the scheme of
    PACT 3, none from older versions, which rate from 1 to 3; ``states``: why it is not final; ``preceding``: ids of the
    footprints it takes the place of.
    """

    format: str
    id: str
    company: str
    product: str
    product_ids: tuple[str, ...]
    description: str
    unit: str
    classes: Mapping[str, Decimal]
    total: Decimal
    outbound: Decimal | None
    mass: Decimal | None
    fossil_carbon: Decimal | None
    biogenic_carbon: Decimal | None
    start: str
    end: str
    valid_until: str
    status: str
    region: str
    gwp_sets: tuple[str, ...]
    primary_share: Decimal | None
    exempted_share: Decimal | None
    scores: Mapping[str, Decimal]
    packaging: bool | None
    comment: str
    states: tuple[str, ...] = ()
    preceding: tuple[str, ...] = ()


def documents(content: object) -> list[object]:
    """Return the footprints in a file: one, a list of them, or either behind ``data`` as a server answers."""
    if isinstance(content, Mapping) and isinstance(content.get("data"), Mapping | list):
        content = content["data"]
    return [*content] if isinstance(content, list) else [content]


def recognised(document: object) -> str:
    """Return format and major version, such as ``pact 3`` or ``catena-x 10``; empty where it is none of them."""
    if not isinstance(document, Mapping):
        return ""
    scope = document.get("scopeOfPcfForm")
    inner = scope[0] if isinstance(scope, list) and scope and isinstance(scope[0], Mapping) else document
    version = str(inner.get("specVersion") or "")
    name, number = ("catena-x", version.rpartition(":")[2]) if version.startswith("urn:") else ("pact", version)
    found = f"{name} {number.partition('.')[0]}"
    return found if found in _READERS and (name == "catena-x" or isinstance(document.get("pcf"), Mapping)) else ""


def faults(document: Mapping[str, Any], file: str) -> list[Problem]:
    """Return all that is wrong in a footprint of a known format read from ``file``, older versions by their ranges."""
    told, name = _told(document, file), "declaredUnitOfMeasurement"
    unit = told.values.get(name)
    found = _broken(document, told)
    if unit is not None and str(unit) not in UNITS and all(p.place != told.problem("", name).place for p in found):
        found.append(told.problem("supplied-unit", name, unit=unit, known=", ".join(UNITS)))
    return found


def contradicts(found: Iterable[Problem]) -> bool:
    """Tell whether any fault of a file is that it contradicts itself, or what can be."""
    return any(each.code in _UNTRUE for each in found)


def names(document: Mapping[str, Any]) -> frozenset[str]:
    """Return the names by which a footprint of a known format states something, those of its parts included."""
    return frozenset(step for pointer in _told(document, "").pointers.values() for step in pointer.split("/"))


def _broken(document: Mapping[str, Any], told: Told) -> list[Problem]:
    found = recognised(document)
    if found == "pact 3":
        return pact_rules.faults(document, told.file)
    if found in {"catena-x 9", "catena-x 10"}:
        return catena_rules.faults(document, told.file, f"{found.rpartition(' ')[2]}.0.0")
    return [*broken(told, _OLDER)]


def supplied(document: Mapping[str, Any], file: str) -> Supplied | None:
    """Return what a footprint of a known format says; None where unit or total cannot be read."""
    told = _told(document, file)
    unit, total = UNITS.get(str(told.values.get("declaredUnitOfMeasurement"))), told.number(pact_rules.EXCLUDING)
    scaled = _is_scaled(document)
    amount = told.number("declaredUnitAmount") if scaled else Decimal(1)
    if unit is None or total is None or amount is None or amount <= 0:
        return None
    text = {name: value for name, value in told.values.items() if isinstance(value, str)}
    start, end = told.instant("referencePeriodStart"), told.instant("referencePeriodEnd")

    def per_unit(name: str) -> Decimal | None:
        value = told.number(name)
        return None if value is None else value / amount

    return Supplied(
        format=recognised(document),
        id=_bare(text.get("id", "")),
        company=text.get("companyName", ""),
        product=text.get("productNameCompany", ""),
        product_ids=_texts(told.values.get("productIds")),
        description=text.get("productDescription", ""),
        unit=unit,
        classes={name: value / amount for name, value in _classes(told, total, is_older=not scaled).items()},
        total=total / amount,
        outbound=per_unit("outboundLogisticsGhgEmissions"),
        mass=per_unit("productMassPerDeclaredUnit"),
        fossil_carbon=per_unit("fossilCarbonContent"),
        biogenic_carbon=per_unit("biogenicCarbonContent"),
        start="" if start is None else f"{start.date()}",
        end=_last_day(end),
        valid_until=_valid_until(told, document),
        status=text.get("status", ""),
        region=_region(text),
        gwp_sets=_texts(told.values.get("ipccCharacterizationFactors")),
        primary_share=_share(told, "primaryDataShare"),
        exempted_share=_share(told, "exemptedEmissionsPercent"),
        scores=_scores(told) if scaled else {},
        packaging=packed if isinstance(packed := told.values.get("packagingEmissionsIncluded"), bool) else None,
        comment=text.get("comment", ""),
        states=tuple(_states(text)),
        preceding=preceding(told),
    )


def _bare(uuid: str) -> str:
    return uuid.removeprefix("urn:uuid:")


def preceding(told: Told) -> tuple[str, ...]:
    """Return the ids of the footprints it takes the place of: texts, in Catena-X 9 objects that hold one."""
    stated = told.values.get("precedingPfIds")
    each = [one.get("id") if isinstance(one, Mapping) else one for one in stated] if isinstance(stated, list) else []
    return tuple(map(_bare, _texts(each)))


def _states(text: Mapping[str, str]) -> Iterator[str]:
    """Yield what keeps a footprint from being final.

    No format has a word for drafts: ours say so in the comment, and are not to be used like those withdrawn.
    """
    if any(label("publish-draft", lang) in text.get("comment", "") for lang in LANGUAGES):
        yield DRAFT
    elif text.get("status", "").casefold() == DEPRECATED:
        yield DEPRECATED


def _valid_until(told: Told, document: Mapping[str, Any]) -> str:
    """Return the last day of validity as stated; where PACT states none, that of three years from the end of the data.

    References: PACT data model 2.3 and 3.0, validityPeriodStart.
    """
    stated, end = told.instant("validityPeriodEnd"), told.instant("referencePeriodEnd")
    if stated is None and end is not None and recognised(document).startswith("pact"):
        leap = (end.month, end.day) == (2, 29)
        stated = end.replace(year=min(end.year + VALID_YEARS, MAXYEAR), day=28 if leap else end.day)
    return _last_day(stated)


def _is_scaled(document: Mapping[str, Any]) -> bool:
    """Tell whether a version states emissions for its amount of the unit, and rates data by the scheme of PACT 3."""
    return recognised(document) not in {"pact 2", "catena-x 7"}


def _classes(told: Told, total: Decimal, *, is_older: bool) -> dict[str, Decimal]:
    """Return the parts by class where they make the total, else the total alone; what older versions lack is a rest."""
    found: dict[str, Decimal] = {}
    for field, name in CLASSES.items():
        value = told.number(field)
        if value is not None:
            found[name] = found.get(name, Decimal()) + value
    aircraft = told.number("aircraftGhgEmissions")
    if aircraft and 0 < aircraft <= found.get("fossil", Decimal()):
        found |= {"aircraft": aircraft, "fossil": found["fossil"] - aircraft}
    rest = total - sum(found.values(), Decimal())
    if rest and is_older and rest > 0:
        found["unsplit"] = rest
    elif rest:
        found = {"unsplit": total}
    uptake = told.number("biogenicCO2Uptake")
    return {name: value for name, value in (found | {"biogenic_uptake": uptake or Decimal()}).items() if value}


def _scores(told: Told) -> dict[str, Decimal]:
    names = {"technology": "technologicalDQR", "geography": "geographicalDQR", "time": "temporalDQR"}
    return {name: value for name, field in names.items() if (value := told.number(field)) is not None}


def _share(told: Told, name: str) -> Decimal | None:
    value = told.number(name)
    return None if value is None else value / 100


def _last_day(instant: datetime | None) -> str:
    """Return the last day before an instant: a period ends where the next begins."""
    return "" if instant is None or instant.year == MINYEAR else f"{(instant - timedelta(seconds=1)).date()}"


def _region(text: Mapping[str, str]) -> str:
    """Return the finest place stated."""
    names = ("geographyCountrySubdivision", "geographyCountry", "geographyRegionOrSubregion")
    return next((text[name] for name in names if text.get(name)), "")


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()


def _told(document: Mapping[str, Any], file: str) -> Told:
    return _READERS[recognised(document)](document, file)


def _two(document: Mapping[str, Any], file: str) -> Told:
    told = pact_rules.told(document, file)
    return Told(
        file,
        {_TWO.get(name, name): value for name, value in told.values.items()},
        {_TWO.get(name, name): pointer for name, pointer in told.pointers.items()},
    )


def _nested(document: Mapping[str, Any], file: str) -> Told:
    told = catena_rules.told(document, file)
    return _beside(told, "distributionStagePcfExcludingBiogenicUptake")


def _seven(document: Mapping[str, Any], file: str) -> Told:
    values: dict[str, Any] = {}
    pointers: dict[str, str] = {}
    for row in catena_rules.table().values():
        at: Any = document
        for step in row.seven.split("."):
            at = at.get(step) if isinstance(at, Mapping) else None
        if row.seven and at is not None:
            values[row.leaf], pointers[row.leaf] = at, "/" + row.seven.replace(".", "/")
    return _beside(Told(file, values, pointers), "distributionStagePcfExcludingBiogenicUptake")


def _beside(told: Told, name: str) -> Told:
    """Return the fields with those of distribution by the name of PACT, where the stage is stated."""
    if name not in told.values or told.values.get("distributionStageIncluded") is False:
        return told
    as_pact = "outboundLogisticsGhgEmissions"
    return told._replace(
        values={**told.values, as_pact: told.values[name]}, pointers={**told.pointers, as_pact: told.pointers[name]}
    )


def _within(told: Told) -> Iterator[Problem]:
    """Yield the total of an older version that its parts exceed: what they leave out counts as not split."""
    total = told.number(pact_rules.EXCLUDING)
    stated = {field: value for field in CLASSES if (value := told.number(field)) is not None}
    summed = sum(stated.values(), Decimal())
    if total is not None and summed > total:
        shown = " + ".join(f"{field} {value}" for field, value in stated.items())
        yield told.problem("exchange-sum", pact_rules.EXCLUDING, value=total, total=summed, parts=shown)


_READERS = {
    "pact 2": _two,
    "pact 3": pact_rules.told,
    "catena-x 7": _seven,
    "catena-x 9": _nested,
    "catena-x 10": _nested,
}
_OLDER: tuple[Rule, ...] = (
    needed("id", "declaredUnitOfMeasurement", pact_rules.EXCLUDING, "referencePeriodStart", "referencePeriodEnd"),
    formed("decimal", pact_rules.EXCLUDING, pact_rules.INCLUDING, *pact_rules.NOT_BELOW, *pact_rules.NOT_ABOVE),
    formed(
        "instant", "created", "referencePeriodStart", "referencePeriodEnd", "validityPeriodStart", "validityPeriodEnd"
    ),
    *pact_rules.OLDER,
    as_heavy("declaredUnitOfMeasurement"),
    between("exemptedEmissionsPercent", 0, 5),
    _within,
)
