"""How the datasets of the lines were found, as the document carries it: a person must be able to tell who chose."""

from __future__ import annotations

from math import fsum
from typing import Any

from footprint.declare.numbers import exact
from footprint.model.matched import How
from footprint.model.result import Result

Part = dict[str, Any]
OUTPUTS = frozenset({"product", "co-product"})
RULES, RULES_SHEET = "rules", "PCR"
"""What is counted under the rules: the lines that they derive, and where those stand."""
OPEN = "none"
"""What lines are counted under whose dataset nobody found."""


def matching(res: Result) -> Part:
    """Return the share of absolute contributions by how the dataset behind them was found [-], and the lines so found.

    What is no line of the BOM - processes, transport, electricity - was entered by a person, or set by the rules where
    they derive it. A line without a dataset is in no share: nobody knows what it adds.
    """
    bill = res.ruled.graph.linked.bill
    found = {line.place.address: line.matched for line in bill.bom if line.matched is not How.PERSON}
    values: dict[str, list[float]] = {}
    for posting in res.ledger.postings:
        line = posting.exchange
        by = RULES if line.place.sheet == RULES_SHEET else found.get(line.base or line.id, How.PERSON).value
        values.setdefault(by, []).append(abs(res.ledger.value(posting)))
    whole = fsum(value for some in values.values() for value in some)
    made = {line.parent for line in bill.bom} | {row.flow for row in bill.processes if row.direction in OUTPUTS}
    bought = (line for line in bill.bom if line.id not in made and not line.cut_off)
    counted = [line.matched.value if line.dataset else OPEN for line in bought]
    return {
        "shares": {by: exact(fsum(some) / whole) if whole else 0.0 for by, some in sorted(values.items())},
        "lines": {by: counted.count(by) for by in (*map(str, How), OPEN) if by in counted},
    }
