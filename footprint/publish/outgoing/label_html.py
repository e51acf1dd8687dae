"""``label.html``: a card with the number, its unit, boundary, validity and report number; no certified label."""

from __future__ import annotations

from footprint.publish.outgoing import pages, picture
from footprint.publish.outgoing.statement import Statement

FORMAT = "label.html"
LEAST = "public"
NEEDS = ("company.name", "publication.valid_until", "publication.report_number")
"""Rounding: the total as declared, else four significant digits. Units: kg CO2e per amount of the declared unit."""
problems = picture.faults
stated = pages.stated


def render(statement: Statement, lang: str) -> bytes:
    """Return the document as UTF-8 HTML that fetches nothing."""
    return pages.page(statement, lang, "label")
