"""``customer.html``: the two-page declaration to a customer: the result, its stages and classes, what it rests on."""

from __future__ import annotations

from footprint.publish.outgoing import pages, picture
from footprint.publish.outgoing.statement import Statement

FORMAT = "customer.html"
LEAST = "public"
NEEDS = ("company.name", "publication.valid_until", "product.issue_date")
"""Rounding: the total as declared, else four significant digits. Units: kg CO2e per amount of the declared unit."""
problems = picture.faults
stated = pages.stated


def render(statement: Statement, lang: str) -> bytes:
    """Return the document as UTF-8 HTML that fetches nothing."""
    return pages.page(statement, lang, "customer")
