"""``study.html``: the study report as one page, in the chapter order of GB/T 24067 and ISO 14067."""

from __future__ import annotations

from footprint.publish.outgoing import pages, picture
from footprint.publish.outgoing.statement import Statement

FORMAT = "study.html"
LEAST = "public"
NEEDS: tuple[str, ...] = ()
"""What nobody stated is listed in it. Rounding: the total as declared, else four significant digits; kg CO2e."""
problems = picture.faults
stated = pages.stated


def render(statement: Statement, lang: str) -> bytes:
    """Return the report as UTF-8 HTML that fetches nothing."""
    return pages.page(statement, lang, "study")
