"""``label.pdf``: a card with the number, its unit, boundary, validity and report number; no certified label."""

from __future__ import annotations

from footprint.publish.outgoing import paper, picture
from footprint.publish.outgoing.statement import Statement

FORMAT = "label.pdf"
LEAST = "public"
NEEDS = ("company.name", "publication.valid_until", "publication.report_number")
"""Rounding: the total as declared, else four significant digits. Units: kg CO2e per amount of the declared unit."""
problems = picture.faults
stated = paper.stated


def render(statement: Statement, lang: str) -> bytes:
    """Return the document as PDF."""
    return paper.pdf(statement, lang, "label")
