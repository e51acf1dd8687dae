"""Product category rules as read from their file: every value with clause, source and status."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import NamedTuple

from footprint.model.expressions import Node, Scalar
from footprint.model.fields import Field
from footprint.provenance import Status

Text = Mapping[str, str]
"""The same in ``zh`` and ``en``."""


class Cited(NamedTuple):
    """Where a rule or value stands, and how far that was checked."""

    clause: str
    source: str
    status: Status


class SourceDocument(NamedTuple):
    """A document the rules rest on."""

    id: str
    title: str
    status: Status


class Stage(NamedTuple):
    """A life-cycle stage."""

    id: str
    title: Text


class Boundary(NamedTuple):
    """A system boundary: the stages that count."""

    id: str
    title: Text
    stages: tuple[str, ...]
    cited: Cited


class DeclaredUnit(NamedTuple):
    """A unit a result may be declared in; ``amount`` computes how many of it one product item provides."""

    id: str
    title: Text
    unit: str
    amount: Node
    cited: Cited


class Dated(NamedTuple):
    """A value, or a table of values, in force from and to a day (None: open)."""

    value: Scalar | Mapping[str, Scalar]
    valid_from: datetime.date | None
    valid_to: datetime.date | None


class Parameter(NamedTuple):
    """A number of the rules, dated."""

    id: str
    title: Text
    unit: str
    values: tuple[Dated, ...]
    cited: Cited


class Derived(NamedTuple):
    """One line that replaces another: times ``coefficient``, on the dataset of role or code ``dataset``."""

    coefficient: Node
    dataset: str
    title: Text


class Rule(NamedTuple):
    """What happens to each line for which ``when`` holds. ``verb``: stage, exclude, derive, note."""

    id: str
    when: Node
    verb: str
    stage: str
    derived: tuple[Derived, ...]
    reason: Text
    cited: Cited


class Check(NamedTuple):
    """A clause tested on the result. Without ``test`` it is listed as not assessed."""

    id: str
    when: Node | None
    test: Node | None
    sentence: Text
    cited: Cited


class Pcr(NamedTuple):
    """One rule file. ``electricity``: the types of supply whose own factor counts; ``figures``: declared digits."""

    id: str
    version: str
    title: Text
    scope: Text
    status: Status
    sources: tuple[SourceDocument, ...]
    gwp_set: str
    headline: str
    figures: int
    fields: tuple[Field, ...]
    declared_units: tuple[DeclaredUnit, ...]
    stages: tuple[Stage, ...]
    boundaries: tuple[Boundary, ...]
    parameters: tuple[Parameter, ...]
    electricity: frozenset[str]
    electricity_cited: Cited
    rules: tuple[Rule, ...]
    checks: tuple[Check, ...]
    mass_tolerance: float
    cases: tuple[Mapping[str, object], ...] = ()
