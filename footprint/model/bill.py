"""The bill: what the workbook says of one product, typed and placed, before any dataset or rule touches it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from footprint.model.amounts import Amount
from footprint.model.background import GhgClass
from footprint.model.dependent import real
from footprint.model.matched import How
from footprint.model.uncertain import Spread
from footprint.provenance import Place

Value = str | float | bool | dt.date
"""A product field as entered."""
USE_COUNTRY = "use_country"
"""The field by which rules ask where the product is used."""


class Entry(NamedTuple):
    """One field of the Product sheet: its value, unit ("" for text) and place, and how far a number may be off."""

    value: Value
    unit: str
    place: Place
    spread: Spread | None = None


class Product(NamedTuple):
    """The Product sheet by field key. ``entries`` also holds the fields a PCR brings.

    ``cells``: where the value of each field stands or is to stand, of those left empty too.
    """

    place: Place
    entries: dict[str, Entry]
    cells: Mapping[str, Place] = MappingProxyType({})

    def text(self, key: str) -> str:
        """Return field ``key`` as text, "" when it is empty."""
        entry = self.entries.get(key)
        return "" if entry is None else str(entry.value)

    @property
    def used_in(self) -> str:
        """The country of use where the rules ask for it and it is filled in, else that of the plant."""
        return self.text(USE_COUNTRY).strip().upper() or self.text("country")

    def number(self, key: str) -> float | None:
        """Return field ``key`` [its own unit], None when it is empty: missing is not zero."""
        entry = self.entries.get(key)
        return real(entry.value) if entry and isinstance(entry.value, float) else None

    def items(self, key: str) -> tuple[str, ...]:
        """Return the parts of a list field, none when it is empty."""
        return tuple(part for part in self.text(key).split("; ") if part)

    def needed(self, key: str) -> float:
        """Return required number ``key`` [its own unit]; KeyError when it is empty, which reading refuses."""
        found = self.number(key)
        if found is None:
            raise KeyError(key)
        return found

    def date(self, key: str) -> dt.date | None:
        """Return field ``key`` as a date, None when it is empty."""
        entry = self.entries.get(key)
        return entry.value if entry and isinstance(entry.value, dt.date) else None


class BomLine(NamedTuple):
    """One line of the bill of materials. ``parent`` is a line id, or "" for the product itself.

    ``component`` and ``material`` are words of the rules; ``quality_in`` is Qs,in/Qp [-], ``allocation_factor`` A [-];
    ``cut_off`` names the dataset that estimates a line left out, or is ``no-estimate``; ``situation``, here
    and of processes, is run, informed or no-access in the data needs matrix.

    ``places``, here and in the other rows: field key -> cell, for each cell that is filled in.

    ``quantity`` is per one unit of the parent (of the product: per the quantity the BOM is written for).
    ``unit_mass`` is the net mass of one of its units [kg]; shares and ``loss`` are fractions [-].
    ``matched``: by what its dataset was found, with which ``confidence`` [-], None where a person entered it.
    """

    id: str
    parent: str
    name: str
    role: str
    quantity: Amount
    place: Place
    unit_mass: Amount | None = None
    loss: float = 0.0
    loss_to: str = ""
    recycled_share: float | None = None
    secondary: str = ""
    origin: str = ""
    supplier: str = ""
    supplier_share: float = 1.0
    dataset: str = ""
    destination: str = ""
    component: str = ""
    material: str = ""
    quality_in: float | None = None
    allocation_factor: float | None = None
    cut_off: str = ""
    situation: str = ""
    places: Mapping[str, Place] = MappingProxyType({})
    matched: How = How.PERSON
    confidence: float | None = None


class ProcessRow(NamedTuple):
    """One row of the Processes sheet: a flow into or out of ``process``, for the output in its ``product`` row.

    ``output_share``: share of a plant in what several plants make [-]; ``only_for``: the one output the row belongs to.
    Of an output: ``price`` [any currency/unit], ``unit_mass`` [kg/unit], ``energy_content`` [MJ/unit], ``substitute``.
    """

    process: str
    stage: str
    direction: str
    flow: str
    amount: Amount
    place: Place
    site: str = ""
    period: str = ""
    fuel_use: str = ""
    supply: str = ""
    allocation: str = ""
    allocation_value: float | None = None
    destination: str = ""
    component: str = ""
    country: str = ""
    output_share: float | None = None
    only_for: str = ""
    price: float | None = None
    unit_mass: float | None = None
    energy_content: float | None = None
    substitute: str = ""
    cut_off: str = ""
    situation: str = ""
    places: Mapping[str, Place] = MappingProxyType({})


class ElectricityRow(NamedTuple):
    """One supply of electricity; rows sharing ``id`` form a mix by their kWh."""

    id: str
    type: str
    energy: Amount
    place: Place
    generator: str = ""
    period: str = ""
    certificate: str = ""
    cancelled_on: dt.date | None = None
    cancelled_for: str = ""
    attributes_sold: bool = False
    market: str = ""
    places: Mapping[str, Place] = MappingProxyType({})


class TransportRow(NamedTuple):
    """One leg: ``applies_to`` are line ids, or ``all inbound``, ``product``, ``waste``; ``mass`` None means auto."""

    applies_to: tuple[str, ...]
    excepted: tuple[str, ...]
    leg: str
    vehicle: str
    distance: Amount
    mass: Amount | None
    stage: str
    place: Place
    scenario: str = ""
    places: Mapping[str, Place] = MappingProxyType({})


class UseRow(NamedTuple):
    """One consumption in the use phase, per product item over its life; ``country``: where, "" when not stated."""

    flow: str
    amount: Amount
    stage: str
    place: Place
    scenario: str = ""
    country: str = ""
    places: Mapping[str, Place] = MappingProxyType({})


class EndOfLifeRow(NamedTuple):
    """One route of one part: a share [-] of its mass, collected and treated.

    ``disposal``, ``avoided``, ``heat`` and ``electricity`` name datasets; ``quality_out`` is Qs,out/Qp [-], ``lhv`` in
    [MJ/kg], the efficiencies are useful energy over it [-].
    """

    part: str
    route: str
    share: float
    treatment: str
    place: Place
    collection: float | None = None
    recovery: float | None = None
    evidence: str = ""
    disposal: str = ""
    avoided: str = ""
    quality_out: float | None = None
    allocation_factor: float | None = None
    lhv: float | None = None
    heat_efficiency: float | None = None
    electricity_efficiency: float | None = None
    heat: str = ""
    electricity: str = ""
    scenario: str = ""
    places: Mapping[str, Place] = MappingProxyType({})


class EvidenceRow(NamedTuple):
    """A document that backs a number: what it covers, and what the instrument read [``unit``/``multiplier``].

    ``repeats``: readings of one quantity, taken again and again.
    """

    id: str
    type: str
    document: str
    place: Place
    file: str = ""
    sha256: str = ""
    issuer: str = ""
    date: dt.date | None = None
    note: str = ""
    period_start: dt.date | None = None
    period_end: dt.date | None = None
    opening: float | None = None
    closing: float | None = None
    multiplier: float = 1.0
    unit: str = ""
    instrument: str = ""
    places: Mapping[str, Place] = MappingProxyType({})
    repeats: tuple[float, ...] = ()


class InstrumentRow(NamedTuple):
    """One calibration of a measuring instrument; ``expanded`` [``expanded_unit``, or %] is U = ``k`` x u.

    ``dof``: effective degrees of freedom of u, None: many.
    """

    id: str
    what: str
    place: Place
    accuracy_class: str = ""
    certificate: str = ""
    laboratory: str = ""
    accreditation: str = ""
    calibrated_on: dt.date | None = None
    valid_until: dt.date | None = None
    expanded: float | None = None
    expanded_unit: str = ""
    k: float | None = None
    dof: float | None = None
    places: Mapping[str, Place] = MappingProxyType({})


class ParameterRow(NamedTuple):
    """A number that multiplies the amounts of the rows that name it: [-], or [new unit/old unit]."""

    name: str
    value: float
    unit: str
    place: Place
    value_place: Place
    distribution: str = ""
    evidence: str = ""


class FactorRow(NamedTuple):
    """A supplier's emission factor [kg CO2e/``unit``], characterised with ``gwp_set``.

    ``energy``: what is counted in a unit of energy, electricity, heat, fuel or other; "" where the unit is another.
    ``primary_share``: of primary data in it [-], ``valid_until``: last day of its use, None if unsaid;
    ``classes``: it by GHG class [kg CO2e], none where it is not split; ``state``: why it is not final, draft (gaps),
    lower-bound (gaps that could only raise it), deprecated or contradictory (its file contradicts itself).
    """

    code: str
    name: str
    unit: str
    co2e: float
    gwp_set: str
    boundary: str
    region: str
    period: str
    status: str
    source: str
    place: Place
    supplier: str = ""
    includes_transport: bool = False
    evidence: str = ""
    note: str = ""
    energy: str = ""
    primary_share: float | None = None
    valid_until: dt.date | None = None
    pcf_id: str = ""
    classes: tuple[tuple[GhgClass, float], ...] = ()
    state: str = ""


class EstimateRow(NamedTuple):
    """What stands in for a gap: ``ratio`` [unit of ``dataset``/unit of the gap], None: the same amount."""

    gap: str
    dataset: str
    reason: str
    place: Place
    ratio: float | None = None
    source: str = ""
    places: Mapping[str, Place] = MappingProxyType({})


class WhatIf(NamedTuple):
    """One change of one scenario: ``target`` is ``value`` in it."""

    scenario: str
    target: str
    value: str
    place: Place
    value_place: Place


class RowState(NamedTuple):
    """What became of one row: ``used``, ``merged``, ``excluded`` (by the named rule) or ``rejected``."""

    place: Place
    state: str
    why: str = ""


class Account(NamedTuple):
    """Every row of every sheet and what became of it. The law: used + merged + excluded + rejected = rows."""

    rows: tuple[RowState, ...]

    def counts(self) -> dict[str, Counter[str]]:
        """Return the number of rows by sheet and state."""
        result: dict[str, Counter[str]] = {}
        for row in self.rows:
            result.setdefault(row.place.sheet, Counter())[row.state] += 1
        return result


class Notice(NamedTuple):
    """Something the reader must know and that stops nothing: a hidden row, a default, a proxy."""

    code: str
    place: Place
    facts: Mapping[str, object] = MappingProxyType({})


class Bill(NamedTuple):
    """One product, as its workbook tells it. ``grid_year``: the year whose grid a scenario asks for, "" for none.

    ``at_hand``: the SHA-256 of the evidence files that lie beside the workbook, by name.
    ``spreads``: cell of a number -> how far it may be off, and its pedigree, where its row says so.
    ``publication``: what formats for customers ask for besides, by field key; "" where a row was left empty.
    """

    file: str
    sha256: str
    schema: str
    product: Product
    bom: tuple[BomLine, ...]
    processes: tuple[ProcessRow, ...]
    electricity: tuple[ElectricityRow, ...]
    transport: tuple[TransportRow, ...]
    use: tuple[UseRow, ...]
    end_of_life: tuple[EndOfLifeRow, ...]
    evidence: tuple[EvidenceRow, ...]
    account: Account
    notices: tuple[Notice, ...] = ()
    parameters: tuple[ParameterRow, ...] = ()
    factors: tuple[FactorRow, ...] = ()
    estimates: tuple[EstimateRow, ...] = ()
    what_ifs: tuple[WhatIf, ...] = ()
    grid_year: str = ""
    instruments: tuple[InstrumentRow, ...] = ()
    at_hand: Mapping[str, str] = MappingProxyType({})
    spreads: Mapping[Place, Spread] = MappingProxyType({})
    publication: Mapping[str, Entry] = MappingProxyType({})
