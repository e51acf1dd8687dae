"""All that a PACT 3.0 footprint must keep: the forms of its fields, and the rules that its schema lacks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from footprint.errors import Problem
from footprint.publish.outgoing.pcf_rules import (
    Rule,
    Told,
    after,
    as_heavy,
    between,
    both,
    broken,
    no_heavier,
    not_itself,
    one_of,
    only_with,
    part_of,
    sums,
    unformed,
    within_years,
)

EXCLUDING, INCLUDING = "pcfExcludingBiogenicUptake", "pcfIncludingBiogenicUptake"
CAPTURED = ("ccsTechnologicalCO2Capture", "technologicalCO2Removals")
ADDED = (
    "fossilGhgEmissions", "landUseChangeGhgEmissions", "landManagementBiogenicCO2Emissions",
    "landManagementBiogenicCO2Removals", "technologicalCO2Removals", "ccsTechnologicalCO2Capture",
    "biogenicNonCO2Emissions",
)  # fmt: skip
"""The parts of the footprint excluding uptake; emissions of fossil land management are inside the fossil ones."""
NOT_BELOW = (
    "fossilCarbonContent", "biogenicCarbonContent", "recycledCarbonContent", "fossilGhgEmissions",
    "landUseChangeGhgEmissions", "landCarbonLeakage", "landManagementFossilGhgEmissions",
    "landManagementBiogenicCO2Emissions", "biogenicNonCO2Emissions", "landAreaOccupation", "aircraftGhgEmissions",
    "packagingGhgEmissions", "packagingBiogenicCarbonContent", "outboundLogisticsGhgEmissions", "ccuCarbonContent",
    "productMassPerDeclaredUnit",
)  # fmt: skip
NOT_ABOVE = ("landManagementBiogenicCO2Removals", "biogenicCO2Uptake", *CAPTURED)
RATINGS = ("technologicalDQR", "geographicalDQR", "temporalDQR")


def _operators(told: Told) -> Iterator[Problem]:
    """Yield the rules of a product category whose operator is another one that nobody names."""
    name = "productOrSectorSpecificRules"
    found = told.values.get(name)
    for at, each in enumerate(found if isinstance(found, list) else ()):
        if isinstance(each, Mapping) and each.get("operator") == "Other" and "otherOperatorName" not in each:
            inner = "otherOperatorName"
            yield told._replace(pointers={inner: f"{told.pointers[name]}/{at}/{inner}"}).problem(
                "exchange-missing", inner
            )


OLDER: tuple[Rule, ...] = (
    *(between(name, 0, None) for name in NOT_BELOW),
    *(between(name, None, 0) for name in NOT_ABOVE),
    between("primaryDataShare", 0, 100),
    between("declaredUnitAmount", 0, None, strictly=True),
    part_of("aircraftGhgEmissions", "fossilGhgEmissions"),
    part_of("landManagementFossilGhgEmissions", "fossilGhgEmissions"),
    after("referencePeriodEnd", "referencePeriodStart"),
    after("validityPeriodEnd", "validityPeriodStart"),
    after("validityPeriodStart", "referencePeriodEnd", or_at=True),
    both("validityPeriodStart", "validityPeriodEnd"),
    within_years("validityPeriodEnd", "referencePeriodEnd"),
    no_heavier("fossilCarbonContent", "biogenicCarbonContent"),
    not_itself,
)
"""Rules that older versions have too."""
RULES: tuple[Rule, ...] = (
    *OLDER,
    between("exemptedEmissionsPercent", 0, 100),
    *(between(name, 1, 5) for name in RATINGS),
    sums(EXCLUDING, ADDED),
    sums(INCLUDING, (EXCLUDING, "biogenicCO2Uptake")),
    one_of("geographyRegionOrSubregion", "geographyCountry", "geographyCountrySubdivision"),
    only_with("packagingEmissionsIncluded", "packagingGhgEmissions"),
    only_with("ccsTechnologicalCO2CaptureIncluded", *CAPTURED),
    as_heavy("declaredUnitOfMeasurement", "declaredUnitAmount"),
    _operators,
)
_FORMS = {
    "bool_type": "boolean", "string_type": "text", "literal_error": "choice", "list_type": "list", "too_short": "list",
    "dict_type": "object", "model_type": "object", "model_attributes_type": "object",
}  # fmt: skip


def told(document: Mapping[str, Any], file: str) -> Told:
    """Return the fields of a footprint, flat; what is empty (null) is not stated."""
    values: dict[str, Any] = {}
    pointers: dict[str, str] = {}
    _flatten(document, "", values, pointers)
    return Told(file, values, pointers)


def _flatten(part: Mapping[str, Any], pointer: str, values: dict[str, Any], pointers: dict[str, str]) -> None:
    for name, value in part.items():
        if isinstance(value, Mapping) and name in {"pcf", "dqi"}:
            _flatten(value, f"{pointer}/{name}", values, pointers)
        elif value is not None:
            values[name], pointers[name] = value, f"{pointer}/{name}"


def faults(document: object, file: str) -> list[Problem]:
    """Return all that is wrong in a PACT 3.0 footprint read from ``file``: forms, and every rule that is broken."""
    found = [*_unformed(document, file)]
    if isinstance(document, Mapping):
        found += broken(told(document, file), RULES)
    return found


def _unformed(document: object, file: str) -> Iterator[Problem]:
    from pydantic import ValidationError

    from footprint.publish.outgoing.pact_model import ProductFootprint

    try:
        ProductFootprint.model_validate(document)
    except ValidationError as exc:
        for error in exc.errors(include_url=False):
            pointer = "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in error["loc"])
            name = str(error["loc"][-1]) if error["loc"] else ""
            yield _problem(Told(file, {}, {name: pointer}), name, error)
    else:
        yield from _nulls(document, "", file)


def _problem(at: Told, name: str, error: Mapping[str, Any]) -> Problem:
    if error["type"] in {"missing", "extra_forbidden"}:
        return at.problem("exchange-missing" if error["type"] == "missing" else "exchange-unknown", name)
    form = error["ctx"]["form"] if error["type"] == "form" else _FORMS.get(error["type"], "text")
    return unformed(at, name, form, error["input"])


def _nulls(part: object, pointer: str, file: str) -> Iterator[Problem]:
    """Yield the fields that hold null: PACT knows absent fields only."""
    if isinstance(part, Mapping):
        for name, value in part.items():
            at = f"{pointer}/{name}"
            if value is None:
                yield Told(file, {}, {name: at}).problem("exchange-null", name)
            elif name != "data":
                yield from _nulls(value, at, file)
