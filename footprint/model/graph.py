"""The supply-chain graph: activities of the bill and the exchanges between them, the background and the air."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from footprint import units
from footprint.model.allocation import Allocated
from footprint.model.amounts import Amount
from footprint.model.background import Dataset
from footprint.model.balance import Balance
from footprint.model.bill import EstimateRow, Notice
from footprint.model.linked import Linked
from footprint.model.pcr import Text
from footprint.provenance import Place


class Kind(StrEnum):
    """What an exchange leads to."""

    ACTIVITY = "activity"
    DATASET = "dataset"
    GAS = "gas"
    GAP = "gap"


def kind_of(dataset: Dataset | None) -> Kind:
    """Return what a line on ``dataset`` leads to: a dataset nobody has numbers for is a gap by another name."""
    return Kind.GAP if dataset is None or dataset.kind == "gap" else Kind.DATASET


class Activity(NamedTuple):
    """An activity of the bill: the product, an assembly, a process. ``output`` [``unit``] is what one run makes.

    ``cells``: the numbers of the workbook that the output is proportional to.
    """

    id: str
    name: str
    unit: str
    output: float
    place: Place
    cells: tuple[Place, ...] = ()


class Formula(NamedTuple):
    """An expression as it ran: in words, and with its numbers."""

    words: Text
    numbers: Text


class Term(NamedTuple):
    """What a derived line is: the ``title`` of its term, the dataset the rule ``asked`` for, how it was computed.

    ``per``: the formula by which the amount became one of another kind, None where it did not.
    """

    title: Text
    asked: Text
    coefficient: Formula
    per: Formula | None = None


class Estimate(NamedTuple):
    """What a line closes that stands in for a gap: the gap's ``key`` and ``title``, and the ``row`` that says so.

    ``own``: the gap was the line's own dataset, else one in the chain of it.
    """

    key: str
    title: Text
    row: EstimateRow
    own: bool


class Exchange(NamedTuple):
    """One line: ``amount`` per run of ``activity``, of an activity, a dataset or a gas, or of something nobody knows.

    ``role``: product, sales_packaging, transport_packaging, consumable, processing, energy, fuel, input, transport,
    waste, scrap, co-product, emission, internal_return, use, treatment. ``amount`` is in the unit of what it leads to.
    ``mass_kg``: net mass per run [kg], None when unknown. Rules set ``coefficient`` [-], ``rule`` and ``clause``.
    ``facts`` holds what rules may ask besides: shares, origins, flags. ``datasets``: role -> dataset (secondary, ...).
    ``term``: what a line is that a rule derived, else None; ``base``: the id of what it is a part of, or "".
    ``estimate``: the gap that it stands in for, else None.
    """

    id: str
    activity: str
    name: str
    role: str
    amount: Amount
    kind: Kind
    place: Place
    target: str = ""
    dataset: Dataset | None = None
    location: Dataset | None = None
    stage: str = ""
    mass_kg: float | None = None
    coefficient: float = 1.0
    rule: str = ""
    clause: str = ""
    facts: Mapping[str, str | float | bool] = MappingProxyType({})
    datasets: Mapping[str, Dataset] = MappingProxyType({})
    term: Term | None = None
    base: str = ""
    estimate: Estimate | None = None

    @property
    def called(self) -> Text:
        """The name of the line, with the term it is where a rule derived it."""
        found = [part.title for part in (self.term, self.estimate) if part is not None]
        return {lang: " · ".join(filter(None, (self.name, *(t[lang] for t in found)))) for lang in ("zh", "en")}

    @property
    def energy_mj(self) -> float | None:
        """The energy of ``amount`` [MJ per run]: its own, or by the heat value that its row states; None without."""
        if units.convertible(self.amount.unit, "MJ"):
            return self.amount.to("MJ").value
        content, unit = self.facts.get("energy_content"), str(self.facts.get("energy_unit", ""))
        if content is None or not units.convertible(self.amount.unit, unit):
            return None
        return self.amount.to(unit).value * float(content)

    @property
    def crossing(self) -> bool:
        """Whether the exchange leaves the bill: only these are posted."""
        return self.kind is not Kind.ACTIVITY


class SupplyGraph(NamedTuple):
    """Activities and exchanges of one product. ``root`` makes the product, [item]. ``allocated``: shared processes.

    ``uncarried``: share of the product's net mass that no leg brings from its supplier [-]. ``balances``: of processes.
    """

    linked: Linked
    root: str
    activities: Mapping[str, Activity]
    exchanges: tuple[Exchange, ...]
    mass_balance: MassBalance
    notices: tuple[Notice, ...] = ()
    allocated: tuple[Allocated, ...] = ()
    uncarried: float = 1.0
    balances: tuple[Balance, ...] = ()


class MassBalance(NamedTuple):
    """Net mass of one product [kg]: as stated, as summed over the lines whose mass is known, and those without."""

    stated_kg: float
    summed_kg: float
    unknown: tuple[Place, ...] = ()


CUT_OFF = "cut-off"
APART = "apart"
"""The rule by which a line is left out that the user left out."""


class Exclusion(NamedTuple):
    """A line that a rule left out of the result, and why."""

    exchange: Exchange
    rule: str
    clause: str


class Added(NamedTuple):
    """The lines that rules add to a graph, and what must be said of them."""

    exchanges: tuple[Exchange, ...] = ()
    notices: tuple[Notice, ...] = ()


class Ruled(NamedTuple):
    """The graph after the rules of ``pcr``: exchanges staged, derived, excluded. ``acted``: by which rules.

    ``closed``: keys of the gaps in the chains of datasets that lines of their own stand in for.
    """

    graph: SupplyGraph
    exchanges: tuple[Exchange, ...]
    excluded: tuple[Exclusion, ...]
    notices: tuple[Notice, ...] = ()
    acted: frozenset[str] = frozenset()
    closed: frozenset[str] = frozenset()

    @property
    def posted(self) -> Iterator[Exchange]:
        """The lines that are posted, in their order: those that leave the bill, and not into a gap."""
        return (line for line in self.exchanges if line.crossing and line.kind is not Kind.GAP)
