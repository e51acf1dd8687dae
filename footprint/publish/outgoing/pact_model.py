"""The data model of PACT 3.0: fields and their forms, stricter than the schema; decimals are JSON strings.

Fields are written in Python's words and exchanged in PACT's: ``biogenic_co2_uptake`` is ``biogenicCO2Uptake``. Source:
OpenAPI description of PACT 3.0.4 with the patterns of 3.0.3, anchored at both ends; mandatory is also what the
methodology asks of every footprint (primary data share, packaging and storage of CO2 included or not).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from footprint.publish.outgoing import pcf_rules as forms

_REGIONS = Literal[
    "Africa", "Americas", "Asia", "Europe", "Oceania", "Australia and New Zealand", "Central Asia", "Eastern Asia",
    "Eastern Europe", "Latin America and the Caribbean", "Melanesia", "Micronesia", "Northern Africa",
    "Northern America", "Northern Europe", "Polynesia", "South-eastern Asia", "Southern Asia", "Southern Europe",
    "Sub-Saharan Africa", "Western Asia", "Western Europe",
]  # fmt: skip
_UNITS = Literal[
    "liter", "kilogram", "cubic meter", "kilowatt hour", "megajoule", "ton kilometer", "square meter", "piece", "hour",
    "megabit second",
]  # fmt: skip


def _must(form: str, test: Callable[[str], object]) -> AfterValidator:
    def check(text: str) -> str:
        if not test(text):
            raise PydanticCustomError("form", "{form}", {"form": form})
        return text

    return AfterValidator(check)


def _like(form: str, pattern: str) -> AfterValidator:
    return _must(form, re.compile(pattern).fullmatch)


def _distinct(found: list[Any]) -> list[Any]:
    if any(each in found[:at] for at, each in enumerate(found)):
        raise PydanticCustomError("form", "{form}", {"form": "list"})
    return found


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join({"co2": "CO2", "dqr": "DQR"}.get(word, word.capitalize()) for word in rest)


Number = Annotated[str, _must("decimal", lambda text: forms.number(text) is not None)]
Instant = Annotated[str, _must("instant", lambda text: forms.instant(text) is not None)]
Filled = Annotated[str, _must("filled", str.strip)]
Urn = Annotated[str, _like("urn", r"(?i)urn:[a-z0-9][a-z0-9-]{0,31}:\S+")]
Uri = Annotated[str, _like("uri", r"(?i)[a-z][a-z0-9+.-]*:\S+")]
Uuid = Annotated[str, _must("uuid", forms.is_uuid)]
Uuid4 = Annotated[str, _must("uuid4", lambda text: forms.is_uuid(text, "4"))]
Version = Annotated[str, _like("version", r"3\.0\.[0-9]+(-[0-9]{8})?")]
Country = Annotated[str, _like("country", "[A-Z]{2}")]
Subdivision = Annotated[str, _like("subdivision", "[A-Z]{2}-[A-Z0-9]{1,3}")]
Report = Annotated[str, _like("report", "AR[0-9]+")]
_SOME = Field(min_length=1)
_ONCE = AfterValidator(_distinct)


class _Part(BaseModel):
    model_config = ConfigDict(alias_generator=_camel, extra="forbid", strict=True, frozen=True)


class DataQualityIndicators(_Part):
    """Ratings of the data, 1 to 5, weighted by contribution."""

    technological_dqr: Number
    geographical_dqr: Number
    temporal_dqr: Number


class Verification(_Part):
    """Who verified what, when and by which standard."""

    coverage: Literal["PCF calculation model", "PCF program", "product level"] | None = None
    provider_name: str | None = None
    completed_at: Instant | None = None
    standard_name: str | None = None
    comments: str | None = None


class EmissionFactorSource(_Part):
    """A database."""

    name: Filled
    version: Filled


class ProductOrSectorSpecificRule(_Part):
    """Rules of a product category and who issued them."""

    operator: Literal["PEF", "EPD International", "Other"]
    rule_names: Annotated[list[Filled], _SOME, _ONCE]
    other_operator_name: Filled | None = None


class DataModelExtension(_Part):
    """Fields that are no part of the data model."""

    spec_version: str
    data_schema: Uri
    documentation: Uri | None = None
    data: dict[str, Any]


class CarbonFootprint(_Part):
    """A footprint from cradle to gate [kg CO2e per declared unit]; carbon contents [kg C per declared unit]."""

    declared_unit_of_measurement: _UNITS
    declared_unit_amount: Number
    product_mass_per_declared_unit: Number
    reference_period_start: Instant
    reference_period_end: Instant
    geography_region_or_subregion: _REGIONS | None = None
    geography_country: Country | None = None
    geography_country_subdivision: Subdivision | None = None
    boundary_processes_description: str | None = None
    pcf_excluding_biogenic_uptake: Number
    pcf_including_biogenic_uptake: Number
    fossil_carbon_content: Number
    biogenic_carbon_content: Number | None = None
    recycled_carbon_content: Number | None = None
    fossil_ghg_emissions: Number
    land_use_change_ghg_emissions: Number | None = None
    land_carbon_leakage: Number | None = None
    land_management_fossil_ghg_emissions: Number | None = None
    land_management_biogenic_co2_emissions: Number | None = None
    land_management_biogenic_co2_removals: Number | None = None
    biogenic_co2_uptake: Number | None = None
    biogenic_non_co2_emissions: Number | None = None
    land_area_occupation: Number | None = None
    aircraft_ghg_emissions: Number | None = None
    packaging_emissions_included: bool
    packaging_ghg_emissions: Number | None = None
    packaging_biogenic_carbon_content: Number | None = None
    outbound_logistics_ghg_emissions: Number | None = None
    ccs_technological_co2_capture_included: bool
    ccs_technological_co2_capture: Number | None = None
    technological_co2_capture_origin: str | None = None
    technological_co2_removals: Number | None = None
    ccu_carbon_content: Number | None = None
    ccu_calculation_approach: Literal["Cut-off", "Credit"] | None = None
    ccu_credit_certification: Uri | None = None
    ipcc_characterization_factors: Annotated[list[Report], _SOME, _ONCE]
    cross_sectoral_standards: Annotated[list[Filled], _SOME, _ONCE]
    product_or_sector_specific_rules: Annotated[list[ProductOrSectorSpecificRule], _SOME, _ONCE] | None = None
    exempted_emissions_percent: Number
    exempted_emissions_description: str | None = None
    allocation_rules_description: str | None = None
    secondary_emission_factor_sources: Annotated[list[EmissionFactorSource], _SOME] | None = None
    primary_data_share: Number
    dqi: DataQualityIndicators | None = None
    verification: Verification | None = None


class ProductFootprint(_Part):
    """A footprint as exchanged: who states it, of which product, for how long."""

    id: Uuid4
    spec_version: Version
    preceding_pf_ids: Annotated[list[Uuid], _SOME, _ONCE] | None = None
    created: Instant
    status: Literal["Active", "Deprecated"]
    validity_period_start: Instant | None = None
    validity_period_end: Instant | None = None
    company_name: Filled
    company_ids: Annotated[list[Urn], _SOME, _ONCE]
    product_description: str
    product_ids: Annotated[list[Urn], _SOME, _ONCE]
    product_classifications: Annotated[list[Urn], _SOME, _ONCE] | None = None
    product_name_company: Filled
    comment: str | None = None
    pcf: CarbonFootprint
    extensions: list[DataModelExtension] | None = None
