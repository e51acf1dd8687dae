"""``report.xlsx``: the ledger and its sums as live formulas, so that a verifier can change a number and see it move."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from footprint.publish.book import lists
from footprint.publish.book.electricity import electricity_sheet
from footprint.publish.book.evidence import evidence_sheets
from footprint.publish.book.factors import FactorSheet
from footprint.publish.book.inputs import Inputs
from footprint.publish.book.ledger import LedgerSheet
from footprint.publish.book.quality import quality_sheets
from footprint.publish.book.summary import SummarySheet
from footprint.publish.book.supply import SupplySheet
from footprint.publish.wording import Words
from footprint.tables import write

NAME = "report.xlsx"
_FONTS = {"zh": "Microsoft YaHei", "en": "Arial"}


def render(document: Mapping[str, Any], lang: str) -> bytes:
    """Return the workbook of ``document`` in ``lang``: formulas with the values they have now."""
    return written(sheets(document, lang)[0], document, lang)


def sheets(document: Mapping[str, Any], lang: str) -> tuple[list[write.SheetSpec], Mapping[str, str]]:
    """Return the sheets of ``document`` in ``lang``, and where the total and its parts stand."""
    words = Words(lang)
    shown, more = (document, ()) if "uncertainty" not in document else _spread(document, words)
    inputs = Inputs(words("sheet-inputs"), words, document)
    supply = SupplySheet(document, words, inputs, words("sheet-supply"))
    factors = FactorSheet(document, words, words("sheet-factors"))
    ledger = LedgerSheet(document, words, inputs, supply, factors, words("sheet-ledger"))
    summary = SummarySheet(shown, words, ledger, inputs, words("sheet-summary"))
    first, calculated = summary.spec(), (ledger.spec(), supply.spec())
    listed: tuple[write.SheetSpec, ...] = (lists.rules_sheet(document, words), lists.account_sheet(document, words))
    listed = (electricity_sheet(document, words), *listed)
    listed += (*quality_sheets(document, words), *evidence_sheets(document, words), *more)
    issued = (_as_issued(spec, words) for spec in listed)
    return [first, *calculated, inputs.spec(), factors.spec(), *issued], summary.stated


def _as_issued(spec: write.SheetSpec, words: Words) -> write.SheetSpec:
    """Return a sheet without formulas, saying below its title that nothing in it follows."""
    at = next((at for at, row in enumerate(spec.rows[:4]) if not row), None)
    note = [write.Cell(words("sheet-as-issued"), "key")]
    return spec if at is None else spec._replace(rows=[*spec.rows[:at], note, *spec.rows[at + 1 :]])


def written(
    specs: list[write.SheetSpec],
    document: Mapping[str, Any],
    lang: str,
    *,
    note: str = "",
    protected: bool = False,
) -> bytes:
    """Return ``specs`` as a workbook, its product and ``note`` at the foot of each page."""
    foot = " · ".join(filter(None, (document["product"]["id"], document["product"]["model"], note)))
    told = [spec._replace(footer=foot) for spec in specs]
    title = f"{Words(lang)('title')} · {document['product']['name']}"
    return write.write_book(told, font=_FONTS[lang], title=title, protected=protected)


def _spread(document: Mapping[str, Any], words: Words) -> tuple[Mapping[str, Any], tuple[write.SheetSpec, ...]]:
    """Return the document to the figures that its uncertainty lets stand, and the sheet of that."""
    from footprint.publish.book.uncertainty import uncertainty_sheets
    from footprint.publish.figures import printed

    return printed(document), tuple(uncertainty_sheets(document, words))
