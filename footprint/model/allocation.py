"""Co-products: what is known of the outputs of a process, what is decided of them, and what each bears."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from footprint.model.amounts import Amount
from footprint.model.pcr import Cited, Text
from footprint.provenance import Place

STATED, SUBSTITUTION, SUBDIVISION = "stated", "substitution", "subdivision"
COLUMNS: Mapping[str, tuple[str, str]] = {
    "mass": ("Mass per unit", "单位质量"),
    "energy": ("Energy per unit", "单位含能"),
    "volume": ("Unit", "单位"),
    "economic": ("Price per unit", "单价"),
    "custom": ("Allocation value", "分配值"),
    SUBSTITUTION: ("Replaces", "替代"),
}
"""Where the workbook states what a method needs of each output: the column's caption in en and zh."""


class Property(NamedTuple):
    """What one unit of an output has of something: ``value`` [``unit``/unit of the output], stated at ``place``."""

    value: float
    unit: str
    place: Place


class Output(NamedTuple):
    """One output of a process: its amount per run, and its known ``properties`` by method."""

    flow: str
    place: Place
    amount: Amount
    properties: Mapping[str, Property]
    is_product: bool = False
    substitute: str = ""

    def whole(self, method: str) -> float | None:
        """Return what all of the output has of the property of ``method`` [its unit], None when it is not known."""
        found = self.properties.get(method)
        return None if found is None else found.value * self.amount.value


class CoProducts(NamedTuple):
    """The outputs of a process that makes several, and the method the workbook states ("" for none)."""

    process: str
    stated: str
    outputs: tuple[Output, ...]


class Decision(NamedTuple):
    """The method by which co-products share, and the step of the rules that says so ("" without rules for it).

    ``seen``: what the steps up to it looked at, with its numbers.
    """

    method: str
    step: str = ""
    cited: Cited | None = None
    reason: Text = MappingProxyType({})
    seen: Text = MappingProxyType({})

    @property
    def clause(self) -> str:
        """The clause of the step, "" without one."""
        return "" if self.cited is None else self.cited.clause


Decide = Callable[[CoProducts], Decision]


def as_stated(_: CoProducts) -> Decision:
    """Return the decision of rules that say nothing of co-products: what the workbook states."""
    return Decision(STATED)


class Bearing(NamedTuple):
    """What one output bears of what its process has in common: ``share`` [-], None where nothing is in common.

    ``by``: the property shared by. ``substitute``: the dataset a co-product replaces; ``own``: cells of its own rows.
    """

    output: Output
    share: float | None
    by: Property | None
    substitute: str = ""
    own: tuple[Place, ...] = ()


class Allocated(NamedTuple):
    """How one process shares: by ``method``, as ``decision`` says; ``stated`` is what the workbook asked for."""

    process: str
    place: Place
    method: str
    stated: str
    decision: Decision
    outputs: tuple[Bearing, ...]

    @property
    def deviates(self) -> bool:
        """Whether the workbook states another method than the rules decide."""
        return bool(self.decision.step and self.stated) and self.stated != self.method
