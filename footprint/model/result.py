"""Everything a declaration is made from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from footprint.model.background import DatabaseInfo, Dataset, Intensity
from footprint.model.clauses import Clause, Mark, Need
from footprint.model.expressions import Scalar
from footprint.model.graph import Ruled
from footprint.model.ledger import Ledger
from footprint.model.pcr import Boundary, Pcr, Text
from footprint.model.rating import Rating


class Result(NamedTuple):
    """One calculated product under one rule file.

    ``unit_id``: the declared unit, with its formula in words; ``amount``: how many of it the declaration is for;
    ``per_item``: how many one product item provides; ``also``: the same for the other declared units, by id.
    ``parameters``: the values in force, ``used``: the ids of those the result rests on. ``formulas``: the amounts of
    the lines that rules add, in words, by rule. ``topics``: what parts of rules may be about. ``intensity`` and
    ``gap`` look a dataset or a gap's code up. ``gaps_accepted``: there are gaps, and the rules let them be.
    """

    ruled: Ruled
    ledger: Ledger
    pcr: Pcr
    boundary: Boundary
    unit_id: str
    unit_sentence: Text
    amount: float
    per_item: float
    also: Mapping[str, float]
    parameters: Mapping[str, Scalar | Mapping[str, Scalar] | None]
    rating: Rating
    used: frozenset[str]
    formulas: Mapping[str, Text]
    topics: Mapping[str, Text]
    clauses: tuple[Clause, ...]
    marks: tuple[Mark, ...]
    needs: tuple[Need, ...]
    databases: tuple[DatabaseInfo, ...]
    intensity: Callable[[Dataset], Intensity]
    gap: Callable[[str], Dataset]
    gaps_accepted: bool = False
