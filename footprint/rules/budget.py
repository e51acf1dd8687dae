"""Whether the gaps of a result are within what its rules let be missing."""

from __future__ import annotations

from collections.abc import Sequence

from footprint.model.clauses import Clause, Outcome
from footprint.model.expressions import Node
from footprint.model.pcr import Pcr
from footprint.model.rating import Rating
from footprint.rules.expressions import names

GAPS, LIMITED = "result.gaps", "result.largest_gap_mass_share"
_HOLDS = frozenset({Outcome.PASSED, Outcome.NOT_APPLICABLE})


def accepted(pcr: Pcr, clauses: Sequence[Clause], rating: Rating) -> bool:
    """Tell whether the rules let the gaps of a result be missing.

    They do where a clause limits the mass that may be, every clause on gaps holds, and all gaps are parts of the
    product: that limit says nothing of services, nor of what is missing deep in the chain of a dataset.
    """
    asked = {check.id: _asked(check.test) for check in pcr.checks if check.test is not None}
    on_gaps = [c for c in clauses if asked.get(c.id, frozenset()) & {GAPS, LIMITED}]
    limits = any(LIMITED in asked[c.id] and c.outcome is Outcome.PASSED for c in on_gaps)
    parts = all(not gap.code and gap.lines[0].role == "product" for gap in rating.gaps)
    return bool(rating.gaps) and parts and limits and all(c.outcome in _HOLDS for c in on_gaps)


def _asked(test: Node) -> frozenset[str]:
    return frozenset(names(test))
