"""Product category rules as read from their file and its parents: every value with clause, source and status."""

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
    """A life-cycle stage. ``module``: its module after EN 15804 or ""; ``also``: other names workbooks may use."""

    id: str
    title: Text
    module: str = ""
    mandatory: bool = False
    also: tuple[str, ...] = ()


class Named(NamedTuple):
    """A word of a rule file that workbooks use: a component or a material."""

    id: str
    title: Text


class ProductClass(NamedTuple):
    """A class of products the rules are for; ``when`` tells whether a product is one, None: nobody can compute it."""

    id: str
    title: Text
    when: Node | None
    cited: Cited


class FunctionalUnit(NamedTuple):
    """What the product does, how much of it, how well and for how long."""

    what: Text
    how_much: Text
    how_well: Text
    how_long: Text
    cited: Cited


class Boundary(NamedTuple):
    """A system boundary: the stages that count, and those that are calculated ``apart`` from the result."""

    id: str
    title: Text
    stages: tuple[str, ...]
    cited: Cited
    apart: tuple[str, ...] = ()


class Subtotal(NamedTuple):
    """A sum over some stages that is printed beside the result."""

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
    reference_flow: Text
    cited: Cited


class Dated(NamedTuple):
    """A value, or a table of values, in force from and to a day (None: open)."""

    value: Scalar | Mapping[str, Scalar]
    valid_from: datetime.date | None
    valid_to: datetime.date | None


class Parameter(NamedTuple):
    """A number of the rules, dated. Without ``values`` nobody could read it, and ``todo`` says what to look up."""

    id: str
    title: Text
    unit: str
    values: tuple[Dated, ...]
    cited: Cited
    topic: str = ""
    todo: Text | None = None
    is_table: bool = False


class Statement(NamedTuple):
    """What the rules say of ``topic`` and nothing computes."""

    id: str
    topic: str
    sentence: Text
    cited: Cited


class Derived(NamedTuple):
    """One line that replaces another: times ``coefficient``, on the dataset of role or code ``dataset``.

    With ``per``, the line's amount in ``of`` times ``per`` is an amount in ``unit``. ``stage`` "": that of the line.
    """

    coefficient: Node
    dataset: str
    title: Text
    stage: str = ""
    of: str = ""
    per: Node | None = None
    unit: str = ""


class Rule(NamedTuple):
    """What happens to each line for which ``when`` holds. ``verb``: stage, exclude, derive, note."""

    id: str
    when: Node
    verb: str
    stage: str
    derived: tuple[Derived, ...]
    reason: Text
    cited: Cited
    topic: str = ""


class Step(NamedTuple):
    """One step of the decision on co-products: the first whose ``when`` holds gives the ``method``."""

    id: str
    when: Node
    method: str
    reason: Text
    cited: Cited


class Allocation(NamedTuple):
    """How co-products share burdens; outputs of up to ``ignore_below`` of the mass are left out of the price ratio."""

    ignore_below: Node | None
    steps: tuple[Step, ...]


class CutOff(NamedTuple):
    """The permission to leave lines out, which are then estimated and tested."""

    reason: Text
    cited: Cited


MATRIX = "ecoinvent-v3"
"""The pedigree matrix of rules that name none."""


class DataQuality(NamedTuple):
    """How data are rated: by a ``scheme``, over the processes that make up ``most_relevant`` of the contributions.

    ``needs``: the checks that are the cells of a data needs matrix, () where the rules have none. ``matrix``: whose
    numbers turn the scores of a pedigree into a deviation.
    """

    scheme: str
    most_relevant: float
    cited: Cited
    needs: tuple[str, ...] = ()
    matrix: str = MATRIX


class Closure(NamedTuple):
    """By how much what goes in may miss what comes out, ``within`` of the larger [-], in mass and in energy."""

    within: float
    cited: Cited


class Electricity(NamedTuple):
    """``accepted``: supplies whose own factor counts, meeting ``criteria``; ``untracked``: grid or residual mix."""

    accepted: frozenset[str]
    criteria: frozenset[str]
    untracked: str
    cited: Cited


class Scenario(NamedTuple):
    """A line the rules add to the product delivered: ``amount`` [``unit``] per item of ``dataset`` or of a gas.

    ``dataset`` "electricity" is the grid of ``country`` (None: of the product) in ``year`` (None: of its period).
    """

    id: str
    when: Node
    stage: str
    name: Text
    amount: Node
    unit: str
    dataset: str
    gas: Node | None
    country: Node | None
    year: Node | None
    reason: Text
    cited: Cited
    topic: str = ""


class Check(NamedTuple):
    """A clause tested on the result, or on every line that ``for_each`` selects. Without ``test``: not assessed."""

    id: str
    when: Node | None
    for_each: Node | None
    test: Node | None
    sentence: Text
    cited: Cited
    topic: str = ""


class Benchmark(NamedTuple):
    """A value or class a result is held against, apart from conformity; ``todo`` where no limit could be read.

    It is of all ``stages``, each of which must hold data, and of a result that passes the checks it ``needs``.
    """

    id: str
    title: Text
    test: Node | None
    cited: Cited
    todo: Text | None = None
    stages: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


class Pcr(NamedTuple):
    """One rule file on its parents ``layers`` (from the root down). ``figures``: declared digits.

    ``round_to``: the result is declared as a multiple of it [kg CO2e], 0 for none. ``cases``: of the file itself.
    """

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
    electricity: Electricity
    rules: tuple[Rule, ...]
    checks: tuple[Check, ...]
    mass_tolerance: float
    cases: tuple[Mapping[str, object], ...] = ()
    layers: tuple[str, ...] = ()
    digest: str = ""
    round_to: float = 0.0
    classes: tuple[ProductClass, ...] = ()
    functional_unit: FunctionalUnit | None = None
    subtotals: tuple[Subtotal, ...] = ()
    components: tuple[Named, ...] = ()
    materials: tuple[Named, ...] = ()
    statements: tuple[Statement, ...] = ()
    allocation: Allocation | None = None
    cut_off: CutOff | None = None
    scenarios: tuple[Scenario, ...] = ()
    benchmarks: tuple[Benchmark, ...] = ()
    data_quality: DataQuality | None = None
    closure: Closure | None = None

    @property
    def matrix(self) -> str:
        """Whose numbers turn the scores of a pedigree into a deviation."""
        return MATRIX if self.data_quality is None else self.data_quality.matrix
