"""``customer.pdf``: the two-page declaration to a customer: the result, its stages and classes, what it rests on."""

from __future__ import annotations

from footprint.publish.outgoing import paper, picture
from footprint.publish.outgoing.statement import Statement

FORMAT = "customer.pdf"
LEAST = "public"
NEEDS = ("company.name", "publication.valid_until", "product.issue_date")
"""Rounding: the total as declared, else four significant digits. Units: kg CO2e per amount of the declared unit."""
problems = picture.faults
stated = paper.stated


def render(statement: Statement, lang: str) -> bytes:
    """Return the document as PDF."""
    return paper.pdf(statement, lang, "customer", ("tight", "tight tighter"))
