"""``report.pdf``: the study report on paper, in the chapter order of GB/T 24067 and ISO 14067."""

from __future__ import annotations

from footprint.publish.outgoing import paper, picture
from footprint.publish.outgoing.statement import Statement

FORMAT = "report.pdf"
LEAST = "public"
NEEDS: tuple[str, ...] = ()
"""What nobody stated is listed in it. Rounding: the total as declared, else four significant digits; kg CO2e."""
problems = picture.faults
stated = paper.stated


def render(statement: Statement, lang: str) -> bytes:
    """Return the report as PDF."""
    return paper.pdf(statement, lang, "study")
