"""``report.docx``: the study report to edit in Word, in the chapter order of GB/T 24067 and ISO 14067."""

from __future__ import annotations

from footprint.publish.outgoing import contents, picture, word
from footprint.publish.outgoing.statement import Statement

FORMAT = "report.docx"
LEAST = "public"
NEEDS: tuple[str, ...] = ()
"""What nobody stated is listed in it. Rounding: the total as declared, else four significant digits; kg CO2e."""
TEMPLATE = True
problems = picture.faults
stated = word.stated


def render(statement: Statement, lang: str) -> bytes:
    """Return the report in the template of the language, or in that of the laboratory."""
    return word.document(statement, contents.contents(statement, lang), f"report.{lang}", statement.template)
