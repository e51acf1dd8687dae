"""``report.xlsx``: the calculation as live formulas end to end; inputs can be changed, formulas are protected.

Rounding: none, spreadsheets keep 15 digits. Units: kg CO2e per amount of the declared unit.
"""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

from footprint.messages import label
from footprint.publish import report_xlsx
from footprint.publish.outgoing.statement import Stated, Statement
from footprint.publish.outgoing.written import exactly
from footprint.tables.address import column_number
from footprint.tables.write import Cell, SheetSpec

FORMAT = "report.xlsx"
LEAST = "verifier"
NEEDS: tuple[str, ...] = ()
_STATED = "stated"
_ADDRESS = re.compile(r"'(.+)'!\$([A-Z]+)\$(\d+)")


def render(statement: Statement, lang: str) -> bytes:
    """Return the workbook, with a hidden sheet that tells which cell states what."""
    document = statement.document
    specs, cells = report_xlsx.sheets(document, lang)
    period = document["study"]["reference_period"]
    told = {
        **cells,
        "unit": document["declared_unit"]["unit"],
        "product": document["product"]["id"],
        "pcr": document["study"]["pcr"]["id"],
        "country": document["product"]["country"],
        "start": period["start"] or "",
        "end": period["end"] or "",
        "id": statement.id,
    }
    specs.append(SheetSpec(_STATED, [[Cell(key), Cell(text)] for key, text in told.items()], hidden=True))
    note = label("publish-draft", lang) if statement.draft else ""
    return report_xlsx.written(specs, document, lang, note=note, protected=True)


def stated(content: bytes) -> Stated:
    """Return what the cells of total, stages and classes hold now, and the words beside them."""
    from footprint.tables.read import parse

    sheets = {sheet.name: sheet.rows for sheet in parse(content, Path(FORMAT)).sheets}
    found: dict[str, Decimal | str] = {}
    for key, text in sheets[_STATED]:
        at = _ADDRESS.fullmatch(str(text or ""))
        if at is None:
            found[str(key)] = str(text or "")
        else:
            cell = sheets[at[1]][int(at[3]) - 1][column_number(at[2]) - 1]
            found[str(key)] = exactly(float(str(cell)))
    return found
