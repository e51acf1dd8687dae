"""What a file of inventories states, in the words that all formats share; `linking` makes a database of it.

A *product* is whatever a process is run for: a good it makes, a service, or a waste it takes and treats. Every input is
the consumption of a product, so that a waste given to treatment is the consumption of the treatment: one sign for all.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from footprint.errors import UnfitError
from footprint.provenance import Place

NO_MAKER = "inventory-unlinked"
EMPTY: Mapping[int, float] = MappingProxyType({})


class Spread(NamedTuple):
    """How far an amount may be off. ``gsd``: geometric standard deviation [-]; ``pedigree``: scores, ``2;3;1;1;2``.

    ``is_total``: the scores are in the deviation already. ``said``: what the file says where it is no lognormal.
    """

    gsd: float | None = None
    pedigree: str = ""
    is_total: bool = False
    said: str = ""


UNKNOWN = Spread()


class Flow(NamedTuple):
    """What is made, consumed or treated. ``id``: one and the same flow has one, whatever the file knows it by."""

    id: str
    name: str
    unit: str
    location: str = ""


class Product(NamedTuple):
    """What a process is run for. ``amount`` [``flow.unit``] per run, negative for a waste counted as negative output.

    ``share``: of every exchange of the process [-], None where the file states none; ``shares``: of single exchanges,
    by their number in inputs and emissions, where they differ.
    """

    flow: Flow
    amount: float
    share: float | None = None
    shares: Mapping[int, float] = EMPTY


class Named(NamedTuple):
    """What an input says of its supplier: the name of an activity, and of what that makes, "" where it says none."""

    activity: str
    product: str


class Input(NamedTuple):
    """The consumption of a product. ``amount`` [``flow.unit``] per run, negative for what is avoided.

    ``provider``: id of the process that makes it, "" where the flow has to tell. ``at``: where in the file.
    ``is_signed``: the sign is that of the supplier's reference: negative for what is given to one that counts waste as
    a negative output. ``location``: where its supplier is, as the file says it; "" where it does not. ``is_waste``: the
    file calls it a waste. ``named``: the activity that it names, where its flow is known by that; None where its
    flow is known by the name of a product. ``why``: what keeps it from being counted as the file states it; its amount
    may be no number then. ``lack``: code of what is told of it where nothing makes it.
    """

    number: int
    flow: Flow
    amount: float
    provider: str = ""
    spread: Spread = UNKNOWN
    note: str = ""
    at: str = ""
    is_signed: bool = False
    location: str = ""
    is_waste: bool = False
    named: Named | None = None
    why: UnfitError | None = None
    lack: str = NO_MAKER


class Emission(NamedTuple):
    """A greenhouse gas: ``gas`` of the table of gases, ``amount`` [kg] per run as its factor counts it.

    Or CO2e of a class (``co2e-fossil``), counted with ``gwp_set``; ``only_for``: the one set that it counts under.
    """

    number: int
    gas: str
    amount: float
    spread: Spread = UNKNOWN
    note: str = ""
    at: str = ""
    gwp_set: str = ""
    only_for: str = ""


class Process(NamedTuple):
    """One process as its file states it; ``products``: the reference first. ``method``: of the allocation, in words.

    ``is_result``: its numbers are results, not exchanges. ``is_licensed``: its file says who may have it.
    ``why``: what keeps its products from being counted, each with its place inside the file. ``is_told``: it was left
    out, and that is told. ``is_bare``: its file states nothing of it but what it makes.
    """

    id: str
    name: str
    place: Place
    products: tuple[Product, ...]
    inputs: tuple[Input, ...] = ()
    emissions: tuple[Emission, ...] = ()
    location: str = ""
    period: str = ""
    technology: str = ""
    category: str = ""
    note: str = ""
    citation: str = ""
    synonyms: tuple[str, ...] = ()
    pedigree: str = ""
    is_result: bool = False
    method: str = ""
    name_zh: str = ""
    boundary: str = "cradle-to-gate"
    is_licensed: bool = False
    why: tuple[UnfitError, ...] = ()
    is_told: bool = False
    is_bare: bool = False
